"""The keys of the coding page for those who read about them: from the one table in keys.js that binds them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from coding.views.coding_words import words

_FILE = Path(settings.BASE_DIR) / "static" / "js" / "coding" / "keys.js"
_ROW = re.compile(r"^  (\{ group: .*\}),$", re.MULTILINE)
_NAME = re.compile(r"(?<=[{,] )(\w+):")
_ARROWS = {"ArrowDown": "↓", "ArrowUp": "↑", "ArrowLeft": "←", "ArrowRight": "→", "Backspace": "⌫"}
# A row with more keys than this stands for a run of them and shows the first and the last.
_A_FEW = 4


@cache
def rows() -> list[dict[str, Any]]:
    """The rows of KEYS as keys.js has them."""
    return [json.loads(_NAME.sub(r'"\1":', row)) for row in _ROW.findall(_FILE.read_text(encoding="utf-8"))]


def key_groups() -> list[tuple[str, list[tuple[list[list[str]], bool, str]]]]:
    """[(heading, [(keystrokes, whether they are the ends of a run, what they do)])], in the reader's language.

    A keystroke is its keys by name: ["Ctrl", "G"].
    """
    said = words()
    groups: dict[str, dict[str, list[str]]] = {}
    for row in rows():
        groups.setdefault(row["group"], {}).setdefault(row["does"], []).extend(row["keys"])
    return [
        (
            said[f"keys_{group}"],
            [
                (
                    [spelled(key, said) for key in (keys if len(keys) <= _A_FEW else [keys[0], keys[-1]])],
                    len(keys) > _A_FEW,
                    said[f"key_{does}"],
                )
                for does, keys in doing.items()
            ],
        )
        for group, doing in groups.items()
    ]


def spelled(key: str, said: dict[str, str]) -> list[str]:
    """The keys of a keystroke, as they stand on a keyboard."""
    return [_ARROWS.get(part, said.get(f"keyname_{part}", part)) for part in re.split(r"(?<=.)\+", key)]
