"""`backup FILE`: a consistent copy while people work."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding.management.backups import KEEP_DAYS, MOST_DAYS, make_backup
from coding.management.base import KodebenkCommand
from coding.management.saying import day_and_time


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"1-{MOST_DAYS}")
    return days


class Command(KodebenkCommand):
    help = "Write a backup to FILE while people work; without the identity store, unless asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--with-identities", action="store_true", help="the identity store too")
        parser.add_argument(
            "--keep-days", type=_days, default=KEEP_DAYS, metavar="N", help="days until it expires"
        )
        parser.add_argument("--force", action="store_true", help="replace an older backup")

    def prepare(self) -> None:
        """Nothing: a database of an older version is what one wants a copy of before `migrate`."""

    def handle(self, *args: Any, **options: Any) -> None:
        manifest = make_backup(
            Path(options["file"]),
            with_identities=options["with_identities"],
            keep_days=options["keep_days"],
            force=options["force"],
        )
        self.stdout.write(
            _("Wrote the backup %(file)s. It expires on %(when)s.")
            % {"file": options["file"], "when": day_and_time(manifest.expires)}
        )
        self.stdout.write(
            _("It holds the identity store: keep it apart from the key.")
            if manifest.with_identities
            else _("It holds no identities.")
        )
