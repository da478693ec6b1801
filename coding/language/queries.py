"""What somebody asks of the words of a text: parsed once, answered text by text. Knows no database.

    kaffe            any form of the word          "gratis kaffe"    these words in a row, in any form
    =kaffen          exactly this form             ="gratis kaffe"   exactly these forms in a row
    frivil*          words that begin so           kaffe NEAR/5 kake  with at most five words between them
    a b, a AND b     both in one turn              a OR b, a NOT b, ( )

AND, OR, NOT and NEAR are understood in Norwegian too (OG, ELLER, IKKE, NÆR); they are written in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from coding.language.lemmas import Reading

__all__ = ["MOST_WORDS", "Misasked", "Query", "Words", "as_phrase", "parse"]

MOST_WORDS = 40
MOST_BETWEEN = 100
_SHORTEST_BEGINNING = 2
_AND, _OR, _NOT = {"AND", "OG"}, {"OR", "ELLER"}, {"NOT", "IKKE"}
_NEAR = re.compile(r"(?:NEAR|NÆR)(?:/(\d{1,4}))?$")
_PIECE = re.compile(r'\s*(?:(=?)"([^"]*)"|([()])|([^\s()"]+))')
_WORD = re.compile(r"[^\W_](?:[^\s()\"]*[^\W_])?")


class Misasked(Exception):
    """A question that cannot be answered; `reason` is one of empty, many, quote, bracket, alone, short, near."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Words:
    """A text as the analyser read it, ready to be asked. `places` is an array of three rows: starts, ends, numbers.

    Offsets are code points, end exclusive. `bounds` are the word numbers at which turns begin, ascending, the number
    of words last; `turn_of` tells for each word in which turn it stands.
    """

    def __init__(
        self,
        vocabulary: Sequence[tuple[str, Reading]],
        places: np.ndarray,
        turn_starts: Sequence[int],
    ) -> None:
        self.vocabulary = vocabulary
        self.starts, self.ends, self.numbers = places.astype(np.int64)
        self.turns = len(turn_starts)
        self.turn_of = np.searchsorted(np.asarray(turn_starts, dtype=np.int64), self.starts, side="right") - 1

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def forms(self) -> Mapping[str, list[int]]:
        return _numbered((form, number) for number, (form, _read) in enumerate(self.vocabulary))

    @cached_property
    def lemmas(self) -> Mapping[str, list[int]]:
        return _numbered(
            (lemma, number)
            for number, (_form, read) in enumerate(self.vocabulary)
            for lemma in (read.lemma, *read.others)
        )

    @cached_property
    def parts(self) -> Mapping[str, list[int]]:
        return _numbered(
            (part, number) for number, (_form, read) in enumerate(self.vocabulary) for part in read.parts
        )

    def at(self, entries: Iterable[int]) -> np.ndarray:
        """The numbers of the words that are one of these entries of the vocabulary, ascending."""
        wanted = np.zeros(len(self.vocabulary), dtype=bool)
        wanted[list(entries)] = True
        return np.flatnonzero(wanted[self.numbers])


