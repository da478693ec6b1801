"""The history as CSV and XLSX, for a data-protection officer's files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from coding.exporting.cells import Cell, write_csv, write_xlsx
from coding.reports.audit import AuditRow, Touched


def _headings() -> list[Cell]:
    return [
        _("Time"), _("Who"), _("Role today"), _("What"), _("Verb"), _("Details"), _("Rows changed"), _("Undone"),
        _("Sources"), _("Sources' identifiers"), _("Codes"), _("Codes' identifiers"), _("Informant's identifier"),
    ]  # fmt: skip


def _note() -> str:
    return _(
        "What the texts say, what memos say and who anybody is stands nowhere in the history. The title of a source"
        " is left out where whoever made this file may not see it, or where it is gone."
    )


def _names(touched: Sequence[Touched]) -> str:
    return "; ".join(dict.fromkeys(one.name for one in touched if one.name))


def _keys(touched: Sequence[Touched]) -> str:
    return " ".join(one.key for one in touched if one.key)


def _rows(rows: Iterable[AuditRow]) -> Iterator[list[Cell]]:
    yield _headings()
    for row in rows:
        yield [
            row.at.isoformat(timespec="seconds"),
            row.who,
            row.role,
            row.sentence,
            row.verb,
            row.details,
            row.changes,
            row.undone.isoformat(timespec="seconds") if row.undone else "",
            _names(row.sources),
            _keys(row.sources),
            _names(row.codes),
            _keys(row.codes),
            row.informant,
        ]


def as_csv(rows: Iterable[AuditRow]) -> bytes:
    return write_csv(_rows(rows))


def as_xlsx(rows: Iterable[AuditRow]) -> bytes:
    title = _("History")
    widths = [26, 22, 28, 34, 20, 44, 12, 26, 34, 38, 34, 38, 38]
    return write_xlsx({title: _rows(rows)}, widths={title: widths}, notes={title: _note()})


FORMATS: dict[str, tuple[Callable[[Iterable[AuditRow]], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
