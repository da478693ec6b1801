"""Themes: what chapters say something about, and the codes that each draws on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import Recording, recording
from coding.models import (
    Code,
    Evidence,
    Membership,
    Role,
    Summary,
    SummaryComment,
    SummaryText,
    Theme,
    ThemeCode,
)
from coding.models.names import search_key, tidy
from coding.permissions import check_role

THEMES_PAGE = "themes"
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 10_000


def create_theme(
    *, actor: Membership, title: str, description: str = "", codes: Sequence[uuid.UUID] = ()
) -> Theme:
    """Add a theme, as the last, that draws on `codes` and all below them. Raises Invalid, Conflict, Denied."""
    check_role(actor, Role.CODER)
    with recording(verb="theme.create", actor=actor, page=THEMES_PAGE) as record:
        last = Theme.objects.filter(project_id=actor.project_id).order_by("-position").first()
        theme = record.create(
            Theme(
                project_id=actor.project_id,
                title=_title(actor, title),
                description=_description(description),
                position=last.position + 1 if last else 0,
            )
        )
        _name_codes(record, actor, theme, codes)
    return theme


def update_theme(
    *, actor: Membership, theme: uuid.UUID, title: str, description: str, codes: Sequence[uuid.UUID]
) -> Theme:
    """Change what a theme is called, what it is about, and the codes it draws on. Raises Invalid, Conflict, Denied."""
    check_role(actor, Role.CODER)
    with recording(verb="theme.update", actor=actor, page=THEMES_PAGE) as record:
        row = find_theme(actor, theme)
        record.update(row, title=_title(actor, title, row), description=_description(description))
        _name_codes(record, actor, row, codes)
    return row


def move_theme(*, actor: Membership, theme: uuid.UUID, before: uuid.UUID | None) -> Theme:
    """Place a theme in front of another, or last. Raises Conflict, Denied."""
    check_role(actor, Role.LEAD)
    with recording(verb="theme.move", actor=actor, page=THEMES_PAGE) as record:
        row = find_theme(actor, theme)
        rows = [other for other in Theme.objects.filter(project_id=actor.project_id) if other.pk != row.pk]
        place = next((n for n, other in enumerate(rows) if other.uuid == before), len(rows))
        rows.insert(place, row)
        for position, other in enumerate(rows):
            record.update(other, position=position)
    return row


def delete_theme(*, actor: Membership, theme: uuid.UUID) -> int:
    """Delete a theme with all that is written of it; answers how many summaries went along.

    It can be undone where there were none: what was written is kept nowhere else. Raises Conflict, Denied.
    """
    check_role(actor, Role.LEAD)
    summaries = Summary.objects.filter(theme__uuid=theme, theme__project_id=actor.project_id)
    with recording(verb="theme.delete", actor=actor, page=THEMES_PAGE) as record:
        row = find_theme(actor, theme)
        many = summaries.count()
        if many:
            record.event.page = ""
        for below in (SummaryComment, SummaryText, Evidence):
            record.delete_many(below._default_manager.filter(summary__theme=row).order_by("-pk"))
        record.delete_many(summaries)
        record.delete_many(ThemeCode.objects.filter(theme=row))
        record.delete(row)
    return many


def find_theme(actor: Membership, theme: uuid.UUID) -> Theme:
    """A theme of the actor's project. Raises Conflict where it is gone."""
    row = Theme.objects.filter(project_id=actor.project_id, uuid=theme).first()
    if row is None:
        raise Conflict(_("This theme is gone."))
    return row


def _title(actor: Membership, title: str, own: Theme | None = None) -> str:
    title = tidy(title)
    if not title:
        raise Invalid(_("Give the theme a title."), "title")
    if len(title) > LONGEST_TITLE or "\x00" in title:
        raise Invalid(_("A title has at most %(n)s characters.") % {"n": LONGEST_TITLE}, "title")
    twins = Theme.objects.filter(project_id=actor.project_id, name_key=search_key(title))
    if (twins.exclude(pk=own.pk) if own else twins).exists():
        raise Invalid(_("There is a theme of this title already."), "title")
    return title


def _description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION or "\x00" in text:
        raise Invalid(
            _("A description has at most %(n)s characters.") % {"n": LONGEST_DESCRIPTION}, "description"
        )
    return text.strip()


def _name_codes(record: Recording, actor: Membership, theme: Theme, codes: Sequence[uuid.UUID]) -> None:
    found = {row.uuid: row for row in Code.objects.filter(project_id=actor.project_id, uuid__in=codes)}
    if len(found) != len(set(codes)):
        raise Conflict(_("A code is no longer in the codebook. Load the page again."))
    named = {row.code_id: row for row in ThemeCode.objects.filter(theme=theme)}
    wanted = {row.pk for row in found.values()}
    record.delete_many([row for code, row in named.items() if code not in wanted])
    for code in found.values():
        if code.pk not in named:
            record.create(ThemeCode(theme=theme, code=code))
