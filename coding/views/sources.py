"""The project's overview, the list of its sources, and a source's details."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.errors import Invalid
from coding.actions.sources import clear_source, delete_source, update_source
from coding.forms.attributes import PREFIX
from coding.forms.memos import MemoForm
from coding.forms.sources import SourceForm
from coding.models import Attribute, Membership, Role, Source
from coding.permissions import has_role
from coding.reports import corrections
from coding.reports import informants as people
from coding.reports import sources as report
from coding.reports.ending import reminder
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import headings, is_part, last_event, page_of, tell, tell_change, undo_state
from coding.views.safe import next_address


@project_view()
def overview(request: ProjectRequest) -> HttpResponse:
    """Where the work stands and what comes next."""
    member = request.member
    mine = report.my_sources(member)
    context = {
        "counts": report.counts(member),
        "mine": mine,
        "unlinked": people.unlinked_speakers(member),
        "reviews": corrections.my_reviews(member),
        "uncleared": report.uncleared(request.project) if member.handles_identities else [],
        "ending": reminder(member),
    }
    return render(request, "sources/overview.html", context)


def _columns() -> list[tuple[str, str, bool]]:
    return [
        ("title", _("Title"), False),
        ("kind", _("Kind"), False),
        ("date", _("Date"), False),
        ("words", _("Words"), True),
        ("codings", _("Codings"), True),
        ("coders", _("Coded by"), False),
        ("status", _("Status"), False),
    ]


@project_view()
def sources(request: ProjectRequest) -> HttpResponse:
    """All sources that the member may see, searched, filtered and sorted."""
    rows = report.source_rows(request.member)
    query, sort, only = (request.GET.get(name, "") for name in ("q", "sort", "only"))
    kept = {
        "uncleared": lambda row: row.source.cleared is None,
        "unlinked": lambda row: row.unlinked,
        "unfinished": lambda row: not row.mine_finished,
        "untouched": lambda row: not row.is_begun,
    }.get(only)
    found = report.sort_and_search(filter(kept, rows) if kept else rows, query=query, sort=sort or "title")
    context = {
        "total": len(rows),
        "page": page_of(request, found),
        "found": len(found),
        "query": query,
        "only": only,
        "headings": headings(_columns(), sort or "title"),
        "hidden": 0 if request.member.handles_identities else report.uncleared(request.project).count(),
        "unlinked": sum(row.unlinked for row in rows),
    }
    part = "#results" if is_part(request) else ""
    return render(request, f"sources/list.html{part}", context)


@project_view(methods=("GET", "HEAD", "POST"))
def details(request: ProjectRequest, source: Source) -> HttpResponse:
    """What is known of a source; coders change it."""
    member = request.member
    coders: list[Membership] = []
    if member.is_lead:
        coders = [one for one in request.project.memberships.all() if one.may_code]
    form = SourceForm(
        request.POST or None,
        source=source,
        coders=coders,
        attributes=list(Attribute.objects.filter(project=request.project).prefetch_related("values")),
        values={row.attribute.key: row.value for row in source.values.select_related("attribute", "value")},
    )
    before = last_event(request, f"{source.uuid}/s")
    if request.method == "POST" and form.is_valid() and _saved(member, source, form):
        sentence = _("The details of “%(title)s” are saved.") % {"title": source.title}
        tell_change(request, sentence, f"{source.uuid}/s", before)
        return redirect("source_details", request.project.slug, source.uuid)
    source = Source.objects.select_related("version", "primary_coder", "cleared_by").get(pk=source.pk)
    context = {
        "source": source,
        "form": form,
        "may_change": has_role(member, Role.CODER),
        "speakers": report.speaker_rows(source),
        "memos": source.memos.select_related("author").order_by("id"),
        "memo_form": MemoForm(),
        "about": f"source:{source.uuid}",
        "undo": undo_state(request, f"{source.uuid}/s"),
    }
    return render(request, "sources/details.html", context, status=422 if form.errors else 200)


def _saved(member: Membership, source: Source, form: SourceForm) -> bool:
    try:
        update_source(actor=member, source=source, values=form.values, **form.details)
    except Invalid as error:
        field = error.field if error.field in form.fields else PREFIX + str(error.field)
        form.add_error(field if field in form.fields else None, str(error))
        return False
    return True


@project_view(Role.CODER, methods=("POST",))
def clear(request: ProjectRequest, source: Source) -> HttpResponse:
    """Say that a source's names are out, or, with `cleared=0`, that they are not."""
    cleared = request.POST.get("cleared") != "0"
    clear_source(actor=request.member, source=source, cleared=cleared)
    said: dict[str, Any] = {"title": source.title}
    if cleared:
        sentence = _("“%(title)s” is cleared. Everybody in the project can read it now.") % said
    else:
        sentence = _("“%(title)s” is no longer cleared. Only people who handle identities see it.") % said
    tell(request, sentence, f"{source.uuid}/s")
    return redirect(next_address(request, "sources"))


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def delete(request: ProjectRequest, source: Source) -> HttpResponse:
    """Ask once, saying what goes along; then delete."""
    if request.method == "POST":
        codings = delete_source(actor=request.member, source=source)
        sentence = ngettext(
            "“%(title)s” and %(count)d coding are deleted.",
            "“%(title)s” and %(count)d codings are deleted.",
            codings,
        )
        messages.success(request, sentence % {"title": source.title, "count": codings})
        return redirect("sources", request.project.slug)
    return render(request, "sources/delete.html", {"source": source, "along": report.goes_along(source)})


source_patterns = [
    path("", overview, name="project"),
    path("sources/", sources, name="sources"),
    path("sources/<uuid:source>/details/", details, name="source_details"),
    path("sources/<uuid:source>/clear/", clear, name="source_clear"),
    path("sources/<uuid:source>/delete/", delete, name="source_delete"),
]
