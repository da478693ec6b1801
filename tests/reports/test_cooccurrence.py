"""Codes together, counted again by brute force from the raw rows: every way, every measure, every pair."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.actions.codings import code_passage
from coding.models import Attribute, Code, Coding, Project, Source, Turn, Value
from coding.reports.codebook import code_tree
from coding.reports.cooccurrence import cooccurrence
from coding.reports.meeting import INFORMANT, NEAR, OVERLAP, TURN, WAYS
from coding.reports.pairs import FIRST, SECOND, meetings
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope
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
