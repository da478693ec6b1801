"""Codes together, counted again by brute force from the raw rows: every way, every measure, every pair."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.actions.codings import code_passage
from coding.actions.corrections import correct_text
from coding.anchoring.texts import TurnChange
from coding.models import Attribute, Code, Coding, Project, Source, SourceValue, Turn, Value
from coding.reports.codebook import code_tree
from coding.reports.cooccurrence import cooccurrence
from coding.reports.meeting import INFORMANT, NEAR, OVERLAP, TURN, WAYS
from coding.reports.pairs import FIRST, SECOND, meetings
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope
from coding.reports.tally import numbered
from tests.factories import link, make_code, make_member, make_source, make_study, put, text_of
from tests.reports.test_frequencies import build, value_of

pytestmark = pytest.mark.django_db

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def build_thick(seed: int) -> Project:
    """`build`, a deeper tree, and more codings: some on exactly a stretch that a colleague has coded."""
    chance = random.Random(seed)
    project = build(seed)
    codes = list(Code.objects.filter(project=project).order_by("pk"))
    codes.append(make_code(project, "Dypt", codes[-1]))
    codes.append(make_code(project, "Dypest", codes[-1]))
    coders = list(project.memberships.order_by("pk"))
    for coding in Coding.objects.filter(project=project).order_by("pk"):
        for _ in range(chance.randint(0, 2)):
            code_passage(
                actor=chance.choice(coders), source=coding.source, start=coding.start, end=coding.end,
                codes=[chance.choice(codes).uuid],
            )  # fmt: skip
    return project


@dataclass(frozen=True)
class Raw:
    """One coding with one who counts in it, as the rows say; `turns` and `words` looked up one by one."""

    code: int
    coder: int
    source: int
    start: int
    end: int
    who: int | None
    turns: tuple[int, ...]
    words: frozenset[tuple[int, int]]


def raw(project: Project, coders: str) -> list[Raw]:
    found = []
    for coding in Coding.objects.filter(project=project).select_related("source", "version"):
        if coders == PRIMARY and coding.coder_id != coding.source.primary_coder_id:
            continue
        text = coding.version.text
        turns = list(Turn.objects.filter(version=coding.version).select_related("speaker"))
        touched = tuple(
            t.number for t in turns if set(range(t.start, t.end)) & set(range(coding.start, coding.end))
        )
        spoken = any(turn.speaker for turn in turns)
        for who in coding.links.values_list("informant_id", flat=True):
            words = set()
            for turn in turns:
                speaker = turn.speaker
                if (speaker is None and spoken) or (speaker and speaker.role == "interviewer"):
                    continue
                says = speaker.informant_id if speaker and speaker.role == "informant" else None
                if says != who:
                    continue
                for at in range(max(turn.start, coding.start), min(turn.end, coding.end)):
                    if not text[at].isspace() and (at == 0 or text[at - 1].isspace()):
                        words.add((coding.source_id, at))
            found.append(
                Raw(
                    coding.code_id, coding.coder_id, coding.source_id, coding.start, coding.end, who, touched,
                    frozenset(words),
                )
            )  # fmt: skip
    return found


def meet(one: Raw, other: Raw, way: str, within: int, coders: str) -> bool:
    if one.who != other.who:
        return False
    if way == INFORMANT:
        return one.who is not None and (coders == PRIMARY or one.coder == other.coder)
    if (one.source, one.coder) != (other.source, other.coder):
        return False
    if way == OVERLAP:
        return bool(set(range(one.start, one.end)) & set(range(other.start, other.end)))
    if way == TURN:
        return bool(set(one.turns) & set(other.turns))
    return min(abs(a - b) for a in one.turns for b in other.turns) <= within


def branches(project: Project, rolled_up: bool) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """For each code those that count under it; and those above and below it, itself among them."""
    parent = dict(Code.objects.filter(project=project).values_list("id", "parent_id"))
    above = {}
    for code in parent:
        line, at = {code}, parent[code]
        while at is not None:
            line.add(at)
            at = parent[at]
        above[code] = line
    below = {code: {other for other in parent if code in above[other]} for code in parent}
    related = {code: above[code] | below[code] for code in parent}
    return (below if rolled_up else {code: {code} for code in parent}), related


@SLOW
@given(
    seed=st.integers(0, 10**6),
    way=st.sampled_from(list(WAYS)),
    within=st.integers(0, 3),
    coders=st.sampled_from([PRIMARY, ALL_CODERS]),
    rolled_up=st.booleans(),
    condition=st.booleans(),
)
def test_a_pair_is_what_counting_again_from_the_rows_gives(seed, way, within, coders, rolled_up, condition):
    project = build_thick(seed)
    city = Attribute.objects.get(project=project, key="city")
    oslo = Value.objects.filter(attribute=city, name="Oslo").first()
    wanted = oslo.pk if oslo else None
    scope = Scope(project=project, coders=coders, values={city.pk: frozenset({wanted})} if condition else {})
    rows = raw(project, coders)
    if condition:
        rows = [row for row in rows if value_of(city, row.who, row.source) == wanted]
    under, related = branches(project, rolled_up)
    table = cooccurrence(scope, way=way, within=within, rolled_up=rolled_up)
    keys = [node.code.pk for node in table.nodes]
    assert set(keys) == set(under)
    for (place, a), (other_place, b) in product(enumerate(keys), repeat=2):
        firsts = [row for row in rows if row.code in under[a]]
        seconds = [row for row in rows if row.code in under[b]]
        pairs = [(x, y) for x in firsts for y in seconds if meet(x, y, way, within, coders)]
        if b in related[a]:
            assert table.barred[place, other_place]
            pairs = []
        said = table.pair(place, other_place)
        assert said.informants == len({x.who for x, _ in pairs if x.who is not None}), (place, other_place)
        assert said.passages == (
            len({(x.source, x.start, x.end) for x, _ in pairs}),
            len({(y.source, y.start, y.end) for _, y in pairs}),
        )
        assert said.own == (
            len({(x.source, x.start, x.end) for x in firsts}),
            len({(y.source, y.start, y.end) for y in seconds}),
        )
        if way != OVERLAP:
            assert (said.words, said.either) == (None, None)
            continue
        of_coder = defaultdict(lambda: (set(), set()))
        for side, some in enumerate((firsts, seconds)):
            for row in some:
                of_coder[row.coder, row.source][side].update(row.words)
        both = set().union(*(x & y for x, y in of_coder.values())) if b not in related[a] else set()
        either = set().union(*(x | y for x, y in of_coder.values()))
        assert (said.words, said.either) == (len(both), len(either))


@SLOW
@given(
    seed=st.integers(0, 10**6),
    way=st.sampled_from(list(WAYS)),
    coders=st.sampled_from([PRIMARY, ALL_CODERS]),
    condition=st.booleans(),
)
def test_behind_a_pair_are_as_many_passages_as_it_says(seed, way, coders, condition):
    project = build_thick(seed)
    city = Attribute.objects.get(project=project, key="city")
    oslo = Value.objects.filter(attribute=city, name="Oslo").first()
    values = {city.pk: frozenset({oslo.pk})} if condition and oslo else {}
    scope = Scope(project=project, coders=coders, values=values)
    tree = code_tree(project)
    for pair in cooccurrence(scope, way=way, within=1, rolled_up=True, tree=tree).pairs()[:5]:
        sides = [tree.branch_ids(node.code.pk) for node in (pair.first, pair.second)]
        found = meetings(scope, way, 1, *sides)
        assert (len(found.places), found.others, len(found.people)) == (*pair.passages, pair.informants)
        if way == INFORMANT:
            said = found.by_person(tree, sorted(found.people))
            assert all(one.first and one.second for one in said)
            continue
        for lit, place in zip(found.shown(tree, 0, 10), found.places, strict=False):
            pieces = [piece for _label, some in lit.parts for piece in some]
            own = "".join(piece.text for piece in pieces if FIRST in piece.kinds)
            text = text_of(Source.objects.get(pk=place[0]))[place[1] : place[2]]
            # Line ends between turns belong to no turn.
            assert own.replace("\n", "") == text.replace("\n", "")
            if way == OVERLAP:
                assert any(piece.both for piece in pieces) or not any(
                    SECOND in piece.kinds for piece in pieces
                )


def test_an_overlap_in_the_speech_of_one_is_none_of_the_others(db: None) -> None:
    """A long passage in which two count, and a short one inside what one of them says."""
    study = make_study()
    study.source = make_source(
        study.project,
        [
            ("Deltaker 1", "Vi har det trangt her i kjelleren."),
            ("Deltaker 2", "Hos oss er det ikke råd til husleie."),
        ],
    )
    link(study.source, "Deltaker 1", "Anne", city="Oslo")
    berit = link(study.source, "Deltaker 2", "Berit", city="Bergen")
    put(study.coder, study.source, text_of(study.source), study.code)
    put(study.coder, study.source, "det ikke råd til husleie", study.other)
    scope = Scope(study.project)
    (pair,) = cooccurrence(scope, rolled_up=False).pairs()
    assert (pair.informants, pair.base, pair.words) == (1, 2, 5)
    found = meetings(scope, OVERLAP, 0, [study.code.pk], [study.other.pk])
    assert found.people == {berit.pk}
    city = Attribute.objects.get(project=study.project, key="city")
    oslo = Value.objects.get(attribute=city, name="Oslo")
    in_oslo = Scope(study.project, values={city.pk: frozenset({oslo.pk})})
    assert cooccurrence(in_oslo, rolled_up=False).pairs() == []


def test_a_colleagues_coding_on_the_same_words_is_not_together(db: None) -> None:
    study = make_study()
    second = make_member(study.project)
    link(study.source, "Informant", "Anne")
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    put(second, study.source, "Vi koker kaffe", study.other)
    for coders in (PRIMARY, ALL_CODERS):
        assert cooccurrence(Scope(study.project, coders=coders)).pairs() == []
    put(second, study.source, "koker kaffe", study.code)
    assert len(cooccurrence(Scope(study.project, coders=ALL_CODERS)).pairs()) == 1


def test_the_sentence_says_what_was_counted(db: None) -> None:
    study = make_study()
    near = cooccurrence(Scope(study.project), way=NEAR, within=3).sentences
    assert "at most 3 steps from turn to turn, and the same informant counts in both" in near[0]
    assert any("never occurs together with a code above or below it" in sentence for sentence in near)
    assert any("Words:" in sentence for sentence in cooccurrence(Scope(study.project)).sentences)
    assert not any("Words:" in sentence for sentence in near)


def test_the_strongest_pair_has_most_informants_then_most_words_in_both_then_most_passages(db: None) -> None:
    study = make_study()
    said = [
        ("Deltaker 1", "a1 a2 a3 c1 c2 e1 e2 e3 f1 f2 f3 g1 g2 g3"),
        ("Deltaker 2", "b1 b2 b3"),
    ]
    source = make_source(study.project, said)
    for label in ("Deltaker 1", "Deltaker 2"):
        link(source, label, label)
    # In the codebook the weaker pairs stand first.
    codes = {name: make_code(study.project, name) for name in "GHEFCDAB"}
    for names, first, second in (
        ("AB", "a1 a2", "a2 a3"), ("AB", "b1 b2", "b2 b3"), ("CD", "c1 c2", "c1 c2"),
        ("EF", "e1 e2", "e2 e3"), ("EF", "f1 f2", "f2 f3"), ("GH", "g1 g2", "g2 g3"),
    ):  # fmt: skip
        put(study.coder, source, first, codes[names[0]])
        put(study.coder, source, second, codes[names[1]])
    table = cooccurrence(Scope(study.project))
    told = [
        (f"{one.first.code.name}{one.second.code.name}", one.informants, one.words, one.either, one.passages)
        for one in table.pairs()
    ]
    assert told == [
        ("AB", 2, 2, 6, (2, 2)), ("CD", 1, 2, 2, (1, 1)), ("EF", 1, 2, 6, (2, 2)), ("GH", 1, 1, 3, (1, 1)),
    ]  # fmt: skip
    assert [one.share for one in table.pairs()] == pytest.approx([1 / 3, 1, 1 / 3, 1 / 3])
    # Asked for one code, its pairs are those in which it is the first or the second.
    assert [[one.first.code.name for one in table.pairs({codes[name].pk})] for name in "EF"] == [["E"], ["E"]]


def test_only_what_a_passage_meets_is_marked_in_it(db: None) -> None:
    """A colleague's coding on the same words meets nothing of mine."""
    study = make_study()
    link(study.source, "Informant", "Anne")
    colleague = make_member(study.project)
    put(study.coder, study.source, "Vi koker kaffe og tar imot folk", study.code)
    put(study.coder, study.source, "koker", study.other)
    put(colleague, study.source, "folk", study.other)
    put(colleague, study.source, "imot folk.", study.code)
    scope = Scope(study.project, coders=ALL_CODERS)
    found = meetings(scope, OVERLAP, 0, [study.code.pk], [study.other.pk])
    shown = found.shown(code_tree(study.project), 0, 5)
    assert [[(piece.text, piece.both) for _label, some in lit.parts for piece in some] for lit in shown] == [
        [("Vi ", False), ("koker", True), (" kaffe og tar imot folk", False)],
        [("imot ", False), ("folk", True), (".", False)],
    ]


