"""The end of a project: its key is removed, or all of it, and a certificate says what went.

A removal goes batch by batch, each in a transaction of its own, so that others can go on writing; it may be cut off
anywhere and begun again. As long as it is under way its certificate still names the project.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from coding import ledger
from coding.actions.erasing import scrub_when_committed
from coding.actions.errors import Conflict, Invalid
from coding.actions.identities import forget_project
from coding.actions.imports import drop_file
from coding.actions.recording import recording
from coding.actions.report_files import drop_exports
from coding.models import (
    Attribute,
    Attribution,
    AuditEvent,
    Certificate,
    Change,
    Code,
    Coding,
    CodingInformant,
    DisclosureRule,
    ImportBatch,
    ImportDraft,
    Informant,
    Invitation,
    Job,
    Membership,
    Memo,
    NameMark,
    Override,
    Population,
    Project,
    Report,
    ReportQuotation,
    Role,
    SealedIdentity,
    Snapshot,
    Source,
    Speaker,
    Summary,
    TextVersion,
    Theme,
    Turn,
    User,
)
from coding.models.identities import IdentityKind
from coding.models.jobs import DraftState
from coding.models.names import tidy
from coding.models.privacy import CertificateKind
from coding.permissions import check_can_close

BATCH = 500
_BATCH_OF_TEXTS = 5  # each may be as long as a book
_KEY = {
    IdentityKind.PERSON: "people",
    IdentityKind.LABEL: "labels",
    IdentityKind.FILE: "files",
    IdentityKind.WORD: "names",
}


def key_figures(project: Project) -> dict[str, int]:
    """What the project's key holds, as numbers of entries."""
    found = SealedIdentity.objects.by_kind(project.uuid)
    return {name: found.get(str(kind.value), 0) for kind, name in _KEY.items()}


def project_figures(project: Project) -> dict[str, int]:
    """What a removal of the whole project takes away, as numbers."""
    sources = project.sources.aggregate(n=Count("id"), words=Sum("version__words"))
    return {
        "sources": sources["n"],
        "words": sources["words"] or 0,
        "speakers": Speaker.objects.filter(source__project=project).count(),
        "informants": project.informants.count(),
        "codes": project.codes.count(),
        "codings": project.codings.count(),
        "memos": project.memos.count(),
        "summaries": Summary.objects.filter(theme__project=project).count(),
        "members": project.memberships.count(),
        "events": project.events.count(),
        "uploads": ImportDraft.objects.filter(batch__project=project)
        .exclude(state=DraftState.STORED)
        .count(),
        "identities": SealedIdentity.objects.filter(project=project.uuid).count(),
    }


def _check_may(actor: Membership | None, project: Project) -> None:
    if actor is None:
        return
    if actor.project_id != project.pk:
        raise Conflict(_("This project is gone."))
    check_can_close(actor)


def remove_key(*, actor: Membership | None, project: Project, now: datetime | None = None) -> Certificate:
    """Forget who is who in a project, for good; everything but the names goes on. Raises Denied.

    `actor` None: the rule that the project was given carries it out. Where the key is gone already and nothing has
    been added since, the answer is the certificate that there is.
    """
    _check_may(actor, project)
    now = now or timezone.now()
    with recording(verb="identity.remove", actor=actor, project=project, always=True) as record:
        figures = key_figures(project)
        earlier = project.certificates.filter(kind=CertificateKind.KEY_REMOVED).first()
        if earlier is not None and not any(figures.values()):
            record.event.details = {"many": 0}
            return earlier
        record.event.details = {"many": sum(figures.values())}
        Project.objects.filter(pk=project.pk).update(key_removed=now)
        certificate = _certify(actor, project, CertificateKind.KEY_REMOVED, figures, now)
        _note(certificate)
        forget_project(project)
        scrub_when_committed()
    project.key_removed = now
    return certificate


def _certify(
    actor: Membership | None, project: Project, kind: str, figures: dict[str, int], now: datetime
) -> Certificate:
    return Certificate.objects.create(
        kind=kind,
        project=project,
        project_uuid=project.uuid,
        project_title=project.title,
        user=actor.user if actor else _settled_by(project),
        made_by=actor.name if actor else "",
        made=now,
        counts=figures,
    )


def _note(certificate: Certificate) -> None:
    """Before the commit: a backup restored later must not bring back what is gone here."""
    ledger.note(
        certificate.kind,
        made=certificate.made.isoformat(),
        project=str(certificate.project_uuid),
        certificate=str(certificate.uuid),
        user=certificate.user_id,
        made_by_rule=not certificate.made_by,
        counts=certificate.counts,
    )


def apply_again(entry: Mapping[str, Any], *, with_store: bool = True) -> bool:
    """Carry out a removal of the ledger (`key` or `project`) in a database that was restored, under its certificate.

    False where the database holds nothing of that project, or was copied after its key was removed: what was put in
    the key since then stays, as it does where the identity store was not restored too (`with_store`).
    """
    project = Project.objects.filter(uuid=entry["project"]).first()
    if project is None:
        return False
    made = datetime.fromisoformat(entry["made"])
    is_key = entry["what"] == CertificateKind.KEY_REMOVED
    if is_key and project.key_removed is not None and project.key_removed >= made:
        return False
    with transaction.atomic():
        certificate, _new = Certificate.objects.get_or_create(
            uuid=entry["certificate"],
            defaults={
                "kind": entry["what"],
                "project": project,
                "project_uuid": project.uuid,
                "project_title": project.title,
                "user": User.objects.filter(pk=entry["user"]).first(),
                "made_by": _name_of(project, entry),
                "made": made,
                "counts": entry["counts"],
            },
        )
        if is_key:
            Project.objects.filter(pk=project.pk).update(key_removed=made)
            if with_store:
                forget_project(project)
            scrub_when_committed()
        else:
            Membership.objects.filter(project=project).update(active=False)
    if not is_key:
        carry_out(certificate, now=made)
    return True


