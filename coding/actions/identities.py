"""The identity store: who is who, and what stood where a neutral word stands now. Every look by a person is audited.

The store lies in a database of its own (`models.identities`). What is written here is written last in the
transaction of an action, so that the rest is never stored without it. Its texts never leave for an audit event.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coding import sealing
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.models import Informant, Membership, Project, SealedIdentity, Source, Speaker
from coding.models.identities import IDENTITIES, IdentityKind
from coding.models.names import search_key
from coding.permissions import check_handles_identities, check_role

PERSON_FIELDS = ("name", "phone", "email", "note")


def ready() -> None:
    """See to it that names can be sealed. The first key is made by itself; a lost one is not replaced unasked."""
    if sealing.has_key():
        return
    if SealedIdentity.objects.exists():
        raise Invalid(
            _(
                "The key of the identity store is missing, so names cannot be kept. Put it back, or make a new "
                "one with “python manage.py identity_key --new”."
            )
        )
    sealing.make_key()


def store(rows: Sequence[tuple[SealedIdentity, Mapping[str, Any]]]) -> None:
    """Seal and insert entries. Raises Invalid where the key is missing."""
    if not rows:
        return
    ready()
    now = timezone.now()
    for row, fields in rows:
        row.sealed, row.modified = sealing.seal(dict(fields)), now
    with transaction.atomic(using=IDENTITIES):
        SealedIdentity.objects.bulk_create([row for row, _fields in rows], batch_size=500)


def open_row(row: SealedIdentity) -> dict[str, Any]:
    """What an entry holds; empty where its key is gone."""
    try:
        return sealing.opened(row.sealed) or {}
    except sealing.NoKey:
        return {}


def keep_originals(source: Source, *, labels: Mapping[int, Sequence[str]], file_name: str | None) -> None:
    """Keep what the speakers (by id) and the file of a source were called."""
    common = {"project": source.project.uuid, "source": source.uuid}
    rows = [
        (SealedIdentity(kind=IdentityKind.LABEL, speaker=speaker, **common), {"original": original[:300]})
        for speaker, originals in labels.items()
        for original in dict.fromkeys(originals)
    ]
    if file_name:
        rows.append((SealedIdentity(kind=IdentityKind.FILE, **common), {"original": file_name[:300]}))
    store(rows)


def give_labels(source: Source, speaker: int, into: int) -> None:
    """A speaker (by id) of a source was merged into another one."""
    labels = SealedIdentity.objects.filter(kind=IdentityKind.LABEL, source=source.uuid, speaker=speaker)
    labels.update(speaker=into)


def speaker_of_label(source: Source, wanted: str) -> int | None:
    """The speaker whose label in the file had the search key `wanted`. For the command line and who may see it."""
    for row in SealedIdentity.objects.filter(source=source.uuid, kind=IdentityKind.LABEL):
        if search_key(open_row(row).get("original", "")) == wanted:
            return row.speaker
    return None


def look_at_labels(*, actor: Membership, source: Source) -> dict[int, str]:
    """What each speaker (by id) of a source was called in the file, several names with commas. Audited."""
    found: dict[int, list[str]] = {}
    with _looking(actor, "labels", source=str(source.uuid)):
        for row in SealedIdentity.objects.filter(source=source.uuid, kind=IdentityKind.LABEL).order_by("id"):
            original = open_row(row).get("original")
            if original and row.speaker is not None:
                found.setdefault(row.speaker, []).append(original)
    return {speaker: ", ".join(originals) for speaker, originals in found.items()}


def look_at_person(*, actor: Membership, informant: Informant) -> dict[str, str]:
    """An informant's name, telephone, e-mail and note; all empty where none is kept. Audited."""
    with _looking(actor, "person", informant=str(informant.uuid)) as record:
        row = _person(informant)
        held = open_row(row) if row else {}
        record.event.details["many"] = int(any(held.get(name) for name in PERSON_FIELDS))
    return {name: str(held.get(name, "")) for name in PERSON_FIELDS}


def look_at_people(*, actor: Membership) -> dict[uuid.UUID, dict[str, str]]:
    """Everybody's entry by informant. Audited as one look."""
    with _looking(actor, "people"):
        rows = SealedIdentity.objects.filter(project=actor.project.uuid, kind=IdentityKind.PERSON)
        held = {row.informant: open_row(row) for row in rows if row.informant}
    return {key: {name: str(fields.get(name, "")) for name in PERSON_FIELDS} for key, fields in held.items()}


def _looking(actor: Membership, what: str, **details: Any) -> Any:
    """The transaction of one audited look. Raises Denied."""
    check_handles_identities(actor)
    return recording(verb="identity.look", actor=actor, details={"what": what, **details}, always=True)


