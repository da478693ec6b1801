"""Queries against answers found by brute force from the raw rows; and what they refuse, in words."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding import tasks
from coding.models import Attribute, Code, Coding, Project, Turn, Value
from coding.reports.codebook import code_tree
from coding.reports.cooccurrence import cooccurrence
from coding.reports.meeting import INFORMANT, NEAR, OVERLAP, TURN
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope
from coding.reports.queries import answer
from coding.reports.questions import (
    AFTER,
    RELATIONS,
    Clause,
    Condition,
    Operand,
    Question,
    Unanswerable,
    question_of,
)
from tests.factories import Study, link, make_code, make_member, make_source, make_study, put, text_of
from tests.reports.test_cooccurrence import SLOW, Raw, branches, build_thick, meet, raw
from tests.reports.test_frequencies import value_of

pytestmark = pytest.mark.django_db


def spoken(project: Project) -> list[Raw]:
    """Each turn that counts (no interviewer's, no heading beside speech), as a row that no coder made."""
    found = []
    texts = set(Turn.objects.filter(speaker__isnull=False).values_list("version_id", flat=True))
    for turn in Turn.objects.filter(version__source__project=project).select_related(
        "speaker", "version__source"
    ):
        speaker = turn.speaker
        if (speaker is None and turn.version_id in texts) or (speaker and speaker.role == "interviewer"):
            continue
        who = speaker.informant_id if speaker is not None and speaker.role == "informant" else None
        row = Raw(0, 0, turn.version.source.pk, turn.start, turn.end, who, (turn.number,), frozenset())
        found.append(row)
    return found


def words_in(turn: Raw, word: str) -> list[Raw]:
    """The places of a word in a turn, as rows."""
    text = (
        Coding.objects.none()
        or Turn.objects.get(version__source=turn.source, number=turn.turns[0]).version.text
    )
    return [
        replace(turn, start=turn.start + hit.start(), end=turn.start + hit.end())
        for hit in re.finditer(rf"(?<!\w){word}(?!\w)", text[turn.start : turn.end])
    ]


def near(x: Raw, y: Raw, clause: Clause, coders: str, *, coded: tuple[bool, bool]) -> bool:
    """Whether y stands to x as the clause says; `coded` tells which of them coders have made."""
    if not all(coded):
        x, y = replace(x, coder=0), replace(y, coder=0)
    if clause.way == AFTER:
        if (x.source, x.coder) != (y.source, y.coder) or y.start < x.end:
            return False
        return min(y.turns) <= max(x.turns) + clause.within
    if not coded[1] and clause.way != INFORMANT:
        x, y = replace(x, who=0), replace(y, who=0)
    return meet(x, y, clause.way, clause.within, coders)


def random_question(chance: random.Random, tree) -> Question:
    nodes = list(tree.walk())

    def operand() -> Operand:
        if chance.random() < 0.3:
            return Operand(words=f"={chance.choice(['kaffe', 'vi', 'ja'])}")
        return Operand(chance.choice(nodes), chance.random() < 0.5)

    def some() -> tuple[Operand, ...]:
        return tuple(operand() for _ in range(chance.choice([1, 1, 2])))

    clauses = tuple(
        Clause(some(), chance.choice(list(RELATIONS)), chance.randint(0, 2), chance.random() < 0.4)
        for _ in range(chance.randint(0, 2))
    )
    return Question(some(), clauses)


@SLOW
@given(
    seed=st.integers(0, 10**6),
    coders=st.sampled_from([PRIMARY, ALL_CODERS]),
    condition=st.booleans(),
)
def test_an_answer_is_what_looking_row_by_row_finds(seed, coders, condition):
    project = build_thick(seed)
    tasks.index_texts(project.pk, lambda done: True)
    question = random_question(random.Random(seed), code_tree(project))
    city = Attribute.objects.get(project=project, key="city")
    oslo = Value.objects.filter(attribute=city, name="Oslo").first()
    wanted = oslo.pk if oslo else None
    scope = Scope(project=project, coders=coders, values={city.pk: frozenset({wanted})} if condition else {})
    coded_rows, turns = raw(project, coders), spoken(project)
    begun = project.sources.filter(progress__started__isnull=False).distinct()
    if question.of_codes:
        turns = [turn for turn in turns if begun.filter(pk=turn.source).exists()]

    def rows(operand: Operand, *, first: bool) -> list[Raw]:
        if operand.node is not None:
            under = branches(project, operand.below)[0][operand.node.code.pk]
            return [row for row in coded_rows if row.code in under]
        word = operand.words.removeprefix("=")
        if first:
            return [turn for turn in turns if words_in(turn, word)]
        return [hit for turn in turns for hit in words_in(turn, word)]

    expected = []
    for operand in question.any_of:
        for x in rows(operand, first=True):
            fits = not condition or value_of(city, x.who, x.source) == wanted
            for clause in question.clauses:
                held = any(
                    near(x, y, clause, coders, coded=(operand.node is not None, other.node is not None))
                    for other in clause.any_of
                    for y in rows(other, first=False)
                )
                fits = fits and held != clause.without
            if fits:
                expected.append(x)
    said = answer(scope, question)
    assert set(said.places) == {(x.source, x.start, x.end) for x in expected}, question.sentence
    assert len(said.places) == len(set(said.places))
    assert said.informants == len({x.who for x in expected} - {None})
    assert said.sources == len({x.source for x in expected})
    listed = said.passages(0, len(said.places))
    assert {who for passage in listed for who in passage.informants} == {x.who for x in expected} - {None}


@SLOW
@given(seed=st.integers(0, 10**6), way=st.sampled_from([OVERLAP, TURN, NEAR, INFORMANT]))
def test_a_query_for_two_codes_finds_what_the_table_counts(seed, way):
    project = build_thick(seed)
    scope = Scope(project=project)
    table = cooccurrence(scope, way=way, within=1)
    for pair in table.pairs()[:4]:
        found = answer(scope, Question((Operand(pair.first),), (Clause((Operand(pair.second),), way, 1),)))
        assert (len(found.places), found.informants, found.base) == (
            pair.passages[0],
            pair.informants,
            pair.base,
        )


@pytest.fixture
def talk() -> Study:
    study = make_study()
    study.source = make_source(
        study.project,
        [
            ("Moderator", "Hvordan går det med kaffe og penger?"),
            ("Deltaker 1", "Vi fikk støtte fra bydelen, og så kjøpte vi kaffe for pengene."),
            ("Deltaker 2", "Vi låner et lokale av kommunen, det er trangt."),
            ("Deltaker 1", "Hos oss er lokalet stort og lyst, men dyrt."),
        ],
        kind="focus_group",
    )
    link(study.source, "Deltaker 1", "Anne", city="Oslo")
    link(study.source, "Deltaker 2", "Berit", city="Bergen")
    put(
        study.coder,
        study.source,
        "Vi fikk støtte fra bydelen, og så kjøpte vi kaffe for pengene.",
        study.code,
    )
    put(study.coder, study.source, "Vi låner et lokale av kommunen, det er trangt.", study.other)
    put(study.coder, study.source, "lokalet stort og lyst, men dyrt", study.other, study.code)
    tasks.index_texts(study.project.pk, lambda done: True)
    return study


def ask(study: Study, *conditions: Condition) -> tuple[list[str], int, str]:
    question = question_of(conditions)
    found = answer(Scope(study.project, member=study.lead), question)
    texts = {source.pk: text_of(source) for source in study.project.sources.all()}
    return (
        [texts[source][start:end] for source, start, end in found.places],
        found.informants,
        question.sentence,
    )


def node(study: Study, code: Code):
    return code_tree(study.project).by_id[code.pk]


def test_a_query_reads_as_a_sentence_and_finds_it(talk: Study) -> None:
    money, rooms = node(talk, talk.code), node(talk, talk.other)
    assert ask(talk, Condition(node=money), Condition(node=rooms, way=AFTER, within=1)) == (
        ["Vi fikk støtte fra bydelen, og så kjøpte vi kaffe for pengene."], 1,
        "Passages with “Økonomi”, and, afterwards within 1 turn, “Lokaler”.",
    )  # fmt: skip
    assert ask(talk, Condition(node=money), Condition(join="not", node=rooms)) == (
        ["Vi fikk støtte fra bydelen, og så kjøpte vi kaffe for pengene."], 1,
        "Passages with “Økonomi”, but not, in the same words, “Lokaler”.",
    )  # fmt: skip
    assert ask(talk, Condition(words="kaffe"), Condition(join="or", words="lokale"))[1:] == (
        2, "Turns with the words kaffe or the words lokale.",
    )  # fmt: skip


def test_interviewers_words_answer_nothing(talk: Study) -> None:
    found, informants, _sentence = ask(talk, Condition(words="kaffe"))
    mine = "Vi fikk støtte fra bydelen, og så kjøpte vi kaffe for pengene."
    assert (found, informants) == (["Vi koker kaffe og tar imot folk.", mine], 1)


def test_the_hits_are_known_in_the_passage(talk: Study) -> None:
    question = question_of([Condition(node=node(talk, talk.code)), Condition(words="lyst")])
    found = answer(Scope(talk.project, member=talk.lead), question)
    text = talk.source.version.text
    (place,) = found.places
    assert [text[a:b] for a, b in found.hits_in(place)] == ["lyst"]
    (passage,) = found.passages(0, 1)
    assert set(passage.codes) == {talk.code.pk, talk.other.pk}


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ([], "Choose a code, or write words"),
        ([Condition()], "Choose a code, or write words"),
        ([Condition(join="not", words="kaffe")], "Say first what to find"),
        ([Condition(words="kaffe")] * 21, "at most 20 conditions"),
        ([Condition(words="kaffe"), Condition(words="kake", way=NEAR, within=101)], "from 0 to 100"),
        ([Condition(words="kaffe"), Condition(words="kake", way=AFTER, within=None)], "from 0 to 100"),
    ],
)
def test_what_cannot_be_asked_is_said(conditions, reason) -> None:
    with pytest.raises(Unanswerable, match=reason):
        question_of(conditions)


