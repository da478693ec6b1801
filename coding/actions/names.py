"""Names out of the texts: what was decided about each, in the sealed store, and the replacing of all at once.

A decision is about a word or several ("Kari Nordmann"), wherever they stand in the project, inflected forms included;
a mark (`models.privacy.NameMark`) makes an exception at one place. Replacing makes new versions of every text that
holds such a word, rewords memos and the audit, and removes the earlier texts for good: all of it or nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coding import sealing
from coding.actions import identities
from coding.actions.corrections import turns_of
from coding.actions.erasing import reword_audit, reword_notes, scrub_when_committed
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.actions.report_files import drop_exports
from coding.actions.versions import purge_versions, store_version
from coding.anchoring.offsets import as_stored
from coding.anchoring.spans import BadEdits
from coding.anchoring.texts import NewText, retold
from coding.language.names import KINDS
from coding.language.occurrences import find_all
from coding.language.replacing import KEEP, REPLACE, Decision, edits_of, replacing, rewording
from coding.models import Informant, Membership, NameMark, Project, SealedIdentity, Source, TextVersion
from coding.models.identities import IDENTITIES, IdentityKind
from coding.models.names import search_key, tidy
from coding.models.privacy import MarkVerdict
from coding.models.sources import VersionReason
from coding.permissions import check_can_see_source, check_handles_identities

MOST_CHARACTERS = 100
_TRIES = 3


def _digests(project: Project, term: str) -> list[str]:
    return sealing.digests(f"{project.uuid}/{_folded(term)}")


def _folded(term: str) -> str:
    """The form by which one word has one decision. Capital letters count: "Sol" is a person, "sol" shines."""
    return tidy(term)


def decisions(project: Project) -> list[Decision]:
    """All decisions of a project that can be read, by word. Not for a page: see `look_at_words`."""
    rows = SealedIdentity.objects.filter(project=project.uuid, kind=IdentityKind.WORD).order_by("id")
    found = []
    for row in rows:
        held = identities.open_row(row)
        if held:
            found.append(
                Decision(
                    row.uuid, held["original"], held["kind"], held["verdict"], held["replacement"], held["by"]
                )
            )
    return sorted(found, key=lambda one: search_key(one.term))


def listed_names(project: Project) -> dict[str, str]:
    """The names that must not leave: words that are to be replaced, participants' names and what they were called in
    their files ({name: kind}). For a check of what leaves; what is not in the checked words is shown to nobody."""
    found = {one.term: one.kind for one in decisions(project) if one.verdict == REPLACE}
    people = SealedIdentity.objects.filter(
        project=project.uuid, kind__in=[IdentityKind.PERSON, IdentityKind.LABEL]
    )
    for row in people.order_by("id"):
        held = identities.open_row(row)
        whole = tidy(str(held.get("name") or held.get("original") or ""))
        for name in (whole, *whole.split()):
            if len(name) > 2 and name[0].isupper():
                found.setdefault(name, "person")
    return found


def look_at_words(*, actor: Membership) -> list[Decision]:
    """All decisions of the actor's project. Audited as a look into the key."""
    check_handles_identities(actor)
    with recording(verb="identity.look", actor=actor, details={"what": "words"}, always=True):
        return decisions(actor.project)


