"""Word (.docx): what is said, in reading order. Tracked insertions stay, deletions go."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from . import tables
from .document import refuse
from .packages import Package, attribute, local
from .pieces import Mark, Paragraph, Raw

_GONE = {"del", "moveFrom", "delText", "instrText", "delInstrText"}
_THROUGH = {
    "hyperlink",
    "smartTag",
    "ins",
    "moveTo",
    "fldSimple",
    "customXml",
    "dir",
    "bdo",
    "sdt",
    "sdtContent",
    "subDoc",
    "rubyBase",
    "ruby",
}
_NOTHING = {
    "pPr",
    "rPr",
    "sectPr",
    "sdtPr",
    "sdtEndPr",
    "tblPr",
    "tblGrid",
    "trPr",
    "tcPr",
    "rt",
    "rubyPr",
    "proofErr",
}
_HEADINGS = ("heading", "overskrift", "title", "tittel", "rubrik")


def read(package: Package, raw: Raw) -> Raw:
    """The document's paragraphs; comments, footnotes, endnotes and page headers as notes."""
    main = _main_part(package)
    walker = _Walker(package, main, raw)
    document = package.xml(main)
    body = next((child for child in document if local(child) == "body"), None)
    if body is None:
        raise refuse("damaged")
    raw.paragraphs = walker.blocks(body)
    walker.flush(raw.paragraphs)
    walker.page_headers()
    if walker.deleted:
        raw.warn("deletions_dropped", count=walker.deleted)
    if walker.hidden:
        raw.warn("hidden_dropped")
    if walker.pictures:
        raw.warn("pictures", count=walker.pictures)
    return raw


def _relations(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """(kind, target part) of everything that a part refers to inside the package."""
    folder, _, name = part.rpartition("/")
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in package.names:
        return
    for relation in package.xml(rels):
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target") or ""
        path = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(folder, target))
        )
        yield (relation.get("Type") or "").rpartition("/")[2], path


def _main_part(package: Package) -> str:
    for kind, target in _relations(package, ""):
        if kind == "officeDocument" and target in package.names:
            return target
    if "word/document.xml" in package.names:
        return "word/document.xml"
    raise refuse("damaged")


def _on(properties: etree._Element | None, name: str) -> bool | None:
    """A switch such as bold: True, False, or None where nothing is said."""
    if properties is None:
        return None
    for child in properties:
        if local(child) == name:
            return (attribute(child, "val") or "true") not in ("0", "false", "off")
    return None


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if local(child) == name), None)


def _descendant(element: etree._Element, *path: str) -> etree._Element | None:
    found: etree._Element | None = element
    for name in path:
        if found is None:
            return None
        found = _child(found, name)
    return found


