"""Backups: made while people work, known by the ledger until long after they have expired, deleted when they have."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from coding import ledger
from coding.management.backup_file import LEDGER, Contents, Manifest, digest_of, manifest_at, written
from coding.management.base import Refusal
from coding.management.stores import store_of

KEEP_DAYS, MOST_DAYS = 30, 3650
# So long after a backup's expiry the ledger still tells who has withdrawn since, and it may be restored on demand.
REMEMBERED = timedelta(days=365)
BACKUP, DELETED, RESTORE = "backup", "backup_deleted", "restore"
# What a restore must not bring back: an informant who withdrew, a key and a project that were removed.
WITHDRAWAL, REMOVALS = "withdrawal", ("withdrawal", "key", "project")


@dataclass(frozen=True)
class Backup:
    """A backup of which the ledger tells. `exists`: it still lies where it was written. `name` has no folder."""

    uuid: str
    name: str
    folder: Path
    made: datetime
    expires: datetime
    with_identities: bool
    exists: bool
    deleted: bool

    @property
    def path(self) -> Path:
        return self.folder / self.name

    @property
    def expired(self) -> bool:
        return self.expires <= timezone.now()


def known_backups() -> list[Backup]:
    """Every backup that was made here, the newest first, until REMEMBERED after its expiry."""
    deleted = {entry.get("uuid") for entry in ledger.entries(DELETED)}
    found = []
    for entry in ledger.entries(BACKUP):
        path = Path(entry["file"])
        there = manifest_at(path)
        found.append(
            Backup(
                uuid=entry["uuid"],
                name=path.name,
                folder=path.parent,
                made=datetime.fromisoformat(entry["made"]),
                expires=datetime.fromisoformat(entry["expires"]),
                with_identities=entry["with_identities"],
                exists=there is not None and there.uuid == entry["uuid"],
                deleted=entry["uuid"] in deleted,
            )
        )
    return sorted(found, key=lambda backup: backup.made, reverse=True)


def forget_expired() -> int:
    """Delete the expired backups that still lie where they were written; answers how many.

    What the ledger needs no longer goes too. Does nothing while a backup or a restore is under way.
    """
    try:
        with alone():
            expired = [backup for backup in known_backups() if backup.exists and backup.expired]
            gone = sum(_delete(backup) for backup in expired)
            _forget_entries()
    except _UnderWay:
        return 0
    return gone


def _delete(backup: Backup) -> bool:
    """False where the file may not be deleted: the list goes on saying that it has expired."""
    try:
        backup.path.unlink()
        ledger.sync_folder(backup.folder)
    except OSError:
        return False
    ledger.note(DELETED, uuid=backup.uuid)
    return True


def _forget_entries() -> None:
    """Leave out backups that nobody may restore any more, and removals older than each of those that one may."""
    now = timezone.now()
    kept = [backup for backup in known_backups() if backup.exists or backup.expires + REMEMBERED > now]
    keys = {backup.uuid for backup in kept}
    oldest = min([now - REMEMBERED, *(backup.made for backup in kept)])

    def wanted(entry: ledger.Entry) -> bool:
        if entry["what"] in (BACKUP, DELETED):
            return entry["uuid"] in keys
        return entry["what"] not in REMOVALS or datetime.fromisoformat(entry["made"]) >= oldest

    ledger.rewrite(wanted)


class _UnderWay(Refusal):
    """Another backup or restore is under way."""


@contextmanager
def alone() -> Iterator[None]:
    """One backup or restore of this data folder at a time; what a killed one left behind is removed first.

    Raises Refusal at once where another one is under way. The lock dies with its holder.
    """
    path = settings.DATA_DIR / "backup.lock"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise _UnderWay(_("Another backup or restore is under way.")) from None
        for left in settings.DATA_DIR.glob(".aside-*"):
            shutil.rmtree(left)
        yield


@contextmanager
def folder_aside() -> Iterator[Path]:
    """A folder in the data folder, for its owner only, for what is prepared."""
    with tempfile.TemporaryDirectory(prefix=".aside-", dir=settings.DATA_DIR) as folder:
        yield Path(folder)


def make_backup(
    target: Path, *, with_identities: bool = False, keep_days: int = KEEP_DAYS, force: bool = False
) -> Manifest:
    """Write a backup of what is committed when this begins, or a little later, to `target`; people work on meanwhile.

    Where there are to be identities the store is copied after the rest. `force` replaces an older backup, and nothing
    else. Raises Refusal; then `target` is as it was.
    """
    target = target.expanduser().absolute()
    with alone(), folder_aside() as folder:
        _check_target(target, force)
        stores = [store_of(alias) for alias in ("default", "identities")[: 1 + with_identities]]
        made = timezone.now()
        databases, members = {}, {}
        for store in stores:
            if not store.exists():
                raise Refusal(_("There is no database yet."))
            held = Contents(store.engine, store.migrations())
            connections[store.alias].close()
            name = held.member(store.alias)
            store.copy(folder / name, folder)
            databases[store.alias], members[name] = held, folder / name
        members[LEDGER] = folder / LEDGER
        members[LEDGER].write_bytes(ledger.content())
        manifest = Manifest(
            uuid=str(uuid.uuid4()),
            made=made,
            expires=made + timedelta(days=keep_days),
            databases=databases,
            sizes={name: path.stat().st_size for name, path in members.items()},
            digests={name: digest_of(path) for name, path in members.items()},
        )
        with written(target, manifest, members):
            # Known before it has its name: no backup lies about of which nobody knows when it expires.
            ledger.note(
                BACKUP,
                made=manifest.made.isoformat(),
                expires=manifest.expires.isoformat(),
                file=str(target),
                with_identities=with_identities,
                uuid=manifest.uuid,
            )
            _check_target(target, force)
    return manifest


def _check_target(target: Path, force: bool) -> None:
    if not target.parent.is_dir():
        raise Refusal(_("There is no folder “%(name)s”.") % {"name": target.parent})
    if target.exists() and not force:
        raise Refusal(
            _("There is a file “%(name)s” already. --force replaces an older backup.") % {"name": target}
        )
    if target.exists() and manifest_at(target) is None:
        raise Refusal(_("“%(name)s” is no backup and is not replaced.") % {"name": target})
