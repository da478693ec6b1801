"""Informants: adding, describing, linking them to speakers, one by one and from a spreadsheet."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coding.actions.attributes import PAGE, attribute_for, value_for
from coding.actions.errors import Conflict, Invalid
from coding.actions.identities import speaker_of_label
from coding.actions.recording import Recording, recording
from coding.actions.sources import find_source, link_speakers
from coding.models import (
    Attribute,
    Informant,
    InformantValue,
    Membership,
    Memo,
    Project,
    Role,
    Source,
    Speaker,
)
from coding.models.names import search_key, tidy
from coding.models.sources import SpeakerRole
from coding.permissions import can_see_source, check_role

ERRORS_SHOWN = 10


@dataclass(frozen=True)
class InformantRow:
    """One line of a spreadsheet: a speaker (source and label), and whose it is."""

    line: int
    source: str
    label: str
    pseudonym: str = ""
    interviewer: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


class BadRows(Invalid):
    """Rows that cannot be imported; nothing was. `errors` are sentences that begin with the line's number."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors[:ERRORS_SHOWN]))
        self.errors = list(errors)


def _check_pseudonym(project_id: int, pseudonym: str, ours: Informant | None = None) -> str:
    pseudonym = tidy(pseudonym)[:150]
    if not pseudonym:
        raise Invalid(_("Give the informant a pseudonym."), "pseudonym")
    twins = Informant.objects.filter(project_id=project_id, name_key=search_key(pseudonym))
    if (twins.exclude(pk=ours.pk) if ours else twins).exists():
        raise Invalid(_("Another informant has this pseudonym already."), "pseudonym")
    return pseudonym


def free_pseudonym(project: Project | int) -> str:
    """The next `Informant N` that the project does not have."""
    key = project if isinstance(project, int) else project.pk
    taken = set(Informant.objects.filter(project_id=key).values_list("name_key", flat=True))
    number = len(taken) + 1
    while search_key(f"Informant {number}") in taken:
        number += 1
    return f"Informant {number}"


def _set_values(record: Recording, informant: Informant, values: Mapping[Attribute, str]) -> None:
    present = {row.attribute_id: row for row in InformantValue.objects.filter(informant=informant)}
    for attribute, text in values.items():
        row = present.get(attribute.pk)
        value = value_for(record, attribute, text) if text.strip() else None
        if value is None:
            if row is not None:
                record.delete(row)
        elif row is None:
            record.create(InformantValue(informant=informant, attribute=attribute, value=value))
        else:
            record.update(row, value=value)


def _attributes(project_id: int, values: Mapping[str, str]) -> dict[Attribute, str]:
    found = {row.key: row for row in Attribute.objects.filter(project_id=project_id, key__in=values)}
    return {found[key]: text for key, text in values.items() if key in found}


def create_informant(
    *,
    actor: Membership,
    pseudonym: str = "",
    values: Mapping[str, str] | None = None,
    speaker: Speaker | None = None,
) -> Informant:
    """Add an informant (no pseudonym: the next free one), with values by attribute key, as whose a speaker counts."""
    check_role(actor, Role.CODER)
    with recording(verb="informant.create", actor=actor, page=PAGE) as record:
        informant = add_informant(record, actor.project_id, pseudonym, values or {})
        if speaker is not None:
            link_speakers(record, [(speaker, informant, SpeakerRole.INFORMANT)])
    return informant


def add_informant(record: Recording, project_id: int, pseudonym: str, values: Mapping[str, str]) -> Informant:
    """Add an informant (no pseudonym: the next free one) inside the recording of an action."""
    name = _check_pseudonym(project_id, pseudonym or free_pseudonym(project_id))
    informant = record.create(Informant(project_id=project_id, pseudonym=name))
    _set_values(record, informant, _attributes(project_id, values))
    return informant


def update_informant(
    *,
    actor: Membership,
    informant: uuid.UUID,
    pseudonym: str | None = None,
    values: Mapping[str, str] | None = None,
) -> Informant:
    """Change an informant's pseudonym and values (by attribute key; empty: not set)."""
    check_role(actor, Role.CODER)
    with recording(verb="informant.update", actor=actor, page=PAGE) as record:
        row = _informant(actor, informant)
        if pseudonym is not None:
            record.update(row, pseudonym=_check_pseudonym(actor.project_id, pseudonym, row))
        _set_values(record, row, _attributes(actor.project_id, values or {}))
    return row


