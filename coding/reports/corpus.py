"""The current texts of a project as one long row of words, kept in memory by the web process while they are asked.

What was read of a text never changes, so it is kept by its version; who speaks, and who may see what, can change and
is asked each time. Nothing is kept of a text that is no source's current one any more, not even its words.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from django.db.models import F

from coding.language.analyser import EDITION
from coding.language.lemmas import Reading
from coding.language.queries import Words
from coding.models import Source, Speaker, Turn, WordIndex
from coding.models.names import sort_key
from coding.models.sources import SpeakerRole
from coding.reports.passages import Scope, visible_sources

_KEPT_WORDS = 3_000_000
_TRIES = 3


@dataclass(frozen=True)
class SpokenTurn:
    """A turn: code points [start, end) of its text, who says it, and the time that the file gives.

    `counts` says whether its words are an informant's or a document's: not an interviewer's, and no heading beside
    the speech of others.
    """

    number: int
    start: int
    end: int
    label: str
    informant: int | None
    time: str
    counts: bool


@dataclass(frozen=True)
class _Text:
    """What is kept of one text: three rows of starts, ends and entries of the vocabulary; its turns."""

    made: datetime
    places: np.ndarray
    turns: np.ndarray
    times: tuple[str, ...]


class _Joined:
    """The texts of a project in the order of their versions' ids, joined: word and turn numbers run through."""

    def __init__(self, vocabulary: Sequence[tuple[str, Reading]], texts: Mapping[int, _Text]) -> None:
        self.versions = list(texts)
        kept = list(texts.values())
        ends = [int(max(text.turns[2].max(initial=0), text.places[1].max(initial=0))) + 1 for text in kept]
        bases = np.concatenate([[0], np.cumsum(ends)]).astype(np.int64)[:-1]
        places = [
            text.places + np.array([[base], [base], [0]]) for text, base in zip(kept, bases, strict=True)
        ]
        turns = [text.turns for text in kept]
        self.turns = np.concatenate(turns, axis=1) if turns else np.zeros((3, 0), dtype=np.int64)
        self.text_of_turn = np.repeat(np.arange(len(kept)), [text.turns.shape[1] for text in kept])
        self.base_of_turn = bases[self.text_of_turn] if len(kept) else np.zeros(0, dtype=np.int64)
        self.times = [time for text in kept for time in text.times]
        joined = np.concatenate(places, axis=1) if places else np.zeros((3, 0), dtype=np.int64)
        starts = self.turns[1] + self.base_of_turn
        self.words = Words(vocabulary, joined, starts.tolist() or [0])

    @cached_property
    def ranks(self) -> np.ndarray:
        """For each entry of the vocabulary where its form stands in the alphabet, from 1; equal forms alike."""
        return _ranked([form for form, _read in self.words.vocabulary])

    @cached_property
    def lemmas(self) -> tuple[list[str], np.ndarray, np.ndarray]:
        """The lemmas; for each entry of the vocabulary the number of its lemma; where each stands in the alphabet."""
        numbers: dict[str, int] = {}
        of = [numbers.setdefault(read.lemma, len(numbers)) for _form, read in self.words.vocabulary]
        return list(numbers), np.array(of, dtype=np.int64), _ranked(list(numbers))


def _ranked(words: list[str]) -> np.ndarray:
    if not words:
        return np.zeros(0, dtype=np.int64)
    _keys, rank = np.unique(np.array([sort_key(word) for word in words]), return_inverse=True)
    return rank + 1


@dataclass(frozen=True)
class Corpus:
    """The texts of a scope that have been read. `words` are those of the whole project: `source_of_turn` is -1 where a
    turn is of no source of the scope, else the place of its source in `sources`.
    """

    sources: list[Source]
    source_of_turn: np.ndarray
    counts: np.ndarray
    speakers: Mapping[int, tuple[str, int | None]]
    speaker_of_turn: np.ndarray
    joined: _Joined

    @property
    def words(self) -> Words:
        return self.joined.words

    @cached_property
    def informants(self) -> np.ndarray:
        """For each turn the id of its informant; 0 for nobody known."""
        known = {speaker: informant or 0 for speaker, (_label, informant) in self.speakers.items()}
        speakers, place = np.unique(self.speaker_of_turn, return_inverse=True)
        return np.array([known.get(int(one), 0) for one in speakers], dtype=np.int64)[place]

    @cached_property
    def read(self) -> int:
        """How many texts of the scope have been read."""
        return len(self.sources)

    def source(self, turn: int) -> Source:
        return self.sources[self.source_of_turn[turn]]

    def turn(self, turn: int) -> SpokenTurn:
        """A turn by its number in the corpus."""
        number, start, end = map(int, self.joined.turns[:, turn])
        label, informant = self.speakers.get(int(self.speaker_of_turn[turn]), ("", None))
        return SpokenTurn(
            number, start, end, label, informant, self.joined.times[turn], bool(self.counts[turn])
        )


