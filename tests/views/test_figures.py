"""Figures from elsewhere: read from a file with a preview, shown beside the codes, never mixed with what is counted."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coding.actions.errors import Conflict, Invalid
from coding.actions.outside import (
    MOST_ROWS,
    Figures,
    add_figures,
    delete_figures,
    figures_of,
    rename_figures,
)
from coding.actions.undo import undo
from coding.models import Attribute, OutsideRow, Value
from coding.permissions import Denied
from coding.reports.frequencies import frequencies
from coding.reports.kept import as_kept
from coding.reports.outside import figures_beside
from coding.reports.passages import Scope
from tests.factories import Study, account_of, link, make_source, make_study, put

pytestmark = pytest.mark.django_db

TABLE = "tall;Oslo;Bergen\nsentraler;32;11\ninnbyggere per sentral;21 708;25837,5\nkommunalt eid;44 %;0\nuten svar;;3\n"


@pytest.fixture
def study() -> Study:
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo", informant_type="frivillig")
    other = make_source(study.project, title="Bergen")
    link(other, "Informant", "Berit", city="Bergen", informant_type="frivillig")
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    put(study.coder, other, "tar imot folk", study.code)
    return study


def entered(member) -> Client:
    client = Client()
    client.force_login(account_of(member))
    return client


def upload(study: Study, table: str, member=None):
    file = SimpleUploadedFile("tall.csv", table.encode())
    fields = {"attribute": "city", "origin": "Undersøkelsen, 2020", "file": file}
    return entered(member or study.lead).post(reverse("figures", args=[study.project.slug]), fields)


def add(study: Study, table: str = TABLE) -> None:
    lines = upload(study, table).context["lines"].initial
    fields = {name: lines[name] for name in ("attribute", "origin", "lines")}
    answer = entered(study.lead).post(reverse("figures_add", args=[study.project.slug]), fields)
    assert answer.status_code == 302


def matrix(study: Study, **query: str) -> str:
    return entered(study.coder).get(reverse("matrix", args=[study.project.slug]), query).content.decode()


def city(name: str) -> str:
    return str(Value.objects.get(attribute__key="city", name=name).pk)


def test_a_preview_stores_nothing_and_shows_what_would_be_added(study):
    answer = upload(study, TABLE)
    assert answer.status_code == 200
    (names, rows) = answer.context["preview"]
    assert names == ["Oslo", "Bergen"]
    assert [(name, numbers) for name, numbers in rows] == [
        ("sentraler", [32, 11]),
        ("innbyggere per sentral", [21708, 25837.5]),
        ("kommunalt eid (%)", [44, 0]),
        ("uten svar", [None, 3]),
    ]
    assert not OutsideRow.objects.exists()


def test_they_stand_below_the_codes_of_these_columns_and_of_no_others(study):
    before = matrix(study)
    add(study)
    html = matrix(study)
    block = re.search(r'<tbody class="outside">.*?</tbody>', html, re.DOTALL)[0]
    assert "figures from elsewhere: Undersøkelsen, 2020" in block
    assert "heat" not in block and "<a " not in block
    assert re.findall(r'<td class="number">([^<]*)</td>', block)[:2] == ["32", "11"]
    for part in (r"<tfoot>.*</tfoot>", r'<td class="heat heat-\d">.*?</td>'):
        assert re.findall(part, html, re.DOTALL) == re.findall(part, before, re.DOTALL)
    assert 'class="outside"' not in matrix(study, by="informant_type")
    assert 'class="outside"' not in matrix(study, by="city", within="informant_type")


def test_they_leave_with_the_table_and_say_where_they_are_from(study):
    add(study)
    url = reverse("matrix", args=[study.project.slug])
    answer = entered(study.coder).get(url, {"format": "csv", "sort": "total"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["kommunalt eid (%)", "figures from elsewhere: Undersøkelsen, 2020", "", "44.0", "0.0"] in rows


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("tall;Oslo;Bergen\na;1;to\nb;x;2\n", "Line 2: “to” under “bergen” is no number."),
        ("tall;Oslo;Bergen\na;1;2\n\n;3;4\n", "Line 4: the row has no name."),
        ("tall;Oslo;Bergen\na;40 %;2\n", "Line 2: some of the numbers are per cent and others are not."),
        ("tall;Oslo;Bergen\na;1;2\nA;3;4\n", "Line 3: another row is named “A” too."),
        ("tall;Oslo;Tromsø\na;1;2\n", "these are not: tromsø."),
        ("Oslo;Bergen\n1;2\n", "give it a heading of its own"),
        ("tall;Oslo\n", "no rows"),
        ("tall\na\n", "there are none"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence_and_nothing_is_added(study, table, sentence):
    answer = upload(study, table)
    assert answer.status_code == 422
    assert sentence in unescape(answer.content.decode())
    assert not OutsideRow.objects.exists()


def test_a_row_is_renamed_deleted_and_brought_back_by_leads_alone(study):
    add(study)
    row = OutsideRow.objects.get(name="sentraler")
    url = reverse("figures_change", args=[study.project.slug, row.uuid])
    assert entered(study.coder).post(url, {"act": "delete"}).status_code == 403
    entered(study.lead).post(url, {"name": "sentraler i juni", "origin": "Tellingen"})
    row.refresh_from_db()
    assert (row.name, row.origin) == ("sentraler i juni", "Tellingen")
    entered(study.lead).post(url, {"act": "delete"})
    assert not OutsideRow.objects.filter(pk=row.pk).exists()
    undo(actor=study.lead, page="figures")
    assert OutsideRow.objects.get(uuid=row.uuid).figures == {city("Oslo"): 32, city("Bergen"): 11}


def test_lines_that_were_tampered_with_are_refused(study):
    fields = {"attribute": "city", "origin": "x", "lines": json.dumps([[2, {"tall": "a", "by": "1"}]])}
    answer = entered(study.lead).post(reverse("figures_add", args=[study.project.slug]), fields)
    assert answer.status_code in (400, 422)
    assert not OutsideRow.objects.exists()


def test_an_attribute_of_another_project_is_none(study):
    other = make_study()
    foreign = Attribute.objects.create(project=other.project, key="eier", name="Eier")
    fields = {"attribute": foreign.key, "origin": "x", "file": SimpleUploadedFile("t.csv", TABLE.encode())}
    answer = entered(study.lead).post(reverse("figures", args=[study.project.slug]), fields)
    assert answer.status_code == 422


def test_numbers_are_read_as_people_write_them(study):
    attribute = study.project.attributes.get(key="city")
    oslo, bergen = (Value.objects.get(attribute=attribute, name=name) for name in ("Oslo", "Bergen"))
    Value.objects.filter(pk=oslo.pk).update(name_en="The capital")
    lines = [
        (2, {"tall": "endring", "the capital": "−3", "bergen": "–"}),
        (3, {"tall": "andel (%)", "the capital": "40 %", "bergen": "1 000,5 %"}),
    ]
    assert [(row.name, row.numbers) for row in figures_of(attribute, lines)] == [
        ("endring", {oslo.pk: -3}),
        ("andel (%)", {oslo.pk: 40, bergen.pk: 1000.5}),
    ]
    many = [(number, {"tall": f"rad {number}", "bergen": "1"}) for number in range(MOST_ROWS + 1)]
    assert len(figures_of(attribute, many[1:])) == MOST_ROWS
    with pytest.raises(Invalid, match="At most 100"):
        figures_of(attribute, many)


def test_only_leads_of_the_project_touch_its_figures_and_say_where_they_are_from(study):
    attribute = study.project.attributes.get(key="city")
    bergen = int(city("Bergen"))
    wanted = {"attribute": attribute, "rows": [Figures("a", {bergen: 1}), Figures("b", {bergen: 2})]}
    add_figures(actor=study.lead, origin="Før", **wanted)
    add_figures(actor=study.lead, origin="Etter", **wanted)
    rows = list(OutsideRow.objects.filter(project=study.project))
    assert [(row.origin, row.name) for row in rows] == [
        ("Før", "a"),
        ("Før", "b"),
        ("Etter", "a"),
        ("Etter", "b"),
    ]
    foreign = make_study().lead
    for actor, error in ((study.coder, Denied), (foreign, Conflict)):
        with pytest.raises(error):
            rename_figures(actor=actor, row=rows[0].uuid, name="c", origin="Nå")
        with pytest.raises(error):
            delete_figures(actor=actor, row=rows[0].uuid)
    with pytest.raises(Denied):
        add_figures(actor=study.coder, origin="Nå", **wanted)
    with pytest.raises(Invalid, match="where the figures are from"):
        add_figures(actor=study.lead, origin=" ", **wanted)
    assert OutsideRow.objects.count() == 4


def test_beside_a_table_stand_its_own_projects_figures_and_none_where_there_is_no_number(study):
    other = make_study()
    link(other.source, "Informant", "Dina", city="Oslo")
    for one in (study, other):
        values = Value.objects.filter(attribute__project=one.project, name="Oslo")
        rows = [Figures(one.project.slug, {values.get().pk: 5})]
        attribute = one.project.attributes.get(key="city")
        add_figures(actor=one.lead, attribute=attribute, origin="Telling", rows=rows)
    table = frequencies(Scope(study.project), by="city")
    (row,) = figures_beside(study.project, table.columns)
    assert [column.name for column in table.columns.columns] == ["Oslo", "Bergen"]
    assert (row.name, row.values) == (study.project.slug, (5, None))
    kept = as_kept(table)["outside"]
    assert kept == [{"name": study.project.slug, "origin": "Telling", "values": [5, None]}]
