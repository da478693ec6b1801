"""Search, concordance and word counts: who said what, in which turn, how often; against somebody who only reads."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding import tasks
from coding.actions import identities, names
from coding.actions.stop_words import reset_stop_words, write_stop_words
from coding.language.queries import Misasked
from coding.language.replacing import REPLACE
from coding.models import Attribute, Speaker, Value
from coding.reports import concordance as lines
from coding.reports.passages import Scope
from coding.reports.search import Found, cut, search, shown, why_not
from coding.reports.word_counts import LEAST_WORDS, WordColumn, as_rows, count_words, per_ten_thousand
from tests.factories import Study, link, make_source, make_study, text_of

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Har dere kaffe her?"),
    ("Anne", "Vi har kaffe, og kaffekanna står på disken."),
    ("Bo", "Jeg drikker te. Kaffen er sur."),
    ("Flere", "Kaffe!"),
)


def index(study: Study) -> None:
    tasks.index_texts(study.project.pk, lambda done: True)


@pytest.fixture
def study() -> Study:
    study = make_study()
    group = make_source(study.project, SAID, title="Gruppe")
    link(group, "Anne", "Anne", city="Oslo", informant_type="frivillig")
    link(group, "Bo", "Bo", city="Bergen", informant_type="frivillig")
    index(study)
    return study


def scope(study: Study, **asked: Any) -> Scope:
    return Scope(study.project, member=study.lead, **asked)


def value(study: Study, name: str) -> Value:
    return Value.objects.get(attribute__project=study.project, name=name)


def words_of(found: Found) -> list[str]:
    return [text_of(turn.source)[a:b] for turn in found.turns for a, b in turn.hits]


# --- search -----------------------------------------------------------------------------------------------------------


def test_hits_stand_turn_by_turn_and_interviewers_are_left_out_but_counted(study: Study) -> None:
    found = search(scope(study), "kaffe")
    assert [(turn.source.title[:6], turn.turn.label) for turn in found.turns] == [
        ("Gruppe", "Anne"), ("Gruppe", "Bo"), ("Gruppe", "Flere"), ("Interv", "Informant"),
    ]  # fmt: skip
    assert words_of(found) == ["kaffe", "kaffekanna", "Kaffen", "Kaffe", "kaffe"]
    assert (found.hits, found.sources, found.informants, found.left_out) == (5, 2, 2, 1)
    assert (found.read, found.waiting) == (2, 0)


def test_interviewers_words_are_there_where_they_are_asked_for(study: Study) -> None:
    found = search(scope(study), "kaffe", interviewers=True)
    assert found.turns[0].turn.label == "Intervjuer"
    # Who asks is no informant, and stands in no facet.
    assert (found.hits, found.informants) == (6, 2)
    assert sum(found.counts[city(study).pk].values()) == 5


def city(study: Study) -> Attribute:
    return Attribute.objects.get(project=study.project, key="city")


def kind(study: Study) -> Attribute:
    return Attribute.objects.get(project=study.project, key="informant_type")


def test_without_compounds(study: Study) -> None:
    assert words_of(search(scope(study), "kaffe", compounds=False)) == ["kaffe", "Kaffen", "Kaffe", "kaffe"]


def test_conditions_hold_for_who_speaks_in_the_turn(study: Study) -> None:
    oslo, volunteer = value(study, "Oslo"), value(study, "frivillig")
    asked = scope(
        study, values={city(study).pk: frozenset({oslo.pk}), kind(study).pk: frozenset({volunteer.pk})}
    )
    assert words_of(search(asked, "kaffe")) == ["kaffe", "kaffekanna"]
    bergen = replace(asked, values={city(study).pk: frozenset({value(study, "Bergen").pk})})
    assert words_of(search(bergen, "kaffe")) == ["Kaffen"]


def test_a_facet_counts_as_if_nothing_were_asked_of_it(study: Study) -> None:
    oslo, bergen = value(study, "Oslo"), value(study, "Bergen")
    found = search(scope(study, values={city(study).pk: frozenset({oslo.pk})}), "kaffe")
    assert found.counts[city(study).pk] == {oslo.pk: 2, bergen.pk: 1, None: 2}
    assert found.counts[kind(study).pk] == {value(study, "frivillig").pk: 2}


def test_only_in_the_sources_asked_for(study: Study) -> None:
    assert search(scope(study, sources=frozenset({study.source.pk})), "kaffe").hits == 1


@pytest.mark.parametrize("reason", ["empty", "many", "quote", "bracket", "alone", "short", "near"])
def test_what_cannot_be_asked_is_said_in_a_sentence(reason: str) -> None:
    assert why_not(Misasked(reason)).endswith(".")


def test_a_name_that_was_replaced_is_found_no_more(study: Study) -> None:
    source = make_source(study.project, [("Informant", "Jeg heter Ravnkroken og liker kaffe.")])
    index(study)
    assert search(scope(study), "ravnkroken").hits == 1
    names.decide(actor=study.lead, term="Ravnkroken", kind="person", verdict=REPLACE, replacement="[navn 1]")
    names.replace_names(actor=study.lead)
    waits = search(scope(study), "ravnkroken")
    assert (waits.hits, waits.waiting) == (0, 1)
    index(study)
    found = search(scope(study), "ravnkroken")
    assert (found.hits, found.waiting) == (0, 0)
    assert search(scope(study, sources=frozenset({source.pk})), "kaffe").hits == 1


def test_what_is_not_cleared_is_searched_by_nobody_else(study: Study) -> None:
    make_source(study.project, [("Informant", "Hemmelig kaffe.")], cleared=False)
    index(study)
    assert search(scope(study), "hemmelig").hits == 1
    study.coder.handles_identities = False
    blind = Scope(study.project, member=study.coder)
    for found in (search(blind, "hemmelig"), search(Scope(study.project), "hemmelig")):
        assert (found.hits, found.read, found.waiting) == (0, 2, 0)
    assert not any(row.lemma == "hemmelig" for row in count_words(blind).rows)
    assert search(Scope(study.project, uncleared=True), "hemmelig").hits == 1


def test_a_speaker_who_is_linked_later_counts_at_once(study: Study) -> None:
    link(study.source, "Informant", "Cato", city="Oslo")
    found = search(scope(study, values={city(study).pk: frozenset({value(study, "Oslo").pk})}), "kaffe")
    assert [turn.turn.label for turn in found.turns] == ["Anne", "Informant"]


def test_a_speaker_who_turns_out_to_interview_is_left_out(study: Study) -> None:
    Speaker.objects.filter(source=study.source, label="Informant").update(role="interviewer")
    assert study.source.pk not in {turn.source.pk for turn in search(scope(study), "kaffe").turns}


def test_of_interviewers_hits_those_are_counted_beside_that_the_conditions_hold_for(study: Study) -> None:
    oslo, bergen = value(study, "Oslo"), value(study, "Bergen")
    left_out = [
        search(scope(study, values={city(study).pk: frozenset(wanted)}), "kaffe").left_out
        for wanted in ({oslo.pk}, {oslo.pk, bergen.pk}, {None})
    ]
    # Two cities are spoken of in the group: who interviews there counts by none of them.
    assert left_out == [0, 0, 1]


def test_who_interviews_is_shown_with_no_city_or_type(study: Study) -> None:
    link(study.source, "Informant", "Cato", city="Oslo", informant_type="frivillig")
    asked = scope(study, sources=frozenset({study.source.pk}))
    turns = shown(asked, search(asked, "gjøre OR kaffe", interviewers=True).turns)
    assert [(turn.place, turn.speaker, turn.values) for turn in turns] == [
        (1, "Intervjuer", ()), (2, "Cato", ("frivillig", "Oslo")),
    ]  # fmt: skip


def test_a_passage_to_open_holds_all_hits_of_a_turn_that_lie_near(study: Study) -> None:
    for between, last in ((300, "kake"), (330, "kaffe")):
        source = make_source(study.project, [("Informant", "Nei kaffe " + "x" * between + " kake nå")])
        index(study)
        asked = scope(study, sources=frozenset({source.pk}))
        (turn,) = shown(asked, search(asked, "kaffe OR kake").turns)
        text = text_of(source)
        assert text[turn.start : turn.end] == text[text.index("kaffe") : text.index(last) + len(last)]


# --- as it is read ----------------------------------------------------------------------------------------------------


def test_a_turn_is_shown_with_who_says_it_and_where_to_go(study: Study) -> None:
    turns = shown(scope(study), search(scope(study), "kaffe").turns)
    anne = turns[0]
    assert (anne.speaker, anne.values) == ("Anne", ("frivillig", "Oslo"))
    assert [piece.text for piece in anne.pieces if piece.hit] == ["kaffe", "kaffekanna"]
    assert "".join(piece.text for piece in anne.pieces) == SAID[1][1]
    assert text_of(anne.source)[anne.start : anne.end] == "kaffe, og kaffekanna"
    # Nobody known counts by what all of the source share.
    assert (turns[2].speaker, turns[2].values) == ("Flere", ("frivillig",))


def test_a_long_turn_is_cut_around_its_hits() -> None:
    text = "ord " * 200 + "kaffe " + "ord " * 200 + "kake " + "ord " * 200
    first, second = text.index("kaffe"), text.index("kake")
    pieces = cut(text, 0, len(text), [(first, first + 5), (second, second + 4)])
    assert [piece.text for piece in pieces if piece.hit] == ["kaffe", "kake"]
    beside = [piece.text for piece in pieces if not piece.hit]
    assert [each.count("…") for each in beside] == [1, 1, 1]
    assert all(len(each) < 400 for each in beside)
    # No word is cut in two.
    assert set(re.findall(r"\w+", "".join(beside))) == {"ord"}


@given(
    st.lists(st.sampled_from(["ord", "kaffe", "æøå🙂"]), min_size=1, max_size=60).map(" ".join),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30)), max_size=4),
)
def test_cutting_loses_no_hit_and_changes_no_word(text: str, spans: list[tuple[int, int]]) -> None:
    hits = sorted((a, min(a + n, len(text))) for a, n in spans if a < len(text))
    pieces = cut(text, 0, len(text), hits)
    covered = {place for a, b in hits for place in range(a, b)}
    marked = "".join(piece.text for piece in pieces if piece.hit)
    assert marked == "".join(c for place, c in enumerate(text) if place in covered)


# --- concordance ------------------------------------------------------------------------------------------------------


def hits_in_order(study: Study, sort: str) -> list[str]:
    found = lines.concordance(scope(study), "kaffe", sort=sort)
    return [f"{line.left} | {line.text} | {line.right}" for line in lines.shown(scope(study), found.lines)]


def test_each_hit_is_a_line_with_what_stands_beside_it(study: Study) -> None:
    assert hits_in_order(study, "source") == [
        "Vi har  | kaffe | , og kaffekanna står på disken.",
        "Vi har kaffe, og  | kaffekanna |  står på disken.",
        "Jeg drikker te.  | Kaffen |  er sur.",
        " | Kaffe | !",
        "Vi koker  | kaffe |  og tar imot folk.",
    ]


def test_it_is_sorted_by_the_words_beside_it_within_the_turn(study: Study) -> None:
    # Before "Kaffe!" stands nothing in its turn; then come har, koker, og, te.
    assert [line.split(" | ")[1] for line in hits_in_order(study, "l1")] == [
        "Kaffe", "kaffe", "kaffe", "kaffekanna", "Kaffen",
    ]  # fmt: skip
    # Behind: nothing, er, og kaffekanna, og tar, står.
    assert hits_in_order(study, "r1")[0].startswith(" | Kaffe")
    assert [line.split(" | ")[2] for line in hits_in_order(study, "r1")][1:] == [
        " er sur.", ", og kaffekanna står på disken.", " og tar imot folk.", " står på disken.",
    ]  # fmt: skip
    assert [line.split(" | ")[2] for line in hits_in_order(study, "r2")][-1] == " og tar imot folk."
    with pytest.raises(ValueError):
        lines.concordance(scope(study), "kaffe", sort="x")


def test_beside_equal_words_the_next_ones_outwards_decide(study: Study) -> None:
    said = ["a z y kaffe", "b z y kaffe", "a y z kaffe", "kaffe q r", "kaffe p s", "kaffe p r"]
    source = make_source(study.project, [(f"Deltaker {n}", words) for n, words in enumerate(said)])
    index(study)
    asked = scope(study, sources=frozenset({source.pk}))

    def order(sort: str) -> list[int]:
        found = lines.concordance(asked, "kaffe", sort=sort)
        return [line.turn.number for line in found.lines]

    # What lacks a word there comes first; where all is equal, as the source says it.
    assert order("l1") == [3, 4, 5, 0, 1, 2]
    assert order("l2") == [3, 4, 5, 2, 0, 1]
    assert order("l3") == [3, 4, 5, 0, 2, 1]
    assert order("r1") == [0, 1, 2, 5, 4, 3]
    assert order("r2") == [0, 1, 2, 3, 5, 4]


def test_a_line_is_cut_between_words_on_either_side(study: Study) -> None:
    said = "langt " * 20 + "kaffe" + " bort" * 20
    source = make_source(study.project, [("Informant", said)])
    index(study)
    asked = scope(study, sources=frozenset({source.pk}))
    (line,) = lines.shown(asked, lines.concordance(asked, "kaffe").lines)
    assert line.left == "…" + "langt " * 8
    assert line.right == " bort" * 9 + "…"


def test_lines_are_of_what_was_asked_for(study: Study) -> None:
    def told(**asked: Any) -> list[str]:
        found = lines.concordance(scope(study), "kaffe", **asked)
        return [line.text for line in lines.shown(scope(study), found.lines)]

    assert told(compounds=False) == ["kaffe", "Kaffen", "Kaffe", "kaffe"]
    assert told(interviewers=True) == ["kaffe", "kaffe", "kaffekanna", "Kaffen", "Kaffe", "kaffe"]


# --- word counts ------------------------------------------------------------------------------------------------------


def test_words_are_counted_by_lemma_with_their_forms(study: Study) -> None:
    rows = {row.lemma: row for row in count_words(scope(study)).rows}
    assert (rows["kaffe"].total, rows["kaffe"].sources) == (4, 2)
    assert dict(rows["kaffe"].forms) == {"kaffe": 3, "kaffen": 1}
    assert "kaffekanne" in rows
    assert "ha" not in rows
    assert "ha" in {row.lemma for row in count_words(scope(study), stop=False).rows}
    assert count_words(scope(study), interviewers=True).rows[0].total == 5


def test_columns_and_their_words(study: Study) -> None:
    counts = count_words(scope(study), by="city")
    assert [(column.name, column.words) for column in counts.columns] == [
        ("Oslo", 8),
        ("Bergen", 6),
        ("Not set", 8),
    ]
    row = next(row for row in counts.rows if row.lemma == "kaffe")
    assert (row.values, row.total, sum(column.words for column in counts.columns)) == (
        (1, 1, 2),
        4,
        counts.words,
    )
    # In so few words a rate says nothing.
    assert counts.columns[0].rate(1) is None
    assert as_rows(counts)[0][:2] == ["Word", "Forms"]
    Attribute.objects.create(project=make_study().project, key="eier", name="Eier")
    for name in ("nothing", "eier"):
        with pytest.raises(LookupError):
            count_words(scope(study), by=name)


def test_a_rate_is_given_only_where_there_are_words_enough() -> None:
    assert per_ten_thousand(3, LEAST_WORDS - 1) is None
    assert per_ten_thousand(3, LEAST_WORDS) == 30
    column = WordColumn(value=None, key=None, name="Oslo", words=2 * LEAST_WORDS)
    assert column.rate(3) == 15


def test_short_words_and_a_search_within(study: Study) -> None:
    # In the lemma, or in one of its forms: "kaffekanna" is said.
    for part in ("kann", "kanne", "kanna"):
        assert {row.lemma for row in count_words(scope(study), within=part).rows} == {"kaffekanne"}
    assert {row.lemma for row in count_words(scope(study), within="KAFFEN").rows} == {"kaffe"}
    assert all(len(row.lemma) >= 5 for row in count_words(scope(study), shortest=5).rows)


def test_a_projects_own_stop_words_hold(study: Study) -> None:
    write_stop_words(actor=study.lead, language="nb", words="kaffen folk")
    rows = {row.lemma: row for row in count_words(scope(study)).rows}
    assert "folk" not in rows
    assert dict(rows["kaffe"].forms) == {"kaffe": 3}
    assert "drikke" in rows
    reset_stop_words(actor=study.lead, language="nb")
    assert "folk" in {row.lemma for row in count_words(scope(study)).rows}


def lemmas(study: Study) -> list[str]:
    return [row.lemma for row in count_words(scope(study)).rows]


def test_a_list_leaves_out_a_word_in_the_form_on_it_and_in_all_forms_of_its_lemma(study: Study) -> None:
    assert set(lemmas(study)) >= {"kaffe", "disk"}
    write_stop_words(actor=study.lead, language="nb", words="kaffe disken")
    # A lemma on the list takes its forms with it; a form on it only itself.
    assert not {"kaffe", "disk"} & set(lemmas(study))
    make_source(study.project, [("Informant", "Diskene og kaffen.")])
    index(study)
    assert {"kaffe", "disk"} & set(lemmas(study)) == {"disk"}


def test_numbers_are_no_words_and_short_ones_have_fewer_letters(study: Study) -> None:
    source = make_source(study.project, [("Informant", "2020 10b øl kake 12 kaffe")])
    index(study)
    asked = scope(study, sources=frozenset({source.pk}))

    def told(**more: Any) -> set[str]:
        return {row.lemma for row in count_words(asked, stop=False, **more).rows}

    assert told() == {"10b", "øl", "kake", "kaffe"}
    assert told(shortest=4) == {"kake", "kaffe"}
    assert told(shortest=5) == {"kaffe"}
    # All words are the base, numbers and stop words too.
    assert count_words(asked).words == 6


def test_conditions_hold_for_who_says_a_word(study: Study) -> None:
    in_bergen = scope(study, values={city(study).pk: frozenset({value(study, "Bergen").pk})})
    told = count_words(in_bergen, by="city")
    assert [(column.name, column.words) for column in told.columns] == [("Bergen", 6)]
    (coffee,) = (row for row in told.rows if row.lemma == "kaffe")
    assert (coffee.values, coffee.total, coffee.forms) == ((1,), 1, (("kaffen", 1),))
    only = scope(study, sources=frozenset({study.source.pk}))
    assert count_words(only, stop=False).words == 7


def test_equally_frequent_words_stand_in_the_order_of_the_alphabet_and_forms_by_number(study: Study) -> None:
    said = "kaken ås kaken øl ærlig kake å øl ape"
    source = make_source(study.project, [("Informant", said)])
    index(study)
    rows = count_words(scope(study, sources=frozenset({source.pk})), stop=False).rows
    assert [(row.lemma, row.total) for row in rows] == [
        ("kake", 3), ("øl", 2), ("ape", 1), ("ærlig", 1), ("å", 1), ("ås", 1),
    ]  # fmt: skip
    assert rows[0].forms == (("kaken", 2), ("kake", 1))


def test_talk_keeps_what_it_is_about() -> None:
    from coding.language.stop_words import LANGUAGES, shipped

    for language in LANGUAGES:
        listed = set(shipped(language).split())
        assert not listed & {
            "leder",
            "leiar",
            "folk",
            "viktig",
            "frivillig",
            "penger",
            "kommune",
            "sentral",
            "lag",
        }
        assert listed >= {"jo", "liksom", "altså", "sånn"}
    assert "hvis" in shipped("nb").split()
    assert "viss" in shipped("nn").split()


# --- against somebody who knows only the text and its turns -----------------------------------------------------------

TALK = st.lists(
    st.tuples(
        st.sampled_from(["Intervjuer", "Anne", "Bo", "Flere"]),
        st.lists(st.sampled_from(["kaffe", "kaffen", "kake", "ikke", "bra", "folk"]), min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=6,
)
FAMILY = {"kaffe": {"kaffe", "kaffen"}, "folk": {"folk"}, "kake": {"kake"}}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(talks=st.lists(TALK, min_size=1, max_size=3), asked=st.sampled_from(sorted(FAMILY)))
def test_it_finds_and_counts_what_a_reader_does(talks: list[list[tuple[str, list[str]]]], asked: str) -> None:
    study = make_study()
    sources = [make_source(study.project, [(who, " ".join(said)) for who, said in talk]) for talk in talks]
    for source in sources:
        for who, where in (("Anne", "Oslo"), ("Bo", "Bergen")):
            if source.speakers.filter(label=who).exists():
                link(source, who, f"{who} {source.pk}", city=where)
    study.source.delete()
    index(study)
    read: list[tuple[str, int, int]] = []
    said: Counter[str] = Counter()
    in_oslo = 0
    for source, talk in zip(sources, talks, strict=True):
        text, place = text_of(source), 0
        for who, words in talk:
            for word in words:
                start = text.index(word, place)
                place = start + len(word)
                if who == "Intervjuer":
                    continue
                said[word] += 1
                if word in FAMILY[asked]:
                    read.append((source.title, start, place))
                    # Speech of nobody known counts where all known informants of its source do.
                    people = {one for one, _said in talk} - {"Intervjuer", "Flere"}
                    in_oslo += who == "Anne" or (who == "Flere" and people == {"Anne"})
    found = search(scope(study), asked)
    hits = [(turn.source.title, a, b) for turn in found.turns for a, b in turn.hits]
    assert sorted(hits) == sorted(read)
    made = lines.concordance(scope(study), asked, sort="l1")
    assert sorted((line.source.title, line.start, line.end) for line in made.lines) == sorted(read)
    rows = {row.lemma: row.total for row in count_words(scope(study), stop=False).rows}
    assert rows.get(asked, 0) == len(read) == sum(said[form] for form in FAMILY[asked])
    oslo = Value.objects.filter(attribute__project=study.project, name="Oslo").first()
    if oslo is not None:
        assert found.counts[city(study).pk][oslo.pk] == in_oslo


def test_no_identity_is_searched(study: Study) -> None:
    """Labels and names of the key are no text."""
    speaker = Speaker.objects.get(source=study.source, label="Informant")
    identities.keep_originals(study.source, labels={speaker.pk: ["Hjørdis"]}, file_name="hemmelig.docx")
    assert search(scope(study), "hjørdis OR hemmelig*").hits == 0
