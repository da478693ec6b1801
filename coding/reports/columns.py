"""The columns of a matrix: the values of one attribute, or the sources; and who stands in each."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import F
from django.utils.translation import gettext as _

from coding.models import Attribute, Turn, Value
from coding.models.sources import SpeakerRole
from coding.reports.passages import Scope, Whereabouts, counted_sources

SOURCE = "source"


@dataclass(frozen=True)
class Base:
    """What a count is compared with: distinct informants, sources and words (interviewers' left out)."""

    informants: int
    sources: int
    words: int


@dataclass(frozen=True)
class Column:
    """A column; `key` is the UUID of its value or source, None for "not set". `row_id` is that row's id."""

    key: uuid.UUID | None
    row_id: int | None
    name: str
    base: Base


@dataclass(frozen=True)
class Columns:
    """All columns of a table, the base of its total, and where a person's speech in a source counts."""

    by: str
    attribute: Attribute | None
    columns: tuple[Column, ...]
    total: Base
    place: Callable[[int | None, int], int | None]

    @property
    def bases(self) -> list[Base]:
        """The base of each column, that of the total last."""
        return [*(column.base for column in self.columns), self.total]

    def index(self) -> dict[int | None, int]:
        """The place of each column by its row id."""
        return {column.row_id: place for place, column in enumerate(self.columns)}

    def without_last(self) -> Columns:
        """All columns but the last."""
        return replace(self, columns=self.columns[:-1])


def columns_of(scope: Scope, by: str) -> Columns:
    """The columns for `by`: an attribute's key (`city`, `informant_type` ...) or `source`.

    A value that nobody in the project has makes no column, nor does a source that is not counted; "not set" is the
    last one of an attribute's.
    Raises LookupError where the project has no such attribute.
    """
    where = Whereabouts(scope.project)
    attribute = None
    if by == SOURCE:

        def place(informant: int | None, source: int) -> int | None:
            return source

        known: list[tuple[int, uuid.UUID, str]] = list(
            counted_sources(scope).order_by("sort_key", "id").values_list("id", "uuid", "title")
        )
    else:
        attribute = Attribute.objects.filter(project=scope.project, key=by).first()
        if attribute is None:
            raise LookupError(by)
        key = attribute.pk

        def place(informant: int | None, source: int) -> int | None:
            return where.of(key, informant, source)

        known = [(value.pk, value.uuid, value.label()) for value in _used_values(attribute)]
    people, sources, words = _spoken(scope, where, place)
    columns = [
        Column(key=key, row_id=row, name=name, base=Base(len(people[row]), len(sources[row]), words[row]))
        for row, key, name in known
    ]
    if attribute is not None:
        columns.append(
            Column(None, None, _("Not set"), Base(len(people[None]), len(sources[None]), words[None]))
        )
    total = Base(
        informants=len(set().union(*people.values())) if people else 0,
        sources=len(set().union(*sources.values())) if sources else 0,
        words=sum(words.values()),
    )
    return Columns(by=by, attribute=attribute, columns=tuple(columns), total=total, place=place)


def _used_values(attribute: Attribute) -> list[Value]:
    values = Value.objects.filter(attribute=attribute).order_by("position", "sort_key", "id")
    used = set(values.filter(informants__isnull=False).values_list("id", flat=True))
    used |= set(values.filter(sources__isnull=False).values_list("id", flat=True))
    return [value for value in values if value.pk in used]


def _spoken(
    scope: Scope, where: Whereabouts, place: Callable[[int | None, int], int | None]
) -> tuple[dict[int | None, set[int]], dict[int | None, set[int]], dict[int | None, int]]:
    """Who speaks in the counted sources, where and how many words, by column. One query."""
    people: dict[int | None, set[int]] = defaultdict(set)
    sources: dict[int | None, set[int]] = defaultdict(set)
    words: dict[int | None, int] = defaultdict(int)
    for source, informant, spoken in words_by_voice(scope):
        if not where.holds(scope.values, informant, source):
            continue
        column = place(informant, source)
        if informant is not None:
            people[column].add(informant)
        sources[column].add(source)
        words[column] += spoken
    return people, sources, words


def words_by_voice(scope: Scope) -> list[tuple[int, int | None, int]]:
    """(source, informant or None for nobody known, words) for the counted sources; interviewers are left out."""
    counts: dict[tuple[int, int | None], int] = defaultdict(int)
    turns = Turn.objects.counted().filter(
        version__source__in=counted_sources(scope), version_id=F("version__source__version_id")
    )
    rows = turns.values_list("version__source_id", "speaker__role", "speaker__informant_id", "words")
    for source, role, informant, words in rows.iterator():
        counts[source, informant if role == SpeakerRole.INFORMANT else None] += words
    return [(source, informant, words) for (source, informant), words in counts.items()]
