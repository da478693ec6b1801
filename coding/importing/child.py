"""The process that reads one file and nothing else: limits first, then the reader, then one JSON answer.

Started by `isolation`; the order comes on standard input, the answer goes to standard output.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def limit(order: dict[str, Any]) -> None:
    """Bound this process, where the system can: memory, processor time, what it may write, no core dump."""
    try:
        import resource
    except ImportError:
        return
    limits = order["limits"]
    for name, value in (
        ("RLIMIT_AS", limits["memory_bytes"]),
        ("RLIMIT_CPU", limits["seconds"]),
        ("RLIMIT_FSIZE", order["answer_bytes"]),
        ("RLIMIT_CORE", 0),
    ):
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = value + 2 if name == "RLIMIT_CPU" else value
        try:
            _, most = resource.getrlimit(kind)
            if most != resource.RLIM_INFINITY:
                hard = min(hard, most)
            resource.setrlimit(kind, (min(value, hard), hard))
        except (ValueError, OSError):
            continue


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """What became of the file: `document`, or `refused` with code and values."""
    from pathlib import Path

    from .document import Refused
    from .reading import Limits, read

    try:
        document = read(
            Path(order["path"]),
            order["file_name"],
            encoding=order["encoding"],
            speakers=order["speakers"],
            limits=Limits(**order["limits"]),
        )
        return {"document": document.to_json()}
    except Refused as refused:
        return {"refused": [refused.message.code, dict(refused.message.params)]}
    except MemoryError:
        return {"refused": ["too_heavy", {}]}
    except Exception:
        return {"refused": ["crashed", {}]}


def main() -> None:
    order = json.loads(sys.stdin.buffer.read())
    limit(order)
    result = answer(order)
    try:
        written = json.dumps(result, ensure_ascii=True).encode("ascii")
    except MemoryError:
        written = b'{"refused": ["too_heavy", {}]}'
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
