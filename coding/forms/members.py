"""Forms about a project's people: a member's rights, and an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coding.models import Membership, Project, Role
from coding.reports.members import without_account

ROLES = [
    (Role.LEAD, _("Project lead: places codes, leads the review, chooses members, deletes")),
    (Role.CODER, _("Coder: imports, codes, writes memos and proposes codes")),
    (Role.READER, _("Reader: reads and comments")),
]


class _RightsForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)
    handles_identities = forms.BooleanField(
        label=_("Handles identities"),
        help_text=_("Sees sources that have not been cleared of names, and the names behind the labels."),
        required=False,
    )
    oversees_privacy = forms.BooleanField(
        label=_("Data-protection officer"),
        help_text=_("Sees the whole history and all certificates, and may take the history out as a file."),
        required=False,
    )


class MemberForm(_RightsForm):
    """What a member may do, and whether they take part."""

    active = forms.BooleanField(
        label=_("Takes part in the project"),
        help_text=_("Somebody who no longer takes part cannot open the project. Their work stays as it is."),
        required=False,
    )

    @classmethod
    def of(cls, member: Membership) -> MemberForm:
        """The form as the member stands."""
        return cls(
            initial={
                "role": member.role,
                "handles_identities": member.handles_identities,
                "oversees_privacy": member.oversees_privacy,
                "active": member.active,
            }
        )


class InvitationForm(_RightsForm):
    """Whom a link lets in, with which rights."""

    note = forms.CharField(
        label=_("For whom"),
        help_text=_("Only leads see this. It tells the links apart while they are waiting."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    member = forms.ModelChoiceField(
        label=_("Continues the work of"),
        help_text=_("A coder whose codings were brought in and who has no account here yet."),
        queryset=Membership.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Nobody: a new member"),
    )
    field_order = ["note", "role", "handles_identities", "oversees_privacy", "member"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        kwargs["initial"] = {"role": Role.CODER, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        waiting = without_account(project)
        if waiting:
            choices: Any = self.fields["member"]
            choices.queryset = Membership.objects.filter(project=project, user=None).order_by("name")
        else:
            del self.fields["member"]
