"""Memos: one list, what each is about, and who may change it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.actions.codings import write_coding_memo
from coding.actions.memos import write_memo
from coding.models import Memo, Role
from coding.reports.memos import EXCERPT, highlighted
from tests.factories import (
    link,
    make_code,
    make_member,
    make_project,
    make_source,
    make_study,
    make_user,
    put,
)
from tests.views.asking import do, see

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study()


def bodies(response: Any) -> list[str]:
    return [row.memo.body for row in response.context["page"]]


@pytest.fixture
def written(study):
    """One memo about each kind of thing; the one on the coding is the coder's."""
    person = link(study.source, "Informant", "Ola")
    write_memo(actor=study.lead, body="om prosjektet")
    write_memo(actor=study.lead, body="om kilden", about=study.source)
    write_memo(actor=study.lead, body="om koden ØKONOMI", about=study.code)
    write_memo(actor=study.lead, body="om informanten", about=person)
    (coding,) = put(study.coder, study.source, "kaffe", study.code)
    write_coding_memo(actor=study.coder, source=study.source, coding=coding.uuid, body="om kodingen")
    found: Any = study
    found.coding = coding
    return found


def test_the_list_leads_to_what_each_is_about(client, written):
    page = see(client, written.coder, "memos").content.decode()
    slug, source = written.project.slug, written.source.uuid
    assert f"{reverse('source', args=[slug, source])}#o={written.coding.start}-{written.coding.end}" in page
    assert reverse("code", args=[slug, written.code.uuid]) in page
    assert reverse("informant", args=[slug, written.project.informants.get().uuid]) in page


def test_it_searches_and_filters(client, written):
    assert bodies(see(client, written.coder, "memos", q="økonomi")) == ["om kodingen", "om koden ØKONOMI"]
    for kind in ("project", "source", "code", "coding", "informant"):
        assert len(bodies(see(client, written.coder, "memos", kind=kind))) == 1
    assert bodies(see(client, written.coder, "memos", author=written.coder.uuid)) == ["om kodingen"]
    assert len(bodies(see(client, written.coder, "memos", kind="nonsense", author="x", code="y"))) == 5


def test_a_code_stands_for_its_branch_and_its_codings(client, written):
    by_code = {"økonomi": written.code, "drift": written.question, "lokaler": written.other}
    found = {
        name: bodies(see(client, written.coder, "memos", code=code.uuid)) for name, code in by_code.items()
    }
    assert found == {
        "økonomi": ["om kodingen", "om koden ØKONOMI"],
        "drift": ["om kodingen", "om koden ØKONOMI"],
        "lokaler": [],
    }


def test_a_source_stands_for_its_codings(client, written):
    other = make_source(written.project)
    write_memo(actor=written.lead, body="om en annen", about=other)
    assert bodies(see(client, written.coder, "memos", source=written.source.uuid)) == [
        "om kodingen",
        "om kilden",
    ]
    assert bodies(see(client, written.coder, "memos", source=other.uuid)) == ["om en annen"]


def test_an_informant_stands_for_the_codings_that_count_for_them(client, written):
    ola = written.project.informants.get()
    other = link(make_source(written.project), "Informant", "Kari")
    put(written.coder, written.source, "Hva", written.code)
    assert bodies(see(client, written.coder, "memos", informant=ola.uuid)) == [
        "om kodingen",
        "om informanten",
    ]
    assert bodies(see(client, written.coder, "memos", informant=other.uuid)) == []
    page = see(client, written.coder, "memos", informant=ola.uuid)
    assert page.context["about"] == f"informant:{ola.uuid}"
    assert "Clear" in page.content.decode()


def test_the_oldest_first(client, written):
    newest = bodies(see(client, written.coder, "memos"))
    assert bodies(see(client, written.coder, "memos", sort="oldest")) == newest[::-1]


def test_the_words_searched_for_are_marked(client, written):
    page = see(client, written.coder, "memos", q="økon").content.decode()
    assert "om koden <mark>ØKON</mark>OMI" in page


@pytest.mark.parametrize(
    ("text", "words", "parts"),
    [
        ("Straße og ØL", ("strasse", "øl"), [("Straße", True), (" og ", False), ("ØL", True)]),
        ("ananas", ("ana", "nas"), [("ananas", True)]),
        ("<b>", (), [("<b>", False)]),
        ("", ("x",), []),
        ("a\nb", ("b",), [("a\n", False), ("b", True)]),
    ],
)
def test_pieces_together_are_the_text(text, words, parts):
    assert [(part.text, part.hit) for part in highlighted(text, words)] == parts


