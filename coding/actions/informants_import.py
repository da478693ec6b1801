"""A spreadsheet of speakers on its way in: from cells to rows, and a rehearsal that stores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from coding.actions.errors import Invalid
from coding.actions.informants import BadRows, InformantRow, import_informants
from coding.models import Change, Informant, InformantValue, Membership, Speaker
from coding.models.names import search_key
from coding.models.sources import SpeakerRole

# A person fills in the headings that the page gave them, in either language.
_SOURCE = ("source", "kilde")
_LABEL = ("label", "etikett", "taler")
_PSEUDONYM = ("pseudonym",)
_INTERVIEWER = ("interviewer", "intervjuer")
_KNOWN = {*_SOURCE, *_LABEL, *_PSEUDONYM, *_INTERVIEWER}
_YES = {"yes", "y", "ja", "j", "x", "1", "true", "sann"}
_NO = {"", "no", "n", "nei", "0", "false", "usann"}


def informant_rows(lines: Iterable[tuple[int, Mapping[str, str]]]) -> list[InformantRow]:
    """What each line (number, cells by casefolded heading) says of a speaker. Raises Invalid, BadRows."""
    rows: list[InformantRow] = []
    errors: list[str] = []
    for line, cells in lines:
        if not rows and not errors:
            _check_headings(cells)
        interviewer = search_key(_cell(cells, _INTERVIEWER))
        if interviewer not in _YES | _NO:
            sentence = _("Write “yes” under “interviewer”, or leave it empty.")
            errors.append(_("Line %(line)d: %(sentence)s") % {"line": line, "sentence": sentence})
        rows.append(
            InformantRow(
                line=line,
                source=_cell(cells, _SOURCE),
                label=_cell(cells, _LABEL),
                pseudonym=_cell(cells, _PSEUDONYM),
                interviewer=interviewer in _YES,
                values={name: text for name, text in cells.items() if name not in _KNOWN and text.strip()},
            )
        )
    if errors:
        raise BadRows(errors)
    return rows


def _cell(cells: Mapping[str, str], names: Sequence[str]) -> str:
    return next((cells[name] for name in names if cells.get(name)), "")


def _check_headings(cells: Mapping[str, str]) -> None:
    for names in (_SOURCE, _LABEL):
        if not any(name in cells for name in names):
            raise Invalid(_("The heading “%(heading)s” is missing.") % {"heading": names[0]})


@dataclass(frozen=True)
class Link:
    """What a speaker would be after the import."""

    source: str
    label: str
    interviewer: bool
    pseudonym: str
    is_new: bool
    values: str


@dataclass(frozen=True)
class Rehearsal:
    """What an import would do: the links it would make, or the sentences that say why it would do nothing."""

    links: Sequence[Link]
    errors: Sequence[str]
    new_informants: int = 0
    new_attributes: Sequence[str] = ()


class _NotForReal(Exception):
    """Takes back what a rehearsal wrote."""


def rehearse_import(*, actor: Membership, rows: Sequence[InformantRow]) -> Rehearsal:
    """Carry the import out, take it back and tell what it did: a preview that is the thing itself."""
    found = Rehearsal((), ())
    try:
        with transaction.atomic():
            before = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
            known = set(Informant.objects.filter(project_id=actor.project_id).values_list("id", flat=True))
            import_informants(project=actor.project, actor=actor, rows=rows)
            found = _look(actor, before, known)
            raise _NotForReal
    except BadRows as bad:
        return Rehearsal((), bad.errors)
    except _NotForReal:
        return found


def _look(actor: Membership, before: int, known: set[int]) -> Rehearsal:
    changes = list(Change.objects.filter(id__gt=before, event__project_id=actor.project_id))
    speakers_touched = {change.object_id for change in changes if change.kind == "Speaker"}
    people_touched = {change.object_id for change in changes if change.kind == "Informant"} | {
        change.after["informant_id"] for change in changes if change.kind == "InformantValue" and change.after
    }
    speakers = [
        speaker
        for speaker in Speaker.objects.filter(source__project_id=actor.project_id)
        .select_related("source", "informant")
        .order_by("source__sort_key", "source_id", "position")
        if speaker.pk in speakers_touched or speaker.informant_id in people_touched
    ]
    values: dict[int, list[str]] = {}
    answers = InformantValue.objects.filter(informant__project_id=actor.project_id)
    for answer in answers.select_related("value", "attribute").order_by("attribute__position", "id"):
        values.setdefault(answer.informant_id, []).append(answer.value.label())
    links = [
        Link(
            source=speaker.source.title,
            label=speaker.label,
            interviewer=speaker.role == SpeakerRole.INTERVIEWER,
            pseudonym=speaker.informant.pseudonym if speaker.informant else "",
            is_new=speaker.informant_id is not None and speaker.informant_id not in known,
            values=", ".join(values.get(speaker.informant_id or 0, [])),
        )
        for speaker in speakers
    ]
    created = [change for change in changes if change.before is None and change.after is not None]
    return Rehearsal(
        links=links,
        errors=(),
        new_informants=sum(1 for change in created if change.kind == "Informant"),
        new_attributes=[
            change.after["name"] for change in created if change.kind == "Attribute" and change.after
        ],
    )
