"""The key that seals the identity store: whether it is there, and a new one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding import sealing
from coding.actions.identities import seal_again, unreadable
from coding.management.base import KodebenkCommand, Refusal


class Command(KodebenkCommand):
    help = "Says whether the identity store can be opened; --new puts a new key in force."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="make a new key and seal everything with it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new"]:
            if settings.IDENTITY_KEYS:
                raise Refusal(
                    _(
                        "The key stands in IDENTITY_KEY: put a new one before it there, then run this without --new."
                    )
                )
            sealing.add_key()
        many = seal_again() if sealing.has_key() else 0
        lost = unreadable()
        self.stdout.write(
            _("Entries that can be opened: %(open)d. Entries whose key is missing: %(lost)d.")
            % {"open": many, "lost": lost}
        )