def read_corpus(scope: Scope) -> tuple[Corpus, int]:
    """The scope's texts that have been read; and how many have not. Four queries.

    Two more for each batch of texts that this process does not hold in memory.
    """
    project = scope.project.pk
    sources = list(visible_sources(scope).exclude(version=None).order_by("sort_key", "id"))
    for _try in range(_TRIES):
        kept = WordIndex.objects.filter(version__source__version=F("version_id"), edition=EDITION)
        made = dict(kept.filter(version__source__project=project).values_list("version_id", "made"))
        joined = _MEMORY.get(project, made)
        turns = Turn.objects.filter(version__in=joined.versions).order_by("version_id", "number")
        speaker_of_turn = np.array(
            [one or 0 for one in turns.values_list("speaker_id", flat=True)], dtype=np.int64
        )
        # A text that was replaced between two questions to the database has no turns any more.
        if len(speaker_of_turn) == joined.turns.shape[1]:
            break
    else:
        raise RuntimeError("the texts changed under the search")
    read = {version: place for place, version in enumerate(joined.versions)}
    found = [source for source in sources if source.version_id in read]
    source_of_text = np.full(len(joined.versions), -1, dtype=np.int64)
    for place, source in enumerate(found):
        source_of_text[read[source.version_id]] = place  # type: ignore[index]
    rows = Speaker.objects.filter(source__project=project).values_list("pk", "label", "role", "informant_id")
    speakers = {
        key: (label, informant if role == SpeakerRole.INFORMANT else None)
        for key, label, role, informant in rows
    }
    interviewers = [key for key, _label, role, _informant in rows if role == SpeakerRole.INTERVIEWER]
    spoken = np.zeros(len(joined.versions), dtype=bool)
    spoken[joined.text_of_turn[speaker_of_turn > 0]] = True
    heading = (speaker_of_turn == 0) & spoken[joined.text_of_turn]
    corpus = Corpus(
        sources=found,
        source_of_turn=source_of_text[joined.text_of_turn],
        counts=~heading & ~np.isin(speaker_of_turn, interviewers),
        speakers=speakers,
        speaker_of_turn=speaker_of_turn,
        joined=joined,
    )
    return corpus, len(sources) - len(found)


class _Held:
    """What is kept of one project: each distinct entry of its texts' vocabularies once, and the texts."""

    def __init__(self) -> None:
        self.vocabulary: list[tuple[str, Reading]] = []
        self.texts: dict[int, _Text] = {}
        self.joined: _Joined | None = None
        self.lock = threading.Lock()
        self._numbers: dict[tuple[str, Reading], int] = {}

    def __len__(self) -> int:
        return sum(text.places.shape[1] for text in self.texts.values())

    def follow(self, made: Mapping[int, datetime]) -> _Joined:
        """Read what is missing, forget what is not among `made` (version to when it was read), and join."""
        gone = [version for version, text in self.texts.items() if made.get(version) != text.made]
        for version in gone:
            del self.texts[version]
        missing = sorted(set(made) - set(self.texts))
        for place in range(0, len(missing), 50):
            self._load(missing[place : place + 50])
        if gone:
            self._forget_words()
        if gone or missing or self.joined is None:
            self.texts = dict(sorted(self.texts.items()))
            self.joined = _Joined(tuple(self.vocabulary), self.texts)
        return self.joined

    def _load(self, versions: list[int]) -> None:
        turns: dict[int, list[tuple[int, int, int, str]]] = {version: [] for version in versions}
        rows = Turn.objects.filter(version__in=versions).order_by("version_id", "number")
        for version, number, start, end, time in rows.values_list(
            "version_id", "number", "start", "end", "time"
        ):
            turns[version].append((number, start, end, time))
        for index in WordIndex.objects.filter(pk__in=versions):
            places = np.frombuffer(bytes(index.places), dtype="<i4").reshape(3, index.size).astype(np.int64)
            places[2] = self._numbered(index.vocabulary)[places[2]]
            spoken = turns[index.version_id]
            if not spoken:
                # Words without a turn would be taken for the last one of another text.
                places = places[:, :0]
            numbers = np.array([turn[:3] for turn in spoken], dtype=np.int64).reshape(-1, 3).T
            times = tuple(turn[3] for turn in spoken)
            self.texts[index.version_id] = _Text(index.made, places.astype(np.int32), numbers, times)

    def _numbered(self, entries: Iterable[tuple[str, str, list[str], list[str]]]) -> np.ndarray:
        """The numbers of the entries in the vocabulary of the project, which gains those that it lacks."""
        numbers = []
        for form, lemma, others, parts in entries:
            entry = form, Reading(lemma, tuple(others), tuple(parts))
            number = self._numbers.get(entry)
            if number is None:
                number = self._numbers[entry] = len(self.vocabulary)
                self.vocabulary.append(entry)
            numbers.append(number)
        return np.array(numbers, dtype=np.int64)

    def _forget_words(self) -> None:
        """Keep of the vocabulary only what some text still says."""
        said = [text.places[2] for text in self.texts.values()]
        used = np.unique(np.concatenate(said)) if said else np.zeros(0, dtype=np.int64)
        number = np.zeros(len(self.vocabulary), dtype=np.int32)
        number[used] = np.arange(len(used))
        self.vocabulary = [self.vocabulary[one] for one in used]
        self._numbers = {entry: place for place, entry in enumerate(self.vocabulary)}
        for text in self.texts.values():
            text.places[2] = number[text.places[2]]


class _Memory:
    """The projects asked last, at most so many words of them. Shared by the threads of the web process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._projects: OrderedDict[int, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, project: int, made: Mapping[int, datetime]) -> _Joined:
        """The texts of a project, joined; `made` says which there are, and when each was read."""
        with self._lock:
            held = self._projects.setdefault(project, _Held())
            self._projects.move_to_end(project)
        with held.lock:
            joined = held.follow(made)
        with self._lock:
            size = sum(map(len, self._projects.values()))
            while size > self._most and len(self._projects) > 1:
                _oldest, dropped = self._projects.popitem(last=False)
                size -= len(dropped)
        return joined


_MEMORY = _Memory(_KEPT_WORDS)
