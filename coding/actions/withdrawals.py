"""An informant withdraws: what they said, and what others said of them, is gone, and a certificate says so."""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coding import ledger
from coding.actions.corrections import turns_of
from coding.actions.erasing import (
    erase_codings,
    erase_memos,
    erase_source,
    erase_summaries,
    forget_changes,
    reword_audit,
    reword_summaries,
    scrub_when_committed,
)
from coding.actions.errors import Conflict, Invalid
from coding.actions.identities import forget_informant
from coding.actions.quoted import forget_wordings
from coding.actions.recording import Recording, recording
from coding.actions.report_files import drop_exports
from coding.actions.versions import purge_versions, store_version
from coding.anchoring.losing import losses
from coding.anchoring.quoting import without_words_of
from coding.anchoring.spans import Edit, SpanMap
from coding.anchoring.texts import NewText, retold, without_turns
from coding.models import (
    Attribution,
    Certificate,
    Coding,
    Consent,
    Informant,
    InformantValue,
    Membership,
    Memo,
    Project,
    Source,
    Speaker,
    Summary,
    Turn,
)
from coding.models.names import search_key
from coding.models.privacy import CertificateKind
from coding.models.sources import SpeakerRole, VersionReason
from coding.models.themes import BY_INFORMANT
from coding.permissions import check_handles_identities

LEFT_OUT = "[…]"


@dataclass(frozen=True)
class Mention:
    """Words of somebody else that point to the informant: code points [start, end) of a version (by id) of a source."""

    source: uuid.UUID
    version: int
    start: int
    end: int


@dataclass(frozen=True)
class TextPlan:
    """What is taken out of one source: all of it (`edits` None), or its text after `edits`."""

    source: Source
    edits: Sequence[Edit] | None
    words: int


@dataclass
class Removed:
    """What a withdrawal took away, in figures."""

    sources: int = 0
    texts: int = 0
    turns: int = 0
    words: int = 0
    codings: int = 0
    to_review: int = 0
    mentions: int = 0
    memos: int = 0
    summaries: int = 0
    identities: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {name: value for name, value in vars(self).items() if name != "entries"}


def withdraw(
    *,
    actor: Membership,
    informant: uuid.UUID,
    confirmation: str,
    mentions: Sequence[Mention] = (),
    memos: Iterable[uuid.UUID] = (),
) -> Certificate:
    """Remove an informant with all that they said, `mentions` in other people's speech, and `memos` that name them.

    `confirmation` is the informant's pseudonym, typed. Cannot be undone. Raises Denied, Invalid, and Conflict where
    a text was changed since its mentions were chosen. The certificate holds no content.
    """
    check_handles_identities(actor)
    person = Informant.objects.filter(project_id=actor.project_id, uuid=informant).first()
    if person is None:
        raise Conflict(_("This informant is gone."))
    if search_key(confirmation) != person.name_key:
        raise Invalid(_("Type the informant's pseudonym exactly, to confirm."), "confirmation")
    made = timezone.now()
    with recording(verb="informant.withdraw", actor=actor, always=True) as record:
        person = Informant.objects.select_related("project").get(pk=person.pk)
        removed = _remove(record, person, mentions, actor)
        removed.memos += erase_memos(
            Memo.objects.filter(project=actor.project, uuid__in=list(memos)).values_list("pk", flat=True)
        )
        record.event.details = removed.counts()
        certificate = Certificate.objects.create(
            kind=CertificateKind.WITHDRAWAL,
            project_id=actor.project_id,
            project_uuid=actor.project.uuid,
            project_title=actor.project.title,
            user=actor.user,
            made_by=actor.name,
            made=made,
            counts=removed.counts(),
        )
        # Before the commit: a backup restored later must not bring back what is gone here.
        ledger.note(
            "withdrawal",
            made=made.isoformat(),
            project=str(actor.project.uuid),
            informant=str(informant),
            texts=removed.entries,
        )
    return certificate


def apply_again(entry: Mapping[str, Any]) -> bool:
    """Carry out a withdrawal of the ledger in a database that was restored; False where it holds nothing of it."""
    person = (
        Informant.objects.select_related("project")
        .filter(uuid=entry["informant"], project__uuid=entry["project"])
        .first()
    )
    if person is None:
        return False
    known = {text["source"]: text for text in entry["texts"]}
    with recording(verb="informant.withdraw", project=person.project, always=True) as record:
        removed = _remove(record, person, (), None, known)
        record.event.details = removed.counts()
    return True


def plan(person: Informant, mentions: Sequence[Mention] = (), also: Container[str] = ()) -> list[TextPlan]:
    """What a withdrawal takes out of each source. A source in which nobody else speaks goes whole.

    `also` names further sources (UUIDs as text). Raises Conflict where a mention is of a text that is not the current
    one any more.
    """
    by_source: dict[uuid.UUID, list[Mention]] = {}
    for mention in mentions:
        by_source.setdefault(mention.source, []).append(mention)
    spoken = set(Speaker.objects.filter(informant=person).values_list("source_id", flat=True))
    sources = Source.objects.filter(project_id=person.project_id).select_related("version")
    plans = []
    for source in sources.order_by("pk"):
        chosen = by_source.get(source.uuid, [])
        if any(mention.version != source.version_id for mention in chosen):
            raise Conflict(
                _("“%(title)s” was changed in the meantime. Look at the mentions once more.")
                % {"title": source.title}
            )
        if source.version is not None and (source.pk in spoken or chosen or str(source.uuid) in also):
            plans.append(_plan_source(source, person, chosen))
    return plans


