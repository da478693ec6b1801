"""The history as it leaves: one row an action, with what it touched by identifier. Never a text, never an identity."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.models import AuditEvent, Change, Code, Membership, Role, Source
from coding.reports.blindness import seen_changes
from coding.reports.details import in_words

_AT_ONCE = 400


@dataclass
class Touched:
    """A source or code that an action touched. `name` is empty where the asker may not see it, or it is gone."""

    key: str
    name: str = ""


@dataclass
class AuditRow:
    """One action as the exported history has it. `role` and rights are those that the person has today."""

    at: datetime
    who: str
    role: str
    verb: str
    sentence: str
    details: str
    changes: int = 0
    undone: datetime | None = None
    sources: list[Touched] = field(default_factory=list)
    codes: list[Touched] = field(default_factory=list)
    informant: str = ""


def audit_rows(member: Membership, events: QuerySet[AuditEvent]) -> Iterator[AuditRow]:
    """The events (of `history.history_of`) as rows, in their order, some hundreds read at a time."""
    names = _Names(member)
    reading = events.iterator(chunk_size=_AT_ONCE)
    while batch := list(islice(reading, _AT_ONCE)):
        yield from _rows(names, batch)


def _rows(names: _Names, events: Sequence[AuditEvent]) -> Iterable[AuditRow]:
    keys = [event.pk for event in events]
    recorded = seen_changes(Change.objects.filter(event_id__in=keys), names.member).order_by()
    counted = dict(recorded.values_list("event_id").annotate(n=Count("id")))
    # Of what a change recorded only the keys are read: wording never comes near a file.
    sources = _gathered(
        recorded.filter(source_id__isnull=False).values_list("event_id", "source_id").distinct()
    )
    coded = recorded.filter(kind="Coding")
    codes = _gathered(
        [
            *coded.values_list("event_id", "after__code_id").distinct(),
            *coded.values_list("event_id", "before__code_id").distinct(),
            *recorded.filter(kind="Code").values_list("event_id", "object_id").distinct(),
        ]
    )
    names.learn(
        {key for found in sources.values() for key in found},
        {key for found in codes.values() for key in found},
    )
    for event in events:
        looked = str((event.details or {}).get("source", ""))
        row = AuditRow(
            at=timezone.localtime(event.created),
            who=event.actor.name if event.actor else _("The system"),
            role=_role(event.actor),
            verb=event.verb,
            sentence=f"{event.sentence}: {event.reverses.sentence}" if event.reverses else event.sentence,
            details=in_words(event),
            changes=counted.get(event.pk, 0),
            undone=timezone.localtime(event.undone) if event.undone else None,
            sources=[names.source(key) for key in sorted(sources[event.pk])],
            codes=[names.code(key) for key in sorted(codes[event.pk])],
            informant=_uuid((event.details or {}).get("informant")),
        )
        if looked and all(one.key != looked for one in row.sources):
            row.sources += names.looked_at(looked)
        yield row


def _gathered(pairs: Iterable[tuple]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for event, key in pairs:
        if key is not None:
            found[event].add(int(key))
    return found


def _role(actor: Membership | None) -> str:
    if actor is None:
        return ""
    rights = [str(Role(actor.role).label)]
    if actor.handles_identities:
        rights.append(_("handles identities"))
    if actor.oversees_privacy:
        rights.append(_("data-protection officer"))
    return ", ".join(rights)


def _uuid(value: object) -> str:
    """`value` where it is a UUID, as text; details are not trusted to hold nothing else."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        return ""


class _Names:
    """What sources and codes are called, by id, those that are gone too by identifier."""

    def __init__(self, member: Membership) -> None:
        self.member = member
        self._sources: dict[int, Touched] = {}
        self._codes: dict[int, Touched] = {}
        visible = Source.objects.visible_to(member).values_list("uuid", "title")
        self._titles = {str(key): title for key, title in visible}

    def learn(self, sources: set[int], codes: set[int]) -> None:
        new = sources - set(self._sources)
        for pk, key in Source.objects.filter(pk__in=new).values_list("pk", "uuid"):
            self._sources[pk] = Touched(str(key), self._titles.get(str(key), ""))
        for pk, gone, _title in self._gone("Source", "title", new - set(self._sources)):
            self._sources[pk] = Touched(gone)
        new = codes - set(self._codes)
        for pk, key, name in Code.objects.filter(pk__in=new).values_list("pk", "uuid", "name"):
            self._codes[pk] = Touched(str(key), name)
        for pk, gone, name in self._gone("Code", "name", new - set(self._codes)):
            self._codes[pk] = Touched(gone, name)

    def _gone(self, kind: str, name: str, keys: set[int]) -> Iterator[tuple[int, str, str]]:
        """Rows that are gone, as the change that made or deleted them has them."""
        changes = Change.objects.filter(
            kind=kind, object_id__in=keys, event__project_id=self.member.project_id
        ).order_by("id")
        for pk, before, was, after, became in changes.values_list(
            "object_id", "before__uuid", f"before__{name}", "after__uuid", f"after__{name}"
        ):
            if before or after:
                yield pk, str(before or after), str(was or became)

    def source(self, pk: int) -> Touched:
        return self._sources.get(pk, Touched(""))

    def code(self, pk: int) -> Touched:
        return self._codes.get(pk, Touched(""))

    def looked_at(self, key: str) -> list[Touched]:
        """The source that a look was about: only the details of its event name it."""
        key = _uuid(key)
        return [Touched(key, self._titles.get(key, ""))] if key else []
