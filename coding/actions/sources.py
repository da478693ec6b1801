"""Storing sources, clearing them, and saying who speaks in them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attributes import value_for
from coding.actions.attribution import relink_version
from coding.actions.codings import drop_codings
from coding.actions.errors import Invalid
from coding.actions.identities import forget_source, keep_originals
from coding.actions.recording import Recording, recording
from coding.actions.versions import purge_versions, write_text
from coding.anchoring.offsets import as_stored
from coding.anchoring.texts import NewText, PlannedTurn
from coding.models import (
    Attribute,
    Coding,
    Informant,
    Membership,
    Memo,
    Project,
    Role,
    Source,
    SourceValue,
    Speaker,
    Turn,
)
from coding.models.names import search_key, tidy
from coding.models.sources import SourceKind, SpeakerRole
from coding.permissions import check_can_clear, check_can_see_source, check_role, check_structure


@dataclass(frozen=True)
class NewSpeaker:
    """A speaker to store. `originals` are the labels in the file in whose place `label` stands."""

    label: str
    role: str = SpeakerRole.INFORMANT
    originals: Sequence[str] = ()


@dataclass(frozen=True)
class NewTurn:
    """Code points [start, end) of the text; `speaker` is a place in the list of speakers, or None."""

    start: int
    end: int
    speaker: int | None = None
    time: str = ""


@dataclass(frozen=True)
class NewNote:
    """A comment or footnote of the file, about code points [start, end)."""

    start: int
    end: int
    body: str


@dataclass(frozen=True)
class NewSource:
    """All that is stored of one file. `file_name` is given where the title is a neutral one in its place."""

    title: str
    text: str
    turns: Sequence[NewTurn]
    speakers: Sequence[NewSpeaker] = ()
    kind: str = SourceKind.INTERVIEW
    notes: Sequence[NewNote] = ()
    file_name: str | None = None
    format: str = ""
    held_on: date | None = None
    cleared: bool = True
    values: Mapping[str, str] = field(default_factory=dict)


def free_title(project: Project, title: str) -> str:
    """`title`, or `title 2`, `title 3` ... where the project has it already."""
    base = tidy(title)[:190] or _("Source")
    taken = set(Source.objects.filter(project=project).values_list("name_key", flat=True))
    candidate, number = base, 1
    while search_key(candidate) in taken:
        number += 1
        candidate = f"{base} {number}"
    return candidate


def store_source(*, project: Project, actor: Membership | None, new: NewSource) -> Source:
    """Store one source whole, or nothing. Its title gets a number where the project has it already."""
    if actor is not None:
        check_role(actor, Role.CODER)
    if not new.text.strip():
        raise Invalid(_("The file holds no text."))
    if as_stored(new.text) != new.text:
        raise ValueError("the text is not in the form in which texts are stored")
    with recording(verb="source.import", actor=actor, project=project, details={"kind": new.kind}) as record:
        source = record.create(
            Source(
                project=project,
                title=free_title(project, new.title),
                kind=new.kind,
                held_on=new.held_on,
                format=new.format,
                cleared=timezone.now() if new.cleared else None,
                cleared_by=actor if new.cleared else None,
            )
        )
        speakers = _store_speakers(record, source, new.speakers)
        version = write_text(source, NewText(new.text, _turns(new, speakers), ()))
        Source.objects.filter(pk=source.pk).update(version=version)
        source.version = version
        originals = {
            stored.pk: [one for one in speaker.originals if one != stored.label]
            for stored, speaker in zip(speakers, new.speakers, strict=True)
        }
        keep_originals(source, labels=originals, file_name=new.file_name)
        _store_notes(record, source, actor, new.notes)
        for key, name in new.values.items():
            set_source_value(record, source, Attribute.objects.get(project=project, key=key), name)
    return source


def _store_speakers(record: Recording, source: Source, new: Sequence[NewSpeaker]) -> list[Speaker]:
    speakers = [
        Speaker(source=source, label=tidy(speaker.label)[:150], role=speaker.role, position=position)
        for position, speaker in enumerate(new)
    ]
    record.create_many(speakers)
    return speakers


def _turns(new: NewSource, speakers: Sequence[Speaker]) -> list[PlannedTurn]:
    return [
        PlannedTurn(
            turn.start, turn.end, None if turn.speaker is None else speakers[turn.speaker].pk, turn.time
        )
        for turn in new.turns
    ]


def _store_notes(
    record: Recording, source: Source, actor: Membership | None, notes: Sequence[NewNote]
) -> None:
    if actor is None:
        return
    now = timezone.now()
    record.create_many(
        [
            Memo(
                project_id=source.project_id,
                author=actor,
                source=source,
                body=note.body,
                start=note.start,
                end=note.end,
                created=now,
                modified=now,
            )
            for note in notes
            if note.body.strip()
        ]
    )


def set_source_value(record: Recording, source: Source, attribute: Attribute, name: str) -> None:
    """Let a source count by `name` (empty: not set) of an attribute."""
    present = SourceValue.objects.filter(source=source, attribute=attribute).first()
    value = value_for(record, attribute, name) if name.strip() else None
    if present is not None and value is None:
        record.delete(present)
    elif present is not None:
        record.update(present, value=value)
    elif value is not None:
        record.create(SourceValue(source=source, attribute=attribute, value=value))


def _page(source: Source) -> str:
    return f"{source.uuid}/s"


def clear_source(*, actor: Membership, source: Source, cleared: bool = True) -> None:
    """Say that a source's names are out, so that everybody in the project sees it; or take that back."""
    check_can_clear(actor)
    if not cleared:
        check_can_see_source(actor, source)
    with recording(verb="source.clear", actor=actor, page=_page(source)) as record:
        if cleared and source.cleared is None:
            # What was taken out of the text by hand must not be read in an earlier one.
            purge_versions([source])
        record.update(
            source, cleared=timezone.now() if cleared else None, cleared_by=actor if cleared else None
        )


