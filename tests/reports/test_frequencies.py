"""Every number of a table against a count done again from the raw rows, and against the passages behind it."""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.actions.attribution import correct_attribution
from coding.actions.codings import code_passage, mark_finished
from coding.actions.errors import Invalid
from coding.models import (
    Attribute,
    Attribution,
    Coding,
    Informant,
    InformantValue,
    Source,
    SourceProgress,
    SourceValue,
    Turn,
    Value,
)
from coding.models.codings import Review
from coding.reports.codebook import code_tree
from coding.reports.columns import behind
from coding.reports.coverage import aside
from coding.reports.frequencies import frequencies
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope, Whereabouts, passages
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
    for n in range(7):
        codes.append(make_code(project, f"Kode {n}", chance.choice(codes[-3:])))
    for number in range(chance.randint(1, 4)):
        labels = ["Intervjuer", "Deltaker 1", "Deltaker 2", "Flere", None][: chance.randint(1, 5)]
        said = [
            (chance.choice(labels), " ".join(chance.choices(WORDS, k=chance.randint(1, 9))))
            for _ in range(chance.randint(1, 8))
        ]
        kind = chance.choice(["interview", "focus_group"])
        source = make_source(project, said, title=f"Kilde {number}", kind=kind)
        source.held_on = chance.choice([None, date(2020, 3, 24), date(2020, 4, 2)])
        source.save(update_fields=["held_on"])
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
        _correct_some(chance, source, coders)
        for coder in coders:
            if chance.random() < 0.5:
                mark_finished(actor=coder, source=source, finished=True)
    return project


def _correct_some(chance: random.Random, source, coders) -> None:
    """Say by hand of some informants that they count, or do not, where they speak."""
    people = list(Informant.objects.filter(speakers__source=source))
    for coding in source.codings.order_by("pk"):
        if not people or chance.random() < 0.6:
            continue
        who, counts = chance.choice(people), chance.random() < 0.5
        with contextlib.suppress(Invalid):
            correct_attribution(
                actor=chance.choice(coders),
                source=source,
                coding=coding.uuid,
                informant=who.uuid,
                counts=counts,
            )


@dataclass(frozen=True)
class Heard:
    """One code on one stretch with one who counts in it, as the oracle finds it from turns and characters."""

    code: int
    coder: int
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
        merged: dict[int | None, set[int]] = defaultdict(set)
        spoken: dict[int | None, set[int]] = defaultdict(set)
        for (kind, key), words in said.items():
            spoken[key if kind == "informant" else None] |= words
        for kind, key in reach:
            who = key if kind == "informant" else None
            merged[who] |= spoken[who]
        by_hand = Attribution.objects.filter(version=coding.version, start=coding.start, end=coding.end)
        for informant, counts in by_hand.values_list("informant", "counts"):
            if counts:
                merged[informant] = spoken[informant]
            else:
                merged.pop(informant, None)
        if not merged:
            nobody.add((coding.source_id, coding.start, coding.end))
        for who, words in merged.items():
            place = frozenset(coding.source_id * 10**6 + at for at in words)
            found.append(
                Heard(
                    coding.code_id,
                    coding.coder_id,
                    coding.source_id,
                    coding.start,
                    coding.end,
                    who,
                    place,
                )
            )
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


def bases(project, scope: Scope) -> list[tuple]:
    """(who, source, coder, word) for every word that counts in the base, from the rows."""
    found = []
    for progress in SourceProgress.objects.filter(source__project=project).select_related("source__version"):
        source = progress.source
        if scope.coders == PRIMARY and progress.coder_id != source.primary_coder_id:
            continue
        if (progress.finished if scope.finished_only else progress.started) is None or not asked(
            scope, source
        ):
            continue
        turns = list(Turn.objects.filter(version=source.version).select_related("speaker"))
        for turn in turns:
            speaker = turn.speaker
            if speaker.role == "interviewer" if speaker else any(other.speaker for other in turns):
                continue
            known = speaker is not None and speaker.role == "informant"
            who = speaker.informant_id if known else None
            words = range(turn.first_word, turn.first_word + turn.words)
            found += [(who, source.pk, progress.coder_id, word) for word in (None, *words)]
    return found


def asked(scope: Scope, source: Source) -> bool:
    """Whether a source is one of those asked for."""
    when = source.held_on
    return (
        (scope.kinds is None or source.kind in scope.kinds)
        and (scope.sources is None or source.pk in scope.sources)
        and (scope.held_from is None or (when is not None and when >= scope.held_from))
        and (scope.held_to is None or (when is not None and when <= scope.held_to))
    )


def standing(project, name: str, who: int | None, source: int, coder: int):
    """Where somebody counts in columns of one thing."""
    if name in ("source", "coder", "kind"):
        return {"source": source, "coder": coder, "kind": Source.objects.get(pk=source).kind}[name]
    return value_of(Attribute.objects.get(project=project, key=name), who, source)


