"""The audit page and its files: who sees everybody's, how it is narrowed, and what stands nowhere in it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from openpyxl import load_workbook

from coding.actions.codebook import create_code, delete_code
from coding.actions.exports import record_export
from coding.actions.identities import export_key, look_at_labels, look_at_people, look_at_person, write_person
from coding.actions.memos import write_memo
from coding.actions.sources import delete_source
from coding.models import AuditEvent, Membership, Role, SealedIdentity, Source
from coding.models.identities import IdentityKind
from coding.reports.history import history_of
from tests.factories import Study, link, make_member, make_source, make_study, put
from tests.views.asking import said, see

pytestmark = pytest.mark.django_db

MARKER = "Hemmelighet"
HOSTILE = ("=cmd|'/c calc'!A1", "+1+1", "-2", "@SUM(A1)")


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def officer(study: Study) -> Membership:
    member = make_member(study.project, Role.READER, name="personvernombud")
    Membership.objects.filter(pk=member.pk).update(oversees_privacy=True)
    member.refresh_from_db()
    return member


def table(client: Client, member: Membership, **asked: str) -> list[dict[str, str]]:
    """The history as its CSV file has it."""
    answer = see(client, member, "history", format="csv", **asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def sheet(client: Client, member: Membership) -> list[tuple[Any, ...]]:
    answer = see(client, member, "history", format="xlsx")
    return list(load_workbook(io.BytesIO(answer.content)).active.values)


def test_an_officer_sees_what_everybody_did_and_takes_it_out(
    client: Client, study: Study, officer: Membership
) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    page = said(see(client, officer, "history"))
    assert study.coder.name in page and "format=csv" in page
    (row,) = (row for row in table(client, officer) if row["Verb"] == "coding.create")
    assert (row["Who"], row["Role today"], row["What"]) == (study.coder.name, "Coder", "coded a passage")
    assert (row["Sources"], row["Sources' identifiers"]) == (study.source.title, str(study.source.uuid))
    assert (row["Codes"], row["Codes' identifiers"]) == ("Økonomi", str(study.code.uuid))
    assert row["Rows changed"] == "1"
    moment = parse_datetime(row["Time"])
    assert moment is not None and moment.tzinfo is not None


@pytest.mark.parametrize("role", [Role.READER, Role.CODER])
def test_others_see_their_own_and_take_nothing_out(client: Client, study: Study, role: str) -> None:
    member = make_member(study.project, role)
    put(study.lead, study.source, "koker kaffe", study.code)
    page = said(see(client, member, "history"))
    assert study.lead.name not in page.partition("<main")[2] and "format=csv" not in page
    before = AuditEvent.objects.count()
    for file_format in ("csv", "xlsx"):
        assert see(client, member, "history", format=file_format).status_code == 403
    assert AuditEvent.objects.count() == before


def test_reading_is_not_noted_and_taking_out_is(client: Client, study: Study, officer: Membership) -> None:
    before = AuditEvent.objects.count()
    see(client, officer, "history")
    see(client, officer, "history", looks="only")
    assert AuditEvent.objects.count() == before
    many = len(table(client, officer, kind="codebook"))
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor) == ("export", officer)
    assert event.details == {"what": "history", "format": "csv", "many": many}
    assert "the history as CSV" in said(see(client, officer, "history"))


def test_it_is_narrowed_by_time_source_and_looks(study: Study) -> None:
    other = make_source(study.project)
    put(study.coder, study.source, "koker kaffe", study.code)
    put(study.coder, other, "tar imot", study.code)
    look_at_labels(actor=study.lead, source=study.source)
    record_export(project=study.project, actor=study.coder, what="quotations", file_format="csv", many=1)
    verbs = {event.verb for event in history_of(study.lead, source=str(study.source.uuid))}
    assert verbs == {"source.import", "coding.create", "identity.look"}
    assert history_of(study.lead, source=str(study.source.uuid), kind="coding").count() == 1
    assert {e.verb for e in history_of(study.lead, looks="only")} == {"identity.look", "export"}
    assert history_of(study.lead).count() == history_of(study.lead, looks="without").count() + 2
    today, day = timezone.localdate(), timedelta(days=1)
    AuditEvent.objects.filter(verb="export").update(created=timezone.now() - 3 * day)
    assert {e.verb for e in history_of(study.lead, until=today - 3 * day)} == {"export"}
    assert not history_of(study.lead, since=today - 2 * day).filter(verb="export").exists()
    assert history_of(study.lead, since=today - 3 * day, until=today).count() == AuditEvent.objects.count()
    assert {event.actor for event in history_of(study.lead, person="system")} == {None}


def test_what_is_no_filter_narrows_nothing(client: Client, study: Study) -> None:
    stranger = make_study()
    asked = {
        "source": str(stranger.source.uuid),
        "since": "2020-13-45",
        "until": "'",
        "looks": "%",
        "person": "-",
    }
    everything = said(see(client, study.lead, "history")).partition("<main")[2].count("<li>")
    assert said(see(client, study.lead, "history", **asked)).partition("<main")[2].count("<li>") == everything
    for until in ("9999-12-31", "0001-01-01"):
        assert see(client, study.lead, "history", until=until, since=until).status_code == 200


def test_a_source_out_of_sight_is_known_by_its_identifier_alone(
    client: Client, study: Study, officer: Membership
) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    look_at_labels(actor=study.lead, source=study.source)
    Source.objects.update(title=f"Samtale med {MARKER}", cleared=None)
    rows = table(client, officer)
    assert {row["Sources"] for row in rows} == {""}
    told = [row for row in rows if row["Verb"] in ("coding.create", "identity.look")]
    assert [row["Sources' identifiers"] for row in told] == [str(study.source.uuid)] * 2
    page = said(see(client, officer, "history", source=str(study.source.uuid)))
    assert MARKER not in page
    assert any(MARKER in row["Sources"] for row in table(client, study.lead))


def test_what_is_gone_is_known_by_its_identifier(client: Client, study: Study, officer: Membership) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    new = create_code(actor=study.lead, name="Kort tid")
    delete_code(actor=study.lead, code=new.uuid)
    delete_source(actor=study.lead, source=study.source)
    rows = {row["Verb"]: row for row in table(client, officer)}
    assert rows["coding.create"]["Sources' identifiers"] == str(study.source.uuid)
    assert rows["coding.create"]["Sources"] == ""
    assert (rows["code.delete"]["Codes"], rows["code.delete"]["Codes' identifiers"]) == (
        "Kort tid",
        str(new.uuid),
    )


def test_looks_say_in_words_what_was_looked_at(client: Client, study: Study, officer: Membership) -> None:
    person = link(study.source, "Informant", "Anne")
    write_person(actor=study.lead, informant=person, name="Kari")
    look_at_person(actor=study.lead, informant=person)
    look_at_people(actor=study.lead)
    look_at_labels(actor=study.lead, source=study.source)
    export_key(actor=study.lead)
    told = [row["Details"] for row in table(client, officer, looks="only")]
    assert told == [
        "1 entry",
        "what the speakers of a source were called",
        "who all informants are",
        "who one informant is",
    ]
    page = said(see(client, officer, "history"))
    assert "looked into the key: who one informant is" in page
    (row,) = (row for row in table(client, officer) if row["Details"] == "who one informant is")
    assert row["Informant's identifier"] == str(person.uuid)


def secretive(study: Study) -> None:
    """Markers wherever words are kept, and everything done that leaves a trace of them."""
    source = make_source(
        study.project, (("Informant", f"Jeg heter {MARKER} Tekst og bor her."),), title="Intervju nøytralt"
    )
    person = link(source, "Informant", "Anne")
    put(study.coder, source, f"heter {MARKER}", study.code)
    write_memo(actor=study.coder, body=f"{MARKER} i notat", about=source)
    create_code(actor=study.lead, name="Ufarlig", definition=f"{MARKER} i definisjon", example=MARKER)
    write_person(actor=study.lead, informant=person, name=f"{MARKER} Etternavn", note=MARKER)
    look_at_person(actor=study.lead, informant=person)
    record_export(project=study.project, actor=study.lead, what=MARKER, file_format=f"={MARKER}", many=1)
    AuditEvent.objects.create(
        project=study.project,
        actor=study.lead,
        verb="identity.look",
        details={"what": MARKER, "source": MARKER, "informant": MARKER, "term": MARKER},
        created=timezone.now(),
    )
    delete_source(actor=study.lead, source=source)


def test_no_text_memo_definition_or_identity_stands_on_the_page_or_in_a_file(
    client: Client, study: Study, officer: Membership
) -> None:
    secretive(study)
    assert SealedIdentity.objects.filter(kind=IdentityKind.PERSON).exists()
    for member in (study.lead, officer, study.coder):
        for asked in ({}, {"looks": "only"}, {"kind": "memo"}, {"kind": "privacy"}):
            assert MARKER not in said(see(client, member, "history", **asked))
    for member in (study.lead, officer):
        assert MARKER not in str(table(client, member))
        assert MARKER not in str(sheet(client, member))


def test_what_a_spreadsheet_would_run_stays_text(client: Client, study: Study, officer: Membership) -> None:
    for number, name in enumerate(HOSTILE):
        Membership.objects.filter(pk=study.coder.pk).update(name=name)
        code = create_code(actor=study.lead, name=f"{name}{number}")
        put(study.coder, study.source, "koker kaffe", code)
    Source.objects.filter(pk=study.source.pk).update(title=HOSTILE[0])
    answer = see(client, officer, "history", format="csv")
    for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    answer = see(client, officer, "history", format="xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {cell.value for cell in cells} >= {HOSTILE[0], f"{HOSTILE[1]}1"}
    assert "stands nowhere in the history" in cells[-1].value


def test_a_long_history_is_read_with_few_queries(
    client: Client, study: Study, officer: Membership, django_assert_max_num_queries: Any
) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    event = AuditEvent.objects.get(verb="coding.create")
    change = event.changes.first()
    assert change is not None
    for _copy in range(900):
        event.pk = change.pk = None
        event.save(force_insert=True)
        change.event = event
        change.save(force_insert=True)
    with django_assert_max_num_queries(60):
        rows = table(client, officer, kind="coding")
    assert len(rows) == 901
    assert {row["Sources"] for row in rows} == {study.source.title}
