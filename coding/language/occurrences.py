"""Every place where a name stands in a text, inflected too.

A name stands there as a word of its own: "Kari" is in "Karis" and "Kari-gruppa", not in "Karin". Upper and lower case
count: what was typed "Kari" is found as "Kari" and "KARI"; what was typed "kari" is found as "kari" as well.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping

from coding.language.places import NORWEGIAN
from coding.language.tokens import MARKS, WORD

__all__ = ["find_all", "occurrences"]

# "Bergenet" is odd, but "Frivilligsentralen", "Nordneset" and "Sentrene" are how people speak of places and houses.
_DEFINITE = ("enes", "ene", "ens", "ets", "en", "et", "as", "a")
_DEFINITE_KINDS = frozenset({"organisation", "place"})
_LETTER = rf"[^\W_]|[{MARKS}]"
_BLANKS = r"[^\S\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+"
_PIECE = re.compile(rf"(?P<word>{WORD.pattern})|(?P<blanks>\s+)|(?P<other>.)", re.DOTALL)

Found = tuple[int, int, str]


def occurrences(text: str, term: str, kind: str = "person") -> list[Found]:
    """Every place where `term` stands: (start, end with the ending, the ending or ""), in order, not overlapping.

    Endings: the genitive ("Karis", "Kari's", "Hans'"); for an organisation or a place the definite form and its
    genitive too. Words of one term may be parted by any blanks of one line. No stretch ends before a combining mark.
    """
    hits = [(start, end, suffix) for start, end, _, suffix in _hits(text, {term: kind})]
    return sorted(_apart(hits))


def find_all(text: str, terms: Mapping[str, str]) -> list[tuple[int, int, str, str]]:
    """All `terms` ({term: kind}) at once: (start, end, term, ending), in order, not overlapping, the longest first.

    Where two terms claim the same stretch ("Andrea" + s, "Andreas"), the one that needs no ending has it.
    """
    rank = {term: number for number, term in enumerate(terms)}
    hits = sorted(_hits(text, terms), key=lambda hit: (hit[0] - hit[1], len(hit[3]), hit[0], rank[hit[2]]))
    taken: list[tuple[int, int]] = []
    kept = [hit for hit in hits if _take(taken, hit[0], hit[1])]
    return sorted(kept)


def _apart(hits: Iterable[Found]) -> Iterator[Found]:
    """From left to right, and of those that begin at one place the longest."""
    reached = 0
    for hit in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if hit[0] >= reached:
            reached = hit[1]
            yield hit


def _take(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Note the stretch as taken, unless it overlaps one that is."""
    at = bisect_left(taken, (start, end))
    if (at < len(taken) and taken[at][0] < end) or (at and taken[at - 1][1] > start):
        return False
    insort(taken, (start, end))
    return True


def _hits(text: str, terms: Mapping[str, str]) -> Iterator[tuple[int, int, str, str]]:
    by_word: dict[str, list[tuple[str, int]]] = {}
    for term in terms:
        normal = " ".join(unicodedata.normalize("NFC", term).split())
        first = WORD.search(normal)
        if first:
            by_word.setdefault(first.group().casefold(), []).append((term, first.start()))
        elif normal:
            yield from _literal(text, normal, term)
    endings = tuple({*_DEFINITE, "s"})
    for match in WORD.finditer(text):
        folded = match.group().casefold()
        stems = [folded, *(folded[: -len(ending)] for ending in endings if folded.endswith(ending))]
        for stem in stems:
            for term, before in by_word.get(stem, ()):
                hit = _stands(text, match.start() - before, term, terms[term])
                if hit:
                    yield hit[0], hit[1], term, hit[2]


def _literal(text: str, normal: str, term: str) -> Iterator[tuple[int, int, str, str]]:
    """A term without a letter, such as a telephone's sign, stands where it is written."""
    for match in re.finditer(rf"{re.escape(normal)}(?![{MARKS}])", text):
        yield match.start(), match.end(), term, ""


def _stands(text: str, start: int, term: str, kind: str) -> Found | None:
    if start < 0:
        return None
    match = _pattern(term, kind in _DEFINITE_KINDS).match(text, start)
    if not match:
        return None
    end, suffix = match.end(), match.group("ending") or ""
    # In 'Hans' between quotation marks the last one is no genitive.
    if suffix in ("'", "’") and text[start - 1 : start] in ("'", "’", "‘"):
        end, suffix = end - 1, ""
    if suffix and kind == "place" and text[start:end].casefold() in NORWEGIAN:
        return None
    return start, end, suffix


@functools.lru_cache(maxsize=4096)
def _pattern(term: str, definite: bool) -> re.Pattern[str]:
    normal = " ".join(unicodedata.normalize("NFC", term).split())
    body: list[str] = []
    last = ""
    for match in _PIECE.finditer(normal):
        last = match.group()
        if match["word"]:
            # A word ends where no letter follows; the last one is told its endings below.
            variants = sorted(
                {last, _title(last), last.upper(), last if body else last[:1].upper() + last[1:]}
            )
            body.append("(?:" + "|".join(map(re.escape, variants)) + ")")
        else:
            body.append(_BLANKS if match["blanks"] else re.escape(last))
    if not WORD.fullmatch(last):
        return re.compile(f"{''.join(body)}(?P<ending>)(?![{MARKS}])")
    endings = ["['’][sS]", "s", "S"]
    if definite:
        endings = [*_DEFINITE, *map(str.upper, _DEFINITE), *endings]
    if last[-1] in "sxzSXZ":
        endings.append("['’]")
    return re.compile(rf"{''.join(body)}(?P<ending>{'|'.join(endings)})?(?!{_LETTER})")


def _title(word: str) -> str:
    return word[:1].upper() + word[1:].lower()
