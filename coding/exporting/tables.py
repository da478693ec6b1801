"""Frequency tables as JSON, CSV and XLSX. pandas shapes what leaves; it is imported only when a table does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from coding.exporting.cells import Cell, write_csv, write_xlsx
from coding.reports.counting import MEASURES, WORDS, share
from coding.reports.frequencies import Frequencies

if TYPE_CHECKING:
    import pandas


def as_json(table: Frequencies) -> str:
    """The table as one JSON object: by, measure, counting, columns, rows."""
    return json.dumps(
        {
            "by": table.by,
            "measure": table.measure,
            "counting": table.counting,
            "columns": [
                {
                    "key": str(column.key) if column.key else None,
                    "name": column.name,
                    "informants": column.base.informants,
                    "words": column.base.words,
                }
                for column in table.columns.columns
            ],
            "rows": [
                {
                    "path": list(row.node.path),
                    "uuid": str(row.node.code.uuid),
                    "values": list(row.values),
                    "total": row.total,
                }
                for row in table.rows
            ],
        },
        ensure_ascii=False,
    )


def as_frame(table: Frequencies) -> pandas.DataFrame:
    """One row a code: its path, name, level, a number for each column, the total, and shares where they may be said."""
    import pandas as pd

    names = [column.name for column in table.columns.columns] + [_("Total")]
    counts = pd.DataFrame(
        [[*row.values, row.total] for row in table.rows], columns=range(len(names)), dtype="int64"
    )
    frame = pd.DataFrame(
        {
            _("Code"): [row.node.code.name for row in table.rows],
            _("Path"): [row.node.path_text for row in table.rows],
            _("Level"): [row.node.depth + 1 for row in table.rows],
        }
    )
    for place, name in enumerate(names):
        frame.insert(len(frame.columns), name, counts[place], allow_duplicates=True)
    if table.measure == WORDS:
        for place, name in enumerate(names):
            base = table.columns.bases[place]
            shares = [_per_cent(share(int(count), base)) for count in counts[place]]
            title = _("%(column)s, per cent of its words") % {"column": name}
            frame.insert(len(frame.columns), title, pd.Series(shares, dtype="Float64"), allow_duplicates=True)
    return frame


def _per_cent(part: float | None) -> float | None:
    return None if part is None else round(100 * part, 1)


def _rows(table: Frequencies) -> list[list[Cell]]:
    """The headings, the bases under them, and one row a code."""
    frame = as_frame(table)
    width = len(table.columns.columns) + 1
    bases: list[Cell] = [_("Base: %(measure)s") % {"measure": MEASURES[table.measure]}, None, None]
    bases += [table.base(place) for place in range(width - 1)] + [table.base(None)]
    bases += [None] * (len(frame.columns) - len(bases))
    body = [[_plain(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
    return [[str(name) for name in frame.columns], bases, *body]


def _plain(cell: Any) -> Cell:
    import pandas as pd

    if isinstance(cell, str):
        return cell
    if pd.isna(cell):
        return None
    return float(cell) if isinstance(cell, float) else int(cell)


def as_csv(table: Frequencies) -> bytes:
    """The table, then an empty line and how it was counted."""
    return write_csv([*_rows(table), [], [table.counting]])


def as_xlsx(table: Frequencies) -> bytes:
    """One sheet with the table and how it was counted."""
    title = _("Frequencies")
    widths = [34, 50, 8, *[14] * len(table.columns.columns)]
    return write_xlsx({title: _rows(table)}, widths={title: widths}, notes={title: table.counting})
