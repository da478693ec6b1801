"""Reading a file in a process of its own: whatever the file does, this process only waits, and not for long."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

from .document import Message, ReadDocument, Refused, refuse

if TYPE_CHECKING:
    from .reading import Limits

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "HOME")


def read_isolated(
    path: Path, file_name: str, *, encoding: str | None, speakers: bool, limits: Limits
) -> ReadDocument:
    """What `reading.read` answers, from a process with bounded memory, time and answer; `Refused` otherwise."""
    order = {
        "path": str(Path(path).resolve()),
        "file_name": file_name,
        "encoding": encoding,
        "speakers": speakers,
        "limits": asdict(limits),
        # Each character is at most twelve bytes of JSON; the turns and notes come on top.
        "answer_bytes": 12 * limits.characters + 32 * 1024 * 1024,
    }
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    environment |= {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(
            [sys.executable, "-m", "coding.importing.child"],
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=environment,
            close_fds=True,
        )
        try:
            # Waiting for a processor is no fault of the file, so the clock on the wall gives it half as much again.
            process.communicate(json.dumps(order).encode("utf-8"), timeout=1.5 * limits.seconds + 5)
        except subprocess.TimeoutExpired:
            raise refuse("too_slow", seconds=limits.seconds) from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        return _answer(answer, process.returncode, order["answer_bytes"], limits)  # type: ignore[arg-type]


def _answer(answer: IO[bytes], status: int, most: int, limits: Limits) -> ReadDocument:
    if status in (-getattr(signal, "SIGXCPU", 24), -getattr(signal, "SIGKILL", 9)):
        raise refuse("too_slow", seconds=limits.seconds)
    answer.seek(0)
    data = answer.read(most + 1)
    result = None
    if status == 0 and len(data) <= most:
        with contextlib.suppress(ValueError):
            result = json.loads(data)
    if not isinstance(result, dict):
        raise refuse("crashed")
    if "refused" in result:
        code, params = result["refused"]
        raise Refused(Message(code, params))
    return ReadDocument.from_json(result["document"])
