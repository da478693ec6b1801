"""The quotations of a report: chosen, placed, cut, put in brackets; print wordings that a second person approves."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.chapters import DOWN, UP, find_section, own_report, page_of, reorder
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.anchoring.attribution import speech
from coding.anchoring.offsets import BadStretch, as_stored, check_stretch
from coding.anchoring.printing import MOST_MARKS, NotTheWords, marks_of
from coding.models import Membership, Report, ReportQuotation, Role, Section, Source, Turn
from coding.permissions import check_can_approve_wording, check_can_code, check_role

LONGEST_WORDING = 20_000


def add_quotation(
    *, actor: Membership, section: uuid.UUID, source: Source, start: int, end: int
) -> ReportQuotation:
    """Quote code points [start, end) of a source's current text at the end of a section, under the next number.

    A passage that the report has already taken out comes back under its old number. Raises Conflict, Invalid, Denied.
    """
    place = find_section(actor, section)
    check_can_code(actor, source)
    with recording(verb="quotation.add", actor=actor, page=page_of(place.chapter.report)) as record:
        report = own_report(actor, place.chapter.report.uuid)
        text = Source.objects.select_related("version").get(pk=source.pk).version
        if text is None:
            raise Conflict(_("This source has no text."))
        if source.cleared is None:
            raise Invalid(_("Only what is cleared of names can be quoted in a report."))
        try:
            check_stretch(text.text, start, end)
        except BadStretch:
            raise Conflict(_("The text has changed in the meantime. Load the page again.")) from None
        same = ReportQuotation.objects.filter(report=report, version=text, start=start, end=end)
        out = same.filter(section=None).order_by("number").first()
        last = place.quotations.count()
        if out is not None:
            return record.update(out, section=place, position=last)
        inside = same.filter(section=place).first()
        if inside is not None:
            return inside
        voices = dict(report.voices)
        for who in sorted(_speaking(text.pk, start, end)):
            voices.setdefault(str(who), len(voices) + 1)
        row = record.create(
            ReportQuotation(
                report=report, section=place, number=report.next_number, position=last, source=source, version=text,
                start=start, end=end, added_by=actor,
            )
        )  # fmt: skip
        # Not through the recording: undoing must not give a number twice.
        Report.objects.filter(pk=report.pk).update(next_number=F("next_number") + 1, voices=voices)
    return row


def _speaking(version: int, start: int, end: int) -> set[int]:
    """The informants (ids) of whose turns the stretch covers a character."""
    said = speech(Turn.objects.spoken(version))
    return {
        turn.informant
        for turn in said.covered(start, end)
        if turn.informant is not None and not turn.interviewer
    }


def remove_quotation(*, actor: Membership, quotation: uuid.UUID) -> ReportQuotation:
    """Take a quotation out of its report. Its number stays its own."""
    row = own_quotation(actor, quotation)
    with recording(verb="quotation.remove", actor=actor, page=page_of(row.report)) as record:
        return record.update(row, section=None)


def move_quotation(
    *, actor: Membership, quotation: uuid.UUID, section: uuid.UUID | None = None, to: str | int = DOWN
) -> ReportQuotation:
    """Put a quotation elsewhere in its section (`to`: UP, DOWN, or the place from 0), or at the end of another one."""
    row = own_quotation(actor, quotation)
    with recording(verb="report.arrange", actor=actor, page=page_of(row.report)) as record:
        if section is not None:
            place: Section = find_section(actor, section)
            if place.chapter.report_id != row.report_id:
                raise Conflict(_("This section is in another report."))
            if place.pk != row.section_id:
                return record.update(row, section=place, position=place.quotations.count())
        if row.section is not None and (to in (UP, DOWN) or isinstance(to, int)):
            reorder(record, list(row.section.quotations.all()), row, to)
    return row


def show_quotation(*, actor: Membership, quotation: uuid.UUID, typed: str) -> ReportQuotation:
    """Show a quotation as `typed`: its words with cuts ([...]) and [brackets], and no other change. Raises Invalid."""
    row = own_quotation(actor, quotation)
    with recording(verb="quotation.show", actor=actor, page=page_of(row.report)) as record:
        row = own_quotation(actor, quotation)
        original = row.version.text[row.start : row.end]
        try:
            marks = marks_of(original, as_stored(typed).strip("\n"))
        except NotTheWords as error:
            raise Invalid(
                _(
                    "From “%(words)s” on, these are not the words of the passage. Leave words out with [...], explain"
                    " with [brackets], and let the rest stand."
                )
                % {"words": error.words[:60]},
                "typed",
            ) from None
        if len(marks) > MOST_MARKS:
            raise Invalid(_("A quotation has at most %(n)d cuts and brackets.") % {"n": MOST_MARKS}, "typed")
        return record.update(row, marks=[[mark.start, mark.end, mark.text] for mark in marks], changed=False)


def write_wording(*, actor: Membership, quotation: uuid.UUID, wording: str) -> ReportQuotation:
    """Give a quotation a print wording, or with an empty one none. It waits for a second person; no Change keeps it."""
    row = own_quotation(actor, quotation)
    wording = as_stored(wording).strip()
    if len(wording) > LONGEST_WORDING:
        raise Invalid(_("That is too long for a quotation."), "wording")
    if not row.report.print_wordings:
        raise Invalid(_("This report prints quotations as they were said."), "wording")
    with recording(verb="quotation.word", actor=actor) as record:
        row = own_quotation(actor, quotation)
        if wording == row.print_wording:
            return row
        return record.update(
            row,
            print_wording=wording,
            print_revision=row.print_revision + 1,
            print_by=actor if wording else None,
            approved_by=None,
            approved=None,
            changed=False,
        )


def approve_wording(*, actor: Membership, quotation: uuid.UUID, revision: int) -> ReportQuotation:
    """Approve the print wording that the actor saw (`revision`); not one's own. Raises Denied, Conflict."""
    check_role(actor, Role.CODER)
    with recording(verb="quotation.approve", actor=actor) as record:
        row = own_quotation(actor, quotation)
        check_can_approve_wording(actor, row)
        if row.print_revision != revision or not row.print_wording:
            raise Conflict(_("The print wording has been changed since. Read it again."))
        return record.update(row, approved_by=actor, approved=timezone.now())


def own_quotation(actor: Membership, key: uuid.UUID) -> ReportQuotation:
    """A quotation of a report of the actor's project, for a coder who may see its source."""
    check_role(actor, Role.CODER)
    rows: Any = ReportQuotation.objects.filter(report__project_id=actor.project_id, uuid=key)
    row = rows.select_related("report", "section", "version", "source", "print_by").first()
    if row is None:
        raise Conflict(_("This quotation is gone."))
    check_can_code(actor, row.source)
    return row
