"""The words that a word count of talk leaves out, bokmål and nynorsk; a project may have lists of its own instead."""

from __future__ import annotations

import functools
from pathlib import Path

__all__ = ["LANGUAGES", "shipped"]

LANGUAGES = ("nb", "nn")
_FOLDER = Path(__file__).resolve().parent / "stopwords"


@functools.cache
def shipped(language: str) -> str:
    """The list that comes with Kodebenk, one word to a line, in the order of the alphabet."""
    return (_FOLDER / f"{language}.txt").read_text(encoding="utf-8")
