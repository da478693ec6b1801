"""The grid of themes by columns: what is behind each cell, how far its summary has come, and what it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from coding.models import (
    Attribute,
    Membership,
    Summary,
    Theme,
)
from coding.models.attributes import CITY
from coding.models.citing import Reason, cited_in, standing
from coding.models.themes import BY_INFORMANT, SummaryState
from coding.permissions import Denied, check_can_see_summaries
from coding.reports.behind_themes import ALL, NOTHING, Behind, Column, Material, codes_of
from coding.reports.codebook import CodeTree, code_tree
from coding.reports.counting import PASSAGES, counting_sentence
from coding.reports.passages import Scope
from coding.reports.summary_waits import Told, column_names, told_of


@dataclass(frozen=True)
class CellState:
    """A cell of the grid as a member sees it. `summary` is None where nothing is written yet.

    `new` are passages that came after the approval, `comments` open ones, `waits` why it waits for the member, `thin`
    what is said of few voices. `changed`: others did something since the member last looked.
    """

    theme: Theme
    by: str
    key: str
    name: str
    behind: Behind
    cited: Behind = NOTHING
    summary: Summary | None = None
    stale: tuple[Reason, ...] = ()
    new: int = 0
    comments: int = 0
    thin: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    changed: bool = False

    @property
    def state(self) -> str:
        """The summary's state, `empty` where there is no text."""
        written = self.summary is not None and (self.summary.body or self.summary.revision)
        return self.summary.state if self.summary and written else "empty"

    @property
    def state_name(self) -> str:
        return str(SummaryState(self.state).label) if self.state != "empty" else _("Nothing written")


@dataclass(frozen=True)
class GridRow:
    theme: Theme
    codes: tuple[str, ...]
    whole: CellState
    cells: tuple[CellState, ...]


@dataclass(frozen=True)
class Grid:
    """Themes by columns. `orphans` are summaries whose column is gone."""

    by: str
    columns: tuple[Column, ...]
    rows: tuple[GridRow, ...]
    orphans: tuple[CellState, ...]
    counting: str


