"""The form of a theme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coding.reports.codebook import CodeTree


class ThemeForm(forms.Form):
    """What a theme is called, what it is about, and the codes it draws on (their UUIDs)."""

    title = forms.CharField(label=_("Title"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    description = forms.CharField(
        label=_("What it is about"), required=False, max_length=10_000, widget=forms.Textarea({"rows": 3})
    )
    codes = forms.MultipleChoiceField(label=_("Codes"), required=False)

    def __init__(self, *args: Any, tree: CodeTree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [(str(node.code.uuid), node.path_text) for node in tree.walk()]  # type: ignore[attr-defined]
