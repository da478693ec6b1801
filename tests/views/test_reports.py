"""The pages of reports: choosing, showing, checking, taking out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coding import tasks
from coding.actions import chapters, quoting, report_files
from coding.actions.names import decide, replace_names
from coding.models import (
    AuditEvent,
    Job,
    Membership,
    Population,
    Report,
    ReportQuotation,
    Role,
    Source,
    Value,
)
from coding.views import report_checks
from tests.factories import account_of, make_member, make_project, put
from tests.reporting import READERS, ReportStudy, make_report, people, quote

pytestmark = pytest.mark.django_db

As = Callable[[Membership], Client]


@pytest.fixture
def one() -> ReportStudy:
    return make_report()


@pytest.fixture
def signed_in() -> As:
    def enter(member: Membership) -> Client:
        client = Client()
        client.force_login(account_of(member))
        return client

    return enter


def at(one: ReportStudy, name: str, *keys: Any) -> str:
    return reverse(name, args=[one.study.project.slug, *keys])


def test_a_lead_makes_a_report_and_everybody_finds_it(signed_in: As) -> None:
    project = make_project()
    lead = project.memberships.get()
    client = signed_in(lead)
    address = reverse("report_new", args=[project.slug])
    assert client.post(address, {"title": "", "language": "nb"}).status_code == 422
    answer = client.post(address, {"title": "Rapporten", "language": "nb"})
    report = Report.objects.get()
    assert answer["Location"] == reverse("report", args=[project.slug, report.uuid])
    page = signed_in(make_member(project, Role.READER)).get(reverse("reports", args=[project.slug]))
    assert "Rapporten" in page.content.decode()
    assert "New report" not in page.content.decode()


def test_a_passage_is_chosen_and_said_to_be_used(one: ReportStudy, signed_in: As) -> None:
    put(one.coder, one.study.source, "kaffe", one.study.code)
    client = signed_in(one.coder)
    address = at(one, "section_choose", one.section.uuid)
    page = client.get(address)
    assert page.context["many"] == 1, "the section's own code is chosen to begin with"
    ((item, uses, here),) = page.context["quotations"]
    assert (uses, here) == ([], None)
    place = {
        "source": item.source.uuid,
        "start": item.passage.start,
        "end": item.passage.end,
        "next": address,
    }
    assert client.post(address, place)["Location"] == address
    page = client.get(address).content.decode()
    assert "Kaffe og folk, chapter 1.1, quotation 1" in page
    # Asked for once, it is not offered again.
    row = ReportQuotation.objects.get()
    assert "Quoted here" in page and "Quote it here" not in page
    assert (
        f'href="{at(one, "report_quotation", row.uuid)}">Kaffe og folk, chapter 1.1, quotation 1</a>' in page
    )
    assert [row.number for row in ReportQuotation.objects.all()] == [1]


@pytest.mark.parametrize("wrong", [{"source": "x"}, {"start": "x"}, {"end": "9999999"}, {"start": "-3"}])
def test_a_place_that_is_none_quotes_nothing(one: ReportStudy, signed_in: As, wrong: dict[str, str]) -> None:
    place = {"source": one.study.source.uuid, "start": "0", "end": "4"} | wrong
    assert signed_in(one.coder).post(at(one, "section_choose", one.section.uuid), place).status_code in (
        302,
        400,
    )
    assert not ReportQuotation.objects.exists()


def test_words_that_were_not_said_are_refused_and_kept_in_the_field(one: ReportStudy, signed_in: As) -> None:
    row = quote(one, one.study.source, "Vi koker kaffe")
    client = signed_in(one.coder)
    address = at(one, "report_quotation_change", row.uuid)
    answer = client.post(address, {"act": "show", "typed": "Vi koker te"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "From “te” on" in text and "Vi koker te</textarea>" in text
    client.post(address, {"act": "show", "typed": "Vi [...] kaffe"})
    page = client.get(at(one, "report_quotation", row.uuid)).content.decode()
    assert "koker</del>" in page and "[...]</ins>" in page


def test_two_people_and_a_print_wording(one: ReportStudy, signed_in: As) -> None:
    chapters.set_report(actor=one.lead, report=one.report.uuid, print_wordings=True)
    row = quote(one, one.study.source, "Vi koker kaffe")
    address, page = at(one, "report_quotation_change", row.uuid), at(one, "report_quotation", row.uuid)
    coder, lead = signed_in(one.coder), signed_in(one.lead)
    coder.post(address, {"act": "word", "wording": "Vi lager kaffe"})
    assert "Approve the print wording" not in coder.get(page).content.decode()
    assert "Approve the print wording" in lead.get(page).content.decode()
    coder.post(address, {"act": "approve", "revision": "1"})
    lead.post(address, {"act": "approve", "revision": "99"})
    assert ReportQuotation.objects.get().approved is None
    lead.post(address, {"act": "approve", "revision": "1"})
    assert ReportQuotation.objects.get().approved_by == one.lead


@pytest.mark.parametrize("act", [{"act": "up"}, {"act": "place", "to": "0"}])
def test_quotations_change_places(one: ReportStudy, signed_in: As, act: dict[str, str]) -> None:
    quote(one, one.study.source, "Vi")
    row = quote(one, one.study.source, "kaffe")
    signed_in(one.coder).post(at(one, "report_quotation_change", row.uuid), act)
    assert [row.number for row in one.section.quotations.all()] == [2, 1]


@pytest.mark.parametrize(
    "act", [{"act": "place", "to": "-1"}, {"act": "place", "to": "x"}, {"act": "nothing"}, {}]
)
def test_nonsense_moves_nothing(one: ReportStudy, signed_in: As, act: dict[str, str]) -> None:
    row = quote(one, one.study.source, "Vi")
    client = signed_in(one.coder)
    assert client.post(at(one, "report_quotation_change", row.uuid), act).status_code == 400
    assert client.post(at(one, "report_part", one.section.uuid), act).status_code == 400


def test_copies_carry_number_and_attribution(one: ReportStudy, signed_in: As) -> None:
    quote(one, people(one, 3)[0], "Vi koker kaffe")
    page = signed_in(make_member(one.study.project, Role.READER)).get(
        at(one, "chapter", one.section.chapter.uuid)
    )
    assert "“Vi koker kaffe” (daglig leder, Bergen; quotation 1)" in page.content.decode()


def test_what_is_held_back_cannot_be_copied(one: ReportStudy, signed_in: As) -> None:
    decide(actor=handler(one), term="kaffe", kind="person", verdict="replace", replacement="te")
    row = quote(one, one.study.source, "koker kaffe")
    client = signed_in(one.coder)
    for page in (at(one, "chapter", one.section.chapter.uuid), at(one, "report_quotation", row.uuid)):
        text = client.get(page).content.decode()
        assert "held back" in text.lower() and "data-copy-from" not in text


def handler(one: ReportStudy) -> Membership:
    Membership.objects.filter(pk=one.lead.pk).update(handles_identities=True)
    one.lead.refresh_from_db()
    return one.lead


def test_the_check_shows_and_a_lead_overrides_with_a_reason(one: ReportStudy, signed_in: As) -> None:
    decide(actor=handler(one), term="Kaffemannen", kind="person", verdict="replace", replacement="x")
    source = people(one, 1)[0]
    row = quote(one, source, "kaffe")
    client = signed_in(one.lead)
    page = client.get(at(one, "report_disclosure", one.report.uuid))
    assert "instead of “daglig leder, Bergen”" in page.content.decode()
    (item,) = page.context["asked"]
    fields = {"what": "attribution", "covers": item.covers["attribution"]}
    address = at(one, "report_override", row.uuid)
    client.post(address, {**fields, "reason": ""})
    assert not AuditEvent.objects.filter(verb="disclosure.override").exists()
    client.post(address, {**fields, "reason": "Avtalt skriftlig"})
    assert "Avtalt skriftlig" in client.get(at(one, "report_disclosure", one.report.uuid)).content.decode()
    client.post(address, {**fields, "act": "hold"})
    assert AuditEvent.objects.filter(verb="disclosure.hold").count() == 1


def test_rules_are_set_and_wrong_numbers_refused(one: ReportStudy, signed_in: As) -> None:
    people(one, 1)
    city, kind = (Value.objects.get(name=name) for name in ("Bergen", "daglig leder"))
    client, address = signed_in(one.lead), at(one, "report_rules")
    name = f"n-{city.uuid}-{kind.uuid}"
    assert client.post(address, {"k": "3", name: "mange"}).status_code == 422
    assert client.post(address, {"k": "1", name: "6"}).status_code == 422
    assert not Population.objects.exists()
    client.post(address, {"k": "4", name: "6"})
    assert (Population.objects.get().size, one.study.project.disclosure_rule.k) == (6, 4)
    client.post(address, {"k": "4", name: ""})
    assert not Population.objects.exists()


def test_balance_counts_voices(one: ReportStudy, signed_in: As) -> None:
    first, second, _silent = people(one, 3)
    for source, words in ((first, "Vi"), (first, "kaffe"), (second, "kaffe")):
        quote(one, source, words)
    page = signed_in(one.coder).get(at(one, "report_balance", one.report.uuid))
    found = page.context["balance"]
    assert [(row.name[-1], row.quotations, row.of, row.percent) for row in found.informants] == [
        ("0", 2, 3, 67),
        ("1", 1, 3, 33),
    ]
    assert [(row.name, row.quotations, row.quoted, row.people) for row in found.cities] == [
        ("Bergen", 3, 2, 3)
    ]
    assert found.silent == ["Bergen daglig leder 2"]
    empty = signed_in(one.coder).get(at(one, "report_balance", one.report.uuid), {"chapter": "1"})
    assert empty.context["chosen"].number == "1"


@pytest.mark.parametrize("role", [Role.READER, Role.CODER, Role.LEAD])
@pytest.mark.parametrize("file_format", list(READERS))
def test_everybody_in_the_project_takes_files_out_and_it_is_audited(
    one: ReportStudy, signed_in: As, role: str, file_format: str
) -> None:
    quote(one, one.study.source, "kaffe")
    member = make_member(one.study.project, role)
    answer = signed_in(member).post(
        at(one, "report_export", one.report.uuid), {"format": file_format, "part": "1.1"}
    )
    assert READERS[file_format](answer.content) == ["kaffe"]
    name = answer["Content-Disposition"].split("filename=")[1].strip('"')
    assert name.startswith(f"{one.study.project.slug}-report-1.1-20") and name.endswith(f".{file_format}")
    event = AuditEvent.objects.get(verb="export")
    assert (event.actor, event.details["what"], event.details["many"]) == (member, "report-1.1", 1)


def test_a_form_or_a_part_that_is_not_there(one: ReportStudy, signed_in: As) -> None:
    client, address = signed_in(one.coder), at(one, "report_export", one.report.uuid)
    assert client.post(address, {"format": "exe"}).status_code == 400
    assert client.post(address, {"format": "md", "part": "9"})["Location"] == address


@pytest.fixture
def job(one: ReportStudy, signed_in: As, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A file that the worker makes for the coder."""
    monkeypatch.setattr(report_checks, "AT_ONCE", 0)
    quote(one, one.study.source, "kaffe")
    answer = signed_in(one.coder).post(
        at(one, "report_export", one.report.uuid), {"format": "md", "part": "", "appendix": "on"}
    )
    job = Job.objects.get(kind=tasks.REPORT)
    assert answer["Location"] == at(one, "report_file", job.uuid)
    return job


