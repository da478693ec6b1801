"""Who may do what. `check_*` raises with a sentence that a person can read; `can_*` answers a template."""

from __future__ import annotations

from django.utils.translation import gettext as _

from coding.models import Coding, Evidence, Membership, Memo, ReportQuotation, Role, Snapshot, Source, Summary
from coding.models.codings import may_be_blind
from coding.models.jobs import ImportBatch
from coding.models.themes import TRANSITIONS, SummaryState, Transition

_RANK = {Role.READER: 0, Role.CODER: 1, Role.LEAD: 2}


class Denied(Exception):
    """The member lacks the right; the message says which and who has it."""


def has_role(member: Membership, role: str) -> bool:
    """Whether the member's role is `role` or one that includes it."""
    return member.active and _RANK[Role(member.role)] >= _RANK[Role(role)]


def check_role(member: Membership, role: str) -> None:
    if has_role(member, role):
        return
    if role == Role.LEAD:
        raise Denied(_("Only a project lead can do this. Ask a lead of the project."))
    if role == Role.CODER:
        raise Denied(_("Only coders and project leads can do this. You are a reader in this project."))
    raise Denied(_("You no longer take part in this project."))


def check_can_code(member: Membership, source: Source) -> None:
    check_role(member, Role.CODER)
    check_can_see_source(member, source)


def can_see_source(member: Membership, source: Source) -> bool:
    return source.project_id == member.project_id and (
        source.cleared is not None or member.handles_identities
    )


def check_can_see_source(member: Membership, source: Source) -> None:
    if not can_see_source(member, source):
        raise Denied(
            _("This source has not been cleared of names yet. Only people who handle identities can open it.")
        )


def check_can_change_coding(member: Membership, coding: Coding) -> None:
    check_role(member, Role.CODER)
    if coding.coder_id != member.pk:
        raise Denied(
            _("This coding belongs to %(coder)s. You can only change your own.")
            % {"coder": coding.coder.name}
        )


def check_can_change_memo(member: Membership, memo: Memo) -> None:
    check_role(member, Role.CODER)
    if memo.author_id != member.pk and not member.is_lead:
        raise Denied(
            _("This memo was written by %(author)s. You can only change your own.") % {"author": memo.author}
        )


def check_can_clear(member: Membership) -> None:
    """Saying that names are out; taking that back is for whoever still sees the source then."""
    check_role(member, Role.CODER)


def can_handle_identities(member: Membership) -> bool:
    return member.active and member.handles_identities


def check_handles_identities(member: Membership) -> None:
    """Names, the key, consent papers, withdrawals: a right of its own beside the role."""
    if not can_handle_identities(member):
        raise Denied(_("Only people who handle identities can do this. Ask a lead who may give that right."))


def can_oversee(member: Membership) -> bool:
    """Whether the member sees what everybody did, and the certificates: leads and data-protection officers."""
    return member.active and (member.is_lead or member.oversees_privacy)


def check_can_oversee(member: Membership) -> None:
    if not can_oversee(member):
        raise Denied(_("Only project leads and data-protection officers can see this."))


def can_close(member: Membership) -> bool:
    """Whether the member may remove the key or the whole project, or settle that it happens at the end."""
    return member.active and member.is_lead and member.handles_identities


def check_can_close(member: Membership) -> None:
    check_role(member, Role.LEAD)
    if not can_close(member):
        raise Denied(_("Only project leads who handle identities can do this."))


def can_see_import(member: Membership, batch: ImportBatch) -> bool:
    return batch.project_id == member.project_id and (
        batch.member_id == member.pk or member.handles_identities
    )


def check_can_see_import(member: Membership, batch: ImportBatch) -> None:
    """Files that wait for confirmation still carry their own names and labels."""
    if not can_see_import(member, batch):
        raise Denied(
            _("Only whoever brought these files in, and people who handle identities, can see them.")
        )


def check_structure(member: Membership) -> None:
    """Placing, renaming, moving, merging and deleting codes of the codebook."""
    check_role(member, Role.LEAD)


def can_see_snapshots(member: Membership) -> bool:
    """Whether the member may open kept tables, which count all codings: not where colleagues' are hidden from them."""
    return not (may_be_blind(member) and Source.objects.blind_to(member).exists())


def check_can_see_snapshots(member: Membership) -> None:
    if not can_see_snapshots(member):
        raise Denied(
            _(
                "Kept tables count colleagues’ codings too. You can open and keep them when you have finished your"
                " sources (the project is blind)."
            )
        )


def can_delete_snapshot(member: Membership, snapshot: Snapshot) -> bool:
    return has_role(member, Role.CODER) and (member.is_lead or snapshot.author_id == member.pk)


def check_can_delete_snapshot(member: Membership, snapshot: Snapshot) -> None:
    check_role(member, Role.CODER)
    if not can_delete_snapshot(member, snapshot):
        raise Denied(
            _("This table was kept by %(author)s. They or a lead can delete it.")
            % {"author": snapshot.author.name}
        )


def check_can_see_summaries(member: Membership) -> None:
    """What is written of a theme rests on all counted codings: as with kept tables, not where they are hidden."""
    check_role(member, Role.READER)
    if not can_see_snapshots(member):
        raise Denied(
            _(
                "Summaries rest on colleagues’ codings too. You can open them when you have finished your sources"
                " (the project is blind)."
            )
        )


def check_can_see_summary(member: Membership, summary: Summary) -> None:
    """Whoever may not see a source may not read what was written from it."""
    check_can_see_summaries(member)
    if member.handles_identities:
        return
    if Evidence.objects.filter(summary=summary.pk, source__cleared=None).exists():
        raise Denied(
            _(
                "This summary rests on a source that has not been cleared of names yet. Only people who handle"
                " identities can open it."
            )
        )


def steps_open_to(member: Membership, summary: Summary | None) -> list[Transition]:
    """The steps that the member may take with a summary, which is a draft before it is written."""
    state = summary.state if summary else SummaryState.DRAFT
    return [
        step
        for step in TRANSITIONS
        if state in step.sources and has_role(member, step.role) and _is_own(member, step, summary)
    ]


def check_step(member: Membership, step: Transition, summary: Summary) -> None:
    """Refuse a step that the member may not take with a summary."""
    check_role(member, step.role)
    if not _is_own(member, step, summary):
        raise Denied(_("Only who submitted the summary takes it back. A project lead can ask for changes."))


def _is_own(member: Membership, step: Transition, summary: Summary | None) -> bool:
    return not step.own or summary is None or summary.submitted_by_id in (None, member.pk)


def check_can_approve_wording(member: Membership, quotation: ReportQuotation) -> None:
    """A print wording is approved by a second person."""
    check_role(member, Role.CODER)
    if quotation.print_by_id == member.pk:
        raise Denied(_("You wrote this print wording. Somebody else approves it."))
