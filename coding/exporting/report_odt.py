"""A report as an OpenDocument text, written part by part: named styles, footnotes, a table of contents, captions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
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

_NS = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}
_MIME = "application/vnd.oasis.opendocument.text"
_INK, _ACCENT, _QUIET, _LINE = "#1e2529", "#1f5566", "#5a6168", "#d8d4ca"
# The styles: name, the one that it is based on, its outline level, what it sets of paragraphs and of text.
_STYLES: tuple[tuple[str, str, int, dict[str, str], dict[str, str]], ...] = (
    ("Standard", "", 0, {"margin-bottom": "0.2cm", "line-height": "120%"},
     {"font-family": "Calibri, Carlito", "font-size": "11pt"}),
    ("Title", "Standard", 0, {"margin-bottom": "0.3cm"},
     {"font-family": "Georgia", "font-size": "26pt", "color": _INK}),
    ("Heading", "Standard", 0, {"keep-with-next": "always"}, {"font-family": "Georgia", "color": _ACCENT}),
    ("Heading 1", "Heading", 1, {"margin-bottom": "0.3cm", "break-before": "page"}, {"font-size": "20pt"}),
    ("Heading 2", "Heading", 2, {"margin-top": "0.6cm", "margin-bottom": "0.2cm"},
     {"font-size": "14.5pt", "font-weight": "bold"}),
    ("Heading 3", "Heading", 3, {"margin-top": "0.4cm", "margin-bottom": "0.2cm"},
     {"font-size": "12pt", "font-weight": "bold"}),
    ("Quotations", "Standard", 0,
     {"margin-left": "1cm", "margin-right": "1cm", "margin-top": "0.2cm", "keep-with-next": "always"},
     {"font-family": "Georgia", "font-style": "italic"}),
    ("Quotation source", "Standard", 0, {"margin-left": "1cm", "margin-bottom": "0.4cm"}, {"font-size": "9.5pt"}),
    ("Note", "Standard", 0, {}, {"font-size": "9.5pt", "color": _QUIET}),
    ("Bullet", "Standard", 0, {}, {}),
    ("Step", "Standard", 0, {"margin-left": "0.63cm", "text-indent": "-0.63cm"}, {}),
    ("Saying", "Standard", 0, {"margin-left": "1cm"}, {"font-family": "Georgia"}),
    ("Caption", "Standard", 0, {"margin-top": "0.4cm", "keep-with-next": "always"},
     {"font-size": "10pt", "font-weight": "bold"}),
    ("Table Contents", "Standard", 0, {"margin-bottom": "0cm"}, {"font-size": "9.5pt"}),
    ("Table Number", "Table Contents", 0, {"text-align": "end"}, {}),
    ("Footnote", "Standard", 0, {}, {"font-size": "9.5pt"}),
    ("Contents Heading", "Heading", 0, {}, {"font-size": "14.5pt"}),
    ("Contents 1", "Standard", 0, {"margin-bottom": "0cm"}, {"font-weight": "bold"}),
    ("Contents 2", "Contents 1", 0, {"margin-left": "0.6cm"}, {"font-weight": "normal"}),
)  # fmt: skip

# The styles of paragraphs by what they are for (`Text.style`).
_OF_TEXTS = {"": "Standard", "bullet": "Bullet", "step": "Step", "saying": "Saying", "note": "Note"}


def as_odt(report: Manuscript) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        # The type comes first and uncompressed, so that a program knows the file by its first bytes.
        package.writestr(zipfile.ZipInfo("mimetype"), _MIME)
        for name, content in (
            ("content.xml", _Content(report).written()),
            ("styles.xml", _styles(report.language)),
            ("meta.xml", _meta(report)),
            ("META-INF/manifest.xml", _manifest()),
        ):
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _q(name: str) -> str:
    prefix, _colon, local = name.partition(":")
    return f"{{{_NS[prefix]}}}{local}"


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    """A child element; `text_style_name` becomes the attribute text:style-name."""
    from lxml import etree

    named = {}
    for key, value in attributes.items():
        prefix, _line, local = key.partition("_")
        named[_q(f"{prefix}:{local.replace('_', '-')}")] = value
    element = etree.SubElement(parent, _q(name), named)
    if text:
        _say(element, text)
    return element


def _say(element: Any, text: str) -> None:
    """Add words to the end of an element; line ends, tabs and runs of blanks as OpenDocument spells them."""
    from lxml import etree

    def words(run: str) -> None:
        if len(element):
            element[-1].tail = (element[-1].tail or "") + run
        else:
            element.text = (element.text or "") + run

    blanks = 0
    for sign in printable(text):
        if sign == " ":
            blanks += 1
            # At the beginning, and behind another one, a blank would be lost.
            if blanks > 1 or not (element.text or len(element)):
                etree.SubElement(element, _q("text:s"))
            else:
                words(" ")
            continue
        blanks = 0
        if sign == "\n":
            etree.SubElement(element, _q("text:line-break"))
        elif sign == "\t":
            etree.SubElement(element, _q("text:tab"))
        else:
            words(sign)


def _name(style: str) -> str:
    """A style's name as XML takes it."""
    return style.replace(" ", "_20_")


