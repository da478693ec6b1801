"""Every quotation of a report as a spreadsheet: number, place, codes, source, turn and attribution."""

from __future__ import annotations

from django.utils.translation import gettext as _

from coding.exporting.cells import Cell, write_xlsx
from coding.exporting.report_manuscript import Names
from coding.reports.chapters import ReportPlan
from coding.reports.report_quotations import Shown


def as_xlsx(plan: ReportPlan, names: dict[str, str]) -> bytes:
    clean = Names(names)
    title = _("Quotations")
    rows: list[list[Cell]] = [
        [
            _("Number"), _("Chapter"), _("Section"), _("Quotation"), _("Attribution"), _("Generalised"), _("Shortened"),
            _("Print wording"), _("Codes"), _("Source"), _("Turn"), _("Time"), _("Held back"),
        ]
    ]  # fmt: skip
    for chapter in plan.chapters:
        for section in chapter.sections:
            head = f"{chapter.number} {clean.out_of(chapter.chapter.title)}"
            below = f"{section.number} {clean.out_of(section.section.title)}"
            rows += [_row(shown, head, below, clean) for shown in section.quotations]
    return write_xlsx({title: rows}, widths={title: [9, 30, 30, 90, 28, 11, 11, 11, 44, 26, 7, 11, 30]})


def _row(shown: Shown, chapter: str, section: str, clean: Names) -> list[Cell]:
    if shown.held:
        return [shown.row.number, chapter, section, "", "", "", "", "", "", "", "", "", str(shown.held)]
    yes = _("yes")
    said = "\n".join(f"{who}: {words}" if who else words for who, words in shown.lines)
    return [
        shown.row.number,
        chapter,
        section,
        said,
        shown.said,
        yes if shown.attributed.generalised and shown.said == shown.attributed.text else "",
        yes if shown.row.marks and not shown.printed else "",
        yes if shown.printed else "",
        "; ".join(clean.out_of(node.path_text) for node in shown.codes),
        clean.out_of(shown.title),
        shown.turn,
        shown.time,
        "",
    ]
