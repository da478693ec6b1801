"""Every number of a table against a count done again from the raw rows, and against the passages behind it."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.actions.codings import code_passage, mark_finished
from coding.models import Attribute, Coding, InformantValue, SourceProgress, SourceValue, Turn, Value
from coding.reports.codebook import code_tree
from coding.reports.coverage import aside
from coding.reports.frequencies import frequencies
from coding.reports.passages import ALL_CODERS, PRIMARY, Cell, Scope, passages
from tests.factories import lead_of, link, make_code, make_member, make_project, make_source, make_study, put

pytestmark = pytest.mark.django_db

WORDS = [
    "ja",
    "vi",
    "har",
    "en",
    "møteplass",
    "og",
    "kaffe",
    "👩‍👩‍👧",
    "frivillige",
    "hjelper",
    "altså",
    "nei",
]


def build(seed: int):
    """A study made by chance: three cities, two types, focus groups, overlapping codings by two coders."""
    chance = random.Random(seed)
    project = make_project()
    coders = [make_member(project), make_member(project)]
    roots = [make_code(project, f"P{n}") for n in range(2)]
    codes = [*roots]
    for n in range(5):
        codes.append(make_code(project, f"Kode {n}", chance.choice(codes)))
    for number in range(chance.randint(1, 4)):
        labels = ["Intervjuer", "Deltaker 1", "Deltaker 2", "Flere", None][: chance.randint(1, 5)]
        said = [
            (chance.choice(labels), " ".join(chance.choices(WORDS, k=chance.randint(1, 9))))
            for _ in range(chance.randint(1, 8))
        ]
        source = make_source(project, said, title=f"Kilde {number}")
        for speaker in source.speakers.all():
            if speaker.label.startswith("Deltaker") and chance.random() < 0.8:
                link(
                    source,
                    speaker.label,
                    f"{source.title} {speaker.label}",
                    city=chance.choice(["Oslo", "Bergen", ""]),
                    informant_type=chance.choice(["frivillig", "daglig leder"]),
                )
        if chance.random() < 0.4:
            city = Attribute.objects.get(project=project, key="city")
            value, _ = Value.objects.get_or_create(attribute=city, name="Oslo", defaults={"name_key": "oslo"})
            SourceValue.objects.create(source=source, attribute=city, value=value)
        for _ in range(chance.randint(0, 8)):
            text = source.version.text
            start = chance.randrange(len(text))
            end = chance.randint(start + 1, len(text))
            if text[start:end].strip():
                chosen = chance.sample(codes, k=chance.randint(1, 2))
                code_passage(
                    actor=chance.choice(coders),
                    source=source,
                    start=start,
                    end=end,
                    codes=[c.uuid for c in chosen],
                )
    return project


@dataclass(frozen=True)
class Heard:
    """One code on one stretch with one who counts in it, as the oracle finds it from turns and characters."""

    code: int
    source: int
    start: int
    end: int
    who: int | None
    words: frozenset[int]


def heard(project, coders: str) -> tuple[list[Heard], set]:
    """Who counts in each coding, found word by word and character by character; and the stretches of nobody."""
    found, nobody = [], set()
    codings = Coding.objects.filter(project=project).select_related("source", "version")
    spoken = Turn.objects.filter(version__source__project=project, speaker__isnull=False)
    with_speakers = set(spoken.values_list("version__source_id", flat=True))
    for coding in codings:
        if coders == PRIMARY and coding.coder_id != coding.source.primary_coder_id:
            continue
        text = coding.version.text
        said: dict[tuple, set[int]] = defaultdict(set)
        for turn in Turn.objects.filter(version=coding.version).select_related("speaker"):
            speaker = turn.speaker
            if speaker is None and coding.source_id in with_speakers:
                continue
            if speaker is not None and speaker.role == "interviewer":
                continue
            known = speaker is not None and speaker.role == "informant" and speaker.informant_id is not None
            whose = ("informant", speaker.informant_id) if known else ("nobody", speaker and speaker.pk)
            inside = range(max(turn.start, coding.start), min(turn.end, coding.end))
            if not inside:
                continue
            said[whose] |= {
                at for at in inside if not text[at].isspace() and (at == 0 or text[at - 1].isspace())
            }
        total = sum(len(words) for words in said.values())
        reach = {
            w for w, words in said.items() if len(words) >= 5 or (words and len(words) / total >= 0.2)
        } or set(said)
        if not reach:
            nobody.add((coding.source_id, coding.start, coding.end))
        merged: dict[int | None, set[int]] = defaultdict(set)
        spoken: dict[int | None, set[int]] = defaultdict(set)
        for (kind, key), words in said.items():
            spoken[key if kind == "informant" else None] |= words
        for kind, key in reach:
            who = key if kind == "informant" else None
            merged[who] |= spoken[who]
        for who, words in merged.items():
            place = frozenset(coding.source_id * 10**6 + at for at in words)
            found.append(Heard(coding.code_id, coding.source_id, coding.start, coding.end, who, place))
    return found, nobody


def value_of(attribute: Attribute, who: int | None, source: int) -> int | None:
    """Where somebody counts, looked up row by row."""
    if who is not None:
        row = InformantValue.objects.filter(informant=who, attribute=attribute).first()
        return row.value_id if row else None
    own = SourceValue.objects.filter(source=source, attribute=attribute).first()
    if own:
        return own.value_id
    people = {
        t.speaker.informant_id
        for t in Turn.objects.filter(version__source=source, speaker__informant__isnull=False).select_related(
            "speaker"
        )
    }
    values = {value_of(attribute, person, source) for person in people}
    return values.pop() if len(values) == 1 else None


def counted(items: list[Heard], measure: str) -> int:
    if measure == "informants":
        return len({item.who for item in items if item.who is not None})
    if measure == "sources":
        return len({item.source for item in items})
    if measure == "passages":
        return len({(item.source, item.start, item.end) for item in items})
    return len(set().union(*(item.words for item in items)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    by=st.sampled_from(["city", "informant_type", "source"]),
    measure=st.sampled_from(["informants", "sources", "passages", "words"]),
    coders=st.sampled_from([PRIMARY, ALL_CODERS]),
    rolled_up=st.booleans(),
    condition=st.booleans(),
)
def test_a_number_is_what_counting_again_from_the_rows_gives(seed, by, measure, coders, rolled_up, condition):
    project = build(seed)
    city = Attribute.objects.get(project=project, key="city")
    oslo = Value.objects.filter(attribute=city, name="Oslo").first()
    wanted = oslo.pk if oslo else None
    values = {city.pk: frozenset({wanted})} if condition else {}
    scope = Scope(project=project, coders=coders, values=values)
    table = frequencies(scope, by=by, measure=measure, rolled_up=rolled_up)
    tree = code_tree(project)
    attribute = None if by == "source" else Attribute.objects.get(project=project, key=by)
    items, nobody = heard(project, coders)
    if condition:
        items = [item for item in items if value_of(city, item.who, item.source) == wanted]

    def column(item: Heard) -> int | None:
        return item.source if attribute is None else value_of(attribute, item.who, item.source)

    for row in table.rows:
        own = set(tree.branch_ids(row.node.code.pk)) if rolled_up else {row.node.code.pk}
        mine = [item for item in items if item.code in own]
        assert row.total == counted(mine, measure), row.node.path
        for place, head in enumerate(table.columns.columns):
            here = [item for item in mine if column(item) == head.row_id]
            assert row.values[place] == counted(here, measure), (row.node.path, head.name)
        known = {head.row_id for head in table.columns.columns}
        assert all(column(item) in known for item in mine)
    if not condition:
        assert aside(scope, tree).interviewer_only == len(nobody)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), coders=st.sampled_from([PRIMARY, ALL_CODERS]))
def test_a_cell_is_as_many_as_the_passages_behind_it(seed, coders):
    project = build(seed)
    scope = Scope(project=project, coders=coders)
    tree = code_tree(project)
    attribute = Attribute.objects.get(project=project, key="city")
    passage_counts = frequencies(scope, by="city", measure="passages")
    informant_counts = frequencies(scope, by="city", measure="informants")
    for by_passage, by_informant in zip(passage_counts.rows, informant_counts.rows, strict=True):
        codes = tree.branch_ids(by_passage.node.code.pk)
        for place, head in enumerate(passage_counts.columns.columns):
            behind = passages(scope, codes, Cell(attribute.pk, head.row_id))
            assert len(behind) == by_passage.values[place]
            people = {who for passage in behind for who in passage.informants}
            assert len(people) == by_informant.values[place]
        assert len(passages(scope, codes)) == by_passage.total


def only(attribute: Attribute, value: Value) -> dict:
    return {attribute.pk: frozenset({value.pk})}


def test_all_conditions_must_hold_for_the_same_informant():
    project = make_project()
    coder = make_member(project)
    said = [
        ("Deltaker 1", "jeg leder en sentral i byen her"),
        ("Deltaker 2", "og jeg er frivillig et annet sted"),
    ]
    source = make_source(project, said, kind="focus_group")
    link(source, "Deltaker 1", "Anne", city="Oslo", informant_type="daglig leder")
    link(source, "Deltaker 2", "Berit", city="Bergen", informant_type="frivillig")
    code = make_code(project, "P1")
    put(coder, source, source.version.text, code)
    city = Attribute.objects.get(project=project, key="city")
    oslo, bergen = (Value.objects.get(attribute=city, name=name) for name in ("Oslo", "Bergen"))
    kind = Attribute.objects.get(project=project, key="informant_type")
    leader = Value.objects.get(attribute=kind, name="daglig leder")
    in_oslo = passages(Scope(project=project, values=only(city, oslo) | only(kind, leader)), [code.pk])
    in_bergen = passages(Scope(project=project, values=only(city, bergen) | only(kind, leader)), [code.pk])
    assert len(in_oslo) == 1
    assert in_bergen == []


def test_a_source_coded_twice_does_not_weigh_double():
    study = make_study()
    second = make_member(study.project)
    link(study.source, "Informant", "Anne", city="Oslo")
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    put(second, study.source, "kaffe og tar imot folk", study.code)
    one = frequencies(Scope(project=study.project), by="city", measure="passages")
    both = frequencies(Scope(project=study.project, coders=ALL_CODERS), by="city", measure="passages")
    totals = [{row.node.code.pk: row.total for row in table.rows}[study.code.pk] for table in (one, both)]
    assert totals == [1, 2]


def test_the_base_is_what_a_counted_coder_has_begun():
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo")
    later = make_source(study.project, title="Ikke kodet")
    link(later, "Informant", "Berit", city="Oslo")
    put(study.coder, study.source, "kaffe", study.code)
    scope = Scope(project=study.project)
    table = frequencies(scope, by="city")
    (oslo,) = table.columns.columns
    assert (oslo.base.informants, oslo.base.sources, oslo.base.words) == (1, 1, 7)
    assert aside(scope, code_tree(study.project)).not_coded == ("Ikke kodet",)
    finished = Scope(project=study.project, finished_only=True)
    assert frequencies(finished, by="city").columns.total.informants == 0
    mark_finished(actor=study.coder, source=study.source, finished=True)
    assert frequencies(finished, by="city").columns.total.informants == 1


def test_sources_finished_before_a_code_existed_are_named():
    study = make_study()
    put(study.coder, study.source, "kaffe", study.code)
    mark_finished(actor=study.coder, source=study.source, finished=True)
    late = make_code(study.project, "Ny kode", study.question)
    named = aside(Scope(project=study.project), code_tree(study.project)).finished_before
    assert [(node.code, titles) for node, titles in named] == [(late, (study.source.title,))]


def test_a_finished_source_without_codings_belongs_to_the_base():
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo")
    mark_finished(actor=study.coder, source=study.source, finished=True)
    assert SourceProgress.objects.get(source=study.source).started is not None
    assert frequencies(Scope(project=study.project), by="city").columns.total.informants == 1


def test_namesakes_never_merge():
    study = make_study()
    twin = make_code(study.project, "Økonomi", make_code(study.project, "P2 Annet"))
    put(study.coder, study.source, "kaffe", study.code)
    table = frequencies(Scope(project=study.project), by="source", measure="passages")
    totals = {row.node.code.pk: row.total for row in table.rows}
    assert (totals[study.code.pk], totals[twin.pk]) == (1, 0)


def test_what_is_not_cleared_is_counted_only_by_who_handles_identities():
    study = make_study()
    secret = make_source(study.project, cleared=False, title="Uklarert")
    put(study.lead, secret, "kaffe", study.code)
    seen = [
        {row.node.code.pk: row.total for row in frequencies(
            Scope(project=study.project, member=member), by="source", measure="passages").rows}[study.code.pk]
        for member in (study.lead, study.coder)
    ]  # fmt: skip
    assert seen == [1, 0]
    assert lead_of(study.project).handles_identities
