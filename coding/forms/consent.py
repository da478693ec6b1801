"""Forms about one informant's privacy: who they are, what they agreed to, and their withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class ConsentForm(forms.Form):
    """What the informant has agreed to."""

    given = _day(_("Given on"))
    until = _day(_("Holds until"), _("Empty: as long as the project lasts."))
    use = forms.BooleanField(label=_("What they said may be used in the study"), required=False)
    quotation = forms.BooleanField(label=_("They may be quoted"), required=False)
    archiving = forms.BooleanField(label=_("The material may be archived"), required=False)
    reference = forms.CharField(
        label=_("Where the paper is kept"),
        max_length=200,
        required=False,
        help_text=_("A folder or a number; no name."),
    )
    withdrawn = _day(
        _("Asked to be taken out on"),
        _("From that day nothing of theirs is quoted. Then carry the withdrawal out."),
    )


class PersonForm(forms.Form):
    """Who the informant is. Kept in the key alone."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=100, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=200, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )


class WithdrawForm(forms.Form):
    """The last word before somebody's words are gone."""

    confirmation = forms.CharField(
        label=_("Type the informant's pseudonym"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