def _plan_source(source: Source, person: Informant, mentions: Sequence[Mention]) -> TextPlan:
    assert source.version is not None
    turns = turns_of(source.version_id)
    text = source.version.text
    theirs = set(source.speakers.filter(informant=person).values_list("pk", flat=True))
    others = source.speakers.exclude(pk__in=theirs).exclude(role=SpeakerRole.INTERVIEWER)
    heard = set(
        Turn.objects.filter(version=source.version, speaker__in=others).values_list("speaker_id", flat=True)
    )
    gone = [place for place, turn in enumerate(turns) if turn.speaker in theirs]
    words = sum(len(text[turns[place].start : turns[place].end].split()) for place in gone)
    if theirs and not heard:
        return TextPlan(source, None, words)
    edits = without_turns(text, turns, gone)
    for mention in sorted(mentions, key=lambda one: one.start):
        inside = 0 <= mention.start < mention.end <= len(text)
        if inside and not any(e.start < mention.end and mention.start < e.end for e in edits):
            edits.append(Edit(mention.start, mention.end, LEFT_OUT))
    return TextPlan(source, sorted(edits, key=lambda edit: edit.start), words)


def _remove(
    record: Recording,
    person: Informant,
    mentions: Sequence[Mention],
    actor: Membership | None,
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> Removed:
    """Take a person out of a project. `known` are an earlier withdrawal's edits by source, as the ledger has them."""
    removed = Removed()
    project: Project = person.project
    speakers = list(Speaker.objects.filter(informant=person).values_list("pk", flat=True))
    touched, said = [], []
    for one in plan(person, mentions, known or ()):
        removed.words += one.words
        said += _taken_out(one)
        if one.edits is None:
            removed.sources += 1
            removed.codings += Coding.objects.filter(source=one.source).count()
            erase_source(one.source)
            continue
        _retell(record, one, removed, actor, known)
        touched.append(one.source)
    purge_versions(touched)
    forget_wordings(record, touched)
    drop_exports(project)
    removed.memos += erase_memos(Memo.objects.filter(informant=person).values_list("pk", flat=True))
    forget_changes(
        "InformantValue", InformantValue.objects.filter(informant=person).values_list("pk", flat=True)
    )
    forget_changes("Attribution", Attribution.objects.filter(informant=person).values_list("pk", flat=True))
    forget_changes("Consent", Consent.objects.filter(informant=person).values_list("pk", flat=True))
    forget_changes("Informant", [person.pk])
    forget_changes("Speaker", speakers)
    gone = Turn.objects.filter(speaker__in=speakers)
    Speaker.objects.filter(pk__in=speakers).exclude(pk__in=gone.values("speaker_id")).delete()
    removed.identities = forget_informant(person, speakers)
    pseudonym = person.pseudonym
    theirs = Summary.objects.filter(theme__project=project, by=BY_INFORMANT, key=str(person.uuid))
    removed.summaries = erase_summaries(theirs)
    person.delete()
    reword_audit(record, project, lambda text: text.replace(pseudonym, LEFT_OUT))
    reword_summaries(
        project, lambda text: without_words_of(text.replace(pseudonym, LEFT_OUT), said, LEFT_OUT)
    )
    scrub_when_committed()
    return removed


def _taken_out(one: TextPlan) -> list[str]:
    """The words that go out of a source, as runs of text."""
    assert one.source.version is not None
    text = one.source.version.text
    return [text] if one.edits is None else [text[edit.start : edit.end] for edit in one.edits]


def _retell(
    record: Recording,
    one: TextPlan,
    removed: Removed,
    actor: Membership | None,
    known: Mapping[str, Mapping[str, Any]] | None,
) -> None:
    source = one.source
    assert source.version is not None
    text, turns = source.version.text, turns_of(source.version_id)
    edits = one.edits or ()
    before = (known or {}).get(str(source.uuid))
    if before and before["sha256"] == source.version.sha256:
        edits = [Edit(start, end, words) for start, end, words in before["edits"]]
    new: NewText = retold(text, turns, edits)
    removed.texts += 1
    removed.turns += len(turns) - len(new.turns)
    removed.mentions += sum(1 for edit in edits if edit.text)
    removed.entries.append(
        {
            "source": str(source.uuid),
            "sha256": source.version.sha256,
            "edits": [[edit.start, edit.end, edit.text] for edit in edits],
        }
    )
    codings = Coding.objects.filter(source=source).order_by("id")
    lost = losses(codings, new.text, SpanMap.of(new.edits))
    store_version(record, source, new, reason=VersionReason.WITHDRAWAL, actor=actor)
    record.changes = [c for c in record.changes if not (c.kind == "Coding" and c.object_id in lost.gone)]
    removed.codings += erase_codings(lost.gone)
    removed.to_review += len(lost.cut)
