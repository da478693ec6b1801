"""OpenDocument text (.odt): paragraphs in reading order. What was deleted under change tracking is not in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from coding.language.wording import words

from . import tables
from .document import refuse
from .packages import Package, attribute, local
from .pieces import Mark, Paragraph, Raw

_BLANKS = re.compile(r"[ \t\r\n]+")
_SKIP = words(
    """
    tracked-changes sequence-decls variable-decls user-field-decls forms dde-connection-decls
    table-of-content-source index-title-template alphabetical-index-auto-mark-file ruby-text
    note-citation event-listeners shapes table-column table-columns table-header-columns creator date
    date-string creator-initials title desc change change-start change-end
    """
)


def read(package: Package, raw: Raw) -> Raw:
    """The document's paragraphs; comments, footnotes, endnotes and page headers as notes."""
    if "META-INF/manifest.xml" in package.names:
        manifest = package.xml("META-INF/manifest.xml")
        if any(local(e) == "encryption-data" for e in manifest.iter()):
            raise refuse("encrypted")
    if "content.xml" not in package.names:
        raise refuse("damaged")
    root = package.xml("content.xml")
    styles = package.xml("styles.xml") if "styles.xml" in package.names else None
    body = next((e for e in root.iter() if local(e) == "text" and local(_parent(e)) == "body"), None)
    if body is None:
        raise refuse("damaged")
    walker = _Walker(raw, [root] if styles is None else [styles, root])
    raw.paragraphs = walker.blocks(body)
    deletions = sum(local(e) == "deletion" for e in body.iter())
    if deletions:
        raw.warn("deletions_dropped", count=deletions)
    if walker.pictures:
        raw.warn("pictures", count=walker.pictures)
    if styles is not None:
        walker.page_headers(styles)
    return raw


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent


@dataclass(slots=True)
class _Line:
    parts: list[str] = field(default_factory=list)
    length: int = 0
    bold: int = 0
    bold_open: bool = True
    blank: bool = True
    marks: list[Mark] = field(default_factory=list)
    after: list[Paragraph] = field(default_factory=list)

    def add(self, text: str, bold: bool, *, literal: bool = False) -> None:
        """Blanks in the XML collapse to one, as the format has it; tabs and counted spaces are literal."""
        if not literal:
            text = _BLANKS.sub(" ", text)
            if self.blank and text.startswith(" "):
                text = text[1:]
            if not text:
                return
            self.blank = text.endswith(" ")
        else:
            self.blank = False
        self.parts.append(text)
        self.length += len(text)
        if self.bold_open and bold:
            self.bold = self.length
        elif text.strip(" :：\t"):
            self.bold_open = False


class _Walker:
    def __init__(self, raw: Raw, roots: list[etree._Element]) -> None:
        self.raw = raw
        self.pictures = 0
        self.named: dict[str, int] = {}
        self.weights: dict[str, tuple[bool | None, str]] = {}
        for root in roots:
            for style in root.iter():
                if local(style) == "style":
                    self._style(style)

    def _style(self, style: etree._Element) -> None:
        weight: bool | None = None
        for properties in style:
            if local(properties) == "text-properties":
                value = attribute(properties, "font-weight")
                weight = None if value is None else value == "bold" or (value.isdigit() and int(value) >= 600)
        self.weights[attribute(style, "name") or ""] = (weight, attribute(style, "parent-style-name") or "")

    def _bold(self, name: str | None, inherited: bool) -> bool:
        at, seen = name or "", set()
        while at in self.weights and at not in seen:
            seen.add(at)
            weight, parent = self.weights[at]
            if weight is not None:
                return weight
            at = parent
        return inherited

    def blocks(self, container: etree._Element) -> list[Paragraph]:
        """The paragraphs of a body, a list, a section, a cell or a text box."""
        result: list[Paragraph] = []
        for child in container:
            name = local(child)
            if name in _SKIP:
                continue
            if name in ("p", "h"):
                result.extend(self._paragraph(child))
            elif name == "table":
                result.extend(tables.paragraphs(self._rows(child), self.raw.speakers))
            elif name in ("frame", "custom-shape", "rect", "g"):
                result.extend(self._shape(child))
            elif name not in ("annotation", "annotation-end", "note"):
                result.extend(self.blocks(child))
        return result

    def _shape(self, element: etree._Element) -> list[Paragraph]:
        found = self.blocks(element)
        if not found and any(local(e) == "image" for e in element.iter()):
            self.pictures += 1
        return found

    def _rows(self, table: etree._Element) -> list[tables.Row]:
        rows: list[tables.Row] = []
        for child in table:
            name = local(child)
            if name == "table-row":
                rows.append(
                    [self.blocks(c) for c in child if local(c) in ("table-cell", "covered-table-cell")]
                )
            elif name in ("table-rows", "table-header-rows", "table-row-group"):
                rows.extend(self._rows(child))
        return rows

    def _paragraph(self, element: etree._Element) -> list[Paragraph]:
        line = _Line()
        self._inline(element, line, self._bold(attribute(element, "style-name"), False))
        kind = "heading" if local(element) == "h" else "text"
        return [Paragraph("".join(line.parts), kind, line.bold, marks=line.marks), *line.after]

    def _inline(self, element: etree._Element, line: _Line, bold: bool) -> None:
        if element.text:
            line.add(element.text, bold)
        for child in element:
            self._inline_one(child, line, bold)
            if child.tail:
                line.add(child.tail, bold)

    def _inline_one(self, child: etree._Element, line: _Line, bold: bool) -> None:
        name = local(child)
        if name in _SKIP:
            return
        if name == "s":
            count = attribute(child, "c") or "1"
            line.add(" " * min(int(count), 1000) if count.isdigit() else " ", bold, literal=True)
        elif name == "tab":
            line.add("\t", bold, literal=True)
        elif name == "line-break":
            line.add("\n", bold, literal=True)
        elif name == "annotation":
            self._annotation(child, line)
        elif name == "annotation-end":
            note = self.named.get(attribute(child, "name") or "")
            if note is not None:
                line.marks.append(Mark(note, line.length))
        elif name == "note":
            kind = "endnote" if attribute(child, "note-class") == "endnote" else "footnote"
            body = "\n".join(p.text.strip() for e in child if local(e) == "note-body" for p in self.blocks(e))
            if body.strip():
                line.marks.append(Mark(self.raw.note(kind, None, body), line.length))
        elif name in ("frame", "custom-shape", "rect", "g"):
            line.after.extend(self._shape(child))
        elif name in ("p", "h"):
            line.after.extend(self._paragraph(child))
        else:
            self._inline(
                child, line, self._bold(attribute(child, "style-name"), bold) if name == "span" else bold
            )

    def _annotation(self, element: etree._Element, line: _Line) -> None:
        author = next((e.text for e in element if local(e) == "creator"), None)
        body = "\n".join(p.text.strip() for p in self.blocks(element) if p.text.strip())
        if not body:
            return
        note = self.raw.note("comment", author, body)
        line.marks.append(Mark(note, line.length))
        name = attribute(element, "name")
        if name:
            self.named[name] = note

    def page_headers(self, styles: etree._Element) -> None:
        """Page headers and footers as notes at the beginning, each wording once."""
        seen: set[str] = set()
        for element in styles.iter():
            if local(element).startswith(("header", "footer")) and local(_parent(element)) == "master-page":
                body = "\n".join(p.text.strip() for p in self.blocks(element) if p.text.strip())
                if any(c.isalpha() for c in body) and body not in seen:
                    seen.add(body)
                    self.raw.note("header", None, body)