def _root(name: str) -> Any:
    from lxml import etree

    root = etree.Element(_q(name), nsmap=_NS)
    root.set(_q("office:version"), "1.3")
    return root


def _bytes(root: Any) -> bytes:
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


class _Content:
    def __init__(self, report: Manuscript) -> None:
        self.report = report
        self.root = _root("office:document-content")
        self._automatic()
        self.body = _add(_add(self.root, "office:body"), "office:text")
        declared = _add(self.body, "text:sequence-decls")
        _add(declared, "text:sequence-decl", text_display_outline_level="0", text_name="Table")
        self.tables = 0

    def _automatic(self) -> None:
        automatic = self.automatic = _add(self.root, "office:automatic-styles")
        bold = _add(automatic, "style:style", style_name="Bold", style_family="text")
        _add(bold, "style:text-properties", fo_font_weight="bold")
        for name, more in (("Italic", {}), ("BoldItalic", {"fo_font_weight": "bold"})):
            italic = _add(automatic, "style:style", style_name=name, style_family="text")
            _add(italic, "style:text-properties", fo_font_style="italic", **more)
        cell = _add(automatic, "style:style", style_name="Cell", style_family="table-cell")
        _add(
            cell, "style:table-cell-properties", fo_border_bottom=f"0.5pt solid {_LINE}", fo_padding="0.08cm"
        )
        for level in range(1, 7):
            step = _add(
                automatic, "style:style", style_name=f"Step{level}", style_family="paragraph",
                style_parent_style_name=_name("Table Contents"),
            )  # fmt: skip
            _add(step, "style:paragraph-properties", fo_margin_left=f"{STEP * level:.1f}cm")

    def written(self) -> bytes:
        self._p(self.report.title, "Title")
        if self.report.subtitle:
            self._p(self.report.subtitle, "Note")
        if len(self.report.parts) > 1:
            self._contents()
        for number, part in enumerate(self.report.parts, 1):
            self._part(part, number)
        return _bytes(self.root)

    def _p(self, text: str, style: str, parent: Any = None) -> Any:
        return _add(self.body if parent is None else parent, "text:p", text, text_style_name=_name(style))

    def _contents(self) -> None:
        index = _add(self.body, "text:table-of-content", text_name="Contents", text_protected="false")
        source = _add(index, "text:table-of-content-source", text_outline_level=str(DEEPEST_IN_CONTENTS))
        _add(
            source,
            "text:index-title-template",
            self.report.contents,
            text_style_name=_name("Contents Heading"),
        )
        for level in range(1, DEEPEST_IN_CONTENTS + 1):
            entry = _add(
                source, "text:table-of-content-entry-template", text_outline_level=str(level),
                text_style_name=_name(f"Contents {level}"),
            )  # fmt: skip
            _add(entry, "text:index-entry-text")
            _add(entry, "text:index-entry-tab-stop", style_type="right", style_leader_char=".")
            _add(entry, "text:index-entry-page-number")
        shown = _add(index, "text:index-body")
        title = _add(shown, "text:index-title", text_name="Contents_Head")
        self._p(self.report.contents, "Contents Heading", title)
        for number, part in enumerate(self.report.parts, 1):
            if part.level <= DEEPEST_IN_CONTENTS:
                line = self._p("", f"Contents {part.level}", shown)
                _add(line, "text:a", part.heading, xlink_type="simple", xlink_href=f"#part_{number}")

    def _part(self, part: Part, number: int) -> None:
        heading = _add(
            self.body, "text:h", text_style_name=_name(f"Heading {part.level}"), text_outline_level=str(part.level)
        )  # fmt: skip
        _add(heading, "text:bookmark", text_name=f"part_{number}")
        _say(heading, part.heading)
        for block in part.blocks:
            if isinstance(block, Quote):
                self._quote(block)
            elif isinstance(block, Table):
                self._table(block)
            else:
                self._text(block)

    def _text(self, block: Text) -> None:
        if block.style == "heading":
            paragraph = _add(
                self.body, "text:h", text_style_name=_name("Heading 3"), text_outline_level="3"
            )  # fmt: skip
        else:
            paragraph = self._p("• " if block.style == "bullet" else "", _OF_TEXTS[block.style])
        for run in block.said:
            look = "Bold" * run.strong + "Italic" * run.stressed
            if look:
                _add(paragraph, "text:span", run.text, text_style_name=look)
            else:
                _say(paragraph, run.text)

    def _quote(self, block: Quote) -> None:
        if block.held:
            self._p(f"{block.label}: {block.held}", "Note")
            return
        paragraph = self._p("", "Quotations")
        _add(paragraph, "text:bookmark", text_name=f"quotation_{block.number}")
        for place, (who, words) in enumerate(block.lines):
            if place:
                _add(paragraph, "text:line-break")
            if who:
                _add(paragraph, "text:span", f"{who}: ", text_style_name="Bold")
            _say(paragraph, words)
        below = self._p("", "Quotation source")
        if not self.report.footnotes:
            _add(below, "text:span", block.said, text_style_name="Bold")
            _say(below, f" · {block.label}")
            return
        _say(below, block.label)
        note = _add(below, "text:note", text_id=f"q{block.number}", text_note_class="footnote")
        _add(note, "text:note-citation", str(block.number))
        self._p(block.said, "Footnote", _add(note, "text:note-body"))

    def _table(self, block: Table) -> None:
        self.tables += 1
        caption = self._p(f"{self.report.table_word} ", "Caption")
        _add(
            caption, "text:sequence", str(self.tables), text_ref_name=f"refTable{self.tables}", text_name="Table",
            text_formula="ooow:Table+1", style_num_format="1",
        )  # fmt: skip
        _say(caption, f". {block.caption}")
        table = _add(self.body, "table:table", table_name=f"Table{self.tables}")
        for place, share in enumerate(block.widths):
            name = f"Table{self.tables}.{place + 1}"
            column = _add(self.automatic, "style:style", style_name=name, style_family="table-column")
            _add(column, "style:table-column-properties", style_column_width=f"{TEXT_WIDTH * share:.2f}cm")
            _add(table, "table:table-column", table_style_name=name)
        heading = _add(table, "table:table-header-rows")
        for number, row in enumerate(block.rows):
            self._row(
                heading if number == 0 else table,
                row,
                block.levels[number - 1] if number and block.levels else 0,
            )
        self._p(block.note, "Note")

    def _row(self, parent: Any, row: Sequence, level: int) -> None:
        line = _add(parent, "table:table-row")
        for place, cell in enumerate(row):
            box = _add(line, "table:table-cell", table_style_name="Cell", office_value_type="string")
            first = f"Step{min(level, 6)}" if level else "Table Contents"
            self._p("" if cell is None else str(cell), first if place == 0 else "Table Number", box)


