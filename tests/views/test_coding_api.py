"""The requests that the coding page makes while one codes."""

from __future__ import annotations

import json
import uuid

import pytest
from django.urls import reverse

from coding.models import Code, Coding, Membership, Memo, Role, Source, SourceProgress
from tests.factories import make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db


class Page:
    """The coding page of `source` as `member` has it open."""

    def __init__(self, client, member: Membership, source: Source) -> None:
        client.force_login(member.user)
        self.client, self.source = client, source

    def ask(self, method: str, name: str, body=None, *, after: int | None = 0, **kwargs):
        address = reverse(name, args=[self.source.project.slug, self.source.uuid, *kwargs.values()])
        query = "" if after is None else f"?after={after}"
        data = body if isinstance(body, str) else json.dumps(body if body is not None else {})
        response = self.client.generic(
            method,
            address + query,
            data,
            content_type="application/json",
            headers={"accept": "application/json"},
        )
        return response.status_code, response.json()

    def code(self, words: str, *codes: Code, uuids=None, **changes):
        self.source.refresh_from_db()
        start = self.source.version.text.index(words)
        keys = uuids or [uuid.uuid4() for _ in codes]
        body = {
            "start": start,
            "end": start + len(words),
            "quote": words,
            "codings": [[str(key), str(code.uuid)] for key, code in zip(keys, codes, strict=True)],
        }
        return self.ask("POST", "codings", body | changes)


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def desk(client, study):
    return Page(client, study.coder, study.source)


def test_it_puts_several_codes_on_one_passage(desk, study):
    status, answer = desk.code("koker kaffe", study.code, study.other)
    assert status == 200
    rows = Coding.objects.filter(source=study.source)
    assert {row.code for row in rows} == {study.code, study.other}
    assert {(row[0], row[6]) for row in answer["rows"]} == {(str(row.uuid), 1) for row in rows}


def test_it_refuses_words_that_do_not_stand_there(desk, study):
    status, answer = desk.code("koker kaffe", study.code, quote="koker te")
    assert status == 409
    assert answer["error"]
    assert not Coding.objects.exists()


def test_sending_twice_codes_once(desk, study):
    keys = [uuid.uuid4()]
    assert desk.code("koker kaffe", study.code, uuids=keys)[0] == 200
    status, answer = desk.code("koker kaffe", study.code, uuids=keys)
    assert status == 200
    assert answer["codings"] == [str(keys[0])]
    assert Coding.objects.count() == 1


def test_it_answers_with_the_coding_that_stood_there_already(desk, study):
    (present,) = put(study.coder, study.source, "koker kaffe", study.code)
    _status, answer = desk.code("koker kaffe", study.code)
    assert answer["codings"] == [str(present.uuid)]


def test_it_refuses_a_uuid_that_exists_elsewhere_without_saying_where(desk, study):
    other = make_study()
    (elsewhere,) = put(other.coder, other.source, "koker kaffe", other.code)
    status, answer = desk.code("koker kaffe", study.code, uuids=[elsewhere.uuid])
    assert status == 409
    assert other.project.title not in answer["error"]
    assert Coding.objects.count() == 1


def test_it_refuses_a_code_of_another_project(desk, study):
    status, _answer = desk.code("koker kaffe", make_study().code)
    assert status == 409
    assert not Coding.objects.filter(source=study.source).exists()


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "nei",
        '{"start": "0"}',
        '{"start": -1}',
        '{"start": true}',
        '{"start": 0, "end": 9, "quote": 4}',
        "{}",
    ],
)
def test_it_refuses_what_it_cannot_read(desk, body):
    status, answer = desk.ask("POST", "codings", body)
    assert status == 400
    assert answer["error"]


def test_it_gives_new_bounds(desk, study):
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    body = {"start": coding.start - 3, "end": coding.end, "quote": "Vi koker kaffe", "row_version": 1}
    status, answer = desk.ask("PATCH", "coding", body, coding=coding.uuid)
    assert status == 200
    coding.refresh_from_db()
    assert (coding.start, coding.row_version) == (body["start"], 2)
    assert [row[3] for row in answer["rows"]] == [coding.start]
    # The answer got lost: the same request again is no conflict.
    assert desk.ask("PATCH", "coding", body, coding=coding.uuid)[0] == 200
    coding.refresh_from_db()
    assert coding.row_version == 2


def test_a_stale_boundary_edit_gets_the_current_state(desk, study):
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    first = {"start": coding.start - 3, "end": coding.end, "quote": "Vi koker kaffe", "row_version": 1}
    desk.ask("PATCH", "coding", first, coding=coding.uuid)
    stale = {"start": coding.start, "end": coding.end - 6, "quote": "koker", "row_version": 1}
    status, answer = desk.ask("PATCH", "coding", stale, coding=coding.uuid)
    assert status == 409
    assert [(row[3], row[6]) for row in answer["rows"]] == [(first["start"], 2)]


