"""A report as a Word document that an author goes on writing in: real headings, quotations, captions, footnotes."""

from __future__ import annotations

import io
from typing import Any

from django.utils import timezone

from coding.exporting.cells import printable
from coding.exporting.manuscript import (
    DEEPEST_IN_CONTENTS,
    STEP,
    TEXT_WIDTH,
    Manuscript,
    Part,
    Quote,
    Table,
    Text,
)
from coding.exporting.word_parts import (
    Footnotes,
    bookmark,
    contents_field,
    field,
    font,
    language,
    no_border,
)

_INK, _ACCENT, _QUIET, _LINE = "1E2529", "1F5566", "5A6168", "D8D4CA"


def as_docx(report: Manuscript) -> bytes:
    return _Writer(report).written()


class _Writer:
    def __init__(self, report: Manuscript) -> None:
        from docx import Document

        self.report = report
        self.document = Document()
        self.tables = self.marks = 0
        self.styles = _styles(self.document, report.language)
        self.notes = Footnotes(self.document, self.styles["reference"], self.styles["footnote"])
        # Each look-up of a cell or style by name searches all of them.
        self.body = self.document.element.body

    def written(self) -> bytes:
        _page(self.document, self.report)
        self._add(self.report.title, "title")
        if self.report.subtitle:
            self._add(self.report.subtitle, "note")
        entries = [(part.level, part.heading, f"_Toc{n:09d}") for n, part in enumerate(self.report.parts, 1)]
        if len(entries) > 1:
            self._add(self.report.contents, "contents")
            named = [one for one in entries if one[0] <= DEEPEST_IN_CONTENTS]
            contents_field(self.document, named, [f"toc {n}" for n in range(1, DEEPEST_IN_CONTENTS + 1)])
        for part, (_level, _heading, name) in zip(self.report.parts, entries, strict=True):
            self._part(part, name)
        self.notes.finish()
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _add(self, text: str, style: str) -> Any:
        # Styles are set by id: the library searches all of them for every paragraph that names one.
        paragraph = self.document.add_paragraph()
        paragraph._p.style = self.styles[style]
        if text:
            paragraph.add_run(printable(text))
        return paragraph

    def _mark(self, paragraph: Any, name: str) -> None:
        self.marks += 1
        bookmark(paragraph, name, self.marks)

    def _part(self, part: Part, name: str) -> None:
        heading = self._add(part.heading, f"heading {part.level}")
        heading.paragraph_format.page_break_before = part.level == 1
        self._mark(heading, name)
        for block in part.blocks:
            if isinstance(block, Quote):
                self._quote(block)
            elif isinstance(block, Table):
                self._table(block)
            else:
                self._text(block)

    def _text(self, block: Text) -> None:
        paragraph = self._add("", block.style or "body")
        for run in block.said:
            added = paragraph.add_run(printable(run.text))
            # Only what is said of the words is set: what the style says stays.
            added.bold, added.italic = run.strong or None, run.stressed or None

    def _quote(self, block: Quote) -> None:
        if block.held:
            self._mark(self._add(f"{block.label}: {block.held}", "note"), f"quotation_{block.number}")
            return
        paragraph = self._add("", "quote")
        for place, (who, words) in enumerate(block.lines):
            if place:
                paragraph.add_run().add_break()
            if who:
                paragraph.add_run(printable(f"{who}: ")).bold = True
            paragraph.add_run(printable(words))
        self._mark(paragraph, f"quotation_{block.number}")
        below = self._add("", "source")
        if self.report.footnotes:
            below.add_run(printable(block.label))
            self.notes.add(below, block.said)
            return
        below.add_run(printable(block.said)).bold = True
        below.add_run(printable(f" · {block.label}"))

    def _table(self, block: Table) -> None:
        from docx.shared import Cm, Pt

        self.tables += 1
        caption = self._add("", "caption")
        caption.add_run(printable(f"{self.report.table_word} "))
        field(caption, "SEQ Table \\* ARABIC", str(self.tables))
        caption.add_run(printable(f". {block.caption}"))
        caption.paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=0, cols=max(len(row) for row in block.rows))
        table.style = "Kodebenk table"
        table.autofit = False
        widths = [Cm(TEXT_WIDTH * share) for share in block.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, row in enumerate(block.rows):
            cells = table.add_row().cells
            for place, cell in enumerate(row):
                cells[place].width = widths[place]
                paragraph = cells[place].paragraphs[0]
                first = self.styles["cell"] if place == 0 else self.styles["number"]
                paragraph._p.style = first
                run = paragraph.add_run(printable("" if cell is None else str(cell)))
                if number == 0:
                    run.bold, run.font.size = True, Pt(8)
                if number and not place and block.levels:
                    paragraph.paragraph_format.left_indent = Cm(STEP * block.levels[number - 1])
        _repeat_heading(table)
        self._add(block.note, "note")


def _repeat_heading(table: Any) -> None:
    from docx.oxml import OxmlElement

    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))


