"""Files on their way to a source: uploaded, read, confirmed by a person, stored or dismissed.

What a draft holds may name people, so it is gone as soon as it is stored or dismissed, and after a few days anyway.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coding import retention
from coding.actions.errors import Conflict, Invalid
from coding.anchoring.words import count_words
from coding.importing import confirming, relabelling
from coding.importing.confirming import Choices, Confirmed, kept_title
from coding.importing.document import Message, ReadDocument
from coding.importing.names import neutral_title, numbered
from coding.models import Membership, Project, Role, Source, Value
from coding.models.attributes import CITY
from coding.models.jobs import DraftState, ImportBatch, ImportDraft
from coding.models.names import tidy
from coding.models.sources import SourceKind
from coding.permissions import check_can_see_import, check_role

OPEN = (DraftState.WAITING, DraftState.READING, DraftState.READY, DraftState.REFUSED)
LEFT_OVER_AFTER = timedelta(days=1)


def file_of(draft: ImportDraft) -> Path:
    """Where the uploaded file of a draft lies, under a name that says nothing."""
    return settings.UPLOAD_DIR / draft.uuid.hex


def drop_file(draft: ImportDraft) -> None:
    """Delete the file, as soon as what else is being done is committed."""
    path = file_of(draft)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def safe_name(name: str) -> str:
    """A file's name without its folders and without characters that cannot be seen."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(
        c if unicodedata.category(c)[0] not in "CZ" else " " for c in unicodedata.normalize("NFC", name)
    )
    return tidy(seen)[-255:].strip() or _("File")


def open_batch(*, actor: Membership) -> ImportBatch:
    """Begin to bring in files."""
    check_role(actor, Role.CODER)
    expires = timezone.now() + retention.kept("import_drafts")
    return ImportBatch.objects.create(project_id=actor.project_id, member=actor, expires=expires)


