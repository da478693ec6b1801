"""What stands behind a link: one person comes in, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coding.actions.projects import invite, member_without_user, password_link
from coding.models import AuditEvent, Invitation, Membership, Project, Role, User
from tests.factories import (
    PASSWORD,
    account_of,
    lead_of,
    make_member,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db
ACCOUNT = {"full_name": "Siri  Ås", "username": "siri", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def project() -> Project:
    return make_project("studien")


@pytest.fixture
def link(project: Project) -> str:
    return reverse("invitation", args=[invite(actor=lead_of(project), role=Role.CODER, note="Siri")])


def test_a_new_account_joins_and_is_signed_in(link: str, project: Project) -> None:
    client = Client()
    page = client.get(link).content.decode()
    assert project.title in page and "Coder" in page
    answer = client.post(link, ACCOUNT)
    assert answer["Location"] == reverse("project", args=["studien"])
    member = Membership.objects.get(user__username="siri")
    assert (member.project, member.role, member.name) == (project, Role.CODER, "Siri Ås")
    assert not member.handles_identities
    assert client.session["_auth_user_id"] == str(member.user_id)
    assert AuditEvent.objects.get(verb="invitation.accept").actor == member


@pytest.mark.parametrize(("asked", "kept"), [("en", "en"), ("nb", "")])
def test_the_account_goes_on_in_the_language_of_the_page(
    link: str, settings: Any, asked: str, kept: str
) -> None:
    settings.LANGUAGE_CODE = "nb"
    client = Client(headers={"Accept-Language": asked})
    answer = client.post(link, ACCOUNT)
    assert User.objects.get(username="siri").language == kept
    shown = client.get(answer["Location"]).content.decode()
    assert f'<html lang="{asked}"' in shown


def test_a_password_changes_no_language_that_was_chosen(settings: Any) -> None:
    settings.LANGUAGE_CODE = "nb"
    user = make_user("ola")
    User.objects.filter(pk=user.pk).update(language="nb")
    link = reverse("invitation", args=[password_link(user)])
    client = Client(headers={"Accept-Language": "en"})
    client.post(link, {"password": PASSWORD, "again": PASSWORD})
    user.refresh_from_db()
    assert user.language == "nb" and user.has_usable_password()


def test_it_works_once(link: str) -> None:
    Client().post(link, ACCOUNT)
    again = Client().post(link, ACCOUNT | {"username": "per"})
    assert again.status_code == 410
    assert "has been used, has expired or was withdrawn" in again.content.decode()
    assert not User.objects.filter(username="per").exists()


def test_used_old_withdrawn_and_invented_links_are_answered_alike(link: str, project: Project) -> None:
    answers = set()
    Client().post(link, ACCOUNT)
    answers.add(Client().get(link).content)
    old = reverse("invitation", args=[invite(actor=lead_of(project), role=Role.CODER)])
    Invitation.objects.filter(used=None).update(expires=timezone.now() - timedelta(seconds=1))
    answers.add(Client().get(old).content)
    answers.add(Client().post(old, ACCOUNT).content)
    answers.add(Client().get(reverse("invitation", args=["oppdiktet"])).content)
    assert len(answers) == 1


def test_who_is_signed_in_joins_with_that_account(link: str, project: Project) -> None:
    client, user = Client(), make_user("ola")
    client.force_login(user)
    assert "Join as ola" in client.get(link).content.decode()
    assert not Membership.objects.filter(user=user).exists()
    client.post(link)
    assert Membership.objects.get(user=user).project == project
    assert User.objects.count() == 2


def test_who_has_an_account_signs_in_and_comes_back(link: str) -> None:
    client = Client()
    make_user("ola")
    login = f"{reverse('account_login')}?next={link}"
    assert login in client.get(link).content.decode()
    answer = client.post(reverse("account_login"), {"login": "ola", "password": PASSWORD, "next": link})
    assert answer["Location"] == link
    assert "Join as ola" in client.get(link).content.decode()


def test_a_member_does_not_use_up_a_link(link: str, project: Project) -> None:
    client, member = Client(), make_member(project)
    client.force_login(account_of(member))
    for answer in (client.get(link), client.post(link)):
        assert answer["Location"] == reverse("project", args=["studien"])
    assert Invitation.objects.get().used is None


def test_who_was_sent_away_does_not_come_back_by_link(link: str, project: Project) -> None:
    client, member = Client(), make_member(project)
    Membership.objects.filter(pk=member.pk).update(active=False)
    client.force_login(account_of(member))
    answer = client.post(link)
    assert answer.status_code == 422 and "closed your place" in answer.content.decode()
    member.refresh_from_db()
    assert not member.active and Invitation.objects.get().used is None


def test_the_work_that_was_brought_in_becomes_theirs(project: Project) -> None:
    waiting = member_without_user(project, "Siri Ås")
    token = invite(actor=lead_of(project), role=Role.LEAD, member=waiting, handles_identities=True)
    Client().post(reverse("invitation", args=[token]), ACCOUNT)
    waiting.refresh_from_db()
    assert waiting.user == User.objects.get(username="siri")
    assert (waiting.role, waiting.handles_identities) == (Role.LEAD, True)


def test_a_data_protection_officer_is_told_so_and_becomes_one(project: Project) -> None:
    token = invite(actor=lead_of(project), role=Role.READER, oversees_privacy=True)
    link, client = reverse("invitation", args=[token]), Client()
    assert "You will be a data-protection officer" in client.get(link).content.decode()
    client.post(link, ACCOUNT)
    member = Membership.objects.get(user__username="siri")
    assert (member.role, member.oversees_privacy, member.handles_identities) == (Role.READER, True, False)


def test_two_of_one_name_are_told_apart(project: Project) -> None:
    for username in ("siri", "siri2"):
        token = invite(actor=lead_of(project), role=Role.CODER)
        Client().post(reverse("invitation", args=[token]), ACCOUNT | {"username": username})
    assert set(project.memberships.filter(role=Role.CODER).values_list("name", flat=True)) == {
        "Siri Ås",
        "Siri Ås 2",
    }


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("username", {"username": "har blank"}),
        ("username", {"username": "FINNES"}),
        ("username", {"username": ""}),
        ("full_name", {"full_name": ""}),
        ("password", {"password": "kort", "again": "kort"}),
        ("password", {"password": "password12", "again": "password12"}),
        ("again", {"again": "noe helt annet enn det"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_link_still_works(
    link: str, field: str, fields: dict[str, Any]
) -> None:
    make_user("finnes")
    answer = Client().post(link, ACCOUNT | fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text and 'role="alert"' in text
    assert PASSWORD not in text
    assert Invitation.objects.get().used is None and User.objects.count() == 2
    assert Client().post(link, ACCOUNT).status_code == 302


def test_names_cannot_be_tried_without_end(link: str) -> None:
    make_user("finnes")
    statuses = [Client().post(link, ACCOUNT | {"username": "finnes"}).status_code for _attempt in range(25)]
    assert statuses[0] == 422 and statuses[-1] == 429


def test_a_password_link_sets_a_password_once(project: Project) -> None:
    member = make_member(project)
    user = member.user
    assert user is not None
    elsewhere = Client()
    elsewhere.force_login(user)
    url = reverse("invitation", args=[password_link(user)])
    client, new = Client(), "kaffe på en torsdag i mai"
    assert user.username in client.get(url).content.decode()
    assert client.post(url, {"password": new, "again": "noe annet"}).status_code == 422
    assert client.post(url, {"password": "kort", "again": "kort"}).status_code == 422
    answer = client.post(url, {"password": new, "again": new})
    assert answer["Location"] == reverse("projects")
    user.refresh_from_db()
    assert user.check_password(new)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Client().get(url).status_code == 410
    # Who had been signed in with the old password is not any more.
    assert elsewhere.get("/").status_code == 302


def test_a_signed_in_person_sets_the_password_of_the_links_account_not_their_own() -> None:
    theirs, mine = make_user("deres"), make_user("min")
    client, new = Client(), "kaffe på en torsdag i mai"
    client.force_login(mine)
    client.post(reverse("invitation", args=[password_link(theirs)]), {"password": new, "again": new})
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert theirs.check_password(new) and mine.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(theirs.pk)