def decide(
    *,
    actor: Membership,
    term: str,
    kind: str,
    verdict: str,
    replacement: str = "",
    informant: uuid.UUID | None = None,
) -> Decision:
    """Decide about a word, or decide anew: REPLACE it by `replacement` everywhere, or KEEP it as it is.

    `informant` says whose name it is, so that it goes when they withdraw. Raises Denied, Invalid with the field.
    """
    check_handles_identities(actor)
    term, replacement = tidy(as_stored(term)), tidy(as_stored(replacement))
    if not term or len(term) > MOST_CHARACTERS or not any(c.isalnum() for c in term):
        raise Invalid(_("Choose a word, or several, of at most 100 characters."), "term")
    if verdict not in (REPLACE, KEEP) or kind not in KINDS:
        raise Invalid(_("Choose what shall be done with it."), "verdict")
    if verdict == REPLACE:
        _check_replacement(term, replacement)
        _check_no_chain(actor.project, term, replacement)
    person = None
    if informant is not None:
        person = Informant.objects.filter(project_id=actor.project_id, uuid=informant).first()
    held = {
        "term": f"{actor.project.uuid}/{_folded(term)}",
        "original": term,
        "kind": kind,
        "verdict": verdict,
        "replacement": replacement if verdict == REPLACE else "",
        "by": actor.name,
    }
    with recording(verb="names.decide", actor=actor, details={"verdict": verdict, "kind": kind}, always=True):
        identities.ready()
        row = _row(actor.project, term)
        with transaction.atomic(using=IDENTITIES):
            if row is None:
                row = SealedIdentity(project=actor.project.uuid, kind=IdentityKind.WORD)
                row.lookup = _digests(actor.project, term)[0]
            row.informant = person.uuid if person else row.informant
            row.sealed, row.modified = sealing.seal(held), timezone.now()
            row.save()
    return Decision(row.uuid, term, kind, verdict, held["replacement"], actor.name)


def _check_replacement(term: str, replacement: str) -> None:
    if not replacement or len(replacement) > MOST_CHARACTERS:
        raise Invalid(_("Say what shall stand in its place, in at most 100 characters."), "replacement")
    if as_stored("a" + replacement) != "a" + replacement or not any(c.isalnum() for c in replacement):
        raise Invalid(
            _("The replacement needs a letter or a digit, and must not begin with an accent alone."),
            "replacement",
        )
    if find_all(replacement, {term: "person"}):
        raise Invalid(_("The replacement must not hold the name itself."), "replacement")


def _check_no_chain(project: Project, term: str, replacement: str) -> None:
    """Refuse what would replace a replacement when texts are gone through the next time."""
    terms, replacements = replacing([one for one in decisions(project) if one.term != term])
    if find_all(replacement, terms):
        raise Invalid(
            _("“%(word)s” is a name that is replaced itself. Choose another replacement.")
            % {"word": replacement},
            "replacement",
        )
    if any(find_all(other, {term: "person"}) for other in replacements.values()):
        raise Invalid(
            _(
                "“%(word)s” stands in the place of a name already. Choose another replacement there first, or keep it."
            )
            % {"word": term},
            "term",
        )


def _row(project: Project, term: str) -> SealedIdentity | None:
    lookups = _digests(project, term)
    return SealedIdentity.objects.filter(project=project.uuid, lookup__in=lookups).first()


def take_back(*, actor: Membership, term: str) -> None:
    """Forget what was decided about a word, so that it waits again. What was replaced stays replaced."""
    check_handles_identities(actor)
    with recording(verb="names.decide", actor=actor, details={"verdict": "open"}, always=True):
        row = _row(actor.project, tidy(as_stored(term))) if sealing.has_key() else None
        if row is not None:
            row.delete()


def mark(
    *,
    actor: Membership,
    source: Source,
    version: int,
    start: int,
    end: int,
    verdict: str,
    replacement: str = "",
    note: str = "",
) -> NameMark:
    """Say what holds at one place of the text with version id `version`; a later word about the place replaces it.

    Raises Denied, Invalid, and Conflict where the text was changed in the meantime.
    """
    check_handles_identities(actor)
    check_can_see_source(actor, source)
    replacement, note = tidy(as_stored(replacement)), tidy(as_stored(note))[:300]
    with recording(verb="names.mark", actor=actor, details={"verdict": verdict}, always=True):
        source = Source.objects.select_related("version").get(pk=source.pk)
        text = source.version
        if text is None or text.pk != version:
            raise Conflict(_("The text was changed in the meantime. Load the page again."))
        if not 0 <= start < end <= text.characters or not text.text[start:end].strip():
            raise Invalid(_("Select some words first."), "start")
        if verdict not in MarkVerdict.values:
            raise Invalid(_("Choose what shall be done with it."), "verdict")
        if verdict == MarkVerdict.REPLACE:
            if "\n" in text.text[start:end]:
                raise Invalid(_("Select words of one turn."), "start")
            _check_replacement(text.text[start:end], replacement)
        row, _made = NameMark.objects.update_or_create(
            version=text,
            start=start,
            end=end,
            defaults={
                "source": source,
                "verdict": verdict,
                "replacement": replacement if verdict == MarkVerdict.REPLACE else "",
                "note": note,
                "member": actor,
            },
        )
    return row