def limited(project, coders: str, seed: int) -> Scope:
    """A scope with some limits made by chance."""
    chance = random.Random(seed)
    values = {}
    for key, name in (("city", "Oslo"), ("informant_type", "frivillig")):
        attribute = Attribute.objects.get(project=project, key=key)
        value = Value.objects.filter(attribute=attribute, name=name).first()
        if chance.random() < 0.2:
            values[attribute.pk] = frozenset({value.pk if value else None})
    sources = list(Source.objects.filter(project=project).values_list("pk", flat=True))
    members = list(project.memberships.values_list("pk", flat=True))
    return Scope(
        project=project,
        coders=coders,
        values=values,
        kinds=chance.choice([None, None, frozenset({"interview"})]),
        sources=chance.choice([None, None, frozenset(sources[:2])]),
        coder=chance.choice([None, None, None, *members]),
        held_from=chance.choice([None, None, date(2020, 3, 24), date(2020, 3, 30)]),
        held_to=chance.choice([None, None, date(2020, 3, 30)]),
        finished_only=chance.random() < 0.3,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    by=st.lists(
        st.sampled_from(["city", "informant_type", "source", "kind", "coder"]),
        min_size=1,
        max_size=2,
        unique=True,
    ),
    measure=st.sampled_from(["informants", "sources", "passages", "words"]),
    coders=st.sampled_from([PRIMARY, ALL_CODERS]),
    rolled_up=st.booleans(),
    limits=st.one_of(st.none(), st.integers(0, 10**6)),
)
def test_a_number_is_what_counting_again_from_the_rows_gives(seed, by, measure, coders, rolled_up, limits):
    project = build(seed)
    coders = ALL_CODERS if "coder" in by else coders
    scope = Scope(project=project, coders=coders) if limits is None else limited(project, coders, limits)
    table = frequencies(scope, by=by, measure=measure, rolled_up=rolled_up)
    tree = code_tree(project)
    items, nobody = heard(project, coders)
    finished = set(
        SourceProgress.objects.filter(source__project=project, finished__isnull=False).values_list(
            "source_id", "coder_id"
        )
    )

    def meets(who: int | None, source: int, coder: int) -> bool:
        conditions = Attribute.objects.in_bulk(scope.values)
        return (
            asked(scope, Source.objects.get(pk=source))
            and scope.coder in (None, coder)
            and (not scope.finished_only or (source, coder) in finished)
            and all(value_of(conditions[key], who, source) in ids for key, ids in scope.values.items())
        )

    def column(who: int | None, source: int, coder: int) -> tuple:
        return tuple(standing(project, name, who, source, coder) for name in by)

    where = {}
    for item in items:
        voice = (item.who, item.source, item.coder)
        where[voice] = column(*voice) if meets(*voice) else None
    items = [item for item in items if where[item.who, item.source, item.coder] is not None]
    for row in table.rows:
        own = set(tree.branch_ids(row.node.code.pk)) if rolled_up else {row.node.code.pk}
        mine = [item for item in items if item.code in own]
        assert row.total == counted(mine, measure), row.node.path
        for place, head in enumerate(table.columns.columns):
            here = [item for item in mine if where[item.who, item.source, item.coder] == head.ids]
            assert row.values[place] == counted(here, measure), (row.node.path, head.name)
    known = [head.ids for head in table.columns.columns]
    assert len(known) == len(set(known))
    assert {ids for ids in where.values() if ids is not None} <= set(known)
    if limits is None:
        assert aside(scope, tree).interviewer_only == len(nobody)
    spoken = [one for one in bases(project, scope) if meets(*one[:3])]
    places = {one[:3]: column(*one[:3]) for one in spoken}
    for head in [*table.columns.columns, None]:
        base = table.columns.total if head is None else head.base
        here = [one for one in spoken if head is None or places[one[:3]] == head.ids]
        assert base.informants == len({one[0] for one in here} - {None})
        assert base.sources == len({one[1] for one in here})
        assert base.words == len({one[1::2] for one in here if one[3] is not None})


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    by=st.lists(
        st.sampled_from(["city", "informant_type", "source", "kind", "coder"]),
        min_size=1,
        max_size=2,
        unique=True,
    ),
    coders=st.sampled_from([PRIMARY, ALL_CODERS]),
    limits=st.one_of(st.none(), st.integers(0, 10**6)),
)
def test_a_cell_is_as_many_as_the_passages_behind_it(seed, by, coders, limits):
    project = build(seed)
    coders = ALL_CODERS if "coder" in by else coders
    scope = Scope(project=project, coders=coders) if limits is None else limited(project, coders, limits)
    tree = code_tree(project)
    tables = {name: frequencies(scope, by=by, measure=name) for name in ("passages", "informants", "sources")}
    columns = tables["passages"].columns.columns
    for number, row in enumerate(tables["passages"].rows):
        codes = tree.branch_ids(row.node.code.pk)
        for place, head in enumerate(columns):
            alone, name = behind(scope, by, head.key)
            assert name == head.name
            there = passages(alone, codes)
            assert len(there) == row.values[place]
            people = {who for passage in there for who in passage.informants}
            assert len(people) == tables["informants"].rows[number].values[place]
            assert len({one.source_id for one in there}) == tables["sources"].rows[number].values[place]
        assert len(passages(scope, codes)) == row.total


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


