"""Who counts in a passage, asked for and corrected from the coding page; and memos written beside the text."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.urls import reverse

from coding.actions.memos import write_memo
from coding.models import Attribution, AuditEvent, Memo, Role
from tests.factories import account_of, link, make_code, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db

SAID = (("Intervjuer", "Hva gjør dere?"), ("Kari", "Vi koker kaffe og tar imot folk."), ("Ola", "Mm."))
BOTH = "Vi koker kaffe og tar imot folk.\nMm."


@pytest.fixture
def study():
    study: Any = make_study()
    study.source = make_source(study.project, SAID)
    study.anne = link(study.source, "Kari", "Anne")
    study.per = link(study.source, "Ola", "Per")
    (study.coding,) = put(study.coder, study.source, BOTH, study.code)
    return study


def ask(client, member, method: str, name: str, study, *args, body=None, query="") -> tuple[int, Any]:
    client.force_login(account_of(member))
    address = reverse(name, args=[study.project.slug, study.source.uuid, *args]) + query
    answer = client.generic(method, address, json.dumps(body or {}), content_type="application/json")
    return answer.status_code, answer.json()


def who(client, member, study, body=None) -> tuple[int, Any]:
    method = "GET" if body is None else "PUT"
    return ask(
        client, member, method, "coding_who", study, study.coding.uuid, body=body, query="?after=0" if body else ""
    )  # fmt: skip


def test_it_says_who_speaks_and_who_counts(client, study):
    status, answer = who(client, make_member(study.project, Role.READER), study)
    assert status == 200
    assert answer["who"]["people"] == [
        [str(study.anne.uuid), "Anne", 7, 1, 0],
        [str(study.per.uuid), "Per", 1, 0, 0],
    ]
    assert answer["who"]["instead"] == ""


def test_a_tick_is_stored_once_and_its_answer_says_what_changed(client, study):
    for _ in range(2):
        status, answer = who(client, study.coder, study, {"informant": str(study.per.uuid), "counts": True})
        assert status == 200
        assert answer["who"]["people"][1] == [str(study.per.uuid), "Per", 1, 1, 1]
        assert str(study.coding.uuid) in [row[0] for row in answer["rows"]]
    assert Attribution.objects.count() == 1
    _status, answer = who(client, study.coder, study, {"informant": str(study.per.uuid), "counts": None})
    assert answer["who"]["people"][1][3:] == [0, 0]


@pytest.mark.parametrize("body", [{"counts": True}, {"informant": "x", "counts": True}, {"informant": "per"}, {
    "informant": "per", "counts": 1}])  # fmt: skip
def test_what_cannot_be_read_is_refused(client, study, body):
    body = {key: str(study.per.uuid) if value == "per" else value for key, value in body.items()}
    assert who(client, study.coder, study, body)[0] == 400
    assert not Attribution.objects.exists()


def test_a_reader_may_not_and_a_removed_coding_is_gone(client, study):
    reader = make_member(study.project, Role.READER)
    wanted = {"informant": str(study.per.uuid), "counts": True}
    assert who(client, reader, study, wanted)[0] == 403
    study.coding.uuid = uuid.uuid4()
    assert who(client, study.coder, study)[0] == who(client, study.coder, study, wanted)[0] == 409
    assert not Attribution.objects.exists()


def test_a_blind_coder_learns_nothing_of_a_colleagues_coding(client, study):
    type(study.project).objects.filter(pk=study.project.pk).update(blind=True)
    other = make_member(study.project)
    assert who(client, other, study)[0] == 409
    assert who(client, study.coder, study)[0] == 200


def beside(client, member, study, body=None, code="") -> tuple[int, Any]:
    query = f"?code={code}" if code else ""
    method = "GET" if body is None else "PUT"
    return ask(client, member, method, "memos_beside_the_text", study, body=body, query=query)


def test_a_memo_on_the_source_and_on_a_code(client, study):
    key = str(uuid.uuid4())
    for body in ("Lang", "Lang"):
        status, answer = beside(client, study.coder, study, {"memo": key, "body": body})
        assert (status, [memo["body"] for memo in answer["memos"]]) == (200, ["Lang"])
    memo = Memo.objects.get()
    assert (str(memo.uuid), memo.source, memo.code) == (key, study.source, None)
    # It is taken back where it was written.
    assert AuditEvent.objects.get(verb="memo.write").page == str(study.source.uuid)
    wanted = {"memo": str(uuid.uuid4()), "body": "Om te?", "code": str(study.code.uuid)}
    assert beside(client, study.lead, study, wanted)[0] == 200
    _status, answer = beside(client, study.coder, study, code=study.code.uuid)
    (told,) = answer["memos"]
    assert (told["author"], told["mine"], told["body"], told["address"]) == (
        study.lead.name,
        False,
        "Om te?",
        "",
    )


def test_a_memo_that_is_somebody_elses_is_not_written_over(client, study):
    theirs = write_memo(actor=study.lead, body="Mitt", about=study.source)
    status, _answer = beside(client, study.coder, study, {"memo": str(theirs.uuid), "body": "Ditt"})
    assert status == 409
    assert Memo.objects.get().body == "Mitt"


def test_memos_beside_the_text_are_read_by_readers_and_written_by_coders(client, study):
    write_memo(actor=study.lead, body="Se her", about=study.source)
    reader = make_member(study.project, Role.READER)
    status, answer = beside(client, reader, study)
    assert (status, answer["memos"][0]["address"]) == (200, "")
    assert beside(client, reader, study, {"memo": str(uuid.uuid4()), "body": "x"})[0] == 403
    assert beside(client, study.coder, study, {"memo": str(uuid.uuid4()), "body": " "})[0] == 400
    assert Memo.objects.count() == 1


def test_a_code_of_another_project_is_not_found(client, study):
    other = make_code(make_study().project, "Fremmed")
    client.force_login(account_of(study.coder))
    address = reverse("memos_beside_the_text", args=[study.project.slug, study.source.uuid])
    assert client.get(address, {"code": other.uuid}).status_code == 404
    assert client.get(address, {"code": "x"}).status_code == 404
