"""The file that a backup is: a zip with a manifest and the data. Whoever wrote it, reading it does no harm.

Nothing in it chooses a path: members have fixed names and are unpacked under names of our own, each checked against
the size and the SHA-256 of the manifest while it is written.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from coding import ledger
from coding.management.base import Refusal

PRODUCT, FORMAT = "kodebenk", 1
MANIFEST, LEDGER = "manifest.json", "ledger.jsonl"
SUFFIXES = {"sqlite": "sqlite3", "postgresql": "pgdump"}
_MEMBER = re.compile(r"(default|identities)\.(sqlite3|pgdump)\Z")
_MOST_MANIFEST = 1024 * 1024
_MOST_LEDGER = 64 * 1024 * 1024
_PIECE = 1024 * 1024


class Unusable(Refusal):
    """This is no backup that can be restored; says why in one sentence."""


@contextmanager
def _distrustful() -> Iterator[None]:
    """Whatever a malformed zip makes Python's reader raise becomes one sentence."""
    try:
        yield
    except (
        zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, LookupError, RuntimeError, OverflowError,
    ):  # fmt: skip
        raise Unusable(_damaged()) from None


@dataclass(frozen=True)
class Contents:
    """One database in a backup: its engine and which migrations it has had."""

    engine: str
    migrations: tuple[tuple[str, str], ...]

    def member(self, alias: str) -> str:
        return f"{alias}.{SUFFIXES[self.engine]}"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `databases` by alias; `sizes` and `digests` by member."""

    uuid: str
    made: datetime
    expires: datetime
    databases: Mapping[str, Contents]
    sizes: Mapping[str, int]
    digests: Mapping[str, str]

    @property
    def with_identities(self) -> bool:
        return "identities" in self.databases

    def to_json(self) -> bytes:
        return json.dumps(
            {
                "product": PRODUCT,
                "format": FORMAT,
                "uuid": self.uuid,
                "made": self.made.isoformat(),
                "expires": self.expires.isoformat(),
                "databases": {
                    alias: {"engine": held.engine, "migrations": held.migrations}
                    for alias, held in self.databases.items()
                },
                "members": {
                    name: {"bytes": size, "sha256": self.digests[name]} for name, size in self.sizes.items()
                },
            },
            indent=1,
        ).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """Raises Unusable."""
        try:
            told = json.loads(content)
            if told["product"] != PRODUCT:
                raise Unusable(_not_ours())
            if told["format"] != FORMAT:
                raise Unusable(_("The backup was made by a newer version of Kodebenk."))
            manifest = cls(
                uuid=str(told["uuid"]),
                made=_time(told["made"]),
                expires=_time(told["expires"]),
                databases={
                    str(alias): Contents(
                        str(held["engine"]),
                        tuple((str(app), str(name)) for app, name in held["migrations"]),
                    )
                    for alias, held in told["databases"].items()
                },
                sizes={str(name): int(held["bytes"]) for name, held in told["members"].items()},
                digests={str(name): str(held["sha256"]) for name, held in told["members"].items()},
            )
            named = {held.member(alias) for alias, held in manifest.databases.items()} | {LEDGER}
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError):
            raise Unusable(_damaged()) from None
        if "default" not in manifest.databases or named != set(manifest.sizes):
            raise Unusable(_damaged())
        if not all(name == LEDGER or _MEMBER.match(name) for name in named):
            raise Unusable(_damaged())
        return manifest


def _time(text: str) -> datetime:
    made = datetime.fromisoformat(text)
    if made.tzinfo is None:
        raise ValueError(text)
    return made


def _not_ours() -> str:
    return _("This is no backup of Kodebenk.")


def _damaged() -> str:
    return _("The backup is damaged and cannot be restored.")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def written(target: Path, manifest: Manifest, members: Mapping[str, Path]) -> Iterator[Path]:
    """Write a backup beside `target` under another name, for its owner only, and give it its name at the end.

    The body runs when everything is on disk; where it or the writing fails, `target` is untouched.
    """
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(draft, flags, 0o600), "w+b") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
                file.writestr(MANIFEST, manifest.to_json())
                for name, path in members.items():
                    file.write(path, name)
            stream.flush()
            os.fsync(stream.fileno())
        yield draft
        os.replace(draft, target)
        ledger.sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


class BackupFile:
    """An open backup whose table of contents and manifest are in order."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        found = {info.filename: info for info in file.infolist()}
        if MANIFEST not in found or len(found) != len(file.infolist()):
            raise Unusable(_not_ours())
        for info in found.values():
            if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Unusable(_damaged())
        self._found = found
        self.manifest = Manifest.from_json(self._small(MANIFEST, _MOST_MANIFEST))
        if set(found) != {MANIFEST, *self.manifest.sizes}:
            raise Unusable(_damaged())
        if any(found[name].file_size != size for name, size in self.manifest.sizes.items()):
            raise Unusable(_damaged())
        for alias, held in self.manifest.databases.items():
            self._look_at_head(held, held.member(alias))

    def _small(self, name: str, most: int) -> bytes:
        if self._found[name].file_size > most:
            raise Unusable(_damaged())
        with _distrustful(), self._file.open(name) as stream:
            return stream.read(most)

    def _look_at_head(self, held: Contents, name: str) -> None:
        """Look before unpacking: what says that it is a database begins as one and is as long as that says."""
        with _distrustful(), self._file.open(name) as stream:
            head = stream.read(100)
        if held.engine == "sqlite":
            fits = len(head) == 100 and head.startswith(b"SQLite format 3\0")
            if fits:
                (page,), (pages,) = struct.unpack(">H", head[16:18]), struct.unpack(">I", head[28:32])
                fits = (65536 if page == 1 else page) * pages == self.manifest.sizes[name]
        else:
            fits = head.startswith(b"PGDMP")
        if not fits:
            raise Unusable(_damaged())

    def ledger(self) -> list[ledger.Entry]:
        """The entries of the ledger as it was when the backup was made."""
        content = self._small(LEDGER, _MOST_LEDGER)
        if hashlib.sha256(content).hexdigest() != self.manifest.digests[LEDGER]:
            raise Unusable(_damaged())
        return ledger.parsed(content)

    def unpack(self, name: str, target: Path) -> None:
        """Write a member to `target`, for its owner only. Raises Unusable where it is not what the manifest says."""
        seen, digest = 0, hashlib.sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with (
            _distrustful(),
            self._file.open(name) as stream,
            os.fdopen(os.open(target, flags, 0o600), "wb") as out,
        ):
            while piece := stream.read(_PIECE):
                seen += len(piece)
                digest.update(piece)
                out.write(piece)
        if seen != self.manifest.sizes[name] or digest.hexdigest() != self.manifest.digests[name]:
            raise Unusable(_damaged())


@contextmanager
def opened(path: Path) -> Iterator[BackupFile]:
    """A backup to read. Raises Unusable where the file is none or is damaged."""
    with path.open("rb") as stream:
        try:
            file = zipfile.ZipFile(cast(BinaryIO, stream))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
            raise Unusable(_not_ours()) from None
        yield BackupFile(file)


def manifest_at(path: Path) -> Manifest | None:
    """What the backup at `path` says of itself; None where none lies there."""
    try:
        with opened(path) as file:
            return file.manifest
    except (Unusable, OSError):
        return None
