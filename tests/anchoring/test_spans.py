"""Where stretches lie after a text has changed, asked of arbitrary texts and edits."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.anchoring.offsets import as_stored
from coding.anchoring.spans import (
    CARRIED,
    CUT,
    EMPTIED,
    BadEdits,
    Edit,
    SpanMap,
    composed,
    difference,
    edited,
)
from coding.anchoring.texts import NewText, PlannedTurn, TurnChange, corrected, retold, without_turns

# Letters, emoji of several code points, marks that combine, blanks and newlines: what transcripts are made of.
LETTERS = st.sampled_from([*"abcæøå XYZ.,\n", "é", "x̂", "q\u0323", "👩‍👩‍👧", "🏳️‍🌈", "ﬁ", "한"])
TEXTS = st.lists(LETTERS, max_size=40).map(lambda parts: as_stored("".join(parts)))
NEW = st.lists(st.sampled_from([*"klmn [].", "👍🏽", "ø", "å\u0323"]), max_size=6).map(
    lambda parts: as_stored("".join(parts))
)


@st.composite
def texts_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(TEXTS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8).filter(lambda p: len(p) % 2 == 0)))
    edits = [Edit(a, b, draw(NEW)) for a, b in zip(places[::2], places[1::2], strict=True)]
    # Two insertions at one place have no order; an edit that begins inside a cluster gives a text that is not NFC.
    edits = [e for i, e in enumerate(edits) if not (i and e.start == e.end == edits[i - 1].end)]
    return text, edits


def by_hand(text: str, edits: list[Edit], start: int, end: int) -> tuple[list[int | None], bool]:
    """The new text as places of origin (None: put in), and whether an edit reaches across an end of the stretch."""
    origin: list[int | None] = []
    at = 0
    for edit in edits:
        origin += range(at, edit.start)
        origin += [None] * len(edit.text)
        at = edit.end
    origin += range(at, len(text))
    across = any(e.start < start < e.end or e.start < end < e.end for e in edits)
    return origin, across


@given(texts_and_edits(), st.data())
def test_a_stretch_keeps_its_words_or_says_that_it_was_cut(
    pair: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    text, edits = pair
    if len(text) < 1:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    moved = SpanMap.of(edits).move(start, end)
    origin, across = by_hand(text, edits, start, end)
    held = origin[moved.start : moved.end]
    kept = set(range(start, end)) & {place for place in origin if place is not None}
    assert 0 <= moved.start <= moved.end <= len(origin)
    # Every word that is left of the stretch is in it, and no word from outside it.
    assert {place for place in held if place is not None} == kept
    assert (moved.fate == EMPTIED) == (moved.start == moved.end)
    if moved.fate != EMPTIED:
        assert (moved.fate == CUT) == across
    if not any(e.start < end and e.end > start for e in edits):
        assert (moved.fate, held) == (CARRIED, list(range(start, end)))


@given(texts_and_edits(), st.data())
def test_back_and_forth_is_where_one_began_but_for_what_was_cut(
    pair: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    text, edits = pair
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if any(e.start <= end and e.end >= start for e in edits):
        return
    there = SpanMap.of(edits).move(start, end)
    back = SpanMap.of(edits).inverse().move(there.start, there.end)
    assert (back.start, back.end, back.fate) == (start, end, CARRIED)


@given(texts_and_edits(), st.integers(0, 8), st.data())
def test_two_lists_one_after_the_other_are_as_both_together(
    pair: tuple[str, list[Edit]], share: int, data: st.DataObject
) -> None:
    text, edits = pair
    if not text:
        return
    first, second = edits[:share], edits[share:]
    if first and second and first[-1].end >= second[0].start:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    shift = SpanMap.of(first)
    later = [Edit(shift.move(e.start, e.end).start, shift.move(e.start, e.end).end, e.text) if e.start < e.end
             else Edit(e.start + sum(len(f.text) - (f.end - f.start) for f in first),
                       e.start + sum(len(f.text) - (f.end - f.start) for f in first), e.text)
             for e in second]  # fmt: skip
    together = SpanMap.of(edits).move(start, end)
    apart = composed([shift, SpanMap.of(later)], start, end)
    if EMPTIED in (together.fate, apart.fate):
        assert together.fate == apart.fate
    else:
        assert (apart.start, apart.end, apart.fate) == (together.start, together.end, together.fate)


@given(TEXTS, TEXTS)
def test_the_difference_makes_the_new_text(old: str, new: str) -> None:
    edits = difference(old, new)
    assert edited(old, edits) == new
    assert SpanMap(SpanMap.of(edits).steps).steps == SpanMap.of(edits).steps
    for edit in edits:
        for text, place in ((old, edit.start), (old, edit.end)):
            assert place == len(text) or not unicodedata.combining(text[place])


def test_words_that_change_are_the_only_ones_in_the_difference() -> None:
    edits = difference("Vi koker kafe og snakker sammen.", "Vi koker kaffe og snakker lenge sammen.", 100)
    assert edits == [Edit(109, 113, "kaffe"), Edit(125, 125, "lenge ")] or edits == [
        Edit(109, 113, "kaffe"),
        Edit(124, 124, " lenge"),
    ]


@pytest.mark.parametrize(
    "edits",
    [[Edit(3, 2, "")], [Edit(0, 3, ""), Edit(2, 4, "")], [Edit(0, 99, "")], [Edit(1, 1, "\u0301")]],
)
def test_what_cannot_be_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(BadEdits):
        edited("abcdef", edits)


TEXT = "Hva gjør dere?\nVi koker kafe.\nOg så?\nDa snakker vi."
TURNS = [PlannedTurn(0, 14, 1), PlannedTurn(15, 29, 2), PlannedTurn(30, 36, 1), PlannedTurn(37, 51, 2)]
LABELS = {"Intervjuer": 1, "Informant": 2}


def said(new: NewText | None) -> list[tuple[str, int | None]]:
    assert new is not None
    assert "\n".join(new.text[t.start : t.end] for t in new.turns) == new.text
    return [(new.text[turn.start : turn.end], turn.speaker) for turn in new.turns]


def test_a_turn_is_corrected_split_joined_given_to_another_and_removed() -> None:
    assert corrected(TEXT, TURNS, {}, LABELS) is None
    assert corrected(TEXT, TURNS, {1: TurnChange("Vi koker kafe.", 2)}, LABELS) is None
    new = corrected(TEXT, TURNS, {1: TurnChange("Vi koker kaffe.", 2)}, LABELS)
    assert said(new)[1] == ("Vi koker kaffe.", 2)
    new = corrected(TEXT, TURNS, {1: TurnChange("Vi koker\r\n\r\nIntervjuer: kafe.", 2)}, LABELS)
    assert said(new)[1:3] == [("Vi koker", 2), ("kafe.", 1)]
    new = corrected(TEXT, TURNS, {2: TurnChange("Og så?", 1, joined=True)}, LABELS)
    assert said(new)[1] == ("Vi koker kafe.\nOg så?", 2)
    new = corrected(TEXT, TURNS, {0: TurnChange("Hva gjør dere?", 2)}, LABELS)
    assert new is not None and not new.edits and said(new)[0] == ("Hva gjør dere?", 2)
    for gone in ({0}, {1}, {3}, {2, 3}, {0, 1}, {1, 2, 3}, {0, 3}):
        new = corrected(TEXT, TURNS, {place: TurnChange(" \n ", 1) for place in gone}, LABELS)
        assert [words for words, _who in said(new)] == [
            TEXT[t.start : t.end] for place, t in enumerate(TURNS) if place not in gone
        ]


@given(st.sets(st.integers(0, 3), max_size=3))
def test_taking_turns_out_leaves_the_others_whole(gone: set[int]) -> None:
    new = retold(TEXT, TURNS, without_turns(TEXT, TURNS, gone))
    left = [TEXT[t.start : t.end] for place, t in enumerate(TURNS) if place not in gone]
    assert [words for words, _who in said(new)] == left
    assert new.text == "\n".join(left)