def _styles(language: str) -> bytes:
    root = _root("office:document-styles")
    styles = _add(root, "office:styles")
    country = {"nb": ("nb", "NO"), "nn": ("nn", "NO")}.get(language, ("en", "GB"))
    plain = _add(styles, "style:default-style", style_family="paragraph")
    _add(plain, "style:text-properties", fo_language=country[0], fo_country=country[1])
    for name, parent, level, of_paragraph, of_text in _STYLES:
        more = {"style_parent_style_name": _name(parent)} if parent else {}
        if level:
            more["style_default_outline_level"] = str(level)
        style = _add(
            styles, "style:style", style_name=_name(name), style_display_name=name, style_family="paragraph", **more
        )  # fmt: skip
        for kind, wanted in (("paragraph", of_paragraph), ("text", of_text)):
            if wanted:
                named = {f"fo_{key.replace('-', '_')}": value for key, value in wanted.items()}
                _add(style, f"style:{kind}-properties", **named)
    _add(
        styles, "text:notes-configuration", text_note_class="footnote", style_num_format="1",
        text_default_style_name=_name("Footnote"),
    )  # fmt: skip
    automatic = _add(root, "office:automatic-styles")
    layout = _add(automatic, "style:page-layout", style_name="Page")
    _add(
        layout, "style:page-layout-properties", fo_page_width="21cm", fo_page_height="29.7cm", fo_margin_top="2.5cm",
        fo_margin_bottom="2.5cm", fo_margin_left="2.8cm", fo_margin_right="2.8cm",
    )  # fmt: skip
    _add(layout, "style:footer-style")
    master = _add(
        _add(root, "office:master-styles"),
        "style:master-page",
        style_name="Standard",
        style_page_layout_name="Page",
    )
    _add(_add(_add(master, "style:footer"), "text:p"), "text:page-number", "1", text_select_page="current")
    return _bytes(root)


def _meta(report: Manuscript) -> bytes:
    """The title, the language and the day; nothing of who made it."""
    root = _root("office:document-meta")
    meta = _add(root, "office:meta")
    _add(meta, "dc:title", report.title)
    _add(meta, "dc:language", report.language)
    now = timezone.now().replace(tzinfo=None, microsecond=0).isoformat()
    _add(meta, "meta:creation-date", now)
    return _bytes(root)


def _manifest() -> bytes:
    from lxml import etree

    root = etree.Element(_q("manifest:manifest"), nsmap={"manifest": _NS["manifest"]})
    root.set(_q("manifest:version"), "1.3")
    for path, kind in (
        ("/", _MIME),
        ("content.xml", "text/xml"),
        ("styles.xml", "text/xml"),
        ("meta.xml", "text/xml"),
    ):
        _add(root, "manifest:file-entry", manifest_full_path=path, manifest_media_type=kind)
    return _bytes(root)
