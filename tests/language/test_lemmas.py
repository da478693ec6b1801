"""Which lemma a form is read as: words of talk, bokmål and nynorsk, compounds, and what nobody has listed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.language.lemmas import read_word
from coding.language.lexicon import Lexicon


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("sentralene", "sentral"), ("kommunens", "kommune"), ("frivillige", "frivillig"), ("snakket", "snakke"),
        ("snakka", "snakke"), ("jobber", "jobbe"), ("leder", "leder"), ("lederne", "leder"), ("var", "være"),
        ("fikk", "få"), ("bøkene", "bok"), ("kurset", "kurs"), ("folk", "folk"), ("Penger", "penger"),
        ("dugnadene", "dugnad"), ("ensomme", "ensom"), ("møteplassen", "møteplass"),
    ],
)  # fmt: skip
def test_bokmål(words: Lexicon, form: str, lemma: str) -> None:
    assert read_word(form, words).lemma == lemma


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("kommunane", "kommune"), ("tenkjer", "tenke"), ("ikkje", "ikke"), ("gjekk", "gå"), ("noko", "noen"),
        ("leiaren", "leder"), ("lærarar", "lærer"), ("sjukepleiarar", "sykepleier"), ("vekene", "uke"),
        ("spurde", "spørre"), ("ringde", "ringe"), ("hugse", "huske"), ("vanlege", "vanlig"), ("skulane", "skole"),
    ],
)  # fmt: skip
def test_nynorsk_is_read_as_the_bokmål_word(words: Lexicon, form: str, lemma: str) -> None:
    assert read_word(form, words).lemma == lemma


@pytest.mark.parametrize(
    ("form", "lemma", "parts"),
    [
        ("frivilligsentralenes", "frivilligsentral", {"frivillig", "sentral"}),
        ("Frivillig-sentralen", "frivilligsentral", {"frivillig", "sentral"}),
        ("frivilligsentralane", "frivilligsentral", {"frivillig", "sentral"}),
        ("koronasituasjonen", "koronasituasjon", {"korona", "situasjon"}),
        ("samarbeidsavtaler", "samarbeidsavtale", {"samarbeid", "avtale"}),
        ("kveldskaffen", "kveldskaffe", {"kveld", "kaffe"}),
        ("kommunestyrevedtaket", "kommunestyrevedtak", {"kommunestyre", "vedtak", "kommune", "styre"}),
    ],
)
def test_compounds(words: Lexicon, form: str, lemma: str, parts: set[str]) -> None:
    read = read_word(form, words)
    assert (read.lemma, set(read.parts)) == (lemma, parts)


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("stolan", "stol"), ("politikeran", "politiker"), ("ungdomma", "ungdom"), ("bruge", "bruke"), ("gada", "gate"),
        ("kagen", "kake"), ("itj", "ikke"), ("kaffien", "kaffe"), ("æ", "jeg"),
    ],
)  # fmt: skip
def test_dialect_is_read_as_the_bokmål_word(words: Lexicon, form: str, lemma: str) -> None:
    assert read_word(form, words).lemma == lemma


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("nye", "ny"), ("nytt", "ny"), ("smått", "liten"), ("minste", "liten"), ("mødrene", "mor"), ("fedre", "far"),
        ("venner", "venn"), ("møttes", "møte"), ("blitt", "bli"), ("gitt", "gi"),
    ],
)  # fmt: skip
def test_what_ordbank_reads_otherwise_than_talk_means_it(words: Lexicon, form: str, lemma: str) -> None:
    assert read_word(form, words).lemma == lemma


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ("bydelen", {"by", "del"}), ("gutteturen", {"gutt", "tur"}), ("barnehagene", {"barn", "barne", "hage"}),
        ("hjelpegruppe", {"hjelp", "hjelpe", "gruppe"}), ("årsmøtet", {"år", "møte"}),
        ("idrettslagene", {"idrett", "lag"}), ("problemstillingen", {"problem", "stilling"}),
        ("småbåthavna", {"liten", "båt", "småbåt", "havn"}), ("sjukeheimen", {"syk", "syke", "hjem"}),
        # Endings are no words, and some words no longer say what they are made of.
        ("medlemskap", set()), ("forening", set()), ("sentralene", set()), ("velkommen", set()), ("avtaler", set()),
        ("frivilligheten", set()), ("organisasjonene", set()), ("rapportering", set()), ("veilederen", set()),
    ],
)  # fmt: skip
def test_of_which_words_a_word_is_made(words: Lexicon, form: str, parts: set[str]) -> None:
    assert set(read_word(form, words).parts) == parts


def test_a_noun_is_a_command_only_where_talk_uses_it_so(words: Lexicon) -> None:
    assert "ringe" in read_word("ring", words).others
    assert "jobbe" not in read_word("jobb", words).others


def test_what_a_form_may_be_besides(words: Lexicon) -> None:
    assert "lokal" in read_word("lokale", words).others
    assert "snakk" in read_word("snakket", words).others
    assert read_word("alene", words).others == ()


def test_what_nobody_has_listed_is_its_own_lemma(words: Lexicon) -> None:
    assert read_word("Xyzzyq", words).lemma == "xyzzyq"
    assert read_word("2019", words).lemma == "2019"


@given(st.text(min_size=1, max_size=60))
def test_any_word_is_read_as_something(words: Lexicon, form: str) -> None:
    read = read_word(form, words)
    assert isinstance(read.lemma, str)
    assert read.lemma not in read.others