@pytest.mark.parametrize(("words", "reason"), [("ord " * 10_000, "at most"), ('"kaffe', "quotation mark")])
def test_words_that_cannot_be_understood_are_said(talk: Study, words: str, reason: str) -> None:
    with pytest.raises(Unanswerable, match=reason):
        ask(talk, Condition(words=words))


def test_a_row_asks_one_thing(talk: Study) -> None:
    with pytest.raises(Unanswerable, match="a code or for words"):
        question_of([Condition(node=node(talk, talk.code), words="kaffe")])


def test_n_is_who_speaks_where_words_alone_are_asked_for_and_who_is_coded_where_a_code_is(
    talk: Study,
) -> None:
    """The interview is not begun; one of three lives in Bergen."""
    interview = talk.project.sources.exclude(pk=talk.source.pk).get()
    link(interview, "Informant", "Cato", city="Oslo")
    city = Attribute.objects.get(project=talk.project, key="city")
    in_oslo = {city.pk: frozenset({Value.objects.get(attribute=city, name="Oslo").pk})}
    words = question_of([Condition(words="kaffe")])
    code = question_of([Condition(node=node(talk, talk.other))])
    asked = [(question, values) for question in (words, code) for values in ({}, in_oslo)]
    bases = [answer(Scope(talk.project, values=values), question).base for question, values in asked]
    assert bases == [3, 2, 2, 1]
    # An interview that nobody has begun answers no question about codes.
    both = question_of([Condition(words="kaffe"), Condition(join="or", node=node(talk, talk.other))])
    assert interview.pk in {place[0] for place in answer(Scope(talk.project), words).places}
    assert {place[0] for place in answer(Scope(talk.project), both).places} == {talk.source.pk}


