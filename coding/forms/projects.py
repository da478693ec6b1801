"""Forms of a project: making one, and its settings."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coding.models import Project
from coding.models.names import tidy
from coding.models.projects import AtEnd


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
    ends = forms.DateField(
        label=_("The project ends on"),
        help_text=_("The day until which the study may keep its data, as in its notification or approval."),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    at_end = forms.ChoiceField(
        label=_("What happens after that day"),
        choices=AtEnd,
        required=False,
        widget=forms.RadioSelect,
    )
    blind = forms.BooleanField(
        label=_("Coders work blind"),
        help_text=_(
            "Whoever codes a source sees no colleague’s codings in it, not even how many there are, until they have"
            " marked it as finished. Leads are bound too, in the sources that they have themselves. Everybody sees who"
            " is assigned to a source and who has finished it; readers see all."
        ),
        required=False,
    )
    field_order = ["title", "description", "blind", "sources_public", "ends", "at_end"]

    @classmethod
    def of(cls, project: Project) -> ProjectSettingsForm:
        """The form as the project stands."""
        return cls(
            initial={
                "title": project.title,
                "description": project.description,
                "sources_public": project.sources_public,
                "blind": project.blind,
                "ends": project.ends,
                "at_end": project.at_end,
            }
        )

    def clean_description(self) -> str:
        return self.cleaned_data["description"].replace("\r\n", "\n").strip()

    def clean_at_end(self) -> str:
        return self.cleaned_data["at_end"] or AtEnd.REMIND


class RemoveKeyForm(forms.Form):
    """That somebody means it: nothing brings the key back."""

    sure = forms.BooleanField(
        label=_("I know that nobody can find out afterwards who is who."),
        error_messages={"required": _("Tick the box to confirm.")},
    )


class RemoveProjectForm(forms.Form):
    """The project's title, typed; whether it is the right one the action says."""

    typed_title = forms.CharField(
        label=_("Type the project's title"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the project's title exactly, to confirm.")},
    )
