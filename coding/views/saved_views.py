"""Saved views: an analysis page's parameters under a name. Any analysis page shows them with `saved_views`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.views import VIEWS_PAGE, delete_view, rename_view, save_view, share_view
from coding.models import Role, SavedView
from coding.models.analysis import ViewKind
from coding.permissions import Denied, has_role
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import tell
from coding.views.safe import next_address

PAGES = {
    ViewKind.MATRIX: "matrix",
    ViewKind.TOGETHER: "together",
    ViewKind.QUERY: "queries",
    ViewKind.SEARCH: "search",
    ViewKind.CONCORDANCE: "concordance",
    ViewKind.WORDS: "words",
}
# What belongs to one answer of a page, not to what is chosen on it.
_PASSING = {"page", "format", "next", "csrfmiddlewaretoken", "add", "remove"}


@dataclass(frozen=True)
class Listed:
    """A saved view as it is listed; `address` is the page with what was chosen, `change` where it is changed."""

    name: str
    author: str
    shared: bool
    own: bool
    here: bool
    address: str
    change: str


def saved_views(request: ProjectRequest, kind: ViewKind) -> dict[str, Any]:
    """What `analysis/saved_views.html` shows as `saved`: the member's own views of a page, and the shared ones."""
    slug = request.project.slug
    here = _kept(request.GET.urlencode())
    rows = SavedView.objects.filter(project=request.project, kind=kind).select_related("author")
    views = [
        Listed(
            name=row.name,
            author=row.author.name,
            shared=row.shared,
            own=row.author_id == request.member.pk,
            here=[tuple(pair) for pair in row.query] == here,
            address=f"{reverse(PAGES[kind], args=[slug])}?{urlencode([tuple(pair) for pair in row.query])}",
            change=reverse("saved_view", args=[slug, kind, row.uuid]),
        )
        for row in rows
        if row.shared or row.author_id == request.member.pk
    ]
    return {
        "views": sorted(views, key=lambda view: not view.own),
        "query": urlencode(here),
        "save": reverse("save_view", args=[slug, kind]),
        "next": request.get_full_path(),
        "kind": kind,
    }


def _kept(query: str) -> list[tuple[str, str]]:
    """The parameters of an address that a view keeps: what is empty says nothing, but in the rows of a query."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in _PASSING]


def _kind(kind: str) -> ViewKind:
    if kind not in ViewKind.values:
        raise Http404
    return ViewKind(kind)


@project_view(Role.READER, methods=("POST",))
def save(request: ProjectRequest, kind: str) -> HttpResponse:
    """Keep what the page shows under a name; with `shared`, for the whole project."""
    page = PAGES[_kind(kind)]
    try:
        row = save_view(
            actor=request.member,
            kind=kind,
            name=request.POST.get("name", ""),
            query=_kept(request.POST.get("query", "")),
        )
        if request.POST.get("shared") == "1" and not row.shared:
            row = share_view(actor=request.member, view=row.uuid, shared=True)
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect(next_address(request, page))
    sentence = (
        _("“%(name)s” is saved, and shared with the project.") if row.shared else _("“%(name)s” is saved.")
    )
    _tell(request, sentence % {"name": row.name})
    return redirect(next_address(request, page))


@project_view(Role.READER, methods=("POST",))
def change(request: ProjectRequest, kind: str, view: uuid.UUID) -> HttpResponse:
    """Rename, share, take back or delete a view of the member's own."""
    page = PAGES[_kind(kind)]
    act = request.POST.get("act", "")
    try:
        if act == "rename":
            name = rename_view(actor=request.member, view=view, name=request.POST.get("name", "")).name
            sentence = _("It is called “%(name)s” now.")
        elif act in ("share", "unshare"):
            name = share_view(actor=request.member, view=view, shared=act == "share").name
            sentence = (
                _("Everybody in the project sees “%(name)s” now.")
                if act == "share"
                else _("Only you see “%(name)s” now.")
            )
        elif act == "delete":
            name = delete_view(actor=request.member, view=view)
            sentence = _("“%(name)s” is deleted.")
        else:
            raise Http404
    except (Invalid, Conflict, Denied) as refused:
        messages.error(request, str(refused))
    else:
        _tell(request, sentence % {"name": name})
    return redirect(next_address(request, page))


def _tell(request: ProjectRequest, sentence: str) -> None:
    tell(request, sentence, VIEWS_PAGE if has_role(request.member, Role.CODER) else "")


saved_view_patterns = [
    path("views/<str:kind>/", save, name="save_view"),
    path("views/<str:kind>/<uuid:view>/", change, name="saved_view"),
]