def test_words_that_a_passage_must_not_be_near_to_are_not_lit_in_it(talk: Study) -> None:
    question = question_of(
        [Condition(node=node(talk, talk.code)), Condition(join="not", words="kaffe", way=AFTER, within=1)]
    )
    found = answer(Scope(talk.project), question)
    assert len(found.places) == 2
    assert [found.hits_in(place) for place in found.places] == [[], []]


def test_what_only_touches_a_passage_is_not_in_it(talk: Study) -> None:
    """Where a passage ends, another code and the words asked for begin."""
    beside = make_code(talk.project, "Ved siden av")
    put(talk.coder, talk.source, "Hos oss er ", beside)
    put(talk.coder, talk.source, "lokalet stort", talk.question)
    question = question_of([Condition(node=node(talk, beside)), Condition(words="lokalet OR er", way=TURN)])
    found = answer(Scope(talk.project), question)
    (place,) = found.places
    (passage,) = found.passages(0, 1)
    text = text_of(talk.source)
    assert (passage.codes, [text[a:b] for a, b in found.hits_in(place)]) == ((beside.pk,), ["er"])


def test_a_stretch_is_listed_with_whom_the_conditions_hold_for_and_belongs_to_all_in_it(talk: Study) -> None:
    everything = make_code(talk.project, "Alt")
    put(talk.coder, talk.source, text_of(talk.source), everything)
    anne, berit = (talk.project.informants.get(pseudonym=name) for name in ("Anne", "Berit"))
    city = Attribute.objects.get(project=talk.project, key="city")
    bergen = Value.objects.get(attribute=city, name="Bergen")
    scope = Scope(talk.project, values={city.pk: frozenset({bergen.pk})})
    found = answer(scope, question_of([Condition(node=node(talk, everything))]))
    (passage,) = found.passages(0, 1)
    assert (passage.informants, set(passage.everybody)) == ((berit.pk,), {anne.pk, berit.pk})
    # What it is near to may be anybody's: of the same turn in which Anne says it.
    near = [Condition(node=node(talk, everything)), Condition(words="støtte")]
    assert answer(scope, question_of(near)).informants == 1