def _numbered(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, number in pairs:
        found.setdefault(key, []).append(number)
    return found


@dataclass
class Found:
    """What a part of a question finds in one text: hits as word numbers [first, last), and in which turns it holds."""

    hits: np.ndarray
    turns: np.ndarray


@dataclass(frozen=True)
class _Term:
    """One word of the question."""

    form: str
    exact: bool = False
    beginning: bool = False
    reading: Reading = field(default=Reading(""))

    def entries(self, words: Words, compounds: bool) -> set[int]:
        if self.beginning:
            return {n for form, numbers in words.forms.items() if form.startswith(self.form) for n in numbers}
        entries = set(words.forms.get(self.form, ()))
        if self.exact:
            return entries
        lemma = self.reading.lemma
        # A word in its own basic form asks for that; one in another form for all that it may be a form of.
        asked = (lemma,) if lemma == self.form else (lemma, *self.reading.others)
        for one in asked:
            entries.update(words.lemmas.get(one, ()))
            if compounds:
                entries.update(words.parts.get(one, ()))
        return entries


@dataclass(frozen=True)
class _Phrase:
    """Words in a row; one word is the shortest of them."""

    terms: tuple[_Term, ...]

    def find(self, words: Words, compounds: bool) -> Found:
        first: np.ndarray | None = None
        for place, term in enumerate(self.terms):
            at = words.at(term.entries(words, compounds and len(self.terms) == 1)) - place
            first = at if first is None else np.intersect1d(first, at, assume_unique=True)
        assert first is not None
        hits = np.stack([first, first + len(self.terms)], axis=1)
        return _within_turns(words, hits)


@dataclass(frozen=True)
class _Near:
    """Two parts with at most `between` words between them, in either order, in one turn."""

    left: _Phrase | _Near
    right: _Phrase
    between: int

    def find(self, words: Words, compounds: bool) -> Found:
        left = self.left.find(words, compounds).hits
        right = self.right.find(words, compounds).hits
        pairs = [*_close(left, right, self.between), *_close(right, left, self.between)]
        hits = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
        return _within_turns(words, hits)


@dataclass(frozen=True)
class _All:
    parts: tuple[_Part, ...]
    without: tuple[_Part, ...] = ()

    def find(self, words: Words, compounds: bool) -> Found:
        found = [part.find(words, compounds) for part in self.parts]
        turns = np.logical_and.reduce([one.turns for one in found])
        for part in self.without:
            turns &= ~part.find(words, compounds).turns
        return _kept(words, np.concatenate([one.hits for one in found]), turns)


@dataclass(frozen=True)
class _Any:
    parts: tuple[_Part, ...]

    def find(self, words: Words, compounds: bool) -> Found:
        found = [part.find(words, compounds) for part in self.parts]
        turns = np.logical_or.reduce([one.turns for one in found])
        return _kept(words, np.concatenate([one.hits for one in found]), turns)


_Part = _Phrase | _Near | _All | _Any


def _within_turns(words: Words, hits: np.ndarray) -> Found:
    if len(hits):
        hits = hits[words.turn_of[hits[:, 0]] == words.turn_of[hits[:, 1] - 1]]
    turns = np.zeros(words.turns, dtype=bool)
    if len(hits):
        turns[words.turn_of[hits[:, 0]]] = True
    return Found(hits, turns)


def _kept(words: Words, hits: np.ndarray, turns: np.ndarray) -> Found:
    if len(hits):
        hits = hits[turns[words.turn_of[hits[:, 0]]]]
        # One number for each hit is sorted much faster than pairs are.
        width = len(words) + 1
        keys = np.unique(hits[:, 0] * width + hits[:, 1])
        hits = np.stack([keys // width, keys % width], axis=1)
    return Found(hits.reshape(-1, 2), turns)


def _close(left: np.ndarray, right: np.ndarray, between: int) -> list[tuple[int, int]]:
    """Pairs of a left hit and the next right hit behind it, as one stretch each."""
    if not len(left) or not len(right):
        return []
    place = np.searchsorted(right[:, 0], left[:, 1])
    there = place < len(right)
    left, place = left[there], place[there]
    near = right[place, 0] - left[:, 1] <= between
    return [(int(a), int(b)) for a, b in zip(left[near, 0], right[place[near], 1], strict=True)]


@dataclass(frozen=True)
class Query:
    """A parsed question. `compounds`: a word is also found as a part of longer ones."""

    part: _Part
    compounds: bool = True

    def find(self, words: Words) -> np.ndarray:
        """The hits in one text as word numbers [first, last), in order, each once."""
        return self.part.find(words, self.compounds).hits


def parse(text: str, read: Callable[[str], Reading], *, compounds: bool = True) -> Query:
    """Read a question; `read` says of which lemma a form is. Raises Misasked."""
    return _Parser(text, read).query(compounds)


def as_phrase(text: str) -> str:
    """The question for these words in a row, where they are nothing but words; one that asks in another way stays."""
    words = text.split()
    signs = any(sign in text for sign in '"=*()')
    if len(words) < 2 or signs or any(word in _AND | _OR | _NOT or _NEAR.match(word) for word in words):
        return text
    return f'"{text}"'


class _Parser:
    def __init__(self, text: str, read: Callable[[str], Reading]) -> None:
        self.read = read
        self.words = 0
        if text.count('"') % 2:
            raise Misasked("quote")
        self.pieces: list[tuple[str, str]] = []
        for exact, phrase, bracket, word in _PIECE.findall(text):
            if bracket:
                self.pieces.append((bracket, bracket))
            elif word:
                self._bare(word)
            else:
                self.pieces.append(("=phrase" if exact else "phrase", phrase))
        self.pieces.append(("end", ""))
        self.place = 0
        self.depth = 0

    def _bare(self, word: str) -> None:
        if word in _AND | _OR | _NOT:
            self.pieces.append(("and" if word in _AND else "or" if word in _OR else "not", word))
        elif match := _NEAR.match(word):
            self.pieces.append(("near", match[1] or "10"))
        else:
            self.pieces.append(("word", word))

    def query(self, compounds: bool) -> Query:
        if self._kind() == "end":
            raise Misasked("empty")
        part = self._any()
        if self._kind() != "end":
            raise Misasked("bracket")
        return Query(part, compounds)

    def _kind(self) -> str:
        return self.pieces[self.place][0]

    def _take(self) -> str:
        self.place += 1
        return self.pieces[self.place - 1][1]

    def _any(self) -> _Part:
        parts = [self._all()]
        while self._kind() == "or":
            self._take()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else _Any(tuple(parts))

    def _all(self) -> _Part:
        wanted: list[_Part] = []
        without: list[_Part] = []
        while self._kind() not in ("or", ")", "end"):
            if self._kind() == "and":
                self._take()
                continue
            if self._kind() == "not":
                self._take()
                without.append(self._near())
            else:
                wanted.append(self._near())
        if not wanted:
            raise Misasked("alone" if without else "empty")
        if len(wanted) == 1 and not without:
            return wanted[0]
        return _All(tuple(wanted), tuple(without))

    def _near(self) -> _Part:
        part = self._one()
        while self._kind() == "near":
            between = int(self._take())
            right = self._one()
            if (
                between > MOST_BETWEEN
                or not isinstance(part, _Phrase | _Near)
                or not isinstance(right, _Phrase)
            ):
                raise Misasked("near")
            part = _Near(part, right, between)
        return part

    def _one(self) -> _Part:
        kind = self._kind()
        if kind == "(":
            self._take()
            self.depth += 1
            if self.depth > MOST_WORDS:
                raise Misasked("many")
            part = self._any()
            if self._kind() != ")":
                raise Misasked("bracket")
            self._take()
            self.depth -= 1
            return part
        if kind in ("phrase", "=phrase"):
            forms = _WORD.findall(self._take())
            return self._phrase([self._term(form, exact=kind == "=phrase") for form in forms])
        if kind == "word":
            word = self._take()
            exact = word.startswith("=")
            forms = [match.group() for match in _WORD.finditer(word)]
            terms = [self._term(form, exact=exact) for form in forms]
            if forms and word.endswith("*"):
                if len(forms[-1]) < _SHORTEST_BEGINNING:
                    raise Misasked("short")
                terms[-1] = _Term(forms[-1].casefold(), beginning=True)
            return self._phrase(terms)
        raise Misasked("near" if self.place and self.pieces[self.place - 1][0] == "near" else "alone")

    def _term(self, form: str, *, exact: bool) -> _Term:
        folded = form.casefold()
        return _Term(folded, exact=exact, reading=Reading(folded) if exact else self.read(folded))

    def _phrase(self, terms: list[_Term]) -> _Phrase:
        if not terms:
            raise Misasked("empty")
        self.words += len(terms)
        if self.words > MOST_WORDS:
            raise Misasked("many")
        return _Phrase(tuple(terms))
