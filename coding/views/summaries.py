"""One summary: writing it beside the passages it rests on, and its way to approval.

Each button of the editor sends the text along: what was typed is stored first, then done what the button says. The
column stands in the address (`?by=`, `?key=`).
"""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.actions import comments
from coding.actions.errors import Conflict, Invalid
from coding.actions.summaries import (
    Cell,
    Overtaken,
    look,
    pin,
    restore_text,
    take_step,
    unpin,
    write_summary,
)
from coding.models import Coding, Role, Summary, Theme
from coding.models.themes import TRANSITIONS, Transition
from coding.permissions import (
    check_can_see_source,
    check_can_see_summaries,
    check_can_see_summary,
    has_role,
    steps_open_to,
)
from coding.reports import summaries as report
from coding.reports.codebook import code_tree
from coding.reports.themes import Board
from coding.views.coding_words import summary_words
from coding.views.codings import Body, misread
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import page_of, tell, undo_state
from coding.views.themes import find_theme

PER_PAGE = 40
_DONE = {
    "submit": gettext_lazy("The summary is submitted."),
    "take_back": gettext_lazy("The summary is taken back: you can write on."),
    "ask": gettext_lazy("The summary goes back to its authors."),
    "approve": gettext_lazy("The summary is approved."),
    "approve_again": gettext_lazy("The summary is approved as it is now."),
    "reopen": gettext_lazy("The summary is a draft again."),
}


def _cell(request: ProjectRequest, theme: uuid.UUID) -> Cell:
    return Cell(theme, request.GET.get("by", "")[:60], request.GET.get("key", "")[:36])


def _address(request: ProjectRequest, cell: Cell, name: str = "summary", **more: str) -> str:
    query = {k: v for k, v in {"by": cell.by, "key": cell.key, **more}.items() if v}
    address = reverse(name, args=[request.project.slug, cell.theme])
    return f"{address}?{urlencode(query)}" if query else address


def _row(theme: Theme, cell: Cell) -> Summary | None:
    return (
        Summary.objects.filter(theme=theme, by=cell.by, key=cell.key)
        .select_related("state_by", "submitted_by", "changed_by")
        .first()
    )


def _seen(request: ProjectRequest, theme: uuid.UUID) -> tuple[Theme, Cell, Summary | None]:
    """The theme, the cell and its summary, which the member may see. Raises Http404, Denied."""
    found, cell = find_theme(request, theme), _cell(request, theme)
    check_can_see_summaries(request.member)
    row = _row(found, cell)
    if row is not None:
        check_can_see_summary(request.member, row)
    return found, cell, row


