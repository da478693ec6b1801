"""Codings that are suggested: put there by many, confirmed or rejected one by one by the coder to whom they are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from coding.actions.codings import check_alone, drop_codings, own_codings, settle
from coding.actions.errors import Conflict, Invalid
from coding.actions.passages import Stretch, put_on_stretches
from coding.actions.recording import recording
from coding.models import Code, Coding, Membership, Role, Source
from coding.models.codings import Review
from coding.permissions import check_role

SUGGESTIONS_PAGE = "suggestions"
# So many are stored in about half a second, as long as a write may keep the others waiting; and looked at in one go.
MOST_SUGGESTED = 500


def suggest_codings(*, actor: Membership, wanted: Sequence[tuple[int, Stretch]], origin: str) -> int:
    """Suggest to the actor to put codes (ids) on stretches; answers how many suggestions are new.

    What the actor has coded so, or been suggested, already is left as it is. `origin` (`Origin`) says where they come
    from. They count nowhere until they are confirmed. Raises Denied, Invalid, and Conflict where a code is gone or a
    text is no longer the one that the asker saw: then nothing is suggested.
    """
    check_role(actor, Role.CODER)
    if not wanted:
        raise Invalid(_("Choose at least one passage."))
    if len(wanted) > MOST_SUGGESTED:
        raise Invalid(_("At most %(n)s passages can be suggested at once.") % {"n": MOST_SUGGESTED})
    with recording(verb="coding.suggest", actor=actor, page=SUGGESTIONS_PAGE) as record:
        codes = Code.objects.filter(project_id=actor.project_id).in_bulk({code for code, _stretch in wanted})
        if any(code not in codes for code, _stretch in wanted):
            raise Conflict(_("A code is no longer in the codebook. Load the page again."))
        pairs = [(codes[code], stretch) for code, stretch in wanted]
        return len(put_on_stretches(record, actor, pairs, origin, suggested=True))


def confirm_coding(*, actor: Membership, source: Source, coding: uuid.UUID, page: str) -> Coding:
    """Say of what was suggested to the actor that it is right: from now on it counts. Twice is once.

    `page` is where it can be undone. Raises Denied, and Conflict where it is gone or the actor has the code on exactly
    this passage already.
    """
    with recording(verb="coding.confirm", actor=actor, page=page) as record:
        (row,) = own_codings(actor, source, [coding])
        if row.review == Review.SUGGESTED:
            check_alone(row, row.code, row.start, row.end)
            settle(record, row)
    return row


def reject_codings(*, actor: Membership, codings: Sequence[uuid.UUID]) -> int:
    """Take away what was suggested to the actor, with the memos on it; answers how much.

    What is gone or confirmed by now is passed over.
    """
    check_role(actor, Role.CODER)
    with recording(verb="coding.reject", actor=actor, page=SUGGESTIONS_PAGE) as record:
        visible = Source.objects.visible_to(actor)
        rows = list(
            Coding.objects.filter(coder=actor, uuid__in=codings, source__in=visible, review=Review.SUGGESTED)
        )
        drop_codings(record, rows)
    return len(rows)
