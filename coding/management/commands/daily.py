"""What an installation does once a day: carry out the rules of retention, forget old backups, free the space."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.actions.retention import carry_out, compact
from coding.management.backups import forget_expired
from coding.management.base import KodebenkCommand


class Command(KodebenkCommand):
    help = str(gettext_lazy("Carry out the rules of retention. Run it once a day, at night."))

    def handle(self, *args: Any, **options: Any) -> None:
        for name, many in carry_out():
            self.stdout.write(f"{name}: {many}")
        self.stdout.write(f"backups: {forget_expired()}")
        for alias in compact():
            self.stderr.write(
                _(
                    "The log of the database “%(name)s” could not be emptied: somebody was reading. The next run"
                    " does it."
                )
                % {"name": alias}
            )