def add_file(
    *,
    actor: Membership,
    batch: ImportBatch,
    name: str,
    content: Iterable[bytes],
    cleared: bool,
    position: int | None = None,
) -> ImportDraft:
    """Keep one uploaded file for reading: written under a random name, for the owner of the server process only.

    `position` is its place in the batch, the last one where it is not given."""
    check_role(actor, Role.CODER)
    check_can_see_import(actor, batch)
    draft = ImportDraft(batch=batch, file_name=safe_name(name), choices={"cleared": cleared})
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = file_of(draft)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            for chunk in content:
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        with transaction.atomic():
            draft.position = batch.drafts.count() if position is None else position
            draft.save(force_insert=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return draft


def refuse_file(
    *, actor: Membership, batch: ImportBatch, name: str, message: Message, position: int | None = None
) -> ImportDraft:
    """Note a file that is not even kept, so that it has its line in the result."""
    check_role(actor, Role.CODER)
    return ImportDraft.objects.create(
        batch=batch,
        file_name=safe_name(name),
        state=DraftState.REFUSED,
        error={"code": message.code, "params": dict(message.params)},
        position=batch.drafts.count() if position is None else position,
    )


def begin_reading(*, draft: int) -> ImportDraft | None:
    """The draft to read now; None where it is gone, read already or stored."""
    with transaction.atomic():
        row = (
            ImportDraft.objects.select_for_update().select_related("batch__project").filter(pk=draft).first()
        )
        if row is None or row.state not in (DraftState.WAITING, DraftState.READING):
            return None
        row.state = DraftState.READING
        row.save(update_fields=["state"])
    return row


@contextmanager
def _still_reading(draft: ImportDraft) -> Iterator[ImportDraft | None]:
    """The draft's row, locked; None where somebody has dismissed it or wants it read in another way by now."""
    with transaction.atomic():
        row = ImportDraft.objects.select_for_update().filter(pk=draft.pk, state=DraftState.READING).first()
        asked = row and (row.encoding, row.with_speakers) == (draft.encoding, draft.with_speakers)
        yield row if asked else None


def _counts(confirmed: Confirmed) -> dict[str, int]:
    return {
        "words": count_words(confirmed.text),
        "turns": len(confirmed.turns),
        "speakers": len(confirmed.speakers),
    }


def _noticed(document: ReadDocument) -> list[str]:
    """What a person should look at, by the codes of the warnings, each once."""
    return list(dict.fromkeys(warning.code for warning in document.warnings))


def taken_titles(project: Project) -> set[str]:
    """Titles that sources and drafts of the project have already."""
    waiting = ImportDraft.objects.filter(batch__project=project, state=DraftState.READY).values_list(
        "title", flat=True
    )
    return set(Source.objects.filter(project=project).values_list("title", flat=True)) | set(waiting)


def propose_title(project: Project, file_name: str, kind: str, *, keep: bool = False) -> str:
    """A title for what was in a file: a neutral one where the file's name may name somebody, unless it is kept."""
    return _proposed_title(project, file_name, kind, keep=keep)[0]


def _noun(kind: str) -> str:
    return str(SourceKind(kind).label)


def _proposed_title(project: Project, file_name: str, kind: str, *, keep: bool = False) -> tuple[str, bool]:
    """A title, and whether it is only a kind and a number."""
    cities = Value.objects.filter(attribute__project=project, attribute__key=CITY).values_list(
        "name", flat=True
    )
    places = {*confirming.TOWNS, *cities}
    if keep or project.sources_public:
        title, gave_way = kept_title(file_name), False
    else:
        title, gave_way = neutral_title(file_name, _noun(kind), taken_titles(project), places)
    if gave_way:
        return title, True
    return confirming.with_capitals(title, places)[:200] or _("Source"), False


def _number_in_order(draft: ImportDraft) -> None:
    """Files are read as they arrive; titles that are only numbers follow the order in which the files were chosen."""
    ready = draft.batch.drafts.filter(state=DraftState.READY, kind=draft.kind).defer("document")
    rows = [row for row in ready.select_for_update() if row.choices.get("numbered")]
    taken = taken_titles(draft.batch.project) - {row.title for row in rows}
    for row, title in zip(rows, numbered(_noun(draft.kind), taken), strict=False):
        if row.title != title:
            row.title = title
            row.save(update_fields=["title"])


def keep_document(*, draft: ImportDraft, document: ReadDocument) -> None:
    """Keep what was read, with proposals for its title, kind and speakers, until a person has confirmed them."""
    project = draft.batch.project
    choices = confirming.proposals(document, keep_labels=project.sources_public)
    counts = _counts(confirming.apply(document, choices))
    with _still_reading(draft) as row:
        if row is None:
            return
        if not row.title:
            row.kind = confirming.guess_kind(document)
            row.title, row.choices["numbered"] = _proposed_title(project, row.file_name, row.kind)
        row.state, row.error, row.document = DraftState.READY, None, document.to_json()
        noticed = {"noticed": _noticed(document)}
        row.choices = _kept(row) | noticed | choices.to_json() | {"counts": counts}
        row.save()
        if row.choices.get("numbered"):
            _number_in_order(row)


def _kept(draft: ImportDraft) -> dict[str, Any]:
    """What holds whatever is decided about the turns, or however the file is read anew."""
    keys = ("cleared", "held_on", "numbered", "noticed")
    return {key: draft.choices[key] for key in keys if key in draft.choices}


def refuse_draft(*, draft: ImportDraft, message: Message) -> None:
    """Say why a file cannot be imported. The file goes, unless another encoding might still read it."""
    with _still_reading(draft) as row:
        if row is None:
            return
        row.state, row.document = DraftState.REFUSED, None
        row.error = {"code": message.code, "params": dict(message.params)}
        row.save()
        if not row.encoding:
            drop_file(row)


def choices_of(draft: ImportDraft) -> Choices:
    return Choices.from_json(draft.choices)


def document_of(draft: ImportDraft) -> ReadDocument:
    """What was read. Raises Conflict where the draft is not ready."""
    if draft.state != DraftState.READY or draft.document is None:
        raise Conflict(_("This file is not waiting to be confirmed any more."))
    return ReadDocument.from_json(draft.document)


def decide(
    *,
    actor: Membership,
    draft: ImportDraft,
    choices: Choices,
    title: str | None = None,
    kind: str | None = None,
    held_on: date | None = None,
    cleared: bool | None = None,
) -> ImportDraft:
    """Keep what the person decided about a draft; what is None stays as it is (but a date, which is then unknown)."""
    check_role(actor, Role.CODER)
    check_can_see_import(actor, draft.batch)
    counts = _counts(confirming.apply(document_of(draft), choices))
    with transaction.atomic():
        row = ImportDraft.objects.select_for_update().filter(pk=draft.pk, state=DraftState.READY).first()
        if row is None:
            raise Conflict(_("This file is not waiting to be confirmed any more."))
        kept = _kept(row)
        if title is not None:
            row.title = tidy(title)[:200]
            # Seen by a person, it stays as it is.
            kept.pop("numbered", None)
            kept["held_on"] = held_on.isoformat() if held_on else None
        if kind is not None:
            if kind not in SourceKind.values:
                raise Invalid(_("Choose a kind of source."), "kind")
            row.kind = kind
        if cleared is not None:
            kept["cleared"] = cleared
        row.choices = kept | choices.to_json() | {"counts": counts}
        row.error = None
        row.save(update_fields=["title", "kind", "choices", "error"])
    return row


def accept_label(*, actor: Membership, draft: ImportDraft, label: str) -> ImportDraft:
    """Take for a speaker's label what was left in a draft's text because it stands there once."""
    document, choices = document_of(draft), choices_of(draft)
    if label not in relabelling.possible_labels(document):
        raise Conflict(_("This label is not in the text any more."))
    public = draft.batch.project.sources_public
    try:
        document, choices = relabelling.accept_label(document, choices, label, keep_labels=public)
    except ValueError:
        raise Conflict(_("This label is not in the text any more.")) from None
    check_role(actor, Role.CODER)
    check_can_see_import(actor, draft.batch)
    counts = _counts(confirming.apply(document, choices))
    with transaction.atomic():
        row = ImportDraft.objects.select_for_update().filter(pk=draft.pk, state=DraftState.READY).first()
        if row is None or row.choices != draft.choices:
            raise Conflict(_("This file was changed in the meantime. Look at it once more."))
        row.document = document.to_json()
        noticed = {"noticed": _noticed(document)}
        row.choices = _kept(row) | noticed | choices.to_json() | {"counts": counts}
        row.save(update_fields=["document", "choices"])
    return row


def read_again(
    *, actor: Membership, draft: ImportDraft, encoding: str = "", with_speakers: bool = True
) -> ImportDraft:
    """Let a file be read in another way; decisions about its speakers begin afresh."""
    check_role(actor, Role.CODER)
    check_can_see_import(actor, draft.batch)
    with transaction.atomic():
        row = ImportDraft.objects.select_for_update().filter(pk=draft.pk, state__in=OPEN).first()
        if row is None or not file_of(draft).exists():
            raise Conflict(_("This file is not here any more. Bring it in again."))
        row.encoding, row.with_speakers = encoding[:20], with_speakers
        row.state, row.error, row.document = DraftState.WAITING, None, None
        row.save()
    return row


def dismiss(*, actor: Membership, draft: ImportDraft) -> None:
    """Forget a draft and its file; nothing of it is stored. What was stored already stays."""
    check_role(actor, Role.CODER)
    check_can_see_import(actor, draft.batch)
    with transaction.atomic():
        ImportDraft.objects.filter(pk=draft.pk).delete()
        drop_file(draft)


def sweep(now: datetime | None = None) -> int:
    """Forget batches that have expired, and files that belong to no draft; answers how many rows went."""
    now = now or timezone.now()
    gone = 0
    expired = ImportBatch.objects.filter(
        Q(expires__lt=now) | Q(created__lt=now - retention.kept("import_drafts"))
    )
    for draft in ImportDraft.objects.filter(batch__in=expired).only("pk", "uuid"):
        gone += 1
        with transaction.atomic():
            ImportDraft.objects.filter(pk=draft.pk).delete()
            drop_file(draft)
    gone += expired.delete()[0]
    with suppress(FileNotFoundError):
        names = {
            key.hex
            for key in ImportDraft.objects.exclude(state=DraftState.STORED).values_list("uuid", flat=True)
        }
        limit = now.timestamp() - LEFT_OVER_AFTER.total_seconds()
        for path in settings.UPLOAD_DIR.iterdir():
            if path.name not in names and path.is_file() and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
    return gone
