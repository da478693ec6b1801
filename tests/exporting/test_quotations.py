"""Quotations as files: attribution that identifies nobody, words as they stand, text that stays text."""

from __future__ import annotations

import csv
import io
import uuid
from html import unescape

import docx
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from coding.exporting.quotations import FORMATS, as_csv, as_docx, as_markdown, as_xlsx
from coding.models import AuditEvent, Consent, Project, Source, Value
from coding.reports.chosen import Selection, choose
from coding.reports.codebook import code_tree
from coding.reports.passages import Scope, passages
from coding.reports.quotations import quotations
from tests.factories import (
    link,
    make_code,
    make_member,
    make_project,
    make_source,
    make_study,
    make_user,
    put,
)

pytestmark = pytest.mark.django_db


def three_managers(project: Project) -> list:
    """Three interviews with managers in Bergen: enough for the city to be said."""
    sources = []
    for number in range(3):
        source = make_source(project, title=f"Intervju B{number}")
        link(source, "Informant", f"B{number}", city="Bergen", informant_type="daglig leder")
        sources.append(source)
    return sources


def attributions(project: Project) -> list[tuple[str, bool]]:
    tree = code_tree(project)
    scope = Scope(project=project)
    found = quotations(scope, passages(scope, list(tree.by_id)), tree)
    return [(item.attributed.text, item.attributed.city_left_out) for item in found]


def test_three_of_a_kind_in_a_city_may_be_named_by_it():
    study = make_study()
    put(study.coder, three_managers(study.project)[0], "kaffe", study.code)
    assert attributions(study.project) == [("daglig leder, Bergen", False)]


def test_two_of_a_kind_in_a_city_are_not():
    study = make_study()
    sources = three_managers(study.project)
    link(study.source, "Informant", "Anne", city="Bergen", informant_type="frivillig")
    put(study.coder, study.source, "kaffe", study.code)
    put(study.coder, sources[0], "kaffe", study.code)
    assert ("frivillig", True) in attributions(study.project)
    assert ("daglig leder, Bergen", False) in attributions(study.project)


def test_a_city_left_out_is_left_out_of_the_title_too():
    study = make_study()
    source = make_source(study.project, title="Intervju Bergen, bergenser")
    link(source, "Informant", "Anne", city="Bergen", informant_type="frivillig")
    put(study.coder, source, "kaffe", study.code)
    selection = selected(study.project)
    (row,) = list(csv.DictReader(io.StringIO(as_csv(selection).decode("utf-8-sig"))))
    assert (row["Attribution"], row["Source"]) == ("frivillig", "Intervju […], bergenser")
    assert "Bergen," not in as_markdown(selection).decode()
    assert "Bergen," not in "".join(p.text for p in docx.Document(io.BytesIO(as_docx(selection))).paragraphs)


def focus_group(project: Project, people: int, *, city: str = "Bergen"):
    said = [("Moderator", "Hva med lokalene?")]
    said += [(f"Deltaker {n}", f"Vi trenger et større kjøkken, sier nummer {n}.") for n in range(people)]
    group = make_source(project, said, title="Gruppe", kind="focus_group")
    for n in range(people):
        link(group, f"Deltaker {n}", f"G{n}", city=city, informant_type="frivillig")
    return group


@pytest.mark.parametrize(
    ("people", "expected"), [(3, ("focus group, Bergen", False)), (2, ("focus group", True))]
)
def test_several_speakers_are_a_focus_group(people, expected):
    study = make_study()
    group = focus_group(study.project, people)
    put(study.coder, group, group.version.text, study.code)
    assert attributions(study.project) == [expected]


def test_speakers_of_two_cities_have_no_city():
    study = make_study()
    group = focus_group(study.project, 3)
    others = [
        ("Deltaker 8", "Hos oss er det trangt om plassen."),
        ("Deltaker 9", "Og hos oss er det tomt hver dag."),
    ]
    mixed = make_source(study.project, others, title="Blandet", kind="focus_group")
    link(mixed, "Deltaker 8", "M8", city="Oslo")
    link(mixed, "Deltaker 9", "M9", city="Bergen")
    put(study.coder, mixed, mixed.version.text, study.code)
    assert group.pk
    assert attributions(study.project) == [("focus group", False)]


