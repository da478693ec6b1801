"""Forms of a project: making one, and its settings."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coding.models import Project
from coding.models.names import tidy


class NewProjectForm(forms.Form):
    """What a project begins with."""

    title = forms.CharField(
        label=_("Title"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sources_public = forms.BooleanField(
        label=_("The sources are public"),
        help_text=_(
            "Names in speaker labels and file names are then kept as they are. Leave this off for interviews:"
            " names become neutral labels when files are imported."
        ),
        required=False,
    )

    def clean_title(self) -> str:
        title = tidy(self.cleaned_data["title"])
        if not title:
            raise ValidationError(_("Give the project a title."))
        return title


class ProjectSettingsForm(NewProjectForm):
    """What a lead may change about a project."""

    description = forms.CharField(
        label=_("Description"),
        help_text=_("What the study asks and whom, for those who come to the project later."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["title", "description", "sources_public"]

    @classmethod
    def of(cls, project: Project) -> ProjectSettingsForm:
        """The form as the project stands."""
        return cls(
            initial={
                "title": project.title,
                "description": project.description,
                "sources_public": project.sources_public,
            }
        )

    def clean_description(self) -> str:
        return self.cleaned_data["description"].replace("\r\n", "\n").strip()