def unmark(*, actor: Membership, source: Source, mark: uuid.UUID) -> None:
    """Take a mark away."""
    check_handles_identities(actor)
    check_can_see_source(actor, source)
    with recording(verb="names.mark", actor=actor, details={"verdict": "open"}, always=True):
        NameMark.objects.filter(source=source, uuid=mark).delete()


@dataclass(frozen=True)
class Replaced:
    """What a replacement did: texts and places in them, memos and other notes, codings that wait for a look."""

    sources: int
    places: int
    notes: int
    to_review: int


def replace_names(*, actor: Membership) -> Replaced:
    """Carry out what was decided, in all texts of the project, its memos and its audit. All or nothing; no undo.

    The new texts are made before the transaction begins and only written in it; where somebody changed a text in the
    meantime, they are made again. Raises Denied, Invalid, Conflict.
    """
    check_handles_identities(actor)
    for _attempt in range(_TRIES):
        terms, replacements = replacing(decisions(actor.project))
        plans = _plans(actor.project, terms, replacements)
        with recording(verb="names.replace", actor=actor) as record:
            if not _still_so(actor.project, plans):
                continue
            to_review = 0
            for source, _version, _marks, new in plans:
                if new is None:
                    continue
                store_version(record, source, new, reason=VersionReason.NAMES, actor=actor)
            to_review = sum(
                1 for change in record.changes if change.kind == "Coding" and (change.after or {})["review"]
            )
            purge_versions([source for source, _version, _marks, new in plans if new is not None])
            reword = rewording(terms, replacements)
            notes = reword_notes(actor.project, reword) if terms else 0
            reword_audit(record, actor.project, reword)
            changed = [new for _source, _version, _marks, new in plans if new is not None]
            done = Replaced(len(changed), sum(len(new.edits) for new in changed), notes, to_review)
            record.event.details = vars(done).copy()
            drop_exports(actor.project)
            scrub_when_committed()
        return done
    raise Conflict(
        _("Somebody else is changing these texts right now. Try again in a moment; nothing was changed.")
    )


Plan = tuple[Source, int | None, Sequence[NameMark], NewText | None]


def _plans(project: Project, terms: Mapping[str, str], replacements: Mapping[str, str]) -> list[Plan]:
    plans: list[Plan] = []
    sources = Source.objects.filter(project=project, version__isnull=False)
    for source in sources.select_related("version").order_by("pk"):
        assert source.version is not None
        text = source.version.text
        marks = list(source.version.marks.all())
        edits = edits_of(text, marks, terms, replacements)
        try:
            new = retold(text, turns_of(source.version_id), edits) if edits else None
        except BadEdits:
            raise Invalid(
                _("In “%(title)s” a replacement would run into the letter after it. Change the replacement.")
                % {"title": source.title}
            ) from None
        plans.append((source, source.version_id, marks, new))
    return plans


def _still_so(project: Project, plans: Sequence[Plan]) -> bool:
    """Whether the texts and marks from which the plans were made are still those of the project."""
    now = dict(Source.objects.filter(project=project, version__isnull=False).values_list("pk", "version_id"))
    marks = set(
        NameMark.objects.filter(version_id__in=now.values()).values_list("pk", "verdict", "replacement")
    )
    then = {
        (mark.pk, mark.verdict, mark.replacement)
        for _source, _version, found, _new in plans
        for mark in found
    }
    return now == {source.pk: version for source, version, _marks, _new in plans} and marks == then


def keep_suggestions(*, version: int, suggestions: Sequence[tuple[int, int, str, bool]]) -> None:
    """Keep what was found in a text (version id) that may identify somebody: places and kinds, no words."""
    TextVersion.objects.filter(pk=version, purged=None).update(suggestions=[list(one) for one in suggestions])
