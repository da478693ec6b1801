"""What may be said of whom: how many must share an attribution, the populations behind it, and exceptions by a lead."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.models import DisclosureRule, Membership, Override, Population, ReportQuotation, Role, Value
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.models.chapters import Overridden
from coding.permissions import check_role

LEAST_K, MOST_K = 2, 50
MOST_PEOPLE = 100_000


def set_rule(*, actor: Membership, k: int) -> DisclosureRule:
    """Set how many must share what an attribution says. For leads. Raises Invalid."""
    check_role(actor, Role.LEAD)
    if not LEAST_K <= k <= MOST_K:
        raise Invalid(
            _("Write a number from %(least)d to %(most)d.") % {"least": LEAST_K, "most": MOST_K}, "k"
        )
    with recording(verb="disclosure.rule", actor=actor, details={"k": k}) as record:
        standing = DisclosureRule.objects.filter(project_id=actor.project_id).first()
        if standing is None:
            return record.create(DisclosureRule(project_id=actor.project_id, k=k))
        return record.update(standing, k=k)


def set_populations(*, actor: Membership, sizes: Mapping[tuple[uuid.UUID, uuid.UUID], int | None]) -> None:
    """Set how many people of a type there are in a city: {(city, informant type): number}; None: not known."""
    check_role(actor, Role.LEAD)
    values = {
        (value.attribute.key, value.uuid): value
        for value in Value.objects.filter(attribute__project_id=actor.project_id).select_related("attribute")
    }
    with recording(verb="disclosure.population", actor=actor) as record:
        for (city_key, kind_key), size in sizes.items():
            city, kind = values.get((CITY, city_key)), values.get((INFORMANT_TYPE, kind_key))
            if city is None or kind is None:
                raise Conflict(_("This city or informant type is gone. Load the page again."))
            if size is not None and not 0 <= size <= MOST_PEOPLE:
                raise Invalid(_("Write whole numbers of people."))
            asked = {"project_id": actor.project_id, "city": city, "informant_type": kind}
            standing = Population.objects.filter(**asked).first()
            if size is None:
                if standing is not None:
                    record.delete(standing)
            elif standing is None:
                record.create(Population(**asked, size=size))
            else:
                record.update(standing, size=size)


def override(*, actor: Membership, quotation: uuid.UUID, what: str, reason: str, covers: str) -> Override:
    """Let a quotation out as the lead saw it (`covers`), against the disclosure check, and say why. For leads."""
    check_role(actor, Role.LEAD)
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Say why it may go out as it is."), "reason")
    if what not in Overridden.values or len(covers) != 64:
        raise Conflict(_("The quotation has changed since. Load the page again."))
    with recording(verb="disclosure.override", actor=actor) as record:
        row = _quotation(actor, quotation)
        record.event.details = {
            "number": row.number,
            "report": row.report.title,
            "what": what,
            "reason": reason,
        }
        standing = Override.objects.filter(quotation=row, what=what).first()
        if standing is not None:
            return record.update(standing, reason=reason, covers=covers, member=actor)
        return record.create(Override(quotation=row, what=what, reason=reason, covers=covers, member=actor))


def withdraw_override(*, actor: Membership, quotation: uuid.UUID, what: str) -> None:
    """Let the disclosure check hold again. For leads."""
    check_role(actor, Role.LEAD)
    with recording(verb="disclosure.hold", actor=actor) as record:
        row = _quotation(actor, quotation)
        record.event.details = {"number": row.number, "report": row.report.title, "what": what}
        record.delete_many(Override.objects.filter(quotation=row, what=what))


def _quotation(actor: Membership, key: uuid.UUID) -> ReportQuotation:
    rows = ReportQuotation.objects.filter(report__project_id=actor.project_id, uuid=key)
    row = rows.select_related("report").first()
    if row is None:
        raise Conflict(_("This quotation is gone."))
    return row
