"""What an author may do to a passage, and that nothing else is done to it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.anchoring.printing import (
    CUT_SIGN,
    Mark,
    NotTheWords,
    are_marks_of,
    marks_of,
    pieces,
    shown,
    shown_parts,
)

SAID = "Vi koker kaffe, ikke sant, og den er fin.\nJa, den er [navn 1] sin 👩‍👩‍👧."
SECOND = SAID.index("Ja")


@pytest.mark.parametrize(
    ("typed", "marks"),
    [
        (SAID, ()),
        ("Vi koker kaffe [...] og den er fin.\nJa, den er [navn 1] sin 👩‍👩‍👧.", (Mark(14, 26),)),
        ("[...] kaffe [...]", (Mark(0, 8), Mark(14, len(SAID)))),
        (SAID.replace("den er fin", "[kaffen] er fin"), (Mark(30, 33, "kaffen"),)),
        (SAID.replace("Vi koker", "Vi [i huset] koker"), (Mark(3, 3, "i huset"),)),
        (SAID.replace("kaffe,", "kaffe [til alle],"), (Mark(14, 14, "til alle"),)),
    ],
)
def test_cuts_and_brackets_are_read_out_of_what_was_typed(typed: str, marks: tuple[Mark, ...]) -> None:
    assert marks_of(SAID, typed) == marks
    assert shown(SAID, marks) == typed


@pytest.mark.parametrize(
    "typed",
    [
        SAID.replace("kaffe", "te"),
        SAID.replace(", ikke sant", ""),
        SAID + " Ja.",
        SAID.replace("[navn 1]", "Kari"),
        SAID.upper(),
        "[...]",
        "",
        "[kaffe]",
    ],
)
def test_another_change_is_none(typed: str) -> None:
    with pytest.raises(NotTheWords):
        marks_of(SAID, typed)


def test_it_says_where_the_words_part() -> None:
    with pytest.raises(NotTheWords) as refused:
        marks_of(SAID, SAID.replace("kaffe", "te"))
    assert refused.value.words.startswith("te, ikke sant")


def test_brackets_of_the_passage_are_its_words_and_may_be_cut() -> None:
    marks = marks_of(SAID, SAID.replace(" [navn 1] sin", " [...]"))
    assert [SAID[mark.start : mark.end] for mark in marks] == ["[navn 1] sin"]


def test_speakers_keep_their_turns() -> None:
    turns = [(0, SECOND - 1), (SECOND, len(SAID))]
    first, second = shown_parts(SAID, marks_of(SAID, "Vi koker [...] sin 👩‍👩‍👧."), turns)
    assert (first, second) == ("Vi koker [...]", "sin 👩‍👩‍👧.")
    assert shown_parts(SAID, (Mark(30, len(SAID)),), turns)[1] == ""
    assert shown_parts(SAID, (), turns) == SAID.split("\n")


def test_marks_that_overlap_or_take_everything_are_none() -> None:
    assert are_marks_of(SAID, (Mark(0, 3), Mark(3, 5, "x")))
    for marks in (
        (Mark(0, 5), Mark(4, 8)),
        (Mark(5, 4),),
        (Mark(0, len(SAID)),),
        (Mark(3, 3),),
        (Mark(0, 2, "a]b"),),
        (Mark(0, len(SAID) + 1),),
    ):
        assert not are_marks_of(SAID, marks)


def without_signs(text: str) -> str:
    return re.sub(r"\s*\[[^\[\]]*\]\s*", "", text)


@given(st.text("abc ÆØ😀<&=*\n", min_size=4, max_size=60), st.data())
def test_what_is_shown_is_what_was_said_but_for_the_marks(text: str, data: st.DataObject) -> None:
    """Not by the code that shows it: the words outside brackets, in order, are those that no mark covers."""
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True)))
    words = data.draw(st.lists(st.sampled_from(["", "det", "x y"]), min_size=3, max_size=3))
    marks = tuple(Mark(a, b, word) for a, b, word in zip(ends[::2], ends[1::2], words, strict=False))
    kept, at = "", 0
    for mark in marks:
        kept, at = kept + text[at : mark.start], mark.end
    kept += text[at:]
    seen = shown(text, marks)
    assert "".join(without_signs(seen).split()) == "".join(kept.split())
    assert "".join(one.instead_of for one in pieces(text, marks)) == "".join(
        text[m.start : m.end] for m in marks
    )
    assert seen.count(CUT_SIGN) == sum(1 for mark in marks if not mark.text)
    if are_marks_of(text, marks):
        assert "".join(without_signs(shown(text, marks_of(text, seen))).split()) == "".join(kept.split())
