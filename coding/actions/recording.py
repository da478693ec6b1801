"""The one mechanism behind audit, undo and the feed: every write of an action goes through a `Recording`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from coding.models import (
    Attribute,
    Attribution,
    AuditEvent,
    Change,
    Chapter,
    Code,
    Coding,
    Consent,
    DisclosureRule,
    Evidence,
    Informant,
    InformantValue,
    Invitation,
    Membership,
    Memo,
    OutsideRow,
    Override,
    Population,
    Project,
    Report,
    ReportQuotation,
    SavedView,
    Section,
    SectionTheme,
    Snapshot,
    Source,
    SourceProgress,
    SourceValue,
    Speaker,
    StopWords,
    Summary,
    SummaryComment,
    SummaryText,
    Theme,
    ThemeCode,
    Turn,
    Value,
)
from coding.models.names import NamedModel

CODEBOOK_PAGE = "codebook"

# Which rows may be written through a recording, and which of their fields a change keeps. Never transcript text,
# never an identity, never a secret.
RECORDED: dict[type[models.Model], tuple[str, ...]] = {
    Attribute: ("uuid", "project_id", "key", "kind", "name", "name_en", "position"),
    Attribution: ("version_id", "start", "end", "informant_id", "counts"),
    Chapter: ("uuid", "report_id", "code_id", "title", "position"),
    Code: (
        "uuid", "project_id", "parent_id", "name", "definition", "use_when", "not_when", "example", "indicators",
        "colour", "position", "proposed", "created_by_id", "created",
    ),
    Coding: (
        "uuid", "project_id", "source_id", "version_id", "code_id", "coder_id", "start", "end", "first_word",
        "end_word", "review", "origin", "created", "modified",
    ),
    Consent: ("informant_id", "given", "until", "withdrawn", "use", "quotation", "archiving", "reference"),
    DisclosureRule: ("project_id", "k"),
    Evidence: ("uuid", "summary_id", "number", "source_id", "coding", "version", "start", "end", "added_by_id"),
    Informant: ("uuid", "project_id", "pseudonym"),
    InformantValue: ("informant_id", "attribute_id", "value_id"),
    Invitation: (
        "project_id", "membership_id", "role", "handles_identities", "oversees_privacy", "note", "expires",
        "used",
    ),
    Membership: (
        "uuid", "project_id", "user_id", "name", "role", "handles_identities", "oversees_privacy",
        "active",
    ),
    Memo: (
        "uuid", "project_id", "author_id", "source_id", "code_id", "coding_id", "informant_id", "body", "start",
        "end", "created", "modified",
    ),
    OutsideRow: ("uuid", "project_id", "attribute_id", "name", "origin", "figures", "position"),
    Override: ("quotation_id", "what", "reason", "covers", "member_id"),
    Population: ("project_id", "city_id", "informant_type_id", "size"),
    Project: ("uuid", "slug", "title", "description", "sources_public", "blind", "ends", "at_end"),
    Report: ("uuid", "project_id", "title", "language", "pattern", "attributes", "footnotes", "print_wordings"),
    ReportQuotation: (
        "uuid", "report_id", "section_id", "number", "position", "source_id", "version_id", "start", "end", "marks",
        "print_revision", "print_by_id", "approved_by_id", "approved", "changed", "added_by_id",
    ),
    SavedView: ("uuid", "project_id", "author_id", "kind", "name", "query", "shared"),
    Section: ("uuid", "chapter_id", "code_id", "title", "position"),
    SectionTheme: ("section_id", "theme_id"),
    Snapshot: ("uuid", "project_id", "author_id", "kind", "name", "query", "taken"),
    Source: (
        "uuid", "project_id", "title", "kind", "held_on", "version_id", "cleared", "cleared_by_id", "primary_coder_id",
    ),
    SourceProgress: ("source_id", "coder_id", "assigned", "started", "finished"),
    SourceValue: ("source_id", "attribute_id", "value_id"),
    StopWords: ("project_id", "language", "words"),
    Summary: ("uuid", "theme_id", "by", "key", "state", "state_by_id", "state_at", "submitted_by_id"),
    SummaryComment: (
        "uuid", "summary_id", "answers_id", "author_id", "body", "created", "resolved", "resolved_by_id",
    ),
    SummaryText: ("summary_id", "number", "author_id", "saved", "aside"),
    Theme: ("uuid", "project_id", "title", "description", "position"),
    ThemeCode: ("theme_id", "code_id"),
    Speaker: ("source_id", "label", "role", "informant_id", "position"),
    Turn: ("version_id", "speaker_id", "number"),
    Value: ("uuid", "attribute_id", "name", "name_en", "position"),
}  # fmt: skip
KINDS = {model.__name__: model for model in RECORDED}


def state(row: models.Model) -> dict[str, Any]:
    """The recorded fields of `row` as JSON can hold them."""
    return {name: _plain(getattr(row, name)) for name in RECORDED[type(row)]}


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def feed_of(row: models.Model) -> int | None:
    """The id of the source in whose feed a change of `row` stands."""
    if isinstance(row, Source):
        return row.pk
    if isinstance(row, Memo) and row.coding is not None:
        return row.coding.source_id
    if isinstance(row, Attribution):
        return row.version.source_id
    if isinstance(row, Evidence | ReportQuotation):
        return None
    return getattr(row, "source_id", None)


Row = TypeVar("Row", bound=models.Model)


class Recording:
    """What one action does to rows. Rows are created, updated and deleted through it, and each leaves a Change."""

    def __init__(self, event: AuditEvent) -> None:
        self.event = event
        self.changes: list[Change] = []

    def create(self, row: Row) -> Row:
        """Insert `row` and record it."""
        row.save(force_insert=True)
        self.note(row, None, state(row))
        return row

    def create_many(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Insert `rows`, all of one model, in batches."""
        if rows:
            for row in rows:
                if isinstance(row, NamedModel):
                    row.with_keys()
            type(rows[0])._default_manager.bulk_create(rows, batch_size=500)
        for row in rows:
            self.note(row, None, state(row))
        return rows

    def update(self, row: Row, **fields: Any) -> Row:
        """Set `fields` on `row`; what is as it was leaves no Change, and a new `modified` alone is none."""
        before = state(row)
        for name, value in fields.items():
            setattr(row, name, value)
        if isinstance(row, NamedModel):
            row.with_keys()
        after = state(row)
        if any(after[name] != before[name] for name in after if name != "modified"):
            names = set(fields)
            if isinstance(row, Coding):
                row.row_version += 1
                names.add("row_version")
            row.save(update_fields=names)
            self.note(row, before, after)
        return row

    def delete(self, row: models.Model) -> None:
        self.delete_many([row])

    def delete_many(self, rows: Iterable[models.Model]) -> None:
        """Delete `rows`, all of one model. What stands on them must have been deleted through the recording before."""
        rows = list(rows)
        for row in rows:
            self.note(row, state(row), None)
        if rows:
            manager = type(rows[0])._default_manager
            keys = [row.pk for row in rows]
            for place in range(0, len(keys), 500):
                manager.filter(pk__in=keys[place : place + 500]).delete()

    def note(self, row: models.Model, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        """Record what was done to a row by other means: its states before and after."""
        kind = type(row).__name__
        self.changes.append(
            Change(
                event=self.event,
                kind=kind,
                object_id=row.pk,
                source_id=feed_of(row),
                before=before,
                after=after,
            )
        )


@contextmanager
def recording(
    *,
    verb: str,
    actor: Membership | None = None,
    project: Project | None = None,
    page: str = "",
    details: dict[str, Any] | None = None,
    always: bool = False,
) -> Iterator[Recording]:
    """One transaction that writes one AuditEvent with its Changes; nothing is written where nothing changed.

    The project row is locked first, so that changes of a project get their ids in the order in which they are
    committed (the feed's cursor rests on it) and two moves in the codebook make no circle. `page` is where the actor
    may undo it. `always` writes the event though no row changed (an export, a look).
    """
    project_id = project.pk if project else actor.project_id if actor else None
    with transaction.atomic():
        if project_id is not None:
            Project.objects.select_for_update().only("pk").get(pk=project_id)
        event = AuditEvent(
            project_id=project_id,
            actor=actor,
            verb=verb,
            page=page,
            details=details or {},
            created=timezone.now(),
        )
        record = Recording(event)
        yield record
        if record.changes or always:
            event.save(force_insert=True)
            for change in record.changes:
                change.event = event
            Change.objects.bulk_create(record.changes, batch_size=500)
