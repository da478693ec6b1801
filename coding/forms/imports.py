"""The forms of the import: which files, and what a file is once it has been read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.forms.uploads import ManyFiles, ManyFilesField
from coding.importing import confirming
from coding.importing.confirming import Choices
from coding.importing.document import ReadDocument
from coding.models.jobs import ImportDraft
from coding.models.sources import SourceKind, SpeakerRole

ACCEPTED = ".docx,.odt,.rtf,.pdf,.txt,.md,.html,.htm,.vtt,.srt"
CLEARED = [
    ("no", gettext_lazy("Not yet: only people who handle identities see them until they are cleared")),
    ("yes", gettext_lazy("Cleared: no names are left in the text, everybody in the project may see it")),
]
ROLES = [
    *SpeakerRole.choices,
    (confirming.TEXT, gettext_lazy("No speaker (part of the text)")),
]


class UploadForm(forms.Form):
    """Many files at once, and whether names are still in their text."""

    cleared = forms.ChoiceField(
        label=gettext_lazy("Names in the text"),
        choices=CLEARED,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether the texts have been cleared of names.")},
    )
    chosen = ManyFilesField(
        label=gettext_lazy("Choose files, or drop them here"),
        help_text=gettext_lazy("DOCX, ODT, RTF, PDF, TXT, MD, HTML, VTT and SRT, up to %(size)s MB each."),
        required=False,
        widget=ManyFiles(attrs={"accept": ACCEPTED}),
    )
    position = forms.IntegerField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = self.fields["chosen"].help_text
        self.fields["chosen"].help_text = help_text % {"size": limit // (1024 * 1024)}

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("chosen") and not self.data.get("too_big"):
            self.add_error("chosen", _("Choose at least one file."))
        return super().clean() or self.cleaned_data


class DraftForm(forms.Form):
    """What a file is, who speaks in it, and which of its notes become memos."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the source a title.")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SourceKind.choices)
    held_on = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the date as 2020-03-24.")},
    )
    cleared = forms.ChoiceField(
        label=gettext_lazy("Names in the text"), choices=CLEARED, widget=forms.RadioSelect
    )

    def __init__(
        self, data: Any = None, *, draft: ImportDraft, document: ReadDocument, choices: Choices
    ) -> None:
        super().__init__(
            data,
            initial={
                "title": draft.title,
                "kind": draft.kind,
                "held_on": draft.choices.get("held_on"),
                "cleared": "yes" if draft.choices.get("cleared") else "no",
                "notes": [str(i) for i in choices.notes],
            },
        )
        self.choices = choices
        self.document = document
        for i, speaker in enumerate(choices.speakers):
            self.fields[f"label_{i}"] = forms.CharField(
                label=_("Stored label of %(label)s") % {"label": speaker.original or speaker.label},
                max_length=confirming.LABEL_CHARACTERS,
                initial=speaker.label,
                required=speaker.role != confirming.TEXT and (data is None or f"label_{i}" in data),
                widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "list": "labels"}),
                error_messages={"required": _("A speaker needs a label.")},
            )
            self.fields[f"role_{i}"] = forms.ChoiceField(
                label=_("Role of %(label)s") % {"label": speaker.original or speaker.label},
                choices=ROLES,
                initial=speaker.role,
                required=data is None or f"role_{i}" in data,
                widget=forms.Select(attrs={"class": "input"}),
            )
        if document.notes:
            self.fields["notes"] = forms.MultipleChoiceField(
                label=_("Notes in the file that become memos"),
                choices=[(str(i), str(i)) for i in range(len(document.notes))],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def decided(self) -> Choices:
        """The choices with what the form says; only of a valid form."""
        speakers = []
        for i, speaker in enumerate(self.choices.speakers):
            label = confirming.tidy_label(self.cleaned_data.get(f"label_{i}") or speaker.label)
            role = self.cleaned_data.get(f"role_{i}") or speaker.role
            speakers.append(replace(speaker, label=label, role=role))
        notes = frozenset(int(i) for i in self.cleaned_data.get("notes", ()))
        return replace(self.choices, speakers=tuple(speakers), notes=notes)

    def values(self) -> dict[str, Any]:
        """The other decisions, as `actions.imports.decide` takes them."""
        cleaned = self.cleaned_data
        return {
            "title": cleaned["title"],
            "kind": cleaned["kind"],
            "held_on": cleaned["held_on"],
            "cleared": cleaned["cleared"] == "yes",
        }