def selected(project: Project) -> Selection:
    tree = code_tree(project)
    return choose(Scope(project=project), tree, list(tree.by_id), described="Chosen: codes: all.")


def test_words_stand_as_they_were_said_in_every_format():
    study = make_study()
    said = [
        ("Moderator", "Hva sa dere?"),
        ("Deltaker 1", "Vi sa «nei» til 👩‍👩‍👧 og\nblåbær."),
        ("Deltaker 2", "Ja, & <b>ja</b>!"),
    ]
    group = make_source(study.project, said, title="Gruppe", kind="focus_group")
    put(study.coder, group, group.version.text, study.code)
    selection = selected(study.project)
    (row,) = list(csv.DictReader(io.StringIO(as_csv(selection).decode("utf-8-sig"))))
    assert row["Quotation"].split("\n") == [
        "Moderator: Hva sa dere?", "Deltaker 1: Vi sa «nei» til 👩‍👩‍👧 og", "blåbær.", "Deltaker 2: Ja, & <b>ja</b>!",
    ]  # fmt: skip
    sheet = load_workbook(io.BytesIO(as_xlsx(selection))).active
    assert sheet["A2"].value == row["Quotation"]
    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(as_docx(selection))).paragraphs)
    for line in row["Quotation"].split("\n"):
        assert line in text
    lines = as_markdown(selection).decode().split("\n")
    assert "> Deltaker 2: Ja, & \\<b\\>ja\\</b\\>!  " in lines
    assert "> blåbær.  " in lines


def test_a_quotation_that_begins_like_a_formula_is_text():
    study = make_study()
    source = make_source(study.project, [("Informant", '=cmd|" /C calc"!A0 sa han')])
    put(study.coder, source, source.version.text, study.code)
    sheet = load_workbook(io.BytesIO(as_xlsx(selected(study.project)))).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == (source.version.text, "s")
    assert as_csv(selected(study.project)).decode("utf-8-sig").split("\n")[1].startswith("\"'=cmd")


def test_a_passage_with_two_codes_stands_under_both_and_is_listed_once():
    study = make_study()
    put(study.coder, study.source, "kaffe", study.code, study.other)
    selection = selected(study.project)
    assert [node.code for node, _items in selection.sections] == [study.code, study.other]
    assert len(selection.quotations) == 1
    (row,) = list(csv.DictReader(io.StringIO(as_csv(selection).decode("utf-8-sig"))))
    assert row["Codes"] == "P1 Drift > Økonomi; P1 Drift > Lokaler"


@pytest.mark.parametrize("file_format", list(FORMATS))
def test_the_page_gives_the_file_and_audits_it(client, file_format):
    study = make_study()
    put(study.coder, study.source, "kaffe", study.code)
    reader = make_member(study.project, "reader")
    client.force_login(reader.user)
    response = client.get(reverse("quotations", args=[study.project.slug]), {"format": file_format})
    assert response["Content-Disposition"].endswith(f'.{file_format}"')
    assert len(response.content) > 100
    event = AuditEvent.objects.get(verb="export")
    assert (event.actor, event.details) == (reader, {"what": "quotations", "format": file_format, "many": 1})


def test_choosing_a_code_city_and_type_limits_the_passages(client):
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo", informant_type="frivillig")
    put(study.coder, study.source, "kaffe", study.code)
    put(study.coder, study.source, "tar imot folk", study.other)
    client.force_login(study.coder.user)
    address = reverse("quotations", args=[study.project.slug])
    oslo = Value.objects.get(attribute__project=study.project, attribute__key="city", name="Oslo")
    assert client.get(address).context["many"] == 2
    assert client.get(address, {"code": str(study.code.uuid)}).context["many"] == 1
    assert client.get(address, {"code": str(study.question.uuid)}).context["many"] == 2
    assert client.get(address, {"a-city": [str(oslo.uuid), "none"]}).context["many"] == 2
    assert client.get(address, {"a-city": "none"}).context["many"] == 0


