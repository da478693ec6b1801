"""Projects, members and invitations."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coding.actions.attributes import create_built_in
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.models import Invitation, Membership, Project, Role, User
from coding.models.names import tidy
from coding.models.projects import AtEnd
from coding.permissions import Denied, can_close, check_role, has_role

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\Z")
_USERNAME = re.compile(r"[\w.@+-]{2,150}\Z")


def slug_for(title: str) -> str:
    """A free address for a project with this title."""
    plain = title.casefold().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    base = slugify(plain)[:50].strip("-") or "project"
    slug, number = base, 1
    while Project.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def create_project(*, slug: str, title: str, lead: User | None, sources_public: bool = False) -> Project:
    """Create a project with its two built-in attributes; `lead` becomes its project lead and handles identities."""
    title = tidy(title)
    if not title:
        raise Invalid(_("Give the project a title."), "title")
    if not _SLUG.match(slug):
        raise Invalid(_("An address has small letters, digits and hyphens, at most 60."), "slug")
    with transaction.atomic():
        if Project.objects.filter(slug=slug).exists():
            raise Invalid(
                _("There is a project with the address “%(slug)s” already.") % {"slug": slug}, "slug"
            )
        project = Project.objects.create(slug=slug, title=title[:200], sources_public=sources_public)
        member = None
        if lead is not None:
            member = Membership.objects.create(
                project=project, user=lead, name=lead.display_name, role=Role.LEAD, handles_identities=True
            )
        with recording(verb="project.create", actor=member, project=project) as record:
            create_built_in(record, project)
    return project


def update_project(*, actor: Membership, **fields: str | bool | date | None) -> Project:
    """Change a project's title, description, whether it is blind, whether its sources are public, and its end.

    Whoever may not remove the key by hand cannot settle either that it is removed by itself. Raises Denied, Invalid.
    """
    check_role(actor, Role.LEAD)
    with recording(verb="project.update", actor=actor) as record:
        project = Project.objects.get(pk=actor.project_id)
        if "title" in fields and not tidy(str(fields["title"])):
            raise Invalid(_("Give the project a title."), "title")
        before = (project.ends, project.at_end)
        after = (fields.get("ends", project.ends), fields.get("at_end", project.at_end))
        _check_end(actor, *after, changed=before != after)
        return record.update(project, **fields)


def _check_end(actor: Membership, ends: object, at_end: object, *, changed: bool) -> None:
    if at_end not in AtEnd.values:
        raise Invalid(_("Choose what happens after the end."), "at_end")
    if at_end == AtEnd.REMIND or not changed:
        return
    if not ends:
        raise Invalid(_("Say when the project ends."), "ends")
    if not can_close(actor):
        raise Invalid(
            _("Only a lead who handles identities can settle that something is removed by itself."), "at_end"
        )


def member_without_user(project: Project, name: str) -> Membership:
    """The coder of imported work: a member of that name, made where there is none, who cannot sign in until invited."""
    name = tidy(name)[:150]
    known = Membership.objects.filter(project=project, name=name).first()
    known = known or Membership.objects.filter(project=project, user__username=name).first()
    return known or Membership.objects.create(project=project, name=name, role=Role.CODER)


def update_member(*, actor: Membership, member: Membership, **fields: str | bool) -> Membership:
    """Change a member's role and rights, or whether they take part. A project keeps one lead."""
    check_role(actor, Role.LEAD)
    if member.project_id != actor.project_id:
        raise Conflict(_("This member is not in the project."))
    if fields.get("handles_identities") and not member.handles_identities and not actor.handles_identities:
        raise Invalid(
            _("Only a lead who handles identities can give that right to others."), "handles_identities"
        )
    with recording(verb="member.update", actor=actor) as record:
        member = Membership.objects.get(pk=member.pk)
        if fields.get("role", member.role) not in Role.values:
            raise Invalid(_("Choose a role."), "role")
        record.update(member, **fields)
        leads = Membership.objects.filter(
            project=actor.project, role=Role.LEAD, active=True, user__isnull=False
        )
        if not leads.exists():
            raise Invalid(_("A project needs a lead. Make somebody else a lead first."), "role")
    return member


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_token() -> tuple[str, str]:
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def invite(
    *,
    actor: Membership,
    role: str,
    handles_identities: bool = False,
    oversees_privacy: bool = False,
    note: str = "",
    member: Membership | None = None,
) -> str:
    """Make a link that lets one person in once; answers its token, which is stored nowhere.

    `member` is a member without a user whose work the person continues.
    """
    check_role(actor, Role.LEAD)
    if role not in Role.values:
        raise Invalid(_("Choose a role."), "role")
    if handles_identities and not actor.handles_identities:
        raise Invalid(
            _("Only a lead who handles identities can give that right to others."), "handles_identities"
        )
    if member is not None and (member.project_id != actor.project_id or member.user_id is not None):
        raise Invalid(_("This member has an account already."), "member")
    token, hashed = _new_token()
    with recording(verb="invitation.create", actor=actor) as record:
        record.create(
            Invitation(
                token_hash=hashed,
                project_id=actor.project_id,
                membership=member,
                role=role,
                handles_identities=handles_identities,
                oversees_privacy=oversees_privacy,
                note=tidy(note)[:200],
                created_by=actor,
                expires=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
            )
        )
    return token