def test_a_passage_is_shown_with_what_it_meets_as_far_as_that_lies_near(db: None) -> None:
    study = make_study()
    near, far = "ord " * 100, "ord " * 1_000
    source = make_source(study.project, [("Informant", f"Fjernt {far}nært {near}her {near}ved {far}borte")])
    link(source, "Informant", "Anne")
    text = text_of(source)
    here, tree = text.index("her"), code_tree(study.project)
    put(study.coder, source, "her", study.code)

    def shown(*words: str) -> str:
        Coding.objects.filter(code=study.other).delete()
        for one in words:
            put(study.coder, source, one, study.other)
        found = meetings(Scope(study.project), TURN, 0, [study.code.pk], [study.other.pk])
        ((lit,), tree_of) = found.shown(tree, 0, 5), found.places
        assert tree_of == ((source.pk, here, here + 3),)
        return lit.quotation.text

    assert shown("nært", "ved") == text[text.index("nært") : text.index("ved") + 3]
    # What lies too far away is not in it.
    assert shown("Fjernt", "borte") == text[here - 1_500 : here + 3 + 1_500]


def test_behind_a_pair_a_passage_belongs_to_all_who_count_and_each_is_shown_with_their_own(db: None) -> None:
    study = make_study()
    many = ["en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv"]
    said = [
        ("Deltaker 1", " ".join(many)),
        ("Deltaker 2", "vi har ikke råd til det"),
        ("Flere", "å nei og nei og nei"),
    ]
    source = make_source(study.project, said)
    anne = link(source, "Deltaker 1", "Anne", city="Oslo")
    berit = link(source, "Deltaker 2", "Berit", city="Bergen")
    for word in many[:6]:
        put(study.coder, source, word, study.code)
    put(study.coder, source, text_of(source), study.other)
    put(study.coder, source, "vi har", study.code)
    tree = code_tree(study.project)
    sides = [study.code.pk], [study.other.pk]
    found = meetings(Scope(study.project), INFORMANT, 0, *sides)
    told = [
        (one.who, [two.text for two in one.first], one.first_in_all, one.second_in_all)
        for one in found.by_person(tree, [anne.pk, berit.pk])
    ]
    # Of six passages the first five are shown.
    assert told == [(anne.pk, many[:5], 6, 1), (berit.pk, ["vi har"], 1, 1)]
    city = Attribute.objects.get(project=study.project, key="city")
    bergen = Value.objects.get(attribute=city, name="Bergen")
    scope = Scope(study.project, values={city.pk: frozenset({bergen.pk})})
    found = meetings(scope, OVERLAP, 0, *reversed(sides))
    (lit,) = found.shown(tree, 0, 5)
    assert found.people == {berit.pk}
    assert lit.quotation.informants == ("Anne", "Berit")
    assert lit.quotation.passage.everybody == (anne.pk, berit.pk, None)


