"""The pages of a project's end: what they preview, whom they let through, and the certificate that is left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coding import tasks
from coding.actions import closing
from coding.models import AuditEvent, Certificate, Membership, Project, Role, SealedIdentity
from coding.reports.ending import FAR, NEAR, SOON, reminder
from tests.factories import Study, account_of, make_member, make_project, make_study, make_user
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def member_as(study: Study, who: str) -> Membership:
    """A member by role and rights: `reader`, `coder`, `lead`, `keeper` (lead who handles identities), `officer`."""
    if who == "keeper":
        return study.lead
    member = make_member(study.project, {"officer": Role.READER}.get(who, who))
    Membership.objects.filter(pk=member.pk).update(oversees_privacy=who == "officer")
    member.refresh_from_db()
    return member


WHO = ["reader", "coder", "officer", "lead", "keeper"]
SENT = {"end_key": {"sure": "on"}, "end_project": {"typed_title": ""}}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("page", "opens"),
    [
        ("project_end", {"lead", "keeper"}),
        ("certificates", {"officer", "lead", "keeper"}),
        ("history", set(WHO)),
    ],
)
def test_who_opens_which_page(client: Client, study: Study, who: str, page: str, opens: set[str]) -> None:
    assert see(client, member_as(study, who), page).status_code == (200 if who in opens else 403)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("page", ["end_key", "end_project"])
def test_only_a_lead_who_handles_identities_removes(
    client: Client, study: Study, who: str, page: str
) -> None:
    member = member_as(study, who)
    sent = {**SENT[page], "typed_title": study.project.title}
    answer = do(client, member, page, **sent)
    assert answer.status_code == (302 if who == "keeper" else 403)
    assert Certificate.objects.exists() == (who == "keeper")
    if who != "keeper":
        assert "end_" not in said(see(client, member, "history"))


def test_a_lead_without_the_right_sees_what_would_go_and_no_form(client: Client, study: Study) -> None:
    page = said(see(client, member_as(study, "lead"), "project_end"))
    assert "Only a lead who handles identities" in page
    assert "/settings/end/key/" not in page and "/settings/end/project/" not in page


def test_it_previews_in_figures_what_would_go(client: Client, study: Study) -> None:
    page = " ".join(said(see(client, study.lead, "project_end")).split())
    for words, number in (("Sources", 1), ("Codes", 3), ("Memberships", 2)):
        assert f'<dt>{words}</dt><dd class="number">{number}</dd>' in page


@pytest.mark.parametrize("page", ["end_key", "end_project"])
def test_without_confirmation_nothing_goes(client: Client, study: Study, page: str) -> None:
    for sent in ({}, {"typed_title": "noe annet"}):
        answer = do(client, study.lead, page, **sent)
        assert answer.status_code == 422
        assert 'role="alert"' in said(answer) and "confirm" in said(answer)
    assert not Certificate.objects.exists()


def test_the_key_goes_and_the_pages_say_when(client: Client, study: Study) -> None:
    answer = do(client, study.lead, "end_key", sure="on")
    certificate = Certificate.objects.get()
    assert answer["Location"] == reverse("certificate", args=[certificate.uuid])
    assert "Informants' names" in said(client.get(answer["Location"])).replace("&#x27;", "'")
    assert "The key was removed on" in said(see(client, study.lead, "project_end"))
    assert str(certificate.uuid) in said(see(client, study.lead, "certificates"))
    assert "removed the key: 0 entries" in said(see(client, study.lead, "history"))


def test_a_project_goes_and_its_certificate_is_found_again(client: Client, study: Study) -> None:
    slug, title = study.project.slug, study.project.title
    answer = do(client, study.lead, "end_project", typed_title=title)
    address = answer["Location"]
    assert client.get(reverse("project", args=[slug])).status_code == 404
    waiting = client.get(address)
    assert "is being removed" in said(waiting) and "0 of 1 sources" in said(waiting)
    tasks.drain()
    assert not Project.objects.exists()
    assert "<!doctype" not in said(client.get(address, headers={"HX-Request": "true"}))
    paper = said(client.get(address))
    for words in (title, study.lead.name, "Backups made before", "What was removed"):
        assert words in paper
    assert study.source.title not in paper
    assert address in said(client.get(reverse("projects")))


def test_a_certificate_is_for_who_made_it_and_who_oversees_its_project(client: Client, study: Study) -> None:
    certificate = closing.remove_key(actor=study.lead, project=study.project)
    address = reverse("certificate", args=[certificate.uuid])
    stranger = make_project().memberships.get()
    seen = {}
    for who in WHO:
        client.force_login(account_of(member_as(study, who)))
        seen[who] = client.get(address).status_code
    assert seen == {"reader": 404, "coder": 404, "officer": 200, "lead": 200, "keeper": 200}
    client.force_login(account_of(stranger))
    assert client.get(address).status_code == 404
    closing.remove_project(actor=study.lead, project=study.project, typed_title=study.project.title)
    for member, status in ((study.lead, 200), (study.coder, 404)):
        client.force_login(account_of(member))
        assert client.get(address).status_code == status
    assert (
        client.get(reverse("certificate", args=["00000000-0000-4000-8000-000000000000"])).status_code == 404
    )
    assert Client().get(address).status_code == 302


def test_who_made_one_without_overseeing_is_led_back_to_their_projects(client: Client, study: Study) -> None:
    certificate = closing.remove_key(actor=study.lead, project=study.project)
    coder = study.coder
    Certificate.objects.update(user=coder.user, kind="withdrawal")
    address = reverse("certificates", args=[study.project.slug])
    for member, linked in ((coder, False), (study.lead, True)):
        client.force_login(account_of(member))
        page = said(client.get(reverse("certificate", args=[certificate.uuid])))
        assert (address in page) == linked


def test_it_reads_in_norwegian_too(client: Client, study: Study, settings: Any) -> None:
    certificate = closing.remove_key(actor=study.lead, project=study.project)
    client.force_login(account_of(study.lead))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nb"
    answer = client.get(reverse("certificate", args=[certificate.uuid]))
    assert answer.status_code == 200 and 'lang="nb"' in said(answer)


def test_the_end_is_set_among_the_settings(client: Client, study: Study) -> None:
    day = timezone.localdate() + timedelta(days=400)
    fields = {"title": study.project.title, "ends": day.isoformat(), "at_end": "key"}
    assert do(client, study.lead, "project_settings", **fields).status_code == 302
    study.project.refresh_from_db()
    assert (study.project.ends, study.project.at_end) == (day, "key")
    assert AuditEvent.objects.filter(verb="project.update", actor=study.lead).count() == 1
    page = said(see(client, study.lead, "project_settings"))
    assert f'value="{day.isoformat()}"' in page
    lead = member_as(study, "lead")
    answer = do(client, lead, "project_settings", **fields | {"at_end": "project"})
    assert answer.status_code == 422 and "Only a lead who handles identities" in said(answer)
    answer = do(client, study.lead, "project_settings", **fields | {"ends": ""})
    assert answer.status_code == 422 and "Say when the project ends" in said(answer)
    assert "Ends on" in said(client.get(reverse("projects")))


TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("days", "at_end", "level"),
    [
        (FAR + 1, "key", None),
        (FAR, "key", ""),
        (NEAR + 1, "key", ""),
        (NEAR, "key", "warning"),
        (SOON + 1, "project", "warning"),
        (SOON, "project", "error"),
        (SOON, "remind", "warning"),
        (0, "key", "error"),
        (-1, "key", "error"),
        (-400, "remind", "warning"),
    ],
)
def test_reminders_grow_firmer(study: Study, days: int, at_end: str, level: str | None) -> None:
    study.project.ends, study.project.at_end = TODAY + timedelta(days=days), at_end
    for member in (study.lead, member_as(study, "lead"), member_as(study, "coder")):
        member.project = study.project
        found = reminder(member, TODAY)
        told = level if member.is_lead or member.handles_identities else None
        assert (found.level if found else None) == told


@pytest.mark.parametrize("who", WHO)
def test_the_overview_reminds_leads_and_who_handles_identities(
    client: Client, study: Study, who: str
) -> None:
    Project.objects.update(ends=timezone.localdate() + timedelta(days=3), at_end="project")
    page = said(see(client, member_as(study, who), "project"))
    assert ("in 3 days" in page) == (who in ("lead", "keeper"))
    coder = make_member(study.project, handles_identities=True)
    page = said(see(client, coder, "project"))
    assert "the whole project is removed" in page and "/settings/end/" not in page


def test_nothing_is_said_of_a_key_that_is_gone_already(study: Study) -> None:
    Project.objects.update(ends=TODAY, at_end="key")
    closing.remove_key(actor=study.lead, project=Project.objects.get())
    study.lead.project.refresh_from_db()
    found = reminder(study.lead, TODAY)
    assert found is not None and found.carried_out is None
    assert not SealedIdentity.objects.exists()


def test_a_person_without_certificates_reads_of_none(client: Client) -> None:
    client.force_login(make_user())
    assert "Certificates" not in said(client.get(reverse("projects")))
