"""Forms of the review of names: a decision about a word, and one about a place in a text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coding.language.replacing import KEEP, REPLACE
from coding.models.privacy import MarkVerdict
from coding.reports.names import KIND_NAMES

KINDS = list(KIND_NAMES.items())


class DecisionForm(forms.Form):
    """What shall be done with a word, wherever it stands."""

    term = forms.CharField(max_length=200)
    kind = forms.ChoiceField(choices=KINDS)
    verdict = forms.ChoiceField(
        choices=[(REPLACE, _("Replace")), (KEEP, _("Keep")), ("open", _("Decide later"))]
    )
    replacement = forms.CharField(max_length=200, required=False)


EVERYWHERE = "everywhere"


class PlaceForm(forms.Form):
    """What was missed, or is an exception: selected words, and what shall be done with them."""

    start = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    term = forms.CharField(
        label=_("Words"),
        max_length=200,
        required=False,
        help_text=_("Select them in the text, or type them."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    verdict = forms.ChoiceField(
        label=_("What to do"),
        initial=EVERYWHERE,
        widget=forms.RadioSelect,
        choices=[
            (EVERYWHERE, _("Replace wherever it stands in the project")),
            (MarkVerdict.REPLACE, _("Replace only here")),
            (MarkVerdict.KEEP, _("Stays as it is here")),
            (MarkVerdict.INDIRECT, _("May identify somebody indirectly: only mark it")),
        ],
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS, initial="person")
    replacement = forms.CharField(
        label=_("Replacement"),
        max_length=200,
        required=False,
        help_text=_("For instance [manager], [district], or another name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Why it may identify somebody"), max_length=300, required=False, widget=forms.TextInput()
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        verdict = cleaned.get("verdict")
        if verdict == EVERYWHERE and not cleaned.get("term"):
            self.add_error("term", _("Select the words in the text, or type them."))
        if verdict != EVERYWHERE and (cleaned.get("start") is None or cleaned.get("end") is None):
            self.add_error("term", _("Select the words in the text: this is about one place."))
        return cleaned