def delete_informant(*, actor: Membership, informant: uuid.UUID) -> None:
    """Delete an informant; their speakers stay, as nobody known."""
    check_role(actor, Role.LEAD)
    with recording(verb="informant.delete", actor=actor, page=PAGE) as record:
        row = _informant(actor, informant)
        speakers = list(Speaker.objects.filter(informant=row).select_related("source"))
        link_speakers(record, [(speaker, None, speaker.role) for speaker in speakers])
        record.delete_many(row.attributions.all())
        record.delete_many(InformantValue.objects.filter(informant=row))
        record.delete_many(Memo.objects.filter(informant=row))
        record.delete(row)


def _informant(actor: Membership, key: uuid.UUID) -> Informant:
    row = Informant.objects.filter(project_id=actor.project_id, uuid=key).first()
    if row is None:
        raise Conflict(_("This informant is gone."))
    return row


def import_informants(*, project: Project, actor: Membership | None, rows: Sequence[InformantRow]) -> int:
    """Link the speakers that `rows` name to informants; all rows or none. Answers how many speakers were linked.

    A pseudonym that occurs several times is one person; without one each speaker is a person of their own. A label is
    the stored one or the one in the file. Raises BadRows.
    """
    if actor is not None:
        check_role(actor, Role.CODER)
    errors: list[str] = []
    with recording(verb="informants.import", actor=actor, project=project, page=PAGE) as record:
        informants = {row.name_key: row for row in Informant.objects.filter(project=project)}
        links: list[tuple[Speaker, Informant | None, str]] = []
        attributes: dict[str, Attribute] = {}
        for row in rows:
            try:
                speaker = _speaker(project, actor, row)
                if row.interviewer:
                    links.append((speaker, None, SpeakerRole.INTERVIEWER))
                    continue
                informant = _person(record, project, informants, speaker, row)
                links.append((speaker, informant, SpeakerRole.INFORMANT))
                for heading in row.values:
                    if heading not in attributes:
                        attributes[heading] = attribute_for(record, project, heading)
                given = {attributes[name]: text for name, text in row.values.items() if text.strip()}
                _set_values(record, informant, given)
            except Invalid as error:
                errors.append(_("Line %(line)d: %(sentence)s") % {"line": row.line, "sentence": error})
        if errors:
            raise BadRows(errors)
        link_speakers(record, links)
    return len(links)


def _speaker(project: Project, actor: Membership | None, row: InformantRow) -> Speaker:
    source: Source | None = find_source(project, row.source)
    if source is None or (actor is not None and not can_see_source(actor, source)):
        raise Invalid(_("There is no source “%(name)s” in the project.") % {"name": row.source})
    wanted = search_key(row.label)
    speakers = list(source.speakers.select_related("source"))
    for speaker in speakers:
        if search_key(speaker.label) == wanted:
            return speaker
    # Whoever may not see what stood in the file must not learn it by trying either.
    if actor is None or actor.handles_identities:
        key = speaker_of_label(source, wanted)
        for speaker in speakers:
            if speaker.pk == key:
                return speaker
    raise Invalid(
        _("“%(source)s” has no speaker “%(label)s”.") % {"source": source.title, "label": row.label}
    )


def _person(
    record: Recording, project: Project, informants: dict[str, Informant], speaker: Speaker, row: InformantRow
) -> Informant:
    pseudonym = tidy(row.pseudonym)[:150]
    if pseudonym:
        known = informants.get(search_key(pseudonym))
        if (
            known is None
            and speaker.informant is not None
            and not speaker.informant.speakers.exclude(pk=speaker.pk)
        ):
            return record.update(speaker.informant, pseudonym=pseudonym)
        if known is not None:
            return known
    elif speaker.informant is not None:
        return speaker.informant
    new = record.create(Informant(project=project, pseudonym=pseudonym or free_pseudonym(project)))
    informants[new.name_key] = new
    return new
