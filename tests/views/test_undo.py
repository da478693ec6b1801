"""The address behind the Undo buttons."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from coding.actions.passages import move_passages
from coding.models import Coding, Role
from tests.factories import Study, account_of, make_member, make_study, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def desk(client: Client, study: Study) -> Client:
    client.force_login(account_of(study.coder))
    put(study.coder, study.source, "koker kaffe", study.code)
    return client


def url(study: Study) -> str:
    return reverse("undo", args=[study.project.slug, str(study.source.uuid)])


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_it_undoes_says_so_and_goes_back(desk: Client, study: Study) -> None:
    back = reverse("source", args=[study.project.slug, study.source.uuid])
    answer = desk.post(url(study), {"next": back})
    assert answer["Location"] == back
    assert told(answer) == ["Undone: coded a passage."]
    assert not Coding.objects.exists()


def test_again_does_it_again(desk: Client, study: Study) -> None:
    desk.post(url(study))
    answer = desk.post(url(study), {"again": "1"})
    assert "Done again: coded a passage." in told(answer)
    assert Coding.objects.count() == 1


def test_nothing_to_undo_is_said(desk: Client, study: Study) -> None:
    desk.post(url(study))
    assert "Nothing to undo here." in told(desk.post(url(study)))
    assert Coding.objects.count() == 0


def test_what_stands_in_the_way_is_said_with_a_name(desk: Client, study: Study) -> None:
    move_passages(actor=study.lead, codings=[Coding.objects.get().uuid], to=study.other.uuid)
    (sentence,) = told(desk.post(url(study)))
    assert study.lead.name in sentence and "Nothing was changed" in sentence
    assert Coding.objects.get().code == study.other


@pytest.mark.parametrize("away", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(desk: Client, study: Study, away: str) -> None:
    answer = desk.post(url(study), {"next": away})
    assert answer["Location"] == reverse("project", args=[study.project.slug])


def test_htmx_is_told_to_load_the_page_again(desk: Client, study: Study) -> None:
    answer = desk.post(url(study), headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert not Coding.objects.exists()


def test_a_page_of_speakers_has_an_address_too(study: Study) -> None:
    assert reverse("undo", args=["studie", f"{study.source.uuid}/s"]).endswith("/s/")


def test_nobody_undoes_anothers_work(desk: Client, study: Study) -> None:
    for member in (study.lead, make_member(study.project)):
        desk.force_login(account_of(member))
        desk.post(url(study))
    desk.force_login(account_of(make_member(study.project, Role.READER)))
    assert desk.post(url(study)).status_code == 403
    assert Coding.objects.count() == 1


def test_a_link_alone_undoes_nothing(desk: Client, study: Study) -> None:
    assert desk.get(url(study)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account_of(study.coder))
    assert strict.post(url(study)).status_code == 403
    assert Coding.objects.count() == 1
