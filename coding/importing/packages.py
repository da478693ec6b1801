"""Zipped documents (DOCX, ODT), opened with care: bounded members, bounded unpacking, no document types."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from .document import Refused, refuse

if TYPE_CHECKING:
    from .reading import Limits

_END_OF_DIRECTORY = b"PK\x05\x06"
_CHUNK = 256 * 1024
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)


class Package:
    """A zipped document. Members are unpacked one at a time and counted against one limit."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._left = limits.unpacked_bytes
        self._check_directory(path, limits)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
            raise refuse("damaged") from None
        try:
            self._check_members(limits)
        except Refused:
            self.close()
            raise
        self.names = {info.filename for info in self._zip.infolist()}

    def _check_members(self, limits: Limits) -> None:
        infos = self._zip.infolist()
        if len(infos) > limits.members:
            raise refuse("too_many_members")
        if any(info.flag_bits & 1 for info in infos):
            raise refuse("encrypted")
        if sum(info.file_size for info in infos) > limits.unpacked_bytes:
            raise refuse("unpacks_too_big")
        for info in infos:
            if info.file_size > 8 * 1024 * 1024 and info.file_size > limits.ratio * max(
                1, info.compress_size
            ):
                raise refuse("unpacks_too_big")

    @staticmethod
    def _check_directory(path: Path, limits: Limits) -> None:
        """The number of members as the end record has it, before anything builds a list of them."""
        with path.open("rb") as file:
            file.seek(0, 2)
            size = file.tell()
            file.seek(max(0, size - 66_000))
            tail = file.read()
        at = tail.rfind(_END_OF_DIRECTORY)
        if at < 0 or len(tail) < at + 22:
            raise refuse("damaged")
        count, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
        if count > limits.members or directory > limits.members * 1000:
            raise refuse("too_many_members")

    def read(self, name: str) -> bytes:
        """A member's bytes; refused once the package has given more than it may."""
        parts = []
        try:
            with self._zip.open(name) as member:
                while chunk := member.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise refuse("unpacks_too_big")
                    parts.append(chunk)
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
        ):
            raise refuse("damaged") from None
        return b"".join(parts)

    def xml(self, name: str) -> etree._Element:
        """A member as XML, without document type, entities or network."""
        return parse_xml(self.read(name))

    def close(self) -> None:
        self._zip.close()


def parse_xml(data: bytes) -> etree._Element:
    """XML as a tree; refused where it declares a document type or entities."""
    if _DECLARATION.search(data.replace(b"\x00", b"")):
        raise refuse("doctype")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise refuse("damaged") from None
    if root is None:
        raise refuse("damaged")
    if root.getroottree().docinfo.internalDTD is not None:
        raise refuse("doctype")
    return root


def local(element: etree._Element) -> str:
    """The name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its name alone, whatever its namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None
