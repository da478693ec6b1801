"""Forms of informants and of the spreadsheet that links many."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.forms.attributes import AttributesForm

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5000


class InformantForm(AttributesForm):
    """A person: pseudonym and what the project asks."""

    pseudonym = forms.CharField(
        label=gettext_lazy("Pseudonym"),
        max_length=150,
        help_text=gettext_lazy("Never a real name. Everybody in the project sees it."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class SpreadsheetForm(forms.Form):
    """A spreadsheet of speakers."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("CSV or XLSX, at most 5 MB."),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,.tsv,.txt"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than %(limit)s MB.") % {"limit": MOST_BYTES // 1024**2}
            )
        return file


class LinesForm(forms.Form):
    """The lines of a spreadsheet between preview and import. They stay in the person's own browser meanwhile."""

    lines = forms.CharField(widget=forms.HiddenInput, max_length=MOST_BYTES)

    def clean_lines(self) -> list[tuple[int, Mapping[str, str]]]:
        try:
            lines = json.loads(self.cleaned_data["lines"])[:MOST_ROWS]
            return [
                (int(line), {str(name): str(cell) for name, cell in cells.items()}) for line, cells in lines
            ]
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            raise ValidationError(
                _("The preview is no longer whole. Upload the spreadsheet again.")
            ) from None
