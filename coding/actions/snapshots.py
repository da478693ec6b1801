"""Tables that are kept as they were on a day, for a figure that is printed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.models import Membership, Role, Snapshot
from coding.models.analysis import ViewKind
from coding.models.names import tidy
from coding.permissions import check_can_delete_snapshot, check_can_see_snapshots, check_role

LONGEST_NAME = 100


def keep_table(
    *, actor: Membership, name: str, query: Sequence[tuple[str, str]], table: dict[str, Any]
) -> Snapshot:
    """Keep a table (`reports.kept`) and what was asked for; it is never changed afterwards, only deleted.

    Coders may. Raises Denied, Invalid.
    """
    check_role(actor, Role.CODER)
    check_can_see_snapshots(actor)
    name = tidy(name)
    if not name:
        raise Invalid(_("Give the table a name."), "name")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("A name has at most %(n)s characters.") % {"n": LONGEST_NAME}, "name")
    with recording(verb="snapshot.keep", actor=actor, details={"name": name}) as record:
        return record.create(
            Snapshot(
                project=actor.project,
                author=actor,
                kind=ViewKind.MATRIX,
                name=name,
                query=[list(pair) for pair in query],
                counting=table["counting"],
                table=table,
                taken=timezone.now(),
            )
        )


def delete_snapshot(*, actor: Membership, snapshot: uuid.UUID) -> str:
    """Delete a kept table for good; answers its name. Its author and leads may. Raises Denied, Conflict."""
    with recording(verb="snapshot.delete", actor=actor) as record:
        row = Snapshot.objects.filter(project_id=actor.project_id, uuid=snapshot).first()
        if row is None:
            raise Conflict(_("This table is gone."))
        check_can_delete_snapshot(actor, row)
        record.event.details = {"name": row.name}
        record.delete(row)
    return row.name