def test_a_code_is_never_with_one_above_or_below_it_and_rolled_up_has_theirs(db: None) -> None:
    study = make_study()
    link(study.source, "Informant", "Anne")
    below = make_code(study.project, "Under", study.code)
    put(study.coder, study.source, "Vi koker", below, study.question)
    put(study.coder, study.source, "koker kaffe", study.other)
    put(study.coder, study.source, "Vi", study.other)
    told = []
    for rolled_up in (True, False):
        table = cooccurrence(Scope(study.project), rolled_up=rolled_up)
        told.append([(one.first.code, one.second.code, one.passages, one.own) for one in table.pairs()])
        place = {node.code.pk: number for number, node in enumerate(table.nodes)}
        top, low, side = (place[code.pk] for code in (study.question, below, study.other))
        assert table.pair(top, low).passages == table.pair(low, top).passages == (0, 0)
        assert (table.pair(low, side).passages, table.pair(side, low).passages) == ((1, 2), (2, 1))
        assert table.barred[top, low] and table.barred[low, top] and not table.barred[low, side]
    assert told == [
        [(study.code, study.other, (1, 2), (1, 2)), (below, study.other, (1, 2), (1, 2))],
        [(below, study.other, (1, 2), (1, 2))],
    ]


def test_speech_of_nobody_known_is_together_but_no_informant_and_never_by_the_same_one(db: None) -> None:
    study = make_study()
    source = make_source(study.project, [("Flere", "vi vet ikke helt")])
    put(study.coder, source, "vi vet", study.code)
    put(study.coder, source, "vet ikke", study.other)
    scope = Scope(study.project)
    (pair,) = cooccurrence(scope).pairs()
    assert (pair.informants, pair.base, pair.passages, pair.words, pair.either) == (0, 0, (1, 1), 1, 3)
    assert cooccurrence(scope, way=INFORMANT).pairs() == []
    sides = [study.code.pk], [study.other.pk]
    assert meetings(scope, INFORMANT, 0, *sides).places == ()
    assert meetings(scope, OVERLAP, 0, *sides).people == frozenset()
    # It meets the conditions that its source meets.
    city = Attribute.objects.get(project=study.project, key="city")
    oslo = Value.objects.create(attribute=city, name="Oslo")
    in_oslo = replace(scope, values={city.pk: frozenset({oslo.pk})})
    assert cooccurrence(in_oslo).pairs() == []
    SourceValue.objects.create(source=source, attribute=city, value=oslo)
    assert len(cooccurrence(in_oslo).pairs()) == 1