def test_it_changes_the_code(desk, study):
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    status, answer = desk.ask("PATCH", "coding", {"code": str(study.other.uuid)}, coding=coding.uuid)
    assert status == 200
    assert [row[1] for row in answer["rows"]] == [study.other.pk]


def test_it_removes_and_removing_twice_is_no_error(desk, study):
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    for _ in range(2):
        status, answer = desk.ask("DELETE", "coding", coding=coding.uuid)
        assert status == 200
        assert answer["gone"] == [str(coding.uuid)]
    assert not Coding.objects.exists()


def test_nobody_changes_a_colleagues_coding(desk, study):
    (coding,) = put(study.lead, study.source, "koker kaffe", study.code)
    status, answer = desk.ask("DELETE", "coding", coding=coding.uuid)
    assert status == 403
    assert study.lead.name in answer["error"]
    assert Coding.objects.count() == 1


def test_a_reader_is_told_why_coding_is_refused(client, study):
    reader = Page(client, make_member(study.project, Role.READER), study.source)
    status, answer = reader.code("koker kaffe", study.code)
    assert status == 403
    assert answer["error"]
    assert reader.ask("GET", "coding_changes")[0] == 200


def test_outside_the_project_there_is_nothing(client, study):
    stranger = Page(client, make_study().coder, study.source)
    assert stranger.code("koker kaffe", study.code)[0] == 404


def test_a_source_that_is_not_cleared_is_closed(client, study):
    closed = make_source(study.project, cleared=False)
    assert Page(client, study.coder, closed).code("koker kaffe", study.code)[0] == 403


def test_it_undoes_and_does_again(desk, study):
    desk.code("koker kaffe", study.code, study.other)
    status, answer = desk.ask("POST", "coding_undo")
    assert status == 200
    assert answer["sentence"]
    assert len(answer["gone"]) == 2
    assert not Coding.objects.exists()
    _status, answer = desk.ask("POST", "coding_redo")
    assert len(answer["rows"]) == 2
    assert set(answer["changed"]) == {row[0] for row in answer["rows"]}
    assert desk.ask("POST", "coding_redo")[1]["sentence"]
    assert Coding.objects.count() == 2


def test_it_writes_reads_and_takes_away_a_memo(desk, study):
    (coding,) = put(study.lead, study.source, "koker kaffe", study.code)
    status, answer = desk.ask("PUT", "coding_memo", {"body": "  Et første inntrykk. "}, coding=coding.uuid)
    assert status == 200
    assert [row[5] for row in answer["rows"]] == [1]
    _status, answer = desk.ask("GET", "coding_memos", coding=coding.uuid)
    assert answer["memos"] == [{"author": study.coder.name, "mine": True, "body": "Et første inntrykk."}]
    _status, answer = desk.ask("PUT", "coding_memo", {"body": ""}, coding=coding.uuid)
    assert [row[5] for row in answer["rows"]] == [0]
    assert not Memo.objects.exists()


def test_a_code_named_in_the_text_stands_under_proposed(desk, study):
    start = study.source.version.text.index("koker kaffe")
    body = {
        "name": "koker kaffe",
        "start": start,
        "end": start + 11,
        "quote": "koker kaffe",
        "coding": str(uuid.uuid4()),
    }
    status, answer = desk.ask("POST", "coding_new_code", body)
    assert status == 200
    code = Code.objects.get(uuid=answer["code"])
    assert code.proposed
    assert Coding.objects.get().code == code
    assert code.pk in [row[0] for row in answer["codes"]]


def test_no_code_is_made_where_its_passage_is_refused(desk, study):
    body = {"name": "te", "start": 0, "end": 5, "quote": "noe annet", "coding": str(uuid.uuid4())}
    assert desk.ask("POST", "coding_new_code", body)[0] == 409
    assert not Code.objects.filter(name="te").exists()


def test_it_marks_the_source_as_finished_and_opens_it_again(desk, study):
    for finished in (1, 0):
        status, answer = desk.ask("POST", "coding_finished", {"finished": finished})
        assert (status, answer["finished"]) == (200, bool(finished))
        progress = SourceProgress.objects.get(source=study.source, coder=study.coder)
        assert (progress.finished is not None) == bool(finished)


def test_an_odd_cursor_tells_nothing_and_breaks_nothing(desk):
    for after in ("-1", "x", "9" * 30, "²"):
        status, answer = desk.ask("GET", "coding_changes", after=after)
        assert (status, answer) == (200, {})
