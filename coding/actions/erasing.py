"""Making things gone: rows without a trace of their content in the audit, words out of what was recorded, freed pages.

An erased row leaves no Change, since a Change would keep what it held. Each function works inside the transaction of
the action that calls it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

from coding.actions.identities import forget_source
from coding.actions.recording import Recording
from coding.models import (
    AuditEvent,
    Change,
    Chapter,
    Coding,
    CodingInformant,
    Evidence,
    Memo,
    Override,
    Project,
    ReportQuotation,
    Section,
    Source,
    Summary,
    SummaryComment,
    SummaryText,
    TextVersion,
    Theme,
    Turn,
)

_BATCH = 500
# The kinds of rows whose recorded fields hold words that people wrote.
_WORDED = (
    "Attribute", "Chapter", "Code", "Informant", "Invitation", "Memo", "OutsideRow", "Override", "Project", "Report",
    "ReportQuotation", "SavedView", "Section", "Snapshot", "Source", "Speaker", "StopWords", "SummaryComment", "Theme",
    "Value",
)  # fmt: skip


def _batches(keys: Iterable[int]) -> Iterable[list[int]]:
    rows = sorted(set(keys))
    for place in range(0, len(rows), _BATCH):
        yield rows[place : place + _BATCH]


def forget_changes(kind: str, keys: Iterable[int]) -> int:
    """Remove what the audit recorded of rows (by id); the events stay, and can no longer be undone."""
    gone = 0
    for batch in _batches(keys):
        changes = Change.objects.filter(kind=kind, object_id__in=batch)
        AuditEvent.objects.filter(pk__in=changes.values("event_id")).update(page="")
        gone += changes.delete()[0]
    return gone


def erase_codings(keys: Iterable[int]) -> int:
    """Remove codings (by id), the memos on them, and what was recorded of both; answers how many codings went."""
    gone = 0
    for batch in _batches(keys):
        memos = Memo.objects.filter(coding_id__in=batch)
        erase_memos(memos.values_list("pk", flat=True))
        CodingInformant.objects.filter(coding_id__in=batch).delete()
        _erase_evidence(Evidence.objects.filter(coding__in=list(_uuids(batch))))
        forget_changes("Coding", batch)
        gone += Coding.objects.filter(pk__in=batch).delete()[1].get("coding.Coding", 0)
    return gone


def _uuids(codings: Sequence[int]) -> QuerySet[Coding, uuid.UUID]:
    return Coding.objects.filter(pk__in=codings).values_list("uuid", flat=True)


def _erase_evidence(rows: QuerySet[Evidence]) -> None:
    keys = list(rows.values_list("pk", flat=True))
    forget_changes("Evidence", keys)
    Evidence.objects.filter(pk__in=keys).delete()


def erase_summaries(rows: QuerySet[Summary]) -> int:
    """Remove summaries with their texts, evidence and comments, and what was recorded of all; answers how many."""
    keys = list(rows.values_list("pk", flat=True))
    for kind, below in (
        ("Evidence", Evidence),
        ("SummaryComment", SummaryComment),
        ("SummaryText", SummaryText),
    ):
        forget_changes(kind, below.objects.filter(summary_id__in=keys).values_list("pk", flat=True))
    forget_changes("Summary", keys)
    Summary.objects.filter(pk__in=keys).delete()
    return len(keys)


def erase_memos(keys: Iterable[int]) -> int:
    """Remove memos (by id) and what was recorded of them; answers how many."""
    gone = 0
    for batch in _batches(keys):
        forget_changes("Memo", batch)
        gone += Memo.objects.filter(pk__in=batch).delete()[0]
    return gone


def erase_source(source: Source) -> None:
    """Remove a source with its texts, speakers, codings, memos, identities, and what was recorded of all of them."""
    erase_codings(Coding.objects.filter(source=source).values_list("pk", flat=True))
    erase_memos(Memo.objects.filter(source=source).values_list("pk", flat=True))
    _erase_evidence(Evidence.objects.filter(source=source))
    forget_changes("Speaker", source.speakers.values_list("pk", flat=True))
    Source.objects.filter(pk=source.pk).update(version=None)
    Turn.objects.filter(version__source=source).delete()
    TextVersion.objects.filter(source=source).update(previous=None)
    AuditEvent.objects.filter(changes__source_id=source.pk).update(page="")
    Change.objects.filter(source_id=source.pk).delete()
    forget_changes("Source", [source.pk])
    forget_source(source)
    source.delete()


def reword_audit(record: Recording, project: Project, reword: Callable[[str], str]) -> int:
    """Put every text that the project's audit recorded through `reword`, the changes of `record` among them.

    Answers how many rows that changed.
    """
    changed = 0
    for change in record.changes:
        change.before, change.after = _reworded(change.before, reword), _reworded(change.after, reword)
    changes = Change.objects.filter(event__project=project, kind__in=_WORDED)
    for change in changes.iterator(chunk_size=_BATCH):
        before, after = _reworded(change.before, reword), _reworded(change.after, reword)
        if (before, after) != (change.before, change.after):
            Change.objects.filter(pk=change.pk).update(before=before, after=after)
            changed += 1
    for event in AuditEvent.objects.filter(project=project).exclude(details={}).only("pk", "details"):
        details = _reworded(event.details, reword)
        if details != event.details:
            AuditEvent.objects.filter(pk=event.pk).update(details=details)
            changed += 1
    return changed


def _reworded(value: Any, reword: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return reword(value)
    if isinstance(value, dict):
        return {key: _reworded(one, reword) for key, one in value.items()}
    if isinstance(value, list):
        return [_reworded(one, reword) for one in value]
    return value


def reword_notes(project: Project, reword: Callable[[str], str]) -> int:
    """Put all that people wrote in a project, its texts aside, through `reword`; answers how many rows that changed."""
    rows = (
        (Memo.objects.filter(project=project), ("body",)),
        (project.codes.all(), ("definition", "use_when", "not_when", "example", "indicators")),
        (project.sources.all(), ("title",)),
        (project.views.all(), ("name", "query")),
        (project.snapshots.all(), ("name", "query", "counting", "table")),
        (project.outside_rows.all(), ("name", "origin")),
        (project.stop_words.all(), ("words",)),
        *_written_of_themes(project),
    )
    return _reword_rows(rows, reword)


def reword_summaries(project: Project, reword: Callable[[str], str]) -> int:
    """Put what people wrote in themes, summaries and comments on them through `reword`; answers how many changed."""
    return _reword_rows(_written_of_themes(project), reword)


def _written_of_themes(project: Project) -> list[tuple[Any, tuple[str, ...]]]:
    """Rows and the fields that hold what people wrote; earlier texts of a summary too."""
    return [
        (project.themes.all(), ("title", "description")),
        (Summary.objects.filter(theme__project=project), ("body",)),
        (SummaryText.objects.filter(summary__theme__project=project), ("body",)),
        (SummaryComment.objects.filter(summary__theme__project=project), ("body", "quote")),
        *_written_of_reports(project),
    ]


def _written_of_reports(project: Project) -> list[tuple[Any, tuple[str, ...]]]:
    quotations = ReportQuotation.objects.filter(report__project=project)
    return [
        (project.reports.all(), ("title",)),
        (Chapter.objects.filter(report__project=project), ("title",)),
        (Section.objects.filter(chapter__report__project=project), ("title",)),
        (quotations, ("print_wording", "marks")),
        (Override.objects.filter(quotation__in=quotations), ("reason",)),
    ]


def _reword_rows(rows: Iterable[tuple[Any, tuple[str, ...]]], reword: Callable[[str], str]) -> int:
    changed = 0
    for queryset, names in rows:
        for row in queryset:
            new = {name: _reworded(getattr(row, name), reword) for name in names}
            if any(getattr(row, name) != text for name, text in new.items()):
                changed += 1
                for name, text in new.items():
                    setattr(row, name, text)
                _save(row, new)
    return changed


def _save(row: Any, new: dict[str, Any]) -> None:
    """Save the new texts; a title that another source has by now gets a number."""
    if isinstance(row, Source | Theme):
        base, number = row.title, 1
        twins = type(row)._default_manager.filter(project_id=row.project_id).exclude(pk=row.pk)
        while twins.filter(name_key=row.with_keys().name_key).exists():
            number += 1
            row.title = f"{base[:190]} {number}"
    if isinstance(row, Summary):
        # Whoever has the old words before them must not save them back.
        row.revision += 1
        row.save(update_fields=["revision", *new])
        return
    row.save(update_fields=list(new))


def scrub_when_committed() -> None:
    """Once the transaction is committed, nothing of what was deleted is left in SQLite's write-ahead logs.

    Freed pages are overwritten as they are freed (`secure_delete`); the daily command shrinks the files, on PostgreSQL
    too, where the old rows are in the files until then.
    """
    transaction.on_commit(_scrub)


def _scrub() -> None:
    for alias in connections:
        connection = connections[alias]
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
