"""One row or one column of a frequency table as bars: what each says, and where it lies in a drawing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from coding.reports.counting import INFORMANTS, MEASURES, SOURCES
from coding.reports.frequencies import Frequencies

ROW, COLUMN, TOTAL = "row:", "column:", "total"

# The drawing, in its own units: labels end at LEFT, the longest bar is LONGEST.
WIDTH, LEFT, LONGEST, STEP, TOP, LINE = 760, 290, 360, 28, 44, 16
_LABEL = 40


@dataclass(frozen=True)
class Bar:
    """A bar: `base` is what its number is compared with, None for none; lengths and places in units of the drawing."""

    name: str
    count: int
    base: int | None
    y: int
    length: float
    track: float

    @property
    def label(self) -> str:
        return self.name if len(self.name) <= _LABEL else f"{self.name[: _LABEL - 1]}…"

    @property
    def middle(self) -> int:
        return self.y + STEP // 2 + 1

    @property
    def end(self) -> float:
        """Where the number stands."""
        return round(LEFT + max(self.length, self.track) + 8, 1)


@dataclass(frozen=True)
class Chart:
    """The bars of one row across the columns, or of one column across the rows. `height` is without notes."""

    name: str
    measure: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        return TOP + STEP * len(self.bars) + 12

    @property
    def title(self) -> str:
        return f"{self.name} – {MEASURES[self.measure]}"


def chart_of(table: Frequencies, chosen: str) -> Chart | None:
    """The chart of `row:` and a code's UUID, or `column:` and a column's key (or `total`); None for what is not there.

    Of informants and sources a bar stands in an outline as long as its base, so that "2 of 3" and "2 of 30" look
    different; passages and words have no outline.
    """
    based = table.measure in (INFORMANTS, SOURCES)
    places: list[int | None] = [*range(len(table.columns.columns)), None]
    keys = [*(column.key for column in table.columns.columns), TOTAL]
    names = [*(column.name for column in table.columns.columns), _("Total")]
    if chosen.startswith(ROW):
        row = next((row for row in table.rows if str(row.node.code.uuid) == chosen.removeprefix(ROW)), None)
        if row is None:
            return None
        found = [
            (name, count, table.base(place) if based else None)
            for name, count, place in zip(names, row.values, places, strict=False)
        ]
        return _drawn(row.node.code.name, table.measure, found)
    key = chosen.removeprefix(COLUMN)
    if not chosen.startswith(COLUMN) or key not in keys:
        return None
    at = keys.index(key)
    base = table.base(places[at]) if based else None
    found = [(row.node.code.name, (*row.values, row.total)[at], base) for row in table.rows]
    return _drawn(names[at], table.measure, found)


def _drawn(name: str, measure: str, found: list[tuple[str, int, int | None]]) -> Chart:
    most = max((max(count, base or 0) for _name, count, base in found), default=0) or 1
    return Chart(
        name=name,
        measure=measure,
        bars=tuple(
            Bar(
                name=label,
                count=count,
                base=base,
                y=TOP + STEP * number,
                length=round(LONGEST * count / most, 1),
                track=round(LONGEST * (base or 0) / most, 1),
            )
            for number, (label, count, base) in enumerate(found)
        ),
    )