def held(project, day: date, coder):
    source = make_source(project, title=f"Holdt {day}")
    source.held_on = day
    source.save(update_fields=["held_on"])
    put(coder, source, "kaffe", project.codes.get(name="Økonomi"))


def total_of(scope: Scope, code, measure: str = "passages") -> int:
    (total,) = (
        row.total for row in frequencies(scope, by="kind", measure=measure).rows if row.node.code == code
    )
    return total


def test_both_days_asked_for_are_within():
    study = make_study()
    for day in range(1, 5):
        held(study.project, date(2020, 3, day), study.coder)
    for first, last, many in ((2, 3, 2), (3, None, 2), (None, 3, 3), (4, 4, 1)):
        days = {name: date(2020, 3, day) for name, day in (("held_from", first), ("held_to", last)) if day}
        scope = Scope(project=study.project, **days)
        base = frequencies(scope, by="city").columns.total.sources
        assert (total_of(scope, study.code), base) == (many, many), days


def test_finished_only_and_a_coders_own_are_what_they_themselves_coded_and_finished():
    study = make_study()
    second = make_member(study.project)
    put(study.coder, study.source, "Vi koker", study.code)
    put(second, study.source, "kaffe", study.code)
    other = make_source(study.project)
    put(second, other, "kaffe", study.code)
    mark_finished(actor=second, source=study.source, finished=True)

    def told(**limits) -> tuple[int, int]:
        scope = Scope(project=study.project, **limits)
        return total_of(scope, study.code), frequencies(scope, by="city").columns.total.sources

    assert told(coders=ALL_CODERS) == (3, 2)
    assert told(coders=ALL_CODERS, finished_only=True) == (1, 1)
    # The primary coder of the one that is finished has not finished it.
    assert told() == (2, 2) and told(finished_only=True) == (0, 0)
    assert told(coders=ALL_CODERS, coder=study.coder.pk) == (1, 1)
    assert told(coders=ALL_CODERS, coder=second.pk) == (2, 2)
    assert told(coder=second.pk) == (1, 1)
    assert told(coders=ALL_CODERS, coder=study.coder.pk, finished_only=True) == (0, 0)


def test_a_passage_that_was_cut_counts_and_one_whose_words_are_gone_does_not():
    study = make_study()
    (cut,) = put(study.coder, study.source, "Vi koker kaffe", study.code)
    (gone,) = put(study.coder, study.source, "tar imot", study.code)
    Coding.objects.filter(pk=cut.pk).update(review=Review.CUT)
    assert total_of(Scope(project=study.project), study.code) == 2
    Coding.objects.filter(pk=gone.pk).update(end=F("start"), end_word=F("first_word"), review=Review.EMPTIED)
    assert total_of(Scope(project=study.project), study.code) == 1
    assert aside(Scope(project=study.project), code_tree(study.project)).interviewer_only == 0


def test_speech_of_nobody_known_counts_by_its_source_then_by_what_all_its_informants_share():
    study = make_study()
    said = [("Deltaker 1", "ja"), ("Deltaker 2", "nei"), ("Flere", "Hahaha")]
    source = make_source(study.project, said)
    link(source, "Deltaker 1", "Anne", city="Oslo")
    city = Attribute.objects.get(project=study.project, key="city")

    def where() -> str | None:
        value = Whereabouts(study.project).of(city.pk, None, source.pk)
        return Value.objects.get(pk=value).name if value else None

    assert where() == "Oslo"
    link(source, "Deltaker 2", "Berit", city="Bergen")
    assert where() is None
    bergen = Value.objects.get(attribute=city, name="Bergen")
    own = SourceValue.objects.create(source=source, attribute=city, value=bergen)
    assert where() == "Bergen"
    # Who interviews is no informant of the source.
    source.speakers.filter(label="Deltaker 2").update(role="interviewer")
    assert where() == "Bergen"
    own.delete()
    assert where() == "Oslo"


def test_beside_the_table_stands_what_it_leaves_out():
    study = make_study()
    second = make_member(study.project)
    said = [("Intervjuer", "Og så?"), ("Deltaker", "Ja."), ("Intervjuer", "Så da?"), ("Deltaker", "Nei.")]
    source = make_source(study.project, said, title="Gruppe")
    for coder in (study.coder, second):
        put(coder, source, "Og så?", study.code, study.other)
    put(study.coder, source, "Så da?", study.code)
    scope = Scope(project=study.project, coders=ALL_CODERS)
    tree = code_tree(study.project)
    # Two stretches, whoever coded them and how often; one speaker is nobody's, in what is coded.
    assert (aside(scope, tree).interviewer_only, aside(scope, tree).unlinked) == (2, 1)
    assert aside(scope, tree).not_coded == (study.source.title,)
    mark_finished(actor=study.coder, source=source, finished=True)
    make_code(study.project, "Ny", study.question)
    tree = code_tree(study.project)
    assert [titles for _node, titles in aside(scope, tree).finished_before] == [("Gruppe",)]
    # Somebody finished it with the new code at hand.
    mark_finished(actor=second, source=source, finished=True)
    assert aside(scope, tree).finished_before == ()
