"""Sources as lists and overviews show them: who speaks, who codes, how far they have come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from coding.models import (
    Coding,
    InformantValue,
    Membership,
    Memo,
    Project,
    Source,
    SourceValue,
    Speaker,
    Turn,
    Value,
)
from coding.models.attributes import CITY
from coding.models.names import search_key
from coding.models.sources import SourceKind, SpeakerRole
from coding.reports.blindness import is_blind_in, seen_codings, without_hidden
from coding.reports.team import Work, works_in

FIRST_WORDS = 160


@dataclass
class SourceRow:
    """A source with what its list says of it; its text is not read."""

    source: Source
    words: int
    coders: list[Work] = field(default_factory=list)
    speakers: int = 0
    unlinked: int = 0
    mine: Work | None = None
    cities: list[str] = field(default_factory=list)

    @property
    def codings(self) -> int:
        return sum(coder.codings for coder in self.coders)

    @property
    def working(self) -> list[Work]:
        """Who codes it or is to code it: what somebody who left had not begun is nobody's."""
        return [coder for coder in self.coders if coder.counts]

    @property
    def finished(self) -> int:
        return sum(1 for coder in self.coders if coder.finished)

    @property
    def is_begun(self) -> bool:
        return any(coder.begun for coder in self.coders)

    @property
    def is_assigned(self) -> bool:
        return any(coder.active and coder.assigned for coder in self.coders)

    @property
    def status(self) -> int:
        """0 not begun, 1 being coded, 2 finished by everybody who has it."""
        if not self.is_begun:
            return 0
        return 2 if all(coder.finished for coder in self.working) else 1

    @property
    def searched(self) -> str:
        names = (coder.name for coder in self.coders)
        return search_key(
            " ".join([self.source.title, str(SourceKind(self.source.kind).label), *names, *self.cities])
        )


SORTS: dict[str, Any] = {
    "title": lambda row: row.source.sort_key,
    "kind": lambda row: (str(SourceKind(row.source.kind).label), row.source.sort_key),
    "date": lambda row: row.source.sort_key,
    "words": lambda row: row.words,
    "codings": lambda row: row.codings,
    "coders": lambda row: (", ".join(coder.name.casefold() for coder in row.coders), row.source.sort_key),
    "status": lambda row: (row.status, row.finished, row.source.sort_key),
}


def source_rows(member: Membership) -> list[SourceRow]:
    """The sources that the member may see, by title. A fixed number of queries, however many sources there are."""
    sources = (
        Source.objects.visible_to(member)
        .annotate(text_words=F("version__words"))
        .select_related("primary_coder")
        .order_by("sort_key", "id")
    )
    rows = {source.pk: SourceRow(source, words=source.text_words or 0) for source in sources}
    for key, works in works_in(member, {key: row.source for key, row in rows.items()}).items():
        rows[key].coders = works
        rows[key].mine = next((work for work in works if work.coder_id == member.pk), None)
    speakers = Speaker.objects.filter(source__project_id=member.project_id)
    for speaker in speakers.values("source_id", "role", "informant_id"):
        row = rows.get(speaker["source_id"])
        if row is not None:
            row.speakers += 1
            row.unlinked += speaker["role"] == SpeakerRole.INFORMANT and speaker["informant_id"] is None
    _add_cities(member, rows)
    return list(rows.values())


def _add_cities(member: Membership, rows: dict[int, SourceRow]) -> None:
    cities = {"attribute__project_id": member.project_id, "attribute__key": CITY}
    spoken = InformantValue.objects.filter(**cities, informant__speakers__isnull=False)
    places = [
        *spoken.values_list("informant__speakers__source_id", "value__name", "value__name_en"),
        *SourceValue.objects.filter(**cities).values_list("source_id", "value__name", "value__name_en"),
    ]
    for source_id, name, english in sorted(places, key=lambda place: place[1]):
        label = Value(name=name, name_en=english).label()
        if source_id in rows and label not in rows[source_id].cities:
            rows[source_id].cities.append(label)


def sort_and_search(rows: Iterable[SourceRow], *, query: str, sort: str) -> list[SourceRow]:
    """The rows that hold all words of `query`, ordered by `sort` (a key of SORTS, with `-` before it: downwards)."""
    words = search_key(query).split()
    found = [row for row in rows if all(word in row.searched for word in words)]
    key = sort.removeprefix("-")
    if key == "date":
        dated = [row for row in found if row.source.held_on]
        dated.sort(key=lambda row: (row.source.held_on, row.source.sort_key), reverse=sort.startswith("-"))
        return dated + [row for row in found if not row.source.held_on]
    return sorted(found, key=SORTS.get(key, SORTS["title"]), reverse=sort.startswith("-"))


def uncleared(project: Project) -> QuerySet[Source]:
    """The project's sources that have not been cleared of names yet."""
    return Source.objects.filter(project=project, cleared=None)


