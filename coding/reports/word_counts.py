"""How often which words are said: counted by lemma, with the forms behind each, by city, type or any attribute."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np
from django.utils.translation import gettext as _

from coding.language.stop_words import LANGUAGES, shipped
from coding.models import Attribute, Project, StopWords, Value
from coding.models.names import search_key
from coding.reports.corpus import Corpus, read_corpus
from coding.reports.passages import Scope
from coding.reports.search import People

# Under so many words of a column no rate is given: one word more or less would change it by ten in 10,000.
LEAST_WORDS = 1_000
PER = 10_000


@dataclass(frozen=True)
class WordColumn:
    """A value of the attribute that makes columns (`value` None: not set) and how many words count in it."""

    value: int | None
    key: uuid.UUID | None
    name: str
    words: int

    def rate(self, count: int) -> float | None:
        """`count` for each 10,000 words; None where the column has too few words to say."""
        return per_ten_thousand(count, self.words)


def per_ten_thousand(count: int, words: int) -> float | None:
    """`count` for each 10,000 of `words`; None where there are under LEAST_WORDS."""
    return None if words < LEAST_WORDS else PER * count / words


@dataclass(frozen=True)
class WordRow:
    """A lemma: how often it is said in each column and in all, in how many sources, and in which forms how often."""

    lemma: str
    values: tuple[int, ...]
    total: int
    sources: int
    forms: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class WordCounts:
    """The rows, the most frequent first. `words` are all that count, stop words among them; `interviewers` says that
    interviewers' words count too."""

    rows: Sequence[WordRow]
    columns: tuple[WordColumn, ...]
    words: int
    interviewers: bool
    read: int
    waiting: int

    def rate(self, count: int) -> float | None:
        """`count` for each 10,000 of all words; None where they are too few to say."""
        return per_ten_thousand(count, self.words)

    def first(self, most: int) -> WordCounts:
        """The same with the most frequent rows only."""
        return replace(self, rows=self.rows[: max(most, 0)])

    @cached_property
    def counting(self) -> str:
        """How the numbers were counted."""
        who = (
            _("Interviewers' words and headings are counted too.")
            if self.interviewers
            else _("Interviewers' words and headings are left out.")
        )
        what = _(
            "A number says how often a word is said in any of its forms; a form that may be of several words counts"
            " under the likeliest. A rate is per 10,000 words, stop words among them, and is given where a column has"
            " at least %(least)s words."
        )
        return f"{what % {'least': LEAST_WORDS}} {who}"


def stop_words(project: Project) -> dict[str, str]:
    """The lists that hold in a project, one word to a line, by language: its own, else the shipped ones."""
    own = dict(StopWords.objects.filter(project=project).values_list("language", "words"))
    return {language: own.get(language, shipped(language)) for language in LANGUAGES}


def own_lists(project: Project) -> frozenset[str]:
    """The languages for which a project has a list of its own."""
    return frozenset(StopWords.objects.filter(project=project).values_list("language", flat=True))


def count_words(
    scope: Scope,
    *,
    by: str = "",
    interviewers: bool = False,
    stop: bool = True,
    shortest: int = 1,
    within: str = "",
) -> WordCounts:
    """The words of the scope's texts by lemma; the scope's conditions on people must hold for who says them.

    `by` is the key of an attribute that makes columns (empty: none). `stop` leaves out the project's stop words,
    `shortest` what has fewer letters; `within` keeps the lemmas in which, or in one of whose forms, it stands. Numbers
    are no words here. LookupError where the project has no such attribute.
    """
    attribute = None
    if by:
        attribute = Attribute.objects.filter(project=scope.project, key=by).first()
        if attribute is None:
            raise LookupError(by)
    corpus, waiting = read_corpus(scope)
    stopped: set[str] = set()
    if stop:
        stopped = {search_key(word) for words in stop_words(scope.project).values() for word in words.split()}
    counted = _Counted(scope, corpus, attribute, interviewers)
    rows = _Rows(counted, _chosen(counted, stopped, shortest, search_key(within)))
    return WordCounts(rows, counted.columns, counted.words, interviewers, corpus.read, waiting)


