"""What the coding page tells of the reading, and where it asks for the next coding of a code."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import AuditEvent, Change, Membership, Reading, Role, Source
from tests.factories import Study, account_of, make_member, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def tell(client: Client, member: Membership, source: Source, **changes: Any) -> tuple[int, dict[str, Any]]:
    """What is answered to the page of `source` that tells what `member` has read."""
    client.force_login(account_of(member))
    body = {"version": source.version_id, "spans": [[0, 5]], "position": 0} | changes
    address = reverse("source_reading", args=[source.project.slug, source.uuid])
    answer = client.post(address, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_notes_add_up_and_the_answer_says_how_far(client: Client, study: Study) -> None:
    length = len(text_of(study.source))
    status, told = tell(client, study.coder, study.source, spans=[[0, 10]], position=4)
    assert (status, told) == (200, {"read": round(100 * 10 / length), "coded": 0})
    tell(client, study.coder, study.source, spans=[[5, length]], position=20)
    note = Reading.objects.get()
    assert (note.member, note.source, note.spans, note.position) == (
        study.coder, study.source, [[0, length]], 20,
    )  # fmt: skip


def test_a_reader_may_note_and_nobody_else_learns_of_it(client: Client, study: Study) -> None:
    events, changes = AuditEvent.objects.count(), Change.objects.count()
    reader = make_member(study.project, Role.READER)
    assert tell(client, reader, study.source)[0] == 200
    assert Reading.objects.get().member == reader
    assert (AuditEvent.objects.count(), Change.objects.count()) == (events, changes)
    _status, told = tell(client, study.coder, study.source, spans=[])
    assert told["read"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"spans": [[0, 10**6]]},
        {"spans": [[-1, 4]]},
        {"spans": [[4, 4]]},
        {"spans": [[5, 2]]},
        {"spans": [[0, 1.5]]},
        {"spans": [[True, 4]]},
        {"spans": [[0, "4"]]},
        {"spans": [[0, 4, 9]]},
        {"spans": {"0": 4}},
        {"spans": "0-4"},
        {"spans": [[0, 1]] * 2_001},
        {"position": 10**6},
        {"position": -1},
        {"position": None},
        {"version": 10**6},
        {"version": None},
    ],
)
def test_what_no_page_sends_is_refused(client: Client, study: Study, changes: dict[str, Any]) -> None:
    status, told = tell(client, study.coder, study.source, **changes)
    assert status == 400
    assert told["error"]
    assert not Reading.objects.exists()


def test_the_text_of_another_source_is_none_of_this_one(client: Client, study: Study) -> None:
    other = make_source(study.project)
    assert tell(client, study.coder, study.source, version=other.version_id)[0] == 400


def test_the_next_coding_of_a_code_is_an_address(client: Client, study: Study) -> None:
    other = make_source(study.project, title="Å, en senere")
    coding = put(study.coder, other, "koker kaffe", study.code)[0]
    client.force_login(account_of(study.coder))
    address = reverse("source_neighbour", args=[study.project.slug, study.source.uuid])
    told = client.get(address, {"code": str(study.code.uuid), "direction": "1", "shown": "{}"}).json()
    page = reverse("source", args=[study.project.slug, other.uuid])
    assert told == {"url": f"{page}#o={coding.start}-{coding.end}&u={coding.uuid}"}
    assert client.get(address, {"code": str(study.code.uuid), "direction": "-1"}).json() == {"url": None}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"code": "x"},
        {"code": str(uuid.uuid4()), "shown": "[]"},
        {"code": str(uuid.uuid4()), "shown": '{"x": [1]}'},
        {"code": str(uuid.uuid4()), "shown": f'{{"{uuid.uuid4()}": 4}}'},
        {"code": str(uuid.uuid4()), "shown": "[" * 20_000},
    ],
)
def test_a_question_that_no_page_asks_is_refused(client: Client, study: Study, asked: dict[str, str]) -> None:
    client.force_login(account_of(study.coder))
    address = reverse("source_neighbour", args=[study.project.slug, study.source.uuid])
    assert client.get(address, asked).status_code == 400
