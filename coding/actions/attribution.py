"""Keeps what is derived of codings: their words and their links to informants, and the corrections to these by hand.

Written here and nowhere else.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.anchoring.attribution import Speech, Stretch, speech
from coding.models import (
    Attribution,
    Coding,
    CodingInformant,
    Informant,
    Membership,
    Source,
    TextVersion,
    Turn,
)
from coding.models.codings import Review
from coding.permissions import check_can_code

_BATCH = 500


def speech_of(version_id: int) -> Speech:
    """The turns of a version, with whose they are. One query."""
    return speech(Turn.objects.spoken(version_id))


def corrections_of(version_id: int) -> dict[tuple[int, int], dict[int, bool]]:
    """What was corrected by hand, per stretch (start, end). One query."""
    corrections: dict[tuple[int, int], dict[int, bool]] = defaultdict(dict)
    rows = Attribution.objects.filter(version_id=version_id).values_list(
        "start", "end", "informant_id", "counts"
    )
    for start, end, informant, counts in rows:
        corrections[start, end][informant] = counts
    return corrections


def correct_attribution(
    *, actor: Membership, source: Source, coding: uuid.UUID, informant: uuid.UUID, counts: bool | None
) -> None:
    """Say by hand whether an informant counts in the stretch on which a coding stands; None: as the rule says.

    What is corrected is the stretch, so that every coding on exactly it follows, whoever put it there; a correction to
    what the rule says anyway is none. Nobody may be left to count: the passage then counts nowhere. Raises Denied,
    Conflict where the coding is gone, Invalid where the informant does not speak there.
    """
    check_can_code(actor, source)
    with recording(verb="attribution.correct", actor=actor, page=str(source.uuid)) as record:
        row = _standing(actor, source, coding)
        stretch = Stretch(row.start, row.end, row.first_word, row.end_word)
        said = speech_of(row.version_id)
        person = Informant.objects.filter(project_id=actor.project_id, uuid=informant).first()
        if person is None or person.pk not in {whose for whose, _voice in said.words_in(stretch)}:
            raise Invalid(_("This informant does not speak in the passage."))
        if counts is not None and counts == (person.pk in said.who_counts(stretch)):
            counts = None
        place = {"start": row.start, "end": row.end, "informant": person}
        present = row.version.attributions.filter(**place).first()
        if counts is None:
            if present is not None:
                record.delete(present)
        elif present is not None:
            record.update(present, counts=counts)
        else:
            record.create(Attribution(version=row.version, counts=counts, **place))
        relink(on_stretch(row.version_id, row.start, row.end))


def _standing(actor: Membership, source: Source, coding: uuid.UUID) -> Coding:
    """A coding in `source` that the actor may see, and that holds words. Raises Conflict."""
    rows = Coding.objects.filter(source=source, uuid=coding).exclude(review=Review.EMPTIED).seen_by(actor)
    row = rows.select_related("version").first()
    if row is None:
        raise Conflict(_("The coding has been removed in the meantime."))
    return row


def on_stretch(version_id: int, start: int, end: int) -> QuerySet[Coding]:
    """All codings on exactly the code points [start, end) of a version: one correction is about all of them."""
    return Coding.objects.filter(version_id=version_id, start=start, end=end)


def links_of(
    codings: Iterable[Coding], version_id: int, said: Speech | None = None
) -> dict[int, set[int | None]]:
    """For each coding (by id; all of one version) who counts in it, by the rule of `anchoring.attribution`.

    `said` are the turns of the version, where the asker has them.
    """
    if said is None:
        said = speech_of(version_id)
    corrections = corrections_of(version_id)
    return {
        coding.pk: said.who_counts(
            Stretch(coding.start, coding.end, coding.first_word, coding.end_word),
            corrections.get((coding.start, coding.end)),
        )
        for coding in codings
    }


def relink(codings: Iterable[Coding]) -> None:
    """Write the links of `codings` anew. Call it inside the transaction that wrote them."""
    by_version: dict[int, list[Coding]] = defaultdict(list)
    for coding in codings:
        by_version[coding.version_id].append(coding)
    for version_id, members in by_version.items():
        links = links_of(members, version_id)
        keys = list(links)
        for place in range(0, len(keys), _BATCH):
            CodingInformant.objects.filter(coding_id__in=keys[place : place + _BATCH]).delete()
        _write(links)


def link_new(codings: Iterable[Coding], version_id: int, said: Speech) -> None:
    """Write the links of codings that were made in this transaction, all of the version whose turns are `said`."""
    _write(links_of(codings, version_id, said))


def _write(links: dict[int, set[int | None]]) -> None:
    CodingInformant.objects.bulk_create(
        [
            CodingInformant(coding_id=coding, informant_id=informant)
            for coding, informants in links.items()
            for informant in informants
        ],
        batch_size=_BATCH,
    )


def relink_version(version: TextVersion | int) -> None:
    """Write the links of every coding in a version anew: after its speakers changed."""
    key = version if isinstance(version, int) else version.pk
    relink(Coding.objects.filter(version_id=key))