def test_each_shows_the_words_of_the_text_it_is_about(client, written):
    written.source.memos.update(start=0, end=4)
    rows = {row.memo.body: row.excerpt for row in see(client, written.coder, "memos").context["page"]}
    assert rows["om kodingen"] == "kaffe"
    assert rows["om kilden"] == "Hva "
    assert {rows[body] for body in rows if body not in ("om kodingen", "om kilden")} == {""}


def test_an_excerpt_counts_characters_as_we_do(client, study):
    said = "👩‍👩‍👧 " * 3 + "kaffe " * 100
    source = make_source(study.project, ((None, said.strip()),))
    (coding,) = put(study.coder, source, said.strip(), study.code)
    write_coding_memo(actor=study.coder, source=source, coding=coding.uuid, body="langt")
    (row,) = see(client, study.coder, "memos").context["page"]
    assert row.excerpt == said[:EXCERPT] + " …"
    assert row.place == f"#o={coding.start}-{coding.end}&u={coding.uuid}"


def test_a_new_memo_about_what_is_chosen(client, written):
    page = see(client, written.coder, "memos", about=f"code:{written.other.uuid}").content.decode()
    assert f'<option value="code:{written.other.uuid}" selected>' in page
    do(client, written.coder, "memos", body="om lokaler", about=f"code:{written.other.uuid}")
    assert Memo.objects.get(body="om lokaler").code == written.other
    # What is listed is what one most likely writes about.
    page = see(client, written.coder, "memos", source=written.source.uuid).content.decode()
    assert f'<option value="source:{written.source.uuid}" selected>' in page
    # An error keeps the choice.
    answer = do(client, written.coder, "memos", body=" ", about=f"code:{written.other.uuid}")
    assert f'<option value="code:{written.other.uuid}" selected>' in answer.content.decode()


def test_a_memo_is_changed_in_its_place_in_the_list(client, written):
    memo = Memo.objects.get(coding=written.coding)
    client.force_login(written.coder.user)
    address = reverse("memo", args=[written.project.slug, memo.uuid])
    part = {"HX-Request": "true"}
    form = client.get(address, headers=part).content.decode()
    assert "<textarea" in form and "<html" not in form
    assert "<textarea" not in client.get(address, {"shut": "1"}, headers=part).content.decode()
    answer = client.post(address, {"body": "om kodingen, nå"}, headers=part)
    assert "om kodingen, nå" in answer.content.decode()
    told = json.loads(answer.headers["HX-Trigger"])["status"]
    assert told["undo"]["url"] == reverse("undo", args=[written.project.slug, "codebook"])
    same = client.post(address, {"body": "om kodingen, nå"}, headers=part)
    assert "undo" not in json.loads(same.headers["HX-Trigger"])["status"]
    assert client.post(address, {"body": ""}, headers=part).content == b""
    assert not Memo.objects.filter(pk=memo.pk).exists()
    others = Memo.objects.get(body="om kilden")
    theirs = client.get(reverse("memo", args=[written.project.slug, others.uuid]), headers=part)
    assert "<textarea" not in theirs.content.decode()


def test_a_blind_coder_sees_no_memo_on_a_colleagues_coding(client, written):
    type(written.project).objects.filter(pk=written.project.pk).update(blind=True)
    assert "om kodingen" not in bodies(see(client, make_member(written.project), "memos"))
    assert "om kodingen" in bodies(see(client, written.coder, "memos"))


def test_pages_of_memos(client, study):
    for number in range(51):
        write_memo(actor=study.coder, body=f"Nr. {number}")
    assert len(bodies(see(client, study.coder, "memos"))) == 50
    second = client.get(reverse("memos", args=[study.project.slug]), {"page": 2})
    assert bodies(second) == ["Nr. 0"]


def test_an_empty_list_says_what_to_do(client, study):
    assert "Write one above" in see(client, study.coder, "memos").content.decode()
    reader = see(client, make_member(study.project, Role.READER), "memos").content.decode()
    assert "Coders write them" in reader
    assert "<form" not in reader.split("<main")[1].split("</main")[0]