@dataclass(slots=True)
class _Line:
    """A paragraph being written."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    bold: int = 0
    bold_open: bool = True
    marks: list[Mark] = field(default_factory=list)
    after: list[Paragraph] = field(default_factory=list)

    def add(self, text: str, bold: bool) -> None:
        self.parts.append(text)
        self.length += len(text)
        if self.bold_open and bold:
            self.bold = self.length
        elif text.strip(" :：\t"):
            self.bold_open = False


class _Walker:
    def __init__(self, package: Package, main: str, raw: Raw) -> None:
        self.package, self.main, self.raw = package, main, raw
        self.parts: dict[str, list[str]] = {}
        for kind, target in _relations(package, main):
            if target in package.names:
                self.parts.setdefault(kind, []).append(target)
        self.deleted = self.hidden = self.pictures = 0
        self.open_line: _Line | None = None
        self.ranges: set[str] = set()
        self.notes: dict[tuple[str, str], int | None] = {}
        self.bodies: dict[str, dict[str, etree._Element]] = {}
        self.styles = self._styles()

    def _styles(self) -> dict[str, tuple[bool, bool]]:
        """(bold, heading) of each style, with what it inherits."""
        styles: dict[str, etree._Element] = {}
        for part in self.parts.get("styles", [])[:1]:
            for style in self.package.xml(part):
                if local(style) == "style":
                    styles[attribute(style, "styleId") or ""] = style
        result: dict[str, tuple[bool, bool]] = {}
        for name in styles:
            bold: bool | None = None
            heading = False
            seen: set[str] = set()
            at = name
            while at in styles and at not in seen:
                seen.add(at)
                style = styles[at]
                own = _on(_child(style, "rPr"), "b")
                bold = own if bold is None else bold
                title = _child(style, "name")
                called = (attribute(title, "val") or "" if title is not None else "").casefold()
                heading = heading or called.startswith(_HEADINGS) or at.casefold().startswith(_HEADINGS)
                base = _child(style, "basedOn")
                at = (attribute(base, "val") or "") if base is not None else ""
            result[name] = (bool(bold), heading)
        return result

    def blocks(self, container: etree._Element) -> list[Paragraph]:
        """The paragraphs of a body, a cell, a text box or a note."""
        result: list[Paragraph] = []
        for child in container:
            name = local(child)
            if name == "p":
                result.extend(self._paragraph(child))
            elif name == "tbl":
                self.flush(result)
                result.extend(tables.paragraphs(self._rows(child), self.raw.speakers))
            elif name in _GONE:
                self.deleted += 1
            elif name in ("AlternateContent",):
                result.extend(self.blocks(_chosen(child)))
            elif name in ("commentRangeStart", "commentRangeEnd"):
                line = _Line()
                self._inline_one(child, line, False)
                if result and line.marks:
                    result[-1].marks.extend(Mark(m.note, len(result[-1].text)) for m in line.marks)
            elif name not in _NOTHING:
                result.extend(self.blocks(child))
        return result

    def flush(self, result: list[Paragraph]) -> None:
        """A paragraph whose mark was deleted joins the next; where there is none it stands by itself."""
        if self.open_line is not None:
            line, self.open_line = self.open_line, None
            result.append(Paragraph("".join(line.parts), bold=line.bold, marks=line.marks))
            result.extend(line.after)

    def _rows(self, table: etree._Element) -> list[tables.Row]:
        rows: list[tables.Row] = []
        for child in table:
            name = local(child)
            if name == "tr":
                if _descendant(child, "trPr", "del") is not None:
                    self.deleted += 1
                    continue
                rows.append(self._cells(child))
            elif name in _THROUGH:
                rows.extend(self._rows(child))
        return rows

    def _cells(self, row: etree._Element) -> tables.Row:
        cells: tables.Row = []
        for child in row:
            name = local(child)
            if name == "tc":
                if _descendant(child, "tcPr", "cellDel") is not None:
                    self.deleted += 1
                    continue
                cell = self.blocks(child)
                self.flush(cell)
                cells.append(cell)
            elif name in _THROUGH:
                cells.extend(self._cells(child))
        return cells

    def _paragraph(self, element: etree._Element) -> list[Paragraph]:
        properties = _child(element, "pPr")
        style = _descendant(element, "pPr", "pStyle")
        bold, heading = self.styles.get(
            attribute(style, "val") or "" if style is not None else "", (False, False)
        )
        if properties is not None and _child(properties, "outlineLvl") is not None:
            level = _child(properties, "outlineLvl")
            heading = heading or (level is not None and attribute(level, "val") != "9")
        line = self.open_line or _Line()
        self.open_line = None
        self._inline(element, line, bold)
        mark = _descendant(element, "pPr", "rPr")
        if mark is not None and (_child(mark, "del") is not None or _child(mark, "moveFrom") is not None):
            self.open_line = line
            return []
        made = Paragraph("".join(line.parts), "heading" if heading else "text", line.bold, marks=line.marks)
        return [made, *line.after]

    def _inline(self, element: etree._Element, line: _Line, bold: bool) -> None:
        for child in element:
            self._inline_one(child, line, bold)

    def _inline_one(self, child: etree._Element, line: _Line, bold: bool) -> None:
        name = local(child)
        if name in _NOTHING:
            return
        if name in _GONE:
            self.deleted += name in ("del", "moveFrom") and any(
                local(e) in ("delText", "t") for e in child.iter()
            )
        elif name == "r":
            self._run(child, line, bold)
        elif name in ("commentRangeStart", "commentRangeEnd"):
            self._mark("comments", child, line)
            self.ranges.add(attribute(child, "id") or "")
        elif name in ("oMath", "oMathPara"):
            line.add("".join(e.text or "" for e in child.iter() if local(e) == "t"), bold)
        elif name == "AlternateContent":
            self._inline(_chosen(child), line, bold)
        elif name in ("drawing", "pict", "object"):
            self._boxes(child, line)
        elif name in _THROUGH or name in ("Choice", "Fallback"):
            self._inline(child, line, bold)

    def _run(self, run: etree._Element, line: _Line, bold: bool) -> None:
        properties = _child(run, "rPr")
        style = _descendant(run, "rPr", "rStyle")
        if style is not None:
            bold = bold or self.styles.get(attribute(style, "val") or "", (False, False))[0]
        own = _on(properties, "b")
        bold = bold if own is None else own
        if _on(properties, "vanish"):
            self.hidden += any(local(e) == "t" and (e.text or "").strip() for e in run)
            return
        for child in run:
            name = local(child)
            if name == "t":
                line.add(child.text or "", bold)
            elif name in ("tab", "ptab"):
                line.add("\t", bold)
            elif name in ("br", "cr"):
                line.add("\n", bold)
            elif name == "noBreakHyphen":
                line.add("-", bold)
            elif name == "sym":
                line.add(_symbol(child), bold)
            elif name == "footnoteReference":
                self._mark("footnotes", child, line)
            elif name == "endnoteReference":
                self._mark("endnotes", child, line)
            elif name == "commentReference":
                if (attribute(child, "id") or "") not in self.ranges:
                    self._mark("comments", child, line)
            else:
                self._inline_one(child, line, bold)

    def _boxes(self, element: etree._Element, line: _Line) -> None:
        """Text boxes follow the paragraph that they hang on; a picture is counted."""
        boxes = [e for e in element.iter() if local(e) == "txbxContent"]
        inner = {id(e) for box in boxes for e in box.iter() if e is not box}
        kept, self.open_line = self.open_line, None
        for box in boxes:
            if id(box) not in inner:
                line.after.extend(self.blocks(box))
                self.flush(line.after)
        self.open_line = kept
        if not boxes and any(local(e) in ("blip", "imagedata") for e in element.iter()):
            self.pictures += 1

    def _mark(self, kind: str, element: etree._Element, line: _Line) -> None:
        note = self._note(kind, attribute(element, "id") or "")
        if note is not None:
            line.marks.append(Mark(note, line.length))

    def _note(self, kind: str, identity: str) -> int | None:
        key = (kind, identity)
        if key not in self.notes:
            self.notes[key] = None
            element = self._bodies(kind).get(identity)
            if element is not None and attribute(element, "type") not in (
                "separator",
                "continuationSeparator",
            ):
                body = self._text(element)
                if body.strip():
                    author = attribute(element, "author") if kind == "comments" else None
                    self.notes[key] = self.raw.note(kind.removesuffix("s"), author, body)
        return self.notes[key]

    def _bodies(self, kind: str) -> dict[str, etree._Element]:
        if kind not in self.bodies:
            self.bodies[kind] = {}
            for part in self.parts.get(kind, [])[:1]:
                for element in self.package.xml(part):
                    self.bodies[kind][attribute(element, "id") or ""] = element
        return self.bodies[kind]

    def _text(self, element: etree._Element) -> str:
        """The plain text of a note or a page header."""
        kept, self.open_line = self.open_line, None
        paragraphs = self.blocks(element)
        self.flush(paragraphs)
        self.open_line = kept
        return "\n".join(p.text.strip() for p in paragraphs if p.text.strip())

    def page_headers(self) -> None:
        """Page headers and footers as notes at the beginning, each wording once."""
        seen: set[str] = set()
        for part in [*self.parts.get("header", []), *self.parts.get("footer", [])]:
            body = self._text(self.package.xml(part))
            if any(c.isalpha() for c in body) and body not in seen:
                seen.add(body)
                self.raw.note("header", None, body)


def _chosen(alternate: etree._Element) -> etree._Element:
    """One of the alternatives, never both: the same text box stands in each."""
    choice = _child(alternate, "Choice")
    if choice is not None:
        return choice
    fallback = _child(alternate, "Fallback")
    return fallback if fallback is not None else etree.Element("none")


def _symbol(element: etree._Element) -> str:
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= code <= 0xF8FF or code > 0xFFFF else chr(code)
