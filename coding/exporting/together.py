"""Codes together as JSON, CSV and XLSX: a row for each pair, the strongest first, and how it was counted."""

from __future__ import annotations

import json

import numpy as np
from django.utils.translation import gettext as _

from coding.exporting.cells import Cell, write_csv, write_xlsx
from coding.reports.cooccurrence import Pair, Together
from coding.reports.counting import SMALL_BASE


def together_json(table: Together, pairs: list[Pair]) -> str:
    """One JSON object: way, within, rolled_up, counting, base (informants), pairs."""
    return json.dumps(
        {
            "way": table.way,
            "within": table.within,
            "rolled_up": table.rolled_up,
            "counting": " ".join(table.sentences),
            "base": table.base,
            "pairs": [
                {
                    "first": {"path": list(pair.first.path), "uuid": str(pair.first.code.uuid)},
                    "second": {"path": list(pair.second.path), "uuid": str(pair.second.code.uuid)},
                    "informants": pair.informants,
                    "passages": list(pair.passages),
                    "passages_of_each": list(pair.own),
                    "words_in_both": pair.words,
                    "words_in_either": pair.either,
                }
                for pair in pairs
            ],
        },
        ensure_ascii=False,
    )


def _rows(table: Together, pairs: list[Pair]) -> list[list[Cell]]:
    words = table.words is not None
    head: list[Cell] = [
        _("First code"), _("Second code"), _("Informants"), _("Of informants"), _("Passages of the first together"),
        _("Passages of the first"), _("Passages of the second together"), _("Passages of the second"),
    ]  # fmt: skip
    if words:
        head += [_("Words in both"), _("Words in either"), _("Words in both, per cent of words in either")]
    rows = [head]
    for pair in pairs:
        row: list[Cell] = [
            pair.first.path_text, pair.second.path_text, pair.informants, pair.base, pair.passages[0], pair.own[0],
            pair.passages[1], pair.own[1],
        ]  # fmt: skip
        if words:
            part = pair.share if pair.base >= SMALL_BASE else None
            row += [pair.words, pair.either, None if part is None else round(100 * part, 1)]
        rows.append(row)
    return rows


def _grid(table: Together) -> list[list[Cell]]:
    """Informants, all codes by all codes; a pair of one branch is empty."""
    used = np.flatnonzero(table.own)
    names = [table.nodes[place].path_text for place in used]
    body: list[list[Cell]] = [
        [
            name,
            *(None if table.barred[row, column] else int(table.informants[row, column]) for column in used),
        ]
        for name, row in zip(names, used, strict=True)
    ]
    return [[_("Informants (of %(base)s)") % {"base": table.base}, *names], *body]


def together_csv(table: Together, pairs: list[Pair]) -> bytes:
    """The pairs, then an empty line and how they were counted."""
    return write_csv([*_rows(table, pairs), [], [" ".join(table.sentences)]])


def together_xlsx(table: Together, pairs: list[Pair]) -> bytes:
    """A sheet with the pairs and one with codes by codes."""
    pairs_title, grid_title = _("Codes together"), _("Codes by codes")
    said = " ".join(table.sentences)
    return write_xlsx(
        {pairs_title: _rows(table, pairs), grid_title: _grid(table)},
        widths={pairs_title: [44, 44, *[14] * 9], grid_title: [44, *[14] * len(table.nodes)]},
        notes={pairs_title: said, grid_title: said},
    )
