"""The analysis: codes by city, informant type or source; and the passages behind each number."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from coding.exporting.quotations import FORMATS
from coding.exporting.tables import as_csv, as_xlsx
from coding.models import Attribute, Value
from coding.models.attributes import CITY
from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.reports.columns import SOURCE
from coding.reports.counting import INFORMANTS, MEASURES, WORDS, share
from coding.reports.coverage import aside
from coding.reports.frequencies import Frequencies, Row, frequencies
from coding.reports.passages import ALL_CODERS, PRIMARY, Cell, Scope, passages
from coding.reports.quotations import by_informant, quotations
from coding.reports.selection import NOT_SET, Filter, columns_for, conditions, filters, source_of
from coding.templatetags.kodebenk import number
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view

TOTAL = "total"


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    scope: Scope
    filters: list[Filter]
    by: str
    measure: str
    rolled_up: bool
    question: str
    hide_empty: bool


def asked(request: ProjectRequest) -> Asked:
    """The address read; what it does not say, or says wrongly, is as it is by default."""
    query = request.GET
    chosen = filters(request.project, query)
    by = query.get("by", CITY)
    keys = {attribute.key for attribute in columns_for(request.project)} | {SOURCE}
    scope = Scope(
        project=request.project,
        member=request.member,
        coders=ALL_CODERS if query.get("coders") == ALL_CODERS else PRIMARY,
        values=conditions(chosen),
        finished_only=query.get("finished") == "1",
    )
    return Asked(
        scope=scope,
        filters=chosen,
        by=by if by in keys else CITY,
        measure=query.get("measure", INFORMANTS) if query.get("measure") in MEASURES else INFORMANTS,
        rolled_up=query.get("flat") != "1",
        question=query.get("question", ""),
        hide_empty=query.get("empty") == "hide",
    )


@dataclass(frozen=True)
class Shown:
    """A number of the table as it is shown: `of` is what it is compared with, `address` what is behind it."""

    count: int
    of: str
    heat: int
    address: str


@dataclass(frozen=True)
class ShownRow:
    node: CodeNode
    address: str
    cells: list[Shown]


class _Sheet:
    """A table made ready for the page: everything that is said of a number is said here, once for all its cells."""

    def __init__(self, table: Frequencies, slug: str, query: str) -> None:
        self._table = table
        self._slug = slug
        self._cell = f"{reverse('cell', args=[slug])}?{query}"
        width = len(table.columns.columns)
        self._places: list[int | None] = [*range(width), None]
        self._keys = [str(column.key or NOT_SET) for column in table.columns.columns] + [TOTAL]
        self._of = [self._compared(table.base(place)) for place in self._places]

    def _compared(self, base: int | None) -> str:
        if base is None or self._table.measure == WORDS:
            return ""
        return _("of %(base)s") % {"base": number(base)}

    def rows(self, question: str, hide_empty: bool) -> list[ShownRow]:
        """The rows of one research question (empty: all), with or without those in which nothing stands."""
        rows, root = [], ""
        for row in self._table.rows:
            if not row.node.depth:
                root = str(row.node.code.uuid)
            if (question and root != question) or (hide_empty and not row.total):
                continue
            address = reverse("code", args=[self._slug, row.node.code.uuid])
            rows.append(ShownRow(row.node, address, self._cells(row)))
        return rows

    def _cells(self, row: Row) -> list[Shown]:
        behind = f"{self._cell}&code={row.node.code.uuid}&column="
        in_words = self._table.measure == WORDS
        return [
            Shown(
                count,
                self._share(count, at) if in_words else self._of[at],
                self._table.heat(count, self._places[at]),
                behind + self._keys[at],
            )
            for at, count in enumerate((*row.values, row.total))
        ]

    def _share(self, words: int, at: int) -> str:
        part = share(words, self._table.columns.bases[at])
        if part is None:
            return ""
        return "<1 %" if part < 0.005 else f"{round(100 * part)} %"


@project_view()
def matrix(request: ProjectRequest) -> HttpResponse:
    """The table of codes by columns; `?format=csv|xlsx` is the same as a file."""
    wanted = asked(request)
    tree = code_tree(request.project)
    table = frequencies(
        wanted.scope, by=wanted.by, measure=wanted.measure, rolled_up=wanted.rolled_up, tree=tree
    )
    file_format = request.GET.get("format")
    if file_format in ("csv", "xlsx"):
        content = as_csv(table) if file_format == "csv" else as_xlsx(table)
        mime = FORMATS[file_format][1]
        return download(
            request, content, what="frequencies", file_format=file_format, mime=mime, many=len(table.rows)
        )
    query = request.GET.copy()
    query.pop("format", None)
    return render(
        request,
        "matrix/matrix.html",
        {
            "table": table,
            "rows": _Sheet(table, request.project.slug, query.urlencode()).rows(
                wanted.question, wanted.hide_empty
            ),
            "wanted": wanted,
            "measures": MEASURES,
            "attributes": columns_for(request.project),
            "questions": tree.roots,
            "aside": aside(wanted.scope, tree),
            "query": query.urlencode(),
            "narrowed": sum(
                [
                    *(bool(item.chosen) for item in wanted.filters if item.attribute.key != wanted.by),
                    wanted.scope.coders == ALL_CODERS,
                    not wanted.rolled_up,
                    wanted.scope.finished_only,
                    wanted.hide_empty,
                ]
            ),
        },
    )


@project_view()
def cell(request: ProjectRequest) -> HttpResponse:
    """The passages behind a number, grouped by informant: as many as the number says."""
    wanted = asked(request)
    tree = code_tree(request.project)
    node = _code(tree, request.GET.get("code", ""))
    codes = tree.branch_ids(node.code.pk) if wanted.rolled_up else [node.code.pk]
    scope, place, column_name = _column(request, wanted, request.GET.get("column", TOTAL))
    found = quotations(scope, passages(scope, codes, place), tree)
    people = {who for item in found for who in item.passage.informants}
    query = request.GET.copy()
    for name in ("code", "column"):
        query.pop(name, None)
    return render(
        request,
        "matrix/cell.html",
        {
            "node": node,
            "column": column_name,
            "voices": by_informant(scope, found),
            "passages": len(found),
            "informants": len(people),
            "sources": len({item.source.pk for item in found}),
            "wanted": wanted,
            "described": [item.described for item in wanted.filters if item.chosen],
            "back": f"{reverse('matrix', args=[request.project.slug])}?{query.urlencode()}",
        },
    )


def _code(tree: CodeTree, key: str) -> CodeNode:
    for node in tree.walk():
        if str(node.code.uuid) == key:
            return node
    raise Http404


def _column(request: ProjectRequest, wanted: Asked, key: str) -> tuple[Scope, Cell | None, str]:
    """The scope and cell that a column's key means, and the column's name (empty for the total)."""
    if key == TOTAL:
        return wanted.scope, None, ""
    if wanted.by == SOURCE:
        source = source_of(request.member, key)
        if source is None:
            raise Http404
        return replace(wanted.scope, sources=frozenset({source.pk})), None, source.title
    attribute = Attribute.objects.get(project=request.project, key=wanted.by)
    if key == NOT_SET:
        return wanted.scope, Cell(attribute.pk, None), ""
    value = Value.objects.filter(attribute=attribute, uuid=_uuid(key)).first()
    if value is None:
        raise Http404
    return wanted.scope, Cell(attribute.pk, value.pk), value.label()


def _uuid(key: str) -> uuid.UUID:
    try:
        return uuid.UUID(key)
    except ValueError:
        raise Http404 from None