def test_another_projects_codes_choose_nothing_here(client):
    study, other = make_study(), make_study()
    put(other.coder, other.source, "kaffe", other.code)
    client.force_login(study.coder.user)
    address = reverse("quotations", args=[study.project.slug])
    assert client.get(address, {"code": str(other.code.uuid)}).context["many"] == 0
    client.force_login(make_user())
    assert client.get(address).status_code == 404


def test_what_is_not_cleared_leaves_only_with_who_handles_identities(client):
    study = make_study()
    secret = make_source(study.project, cleared=False)
    put(study.lead, secret, "kaffe", study.code)
    address = reverse("quotations", args=[study.project.slug])
    client.force_login(study.coder.user)
    assert client.get(address).context["many"] == 0
    client.force_login(study.lead.user)
    assert client.get(address).context["many"] == 1


def test_context_stands_around_a_quotation():
    project = make_project()
    coder, code = make_member(project), make_code(project, "P1")
    words = " ".join(f"ord{n}" for n in range(100))
    source = make_source(project, [("Informant", words)])
    put(coder, source, "ord50 ord51", code)
    tree, scope = code_tree(project), Scope(project=project)
    (item,) = quotations(scope, passages(scope, [code.pk]), tree)
    assert item.before.endswith("ord48 ord49 ") and item.before.startswith("…")
    assert item.after.startswith(" ord52 ord53") and item.after.endswith("…")


def test_one_passage_is_copied_with_its_attribution(client):
    study = make_study()
    three_managers(study.project)
    source = Source.objects.filter(project=study.project).exclude(pk=study.source.pk).first()
    (coding,) = put(study.coder, source, "kaffe", study.code)
    client.force_login(study.coder.user)
    place = [study.project.slug, source.uuid, coding.start, coding.end]
    address = reverse("copy_quotation", args=place)
    listed = client.get(reverse("quotations", args=[study.project.slug])).content.decode()
    assert f'href="{address}" hx-get="{address}"' in listed
    turn = source.version.turns.get(start__lte=coding.start, end__gte=coding.end)
    said = f"daglig leder, Bergen; {source.title}, turn {turn.number + 1}"
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(address, headers=headers)
        text = unescape(answer.content.decode())
        assert f">“kaffe” ({said})</textarea>" in text
        assert f">kaffe\n({said})</textarea>" in text
        assert ("<html" in text) is not headers
    for wrong in ([*place[:2], coding.start, coding.end + 1], [place[0], uuid.uuid4(), *place[2:]]):
        assert client.get(reverse("copy_quotation", args=wrong)).status_code == 404
    Source.objects.filter(pk=source.pk).update(cleared=None)
    assert client.get(address).status_code == 403


def test_a_generalised_attribution_says_why_and_who_may_not_be_quoted_is_not_copied(client):
    study = make_study()
    anne = link(study.source, "Informant", "Anne", city="Bergen", informant_type="frivillig")
    (coding,) = put(study.coder, study.source, "kaffe", study.code)
    client.force_login(study.coder.user)
    listed = client.get(reverse("quotations", args=[study.project.slug])).content.decode()
    assert "generalised: too few share the city" in listed
    address = reverse(
        "copy_quotation", args=[study.project.slug, study.source.uuid, coding.start, coding.end]
    )
    text = client.get(address).content.decode()
    assert "Bergen" not in text.split('id="main"')[1]
    assert "The attribution is generalised: too few share the city." in text
    Consent.objects.create(informant=anne, quotation=False)
    text = client.get(address).content.decode()
    assert "data-copy-from" not in text and "may not be quoted" in text
