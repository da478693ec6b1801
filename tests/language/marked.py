"""Constructed transcripts with what they hold marked in them, and how much of it is found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coding.language.names import Suggestion

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "names"
_MARK = re.compile(r"\[\[(\w+):([^\[\]]+)\]\]")


@dataclass(frozen=True)
class Marked:
    """A text and what identifies somebody in it: (start, end, kind)."""

    text: str
    marks: list[tuple[int, int, str]]


def marked(source: str) -> Marked:
    """`[[person:Kari]]` becomes `Kari`, and a mark over it."""
    text, marks, last = "", [], 0
    for match in _MARK.finditer(source):
        text += source[last : match.start()]
        marks.append((len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        last = match.end()
    return Marked(text + source[last:], marks)


def transcript(name: str) -> Marked:
    return marked((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Measured:
    """Found: every letter of the mark lies in suggestions. Right: one of them has its kind. Exact: one is the mark."""

    marks: int
    found: int
    right: int
    exact: int
    suggestions: int
    hits: int
    missed: list[str]
    alarms: list[str]

    @property
    def recall(self) -> float:
        return self.found / self.marks

    @property
    def precision(self) -> float:
        return self.hits / self.suggestions

    @property
    def types(self) -> float:
        return self.right / self.found


def measure(given: Marked, suggestions: Iterable[Suggestion]) -> Measured:
    suggested = list(suggestions)
    covered = {at for each in suggested for at in range(each.start, each.end)}
    found, right, exact, missed = 0, 0, 0, []
    for start, end, kind in given.marks:
        if not all(at in covered for at in range(start, end) if not given.text[at].isspace()):
            missed.append(_around(given.text, start, end))
            continue
        found += 1
        over = [each for each in suggested if each.start < end and each.end > start]
        right += any(each.kind == kind for each in over)
        exact += any((each.start, each.end) == (start, end) for each in over)
    alarms = [
        each
        for each in suggested
        if not any(start < each.end and end > each.start for start, end, _ in given.marks)
    ]
    shown = [
        f"{each.kind}{'' if each.sure else '?'}: {_around(given.text, each.start, each.end)}"
        for each in alarms
    ]
    return Measured(
        len(given.marks), found, right, exact, len(suggested), len(suggested) - len(alarms), missed, shown
    )


def _around(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - 20) : start]}<{text[start:end]}>{text[end : end + 20]}".replace("\n", "⏎")
