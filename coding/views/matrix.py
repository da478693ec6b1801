"""The analysis: codes by city, informant type, source or others; and the passages behind each number."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from coding.exporting.quotations import FORMATS
from coding.exporting.tables import as_csv, as_xlsx
from coding.models.analysis import ViewKind
from coding.permissions import can_see_snapshots
from coding.reports.chart import chart_of
from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.reports.columns import Base, behind
from coding.reports.counting import MEASURES, WORDS, share
from coding.reports.coverage import aside
from coding.reports.frequencies import Frequencies, frequencies
from coding.reports.kept import as_kept
from coding.reports.limits import in_the_way, limits, undated_sentence
from coding.reports.outside import figures_beside
from coding.reports.passages import ALL_CODERS, passages
from coding.reports.quotations import by_informant, quotations
from coding.templatetags.kodebenk import number
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view
from coding.views.matrix_chart import chart_file, chart_options, drawn
from coding.views.matrix_choices import LEVELS, Asked, asked
from coding.views.saved_views import saved_views

TOTAL, ANY = "total", "any"


@dataclass(frozen=True)
class Shown:
    """A number of the table as it is shown: `of` is what it is compared with, `address` what is behind it."""

    count: int
    of: str
    heat: int
    address: str


@dataclass(frozen=True)
class ShownRow:
    """A row as it is shown; `node` is None for any code. Out of the tree's order, `above` is the code above."""

    node: CodeNode | None
    address: str
    cells: list[Shown]
    above: str = ""


@dataclass(frozen=True)
class Head:
    """A heading by which the rows can be sorted; `order` is how they are: ascending, descending or empty."""

    name: str
    base: Base | None
    address: str
    order: str


class _Sheet:
    """A table made ready for the page: everything that is said of a number is said here, once for all its cells."""

    def __init__(self, table: Frequencies, slug: str, query: QueryDict, sort: str) -> None:
        self._table, self._slug, self._query, self._sort = table, slug, query, sort
        self._cell = f"{reverse('cell', args=[slug])}?{query.urlencode()}"
        width = len(table.columns.columns)
        self._places: list[int | None] = [*range(width), None]
        self._keys = [column.key for column in table.columns.columns] + [TOTAL]
        self._of = [self._compared(table.base(place)) for place in self._places]

    def _compared(self, base: int | None) -> str:
        if base is None or self._table.measure == WORDS:
            return ""
        return _("of %(base)s") % {"base": number(base)}

    def heads(self) -> list[Head]:
        """The headings: the codes, each column, the total."""
        names = [column.names[-1] for column in self._table.columns.columns]
        return [
            self._head("code", _("Code"), None, ""),
            *(
                self._head(key, name, base, "-")
                for key, name, base in zip(
                    self._keys, [*names, _("Total")], self._table.columns.bases, strict=True
                )
            ),
        ]

    def groups(self) -> list[tuple[str, int]]:
        """The outer headings of nested columns, each with the number of columns under it."""
        if len(self._table.by) == 1:
            return []
        outer = groupby(self._table.columns.columns, key=lambda column: (column.keys[0], column.names[0]))
        return [(name, len(list(below))) for (_key, name), below in outer]

    def _head(self, key: str, name: str, base: Base | None, first: str) -> Head:
        order = {key: "ascending", f"-{key}": "descending"}.get(self._sort, "")
        other = f"-{key}" if self._sort == key or (first and not order) else key
        query = self._query.copy()
        query["sort"] = other
        return Head(name, base, f"?{query.urlencode()}", order)

    def rows(self) -> list[ShownRow]:
        """A row for each code."""
        return [
            ShownRow(
                row.node,
                reverse("code", args=[self._slug, row.node.code.uuid]),
                self._cells(str(row.node.code.uuid), (*row.values, row.total)),
                row.node.path[-2] if self._sort and row.node.depth else "",
            )
            for row in self._table.rows
        ]

    def any(self) -> ShownRow | None:
        """The row that counts any code."""
        return ShownRow(None, "", self._cells(ANY, self._table.any, heat=False)) if self._table.any else None

    def _cells(self, key: str, counts: tuple[int, ...], *, heat: bool = True) -> list[Shown]:
        begin = f"{self._cell}&code={key}&column="
        in_words = self._table.measure == WORDS
        return [
            Shown(
                count,
                self._share(count, at) if in_words else self._of[at],
                self._table.heat(count, self._places[at]) if heat else 0,
                begin + self._keys[at],
            )
            for at, count in enumerate(counts)
        ]

    def _share(self, words: int, at: int) -> str:
        part = share(words, self._table.columns.bases[at])
        if part is None:
            return ""
        return "<1 %" if part < 0.005 else f"{round(100 * part)} %"


