"""The list of a project's sources, who has which, and a source's details."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.assigning import ASSIGNING_PAGE, assign
from coding.actions.errors import Conflict, Invalid
from coding.actions.sources import clear_source, delete_source, update_source
from coding.forms.attributes import PREFIX
from coding.forms.memos import MemoForm
from coding.forms.sources import SourceForm
from coding.models import Attribute, Membership, Role, Source
from coding.permissions import Denied, has_role
from coding.reports import sources as report
from coding.reports.blindness import is_blind_in
from coding.reports.team import coders_to_choose, left_with_sources, with_parts, works_in
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import headings, is_part, last_event, page_of, tell, tell_change, undo_state
from coding.views.safe import next_address


def _columns() -> list[tuple[str, str, bool]]:
    return [
        ("title", _("Title"), False),
        ("kind", _("Kind"), False),
        ("date", _("Date"), False),
        ("words", _("Words"), True),
        ("codings", _("Codings"), True),
        ("coders", _("Who has it"), False),
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
        "unfinished": lambda row: row.mine is None or not row.mine.finished,
        "mine": lambda row: row.mine is not None,
        "unassigned": lambda row: not row.is_assigned,
        "untouched": lambda row: not row.is_begun,
    }.get(only)
    found = report.sort_and_search(filter(kept, rows) if kept else rows, query=query, sort=sort or "title")
    page = page_of(request, found)
    with_parts(request.member, {row.source.pk: row.coders for row in page})
    context = {
        "total": len(rows),
        "page": page,
        "found": len(found),
        "query": query,
        "only": only,
        "headings": headings(_columns(), sort or "title"),
        "hidden": 0 if request.member.handles_identities else report.uncleared(request.project).count(),
        "unlinked": sum(row.unlinked for row in rows),
        "coders": coders_to_choose(request.project) if request.member.is_lead else [],
        "left": left_with_sources(request.project) if request.member.is_lead else [],
        "undo": undo_state(request, ASSIGNING_PAGE),
    }
    part = "#results" if is_part(request) else ""
    return render(request, f"sources/list.html{part}", context)


@project_view(Role.LEAD, methods=("POST",))
def assign_sources(request: ProjectRequest) -> HttpResponse:
    """Give the ticked sources to a coder, or (`take`) take them back."""
    given = request.POST.get("do") != "take"
    back = redirect(next_address(request, "sources"))
    try:
        sources = _ticked(request)
        coder = _coder(request)
        changed = assign(
            actor=request.member, sources=sources, coders=[coder] if coder else [], assigned=given
        )
    except (Conflict, Denied, Invalid) as refused:
        messages.error(request, str(refused))
        return back
    if not changed:
        messages.info(request, _("Nothing was changed: it was so already."))
        return back
    if given:
        sentence = ngettext(
            "%(name)s has %(count)d source more.", "%(name)s has %(count)d sources more.", changed
        )
    else:
        sentence = ngettext(
            "%(count)d source is taken back from %(name)s. What is coded stays.",
            "%(count)d sources are taken back from %(name)s. What is coded stays.",
            changed,
        )
    tell(request, sentence % {"name": coder.name if coder else "", "count": changed}, ASSIGNING_PAGE)
    return back


def _ticked(request: ProjectRequest) -> list[Source]:
    """The sources that the form names; what is none, or gone, is Conflict rather than passed over."""
    keys = set(request.POST.getlist("source"))
    try:
        found = list(Source.objects.filter(project=request.project, uuid__in=keys))
    except ValidationError:
        found = []
    if len(found) != len(keys):
        raise Conflict(_("A source is gone. Load the page again; nothing was changed."))
    return found


def _coder(request: ProjectRequest) -> Membership | None:
    try:
        return request.project.memberships.filter(uuid=request.POST.get("coder", "")).first()
    except ValidationError:
        return None


@project_view(methods=("GET", "HEAD", "POST"))
def details(request: ProjectRequest, source: Source) -> HttpResponse:
    """What is known of a source; coders change it."""
    member = request.member
    coders: list[Membership] = []
    # Who coded a source first would tell who is blind there that somebody has.
    blind = is_blind_in(member, source)
    if member.is_lead and not blind:
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
    works = works_in(member, {source.pk: source}).get(source.pk, [])
    with_parts(member, {source.pk: works})
    context = {
        "source": source,
        "form": form,
        "may_change": has_role(member, Role.CODER),
        "speakers": report.speaker_rows(source),
        "blind": blind,
        "works": works,
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
    return render(
        request, "sources/delete.html", {"source": source, "along": report.goes_along(source, request.member)}
    )


source_patterns = [
    path("sources/", sources, name="sources"),
    path("sources/assign/", assign_sources, name="sources_assign"),
    path("sources/<uuid:source>/details/", details, name="source_details"),
    path("sources/<uuid:source>/clear/", clear, name="source_clear"),
    path("sources/<uuid:source>/delete/", delete, name="source_delete"),
]
