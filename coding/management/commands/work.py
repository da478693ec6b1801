"""Carry out what waits in the background: reading uploaded files, storing them, making large exports."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext_lazy

from coding.management.base import KodebenkCommand
from coding.tasks import work


class Command(KodebenkCommand):
    help = str(gettext_lazy("Carry out background work until stopped."))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--supervised",
            action="store_true",
            help="end when standard input closes, with the process that holds it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ended = threading.Event()
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), lambda *_signal: ended.set())
        if options["supervised"]:
            threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
        work(ended)


def _end_with_parent() -> None:
    """Wait until the other end of standard input closes, then end at once, with every process started here.

    What was under way is taken up by the next worker. The pipe closes however the parent ends, on every system.
    """
    while sys.stdin.buffer.read(1):
        pass
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)
