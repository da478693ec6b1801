"""What was confirmed becomes a source: once, and whole or not at all."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.imports import choices_of, document_of, drop_file
from coding.actions.recording import recording
from coding.actions.sources import NewNote, NewSource, NewSpeaker, NewTurn, store_source
from coding.importing import confirming
from coding.importing.confirming import Confirmed, kept_title
from coding.models import Membership, Memo, Project, Role, Source
from coding.models.jobs import DraftState, ImportDraft
from coding.models.names import search_key, tidy
from coding.permissions import check_can_see_import, check_role


def new_source(draft: ImportDraft) -> NewSource:
    """The source that a draft becomes by what was decided. Raises Conflict where it is not ready."""
    project = draft.batch.project
    confirmed = confirming.apply(document_of(draft), choices_of(draft))
    public = project.sources_public
    held_on = draft.choices.get("held_on")
    renamed = not public and search_key(kept_title(draft.file_name)) != search_key(draft.title)
    new = confirmed_source(
        confirmed,
        title=draft.title,
        kind=draft.kind,
        format=draft.document["format"] if draft.document else "",
        file_name=draft.file_name if renamed else None,
        keep_originals=not public,
        cleared=bool(draft.choices.get("cleared")),
        held_on=date.fromisoformat(held_on) if held_on else None,
    )
    return new


def confirmed_source(confirmed: Confirmed, *, keep_originals: bool, **fields: Any) -> NewSource:
    """What was confirmed, as `store_source` takes it."""
    return NewSource(
        text=confirmed.text,
        turns=[NewTurn(turn.start, turn.end, turn.speaker, turn.time) for turn in confirmed.turns],
        speakers=[
            NewSpeaker(speaker.label, speaker.role, tuple(speaker.originals) if keep_originals else ())
            for speaker in confirmed.speakers
        ],
        notes=[NewNote(note.start, note.end, note.body) for note in confirmed.notes],
        **fields,
    )


def store_by_command(*, project: Project, new: NewSource) -> Source:
    """Store a source for whoever administers the server. Its notes become memos of a lead, where there is one."""
    leads = Membership.objects.active().filter(project=project, role=Role.LEAD)
    lead = leads.order_by("pk").first()
    with transaction.atomic():
        source = store_source(project=project, actor=None, new=new)
        if lead is not None and new.notes:
            now = timezone.now()
            with recording(verb="memo.write", project=project) as record:
                record.create_many(
                    [
                        Memo(
                            project=project, author=lead, source=source, body=note.body, start=note.start,
                            end=note.end, created=now, modified=now,
                        )
                        for note in new.notes
                        if note.body.strip()
                    ]
                )  # fmt: skip
    return source


def store_draft(*, actor: Membership, draft: ImportDraft) -> Source:
    """Store a draft as a source, whole or not at all, and empty the draft. Storing twice is storing once."""
    check_role(actor, Role.CODER)
    check_can_see_import(actor, draft.batch)
    if draft.state == DraftState.STORED and draft.source is not None:
        return draft.source
    new = new_source(draft)
    if not tidy(new.title):
        raise Invalid(_("Give the source a title."), "title")
    with transaction.atomic():
        row = ImportDraft.objects.select_for_update().defer("document").filter(pk=draft.pk).first()
        if row is not None and row.state == DraftState.STORED and row.source is not None:
            return row.source
        if row is None or row.state != DraftState.READY or row.choices != draft.choices:
            raise Conflict(_("This file was changed in the meantime. Look at it once more."))
        source = store_source(project=draft.batch.project, actor=actor, new=new)
        row.state, row.source, row.document = DraftState.STORED, source, None
        row.file_name, row.title, row.error = "", source.title, None
        row.choices = {"counts": draft.choices.get("counts", {}), "cleared": new.cleared}
        row.save()
        drop_file(row)
    return source


def note_failure(*, draft: ImportDraft, sentence: str) -> None:
    """Say on the draft's line why it was not stored."""
    ImportDraft.objects.filter(pk=draft.pk, state=DraftState.READY).update(error={"sentence": sentence})
