"""Saved views: what somebody chose on an analysis page, under a name, for themselves or for the whole project."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.models import Membership, Role, SavedView
from coding.models.analysis import ViewKind
from coding.models.names import search_key, tidy
from coding.permissions import Denied, check_role, has_role

VIEWS_PAGE = "views"
MOST_PARAMETERS = 200
MOST_CHARACTERS = 8_000
LONGEST_NAME = 100

Query = Sequence[tuple[str, str]]


def save_view(*, actor: Membership, kind: str, name: str, query: Query) -> SavedView:
    """Keep the page's parameters under a name; the actor's view of that kind and name is replaced. Raises Invalid."""
    check_role(actor, Role.READER)
    if kind not in ViewKind.values:
        raise Invalid(_("There is no such page."))
    name = _name(name)
    if len(query) > MOST_PARAMETERS or sum(len(key) + len(value) for key, value in query) > MOST_CHARACTERS:
        raise Invalid(_("This page asks for too much to be kept under a name. Choose less."))
    pairs = [[key, value] for key, value in query]
    with recording(verb="view.save", actor=actor, page=_page(actor)) as record:
        present = SavedView.objects.filter(author=actor, kind=kind, name_key=search_key(name)).first()
        if present is not None:
            return record.update(present, name=name, query=pairs)
        return record.create(
            SavedView(project_id=actor.project_id, author=actor, kind=kind, name=name, query=pairs)
        )


def rename_view(*, actor: Membership, view: uuid.UUID, name: str) -> SavedView:
    """Give the actor's view another name. Raises Invalid, Denied, Conflict."""
    name = _name(name)
    with recording(verb="view.rename", actor=actor, page=_page(actor)) as record:
        row = _own(actor, view)
        twins = SavedView.objects.filter(author=actor, kind=row.kind, name_key=search_key(name))
        if twins.exclude(pk=row.pk).exists():
            raise Invalid(_("You have a view of this name already."), field="name")
        return record.update(row, name=name)


def share_view(*, actor: Membership, view: uuid.UUID, shared: bool) -> SavedView:
    """Show the actor's view to the whole project, or to nobody else. Raises Denied, Conflict."""
    with recording(verb="view.share" if shared else "view.unshare", actor=actor, page=_page(actor)) as record:
        return record.update(_own(actor, view), shared=shared)


def delete_view(*, actor: Membership, view: uuid.UUID) -> str:
    """Delete the actor's view; answers its name. Raises Denied, Conflict."""
    with recording(verb="view.delete", actor=actor, page=_page(actor)) as record:
        row = _own(actor, view)
        record.delete(row)
    return row.name


def _name(name: str) -> str:
    name = tidy(name)
    if not name:
        raise Invalid(_("Write a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("A name has at most %(n)s characters.") % {"n": LONGEST_NAME}, field="name")
    return name


def _page(actor: Membership) -> str:
    """Where it can be taken back: undoing is for who codes."""
    return VIEWS_PAGE if has_role(actor, Role.CODER) else ""


def _own(actor: Membership, view: uuid.UUID) -> SavedView:
    check_role(actor, Role.READER)
    row = SavedView.objects.filter(project_id=actor.project_id, uuid=view).select_related("author").first()
    if row is None or (row.author_id != actor.pk and not row.shared):
        raise Conflict(_("This view is no longer there."))
    if row.author_id != actor.pk:
        raise Denied(
            _("This view belongs to %(author)s. You can only change your own.") % {"author": row.author.name}
        )
    return row
