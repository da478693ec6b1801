"""Who speaks in a source: said for all its labels at once, and two labels made one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coding.actions.attribution import relink_version
from coding.actions.errors import Conflict, Invalid
from coding.actions.identities import give_labels
from coding.actions.informants import add_informant
from coding.actions.recording import Recording, recording
from coding.actions.sources import link_speakers
from coding.models import Informant, Membership, Role, Source, Speaker, Turn
from coding.models.names import tidy
from coding.models.sources import SpeakerRole
from coding.permissions import check_can_see_source, check_role


@dataclass(frozen=True)
class NewInformant:
    """An informant to add with the link. No pseudonym: the next free one."""

    pseudonym: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SpeakerChoice:
    """What a speaker (by id) shall be: label, role, and whose it is, if anybody's."""

    speaker: int
    label: str
    role: str
    informant: uuid.UUID | NewInformant | None = None


def set_speakers(*, actor: Membership, source: Source, choices: Sequence[SpeakerChoice]) -> int:
    """Give the speakers of a source their labels, roles and informants; answers how many changed.

    Raises Invalid with the field `<speaker id>.<name>` that it concerns, Conflict where a speaker or informant is gone.
    """
    check_role(actor, Role.CODER)
    check_can_see_source(actor, source)
    with recording(verb="speaker.update", actor=actor, page=f"{source.uuid}/s") as record:
        speakers = {row.pk: row for row in source.speakers.select_related("source", "informant")}
        if any(choice.speaker not in speakers for choice in choices):
            raise Conflict(
                _("The speakers of this source were changed in the meantime. Load the page again.")
            )
        links: list[tuple[Speaker, Informant | None, str]] = []
        for choice in choices:
            speaker = speakers[choice.speaker]
            _relabel(record, speaker, choice.label, list(speakers.values()))
            if choice.role not in SpeakerRole.values:
                raise Invalid(_("Choose what the speaker is."), f"{speaker.pk}.role")
            informant = _informant(record, actor, speaker, choice)
            if (informant.pk if informant else None) != speaker.informant_id or choice.role != speaker.role:
                links.append((speaker, informant, choice.role))
        link_speakers(record, links)
        return len({change.object_id for change in record.changes if change.kind == "Speaker"})


def _relabel(record: Recording, speaker: Speaker, label: str, all_speakers: Sequence[Speaker]) -> None:
    label = tidy(label)[:150]
    if not label:
        raise Invalid(_("A speaker needs a label."), f"{speaker.pk}.label")
    if any(other.label == label and other.pk != speaker.pk for other in all_speakers):
        raise Invalid(
            _("Another speaker of this source has this label. Merge them instead."), f"{speaker.pk}.label"
        )
    record.update(speaker, label=label)


def _informant(
    record: Recording, actor: Membership, speaker: Speaker, choice: SpeakerChoice
) -> Informant | None:
    if choice.role != SpeakerRole.INFORMANT or choice.informant is None:
        return None
    if isinstance(choice.informant, NewInformant):
        try:
            return add_informant(
                record, actor.project_id, choice.informant.pseudonym, choice.informant.values
            )
        except Invalid as error:
            raise Invalid(str(error), f"{speaker.pk}.{error.field or 'informant'}") from None
    informant = Informant.objects.filter(project_id=actor.project_id, uuid=choice.informant).first()
    if informant is None:
        raise Conflict(_("This informant is gone."))
    return informant


def merge_speakers(*, actor: Membership, speaker: Speaker, into: Speaker) -> Speaker:
    """Give all turns of `speaker` to `into`, a speaker of the same source, and delete it."""
    check_role(actor, Role.CODER)
    source = speaker.source
    check_can_see_source(actor, source)
    if speaker.pk == into.pk or into.source_id != speaker.source_id:
        raise Invalid(_("Only two speakers of one source can be merged."))
    with recording(verb="speaker.update", actor=actor, page=f"{source.uuid}/s") as record:
        key = speaker.pk
        for turn in Turn.objects.filter(speaker=speaker):
            record.update(turn, speaker=into)
        record.delete(speaker)
        if source.version_id:
            relink_version(source.version_id)
        give_labels(source, key, into.pk)
    return into
