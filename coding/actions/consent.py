"""What an informant has agreed to."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from coding.actions.attributes import PAGE
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import recording
from coding.models import Consent, Informant, Membership
from coding.models.names import tidy
from coding.permissions import check_handles_identities


def set_consent(
    *,
    actor: Membership,
    informant: Informant,
    given: date | None,
    until: date | None,
    withdrawn: date | None,
    use: bool,
    quotation: bool,
    archiving: bool,
    reference: str = "",
) -> Consent:
    """Note an informant's consent: when it was given, until when it holds, and for what. Undoable.

    `withdrawn` is the day on which they asked to be taken out; carrying that out is `actions.withdrawals`.
    """
    check_handles_identities(actor)
    if informant.project_id != actor.project_id:
        raise Conflict(_("This informant is gone."))
    if given and until and until < given:
        raise Invalid(_("A consent cannot end before it was given."), "until")
    fields = {
        "given": given,
        "until": until,
        "withdrawn": withdrawn,
        "use": use,
        "quotation": quotation,
        "archiving": archiving,
        "reference": tidy(reference)[:200],
    }
    with recording(verb="consent.update", actor=actor, page=PAGE) as record:
        present = Consent.objects.filter(informant=informant).first()
        if present is None:
            return record.create(Consent(informant=informant, **fields))
        return record.update(present, **fields)
