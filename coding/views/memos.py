"""All memos of a project in one list, and writing, changing and deleting one."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from coding.actions.memos import change_memo, write_memo
from coding.actions.recording import CODEBOOK_PAGE
from coding.forms.memos import MemoForm
from coding.models import Code, Informant, Memo, Role, Source
from coding.permissions import Denied, check_can_change_memo, has_role
from coding.reports.memos import KINDS, about_of, memo_rows
from coding.reports.sources import visible_memos
from coding.views.guard import ProjectRequest, find_source, project_view
from coding.views.lists import is_part, last_event, page_of, tell, tell_change, undo_state
from coding.views.safe import next_address


def _kinds() -> list[tuple[str, str]]:
    names = (_("the project"), _("sources"), _("codes"), _("codings"), _("informants"))
    return list(zip(KINDS, names, strict=True))


@project_view(methods=("GET", "HEAD", "POST"))
def memos(request: ProjectRequest) -> HttpResponse:
    """All memos, the latest first; a new one about the project, or about what `about` names."""
    if request.method == "POST":
        return _write(request)
    query, kind, mine = request.GET.get("q", ""), request.GET.get("kind", ""), request.GET.get("mine", "")
    rows = memo_rows(request.member, query=query, kind=kind, mine=bool(mine))
    return _page(request, MemoForm(), rows, query=query, kind=kind, mine=mine)


def _page(request: ProjectRequest, form: MemoForm, rows: Any, **asked: str) -> HttpResponse:
    context = {
        **asked,
        "page": page_of(request, rows, 50),
        "found": len(rows),
        "any": bool(rows) or visible_memos(request.member).exists(),
        "kinds": _kinds(),
        "form": form,
        "may_change": has_role(request.member, Role.CODER),
        "undo": undo_state(request, CODEBOOK_PAGE),
    }
    part = "#results" if is_part(request) else ""
    return render(request, f"memos/list.html{part}", context, status=422 if form.errors else 200)


def _write(request: ProjectRequest) -> HttpResponse:
    form = MemoForm(request.POST)
    if not form.is_valid():
        return _page(request, form, memo_rows(request.member), query="", kind="", mine="")
    about = _subject(request, request.POST.get("about", ""))
    write_memo(actor=request.member, body=form.cleaned_data["body"], about=about)
    tell(request, _("The memo is saved."), CODEBOOK_PAGE)
    return redirect(next_address(request, "memos"))


def _subject(request: ProjectRequest, about: str) -> Source | Code | Informant | None:
    """What `kind:uuid` names in the project. Raises Http404, Denied."""
    kind, _colon, key = about.partition(":")
    if not about:
        return None
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        raise Http404 from None
    if kind == "source":
        return find_source(request.member, wanted)
    models: dict[str, type[Code] | type[Informant]] = {"code": Code, "informant": Informant}
    found = (
        models[kind].objects.filter(project=request.project, uuid=wanted).first() if kind in models else None
    )
    if found is None:
        raise Http404
    return found


@project_view(methods=("GET", "HEAD", "POST"))
def memo(request: ProjectRequest, memo: uuid.UUID) -> HttpResponse:
    """One memo; its author and leads change it, an empty one is deleted."""
    row = _find(request, memo)
    form = MemoForm(request.POST or None, initial={"body": row.body})
    form.fields["body"].required = False
    before = last_event(request, CODEBOOK_PAGE)
    if request.method == "POST" and form.is_valid():
        kept = change_memo(actor=request.member, memo=row.uuid, body=form.cleaned_data["body"])
        sentence = _("The memo is saved.") if kept else _("The memo is deleted.")
        tell_change(request, sentence, CODEBOOK_PAGE, before)
        return redirect(next_address(request, "memos"))
    context = {
        "memo": row,
        "about": about_of(row),
        "form": form,
        "may_change": _may(request, row),
    }
    return render(request, "memos/memo.html", context, status=422 if form.errors else 200)


@project_view(Role.CODER, methods=("POST",))
def delete(request: ProjectRequest, memo: uuid.UUID) -> HttpResponse:
    """Delete a memo; it can be undone."""
    row = _find(request, memo)
    change_memo(actor=request.member, memo=row.uuid, body="")
    tell(request, _("The memo is deleted."), CODEBOOK_PAGE)
    return redirect(next_address(request, "memos"))


def _find(request: ProjectRequest, key: uuid.UUID) -> Memo:
    related = ("author", "source", "code", "informant", "coding__source", "coding__code")
    row = visible_memos(request.member).select_related(*related).filter(uuid=key).first()
    if row is None:
        raise Http404
    return row


def _may(request: ProjectRequest, row: Memo) -> bool:
    try:
        check_can_change_memo(request.member, row)
    except Denied:
        return False
    return True


memo_patterns = [
    path("memos/", memos, name="memos"),
    path("memos/<uuid:memo>/", memo, name="memo"),
    path("memos/<uuid:memo>/delete/", delete, name="memo_delete"),
]