def test_a_long_file_is_made_by_the_worker_with_progress(one: ReportStudy, signed_in: As, job: Job) -> None:
    client, address = signed_in(one.coder), at(one, "report_file", job.uuid)
    assert "The file is being written" in client.get(address).content.decode()
    assert client.get(address, {"fetch": "1"})["Content-Type"].startswith("text/html")
    tasks.drain()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert "?fetch=1" in client.get(address).content.decode()
    answer = client.get(address, {"fetch": "1"})
    assert READERS["md"](answer.content) == ["kaffe"] and "COREQ" in answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.get(verb="export").actor == one.coder


def test_a_file_of_the_worker_is_audited_with_its_part(
    one: ReportStudy, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_checks, "AT_ONCE", 0)
    quote(one, one.study.source, "kaffe")
    signed_in(one.coder).post(at(one, "report_export", one.report.uuid), {"format": "md", "part": "1.1"})
    tasks.drain()
    details = AuditEvent.objects.get(verb="export").details
    assert details == {"what": "report-1.1", "format": "md", "many": 1}


def test_a_file_is_for_whoever_asked_for_it(one: ReportStudy, signed_in: As, job: Job) -> None:
    tasks.drain()
    assert signed_in(one.lead).get(at(one, "report_file", job.uuid), {"fetch": "1"}).status_code == 404


