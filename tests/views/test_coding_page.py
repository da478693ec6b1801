"""What the server sends of the coding page, before any script runs."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from coding.actions.codings import remove_codings
from coding.models import Role, Turn
from coding.reports.coding_page import blocks, feed, payload, source_blocks
from tests.factories import lead_of, make_code, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db


def page_of(client, member, source):
    client.force_login(member.user)
    return client.get(reverse("source", args=[source.project.slug, source.uuid]))


def test_it_sends_each_line_where_it_stands_in_the_text(client):
    study = make_study()
    source = make_source(
        study.project, [("Intervjuer", "Æ, ø & <å>?"), (None, "Ja 👩‍👩‍👧.\n\nOg så, x\u0301.")]
    )
    html = page_of(client, study.coder, source).content.decode()
    source.refresh_from_db()
    text = source.version.text
    found = re.findall(r'<p data-o="(\d+)">([^<]*)</p>', html)
    unescape = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
    for start, line in found:
        for entity, character in unescape.items():
            line = line.replace(entity, character)
        assert text[int(start) : int(start) + len(line)] == line
    assert len(found) == len(text.split("\n"))


def test_it_asks_the_database_six_things_however_much_is_coded(django_assert_num_queries):
    study = make_study()
    for number in range(30):
        code = make_code(study.project, f"Kode {number}", study.question)
        put(study.coder, study.source, "koker kaffe", code)
    source = type(study.source).objects.select_related("version", "project").get(pk=study.source.pk)
    with django_assert_num_queries(6):
        data = payload(source, study.coder)
    assert len(data["codings"]) == 30
    with django_assert_num_queries(1):
        source_blocks(source)


def test_it_names_the_coding_by_its_code_points():
    study = make_study()
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    (row,) = payload(study.source, study.coder)["codings"]
    assert row == [str(coding.uuid), study.code.pk, study.coder.pk, coding.start, coding.end, 0, 1]


def test_it_shows_no_source_of_another_project(client):
    study, other = make_study(), make_study()
    assert page_of(client, other.coder, study.source).status_code == 404


def test_it_lets_a_reader_read_but_offers_no_coding(client):
    study = make_study()
    response = page_of(client, make_member(study.project, Role.READER), study.source)
    html = response.content.decode()
    assert "Vi koker kaffe" in html
    assert "data-finish" not in html
    assert json.loads(re.search(r'id="coding-data"[^>]*>(.*?)</script>', html)[1])["may_code"] is False


def test_it_hides_a_source_that_is_not_cleared(client):
    study = make_study()
    source = make_source(study.project, cleared=False)
    assert page_of(client, study.coder, source).status_code == 403
    lead = lead_of(study.project)
    lead.handles_identities = True
    lead.save()
    assert page_of(client, lead, source).status_code == 200


def test_the_list_says_in_words_what_is_coded(client):
    study = make_study()
    put(study.coder, study.source, "koker kaffe", study.code, study.other)
    client.force_login(study.lead.user)
    html = client.get(
        reverse("source_codings", args=[study.project.slug, study.source.uuid])
    ).content.decode()
    assert html.count("<blockquote") == 2
    assert "P1 Drift › Økonomi" in html
    assert study.coder.name in html


def test_a_feed_tells_what_came_what_went_and_who_is_quiet():
    study = make_study()
    begin = payload(study.source, study.lead)["cursor"]
    first, second = put(study.coder, study.source, "koker kaffe", study.code, study.other)
    told = feed(study.source, study.lead, begin)
    assert {row[0] for row in told["rows"]} == {str(first.uuid), str(second.uuid)}
    remove_codings(actor=study.coder, source=study.source, uuids=[first.uuid])
    later = feed(study.source, study.lead, told["cursor"])
    assert (later["rows"], later["gone"]) == ([], [str(first.uuid)])
    assert feed(study.source, study.lead, later["cursor"]) == {
        "rows": [],
        "gone": [],
        "cursor": later["cursor"],
        "version": study.source.version_id,
    }


def test_a_feed_tells_of_new_codes_in_the_project_only():
    study, other = make_study(), make_study()
    begin = feed(study.source, study.coder, 0)["cursor"]
    make_code(other.project, "Noe annet")
    assert "codes" not in feed(study.source, study.coder, begin)
    make_code(study.project, "Dugnad", study.question)
    assert "Dugnad" in [code[3] for code in feed(study.source, study.coder, begin)["codes"]]


def test_a_long_absence_is_told_in_several_answers(monkeypatch):
    monkeypatch.setattr("coding.reports.coding_page.FEED_CHANGES", 2)
    study = make_study()
    cursor = payload(study.source, study.lead)["cursor"]
    for quote in ("koker", "kaffe", "folk"):
        put(study.coder, study.source, quote, study.code)
    new = make_code(study.project, "Dugnad", study.question)
    rows, codes = set(), []
    for _ in range(3):
        told = feed(study.source, study.lead, cursor)
        rows |= {row[0] for row in told["rows"]}
        codes = told.get("codes", codes)
        cursor = told["cursor"]
    assert len(rows) == 3
    assert new.pk in [code[0] for code in codes]
    assert feed(study.source, study.lead, cursor)["rows"] == []


@given(st.lists(st.text(alphabet="ab å\n👩", max_size=3000), min_size=1, max_size=8))
def test_blocks_hold_every_character_once(parts):
    text = "\n".join(parts)
    turns, place = [], 0
    for number, part in enumerate(parts):
        turns.append(Turn(number=number, start=place, end=place + len(part)))
        place += len(part) + 1
    made = blocks(text, turns)
    lines = [paragraph for block in made for paragraph in block.paragraphs]
    assert "\n".join(line.text for line in lines) == text
    assert all(text[line.start : line.start + len(line.text)] == line.text for line in lines)
