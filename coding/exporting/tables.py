"""Frequency tables as JSON, CSV and XLSX. pandas shapes what leaves; it is imported only when a table does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from coding.exporting.cells import Cell, write_csv, write_xlsx
from coding.reports.counting import MEASURES, WORDS, share
from coding.reports.kept import Kept, base_of, bases_of

if TYPE_CHECKING:
    import pandas


def as_json(table: Kept) -> str:
    """The table as one JSON object: by, measure, counting, columns, total, rows, any."""
    return json.dumps(table, ensure_ascii=False)


def as_frame(table: Kept) -> pandas.DataFrame:
    """One row a code: its path, name, level, a number for each column, the total, and shares where they may be said.

    The last row counts any code.
    """
    import pandas as pd

    names = [column["name"] for column in table["columns"]] + [_("Total")]
    lines = [[*row["values"], row["total"]] for row in table["rows"]]
    lines += [table["any"]] if table["any"] else []
    last = [_("Any code")] if table["any"] else []
    counts = pd.DataFrame(lines, columns=range(len(names)), dtype="int64")
    frame = pd.DataFrame(
        {
            _("Code"): [row["path"][-1] for row in table["rows"]] + last,
            _("Path"): [" > ".join(row["path"]) for row in table["rows"]] + last,
            _("Level"): pd.Series(
                [len(row["path"]) for row in table["rows"]] + [None for _one in last], dtype="Int64"
            ),
        }
    )
    for place, name in enumerate(names):
        frame.insert(len(frame.columns), name, counts[place], allow_duplicates=True)
    if table["measure"] == WORDS:
        for place, (name, base) in enumerate(zip(names, bases_of(table), strict=True)):
            shares = [_per_cent(share(int(count), base)) for count in counts[place]]
            title = _("%(column)s, per cent of its words") % {"column": name}
            frame.insert(len(frame.columns), title, pd.Series(shares, dtype="Float64"), allow_duplicates=True)
    return frame


def _per_cent(part: float | None) -> float | None:
    return None if part is None else round(100 * part, 1)


def _rows(table: Kept) -> list[list[Cell]]:
    """The headings, the bases under them, and one row a code."""
    frame = as_frame(table)
    bases: list[Cell] = [_("Base: %(measure)s") % {"measure": MEASURES[table["measure"]]}, None, None]
    bases += [base_of(table, place) for place in (*range(len(table["columns"])), -1)]
    bases += [None] * (len(frame.columns) - len(bases))
    body = [[_plain(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
    return [[str(name) for name in frame.columns], bases, *body, *_outside(table)]


def _outside(table: Kept) -> list[list[Cell]]:
    """The figures from elsewhere, apart from what is counted here; the path says where they are from."""
    return [
        [
            row["name"],
            _("figures from elsewhere: %(origin)s") % {"origin": row["origin"]},
            None,
            *row["values"],
        ]
        for row in table["outside"]
    ]


def _plain(cell: Any) -> Cell:
    import pandas as pd

    if isinstance(cell, str):
        return cell
    if pd.isna(cell):
        return None
    return float(cell) if isinstance(cell, float) else int(cell)


def as_csv(table: Kept) -> bytes:
    """The table, then an empty line and how it was counted."""
    return write_csv([*_rows(table), [], [table["counting"]]])


def as_xlsx(table: Kept) -> bytes:
    """One sheet with the table and how it was counted."""
    title = _("Frequencies")
    widths = [34, 50, 8, *[14] * len(table["columns"])]
    return write_xlsx({title: _rows(table)}, widths={title: widths}, notes={title: table["counting"]})
