"""Forms of sources and their speakers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coding.actions.speakers import NewInformant, SpeakerChoice
from coding.forms.attributes import AttributesForm
from coding.models import Attribute, Informant, Membership, Source, Speaker, Value
from coding.models.sources import SourceKind, SpeakerRole
from coding.reports.sources import SpeakerRow

NEW = "new"


class SourceForm(AttributesForm):
    """A source's details and what it counts by itself. `coders` may be chosen as counted coder (leads only)."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=SourceKind)
    held_on = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self,
        *args: Any,
        source: Source,
        coders: Sequence[Membership],
        attributes: Sequence[Attribute],
        values: Mapping[str, Value],
        **kwargs: Any,
    ) -> None:
        initial = {"title": source.title, "kind": source.kind, "held_on": source.held_on}
        super().__init__(*args, initial=initial, attributes=attributes, values=values, **kwargs)
        if coders:
            field = forms.ChoiceField(
                label=_("Counted coder"),
                required=False,
                choices=[("", _("the first to code it")), *((str(row.uuid), row.name) for row in coders)],
                help_text=_("The one coder whose codings of this source are counted in the analysis."),
                initial=str(source.primary_coder.uuid) if source.primary_coder else "",
            )
            self.fields["primary_coder"] = field
            self.order_fields(["title", "kind", "held_on", "primary_coder"])
        self.coders = {str(row.uuid): row for row in coders}

    @property
    def details(self) -> dict[str, Any]:
        """The source's own fields as chosen."""
        chosen = {name: self.cleaned_data[name] for name in ("title", "kind", "held_on")}
        if self.coders:
            chosen["primary_coder"] = self.coders.get(self.cleaned_data["primary_coder"])
        return chosen


class SpeakerForm(AttributesForm):
    """One label of a source: what it is called, what it is, and whose. The last fields describe a new informant."""

    label = forms.CharField(label=_("Label"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=SpeakerRole, widget=forms.RadioSelect)
    informant = forms.ChoiceField(label=_("Informant"), required=False)
    pseudonym = forms.CharField(
        label=_("Pseudonym"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(
        self,
        *args: Any,
        row: SpeakerRow,
        informants: Sequence[Informant],
        attributes: Sequence[Attribute],
        **kwargs: Any,
    ) -> None:
        self.row = row
        self.speaker: Speaker = row.speaker
        linked = self.speaker.informant
        initial = {
            "label": self.speaker.label,
            "role": self.speaker.role,
            "informant": str(linked.uuid) if linked else "",
        }
        super().__init__(
            *args, initial=initial, prefix=f"s{self.speaker.pk}", attributes=attributes, **kwargs
        )
        choices = [("", _("not linked yet")), (NEW, _("a new informant …"))]
        field = self.fields["informant"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*choices, *((str(one.uuid), one.pseudonym) for one in informants)]

    @property
    def is_unlinked(self) -> bool:
        return self.speaker.role == SpeakerRole.INFORMANT and self.speaker.informant_id is None

    @property
    def choice(self) -> SpeakerChoice:
        """What was chosen for this speaker."""
        data = self.cleaned_data
        whose: uuid.UUID | NewInformant | None = None
        if data["informant"] == NEW:
            whose = NewInformant(data["pseudonym"], self.values)
        elif data["informant"]:
            whose = uuid.UUID(data["informant"])
        return SpeakerChoice(self.speaker.pk, data["label"], data["role"], whose)

    def complain(self, name: str, sentence: str) -> None:
        """Put a refusal of the action at the field that it concerns."""
        self.add_error(name if name in self.fields else "informant", sentence)


class MergeForm(forms.Form):
    """Two labels of a source that are one speaker."""

    speaker = forms.ChoiceField(label=_("Give all turns of"))
    into = forms.ChoiceField(label=_("to"))

    def __init__(self, *args: Any, speakers: Sequence[Speaker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("choose a label")), *((str(one.pk), one.label) for one in speakers)]
        for name in ("speaker", "into"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.speakers = {str(one.pk): one for one in speakers}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("speaker") and data.get("speaker") == data.get("into"):
            self.add_error("into", _("Choose another label than the first."))
        return data
