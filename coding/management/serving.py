"""The served Kodebenk: static files in place, a worker that is kept alive, a web server in this process."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

log = logging.getLogger(__name__)
THREADS = 8
# A form with many files and no script is one request; each file in it still has its own limit.
MOST_BYTES_A_REQUEST = 1024 * 1024 * 1024


def collect_static() -> None:
    """Collect and hash the static files, unless nothing has changed since the last time."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))
            seen.update(f"{name}/{found.st_size}/{found.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    with contextlib.suppress(FileNotFoundError):
        if stamp.read_text() == seen.hexdigest():
            return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(seen.hexdigest())


class Worker:
    """A child process `manage.py work`, started again whenever it ends, until `stop`.

    It holds the reading end of a pipe of which this process holds the other: however this process ends, the pipe
    closes, and the child ends too.
    """

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True, name="supervisor")

    def start(self) -> None:
        self._thread.start()

    def _watch(self) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            began = time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "work", "--supervised"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                # A group of its own: Ctrl-C in a terminal reaches this process only, which then ends the child.
                start_new_session=True,
            )
            status = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, 30.0)
            log.warning("the worker ended with status %s and is started again in %s s", status, pause)
            self._stopping.wait(pause)

    def stop(self) -> None:
        """End the child: by closing its pipe, and by force where that does not help."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextlib.contextmanager
def _ending_on_signals() -> Iterator[None]:
    """SIGTERM (and a closed terminal) end the server as Ctrl-C does."""
    before = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # A shell starts what it puts in the background deaf to Ctrl-C, nohup to a closed terminal: only that is wanted.
        if number is not None and (name != "SIGHUP" or signal.getsignal(number) != signal.SIG_IGN):
            before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(host: str, port: int, *, ready: str = "") -> None:
    """Serve until Ctrl-C or SIGTERM, then stop the worker too. `ready` is printed when requests are answered.

    Raises OSError where the port is taken.
    """
    from waitress import create_server

    collect_static()
    server = create_server(
        get_wsgi_application(),
        host=host,
        port=port,
        threads=THREADS,
        max_request_body_size=MOST_BYTES_A_REQUEST,
        ident=None,
    )
    worker = Worker()
    with _ending_on_signals():
        worker.start()
        try:
            if ready:
                sys.stdout.write(ready + "\n")
                sys.stdout.flush()
            server.run()
        finally:
            worker.stop()
            server.close()
