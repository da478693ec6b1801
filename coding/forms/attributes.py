"""Fields for what a project asks of its informants, and the forms that define it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.models import Attribute, Value
from coding.models.attributes import AttributeKind

PREFIX = "value_"
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?\Z")


class Suggesting(forms.TextInput):
    """A text field that offers the values known so far; a new one can be typed."""

    def __init__(self, suggestions: Sequence[str]) -> None:
        super().__init__({"autocomplete": "off"})
        self.suggestions = suggestions

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attrs = dict(attrs or {})
        if not self.suggestions or not attrs.get("id"):
            return super().render(name, value, attrs, renderer)
        attrs["list"] = f"{attrs['id']}_list"
        options = format_html_join("", '<option value="{}"></option>', ((text,) for text in self.suggestions))
        return format_html(
            '{}<datalist id="{}">{}</datalist>',
            super().render(name, value, attrs, renderer),
            attrs["list"],
            options,
        )


class ValueField(forms.CharField):
    """The answer to an attribute, empty for "not set"."""

    def __init__(self, attribute: Attribute, suggestions: Sequence[str]) -> None:
        super().__init__(
            label=attribute.label(), required=False, max_length=200, widget=_widget(attribute, suggestions)
        )
        self.kind = attribute.kind

    def clean(self, value: Any) -> str:
        text = " ".join(super().clean(value).split())
        if text and self.kind == AttributeKind.NUMBER and not _NUMBER.match(text):
            raise ValidationError(_("Write a number, such as 12 or 12.5."))
        if text and self.kind == AttributeKind.DATE:
            try:
                date.fromisoformat(text)
            except ValueError:
                raise ValidationError(_("Write the date as 2020-03-24.")) from None
        return text


def _widget(attribute: Attribute, suggestions: Sequence[str]) -> forms.Widget:
    if attribute.kind == AttributeKind.NUMBER:
        return forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    if attribute.kind == AttributeKind.DATE:
        return forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return Suggesting(suggestions)


class AttributesForm(forms.Form):
    """A form that ends with one field for each attribute; give it `attributes` with their values prefetched."""

    def __init__(
        self,
        *args: Any,
        attributes: Sequence[Attribute],
        values: Mapping[str, Value] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.attributes = attributes
        for attribute in attributes:
            suggestions = [value.label() for value in attribute.values.all()]
            self.fields[PREFIX + attribute.key] = ValueField(attribute, suggestions)
            if values and attribute.key in values:
                self.initial[PREFIX + attribute.key] = values[attribute.key].label()

    @property
    def values(self) -> dict[str, str]:
        """What was answered, by attribute key."""
        return {row.key: self.cleaned_data[PREFIX + row.key] for row in self.attributes}

    @property
    def value_fields(self) -> list[forms.BoundField]:
        return [self[PREFIX + row.key] for row in self.attributes]


class AttributeForm(forms.Form):
    """A new attribute."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=AttributeKind)


class NameForm(forms.Form):
    """A new name, in both languages, for an attribute or a value."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200, required=False)
