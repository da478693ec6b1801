"""Quotations as files: DOCX and Markdown to write from, XLSX and CSV to sort."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.exporting.cells import Cell, printable, write_csv, write_xlsx
from coding.reports.chosen import Selection
from coding.reports.quotations import Quotation


def _left_out_note() -> str:
    return _(
        "Where too few informants share type and city, the attribution is generalised: the city is left out, so that"
        " nobody can be recognised."
    )


def place_of(item: Quotation) -> str:
    """Where a quotation stands: source, turn, and time where the file had one."""
    place = _("%(source)s, turn %(turn)d") % {"source": item.title, "turn": item.turn}
    return f"{place}, {item.time}" if item.time else place


def _said(item: Quotation) -> str:
    """The words; several speakers' each on a line of its own behind the label."""
    if not item.dialogue:
        return item.text
    return "\n".join(f"{part.label}: {part.text}" if part.label else part.text for part in item.parts)


def _headings() -> list[Cell]:
    return [
        _("Quotation"), _("Attribution"), _("Generalised"), _("Source"), _("Turn"), _("Time"), _("Codes"),
        _("Coders"), _("Start"), _("End"), _("Source's identifier"),
    ]  # fmt: skip


def _rows(selection: Selection) -> list[list[Cell]]:
    paths: dict[int, list[str]] = {}
    for node, members in selection.sections:
        for item in members:
            paths.setdefault(id(item), []).append(node.path_text)
    return [
        [
            _said(item),
            item.attributed.text,
            _("yes") if item.attributed.city_left_out else "",
            item.title,
            item.turn,
            item.time,
            "; ".join(paths[id(item)]),
            "; ".join(item.coders),
            item.passage.start,
            item.passage.end,
            str(item.source.uuid),
        ]
        for item in selection.quotations
    ]


def _notes(selection: Selection) -> list[str]:
    """What must be said beside the quotations: how they were counted, and what was left out of them."""
    notes = [selection.counting]
    if selection.city_left_out:
        notes.append(_left_out_note())
    if selection.withheld:
        notes.append(withheld_note(selection.withheld))
    return notes


def withheld_note(many: int) -> str:
    return ngettext(
        "%(number)d passage is left out: somebody who counts in it may not be quoted.",
        "%(number)d passages are left out: somebody who counts in them may not be quoted.",
        many,
    ) % {"number": many}


def as_csv(selection: Selection) -> bytes:
    return write_csv([_headings(), *_rows(selection)])


def as_xlsx(selection: Selection) -> bytes:
    title = _("Quotations")
    notes = " ".join([selection.described, *_notes(selection)])
    return write_xlsx(
        {title: [_headings(), *_rows(selection)]},
        widths={title: [90, 28, 10, 28, 8, 12, 50, 20, 9, 9, 38]},
        notes={title: notes.strip()},
    )


def as_markdown(selection: Selection) -> bytes:
    """A heading for each code, a block quotation and its attribution for each passage."""
    lines = [f"# {_plain_markdown(_('Quotations: %(project)s') % {'project': selection.project})}", ""]
    lines += [_plain_markdown(selection.described), ""]
    for node, members in selection.sections:
        lines += [f"## {_plain_markdown(node.path_text)}", ""]
        for item in members:
            lines += [f"> {_plain_markdown(line)}  " if line else ">" for line in _said(item).split("\n")]
            lines += [
                ">",
                f"> — {_plain_markdown(item.attributed.text)} ({_plain_markdown(place_of(item))})",
                "",
            ]
    lines += ["---", ""]
    for note in _notes(selection):
        lines += [_plain_markdown(note), ""]
    return "\n".join(lines).encode()


def _plain_markdown(text: str) -> str:
    """`text` in which nothing is markup."""
    for sign in "\\`*_[]<>#|":
        text = text.replace(sign, f"\\{sign}")
    first = text[:1]
    return f"\\{text}" if first in "-+=~" else text


def as_docx(selection: Selection) -> bytes:
    """A document with a heading for each code; quotations and attributions in paragraph styles of their own."""
    import docx

    document = docx.Document()
    document.core_properties.title = printable(selection.project)
    document.core_properties.author = ""
    quote, below = _styles(document)
    document.add_heading(printable(_("Quotations: %(project)s") % {"project": selection.project}), level=0)
    today = formats.date_format(timezone.localdate(), "DATE_FORMAT")
    document.add_paragraph(printable(f"{selection.described} {today}."))
    for node, members in selection.sections:
        document.add_heading(printable(" › ".join(node.path)), level=1)
        for item in members:
            _add_quotation(document, item, quote, below)
    document.add_heading(_("How this was counted"), level=1)
    for note in _notes(selection):
        document.add_paragraph(printable(note))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _styles(document: Any) -> tuple[str, str]:
    """The ids of the styles for quotations and for what stands below them."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    quote = document.styles["Quote"]
    quote.paragraph_format.keep_with_next = True
    below = document.styles.add_style("Quotation source", WD_STYLE_TYPE.PARAGRAPH)
    below.base_style = document.styles["Normal"]
    below.font.size = Pt(9)
    below.paragraph_format.space_after = Pt(12)
    return quote.style_id, below.style_id


def _add_quotation(document: Any, item: Quotation, quote: str, below: str) -> None:
    # Styles are set by id: the library searches all of them for every paragraph that names one.
    paragraph = document.add_paragraph()
    paragraph._p.style = quote
    for place, part in enumerate(item.parts):
        if place:
            paragraph.add_run().add_break()
        if item.dialogue and part.label:
            paragraph.add_run(printable(f"{part.label}: ")).bold = True
        paragraph.add_run(printable(part.text))
    source = document.add_paragraph()
    source._p.style = below
    source.add_run(printable(item.attributed.text)).bold = True
    left_out = f" ({_('generalised')})" if item.attributed.city_left_out else ""
    source.add_run(printable(f"{left_out} · {place_of(item)}"))


FORMATS: dict[str, tuple[Callable[[Selection], bytes], str]] = {
    "docx": (as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "md": (as_markdown, "text/markdown; charset=utf-8"),
}
