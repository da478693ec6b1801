"""What stands behind each cell of the grid of themes: codings as arrays, themes and columns as masks on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models.functions import Coalesce

from coding.models import Attribute, Informant, Theme, ThemeCode
from coding.models.attributes import CITY
from coding.models.themes import BY_INFORMANT
from coding.reports.codebook import CodeTree
from coding.reports.columns import columns_of
from coding.reports.fetching import numbers
from coding.reports.meeting import NOBODY
from coding.reports.passages import Scope, Whereabouts, counted_codings
from coding.reports.tally import different, distinct, numbered

ALL = ("", "")
_FIELDS = ("pk", "code_id", "source_id", "coder_id", "who", "start", "end")


@dataclass(frozen=True)
class Column:
    """A column of the grid: its key (as `Summary.key`), its name, and how many informants and sources it could have."""

    key: str
    name: str
    informants: int
    sources: int


@dataclass(frozen=True)
class Behind:
    """What stands behind a cell: distinct informants and passages."""

    informants: int
    passages: int


NOTHING = Behind(0, 0)


def codes_of(tree: CodeTree, themes: Sequence[Theme]) -> dict[int, list[int]]:
    """The codes (ids) that each theme (by id) draws on: those that it names and all below them. One query."""
    found: dict[int, set[int]] = {theme.pk: set() for theme in themes}
    for theme, code in ThemeCode.objects.filter(theme__in=themes).values_list("theme_id", "code_id"):
        if code in tree.by_id:
            found[theme].update(tree.branch_ids(code))
    return {theme: sorted(codes) for theme, codes in found.items()}


class Material:
    """The counted codings behind some themes, a row for each coding and each who counts in it.

    `who` is an informant's id, or NOBODY. `stretch` numbers the passages, `city` the cities (0: not set).
    """

    def __init__(self, scope: Scope, codes: dict[int, list[int]]) -> None:
        self.scope, self.codes = scope, codes
        self.where = Whereabouts(scope.project)
        wanted = sorted({code for of_theme in codes.values() for code in of_theme})
        codings = counted_codings(scope).filter(links__isnull=False, code_id__in=wanted).order_by()
        rows = codings.annotate(who=Coalesce("links__informant_id", NOBODY)).values_list(*_FIELDS)
        table = np.ascontiguousarray(numbers(rows, len(_FIELDS)).T)
        self.coding, self.code, self.source, self.coder, self.who, self.start, self.end = table
        self.stretch = numbered(self.source, self.start, self.end)
        _values, first, self._voice = np.unique(
            numbered(self.who, self.source, self.coder), return_index=True, return_inverse=True
        )
        self._voices = [
            (None if self.who[at] == NOBODY else int(self.who[at]), int(self.source[at]), int(self.coder[at]))
            for at in first
        ]
        self.city = self._cities()
        self._of_theme = {
            theme: np.flatnonzero(np.isin(self.code, of_theme)) for theme, of_theme in codes.items()
        }
        self._places: dict[str, tuple[list[Column], np.ndarray]] = {}

    def _cities(self) -> np.ndarray:
        attribute = Attribute.objects.filter(project=self.scope.project, key=CITY).first()
        if attribute is None:
            return np.zeros(len(self.who), dtype=np.int64)
        found = [self.where.of(attribute.pk, who, source) or 0 for who, source, _coder in self._voices]
        return np.array(found, dtype=np.int64)[self._voice]

    def columns(self, by: str) -> list[Column]:
        """The columns by an attribute's key, or by informant. Raises LookupError where there is none of that key."""
        return self._placed(by)[0]

    def _placed(self, by: str) -> tuple[list[Column], np.ndarray]:
        """The columns, and the number of the column in which each row stands (-1: in none)."""
        if by not in self._places:
            self._places[by] = self._by_informant() if by == BY_INFORMANT else self._by_attribute(by)
        return self._places[by]

    def _by_informant(self) -> tuple[list[Column], np.ndarray]:
        people = Informant.objects.filter(project=self.scope.project).order_by("sort_key", "id")
        rows = list(people.values_list("pk", "uuid", "pseudonym"))
        place = {pk: number for number, (pk, _uuid, _name) in enumerate(rows)}
        places = [place.get(who, -1) if who is not None else -1 for who, _source, _coder in self._voices]
        columns = [Column(str(key), name, 1, 0) for _pk, key, name in rows]
        return columns, np.array(places, dtype=np.int64)[self._voice]

    def _by_attribute(self, by: str) -> tuple[list[Column], np.ndarray]:
        if not Attribute.objects.filter(project=self.scope.project, key=by).exists():
            raise LookupError(by)
        made = columns_of(self.scope, (by,), self.where, self._voices)
        places = np.array(made.places(self._voices), dtype=np.int64)[self._voice]
        columns = [
            Column(column.key, column.name, column.base.informants, column.base.sources)
            for column in made.columns
        ]
        return columns, places

    def counts(self, theme: int, by: str) -> tuple[Behind, list[Behind]]:
        """What is behind a theme (by id) across all columns, and in each."""
        rows = self._of_theme[theme]
        columns, places = self._placed(by) if by else ([], np.zeros(len(self.who), dtype=np.int64))
        place, width = places[rows], len(columns)
        cell = np.concatenate([place[place >= 0], np.full(len(rows), width)])
        row = np.concatenate([rows[place >= 0], rows])
        named = self.who[row] >= 0
        people = distinct(cell[named], self.who[row][named], width + 1)
        passages = distinct(cell, self.stretch[row], width + 1)
        found = [Behind(int(a), int(b)) for a, b in zip(people, passages, strict=True)]
        return found[-1], found[:-1]

    def rows(self, theme: int, by: str, key: str) -> np.ndarray:
        """The numbers of the rows behind one cell; none where its column is gone."""
        rows = self._of_theme[theme]
        if not by:
            return rows
        try:
            columns, places = self._placed(by)
        except LookupError:
            return rows[:0]
        place = next((n for n, column in enumerate(columns) if column.key == key), None)
        return rows[:0] if place is None else rows[places[rows] == place]

    def on(self, rows: np.ndarray, stretches: Sequence[tuple[int, int, int]]) -> np.ndarray:
        """Those of `rows` that lie on one of `stretches` (source, start, end)."""
        found = np.zeros(len(rows), dtype=bool)
        source, start, end = self.source[rows], self.start[rows], self.end[rows]
        for where, first, last in stretches:
            found |= (source == where) & (start == first) & (end == last)
        return rows[found]

    def tell(self, rows: np.ndarray) -> Behind:
        """How many informants and passages some rows are."""
        who = self.who[rows]
        return Behind(different(who[who >= 0]), different(self.stretch[rows]))

    def cities(self, rows: np.ndarray) -> int:
        """In how many cities some rows lie; what has none counts as one more. 0 where nothing has one."""
        city = self.city[rows]
        return different(city) if city.any() else 0

    def new(self, rows: np.ndarray, seen: Sequence[int]) -> int:
        """How many passages of `rows` carry none of the codings (ids) that were `seen`."""
        old = np.isin(self.coding[rows], np.array(seen, dtype=np.int64))
        stretch = self.stretch[rows]
        there = np.bincount(stretch)
        there[stretch[old]] = 0
        return int(np.count_nonzero(there))
