"""Words are runs of what is not white space."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coding.anchoring.words import count_words, word_starts

TEXT = st.text(st.sampled_from("aå1-.😀\u0301\u200d \t\n\u00a0\u2003\u2028"), max_size=40)


@given(TEXT)
def test_words_are_what_split_finds(text: str) -> None:
    assert count_words(text) == len(text.split()) == len(word_starts(text))


@given(TEXT)
def test_a_word_starts_where_white_space_ends(text: str) -> None:
    expected = [
        place
        for place, character in enumerate(text)
        if not character.isspace() and (place == 0 or text[place - 1].isspace())
    ]
    assert word_starts(text) == expected


@given(TEXT, TEXT)
def test_words_of_two_lines_add_up(first: str, second: str) -> None:
    assert count_words(first + "\n" + second) == count_words(first) + count_words(second)