def _name_of(project: Project, entry: Mapping[str, Any]) -> str:
    if entry["made_by_rule"]:
        return ""
    member = Membership.objects.filter(project=project, user=entry["user"]).first()
    return member.name if member else _("somebody whose account is gone")


def _settled_by(project: Project) -> User | None:
    """Who keeps the certificate of what happened by itself: who settled it last, else a lead."""
    changes = Change.objects.filter(kind="Project", object_id=project.pk).select_related("event__actor__user")
    for change in changes.order_by("-id"):
        before, after = change.before or {}, change.after or {}
        settled = any(before.get(name) != after.get(name) for name in ("ends", "at_end"))
        if settled and change.event.actor is not None and change.event.actor.user is not None:
            return change.event.actor.user
    leads = Membership.objects.active().filter(project=project, role=Role.LEAD, user__isnull=False)
    first = leads.select_related("user").order_by("id").first()
    return first.user if first else None


def remove_project(
    *, actor: Membership | None, project: Project, typed_title: str = "", now: datetime | None = None
) -> Certificate:
    """Remove everything of a project; only the certificate stays. Raises Denied, Invalid.

    `actor` None: the rule that the project was given carries it out, and nobody types a title.
    """
    certificate = begin_removal(actor=actor, project=project, typed_title=typed_title, now=now)
    carry_out(certificate, now=now)
    certificate.refresh_from_db()
    return certificate


def begin_removal(
    *, actor: Membership | None, project: Project, typed_title: str = "", now: datetime | None = None
) -> Certificate:
    """Close a project for everybody, and count what it holds; `carry_out` then removes it. Raises Denied, Invalid."""
    _check_may(actor, project)
    if actor is not None and tidy(typed_title) != project.title:
        raise Invalid(_("Type the project's title exactly, to confirm."), "typed_title")
    with transaction.atomic():
        Project.objects.select_for_update().only("pk").get(pk=project.pk)
        begun = under_way().filter(project=project).first()
        if begun is None:
            figures = project_figures(project)
            kind = CertificateKind.PROJECT_REMOVED
            begun = _certify(actor, project, kind, figures, now or timezone.now())
            _note(begun)
        Membership.objects.filter(project=project).update(active=False)
    return begun


def under_way() -> QuerySet[Certificate]:
    """The certificates of removals that have begun and not ended."""
    return Certificate.objects.filter(kind=CertificateKind.PROJECT_REMOVED, project__isnull=False)


def carry_out(
    certificate: Certificate,
    *,
    now: datetime | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> None:
    """Remove the project whose removal a certificate has begun, names first. Nothing is done where it is gone.

    `go_on` is asked after each source; where it says no, the rest stays for the next time.
    """
    project = Project.objects.filter(certificates=certificate).first()
    if project is None:
        return
    forget_project(project)
    _drop_uploads(project)
    drop_exports(project)
    _drop(Memo.objects.filter(project=project))
    _drop(Summary.objects.filter(theme__project=project))
    _drop(Override.objects.filter(quotation__report__project=project))
    _drop(ReportQuotation.objects.filter(report__project=project))
    _drop(Report.objects.filter(project=project))
    _drop(Population.objects.filter(project=project))
    _drop(DisclosureRule.objects.filter(project=project))
    for source in Source.objects.filter(project=project).order_by("id"):
        _drop_source(source)
        if not go_on():
            return
    _drop_history(project)
    _drop(Theme.objects.filter(project=project))
    while _drop(Code.objects.filter(project=project, children=None)):
        pass
    for rows in (
        Snapshot.objects.filter(project=project),
        Informant.objects.filter(project=project),
        Attribute.objects.filter(project=project),
        Invitation.objects.filter(project=project),
        Job.objects.filter(project=project),
        Membership.objects.filter(project=project),
    ):
        _drop(rows)
    with transaction.atomic():
        project.delete()
        Certificate.objects.filter(pk=certificate.pk).update(made=now or timezone.now())
        # What was written while the removal went on.
        SealedIdentity.objects.filter(project=certificate.project_uuid).delete()
        scrub_when_committed()


def _drop(rows: QuerySet[Any], size: int = BATCH) -> int:
    """Delete rows, `size` in a transaction; answers how many."""
    gone = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:size]):
        with transaction.atomic():
            rows.model._default_manager.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def _drop_uploads(project: Project) -> None:
    for draft in ImportDraft.objects.filter(batch__project=project).only("pk", "uuid"):
        with transaction.atomic():
            ImportDraft.objects.filter(pk=draft.pk).delete()
            drop_file(draft)
    _drop(ImportBatch.objects.filter(project=project))


def _drop_source(source: Source) -> None:
    for rows in (
        CodingInformant.objects.filter(coding__source=source),
        Coding.objects.filter(source=source),
        Attribution.objects.filter(version__source=source),
        NameMark.objects.filter(source=source),
        Turn.objects.filter(version__source=source),
    ):
        _drop(rows)
    Source.objects.filter(pk=source.pk).update(version=None)
    _drop(TextVersion.objects.filter(source=source), _BATCH_OF_TEXTS)
    with transaction.atomic():
        source.delete()


def _drop_history(project: Project) -> None:
    """Events with what they recorded; an import's event alone may have recorded thousands of rows."""
    while keys := list(project.events.order_by("id").values_list("id", flat=True)[:BATCH]):
        _drop(Change.objects.filter(event_id__in=keys))
        with transaction.atomic():
            AuditEvent.objects.filter(pk__in=keys).delete()
