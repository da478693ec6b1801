"""Search, concordance, words and stop words as pages: what they show, where they lead, and what they say next."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding import tasks
from coding.actions.stop_words import write_stop_words
from coding.models import AuditEvent, Job, Role, SavedView, Source, StopWords, Value
from coding.views.concordance import NAMES
from tests.factories import Study, make_member, make_project, make_source, make_study, text_of
from tests.talk import COFFEE, talk_of_coffee
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return talk_of_coffee()


def marked(html: str) -> list[str]:
    return re.findall(r'<mark class="found">([^<]*)</mark>', html)


def passages(html: str) -> list[str]:
    """The words to which the links of a page lead."""
    found = []
    for key, start, end in re.findall(r'href="[^"]*/([0-9a-f-]{36})/#o=(\d+)-(\d+)"', html):
        found.append(text_of(Source.objects.get(uuid=key))[int(start) : int(end)])
    return found


# --- search -----------------------------------------------------------------------------------------------------------


def test_hits_stand_in_their_turns_and_lead_to_the_passage(client: Client, study: Study) -> None:
    html = said(see(client, study.coder, "search", q="kaffe"))
    assert marked(html) == ["kaffe", "kaffekanna", "Kaffen", "kaffe"]
    assert "4 hits, 3 turns, 2 informants, 2 sources" in " ".join(re.sub(r"<[^>]+>", "", html).split())
    assert passages(html) == ["kaffe, og kaffekanna", "Kaffen", "kaffe"]
    assert "1 hit in interviewers' words or headings" in unescape(html)


def test_without_longer_words_with_interviewers_and_by_city(client: Client, study: Study) -> None:
    assert marked(said(see(client, study.coder, "search", q="kaffe", whole="1"))) == [
        "kaffe",
        "Kaffen",
        "kaffe",
    ]
    assert len(marked(said(see(client, study.coder, "search", q="kaffe", interviewers="1")))) == 5
    oslo = Value.objects.get(attribute__project=study.project, name="Oslo").uuid
    html = said(see(client, study.coder, "search", **{"q": "kaffe", "a-city": str(oslo)}))
    assert marked(html) == ["kaffe", "kaffekanna"]
    # The other cities still say what they would show.
    counts = re.findall(
        r'name="a-city"[^>]*>\s*<span>([^<]*)</span> <span class="count">.*?</span> (\d+)</span>', html
    )
    assert counts == [("Oslo", "2"), ("Bergen", "1"), ("Not set", "1")]


def test_only_in_one_source(client: Client, study: Study) -> None:
    html = said(see(client, study.coder, "search", q="kaffe", source=str(study.source.uuid)))
    assert marked(html) == ["kaffe"]


@pytest.mark.parametrize("page", ["search", "concordance"])
def test_what_cannot_be_asked_is_said_with_how_to_ask(client: Client, study: Study, page: str) -> None:
    answer = see(client, study.coder, page, q='"kaffe')
    assert answer.status_code == 200
    assert "A quotation mark is missing" in said(answer)
    assert re.search(r'<details class="small how-to-ask" open>', said(answer))
    assert "Ask for at most 40 words" in said(see(client, study.coder, page, q="a " * 10_000))


@pytest.mark.parametrize("page", ["search", "concordance"])
def test_where_nothing_is_found_it_says_what_to_try(client: Client, study: Study, page: str) -> None:
    html = unescape(said(see(client, study.coder, page, q="kanne", whole="1")))
    assert "Nothing found" in html
    ways = dict(
        reversed(pair) for pair in re.findall(r'<a class="button" href="\?([^"]*)">([^<]*)</a>', html)
    )
    assert "whole" not in ways["Search inside longer words too"]
    again = client.get(f"{reverse(page, args=[study.project.slug])}?{ways['Search inside longer words too']}")
    assert "kaffekanna" in said(again)
    assert "q=kann%2A" in ways["Search for words that begin so"]
    bergen = Value.objects.get(attribute__project=study.project, name="Bergen").uuid
    html = unescape(said(see(client, study.coder, page, **{"q": "kaffekanne", "a-city": str(bergen)})))
    assert "Search everybody's words" in html


@pytest.mark.parametrize("page", ["search", "concordance", "words"])
def test_what_is_asked_is_saved_under_a_name_for_the_page_that_asked(
    client: Client, study: Study, page: str
) -> None:
    html = said(see(client, study.coder, page, q="kaffe", whole="1", page="2"))
    query = unescape(re.search(r'name="query" value="([^"]*)"', html)[1])  # type: ignore[index]
    client.post(reverse("save_view", args=[study.project.slug, page]), {"name": "Om kaffe", "query": query})
    assert SavedView.objects.get().query == [["q", "kaffe"], ["whole", "1"]]
    for other in ("search", "concordance", "words"):
        listed = re.findall(r'href="([^"]+)">Om kaffe</a>', said(see(client, study.coder, other)))
        assert listed == (
            [f"{reverse(page, args=[study.project.slug])}?q=kaffe&amp;whole=1"] * (other == page)
        )


def test_before_a_question_it_says_how_to_ask(client: Client, study: Study) -> None:
    html = said(see(client, study.coder, "search"))
    assert "Ask 2 texts" in html
    assert "NEAR/5" in html


@pytest.mark.parametrize("page", ["search", "concordance", "words"])
def test_an_empty_project_says_what_to_do(client: Client, page: str) -> None:
    lead = make_project().memberships.get()
    html = said(see(client, lead, page, q="kaffe"))
    assert reverse("import", args=[lead.project.slug]) in html
    assert not Job.objects.exists()


@pytest.mark.parametrize("page", ["search", "concordance", "words"])
def test_texts_that_wait_are_ordered_and_said(client: Client, study: Study, page: str) -> None:
    make_source(study.project, [("Informant", "Mer kaffe.")], title="Ny")
    html = said(see(client, study.coder, page, q="kaffe"))
    assert "1 of 3 texts is being read" in html
    assert 'value="2"' in html
    assert Job.objects.filter(kind="words.index").count() == 1
    see(client, study.coder, page, q="kaffe")
    assert Job.objects.filter(kind="words.index").count() == 1
    tasks.drain()
    assert "being read" not in said(see(client, study.coder, page, q="kaffe"))


def test_nothing_read_yet_is_no_empty_answer(client: Client) -> None:
    study = make_study()
    html = said(see(client, study.coder, "search", q="kaffe"))
    assert "1 of 1 texts is being read" in html or "1 of 1 text" in html
    assert "Nothing found" not in html


@pytest.mark.parametrize("page", ["search", "concordance", "words"])
def test_what_is_not_cleared_is_not_there(client: Client, study: Study, page: str) -> None:
    make_source(study.project, [("Informant", "Fjordkatten drikker kaffe.")], title="Hemmelig", cleared=False)
    tasks.drain()
    tasks.index_texts(study.project.pk, lambda done: True)
    html = said(see(client, study.coder, page, q="drikker", within="katt"))
    assert "Hemmelig" not in html
    assert "Fjordkatten" not in html
    assert "fjordkatt" not in html
    assert "being read" not in html
    assert re.search("(?i)fjordkatt", said(see(client, study.lead, page, q="drikker", within="katt")))


def test_a_page_asks_the_database_as_often_however_much_is_found(
    client: Client, study: Study, django_assert_max_num_queries: Any
) -> None:
    for _number in range(6):
        make_source(study.project, COFFEE * 3)
    tasks.index_texts(study.project.pk, lambda done: True)
    for page in ("search", "concordance", "words"):
        see(client, study.coder, page, q="kaffe")
        with django_assert_max_num_queries(27):
            see(client, study.coder, page, q="kaffe")


# --- concordance ------------------------------------------------------------------------------------------------------


def test_each_line_leads_to_its_passage(client: Client, study: Study) -> None:
    html = said(see(client, study.coder, "concordance", q="kaffe", sort="r1"))
    assert passages(html) == ["Kaffen", "kaffe", "kaffe", "kaffekanna"]
    assert [unescape(one) for one in re.findall(r'<td class="left">([^<]*)</td>', html)] == [
        "Jeg drikker te. ", "Vi har ", "Vi koker ", "Vi har kaffe, og ",
    ]  # fmt: skip
    assert set(re.findall(r'<option value="([lr]\d)"', html)) == set(NAMES) - {"source"}


def test_lines_as_a_file(client: Client, study: Study) -> None:
    answer = see(client, study.coder, "concordance", q="kaffe", sort="l1", format="csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[6] for row in rows] == ["Hit", "kaffe", "kaffe", "kaffekanna", "Kaffen"]
    assert AuditEvent.objects.get(verb="export").details["what"] == "concordance"


# --- words ------------------------------------------------------------------------------------------------------------


def numbers(html: str) -> list[tuple[int, str]]:
    """The numbers of the table, each with where it leads."""
    return [
        (int(count), unescape(address))
        for address, count in re.findall(r'<td class="number"><a href="([^"]*)">(\d+)</a>', html)
    ]


@pytest.mark.parametrize(
    "asked", [{}, {"by": "city"}, {"by": "informant_type", "all": "1", "interviewers": "1"}]
)
def test_a_number_opens_as_many_hits(client: Client, study: Study, asked: dict[str, str]) -> None:
    found = numbers(said(see(client, study.coder, "words", **asked)))
    assert len(found) > 8
    for count, address in found:
        assert len(marked(said(client.get(address)))) == count, address


def test_a_number_opens_as_many_under_the_same_conditions(client: Client, study: Study) -> None:
    oslo = Value.objects.get(attribute__project=study.project, name="Oslo").uuid
    for asked in (
        {"a-city": str(oslo)},
        {"a-city": str(oslo), "by": "city"},
        {"source": str(study.source.uuid)},
    ):
        found = numbers(said(see(client, study.coder, "words", **asked)))
        assert found
        for count, address in found:
            assert len(marked(said(client.get(address)))) == count, address


def test_the_table_as_files(client: Client, study: Study) -> None:
    answer = see(client, study.coder, "words", by="city", format="csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:5] == ["Word", "Forms", "Oslo", "Bergen", "Not set"]
    assert rows[2][:6] == ["kaffe", "kaffe 2, kaffen 1", "1", "1", "1", "3"]
    assert "Interviewers' words and headings are left out" in rows[-1][0]
    assert see(client, study.coder, "words", format="xlsx").content[:2] == b"PK"
    assert AuditEvent.objects.filter(verb="export").count() == 2


def test_words_that_match_nothing_say_so(client: Client, study: Study) -> None:
    assert "No words to show" in said(see(client, study.coder, "words", within="xyz"))


# --- stop words -------------------------------------------------------------------------------------------------------


def test_a_coder_changes_a_list_and_takes_it_back(client: Client, study: Study) -> None:
    answer = do(client, study.coder, "stop_words", language="nb", words="kaffe")
    assert answer.status_code == 302
    html = said(see(client, study.coder, "stop_words"))
    assert "The stop words are saved." in html
    assert "The project's own list" in unescape(html)
    assert ">kaffe\n</textarea>" in html
    do(client, study.coder, "stop_words", language="nb", words="x", reset="1")
    assert not StopWords.objects.exists()
    client.post(reverse("undo", args=[study.project.slug, "stop-words"]))
    assert StopWords.objects.get().words == "kaffe\n"


def test_what_is_no_list_stays_typed(client: Client, study: Study) -> None:
    answer = do(client, study.coder, "stop_words", language="nn", words="y" * 70)
    assert answer.status_code == 422
    assert "is too long for a word" in said(answer)
    assert "y" * 70 in said(answer)
    assert do(client, study.coder, "stop_words", language="xx", words="y").status_code == 422


def test_a_reader_reads_the_lists_and_changes_none(client: Client, study: Study) -> None:
    reader = make_member(study.project, Role.READER)
    write_stop_words(actor=study.coder, language="nb", words="kaffe")
    html = said(see(client, reader, "stop_words"))
    assert "readonly" in html
    assert '<button class="button primary">' not in html
    assert do(client, reader, "stop_words", language="nb", words="te").status_code == 403
    assert StopWords.objects.get().words == "kaffe\n"
