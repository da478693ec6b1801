"""Correcting a text: words, speakers, split and joined turns; all corrections made together are one new version."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from coding.actions.erasing import scrub_when_committed
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.actions.versions import purge_versions, store_version
from coding.anchoring.spans import BadEdits
from coding.anchoring.texts import NewText, NothingLeft, PlannedTurn, TurnChange, corrected
from coding.models import Membership, Role, Source, TextVersion, Turn
from coding.models.sources import VersionReason
from coding.permissions import check_can_see_source, check_handles_identities, check_role

# What corrections may add to a text, and how many turns it may then have: a correction is no import.
MOST_ADDED = 500_000
MOST_TURNS = 20_000


def text_page(source: Source) -> str:
    """The page on which corrections of a source's text are undone."""
    return f"{source.uuid}/t"


def turns_of(version_id: int | None) -> list[PlannedTurn]:
    """The turns of a version as plans, in order."""
    rows = Turn.objects.filter(version_id=version_id).order_by("number")
    return [PlannedTurn(*row) for row in rows.values_list("start", "end", "speaker_id", "time")]


def plan_correction(source: Source, changes: Mapping[int, TurnChange]) -> NewText | None:
    """The text that `changes` (by turn number) make of the current one; None where nothing changes. Raises Invalid."""
    if source.version is None:
        raise Invalid(_("This source has no text."))
    _check_size(source.version, changes)
    labels = dict(source.speakers.values_list("label", "pk"))
    allowed = {*labels.values(), None}
    if any(change.speaker not in allowed for change in changes.values()):
        raise Conflict(_("The speakers of this source were changed in the meantime. Load the page again."))
    try:
        return corrected(source.version.text, turns_of(source.version_id), changes, labels)
    except NothingLeft:
        raise Invalid(_("A source needs a text. Delete the source if nothing of it shall stay.")) from None
    except BadEdits:
        raise Invalid(
            _("A word would begin with a mark that belongs on the letter before it. Type that word anew.")
        ) from None


def _check_size(version: TextVersion, changes: Mapping[int, TurnChange]) -> None:
    turns = Turn.objects.filter(version=version).count()
    begun = sum(change.text.count("\n\n") for change in changes.values())
    typed = sum(len(change.text) for change in changes.values())
    if typed > version.characters + MOST_ADDED or begun > max(MOST_TURNS - turns, 0):
        raise Invalid(
            _("This is more than a correction can hold. Import long texts as a source of their own.")
        )


def correct_text(
    *, actor: Membership, source: Source, version: int, changes: Mapping[int, TurnChange]
) -> TextVersion | None:
    """Make `changes` (by turn number) to the text of `source` as its version with number `version` had it.

    One new version, undoable on `text_page` until earlier texts are removed. Answers the version, or None where nothing
    changed. Raises Invalid, Denied, and Conflict where the text was changed in the meantime.
    """
    check_role(actor, Role.CODER)
    check_can_see_source(actor, source)
    details: dict[str, int] = {}
    with recording(verb="text.correct", actor=actor, page=text_page(source), details=details) as record:
        source = Source.objects.select_related("version").get(pk=source.pk)
        if source.version is None or source.version.number != version:
            raise Conflict(
                _("The text was changed in the meantime. Nothing was changed; your corrections stand below.")
            )
        new = plan_correction(source, changes)
        if new is None:
            return None
        stored = store_version(record, source, new, reason=VersionReason.CORRECTION, actor=actor)
        record.event.details = {"version": stored.pk, "number": stored.number, "changes": len(new.edits)}
    return stored


def purge_texts(*, actor: Membership, source: Source) -> int:
    """Remove the earlier texts of a source for good; answers how many. It ends the undoing of corrections."""
    check_handles_identities(actor)
    with recording(verb="text.purge", actor=actor, details={"source": str(source.uuid)}, always=True):
        scrub_when_committed()
        return purge_versions([source])
