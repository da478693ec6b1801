"""A table as plain data: what leaves as a file, what a snapshot keeps, and how two such tables differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coding.reports.codebook import SEPARATOR
from coding.reports.columns import Base
from coding.reports.counting import INFORMANTS, SOURCES, WORDS
from coding.reports.frequencies import Frequencies
from coding.reports.outside import as_kept_figures, figures_beside
from coding.reports.selection import NOT_SET

Kept = dict[str, Any]


def as_kept(table: Frequencies) -> Kept:
    """The table as JSON can hold it: by, measure, counting, columns, total, rows, any, and figures from elsewhere."""
    return {
        "by": ",".join(table.by),
        "measure": table.measure,
        "counting": table.counting,
        "columns": [
            {
                "key": None if column.key == NOT_SET else column.key,
                "name": column.name,
                **vars(column.base),
            }
            for column in table.columns.columns
        ],
        "total": vars(table.columns.total),
        "rows": [
            {
                "path": list(row.node.path),
                "uuid": str(row.node.code.uuid),
                "values": list(row.values),
                "total": row.total,
            }
            for row in table.rows
        ],
        "any": list(table.any),
        "outside": as_kept_figures(figures_beside(table.scope.project, table.columns)),
    }


def bases_of(kept: Kept) -> list[Base]:
    """The base of each column, that of the total last."""
    heads = [*kept["columns"], kept["total"]]
    return [Base(head["informants"], head["sources"], head["words"]) for head in heads]


def base_of(kept: Kept, place: int) -> int | None:
    """N for a column (-1: the total); None for passages, which have no base."""
    base = bases_of(kept)[place]
    return {INFORMANTS: base.informants, SOURCES: base.sources, WORDS: base.words}.get(kept["measure"])


TOTAL = "total"


@dataclass(frozen=True)
class Changed:
    """A number that is another one now: of the row `path` (empty: the base) in the column `column`."""

    row: str
    path: str
    place: int
    column: str
    was: int
    now: int


@dataclass(frozen=True)
class Difference:
    """What has changed from one table to another, by keys and not by names; `gone` and `new` are rows and columns."""

    cells: tuple[Changed, ...]
    bases: tuple[Changed, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def any(self) -> bool:
        return bool(self.cells or self.bases or self.gone or self.new)


def difference(was: Kept, now: Kept) -> Difference:
    """What has changed, cell by cell, in the order of the older table."""
    columns = {_key(column): place for place, column in enumerate(now["columns"])} | {TOTAL: -1}
    keys = [*map(_key, was["columns"]), TOTAL]
    names = [*(column["name"] for column in was["columns"]), ""]
    lines, fresh = _lines(was), _lines(now)
    cells = [
        Changed(row, path, place, names[place], count, fresh[row][1][columns[key]])
        for row, (path, counts) in lines.items()
        for place, (key, count) in enumerate(zip(keys, counts, strict=True))
        if row in fresh and key in columns and fresh[row][1][columns[key]] != count
    ]
    bases = []
    for place, (key, name) in enumerate(zip(keys, names, strict=True)):
        if key in columns:
            before, after = base_of(was, place), base_of(now, columns[key])
            if before != after and before is not None and after is not None:
                bases.append(Changed("", "", place, name, before, after))
    left = {_key(column): column["name"] for column in now["columns"]}
    return Difference(
        cells=tuple(cells),
        bases=tuple(bases),
        gone=tuple(
            [path for row, (path, _counts) in lines.items() if row not in fresh]
            + [name for key, name in zip(keys, names, strict=True) if key not in columns]
        ),
        new=tuple(
            [path for row, (path, _counts) in fresh.items() if row not in lines]
            + [name for key, name in left.items() if key not in keys]
        ),
    )


def _key(column: Kept) -> str:
    return column["key"] or NOT_SET


def _lines(kept: Kept) -> dict[str, tuple[str, list[int]]]:
    """Each row by its code's UUID, any code by an empty one: (path, numbers with the total)."""
    lines = {
        row["uuid"]: (SEPARATOR.join(row["path"]), [*row["values"], row["total"]]) for row in kept["rows"]
    }
    return lines | ({"": ("", list(kept["any"]))} if kept["any"] else {})