def test_the_number_of_queries_does_not_grow_with_the_memos(client, written):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            see(client, written.lead, "memos")
        return len(seen)

    queries()
    few = queries()
    assert few <= 20
    for number in range(12):
        write_memo(actor=written.lead, body=f"Nr. {number}", about=make_source(written.project))
        write_memo(actor=written.coder, body=f"Nr. {number}", about=make_code(written.project, f"P{number}"))
    assert queries() == few


def test_memos_on_a_source_that_is_not_cleared_are_hidden_with_it(client, study):
    hidden = make_source(study.project, cleared=False)
    memo = write_memo(actor=study.lead, body="navnet er Kari", about=hidden)
    (coding,) = put(study.lead, hidden, "kaffe", study.code)
    write_coding_memo(actor=study.lead, source=hidden, coding=coding.uuid, body="Kari igjen")
    assert bodies(see(client, study.coder, "memos")) == []
    assert see(client, study.coder, "memo", memo.uuid).status_code == 404
    assert do(client, study.coder, "memo_delete", memo.uuid).status_code == 404
    assert do(client, study.coder, "memos", body="x", about=f"source:{hidden.uuid}").status_code == 403
    assert len(bodies(see(client, study.lead, "memos"))) == 2


def test_outsiders_and_readers(client, written):
    memo = Memo.objects.get(body="om kilden")
    client.force_login(make_user())
    assert client.get(reverse("memos", args=[written.project.slug])).status_code == 404
    assert client.get(reverse("memo", args=[written.project.slug, memo.uuid])).status_code == 404
    reader = make_member(written.project, Role.READER)
    assert "<textarea" not in see(client, reader, "memos").content.decode()
    assert see(client, reader, "memo", memo.uuid).status_code == 200
    assert do(client, reader, "memos", body="x").status_code == 403
    assert do(client, reader, "memo", memo.uuid, body="x").status_code == 403
    assert do(client, reader, "memo_delete", memo.uuid).status_code == 403
    assert Memo.objects.count() == 5


def test_a_coder_changes_only_their_own_a_lead_all(client, written):
    mine, others = Memo.objects.get(coding=written.coding), Memo.objects.get(body="om kilden")
    assert do(client, written.coder, "memo", others.uuid, body="x").status_code == 403
    do(client, written.coder, "memo", mine.uuid, body="om kodingen, igjen")
    do(client, written.lead, "memo", mine.uuid, body="om kodingen, av lederen")
    mine.refresh_from_db()
    assert mine.body == "om kodingen, av lederen"


def test_writing_changing_deleting_and_undoing(client, study):
    back = reverse("source_details", args=[study.project.slug, study.source.uuid])
    answer = do(
        client, study.coder, "memos", body=" Tenk på dette ", about=f"source:{study.source.uuid}", next=back
    )
    assert answer.headers["location"] == back
    memo = Memo.objects.get()
    assert (memo.body, memo.source, memo.author) == ("Tenk på dette", study.source, study.coder)
    assert "Tenk på dette" in client.get(back).content.decode()
    do(client, study.coder, "memo_delete", memo.uuid)
    assert not Memo.objects.exists()
    do(client, study.coder, "undo", "codebook")
    assert Memo.objects.get().uuid == memo.uuid
    do(client, study.coder, "memo", memo.uuid, body="")
    assert not Memo.objects.exists()


def test_an_empty_memo_is_an_error_at_its_field(client, study):
    answer = do(client, study.coder, "memos", body="  ")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["body"])


@pytest.mark.parametrize("about", ["nonsense", "source:1", "film:00000000-0000-0000-0000-000000000000"])
def test_a_memo_about_nothing_is_not_found(client, study, about):
    assert do(client, study.coder, "memos", body="x", about=about).status_code == 404


def test_a_memo_about_another_projects_code_is_not_found(client, study):
    code = make_code(make_project(), "P1")
    assert do(client, study.coder, "memos", body="x", about=f"code:{code.uuid}").status_code == 404
    assert not Memo.objects.exists()


def test_what_was_written_is_shown_and_never_run(client, study):
    memo = write_memo(actor=study.coder, body='<script>alert("x")</script>\nannen linje')
    for page in (see(client, study.coder, "memos"), see(client, study.coder, "memo", memo.uuid)):
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;alert" in page.content.decode()