def withdraw_invitation(*, actor: Membership, invitation: Invitation) -> None:
    """Make an invitation's link useless."""
    check_role(actor, Role.LEAD)
    if invitation.project_id != actor.project_id:
        raise Conflict(_("This invitation is gone."))
    with recording(verb="invitation.withdraw", actor=actor) as record:
        record.delete(invitation)


def password_link(user: User) -> str:
    """A token for a one-time link with which `user` sets a password."""
    token, hashed = _new_token()
    expires = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    Invitation.objects.create(token_hash=hashed, user=user, expires=expires)
    return token


def can_give_password_link(actor: Membership, member: Membership) -> bool:
    """Whether a lead may let a member set a new password.

    A link opens the whole account, so all that the member can open must be the lead's to give: no project that the
    actor does not lead, and no identities where the actor handles none.
    """
    user = member.user
    if (
        user is None
        or member.project_id != actor.project_id
        or user.is_staff
        or not has_role(actor, Role.LEAD)
    ):
        return False
    led = Membership.objects.active().filter(user=actor.user, role=Role.LEAD)
    handled = led.filter(handles_identities=True)
    places = Membership.objects.filter(user=user)
    beyond = places.exclude(project__in=led.values("project"))
    hidden = places.filter(handles_identities=True).exclude(project__in=handled.values("project"))
    return actor.user_id is not None and not beyond.exists() and not hidden.exists()


def give_password_link(*, actor: Membership, member: Membership) -> str:
    """A token for a one-time link with which a member sets a new password. Raises Denied."""
    check_role(actor, Role.LEAD)
    if not can_give_password_link(actor, member) or member.user is None:
        raise Denied(
            _(
                "This account also opens what is not yours to give. Whoever runs the server can set a new password"
                " for it."
            )
        )
    with recording(verb="member.password", actor=actor, details={"member": str(member.uuid)}, always=True):
        return password_link(member.user)


def choose_language(*, user: User, language: str) -> None:
    """Remember in which language the user reads; one that there is none of is forgotten."""
    user.language = language if language in dict(settings.LANGUAGES) else ""
    user.save(update_fields=["language"])


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a token that still opens, or None."""
    found = Invitation.objects.select_related("project", "user", "membership").filter(
        token_hash=token_hash(token)
    )
    return found.filter(used=None, expires__gt=timezone.now()).first()


def accept_invitation(
    *, token: str, user: User | None = None, username: str = "", full_name: str = "", password: str = ""
) -> User:
    """Use a link up: `user`, or the new account that `username` and `password` make, joins its project.

    A link for an existing account only sets its password. Raises Invalid with the field it concerns.
    """
    with transaction.atomic():
        found = open_invitation(token)
        if found is None:
            raise Conflict(_("This link has been used or has expired. Ask for a new one."))
        invitation = Invitation.objects.select_for_update().get(pk=found.pk)
        if invitation.used:
            raise Conflict(_("This link has been used or has expired. Ask for a new one."))
        if invitation.user is not None:
            user = invitation.user
            _set_password(user, password)
            user.save()
        elif user is None:
            user = _new_user(username, full_name, password)
        invitation.used = timezone.now()
        invitation.save(update_fields=["used"])
        if invitation.project is not None:
            _join(invitation, invitation.project, user)
    return user


def _join(invitation: Invitation, project: Project, user: User) -> None:
    member = Membership.objects.filter(project=project, user=user).first()
    if member is not None and member.active:
        raise Invalid(_("You take part in this project already."))
    if member is not None:
        raise Invalid(_("A lead has closed your place in this project. Ask a lead to open it again."))
    rights = {
        "role": invitation.role,
        "handles_identities": invitation.handles_identities,
        "oversees_privacy": invitation.oversees_privacy,
        "active": True,
    }
    with recording(verb="invitation.accept", project=project) as record:
        if invitation.membership is not None and invitation.membership.user_id is None:
            member = record.update(invitation.membership, user=user, **rights)
        else:
            name, number = user.display_name[:140], 1
            while Membership.objects.filter(project=project, name=name).exists():
                number += 1
                name = f"{user.display_name[:140]} {number}"
            member = record.create(Membership(project=project, user=user, name=name, **rights))
        record.event.actor = member


def _new_user(username: str, full_name: str, password: str) -> User:
    username = username.strip()
    if not _USERNAME.match(username):
        raise Invalid(
            _("A user name has at least two letters, digits or . @ + - _ and no blanks."), "username"
        )
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid(_("Choose another user name; this one cannot be used."), "username")
    first, _blank, last = tidy(full_name).rpartition(" ")
    user = User(username=username, first_name=first[:150], last_name=last[:150])
    _set_password(user, password)
    user.save()
    return user


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), "password") from None
    user.set_password(password)