@dataclass(frozen=True)
class SpeakerRow:
    """A label of a source with how much it says and how it begins; `original` is empty for who may not know it."""

    speaker: Speaker
    turns: int
    words: int
    first_words: str
    original: str = ""


def speaker_rows(source: Source, originals: Mapping[int, str] | None = None) -> list[SpeakerRow]:
    """The labels of a source (its version's text loaded), in order; `originals` by speaker, for who may see them.

    A label under which nothing is said any more in the current text is left out. Two queries.
    """
    speakers = list(source.speakers.select_related("informant").order_by("position", "id"))
    turns: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    spoken = Turn.objects.filter(version_id=source.version_id, speaker__isnull=False).order_by("number")
    for speaker, start, end, words in spoken.values_list("speaker_id", "start", "end", "words"):
        turns[speaker].append((start, end, words))
    text = source.version.text if source.version else ""
    return [
        SpeakerRow(
            speaker=speaker,
            turns=len(turns[speaker.pk]),
            words=sum(words for _start, _end, words in turns[speaker.pk]),
            first_words=_first_words(text, turns[speaker.pk]),
            original=(originals or {}).get(speaker.pk, ""),
        )
        for speaker in speakers
        if turns[speaker.pk]
    ]


def _first_words(text: str, turns: Sequence[tuple[int, int, int]]) -> str:
    """How a speaker begins: of the first turns the first that has more than a few words, cut at a blank."""
    if not turns:
        return ""
    start, end, _words = next((turn for turn in turns[:10] if turn[2] >= 5), turns[0])
    said = " ".join(text[start : min(end, start + 4 * FIRST_WORDS)].split())
    if len(said) <= FIRST_WORDS:
        return said
    return said[:FIRST_WORDS].rsplit(" ", 1)[0] + " …"


def stored_source(source: Source) -> dict[str, Any]:
    """A source as it is stored: the text to which offsets refer, without labels, and its turns."""
    text = Source.objects.values_list("version__text", flat=True).get(pk=source.pk)
    turns = Turn.objects.filter(version_id=source.version_id).order_by("number")
    return {
        "uuid": str(source.uuid),
        "title": source.title,
        "kind": source.kind,
        "text": text or "",
        "turns": [
            {"label": label, "start": start, "end": end, "time": time or None}
            for label, start, end, time in turns.values_list("speaker__label", "start", "end", "time")
        ],
    }


@dataclass(frozen=True)
class GoesAlong:
    """What the deletion of a source takes with it. `hidden`: colleagues' codings too, which are not counted here."""

    words: int
    codings: int
    coders: int
    memos: int
    speakers: int
    hidden: bool


def goes_along(source: Source, member: Membership) -> GoesAlong:
    """What is deleted together with a source, as far as the member may know."""
    codings = Coding.objects.filter(source=source).seen_by(member)
    return GoesAlong(
        words=source.version.words if source.version else 0,
        codings=codings.count(),
        coders=codings.values("coder_id").distinct().count(),
        memos=Memo.objects.filter(source=source).count() + Memo.objects.filter(coding__in=codings).count(),
        speakers=source.speakers.count(),
        hidden=is_blind_in(member, source),
    )


@dataclass(frozen=True)
class Counts:
    """The project in a few numbers, of what the member may see."""

    sources: int
    words: int
    speakers: int
    unlinked: int
    informants: int
    codes: int
    codings: int
    memos: int
    uncleared_hidden: int
    all_cleared: bool
    colleagues: int


def counts(member: Membership) -> Counts:
    """The figures that open a project."""
    sources = Source.objects.visible_to(member)
    visible = sources.aggregate(n=Count("id"), words=Sum("version__words"))
    speaking = Speaker.objects.filter(source__in=sources, role=SpeakerRole.INFORMANT)
    project = member.project
    not_cleared = uncleared(project).count()
    return Counts(
        sources=visible["n"],
        words=visible["words"] or 0,
        speakers=speaking.count(),
        unlinked=speaking.filter(informant=None).count(),
        informants=project.informants.count(),
        codes=project.codes.count(),
        codings=seen_codings(member).count(),
        memos=visible_memos(member).count(),
        uncleared_hidden=0 if member.handles_identities else not_cleared,
        all_cleared=bool(visible["n"]) and not not_cleared,
        colleagues=project.memberships.active().exclude(pk=member.pk).count(),
    )


def proposed_codes(project: Project) -> int:
    """How many codes wait for a lead to place them."""
    return project.codes.filter(parent=None, proposed=True).count()


def visible_memos(member: Membership) -> QuerySet[Memo]:
    """The project's memos but those on sources that the member may not see, or on codings hidden from them."""
    memos = without_hidden(Memo.objects.filter(project_id=member.project_id), member, "coding__")
    if member.handles_identities:
        return memos
    hidden = uncleared(member.project)
    return memos.exclude(source__in=hidden).exclude(coding__source__in=hidden)
