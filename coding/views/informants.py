"""The people of the study: their list, each one's page, adding and deleting."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from coding.actions.attributes import PAGE
from coding.actions.errors import Invalid
from coding.actions.informants import create_informant, delete_informant, free_pseudonym, update_informant
from coding.forms.attributes import PREFIX
from coding.forms.informants import InformantForm
from coding.forms.memos import MemoForm
from coding.models import Attribute, Informant, Role
from coding.permissions import has_role
from coding.reports import informants as report
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import headings, is_part, last_event, page_of, tell, tell_change, undo_state


def _attributes(request: ProjectRequest) -> list[Attribute]:
    return list(Attribute.objects.filter(project=request.project).prefetch_related("values"))


def _find(request: ProjectRequest, key: uuid.UUID) -> Informant:
    found = Informant.objects.filter(project=request.project, uuid=key).first()
    if found is None:
        raise Http404
    return found


@project_view()
def informants(request: ProjectRequest) -> HttpResponse:
    """Everybody in the study, searched and sorted, and the speakers who are nobody known yet."""
    attributes = _attributes(request)
    rows = report.informant_rows(request.member)
    query, sort = request.GET.get("q", ""), request.GET.get("sort", "") or "pseudonym"
    found = report.sort_and_search(rows, attributes, query=query, sort=sort)
    columns = [
        ("pseudonym", _("Pseudonym"), False),
        *((attribute.key, attribute.label(), False) for attribute in attributes),
        ("sources", _("Speaks in"), False),
        ("words", _("Words"), True),
    ]
    context = {
        "total": len(rows),
        "page": page_of(request, found),
        "found": len(found),
        "attributes": attributes,
        "query": query,
        "headings": headings(columns, sort),
        "unlinked": report.unlinked_speakers(request.member),
        "may_change": has_role(request.member, Role.CODER),
        "undo": undo_state(request, PAGE),
    }
    part = "#results" if is_part(request) else ""
    return render(request, f"informants/list.html{part}", context)


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def new(request: ProjectRequest) -> HttpResponse:
    """Add an informant."""
    form = InformantForm(request.POST or None, attributes=_attributes(request))
    if request.method == "GET":
        form.initial["pseudonym"] = free_pseudonym(request.project)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_informant(
                actor=request.member, pseudonym=form.cleaned_data["pseudonym"], values=form.values
            )
        except Invalid as error:
            _complain(form, error)
        else:
            tell(request, _("“%(name)s” is added.") % {"name": made.pseudonym}, PAGE)
            return redirect("informants", request.project.slug)
    return render(request, "informants/new.html", {"form": form}, status=422 if form.errors else 200)


def _complain(form: InformantForm, error: Invalid) -> None:
    names = [str(error.field), PREFIX + str(error.field)]
    form.add_error(next((name for name in names if name in form.fields), None), str(error))


@project_view(methods=("GET", "HEAD", "POST"))
def informant(request: ProjectRequest, informant: uuid.UUID) -> HttpResponse:
    """What is known of one informant and where they speak; coders change it."""
    person = _find(request, informant)
    (row,) = report.informant_rows(request.member, only=person)
    attributes = _attributes(request)
    form = InformantForm(
        request.POST or None,
        attributes=attributes,
        values=row.values,
        initial={"pseudonym": person.pseudonym},
    )
    before = last_event(request, PAGE)
    if request.method == "POST" and form.is_valid():
        try:
            update_informant(
                actor=request.member,
                informant=person.uuid,
                pseudonym=form.cleaned_data["pseudonym"],
                values=form.values,
            )
        except Invalid as error:
            _complain(form, error)
        else:
            sentence = _("“%(name)s” is saved.") % {"name": form.cleaned_data["pseudonym"]}
            tell_change(request, sentence, PAGE, before)
            return redirect("informant", request.project.slug, person.uuid)
    context = {
        "person": person,
        "row": row,
        "attributes": attributes,
        "form": form,
        "may_change": has_role(request.member, Role.CODER),
        "memos": person.memos.select_related("author").order_by("id"),
        "memo_form": MemoForm(),
        "about": f"informant:{person.uuid}",
        "undo": undo_state(request, PAGE),
    }
    return render(request, "informants/informant.html", context, status=422 if form.errors else 200)


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def delete(request: ProjectRequest, informant: uuid.UUID) -> HttpResponse:
    """Ask once, saying what goes along; then delete. It can be undone."""
    person = _find(request, informant)
    if request.method == "POST":
        delete_informant(actor=request.member, informant=person.uuid)
        tell(request, _("“%(name)s” is deleted.") % {"name": person.pseudonym}, PAGE)
        return redirect("informants", request.project.slug)
    (row,) = report.informant_rows(request.member, only=person)
    return render(
        request, "informants/delete.html", {"person": person, "row": row, "memos": person.memos.count()}
    )


informant_patterns = [
    path("informants/", informants, name="informants"),
    path("informants/new/", new, name="informant_new"),
    path("informants/<uuid:informant>/", informant, name="informant"),
    path("informants/<uuid:informant>/delete/", delete, name="informant_delete"),
]
