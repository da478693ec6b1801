"""Reports are made, arranged and quoted in; numbers are given once; a text that changes is seen in quotations."""

from __future__ import annotations

import pytest

from coding.actions import chapters, quoting
from coding.actions.codebook import delete_code, merge_codes, propose_code
from coding.actions.codings import remove_codings
from coding.actions.corrections import correct_text
from coding.actions.errors import Conflict, Invalid
from coding.actions.names import decide, replace_names
from coding.actions.recording import CODEBOOK_PAGE
from coding.actions.summaries import Cell, pin, take_step, write_summary
from coding.actions.themes import create_theme
from coding.actions.undo import redo, undo
from coding.actions.withdrawals import withdraw
from coding.anchoring.texts import TurnChange
from coding.models import Change, Chapter, Report, ReportQuotation, Role, Section, Theme
from coding.permissions import Denied
from coding.reports.participant import held_about
from tests.factories import link, make_code, make_member, make_source, make_study, put, text_of
from tests.reporting import ReportStudy, make_report, quote, shown, written

pytestmark = pytest.mark.django_db


def outline(one: ReportStudy) -> list[tuple[str, list[str]]]:
    return [
        (chapter.title, [section.title for section in chapter.sections.all()])
        for chapter in one.report.chapters.all()
    ]


def test_a_report_begins_with_the_research_questions() -> None:
    study = make_study()
    make_code(study.project, "Dypere", study.code)
    make_code(study.project, "P2 Folk")
    propose_code(actor=study.coder, name="Forslag", page="codebook")
    one = make_report(study)
    assert outline(one) == [("Drift", ["Økonomi", "Lokaler"]), ("Folk", [])]


@pytest.mark.parametrize("role", [Role.READER, Role.CODER])
def test_leads_make_reports_and_say_how_they_name_people(role: str) -> None:
    one = make_report()
    member = make_member(one.study.project, role)
    for act in (
        lambda: chapters.create_report(actor=member, title="X"),
        lambda: chapters.set_report(actor=member, report=one.report.uuid, pattern="pseudonym"),
        lambda: chapters.delete_report(actor=member, report=one.report.uuid, typed_title=one.report.title),
    ):
        with pytest.raises(Denied):
            act()


def test_readers_arrange_and_quote_nothing() -> None:
    one = make_report()
    row = quote(one, one.study.source, "kaffe")
    reader = make_member(one.study.project, Role.READER)
    chapter = Chapter.objects.get()
    for act in (
        lambda: chapters.add_chapter(actor=reader, report=one.report.uuid, title="X"),
        lambda: chapters.add_section(actor=reader, chapter=chapter.uuid, title="X"),
        lambda: chapters.rename_part(actor=reader, part=chapter.uuid, title="X"),
        lambda: chapters.move_part(actor=reader, part=chapter.uuid, to="up"),
        lambda: chapters.delete_part(actor=reader, part=one.section.uuid),
        lambda: quoting.add_quotation(
            actor=reader, section=one.section.uuid, source=one.study.source, start=0, end=2
        ),
        lambda: quoting.show_quotation(actor=reader, quotation=row.uuid, typed="[...]"),
        lambda: quoting.write_wording(actor=reader, quotation=row.uuid, wording="x"),
        lambda: quoting.approve_wording(actor=reader, quotation=row.uuid, revision=1),
        lambda: quoting.move_quotation(actor=reader, quotation=row.uuid, to="up"),
        lambda: quoting.remove_quotation(actor=reader, quotation=row.uuid),
    ):
        with pytest.raises(Denied):
            act()


def test_parts_change_places_and_undo_brings_them_back() -> None:
    one = make_report()
    new = chapters.add_chapter(actor=one.coder, report=one.report.uuid, title="Nytt")
    first, second = Section.objects.filter(chapter__report=one.report).order_by("position")
    chapters.move_part(actor=one.coder, part=second.uuid, to="up")
    assert outline(one) == [("Drift", ["Lokaler", "Økonomi"]), ("Nytt", [])]
    chapters.move_part(actor=one.coder, part=first.uuid, to="down")
    assert outline(one) == [("Drift", ["Lokaler"]), ("Nytt", ["Økonomi"])]
    chapters.move_part(actor=one.coder, part=new.uuid, to=0)
    assert [title for title, _sections in outline(one)] == ["Nytt", "Drift"]
    chapters.move_part(actor=one.coder, part=new.uuid, to="up")
    for _time in range(3):
        undo(actor=one.coder, page=chapters.page_of(one.report))
    assert outline(one) == [("Drift", ["Økonomi", "Lokaler"]), ("Nytt", [])]


