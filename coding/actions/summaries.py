"""What is written of a theme in a column: writing without loss, evidence, and the way to approval."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import Recording, recording
from coding.actions.themes import find_theme
from coding.models import (
    Attribute,
    AuditEvent,
    Coding,
    Evidence,
    Informant,
    Membership,
    Role,
    Summary,
    SummaryComment,
    SummaryLook,
    SummaryText,
    Value,
)
from coding.models.attributes import NOT_SET
from coding.models.citing import cited_in, fingerprint
from coding.models.codings import Review
from coding.models.themes import BY_INFORMANT, TRANSITIONS, SummaryState
from coding.permissions import (
    check_can_see_source,
    check_can_see_summaries,
    check_can_see_summary,
    check_role,
    check_step,
)

LONGEST_BODY = 100_000
LONGEST_COMMENT = 10_000
# What one person writes within this time is one text of the history.
TOGETHER = timedelta(minutes=10)
_STEPS = {step.name: step for step in TRANSITIONS}


@dataclass(frozen=True)
class Cell:
    """Which cell of the grid: a theme, and the column (`Summary.by`, `Summary.key`)."""

    theme: uuid.UUID
    by: str = ""
    key: str = ""


class Overtaken(Conflict):
    """The text was changed, or closed, after the writer had read it. `summary` is as it is now; the writer's words
    are kept in the history as a text aside."""

    def __init__(self, sentence: str, summary: Summary) -> None:
        super().__init__(sentence)
        self.summary = summary


def write_summary(*, actor: Membership, cell: Cell, body: str, revision: int) -> Summary:
    """Write a summary whose `revision` the writer had before them (0: nothing yet). Raises Invalid, Denied, Overtaken.

    Sent twice, it is written once. What one person writes within ten minutes is one text of the history.
    """
    check_role(actor, Role.CODER)
    body = _body(body)
    refused = ""
    with recording(verb="summary.write", actor=actor) as record:
        row = _cell(actor, cell)
        if body == row.body:
            return row
        if not row.is_writable:
            refused = _closed(row)
        elif revision != row.revision:
            refused = _("%(who)s has changed this text after you read it. Both texts are kept.") % {
                "who": _who(row)
            }
        if refused:
            _keep_aside(record, actor, row, body)
        else:
            _write(record, actor, row, body)
    if refused:
        raise Overtaken(refused, row)
    return row


def restore_text(*, actor: Membership, cell: Cell, text: int, revision: int) -> Summary:
    """Make an earlier text (by id), or one kept aside, the text again. Raises Conflict, Denied."""
    check_role(actor, Role.CODER)
    with recording(verb="summary.restore", actor=actor) as record:
        row = _cell(actor, cell)
        earlier = SummaryText.objects.filter(summary=row, pk=text).first()
        if earlier is None:
            raise Conflict(_("This text is gone."))
        if not row.is_writable:
            raise Conflict(_closed(row))
        if revision != row.revision:
            raise Conflict(_("The text has been changed since you saw it. Look at it once more."))
        if earlier.body != row.body:
            _write(record, actor, row, earlier.body, anew=True)
    return row


def pin(*, actor: Membership, cell: Cell, coding: uuid.UUID) -> Evidence:
    """Pin the passage of a coding to a summary; pinned twice, it is pinned once. Raises Conflict, Denied."""
    check_role(actor, Role.CODER)
    found = Coding.objects.filter(project_id=actor.project_id, uuid=coding).seen_by(actor)
    one = found.exclude(review__in=(Review.EMPTIED, Review.SUGGESTED)).select_related("source").first()
    if one is None:
        raise Conflict(_("The coding has been removed in the meantime."))
    check_can_see_source(actor, one.source)
    with recording(verb="evidence.pin", actor=actor) as record:
        row = _cell(actor, cell)
        record.event.page = str(row.uuid)
        if not row.is_writable:
            raise Conflict(_closed(row))
        same = Coding.objects.filter(version=one.version_id, start=one.start, end=one.end)
        pinned = row.evidence.filter(coding__in=list(same.values_list("uuid", flat=True))).first()
        if pinned is not None:
            return pinned
        evidence = record.create(
            Evidence(
                summary=row,
                number=row.next_number,
                source=one.source,
                coding=one.uuid,
                version=one.version_id,
                start=one.start,
                end=one.end,
                added_by=actor,
            )
        )
        row.next_number += 1
        row.save(update_fields=["next_number"])
    return evidence


def unpin(*, actor: Membership, cell: Cell, number: int) -> None:
    """Take a passage off a summary whose text does not cite it. Raises Conflict, Invalid, Denied."""
    check_role(actor, Role.CODER)
    with recording(verb="evidence.unpin", actor=actor) as record:
        row = _cell(actor, cell)
        record.event.page = str(row.uuid)
        evidence = row.evidence.filter(number=number).first()
        if evidence is None:
            raise Conflict(_("This passage is not pinned any more."))
        if not row.is_writable:
            raise Conflict(_closed(row))
        if number in cited_in(row.body):
            raise Invalid(
                _("The text cites this passage. Take [E%(number)s] out of the text first.")
                % {"number": number}
            )
        record.delete(evidence)


def take_step(
    *,
    actor: Membership,
    cell: Cell,
    name: str,
    revision: int,
    behind: Sequence[int] = (),
    reason: str = "",
) -> Summary:
    """Take a summary to its next state. `revision` is the text that the actor saw; `behind` the ids of the codings that
    stand behind the cell, for an approval; `reason` becomes a comment. Raises Invalid, Conflict, Denied.
    """
    step = _STEPS.get(name)
    if step is None:
        raise Invalid(_("The request could not be understood. Load the page again."))
    check_role(actor, step.role)
    reason = comment_text(reason)
    with recording(verb=f"summary.{name}", actor=actor) as record:
        row = _cell(actor, cell)
        if row.state not in step.sources:
            raise Conflict(
                _("This summary is “%(state)s” now. Look at it once more.")
                % {"state": SummaryState(row.state).label}
            )
        check_step(actor, step, row)
        if revision != row.revision:
            raise Conflict(_("The text has been changed since you saw it. Look at it once more."))
        if not row.body.strip():
            raise Invalid(_("There is no text yet."))
        now = timezone.now()
        fields = {"state": step.target, "state_by": actor, "state_at": now}
        if name == "submit":
            fields["submitted_by"] = actor
        record.update(row, **fields)
        if reason:
            record.create(SummaryComment(summary=row, author=actor, body=reason, created=now))
        if step.target == SummaryState.APPROVED:
            row.seen, row.behind = fingerprint(row), sorted(behind)
        else:
            row.seen, row.behind = {}, []
        row.save(update_fields=["seen", "behind"])
        touched(row, actor)
        # What somebody else reviews is not taken away below their eyes.
        AuditEvent.objects.filter(project_id=actor.project_id, page=str(row.uuid)).update(page="")
    return row


def look(*, actor: Membership, summary: Summary) -> None:
    """Note that the actor has seen a summary as it is now. Leaves no event: who looked when is for nobody to watch."""
    check_can_see_summary(actor, summary)
    SummaryLook.objects.update_or_create(summary=summary, member=actor, defaults={"looked": timezone.now()})


def touched(row: Summary, actor: Membership) -> None:
    """Note that the actor did something to a summary that others may want to look at."""
    row.changed, row.changed_by = timezone.now(), actor
    row.save(update_fields=["changed", "changed_by"])


def find_summary(actor: Membership, cell: Cell) -> Summary:
    """The summary of a cell, which the actor may see. Raises Conflict where nothing is written, Denied."""
    row = Summary.objects.filter(
        theme__uuid=cell.theme, theme__project_id=actor.project_id, by=cell.by, key=cell.key
    ).first()
    if row is None:
        raise Conflict(_("There is no summary here yet."))
    check_can_see_summary(actor, row)
    return row


def _cell(actor: Membership, cell: Cell) -> Summary:
    """The summary of a cell, made where nothing is there yet. Inside the recording: the project is locked."""
    check_can_see_summaries(actor)
    theme = find_theme(actor, cell.theme)
    row = Summary.objects.filter(theme=theme, by=cell.by, key=cell.key).first()
    if row is not None:
        check_can_see_summary(actor, row)
        return row
    _check_column(actor, cell)
    now = timezone.now()
    # An empty cell says nothing, and no undo (of what is first pinned to it) takes it away.
    return Summary.objects.create(theme=theme, by=cell.by, key=cell.key, changed=now, changed_by=actor)


def _check_column(actor: Membership, cell: Cell) -> None:
    """Refuse a column that the project does not have. Raises Conflict."""
    gone = Conflict(_("This column is gone. Load the page again."))
    if not cell.by:
        if cell.key:
            raise gone
        return
    if cell.by != BY_INFORMANT:
        attribute = Attribute.objects.filter(project_id=actor.project_id, key=cell.by).first()
        if attribute is None:
            raise gone
        if cell.key == NOT_SET:
            return
    try:
        key = uuid.UUID(cell.key)
    except ValueError:
        raise gone from None
    if cell.by == BY_INFORMANT:
        there = Informant.objects.filter(project_id=actor.project_id, uuid=key).exists()
    else:
        there = Value.objects.filter(attribute=attribute, uuid=key).exists()
    if not there or str(key) != cell.key:
        raise gone


def _write(record: Recording, actor: Membership, row: Summary, body: str, *, anew: bool = False) -> None:
    now = timezone.now()
    row.body, row.revision = body, row.revision + 1
    row.save(update_fields=["body", "revision"])
    last = row.texts.filter(aside=False).last()
    together = (
        last is not None
        and not anew
        and last.author_id == actor.pk
        and now - last.saved < TOGETHER
        and (row.state_at is None or last.saved >= row.state_at)
    )
    if together and last is not None:
        last.body, last.number, last.saved = body, row.revision, now
        last.save(update_fields=["body", "number", "saved"])
    else:
        record.create(SummaryText(summary=row, number=row.revision, body=body, author=actor, saved=now))
    touched(row, actor)


def _keep_aside(record: Recording, actor: Membership, row: Summary, body: str) -> None:
    """Keep what could not become the text: a writer's latest such text of a revision."""
    last = row.texts.filter(aside=True, author=actor, number=row.revision).last()
    if last is None:
        record.create(
            SummaryText(
                summary=row, number=row.revision, body=body, author=actor, saved=timezone.now(), aside=True
            )
        )
    elif last.body != body:
        last.body, last.saved = body, timezone.now()
        last.save(update_fields=["body", "saved"])


def _closed(row: Summary) -> str:
    if row.state == SummaryState.SUBMITTED:
        return _("This summary has been submitted. Take it back to write on.")
    return _("This summary has been approved. Open it again to write on.")


def _who(row: Summary) -> str:
    return row.changed_by.name if row.changed_by else _("Somebody")


def comment_text(body: str) -> str:
    """What a comment says, tidied. Raises Invalid."""
    body = body.replace("\r\n", "\n").strip()
    if len(body) > LONGEST_COMMENT or "\x00" in body:
        raise Invalid(_("A comment has at most %(n)s characters.") % {"n": LONGEST_COMMENT}, "body")
    return body


def _body(body: str) -> str:
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in body or any("\ud800" <= c <= "\udfff" for c in body):
        raise Invalid(_("The text holds a character that cannot be stored."), "body")
    if len(body) > LONGEST_BODY:
        raise Invalid(_("A summary has at most %(n)s characters.") % {"n": LONGEST_BODY}, "body")
    return body
