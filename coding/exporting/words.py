"""Concordances and word counts as files."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.utils.translation import gettext as _

from coding.exporting.cells import Rows, write_csv, write_xlsx
from coding.reports.concordance import ShownLine
from coding.reports.word_counts import WordCounts, as_rows


def lines_as_rows(lines: Sequence[ShownLine]) -> list[list[str | int]]:
    """Headings, and one row a line."""
    headings: list[str | int] = [
        _("Source"), _("Turn"), _("Speaker"), _("City"), _("Informant type"), _("Left"), _("Hit"), _("Right"),
        _("Start"), _("End"),
    ]  # fmt: skip
    body: list[list[str | int]] = [
        [
            line.source.title, line.turn.number + 1, line.speaker, line.city, line.informant_type, line.left, line.text,
            line.right, line.start, line.end,
        ]
        for line in lines
    ]  # fmt: skip
    return [headings, *body]


def lines_as_csv(lines: Sequence[ShownLine]) -> bytes:
    return write_csv(lines_as_rows(lines))


def lines_as_json(lines: Sequence[ShownLine]) -> str:
    """One object a line."""
    return json.dumps(
        [
            {
                "source": line.source.title,
                "source_uuid": str(line.source.uuid),
                "turn": line.turn.number + 1,
                "speaker": line.speaker,
                "city": line.city,
                "informant_type": line.informant_type,
                "left": line.left,
                "text": line.text,
                "right": line.right,
                "start": line.start,
                "end": line.end,
            }
            for line in lines
        ],
        ensure_ascii=False,
    )


def counts_as_csv(counts: WordCounts) -> bytes:
    """The table, then an empty line and how it was counted."""
    return write_csv([*as_rows(counts), [], [counts.counting]])


def counts_as_xlsx(counts: WordCounts) -> bytes:
    title = _("Words")
    rows: Rows = as_rows(counts)
    return write_xlsx({title: rows}, widths={title: [24, 50]}, notes={title: counts.counting})


def counts_as_json(counts: WordCounts) -> str:
    """One object: how it was counted, the columns with their words, and the rows."""
    return json.dumps(
        {
            "counting": counts.counting,
            "words": counts.words,
            "columns": [
                {"key": str(column.key) if column.key else None, "name": column.name, "words": column.words}
                for column in counts.columns
            ],
            "rows": [
                {
                    "lemma": row.lemma,
                    "values": list(row.values),
                    "per_10000": [
                        column.rate(count) for column, count in zip(counts.columns, row.values, strict=True)
                    ],
                    "total": row.total,
                    "sources": row.sources,
                    "forms": dict(row.forms),
                }
                for row in counts.rows
            ],
        },
        ensure_ascii=False,
    )