def table_of(wanted: Asked, tree: CodeTree) -> Frequencies:
    """The table that an address asks for."""
    table = frequencies(
        wanted.scope, by=wanted.by, measure=wanted.measure, rolled_up=wanted.rolled_up, tree=tree
    )
    return table.shown(
        question=wanted.question,
        depth=wanted.depth,
        sort=wanted.sort,
        without_empty_rows=wanted.hide_empty,
        without_empty_columns=wanted.hide_columns,
    )


@project_view()
def matrix(request: ProjectRequest) -> HttpResponse:
    """The table of codes by columns; `?format=csv|xlsx` is the same as a file, `svg` its chart."""
    tree = code_tree(request.project)
    wanted = asked(request, tree)
    table = table_of(wanted, tree)
    file_format = request.GET.get("format")
    if file_format in ("csv", "xlsx"):
        content = as_csv(as_kept(table)) if file_format == "csv" else as_xlsx(as_kept(table))
        mime = FORMATS[file_format][1]
        return download(
            request, content, what="frequencies", file_format=file_format, mime=mime, many=len(table.rows)
        )
    chosen = request.GET.get("chart", "")
    chart = chart_of(table, chosen)
    if file_format == "svg" and chart is not None:
        return chart_file(request, table, chart)
    query = request.GET.copy()
    query.pop("format", None)
    sheet = _Sheet(table, request.project.slug, query, wanted.sort)
    return render(
        request,
        "matrix/matrix.html",
        {
            "table": table,
            "rows": sheet.rows(),
            "any": sheet.any(),
            "outside": figures_beside(request.project, table.columns),
            "heads": sheet.heads(),
            "groups": sheet.groups(),
            "wanted": wanted,
            "may_keep": can_see_snapshots(request.member),
            "chart": drawn(chart) if chart is not None else "",
            "charts": chart_options(table, chosen),
            "measures": MEASURES,
            "levels": range(1, LEVELS + 1),
            "questions": tree.roots,
            "aside": aside(wanted.scope, tree),
            "every_coder": _every_coder(query),
            "limits": limits(wanted.scope),
            "undated": undated_sentence(wanted.scope),
            "codes": bool(tree.by_id),
            "blocking": _blocking(wanted, query) if not table.columns.total.sources else [],
            "query": query.urlencode(),
            "saved": saved_views(request, ViewKind.MATRIX),
        },
    )


def _every_coder(query: QueryDict) -> str:
    rest = query.copy()
    rest["coders"] = ALL_CODERS
    return rest.urlencode()


def _blocking(wanted: Asked, query: QueryDict) -> list[tuple[str, str]]:
    """(words, address without it) of each limit that leaves nothing to count."""
    found = []
    for limit in in_the_way(wanted.scope):
        rest = query.copy()
        for name in limit.names:
            rest.pop(name, None)
        found.append((limit.text, f"?{rest.urlencode()}"))
    return found


@project_view()
def cell(request: ProjectRequest) -> HttpResponse:
    """The passages behind a number, grouped by informant: as many as the number says. For htmx without the page."""
    tree = code_tree(request.project)
    wanted = asked(request, tree)
    node, codes = _codes(tree, wanted, request.GET.get("code", ""))
    scope, column = wanted.scope, ""
    key = request.GET.get("column", TOTAL)
    if key != TOTAL:
        try:
            scope, column = behind(scope, wanted.by, key)
        except LookupError:
            raise Http404 from None
    found = quotations(scope, passages(scope, codes), tree)
    people = {who for item in found for who in item.passage.informants}
    query = request.GET.copy()
    for name in ("code", "column"):
        query.pop(name, None)
    name = node.code.name if node else _("Any code")
    return render(
        request,
        "matrix/beside.html" if request.htmx else "matrix/cell.html",
        {
            "name": f"{name} – {column}" if column else name,
            "voices": by_informant(scope, found),
            "passages": len(found),
            "informants": len(people),
            "sources": len({item.source.pk for item in found}),
            "described": [limit.text for limit in limits(wanted.scope)],
            "back": f"{reverse('matrix', args=[request.project.slug])}?{query.urlencode()}",
            "address": request.get_full_path(),
        },
    )


def _codes(tree: CodeTree, wanted: Asked, key: str) -> tuple[CodeNode | None, list[int]]:
    """The code that a key means (None: any code) and the ids that count under it."""
    if key == ANY:
        return None, list(tree.by_id)
    for node in tree.walk():
        if str(node.code.uuid) == key:
            return node, tree.branch_ids(node.code.pk) if wanted.rolled_up else [node.code.pk]
    raise Http404
