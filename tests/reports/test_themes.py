"""The grid of themes against a count by hand, and what makes an approved summary stale."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from coding.actions import names
from coding.actions.codebook import delete_code, merge_codes, move_code, update_code
from coding.actions.codings import recode, remove_codings, resize_coding
from coding.actions.comments import comment, resolve
from coding.actions.corrections import correct_text
from coding.actions.projects import update_project
from coding.actions.sources import delete_source
from coding.actions.summaries import Cell, look, pin, take_step, write_summary
from coding.actions.themes import create_theme
from coding.actions.undo import undo
from coding.actions.withdrawals import withdraw
from coding.anchoring.texts import TurnChange
from coding.language.replacing import REPLACE
from coding.models import Coding, CodingInformant, Membership, Source, Summary, SummaryText
from coding.models.attributes import NOT_SET
from coding.models.citing import Change, Reason, cited_in, staleness
from coding.models.themes import BY_INFORMANT
from coding.reports.themes import Board, CellState, Grid, themes_of
from tests.factories import link, make_code, make_member, make_source, make_study, put, text_of
from tests.themes import OTHER, SAID, Themed, make_themed

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Themed:
    return make_themed()


def stale(study: Themed) -> list[Reason]:
    return staleness([study.summary]).get(study.summary.pk, [])


def kinds(study: Themed) -> list[tuple[Change, tuple[int, ...]]]:
    return [(reason.kind, reason.numbers) for reason in stale(study)]


def grid(member: Membership, by: str = "city") -> Grid:
    return Board(Membership.objects.get(pk=member.pk), themes_of(member)).grid(by)


def whole(study: Themed, member: Membership | None = None) -> CellState:
    return grid(member or study.lead).rows[0].whole


def corrected(study: Themed, source: Source, turn: int, text: str) -> None:
    source.refresh_from_db()
    assert source.version is not None
    speaker = source.version.turns.get(number=turn).speaker_id
    changes = {turn: TurnChange(text, speaker)}
    correct_text(actor=study.lead, source=source, version=source.version.number, changes=changes)


def test_citations_are_read_from_the_text() -> None:
    assert cited_in("Se [E2], [e10] og [E2]; ikke [F1], E3 eller [E].") == [2, 10]


# What makes a summary stale. Each of them cites E1 (coffee, coded "Økonomi"), and not E2.


def uncode(study: Themed) -> None:
    remove_codings(actor=study.coder, source=study.source, uuids=[study.coffee.uuid])


def correct(study: Themed) -> None:
    corrected(study, study.source, 1, SAID[1][1].replace("koker kaffe", "koker te"))


def resize(study: Themed) -> None:
    study.coffee.refresh_from_db()
    resize_coding(
        actor=study.coder, source=study.source, coding=study.coffee.uuid, start=study.coffee.start,
        end=study.coffee.end - 5,
    )  # fmt: skip


def give_another_code(study: Themed) -> None:
    recode(actor=study.coder, source=study.source, coding=study.coffee.uuid, code=study.rent.uuid)


def define_anew(study: Themed) -> None:
    update_code(actor=study.lead, code=study.drift.uuid, definition="Penger inn og ut.")


def merge(study: Themed) -> None:
    into = make_code(study.project, "Budsjett", study.drift.parent)
    merge_codes(actor=study.lead, code=study.drift.uuid, into=into.uuid)


def merge_onto_a_twin(study: Themed) -> None:
    into = make_code(study.project, "Budsjett", study.drift.parent)
    put(study.coder, study.source, "Vi koker kaffe og tar imot folk", into)
    merge_codes(actor=study.lead, code=study.drift.uuid, into=into.uuid)


def withdrawn(study: Themed) -> None:
    withdraw(actor=study.lead, informant=study.anne.uuid, confirmation="Anne")


def source_deleted(study: Themed) -> None:
    delete_source(actor=study.lead, source=study.source)


def code_deleted(study: Themed) -> None:
    delete_code(actor=study.lead, code=study.drift.uuid)


def names_replaced(study: Themed) -> None:
    names.decide(actor=study.lead, term="kaffe", kind="person", verdict=REPLACE, replacement="[noe]")
    names.replace_names(actor=study.lead)


def emptied(study: Themed) -> None:
    corrected(study, study.source, 1, "Leia er dyr.")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (uncode, Change.UNCODED),
        (code_deleted, Change.UNCODED),
        (emptied, Change.UNCODED),
        (correct, Change.CORRECTED),
        (names_replaced, Change.CORRECTED),
        (resize, Change.RESIZED),
        (give_another_code, Change.RECODED),
        (define_anew, Change.DEFINITION),
        (merge, Change.MERGED),
        (merge_onto_a_twin, Change.MERGED),
        (withdrawn, Change.WITHDRAWN),
        (source_deleted, Change.WITHDRAWN),
    ],
)
def test_a_change_of_what_is_cited_makes_it_stale(
    study: Themed, change: Callable[[Themed], None], kind: Change
) -> None:
    study.approved()
    assert stale(study) == []
    change(study)
    assert kinds(study) == [(kind, (1,))]
    assert whole(study).stale == tuple(stale(study))
    # Approved again, it is as it was seen then; but for what cannot be seen any more.
    study.step(study.lead, "approve_again")
    assert kinds(study) == []


def unpinned_text_corrected(study: Themed) -> None:
    corrected(study, study.source, 1, SAID[1][1].replace("dyr", "billig"))


def moved_by_a_correction_before(study: Themed) -> None:
    corrected(study, study.source, 0, "Hva er det egentlig dere gjør her til daglig?")


def uncited_uncoded(study: Themed) -> None:
    remove_codings(actor=study.coder, source=study.other, uuids=[study.owner.uuid])


def other_code_defined(study: Themed) -> None:
    update_code(actor=study.lead, code=study.rent.uuid, definition="Noe annet.")


def cited_code_renamed(study: Themed) -> None:
    update_code(actor=study.lead, code=study.drift.uuid, name="Pengesaker", example="Et eksempel.")


def cited_code_moved(study: Themed) -> None:
    move_code(actor=study.lead, code=study.drift.uuid, parent=None)


def other_code_merged_in(study: Themed) -> None:
    merge_codes(actor=study.lead, code=study.rent.uuid, into=study.drift.uuid)


def more_coded(study: Themed) -> None:
    put(study.coder, study.source, "hele året", study.drift)


def coded_and_uncoded_again(study: Themed) -> None:
    uncode(study)
    undo(actor=study.coder, page=str(study.source.uuid))


def same_passage_by_another_coder(study: Themed) -> None:
    put(study.lead, study.source, "Vi koker kaffe og tar imot folk", study.drift)
    uncode(study)


def other_informant_withdrawn(study: Themed) -> None:
    withdraw(actor=study.lead, informant=study.bo.uuid, confirmation="Bo")


def defined_and_back(study: Themed) -> None:
    define_anew(study)
    update_code(actor=study.lead, code=study.drift.uuid, definition=study.drift.definition)


@pytest.mark.parametrize(
    "change",
    [
        unpinned_text_corrected, moved_by_a_correction_before, uncited_uncoded, other_code_defined,
        cited_code_renamed, cited_code_moved, other_code_merged_in, more_coded, coded_and_uncoded_again,
        same_passage_by_another_coder, other_informant_withdrawn, defined_and_back,
    ],
)  # fmt: skip
def test_what_is_not_cited_raises_no_alarm(study: Themed, change: Callable[[Themed], None]) -> None:
    study.approved()
    change(study)
    assert kinds(study) == []


def test_only_what_is_approved_is_stale(study: Themed) -> None:
    study.approved()
    study.step(study.lead, "ask")
    uncode(study)
    assert stale(study) == []


def test_the_reason_names_the_code(study: Themed) -> None:
    study.approved()
    define_anew(study)
    give_another_code(study)
    assert {(one.kind, one.code) for one in stale(study)} == {
        (Change.DEFINITION, "Økonomi"),
        (Change.RECODED, "Leie"),
    }


def test_further_passages_only_show_as_new(study: Themed) -> None:
    study.approved()
    assert whole(study).new == 0
    put(study.coder, study.source, "hele året", study.drift)
    put(study.coder, study.source, "hele året", study.rent)
    recode(actor=study.coder, source=study.other, coding=study.owner.uuid, code=study.rent.uuid)
    state = whole(study)
    assert (state.new, state.stale) == (1, ())


def by_hand(member: Membership, codes: set[int], place: Callable[[int | None], str | None]) -> dict:
    """Informants and passages in each column and in all, one link after the other."""
    people, stretches = defaultdict(set), defaultdict(set)
    links = CodingInformant.objects.filter(coding__project=member.project, coding__code_id__in=codes)
    for row in links.select_related("coding__source", "informant"):
        coding = row.coding
        if coding.coder_id != coding.source.primary_coder_id:
            continue
        for column in {place(row.informant_id), "all"} - {None}:
            stretches[column].add((coding.source_id, coding.start, coding.end))
            if row.informant_id:
                people[column].add(row.informant_id)
    return {column: (len(people[column]), len(found)) for column, found in stretches.items()}


def random_study(seed: int) -> Membership:
    """Focus groups of people from three cities, coded by two with overlaps, and three themes."""
    chance = random.Random(seed)
    study = make_study()
    top = make_code(study.project, "P2")
    codes = [
        study.code,
        study.other,
        make_code(study.project, "Under", study.code),
        make_code(study.project, "X", top),
    ]
    second = make_member(study.project)
    for number in range(4):
        labels = [f"Deltaker {n}" for n in range(chance.randint(1, 3))]
        said = [
            (chance.choice([*labels, "Moderator", "Flere"]), "ord " * chance.randint(3, 30))
            for _n in range(12)
        ]
        source = make_source(study.project, [(who, words.strip()) for who, words in said], title=f"G{number}")
        for label in dict.fromkeys(who for who, _words in said if who in labels):
            city = chance.choice(["Oslo", "Bergen", ""])
            link(source, label, f"{label} {number}", city=city)
        for _n in range(25):
            start = chance.randrange(0, len(text_of(source)) - 40)
            quote = text_of(source)[start : start + chance.randint(4, 39)].strip()
            if quote:
                put(chance.choice([study.coder, study.coder, second]), source, quote, chance.choice(codes))
    create_theme(actor=study.lead, title="En", codes=[study.code.uuid])
    create_theme(actor=study.lead, title="To", codes=[study.question.uuid, codes[3].uuid])
    create_theme(actor=study.lead, title="Tom")
    return study.lead


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("by", ["city", BY_INFORMANT])
def test_the_grid_counts_as_one_counts_by_hand(seed: int, by: str) -> None:
    lead = random_study(seed)
    people = {person.pk: person for person in lead.project.informants.all()}

    def city_of(who: int | None) -> str:
        value = who and people[who].values.filter(attribute__key="city").first()
        return str(value.value.uuid) if value else NOT_SET

    def place(who: int | None) -> str | None:
        if by == BY_INFORMANT:
            return str(people[who].uuid) if who else None
        return city_of(who) if who else "?"

    board = Board(lead, themes_of(lead))
    found = board.grid(by)
    for row in found.rows:
        told = by_hand(lead, set(board.codes[row.theme.pk]), place)
        assert (row.whole.behind.informants, row.whole.behind.passages) == told.get("all", (0, 0))
        for cell in row.cells:
            people_there = told.get(cell.key, (0, 0))[0]
            assert cell.behind.informants == people_there
            if "?" not in told:
                assert cell.behind.passages == told.get(cell.key, (0, 0))[1]
        for cell in (row.whole, *row.cells):
            assert board.material.tell(board.material.rows(row.theme.pk, cell.by, cell.key)) == cell.behind


def test_what_is_cited_is_counted_in_its_column(study: Themed) -> None:
    study.approved()
    state = whole(study)
    assert (state.behind.informants, state.behind.passages) == (2, 3)
    assert (state.cited.informants, state.cited.passages) == (1, 1)
    oslo = next(column for column in grid(study.lead).columns if column.name == "Oslo")
    cell = Cell(study.theme.uuid, "city", oslo.key)
    for coding in (study.coffee, study.owner):
        pin(actor=study.coder, cell=cell, coding=coding.uuid)
    study.write("[E1] og [E2], ikke [E7].", cell=cell)
    state = next(one for one in grid(study.lead).rows[0].cells if one.key == oslo.key)
    assert (state.behind.passages, state.cited.passages) == (2, 1)


def test_few_voices_are_pointed_out(study: Themed) -> None:
    assert whole(study).thin == ()
    (row,) = grid(study.lead).rows
    assert {cell.thin for cell in row.cells} == {("one informant only",)}
    study.approved()
    assert whole(study).thin == ("one informant only", "one city only")
    (row,) = grid(study.lead, BY_INFORMANT).rows
    assert {cell.thin for cell in row.cells} == {()}


def test_what_waits_for_whom(study: Themed) -> None:
    study.write("Noe [E1].")
    other = make_member(study.project, "coder")
    for who in (study.lead, study.coder, other):
        assert whole(study, who).waits == ()
    study.step(study.coder, "submit")
    assert whole(study, study.lead).waits == ("to be reviewed",)
    assert Board(study.lead, themes_of(study.lead)).waiting() == 1
    assert whole(study, study.coder).waits == ()
    one = comment(actor=study.lead, cell=study.whole, body="Hvem?")
    assert whole(study, study.coder).waits == ("open comments",)
    resolve(actor=study.coder, cell=study.whole, comment=one.uuid, resolved=True)
    study.step(study.lead, "ask")
    assert whole(study, study.coder).waits == ("changes are asked for",)
    assert whole(study, study.lead).waits == whole(study, other).waits == ()
    study.pin(study.coffee)
    study.step(study.coder, "submit")
    study.step(study.lead, "approve")
    uncode(study)
    assert whole(study, study.lead).waits == whole(study, study.coder).waits == ("approved, and stale",)
    assert whole(study, other).waits == ()


def test_what_changed_since_one_last_looked(study: Themed) -> None:
    study.write("Noe.")
    assert (whole(study).changed, whole(study, study.coder).changed) == (True, False)
    look(actor=study.lead, summary=study.summary)
    assert whole(study).changed is False
    Summary.objects.update(changed=timezone.now() + timedelta(seconds=1))
    assert whole(study).changed is True


def test_who_is_blind_learns_states_and_their_own_numbers_only(study: Themed) -> None:
    study.approved()
    comment(actor=study.lead, cell=study.whole, body="Hm.")
    update_project(actor=study.lead, blind=True)
    other = make_member(study.project, "coder")
    state = whole(study, other)
    assert (state.behind.passages, state.cited.passages, state.comments, state.new) == (0, 0, 0, 0)
    assert (state.state, state.changed) == ("approved", False)


def test_a_withdrawn_informant_is_gone_from_what_was_written(study: Themed) -> None:
    quoted = "«vi koker kaffe og tar imot folk hver eneste dag»"
    study.pin(study.coffee)
    study.write(f"Anne sier {quoted} [E1].")
    study.write("Nytt, med Anne.", actor=study.lead)
    comment(actor=study.lead, cell=study.whole, body=f"Anne: {quoted}", quote="med Anne")
    cell = Cell(study.theme.uuid, BY_INFORMANT, str(study.anne.uuid))
    write_summary(actor=study.coder, cell=cell, body="Bare om henne.", revision=0)
    revision = study.summary.revision
    withdraw(actor=study.lead, informant=study.anne.uuid, confirmation="Anne")
    assert Summary.objects.count() == 1
    assert not study.summary.evidence.exists()
    said = " ".join(
        [*SummaryText.objects.values_list("body", flat=True), study.summary.body]
        + [text for row in study.summary.comments.values_list("body", "quote") for text in row]
    )
    assert "Anne" not in said and "koker" not in said
    assert "[…] sier «[…]» [E1]." in said
    # Whoever still has the old words before them does not save them back.
    assert study.summary.revision > revision


def test_a_replaced_name_is_gone_from_what_was_written(study: Themed) -> None:
    study.write("Karis hus.")
    study.write("Kari sa det.", actor=study.lead)
    comment(actor=study.lead, cell=study.whole, body="Hvem er Kari?", quote="Kari sa")
    create_theme(actor=study.lead, title="Om Kari", description="Kari.")
    names.decide(actor=study.lead, term="Kari", kind="person", verdict=REPLACE, replacement="Lise")
    revision = study.summary.revision
    names.replace_names(actor=study.lead)
    comments = [text for row in study.summary.comments.values_list("body", "quote") for text in row]
    said = [*SummaryText.objects.values_list("body", flat=True), study.summary.body, *comments]
    said += [text for theme in themes_of(study.lead) for text in (theme.title, theme.description)]
    assert not any("Kari" in text for text in said)
    assert "Lise sa det." in said and "Om Lise" in said
    assert study.summary.revision > revision


def test_an_approval_sees_what_stands_behind_its_column(study: Themed) -> None:
    oslo = next(column for column in grid(study.lead).columns if column.name == "Oslo")
    board = Board(study.lead, themes_of(study.lead))
    assert board.behind_ids(study.theme, "city", oslo.key) == sorted([study.coffee.pk, study.expensive.pk])
    assert board.behind_ids(study.theme, "", "") == sorted(Coding.objects.values_list("pk", flat=True))
    cell = Cell(study.theme.uuid, "city", oslo.key)
    study.write("Noe.", cell=cell)
    take_step(actor=study.coder, cell=cell, name="submit", revision=1)
    ids = board.behind_ids(study.theme, "city", oslo.key)
    take_step(actor=study.lead, cell=cell, name="approve", revision=1, behind=ids)
    put(study.coder, study.other, OTHER[0][1][-10:], study.drift)
    assert [one.new for one in grid(study.lead).rows[0].cells if one.key == oslo.key] == [0]
    put(study.coder, study.source, "hele året", study.drift)
    assert [one.new for one in grid(study.lead).rows[0].cells if one.key == oslo.key] == [1]
