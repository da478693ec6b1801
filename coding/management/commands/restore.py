"""`restore FILE`: the databases become what a backup holds, less those who have withdrawn since."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.management import restoring
from coding.management.base import KodebenkCommand, Refusal
from coding.management.saying import age, day_and_time


class Command(KodebenkCommand):
    help = "Replace the database by a backup, while people work; removals made since are carried out again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--with-identities", action="store_true", help="the identity store too")
        parser.add_argument(
            "--ledger", action="append", default=[], metavar="FILE", help="a ledger.jsonl from elsewhere"
        )
        parser.add_argument("--expired-too", action="store_true", help="though the backup has expired")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def prepare(self) -> None:
        """Nothing: what is there may be of any version, or nothing at all."""

    def handle(self, *args: Any, **options: Any) -> None:
        path = restoring.file_at(options["file"])
        given = {name: options[name] for name in ("with_identities", "expired_too")}
        ledgers = [restoring.file_at(name) for name in options["ledger"]]
        manifest = restoring.look(path, **given)
        told = {"when": day_and_time(manifest.made), "age": age(manifest.made)}
        self.stdout.write(_("The backup is of %(when)s, %(age)s old.") % told)
        if not restoring.is_known(manifest) and not ledgers:
            self.stdout.write(
                _(
                    "It is not in this installation's ledger. Who has withdrawn elsewhere since is known only from"
                    " the ledger.jsonl of that place: give it with --ledger."
                )
            )
        here = not restoring.is_nothing_here(with_identities=options["with_identities"])
        if here and not options["yes"]:
            self._ask()
        done = restoring.restore(path, ledgers=ledgers, **given)
        self.stdout.write(_("Restored the backup of %(when)s.") % told)
        self.stdout.write(
            ngettext(
                "%(many)d removal made since was carried out again.",
                "%(many)d removals made since were carried out again.",
                done.applied,
            )
            % {"many": done.applied}
        )
        self.stdout.write(
            _("The identity store was restored too.")
            if options["with_identities"]
            else _("The identity store stays as it was.")
        )
        self.stdout.write(
            _(
                "Everybody signs in again. Names that were replaced since stand in the texts again: replace them."
            )
        )

    def _ask(self) -> None:
        """Raises Refusal unless a person says yes."""
        if not sys.stdin.isatty():
            raise Refusal(_("Everything written since would be gone. Say --yes if that is meant."))
        self.stdout.write(_("Everything written since will be gone. Type “yes” to go on."))
        if sys.stdin.readline().strip().casefold() not in ("yes", _("yes")):
            raise Refusal(_("Nothing was changed."))
