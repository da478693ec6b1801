"""A report as it stands becomes a manuscript: chapters, quotations with their attribution, tables, appendix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from coding.exporting.cells import Cell
from coding.exporting.manuscript import Block, Manuscript, Part, Quote, Table, Text
from coding.language.exposing import exposures
from coding.markdown import HEADING, ITEM, NUMBERED, PARAGRAPH, QUOTE, Run, blocks
from coding.models import Membership, Report, Summary
from coding.models.attributes import CITY
from coding.reports.chapters import ChapterPlan, ReportPlan, SectionPlan, evidence_numbers, is_approved
from coding.reports.codebook import CodeTree
from coding.reports.disclosure import LEFT_OUT
from coding.reports.frequencies import Frequencies, frequencies
from coding.reports.methods import Item, methods
from coding.reports.passages import Scope
from coding.reports.report_quotations import Shown

STYLES = {PARAGRAPH: "", HEADING: "heading", ITEM: "bullet", NUMBERED: "step", QUOTE: "saying"}


class Names:
    """Listed names do not leave in what people wrote either: in titles, summaries, definitions."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def out_of(self, text: str) -> str:
        """`text` with what would hold a quotation back replaced by […]."""
        return "".join(run.text for run in self.out_of_runs([Run(text)]))

    def out_of_runs(self, runs: Sequence[Run]) -> list[Run]:
        """The same of words that do not all look alike: a name is one across them, too."""
        text = "".join(run.text for run in runs)
        held = [one for one in exposures(text, self._names) if one.blocks]
        found, start = [], 0
        for run in runs:
            end, at, words = start + len(run.text), start, ""
            for one in held:
                if one.start < end and one.end > start:
                    words += text[at : max(at, one.start)] + (LEFT_OUT if one.start >= start else "")
                    at = min(one.end, end)
            found.append(replace(run, text=words + text[at:end]))
            start = end
        return found


def manuscript(
    plan: ReportPlan,
    tree: CodeTree,
    names: Mapping[str, str],
    member: Membership | None,
    *,
    appendix: bool = False,
    tables: bool = True,
) -> Manuscript:
    """The plan in the language that is active. `appendix` adds the methods, `tables` the code frequencies."""
    report: Report = plan.report
    clean = Names(names)
    # What is printed holds nothing of sources that are not cleared of names, whoever exports it.
    scope = Scope(project=report.project, member=member, cleared_only=True)
    counted = frequencies(scope, by=CITY, tree=tree) if tables and plan.chapters else None
    summaries = [
        summary.pk
        for chapter in plan.chapters
        for section in chapter.sections
        for _theme, summary in section.themes
        if summary is not None
    ]
    cited = evidence_numbers(report, summaries)
    parts: list[Part] = []
    for chapter in plan.chapters:
        parts.append(
            Part(1, chapter.number, clean.out_of(chapter.chapter.title), _table(chapter, counted, clean))
        )
        parts += [
            Part(
                2, section.number, clean.out_of(section.section.title), list(_section(section, cited, clean))
            )
            for section in chapter.sections
        ]
    if appendix:
        parts += _appendix(methods(scope, tree), clean)
    return Manuscript(
        title=clean.out_of(report.title),
        subtitle=" · ".join([_("Draft"), date_format(localdate(), "DATE_FORMAT")]),
        language=report.language,
        contents=_("Contents"),
        parts=parts,
        footnotes=report.footnotes,
        table_word=_("Table"),
    )


def quote_of(shown: Shown) -> Quote:
    """A quotation as it is written; nothing of one that is held back."""
    if shown.held:
        return Quote(shown.row.number, shown.label, (), "", held=str(shown.held))
    return Quote(shown.row.number, shown.label, tuple(shown.lines), shown.said)


def _section(section: SectionPlan, cited: Mapping[tuple[int, int], int], clean: Names) -> Iterator[Block]:
    for theme, summary in section.themes:
        if is_approved(summary) and summary is not None:
            yield from _summary(summary, cited, clean)
            if theme.pk in section.stale:
                yield Text(_("What this summary cites has changed since it was approved."), "note")
        else:
            title = clean.out_of(theme.title)
            yield Text(_("The summary of “%(theme)s” is not approved yet.") % {"theme": title}, "note")
    for shown in section.quotations:
        yield quote_of(shown)
    if not section.themes and not section.quotations:
        yield Text(_("Nothing stands here yet."), "note")


def _summary(summary: Summary, cited: Mapping[tuple[int, int], int], clean: Names) -> Iterator[Block]:
    """A summary's blocks; what it cites becomes the number of the quotation, or nothing where it is none here."""
    number = 0
    for block in blocks(summary.body):
        number = number + 1 if block.kind == NUMBERED else 0
        runs = [Run(f"{number}. ")] if number else []
        for run in clean.out_of_runs(block.runs):
            quotation = cited.get((summary.pk, run.number)) if run.number is not None else None
            if quotation is not None:
                run = replace(run, text=_("(quotation %(number)d)") % {"number": quotation})
            elif run.number is not None:
                run = replace(run, text="")
                runs[-1:] = [replace(last, text=last.text.rstrip(" ")) for last in runs[-1:]]
            runs.append(run)
        yield Text("".join(run.text for run in runs), STYLES[block.kind], runs)


def _table(chapter: ChapterPlan, counted: Frequencies | None, clean: Names) -> list[Block]:
    """How often the codes of a chapter's research question occur, informants by city, with the counting sentence."""
    code = chapter.chapter.code
    if counted is None or code is None:
        return []
    shown = counted.shown(question=str(code.uuid), without_empty_rows=True, without_empty_columns=True)
    if not shown.rows:
        return []
    places = [*range(len(shown.columns.columns)), None]
    names = [column.name for column in shown.columns.columns] + [_("Total")]
    heads = [
        f"{name} (N={base})" if (base := shown.base(place)) is not None else name
        for name, place in zip(names, places, strict=True)
    ]
    rows: list[list[Cell]] = [[_("Code"), *heads]]
    rows += [[clean.out_of(row.node.code.name), *row.values, row.total] for row in shown.rows]
    depth = min(row.node.depth for row in shown.rows)
    return [
        Table(
            _("Informants by code and city: %(chapter)s") % {"chapter": clean.out_of(chapter.chapter.title)},
            rows,
            shown.counting,
            [row.node.depth - depth for row in shown.rows],
        )
    ]


def _appendix(items: Sequence[Item], clean: Names) -> list[Part]:
    parts = [
        Part(
            1,
            "",
            _("Appendix: methods"),
            [
                Text(
                    _("By the items of COREQ. What the project does not know is left to the authors."), "note"
                )
            ],
        )
    ]
    for item in items:
        blocks: list[Block] = [Text(clean.out_of(sentence)) for sentence in item.sentences]
        if item.rows:
            blocks.append(Table(item.title, item.rows))
        if not blocks:
            blocks = [Text(_("To be written by the authors."), "note")]
        parts.append(Part(2, "", f"{item.title} (COREQ {item.number})", blocks))
        for level, name, rules in item.codes:
            below = [Text(clean.out_of(rules))] if rules else []
            parts.append(Part(3, "", f"{'– ' * level}{clean.out_of(name)}", below))
    return parts
