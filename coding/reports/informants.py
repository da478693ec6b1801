"""Informants as lists show them: what is known of each, where they speak and how much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Sum

from coding.models import (
    Attribute,
    Informant,
    InformantValue,
    Membership,
    Project,
    Source,
    SourceValue,
    Speaker,
    Turn,
    Value,
)
from coding.models.attributes import AttributeKind
from coding.models.names import search_key, sort_key
from coding.models.sources import SpeakerRole


@dataclass
class Appearance:
    """A source in which an informant speaks."""

    source: Source
    labels: list[str] = field(default_factory=list)
    words: int = 0


@dataclass
class InformantRow:
    """An informant with values by attribute key and the sources in which the member sees them speak."""

    informant: Informant
    values: dict[str, Value] = field(default_factory=dict)
    sources: list[Appearance] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(source.words for source in self.sources)

    @property
    def searched(self) -> str:
        return search_key(
            " ".join(
                [
                    self.informant.pseudonym,
                    *(f"{value.name} {value.name_en}" for value in self.values.values()),
                    *(appearance.source.title for appearance in self.sources),
                ]
            )
        )


def informant_rows(member: Membership, only: Informant | None = None) -> list[InformantRow]:
    """The project's informants by pseudonym (or one of them). A fixed number of queries."""
    informants = Informant.objects.filter(project_id=member.project_id).order_by("sort_key", "id")
    if only is not None:
        informants = informants.filter(pk=only.pk)
    rows = {informant.pk: InformantRow(informant) for informant in informants}
    answers = InformantValue.objects.filter(informant__project_id=member.project_id)
    for answer in answers.select_related("value", "attribute"):
        if answer.informant_id in rows:
            rows[answer.informant_id].values[answer.attribute.key] = answer.value
    _add_sources(member, rows)
    return list(rows.values())


def _add_sources(member: Membership, rows: dict[int, InformantRow]) -> None:
    visible = Source.objects.visible_to(member)
    speakers = Speaker.objects.filter(informant__isnull=False, source__in=visible)
    found: dict[tuple[int, int], Appearance] = {}
    for speaker in speakers.select_related("source").order_by("source__sort_key", "source_id", "position"):
        key = (speaker.informant_id or 0, speaker.source_id)
        if key[0] not in rows:
            continue
        if key not in found:
            found[key] = Appearance(speaker.source)
            rows[key[0]].sources.append(found[key])
        found[key].labels.append(speaker.label)
    spoken = (
        Turn.objects.filter(speaker__informant__isnull=False, version=F("speaker__source__version"))
        .filter(speaker__source__project_id=member.project_id)
        .values_list("speaker__informant_id", "speaker__source_id")
        .annotate(words_said=Sum("words"))
    )
    for informant_id, source_id, words in spoken:
        if (informant_id, source_id) in found:
            found[informant_id, source_id].words = words


def sort_and_search(
    rows: Iterable[InformantRow], attributes: Sequence[Attribute], *, query: str, sort: str
) -> list[InformantRow]:
    """The rows that hold all words of `query`, ordered by pseudonym, words, sources or an attribute's key.

    Who has no value of the attribute stands last, whatever the direction.
    """
    words = search_key(query).split()
    found = [row for row in rows if all(word in row.searched for word in words)]
    key, down = sort.removeprefix("-"), sort.startswith("-")
    by_key = {attribute.key: attribute for attribute in attributes}
    if key == "words":
        return sorted(found, key=lambda row: row.words, reverse=down)
    if key == "sources":
        return sorted(found, key=lambda row: len(row.sources), reverse=down)
    if key in by_key:
        with_value = [row for row in found if key in row.values]
        with_value.sort(key=lambda row: value_order(by_key[key], row.values[key]), reverse=down)
        return with_value + [row for row in found if key not in row.values]
    return sorted(found, key=lambda row: row.informant.sort_key, reverse=down)


def value_order(attribute: Attribute, value: Value) -> tuple[float, str]:
    """Numbers by size, everything else by its name."""
    if attribute.kind == AttributeKind.NUMBER:
        try:
            return float(value.name), ""
        except ValueError:
            return float("inf"), value.sort_key
    return 0.0, sort_key(value.label())


@dataclass(frozen=True)
class Unlinked:
    """A source with speakers that count as informants but are linked to none."""

    source: Source
    labels: Sequence[str]


def unlinked_speakers(member: Membership) -> list[Unlinked]:
    """Every speaker that is nobody known yet, by source. One query."""
    speakers = (
        Speaker.objects.filter(
            source__in=Source.objects.visible_to(member), role=SpeakerRole.INFORMANT, informant=None
        )
        .select_related("source")
        .order_by("source__sort_key", "source_id", "position")
    )
    labels: dict[Source, list[str]] = {}
    for speaker in speakers:
        labels.setdefault(speaker.source, []).append(speaker.label)
    return [Unlinked(source, found) for source, found in labels.items()]


@dataclass(frozen=True)
class AttributeUse:
    """An attribute with its values and how many informants and sources have each."""

    attribute: Attribute
    values: Sequence[tuple[Value, int, int]]

    @property
    def answers(self) -> int:
        return sum(informants + sources for _value, informants, sources in self.values)


def attribute_uses(project: Project) -> list[AttributeUse]:
    """All attributes of a project in order. Four queries."""
    informants: dict[int, int] = {}
    for value_id in InformantValue.objects.filter(attribute__project=project).values_list(
        "value_id", flat=True
    ):
        informants[value_id] = informants.get(value_id, 0) + 1
    sources: dict[int, int] = {}
    for value_id in SourceValue.objects.filter(attribute__project=project).values_list("value_id", flat=True):
        sources[value_id] = sources.get(value_id, 0) + 1
    attributes = Attribute.objects.filter(project=project).prefetch_related("values")
    return [
        AttributeUse(
            attribute,
            [
                (value, informants.get(value.pk, 0), sources.get(value.pk, 0))
                for value in attribute.values.all()
            ],
        )
        for attribute in attributes
    ]


def template_rows(member: Membership) -> list[list[str]]:
    """Heading and rows of a spreadsheet to fill in: every speaker that the member sees and that is nobody known yet."""
    attributes = [
        row.key for row in Attribute.objects.filter(project_id=member.project_id).order_by("position", "id")
    ]
    built_in = ["city", "informant_type"]
    further = [key for key in attributes if key not in built_in]
    rows = [["source", "label", "pseudonym", *built_in, "interviewer", *further]]
    for unlinked in unlinked_speakers(member):
        for label in unlinked.labels:
            rows.append([unlinked.source.title, label, *[""] * (len(rows[0]) - 2)])
    return rows
