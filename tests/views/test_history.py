"""Who did what and when: for leads everybody's, for others their own, and never what a source says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding.actions.codebook import merge_codes
from coding.actions.exports import record_export
from coding.actions.snapshots import delete_snapshot, keep_table
from coding.actions.undo import undo
from coding.models import AuditEvent, Membership, Snapshot, Source
from coding.models.audit import VERBS
from coding.reports.history import KINDS, HistoryRow, history_of, history_rows
from tests.factories import (
    Study,
    account_of,
    make_member,
    make_study,
    put,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def page(member: Membership, **query: str) -> str:
    client = Client()
    client.force_login(account_of(member))
    return client.get(reverse("history", args=[member.project.slug]), query).content.decode()


def rows(member: Membership, **narrowed: str) -> list[HistoryRow]:
    return history_rows(member, history_of(member, **narrowed))


def test_a_lead_sees_everybody_others_their_own(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    put(study.lead, study.source, "tar imot", study.code)
    assert {row.event.actor for row in rows(study.lead) if row.event.verb == "coding.create"} == {
        study.coder,
        study.lead,
    }
    assert {row.event.actor for row in rows(study.coder)} == {study.coder}
    assert {row.event.actor for row in rows(study.coder, person=str(study.lead.uuid))} == {study.coder}
    assert study.lead.name not in page(study.coder).partition("<main")[2]


def test_it_says_who_what_where_but_not_what_was_said(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code, study.other)
    text = page(study.lead)
    for word in (study.coder.name, "coded a passage", study.source.title, "Økonomi", "Lokaler"):
        assert word in text
    assert "kaffe" not in text


def test_it_is_narrowed_by_person_and_kind(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    put(study.lead, study.source, "tar imot", study.code)
    found = rows(study.lead, person=str(study.coder.uuid))
    assert [row.event.actor for row in found] == [study.coder]
    assert {row.event.verb for row in rows(study.lead, kind="codebook")} == {"code.create"}
    assert len(rows(study.lead, kind="coding", person=str(study.lead.uuid))) == 1
    assert len(rows(study.lead, kind="%", person="'")) == AuditEvent.objects.count()
    assert "Nothing of this kind" in page(study.lead, kind="export")


def test_every_verb_belongs_to_one_kind() -> None:
    for verb in VERBS:
        kinds = [key for key, (_name, starts) in KINDS.items() if verb.startswith(starts)]
        assert len(kinds) == 1, verb


def test_what_was_undone_is_marked_and_the_undo_says_what(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    undo(actor=study.coder, page=str(study.source.uuid))
    text = page(study.coder)
    assert "undid an action: coded a passage" in " ".join(text.split())
    assert "Undone" in text


def test_sources_out_of_sight_are_not_named(study: Study) -> None:
    put(study.lead, study.source, "koker kaffe", study.code)
    put(study.coder, study.source, "koker kaffe", study.code)
    Source.objects.update(title="Samtale med Kari Hansen", cleared=None)
    assert "Kari Hansen" not in page(study.coder)
    assert "Kari Hansen" in page(study.lead)


def test_a_merged_code_is_named_as_it_was(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    merge_codes(actor=study.lead, code=study.code.uuid, into=study.other.uuid)
    (row,) = (row for row in rows(study.lead) if row.event.verb == "code.merge")
    assert set(row.codes) == {"Økonomi", "Lokaler"}


def test_it_is_paged_with_few_queries(study: Study, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        put(study.coder, study.source, text_of(study.source)[: 4 + number % 40], study.code)
        undo(actor=study.coder, page=str(study.source.uuid))
    client = Client()
    client.force_login(account_of(study.coder))
    url = reverse("history", args=[study.project.slug])
    with django_assert_max_num_queries(16):
        first = client.get(url).content.decode()
    assert 'aria-current="page">1<' in first and "120 actions" in first
    assert "coded a passage" in client.get(url, {"page": "3"}).content.decode()


def test_another_projects_history_is_nowhere(study: Study) -> None:
    other = make_study()
    put(other.coder, other.source, "koker kaffe", other.code)
    assert other.coder.name not in page(study.lead)


def test_nothing_done_yet_says_so(study: Study) -> None:
    assert "Nothing done yet" in page(make_member(study.project))


def test_what_left_and_what_was_kept_is_said_and_nothing_else(study: Study) -> None:
    def taken(what: str, file_format: str, many: int) -> str:
        record_export(project=study.project, actor=study.lead, what=what, file_format=file_format, many=many)
        return rows(study.lead, kind="export")[0].details

    assert taken("report", "docx", 12) == "a report as DOCX (12 quotations)"
    assert taken("report-2.1", "odt", 1) == "2.1 of a report as ODT (1 quotation)"
    assert taken("report-Kari", "odt", 1) == ""
    keep_table(actor=study.coder, name="Figur 3", query=[], table={"counting": "", "columns": [], "rows": []})
    assert "kept a table as it was: “Figur 3”" in " ".join(page(study.lead, kind="analysis").split())
    delete_snapshot(actor=study.lead, snapshot=Snapshot.objects.get().uuid)
    assert rows(study.lead, kind="analysis")[0].details == "“Figur 3”"
