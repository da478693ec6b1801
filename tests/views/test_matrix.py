"""The analysis and its cells: who may see it, what it shows, and that a cell opens what it counts."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from coding.actions.codings import mark_finished
from coding.actions.corrections import correct_text
from coding.anchoring.texts import TurnChange
from coding.models import Attribute, AuditEvent, Source, SourceValue, Value
from coding.reports.chart import LONGEST, chart_of
from coding.reports.codebook import code_tree
from coding.reports.columns import Base, behind
from coding.reports.counting import share
from coding.reports.frequencies import frequencies
from coding.reports.limits import in_the_way, limits, nothing_to_count, undated
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope, passages
from tests.factories import Study, link, make_code, make_member, make_source, make_study, make_user, put

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


def test_each_limit_is_said_and_can_be_let_go_without_the_others(study):
    city, kind = (Attribute.objects.get(project=study.project, key=key) for key in ("city", "informant_type"))
    bergen = Value.objects.get(attribute=city, name="Bergen")
    scope = Scope(
        study.project,
        coders=ALL_CODERS,
        values={city.pk: frozenset({bergen.pk, None}), kind.pk: frozenset({None})},
        kinds=frozenset({"focus_group", "document"}),
        sources=frozenset({study.source.pk}),
        coder=study.coder.pk,
        held_from=date(2020, 3, 1),
        held_to=date(2020, 3, 31),
        finished_only=True,
    )
    told = {limit.names: (limit.text, limit.without) for limit in limits(scope)}
    assert {names: text for names, (text, _without) in told.items()} == {
        ("a-city",): "City: Bergen, not set",
        ("a-informant_type",): "Informant type: not set",
        ("kind",): "Source kind: Focus group, Document",
        ("source",): f"Source: {study.source.title}",
        ("coder",): f"Coder: {study.coder.name}",
        ("from", "to"): "Held from 1 Mar 2020 to 31 Mar 2020",
        ("finished",): "Finished sources only",
    }
    assert told["a-city",][1] == replace(scope, values={kind.pk: frozenset({None})})
    for names, nothing in (
        (("kind",), {"kinds": None}),
        (("source",), {"sources": None}),
        (("coder",), {"coder": None}),
        (("from", "to"), {"held_from": None, "held_to": None}),
        (("finished",), {"finished_only": False}),
    ):
        assert told[names][1] == replace(scope, **nothing)
    one_end = [replace(scope, held_to=None), replace(scope, held_from=None)]
    assert [limit.text for one in one_end for limit in limits(one) if "from" in limit.names] == [
        "Held from 03/01/2020",
        "Held until 03/31/2020",
    ]


def test_of_sources_without_a_date_those_that_are_asked_for_otherwise_are_counted(study):
    make_source(study.project, title="Uten dato", kind="document")
    Source.objects.filter(title="Fokusgruppe").update(held_on=date(2020, 3, 24))
    scope = Scope(study.project, held_from=date(2020, 1, 1))
    assert undated(scope) == 2
    assert undated(replace(scope, kinds=frozenset({"document"}))) == 1
    assert undated(replace(scope, held_from=None, held_to=date(2020, 1, 1))) == 2
    assert undated(replace(scope, held_from=None)) == 0


def test_of_several_limits_those_are_in_the_way_that_alone_leave_nothing(study):
    city = Attribute.objects.get(project=study.project, key="city")
    bergen = Value.objects.get(attribute=city, name="Bergen")
    in_bergen = Scope(study.project, values={city.pk: frozenset({bergen.pk})})
    assert not nothing_to_count(in_bergen)
    # Nobody of Bergen speaks in an interview; letting either limit go leaves somebody.
    scope = replace(in_bergen, kinds=frozenset({"interview"}), coders=ALL_CODERS)
    assert nothing_to_count(scope)
    assert [limit.names for limit in in_the_way(scope)] == [("a-city",), ("kind",)]
    assert [limit.names for limit in in_the_way(replace(scope, coder=study.coder.pk))] == [
        ("a-city",),
        ("kind",),
    ]


@pytest.mark.parametrize(
    ("by", "coders"),
    [
        (("coder",), PRIMARY),
        (("city", "city"), ALL_CODERS),
        (("city", "kind", "source"), PRIMARY),
        ((), PRIMARY),
    ],
)
def test_columns_that_there_are_not_are_refused(study, by, coders):
    with pytest.raises(LookupError):
        frequencies(Scope(study.project, coders=coders), by=by)


def test_an_attribute_of_another_project_makes_no_columns(study):
    Attribute.objects.create(project=make_study().project, key="eier", name="Eier")
    with pytest.raises(LookupError):
        frequencies(Scope(study.project), by="eier")


def test_every_value_in_use_makes_a_column_and_not_set_is_the_last(study):
    city = Attribute.objects.get(project=study.project, key="city")
    tromso = Value.objects.create(attribute=city, name="Tromsø", position=9)
    minutes = make_source(study.project, [(None, "Et notat om kaffe.")], title="Notat", kind="document")
    SourceValue.objects.create(source=minutes, attribute=city, value=tromso)
    assert names(study) == ["Oslo", "Bergen", "Tromsø"]
    alone = make_source(study.project, title="Ukjent")
    put(study.coder, alone, "kaffe", study.code)
    assert names(study) == ["Oslo", "Bergen", "Tromsø", "Not set"]
    scope = Scope(study.project)
    codes = [study.question.pk, study.code.pk, study.other.pk]
    limited_to, name = behind(scope, ["city"], "none")
    assert (name, [one.source_id for one in passages(limited_to, codes)]) == ("Not set", [alone.pk])


def names(study: Study) -> list[str]:
    return [column.name for column in frequencies(Scope(study.project), by="city").columns.columns]


def test_a_cell_of_another_than_the_limits_is_empty(study):
    city = Attribute.objects.get(project=study.project, key="city")
    oslo, bergen = (Value.objects.get(attribute=city, name=name) for name in ("Oslo", "Bergen"))
    second = make_member(study.project)
    put(second, study.source, "kaffe", study.code)
    everybody = Scope(study.project, coders=ALL_CODERS)
    in_oslo = replace(everybody, values={city.pk: frozenset({oslo.pk})})
    of_second = replace(everybody, coder=second.pk)
    cells = [
        len(passages(behind(scope, [by], str(key))[0], [study.code.pk]))
        for scope, by, key in (
            (in_oslo, "city", oslo.uuid),
            (in_oslo, "city", bergen.uuid),
            (of_second, "coder", second.uuid),
            (of_second, "coder", study.coder.uuid),
        )
    ]
    assert cells == [2, 0, 1, 0]


def test_the_base_meets_the_conditions_and_is_of_the_text_as_it_is_now(study):
    city = Attribute.objects.get(project=study.project, key="city")
    bergen = Value.objects.get(attribute=city, name="Bergen")
    scope = Scope(study.project, values={city.pk: frozenset({bergen.pk})})

    def told() -> list[tuple[str, Base]]:
        columns = frequencies(scope, by="source").columns
        return [*((column.name, column.base) for column in columns.columns), ("", columns.total)]

    # A source that is begun stands there though nobody of Bergen speaks in it.
    nothing = (study.source.title, Base(0, 0, 0))
    assert told() == [("Fokusgruppe", Base(1, 1, 11)), nothing, ("", Base(1, 1, 11))]
    group = study.project.sources.get(title="Fokusgruppe")
    change = TurnChange("Ingen visste det.", group.speakers.get(label="Deltaker 2").pk)
    correct_text(actor=study.lead, source=group, version=1, changes={2: change})
    assert told() == [("Fokusgruppe", Base(1, 1, 3)), nothing, ("", Base(1, 1, 3))]


def test_all_speech_of_nobody_known_is_in_the_base_and_of_each_coder_who_has_begun(study):
    source = make_source(study.project, [("Flere", "a b"), ("Deltaker", "c d e")], title="Ukjente")
    for coder in (study.coder, study.lead):
        put(coder, source, "a b", study.code)
    # Who is said to be nobody known is no informant, whoever they are linked to.
    source.speakers.filter(label="Flere").update(informant=study.project.informants.get(pseudonym="Anne"))
    scope = Scope(study.project, coders=ALL_CODERS, sources=frozenset({source.pk}))
    assert frequencies(scope, by="coder").columns.bases == [Base(informants=0, sources=1, words=5)] * 3


def test_everything_is_counted_once_and_the_base_is_all_that_its_informants_say(study):
    """Passages that overlap, one within another, one that begins where another does, and one of nobody known."""
    said = [("Deltaker 1", "a b c d e f g h"), ("Flere", "i j"), ("Deltaker 1", "k l")]
    group = make_source(study.project, said, title="Liten gruppe")
    anne = link(group, "Deltaker 1", "Dina", city="Tromsø")
    below = make_code(study.project, "Under", study.other)
    for words, code in (("a b c d", study.other), ("a b", study.other), ("c d e", below), ("i j", below)):
        put(study.coder, group, words, code)
    put(study.coder, group, "k", study.question)
    scope = Scope(study.project, sources=frozenset({group.pk}))
    told = {}
    for measure in ("informants", "sources", "passages", "words"):
        table = frequencies(scope, by="source", measure=measure)
        row = next(row for row in table.rows if row.node.code == study.other)
        told[measure] = (row.total, table.any[-1], table.base(None))
    assert told == {
        "informants": (1, 1, 1), "sources": (1, 1, 1), "passages": (4, 5, None), "words": (7, 8, 12),
    }  # fmt: skip
    assert [one.informants for one in passages(scope, [below.pk])] == [(anne.pk,), ()]
    # A code that was made while the table was counted is in none of its numbers.
    tree = code_tree(study.project)
    put(study.coder, group, "l", make_code(study.project, "Nettopp"))
    assert frequencies(scope, by="source", measure="passages", tree=tree).any == (5, 5)


def test_sources_are_of_so_many_sources_and_informants_of_so_many_informants(study):
    tables = [
        frequencies(Scope(study.project), by="city", measure=name) for name in ("informants", "sources")
    ]
    # Two of Oslo in two sources, one of Bergen in one of them.
    assert [[table.base(place) for place in (0, 1, None)] for table in tables] == [[2, 1, 3], [2, 1, 2]]


def test_a_cell_is_coloured_by_its_share_of_the_base_or_by_the_largest_number(study):
    informants, words, sources = (
        frequencies(Scope(study.project), by="city", measure=name)
        for name in ("informants", "words", "sources")
    )
    assert [informants.heat(count, None) for count in (0, 1, 2, 3)] == [0, 2, 4, 6]
    assert [sources.heat(count, None) for count in (0, 1, 2)] == [0, 3, 6]
    # Of 19 words of Oslo 15 are in passages, of Bergen's 11 all: the largest share has the strongest colour.
    (top, *_below) = words.rows
    assert ([words.base(0), words.base(1)], top.values) == ([19, 11], (15, 11))
    assert [words.heat(15, 0), words.heat(11, 1), words.heat(3, 0), words.heat(1, 1)] == [5, 6, 1, 1]


def test_only_the_branch_that_is_asked_for_is_shown_and_codes_in_their_order_or_backwards(study):
    make_code(study.project, "P2 Annet")
    table = frequencies(Scope(study.project), by="city")

    def rows(**chosen) -> list[str]:
        return [row.node.code.name for row in table.shown(**chosen).rows]

    assert rows(question=str(study.question.uuid)) == ["P1 Drift", "Økonomi", "Lokaler"]
    assert rows(sort="code") == ["Lokaler", "P1 Drift", "P2 Annet", "Økonomi"]
    assert rows(sort="-code") == ["Økonomi", "P2 Annet", "P1 Drift", "Lokaler"]


def test_the_sentence_says_which_codings_which_codes_and_which_sources(study):
    def told(by: str = "city", rolled_up: bool = True, **limits) -> str:
        return frequencies(Scope(study.project, **limits), by=by, rolled_up=rolled_up).counting

    assert "include those of the codes below it" in told()
    assert "are not included" in told(rolled_up=False)
    assert "sources that a counted coder has begun" in told()
    assert "of each coder only what they have finished" in told(finished_only=True)
    assert "in the column of each coder who has coded it" in told("coder", coders=ALL_CODERS)


def test_who_counts_is_whom_the_conditions_hold_for_and_a_passage_belongs_to_all_in_it(study):
    city = Attribute.objects.get(project=study.project, key="city")
    bergen = Value.objects.get(attribute=city, name="Bergen")
    (passage,) = passages(Scope(study.project, values={city.pk: frozenset({bergen.pk})}), [study.code.pk])
    berit, cato = (study.project.informants.get(pseudonym=name).pk for name in ("Berit", "Cato"))
    assert (passage.informants, set(passage.everybody)) == ((cato,), {berit, cato})


@pytest.mark.parametrize(("many", "given"), [(4, None), (5, 0.1)])
def test_a_share_is_given_from_five_informants_on(many, given):
    assert share(10, Base(informants=many, sources=1, words=100)) == given


def test_bars_of_people_stand_in_their_base_and_of_passages_in_nothing(study):
    def bars(measure: str, chosen: str) -> list[tuple]:
        chart = chart_of(frequencies(Scope(study.project), by="city", measure=measure), chosen)
        return [(bar.count, bar.base, bar.length, bar.track) for bar in chart.bars]

    row, column = f"row:{study.other.uuid}", "column:total"
    # One of two in Oslo, none of one in Bergen: the longest bar would be two.
    assert bars("informants", row) == [(1, 2, LONGEST / 2, LONGEST), (0, 1, 0, LONGEST / 2)]
    assert bars("passages", row) == [(1, None, LONGEST, 0), (0, None, 0, 0)]
    assert [bar[:2] for bar in bars("passages", column)] == [(3, None), (1, None), (1, None)]
    assert [bar[:2] for bar in bars("words", row)] == [(3, None), (0, None)]
    assert [bar[:2] for bar in bars("words", column)] == [(26, None), (23, None), (3, None)]
    table = frequencies(Scope(study.project), by="city")
    assert [chart_of(table, chosen) for chosen in ("row:x", "column:x", "total", "")] == [None] * 4
