"""Where a name stands: whole, inflected, never inside another word, never through a letter."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.language.occurrences import find_all, occurrences


def stretches(text: str, term: str, kind: str = "person") -> list[tuple[str, str]]:
    return [(text[start:end], suffix) for start, end, suffix in occurrences(text, term, kind)]


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("Kari og Karin, Okari og Karianne", "Kari", [("Kari", "")]),
        ("Karis, Kari's og Kari’s hatt", "Kari", [("Karis", "s"), ("Kari's", "'s"), ("Kari’s", "’s")]),
        ("KARI og KARIS", "Kari", [("KARI", ""), ("KARIS", "S")]),
        ("kari", "Kari", []),
        ("kari Kari KARI kaRI", "kari", [("kari", ""), ("Kari", ""), ("KARI", "")]),
        ("Kari-gruppa og ex-Kari", "Kari", [("Kari", ""), ("Kari", "")]),
        ("Hans' hatt og Marx’ bok", "Hans", [("Hans'", "'")]),
        ("'Hans' og ‘Hans’ i anførsel", "Hans", [("Hans", ""), ("Hans", "")]),
        ("Kari' hatt", "Kari", [("Kari", "")]),
        ("Anne-Lises og Anne Lise", "Anne-Lise", [("Anne-Lises", "s")]),
        ("Kari  Moe, Kari\u00a0Moes, Kari\nMoe", "Kari Moe", [("Kari  Moe", ""), ("Kari\u00a0Moes", "s")]),
        ("KARI NORDBØS", "kari nordbø", [("KARI NORDBØS", "S")]),
        ("Kari2 og 2Kari og Kari_2", "Kari", [("Kari", "")]),
        ("Karien og Karia", "Kari", []),
        ("ring +47 900 00 123!", "+47 900 00 123", [("+47 900 00 123", "")]),
        ("kari.nordbo@example.no", "kari.nordbo@example.no", [("kari.nordbo@example.no", "")]),
        ("", "Kari", []),
        ("Kari", "", []),
    ],
)  # fmt: skip
def test_a_person(text: str, term: str, found: list[tuple[str, str]]) -> None:
    assert stretches(text, term) == found


def test_places_and_organisations_have_definite_forms() -> None:
    text = "Lyspunktet, Lyspunktets, LYSPUNKTENE, Lyspunkts, Lyspunktum"
    expected = [("Lyspunktet", "et"), ("Lyspunktets", "ets"), ("LYSPUNKTENE", "ENE"), ("Lyspunkts", "s")]
    assert stretches(text, "Lyspunkt", "organisation") == expected
    assert stretches(text, "Lyspunkt", "place") == expected
    assert stretches(text, "Lyspunkt") == [("Lyspunkts", "s")]


def test_another_town_is_no_definite_form() -> None:
    assert stretches("Skien og Ski", "Ski", "place") == [("Ski", "")]


def test_a_stretch_ends_at_no_combining_mark() -> None:
    assert stretches("Kari\u0301 og Karis\u0301 og Ka\u0301ri", "Kari") == []
    assert stretches("J\u0332on og Jon", "J\u0332on") == [("J\u0332on", "")]
    assert stretches("☎\u0301 ☎", "☎") == [("☎", "")]


def test_all_at_once_the_longest_first() -> None:
    text = "Kari Nordbø, Kari og Nordbøs sentral i Bergen"
    terms = {"Kari": "person", "Kari Nordbø": "person", "Nordbø": "person", "Bergen": "place"}
    assert [(text[a:b], term, suffix) for a, b, term, suffix in find_all(text, terms)] == [
        ("Kari Nordbø", "Kari Nordbø", ""), ("Kari", "Kari", ""), ("Nordbøs", "Nordbø", "s"), ("Bergen", "Bergen", ""),
    ]  # fmt: skip


def test_who_needs_no_ending_has_the_stretch() -> None:
    text = "Andreas og Andrea"
    found = find_all(text, {"Andrea": "person", "Andreas": "person"})
    assert [(term, suffix) for *_, term, suffix in found] == [("Andreas", ""), ("Andrea", "")]


def test_hundreds_of_terms_are_found_in_a_long_text() -> None:
    terms = {f"Navn{chr(97 + n // 26)}{chr(97 + n % 26)}": "person" for n in range(500)}
    text = " ".join(f"og {term}s hus" for term in terms) * 5
    assert len(find_all(text, terms)) == 2500


LETTERS = st.sampled_from("KariøÅs'’- \n.\u0301\u0332👩🏽‍🚀éß1_")
TEXTS = st.text(LETTERS, max_size=60) | st.text(max_size=60)
TERMS = (
    st.text(LETTERS, max_size=8)
    | st.sampled_from(["Kari", "kari", "a", "Kari s", "\u0301"])
    | st.text(max_size=5)
)
KINDS = st.sampled_from(["person", "place", "organisation", "phone"])


@given(TEXTS, TERMS, KINDS)
def test_any_text_any_term(text: str, term: str, kind: str) -> None:
    reached = 0
    for start, end, suffix in occurrences(text, term, kind):
        assert reached <= start < end <= len(text)
        assert text[start:end].endswith(suffix)
        assert end == len(text) or not unicodedata.category(text[end]).startswith("M")
        if text[start].isalnum() and start:
            assert not text[start - 1].isalnum()
        if text[end - 1].isalnum() and end < len(text):
            assert not text[end].isalnum()
        reached = end


@given(TEXTS, st.dictionaries(TERMS, KINDS, max_size=6))
def test_any_text_any_terms(text: str, terms: dict[str, str]) -> None:
    reached = 0
    for start, end, term, suffix in find_all(text, terms):
        assert reached <= start < end <= len(text)
        assert term in terms
        assert text[start:end].endswith(suffix)
        reached = end


@given(st.text("Kariøs \n\u0301-", max_size=30), st.text("Kariøs \n\u0301-", max_size=30))
def test_a_name_put_into_a_text_is_found(before: str, behind: str) -> None:
    text = f"{before} Kari Nordbø, {behind}"
    assert (len(before) + 1, len(before) + 12, "") in occurrences(text, "Kari Nordbø")