@pytest.mark.parametrize(
    ("first", "second", "turns"),
    [
        ("hei du", "du der", 0),  # in the same words, too
        ("hei", "der", 0),
        ("hei ", "du", 0),
        ("der", " nei", 1),  # beginning at the end of a turn
        ("der ", "nei", 1),  # ending at the beginning of a turn
        ("der", "nei", 1),
        ("der nei", "nei jo", 0),
        ("hei du der", "ja", 2),
        ("hei", "så", 4),
    ],
)
def test_two_are_within_as_many_turns_as_lie_between_them(
    db: None, first: str, second: str, turns: int
) -> None:
    """Five turns; what ends where a turn ends is not in the next one."""
    study = make_study()
    said = ["hei du der", "nei jo", "ja", "nå", "så"]
    source = make_source(study.project, [("Informant", words) for words in said])
    link(source, "Informant", "Anne")
    text = text_of(source)

    def at(words: str) -> tuple[int, int]:
        start = text.replace("\n", " ").index(words)
        return start, start + len(words)

    for words, code in ((first, study.code), (second, study.other)):
        start, end = at(words)
        code_passage(actor=study.coder, source=source, start=start, end=end, codes=[code.uuid])
    scope = Scope(study.project)
    for within in range(5):
        assert bool(cooccurrence(scope, way=NEAR, within=within).pairs()) is (within >= turns)
    assert bool(cooccurrence(scope, way=TURN, within=4).pairs()) is (turns == 0)
    (a, b), (c, d) = at(first), at(second)
    assert bool(cooccurrence(scope, way=OVERLAP).pairs()) is (max(a, c) < min(b, d))