class Board:
    """All that the pages on themes tell, for one member: of all themes of the project, or of one (by UUID).

    Counted are the codings that the member may see; a member who may not read summaries yet (the project is blind)
    learns of them no more than their states.
    """

    def __init__(self, member: Membership, themes: Sequence[Theme], tree: CodeTree | None = None) -> None:
        self.member, self.themes = member, themes
        self.tree = tree or code_tree(member.project)
        self.scope = Scope(project=member.project, member=member)
        self.codes = codes_of(self.tree, themes)
        self.material = Material(self.scope, self.codes)
        rows = Summary.objects.filter(theme__in=themes)
        self.summaries = list(rows.select_related("state_by", "submitted_by", "changed_by"))
        try:
            check_can_see_summaries(member)
            self.may_read = True
        except Denied:
            self.may_read = False
        self._told = told_of(member, self.summaries) if self.may_read else Told()
        self._standing = standing(row for rows in self._told.evidence.values() for row in rows)
        self._names = column_names(member.project, self.summaries)

    def grid(self, by: str) -> Grid:
        """All themes by an attribute's key, or by informant. Raises LookupError where there is none of that key."""
        columns = self.material.columns(by)
        by_cell = {(row.theme_id, row.by, row.key): row for row in self.summaries}
        rows = []
        for theme in self.themes:
            whole, counts = self.material.counts(theme.pk, by)
            cells = tuple(
                self._cell(
                    theme, by, column.key, column.name, count, by_cell.pop((theme.pk, by, column.key), None)
                )
                for column, count in zip(columns, counts, strict=True)
            )
            across = self._cell(theme, "", "", _("All together"), whole, by_cell.pop((theme.pk, *ALL), None))
            named = tuple(code.name for code in theme.codes.all())
            rows.append(GridRow(theme, named, across, cells))
        orphans = tuple(
            self._of(row) for row in by_cell.values() if row.by == by and (row.body or row.revision)
        )
        return Grid(
            by, tuple(columns), tuple(rows), orphans, counting_sentence(self.scope, PASSAGES, rolled_up=True)
        )

    def cell(self, theme: Theme, by: str, key: str, name: str) -> CellState:
        """One cell."""
        row = next((s for s in self.summaries if (s.theme_id, s.by, s.key) == (theme.pk, by, key)), None)
        return self._cell(
            theme, by, key, name, self.material.tell(self.material.rows(theme.pk, by, key)), row
        )

    def written(self) -> list[CellState]:
        """Every cell that has a text, in the order of the themes."""
        order = {theme.pk: place for place, theme in enumerate(self.themes)}
        rows = sorted(self.summaries, key=lambda row: (order[row.theme_id], row.by != "", row.pk))
        return [self._of(row) for row in rows if row.body or row.revision]

    def waiting(self) -> int:
        """How many summaries wait for the member."""
        return sum(1 for row in self.summaries if self.may_read and self._told.waits(self.member, row))

    def behind_ids(self, theme: Theme, by: str, key: str) -> list[int]:
        """The codings (ids) behind a cell: what an approval notes."""
        return sorted(set(self.material.coding[self.material.rows(theme.pk, by, key)].tolist()))

    def _of(self, row: Summary) -> CellState:
        theme = next(theme for theme in self.themes if theme.pk == row.theme_id)
        name = self._names.get((row.by, row.key), _("a column that is gone"))
        behind = self.material.tell(self.material.rows(theme.pk, row.by, row.key))
        return self._cell(theme, row.by, row.key, name, behind, row)

    def _cell(
        self, theme: Theme, by: str, key: str, name: str, behind: Behind, row: Summary | None
    ) -> CellState:
        rows = self.material.rows(theme.pk, by, key)
        if row is None or not self.may_read:
            return CellState(theme, by, key, name, behind, summary=row, thin=self._thin(by, rows, behind))
        told = self._told
        numbers = set(cited_in(row.body))
        cited = [
            self._standing[one.pk]
            for one in told.evidence[row.pk]
            if one.number in numbers and one.pk in self._standing
        ]
        quoted = self.material.on(rows, [(c.source_id, c.start, c.end) for c in cited])
        quoting = self.material.tell(quoted)
        stale = tuple(told.stale.get(row.pk, ()))
        approved = row.state == SummaryState.APPROVED
        comments = told.comments[row.pk]
        looked = told.looked.get(row.pk)
        return CellState(
            theme=theme,
            by=by,
            key=key,
            name=name,
            behind=behind,
            cited=quoting,
            summary=row,
            stale=stale,
            new=self.material.new(rows, row.behind) if approved else 0,
            comments=len(comments),
            thin=self._thin(by, quoted, quoting) if len(quoted) else self._thin(by, rows, behind),
            waits=told.waits(self.member, row),
            changed=bool(row.revision)
            and row.changed_by_id != self.member.pk
            and (looked is None or looked < row.changed),
        )

    def _thin(self, by: str, rows: np.ndarray, told: Behind) -> tuple[str, ...]:
        """What is said where few speak in some rows, of which `told` is how many."""
        if not told.passages or by == BY_INFORMANT:
            return ()
        found = []
        if told.informants == 1:
            found.append(_("one informant only"))
        if by != CITY and self.material.cities(rows) == 1:
            found.append(_("one city only"))
        return tuple(found)


def themes_of(member: Membership) -> list[Theme]:
    """The themes of the member's project in their order, with the codes they name."""
    return list(Theme.objects.filter(project=member.project).prefetch_related("codes"))


def choices_of_columns(member: Membership) -> list[tuple[str, str]]:
    """By what the grid can have columns: (key, name), the city first."""
    rows = Attribute.objects.filter(project=member.project)
    return [*((row.key, row.label()) for row in rows), (BY_INFORMANT, _("Informant"))]
