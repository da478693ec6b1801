"""Who takes part in a project, with which rights; leads change these and invite by link."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from coding.actions.errors import Invalid
from coding.actions.projects import (
    can_give_password_link,
    give_password_link,
    invite,
    update_member,
    withdraw_invitation,
)
from coding.forms.members import InvitationForm, MemberForm
from coding.models import Invitation, Membership, Role
from coding.reports.members import SORTS, members_of, open_links, without_account
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import headings


@project_view()
def members(request: ProjectRequest) -> HttpResponse:
    """All members, and for leads the links that wait to be used."""
    sort = request.GET.get("sort", "name")
    words = request.GET.get("q", "").strip()[:200]
    columns = [
        ("name", _("Name"), False),
        ("role", _("Role"), False),
        ("codings", _("Codings"), True),
        ("active", _("Last did something"), True),
    ]
    context: dict[str, Any] = {
        "rows": members_of(request.member, words=words, sort=sort if sort.lstrip("-") in SORTS else "name"),
        "headings": headings(columns, sort),
        "words": words,
        "sort": sort,
    }
    if request.member.is_lead:
        context["links"] = open_links(request.project)
    return render(request, "members/list.html", context)


def _find(request: ProjectRequest, key: uuid.UUID) -> Membership:
    row = Membership.objects.filter(project=request.project, uuid=key).select_related("user").first()
    if row is None:
        raise Http404
    return row


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def member(request: ProjectRequest, member: uuid.UUID) -> HttpResponse:
    """One member's rights."""
    row = _find(request, member)
    form = MemberForm.of(row)
    if request.method == "POST":
        form = MemberForm(request.POST)
        if form.is_valid():
            try:
                update_member(actor=request.member, member=row, **form.cleaned_data)
            except Invalid as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                messages.success(request, _("The rights of %(name)s are saved.") % {"name": row.name})
                return redirect("members", request.project.slug)
    return _member_page(request, row, form)


def _member_page(request: ProjectRequest, row: Membership, form: MemberForm, link: str = "") -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "link": link,
        "may_give_link": row.pk != request.member.pk and can_give_password_link(request.member, row),
    }
    return render(request, "members/member.html", context, status=422 if form.errors else 200)


@project_view(Role.LEAD, methods=("POST",))
def member_password(request: ProjectRequest, member: uuid.UUID) -> HttpResponse:
    """Make a link with which a member sets a new password. It is shown on this answer and never again."""
    row = _find(request, member)
    token = give_password_link(actor=request.member, member=row)
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    return _member_page(request, row, MemberForm.of(row), link)


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def new_invitation(request: ProjectRequest) -> HttpResponse:
    """Make a link for one person. It is shown on the answer to this request and never again."""
    asked = request.GET.get("member", "")
    waiting = next((one for one in without_account(request.project) if str(one.uuid) == asked), None)
    form = InvitationForm(
        project=request.project,
        initial={"member": waiting.uuid, "role": waiting.role, "note": waiting.name} if waiting else {},
    )
    context: dict[str, Any] = {}
    if request.method == "POST":
        form = InvitationForm(request.POST, project=request.project)
        if form.is_valid():
            try:
                token = invite(actor=request.member, **form.cleaned_data)
            except Invalid as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                context["link"] = request.build_absolute_uri(reverse("invitation", args=[token]))
                context["note"] = form.cleaned_data["note"]
    context["form"] = form
    return render(request, "members/invite.html", context, status=422 if form.errors else 200)


@project_view(Role.LEAD, methods=("POST",))
def withdraw(request: ProjectRequest, invitation: int) -> HttpResponse:
    """Make a link useless before somebody has used it."""
    found = Invitation.objects.filter(project=request.project, pk=invitation, used=None).first()
    if found is None:
        messages.info(request, _("This link had been used or withdrawn already."))
    else:
        withdraw_invitation(actor=request.member, invitation=found)
        messages.success(request, _("The link no longer works."))
    return redirect("members", request.project.slug)


member_patterns = [
    path("members/", members, name="members"),
    path("members/invite/", new_invitation, name="new_invitation"),
    path("members/<uuid:member>/", member, name="member"),
    path("members/<uuid:member>/password/", member_password, name="member_password"),
    path("members/links/<int:invitation>/withdraw/", withdraw, name="withdraw_invitation"),
]