def test_by_the_same_informant_two_sources_may_have_two_primary_coders(db: None) -> None:
    study = make_study()
    second = make_member(study.project)
    anne = link(study.source, "Informant", "Anne")
    other = make_source(study.project)
    other.speakers.filter(label="Informant").update(informant=anne)
    put(study.coder, study.source, "kaffe", study.code)
    put(second, other, "folk", study.other)
    told = [
        len(cooccurrence(Scope(study.project, coders=coders), way=INFORMANT).pairs())
        for coders in (PRIMARY, ALL_CODERS)
    ]
    assert told == [1, 0]
    # In the same words, codings in two sources never meet, though they stand at one place and are one coder's.
    put(study.coder, other, "kaffe", study.other)
    assert cooccurrence(Scope(study.project, coders=ALL_CODERS), way=OVERLAP).pairs() == []


def test_the_turns_are_those_of_the_text_as_it_is_now(db: None) -> None:
    study = make_study()
    source = make_source(study.project, [("Informant", words) for words in ("hei du", "nei", "ja da")])
    link(source, "Informant", "Anne")
    put(study.coder, source, "hei", study.code)
    put(study.coder, source, "da", study.other)
    change = TurnChange("nei, nei og nei", source.speakers.get().pk)
    source.refresh_from_db()
    correct_text(actor=study.lead, source=source, version=1, changes={1: change})
    told = [len(cooccurrence(Scope(study.project), way=NEAR, within=n).pairs()) for n in range(4)]
    assert told == [0, 0, 1, 1]


def test_rows_are_numbered_apart_however_large_what_stands_in_them() -> None:
    large = 1 << 40
    columns = [np.array([one[at] for one in product((0, large), repeat=3)] * 2) for at in range(3)]
    told = numbered(*columns)
    assert told[:8].tolist() == list(range(8)) and (told[8:] == told[:8]).all()
