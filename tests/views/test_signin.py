"""Signing in: throttled, and no answer tells which accounts there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from coding.actions.projects import password_link
from coding.models import User
from tests.factories import PASSWORD, account_of, make_project, make_user

pytestmark = pytest.mark.django_db
WRONG = "en helt annen setning"


class CountingHasher(PBKDF2PasswordHasher):
    iterations = 1
    hashed = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        CountingHasher.hashed += 1
        return super().encode(password, salt, 1)


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, login: str, password: str = WRONG, **fields: Any) -> Any:
    return client.post(reverse("account_login"), {"login": login, "password": password, **fields})


def said(answer: Any, login: str) -> str:
    """The page without what differs by itself: tokens, and the user name that was typed."""
    text = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", answer.content.decode())
    return text.replace(login, "LOGIN")


def test_the_right_password_opens_the_projects(client: Client) -> None:
    user = make_user("kari")
    answer = sign_in(client, "kari", PASSWORD)
    assert answer.status_code == 302 and answer["Location"] == reverse("projects")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_where_nobody_has_an_account_yet_the_page_works(client: Client) -> None:
    assert not User.objects.exists()
    answer = client.get("/")
    assert answer["Location"] == "/accounts/login/?next=/"
    page = client.get(answer["Location"])
    assert page.status_code == 200 and 'name="password"' in page.content.decode()


def test_no_answer_tells_who_exists(client: Client) -> None:
    make_user("kari")
    stopped = make_user("stanset")
    stopped.is_active = False
    stopped.save()
    invited = make_user("invitert")
    invited.set_unusable_password()
    invited.save()
    answers = {}
    for login in ("kari", "stanset", "invitert", "finnes-ikke"):
        answer = sign_in(Client(), login)
        assert answer.status_code == 200
        answers[login] = said(answer, login)
    assert len(set(answers.values())) == 1
    assert "not correct" in answers["kari"]


def test_nor_which_address(client: Client) -> None:
    User.objects.filter(pk=make_user("kari").pk).update(email="kari@studien.no")
    logins = ("kari@studien.no", "finnes@ikke.no")
    told = {said(sign_in(Client(), login), login) for login in logins}
    assert len(told) == 1
    assert sign_in(client, "kari@studien.no", PASSWORD).status_code == 302


@pytest.mark.parametrize("login", ["kari", "stanset", "invitert", "finnes-ikke", "finnes@ikke.no"])
def test_every_attempt_costs_one_hash(settings: Any, login: str) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    make_user("kari")
    User.objects.create(username="stanset", is_active=False, password=make_user().password)
    invited = User(username="invitert")
    invited.set_unusable_password()
    invited.save()
    CountingHasher.hashed = 0
    sign_in(Client(), login)
    assert CountingHasher.hashed == 1


@pytest.mark.parametrize("login", ["kari", "finnes-ikke"])
def test_after_five_failures_even_the_right_password_waits(login: str) -> None:
    make_user("kari")
    client = Client()
    for _attempt in range(5):
        assert "not correct" in sign_in(client, login).content.decode()
    refused = sign_in(client, login, PASSWORD)
    assert refused.status_code == 200
    assert "Too many failed" in refused.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_is_locked_out_looks_the_same_whether_there_is_an_account(client: Client) -> None:
    make_user("kari")
    told = []
    for login in ("kari", "finnes-ikke"):
        for _attempt in range(6):
            answer = sign_in(Client(REMOTE_ADDR="192.0.2.1"), login)
        told.append((answer.status_code, said(answer, login)))
        cache.clear()
    assert told[0] == told[1]


def test_one_address_cannot_try_many_names() -> None:
    answers = [sign_in(Client(), f"navn{number}") for number in range(12)]
    assert "not correct" in answers[0].content.decode()
    assert "Too many failed" in answers[-1].content.decode()


def test_one_who_fails_does_not_lock_out_the_others() -> None:
    make_user("kari")
    make_user("ola")
    for _attempt in range(6):
        sign_in(Client(REMOTE_ADDR="192.0.2.1"), "kari")
    assert sign_in(Client(REMOTE_ADDR="192.0.2.2"), "ola", PASSWORD).status_code == 302


def test_a_closed_account_is_told_so_only_with_its_password(client: Client) -> None:
    user = make_user("kari")
    user.is_active = False
    user.save()
    answer = sign_in(client, "kari", PASSWORD)
    assert answer["Location"] == reverse("account_inactive")
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_it_leads_nowhere_else(client: Client, address: str) -> None:
    make_user("kari")
    answer = client.post(reverse("account_login"), {"login": "kari", "password": PASSWORD, "next": address})
    assert answer["Location"] == reverse("projects")


def test_nobody_signs_up_without_a_link(client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 404
    assert client.get("/accounts/password/reset/").status_code == 404


def test_a_password_is_changed_by_who_knows_it(client: Client) -> None:
    user = make_user("kari")
    client.force_login(user)
    url = reverse("account_change_password")
    new = "kaffe på en torsdag i mai"
    wrong = client.post(url, {"oldpassword": WRONG, "password1": new, "password2": new})
    assert wrong.status_code == 200 and 'class="field-error"' in wrong.content.decode()
    weak = client.post(url, {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"})
    assert weak.status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    done = client.post(url, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert done.status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert client.get("/").status_code == 200


def test_signing_out_needs_a_post(client: Client) -> None:
    client.force_login(make_user())
    client.get(reverse("account_logout"))
    assert client.get("/").status_code == 200
    client.post(reverse("account_logout"))
    assert client.get("/").status_code == 302


def test_pages_of_who_signed_in_are_kept_by_no_browser(client: Client) -> None:
    project = make_project()
    client.force_login(account_of(project.memberships.get()))
    for url in ("/", reverse("members", args=[project.slug])):
        assert "no-store" in client.get(url)["Cache-Control"]


def test_the_language_is_chosen_and_follows_the_account(client: Client, settings: Any) -> None:
    settings.LANGUAGE_CODE = "nb"
    user = make_user("kari")
    client.force_login(user)
    assert '<html lang="nb"' in client.get("/").content.decode()
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/help/"})
    assert answer["Location"] == "/help/"
    assert int(answer.cookies["django_language"]["max-age"]) > 60 * 60 * 24 * 300
    assert '<html lang="en"' in client.get("/").content.decode()
    elsewhere = Client()
    assert '<html lang="nb"' in elsewhere.get("/help/").content.decode()
    elsewhere.force_login(user)
    assert '<html lang="en"' in elsewhere.get("/help/").content.decode()


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en-GB,en;q=0.9", "en"), ("de-DE,de;q=0.9,en;q=0.8", "en"), ("EN", "en"), ("fr", "nb"), ("", "nb"),
        # Norwegians read Norwegian in English browsers too.
        ("en-US,en;q=0.9,nb;q=0.8", "nb"), ("en,no;q=0.1", "nb"), ("nn-NO,en;q=0.5", "nb"), (";;q=,x" * 999, "nb"),
    ],
)  # fmt: skip
def test_signing_in_is_in_the_language_of_the_browser_until_one_is_chosen(
    client: Client, settings: Any, asked: str, language: str
) -> None:
    settings.LANGUAGE_CODE = "nb"
    link = reverse("invitation", args=[password_link(make_user("siri"))])
    for address in (reverse("account_login"), link):
        answer = client.get(address, headers={"Accept-Language": asked})
        assert f'<html lang="{language}"' in answer.content.decode()
        assert "Accept-Language" in answer["Vary"]
    client.post(reverse("set_language"), {"language": "nb", "next": "/"})
    answer = client.get(link, headers={"Accept-Language": asked})
    assert '<html lang="nb"' in answer.content.decode()


def test_who_has_signed_in_and_chosen_nothing_reads_the_default(client: Client, settings: Any) -> None:
    settings.LANGUAGE_CODE = "nb"
    client.force_login(make_user("kari"))
    assert '<html lang="nb"' in client.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_a_language_that_there_is_none_of_changes_nothing(client: Client, settings: Any) -> None:
    settings.LANGUAGE_CODE = "nb"
    user = make_user()
    client.force_login(user)
    client.post(reverse("set_language"), {"language": "xx", "next": "https://example.org/"})
    user.refresh_from_db()
    assert user.language == ""
    assert '<html lang="nb"' in client.get("/").content.decode()


@pytest.mark.parametrize(("cookie", "attribute"), [("dark", 'data-theme="dark"'), ('x"><b', "")])
def test_the_appearance_is_remembered(client: Client, cookie: str, attribute: str) -> None:
    client.cookies["theme"] = cookie
    page = client.get("/help/").content.decode()
    head = page.partition("<head>")[0]
    assert attribute in head and ("data-theme" in head) == bool(attribute)
