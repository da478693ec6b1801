"""Moving and copying passages between codes, many at a time: how a code is split."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attribution import relink
from coding.actions.codebook import move_codings
from coding.actions.codings import begin
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import CODEBOOK_PAGE, recording
from coding.models import Code, Coding, Membership, Role, Source
from coding.permissions import check_can_change_coding, check_role


def _chosen(actor: Membership, codings: Sequence[uuid.UUID], to: uuid.UUID) -> tuple[list[Coding], Code]:
    code = Code.objects.filter(project_id=actor.project_id, uuid=to).first()
    if code is None:
        raise Conflict(_("This code is no longer in the codebook."))
    visible = Source.objects.visible_to(actor)
    rows = list(
        Coding.objects.filter(project_id=actor.project_id, uuid__in=codings, source__in=visible)
        .seen_by(actor)
        .select_related("coder", "source", "version")
        .order_by("id")
    )
    if not rows:
        raise Invalid(_("Choose at least one passage."))
    return rows, code


def move_passages(*, actor: Membership, codings: Sequence[uuid.UUID], to: uuid.UUID) -> int:
    """Let `codings` carry another code; a lead moves anybody's, a coder their own. Answers how many."""
    check_role(actor, Role.CODER)
    with recording(verb="coding.move", actor=actor, page=CODEBOOK_PAGE) as record:
        rows, code = _chosen(actor, codings, to)
        if not actor.is_lead:
            for row in rows:
                check_can_change_coding(actor, row)
        move_codings(record, rows, code)
    return len(rows)


def copy_passages(*, actor: Membership, codings: Sequence[uuid.UUID], to: uuid.UUID) -> int:
    """Put another code on the same stretches, each by the coder of the original where the actor is a lead.

    A coder's copies are the coder's own. Answers how many are new: a stretch that has the code already keeps one.
    """
    check_role(actor, Role.CODER)
    with recording(verb="coding.copy", actor=actor, page=CODEBOOK_PAGE) as record:
        rows, code = _chosen(actor, codings, to)
        present = set(
            Coding.objects.filter(project_id=actor.project_id, code=code).values_list(
                "version_id", "coder_id", "start", "end"
            )
        )
        new: list[Coding] = []
        now = timezone.now()
        for row in rows:
            coder = row.coder if actor.is_lead else actor
            place = (row.version_id, coder.pk, row.start, row.end)
            if place in present:
                continue
            present.add(place)
            new.append(
                Coding(
                    project_id=row.project_id,
                    source=row.source,
                    version_id=row.version_id,
                    code=code,
                    coder=coder,
                    start=row.start,
                    end=row.end,
                    first_word=row.first_word,
                    end_word=row.end_word,
                    created=now,
                    modified=now,
                )
            )
        record.create_many(new)
        relink(new)
        for source, coder in {(row.source, row.coder) for row in new}:
            begin(source, coder)
    return len(new)
