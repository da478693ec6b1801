"""Serve the demo project: set up what is missing, say where it is and who can sign in, serve until Ctrl-C."""

from __future__ import annotations

import socket
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from coding.management.base import KodebenkCommand
from coding.management.commands.serve import port_of, usable


class Command(KodebenkCommand):
    help = "Load the demo project where it is missing and serve it. --reset begins afresh."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true")
        parser.add_argument("--port")

    def handle(self, *args: Any, **options: Any) -> None:
        port = port_of(options)
        # Loading takes a while: whoever cannot be served hears it before.
        with usable(port), socket.socket() as probe:
            # A port that was served on a moment ago is free, as it is for the server.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        call_command("load_demo", reset=options["reset"], language=options["language"], stdout=self.stdout)
        self.stdout.flush()
        call_command("serve", port=port, language=options["language"], stdout=self.stdout)