def test_a_part_with_quotations_is_not_taken_away() -> None:
    one = make_report()
    row = quote(one, one.study.source, "kaffe")
    chapter = Chapter.objects.get()
    for part in (one.section.uuid, chapter.uuid):
        with pytest.raises(Invalid):
            chapters.delete_part(actor=one.coder, part=part)
    quoting.remove_quotation(actor=one.coder, quotation=row.uuid)
    chapters.delete_part(actor=one.coder, part=chapter.uuid)
    assert outline(one) == []
    undo(actor=one.coder, page=chapters.page_of(one.report))
    assert outline(one) == [("Drift", ["Økonomi", "Lokaler"])]


def test_no_number_is_given_twice_undone_or_not() -> None:
    one = make_report()
    quote(one, one.study.source, "kaffe")
    undo(actor=one.coder, page=chapters.page_of(one.report))
    assert quote(one, one.study.source, "folk").number == 2
    undo(actor=one.coder, page=chapters.page_of(one.report))
    redo(actor=one.coder, page=chapters.page_of(one.report))
    assert [row.number for row in ReportQuotation.objects.all()] == [2]
    assert quote(one, one.study.source, "kaffe").number == 3


def test_a_passage_stands_once_in_a_section() -> None:
    one = make_report()
    first = quote(one, one.study.source, "kaffe")
    assert quote(one, one.study.source, "kaffe") == first


def test_what_is_of_another_project_is_not_there() -> None:
    one, other = make_report(), make_report()
    row = quote(other, other.study.source, "kaffe")
    for act in (
        lambda: quoting.add_quotation(
            actor=one.coder, section=other.section.uuid, source=one.study.source, start=0, end=2
        ),
        lambda: quoting.show_quotation(actor=one.coder, quotation=row.uuid, typed="kaffe"),
        lambda: chapters.set_report(actor=one.lead, report=other.report.uuid, title="X"),
        lambda: chapters.move_part(actor=one.coder, part=other.section.uuid, to="up"),
    ):
        with pytest.raises(Conflict):
            act()
    with pytest.raises(Denied):
        quote(one, other.study.source, "kaffe")


def test_no_change_holds_words_of_a_transcript() -> None:
    one = make_report()
    chapters.set_report(actor=one.lead, report=one.report.uuid, print_wordings=True)
    row = quote(one, one.study.source, "Vi koker kaffe")
    quoting.show_quotation(actor=one.coder, quotation=row.uuid, typed="Vi koker [...]")
    quoting.write_wording(actor=one.coder, quotation=row.uuid, wording="Vi kokar kaffi")
    recorded = str(list(Change.objects.filter(kind="ReportQuotation").values_list("before", "after")))
    assert "koker" not in recorded and "kokar" not in recorded


# Print wordings


@pytest.fixture
def worded() -> tuple[ReportStudy, ReportQuotation]:
    one = make_report()
    chapters.set_report(actor=one.lead, report=one.report.uuid, print_wordings=True)
    row = quote(one, one.study.source, "Vi koker kaffe")
    return one, quoting.write_wording(actor=one.coder, quotation=row.uuid, wording="Vi lager kaffe")


def test_a_print_wording_needs_a_second_person(worded: tuple[ReportStudy, ReportQuotation]) -> None:
    one, row = worded
    assert [item.words for item in shown(one)] == ["Vi koker kaffe"]
    with pytest.raises(Denied):
        quoting.approve_wording(actor=one.coder, quotation=row.uuid, revision=1)
    quoting.approve_wording(actor=one.lead, quotation=row.uuid, revision=1)
    (item,) = shown(one)
    assert (item.words, item.original, item.printed) == ("Vi lager kaffe", "Vi koker kaffe", True)


def test_an_approval_is_of_the_words_that_were_seen(worded: tuple[ReportStudy, ReportQuotation]) -> None:
    one, row = worded
    quoting.write_wording(actor=one.coder, quotation=row.uuid, wording="Noe annet")
    with pytest.raises(Conflict):
        quoting.approve_wording(actor=one.lead, quotation=row.uuid, revision=1)
    quoting.approve_wording(actor=one.lead, quotation=row.uuid, revision=2)
    quoting.write_wording(actor=one.coder, quotation=row.uuid, wording="Enda noe")
    assert [item.words for item in shown(one)] == ["Vi koker kaffe"]