def test_a_file_is_gone_when_names_are_replaced_and_after_a_day(
    one: ReportStudy, signed_in: As, job: Job
) -> None:
    tasks.drain()
    path = report_files.file_of(job)
    assert path.stat().st_mode & 0o077 == 0
    report_files.sweep()
    assert path.exists()
    decide(actor=handler(one), term="kaffe", kind="person", verdict="replace", replacement="te")
    replace_names(actor=one.lead)
    assert not path.exists()
    page = signed_in(one.coder).get(at(one, "report_file", job.uuid), {"fetch": "1"})
    assert "Export again" in page.content.decode()


def test_a_file_that_nobody_fetched_goes(job: Job) -> None:
    tasks.drain()
    assert report_files.sweep(timezone.now() + timedelta(days=2)) >= 1
    assert not report_files.file_of(job).exists()


def test_who_does_not_handle_identities_sees_no_quotation_of_an_uncleared_source(
    one: ReportStudy, signed_in: As
) -> None:
    row = quote(one, one.study.source, "Vi koker kaffe")
    Source.objects.filter(pk=one.study.source.pk).update(cleared=None)
    reader = signed_in(make_member(one.study.project, Role.READER))
    assert "koker" not in reader.get(at(one, "chapter", one.section.chapter.uuid)).content.decode()
    assert reader.get(at(one, "report_quotation", row.uuid)).status_code == 403
    for form, read in READERS.items():
        answer = reader.post(at(one, "report_export", one.report.uuid), {"format": form})
        assert read(answer.content) == [], form


