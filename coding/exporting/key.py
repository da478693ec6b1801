"""The key as a file: what stands in the texts, and what stood there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from coding.exporting.cells import Cell, write_csv, write_xlsx

Rows = Sequence[Mapping[str, str]]


def _table(rows: Rows) -> list[Sequence[Cell]]:
    headings: list[Sequence[Cell]] = [
        [
            _("Kind"),
            _("Source"),
            _("Stands as"),
            _("Original"),
            _("Name"),
            _("Telephone"),
            _("E-mail"),
            _("Note"),
        ]
    ]
    names = ("kind", "source", "stands_as", "original", "name", "phone", "email", "note")
    return headings + [[row[name] for name in names] for row in rows]


def as_csv(rows: Rows) -> bytes:
    return write_csv(_table(rows))


def as_xlsx(rows: Rows) -> bytes:
    title = _("Key")
    return write_xlsx({title: _table(rows)}, widths={title: [12, 28, 24, 32, 28, 16, 28, 40]})


FORMATS: dict[str, tuple[Callable[[Rows], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
