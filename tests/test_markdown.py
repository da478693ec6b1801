"""Markdown as a summary has it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coding.markdown import (
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


def test_a_date_at_the_beginning_is_no_numbered_list() -> None:
    text = "17. mai er *fest*.\n18. mai er det stille.\n\nSå:\n\n1. først\n2. så"
    assert [(one.kind, one.text) for one in blocks(text)] == [
        (PARAGRAPH, "17. mai er fest."),
        (PARAGRAPH, "18. mai er det stille."),
        (PARAGRAPH, "Så:"),
        (NUMBERED, "først"),
        (NUMBERED, "så"),
    ]


def test_what_is_inside_an_item_or_a_quotation_keeps_to_its_place() -> None:
    found = blocks("- en\n\n  mer om den\n  1. under\n- to\n\n> sagt\n>\n> også sagt\n\n***begge** deler*")
    assert [(one.kind, one.text) for one in found] == [
        (ITEM, "en"),
        (PARAGRAPH, "mer om den"),
        (NUMBERED, "under"),
        (ITEM, "to"),
        (QUOTE, "sagt"),
        (QUOTE, "også sagt"),
        (PARAGRAPH, "begge deler"),
    ]
    assert found[-1].runs == (Run("begge", strong=True, stressed=True), Run(" deler", stressed=True))


def test_nothing_is_a_link_a_picture_or_html() -> None:
    text = "<b>fet</b> [navn](http://x.no) ![bilde](x.png) `kode` http://x.no &amp; ~~strøket~~"
    assert [block.runs for block in blocks(text)] == [(Run(text),)]


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
