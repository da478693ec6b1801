"""The form of a table of figures from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coding.forms.informants import LinesForm, SpreadsheetForm
from coding.models import Attribute


class FiguresForm(SpreadsheetForm):
    """A table of figures: a row each, a column for each value of an attribute."""

    attribute = forms.ChoiceField(label=_("The columns are"))
    origin = forms.CharField(
        label=_("Where the figures are from"),
        max_length=200,
        help_text=_("For instance: survey of all centres, June 2020"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    field_order = ("attribute", "origin", "file")

    def __init__(self, *args: Any, attributes: Sequence[Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attribute"].choices = [(one.key, one.label()) for one in attributes]  # type: ignore[attr-defined]


class FiguresLinesForm(LinesForm):
    """The same between preview and adding."""

    attribute = forms.ChoiceField(widget=forms.HiddenInput)
    origin = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, *args: Any, attributes: Sequence[Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attribute"].choices = [(one.key, one.label()) for one in attributes]  # type: ignore[attr-defined]
