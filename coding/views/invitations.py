"""What stands behind a link: joining a project, with or without an account, or setting a password."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from coding.actions.errors import Conflict, Invalid
from coding.actions.projects import accept_invitation, choose_language, open_invitation
from coding.forms.invitations import AccountForm, PasswordForm
from coding.models import Invitation, Membership, User
from coding.views.errors import answer
from coding.views.guard import public

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@never_cache
@sensitive_post_parameters("password", "again")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A link that works once. One that does not exist, is used up or too old gets the same answer."""
    found = open_invitation(token)
    if found is None:
        return _useless(request)
    if request.method == "POST" and not ratelimit.consume(request, action="signup"):
        return ratelimit.respond_429(request)
    if found.user is not None:
        return _set_password(request, token, found)
    if isinstance(request.user, User):
        return _join(request, token, found, request.user)
    return _new_account(request, token, found)


def _useless(request: HttpRequest) -> HttpResponse:
    sentence = _(
        "This link has been used, has expired or was withdrawn. Ask a lead of the project for a new one."
    )
    return answer(request, 410, sentence)


def _set_password(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _use(form, token=token, password=form.cleaned_data["password"])
        if user is not None:
            login(request, user, backend=_BACKEND)
            messages.success(request, _("The password is set. You are signed in."))
            return redirect("projects")
    context = {"form": form, "account": found.user}
    return render(request, "invitations/password.html", context, status=422 if form.errors else 200)


def _new_account(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    continued = found.membership.name if found.membership else ""
    form = AccountForm(request.POST or None, initial={"full_name": continued})
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("username", "full_name", "password")}
        user = _use(form, token=token, **fields)
        if user is not None:
            login(request, user, backend=_BACKEND)
            return _welcome(request, found)
    context = {"form": form, "invitation": found}
    return render(request, "invitations/account.html", context, status=422 if form.errors else 200)


def _use(form: PasswordForm, *, token: str, **fields: Any) -> User | None:
    """Use the link up; where it cannot be, the form says why. The account goes on in the language of the page."""
    try:
        user = accept_invitation(token=token, **fields)
        language = get_language() or ""
        if not user.language and language != settings.LANGUAGE_CODE:
            choose_language(user=user, language=language)
        return user
    except Invalid as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    except Conflict as refused:
        form.add_error(None, str(refused))
    return None


def _join(request: HttpRequest, token: str, found: Invitation, user: User) -> HttpResponse:
    there = Membership.objects.filter(project=found.project, user=user, active=True).exists()
    if there and found.project is not None:
        messages.info(
            request, _("You take part in this project already. The link still works for somebody else.")
        )
        return redirect("project", found.project.slug)
    refusal = ""
    if request.method == "POST":
        try:
            accept_invitation(token=token, user=user)
            return _welcome(request, found)
        except (Invalid, Conflict) as refused:
            refusal = str(refused)
    context = {"invitation": found, "refusal": refusal}
    return render(request, "invitations/join.html", context, status=422 if refusal else 200)


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    assert found.project is not None
    messages.success(request, _("Welcome to “%(title)s”.") % {"title": found.project.title})
    return redirect("project", found.project.slug)
