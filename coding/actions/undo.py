"""Taking back what one did, and doing it again: per person and page, as long as nobody changed it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import IntegrityError, models, router, transaction
from django.db.models.deletion import Collector, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attribution import on_stretch, relink, relink_version
from coding.actions.errors import Conflict
from coding.actions.recording import KINDS, Recording, recording, state
from coding.actions.versions import Anchors, step_again, step_back
from coding.models import AuditEvent, Change, Coding, CodingInformant, Membership, Role, Source
from coding.permissions import check_can_see_source, check_role

_VOLATILE = {"modified"}
NEW_VERSION = "text.correct"

# Rows that were seen to be there, by kind and id.
Standing = set[tuple[str, int]]


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
        _check_may(actor, event, changes)
        if event.verb == NEW_VERSION:
            step_back(record, event)
        else:
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
        changes = list(event.changes.order_by("id"))
        _check_may(actor, event, changes)
        if event.verb == NEW_VERSION:
            step_again(record, event)
        else:
            _apply_all(record, [(change, change.before, change.after) for change in changes])
        record.event.reverses = event
        AuditEvent.objects.filter(pk=event.pk).update(undone=None)
    return Taken(event, again=True)


def _check_may(actor: Membership, event: AuditEvent, changes: Sequence[Change]) -> None:
    """Refuse who has lost, since the action, the right to do such a thing. Raises Denied."""
    check_role(actor, Role.CODER)
    states = [(change, fields) for change in changes for fields in (change.before, change.after) if fields]
    if event.verb == NEW_VERSION:
        # Everybody's codings move with a text, whoever corrects it.
        states = []
    for change, fields in states:
        own_coding = change.kind == "Coding" and fields["coder_id"] == actor.pk
        own_code = change.kind == "Code" and fields["proposed"] and fields["created_by_id"] == actor.pk
        # Who has which source (`SourceProgress`), and how a report names people, is for leads to say.
        if change.kind in ("Coding", "Code", "SourceProgress", "Report") and not (own_coding or own_code):
            check_role(actor, Role.LEAD)
            break
    touched = {change.source_id for change in changes if change.source_id is not None}
    for source in Source.objects.filter(pk__in=touched):
        check_can_see_source(actor, source)


def _apply_all(record: Recording, steps: list[tuple[Change, dict | None, dict | None]]) -> None:
    codings: set[int] = set()
    versions: set[int] = set()
    standing: Standing = set()
    anchors = Anchors()
    _check_turns_are_current([change for change, _now, _wanted in steps])
    for change, now, wanted in steps:
        try:
            with transaction.atomic():
                _apply(record, change, now, wanted, standing, anchors)
        except IntegrityError:
            raise _changed_since(change) from None
        if change.kind == "Coding":
            codings.add(change.object_id)
        elif change.kind == "Attribution":
            codings |= _on_stretch(change)
        elif change.kind in ("Speaker", "Turn"):
            versions |= _versions(change)
    for version in versions:
        relink_version(version)
    keys = sorted(codings)
    for place in range(0, len(keys), 500):
        relink(Coding.objects.filter(pk__in=keys[place : place + 500]))


def _check_turns_are_current(changes: Sequence[Change]) -> None:
    """Who speaks, or counts, cannot be taken back in a text that has been replaced since. Raises Conflict."""
    turns = [change for change in changes if change.kind in ("Turn", "Attribution")]
    versions = {(change.after or change.before or {})["version_id"] for change in turns}
    if turns and Source.objects.filter(version_id__in=versions).count() != len(versions):
        raise _changed_since(turns[0])


def _on_stretch(change: Change) -> set[int]:
    """The codings (ids) that a correction of who counts is about."""
    fields = change.after or change.before or {}
    return set(on_stretch(fields["version_id"], fields["start"], fields["end"]).values_list("pk", flat=True))


def _versions(change: Change) -> set[int]:
    fields = change.after or change.before or {}
    if "version_id" in fields:
        return {fields["version_id"]}
    return set(Source.objects.filter(pk=fields["source_id"]).values_list("version_id", flat=True))


def _apply(
    record: Recording,
    change: Change,
    now: dict[str, Any] | None,
    wanted: dict[str, Any] | None,
    standing: Standing,
    anchors: Anchors,
) -> None:
    """Bring one row from the state `now` to `wanted`, where None means that it is not there."""
    model = KINDS[change.kind]
    if change.kind == "Coding":
        now, wanted = anchors.now(now), anchors.now(wanted)
    row = model._default_manager.filter(pk=change.object_id).first()
    if now is None:
        if row is not None or wanted is None:
            raise _changed_since(change)
        _check_stands_on_something(model, wanted, change, standing)
        record.create(model(pk=change.object_id, **_values(model, wanted)))
        return
    if row is None:
        raise _changed_since(change)
    present = state(row)
    if wanted is None:
        if _differ(present, now, now):
            raise _changed_since(change)
        _check_nothing_stands_on(row, change)
        record.delete(row)
        standing.discard((change.kind, change.object_id))
        return
    touched = {name for name in now if now[name] != wanted.get(name)}
    if _differ(present, now, touched - _VOLATILE):
        raise _changed_since(change)
    back = {name: wanted[name] for name in touched}
    _check_stands_on_something(model, back, change, standing)
    record.update(row, **_values(model, back))


def _check_nothing_stands_on(row: models.Model, change: Change) -> None:
    """What others have put on a row since (a memo on a coding) must not go with it unseen. Raises Conflict."""
    collector = Collector(using=router.db_for_write(type(row)), origin=row)
    try:
        collector.collect([row])
    except RestrictedError as refused:
        raise _used_since(next(iter(refused.restricted_objects)), change) from None
    loosened: Any = chain.from_iterable(collector.field_updates.values())
    for rows in chain(collector.fast_deletes, collector.data.values(), loosened):
        for other in rows:
            if other != row and not isinstance(other, CodingInformant):
                raise _used_since(other, change)


def _check_stands_on_something(
    model: type[models.Model], fields: dict[str, Any], change: Change, standing: Standing
) -> None:
    """What a row refers to may have gone since (a memo's coding); the database would say so too late."""
    for field in model._meta.concrete_fields:
        key = fields.get(field.attname)
        if key is None or not field.is_relation or field.related_model is None:
            continue
        other: Any = field.related_model
        if (other.__name__, key) not in standing and not other._default_manager.filter(pk=key).exists():
            raise _used_since(other(pk=key), change)
        standing.add((other.__name__, key))


def _used_since(other: models.Model, change: Change) -> Conflict:
    """Name who made, changed or deleted `other`, which stands in the way."""
    latest = Change.objects.filter(
        kind=type(other).__name__, object_id=other.pk, event_id__gt=change.event_id
    ).order_by("-id")
    return _because_of(latest.select_related("event__actor").first())


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
    later = Change.objects.filter(
        kind=change.kind, object_id=change.object_id, event_id__gt=change.event_id
    ).order_by("-id")
    return _because_of(later.select_related("event__actor").first())


def _because_of(later: Change | None) -> Conflict:
    if later is not None and later.event.actor is not None:
        return Conflict(
            _("This cannot be undone: %(who)s has changed it since. Nothing was changed.")
            % {"who": later.event.actor}
        )
    return Conflict(_("This cannot be undone: it has been changed or used since. Nothing was changed."))
