"""The codebook as files: CSV and XLSX that can be imported again, and DOCX for the meeting."""

from __future__ import annotations

from coding.exporting.cells import Cell, write_csv, write_xlsx
from coding.reports.codebook import CodeTree

COLUMNS = ("path", "definition", "use_when", "not_when", "example", "indicators", "colour")
_WIDTHS = (50, 50, 40, 40, 40, 30, 10)


def table(tree: CodeTree) -> list[list[Cell]]:
    """The placed codes in reading order, a heading first. Proposed codes have no place yet and are left out."""
    rows: list[list[Cell]] = [list(COLUMNS)]
    for root in tree.roots:
        for node in root.walk():
            code = node.code
            texts = (code.definition, code.use_when, code.not_when, code.example, code.indicators)
            rows.append([node.path_text, *texts, code.colour])
    return rows


def as_csv(tree: CodeTree) -> bytes:
    """The codebook in the columns that import reads."""
    return write_csv(table(tree))


def as_xlsx(tree: CodeTree, title: str) -> bytes:
    """The same as a spreadsheet with one sheet named `title`."""
    return write_xlsx({title: table(tree)}, widths={title: _WIDTHS})
