"""The way in: limits, what a file is (by its content, never by its name), and the reader for it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from . import captions, text
from .assembly import assemble
from .document import ReadDocument, Refused, refuse
from .files import head_of
from .messages import FORMAT_NAMES
from .pieces import Raw

__all__ = ["Limits", "Refused", "preview_encodings", "read", "read_isolated"]


@dataclass(frozen=True)
class Limits:
    """What one file may cost."""

    upload_bytes: int = 50 * 1024 * 1024
    unpacked_bytes: int = 200 * 1024 * 1024
    members: int = 2000
    ratio: int = 200
    characters: int = 5_000_000
    seconds: int = 45
    memory_bytes: int = 1536 * 1024 * 1024


ENDINGS = {
    "docx": "docx", "docm": "docx", "dotx": "docx", "odt": "odt", "ott": "odt", "rtf": "rtf", "pdf": "pdf",
    "txt": "txt", "text": "txt", "md": "md", "markdown": "md", "html": "html", "htm": "html", "xhtml": "html",
    "vtt": "vtt", "srt": "srt",
}  # fmt: skip


def ending_of(file_name: str) -> str:
    return Path(file_name.replace("\\", "/")).suffix.casefold().lstrip(".")


def sniff(head: bytes) -> str:
    """The kind of file that the first bytes show."""
    body = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if body.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if _is_media(head):
        return "media"
    if head.startswith((b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")):
        return "archive"
    if head.startswith((b"\x7fELF", b"MZ\x90", b"SQLite format 3", b"\xca\xfe\xba\xbe")):
        return "binary"
    return "text"


def _is_media(head: bytes) -> bool:
    if head.startswith(
        (b"ID3", b"OggS", b"fLaC", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1aE\xdf\xa3", b"RIFF")
    ):
        return True
    return head[4:8] == b"ftyp" or bool(re.match(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]", head))


def sniff_text(content: str, ending: str) -> str:
    """What kind of text it is."""
    start = content[:4000].lstrip("\ufeff \t\r\n")
    if captions.is_vtt(content[:200]):
        return "vtt"
    if captions.is_srt(start):
        return "srt"
    if ENDINGS.get(ending) in ("vtt", "srt") and len(re.findall(captions.ARROW, start)) > 1:
        return ENDINGS[ending]
    lowered = start[:2000].casefold()
    if lowered.startswith(("<!doctype html", "<html")) or re.match(
        r"<\?xml[^>]*>\s*(<!doctype html|<html)", lowered
    ):
        return "html"
    if re.match(r"(?:<!--.*?-->\s*)?<(?:head|body|meta|title)\b", lowered, re.S):
        return "html"
    if ENDINGS.get(ending) == "html" and re.search(r"<(?:p|div|br|h[1-6]|li|b|span|table)\b[^>]*>", lowered):
        return "html"
    if lowered.startswith("<?xml"):
        return "xml"
    return "md" if ENDINGS.get(ending) == "md" else "txt"


def read(
    path: Path,
    file_name: str,
    *,
    encoding: str | None = None,
    speakers: bool = True,
    limits: Limits | None = None,
) -> ReadDocument:
    """Read one file here and now, or raise `Refused` with the sentence that says why not.

    What the file is shows in its content. `encoding` overrides the detected one for text; `speakers=False`
    leaves everything that looks like a label in the text.
    """
    limits = limits or Limits()
    path = Path(path)
    head = head_of(path, length=4096, most_bytes=limits.upload_bytes)
    try:
        raw = _take_apart(path, file_name, head, encoding, speakers, limits)
    except RecursionError:
        raise refuse("damaged") from None
    ending = ending_of(file_name)
    expected = ENDINGS.get(ending)
    if expected != raw.format and ending and not {expected, raw.format} <= {"txt", "md"}:
        raw.warn("read_as", ending=f".{ending[:12]}", format=FORMAT_NAMES[raw.format])
    return assemble(raw, max_characters=limits.characters)


def _take_apart(
    path: Path, file_name: str, head: bytes, encoding: str | None, speakers: bool, limits: Limits
) -> Raw:
    kind = sniff(head)
    if kind in ("media", "archive", "binary"):
        raise refuse(kind)
    if kind == "zip":
        return _read_package(path, speakers, limits)
    if kind == "rtf":
        from . import rtf

        return rtf.read(path.read_bytes(), Raw("rtf", speakers=speakers))
    if kind == "pdf":
        from . import pdf

        return pdf.read(path, Raw("pdf", speakers=speakers), max_characters=limits.characters)
    if kind == "ole":
        raise refuse(_old_office(path))
    return _read_text(path, file_name, encoding, speakers, limits)


def _old_office(path: Path) -> str:
    """Which of Office's old containers: a Word document, an encrypted new one, or something else."""
    with path.open("rb") as file:
        data = file.read(4_000_000)
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "encrypted"
    return "binary_doc" if "WordDocument".encode("utf-16-le") in data else "legacy_office"


