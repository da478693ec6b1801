"""The codebook as a Word document for the meeting: an overview on the first pages, then every code with its rules."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from coding.exporting.cells import printable
from coding.exporting.word_parts import field, font, language, no_border
from coding.reports.code_counts import NOTHING, CodeCount
from coding.reports.codebook import CodeNode, CodeTree

_ACCENT, _QUIET, _LINE = "1F5566", "5A6168", "D8D4CA"
_LABEL_WIDTH, _TEXT_WIDTH = 3.4, 13.2  # cm


def as_docx(
    tree: CodeTree,
    *,
    title: str,
    counts: Mapping[int, CodeCount],
    proposed_by: Mapping[int, str],
    made: datetime,
) -> bytes:
    """The codebook of the project `title` as it stood at `made`; `proposed_by` names who proposed a code, by its id."""
    from docx import Document

    document = Document()
    _page(document, title, made)
    _styles(document)
    document.add_paragraph(gettext("Codebook"), style="Kicker")
    document.add_paragraph(printable(title), style="Title")
    codes = sum(1 for root in tree.roots for _node in root.walk()) - len(tree.roots)
    facts = [
        ngettext("%(n)s research question", "%(n)s research questions", len(tree.roots))
        % {"n": len(tree.roots)},
        ngettext("%(n)s code", "%(n)s codes", codes) % {"n": codes},
    ]
    if tree.proposed:
        number = len(tree.proposed)
        facts.append(ngettext("%(n)s proposed code", "%(n)s proposed codes", number) % {"n": number})
    document.add_paragraph(" · ".join([*facts, date_format(made, "DATE_FORMAT")]), style="Quiet")
    _overview(document, tree, counts)
    for root in tree.roots:
        _heading(document, root, counts).paragraph_format.page_break_before = True
        _rules(document, root)
        for node in root.walk():
            if node is not root:
                _heading(document, node, counts)
                _rules(document, node)
    if tree.proposed:
        document.add_heading(gettext("Proposed codes"), 1).paragraph_format.page_break_before = True
        document.add_paragraph(
            gettext("A project lead has not given these codes a place in the codebook yet."), style="Quiet"
        )
        for node in tree.proposed:
            _heading(document, node, counts, level=2, by=proposed_by.get(node.code.pk, ""))
            _rules(document, node)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _passages(count: CodeCount) -> str:
    return ngettext("%(n)s passage", "%(n)s passages", count.passages) % {"n": count.passages}


def _overview(document: Any, tree: CodeTree, counts: Mapping[int, CodeCount]) -> None:
    from docx.shared import Cm, Pt

    document.add_heading(gettext("Overview"), 1).paragraph_format.space_before = Pt(22)
    document.add_paragraph(
        gettext("Passages are counted once, by all coders, with those of the codes below."), style="Quiet"
    )
    document.add_paragraph(
        f"\t{gettext('Passages')}", style="Overview head"
    ).paragraph_format.keep_with_next = True
    for node in tree.walk():
        if node.code.proposed:
            continue
        line = document.add_paragraph(style="Overview root" if node.depth == 0 else "Overview code")
        line.paragraph_format.left_indent = Cm(0.7 * min(node.depth, 6))
        line.add_run(printable(node.code.name))
        line.add_run(f"\t{counts.get(node.code.pk, NOTHING).passages}")


def _heading(
    document: Any, node: CodeNode, counts: Mapping[int, CodeCount], *, level: int | None = None, by: str = ""
) -> Any:
    heading = document.add_heading(printable(node.code.name), level or min(node.depth + 1, 4))
    # The research question stands as the heading of the chapter already.
    above = " › ".join(node.path[1:-1])
    facts = [above, _passages(counts.get(node.code.pk, NOTHING))]
    if by:
        facts.append(gettext("proposed by %(who)s") % {"who": by})
    line = document.add_paragraph(printable(" · ".join(fact for fact in facts if fact)), style="Quiet")
    line.paragraph_format.keep_with_next = True
    return heading


def _rules(document: Any, node: CodeNode) -> None:
    from docx.shared import Cm

    code = node.code
    # A research question needs no definition; a code without one is shown as a gap to fill.
    gap = "" if node.depth == 0 and not code.proposed else gettext("No definition yet.")
    rows = [
        (gettext("Definition"), code.definition or gap),
        (gettext("Use when"), code.use_when),
        (gettext("Do not use when"), code.not_when),
        (gettext("Example"), code.example),
        (gettext("Indicator words"), code.indicators),
    ]
    rows = [row for row in rows if row[1]]
    if not rows:
        return
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    for label, text in rows:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Cm(_LABEL_WIDTH), Cm(_TEXT_WIDTH)
        cells[0].paragraphs[0].style = "Label"
        cells[0].paragraphs[0].add_run(label)
        style = "Example" if text is code.example else "Quiet" if text is gap else "Rule"
        for number, line in enumerate(printable(text).split("\n")):
            paragraph = cells[1].paragraphs[0] if number == 0 else cells[1].add_paragraph()
            paragraph.style = style
            paragraph.add_run(line)
    for number, row in enumerate(table.rows):
        _keep_whole(row)
        for cell in row.cells if number < len(rows) - 1 else ():
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
    for column, width in zip(table.columns, (_LABEL_WIDTH, _TEXT_WIDTH), strict=True):
        column.width = Cm(width)
    document.add_paragraph(style="Gap")


def _page(document: Any, title: str, made: datetime) -> None:
    """A4, with the project in the header; the date and the page number in the footer."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    properties = document.core_properties
    properties.title = printable(f"{gettext('Codebook')} – {title}")[:255]
    properties.author = "Kodebenk"
    properties.comments = ""
    properties.created = properties.modified = made.replace(tzinfo=None)
    for part in (section.header, section.footer):
        stops = part.paragraphs[0].style.paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(Cm(16.6), WD_TAB_ALIGNMENT.RIGHT)
    section.header.paragraphs[0].add_run(f"{printable(title)}\t{gettext('Codebook')}")
    foot = section.footer.paragraphs[0]
    foot.add_run(gettext("As it stood on %(date)s") % {"date": date_format(made, "DATETIME_FORMAT")} + "\t")
    field(foot, "PAGE")
    foot.add_run(" / ")
    field(foot, "NUMPAGES")


