"""The form of a memo."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class MemoForm(forms.Form):
    """What somebody thinks."""

    body = forms.CharField(label=_("Memo"), max_length=100_000, widget=forms.Textarea({"rows": 5}))
