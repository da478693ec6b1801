"""HTML: the words of the page in reading order; scripts, styles and what is hidden are no words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml import html as lxml_html

from coding.language.wording import words

from . import tables
from .document import refuse
from .packages import local
from .pieces import Paragraph, Raw

_SKIP = words(
    """
    head script style noscript template iframe object embed svg math canvas select option button nav audio
    video del input textarea form-data
    """
)
_BLOCKS = words(
    """
    p div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article aside header footer main figure figcaption
    blockquote pre address center form fieldset hr body html tr td th tbody thead tfoot caption details
    summary table title
    """
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def read(text: str, raw: Raw) -> Raw:
    """The page's paragraphs; a list of terms and a row of headings may name speakers."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""))
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise refuse("no_text") from None
    walker = _Walker(raw)
    walker.walk(root, False, "text", False)
    walker.end()
    raw.paragraphs = walker.paragraphs
    return raw


@dataclass(slots=True)
class _Walker:
    raw: Raw
    paragraphs: list[Paragraph] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    bold: int = 0
    bold_open: bool = True
    blank: bool = True
    kind: str = "text"

    def end(self) -> None:
        if self.parts:
            self.paragraphs.append(Paragraph("".join(self.parts), self.kind, self.bold))
        self.parts, self.length, self.bold, self.bold_open, self.blank = [], 0, 0, True, True

    def add(self, text: str | None, bold: bool, kept: bool) -> None:
        if not text:
            return
        if not kept:
            text = _BLANKS.sub(" ", text)
            if self.blank and text.startswith(" "):
                text = text[1:]
        if not text:
            return
        self.blank = text.endswith((" ", "\n"))
        self.parts.append(text)
        self.length += len(text)
        if self.bold_open and bold:
            self.bold = self.length
        elif text.strip(" :：\t\n\u00a0"):
            self.bold_open = False

    def walk(self, element: etree._Element, bold: bool, kind: str, kept: bool) -> None:
        name = local(element).casefold()
        if not name or name in _SKIP or _hidden(element):
            return
        if name == "table":
            self._table(element)
            return
        if name == "br":
            self.add("\n", bold, True)
            return
        if name == "img":
            return
        block = name in _BLOCKS
        before = self.kind
        if block:
            self.end()
            kind = _kind(name, kind)
            self.kind = kind
        weight = bold or name in ("b", "strong") or _heavy(element)
        kept = kept or name == "pre"
        self.add(element.text, weight, kept)
        for child in element:
            self.walk(child, weight, kind, kept)
            self.add(child.tail, weight, kept)
        if block:
            self.end()
            self.kind = before

    def _table(self, element: etree._Element) -> None:
        self.end()
        rows: list[tables.Row] = []
        for row in element.iter():
            if local(row) == "tr" and _table_of(row) is element:
                rows.append([self._cell(c) for c in row if local(c) in ("td", "th") and not _hidden(c)])
            elif local(row) == "caption" and _table_of(row) is element:
                self.walk(row, False, "text", False)
        self.end()
        self.paragraphs.extend(tables.paragraphs(rows, self.raw.speakers))

    def _cell(self, element: etree._Element) -> list[Paragraph]:
        inner = _Walker(self.raw)
        inner.walk(element, False, "text", False)
        inner.end()
        return inner.paragraphs


def _kind(name: str, around: str) -> str:
    if name in ("h1", "h2", "h3", "h4", "h5", "h6", "dt"):
        return "heading"
    if name == "blockquote":
        return "quote"
    return "text" if around == "heading" else around


def _table_of(element: etree._Element) -> etree._Element | None:
    return next((a for a in element.iterancestors() if local(a) == "table"), None)


def _hidden(element: etree._Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").casefold()
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style


def _heavy(element: etree._Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").casefold()
    return bool(re.search(r"font-weight:(?:bold|[6-9]00)", style))
