"""Where words are said: a question asked of the current texts, its hits turn by turn, and who said them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast, overload

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from coding.language.lemmas import read_word
from coding.language.lexicon import lexicon
from coding.language.queries import MOST_BETWEEN, MOST_WORDS, Misasked, Query, parse
from coding.models import Attribute, Source, TextVersion
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.reports.corpus import Corpus, SpokenTurn, read_corpus
from coding.reports.passages import Scope, Whereabouts

# So many characters of a long turn are shown on either side of a hit.
AROUND = 160
FACETS = (CITY, INFORMANT_TYPE)


def why_not(refused: Misasked) -> str:
    """Why a question cannot be answered, in a sentence."""
    return {
        "empty": _("Write a word to search for."),
        "many": _("Ask for at most %(n)s words at once.") % {"n": MOST_WORDS},
        "quote": _('A quotation mark is missing: put “"” on both sides of the phrase.'),
        "bracket": _("A bracket is missing: each “(” needs a “)”."),
        "alone": _("Say what to look for before AND, OR, NOT or NEAR: “kaffe NOT kake”."),
        "short": _("Write at least two letters before “*”."),
        "near": _(
            "NEAR stands between two words or phrases, with at most %(n)s words between them: “kaffe NEAR/5 kake”."
        )
        % {"n": MOST_BETWEEN},
    }[refused.reason]


def question_of(text: str, *, compounds: bool = True) -> Query:
    """A question as the texts are asked it. Raises Misasked."""
    words = lexicon(settings.DATA_DIR)
    return parse(text, lambda form: read_word(form, words), compounds=compounds)


@dataclass(frozen=True)
class FoundTurn:
    """A turn with its hits as code points [start, end) of its source's text, in order."""

    source: Source
    turn: SpokenTurn
    hits: tuple[tuple[int, int], ...]


class Hits:
    """Stretches of words that were found, in the order of sources and places. `words` are rows [first, last)."""

    def __init__(self, corpus: Corpus, words: np.ndarray) -> None:
        turns = corpus.words.turn_of[words[:, 0]]
        order = np.argsort(corpus.source_of_turn[turns], kind="stable")
        self.corpus = corpus
        self.words = words[order]
        self.turns = turns[order]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def spans(self) -> np.ndarray:
        """The code points of each in its source's text, as rows [start, end)."""
        words, base = self.corpus.words, self.corpus.joined.base_of_turn[self.turns]
        return np.stack(
            [words.starts[self.words[:, 0]] - base, words.ends[self.words[:, 1] - 1] - base], axis=1
        )


class FoundTurns(Sequence[FoundTurn]):
    """The turns in which something was found; each is made when it is asked for."""

    def __init__(self, hits: Hits | None = None) -> None:
        self._hits = hits
        turns = hits.turns if hits is not None else np.zeros(0, dtype=np.int64)
        self._firsts = np.flatnonzero(np.diff(turns, prepend=-1)) if len(turns) else turns
        self._ends = np.append(self._firsts[1:], len(turns))

    def __len__(self) -> int:
        return len(self._firsts)

    @overload
    def __getitem__(self, place: int) -> FoundTurn: ...
    @overload
    def __getitem__(self, place: slice) -> list[FoundTurn]: ...
    def __getitem__(self, place: int | slice) -> FoundTurn | list[FoundTurn]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        assert self._hits is not None or not len(self)
        first, end = int(self._firsts[place]), int(self._ends[place])
        hits = cast(Hits, self._hits)
        turn = int(hits.turns[first])
        spans = tuple((int(a), int(b)) for a, b in hits.spans[first:end])
        return FoundTurn(hits.corpus.source(turn), hits.corpus.turn(turn), spans)


