"""Consent, as it bears on what may be used and quoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from coding.models import Consent, Informant, Project


def _lapsed(today: date) -> Q:
    return Q(use=False) | Q(withdrawn__isnull=False) | Q(until__lt=today)


def not_to_be_quoted(project: Project, today: date | None = None) -> set[int]:
    """The informants (ids) whose words must not be quoted: they said no, withdrew, or their consent has run out.

    Of whom no consent is noted is not among them: many projects keep that elsewhere.
    """
    today = today or timezone.localdate()
    rows = Consent.objects.filter(informant__project=project)
    return set(rows.filter(_lapsed(today) | Q(quotation=False)).values_list("informant_id", flat=True))


@dataclass(frozen=True)
class Open:
    """Consents that wait for somebody: not noted at all, run out, withdrawn and not carried out yet."""

    unknown: int
    lapsed: list[Informant]
    withdrawn: list[Informant]


def open_consents(project: Project, today: date | None = None) -> Open:
    """What the person who handles identities has to see to. Three queries."""
    today = today or timezone.localdate()
    people = Informant.objects.filter(project=project).order_by("sort_key", "id")
    return Open(
        unknown=people.filter(consent=None).count(),
        lapsed=list(people.filter(consent__until__lt=today, consent__withdrawn=None)),
        withdrawn=list(people.filter(consent__withdrawn__isnull=False)),
    )
