"""The pages on themes: who gets in, what they show, and that nothing that is written becomes markup."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding.actions.comments import comment
from coding.actions.projects import update_project
from coding.actions.summaries import Cell, write_summary
from coding.models import Evidence, Membership, Source, Summary, Theme
from coding.models.themes import BY_INFORMANT, SummaryState
from coding.permissions import Denied
from coding.reports.participant import held_about
from tests.factories import account_of, make_member
from tests.themes import Themed, make_themed

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Themed:
    return make_themed()


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(account_of(member))
    return client


def url(study: Themed, name: str, *more: Any, **query: str) -> str:
    address = reverse(name, args=[study.project.slug, *more])
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def page(study: Themed, member: Membership, name: str = "summary", **query: str) -> str:
    answer = client_of(member).get(
        url(study, name, *([study.theme.uuid] if name == "summary" else []), **query)
    )
    assert answer.status_code == 200
    return answer.content.decode()


POSTED: list[tuple[str, dict[str, str], str]] = [
    ("new_theme", {"title": "Ny"}, "coder"),
    ("theme", {"title": "Penger"}, "coder"),
    ("place_theme", {"step": "up"}, "lead"),
    ("delete_theme", {}, "lead"),
    ("summary", {"body": "x", "revision": "1"}, "coder"),
    ("pin_passage", {"coding": "COFFEE", "revision": "1"}, "coder"),
    ("unpin_passage", {"number": "1", "revision": "1"}, "coder"),
    ("comment_summary", {"comment": "x"}, "reader"),
    ("resolve_comment", {"comment": "COMMENT", "resolved": "1"}, "coder"),
    ("summary_history", {"text": "TEXT", "revision": "1"}, "coder"),
    ("step_summary", {"step": "submit", "revision": "1"}, "coder"),
]


@pytest.mark.parametrize("role", ["reader", "coder", "lead"])
@pytest.mark.parametrize(("name", "fields", "least"), POSTED, ids=[one[0] for one in POSTED])
def test_each_form_is_for_its_role(
    study: Themed, name: str, fields: dict[str, str], least: str, role: str
) -> None:
    study.write("Noe.")
    said = comment(actor=study.lead, cell=study.whole, body="Hm.")
    study.pin(study.owner)
    known = {
        "COFFEE": str(study.coffee.uuid), "COMMENT": str(said.uuid), "TEXT": str(study.summary.texts.all()[0].pk),
    }  # fmt: skip
    fields = {key: known.get(value, value) for key, value in fields.items()}
    members = {"lead": study.lead, "coder": study.coder, "reader": make_member(study.project, "reader")}
    address = url(study, name, *([] if name == "new_theme" else [study.theme.uuid]))
    answer = client_of(members[role]).post(address, fields)
    ranks = ["reader", "coder", "lead"]
    if ranks.index(role) < ranks.index(least):
        assert answer.status_code == 403
    else:
        assert answer.status_code == 302


def test_what_is_written_is_never_markup(study: Themed) -> None:
    hostile = "<script>x</script> **<b>fet</b>** [a](javascript:x) ![b](http://x/y.png) &amp; <img src=x>"
    study.write(hostile)
    comment(actor=study.lead, cell=study.whole, body=hostile, quote="<script>x</script>")
    text = page(study, study.lead)
    reads = text[text.index('id="reads"') : text.index('class="summary-passages')]
    assert "<script>x" not in text and "<img src" not in text and 'javascript:x"' not in text
    assert "<strong>&lt;b&gt;fet&lt;/b&gt;</strong>" in reads
    assert "<mark" in reads and "&amp;amp;" in reads


def test_the_grid_says_states_and_numbers_in_words(study: Themed) -> None:
    study.approved()
    text = page(study, study.lead, "themes")
    for said in (
        "Approved",
        "2 informants",
        "3 passages",
        "cites 1 informant",
        "one city only",
        "Oslo",
        "Bergen",
    ):
        assert said in text
    assert "Anne" in page(study, study.lead, "themes", by=BY_INFORMANT)
    assert client_of(study.lead).get(url(study, "themes", by="x")).status_code == 404


def test_a_cell_lists_what_is_behind_it(study: Themed) -> None:
    assert page(study, study.coder).count("data-passage ") == 3
    key = str(study.anne.uuid)
    text = page(study, study.coder, by=BY_INFORMANT, key=key)
    assert text.count("data-passage ") == 2 and "kommunen som eier" not in text
    for query in (
        {"by": "x", "key": key},
        {"by": "city", "key": "x"},
        {"by": BY_INFORMANT, "key": "x"},
        {"key": "x"},
    ):
        assert client_of(study.coder).get(url(study, "summary", study.theme.uuid, **query)).status_code == 404


def test_saving_answers_json_and_a_conflict_brings_the_other_text(study: Themed) -> None:
    client = client_of(study.coder)
    address = url(study, "save_summary", study.theme.uuid)

    def put(**fields: Any) -> Any:
        return client.put(address, json.dumps(fields), content_type="application/json")

    assert put(body="En", revision=0).json() == {"revision": 1}
    study.write("To", actor=study.lead)
    answer = put(body="Tre", revision=1)
    assert answer.status_code == 409
    assert answer.json()["theirs"] == {"body": "To", "revision": 2, "open": True}
    for fields in ({"body": "x"}, {"body": 1, "revision": 0}, {"body": "x", "revision": -1}):
        assert put(**fields).status_code == 400


def test_a_form_keeps_what_was_typed_where_somebody_was_quicker(study: Themed) -> None:
    study.write("Deres.")
    answer = client_of(study.coder).post(
        url(study, "summary", study.theme.uuid), {"body": "Mitt.", "revision": "0"}
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert ">Mitt.</textarea>" in text and "Deres." in text
    assert f'name="revision" value="{study.summary.revision}"' in text


def test_a_citation_opens_its_passage_where_it_stands(study: Themed) -> None:
    study.pin(study.coffee)
    client = client_of(study.coder)
    answer = client.get(url(study, "cited_passage", study.theme.uuid, 1))
    assert answer["Location"].endswith(f"#o={study.coffee.start}-{study.coffee.end}")
    assert client.get(url(study, "cited_passage", study.theme.uuid, 2)).status_code == 404


def test_things_of_another_project_are_nothing(study: Themed) -> None:
    other = make_themed()
    other.approved()
    client = client_of(study.lead)
    for name in ("theme", "summary", "summary_history"):
        assert client.get(url(study, name, other.theme.uuid)).status_code == 404
    for name in ("delete_theme", "place_theme", "step_summary", "pin_passage", "comment_summary"):
        assert client.post(url(study, name, other.theme.uuid), {"comment": "x"}).status_code == 404
    study.write("Noe.")
    posted = {"coding": str(other.coffee.uuid), "revision": "1"}
    assert client.post(url(study, "pin_passage", study.theme.uuid), posted).status_code == 409
    assert not Evidence.objects.filter(summary__theme=study.theme).exists()


def test_hostile_input_gets_a_sentence(study: Themed) -> None:
    client = client_of(study.lead)
    study.write("Noe.")
    for name, fields in (
        ("pin_passage", {"coding": "x"}),
        ("unpin_passage", {"number": "-1"}),
        ("resolve_comment", {"comment": "x"}),
        ("summary_history", {"text": "x", "revision": "1"}),
        ("summary", {"body": "a\x00b", "revision": "1"}),
    ):
        assert client.post(url(study, name, study.theme.uuid), fields).status_code == 400, name
    for step in ({"step": "approve", "revision": "٣"}, {"step": "publish", "revision": "1"}):
        assert client.post(url(study, "step_summary", study.theme.uuid), step).status_code == 302
    assert study.summary.state == "draft"
    for fields in ({"title": ""}, {"title": "x", "codes": "y"}, {"title": "x\x00"}, {"title": "penger"}):
        assert client.post(url(study, "new_theme"), fields).status_code == 422, fields
    codes = [str(uuid.uuid4())]
    assert client.post(url(study, "new_theme"), {"title": "x", "codes": codes}).status_code == 422


def test_what_rests_on_an_uncleared_source_is_for_those_who_handle_identities(study: Themed) -> None:
    study.pin(study.coffee)
    study.write("Hemmelig.")
    Source.objects.filter(pk=study.source.pk).update(cleared=None)
    client = client_of(study.coder)
    for name in ("summary", "summary_history"):
        answer = client.get(url(study, name, study.theme.uuid))
        assert (answer.status_code, "Hemmelig" in answer.content.decode()) == (403, False)
    assert client.get(url(study, "cited_passage", study.theme.uuid, 1)).status_code == 403
    assert "Hemmelig" in page(study, study.lead)


def test_who_is_blind_sees_no_text_and_is_told_why(study: Themed) -> None:
    study.write("Hemmelig.")
    update_project(actor=study.lead, blind=True)
    client = client_of(make_member(study.project, "coder"))
    for name in ("summary", "summary_history"):
        answer = client.get(url(study, name, study.theme.uuid))
        assert answer.status_code == 403
        assert "the project is blind" in answer.content.decode()
    for name in ("themes", "themes_waiting"):
        assert "Hemmelig" not in client.get(url(study, name)).content.decode()


def test_approving_notes_what_stands_behind_the_cell(study: Themed) -> None:
    study.write("Noe.")
    study.step(study.coder, "submit")
    fields = {"step": "approve", "revision": "1"}
    client_of(study.lead).post(url(study, "step_summary", study.theme.uuid), fields)
    assert study.summary.behind == sorted([study.coffee.pk, study.expensive.pk, study.owner.pk])


def test_an_informant_gets_what_is_written_of_them(study: Themed) -> None:
    cell = Cell(study.theme.uuid, BY_INFORMANT, str(study.anne.uuid))
    write_summary(actor=study.coder, cell=cell, body="Hun er grei.", revision=0)
    assert held_about(study.anne)["summaries"] == [{"theme": "Penger", "text": "Hun er grei."}]
    assert held_about(study.bo)["summaries"] == []


def test_looking_makes_it_known(study: Themed) -> None:
    study.write("Noe.")
    assert "changed since you looked" in page(study, study.lead, "themes")
    page(study, study.lead)
    assert "changed since you looked" not in page(study, study.lead, "themes")


def test_themes_change_places(study: Themed) -> None:
    client = client_of(study.lead)
    for title in ("B", "C"):
        client.post(url(study, "new_theme"), {"title": title, "codes": [str(study.rent.uuid)]})

    def order() -> list[str]:
        return [theme.title for theme in Theme.objects.filter(project=study.project)]

    c = Theme.objects.get(title="C")
    client.post(url(study, "place_theme", c.uuid), {"step": "up"})
    assert order() == ["Penger", "C", "B"]
    client.post(url(study, "place_theme", study.theme.uuid), {"step": "down"})
    assert order() == ["C", "Penger", "B"]
    client.post(url(study, "place_theme", c.uuid), {"step": "up"})
    client.post(url(study, "place_theme", Theme.objects.get(title="B").uuid), {"step": "down"})
    assert order() == ["C", "Penger", "B"]


def test_the_grid_asks_the_database_a_fixed_number_of_times(
    study: Themed, django_assert_max_num_queries: Any
) -> None:
    study.approved()
    client = client_of(study.lead)
    for number in range(6):
        made = client.post(url(study, "new_theme"), {"title": f"T{number}", "codes": [str(study.rent.uuid)]})
        assert made.status_code == 302
    for theme in Theme.objects.exclude(pk=study.theme.pk):
        write_summary(actor=study.coder, cell=Cell(theme.uuid), body="x", revision=0)
    assert Summary.objects.count() == 7
    with django_assert_max_num_queries(45):
        client.get(url(study, "themes"))


def test_only_who_submitted_is_offered_to_take_it_back(study: Themed) -> None:
    study.write("Noe.")
    study.step(study.coder, "submit")
    another = make_member(study.project, "coder")
    offered = 'value="take_back"'
    assert offered in page(study, study.coder)
    assert offered not in page(study, study.lead) and offered not in page(study, another)
    for other in (study.lead, another):
        with pytest.raises(Denied):
            study.step(other, "take_back")
    Summary.objects.update(submitted_by=None)
    assert offered in page(study, another)


def test_what_should_be_changed_is_said_in_the_same_step_and_the_lead_reads_on(study: Themed) -> None:
    study.write("Noe.")
    study.step(study.coder, "submit")
    text = page(study, study.lead)
    assert (
        "What should be changed?" in text
        and 'rows="3" maxlength="10000" aria-describedby="reason-help" required>' in text
    )
    answer = client_of(study.lead).post(
        url(study, "step_summary", study.theme.uuid),
        {"step": "ask", "revision": "1", "reason": "  Gjelder det alle?\r\nEller bare Oslo? "},
    )
    assert answer.status_code == 302
    (said,) = study.summary.comments.all()
    assert (said.author, said.body, said.quote) == (study.lead, "Gjelder det alle?\nEller bare Oslo?", "")
    assert study.summary.state == SummaryState.CHANGES
    # The text is its authors' now: no field to write in, but a way to it.
    text = page(study, study.lead)
    assert 'id="body"' not in text and 'value="submit"' not in text
    assert "You have asked for changes." in text and 'href="?write=1"' in text
    assert 'id="body"' in page(study, study.coder)
    assert 'id="body"' in page(study, study.lead, write="1")
    study.write("Noe annet.", actor=study.lead)
    assert 'id="body"' in page(study, study.lead)


def test_who_has_commented_already_need_not_say_it_twice_and_other_steps_make_no_comment(
    study: Themed,
) -> None:
    study.write("Noe.")
    study.step(study.coder, "submit")
    comment(actor=study.lead, cell=study.whole, body="Hm.")
    assert 'aria-describedby="reason-help">' in page(study, study.lead)
    fields = {"step": "approve", "revision": "1", "reason": "Nei."}
    client_of(study.lead).post(url(study, "step_summary", study.theme.uuid), fields)
    assert study.summary.state == SummaryState.APPROVED and study.summary.comments.count() == 1
