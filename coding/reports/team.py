"""Who has which source, and how far: assigned by a lead, begun, finished, and how much of it is coded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, QuerySet, Sum

from coding.models import Coding, Membership, Project, Source, SourceProgress, Turn
from coding.models.names import sort_key
from coding.reports.blindness import blind_sources, without_hidden
from coding.reports.reading import CodedPart, coded_parts

NONE_CODED = CodedPart(0, 0)


@dataclass
class Work:
    """One coder's work in one source, as far as the asker may know of it.

    `hidden`: the asker is blind there, and of this colleague only `assigned` and `finished` are told. `coded` is filled
    by `with_parts`.
    """

    coder_id: int
    name: str
    active: bool
    is_counted: bool = False
    hidden: bool = False
    assigned: datetime | None = None
    finished: datetime | None = None
    codings: int = 0
    started: bool = False
    coded: CodedPart = NONE_CODED

    @property
    def begun(self) -> bool:
        return bool(self.started or self.codings or self.finished)

    @property
    def counts(self) -> bool:
        """Whether there is or will be work: what somebody who left had not begun is nobody's."""
        return self.begun or (self.active and self.assigned is not None)


def works_in(asker: Membership, sources: Mapping[int, Source]) -> dict[int, list[Work]]:
    """By source (those of `sources` that somebody has), who has it, by name. Three queries, four where the project is
    blind."""
    blind = set(blind_sources(asker).values_list("pk", flat=True))
    found: dict[tuple[int, int], Work] = {}

    members = {one.pk: one for one in Membership.objects.filter(project_id=asker.project_id)}

    def work(source: int, coder: int) -> Work:
        if (source, coder) not in found:
            hidden = coder != asker.pk and source in blind
            counted = not hidden and sources[source].primary_coder_id == coder
            member = members[coder]
            found[source, coder] = Work(coder, member.name, member.active, is_counted=counted, hidden=hidden)
        return found[source, coder]

    rows = _codings_in(asker, sources).order_by().values_list("source_id", "coder_id")
    for source, coder, codings in rows.annotate(n=Count("id")):
        work(source, coder).codings = codings
    marks = SourceProgress.objects.filter(source__project_id=asker.project_id)
    for source, coder, assigned, started, finished in marks.values_list(
        "source_id", "coder_id", "assigned", "started", "finished"
    ):
        begun = started is not None and (coder == asker.pk or source not in blind)
        if source in sources and (assigned or begun or finished):
            one = work(source, coder)
            one.assigned, one.started, one.finished = assigned, begun, finished
    by_source: dict[int, list[Work]] = defaultdict(list)
    for (source, _coder), one in sorted(found.items(), key=lambda item: sort_key(item[1].name)):
        by_source[source].append(one)
    return dict(by_source)


def _codings_in(asker: Membership, sources: Iterable[int]) -> QuerySet[Coding]:
    """The codings in sources that the asker may see, without hidden ones. Asked by source, an index answers alone."""
    return without_hidden(Coding.objects.confirmed().filter(source__in=list(sources)), asker)


def with_parts(asker: Membership, works: Mapping[int, Iterable[Work]]) -> None:
    """Fill in how much of each source (by id) is coded. Two queries."""
    parts = coded_parts(_codings_in(asker, works))
    for source, those in works.items():
        for work in those:
            work.coded = parts.get((source, work.coder_id), NONE_CODED)


@dataclass
class CoderRow:
    """A coder with all that they have: (source, work), by title. `coded` leaves out what is hidden from the asker."""

    member: Membership
    works: list[tuple[Source, Work]] = field(default_factory=list)
    coded: CodedPart = NONE_CODED

    @property
    def assigned(self) -> int:
        return sum(work.assigned is not None for _source, work in self.works)

    @property
    def begun(self) -> int:
        """Begun and not finished."""
        return sum(work.begun and work.finished is None for _source, work in self.works)

    @property
    def finished(self) -> int:
        return sum(work.finished is not None for _source, work in self.works)


@dataclass(frozen=True)
class Team:
    """The coders of a project by name, those who left last; what nobody has, and what several have."""

    coders: list[CoderRow]
    nobody: list[Source]
    several: list[tuple[Source, list[Work]]]


def team(asker: Membership) -> Team:
    """Who has which source, of those that the asker may see. Nine queries, some more where the project is blind."""
    sources = {source.pk: source for source in Source.objects.visible_to(asker)}
    works = works_in(asker, sources)
    with_parts(asker, works)
    members = Membership.objects.filter(project_id=asker.project_id)
    rows = {member.pk: CoderRow(member) for member in members}
    for key, source in sources.items():
        for work in works.get(key, ()):
            rows[work.coder_id].works.append((source, work))
    lengths = _counting_words(sources)
    for row in rows.values():
        row.coded = CodedPart(
            sum(work.coded.words for _source, work in row.works),
            sum(lengths.get(source.pk, 0) for source, work in row.works if not work.hidden),
        )
    coders = [row for row in rows.values() if row.works or (row.member.active and row.member.may_code)]
    coders.sort(key=lambda row: (not row.member.active, sort_key(row.member.name)))
    having = {key: [work for work in those if work.counts] for key, those in works.items()}
    return Team(
        coders=coders,
        nobody=[source for key, source in sources.items() if not having.get(key)],
        several=[(source, having[key]) for key, source in sources.items() if len(having.get(key, ())) > 1],
    )


def _counting_words(sources: Iterable[int]) -> dict[int, int]:
    """How many words count in each of `sources` (ids). One query."""
    turns = Turn.objects.counted().filter(
        version__in=Source.objects.filter(pk__in=list(sources)).values("version")
    )
    words = turns.order_by().values_list("version__source").annotate(n=Sum("words"))
    return dict(words)


def coders_to_choose(project: Project) -> list[Membership]:
    """To whom a source can be given, by name."""
    found = [one for one in Membership.objects.active().filter(project=project) if one.may_code]
    return sorted(found, key=lambda one: sort_key(one.name))


def left_with_sources(project: Project) -> list[Membership]:
    """Who no longer codes here and still has sources assigned, by name: they can be taken back."""
    having = SourceProgress.objects.filter(assigned__isnull=False).values("coder")
    found = [
        one
        for one in Membership.objects.filter(project=project, pk__in=having)
        if not (one.active and one.may_code)
    ]
    return sorted(found, key=lambda one: sort_key(one.name))