def test_what_comes_afterwards_may_begin_where_the_passage_ends_and_is_the_same_coders(talk: Study) -> None:
    first, then = make_code(talk.project, "Først"), make_code(talk.project, "Så")
    put(talk.coder, talk.source, "Vi låner ", first)
    put(make_member(talk.project), talk.source, "et lokale", then)
    asked = question_of(
        [Condition(node=node(talk, first)), Condition(node=node(talk, then), way=AFTER, within=0)]
    )
    scope = Scope(talk.project, coders=ALL_CODERS)
    assert answer(scope, asked).places == ()
    put(talk.coder, talk.source, "et lokale", then)
    assert len(answer(scope, asked).places) == 1


def test_one_of_two_alternatives_is_enough_for_a_condition_and_for_its_opposite(talk: Study) -> None:
    money, rooms = Condition(node=node(talk, talk.code)), Condition(node=node(talk, talk.other), join="or")
    first = "Vi fikk støtte fra bydelen, og så kjøpte vi kaffe for pengene."
    second = "lokalet stort og lyst, men dyrt"
    for words, alternative in (("støtte", rooms), ("dyrt", replace(rooms, node=None, words="støtte"))):
        either = [money, Condition(words=words), alternative]
        assert ask(talk, *either)[0] == [first, second]
        neither = [money, Condition(words=words, join="not"), alternative]
        assert ask(talk, *neither)[0] == []
    assert ask(talk, money, Condition(words="støtte", join="not"))[0] == [second]
