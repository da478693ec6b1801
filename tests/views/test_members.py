"""Who takes part, with which rights, and the links that let people in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding.actions.projects import give_password_link, member_without_user
from coding.models import AuditEvent, Change, Invitation, Membership, Project, Role
from coding.permissions import Denied
from coding.reports.members import members_of
from tests.factories import (
    account_of,
    lead_of,
    make_member,
    make_project,
    make_study,
    put,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("studien")


@pytest.fixture
def lead(client: Client, project: Project) -> Membership:
    client.force_login(account_of(lead_of(project)))
    return lead_of(project)


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["studien", *args])


def change(client: Client, member: Membership, **fields: Any) -> int:
    fields = {"role": member.role, "active": "on"} | fields
    sent = {name: value for name, value in fields.items() if value}
    status = client.post(url("member", member.uuid), sent).status_code
    member.refresh_from_db()
    return status


def test_everybody_sees_who_takes_part_and_leads_can_change(
    client: Client, lead: Membership, project: Project
) -> None:
    member = make_member(project, Role.READER, name="kari")
    text = client.get(url("members")).content.decode()
    assert "kari" in text and url("member", member.uuid) in text and url("new_invitation") in text
    client.force_login(account_of(member))
    text = client.get(url("members")).content.decode()
    assert "kari" in text and url("member", member.uuid) not in text and "Invitations that wait" not in text


def test_the_list_is_searched_and_sorted(project: Project) -> None:
    for name in ("Åse", "Ærlig", "Anne", "Øystein"):
        Membership.objects.create(project=project, name=name, role=Role.CODER)
    Membership.objects.create(project=project, name="Arne", active=False)
    first = lead_of(project).name
    names = [row.member.name for row in members_of(lead_of(project))]
    assert names == ["Anne", first, "Ærlig", "Øystein", "Åse", "Arne"]
    assert next(row.member.name for row in members_of(lead_of(project), sort="role")) == first
    assert [row.member.name for row in members_of(lead_of(project), words="ØYST")] == ["Øystein"]
    assert next(row.member.name for row in members_of(lead_of(project), sort="-name")) == "Åse"


def test_it_counts_codings() -> None:
    study = make_study()
    put(study.coder, study.source, "koker kaffe", study.code, study.other)
    found = {row.member.pk: row.codings for row in members_of(study.lead, sort="-codings")}
    assert found == {study.coder.pk: 2, study.lead.pk: 0}
    assert next(iter(found)) == study.coder.pk


def test_a_strange_order_is_no_error(client: Client, lead: Membership) -> None:
    assert client.get(url("members"), {"sort": "--x", "q": "% ' \\"}).status_code == 200


def test_a_lead_changes_rights(client: Client, lead: Membership, project: Project) -> None:
    member = make_member(project)
    assert change(client, member, role=Role.LEAD, handles_identities="on") == 302
    assert (member.role, member.handles_identities, member.active) == (Role.LEAD, True, True)
    event = AuditEvent.objects.get(verb="member.update")
    assert event.actor == lead and (event.changes.get().after or {})["role"] == "lead"


def test_who_no_longer_takes_part_keeps_their_work(client: Client) -> None:
    study = make_study()
    put(study.coder, study.source, "koker kaffe", study.code)
    client.force_login(account_of(study.lead))
    sent = client.post(reverse("member", args=[study.project.slug, study.coder.uuid]), {"role": "coder"})
    assert sent.status_code == 302
    study.coder.refresh_from_db()
    assert not study.coder.active and study.coder.codings.count() == 1
    client.force_login(account_of(study.coder))
    assert client.get(reverse("members", args=[study.project.slug])).status_code == 404


@pytest.mark.parametrize("fields", [{"role": "coder"}, {"active": ""}])
def test_a_project_keeps_a_lead(client: Client, lead: Membership, fields: dict[str, str]) -> None:
    assert change(client, lead, **fields) == 422
    assert lead.role == Role.LEAD and lead.active


def test_the_right_to_identities_comes_from_who_has_it(client: Client, project: Project) -> None:
    second = make_member(project, Role.LEAD)
    client.force_login(account_of(second))
    member = make_member(project)
    assert change(client, member, handles_identities="on") == 422
    assert change(client, second, handles_identities="on") == 422
    assert not member.handles_identities and not second.handles_identities
    answer = client.post(url("new_invitation"), {"role": "lead", "handles_identities": "on"})
    assert answer.status_code == 422 and not Invitation.objects.exists()


def test_a_lead_makes_somebody_a_data_protection_officer(
    client: Client, lead: Membership, project: Project
) -> None:
    member = make_member(project, Role.READER)
    assert change(client, member, oversees_privacy="on") == 302
    assert (member.role, member.oversees_privacy, member.handles_identities) == (Role.READER, True, False)
    assert "Data-protection officer" in client.get(url("members")).content.decode()
    form = client.get(url("member", member.uuid)).content.decode()
    assert re.search(r'name="oversees_privacy"[^>]* checked', form)
    client.post(url("new_invitation"), {"role": "reader", "oversees_privacy": "on", "note": "ombudet"})
    assert Invitation.objects.get().oversees_privacy
    assert client.get(url("members")).content.decode().count("Data-protection officer") == 2
    client.force_login(account_of(make_member(project)))
    assert change(client, member, oversees_privacy="") == 403
    member.refresh_from_db()
    assert member.oversees_privacy
    assert change(client, member) == 403


def test_a_member_of_another_project_is_not_reached(client: Client, lead: Membership) -> None:
    stranger = make_member(make_project())
    assert change(client, stranger, role="lead") == 404
    assert stranger.role == Role.CODER


def link_in(text: str) -> str:
    found = re.search(r'value="(http://testserver/invitations/[\w-]+/)"', text)
    assert found
    return found.group(1)


def test_a_link_is_shown_once_and_stored_nowhere(client: Client, lead: Membership) -> None:
    answer = client.post(url("new_invitation"), {"role": "coder", "note": "Siri"})
    link = link_in(answer.content.decode())
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) > 40 and "no-store" in answer["Cache-Control"]
    invitation = Invitation.objects.get()
    assert token not in str(vars(invitation))
    told = [str(vars(row)) for row in [*AuditEvent.objects.all(), *Change.objects.all()]]
    assert not any(token in one or invitation.token_hash in one for one in told)
    listed = client.get(url("members")).content.decode()
    assert "Siri" in listed and token not in listed


def test_a_link_that_waits_is_withdrawn(client: Client, lead: Membership) -> None:
    link = link_in(client.post(url("new_invitation"), {"role": "coder"}).content.decode())
    assert Client().get(link).status_code == 200
    client.post(url("withdraw_invitation", Invitation.objects.get().pk))
    assert Client().get(link).status_code == 410
    assert AuditEvent.objects.filter(verb="invitation.withdraw").count() == 1
    assert client.post(url("withdraw_invitation", 1)).status_code == 302


def test_links_of_other_projects_are_not_withdrawn(client: Client, lead: Membership) -> None:
    other = make_project("annen")
    theirs = Client()
    theirs.force_login(account_of(lead_of(other)))
    theirs.post(reverse("new_invitation", args=["annen"]), {"role": "coder"})
    client.post(url("withdraw_invitation", Invitation.objects.get().pk))
    assert Invitation.objects.count() == 1


def test_a_coder_whose_work_was_brought_in_is_invited_to_continue_it(
    client: Client, lead: Membership, project: Project
) -> None:
    waiting = member_without_user(project, "Ola")
    page = client.get(url("new_invitation"), {"member": str(waiting.uuid)}).content.decode()
    assert re.search(rf'<option value="{waiting.uuid}" selected>', page)
    client.post(url("new_invitation"), {"role": "coder", "member": str(waiting.uuid)})
    assert Invitation.objects.get().membership == waiting


def test_a_member_of_another_project_cannot_be_continued(
    client: Client, lead: Membership, project: Project
) -> None:
    member_without_user(project, "Ola")
    foreign = member_without_user(make_project(), "Per")
    answer = client.post(url("new_invitation"), {"role": "coder", "member": str(foreign.uuid)})
    assert answer.status_code == 422 and not Invitation.objects.exists()


def test_a_forgotten_password_gets_a_link(client: Client, lead: Membership, project: Project) -> None:
    member = make_member(project)
    answer = client.post(url("member_password", member.uuid))
    link = link_in(answer.content.decode())
    assert Client().get(link).status_code == 200
    assert AuditEvent.objects.get(verb="member.password").actor == lead


def test_no_lead_opens_an_account_that_opens_more_than_is_theirs(
    client: Client, lead: Membership, project: Project
) -> None:
    member = make_member(project)
    Membership.objects.create(project=make_project(), user=member.user, name="annet")
    assert "Make a link" not in client.get(url("member", member.uuid)).content.decode()
    assert client.post(url("member_password", member.uuid)).status_code == 403
    second = make_member(project, Role.LEAD)
    with pytest.raises(Denied):
        give_password_link(actor=second, member=lead)
    assert not Invitation.objects.exists()


def test_everybody_is_told_what_each_role_sees(client: Client, lead: Membership, project: Project) -> None:
    page = " ".join(client.get(url("members")).content.decode().split())
    assert "Readers and coders see cleared texts" in page
    assert "project leads also see the whole history" in page
    assert page.index("No member matches.") < page.index("Readers and coders see cleared texts")
