"""Memos on the project, a source, a code or an informant (those on codings: `actions.codings`)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import CODEBOOK_PAGE, recording
from coding.models import Code, Informant, Membership, Memo, Role, Source
from coding.models.codings import seen_by
from coding.permissions import check_can_change_memo, check_role

_SUBJECTS: dict[type[models.Model], str] = {Source: "source", Code: "code", Informant: "informant"}


def write_memo(
    *,
    actor: Membership,
    body: str,
    about: Source | Code | Informant | None = None,
    key: uuid.UUID | None = None,
    page: str = CODEBOOK_PAGE,
) -> Memo:
    """Write a new memo about something in the actor's project, or about the project.

    `key` is its UUID where the asker made it: sent twice, one memo is written, with the words sent last; one that
    exists elsewhere is refused. `page` is where it can be undone. Raises Invalid, Conflict, Denied.
    """
    check_role(actor, Role.CODER)
    body = body.strip()
    if not body:
        raise Invalid(_("A memo needs a text."), "body")
    if about is not None and about.project_id != actor.project_id:
        raise Conflict(_("What the memo is about is not in this project."))
    with recording(verb="memo.write", actor=actor, page=page) as record:
        now = timezone.now()
        standing = Memo.objects.filter(uuid=key).first() if key is not None else None
        if standing is not None:
            if standing.author_id != actor.pk:
                raise Conflict(
                    _("This memo could not be stored. Load the page again and write it once more.")
                )
            return record.update(standing, body=body, modified=now)
        subject = {_SUBJECTS[type(about)]: about} if about is not None else {}
        memo = Memo(
            project_id=actor.project_id, author=actor, body=body, created=now, modified=now, **subject
        )
        memo.uuid = key or memo.uuid
        return record.create(memo)


def change_memo(*, actor: Membership, memo: uuid.UUID, body: str) -> Memo | None:
    """Change a memo's text; an empty one deletes it."""
    with recording(
        verb="memo.write" if body.strip() else "memo.delete", actor=actor, page=CODEBOOK_PAGE
    ) as record:
        row = (
            Memo.objects.filter(seen_by(actor, "coding__"), project_id=actor.project_id, uuid=memo)
            .select_related("author", "coding")
            .first()
        )
        if row is None:
            raise Conflict(_("This memo is gone."))
        check_can_change_memo(actor, row)
        if not body.strip():
            record.delete(row)
            return None
        return record.update(row, body=body.strip(), modified=timezone.now())