def _person(informant: Informant) -> SealedIdentity | None:
    return SealedIdentity.objects.filter(kind=IdentityKind.PERSON, informant=informant.uuid).first()


def write_person(*, actor: Membership, informant: Informant, **fields: str) -> None:
    """Keep who an informant is: `name`, `phone`, `email`, `note`; all empty removes the entry. Audited."""
    check_handles_identities(actor)
    if informant.project_id != actor.project_id:
        raise Conflict(_("This informant is gone."))
    held = {name: fields.get(name, "").strip()[:500] for name in PERSON_FIELDS}
    with recording(
        verb="identity.write", actor=actor, details={"informant": str(informant.uuid)}, always=True
    ):
        row = _person(informant)
        if not any(held.values()):
            if row is not None:
                row.delete()
            return
        ready()
        if row is None:
            new = SealedIdentity(
                project=actor.project.uuid, kind=IdentityKind.PERSON, informant=informant.uuid
            )
            store([(new, held)])
        else:
            row.sealed, row.modified = sealing.seal(held), timezone.now()
            row.save(update_fields=["sealed", "modified"])


def forget_source(source: Source) -> int:
    """Remove what is kept about a source that is gone."""
    return SealedIdentity.objects.filter(source=source.uuid).delete()[0]


def forget_informant(person: Informant, speakers: Sequence[int] = ()) -> int:
    """Remove who an informant is, and what their speakers (by id) were called; answers how many entries went."""
    held = SealedIdentity.objects.filter(project=person.project.uuid)
    return held.filter(Q(informant=person.uuid) | Q(speaker__in=list(speakers))).delete()[0]


def forget_project(project: Project) -> int:
    """Remove a project's whole key; answers how many entries went."""
    return SealedIdentity.objects.filter(project=project.uuid).delete()[0]


def export_key(*, actor: Membership) -> list[dict[str, str]]:
    """Every entry of the project's key, opened, as rows for a file. For leads who handle identities; audited."""
    check_role(actor, "lead")
    check_handles_identities(actor)
    project = actor.project
    with recording(verb="identity.export", actor=actor, always=True) as record:
        rows = SealedIdentity.objects.filter(project=project.uuid).order_by("kind", "id")
        sources = dict(Source.objects.filter(project=project).values_list("uuid", "title"))
        informants = dict(Informant.objects.filter(project=project).values_list("uuid", "pseudonym"))
        labels = dict(Speaker.objects.filter(source__project=project).values_list("pk", "label"))
        found = []
        for row in rows:
            held = open_row(row)
            found.append(
                {
                    "kind": row.kind,
                    "source": sources.get(row.source, "") if row.source else "",
                    "stands_as": str(
                        labels.get(row.speaker, "") if row.speaker else held.get("replacement", "")
                    )
                    or (informants.get(row.informant, "") if row.informant else ""),
                    "original": str(held.get("original", "")),
                    **{name: str(held.get(name, "")) for name in PERSON_FIELDS},
                }
            )
        record.event.details = {"many": len(found)}
    return found


def seal_again() -> int:
    """Seal every entry with the newest key, after one was added; answers how many. Entries without a key stay."""
    many = 0
    for row in SealedIdentity.objects.order_by("id"):
        held = open_row(row)
        if held:
            row.sealed = sealing.seal(held)
            if row.kind == IdentityKind.WORD and row.lookup:
                row.lookup = sealing.digests(held["term"])[0]
            row.save(update_fields=["sealed", "lookup"])
            many += 1
    return many


def look_at_names(*, actor: Membership, informant: Informant) -> list[str]:
    """Every name by which an informant may be spoken of: their own, their labels in the files, and what stands for
    one of these in the texts now. Audited."""
    names: dict[str, None] = {}
    with _looking(actor, "names", informant=str(informant.uuid)) as record:
        person = _person(informant)
        own = [str(open_row(person).get("name", ""))] if person else []
        speakers = list(Speaker.objects.filter(informant=informant).values_list("pk", flat=True))
        labels = SealedIdentity.objects.filter(
            project=actor.project.uuid, kind=IdentityKind.LABEL, speaker__in=speakers
        )
        own += [str(open_row(row).get("original", "")) for row in labels]
        known = {search_key(part) for name in own for part in (name, *name.split()) if part}
        names |= dict.fromkeys(filter(None, own))
        words = SealedIdentity.objects.filter(project=actor.project.uuid, kind=IdentityKind.WORD)
        for row in words:
            held = open_row(row)
            if held and (row.informant == informant.uuid or search_key(held["original"]) in known):
                names |= dict.fromkeys(filter(None, [held["original"], held["replacement"]]))
        record.event.details["many"] = len(names)
    return list(names)


def unreadable() -> int:
    """How many entries none of the keys in force opens."""
    return sum(1 for row in SealedIdentity.objects.all() if not open_row(row))
