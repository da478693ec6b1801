"""Giving sources to coders, and taking them back. What a coder has begun or finished stays theirs."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.models import Membership, Role, Source, SourceProgress
from coding.permissions import can_see_source, check_can_see_source, check_role

ASSIGNING_PAGE = "sources"


def assign(
    *, actor: Membership, sources: Sequence[Source], coders: Sequence[Membership], assigned: bool
) -> int:
    """Give each of `coders` all of `sources`, or (`assigned` false) take them back; answers how many pairs changed.

    A source can be taken back from somebody who no longer takes part, but given only to who may code it. Raises Denied,
    Invalid with a sentence that names the source; then nothing is changed.
    """
    check_role(actor, Role.LEAD)
    if not sources:
        raise Invalid(_("Choose at least one source."))
    if not coders:
        raise Invalid(_("Choose a coder."))
    for coder in coders:
        if coder.project_id != actor.project_id:
            raise Conflict(_("This member is not in the project."))
    for source in sources:
        check_can_see_source(actor, source)
    if assigned:
        _check_may_have(coders, sources)
    changed = 0
    with recording(
        verb="source.assign" if assigned else "source.unassign", actor=actor, page=ASSIGNING_PAGE
    ) as record:
        for row in _progress(sources, coders, make=assigned):
            if (row.assigned is not None) != assigned:
                record.update(row, assigned=timezone.now() if assigned else None)
                changed += 1
    return changed


def _check_may_have(coders: Sequence[Membership], sources: Sequence[Source]) -> None:
    for coder in coders:
        if not coder.active:
            raise Invalid(_("%(name)s no longer takes part in the project.") % {"name": coder.name})
        if not coder.may_code:
            raise Invalid(_("%(name)s is a reader here and does not code.") % {"name": coder.name})
        for source in sources:
            if not can_see_source(coder, source):
                raise Invalid(
                    _(
                        "%(name)s cannot have “%(title)s” yet: it has not been cleared of names. Clear it first;"
                        " nothing was assigned."
                    )
                    % {"name": coder.name, "title": source.title}
                )


def _progress(sources: Sequence[Source], coders: Sequence[Membership], *, make: bool) -> list[SourceProgress]:
    """The rows of each coder in each source; with `make` those that are missing too.

    What is made here says nothing yet and goes unrecorded, so that undoing an assignment leaves standing what its coder
    has begun since.
    """
    if make:
        SourceProgress.objects.bulk_create(
            [SourceProgress(source=source, coder=coder) for source in sources for coder in coders],
            batch_size=500,
            ignore_conflicts=True,
        )
    found = SourceProgress.objects.filter(
        source__in=[source.pk for source in sources], coder__in=[coder.pk for coder in coders]
    )
    return list(found.order_by("source_id", "coder_id"))
