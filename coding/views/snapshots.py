"""Kept tables: as they were on a day, what has changed since, and the live table with the same choices."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from coding.actions.errors import Invalid
from coding.actions.snapshots import delete_snapshot, keep_table
from coding.exporting.quotations import FORMATS
from coding.exporting.tables import as_csv, as_xlsx
from coding.models import Role, Snapshot
from coding.permissions import can_delete_snapshot, check_can_see_snapshots
from coding.reports.codebook import code_tree
from coding.reports.counting import MEASURES, WORDS
from coding.reports.kept import Difference, Kept, as_kept, base_of, bases_of, difference
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view
from coding.views.matrix import table_of
from coding.views.matrix_choices import asked, lost_choices
from coding.views.safe import next_address

NOT_KEPT = ("format", "chart", "csrfmiddlewaretoken", "name", "query", "next")
LONGEST_QUERY = 4_000


@dataclass(frozen=True)
class KeptCell:
    """A number as it was; `now` is what it is, where that is another one."""

    was: int
    base: int | None
    now: int | None


@project_view(methods=("GET", "HEAD", "POST"), right=check_can_see_snapshots)
def snapshots(request: ProjectRequest) -> HttpResponse:
    """All kept tables, the latest first; a new one of what `query` asks for."""
    if request.method == "POST":
        return _keep(request)
    rows = Snapshot.objects.filter(project=request.project).select_related("author")
    return render(request, "matrix/snapshots.html", {"snapshots": rows})


def _keep(request: ProjectRequest) -> HttpResponse:
    query = QueryDict(request.POST.get("query", "")[:LONGEST_QUERY])
    pairs = [
        (name, value) for name in query if name not in NOT_KEPT for value in query.getlist(name) if value
    ]
    try:
        row = keep_table(
            actor=request.member,
            name=request.POST.get("name", ""),
            query=pairs,
            table=_live(request, _query(pairs)),
        )
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect(next_address(request, "matrix"))
    messages.success(request, _("The table is kept as it is."))
    return redirect("snapshot", request.project.slug, row.uuid)


def _query(pairs: list) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    return query


def _live(request: ProjectRequest, query: QueryDict) -> Kept:
    """The table as it is now, as everybody in the project sees it: without sources that are not cleared of names."""
    tree = code_tree(request.project)
    wanted = asked(request, tree, query)
    return as_kept(
        table_of(replace(wanted, scope=replace(wanted.scope, member=None, cleared_only=True)), tree)
    )


@project_view(right=check_can_see_snapshots)
def snapshot(request: ProjectRequest, snapshot: uuid.UUID) -> HttpResponse:
    """One kept table with what has changed since; `?format=csv|xlsx` is the table as it was."""
    row = Snapshot.objects.select_related("author").filter(project=request.project, uuid=snapshot).first()
    if row is None:
        raise Http404
    file_format = request.GET.get("format")
    if file_format in ("csv", "xlsx"):
        content = as_csv(row.table) if file_format == "csv" else as_xlsx(row.table)
        return download(
            request,
            content,
            what="kept-table",
            file_format=file_format,
            mime=FORMATS[file_format][1],
            many=len(row.table["rows"]),
        )
    query = _query(row.query)
    lost = lost_choices(query, asked(request, code_tree(request.project), query))
    since = None if lost else difference(row.table, _live(request, query))
    return render(
        request,
        "matrix/snapshot.html",
        {
            "snapshot": row,
            "measure": MEASURES[row.table["measure"]],
            "since": since,
            "heads": list(
                zip(
                    [*(column["name"] for column in row.table["columns"]), _("Total")],
                    bases_of(row.table),
                    strict=True,
                )
            ),
            "rows": _rows(row.table, since),
            "live": f"{reverse('matrix', args=[request.project.slug])}?{query.urlencode()}",
            "may_delete": can_delete_snapshot(request.member, row),
        },
    )


def _rows(table: Kept, since: Difference | None) -> list[tuple[str, int, list[KeptCell]]]:
    """(name, level, cells) of each row; any code is the last."""
    now = {(one.row, one.place): one.now for one in since.cells} if since else {}
    lines = [
        (row["uuid"], row["path"][-1], len(row["path"]) - 1, [*row["values"], row["total"]])
        for row in table["rows"]
    ]
    if table["any"]:
        lines.append(("", _("Any code"), 0, table["any"]))
    with_base = table["measure"] != WORDS
    places = [*range(len(table["columns"])), -1]
    bases = [base_of(table, place) if with_base else None for place in places]
    return [
        (
            name,
            level,
            [KeptCell(was, bases[at], now.get((key, at))) for at, was in enumerate(counts)],
        )
        for key, name, level, counts in lines
    ]


@project_view(Role.CODER, methods=("POST",))
def delete(request: ProjectRequest, snapshot: uuid.UUID) -> HttpResponse:
    """Delete a kept table for good."""
    name = delete_snapshot(actor=request.member, snapshot=snapshot)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
    return redirect("snapshots", request.project.slug)


snapshot_patterns = [
    path("analysis/kept/", snapshots, name="snapshots"),
    path("analysis/kept/<uuid:snapshot>/", snapshot, name="snapshot"),
    path("analysis/kept/<uuid:snapshot>/delete/", delete, name="delete_snapshot"),
]
