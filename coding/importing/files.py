"""The first look at an uploaded file: is it there, does it hold anything, is it small enough?"""

from __future__ import annotations

from pathlib import Path

from .document import refuse


def head_of(path: Path, *, length: int, most_bytes: int) -> bytes:
    """The first `length` bytes of a file. Raises `Refused` where it is missing, empty or over `most_bytes`."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(length)
    except OSError:
        raise refuse("missing") from None
    if size == 0:
        raise refuse("empty")
    if size > most_bytes:
        raise refuse("too_big", limit=most_bytes // (1024 * 1024))
    return head
