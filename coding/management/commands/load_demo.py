"""Load the demo project and its accounts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding.management import demo
from coding.management.base import KodebenkCommand
from coding.models import Role


class Command(KodebenkCommand):
    help = "Load the demo project and its accounts; --reset deletes the demo project first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reset"]:
            demo.remove()
        loaded = demo.load()
        self.stdout.write(
            _("The demo project is loaded.") if loaded else _("The demo project is there already.")
        )
        self.stdout.write(_("Accounts:"))
        for account in demo.accounts():
            role = Role(account.role).label
            self.stdout.write(f"  {account.username:<8} {account.password:<16} {role}")
