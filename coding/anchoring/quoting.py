"""Words of a person inside what others wrote: found by runs of words, so that no more than the run need be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEAST = 6  # fewer words in a row may well be the writer's own
_WORD = re.compile(r"\w+")


def without_words_of(text: str, said: Iterable[str], left_out: str) -> str:
    """`text` with every run of LEAST words or more that stands so in one of `said` replaced by `left_out`.

    Case and what stands between the words do not matter.
    """
    words = list(_WORD.finditer(text))
    if len(words) < LEAST:
        return text
    runs = {run for one in said for run in _runs([word.casefold() for word in _WORD.findall(one)])}
    own = [word.group().casefold() for word in words]
    taken = [False] * len(words)
    for place, run in enumerate(_runs(own)):
        if run in runs:
            taken[place : place + LEAST] = [True] * LEAST
    pieces, at, place = [], 0, 0
    while place < len(words):
        if not taken[place]:
            place += 1
            continue
        last = place
        while last + 1 < len(words) and taken[last + 1]:
            last += 1
        pieces += [text[at : words[place].start()], left_out]
        at, place = words[last].end(), last + 1
    return "".join([*pieces, text[at:]])


def _runs(words: list[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(words[place : place + LEAST]) for place in range(len(words) - LEAST + 1))
