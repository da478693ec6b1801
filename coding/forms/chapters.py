"""The forms of reports: making one, how it names people, how many must share what is said of somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coding.actions.disclosing import LEAST_K, MOST_K
from coding.models import Attribute
from coding.models.chapters import Pattern

_LANGUAGES = [("nb", "Norsk bokmål"), ("en", "English")]


class ReportForm(forms.Form):
    """A new report."""

    title = forms.CharField(label=_("Title"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=_LANGUAGES,
        help_text=_("In which attributions, headings and notes are written."),
    )


class ReportSettingsForm(ReportForm):
    """How a report speaks of people."""

    pattern = forms.ChoiceField(label=_("People are named by"), choices=Pattern, widget=forms.RadioSelect)
    attributes = forms.MultipleChoiceField(
        label=_("Attributes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "For attributes of the project’s own choice. What too few share is left out, the last first."
        ),
    )
    footnotes = forms.BooleanField(label=_("Whose words they are stands in footnotes"), required=False)
    print_wordings = forms.BooleanField(
        label=_("Quotations may have a print wording, approved by a second person"), required=False
    )

    def __init__(self, *args: Any, attributes: Sequence[Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attributes"].choices = [(one.key, one.label()) for one in attributes]  # type: ignore[attr-defined]


class RuleForm(forms.Form):
    """The project's k."""

    k = forms.IntegerField(
        label=_("At least so many people share what is said of somebody"),
        min_value=LEAST_K,
        max_value=MOST_K,
    )
