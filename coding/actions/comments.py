"""Comments on a summary: on some of its words or on all of it, answered and resolved."""

from __future__ import annotations

import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.actions.summaries import Cell, comment_text, find_summary, touched
from coding.markdown import plain
from coding.models import Membership, Role, SummaryComment
from coding.permissions import check_role

LONGEST_QUOTE = 2_000


def comment(
    *,
    actor: Membership,
    cell: Cell,
    body: str,
    quote: str = "",
    answers: uuid.UUID | None = None,
) -> SummaryComment:
    """Comment on the words `quote` of a summary's text; on all of it where the quote is empty; or answer a
    comment. Raises Invalid, Conflict, Denied.
    """
    check_role(actor, Role.READER)
    body = comment_text(body)
    if not body:
        raise Invalid(_("Write what you want to say."), "body")
    with recording(verb="comment.write", actor=actor) as record:
        row = find_summary(actor, cell)
        above = None
        if answers is not None:
            above = row.comments.filter(uuid=answers, answers=None).first()
            if above is None:
                raise Conflict(_("This comment is gone."))
            quote = ""
        quote = quote.replace("\r\n", "\n").strip()
        if len(quote) > LONGEST_QUOTE:
            raise Invalid(_("Choose fewer words to comment on."), "quote")
        if quote and quote not in row.body and quote not in plain(row.body):
            raise Conflict(_("The text no longer holds these words. Choose them anew."))
        made = record.create(
            SummaryComment(
                summary=row,
                answers=above,
                author=actor,
                quote=quote,
                body=body,
                created=timezone.now(),
            )
        )
        if above is not None and above.resolved is not None:
            record.update(above, resolved=None, resolved_by=None)
        touched(row, actor)
    return made


def resolve(*, actor: Membership, cell: Cell, comment: uuid.UUID, resolved: bool) -> SummaryComment:
    """Say that a comment has been dealt with, or that it has not. Raises Conflict, Denied."""
    check_role(actor, Role.CODER)
    with recording(verb="comment.resolve" if resolved else "comment.reopen", actor=actor) as record:
        row = find_summary(actor, cell)
        one = row.comments.filter(uuid=comment, answers=None).first()
        if one is None:
            raise Conflict(_("This comment is gone."))
        if resolved != (one.resolved is not None):
            record.update(
                one,
                resolved=timezone.now() if resolved else None,
                resolved_by=actor if resolved else None,
            )
            touched(row, actor)
    return one
