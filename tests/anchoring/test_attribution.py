"""Who counts in a passage, against the rule written out word by word."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.anchoring.attribution import Speech, SpokenTurn

INTERVIEWER = 0
# Voices 1-3 are informants 11-13; two labels may be one person (4 is 11 again); 5 and 6 are nobody known.
INFORMANT = {1: 11, 2: 12, 3: 13, 4: 11, 5: None, 6: None}


@dataclass(frozen=True)
class Talk:
    text: str
    turns: list[SpokenTurn]

    @property
    def speech(self) -> Speech:
        return Speech(self.turns)


def talk(said: list[tuple[int, str]]) -> Talk:
    turns, place, words = [], 0, 0
    for voice, utterance in said:
        spoken = len(utterance.split())
        turns.append(
            SpokenTurn(
                start=place,
                end=place + len(utterance),
                first_word=words,
                words=spoken,
                voice=voice,
                informant=INFORMANT.get(voice),
                interviewer=voice == INTERVIEWER,
            )
        )
        place, words = place + len(utterance) + 1, words + spoken
    return Talk("\n".join(utterance for _voice, utterance in said), turns)


def counting(what: Talk, start: int, end: int, corrections: dict[int, bool] | None = None) -> set[int | None]:
    return what.speech.who_counts(what.speech.stretch(what.text, start, end), corrections)


def by_the_rule(what: Talk, start: int, end: int) -> set[int | None]:
    """The rule of the design, character by character."""
    words: dict[tuple[int | None, int | None], int] = {}
    for turn in what.turns:
        if turn.interviewer or not any(start <= place < end for place in range(turn.start, turn.end)):
            continue
        whose = (turn.informant, turn.voice if turn.informant is None else None)
        words.setdefault(whose, 0)
        for place in range(max(start, turn.start), min(end, turn.end)):
            begins = not what.text[place].isspace()
            begins = begins and (place == 0 or what.text[place - 1].isspace())
            words[whose] += begins
    total = sum(words.values())
    enough = {whose for whose, spoken in words.items() if spoken >= 5 or (spoken and spoken / total >= 0.2)}
    return {informant for informant, _voice in enough or set(words)}


UTTERANCE = st.lists(st.sampled_from(["ja", "ikke", "sant", "kaffe", "👍", "så"]), min_size=1, max_size=9)
SAID = st.lists(st.tuples(st.integers(0, 6), UTTERANCE.map(" ".join)), min_size=1, max_size=7)


@given(SAID, st.data())
def test_it_is_the_rule(said: list[tuple[int, str]], data: st.DataObject) -> None:
    what = talk(said)
    start = data.draw(st.integers(0, len(what.text) - 1))
    end = data.draw(st.integers(start + 1, len(what.text)))
    assert counting(what, start, end) == by_the_rule(what, start, end)


@given(SAID, st.data())
def test_word_numbers_are_those_of_the_text(said: list[tuple[int, str]], data: st.DataObject) -> None:
    what = talk(said)
    start = data.draw(st.integers(0, len(what.text) - 1))
    end = data.draw(st.integers(start + 1, len(what.text)))
    stretch = what.speech.stretch(what.text, start, end)
    starts = [
        i for i, c in enumerate(what.text) if not c.isspace() and (i == 0 or what.text[i - 1].isspace())
    ]
    assert stretch.first_word == sum(place < start for place in starts)
    assert stretch.end_word == sum(place < end for place in starts)


@given(SAID)
def test_an_interviewer_never_counts(said: list[tuple[int, str]]) -> None:
    what = talk([(INTERVIEWER, utterance) for _voice, utterance in said])
    assert counting(what, 0, len(what.text)) == set()


LONG = "Vi koker kaffe og tar imot folk fra hele byen hver eneste torsdag hele vinteren gjennom og litt til"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([(1, LONG), (2, "mm, ikke sant"), (1, LONG)], {11}),
        ([(0, "Er det slik?"), (2, "ja")], {12}),
        ([(1, "ja ja ja ja"), (2, "nei")], {11, 12}),
        ([(1, LONG), (2, "ja det mener jeg òg")], {11, 12}),
        ([(1, LONG), (2, "ja det mener jeg òg"), (1, LONG)], {11, 12}),
        ([(1, LONG), (2, "ja det mener jeg"), (1, LONG)], {11}),
        ([(1, LONG), (5, "mm")], {11}),
        ([(5, "vi sier alle ja"), (0, "Takk.")], {None}),
        ([(1, "ja"), (4, "ja ja ja ja")], {11}),
    ],
)
def test_examples(said: list[tuple[int, str]], expected: set[int | None]) -> None:
    what = talk(said)
    assert counting(what, 0, len(what.text)) == expected


def test_a_word_lies_where_it_begins() -> None:
    what = talk([(1, "kaffe")])
    stretch = what.speech.stretch(what.text, 2, 5)
    assert (stretch.first_word, stretch.end_word) == (1, 1)
    assert counting(what, 2, 5) == {11}


def test_a_person_corrects_by_hand() -> None:
    what = talk([(1, LONG), (2, "mm")])
    everything = (0, len(what.text))
    assert counting(what, *everything, {12: True}) == {11, 12}
    assert counting(what, *everything, {11: False}) == set()
