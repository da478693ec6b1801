"""Measure how fast Kodebenk is, on a generated study in a data folder of its own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from itertools import chain
from typing import Any

import django
from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from coding.management import (
    benchmarks_analysis,
    benchmarks_page,
    benchmarks_reports,
    benchmarks_texts,
    benchmarks_words,
)
from coding.management.base import KodebenkCommand
from coding.management.benchmarks import figures
from coding.management.serving import collect_static

# What could make it measure in somebody's data.
ELSEWHERE = ("DATABASE_URL", "IDENTITIES_URL", "IDENTITIES_FILE", "IDENTITY_KEY", "IDENTITY_KEY_FILE")


class Command(KodebenkCommand):
    help = (
        "Print figures of speed as a Markdown table. Touches no data: it works in a folder that it deletes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--here", action="store_true", help="measure in DATA_DIR, which must be empty")
        parser.add_argument(
            "--million", action="store_true", help="codes together and queries at 1,000,000 codings too"
        )

    def prepare(self) -> None:
        """The database is made in the measuring process."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["here"]:
            with tempfile.TemporaryDirectory(prefix="kodebenk-bench-") as folder:
                command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", "--here"]
                command += ["--million"] if options["million"] else []
                # Playwright keeps an event loop in the process that measures, which Django would take for a coroutine.
                environment = {**os.environ, "DATA_DIR": folder, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
                for name in ELSEWHERE:
                    environment.pop(name, None)
                raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)
        super().prepare()
        collect_static()
        analysis = benchmarks_analysis.figures(million=options["million"])
        machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
        self.stdout.write(f"{timezone.localdate()}: {machine}, Django {django.get_version()}, SQLite\n\n")
        self.stdout.write("| what | measured | aim |\n| --- | --- | --- |")
        for figure in chain(
            figures(),
            benchmarks_texts.figures(),
            benchmarks_words.figures(),
            analysis,
            benchmarks_reports.figures(),
            benchmarks_page.figures(),
        ):
            self.stdout.write(f"| {figure.what} | {figure.value} | {figure.aim} |")
            self.stdout.flush()
