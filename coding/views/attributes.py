"""What a project asks of its informants: attributes, their values and names."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from coding.actions.attributes import PAGE, create_attribute, delete_attribute, rename_attribute, rename_value
from coding.actions.errors import Invalid
from coding.forms.attributes import AttributeForm, NameForm
from coding.models import Attribute, Role, Value
from coding.reports.informants import attribute_uses
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import last_event, tell, tell_change, undo_state


@project_view(methods=("GET", "HEAD", "POST"))
def attributes(request: ProjectRequest) -> HttpResponse:
    """All attributes with their values; a lead adds one."""
    form = AttributeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_attribute(actor=request.member, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field, str(error))
        else:
            tell(request, _("“%(name)s” is added.") % {"name": made.label()}, PAGE)
            return redirect("attributes", request.project.slug)
    context = {"uses": attribute_uses(request.project), "form": form, "undo": undo_state(request, PAGE)}
    return render(request, "informants/attributes.html", context, status=422 if form.errors else 200)


def _attribute(request: ProjectRequest, key: uuid.UUID) -> Attribute:
    found = Attribute.objects.filter(project=request.project, uuid=key).first()
    if found is None:
        raise Http404
    return found


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def attribute(request: ProjectRequest, attribute: uuid.UUID) -> HttpResponse:
    """Rename an attribute."""
    row = _attribute(request, attribute)
    return _rename(
        request, row, lambda **names: rename_attribute(actor=request.member, attribute=row.uuid, **names)
    )


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def value(request: ProjectRequest, value: uuid.UUID) -> HttpResponse:
    """Rename a value."""
    row = (
        Value.objects.select_related("attribute")
        .filter(attribute__project=request.project, uuid=value)
        .first()
    )
    if row is None:
        raise Http404
    return _rename(request, row, lambda **names: rename_value(actor=request.member, value=row.uuid, **names))


def _rename(request: ProjectRequest, row: Attribute | Value, rename) -> HttpResponse:  # type: ignore[no-untyped-def]
    form = NameForm(request.POST or None, initial={"name": row.name, "name_en": row.name_en})
    before = last_event(request, PAGE)
    if request.method == "POST" and form.is_valid():
        try:
            rename(**form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field, str(error))
        else:
            tell_change(request, _("The new name is saved."), PAGE, before)
            return redirect("attributes", request.project.slug)
    return render(
        request, "informants/rename.html", {"row": row, "form": form}, status=422 if form.errors else 200
    )


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def delete(request: ProjectRequest, attribute: uuid.UUID) -> HttpResponse:
    """Ask once, saying how many answers go along; then delete. It can be undone."""
    row = _attribute(request, attribute)
    if request.method == "POST":
        delete_attribute(actor=request.member, attribute=row.uuid)
        tell(request, _("“%(name)s” is deleted.") % {"name": row.label()}, PAGE)
        return redirect("attributes", request.project.slug)
    (use,) = [use for use in attribute_uses(request.project) if use.attribute.pk == row.pk]
    return render(request, "informants/delete_attribute.html", {"use": use})


attribute_patterns = [
    path("informants/attributes/", attributes, name="attributes"),
    path("informants/attributes/<uuid:attribute>/", attribute, name="attribute"),
    path("informants/attributes/<uuid:attribute>/delete/", delete, name="attribute_delete"),
    path("informants/values/<uuid:value>/", value, name="attribute_value"),
]
