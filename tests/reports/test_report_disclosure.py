"""A report lets nobody be recognised: attributions that too few share, names in the words, and every part of a file."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from lxml import etree

from coding.actions import chapters, disclosing, quoting
from coding.actions.errors import Invalid
from coding.actions.identities import keep_originals, write_person
from coding.actions.names import decide
from coding.models import AuditEvent, Chapter, Consent, Override, Source, Value
from coding.permissions import Denied
from tests.factories import link, make_member, make_source, put, text_of
from tests.reporting import ReportStudy, everything, make_report, people, quote, said, shown, written

pytestmark = pytest.mark.django_db


def value(one: ReportStudy, name: str) -> Value:
    return Value.objects.get(attribute__project=one.study.project, name=name)


def population(one: ReportStudy, city: str, kind: str, size: int | None) -> None:
    sizes = {(value(one, city).uuid, value(one, kind).uuid): size}
    disclosing.set_populations(actor=one.lead, sizes=sizes)


def test_an_attribution_is_generalised_step_by_step() -> None:
    one = make_report()
    source = people(one, 1)[0]
    quote(one, source, "kaffe")
    assert said(one) == ["informant"], "one manager in all"
    people(one, 2, city="Oslo")
    assert said(one) == ["daglig leder"], "three managers, one in Bergen"
    people(one, 2)
    assert said(one) == ["daglig leder, Bergen"]
    (item,) = shown(one)
    assert not item.attributed.generalised


def test_what_was_left_out_is_told() -> None:
    one = make_report()
    quote(one, people(one, 1)[0], "kaffe")
    (item,) = shown(one)
    assert (item.attributed.full, item.attributed.dropped) == (
        "daglig leder, Bergen",
        ("daglig leder", "Bergen"),
    )


def test_the_projects_k_holds() -> None:
    one = make_report()
    quote(one, people(one, 3)[0], "kaffe")
    assert said(one) == ["daglig leder, Bergen"]
    disclosing.set_rule(actor=one.lead, k=4)
    assert said(one) == ["informant"]
    disclosing.set_rule(actor=one.lead, k=2)
    assert said(one) == ["daglig leder, Bergen"]
    for wrong in (1, 51):
        with pytest.raises(Invalid):
            disclosing.set_rule(actor=one.lead, k=wrong)


def test_a_city_with_six_centres_has_six_managers() -> None:
    one = make_report()
    quote(one, people(one, 1)[0], "kaffe")
    population(one, "Bergen", "daglig leder", 2)
    assert said(one) == ["informant"]
    population(one, "Bergen", "daglig leder", 6)
    assert said(one) == ["daglig leder, Bergen"]
    population(one, "Bergen", "daglig leder", None)
    assert said(one) == ["informant"]


def test_a_population_is_never_less_than_those_who_were_met() -> None:
    one = make_report()
    quote(one, people(one, 3)[0], "kaffe")
    population(one, "Bergen", "daglig leder", 1)
    assert said(one) == ["daglig leder, Bergen"]


def test_a_population_elsewhere_lets_the_type_be_said() -> None:
    one = make_report()
    quote(one, people(one, 1)[0], "kaffe")
    people(one, 1, city="Oslo")
    assert said(one) == ["informant"]
    population(one, "Oslo", "daglig leder", 32)
    assert said(one) == ["daglig leder"]


def group_of(one: ReportStudy, many: int) -> Source:
    words = [(f"Deltaker {n}", f"Vi trenger et større kjøkken, sier nummer {n}.") for n in range(many)]
    group = make_source(one.study.project, words, title="Gruppe", kind="focus_group")
    for n in range(many):
        link(group, f"Deltaker {n}", f"G{n}", city="Bergen", informant_type="frivillig")
    return group


@pytest.mark.parametrize(("many", "expected"), [(3, "focus group, Bergen"), (2, "focus group")])
def test_several_who_speak_are_a_focus_group(many: int, expected: str) -> None:
    one = make_report()
    group = group_of(one, many)
    quote(one, group, text_of(group))
    assert said(one) == [expected]


def test_whoever_is_cut_out_is_not_who_says_it() -> None:
    one = make_report()
    group = group_of(one, 3)
    row = quote(one, group, text_of(group))
    first = text_of(group).split("\n")[0]
    quoting.show_quotation(actor=one.coder, quotation=row.uuid, typed=f"{first} [...]")
    assert said(one) == ["frivillig, Bergen"]
    (item,) = shown(one)
    assert item.lines[0][0] == "", "one alone speaks"


@pytest.mark.parametrize(
    ("pattern", "attributes", "expected"),
    [
        ("pseudonym", [], "[…] […] 0"),
        ("number", [], "informant 1"),
        ("attributes", ["city", "informant_type"], "informant"),
        ("attributes", ["informant_type"], "informant"),
    ],
)
def test_patterns_are_generalised_too(pattern: str, attributes: list[str], expected: str) -> None:
    one = make_report()
    quote(one, people(one, 1)[0], "kaffe")
    chapters.set_report(actor=one.lead, report=one.report.uuid, pattern=pattern, attributes=attributes)
    assert said(one) == [expected]


def test_patterns_where_many_are_alike() -> None:
    one = make_report()
    sources = people(one, 3)
    quote(one, sources[1], "kaffe")
    quote(one, sources[0], "kaffe")
    quote(one, sources[1], "folk")
    expected = {
        "pseudonym": ["Bergen daglig leder 1", "Bergen daglig leder 0", "Bergen daglig leder 1"],
        "number": ["informant 1", "informant 2", "informant 1"],
        "attributes": ["Bergen, daglig leder"] * 3,
    }
    for pattern, wanted in expected.items():
        chapters.set_report(
            actor=one.lead, report=one.report.uuid, pattern=pattern, attributes=["city", "informant_type"]
        )
        assert said(one) == wanted


def named(one: ReportStudy, words: str = "Hjørdis sa at vi koker kaffe.") -> Source:
    """A cleared interview in which a listed name was overlooked."""
    source = make_source(one.study.project, [("Informant", words)], title="Overlooked")
    one.lead.handles_identities = True
    one.lead.save()
    decide(actor=one.lead, term="Hjørdis", kind="person", verdict="replace", replacement="[navn 1]")
    return source


@pytest.mark.parametrize(
    "words",
    [
        "Hjørdis sa at vi koker kaffe.",
        "Det er Hjørdis' kaffe.",
        "Ring 22 12 34 56 først.",
        "Skriv til kari@example.org, da.",
        "Hun har 010190 12345 der.",
    ],
)
def test_what_names_somebody_holds_a_quotation_back(words: str) -> None:
    one = make_report()
    source = named(one, words)
    quote(one, source, words)
    (item,) = shown(one)
    assert str(item.held) == "the disclosure check holds it back"
    for form, text in everything(one).items():
        assert "Quotation 1" in text or form == "xlsx"
        assert words[:12] not in text, form


def test_a_name_that_is_cut_out_holds_nothing_back() -> None:
    one = make_report()
    row = quote(one, named(one), "Hjørdis sa at vi koker kaffe.")
    quoting.show_quotation(actor=one.coder, quotation=row.uuid, typed="[...] sa at vi koker kaffe.")
    (item,) = shown(one)
    assert not item.held


def test_a_place_is_pointed_out_and_a_city_that_was_left_out_too() -> None:
    one = make_report()
    words = "Her i Bergen og ute i Åsane koker vi kaffe."
    source = make_source(one.study.project, [("Informant", words)])
    link(source, "Informant", "Anne", city="Bergen", informant_type="frivillig")
    quote(one, source, words)
    (item,) = shown(one)
    assert [words for words, _exposure in item.exposed_words] == ["Bergen", "Åsane"]
    assert not item.held
    people(one, 3, informant_type="frivillig")
    (item,) = shown(one)
    assert [words for words, _exposure in item.exposed_words] == ["Åsane"]


def test_a_lead_lets_it_out_with_a_reason_until_it_changes() -> None:
    one = make_report()
    row = quote(one, named(one), "Hjørdis sa at vi koker kaffe.")
    (item,) = shown(one)
    given = {"quotation": row.uuid, "what": "text", "covers": item.covers["text"]}
    with pytest.raises(Denied):
        disclosing.override(actor=one.coder, reason="Offentlig person", **given)
    with pytest.raises(Invalid):
        disclosing.override(actor=one.lead, reason=" ", **given)
    disclosing.override(actor=one.lead, reason="Offentlig person", **given)
    (item,) = shown(one)
    assert not item.held and "Hjørdis" in everything(one)["md"]
    event = AuditEvent.objects.get(verb="disclosure.override")
    assert (event.actor, event.details["reason"], event.details["number"]) == (
        one.lead,
        "Offentlig person",
        1,
    )
    quoting.show_quotation(actor=one.coder, quotation=row.uuid, typed="Hjørdis sa at [...] kaffe.")
    (item,) = shown(one)
    assert item.held
    disclosing.withdraw_override(actor=one.lead, quotation=row.uuid, what="text")
    assert not Override.objects.exists()


def test_an_attribution_let_out_is_said_whole_until_there_is_another() -> None:
    one = make_report()
    source = people(one, 1)[0]
    row = quote(one, source, "kaffe")
    (item,) = shown(one)
    disclosing.override(
        actor=one.lead,
        quotation=row.uuid,
        what="attribution",
        reason="Avtalt",
        covers=item.covers["attribution"],
    )
    assert said(one) == ["daglig leder, Bergen"]
    chapters.set_report(actor=one.lead, report=one.report.uuid, pattern="attributes", attributes=["city"])
    assert said(one) == ["informant"]


def test_who_may_not_be_quoted_is_not_and_an_uncleared_source_neither() -> None:
    one = make_report()
    person = link(one.study.source, "Informant", "Anne")
    quote(one, one.study.source, "kaffe")
    assert not shown(one)[0].held
    consent = Consent.objects.create(informant=person, until=date(2020, 1, 1))
    assert "may not be quoted" in str(shown(one)[0].held)
    consent.delete()
    Source.objects.filter(pk=one.study.source.pk).update(cleared=None)
    assert "not been cleared" in str(shown(one)[0].held)
    assert shown(one, make_member(one.study.project)) == []
    with pytest.raises((Invalid, Denied)):
        quote(one, one.study.source, "folk")


def test_no_part_of_any_file_tells_more_than_the_report() -> None:
    """Names, pseudonyms, original file names and labels, members' addresses: in no text, property, name or sheet."""
    one = make_report()
    project = one.study.project
    source = make_source(
        project, [("Informant", "Vi koker kaffe og tar imot folk.")], title="Samtale Bergen daglig leder"
    )
    person = link(source, "Informant", "Pseudonymet Petra", city="Bergen", informant_type="daglig leder")
    one.lead.handles_identities = True
    one.lead.save()
    write_person(
        actor=one.lead,
        informant=person,
        name="Hjørdis Ravnkroken",
        email="hjordis@example.org",
        phone="22123456",
    )
    speaker = source.speakers.get(label="Informant").pk
    keep_originals(source, labels={speaker: ["Hjørdis R"]}, file_name="hemmelig-fil.docx")
    for member in (one.lead, one.coder):
        type(member).objects.filter(pk=member.pk).update(name=f"{member.role}@example.org")
    put(one.coder, source, "Vi koker kaffe", one.study.code)
    quote(one, source, "Vi koker kaffe")
    chapter = Chapter.objects.get(report=one.report)
    chapters.rename_part(actor=one.coder, part=chapter.uuid, title="Hva Hjørdis mener")
    forbidden = [
        "Hjørdis",
        "Ravnkroken",
        "hjordis",
        "22123456",
        "Petra",
        "hemmelig",
        "@example.org",
        "Bergen daglig",
    ]
    for form, text in everything(one, appendix=True).items():
        assert "Vi koker kaffe" in text, form
        assert [word for word in forbidden if word in text] == [], form
        # The city stands in the table of all, never beside the quotation.
        assert "daglig leder, Bergen" not in text


def test_document_properties_name_nobody() -> None:
    one = make_report()
    quote(one, one.study.source, "kaffe")
    for form, part in (("docx", "docProps/core.xml"), ("odt", "meta.xml"), ("xlsx", "docProps/core.xml")):
        with zipfile.ZipFile(io.BytesIO(written(one, form))) as package:
            root = etree.fromstring(package.read(part))
        told = {etree.QName(element).localname: (element.text or "").strip() for element in root.iter()}
        for name in ("creator", "lastModifiedBy", "initial-creator", "description", "keywords", "generator"):
            assert not told.get(name), (form, name)
