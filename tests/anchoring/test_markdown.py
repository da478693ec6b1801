"""Markdown as a summary has it; and words of a person inside what others wrote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coding.anchoring.markdown import (
    HEADING,
    ITEM,
    NUMBERED,
    PARAGRAPH,
    QUOTE,
    Run,
    blocks,
    grouped,
    marked,
    plain,
)
from coding.anchoring.quoting import LEAST, without_words_of


def test_blocks_and_what_is_in_them() -> None:
    text = "# Hva *vi* ser\nLinje en\nlinje to [E12].\n\n"
    text += "- **en**\n- to\n  videre\n1. først\n\n> sagt\n> mer\n\n\\*ikke\\*"
    found = blocks(text)
    assert [(one.kind, one.level, one.text) for one in found] == [
        (HEADING, 1, "Hva vi ser"),
        (PARAGRAPH, 0, "Linje en linje to [E12]."),
        (ITEM, 0, "en"),
        (ITEM, 0, "to videre"),
        (NUMBERED, 0, "først"),
        (QUOTE, 0, "sagt mer"),
        (PARAGRAPH, 0, "*ikke*"),
    ]
    assert found[0].runs[1] == Run("vi", stressed=True)
    assert found[1].runs[1] == Run("[E12]", number=12)
    assert found[2].runs == (Run("en", strong=True),)
    assert [(kind, len(items)) for kind, items in grouped(found)][2] == (ITEM, 2)


def test_what_stands_inside_words_is_no_mark() -> None:
    (block,) = blocks("snake_case_navn, 2 * 3 * 4 og [e3]")
    assert [(run.text, run.number) for run in block.runs] == [
        ("snake_case_navn, 2 * 3 * 4 og ", None),
        ("[E3]", 3),
    ]


def test_words_are_marked_across_runs_and_only_where_they_stand() -> None:
    found = marked(
        blocks("De **koker** kaffe.\n\nDe koker te."), {"a": "koker kaffe", "b": "koker te", "c": "sover"}
    )
    told = [(run.text, run.marks) for block in found for run in block.runs if run.marks]
    assert told == [("koker", ("a",)), (" kaffe", ("a",)), ("koker te", ("b",))]


@given(st.text(alphabet="ab *_[]E1#>-\\\n", max_size=60))
def test_no_word_is_lost_or_made_up(text: str) -> None:
    letters = [c for c in plain(text) if c in "ab"]
    assert letters == [c for c in text if c in "ab"]


def test_only_long_runs_of_a_persons_words_go() -> None:
    said = ["Vi koker kaffe, og vi tar imot folk hver dag."]
    assert (
        without_words_of("Hun sier «vi KOKER kaffe og vi tar imot» hver uke.", said, "[…]")
        == "Hun sier «[…]» hver uke."
    )
    few = "Hun sier at vi koker kaffe og vi."
    assert LEAST == 6
    assert without_words_of(few, said, "[…]") == few
    assert (
        without_words_of("vi koker kaffe og vi tar imot folk", [], "[…]")
        == "vi koker kaffe og vi tar imot folk"
    )
