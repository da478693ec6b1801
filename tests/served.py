"""A served Kodebenk in real processes, and somebody who asks it over HTTP."""

from __future__ import annotations

import http.cookiejar
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import ready

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0

needs_posix = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="ends processes as POSIX does and looks for them in /proc"
)


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that happens in another process."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Served:
    """Kodebenk served by processes of its own, in a data folder of its own: `manage.py serve`, or `demo`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
        self.environment = kept | {"DATA_DIR": str(folder), "PORT": str(self.port), "DATABASE_URL": ""}
        self.process: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        """Make it an installation that is ready and was never used."""
        ready.begin(self.folder)

    def run(self, *arguments: str) -> str:
        """What another command prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments: str) -> str:
        """Start it and wait until it says that it serves; answers what it printed until then."""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments, "--language", "en"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "http://" in line:
                return "".join(lines)
        raise AssertionError("".join(lines) + self.process.stderr.read())  # type: ignore[union-attr]

    def press_ctrl_c(self) -> None:
        """Ctrl-C, then wait; the worker has to be gone with it."""
        assert self.process is not None
        workers = children_of(self.process.pid)
        assert workers
        self.process.send_signal(signal.SIGINT)
        _out, err = self.process.communicate(timeout=PATIENCE)
        assert (self.process.returncode, "Traceback" in err) == (0, False), err
        until(lambda: not any(map(alive, workers)), "the worker ends")
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", self.port)) != 0

    def kill(self) -> None:
        """`kill -9` of the server; its worker ends by itself."""
        assert self.process is not None
        workers = children_of(self.process.pid)
        self.process.kill()
        self.stop()
        until(lambda: not any(map(alive, workers)), "the worker ends")

    def stop(self) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            for stream in (self.process.stdout, self.process.stderr):
                if stream is not None:
                    stream.close()


class Person:
    """Somebody with a browser without scripts."""

    def __init__(self, port: int) -> None:
        self.address = f"http://localhost:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> tuple[int, str]:
        return self.ask(urllib.request.Request(self.address + path))

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "") or ""
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        return self.ask(urllib.request.Request(self.address + path, data=body))

    def ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def sign_in(self, username: str, password: str) -> bool:
        self.get("/accounts/login/")
        self.post("/accounts/login/", login=username, password=password)
        return "/p/demo/" in self.get("/")[1]
