"""A restore: prepared aside, cleared of who has withdrawn since, then brought in with one transaction.

The order makes it safe. What comes in was migrated, and nobody in it has withdrawn, before anybody can see it; the
ledger is looked at once more while nobody can write. The identity store comes second, while no action writes: killed
between the two, an old study stands beside the newer store, which holds no less than belongs to it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections, router
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from coding import ledger
from coding.actions import closing, withdrawals
from coding.management.backup_file import BackupFile, Manifest, opened
from coding.management.backups import BACKUP, REMEMBERED, REMOVALS, RESTORE, WITHDRAWAL, alone, folder_aside
from coding.management.base import Refusal, prepare_database
from coding.management.stores import Busy, Stale, Store, store_of

# As often somebody may withdraw while the last preparations are made.
_ATTEMPTS = 5
# Room for what is unpacked, for what is made ready of it and for the log of the transaction.
_ROOM = 3
_ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Restored:
    """What was brought in: a backup, without the withdrawals (`applied` is how many there were)."""

    manifest: Manifest
    applied: int


def file_at(name: str) -> Path:
    """A file that a person named. Raises Refusal where there is none."""
    path = Path(name).expanduser()
    if not path.is_file():
        raise Refusal(_("There is no file “%(name)s”.") % {"name": name})
    return path


def look(path: Path, *, with_identities: bool, expired_too: bool) -> Manifest:
    """What the backup at `path` says of itself. Raises Refusal where it may or can not be restored here."""
    with opened(path) as file:
        manifest = file.manifest
    now = timezone.now()
    if manifest.expires + REMEMBERED <= now:
        raise Refusal(
            _(
                "The backup expired more than a year ago. Who has withdrawn since is not known any more, so it"
                " cannot be restored."
            )
        )
    if manifest.expires <= now and not expired_too:
        raise Refusal(
            _("The backup expired on %(date)s. With --expired-too it is restored all the same.")
            % {"date": timezone.localtime(manifest.expires).date()}
        )
    if with_identities and not manifest.with_identities:
        raise Refusal(_("The backup holds no identities."))
    for alias in _aliases(with_identities):
        _check_fits(alias, manifest)
    return manifest


def is_known(manifest: Manifest) -> bool:
    """Whether this ledger tells of the backup: else it may not know who has withdrawn since."""
    return any(entry.get("uuid") == manifest.uuid for entry in ledger.entries(BACKUP))


def is_nothing_here(*, with_identities: bool) -> bool:
    """Whether a restore would overwrite nothing that anybody wrote: no database yet, or one without a row of ours."""
    for alias in _aliases(with_identities):
        connection = connections[alias]
        if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
            continue
        try:
            tables = set(connection.introspection.table_names())
            ours = [m for m in apps.get_app_config("coding").get_models() if m._meta.db_table in tables]
            here = [m for m in ours if router.allow_migrate_model(alias, m)]
            if any(model._base_manager.using(alias).exists() for model in here):
                return False
        except DatabaseError:
            return False
        finally:
            connection.close()
    return True


def _aliases(with_identities: bool) -> list[str]:
    return ["default", "identities"] if with_identities else ["default"]


def _check_fits(alias: str, manifest: Manifest) -> None:
    held, here = manifest.databases[alias], store_of(alias).engine
    if held.engine != here:
        raise Refusal(
            _("The backup is of %(theirs)s and this installation uses %(ours)s.")
            % {"theirs": _ENGINES[held.engine], "ours": _ENGINES[here]}
        )
    _check_not_newer(held.migrations)


def _check_not_newer(migrations: Sequence[tuple[str, str]]) -> None:
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if not set(migrations) <= set(known):
        raise Refusal(_("The backup was made by a newer version of Kodebenk."))


def restore(
    path: Path,
    *,
    with_identities: bool = False,
    ledgers: Sequence[Path] = (),
    expired_too: bool = False,
) -> Restored:
    """Make the live databases what the backup holds, less everything of those who have withdrawn since.

    `ledgers` are further ledgers, of other machines or other times. Raises Refusal; then nothing has changed.
    """
    with alone(), folder_aside() as folder, ExitStack() as stack:
        manifest = look(path, with_identities=with_identities, expired_too=expired_too)
        stores = [store_of(alias) for alias in _aliases(with_identities)]
        try:
            with opened(path) as file:
                foreign = file.ledger() + [entry for one in ledgers for entry in ledger.read(one)]
                foreign = _in_order(entry for entry in foreign if entry["what"] in REMOVALS)
                _unpack(file, stores, folder)
            for store in stores:
                store.forget_leftovers()
                stack.enter_context(store.aside(folder / store.alias, folder))
            _update(stores)
            ledger.adopt(foreign)
            applied = _bring_in(stores)
        except DatabaseError as error:
            raise Refusal(_("The restore failed: %(reason)s") % {"reason": type(error).__name__}) from None
    ledger.note(RESTORE, uuid=manifest.uuid, with_identities=with_identities, applied=applied)
    return Restored(manifest, applied)


def _unpack(file: BackupFile, stores: Sequence[Store], folder: Path) -> None:
    names = {store.alias: file.manifest.databases[store.alias].member(store.alias) for store in stores}
    wanted = _ROOM * sum(file.manifest.sizes[name] for name in names.values())
    if wanted > shutil.disk_usage(folder).free:
        raise Refusal(
            _("The restore needs %(many)d MB of free space in %(folder)s.")
            % {"many": -(-wanted // 1_000_000), "folder": settings.DATA_DIR}
        )
    for alias, name in names.items():
        file.unpack(name, folder / alias)


def _update(stores: Sequence[Store]) -> None:
    """Bring what is aside up to date, and make an identity store where there is none."""
    for store in stores:
        _check_not_newer(store.migrations())
    for store in reversed(stores):
        call_command("migrate", database=store.alias, interactive=False, verbosity=0)
    prepare_database()


def _in_order(found: Iterable[ledger.Entry]) -> list[ledger.Entry]:
    """Removals, the oldest first. Raises Refusal where one cannot be read."""
    try:
        return sorted(found, key=lambda entry: (datetime.fromisoformat(entry["made"]), _key(entry)))
    except (ValueError, TypeError, LookupError, AttributeError):
        raise _unreadable() from None


_Key = tuple[str, UUID, UUID]


def _key(entry: ledger.Entry) -> _Key:
    """Which removal it is."""
    which = entry["informant"] if entry["what"] == WITHDRAWAL else entry["certificate"]
    return entry["what"], UUID(entry["project"]), UUID(which)


def _removals() -> list[ledger.Entry]:
    return _in_order(entry for what in REMOVALS for entry in ledger.entries(what))


def _unreadable() -> Refusal:
    return Refusal(_("The ledger holds a removal that cannot be read."))


def _bring_in(stores: Sequence[Store]) -> int:
    """Repeat removals in what is aside and swap one database after the other; answers how many were repeated.

    Whenever somebody withdrew: one of whom the backup holds nothing is passed over.
    """
    applied: set[_Key] = set()
    known: set[_Key] = set()
    with_store = len(stores) > 1

    def prepare(store: Store) -> None:
        for entry in _removals():
            if _key(entry) not in known and _applied(entry, with_store):
                applied.add(_key(entry))
            known.add(_key(entry))
        store.make_ready()

    def is_current() -> bool:
        return {_key(entry) for entry in _removals()} <= known

    for store in stores:
        for _attempt in range(_ATTEMPTS):
            prepare(store)
            try:
                with nullcontext() if store is stores[0] else stores[0].holding():
                    store.swap(is_current)
                break
            except Stale:
                continue
            except Busy:
                raise _busy(store is stores[0]) from None
        else:
            raise _busy(store is stores[0])
    return len(applied)


def _busy(is_first: bool) -> Refusal:
    if is_first:
        return Refusal(_("The database is written to all the time. Nothing was changed; try again."))
    return Refusal(
        _(
            "The study is restored, but the identity store is not yet, since it is in use. Run the command again."
        )
    )


def _applied(entry: ledger.Entry, with_store: bool) -> bool:
    try:
        if entry["what"] == WITHDRAWAL:
            return withdrawals.apply_again(entry)
        return closing.apply_again(entry, with_store=with_store)
    except (ValueError, TypeError, LookupError):
        raise _unreadable() from None
