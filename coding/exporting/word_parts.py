"""What Word documents are made of where the library has no word for it: fields, fonts, bookmarks, footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coding.exporting.cells import printable


def field(paragraph: Any, instruction: str, shown: str = "1") -> None:
    """A field, with what it shows until the program that opens it works it out."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("text", ""), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = shown
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            order = OxmlElement("w:instrText")
            order.set(qn("xml:space"), "preserve")
            order.text = f" {text} "
            run._r.append(order)


def font(
    style: Any, name: str, size: float, *, bold: bool = False, italic: bool = False, colour: str | None = None
) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    font = style.font
    font.name, font.size, font.bold, font.italic = name, Pt(size), bold, italic
    if colour:
        font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # The template's theme fonts would win over the name.
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def language(style: Any, language: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    mark = properties.find(qn("w:lang"))
    if mark is None:
        mark = OxmlElement("w:lang")
        properties.append(mark)
    mark.set(qn("w:val"), language)


def no_border(style: Any) -> None:
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    border = properties.find(qn("w:pBdr"))
    if border is not None:
        properties.remove(border)


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Put a bookmark around a paragraph's content; `number` is unique in the document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    first, last = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (first, last):
        mark.set(qn("w:id"), str(number))
    first.set(qn("w:name"), name)
    place = 1 if paragraph._p.pPr is not None else 0
    paragraph._p.insert(place, first)
    paragraph._p.append(last)


def link_to(paragraph: Any, name: str, text: str) -> None:
    """A link to a bookmark of the same document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), name)
    link.set(qn("w:history"), "1")
    run = paragraph.add_run(printable(text))
    link.append(run._r)
    paragraph._p.append(link)


def contents_field(document: Any, entries: Sequence[tuple[int, str, str]], styles: Sequence[str]) -> None:
    """A table of contents as a field, with its entries (level, heading, bookmark) as they are now; a style a level."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def mark(paragraph: Any, kind: str) -> None:
        one = OxmlElement("w:fldChar")
        one.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(one)

    paragraph = None
    for level, heading, name in entries:
        new = document.add_paragraph(style=styles[min(level, len(styles)) - 1])
        if paragraph is None:
            mark(new, "begin")
            order = OxmlElement("w:instrText")
            order.set(qn("xml:space"), "preserve")
            order.text = f' TOC \\o "1-{len(styles)}" \\h \\z \\u '
            new.add_run()._r.append(order)
            mark(new, "separate")
        paragraph = new
        link_to(paragraph, name, heading)
    if paragraph is not None:
        mark(paragraph, "end")


class Footnotes:
    """The footnotes of a document that is being written."""

    _W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

    def __init__(self, document: Any, reference: str, text: str) -> None:
        """`reference` and `text` are the ids of the styles of the number and of what stands below."""
        self._document, self._reference, self._text = document, reference, text
        self._notes: list[str] = []

    def add(self, paragraph: Any, text: str) -> None:
        """Put the number of a new footnote at the end of a paragraph."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self._notes.append(text)
        run = paragraph.add_run()
        style = OxmlElement("w:rStyle")
        style.set(qn("w:val"), self._reference)
        run._r.get_or_add_rPr().append(style)
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(len(self._notes) + 1))
        run._r.append(mark)

    def finish(self) -> None:
        """Write the part that holds them; nothing where there is none."""
        if not self._notes:
            return
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        part = Part(
            PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            self._xml(),
            self._document.part.package,
        )
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        settings = self._document.settings.element
        known = OxmlElement("w:footnotePr")
        for number in (0, 1):
            one = OxmlElement("w:footnote")
            one.set(qn("w:id"), str(number))
            known.append(one)
        # The schema wants it before the compatibility settings.
        compat = settings.find(qn("w:compat"))
        settings.insert(list(settings).index(compat), known) if compat is not None else settings.append(known)

    def _xml(self) -> bytes:
        from lxml import etree

        w = f"{{{self._W}}}"
        root = etree.Element(f"{w}footnotes", nsmap={"w": self._W})
        for number, kind in ((0, "separator"), (1, "continuationSeparator")):
            note = etree.SubElement(root, f"{w}footnote", {f"{w}type": kind, f"{w}id": str(number)})
            run = etree.SubElement(etree.SubElement(note, f"{w}p"), f"{w}r")
            etree.SubElement(run, f"{w}{kind}")
        for number, text in enumerate(self._notes, start=2):
            note = etree.SubElement(root, f"{w}footnote", {f"{w}id": str(number)})
            paragraph = etree.SubElement(note, f"{w}p")
            properties = etree.SubElement(paragraph, f"{w}pPr")
            etree.SubElement(properties, f"{w}pStyle", {f"{w}val": self._text})
            run = etree.SubElement(paragraph, f"{w}r")
            look = etree.SubElement(run, f"{w}rPr")
            etree.SubElement(look, f"{w}rStyle", {f"{w}val": self._reference})
            etree.SubElement(run, f"{w}footnoteRef")
            words = etree.SubElement(etree.SubElement(paragraph, f"{w}r"), f"{w}t")
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            words.text = printable(f" {text}")
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