class _Counted:
    """How often each entry of the vocabulary is said in each column: `table`, a row an entry."""

    def __init__(self, scope: Scope, corpus: Corpus, attribute: Attribute | None, interviewers: bool) -> None:
        self.corpus = corpus
        values = list(Value.objects.filter(attribute=attribute)) if attribute is not None else []
        self._width = len(values) + 1
        column = self._column_of_turn(scope, attribute, values, interviewers)[corpus.words.turn_of]
        self.counting = column >= 0
        cells = corpus.words.numbers[self.counting] * self._width + column[self.counting]
        size = len(corpus.words.vocabulary)
        self.table = np.bincount(cells, minlength=size * self._width).reshape(size, self._width)
        base = self.table.sum(axis=0)
        self.words = int(base.sum())
        self.shown: list[int] = np.flatnonzero(base).tolist() if attribute is not None else []
        self.columns = tuple(_column(values, place, int(base[place])) for place in self.shown)

    def _column_of_turn(
        self, scope: Scope, attribute: Attribute | None, values: Sequence[Value], interviewers: bool
    ) -> np.ndarray:
        """The place of each turn's column; -1 where its words do not count."""
        corpus = self.corpus
        asked = corpus.source_of_turn >= 0
        turns = np.flatnonzero(asked if interviewers else asked & corpus.counts)
        people = People(scope, corpus)
        places: dict[int | None, int] = {value.pk: place for place, value in enumerate(values)}
        pairs, place, _many = people.pairs(turns)
        columns = [
            (places.get(people.value(attribute.pk, *pair), len(values)) if attribute is not None else 0)
            if people.holds(*pair)
            else -1
            for pair in pairs
        ]
        # One more than there are turns: where there are no turns there are no words either.
        column = np.full(len(corpus.source_of_turn) + 1, -1, dtype=np.int64)
        column[turns] = np.array(columns, dtype=np.int64)[place]
        return column

    def sources(self, entries: np.ndarray) -> np.ndarray:
        """For each lemma in how many sources one of these entries (a mask) is said."""
        words = self.corpus.words
        names, lemma_of, _ranks = self.corpus.joined.lemmas
        kept = self.counting & entries[words.numbers]
        lemmas = lemma_of[words.numbers[kept]]
        source = self.corpus.source_of_turn[words.turn_of[kept]]
        many = np.zeros(len(names), dtype=np.int64)
        for stretch in np.split(lemmas, np.flatnonzero(np.diff(source)) + 1):
            said = np.zeros(len(names), dtype=bool)
            said[stretch] = True
            many += said
        return many


def _column(values: Sequence[Value], place: int, words: int) -> WordColumn:
    if place == len(values):
        return WordColumn(None, None, _("Not set"), words)
    value = values[place]
    return WordColumn(value.pk, value.uuid, value.label(), words)


def _chosen(counted: _Counted, stopped: set[str], shortest: int, within: str) -> np.ndarray:
    """Which entries of the vocabulary make the rows, as a mask."""
    entries: np.ndarray = np.any(counted.table > 0, axis=1)
    holding: set[str] = set()
    for number in np.flatnonzero(entries).tolist():
        form, read = counted.corpus.words.vocabulary[number]
        if (
            form in stopped
            or read.lemma in stopped
            or len(read.lemma) < shortest
            or not any(map(str.isalpha, form))
        ):
            entries[number] = False
        elif within and (within in form or within in read.lemma):
            holding.add(read.lemma)
    if within:
        names, lemma_of, _ranks = counted.corpus.joined.lemmas
        entries &= np.array([name in holding for name in names], dtype=bool)[lemma_of]
    return entries


class _Rows(Sequence[WordRow]):
    """The rows in their order; each is made when it is asked for."""

    def __init__(self, counted: _Counted, entries: np.ndarray) -> None:
        self._counted = counted
        self._lemmas, lemma_of, ranks = counted.corpus.joined.lemmas
        totals = np.bincount(
            lemma_of[entries], weights=counted.table[entries].sum(axis=1), minlength=len(self._lemmas)
        )
        self._sources = counted.sources(entries)
        lemmas = np.flatnonzero(totals)
        self._order = lemmas[np.lexsort((ranks[lemmas], -totals[lemmas]))]
        numbers = np.flatnonzero(entries)
        self._entries = numbers[np.argsort(lemma_of[numbers], kind="stable")]
        self._lemma_of_entry = lemma_of[self._entries]

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> WordRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[WordRow]: ...
    def __getitem__(self, place: int | slice) -> WordRow | list[WordRow]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        lemma = int(self._order[place])
        first, end = np.searchsorted(self._lemma_of_entry, [lemma, lemma + 1])
        counted, forms = self._counted, Counter[str]()
        total = np.zeros(counted.table.shape[1], dtype=np.int64)
        for entry in self._entries[first:end].tolist():
            total += counted.table[entry]
            forms[counted.corpus.words.vocabulary[entry][0]] += int(counted.table[entry].sum())
        return WordRow(
            self._lemmas[lemma],
            tuple(int(total[one]) for one in counted.shown),
            int(total.sum()),
            int(self._sources[lemma]),
            tuple(sorted(forms.items(), key=lambda pair: (-pair[1], pair[0]))),
        )


def as_rows(counts: WordCounts) -> list[Sequence[str | int | float | None]]:
    """The table as it leaves in a file: headings, one row a lemma."""
    names = [column.name for column in counts.columns]
    rates = [_("%(column)s, per 10,000 words") % {"column": name} for name in [*names, _("all")]]
    table: list[Sequence[str | int | float | None]] = [
        [_("Word"), _("Forms"), *names, _("Total"), _("Sources"), *rates],
        [_("Words in all"), "", *(column.words for column in counts.columns), counts.words, counts.read],
    ]
    for row in counts.rows:
        per = [column.rate(count) for column, count in zip(counts.columns, row.values, strict=True)]
        per.append(counts.rate(row.total))
        forms = ", ".join(f"{form} {count}" for form, count in row.forms)
        table.append(
            [
                row.lemma,
                forms,
                *row.values,
                row.total,
                row.sources,
                *(None if one is None else round(one, 1) for one in per),
            ]
        )
    return table