@project_view(methods=("GET", "HEAD", "POST"))
def summary(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """The summary of a cell; a POST stores its text (`body`, `revision`)."""
    found, cell, _summary = _seen(request, theme)
    if request.method == "POST":
        try:
            _store(request, cell)
        except Overtaken as refused:
            return _page(request, found, cell, refused.summary, conflict=refused)
        messages.success(request, _("The text is saved."))
        return HttpResponseRedirect(_address(request, cell))
    return _page(request, found, cell, _summary)


def _page(
    request: ProjectRequest,
    theme: Theme,
    cell: Cell,
    row: Summary | None,
    conflict: Overtaken | None = None,
) -> HttpResponse:
    member, tree = request.member, code_tree(request.project)
    try:
        scope, name, informant = report.column_scope(member, cell.by, cell.key)
    except LookupError:
        if row is None:
            raise Http404 from None
        scope, name, informant = None, _("a column that is gone"), None
    board = Board(member, [theme], tree)
    state = board.cell(theme, cell.by, cell.key, name or _("All together"))
    passages = report.passages_behind(scope, board.codes[theme.pk], informant) if scope else []
    page = page_of(request, passages, PER_PAGE)
    offered = report.offered(scope, list(page.object_list), tree, row) if scope else []
    threads = report.threads(row) if row else []
    reads_only = conflict is None and "write" not in request.GET and report.sent_back(row, member)
    context: dict[str, Any] = {
        "theme_row": theme,
        "state": state,
        "row": row,
        "body": row.body if row else "",
        "revision": row.revision if row else 0,
        "reads": report.as_it_reads(row.body if row else "", threads),
        "threads": threads,
        "pinned": report.pinned(member, row, tree, state.stale) if row else [],
        "offered": _with_keys(offered),
        "page": page,
        "found": len(passages),
        "query": urlencode({k: v for k, v in (("by", cell.by), ("key", cell.key)) if v}),
        "may_write": has_role(member, Role.CODER) and (row is None or row.is_writable) and not reads_only,
        "reads_only": reads_only,
        "may_resolve": has_role(member, Role.CODER),
        "steps": _steps(request, row) if not reads_only else [],
        # Who has said what should be changed need not say it twice.
        "must_say_why": not any(
            thread.comment.author_id == member.pk and not thread.comment.resolved for thread in threads
        ),
        "words": summary_words(),
        "undo": undo_state(request, str(row.uuid)) if row else None,
        "conflict": conflict,
    }
    if conflict is not None:
        context |= {
            "typed": request.POST.get("body", ""),
            "theirs": report.as_it_reads(conflict.summary.body),
        }
    elif row is not None and request.method == "GET":
        look(actor=member, summary=row)
    return render(request, "themes/summary.html", context, status=409 if conflict else 200)


def _steps(request: ProjectRequest, row: Summary | None) -> list[Transition]:
    """What the member may do next; while there is no text yet, with the text that is being typed."""
    steps = steps_open_to(request.member, row)
    return steps if row and row.body.strip() else [step for step in steps if step.name == "submit"]


def _with_keys(offered: list[report.Offered]) -> list[tuple[report.Offered, uuid.UUID]]:
    """The passages with the UUID of the coding by which each is pinned. One query."""
    keys = dict(Coding.objects.filter(pk__in=[one.coding for one in offered]).values_list("pk", "uuid"))
    return [(one, keys[one.coding]) for one in offered]


def _store(request: ProjectRequest, cell: Cell) -> int:
    """Store the text that a form sends along, if it does; answers the revision that stands then."""
    revision = _number(request.POST.get("revision", "0"))
    if "body" not in request.POST:
        return revision
    row = write_summary(actor=request.member, cell=cell, body=request.POST["body"], revision=revision)
    return row.revision


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise misread()
    return int(text)


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise misread() from None


@project_view(Role.CODER, methods=("PUT",))
def save_summary(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Store the text as it is typed: `body` and `revision` in JSON. 409 brings the text that somebody else stored."""
    _found, cell, _row = _seen(request, theme)
    body = Body(request)
    try:
        row = write_summary(
            actor=request.member, cell=cell, body=body.text("body"), revision=body.integer("revision")
        )
    except Overtaken as refused:
        theirs = {"body": refused.summary.body, "revision": refused.summary.revision}
        theirs["open"] = refused.summary.is_writable
        return JsonResponse({"error": str(refused), "theirs": theirs}, status=409)
    return JsonResponse({"revision": row.revision})


@project_view(Role.CODER, methods=("POST",))
def pin_passage(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Pin the passage of `coding`; JSON answers its number."""
    found, cell, _summary = _seen(request, theme)
    try:
        _store(request, cell)
    except Overtaken as refused:
        return _page(request, found, cell, refused.summary, conflict=refused)
    evidence = pin(actor=request.member, cell=cell, coding=_key(request.POST.get("coding", "")))
    if _wants_json(request):
        return JsonResponse({"number": evidence.number})
    page = str(evidence.summary.uuid)
    tell(
        request,
        _("Pinned as [E%(number)s]: write that where the text rests on it.") % {"number": evidence.number},
        page,
    )
    return HttpResponseRedirect(
        _address(request, cell, page=request.POST.get("page", "")) + f"#e{evidence.number}"
    )


def _wants_json(request: ProjectRequest) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


@project_view(Role.CODER, methods=("POST",))
def unpin_passage(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Take the evidence `number` off, where the text does not cite it."""
    found, cell, _summary = _seen(request, theme)
    number = _number(request.POST.get("number", ""))
    try:
        _store(request, cell)
        unpin(actor=request.member, cell=cell, number=number)
    except Overtaken as refused:
        return _page(request, found, cell, refused.summary, conflict=refused)
    except Invalid as refused:
        messages.error(request, str(refused))
    else:
        row = _row(found, cell)
        tell(request, _("The passage is no longer pinned."), str(row.uuid) if row else "")
    return HttpResponseRedirect(_address(request, cell))


@project_view(methods=("POST",))
def step_summary(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Take the summary a `step` on (submit, approve ...)."""
    found, cell, _summary = _seen(request, theme)
    name = request.POST.get("step", "")
    behind: list[int] = []
    if name.startswith("approve"):
        behind = Board(request.member, [found]).behind_ids(found, cell.by, cell.key)
    try:
        revision = _store(request, cell)
        reason = request.POST.get("reason", "") if name == "ask" else ""
        take_step(actor=request.member, cell=cell, name=name, revision=revision, behind=behind, reason=reason)
    except Overtaken as refused:
        return _page(request, found, cell, refused.summary, conflict=refused)
    except (Invalid, Conflict) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, str(_DONE[name]))
    return HttpResponseRedirect(_address(request, cell))


@project_view(methods=("POST",))
def comment_summary(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Comment on the summary (`quote`: on these words), or answer the comment `answers`."""
    _found, cell, _summary = _seen(request, theme)
    answers = request.POST.get("answers", "")
    try:
        comments.comment(
            actor=request.member,
            cell=cell,
            body=request.POST.get("comment", ""),
            quote=request.POST.get("quote", ""),
            answers=_key(answers) if answers else None,
        )
    except (Invalid, Conflict) as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(_address(request, cell) + "#comments")


@project_view(Role.CODER, methods=("POST",))
def resolve_comment(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Say that `comment` is dealt with (`resolved`: 1), or open it again."""
    _found, cell, _summary = _seen(request, theme)
    comments.resolve(
        actor=request.member,
        cell=cell,
        comment=_key(request.POST.get("comment", "")),
        resolved=request.POST.get("resolved") == "1",
    )
    return HttpResponseRedirect(_address(request, cell) + "#comments")


@project_view(methods=("GET", "HEAD", "POST"))
def summary_history(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """The earlier texts with their differences; a POST makes `text` the text again."""
    found, cell, row = _seen(request, theme)
    if request.method == "POST":
        restore_text(
            actor=request.member,
            cell=cell,
            text=_number(request.POST.get("text", "")),
            revision=_number(request.POST.get("revision", "")),
        )
        messages.success(request, _("The earlier text is the text again."))
        return HttpResponseRedirect(_address(request, cell))
    context = {
        "theme_row": found,
        "row": row,
        "versions": report.history(row) if row else [],
        "back": _address(request, cell),
        "here": request.get_full_path(),
        "may_write": has_role(request.member, Role.CODER) and row is not None and row.is_writable,
    }
    return render(request, "themes/history.html", context)


@project_view()
def cited_passage(request: ProjectRequest, theme: uuid.UUID, number: int) -> HttpResponse:
    """Open the evidence `number` where it stands in its source."""
    _found, _cell_of, row = _seen(request, theme)
    evidence = row.evidence.select_related("source").filter(number=number).first() if row else None
    if evidence is None:
        raise Http404
    check_can_see_source(request.member, evidence.source)
    place = report.passage_of(evidence)
    address = reverse("source", args=[request.project.slug, evidence.source.uuid])
    return HttpResponseRedirect(f"{address}#o={place[0]}-{place[1]}" if place else address)


assert set(_DONE) == {step.name for step in TRANSITIONS}

summary_patterns = [
    path("themes/<uuid:theme>/summary/", summary, name="summary"),
    path("themes/<uuid:theme>/summary/save/", save_summary, name="save_summary"),
    path("themes/<uuid:theme>/summary/pin/", pin_passage, name="pin_passage"),
    path("themes/<uuid:theme>/summary/unpin/", unpin_passage, name="unpin_passage"),
    path("themes/<uuid:theme>/summary/step/", step_summary, name="step_summary"),
    path("themes/<uuid:theme>/summary/comment/", comment_summary, name="comment_summary"),
    path("themes/<uuid:theme>/summary/resolve/", resolve_comment, name="resolve_comment"),
    path("themes/<uuid:theme>/summary/history/", summary_history, name="summary_history"),
    path("themes/<uuid:theme>/summary/e/<int:number>/", cited_passage, name="cited_passage"),
]
