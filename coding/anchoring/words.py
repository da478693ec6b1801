"""Words: runs of characters that are not white space. A word lies where its first character lies."""

from __future__ import annotations

import re

_WORD = re.compile(r"\S+")


def count_words(text: str) -> int:
    """How many whitespace-separated words `text` has."""
    return sum(1 for _ in _WORD.finditer(text))


def word_starts(text: str) -> list[int]:
    """The offset (code points) of each word's first character, ascending."""
    return [match.start() for match in _WORD.finditer(text)]
