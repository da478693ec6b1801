"""Forms behind a link: a new account, or a password for one that is there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PasswordForm(forms.Form):
    """A password, twice. Whether it is good enough the action says."""

    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least ten characters. A sentence is easier to remember and harder to guess."),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )
    again = forms.CharField(
        label=_("The same password again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return given


class AccountForm(PasswordForm):
    """A new account."""

    full_name = forms.CharField(
        label=_("Your name"),
        help_text=_("As your colleagues will see it beside your codings."),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=_("User name"),
        help_text=_("Letters, digits and . @ + - _, no blanks. You sign in with it."),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    field_order = ["full_name", "username", "password", "again"]
