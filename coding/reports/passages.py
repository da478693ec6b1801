"""Passages: the one place that turns codings into what is counted, listed and quoted.

A passage of a code is a distinct stretch (source, start, end) that carries the code or, rolled up, any code of its
branch. Nothing is merged. Whose passage it is stands in the link rows (`actions.attribution`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from coding.models import (
    Coding,
    CodingInformant,
    InformantValue,
    Membership,
    Project,
    Source,
    SourceProgress,
    SourceValue,
    Speaker,
)
from coding.models.codings import Review
from coding.models.sources import SpeakerRole
from coding.reports.blindness import without_hidden

PRIMARY = "primary"
ALL_CODERS = "all"
UNCOUNTED = (Review.EMPTIED, Review.SUGGESTED)


@dataclass(frozen=True)
class Scope:
    """Which codings are asked about. `member` None is the command line, which sees what everybody in the project sees,
    or, with `uncleared`, the sources too that are not cleared of names; `cleared_only` leaves those out whoever asks.

    `values` maps an attribute's id to the ids of the values asked for, None among them for "not set"; all
    attributes must hold for the same informant (or for speech of nobody known, for its source). `sources` limits to
    those ids, `kinds` to those kinds of source, `held_from` and `held_to` (both included) to sources held then: one
    without a date is left out. `coder` (an id) keeps the codings of that one of the counted coders. `finished_only`
    keeps what a counted coder has coded in sources that they have marked finished.
    """

    project: Project
    member: Membership | None = None
    coders: str = PRIMARY
    sources: frozenset[int] | None = None
    values: Mapping[int, frozenset[int | None]] = field(default_factory=dict)
    finished_only: bool = False
    uncleared: bool = False
    cleared_only: bool = False
    kinds: frozenset[str] | None = None
    coder: int | None = None
    held_from: date | None = None
    held_to: date | None = None

    @property
    def sees_uncleared(self) -> bool:
        """Whether sources that are not cleared of names are among those asked about."""
        if self.cleared_only:
            return False
        return self.member.handles_identities if self.member is not None else self.uncleared


def _of_source(scope: Scope, way: str = "") -> Q:
    """What the scope asks of a source, for rows from which `way` leads to it (`source__`)."""
    asked = {
        "cleared__isnull": None if scope.sees_uncleared else False,
        "pk__in": scope.sources,
        "kind__in": scope.kinds,
        "held_on__gte": scope.held_from,
        "held_on__lte": scope.held_to,
    }
    return Q(**{way + name: value for name, value in asked.items() if value is not None})


def visible_sources(scope: Scope) -> QuerySet[Source]:
    """The sources of the scope, whether coded or not."""
    return Source.objects.filter(_of_source(scope), project=scope.project)


def counted_sources(scope: Scope) -> QuerySet[Source]:
    """The sources that a counted coder has started or marked finished: the base of every n of N."""
    return visible_sources(scope).filter(pk__in=begun(scope).values("source_id"))


def begun(scope: Scope) -> QuerySet[SourceProgress]:
    """Which source each counted coder has started, or marked finished where only that is counted."""
    marks = counted_progress(scope)
    if scope.finished_only:
        return marks.filter(finished__isnull=False)
    return marks.filter(started__isnull=False)


def counted_progress(scope: Scope) -> QuerySet[SourceProgress]:
    """How far the coders have come whose codings count; where the member is blind, only the member."""
    marks = without_hidden(SourceProgress.objects.all(), scope.member)
    if scope.coder is not None:
        marks = marks.filter(coder_id=scope.coder)
    return marks.filter(source__primary_coder=F("coder")) if scope.coders == PRIMARY else marks


def counted_codings(scope: Scope) -> QuerySet[Coding]:
    """The codings that count: of each source's primary coder, or of all coders where the scope says so.

    One whose words are all gone from the text (it waits for its coder) counts nowhere, nor does one that is only
    suggested, nor one that is hidden from the member (`reports.blindness`).
    """
    codings: QuerySet[Coding] = Coding.objects.filter(
        _of_source(scope, "source__"), project=scope.project, version_id=F("source__version_id")
    )
    codings = without_hidden(codings.exclude(review__in=UNCOUNTED), scope.member)
    if scope.coders == PRIMARY:
        codings = codings.filter(coder_id=F("source__primary_coder_id"))
    if scope.coder is not None:
        codings = codings.filter(coder_id=scope.coder)
    if scope.finished_only:
        finished = SourceProgress.objects.filter(
            source=OuterRef("source"), coder=OuterRef("coder"), finished__isnull=False
        )
        codings = codings.filter(Exists(finished))
    return codings


class Whereabouts:
    """The attribute values of informants and sources of a project: where each counts. Four queries.

    Speech of nobody known counts by its source: by the source's own value, else by the one value that all its
    informants share, else as "not set".
    """

    def __init__(self, project: Project) -> None:
        self._of_informant: dict[tuple[int, int], int] = {
            (attribute, informant): value
            for informant, attribute, value in InformantValue.objects.filter(
                attribute__project=project
            ).values_list("informant_id", "attribute_id", "value_id")
        }
        self._of_source: dict[tuple[int, int], int] = {
            (attribute, source): value
            for source, attribute, value in SourceValue.objects.filter(
                attribute__project=project
            ).values_list("source_id", "attribute_id", "value_id")
        }
        self.informants_of: dict[int, set[int]] = defaultdict(set)
        speakers = Speaker.objects.filter(
            source__project=project, informant__isnull=False, role=SpeakerRole.INFORMANT
        )
        for source, informant in speakers.values_list("source_id", "informant_id"):
            self.informants_of[source].add(informant)
        self._shared: dict[tuple[int, int], int | None] = {}

    def of(self, attribute: int, informant: int | None, source: int) -> int | None:
        """The value (id) of an attribute by which an informant, or speech of nobody known in a source, counts."""
        if informant is not None:
            return self._of_informant.get((attribute, informant))
        key = (attribute, source)
        if key not in self._shared:
            values = {self._of_informant.get((attribute, who)) for who in self.informants_of[source]}
            alone = values.pop() if len(values) == 1 else None
            self._shared[key] = self._of_source.get(key, alone)
        return self._shared[key]

    def used(self, attribute: int) -> set[int]:
        """The values (ids) of an attribute that some informant or source has."""
        every = (*self._of_informant.items(), *self._of_source.items())
        return {value for (asked, _whose), value in every if asked == attribute}

    def holds(
        self, conditions: Mapping[int, frozenset[int | None]], informant: int | None, source: int
    ) -> bool:
        """Whether all conditions hold for this one informant (or for speech of nobody known in this source)."""
        return all(
            self.of(attribute, informant, source) in values for attribute, values in conditions.items()
        )


@dataclass(frozen=True)
class Passage:
    """A stretch of a source that carries a code: code points [start, end) of its current text.

    `informants` are those who count in it and meet the scope's conditions; `unnamed` says that speech of nobody known
    (or a text without speakers) counts too. `everybody` counts all who count in it, whatever the conditions.
    """

    source_id: int
    start: int
    end: int
    first_word: int
    end_word: int
    codes: tuple[int, ...]
    coders: tuple[int, ...]
    codings: tuple[int, ...]
    informants: tuple[int, ...]
    unnamed: bool
    everybody: tuple[int | None, ...]


def passages(scope: Scope, codes: Sequence[int]) -> list[Passage]:
    """The passages of `codes` (ids; a branch gives all of its codes) in order of source and place. Six queries.

    Passages on interviewers' speech alone are counted nowhere, and are not here.
    """
    rows = list(
        counted_codings(scope)
        .filter(code_id__in=codes)
        .order_by("source__sort_key", "source_id", "start", "end", "id")
        .values_list("id", "source_id", "start", "end", "first_word", "end_word", "code_id", "coder_id")
    )
    links: dict[int, set[int | None]] = defaultdict(set)
    linked = CodingInformant.objects.filter(coding__in=counted_codings(scope).filter(code_id__in=codes))
    for coding, informant in linked.values_list("coding_id", "informant_id"):
        links[coding].add(informant)
    where = Whereabouts(scope.project)
    stretches: dict[tuple[int, int, int], list[tuple[int, ...]]] = {}
    for row in rows:
        stretches.setdefault((row[1], row[2], row[3]), []).append(row)
    found = []
    for (source, start, end), group in stretches.items():
        everybody: set[int | None] = set().union(*(links[row[0]] for row in group))
        meeting = {who for who in everybody if where.holds(scope.values, who, source)}
        if not meeting:
            continue
        found.append(
            Passage(
                source_id=source,
                start=start,
                end=end,
                first_word=group[0][4],
                end_word=group[0][5],
                codes=tuple(dict.fromkeys(row[6] for row in group)),
                coders=tuple(dict.fromkeys(row[7] for row in group)),
                codings=tuple(row[0] for row in group),
                informants=tuple(sorted(who for who in meeting if who is not None)),
                unnamed=None in meeting,
                everybody=tuple(sorted(everybody, key=lambda who: (who is None, who or 0))),
            )
        )
    return found


def carried_by(codings: Sequence[Coding]) -> list[Passage]:
    """The passage of each of some codings, alone, in their order; whoever asks has seen to it that it may be seen.

    One query.
    """
    links: dict[int, set[int | None]] = defaultdict(set)
    rows = CodingInformant.objects.filter(coding__in=[coding.pk for coding in codings])
    for coding_id, informant in rows.values_list("coding_id", "informant_id"):
        links[coding_id].add(informant)
    return [
        Passage(
            source_id=coding.source_id,
            start=coding.start,
            end=coding.end,
            first_word=coding.first_word,
            end_word=coding.end_word,
            codes=(coding.code_id,),
            coders=(coding.coder_id,),
            codings=(coding.pk,),
            informants=tuple(sorted(who for who in links[coding.pk] if who is not None)),
            unnamed=None in links[coding.pk],
            everybody=tuple(sorted(links[coding.pk], key=lambda who: (who is None, who or 0))),
        )
        for coding in codings
    ]
