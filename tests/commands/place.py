"""An installation in processes of its own, on the engine of the run, and coders who write to it without a pause."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import uuid
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests import ready
from tests.served import ROOT, Served, until

SERVER = os.environ.get("DATABASE_URL", "")
# More than two coders put codes on while a slow machine makes a backup and brings one in.
WORDS = 60_000

SETUP = f"""
from tests.factories import *
lead = make_user("lena")
project = make_project("p", lead=lead)
code = make_code(project, "P1 Drift")
source = make_source(project, [("Informant", " ".join(f"w{{n:05}}" for n in range({WORDS})))])
"""

# Says each coding once it is committed. At the end of its words it waits to be ended.
CODER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "workbench.settings"
import django
django.setup()
from coding.actions.codings import code_passage
from coding.models import Code, Membership, Source
coder = Membership.objects.select_related("project").get(project__slug="p")
source = Source.objects.select_related("project").get(project__slug="p", title__startswith="Intervju")
code = Code.objects.get(project__slug="p").uuid
for n in range(int(sys.argv[1]), int(sys.argv[2])):
    (made,) = code_passage(actor=coder, source=source, start=n * 7, end=n * 7 + 6, codes=[code])
    print(made.uuid.hex, flush=True)
sys.stdin.read()
"""


class Place(Served):
    """A data folder with its databases. On PostgreSQL it has a database of its own, made and dropped with it."""

    def __init__(self, folder: Path, *, like: Place | None = None, sqlite: bool = False) -> None:
        """`like`: begins as a copy of another place, which nobody uses now."""
        super().__init__(folder)
        if like is not None:
            ready.copy(like.folder, folder)
        self.url = ""
        self.coders: list[Coder] = []
        self.environment["PYTHONPATH"] = str(ROOT)
        if SERVER and not sqlite:
            name = f"place_{uuid.uuid4().hex[:12]}"
            with psycopg.connect(SERVER, autocommit=True) as server:
                template = urlsplit(like.url).path[1:] if like else "template1"
                server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
            self.url = urlsplit(SERVER)._replace(path=f"/{name}").geturl()
        self.environment["DATABASE_URL"] = self.url

    def begin(self) -> None:
        if self.url:
            self.run("migrate", "-v", "0")
        else:
            super().begin()

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for coder in self.coders:
            coder.stop()
        if self.url:
            with psycopg.connect(SERVER, autocommit=True) as server:
                name = urlsplit(self.url).path[1:]
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]

    @property
    def file(self) -> Path:
        return self.folder / "kodebenk.sqlite3"

    def shell(self, code: str) -> str:
        return self.run("shell", "-v", "0", "-c", code)

    def say(self, *arguments: str) -> str:
        return self.run(*arguments, "--language", "en")

    def refused(self, *arguments: str) -> str:
        """The one sentence with which a command refuses, status 2."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments, "--language", "en"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        assert done.returncode == 2, (done.stdout, done.stderr)
        (sentence,) = done.stderr.splitlines()
        return sentence

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database as they are committed now, at one moment."""
        if self.url:
            with psycopg.connect(self.url, autocommit=True) as database:
                return list(database.execute(query))  # type: ignore[call-overload]
        with contextlib.closing(sqlite3.connect(self.file, timeout=20)) as database:
            return database.execute(query).fetchall()

    def number(self, query: str) -> int:
        return int(self.ask(query)[0][0])

    def codings(self) -> set[str]:
        return {uuid.UUID(str(key)).hex for (key,) in self.ask("select uuid from coding_coding")}

    def leftovers(self) -> list[str]:
        """What a restore that failed or was killed has not cleared away."""
        left = [path.name for path in self.folder.iterdir() if path.name.startswith(".")]
        if self.url:
            found = self.ask("select datname from pg_database where datname like 'place\\_%restore\\_%'")
            left += [name for (name,) in found]
        return left


class Coder:
    """A process that codes word after word from `first` on, and says so."""

    def __init__(self, place: Place, first: int, end: int) -> None:
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", CODER, str(first), str(end)],
            cwd=ROOT,
            env=place.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        place.coders.append(self)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.strip())

    def goes_on(self, many: int) -> None:
        """Wait until so many more codings are acknowledged."""
        goal = len(self.said) + many
        until(
            lambda: len(self.said) >= goal or self.process.poll() is not None, f"{many} more codings are made"
        )
        assert len(self.said) >= goal, self.process.stderr and self.process.stderr.read()

    def end(self) -> None:
        """End it where it stands; an error before that fails the test."""
        assert self.stop() == ""

    def finish(self) -> None:
        """Wait until all its words are coded."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        status = self.process.wait(timeout=60)
        assert (self.stop(), status) == ("", 0)

    def stop(self) -> str:
        """Kill it, unless it has ended; answers what it complained of."""
        assert self.process.stderr is not None
        if self.process.stderr.closed:
            return ""
        self.process.kill()
        complaint = self.process.stderr.read()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        return complaint


def code_words(place: Place, first: int, end: int) -> None:
    """Code some words and be done."""
    Coder(place, first, end).finish()


def members(backup: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(backup) as file:
        return {name: file.read(name) for name in file.namelist()}


def pack(backup: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return backup
