"""What replacing names does to a text. Pure; offsets are code points, end exclusive."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from coding.anchoring.offsets import as_stored
from coding.anchoring.spans import Edit
from coding.language.occurrences import find_all

REPLACE, KEEP = "replace", "keep"


@dataclass(frozen=True)
class Decision:
    """What a person decided about a word of the texts. `term` is as it was found; `replacement` is empty for KEEP."""

    key: uuid.UUID
    term: str
    kind: str
    verdict: str
    replacement: str
    by: str


class Marked(Protocol):
    """A place [start, end) of a text at which something else holds than was decided about the word there."""

    start: int
    end: int
    verdict: str
    replacement: str


def replacing(found: Sequence[Decision]) -> tuple[dict[str, str], dict[str, str]]:
    """Of decisions those that replace: {term: kind} and {term: replacement}."""
    chosen = [one for one in found if one.verdict == REPLACE]
    return {one.term: one.kind for one in chosen}, {one.term: one.replacement for one in chosen}


def genitive(word: str, suffix: str) -> str:
    """`word` with the genitive that `suffix` (what stood after the name) has, if it is one: Annes, Lars'."""
    if not suffix.casefold().endswith(("s", "'", "’")):
        return word
    return f"{word}'" if word.casefold().endswith(("s", "x", "z")) else f"{word}s"


def reworded(text: str, terms: Mapping[str, str], replacements: Mapping[str, str]) -> list[Edit]:
    """The edits that replace each of `terms` ({term: kind}) in `text`, in whatever form it stands there."""
    return [
        Edit(start, end, genitive(replacements[term], suffix))
        for start, end, term, suffix in find_all(text, terms)
    ]


def edits_of(
    text: str, marks: Sequence[Marked], terms: Mapping[str, str], replacements: Mapping[str, str]
) -> list[Edit]:
    """What replacing does to one text: the decided words but where a mark keeps them, and the marked places."""
    here = [mark for mark in marks if mark.verdict == REPLACE]
    kept = [mark for mark in marks if mark.verdict == KEEP]
    edits = [Edit(mark.start, mark.end, mark.replacement) for mark in here]
    for edit in reworded(text, terms, replacements):
        if not any(m.start < edit.end and edit.start < m.end for m in [*here, *kept]):
            edits.append(edit)
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def rewording(terms: Mapping[str, str], replacements: Mapping[str, str]) -> Callable[[str], str]:
    """A function that replaces each of `terms` in a text that stands by itself: a memo, a recorded change."""

    begins = [term.split()[0].casefold() for term in terms]

    def reword(text: str) -> str:
        folded = text.casefold()
        if not any(word in folded for word in begins):
            return text
        parts, at = [], 0
        for edit in reworded(text, terms, replacements):
            parts += [text[at : edit.start], edit.text]
            at = edit.end
        return as_stored("".join([*parts, text[at:]])) if parts else text

    return reword