@dataclass(frozen=True)
class Found:
    """What a question finds in a scope: `read` texts were asked, `waiting` ones have not been read yet.

    `left_out` counts the hits in words that do not count (interviewers' and headings), which are among `turns` only
    where they were asked for. `counts` says of each attribute how many hits count under each of its values (None: not
    set), as if nothing were asked of that attribute.
    """

    read: int
    waiting: int
    hits: int = 0
    turns: FoundTurns = field(default_factory=FoundTurns)
    informants: int = 0
    sources: int = 0
    hits_of: Mapping[int, int] = field(default_factory=dict)
    left_out: int = 0
    counts: Mapping[int, Counter[int | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """The hits themselves beside what is said of them."""

    found: Found
    hits: Hits


def search(scope: Scope, question: str, *, compounds: bool = True, interviewers: bool = False) -> Found:
    """The turns of the scope's texts in which something is found, in the order of sources and places.

    The scope's conditions on people must hold for who speaks in the turn. Interviewers' words, and headings beside the
    speech of others, are left out unless asked for. Raises Misasked.
    """
    return answer(scope, question, compounds=compounds, interviewers=interviewers).found


def answer(scope: Scope, question: str, *, compounds: bool = True, interviewers: bool = False) -> Answer:
    """As `search`, with the hits. Raises Misasked."""
    return Asking(scope).answer([question_of(question, compounds=compounds)], interviewers=interviewers)


class Asking:
    """The texts of a scope, read once to be asked several times."""

    def __init__(self, scope: Scope) -> None:
        self.corpus, self.waiting = read_corpus(scope)
        self.people = People(scope, self.corpus)

    def answer(self, queries: Sequence[Query], *, interviewers: bool = False) -> Answer:
        """What any of the questions finds. No queries to the database."""
        corpus = self.corpus
        words = np.concatenate([query.find(corpus.words) for query in queries])
        if len(queries) > 1 and len(words):
            words = np.unique(words, axis=0)
        hits = Hits(corpus, words[corpus.source_of_turn[corpus.words.turn_of[words[:, 0]]] >= 0])
        return self._answer(hits, interviewers)

    def turns(self, spoken: np.ndarray) -> list[FoundTurn]:
        """The turns of the scope for which a mask over all turns holds, in the order of sources and places."""
        corpus = self.corpus
        numbers = np.flatnonzero(spoken & (corpus.source_of_turn >= 0))
        numbers = numbers[self.people.meeting(numbers)]
        numbers = numbers[np.argsort(corpus.source_of_turn[numbers], kind="stable")]
        return [FoundTurn(corpus.source(turn), corpus.turn(turn), ()) for turn in numbers.tolist()]

    def _answer(self, hits: Hits, interviewers: bool) -> Answer:
        corpus, people = self.corpus, self.people
        counted = corpus.counts[hits.turns]
        pairs, _place, many = people.pairs(hits.turns[counted])
        counts: dict[int, Counter[int | None]] = {attribute: Counter() for attribute in people.attributes}
        for pair, number in zip(pairs, many, strict=True):
            for attribute, value in people.under(*pair):
                counts[attribute][value] += number
        meeting = people.meeting(hits.turns)
        kept = Hits(corpus, hits.words[meeting if interviewers else meeting & counted])
        spoken = kept.turns[corpus.counts[kept.turns]]
        sources, each = np.unique(corpus.source_of_turn[kept.turns], return_counts=True)
        found = Found(
            read=corpus.read,
            waiting=self.waiting,
            hits=len(kept),
            turns=FoundTurns(kept),
            informants=int(np.count_nonzero(np.unique(corpus.informants[spoken]))),
            sources=len(sources),
            hits_of={corpus.sources[one].pk: int(n) for one, n in zip(sources, each, strict=True)},
            left_out=int(np.count_nonzero(meeting & ~counted)),
            counts=counts,
        )
        return Answer(found, kept)


class People:
    """Who speaks in the turns of a corpus, and by which values they count. Five queries."""

    def __init__(self, scope: Scope, corpus: Corpus) -> None:
        facets = Attribute.objects.filter(project=scope.project, key__in=FACETS).values_list("pk", flat=True)
        self.attributes = sorted({*facets, *scope.values})
        self._corpus = corpus
        self._wanted = scope.values
        self._where = Whereabouts(scope.project)

    def pairs(self, turns: np.ndarray) -> tuple[list[tuple[int | None, int]], np.ndarray, list[int]]:
        """Who speaks where in these turns: the distinct (informant's id, source's id), for each turn the place of its
        pair among them, and how many turns each has."""
        corpus = self._corpus
        width = int(corpus.informants.max(initial=0)) + 1
        keys = corpus.source_of_turn[turns] * width + corpus.informants[turns]
        distinct, place, many = np.unique(keys, return_inverse=True, return_counts=True)
        pairs = [(int(key) % width or None, corpus.sources[int(key) // width].pk) for key in distinct]
        return pairs, place, many.tolist()

    def meeting(self, turns: np.ndarray) -> np.ndarray:
        """In which of these turns all of the scope's conditions hold for who speaks."""
        pairs, place, _many = self.pairs(turns)
        return np.array([self.holds(*pair) for pair in pairs], dtype=bool)[place]

    def value(self, attribute: int, informant: int | None, source: int) -> int | None:
        return self._where.of(attribute, informant, source)

    def holds(self, informant: int | None, source: int) -> bool:
        """Whether all of the scope's conditions hold."""
        return self._where.holds(self._wanted, informant, source)

    def under(self, informant: int | None, source: int) -> list[tuple[int, int | None]]:
        """The value of each attribute for which all conditions on other attributes hold."""
        values = {one: self._where.of(one, informant, source) for one in self.attributes}
        missed = {one for one, wanted in self._wanted.items() if values[one] not in wanted}
        return [(one, value) for one, value in values.items() if not missed - {one}]


@dataclass(frozen=True)
class Piece:
    """A bit of a turn as it is shown; `hit` says that it was found."""

    text: str
    hit: bool = False


@dataclass(frozen=True)
class ShownTurn:
    """A found turn as it is read: its words with the hits in them, long stretches without any left out as `…`."""

    source: Source
    turn: SpokenTurn
    hits: tuple[tuple[int, int], ...]
    pieces: tuple[Piece, ...]
    speaker: str
    values: tuple[str, ...]

    @property
    def place(self) -> int:
        """Which turn of its source it is, the first being 1."""
        return self.turn.number + 1

    @property
    def start(self) -> int:
        """The code point at which the passage to open begins: the first hit."""
        return self.hits[0][0]

    @property
    def end(self) -> int:
        return self.hits[-1][1] if self.hits[-1][1] - self.hits[0][0] < 2 * AROUND else self.hits[0][1]


class Speakers:
    """Who speaks, as it is shown: the informant's pseudonym or the label, and their city and type. Three queries."""

    def __init__(self, scope: Scope) -> None:
        project = scope.project
        self._names = dict(project.informants.values_list("pk", "pseudonym"))
        self._where = Whereabouts(project)
        self._attributes = {
            attribute.key: attribute
            for attribute in project.attributes.filter(key__in=FACETS).prefetch_related("values")
        }
        self._labels = {
            value.pk: value.label() for one in self._attributes.values() for value in one.values.all()
        }

    def name(self, turn: SpokenTurn) -> str:
        return self._names.get(turn.informant, turn.label) if turn.informant is not None else turn.label

    def value(self, key: str, turn: SpokenTurn, source: int) -> str:
        """The label of an attribute's value by which the turn counts; empty where it is not set."""
        attribute = self._attributes.get(key)
        if attribute is None or not turn.counts:
            return ""
        value = self._where.of(attribute.pk, turn.informant, source)
        return self._labels.get(value, "") if value is not None else ""


def shown(scope: Scope, turns: Sequence[FoundTurn]) -> list[ShownTurn]:
    """Found turns with their words, in the same order. As many queries, however many turns."""
    speakers = Speakers(scope)
    said = texts_of(found.source for found in turns)
    return [
        ShownTurn(
            source=found.source,
            turn=found.turn,
            hits=found.hits,
            pieces=cut(said[found.source.pk], found.turn.start, found.turn.end, found.hits),
            speaker=speakers.name(found.turn),
            values=tuple(
                filter(
                    None, (speakers.value(key, found.turn, found.source.pk) for key in (INFORMANT_TYPE, CITY))
                )
            ),
        )
        for found in turns
    ]


def texts_of(sources: Iterable[Source]) -> dict[int, str]:
    """The text of each source, by the source's id."""
    versions = {source.version_id: source.pk for source in sources if source.version_id}
    texts = TextVersion.objects.filter(pk__in=list(versions)).values_list("pk", "text")
    return {versions[version]: text for version, text in texts}


def cut(text: str, start: int, end: int, hits: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """The stretch [start, end) of a text with the hits in it; what lies far from any of them becomes `…`."""
    pieces: list[Piece] = []
    place = start
    # Two hits may overlap, as those of "kaffe NEAR/5 kake" do: one is shown where the one before it ends.
    for first, last in hits:
        if last <= place:
            continue
        first = max(first, place)
        pieces.append(Piece(_between(text[place:first], left=place > start, right=True)))
        pieces.append(Piece(text[first:last], hit=True))
        place = last
    pieces.append(Piece(_between(text[place:end], left=True, right=False)))
    return tuple(piece for piece in pieces if piece.text)


def _between(text: str, *, left: bool, right: bool) -> str:
    """What stands beside a hit: shortened in the middle between two, at the outer end elsewhere, at a blank."""
    if len(text) <= AROUND * (left + right) + 20:
        return text
    before = text[:AROUND].rpartition(" ")[0] + " " if left else ""
    behind = " " + text[-AROUND:].partition(" ")[2] if right else ""
    return f"{before}…{behind}"
