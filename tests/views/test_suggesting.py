"""The pages of suggestions: what is offered to be ticked, put among what waits, and settled one by one."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding import tasks
from coding.actions.codebook import update_code
from coding.models import Coding, Informant, Role, Speaker
from coding.models.codings import Review
from coding.views import suggesting
from tests.factories import Study, account_of, link, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Har dere kaffe?"),
    ("Anne", "Vi har kaffe hver dag."),
    ("Bo", "Jeg drikker te & <b>melk</b>, aldri kaffe."),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID, title="Gruppe")
    link(study.source, "Anne", "Anne", city="Oslo")
    tasks.index_texts(study.project.pk, lambda done: True)
    return study


@pytest.fixture
def client(study: Study) -> Client:
    client = Client()
    client.force_login(account_of(study.coder))
    return client


def at(study: Study, name: str, **more: Any) -> str:
    return reverse(name, kwargs={"slug": study.project.slug, **more})


def boxes(html: str) -> list[str]:
    return re.findall(r'name="pick" value="([^"]+)" checked', html)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def offered(client: Client, study: Study, **query: Any) -> str:
    answer = client.get(at(study, "suggest"), {"code": study.code.uuid, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def picked(client: Client, study: Study, picks: list[str], query: str = "by=search") -> Any:
    return client.post(f"{at(study, 'suggest')}?{query}", {"pick": picks}, follow=True)


def test_the_search_page_leads_there_with_its_question(client: Client, study: Study) -> None:
    html = client.get(at(study, "search"), {"q": "kaffe", "whole": "1"}).content.decode()
    (address,) = re.findall(r'href="([^"]+/suggest/\?[^"]+)"', html)
    html = client.get(unescape(address)).content.decode()
    assert 'value="kaffe"' in html and 'name="whole" value="1" checked' in html
    reader = Client()
    reader.force_login(account_of(make_member(study.project, Role.READER)))
    html = reader.get(at(study, "search"), {"q": "kaffe"}).content.decode()
    assert "/suggest/" not in html


def test_what_is_ticked_waits_with_its_origin(client: Client, study: Study) -> None:
    html = offered(client, study, by="search", q="kaffe")
    told = words(html)
    assert "<b>melk</b>" not in html and "3 passages" in told
    picks = boxes(html)
    assert len(picks) == 3
    page = words(picked(client, study, picks[1:]).content.decode())
    assert "2 passages are suggested. Each counts when you have confirmed it." in page
    assert [(row.review, row.origin, row.coder) for row in Coding.objects.all()] == 2 * [
        (Review.SUGGESTED, "search", study.coder)
    ]
    again = words(offered(client, study, by="search", q="kaffe"))
    assert "1 passage · 2 left out" in again


@pytest.mark.parametrize("way", ["indicators", "speaker"])
def test_the_other_ways(client: Client, study: Study, way: str) -> None:
    update_code(actor=study.lead, code=study.code.uuid, indicators="te\nNOT kaffe")
    anne = Informant.objects.get()
    html = offered(client, study, by=way, who=f"i-{anne.uuid}", unit="words")
    picks = boxes(html)
    assert len(picks) == 1
    if way == "indicators":
        assert "These indicator words cannot be asked: Økonomi: “NOT kaffe”." in words(html)
        # Asked of the research question or of every code, the codes below answer.
        for code in (study.question.uuid, "all"):
            assert boxes(offered(client, study, by=way, code=code, unit="words")) == picks
    picked(client, study, picks, f"by={way}")
    row = Coding.objects.get()
    said = SAID[1][1] if way == "speaker" else "te"
    text = row.version.text[row.start : row.end]
    assert (text, row.origin) == (said, way)


def test_a_speaker_without_an_informant_is_chosen_by_source(client: Client, study: Study) -> None:
    bo = Speaker.objects.get(source=study.source, label="Bo")
    html = offered(client, study, by="speaker", who=f"s-{bo.pk}")
    assert len(boxes(html)) == 1 and "Bo, Gruppe" in html and "Intervjuer, Gruppe" not in html
    other = make_study()
    foreign = Speaker.objects.filter(source=other.source).first()
    assert foreign is not None
    assert boxes(offered(client, study, by="speaker", who=f"s-{foreign.pk}")) == []


def test_nothing_asked_misasked_and_nothing_found_say_what_to_do(client: Client, study: Study) -> None:
    assert "choose the code to put on it" in words(client.get(at(study, "suggest")).content.decode())
    answer = client.get(at(study, "suggest"), {"code": study.code.uuid, "q": "NOT kaffe"})
    assert answer.status_code == 422 and "Say what to look for before AND" in words(answer.content.decode())
    assert "Nothing new to suggest" in offered(client, study, q="sjokolade")
    assert "No code has indicator words" in offered(client, study, by="indicators")


def test_of_more_than_the_bound_the_first_are_shown(
    client: Client, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "MOST_SUGGESTED", 2)
    html = offered(client, study, q="kaffe")
    assert len(boxes(html)) == 2
    assert "the first 2 are shown; when they are suggested, ask again for 1 more" in words(html)


@pytest.mark.parametrize("pick", ["", "x", "1-2-3", "1-2-3-4-5-6", "-1-2-3-4-5", "1-1-1-1-1", "٣-1-1-1-1"])
def test_what_no_page_of_ours_sends_is_refused_in_a_sentence(client: Client, study: Study, pick: str) -> None:
    answer = picked(client, study, [pick])
    assert answer.status_code == 200
    assert 'class="status-line error' in answer.content.decode()
    assert not Coding.objects.exists()


def test_nothing_ticked_is_said(client: Client, study: Study) -> None:
    assert "Choose at least one passage." in picked(client, study, []).content.decode()


def waiting_for(client: Client, study: Study) -> list[Coding]:
    picked(client, study, boxes(offered(client, study, q="kaffe")))
    return list(Coding.objects.filter(review=Review.SUGGESTED).order_by("source__sort_key", "start"))


def test_one_is_confirmed_the_other_rejected(client: Client, study: Study) -> None:
    first, second, third = waiting_for(client, study)
    page = words(client.get(at(study, "suggestions")).content.decode())
    assert "from a search" in page and "Reject all that are left" in page
    answer = client.post(
        at(study, "settle_suggestion", coding=first.uuid), {"do": "confirm"}, headers={"HX-Request": "true"}
    )
    told = json.loads(answer["HX-Trigger"])["status"]
    assert (answer.status_code, answer.content, told["text"]) == (200, b"", "Confirmed: Økonomi")
    answer = client.post(at(study, "settle_suggestion", coding=second.uuid), {"do": "reject"}, follow=True)
    assert "Rejected: Økonomi" in answer.content.decode()
    assert dict(Coding.objects.values_list("pk", "review")) == {first.pk: "", third.pk: "suggested"}
    client.post(told["undo"]["url"])
    assert Coding.objects.filter(review="suggested").count() == 2


def test_all_that_is_left_is_rejected_and_comes_back(client: Client, study: Study) -> None:
    first, *_rest = waiting_for(client, study)
    client.post(at(study, "settle_suggestion", coding=first.uuid), {"do": "confirm"})
    page = client.post(at(study, "suggestions"), follow=True).content.decode()
    assert "2 suggestions are rejected." in page and "Nothing waits" in page
    assert Coding.objects.get() == first
    client.post(at(study, "undo", page="suggestions"))
    assert Coding.objects.count() == 3


def test_what_is_settled_already_is_said(client: Client, study: Study) -> None:
    (mine,) = put(study.coder, study.source, "kaffe", study.other)
    first, *_rest = waiting_for(client, study)
    for coding, do in ((mine, "confirm"), (first, "else")):
        answer = client.post(
            at(study, "settle_suggestion", coding=coding.uuid), {"do": do}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 409 and answer["Content-Type"] == "text/plain"
    lead = Client()
    lead.force_login(account_of(study.lead))
    lead.post(at(study, "settle_suggestion", coding=first.uuid), {"do": "confirm"})
    first.refresh_from_db()
    assert first.review == "suggested"


def test_the_front_page_says_that_something_waits(client: Client, study: Study) -> None:
    waiting_for(client, study)
    page = words(client.get(at(study, "project")).content.decode())
    assert "3 passages are suggested to you and wait to be confirmed." in page


def test_on_the_coding_page_one_is_confirmed_by_its_own_address(client: Client, study: Study) -> None:
    first, *_rest = waiting_for(client, study)
    address = reverse("coding", args=[study.project.slug, first.source.uuid, first.uuid])
    answer = client.patch(f"{address}?after=0", json.dumps({"suggested": 0}), content_type="application/json")
    assert answer.status_code == 200
    row = next(row for row in answer.json()["rows"] if row[0] == str(first.uuid))
    assert row[7:] == [0, "search"]


def test_indicator_words_stand_on_the_code_and_are_edited_there(study: Study) -> None:
    client = Client()
    client.force_login(account_of(study.lead))
    address = at(study, "code_edit", code=study.code.uuid)
    form = {"name": "Økonomi", "indicators": "kaffe\r\ngratis kaffe"}
    assert client.post(address, form).status_code == 302
    study.code.refresh_from_db()
    assert study.code.indicators == "kaffe\ngratis kaffe"
    assert "gratis kaffe</textarea>" in client.get(address).content.decode()
    page = client.get(at(study, "code", code=study.code.uuid)).content.decode()
    assert f"{at(study, 'suggest')}?by=indicators&amp;code={study.code.uuid}" in page
