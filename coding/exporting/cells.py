"""Tables as files: CSV and XLSX in which what a person wrote stays text and is never taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

Cell = str | int | float | None
Rows = Iterable[Sequence[Cell]]

BOM = "\ufeff"
MOST_CHARACTERS = 32_767  # of an XLSX cell; a longer one would be left out without a word
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_UNWRITABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def guard(text: str) -> str:
    """`text` so that no spreadsheet program takes it for a formula when it opens a CSV file."""
    return f"'{text}" if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """What `guard` was given."""
    return text[1:] if _GUARDED.match(text) else text


def printable(text: str) -> str:
    """`text` without the control characters that XML, and with it Word and Excel, cannot hold."""
    return _UNWRITABLE.sub("", text)


def write_csv(rows: Rows, *, delimiter: str = ",") -> bytes:
    """A CSV file in UTF-8 with BOM. Numbers stay numbers; texts are guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for row in rows:
        writer.writerow(
            [guard(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row]
        )
    return (BOM + out.getvalue()).encode()


def write_xlsx(
    sheets: Mapping[str, Rows],
    *,
    widths: Mapping[str, Sequence[int]] | None = None,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """An XLSX file with a sheet for each entry; its first row is the heading, which stays in sight.

    `widths` gives columns their width in characters, `notes` a sheet a sentence below the table. A text over 32,767
    characters, which a cell cannot hold, is cut and ends with an ellipsis.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    head = book.add_format(
        {"bold": True, "bottom": 1, "bg_color": "#ECE9E2", "valign": "top", "text_wrap": True}
    )
    body = book.add_format({"valign": "top", "text_wrap": True})
    quiet = book.add_format({"italic": True, "font_color": "#555555"})
    taken: set[str] = set()
    for title, rows in sheets.items():
        sheet = book.add_worksheet(_sheet_name(title, taken))
        for column, width in enumerate((widths or {}).get(title, ())):
            sheet.set_column(column, column, width)
        number = -1
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                style = head if number == 0 else body
                if isinstance(cell, str):
                    sheet.write_string(number, column, _writable(cell), style)
                elif cell is not None:
                    sheet.write_number(number, column, cell, style)
        sheet.freeze_panes(1, 0)
        if (notes or {}).get(title):
            sheet.write_string(number + 2, 0, _writable((notes or {})[title]), quiet)
    book.close()
    return out.getvalue()


def _writable(text: str) -> str:
    text = printable(text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that XLSX allows: at most 31 characters, none of `[]:*?/\\`, no apostrophe at an end, once in a book."""
    base = _SHEET_NAME.sub(" ", title).strip(" '")[:31].strip(" '") or "1"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: 31 - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name
