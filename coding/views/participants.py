"""One informant's privacy: who they are, what they agreed to, all that is held about them, and their withdrawal."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions import identities
from coding.actions.access import note_access
from coding.actions.attributes import PAGE
from coding.actions.consent import set_consent
from coding.actions.errors import Conflict, Invalid
from coding.actions.withdrawals import Mention, plan, withdraw
from coding.exporting.participant import FORMATS
from coding.forms.consent import ConsentForm, PersonForm, WithdrawForm
from coding.models import Consent, Informant
from coding.permissions import check_handles_identities
from coding.reports.participant import held_about
from coding.reports.withdrawal import goes, mentioning_memos, mentions, search_terms
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import last_event, tell_change

_BOTH = ("GET", "HEAD", "POST")


def _find(request: ProjectRequest, key: uuid.UUID) -> Informant:
    found = Informant.objects.filter(project=request.project, uuid=key).select_related("project").first()
    if found is None:
        raise Http404
    return found


@project_view(methods=_BOTH, right=check_handles_identities)
def privacy(request: ProjectRequest, informant: uuid.UUID) -> HttpResponse:
    """An informant's consent, and, when the key is opened (`?key=1`), who it is."""
    person = _find(request, informant)
    what = request.POST.get("what", "")
    consent = Consent.objects.filter(informant=person).first()
    known = {name: getattr(consent, name) for name in ConsentForm.base_fields} if consent else {}
    form = ConsentForm(request.POST if what == "consent" else None, initial=known)
    if what == "consent" and form.is_valid() and _consented(request, person, form):
        return redirect("informant_privacy", request.project.slug, person.uuid)
    identity = _identity(request, person, what)
    if what == "identity" and identity is not None and identity.is_valid():
        identities.write_person(actor=request.member, informant=person, **identity.cleaned_data)
        messages.success(request, _("The key is saved."))
        return redirect("informant_privacy", request.project.slug, person.uuid)
    errors = form.errors or (identity.errors if identity else None)
    context = {"person": person, "form": form, "consent": consent, "identity": identity}
    return render(request, "informants/privacy.html", context, status=422 if errors else 200)


def _consented(request: ProjectRequest, person: Informant, form: ConsentForm) -> bool:
    before = last_event(request, PAGE)
    try:
        set_consent(actor=request.member, informant=person, **form.cleaned_data)
    except Invalid as refused:
        form.add_error(refused.field, str(refused))
        return False
    tell_change(request, _("The consent is saved."), PAGE, before)
    return True


def _identity(request: ProjectRequest, person: Informant, what: str) -> PersonForm | None:
    if what == "identity":
        return PersonForm(request.POST, prefix="person")
    if request.GET.get("key") == "1":
        held = identities.look_at_person(actor=request.member, informant=person)
        return PersonForm(initial=held, prefix="person")
    return None


@project_view(methods=("GET", "HEAD"), right=check_handles_identities)
def own_data(request: ProjectRequest, informant: uuid.UUID, form: str) -> HttpResponse:
    """Everything held about one informant, as one file."""
    person = _find(request, informant)
    if form not in FORMATS:
        raise Http404
    held: dict[str, Any] = {
        "project": request.project.title,
        "made": timezone.now().isoformat(),
        "identity": identities.look_at_person(actor=request.member, informant=person)
        | {"names": identities.look_at_names(actor=request.member, informant=person)},
    }
    held |= held_about(person)
    note_access(actor=request.member, informant=person, file_format=form)
    write, mime = FORMATS[form]
    response = HttpResponse(write(held), content_type=mime)
    name = f"{request.project.slug}-{person.uuid.hex[:8]}-{timezone.localdate().isoformat()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@project_view(methods=_BOTH, right=check_handles_identities)
def withdrawal(request: ProjectRequest, informant: uuid.UUID) -> HttpResponse:
    """What will go, mentions by others to be ticked, and the pseudonym to type; POST carries it out."""
    person = _find(request, informant)
    form = WithdrawForm(request.POST or None)
    wrong = ""
    if request.method == "POST" and form.is_valid():
        try:
            certificate = withdraw(
                actor=request.member,
                informant=person.uuid,
                confirmation=form.cleaned_data["confirmation"],
                mentions=[_mention(value) for value in request.POST.getlist("mention")],
                memos=[_key(value) for value in request.POST.getlist("memo")],
            )
        except Invalid as refused:
            form.add_error(refused.field, str(refused))
        except Conflict as refused:
            wrong = str(refused)
        else:
            messages.success(request, _("The withdrawal is carried out. This is its certificate."))
            return redirect("certificate", certificate.uuid)
    terms = search_terms(person, identities.look_at_names(actor=request.member, informant=person))
    ticked = (
        request.POST.getlist("mention") + request.POST.getlist("memo") if request.method == "POST" else None
    )
    found = mentions(person, terms)
    chosen = [_mention(one.key) for one in found if ticked is None or one.key in ticked]
    rows = goes(person, plan(person, chosen))
    context = {
        "person": person,
        "form": form,
        "wrong": wrong,
        "rows": rows,
        "words": sum(row.words for row in rows),
        "codings": sum(row.codings for row in rows),
        "cut": sum(row.cut for row in rows),
        "whole": {row.source.pk for row in rows if row.whole},
        "mentions": [one for one in found if not any(r.whole and r.source == one.source for r in rows)],
        "terms": terms,
        "pseudonym_only": terms == search_terms(person, ()),
        "memos": mentioning_memos(person, terms),
        "about": person.memos.count(),
        "ticked": ticked,
    }
    status = 409 if wrong else 422 if form.errors else 200
    return render(request, "informants/withdraw.html", context, status=status)


def _key(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        raise Conflict(_("The request could not be understood. Load the page again.")) from None


def _mention(value: str) -> Mention:
    parts = value.split("/")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 12 for part in parts[1:]):
        raise Conflict(_("The request could not be understood. Load the page again."))
    return Mention(_key(parts[0]), *map(int, parts[1:]))


participant_patterns = [
    path("informants/<uuid:informant>/privacy/", privacy, name="informant_privacy"),
    path("informants/<uuid:informant>/data.<slug:form>", own_data, name="informant_data"),
    path("informants/<uuid:informant>/withdraw/", withdrawal, name="informant_withdraw"),
]
