"""Figures from elsewhere: a table out of a file with a preview, what there is, and changing it."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.errors import Invalid
from coding.actions.informants import BadRows
from coding.actions.outside import PAGE, add_figures, delete_figures, figures_of, rename_figures
from coding.forms.figures import FiguresForm, FiguresLinesForm
from coding.models import Attribute, OutsideRow, Role
from coding.reports.selection import columns_for
from coding.views.guard import ProjectRequest, project_view
from coding.views.informants_import import read_upload
from coding.views.lists import last_event, tell, tell_change, undo_state


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def figures(request: ProjectRequest) -> HttpResponse:
    """The rows there are; a file and what it would add."""
    attributes = columns_for(request.project)
    form = FiguresForm(request.POST or None, request.FILES or None, attributes=attributes)
    context: dict[str, object] = {"form": form}
    refused = False
    if request.method == "POST" and form.is_valid():
        attribute = next(one for one in attributes if one.key == form.cleaned_data["attribute"])
        try:
            lines = [(row.line, dict(row.cells)) for row in read_upload(form.cleaned_data["file"])]
            rows = figures_of(attribute, lines)
        except BadRows as bad:
            refused, context["bad"] = True, bad.errors
        except Invalid as error:
            form.add_error("file", str(error))
        else:
            context["preview"] = _listed(attribute, [(row.name, dict(row.numbers)) for row in rows])
            fields = form.cleaned_data | {"lines": json.dumps(lines, ensure_ascii=False)}
            context["lines"] = FiguresLinesForm(initial=fields, attributes=attributes)
    context["tables"] = [
        (attribute, _listed(attribute, [(row, _numbers(row)) for row in attribute.outside_rows.all()]))
        for attribute in attributes
        if attribute.outside_rows.exists()
    ]
    context["undo"] = undo_state(request, PAGE)
    return render(request, "matrix/figures.html", context, status=422 if form.errors or refused else 200)


def _numbers(row: OutsideRow) -> dict[int, float]:
    return {int(value): number for value, number in row.figures.items()}


def _listed(attribute: Attribute, rows: list) -> tuple[list[str], list]:
    """The values' names, and each row with its numbers in their order."""
    values = list(attribute.values.all())
    return [value.label() for value in values], [
        (row, [numbers.get(value.pk) for value in values]) for row, numbers in rows
    ]


@project_view(Role.LEAD, methods=("POST",))
def add(request: ProjectRequest) -> HttpResponse:
    """Add the rows that the preview showed."""
    attributes = columns_for(request.project)
    form = FiguresLinesForm(request.POST, attributes=attributes)
    if not form.is_valid():
        raise Invalid(" ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
    attribute = next(one for one in attributes if one.key == form.cleaned_data["attribute"])
    rows = figures_of(attribute, form.cleaned_data["lines"])
    add_figures(actor=request.member, attribute=attribute, origin=form.cleaned_data["origin"], rows=rows)
    many = len(rows)
    tell(request, ngettext("%(n)d row is added.", "%(n)d rows are added.", many) % {"n": many}, PAGE)
    return redirect("figures", request.project.slug)


@project_view(Role.LEAD, methods=("POST",))
def change(request: ProjectRequest, row: uuid.UUID) -> HttpResponse:
    """Rename a row, or with `act=delete` take it away."""
    before = last_event(request, PAGE)
    try:
        if request.POST.get("act") == "delete":
            delete_figures(actor=request.member, row=row)
            tell(request, _("The row is deleted."), PAGE)
        else:
            name, origin = request.POST.get("name", ""), request.POST.get("origin", "")
            rename_figures(actor=request.member, row=row, name=name, origin=origin)
            tell_change(request, _("The row is changed."), PAGE, before)
    except Invalid as refused:
        messages.error(request, str(refused))
    return redirect("figures", request.project.slug)


figures_patterns = [
    path("analysis/figures/", figures, name="figures"),
    path("analysis/figures/add/", add, name="figures_add"),
    path("analysis/figures/<uuid:row>/", change, name="figures_change"),
]