def update_source(
    *, actor: Membership, source: Source, values: Mapping[str, str] | None = None, **fields: Any
) -> None:
    """Change a source's title, kind, date, primary coder (leads), and its own attribute values by key."""
    check_role(actor, Role.CODER)
    check_can_see_source(actor, source)
    if "primary_coder" in fields and fields["primary_coder"] != source.primary_coder:
        check_role(actor, Role.LEAD)
    if "title" in fields:
        fields["title"] = tidy(fields["title"])[:200]
        if not fields["title"]:
            raise Invalid(_("Give the source a title."), "title")
        twins = Source.objects.filter(project_id=source.project_id, name_key=search_key(fields["title"]))
        if twins.exclude(pk=source.pk).exists():
            raise Invalid(_("Another source has this title already."), "title")
    with recording(verb="source.update", actor=actor, page=_page(source)) as record:
        record.update(source, **fields)
        for key, name in (values or {}).items():
            attribute = Attribute.objects.get(project_id=source.project_id, key=key)
            set_source_value(record, source, attribute, name)


def delete_source(*, actor: Membership, source: Source) -> int:
    """Delete a source with its text, codings and memos; cannot be undone. Answers how many codings went along."""
    check_structure(actor)
    check_can_see_source(actor, source)
    with recording(verb="source.delete", actor=actor) as record:
        codings = list(Coding.objects.filter(source=source))
        drop_codings(record, codings)
        Source.objects.filter(pk=source.pk).update(version=None)
        Turn.objects.filter(version__source=source).delete()
        record.delete(source)
        forget_source(source)
    return len(codings)


def link_speakers(record: Recording, links: Sequence[tuple[Speaker, Informant | None, str]]) -> None:
    """Give each speaker an informant and a role, inside the recording of an action; links follow."""
    versions: set[int] = set()
    for speaker, informant, role in links:
        record.update(speaker, informant=informant, role=role)
        if speaker.source.version_id:
            versions.add(speaker.source.version_id)
    for version in sorted(versions):
        relink_version(version)


def find_source(project: Project, name: str) -> Source | None:
    """The source of a project that `name`, a UUID or a title, means."""
    try:
        key = uuid.UUID(name.strip())
    except ValueError:
        return Source.objects.filter(project=project, name_key=search_key(name)).first()
    return Source.objects.filter(project=project, uuid=key).first()
