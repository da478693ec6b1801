"""What in a quoted text may tell who said it."""

from __future__ import annotations

import pytest

from coding.language.exposing import exposures


def found(
    text: str, names: dict[str, str] | None = None, harmless: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.kind) for one in exposures(text, names or {}, harmless)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring meg på 22 12 34 56 da.", [("22 12 34 56", "phone")]),
        ("Skriv til kari@example.org.", [("kari@example.org", "email")]),
        ("Hun har 010190 12345, tror jeg.", [("010190 12345", "id_number")]),
        ("Vi bor i Åsane.", [("Åsane", "place")]),
        ("Vi koker kaffe.", []),
    ],
)
def test_patterns_and_places(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_listed_names_in_every_form() -> None:
    assert found("Det var Karis idé.", {"Kari": "person"}) == [("Karis", "name")]
    assert found("Karin var der.", {"Kari": "person"}) == []


def test_the_studys_own_cities_are_not_pointed_out() -> None:
    assert found("Her i Bergen og på Voss.", harmless=("Bergen",)) == [("Voss", "place")]


def test_only_what_names_somebody_holds_back() -> None:
    (place,) = exposures("Vi bor i Åsane.", {})
    (name,) = exposures("Kari sa det.", {"Kari": "person"})
    assert (place.blocks, name.blocks) == (False, True)