def test_without_the_setting_nothing_but_the_words_is_printed(
    worded: tuple[ReportStudy, ReportQuotation],
) -> None:
    one, row = worded
    quoting.approve_wording(actor=one.lead, quotation=row.uuid, revision=1)
    chapters.set_report(actor=one.lead, report=one.report.uuid, print_wordings=False)
    assert [item.words for item in shown(one)] == ["Vi koker kaffe"]
    with pytest.raises(Invalid):
        quoting.write_wording(actor=one.coder, quotation=row.uuid, wording="X")


# New texts


def edit(one: ReportStudy, old: str, new: str) -> None:
    source = one.study.source
    source.refresh_from_db()
    version = source.version
    assert version is not None
    changes = {}
    for turn in version.turns.order_by("number"):
        words = version.text[turn.start : turn.end]
        if old in words:
            changes[turn.number] = TurnChange(words.replace(old, new), turn.speaker_id)
    correct_text(actor=one.coder, source=source, version=version.number, changes=changes)


def test_a_correction_elsewhere_leaves_a_quotation_as_it_was() -> None:
    one = make_report()
    row = quote(one, one.study.source, "koker kaffe og tar")
    quoting.show_quotation(actor=one.coder, quotation=row.uuid, typed="koker [...] og [så] tar")
    edit(one, "Hva gjør dere her?", "Hva i all verden gjør dere her nå?")
    row.refresh_from_db()
    assert not row.changed
    assert [item.words for item in shown(one)] == ["koker [...] og [så] tar"]


def test_a_correction_inside_is_pointed_out_and_ends_an_approval(
    worded: tuple[ReportStudy, ReportQuotation],
) -> None:
    one, row = worded
    quoting.approve_wording(actor=one.lead, quotation=row.uuid, revision=1)
    edit(one, "koker", "traktet")
    row.refresh_from_db()
    assert (row.changed, row.approved) == (True, None)
    assert [item.words for item in shown(one)] == ["Vi traktet kaffe"]
    quoting.show_quotation(actor=one.coder, quotation=row.uuid, typed="Vi traktet kaffe")
    row.refresh_from_db()
    assert not row.changed


def test_words_that_are_gone_are_held_back_under_their_number() -> None:
    one = make_report()
    quote(one, one.study.source, "koker kaffe ")
    edit(one, " koker kaffe og", "")
    (item,) = shown(one)
    assert "no longer in the text" in str(item.held)
    assert "Quotation 1: its words are no longer in the text" in written(one, "md").decode()


def test_a_withdrawal_takes_quotations_and_print_wordings_along() -> None:
    one = make_report()
    one.lead.handles_identities = True
    one.lead.save()
    chapters.set_report(actor=one.lead, report=one.report.uuid, print_wordings=True)
    words = [("Deltaker 1", "Vi koker kaffe her."), ("Deltaker 2", "Og vi baker vafler.")]
    group = make_source(one.study.project, words, kind="focus_group")
    for n in (1, 2):
        link(group, f"Deltaker {n}", f"D{n}")
    alone = quote(one, group, "Vi koker kaffe")
    both = quote(one, group, text_of(group))
    other = quote(one, group, "vi baker")
    for row in (both, other):
        quoting.write_wording(actor=one.coder, quotation=row.uuid, wording=f"Hemmelig ordlyd {row.number}")
    person = one.study.project.informants.get(pseudonym="D1")
    withdraw(actor=one.lead, informant=person.uuid, confirmation="D1")
    assert not ReportQuotation.objects.filter(pk=alone.pk).exists()
    both.refresh_from_db()
    other.refresh_from_db()
    assert (both.print_wording, other.print_wording) == ("", "Hemmelig ordlyd 3")
    assert [item.words for item in shown(one)] == ["Og vi baker vafler.", "vi baker"]
    assert not Change.objects.filter(kind="ReportQuotation", object_id__in=[alone.pk, both.pk]).exists()
    assert Report.objects.get().next_number == 4, "a number that went is not given again"


