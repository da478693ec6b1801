"""A code's page: its passages in context, moving and copying them, its memos."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.urls import reverse

from coding.actions.undo import undo
from coding.models import Coding, Membership, Memo, Project, Role
from tests.factories import (
    Study,
    make_code,
    make_member,
    make_source,
    make_study,
    put,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def reader(study: Study) -> Membership:
    return make_member(study.project, Role.READER)


def at(name: str, project: Project, *args: object) -> str:
    return reverse(name, args=[project.slug, *args])


def listed(response: Any) -> list[str]:
    return ["".join(part.text for part in passage.parts) for passage in response.context["shown"]]


def test_a_codes_page_lists_each_passage_once_with_what_stands_around_it(client, study, reader):
    for member in (study.coder, study.lead):
        put(member, study.source, "koker kaffe og tar", study.code)
    put(study.coder, study.source, "her?\nVi koker", study.code)
    put(study.coder, study.source, "Hva gjør", study.other)
    client.force_login(reader.user)
    response = client.get(at("code", study.project, study.code.uuid))
    first, second = response.context["shown"]
    assert [(part.who, part.before, part.text, part.after) for part in first.parts] == [
        ("Intervjuer", "Hva gjør dere ", "her?", ""),
        ("Informant", "", "Vi koker", " kaffe og tar imot folk."),
    ]
    assert second.coders == [study.coder.name, study.lead.name]
    assert f"#o={second.start}-{second.end}" in response.content.decode()
    assert 'type="checkbox" name="passage"' not in response.content.decode()


def test_passages_of_uncleared_sources_are_neither_listed_nor_moved(client, study):
    keeper = make_member(study.project, Role.LEAD, handles_identities=True)
    hidden = make_source(study.project, title="Ikke klarert", cleared=False)
    (coding,) = put(keeper, hidden, "Vi koker kaffe", study.code)
    client.force_login(make_member(study.project, Role.LEAD).user)
    response = client.get(at("code", study.project, study.code.uuid))
    assert not response.context["shown"] and "Ikke klarert" not in response.content.decode()
    body = {"passage": coding.uuid, "to": study.other.uuid, "act": "move"}
    assert client.post(at("code_passages", study.project, study.code.uuid), body).status_code in (400, 422)
    coding.refresh_from_db()
    assert coding.code == study.code


def test_passages_are_narrowed_by_source_coder_words_and_branch(client, study):
    below = make_code(study.project, "Tilskudd", study.code)
    second = make_source(study.project, [("Informant", "Kommunen betaler husleia.")])
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    put(study.lead, second, "Kommunen betaler", study.code)
    put(study.lead, second, "husleia", below)
    client.force_login(study.coder.user)
    address = at("code", study.project, study.code.uuid)
    assert listed(client.get(address)) == ["Vi koker kaffe", "Kommunen betaler"]
    assert listed(client.get(address, {"source": second.pk})) == ["Kommunen betaler"]
    assert listed(client.get(address, {"coder": study.coder.pk})) == ["Vi koker kaffe"]
    assert listed(client.get(address, {"q": "KOKER kaffe"})) == ["Vi koker kaffe"]
    assert listed(client.get(address, {"below": "1"})) == ["Vi koker kaffe", "Kommunen betaler", "husleia"]
    assert listed(client.get(address, {"source": "x' or 1", "coder": "-1"})) == [
        "Vi koker kaffe",
        "Kommunen betaler",
    ]


def test_a_codes_page_asks_few_questions_whatever_it_lists(client, study, django_assert_max_num_queries):
    for number in range(8):
        source = make_source(study.project, [("Informant", f"En setning om penger nummer {number}.")])
        put(study.coder, source, "En setning", study.code)
    client.force_login(study.lead.user)
    with django_assert_max_num_queries(22):
        assert len(client.get(at("code", study.project, study.code.uuid)).context["shown"]) == 8


def test_ticked_passages_are_moved_many_at_a_time(client, study):
    (one,) = put(study.coder, study.source, "Vi koker kaffe", study.code)
    (two,) = put(study.lead, study.source, "Vi koker kaffe", study.code)
    (three,) = put(study.coder, study.source, "tar imot folk", study.code)
    client.force_login(study.lead.user)
    address = at("code_passages", study.project, study.code.uuid)
    body = {"passage": [f"{one.uuid},{two.uuid}"], "to": study.other.uuid, "act": "move"}
    client.post(address, body)
    assert set(Coding.objects.filter(code=study.other)) == {one, two}
    assert set(Coding.objects.filter(code=study.code)) == {three}
    undo(actor=study.lead, page="codebook")
    assert Coding.objects.filter(code=study.code).count() == 3


def test_a_code_is_split_by_a_new_one_beside_it(client, study):
    (one,) = put(study.coder, study.source, "Vi koker kaffe", study.code)
    client.force_login(study.lead.user)
    body = {"passage": one.uuid, "new_name": "Kaffe", "act": "move"}
    client.post(at("code_passages", study.project, study.code.uuid), body)
    one.refresh_from_db()
    assert (one.code.name, one.code.parent) == ("Kaffe", study.question)


def test_everything_takes_what_the_selection_holds_on_all_pages(client, study):
    words = " ".join(f"ord{number}" for number in range(60))
    source = make_source(study.project, [("Informant", words)])
    for number in range(60):
        put(study.coder, source, f"ord{number}", study.code)
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    client.force_login(study.lead.user)
    body = {"everything": "1", "source": source.pk, "to": study.other.uuid, "act": "copy"}
    client.post(at("code_passages", study.project, study.code.uuid), body)
    assert Coding.objects.filter(code=study.other).count() == 60
    assert Coding.objects.filter(code=study.code).count() == 61


def test_a_coder_moves_their_own_and_is_told_of_the_rest(client, study):
    (mine,) = put(study.coder, study.source, "Vi koker kaffe", study.code)
    (theirs,) = put(study.lead, study.source, "Vi koker kaffe", study.code)
    client.force_login(study.coder.user)
    address = at("code_passages", study.project, study.code.uuid)
    client.post(address, {"passage": f"{mine.uuid},{theirs.uuid}", "to": study.other.uuid, "act": "move"})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.code, theirs.code) == (study.other, study.code)
    response = client.post(address, {"passage": f"{theirs.uuid}", "to": study.other.uuid, "act": "move"})
    assert response.status_code == 422
    client.post(address, {"passage": f"{theirs.uuid}", "to": study.other.uuid, "act": "copy"})
    assert Coding.objects.filter(coder=study.coder, code=study.other).count() == 1


@pytest.mark.parametrize("body", [{}, {"passage": "x"}, {"passage": str(uuid.uuid4())}])
def test_nothing_ticked_is_told_and_changes_nothing(client, study, body):
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    client.force_login(study.lead.user)
    address = at("code_passages", study.project, study.code.uuid)
    assert client.post(address, body | {"to": study.other.uuid, "act": "move"}).status_code in (400, 422)
    assert Coding.objects.filter(code=study.code).count() == 1


def test_a_memo_is_written_changed_and_emptied(client, study):
    client.force_login(study.coder.user)
    client.post(at("code_memos", study.project, study.code.uuid), {"body": "Skal den deles?"})
    memo = Memo.objects.get()
    assert (memo.code, memo.author, memo.body) == (study.code, study.coder, "Skal den deles?")
    address = at("code_memo", study.project, study.code.uuid, memo.uuid)
    client.post(address, {"body": "Ja."})
    memo.refresh_from_db()
    assert memo.body == "Ja."
    client.force_login(make_member(study.project).user)
    assert client.post(address, {"body": "Nei."}).status_code == 403
    client.force_login(study.coder.user)
    client.post(address, {"body": " "})
    assert not Memo.objects.exists()
