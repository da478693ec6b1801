"""The analysis and its cells: who may see it, what it shows, and that a cell opens what it counts."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from coding.models import AuditEvent, Value
from tests.factories import Study, link, make_code, make_source, make_study, make_user, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """One interview in Oslo and one focus group in which an Oslo manager and a Bergen volunteer speak."""
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo", informant_type="daglig leder")
    said = [
        ("Moderator", "Hvordan gikk det med pengene?"),
        ("Deltaker 1", "Vi fikk støtte fra bydelen i fjor høst, men ikke i år."),
        ("Deltaker 2", "Hos oss var det ingen som visste at man kunne søke."),
    ]
    group = make_source(study.project, said, title="Fokusgruppe", kind="focus_group")
    link(group, "Deltaker 1", "Berit", city="Oslo", informant_type="daglig leder")
    link(group, "Deltaker 2", "Cato", city="Bergen", informant_type="frivillig")
    put(study.coder, study.source, "Vi koker kaffe", study.other)
    put(study.coder, group, group.version.text, study.code)
    put(study.coder, group, "ikke i år", study.question)
    return study


def page(client, study: Study, name: str = "matrix", **query) -> str:
    client.force_login(study.coder.user)
    response = client.get(reverse(name, args=[study.project.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def cells(html: str) -> dict[str, list[int]]:
    """The numbers of each row of the table, by the code's name."""
    rows = {}
    for row in re.findall(r"<tr>\s*<th class=\"stick level.*?</tr>", html, re.DOTALL):
        name = unescape(re.search(r"<a href=[^>]*>([^<]+)</a>", row)[1])
        rows[name] = [int(n) for n in re.findall(r'<td class="heat heat-\d"><(?:a[^>]*|span)>(\d+)', row)]
    return rows


@pytest.mark.parametrize("name", ["matrix", "cell", "quotations"])
def test_only_members_come_in(client, study, name):
    address = reverse(name, args=[study.project.slug])
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address).status_code == 404


def test_informants_are_counted_once_in_each_column(client, study):
    rows = cells(page(client, study))
    columns = re.findall(r'<th class="number" scope="col">(\w+)', page(client, study))
    assert columns == ["Oslo", "Bergen", "Total"]
    assert rows["P1 Drift"] == [2, 1, 3]
    assert rows["Økonomi"] == [1, 1, 2]
    assert rows["Lokaler"] == [1, 0, 1]


def test_without_rolling_up_a_code_counts_its_own(client, study):
    assert cells(page(client, study, flat="1"))["P1 Drift"] == [1, 0, 1]


def test_passages_have_no_base_and_informants_do(client, study):
    assert "of 2" in page(client, study)
    table = page(client, study, measure="passages").partition("<tbody>")[2]
    assert 'class="of"' not in table


def test_no_per_cent_where_under_five_informants_speak(client, study):
    assert "%" not in page(client, study, measure="words").partition("<tbody>")[2]
    for number in range(3):
        source = make_source(study.project, title=f"Mer {number}")
        link(source, "Informant", f"Person {number}", city="Oslo")
        put(study.coder, source, "kaffe", study.code)
    row = re.search(r">Økonomi</a>.*?</tr>", page(client, study, measure="words"), re.DOTALL)[0]
    oslo, bergen, total = re.findall(r"<td.*?</td>", row, re.DOTALL)
    assert "%" in oslo and "%" in total
    assert "%" not in bergen


def test_every_number_opens_as_many_passages(client, study):
    for by in ("city", "informant_type", "source"):
        for measure in ("informants", "passages", "sources"):
            html = page(client, study, by=by, measure=measure)
            links = re.findall(r'<td class="heat heat-\d"><a href="([^"]+)">(\d+)', html)
            assert links
            for address, number in links:
                behind = client.get(unescape(address)).context
                assert behind[measure] == int(number)
                listed = {id(item.passage) for voice in behind["voices"] for item in voice.quotations}
                assert len(listed) == behind["passages"]
                assert sum(voice.informant is not None for voice in behind["voices"]) == behind["informants"]


def test_a_filter_on_type_holds_for_the_informant_who_counts(client, study):
    leader = Value.objects.get(
        attribute__key="informant_type", attribute__project=study.project, name="daglig leder"
    )
    rows = cells(page(client, study, **{"a-informant_type": str(leader.uuid)}))
    assert rows["P1 Drift"] == [2, 0, 2]


def test_what_an_address_says_wrongly_is_as_by_default(client, study):
    assert cells(page(client, study, by="'", measure="x", coders="x", question="")) == cells(
        page(client, study)
    )


@pytest.mark.parametrize("query", [{}, {"code": "x"}, {"column": "x"}])
def test_a_cell_that_is_not_there_is_not_found(client, study, query):
    client.force_login(study.coder.user)
    base = {"code": str(study.code.uuid), "column": "total"} if query else {}
    assert client.get(reverse("cell", args=[study.project.slug]), base | query).status_code == 404


def test_a_cell_of_another_projects_value_is_not_found(client, study):
    other = make_study()
    link(other.source, "Informant", "Dina", city="Oslo")
    foreign = Value.objects.get(attribute__key="city", attribute__project=other.project)
    client.force_login(study.coder.user)
    query = {"code": str(study.code.uuid), "column": str(foreign.uuid)}
    assert client.get(reverse("cell", args=[study.project.slug]), query).status_code == 404


def test_the_table_leaves_as_csv_with_how_it_was_counted_and_is_audited(client, study):
    client.force_login(study.coder.user)
    response = client.get(reverse("matrix", args=[study.project.slug]), {"format": "csv"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][:6] == ["Code", "Path", "Level", "Oslo", "Bergen", "Total"]
    assert rows[1][3:6] == ["2", "1", "3"]
    assert ["P1 Drift > Økonomi", "2", "1", "1", "2"] in [row[1:] for row in rows]
    assert "five" in rows[-1][0]
    event = AuditEvent.objects.get(verb="export")
    assert (event.actor, event.details["what"]) == (study.coder, "frequencies")


def test_a_code_that_looks_like_a_formula_leaves_as_text(client, study):
    make_code(study.project, "=HYPERLINK(1)", study.question)
    client.force_login(study.lead.user)
    response = client.get(reverse("matrix", args=[study.project.slug]), {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(response.content)).active
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)")
    assert cell.data_type == "s"
    response = client.get(reverse("matrix", args=[study.project.slug]), {"format": "csv"})
    assert "'=HYPERLINK(1)" in response.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_study(client, study, django_assert_max_num_queries):
    client.force_login(study.coder.user)
    address = reverse("matrix", args=[study.project.slug])
    for number in range(6):
        source = make_source(study.project, title=f"Mer {number}")
        link(source, "Informant", f"Person {number}", city=f"By {number}")
        put(
            study.coder,
            source,
            "kaffe",
            study.code,
            make_code(study.project, f"Kode {number}", study.question),
        )
    with django_assert_max_num_queries(22):
        client.get(address)


def test_hostile_names_are_shown_as_text(client, study):
    make_code(study.project, "<img src=x onerror=alert(1)", study.question)
    html = page(client, study)
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)" in html
