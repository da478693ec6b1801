"""The history of a project: who did what and when. Never what a source says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coding.models import AuditEvent, Change, Code, Membership, Source
from coding.models.names import sort_key
from coding.models.projects import Project
from coding.permissions import can_oversee
from coding.reports.blindness import seen_changes, seen_events
from coding.reports.details import in_words

# What the history can be narrowed to, and how the verbs of each begin.
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "coding": (_("Coding"), ("coding.", "codings.", "attribution.")),
    "memo": (_("Memos"), ("memo.",)),
    "codebook": (_("Codebook"), ("code.", "codebook.")),
    "theme": (_("Themes and summaries"), ("theme.", "summary.", "evidence.", "comment.")),
    "report": (_("Reports and disclosure"), ("report.", "quotation.", "disclosure.")),
    "analysis": (_("Analysis"), ("view.", "snapshot.", "figures.", "stop_words.")),
    "source": (_("Sources and speakers"), ("source.", "speaker.", "text.")),
    "privacy": (_("Names, the key and consent"), ("identity.", "names.", "consent.")),
    "informant": (_("Informants"), ("informant.", "informants.", "attribute.")),
    "people": (_("Members and project"), ("member.", "invitation.", "project.")),
    "export": (_("Exports"), ("export",)),
    "undo": (_("Undo and redo"), ("undo", "redo")),
}
# What changed no row: somebody saw names, or took a file out.
LOOKS = ("identity.look", "identity.export", "informant.export", "export")
WITHOUT, ONLY = "without", "only"
SYSTEM = "system"
_NAMED_AT_MOST = 40
_SHOWN_AT_MOST = 3


@dataclass
class HistoryRow:
    """One action, with the sources and codes that it touched, as far as the asker may see them."""

    event: AuditEvent
    changes: int = 0
    sources: list[Source] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        return timezone.localtime(self.event.created).date()

    @property
    def details(self) -> str:
        return in_words(self.event)

    @property
    def more_sources(self) -> int:
        return max(0, len(self.sources) - _SHOWN_AT_MOST)

    @property
    def more_codes(self) -> int:
        return max(0, len(self.codes) - _SHOWN_AT_MOST)

    @property
    def shown_sources(self) -> Sequence[Source]:
        return self.sources[:_SHOWN_AT_MOST]

    @property
    def shown_codes(self) -> Sequence[str]:
        return self.codes[:_SHOWN_AT_MOST]


def history_of(
    member: Membership,
    *,
    person: str = "",
    kind: str = "",
    since: date | None = None,
    until: date | None = None,
    source: str = "",
    looks: str = "",
) -> QuerySet[AuditEvent]:
    """The actions in the member's project that the member may see, the newest first.

    Leads and data-protection officers see all, others their own. `person` is a member's UUID or SYSTEM, `kind` a key
    of KINDS, `since` and `until` are days of which both count, `source` is the UUID of a source that the member may
    see, `looks` is WITHOUT or ONLY those that changed no row. What is no such thing narrows nothing.
    """
    events = AuditEvent.objects.filter(project_id=member.project_id).select_related("actor", "reverses")
    if not can_oversee(member):
        events = events.filter(actor=member)
    elif person == SYSTEM:
        events = events.filter(actor=None)
    elif person in {str(one.uuid) for one in people(member.project)}:
        events = events.filter(actor__uuid=person)
    if kind in KINDS:
        narrowed = Q()
        for beginning in KINDS[kind][1]:
            narrowed |= Q(verb__startswith=beginning)
        events = events.filter(narrowed)
    if since is not None:
        events = events.filter(created__gte=_midnight(since))
    if until is not None:
        events = events.filter(created__lt=_midnight(until + timedelta(days=1)))
    found = next((one for one in visible_sources(member) if str(one.uuid) == source), None)
    if found is not None:
        touched = Change.objects.filter(event=OuterRef("pk"), source_id=found.pk)
        events = events.filter(Exists(touched) | Q(details__source=source))
    if looks == WITHOUT:
        events = events.exclude(verb__in=LOOKS)
    elif looks == ONLY:
        events = events.filter(verb__in=LOOKS)
    return seen_events(events, member).order_by("-id")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def people(project: Project) -> list[Membership]:
    """All who take or took part in a project, by name."""
    return sorted(Membership.objects.filter(project=project), key=lambda member: sort_key(member.name))


def visible_sources(member: Membership) -> QuerySet[Source]:
    """The sources by which the member may narrow the history, by title."""
    return Source.objects.visible_to(member).only("pk", "uuid", "title").order_by("sort_key", "id")


def history_rows(member: Membership, events: Iterable[AuditEvent]) -> list[HistoryRow]:
    """The events of one page as rows; a fixed number of queries. What the member may not see is not named."""
    rows = {event.pk: HistoryRow(event) for event in events}
    recorded = seen_changes(Change.objects.filter(event_id__in=rows), member)
    counted = recorded.order_by().values("event_id").annotate(n=Count("id"))
    for found in counted:
        rows[found["event_id"]].changes = found["n"]
    small = [key for key, row in rows.items() if 0 < row.changes <= _NAMED_AT_MOST]
    changes = list(recorded.filter(event_id__in=small).order_by("id"))
    _name_sources(member, rows, changes)
    _name_codes(rows, changes)
    return list(rows.values())


def _name_sources(member: Membership, rows: dict[int, HistoryRow], changes: Sequence[Change]) -> None:
    wanted = {change.source_id for change in changes if change.source_id is not None}
    looked = {key: str(row.event.details.get("source", "")) for key, row in rows.items()}
    visible = Source.objects.visible_to(member).only("pk", "uuid", "title", "project_id")
    sources = {source.pk: source for source in visible.filter(pk__in=wanted)}
    touched = [(change.event_id, sources.get(change.source_id or 0)) for change in changes]
    if any(looked.values()):
        by_key = {str(source.uuid): source for source in visible}
        touched += [(key, by_key.get(source)) for key, source in looked.items()]
    for event, source in touched:
        if source is not None and source not in rows[event].sources:
            rows[event].sources.append(source)


def _name_codes(rows: dict[int, HistoryRow], changes: Sequence[Change]) -> None:
    """The codes by the names that they had then, or, for codings, have now."""
    by_event: dict[int, list[int | str]] = defaultdict(list)
    for change in changes:
        fields = change.after or change.before or {}
        if change.kind == "Code" and _says_something(change):
            by_event[change.event_id].append(str(fields["name"]))
        elif change.kind == "Coding":
            by_event[change.event_id].append(int(fields["code_id"]))
    wanted = {key for keys in by_event.values() for key in keys if isinstance(key, int)}
    names = dict(Code.objects.filter(pk__in=wanted).values_list("pk", "name"))
    for event, keys in by_event.items():
        named = [names.get(key) if isinstance(key, int) else key for key in keys]
        rows[event].codes = list(dict.fromkeys(name for name in named if name))


def _says_something(change: Change) -> bool:
    """Not where a sibling only made room."""
    before, after = change.before or {}, change.after or {}
    return any(before.get(name) != after.get(name) for name in {*before, *after} - {"position"})
