"""The readable difference holds all that came and went, and names the turns in which it did."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from coding.anchoring import readable
from coding.anchoring.readable import (
    ADDED,
    GONE,
    JOINED,
    REMOVED,
    SAME,
    SPLIT,
    TURN,
    ChangedTurns,
    Said,
    changed_turns,
    excerpt,
)
from coding.anchoring.spans import SpanMap
from coding.anchoring.texts import NothingLeft, PlannedTurn, TurnChange, corrected

NAMES = {1: "Kari", 2: "Ola"}
LABELS = {name: key for key, name in NAMES.items()}
TEXT = "Hva gjør dere?\nVi koker kafe.\nOg så?\nDa snakker vi."
TURNS = [PlannedTurn(0, 14, 1), PlannedTurn(15, 29, 2), PlannedTurn(30, 36, 1), PlannedTurn(37, 51, 2)]


def said(turns: list[PlannedTurn]) -> list[Said]:
    return [Said(turn.start, turn.end, NAMES[turn.speaker or 1]) for turn in turns]


def difference(changes: dict[int, TurnChange]) -> list[ChangedTurns]:
    new = corrected(TEXT, TURNS, changes, LABELS)
    if new is None:
        return []
    return changed_turns(TEXT, said(TURNS), new.text, said(list(new.turns)), SpanMap.of(new.edits).steps)


def told(found: ChangedTurns) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text or piece.now or piece.was) for piece in found.pieces]


def test_words_that_change_stand_between_those_that_stay() -> None:
    (found,) = difference({1: TurnChange("Vi koker kaffe.", 2)})
    assert (found.first, found.last) == (2, 2)
    assert told(found) == [
        (TURN, "Ola"),
        (SAME, "Vi koker "),
        (REMOVED, "kafe"),
        (ADDED, "kaffe"),
        (SAME, "."),
    ]


def test_a_split_a_join_another_speaker_and_a_turn_taken_out() -> None:
    (found,) = difference({1: TurnChange("Vi\n\nKari: koker kafe.", 2)})
    assert told(found) == [(TURN, "Ola"), (SAME, "Vi"), (SPLIT, "Kari"), (SAME, "koker kafe.")]
    (found,) = difference({2: TurnChange("Og så?", 1, joined=True)})
    assert (found.first, found.last) == (2, 3)
    assert told(found) == [(TURN, "Ola"), (SAME, "Vi koker kafe."), (JOINED, "Kari"), (SAME, "Og så?")]
    (found,) = difference({0: TurnChange("Hva gjør dere?", 2)})
    assert (found.pieces[0].was, found.pieces[0].now) == ("Kari", "Ola")
    (found,) = difference({2: TurnChange("", 1)})
    assert (GONE, "Kari") in told(found) and (REMOVED, "Og så?") in told(found)
    (found,) = difference({3: TurnChange("", 1)})
    assert told(found)[2:] == [(GONE, "Ola"), (REMOVED, "Da snakker vi.")]
    (found,) = difference({1: TurnChange("Helt andre ord her", 2)})
    assert told(found)[0] == (TURN, "Ola")


def test_of_a_long_turn_only_what_stands_around_a_change_is_shown() -> None:
    text = "ord " * 3000 + "feil " + "ord " * 3000 + "slutt"
    new = text.replace("feil", "rett")
    at = text.index("feil")
    (found,) = changed_turns(text, [Said(0, len(text), "")], new, [Said(0, len(new), "")], [[at, at + 4, 4]])
    assert sum(len(piece.text) for piece in found.pieces) < 400
    assert "…" in found.pieces[1].text and found.pieces[1].text.endswith("ord ")
    assert len(excerpt(text)) < 420 and excerpt(text).endswith("slutt")


WORDS = st.lists(st.sampled_from(["vi", "kaffe", " ", "\n", "\n\n", "Ola: ", "."]), max_size=5).map("".join)


@given(
    st.dictionaries(st.integers(0, 3), st.tuples(WORDS, WORDS, st.integers(1, 2), st.booleans()), min_size=1)
)
def test_nothing_that_came_or_went_is_missing(typed: dict[int, tuple[str, str, int, bool]]) -> None:
    changes = {}
    for number, (before, after, speaker, joined) in typed.items():
        turn = TURNS[number]
        words = before + TEXT[turn.start : turn.end][: -len(after) or None] + after
        changes[number] = TurnChange(words, speaker, joined)
    try:
        new = corrected(TEXT, TURNS, changes, LABELS)
    except NothingLeft:
        return
    if new is None:
        return
    after_turns = said(list(new.turns))
    with patch.object(readable, "CONTEXT", 10_000):
        found = changed_turns(TEXT, said(TURNS), new.text, after_turns, SpanMap.of(new.edits).steps)
    assert found
    told_of = {number for one in found for number in range(one.first - 1, one.last)}
    still = [TEXT[turn.start : turn.end] for n, turn in enumerate(TURNS) if n not in told_of]
    olds = "".join(piece.text for one in found for piece in one.pieces if piece.kind in (SAME, REMOVED))
    news = "".join(piece.text for one in found for piece in one.pieces if piece.kind in (SAME, ADDED))

    def letters(text: str) -> list[str]:
        return sorted("".join(text.split()))

    assert letters(olds + "".join(still)) == letters(TEXT)
    assert letters(news + "".join(still)) == letters(new.text)
    heads = [piece for one in found for piece in one.pieces if piece.kind in (TURN, SPLIT)]
    assert len(heads) + len(still) == len(new.turns)