def _read_package(path: Path, speakers: bool, limits: Limits) -> Raw:
    from . import docx, odt
    from .packages import Package

    package = Package(path, limits)
    try:
        names = package.names
        mimetype = (
            package.read("mimetype")[:100].decode("ascii", "replace").strip() if "mimetype" in names else ""
        )
        if mimetype.startswith("application/vnd.oasis.opendocument.text"):
            return odt.read(package, Raw("odt", speakers=speakers))
        if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
            return docx.read(package, Raw("docx", speakers=speakers))
        if mimetype.startswith("application/vnd.oasis.") or any(n.startswith(("xl/", "ppt/")) for n in names):
            raise refuse("spreadsheet")
        raise refuse("unsupported" if mimetype else "archive")
    finally:
        package.close()


def _read_text(path: Path, file_name: str, encoding: str | None, speakers: bool, limits: Limits) -> Raw:
    data = path.read_bytes()
    content, used, warning = text.decode(data, encoding or _declared(data))
    if text.looks_binary(content):
        raise refuse("binary")
    if len(content) > 4 * limits.characters:
        raise refuse("too_many_characters", limit=limits.characters)
    if not content.strip("\ufeff \t\r\n\x00"):
        raise refuse("empty")
    kind = sniff_text(content, ending_of(file_name))
    raw = Raw(kind, encoding=used, speakers=speakers)
    if warning and not content.isascii():
        raw.warnings.append(warning)
    if kind in ("vtt", "srt"):
        return captions.read(content, raw)
    if kind == "html":
        from . import html

        return html.read(content, raw)
    if kind == "xml":
        raise refuse("unsupported")
    if kind == "md":
        return text.read_markdown(content, raw)
    return text.read_text(content, raw)


def _declared(data: bytes) -> str | None:
    """The encoding that an HTML page names, where it is neither UTF-8 nor unknown."""
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or not re.search(
        rb"<(?:meta|html|!doctype)", data[:2048], re.I
    ):
        return None
    found = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", data[:4096], re.I)
    if not found:
        return None
    name = found.group(1).decode("ascii").casefold()
    if name in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "windows-1252", "cp1252"):
        # As browsers do; but a page that is valid UTF-8 beyond ASCII is UTF-8 whatever it says.
        return None
    return None if name.startswith(("utf", "unicode")) or not text.is_encoding(name) else name


def read_isolated(
    path: Path,
    file_name: str,
    *,
    encoding: str | None = None,
    speakers: bool = True,
    limits: Limits | None = None,
) -> ReadDocument:
    """`read` in a process of its own, with bounded memory and time. Use this for whatever somebody uploaded."""
    from . import isolation

    limits = limits or Limits()
    with contextlib.suppress(OSError):
        if Path(path).stat().st_size > limits.upload_bytes:
            raise refuse("too_big", limit=limits.upload_bytes // (1024 * 1024))
    return isolation.read_isolated(path, file_name, encoding=encoding, speakers=speakers, limits=limits)


def preview_encodings(path: Path) -> list[tuple[str, str]]:
    """(encoding, first 300 characters) for a person to choose from, the detected encoding first; [] if not text."""
    with Path(path).open("rb") as file:
        if sniff(file.read(4096)) != "text":
            return []
    return text.previews(Path(path))
