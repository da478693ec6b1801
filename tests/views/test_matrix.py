"""The analysis and its cells: who may see it, what it shows, and that a cell opens what it counts."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from coding.actions.codings import mark_finished
from coding.models import Attribute, AuditEvent, Project, Source, Value
from tests.factories import (
    Study,
    account_of,
    link,
    make_code,
    make_member,
    make_source,
    make_study,
    make_user,
    put,
)
from tests.views.matrix import cells, page, study_of_three

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return study_of_three()


@pytest.mark.parametrize("name", ["matrix", "cell", "quotations"])
def test_only_members_come_in(client, study, name):
    address = reverse(name, args=[study.project.slug])
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address).status_code == 404


def test_informants_are_counted_once_in_each_column(client, study):
    rows = cells(page(client, study))
    columns = re.findall(r'<th class="number" scope="col"><a class="sort"[^>]*>(\w+)', page(client, study))
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


CHOICES = [
    {"by": "city"},
    {"by": "informant_type"},
    {"by": "source"},
    {"by": "kind"},
    {"by": "coder"},
    {"by": "city", "within": "informant_type"},
    {"by": "kind", "within": "coder"},
    {"by": "city", "kind": "focus_group", "from": "2020-01-01"},
]


@pytest.mark.parametrize("choices", CHOICES, ids=lambda choices: "-".join(choices.values()))
def test_every_number_opens_as_many_passages(client, study, choices):
    Source.objects.filter(title="Fokusgruppe").update(held_on=date(2020, 3, 24))
    put(make_member(study.project), study.source, "tar imot folk", study.code)
    for measure in ("informants", "passages", "sources"):
        html = page(client, study, measure=measure, **choices)
        links = re.findall(r'<td class="heat (?:heat-\d|plain)"><a href="([^"]+)">(\d+)', html)
        assert links
        for address, number in links:
            behind = client.get(unescape(address)).context
            assert behind[measure] == int(number)
            listed = {id(item.passage) for voice in behind["voices"] for item in voice.quotations}
            assert len(listed) == behind["passages"]
            assert sum(voice.informant is not None for voice in behind["voices"]) == behind["informants"]


def test_nested_columns_are_the_pairs_that_occur_each_with_its_own_base(client, study):
    html = page(client, study, by="city", within="informant_type")
    assert re.findall(r'scope="colgroup" colspan="(\d)">(\w+)<', html) == [("1", "Oslo"), ("1", "Bergen")]
    columns = re.findall(
        r'<th class="number" scope="col"><a class="sort"[^>]*>([\w ]+)</a>\s*<span class="base">(\d)', html
    )
    assert columns == [("daglig leder", "2"), ("frivillig", "1"), ("Total", "3")]
    assert cells(html)["P1 Drift"] == [2, 1, 3]


def test_columns_by_coder_count_the_codings_of_all_and_say_so(client, study):
    second = make_member(study.project)
    put(second, study.source, "tar imot folk", study.code)
    html = page(client, study, by="coder", measure="passages")
    assert "Codings of all coders are counted." in html
    assert "in the column of each coder" in html
    assert sorted(cells(html)["Økonomi"][:2]) == [1, 1]
    assert cells(html)["Økonomi"][2] == 2
    assert "In each source the codings of one coder" in page(client, study, by="city")


def test_rows_are_shown_to_a_depth_sorted_and_without_empty_ones(client, study):
    make_code(study.project, "Tom", study.question)
    assert list(cells(page(client, study))) == ["P1 Drift", "Økonomi", "Lokaler", "Tom"]
    assert list(cells(page(client, study, depth="1"))) == ["P1 Drift"]
    assert "Tom" not in cells(page(client, study, empty="hide"))
    by_bergen = page(client, study, sort=f"-{Value.objects.get(name='Bergen').uuid}")
    assert list(cells(by_bergen)) == ["P1 Drift", "Økonomi", "Lokaler", "Tom"]
    assert next(iter(cells(page(client, study, sort="total")))) == "Tom"
    assert 'aria-sort="descending"' in by_bergen
    flat = page(client, study, flat="1", columns="hide", question=str(study.question.uuid))
    assert "Any code" not in flat


def test_a_hidden_column_changes_no_number_in_another(client, study):
    make_source(study.project, title="Uten koder")
    lone = make_source(study.project, title="Bare begynt")
    link(lone, "Informant", "Dina", city="Tromsø")
    mark_finished(actor=study.coder, source=lone, finished=True)
    assert cells(page(client, study))["P1 Drift"] == [2, 1, 0, 3]
    assert cells(page(client, study, columns="hide"))["P1 Drift"] == [2, 1, 3]


def test_the_total_of_any_code_is_no_sum(client, study):
    html = page(client, study)
    last = re.search(r"<tfoot>.*</tfoot>", html, re.DOTALL)[0]
    assert re.findall(r'<td class="heat plain"><a[^>]*>(\d+)', last) == ["2", "1", "3"]


def test_an_impossible_filter_says_which_one_to_let_go(client, study):
    html = page(client, study, **{"from": "2031-01-01"})
    assert "Nothing is left to count" in html
    (address,) = re.findall(r'<a class="button" href="([^"]*)">(?:(?!</a>).)*Held from', html, re.DOTALL)
    assert "from=" not in address
    assert cells(page(client, study))
    city = Attribute.objects.get(project=study.project, key="city")
    bergen = Value.objects.get(attribute=city, name="Bergen")
    html = page(client, study, **{"a-city": str(bergen.uuid), "kind": "document", "finished": "1"})
    named = re.findall(r"(City|Source kind|Finished sources only)[^<]*</a></li>", html)
    assert named == ["City", "Source kind", "Finished sources only"]


def test_a_project_without_codings_says_what_to_do_next(client):
    empty = make_study()
    assert "Nothing is coded yet" in page(client, empty)


def test_sources_without_a_date_are_left_out_and_counted_in_words(client, study):
    Source.objects.filter(title="Fokusgruppe").update(held_on=date(2020, 3, 24))
    html = page(client, study, **{"from": "2020-03-01", "to": "2020-03-31"})
    assert "1 source is left out because it has no date." in html
    assert cells(html)["P1 Drift"] == [1, 1, 2]


def test_a_file_says_what_it_is_limited_to_and_holds_what_the_page_shows(client, study):
    client.force_login(study.coder.user)
    query = {"format": "csv", "kind": "focus_group", "depth": "1"}
    response = client.get(reverse("matrix", args=[study.project.slug]), query)
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[2:4]] == ["P1 Drift", "Any code"]
    assert "Only this is counted: Source kind: Focus group." in rows[-1][0]


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
    with django_assert_max_num_queries(23):
        client.get(address)


def test_hostile_names_are_shown_as_text(client, study):
    make_code(study.project, "<img src=x onerror=alert(1)", study.question)
    html = page(client, study)
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)" in html


def charted(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(re.search(r"<svg xmlns.*?</svg>", html, re.DOTALL)[0])


def test_a_chart_draws_what_the_table_says(client, study):
    for chosen, counts in (
        (f"row:{study.question.uuid}", ["2 of 2", "1 of 1"]),
        ("column:total", ["3 of 3", "2 of 3", "1 of 3"]),
    ):
        drawing = charted(page(client, study, chart=chosen))
        space = "{http://www.w3.org/2000/svg}"
        texts = [one.text for one in drawing.iter(f"{space}text")]
        assert [text for text in texts if " of " in text] == counts
        bars = [
            float(one.get("width")) for one in drawing.iter(f"{space}rect") if one.get("class") == "chart-bar"
        ]
        numbers = [int(count.split()[0]) for count in counts]
        assert bars == pytest.approx([bars[0] * number / numbers[0] for number in numbers], abs=0.2)
        assert drawing.get("role") == "img"
        described = {one.get("id"): one.text for one in drawing if one.get("id")}
        assert counts[0] in described[drawing.get("aria-labelledby").split()[1]]
        assert "style=" not in ElementTree.tostring(drawing).decode()


def test_a_chart_leaves_as_a_file_with_how_it_was_counted(client, study):
    client.force_login(study.coder.user)
    make_code(study.project, "<script", study.question)
    query = {"format": "svg", "chart": "column:total"}
    response = client.get(reverse("matrix", args=[study.project.slug]), query)
    assert response["Content-Type"] == "image/svg+xml"
    drawing = ElementTree.fromstring(response.content)
    told = " ".join("".join(drawing.itertext()).split())
    assert "A number says how many different informants" in told and "Interviewers never count." in told
    assert "<script" not in response.content.decode()
    assert AuditEvent.objects.get(verb="export").details["what"] == "chart"
    assert "<svg xmlns" not in page(client, study, chart="row:x")


def test_own_codings_that_are_not_counted_are_named_with_the_way_to_count_them(client, study):
    another = make_member(study.project)
    client.force_login(account_of(another))
    address = reverse("matrix", args=[study.project.slug])
    assert client.get(address).context["aside"].own_uncounted == ()
    put(another, study.source, "tar imot folk", study.code)
    answer = client.get(address, {"measure": "passages"})
    assert answer.context["aside"].own_uncounted == (study.source.title,)
    text = answer.content.decode()
    assert f"where somebody else is the primary coder: {study.source.title}." in text
    assert 'href="?measure=passages&amp;coders=all">Count all coders</a>' in text
    assert cells(text)["Økonomi"][-1] == 1
    every = client.get(address, {"measure": "passages", "coders": "all"})
    assert every.context["aside"].own_uncounted == ()
    assert cells(every.content.decode())["Økonomi"][-1] == 2
    # Whether a colleague has begun a source in which one is blind is not said.
    Project.objects.update(blind=True)
    assert client.get(address).context["aside"].own_uncounted == ()
    Project.objects.update(blind=False)
    # The primary coder's own are counted.
    client.force_login(study.coder.user)
    assert client.get(address).context["aside"].own_uncounted == ()


def test_the_numbers_of_codings_and_passages_say_what_they_count(client, study):
    assert "Codings, all coders" in page(client, study, "project")
    assert "of the primary coder of each source. A stretch that has several codes" in page(
        client, study, "quotations"
    )
    assert "of all coders. A stretch" in page(client, study, "quotations", coders="all")


def test_a_table_is_kept_from_the_page_itself(client, study):
    html = page(client, study)
    assert "Keep the table …" in html and "More</summary>" not in html
    client.force_login(account_of(make_member(study.project, "reader")))
    html = client.get(reverse("matrix", args=[study.project.slug])).content.decode()
    assert "Keep the table" not in html and ">Kept tables</a>" in html


def test_the_file_is_named_in_the_readers_language(client, study):
    client.cookies["django_language"] = "nb"
    client.force_login(study.coder.user)
    for name, called in (("matrix", "frekvenser"), ("quotations", "sitater")):
        response = client.get(reverse(name, args=[study.project.slug]), {"format": "csv"})
        assert f'filename="{study.project.slug}-{called}-20' in response["Content-Disposition"]
    assert set(AuditEvent.objects.filter(verb="export").values_list("details__what", flat=True)) == {
        "frequencies",
        "quotations",
    }
