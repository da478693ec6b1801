"""The chart of a row or a column of the matrix: on its page, and as a file whose text is text."""

from __future__ import annotations

import textwrap

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from coding.reports.chart import COLUMN, LEFT, LINE, ROW, TOTAL, WIDTH, Chart
from coding.reports.frequencies import Frequencies
from coding.views.downloads import download
from coding.views.guard import ProjectRequest

_WIDE = 125


def drawn(chart: Chart, note: str = "") -> str:
    """The chart as SVG, with `note` in small print below it."""
    lines = textwrap.wrap(note, _WIDE)
    placed = [(chart.height + LINE * (number + 1), line) for number, line in enumerate(lines)]
    return render_to_string(
        "matrix/chart.svg",
        {
            "chart": chart,
            "width": WIDTH,
            "left": LEFT,
            "foot": chart.height - 8,
            "height": chart.height + LINE * len(lines) + (12 if lines else 0),
            "notes": placed,
        },
    )


def chart_file(request: ProjectRequest, table: Frequencies, chart: Chart) -> HttpResponse:
    """The chart as a file, with how it was counted."""
    content = drawn(chart, table.counting).encode()
    return download(
        request, content, what="chart", file_format="svg", mime="image/svg+xml", many=len(chart.bars)
    )


def chart_options(table: Frequencies, chosen: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What a chart can be made of: groups of (parameter's value, name, chosen)."""
    columns = [(COLUMN + column.key, column.name) for column in table.columns.columns]
    columns.append((COLUMN + TOTAL, _("Total")))
    rows = [(ROW + str(row.node.code.uuid), row.node.code.name) for row in table.rows]
    return [
        (_("One column, all codes"), [(key, name, key == chosen) for key, name in columns]),
        (_("One code, all columns"), [(key, name, key == chosen) for key, name in rows]),
    ]
