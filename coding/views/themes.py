"""Themes: the grid, what waits for one, and making, changing and placing a theme."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.errors import Invalid
from coding.actions.themes import THEMES_PAGE, create_theme, delete_theme, move_theme, update_theme
from coding.forms.themes import ThemeForm
from coding.models import Role, Theme
from coding.models.attributes import CITY
from coding.permissions import has_role
from coding.reports.codebook import code_tree
from coding.reports.themes import Board, choices_of_columns, themes_of
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import tell, undo_state


@project_view()
def themes(request: ProjectRequest) -> HttpResponse:
    """The grid: themes by `?by=` (an attribute's key, or the informants)."""
    by = request.GET.get("by", CITY)
    board = Board(request.member, themes_of(request.member))
    try:
        grid = board.grid(by)
    except LookupError:
        raise Http404 from None
    return render(
        request,
        "themes/grid.html",
        {
            "grid": grid,
            "choices": choices_of_columns(request.member),
            "may_read": board.may_read,
            "waiting": board.waiting(),
            "may_write": has_role(request.member, Role.CODER),
            "may_place": has_role(request.member, Role.LEAD),
            "undo": undo_state(request, THEMES_PAGE),
        },
    )


@project_view()
def waiting(request: ProjectRequest) -> HttpResponse:
    """What waits for the member, what changed since they looked, what is stale, and what few voices speak for."""
    board = Board(request.member, themes_of(request.member))
    written = board.written()
    return render(
        request,
        "themes/waiting.html",
        {
            "may_read": board.may_read,
            "written": written,
            "waits": [cell for cell in written if cell.waits],
            "changed": [cell for cell in written if cell.changed and not cell.waits],
            "stale": [cell for cell in written if cell.stale and not cell.waits],
            "newer": [cell for cell in written if cell.new],
            "thin": [cell for cell in written if cell.thin],
        },
    )


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def new_theme(request: ProjectRequest) -> HttpResponse:
    """Add a theme."""
    return _form(request, None)


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def edit_theme(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Change a theme."""
    return _form(request, find_theme(request, theme))


def _form(request: ProjectRequest, row: Theme | None) -> HttpResponse:
    tree = code_tree(request.project)
    if request.method == "POST":
        form = ThemeForm(request.POST, tree=tree)
        if form.is_valid():
            fields = form.cleaned_data | {"codes": [uuid.UUID(key) for key in form.cleaned_data["codes"]]}
            try:
                if row is None:
                    row = create_theme(actor=request.member, **fields)
                else:
                    row = update_theme(actor=request.member, theme=row.uuid, **fields)
            except Invalid as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                tell(request, _("“%(title)s” is saved.") % {"title": row.title}, THEMES_PAGE)
                return redirect("themes", request.project.slug)
        chosen = set(request.POST.getlist("codes"))
    else:
        chosen = {str(code.uuid) for code in row.codes.all()} if row else set()
        initial = {"title": row.title, "description": row.description} if row else {}
        form = ThemeForm(tree=tree, initial=initial)
    context = {
        "form": form,
        "row": row,
        "tree": tree,
        "chosen": chosen,
        "may_delete": row is not None and has_role(request.member, Role.LEAD),
        "written": row.summaries.exclude(body="").count() if row else 0,
    }
    return render(request, "themes/form.html", context, status=422 if form.errors else 200)


@project_view(Role.LEAD, methods=("POST",))
def remove_theme(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Delete a theme with what is written of it."""
    row = find_theme(request, theme)
    many = delete_theme(actor=request.member, theme=row.uuid)
    if many:
        said = ngettext(
            "“%(title)s” is deleted, with %(many)d summary.",
            "“%(title)s” is deleted, with %(many)d summaries.",
            many,
        )
        messages.success(request, said % {"title": row.title, "many": many})
    else:
        tell(request, _("“%(title)s” is deleted.") % {"title": row.title}, THEMES_PAGE)
    return redirect("themes", request.project.slug)


@project_view(Role.LEAD, methods=("POST",))
def place_theme(request: ProjectRequest, theme: uuid.UUID) -> HttpResponse:
    """Move a theme by one place: `step` up or down."""
    row = find_theme(request, theme)
    rows = [other.uuid for other in Theme.objects.filter(project=request.project)]
    at = rows.index(row.uuid)
    place = max(at - 1, 0) if request.POST.get("step") == "up" else at + 2
    before = rows[place] if place < len(rows) else None
    if before != row.uuid:
        move_theme(actor=request.member, theme=row.uuid, before=before)
    return redirect("themes", request.project.slug)


def find_theme(request: ProjectRequest, theme: uuid.UUID) -> Theme:
    """A theme of the project. Raises Http404."""
    row = Theme.objects.filter(project=request.project, uuid=theme).first()
    if row is None:
        raise Http404
    return row


theme_patterns = [
    path("themes/", themes, name="themes"),
    path("themes/waiting/", waiting, name="themes_waiting"),
    path("themes/new/", new_theme, name="new_theme"),
    path("themes/<uuid:theme>/", edit_theme, name="theme"),
    path("themes/<uuid:theme>/delete/", remove_theme, name="delete_theme"),
    path("themes/<uuid:theme>/place/", place_theme, name="place_theme"),
]
