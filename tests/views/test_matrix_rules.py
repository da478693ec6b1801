"""The rules of the matrix, each by itself: limits, columns, shares, charts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from coding.actions.corrections import correct_text
from coding.anchoring.texts import TurnChange
from coding.models import Attribute, Source, SourceValue, Value
from coding.reports.chart import LONGEST, chart_of
from coding.reports.codebook import code_tree
from coding.reports.columns import Base, behind
from coding.reports.counting import share
from coding.reports.frequencies import frequencies
from coding.reports.limits import in_the_way, limits, nothing_to_count, undated
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope, passages
from tests.factories import Study, link, make_code, make_member, make_source, make_study, put
from tests.views.matrix import study_of_three

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return study_of_three()


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
        "Held from 1 Mar 2020",
        "Held until 31 Mar 2020",
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
