"""The current texts of a project as words: read by the worker, kept in memory by the web process while they are asked.

What was read of a text never changes, so it is kept by its version; who speaks can change and is asked each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import F, Q

from coding.language.analyser import EDITION
from coding.language.lemmas import Reading
from coding.language.queries import Words
from coding.models import Source, TextVersion, Turn, WordIndex
from coding.models.sources import SpeakerRole
from coding.reports.passages import Scope, visible_sources

_KEPT_WORDS = 3_000_000


def unread(project_id: int, made_by: str | None = None) -> list[int]:
    """The ids of the current texts that the search has not read, or not with the analyser of today.

    `made_by` is what reads today (`language.analyser.analyser_name`); without it, which only the worker can afford to
    ask, an index of today's edition is good enough.
    """
    current = TextVersion.objects.filter(source__project_id=project_id, pk=F("source__version_id"))
    stale = Q(word_index=None) | ~Q(word_index__edition=EDITION)
    if made_by is not None:
        stale |= ~Q(word_index__made_by=made_by)
    return list(current.filter(stale).order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True)
class SpokenTurn:
    """A turn: code points [start, end), who says it, and the time that the file gives."""

    number: int
    start: int
    end: int
    label: str
    role: str
    informant: int | None
    time: str

    @property
    def counts(self) -> bool:
        """Whether its words are an informant's or a document's, not an interviewer's."""
        return self.role != SpeakerRole.INTERVIEWER


@dataclass(frozen=True)
class ReadText:
    """A source with its words and turns; `turns[n]` is turn `n` of `words.turn_of`."""

    source: Source
    words: Words
    turns: tuple[SpokenTurn, ...]


def read_texts(scope: Scope) -> tuple[list[ReadText], int]:
    """The scope's sources that have been read, in the order of their titles; and how many have not. Three queries.

    One more for each batch of texts that this process does not hold in memory.
    """
    sources = list(visible_sources(scope).order_by("sort_key", "id"))
    versions = {source.version_id: source for source in sources if source.version_id is not None}
    kept = WordIndex.objects.filter(version__in=versions, edition=EDITION)
    made = dict(kept.values_list("version_id", "made"))
    turns: dict[int, list[SpokenTurn]] = {version: [] for version in versions}
    fields = ("number", "start", "end", "speaker__label", "speaker__role", "speaker__informant_id", "time")
    for version, *spoken in (
        Turn.objects.filter(version__in=versions)
        .order_by("version_id", "number")
        .values_list("version_id", *fields)
    ):
        number, start, end, label, role, informant, time = spoken
        turns[version].append(SpokenTurn(number, start, end, label or "", role or "", informant, time))
    words = _MEMORY.get(made, turns)
    texts = [
        ReadText(source, words[version], tuple(turns[version]))
        for version, source in versions.items()
        if version in words
    ]
    return texts, len(versions) - len(texts)


class _Memory:
    """The words of the texts asked last. Shared by the threads of the web process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._texts: OrderedDict[tuple[int, datetime], Words] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, made: dict[int, datetime], turns: dict[int, list[SpokenTurn]]) -> dict[int, Words]:
        """The words of these texts (version to when it was read), by version."""
        found: dict[int, Words] = {}
        with self._lock:
            for key in made.items():
                if key in self._texts:
                    self._texts.move_to_end(key)
                    found[key[0]] = self._texts[key]
        missing = [version for version in made if version not in found]
        for index in self._load(missing):
            starts = [turn.start for turn in turns[index.version_id]] or [0]
            words = found[index.version_id] = _words(index, starts)
            with self._lock:
                self._texts[index.version_id, index.made] = words
        self._forget(set(made.items()))
        return found

    def _load(self, versions: list[int]) -> Iterable[WordIndex]:
        for place in range(0, len(versions), 50):
            yield from WordIndex.objects.filter(pk__in=versions[place : place + 50])

    def _forget(self, used: set[tuple[int, datetime]]) -> None:
        with self._lock:
            size = sum(len(words) for words in self._texts.values())
            for key in [key for key in self._texts if key not in used]:
                if size <= self._most:
                    return
                size -= len(self._texts.pop(key))


def _words(index: WordIndex, turn_starts: list[int]) -> Words:
    vocabulary = [
        (form, Reading(lemma, tuple(others), tuple(parts))) for form, lemma, others, parts in index.vocabulary
    ]
    places = np.frombuffer(bytes(index.places), dtype="<i4").reshape(3, index.size)
    return Words(vocabulary, places, turn_starts)


_MEMORY = _Memory(_KEPT_WORDS)
