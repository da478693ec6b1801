"""The quotations of a report as they are shown, whose words they are said to be, and what speaks against it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.anchoring.attribution import Speech, Stretch, speech
from coding.anchoring.printing import Piece, marks_from, pieces, shown_parts
from coding.language.exposing import Exposure, exposures
from coding.models import (
    Attribution,
    Membership,
    NameMark,
    Override,
    Report,
    ReportQuotation,
    Source,
    TextVersion,
    Turn,
    Value,
)
from coding.models.attributes import CITY
from coding.models.chapters import Overridden
from coding.models.privacy import MarkVerdict
from coding.reports.codebook import CodeNode, CodeTree
from coding.reports.consent import not_to_be_quoted
from coding.reports.disclosure import Attributed, Attributions, manner_of
from coding.reports.passages import Passage, Scope, Whereabouts, counted_codings


@dataclass(frozen=True)
class Placed:
    """Where a quotation stands: "2.1", or "" where it was taken out."""

    chapter: str
    section: str


@dataclass(frozen=True)
class Shown:
    """A quotation as a report shows it.

    `lines` are (speaker, words), the speaker empty where one alone speaks. `said` is whose words they are. `held` says
    why it does not leave, `exposed` what in its words may tell who speaks; `covers` is the digest of what is seen.
    `voices` are the informants (ids) whose words are shown.
    """

    row: ReportQuotation
    original: str
    pieces: Sequence[Piece]
    lines: Sequence[tuple[str, str]]
    attributed: Attributed
    said: str
    printed: bool
    turn: int
    time: str
    codes: Sequence[CodeNode]
    voices: Sequence[int]
    exposed: Sequence[Exposure]
    indirect: Sequence[str]
    held: str | Promise
    covers: Mapping[str, str]
    overridden: Mapping[str, Override]

    @property
    def words(self) -> str:
        """The words as they are shown, without speakers."""
        return "\n".join(words for _who, words in self.lines)

    @property
    def exposed_words(self) -> list[tuple[str, Exposure]]:
        said = _checked(self.lines)
        return [(said[one.start : one.end], one) for one in self.exposed]

    @property
    def title(self) -> str:
        """The source's title as it may leave: without what the attribution leaves out."""
        return self.attributed.without_city(self.row.source.title)

    @property
    def label(self) -> str:
        return _("Quotation %(number)d") % {"number": self.row.number}


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    end: int
    label: str
    time: str
    speaker: int | None
    informant: int | None
    role: str | None