def test_taken_out_and_brought_back_on_the_pages(one: ReportStudy, signed_in: As) -> None:
    row = quote(one, one.study.source, "kaffe")
    client = signed_in(one.coder)
    client.post(at(one, "report_quotation_change", row.uuid), {"act": "remove"})
    assert "1 quotation that was taken out" in client.get(at(one, "report", one.report.uuid)).content.decode()
    assert "Its number stays its own" in client.get(at(one, "report_quotation", row.uuid)).content.decode()
    other = one.section.chapter.sections.exclude(pk=one.section.pk).get()
    assert f'value="{other.uuid}"' in client.get(at(one, "report_quotation", row.uuid)).content.decode()
    client.post(at(one, "report_quotation_change", row.uuid), {"act": "move", "section": other.uuid})
    row.refresh_from_db()
    assert row.section == other


def test_what_another_project_holds_is_nothing_here(one: ReportStudy, signed_in: As) -> None:
    other = make_report()
    row = quote(other, other.study.source, "kaffe")
    client = signed_in(one.lead)
    for name, key in (
        ("report", other.report.uuid), ("chapter", other.section.chapter.uuid), ("report_quotation", row.uuid),
        ("section_choose", other.section.uuid), ("report_export", other.report.uuid),
        ("report_disclosure", other.report.uuid), ("report_settings", other.report.uuid),
    ):  # fmt: skip
        assert client.get(at(one, name, key)).status_code == 404, name
    assert client.post(at(one, "report_override", row.uuid), {}).status_code == 404
    assert quoting.own_quotation(other.coder, row.uuid) == row
