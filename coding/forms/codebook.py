"""Forms of the codebook: a code, where it goes, a memo on it, a file to import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coding.colours import SWATCHES
from coding.models import Code
from coding.models.names import tidy

LONGEST_TEXT = 10_000
MOST_BYTES = 5 * 1024 * 1024

# What the swatches are called, in their order, so that a colour is never said by colour alone.
SWATCH_NAMES = (
    pgettext_lazy("colour", "Red"),
    pgettext_lazy("colour", "Orange"),
    pgettext_lazy("colour", "Ochre"),
    pgettext_lazy("colour", "Leaf green"),
    pgettext_lazy("colour", "Sea green"),
    pgettext_lazy("colour", "Teal"),
    pgettext_lazy("colour", "Blue"),
    pgettext_lazy("colour", "Indigo"),
    pgettext_lazy("colour", "Violet"),
    pgettext_lazy("colour", "Purple"),
    pgettext_lazy("colour", "Rose"),
    pgettext_lazy("colour", "Grey"),
)


def swatches() -> list[tuple[int, str, Any]]:
    """The colours to choose from: number (the class `swatch-<number>`), value, name."""
    return [(at, value, name) for at, (value, name) in enumerate(zip(SWATCHES, SWATCH_NAMES, strict=True), 1)]


class CodeForm(forms.Form):
    """A code's name, rules and colour."""

    name = forms.CharField(label=_("Name"), max_length=200)
    definition = forms.CharField(
        label=_("Definition"),
        help_text=_("What the code means, so that two people would use it alike."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    use_when = forms.CharField(
        label=_("Use when"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    not_when = forms.CharField(
        label=_("Do not use when"),
        help_text=_("Where the border to other codes runs, and which code to use instead."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    example = forms.CharField(
        label=_("Example"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    indicators = forms.CharField(
        label=_("Indicator words"),
        help_text=_(
            "Words and phrases that point to the code, one to a line, asked as in the search: kaffe, gratis kaffe,"
            " frivil*. Passages with them can be suggested."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    colour = forms.ChoiceField(label=_("Colour"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, code: Code | None = None, **kwargs: Any) -> None:
        if code is not None:
            fields = ("name", "definition", "use_when", "not_when", "example", "indicators", "colour")
            kwargs["initial"] = {name: getattr(code, name) for name in fields}
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("", _("As the code above"))]
        choices += [(value, name) for _number, value, name in swatches()]
        if code is not None and code.colour and code.colour not in SWATCHES:
            choices.append((code.colour, _("As it is (%(colour)s)") % {"colour": code.colour}))
        self.fields["colour"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        for name in ("definition", "use_when", "not_when", "example", "indicators"):
            if name in self.cleaned_data:
                self.cleaned_data[name] = self.cleaned_data[name].replace("\r\n", "\n").replace("\r", "\n")
        return self.cleaned_data

    def clean_name(self) -> str:
        name = tidy(self.cleaned_data["name"])
        if ">" in name:
            raise ValidationError(_("A code's name cannot hold “>”: it separates the names of a path."))
        return name


class MemoForm(forms.Form):
    """What one thinks about a code."""

    body = forms.CharField(label=_("Memo"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_body(self) -> str:
        return self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n")


class CodebookFileForm(forms.Form):
    """A codebook as a spreadsheet."""

    file = forms.FileField(
        label=_("Codebook as CSV or XLSX"),
        help_text=_(
            "One line for each code. The column “path” holds the names from the research question down, joined by “>”;"
            " definition, use_when, not_when, example, indicators and colour may be left out."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    question = forms.CharField(
        label=_("Or under a new research question"),
        help_text=_("It is made with the codes, and one with this name that is there already takes them."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def clean_question(self) -> str:
        question = tidy(self.cleaned_data["question"])
        if question and self.data.get("under"):
            raise ValidationError(_("Choose where the codes go, or name a new question: not both."))
        return question

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than 5 MB, which is the most that a codebook may have.")
            )
        return file