def _page(document: Any, report: Manuscript) -> None:
    """A4 with page numbers; properties that say nothing of who made it."""
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - TEXT_WIDTH) / 2)
    section.top_margin = section.bottom_margin = Cm(2.5)
    properties = document.core_properties
    properties.title = printable(report.title)[:255]
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.language = report.language
    properties.created = properties.modified = timezone.now().replace(tzinfo=None, microsecond=0)
    foot = section.footer.paragraphs[0]
    field(foot, "PAGE")


def _styles(document: Any, spoken: str) -> dict[str, str]:
    """Make the document's styles; answers their ids by what they are for."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    styles = document.styles
    normal = styles["Normal"]
    font(normal, "Calibri", 11)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    language(normal, {"nb": "nb-NO", "nn": "nn-NO"}.get(spoken, "en-GB"))
    font(styles["Title"], "Georgia", 26, colour=_INK)
    no_border(styles["Title"])
    for level, size, before in ((1, 20, 0), (2, 14.5, 18), (3, 12, 12)):
        heading = styles[f"Heading {level}"]
        font(heading, "Georgia" if level < 3 else "Calibri", size, bold=level > 1, colour=_ACCENT)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(before), Pt(6)
        heading.paragraph_format.keep_with_next = True
    quote = styles["Quote"]
    font(quote, "Georgia", 11, colour=_INK)
    quote.paragraph_format.left_indent = Cm(1)
    quote.paragraph_format.right_indent = Cm(1)
    quote.paragraph_format.space_before = Pt(6)
    quote.paragraph_format.space_after = Pt(2)
    quote.paragraph_format.keep_with_next = True
    font(styles["Caption"], "Calibri", 10, bold=True, colour=_INK)
    styles["Caption"].paragraph_format.space_before = Pt(12)
    font(styles["Footer"], "Calibri", 9, colour=_QUIET)
    ours: dict[str, dict[str, Any]] = {
        "Quotation source": {"size": 9.5},
        "Note": {"size": 9.5, "colour": _QUIET},
        "Saying": {"name": "Georgia", "size": 11, "colour": _INK},
        "Step": {"size": 11},
        "Table cell": {"size": 9.5},
        "Table number": {"size": 9.5},
        "Contents heading": {"name": "Georgia", "size": 14.5, "colour": _ACCENT},
        "footnote text": {"size": 9.5},
        "toc 1": {"size": 11, "bold": True},
        "toc 2": {"size": 10.5},
    }
    for name, look in ours.items():
        # Those that Word has by itself it writes in small letters.
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.islower())
        style.base_style = normal
        font(style, **({"name": "Calibri"} | look))
        style.paragraph_format.space_after = Pt(2)
    styles["Quotation source"].paragraph_format.left_indent = Cm(1)
    styles["Quotation source"].paragraph_format.space_after = Pt(12)
    for name, left, first in (("Saying", 1, 0), ("Step", 0.63, -0.63)):
        styles[name].paragraph_format.left_indent = Cm(left)
        styles[name].paragraph_format.first_line_indent = Cm(first)
    styles["Saying"].paragraph_format.space_after = Pt(6)
    styles["Note"].paragraph_format.space_after = Pt(8)
    styles["Table number"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    styles["toc 2"].paragraph_format.left_indent = Cm(0.6)
    reference = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.font.superscript = True
    table = styles.add_style("Kodebenk table", WD_STYLE_TYPE.TABLE)
    _lines(table)
    names = {
        "title": "Title", "body": "Normal", "note": "Note", "bullet": "List Bullet", "heading": "Heading 3",
        "step": "Step", "saying": "Saying", "quote": "Quote",
        "source": "Quotation source", "caption": "Caption", "cell": "Table cell", "number": "Table number",
        "contents": "Contents heading", "footnote": "footnote text", "reference": "footnote reference",
        **{f"heading {level}": f"Heading {level}" for level in (1, 2, 3)},
    }  # fmt: skip
    return {key: styles[name].style_id for key, name in names.items()}


def _lines(style: Any) -> None:
    """Thin lines between the rows of a table, and little room (in twentieths of a point) beside what its cells hold."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties, borders = OxmlElement("w:tblPr"), OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "45")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)
    style.element.append(properties)
