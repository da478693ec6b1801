"""Figures from elsewhere, set beside a table whose columns are their attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from coding.models import OutsideRow, Project
from coding.reports.columns import Columns


@dataclass(frozen=True)
class Beside:
    """A row of figures: a number, or None, for each column of the table; they are in no total."""

    name: str
    origin: str
    values: tuple[float | None, ...]

    @property
    def described(self) -> str:
        return _("figures from elsewhere: %(origin)s") % {"origin": self.origin}


def figures_beside(project: Project, columns: Columns) -> list[Beside]:
    """The rows of figures for these columns; none where two things make the columns. One query."""
    if len(columns.parts) != 1:
        return []
    rows = OutsideRow.objects.filter(project=project, attribute__key=columns.parts[0].by)
    return [
        Beside(row.name, row.origin, tuple(row.figures.get(str(column.ids[0])) for column in columns.columns))
        for row in rows
    ]


def as_kept_figures(rows: Sequence[Beside]) -> list[dict[str, Any]]:
    """The rows as JSON can hold them, for `reports.kept`."""
    return [{"name": row.name, "origin": row.origin, "values": list(row.values)} for row in rows]
