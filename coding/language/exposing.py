"""What in a quoted text may tell who said it: listed names, e-mail, telephone, identity numbers, streets, places.

Pure, and quick enough for a page: what needs the lexicon was looked for when the source was cleared of names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from coding.language import patterns
from coding.language.occurrences import find_all
from coding.language.places import places
from coding.language.tokens import WORD

NAME, EMAIL, PHONE, ID_NUMBER, ADDRESS, PLACE = "name", "email", "phone", "id_number", "address", "place"
# With one of these a quotation does not leave before somebody has answered for it; the rest is pointed out.
BLOCKING = frozenset({NAME, EMAIL, PHONE, ID_NUMBER})
_LONGEST_PLACE = 3


@dataclass(frozen=True, slots=True)
class Exposure:
    """A stretch (code points, end exclusive) and what it may tell."""

    start: int
    end: int
    kind: str

    @property
    def blocks(self) -> bool:
        return self.kind in BLOCKING


def exposures(text: str, names: Mapping[str, str], harmless: Collection[str] = ()) -> list[Exposure]:
    """What may tell who speaks in `text`, in order, not overlapping.

    `names` are listed names ({name: kind}, see `language.names.KINDS`); `harmless` places (the study's cities) are
    not pointed out.
    """
    found = [Exposure(start, end, NAME) for start, end, _term, _ending in find_all(text, names)]
    for kind, stretches in (
        (EMAIL, patterns.emails(text)),
        (ID_NUMBER, patterns.id_numbers(text)),
        (PHONE, patterns.phones(text)),
        (ADDRESS, patterns.addresses(text, lambda word: True)),
    ):
        found += [Exposure(start, end, kind) for start, end, _sure in stretches]
    found += _places(text, {name.casefold() for name in harmless})
    kept: list[Exposure] = []
    for one in sorted(found, key=lambda each: (not each.blocks, each.start - each.end)):
        if not any(other.start < one.end and one.start < other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)


def _places(text: str, harmless: Collection[str]) -> list[Exposure]:
    words = list(WORD.finditer(text))
    found, at = [], 0
    while at < len(words):
        for length in range(min(_LONGEST_PLACE, len(words) - at), 0, -1):
            start, end = words[at].start(), words[at + length - 1].end()
            name = text[start:end]
            if name[0].isupper() and _is_place(name) and name.casefold() not in harmless:
                found.append(Exposure(start, end, PLACE))
                break
        else:
            length = 1
        at += length
    return found


def _is_place(name: str) -> bool:
    folded = name.casefold()
    return folded in places() or (folded.endswith("s") and folded[:-1] in places())