def test_names_go_out_of_print_wordings_brackets_and_titles() -> None:
    one = make_report()
    one.lead.handles_identities = True
    one.lead.save()
    chapters.set_report(actor=one.lead, report=one.report.uuid, print_wordings=True)
    row = quote(one, one.study.source, "Vi koker kaffe")
    quoting.show_quotation(actor=one.coder, quotation=row.uuid, typed="Vi [hos Hjørdis] koker kaffe")
    quoting.write_wording(actor=one.coder, quotation=row.uuid, wording="Hjørdis lager kaffe")
    chapters.rename_part(actor=one.coder, part=one.section.uuid, title="Om Hjørdis")
    decide(actor=one.lead, term="Hjørdis", kind="person", verdict="replace", replacement="Anne")
    replace_names(actor=one.lead)
    row.refresh_from_db()
    one.section.refresh_from_db()
    assert (row.print_wording, row.marks[0][2], one.section.title) == (
        "Anne lager kaffe",
        "hos Anne",
        "Om Anne",
    )
    recorded = Change.objects.values_list("kind", "before", "after")
    assert [kind for kind, *states in recorded if "Hjørdis" in str(states)] == []


def test_a_section_takes_a_theme_once() -> None:
    one = make_report()
    theme = Theme.objects.create(project=one.study.project, title="Kaffe")
    for _time in range(2):
        chapters.take_theme(actor=one.coder, section=one.section.uuid, theme=theme.uuid, taken=True)
    assert one.section.themes.count() == 1
    assert "The summary of “Kaffe” is not approved yet." in written(one, "md").decode()
    chapters.take_theme(actor=one.coder, section=one.section.uuid, theme=theme.uuid, taken=False)
    assert one.section.themes.count() == 0


def test_a_file_says_where_an_approval_is_stale() -> None:
    one = make_report()
    source = one.study.source
    [coding] = put(one.coder, source, "Vi koker kaffe", one.study.code)
    theme = create_theme(actor=one.lead, title="Kaffe", codes=[one.study.code.uuid])
    cell = Cell(theme.uuid)
    pin(actor=one.coder, cell=cell, coding=coding.uuid)
    revision = write_summary(actor=one.coder, cell=cell, body="De koker kaffe [E1].", revision=0).revision
    take_step(actor=one.coder, cell=cell, name="submit", revision=revision)
    take_step(actor=one.lead, cell=cell, name="approve", revision=revision, behind=[coding.pk])
    chapters.take_theme(actor=one.coder, section=one.section.uuid, theme=theme.uuid, taken=True)
    stale = "What this summary cites has changed since it was approved."
    text = written(one, "md").decode()
    assert "De koker kaffe" in text and stale not in text
    remove_codings(actor=one.coder, source=source, uuids=[coding.uuid])
    text = written(one, "md").decode()
    assert "De koker kaffe" in text and stale in text


def test_a_report_goes_when_its_title_is_typed() -> None:
    one = make_report()
    quote(one, one.study.source, "kaffe")
    with pytest.raises(Invalid):
        chapters.delete_report(actor=one.lead, report=one.report.uuid, typed_title="x")
    chapters.delete_report(actor=one.lead, report=one.report.uuid, typed_title=one.report.title)
    assert not Report.objects.exists() and not ReportQuotation.objects.exists()


def test_a_code_that_goes_leaves_its_section_and_undo_gives_it_back() -> None:
    one = make_report()
    code, other = one.study.code, one.study.other
    delete_code(actor=one.lead, code=code.uuid)
    one.section.refresh_from_db()
    assert (one.section.title, one.section.code) == ("Økonomi", None)
    undo(actor=one.lead, page=CODEBOOK_PAGE)
    one.section.refresh_from_db()
    assert one.section.code == code
    merge_codes(actor=one.lead, code=code.uuid, into=other.uuid)
    one.section.refresh_from_db()
    assert one.section.code == other


def test_all_that_is_held_about_somebody_tells_where_they_are_quoted(
    worded: tuple[ReportStudy, ReportQuotation],
) -> None:
    one, _row = worded
    person = link(one.study.source, "Informant", "Anne")
    quote(one, one.study.source, text_of(one.study.source))
    mine, both = held_about(person)["quoted"]
    assert mine == {
        "report": "Kaffe og folk", "number": 1, "text": "Vi koker kaffe", "print_wording": "Vi lager kaffe",
    }  # fmt: skip
    assert (both["text"], both["print_wording"]) == ("Vi koker kaffe og tar imot folk.", "")
