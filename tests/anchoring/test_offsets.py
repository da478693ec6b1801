"""Text as it is stored, and what is a stretch of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.anchoring.offsets import BadStretch, as_stored, check_stretch

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)


@given(ANY_TEXT)
def test_stored_text_can_be_stored(text: str) -> None:
    stored = as_stored(text)
    assert "\x00" not in stored and "\r" not in stored
    stored.encode("utf-8")
    assert unicodedata.is_normalized("NFC", stored)


@given(ANY_TEXT)
def test_storing_twice_is_storing_once(text: str) -> None:
    assert as_stored(as_stored(text)) == as_stored(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_no_letter_is_lost(text: str) -> None:
    assert unicodedata.normalize("NFD", as_stored(text)) == unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("given_text", "stored"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("e\u0301n a\u030a", "én å"),
        ("x\ud83dy", "x\ufffdy"),
        ("\u2028linje\u2029 \x0b\x0c", "\u2028linje\u2029 \x0b\x0c"),
        ("👩‍👩‍👧 🇳🇴", "👩‍👩‍👧 🇳🇴"),
    ],
)
def test_examples(given_text: str, stored: str) -> None:
    assert as_stored(given_text) == stored


@given(st.text(" \nåa😀", max_size=12), st.integers(-3, 15), st.integers(-3, 15))
def test_a_stretch_lies_inside_and_holds_more_than_white_space(text: str, start: int, end: int) -> None:
    good = start >= 0 and end <= len(text) and start < end and any(not c.isspace() for c in text[start:end])
    if good:
        check_stretch(text, start, end)
    else:
        with pytest.raises(BadStretch):
            check_stretch(text, start, end)
