"""Taking back what one did, and doing it again: per person and page, as long as nobody changed it since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attribution import relink, relink_version
from coding.actions.errors import Conflict
from coding.actions.recording import KINDS, Recording, recording, state
from coding.models import AuditEvent, Change, Coding, Membership, Source

_VOLATILE = {"modified"}


@dataclass(frozen=True)
class Taken:
    """What an undo or redo did: the event that it took back or did again."""

    event: AuditEvent
    again: bool

    @property
    def sentence(self) -> str:
        pattern = _("Done again: %(what)s.") if self.again else _("Undone: %(what)s.")
        return pattern % {"what": self.event.sentence}


def next_undo(actor: Membership, page: str) -> AuditEvent | None:
    """What `undo` would take back now."""
    return AuditEvent.objects.filter(actor=actor, page=page, undone=None).order_by("-id").first()


def next_redo(actor: Membership, page: str) -> AuditEvent | None:
    """What `redo` would do again now: the last thing undone, unless something was done since."""
    event = (
        AuditEvent.objects.filter(actor=actor, page=page, undone__isnull=False)
        .order_by("-undone", "id")
        .first()
    )
    if event is None:
        return None
    since = AuditEvent.objects.filter(actor=actor, page=page, undone=None, created__gt=event.undone)
    return None if since.exists() else event


def undo(*, actor: Membership, page: str) -> Taken | None:
    """Take back the actor's last action on `page`; None where there is none. Raises Conflict, naming who changed it."""
    with recording(verb="undo", actor=actor) as record:
        event = next_undo(actor, page)
        if event is None:
            return None
        changes = list(event.changes.order_by("-id"))
        _apply_all(record, [(change, change.after, change.before) for change in changes])
        record.event.reverses = event
        AuditEvent.objects.filter(pk=event.pk).update(undone=timezone.now())
    return Taken(event, again=False)


def redo(*, actor: Membership, page: str) -> Taken | None:
    """Do again what the actor undid last on `page`; None where there is nothing. Raises Conflict."""
    with recording(verb="redo", actor=actor) as record:
        event = next_redo(actor, page)
        if event is None:
            return None
        _apply_all(record, [(change, change.before, change.after) for change in event.changes.order_by("id")])
        record.event.reverses = event
        AuditEvent.objects.filter(pk=event.pk).update(undone=None)
    return Taken(event, again=True)


def _apply_all(record: Recording, steps: list[tuple[Change, dict | None, dict | None]]) -> None:
    codings: set[int] = set()
    versions: set[int] = set()
    for change, now, wanted in steps:
        try:
            with transaction.atomic():
                _apply(record, change, now, wanted)
        except (IntegrityError, RestrictedError):
            raise _changed_since(change) from None
        if change.kind == "Coding":
            codings.add(change.object_id)
        elif change.kind in ("Speaker", "Turn", "Attribution"):
            versions |= _versions(change)
    for version in versions:
        relink_version(version)
    keys = sorted(codings)
    for place in range(0, len(keys), 500):
        relink(Coding.objects.filter(pk__in=keys[place : place + 500]))


def _versions(change: Change) -> set[int]:
    fields = change.after or change.before or {}
    if "version_id" in fields:
        return {fields["version_id"]}
    return set(Source.objects.filter(pk=fields["source_id"]).values_list("version_id", flat=True))


def _apply(
    record: Recording, change: Change, now: dict[str, Any] | None, wanted: dict[str, Any] | None
) -> None:
    """Bring one row from the state `now` to `wanted`, where None means that it is not there."""
    model = KINDS[change.kind]
    row = model._default_manager.filter(pk=change.object_id).first()
    if now is None:
        if row is not None or wanted is None:
            raise _changed_since(change)
        record.create(model(pk=change.object_id, **_values(model, wanted)))
        return
    if row is None:
        raise _changed_since(change)
    present = state(row)
    if wanted is None:
        if _differ(present, now, now):
            raise _changed_since(change)
        record.delete(row)
        return
    touched = {name for name in now if now[name] != wanted.get(name)}
    if _differ(present, now, touched - _VOLATILE):
        raise _changed_since(change)
    record.update(row, **_values(model, {name: wanted[name] for name in touched}))


def _differ(present: dict[str, Any], expected: dict[str, Any], names: Any) -> bool:
    return any(present.get(name) != expected[name] for name in names)


def _values(model: type[models.Model], plain: dict[str, Any]) -> dict[str, Any]:
    """Recorded JSON as the fields' own types."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {
        name: value if value is None or fields[name].is_relation else fields[name].to_python(value)
        for name, value in plain.items()
    }


def _changed_since(change: Change) -> Conflict:
    later = (
        Change.objects.filter(kind=change.kind, object_id=change.object_id, event_id__gt=change.event_id)
        .select_related("event__actor")
        .order_by("-id")
        .first()
    )
    if later is not None and later.event.actor is not None:
        return Conflict(
            _("This cannot be undone: %(who)s has changed it since. Nothing was changed.")
            % {"who": later.event.actor}
        )
    return Conflict(_("This cannot be undone: it has been changed or used since. Nothing was changed."))
