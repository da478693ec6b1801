"""`backups`: which backups there are, how old they are and when they expire."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from coding.management.backups import Backup, known_backups
from coding.management.base import KodebenkCommand
from coding.management.saying import age, day_and_time


def _status(backup: Backup) -> str:
    if backup.exists:
        return _("expired") if backup.expired else _("there")
    return _("deleted") if backup.deleted else _("not there any more")


class Command(KodebenkCommand):
    help = "List the backups: when and where, with or without identities, their age, when they expire."

    def prepare(self) -> None:
        """Nothing: the ledger tells, not the database."""

    def handle(self, *args: Any, **options: Any) -> None:
        found = known_backups()
        if not found:
            self.stdout.write(_("No backup was made yet."))
        for backup in found:
            names = _("with identities") if backup.with_identities else _("without identities")
            self.stdout.write(f"{day_and_time(backup.made)}  {backup.path}")
            self.stdout.write(
                "    "
                + _("%(age)s old, expires on %(when)s, %(names)s, %(status)s")
                % {
                    "age": age(backup.made),
                    "when": day_and_time(backup.expires),
                    "names": names,
                    "status": _status(backup),
                }
            )