class Quoted:
    """Reads quotations of one report. A fixed number of queries, whatever their number.

    `names` are the project's listed names ({name: kind}); `member` None is the command line.
    """

    def __init__(
        self, report: Report, tree: CodeTree, names: Mapping[str, str], member: Membership | None = None
    ) -> None:
        self.report, self.tree, self.names, self.member = report, tree, names, member
        self._attributions = Attributions(
            report.project, Whereabouts(report.project), manner=manner_of(report)
        )
        self._barred = not_to_be_quoted(report.project)
        cities = Value.objects.filter(attribute__project=report.project, attribute__key=CITY)
        self._cities = {name for value in cities for name in (value.name, value.name_en) if name}

    def of(self, rows: Iterable[ReportQuotation]) -> list[Shown]:
        """The quotations as they are shown, in the same order."""
        rows = list(rows)
        versions = {row.version_id for row in rows}
        texts = dict(TextVersion.objects.filter(pk__in=versions).values_list("pk", "text"))
        turns, said = _turns(versions)
        corrections: dict[tuple[int, int, int], dict[int, bool]] = defaultdict(dict)
        for version, start, end, who, counts in Attribution.objects.filter(version__in=versions).values_list(
            "version_id", "start", "end", "informant_id", "counts"
        ):
            corrections[version, start, end][who] = counts
        indirect: dict[int, list[tuple[int, int]]] = defaultdict(list)
        marked = NameMark.objects.filter(version__in=versions, verdict=MarkVerdict.INDIRECT)
        for version, start, end in marked.values_list("version_id", "start", "end"):
            indirect[version].append((start, end))
        codes = self._codes(versions)
        overrides: dict[int, dict[str, Override]] = defaultdict(dict)
        standing = Override.objects.filter(quotation__in=[row.pk for row in rows])
        for one in standing.select_related("member"):
            overrides[one.quotation_id][one.what] = one
        return [
            self._one(
                row,
                texts[row.version_id],
                turns[row.version_id],
                said[row.version_id],
                corrections.get((row.version_id, row.start, row.end), {}),
                indirect[row.version_id],
                codes.get((row.source_id, row.start, row.end), []),
                overrides[row.pk],
            )
            for row in rows
        ]

    def _codes(self, versions: Iterable[int]) -> dict[tuple[int, int, int], list[CodeNode]]:
        found: dict[tuple[int, int, int], list[CodeNode]] = defaultdict(list)
        scope = Scope(project=self.report.project, member=self.member)
        codings = counted_codings(scope).filter(version__in=versions).order_by("id")
        for source, start, end, code in codings.values_list("source_id", "start", "end", "code_id"):
            node = self.tree.by_id.get(code)
            if node is not None and node not in found[source, start, end]:
                found[source, start, end].append(node)
        return found

    def _one(
        self,
        row: ReportQuotation,
        text: str,
        turns: Sequence[_Line],
        said: Speech,
        corrections: Mapping[int, bool],
        indirect: Sequence[tuple[int, int]],
        codes: Sequence[CodeNode],
        overrides: Mapping[str, Override],
    ) -> Shown:
        original = text[row.start : row.end]
        marks = marks_from(row.marks)
        covered = [turn for turn in turns if turn.start < row.end and row.start < turn.end]
        bounds = [(max(turn.start - row.start, 0), min(turn.end, row.end) - row.start) for turn in covered]
        parts = shown_parts(original, marks, bounds)
        kept = [(turn, words) for turn, words in zip(covered, parts, strict=True) if words]
        dialogue = len(kept) > 1
        lines = [(turn.label if dialogue else "", words) for turn, words in kept]
        printed = bool(self.report.print_wordings and row.print_wording and row.approved and not row.changed)
        if printed:
            lines = [("", row.print_wording)]
        everybody = _who(said, text, row, [turn for turn, _words in kept], corrections)
        passage = Passage(row.source_id, row.start, row.end, 0, 0, (), (), (), (), False, everybody)
        attributed = self._attributions.of(passage)
        words = _checked(lines)
        covers = {
            Overridden.ATTRIBUTION.value: _digest(attributed.full, words),
            Overridden.TEXT.value: _digest("", words),
        }
        holding = {what: one for what, one in overrides.items() if one.covers == covers.get(what)}
        full = attributed.full if Overridden.ATTRIBUTION in holding else ""
        exposed = exposures(words, self.names, self._cities - set(attributed.dropped))
        voices = [
            turn.informant for turn, _words in kept if turn.informant is not None and turn.role == "informant"
        ]
        return Shown(
            row=row,
            original=original,
            pieces=pieces(original, marks),
            lines=lines,
            attributed=attributed,
            said=full or attributed.text,
            printed=printed,
            turn=covered[0].number + 1 if covered else 1,
            time=covered[0].time if covered else "",
            codes=codes,
            voices=tuple(dict.fromkeys(voices)),
            exposed=exposed,
            indirect=[text[a:b] for a, b in indirect if a < row.end and row.start < b],
            held=self._held(row, voices, exposed, Overridden.TEXT in holding),
            covers=covers,
            overridden=holding,
        )

    def _held(
        self, row: ReportQuotation, voices: Sequence[int], exposed: Sequence[Exposure], let_out: bool
    ) -> str | Promise:
        """Why a quotation does not leave the project; empty where it does."""
        if row.start == row.end:
            return gettext_lazy("its words are no longer in the text")
        if row.source.cleared is None:
            return gettext_lazy("its source has not been cleared of names")
        if not self._barred.isdisjoint(voices):
            return gettext_lazy("somebody who speaks in it may not be quoted")
        if any(one.blocks for one in exposed) and not let_out:
            return gettext_lazy("the disclosure check holds it back")
        return ""


def _checked(lines: Sequence[tuple[str, str]]) -> str:
    """What the disclosure check reads: the words with the speakers' labels."""
    return "\n".join(f"{who}: {words}" if who else words for who, words in lines)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()


def _who(
    said: Speech, text: str, row: ReportQuotation, shown: Sequence[_Line], corrections: Mapping[int, bool]
) -> tuple[int | None, ...]:
    """Whose words a quotation is: of those who count in the stretch from the first to the last turn that is shown,
    those of whom something is shown."""
    if not shown or row.start == row.end:
        return ()
    start, end = max(row.start, shown[0].start), min(row.end, shown[-1].end)
    stretch: Stretch = said.stretch(text, start, end)
    counting = said.who_counts(stretch, corrections)
    visible = {turn.informant if turn.role == "informant" else None for turn in shown}
    kept = counting & visible or counting
    return tuple(sorted(kept, key=lambda who: (who is None, who or 0)))


def _turns(versions: Iterable[int]) -> tuple[dict[int, list[_Line]], dict[int, Speech]]:
    lines: dict[int, list[_Line]] = defaultdict(list)
    rows: dict[int, list[tuple]] = defaultdict(list)
    for version, start, end, first, words, speaker, informant, role, label, number, time in (
        Turn.objects.filter(version__in=versions)
        .order_by("version_id", "number")
        .values_list(
            "version_id", "start", "end", "first_word", "words", "speaker_id", "speaker__informant_id",
            "speaker__role", "speaker__label", "number", "time",
        )
    ):  # fmt: skip
        lines[version].append(_Line(number, start, end, label or "", time, speaker, informant, role))
        rows[version].append((start, end, first, words, speaker, informant, role))
    return lines, {version: speech(found) for version, found in rows.items()}


def seen_quotations(report: Report, member: Membership | None) -> list[ReportQuotation]:
    """The quotations of a report in the order in which they stand, those taken out last, by number.

    Whoever does not handle identities does not see one of a source that is not cleared. One query.
    """
    rows = ReportQuotation.objects.filter(report=report).select_related(
        "source", "section__chapter", "print_by", "approved_by"
    )
    if member is not None and not member.handles_identities:
        rows = rows.filter(source__in=Source.objects.visible_to(member))
    return list(
        rows.order_by(
            "section__chapter__position", "section__chapter_id", "section__position", "section_id", "position", "number"
        )
    )  # fmt: skip
