"""What a question finds: each operator by hand, and all against somebody who goes through the words one by one."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.language.lemmas import Reading
from coding.language.queries import MOST_WORDS, Misasked, Query, Words, parse

# A small language in which everything is known: kake and kaker are one lemma, kakebord has a part kake.
LEXICON = {
    "kaker": Reading("kake"),
    "kakebord": Reading("kakebord", (), ("kake", "bord")),
    "bordet": Reading("bord", ("bordete",)),
}


def read(form: str) -> Reading:
    return LEXICON.get(form, Reading(form))


def text_of(turns: list[list[str]]) -> Words:
    flat = [word for turn in turns for word in turn]
    vocabulary = list(dict.fromkeys(flat))
    starts = [10 * n for n in range(len(flat))]
    places = np.array([starts, [at + 5 for at in starts], [vocabulary.index(word) for word in flat]]).reshape(
        3, -1
    )
    firsts, place = [], 0
    for turn in turns:
        firsts.append(10 * place)
        place += len(turn)
    return Words([(word, read(word)) for word in vocabulary], places, firsts)


def found(question: str, turns: list[list[str]], *, compounds: bool = True) -> list[str]:
    words = text_of(turns)
    flat = [word for turn in turns for word in turn]
    return [" ".join(flat[a:b]) for a, b in parse(question, read, compounds=compounds).find(words)]


TALK = [
    ["vi", "har", "kaker", "og", "kaffe"],
    ["kakebord", "hver", "tirsdag"],
    ["kake", "uten", "kaffe", "ved", "bordet"],
]


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        ("kake", ["kaker", "kakebord", "kake"]),
        ("KAKER", ["kaker", "kakebord", "kake"]),
        ("=kaker", ["kaker"]),
        ("kak*", ["kaker", "kakebord", "kake"]),
        ('"kake og kaffe"', ["kaker og kaffe"]),
        ('="kake og kaffe"', []),
        ("kake AND kaffe", ["kaker", "kaffe", "kake", "kaffe"]),
        ("kake kaffe", ["kaker", "kaffe", "kake", "kaffe"]),
        ("tirsdag OR og", ["og", "tirsdag"]),
        ("tirsdag ELLER og", ["og", "tirsdag"]),
        ("kake NOT kaffe", ["kakebord"]),
        ("kake IKKE kaffe", ["kakebord"]),
        ("kake NEAR/1 kaffe", ["kaker og kaffe", "kake uten kaffe"]),
        ("kaffe NÆR/0 kake", []),
        ("(og OR uten) AND kaffe", ["og", "kaffe", "uten", "kaffe"]),
        ("bordet", ["kakebord", "bordet"]),
        ("tirsdag kaffe", []),
        ('"tirsdag kake"', []),
    ],
)
def test_each_way_of_asking(question: str, hits: list[str]) -> None:
    assert found(question, TALK) == hits


def test_compounds_can_be_left_out() -> None:
    assert found("kake", TALK, compounds=False) == ["kaker", "kake"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "empty"), ("   ", "empty"), ('""', "empty"), ("?!", "empty"), ('"kake', "quote"), ("(kake", "bracket"),
        ("kake)", "bracket"), ("NOT kake", "alone"), ("kake OR", "empty"), ("AND", "empty"), ("k*", "short"),
        ("kake NEAR/5", "near"), ("NEAR kake", "alone"), ("(a OR b) NEAR/3 c", "near"), ("a NEAR/9999 b", "near"),
        ("kake " * 10_000, "many"), ("(" * 10_000 + "a" + ")" * 10_000, "many"), ('"' + "a " * 500 + '"', "many"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_says_why(question: str, reason: str) -> None:
    with pytest.raises(Misasked) as refused:
        parse(question, read)
    assert refused.value.reason == reason


@given(st.text(max_size=200))
def test_any_text_is_a_question_or_says_why_not(question: str) -> None:
    try:
        parse(question, read)
    except Misasked as refused:
        assert refused.reason


# --- against somebody who reads the words one by one ------------------------------------------------------------------

FORMS = ["kake", "kaker", "kakebord", "bordet", "og", "kaffe", "på"]
TURNS = st.lists(st.lists(st.sampled_from(FORMS), max_size=8), min_size=1, max_size=5)


def is_one(word: str, asked: str) -> bool:
    """By the letter of what the page says, without the product's code."""
    cakes = {"kake", "kaker", "kakebord"}
    families = {"kake": cakes, "kaker": cakes, "bordet": {"bordet", "kakebord"}}
    return word in families.get(asked, {asked})


def spans(turns: list[list[str]]) -> list[tuple[int, int]]:
    ends = [0]
    for turn in turns:
        ends.append(ends[-1] + len(turn))
    return list(pairwise(ends))


def by_hand(turns: list[list[str]], left: str, operator: str, right: str) -> list[tuple[int, int]]:
    flat = [word for turn in turns for word in turn]
    hits: list[tuple[int, int]] = []
    for first, last in spans(turns):
        a = [n for n in range(first, last) if is_one(flat[n], left)]
        b = [n for n in range(first, last) if is_one(flat[n], right)]
        if (operator == "AND" and a and b) or operator == "OR":
            hits += [(n, n + 1) for n in {*a, *b}]
        elif operator == "NOT" and not b:
            hits += [(n, n + 1) for n in a]
        elif match := re.fullmatch(r"NEAR/(\d)", operator):
            for one, other in ((a, b), (b, a)):
                for n in one:
                    behind = [m for m in other if m > n]
                    if behind and behind[0] - n - 1 <= int(match[1]):
                        hits.append((n, behind[0] + 1))
    return sorted(set(hits))


@given(
    turns=TURNS,
    left=st.sampled_from(FORMS),
    operator=st.sampled_from(["AND", "OR", "NOT", "NEAR/0", "NEAR/2"]),
    right=st.sampled_from(FORMS),
)
def test_it_finds_what_reading_finds(turns: list[list[str]], left: str, operator: str, right: str) -> None:
    asked: Query = parse(f"{left} {operator} {right}", read)
    hits = [(int(a), int(b)) for a, b in asked.find(text_of(turns))]
    assert hits == by_hand(turns, left, operator, right)


@given(turns=TURNS, phrase=st.lists(st.sampled_from(["kaffe", "og", "på"]), min_size=1, max_size=3))
def test_a_phrase_stands_in_a_row_within_one_turn(turns: list[list[str]], phrase: list[str]) -> None:
    flat = [word for turn in turns for word in turn]
    many = len(phrase)
    wanted = [
        (n, n + many)
        for first, last in spans(turns)
        for n in range(first, last - many + 1)
        if flat[n : n + many] == phrase
    ]
    hits = parse(f'"{" ".join(phrase)}"', read).find(text_of(turns))
    assert [(int(a), int(b)) for a, b in hits] == wanted


def test_as_many_words_as_can_be_asked() -> None:
    assert parse(" ".join(["kake"] * MOST_WORDS), read).find(text_of(TALK)).shape == (3, 2)
