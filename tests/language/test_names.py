"""What is suggested, what is not, and that a name known once is known everywhere."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.language.lexicon import Lexicon
from coding.language.names import KINDS, Suggestion, names_for_project, suggest


def told(text: str, words: Lexicon, known: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(each.kind, text[each.start : each.end]) for each in suggest(text, words, known)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Det var Kari Nordbø som sa det.", [("person", "Kari Nordbø")]),
        ("Så kom Bjørn, og så gikk Dag.", [("person", "Bjørn"), ("person", "Dag")]),
        ("Jeg møtte Agnieszka Kowalczyk og Anne-Lise.", [("person", "Agnieszka Kowalczyk"), ("person", "Anne-Lise")]),
        ("Hun heter zuleika, tror jeg.", [("person", "zuleika")]),
        ("Vi snakket med fru Grøttumsvik.", [("person", "Grøttumsvik")]),
        ("Tronds kontor er i Storgata.", [("person", "Trond"), ("address", "Storgata")]),
        ("Da ringte K. Nordbø og Ahmed al Rashid.", [("person", "K. Nordbø"), ("person", "Ahmed al Rashid")]),
        ("Kari-gruppa møtes i Bergen.", [("person", "Kari"), ("place", "Bergen")]),
        ("Han kom fra Aleppo til Mo i Rana.", [("place", "Aleppo"), ("place", "Mo i Rana")]),
        ("Hos Brekke Bygg AS og Røde Kors.", [("organisation", "Brekke Bygg AS"), ("organisation", "Røde Kors")]),
        ("Fra Drammen kommune og Fjell frivilligsentral.",
         [("organisation", "Drammen kommune"), ("organisation", "Fjell frivilligsentral")]),
        ("Karis forening", [("person", "Kari")]),
        ("skriv til a.b@example.no eller ring 900 00 123", [("email", "a.b@example.no"), ("phone", "900 00 123")]),
        ("ring +46 8 123 456 78 da", [("phone", "+46 8 123 456 78")]),
        ("født 12. mars 1950, død 05.12.2018", [("date", "12. mars 1950"), ("date", "05.12.2018")]),
        ("den tredje mai og i 2019-2020", [("date", "tredje mai")]),
        ("Vi feiret 17. mai i 12 år.", []),
        ("Jeg er 47 år, hun er en 81-åring, og han er femti år gammel.",
         [("age", "47 år"), ("age", "81-åring"), ("age", "femti år gammel")]),
        ("Det er ti år siden, og avtalen gjelder i fem år.", []),
        ("I Storgata 12B bor ingen, i Kong Oskars gate 4 en.",
         [("address", "Storgata 12B"), ("address", "Kong Oskars gate 4")]),
        ("Postboks 31, 3015 Drammen", [("address", "Postboks 31, 3015 Drammen")]),
    ],
)  # fmt: skip
def test_these_are_suggested(words: Lexicon, text: str, found: list[tuple[str, str]]) -> None:
    assert told(text, words) == found


@pytest.mark.parametrize(
    "text",
    [
        "Viktig: vi må snakke om NAV, Teams og Stortinget.",
        "Mandag og Tirsdag i Januar. Påsken var fin. Gud hjelpe meg.",
        "Intervjuer: Hva tenker du? Informant: Jo, det går bra. Deltaker 2: Mhm.",
        "Sol og varme gjør godt. Liv og røre. Stein på stein. Dag ut og dag inn. Per i dag har vi nok. Finn ut av det!",
        "Frivilligsentralene i Norge får støtte. Kommunen betaler, sier Daglig leder.",
        "Hun sa at De kunne komme kl. 14, f.eks. Onsdag.",
        "Jeg skrev en E-post på Facebook om Covid-19.",
    ],
)
def test_furniture_is_not(words: Lexicon, text: str) -> None:
    assert told(text, words) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bjørn, kan du begynne?", "Bjørn"),
        ("Per sa at han ville komme.", "Per"),
        ("Dag Solstad kom innom.", "Dag Solstad"),
        ("Liv har jo sagt at hun vil.", "Liv"),
        ("Sol, hun som satt der, tok over.", "Sol"),
        ("Stein og Kari lager mat.", "Stein"),
        ("Det er fint. Bjørns kone ringte.", "Bjørn"),
        ("Dag: Jeg er enig.", "Dag"),
        ("Haugen kjenner alle.", "Haugen"),
    ],
)
def test_names_that_are_words_are_found_where_a_sentence_begins(words: Lexicon, text: str, name: str) -> None:
    assert ("person", name) in told(text, words)


def test_known_names_are_suggested_everywhere(words: Lexicon) -> None:
    text = "Bjørn har jeg ikke sett. Dag hadde vi ikke."
    assert told(text, words) == []
    assert told(text, words, ("Bjørn", "dag")) == [("person", "Bjørn"), ("person", "Dag")]
    assert told("Jeg så en bjørn en dag.", words, ("Bjørn", "dag")) == []
    assert told("Hun NORDBØ. Nordbøs hus, kari sa det.", words, ("kari nordbø",)) == [
        ("person", "NORDBØ"), ("person", "Nordbø"), ("person", "kari"),
    ]  # fmt: skip
    assert told("Her er Lyspunktet.", words, ("Stiftelsen Lyspunkt", "Lyspunktet")) != []
    assert told("Uten tegn i Ytterbygd", words, ("Ytterbygd",)) == [("person", "Ytterbygd")]


def test_the_kind_of_a_known_name_may_be_told(words: Lexicon) -> None:
    text = "Vi dro til Lyspunkt og Lyspunktet."
    kinds = {
        text[each.start : each.end]: each.kind for each in suggest(text, words, {"Lyspunkt": "organisation"})
    }
    assert kinds["Lyspunkt"] == "organisation"


def test_a_name_found_safely_in_one_text_is_known_in_all(words: Lexicon) -> None:
    texts = {7: "Vi har jo Bjørn Haugen på kjøkkenet.", 3: "Bjørn har vi ikke.", 5: "Jeg så en bjørn."}
    found = names_for_project(texts, words)
    assert list(found) == [7, 3, 5]
    assert found[3] == [Suggestion(0, 5, "person", False)]
    assert found[5] == []


def test_the_order_of_the_texts_does_not_matter(words: Lexicon) -> None:
    texts = {1: "Så kom Liv.", 2: "Liv har vi. Zuleika ringte Grimsrød.", 3: "Der bor Zuleika i Grimsrød."}
    backwards = dict(reversed(texts.items()))
    assert names_for_project(texts, words) == names_for_project(backwards, words)


def test_a_number_with_wrong_control_digits_is_suggested_unsurely(words: Lexicon) -> None:
    # The right one is an H-number, which belongs to a hospital's visit and to nobody for life.
    right, wrong = suggest("53486239789 og 130862 39784", words)
    assert (right.kind, wrong.kind, wrong.sure) == ("id_number", "id_number", False)
    d_number = suggest("53086239767", words)[0]
    assert (d_number.kind, d_number.sure) == ("id_number", True)


def test_a_suggestion_ends_behind_its_combining_marks(words: Lexicon) -> None:
    text = "Jeg så Rene\u0301\u0332 der."
    assert told(text, words) == [("person", "Rene\u0301\u0332")]


PIECES = st.sampled_from(
    ["Kari", "Bjørn", "Per", " ", "\n", ". ", ", ", "-", "Oslo", "kommune", " AS", "12. mars", "900 00 123", "a@b.no",
     "47 år", "Storgata 3", "\u0301", "👩🏽‍🚀", "s", "’", "«", ":", "É", "heter", "i "]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=80)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    TEXTS, st.lists(st.sampled_from(["Kari", "per", "Oslo", "\u0301", "", "Kari Per", "👩🏽‍🚀"]), max_size=3)
)
def test_any_text(words: Lexicon, text: str, known: list[str]) -> None:
    reached = 0
    for each in suggest(text, words, known):
        assert reached <= each.start < each.end <= len(text)
        assert each.kind in KINDS
        reached = each.end


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.integers(0, 9), TEXTS, max_size=3))
def test_any_project(words: Lexicon, texts: dict[int, str]) -> None:
    found = names_for_project(texts, words)
    assert found.keys() == texts.keys()
    assert found == names_for_project(dict(sorted(texts.items())), words)
