"""Serve the demo project: set up what is missing, say where it is and who can sign in, serve until Ctrl-C."""

from __future__ import annotations

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from coding.management.base import KodebenkCommand


class Command(KodebenkCommand):
    help = "Load the demo project where it is missing and serve it. --reset begins afresh."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true")
        parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("load_demo", reset=options["reset"], language=options["language"], stdout=self.stdout)
        self.stdout.flush()
        call_command("serve", port=options["port"], language=options["language"], stdout=self.stdout)
