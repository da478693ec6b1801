"""Bring the databases up to date: the identity store's first, since the other moves names into it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as MigrateOne
from django.db import connections


class Command(MigrateOne):
    help = "Brings the database and the identity store up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="")

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        return {**super().get_check_kwargs(options), "databases": self._chosen(options)}

    def _chosen(self, options: dict[str, Any]) -> list[str]:
        return [options["database"]] if options["database"] else sorted(connections, reverse=True)

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in self._chosen(options):
            super().handle(*args, **options | {"database": alias})