def _keep_whole(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm, Pt

    styles = document.styles
    normal = styles["Normal"]
    font(normal, "Calibri", 10.5)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.15
    language(normal, {"nb": "nb-NO"}.get(get_language() or "", "en-GB"))
    title = styles["Title"]
    font(title, "Georgia", 26, colour="1E2529")
    title.paragraph_format.space_after = Pt(6)
    no_border(title)
    for level, size, before in ((1, 18, 0), (2, 13.5, 16), (3, 11.5, 12), (4, 10.5, 10)):
        heading = styles[f"Heading {level}"]
        font(heading, "Georgia" if level < 3 else "Calibri", size, bold=level > 1, colour=_ACCENT)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(before), Pt(2)
        heading.paragraph_format.keep_with_next = True
    ours: dict[str, dict[str, Any]] = {
        "Kicker": {"size": 10.5, "bold": True, "colour": _ACCENT},
        "Quiet": {"size": 9.5, "colour": _QUIET},
        "Label": {"size": 9.5, "bold": True, "colour": _QUIET},
        "Rule": {"size": 10.5},
        "Example": {"name": "Georgia", "size": 10.5, "italic": True},
        "Overview root": {"size": 10.5, "bold": True},
        "Overview code": {"size": 10},
        "Overview head": {"size": 9, "colour": _QUIET},
        "Gap": {"size": 4},
    }
    for name, look in ours.items():
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        font(style, **({"name": "Calibri"} | look))
        style.paragraph_format.space_after = Pt(0 if name in ("Gap", "Overview code") else 3)
    for name in ("Overview head", "Overview root", "Overview code"):
        styles[name].paragraph_format.tab_stops.add_tab_stop(Cm(16.6), WD_TAB_ALIGNMENT.RIGHT)
    styles["Overview root"].paragraph_format.space_before = Pt(8)
    styles["Overview root"].paragraph_format.keep_with_next = True
    for name in ("Header", "Footer"):
        font(styles[name], "Calibri", 9, colour=_QUIET)
