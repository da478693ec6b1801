"""A report's chapters with what stands in them, where a passage is quoted already, and how the voices are balanced."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coding.models import (
    Chapter,
    Coding,
    Evidence,
    Informant,
    InformantValue,
    Membership,
    Project,
    Report,
    ReportQuotation,
    Section,
    SectionTheme,
    Summary,
    Theme,
    Value,
)
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.models.citing import staleness
from coding.models.themes import SummaryState
from coding.permissions import can_see_snapshots
from coding.reports.codebook import CodeTree
from coding.reports.report_quotations import Quoted, Shown, seen_quotations


@dataclass
class SectionPlan:
    """A section with what stands in it. `stale` are themes (ids) of which the approval no longer holds what it saw."""

    section: Section
    number: str
    quotations: list[Shown] = field(default_factory=list)
    themes: list[tuple[Theme, Summary | None]] = field(default_factory=list)
    stale: set[int] = field(default_factory=set)


@dataclass
class ChapterPlan:
    chapter: Chapter
    number: str
    sections: list[SectionPlan] = field(default_factory=list)

    @property
    def quotations(self) -> list[Shown]:
        return [one for section in self.sections for one in section.quotations]

    @property
    def held(self) -> int:
        return sum(1 for one in self.quotations if one.held)


@dataclass
class ReportPlan:
    """A report as it stands. `out` are quotations that were taken out, and keep their numbers."""

    report: Report
    chapters: list[ChapterPlan]
    out: list[Shown]

    @property
    def quotations(self) -> list[Shown]:
        return [one for chapter in self.chapters for one in chapter.quotations]

    @property
    def held(self) -> list[Shown]:
        return [one for one in self.quotations if one.held]

    def only(self, part: str) -> ReportPlan:
        """With the one chapter or section that a number ("4", "4.2") names; empty: all. Raises LookupError."""
        if not part:
            return self
        for chapter in self.chapters:
            if chapter.number == part:
                return ReportPlan(self.report, [chapter], [])
            for section in chapter.sections:
                if section.number == part:
                    return ReportPlan(
                        self.report, [ChapterPlan(chapter.chapter, chapter.number, [section])], []
                    )
        raise LookupError(part)


def report_plan(
    report: Report,
    tree: CodeTree,
    names: Mapping[str, str],
    member: Membership | None = None,
    *,
    part: str = "",
) -> ReportPlan:
    """The report, or the chapter or section that `part` numbers, with everything in it as `member` sees it.

    A fixed number of queries. Raises LookupError.
    """
    plan = outline(report).only(part)
    sections = {section.section.pk: section for chapter in plan.chapters for section in chapter.sections}
    rows = seen_quotations(report, member)
    if part:
        rows = [row for row in rows if row.section_id in sections]
    for shown in Quoted(report, tree, names, member).of(rows):
        place = sections.get(shown.row.section_id or 0)
        (place.quotations if place else plan.out).append(shown)
    summaries = {summary.theme_id: summary for summary in _summaries(report, member)}
    taken = (
        SectionTheme.objects.filter(section__in=sections)
        .select_related("theme")
        .order_by("theme__position", "id")
    )
    stale = staleness([summaries[row.theme_id] for row in taken if row.theme_id in summaries])
    for row in taken:
        summary = summaries.get(row.theme_id)
        sections[row.section_id].themes.append((row.theme, summary))
        if summary is not None and summary.pk in stale:
            sections[row.section_id].stale.add(row.theme_id)
    return plan


def _summaries(report: Report, member: Membership | None) -> Iterable[Summary]:
    """What is written of the themes across all columns, but for what rests on sources that are not cleared of names.

    It rests on all counted codings: whoever is blind does not see it.
    """
    if member is not None and not can_see_snapshots(member):
        return ()
    rows = Summary.objects.filter(theme__project=report.project, by="")
    return rows.exclude(pk__in=Evidence.objects.filter(source__cleared=None).values("summary_id"))


def outline(report: Report) -> ReportPlan:
    """The chapters and sections of a report with their numbers. Two queries."""
    below: dict[int, list[Section]] = defaultdict(list)
    for section in Section.objects.filter(chapter__report=report).order_by("position", "id"):
        below[section.chapter_id].append(section)
    chapters = [
        ChapterPlan(
            chapter,
            str(number),
            [SectionPlan(section, f"{number}.{n}") for n, section in enumerate(below[chapter.pk], 1)],
        )
        for number, chapter in enumerate(report.chapters.order_by("position", "id"), 1)
    ]
    return ReportPlan(report, chapters, [])


def is_approved(summary: Summary | None) -> bool:
    return summary is not None and summary.state == SummaryState.APPROVED


def evidence_numbers(report: Report, summaries: Sequence[int]) -> dict[tuple[int, int], int]:
    """Which quotation cites the same passage: {(summary id, evidence number): quotation number}."""
    numbers = {
        (row.source_id, row.start, row.end): row.number
        for row in ReportQuotation.objects.filter(report=report, section__isnull=False)
    }
    rows = Evidence.objects.filter(summary_id__in=summaries)
    places = {
        coding.uuid: (coding.source_id, coding.start, coding.end)
        for coding in Coding.objects.filter(uuid__in=rows.values("coding"))
    }
    found = {}
    for row in rows:
        place = places.get(row.coding)
        if place in numbers:
            found[row.summary_id, row.number] = numbers[place]
    return found


@dataclass(frozen=True)
class Use:
    """Where a passage is quoted: in which report, under which number, in which section; `row` is the quotation."""

    report: Report
    number: int
    place: str
    row: ReportQuotation

    @property
    def sentence(self) -> str:
        where = _("chapter %(place)s") % {"place": self.place} if self.place else _("taken out")
        return _("%(report)s, %(where)s, quotation %(number)d") % {
            "report": self.report.title, "where": where, "number": self.number,
        }  # fmt: skip


def uses(project: Project) -> dict[int, list[tuple[int, int, Use]]]:
    """Where passages are quoted in all reports, by source: (start, end, use)."""
    found: dict[int, list[tuple[int, int, Use]]] = defaultdict(list)
    for report in Report.objects.filter(project=project):
        places = {
            section.section.pk: section.number
            for chapter in outline(report).chapters
            for section in chapter.sections
        }
        for row in ReportQuotation.objects.filter(report=report):
            use = Use(report, row.number, places.get(row.section_id or 0, ""), row)
            found[row.source_id].append((row.start, row.end, use))
    return found


def used(known: Mapping[int, Sequence[tuple[int, int, Use]]], source: int, start: int, end: int) -> list[Use]:
    """The uses of a passage or of one that shares words with it."""
    return [use for first, last, use in known.get(source, ()) if first < end and start < last]


def quoted_in(known: Sequence[Use], section: int, start: int, end: int) -> Use | None:
    """The use of exactly this passage in a section (id), of those of its source."""
    here = (use for use in known if use.row.section_id == section)
    return next((use for use in here if (use.row.start, use.row.end) == (start, end)), None)


@dataclass(frozen=True)
class Share:
    """How many quotations somebody, or some group, has, of how many; `quoted` of `people` are quoted at all."""

    name: str
    quotations: int
    of: int
    quoted: int = 0
    people: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.quotations / self.of) if self.of else 0


@dataclass(frozen=True)
class Balance:
    """Quotations by informant, city and type; one in which two speak counts for both. `silent` are never quoted."""

    many: int
    informants: list[Share]
    cities: list[Share]
    types: list[Share]
    silent: list[str]


def balance(project: Project, quotations: Sequence[Shown]) -> Balance:
    """Who is heard how often. Three queries."""
    people = list(Informant.objects.filter(project=project).order_by("sort_key", "id"))
    counted = Counter(who for shown in quotations for who in shown.voices)
    values: dict[str, dict[int, int]] = {CITY: {}, INFORMANT_TYPE: {}}
    for who, key, value in InformantValue.objects.filter(
        attribute__project=project, attribute__key__in=values
    ).values_list("informant_id", "attribute__key", "value_id"):
        values[key][who] = value
    labels = {
        value.pk: value.label()
        for value in Value.objects.filter(attribute__project=project, attribute__key__in=values)
    }
    many = len(quotations)

    def groups(key: str) -> list[Share]:
        quoted: Counter[int | None] = Counter()
        for shown in quotations:
            quoted.update({values[key].get(who) for who in shown.voices})
        members: dict[int | None, list[int]] = defaultdict(list)
        for person in people:
            members[values[key].get(person.pk)].append(person.pk)
        rows = [
            Share(
                labels.get(value or 0, _("Not set")),
                quoted[value],
                many,
                sum(1 for who in group if counted[who]),
                len(group),
            )
            for value, group in members.items()
        ]
        return sorted(rows, key=lambda row: (-row.quotations, row.name))

    informants = [Share(one.pseudonym, counted[one.pk], many) for one in people if counted[one.pk]]
    return Balance(
        many,
        sorted(informants, key=lambda row: -row.quotations),
        groups(CITY),
        groups(INFORMANT_TYPE),
        [one.pseudonym for one in people if not counted[one.pk]],
    )
