"""Figures from elsewhere (a survey), one number for each value of an attribute: shown beside what is counted here."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.informants import BadRows
from coding.actions.recording import recording
from coding.models import Attribute, Membership, OutsideRow, Role, Value
from coding.models.names import search_key, tidy
from coding.permissions import check_role

PAGE = "figures"
LONGEST = 200
MOST_ROWS = 100
_NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)?)(%?)\Z")


@dataclass(frozen=True)
class Figures:
    """One row: its name, and its number for values (by id). What has no number is left out."""

    name: str
    numbers: Mapping[int, float] = field(hash=False)


def figures_of(attribute: Attribute, lines: Iterable[tuple[int, Mapping[str, str]]]) -> list[Figures]:
    """What each line (number, cells by casefolded heading) says, where the first column holds the rows' names.

    Decimals have a comma or a point, thousands may stand apart by spaces. Where all numbers of a row are per cent, its
    name says so. Raises Invalid, or BadRows with a sentence for each line that cannot be read.
    """
    values: dict[str, int] = {}
    for value in Value.objects.filter(attribute=attribute):
        values |= {value.name_key: value.pk}
        if value.name_en:
            values.setdefault(search_key(value.name_en), value.pk)
    found: list[Figures] = []
    errors: list[str] = []
    names: set[str] = set()
    for line, cells in lines:
        first, *headings = cells
        if not found and not errors:
            _check_headings(attribute, values, first, headings)
        try:
            row = _row(cells[first], {name: cells[name] for name in headings}, values)
            if search_key(row.name) in names:
                raise Invalid(_("another row is named “%(name)s” too.") % {"name": row.name})
        except Invalid as refused:
            errors.append(_("Line %(line)d: %(sentence)s") % {"line": line, "sentence": refused})
        else:
            names.add(search_key(row.name))
            found.append(row)
    if errors:
        raise BadRows(errors)
    if not found:
        raise Invalid(_("There are no rows below the headings."), "file")
    if len(found) > MOST_ROWS:
        raise Invalid(_("At most %(n)d rows can be added at once.") % {"n": MOST_ROWS}, "file")
    return found


def _check_headings(
    attribute: Attribute, values: Mapping[str, int], first: str, headings: Sequence[str]
) -> None:
    if search_key(first) in values:
        raise Invalid(
            _("The first column holds the names of the rows; give it a heading of its own."), "file"
        )
    unknown = [name for name in headings if search_key(name) not in values]
    if unknown or not headings:
        raise Invalid(
            _("The headings after the first must be values of “%(attribute)s”; these are not: %(names)s.")
            % {"attribute": attribute.label(), "names": ", ".join(unknown) or _("there are none")},
            "file",
        )


def _row(name: str, cells: Mapping[str, str], values: Mapping[str, int]) -> Figures:
    name = tidy(name)
    if not name:
        raise Invalid(_("the row has no name."))
    if len(name) > LONGEST:
        raise Invalid(_("the name has more than %(n)d characters.") % {"n": LONGEST})
    numbers: dict[int, float] = {}
    signs = []
    for heading, text in cells.items():
        bare = "".join(text.split())
        if bare in ("", "-", "–"):
            continue
        match = _NUMBER.match(bare.replace("−", "-"))
        if match is None:
            raise Invalid(
                _("“%(text)s” under “%(heading)s” is no number.") % {"text": text[:40], "heading": heading}
            )
        numbers[values[search_key(heading)]] = float(match[1].replace(",", "."))
        signs.append(bool(match[2]) or float(match[1].replace(",", ".")) == 0)
    per_cent = "%" in "".join(cells.values())
    if per_cent and not all(signs):
        raise Invalid(_("some of the numbers are per cent and others are not."))
    if per_cent and "%" not in name:
        name = f"{name[: LONGEST - 4]} (%)"
    return Figures(name, numbers)


def add_figures(
    *, actor: Membership, attribute: Attribute, origin: str, rows: Sequence[Figures]
) -> list[OutsideRow]:
    """Add rows of figures from `origin`. Leads may. Raises Denied, Invalid."""
    check_role(actor, Role.LEAD)
    origin = _checked(origin, _("Say where the figures are from."), "origin")
    last = OutsideRow.objects.filter(project=actor.project).order_by("-position").first()
    begin = last.position + 1 if last is not None else 0
    with recording(verb="figures.add", actor=actor, page=PAGE) as record:
        return [
            record.create(
                OutsideRow(
                    project=actor.project,
                    attribute=attribute,
                    name=row.name,
                    origin=origin,
                    figures={str(value): number for value, number in row.numbers.items()},
                    position=begin + place,
                )
            )
            for place, row in enumerate(rows)
        ]


def rename_figures(*, actor: Membership, row: uuid.UUID, name: str, origin: str) -> OutsideRow:
    """Change what a row is called and where it is from. Leads may. Raises Denied, Invalid, Conflict."""
    check_role(actor, Role.LEAD)
    name = _checked(name, _("Give the row a name."), "name")
    origin = _checked(origin, _("Say where the figures are from."), "origin")
    with recording(verb="figures.update", actor=actor, page=PAGE) as record:
        return record.update(_found(actor, row), name=name, origin=origin)


def delete_figures(*, actor: Membership, row: uuid.UUID) -> None:
    """Take a row away. Leads may. Raises Denied, Conflict."""
    check_role(actor, Role.LEAD)
    with recording(verb="figures.delete", actor=actor, page=PAGE) as record:
        record.delete(_found(actor, row))


def _checked(text: str, missing: str, at: str) -> str:
    text = tidy(text)
    if not text:
        raise Invalid(missing, at)
    if len(text) > LONGEST:
        raise Invalid(_("At most %(n)d characters.") % {"n": LONGEST}, at)
    return text


def _found(actor: Membership, key: uuid.UUID) -> OutsideRow:
    row = OutsideRow.objects.filter(project_id=actor.project_id, uuid=key).first()
    if row is None:
        raise Conflict(_("This row is gone."))
    return row
