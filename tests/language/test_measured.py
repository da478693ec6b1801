"""How much is found in two constructed transcripts; with `-s` the figures that stand in docs/names.md are printed."""

from __future__ import annotations

import sys
import time

import pytest

from coding.language.lexicon import Lexicon
from coding.language.names import suggest
from tests.language.marked import measure, transcript

# Names that are also words, where a sentence begins with them: earlier rules missed every one.
AMBIGUOUS = {
    "bjørn",
    "per",
    "dag",
    "sol",
    "liv",
    "stein",
    "even",
    "hans",
    "jo",
    "finn",
    "haugen",
    "lie",
    "odd",
    "tor",
}


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")


@pytest.mark.parametrize(
    ("name", "recall", "precision", "types"),
    # The second was written before any rule and never looked at while they were made: its floor is the first figure.
    [("dev", 1.0, 0.95, 1.0), ("held-out", 45 / 47, 0.9, 0.95)],
)
def test_as_much_is_found_as_was_measured(
    words: Lexicon, name: str, recall: float, precision: float, types: float
) -> None:
    given = transcript(name)
    found = measure(given, suggest(given.text, words))
    show(
        f"\n{name}: {len(given.text.split())} words, found {found.found} of {found.marks} ({found.recall:.1%}), "
        f"kind right in {found.right} ({found.types:.1%}), exactly as marked {found.exact}, "
        f"of {found.suggestions} suggestions {found.hits} at a mark ({found.precision:.1%})"
    )
    show(
        "\n".join(
            [*(f"  missed {each}" for each in found.missed), *(f"  alarm {each}" for each in found.alarms)]
        )
    )
    assert found.recall >= recall
    assert found.precision >= precision
    assert found.types >= types


@pytest.mark.parametrize("name", ["dev", "held-out"])
def test_names_that_are_words_are_found_at_the_beginning_of_a_sentence(words: Lexicon, name: str) -> None:
    given = transcript(name)
    opening = [
        (start, end)
        for start, end, _ in given.marks
        if given.text[start:end].casefold() in AMBIGUOUS
        and given.text[max(0, start - 2) : start].strip() in (".", ":", "!", "«")
    ]
    begun = {each.start for each in suggest(given.text, words)}
    found = [start for start, _ in opening if start in begun]
    show(f"\n{name}: {len(found)} of {len(opening)} names that are words found where a sentence begins")
    assert len(opening) > 2
    assert len(found) == len(opening)


def test_how_long_an_interview_takes(words: Lexicon) -> None:
    """Printed, not asserted: a busy machine is no fault of the code."""
    text = "\n".join([transcript("dev").text, transcript("held-out").text] * 7)
    count = len(text.split())
    suggest("Kari", words)
    began = time.perf_counter()
    found = suggest(text, words)
    show(f"\n{count:,} words, {len(found)} suggestions: {time.perf_counter() - began:.2f} s")
    assert found
