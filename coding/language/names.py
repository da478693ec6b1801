"""What may identify somebody in a transcript: suggestions for a person who decides. Nothing is found for certain.

E-mail, telephone, identity numbers, addresses, ages and dates are found by their patterns; persons, places and
organisations by capitals, lists and the lexicon. A name that was found safely anywhere in a project is suggested
everywhere in it, at the beginning of a sentence too, where "Bjørn" and "Per" are also words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from coding.language import patterns
from coding.language.candidates import PARTICLES, Candidate, Reading
from coding.language.furniture import (
    COMPOUND_HEADS,
    FURNITURE,
    LEGAL_FORMS,
    ORGANISATION_HEADS,
    ORGANISATIONS,
    PHRASES,
)
from coding.language.given_names import GIVEN, may_be_family
from coding.language.lexicon import Lexicon
from coding.language.occurrences import find_all
from coding.language.places import places
from coding.language.small_words import SMALL_WORDS
from coding.language.tokens import WORD, whole

__all__ = ["KINDS", "Suggestion", "names_for_project", "suggest"]

KINDS = ("person", "place", "organisation", "phone", "email", "id_number", "address", "age", "date")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A stretch that may identify somebody: code points, end exclusive, without a genitive's ending."""

    start: int
    end: int
    kind: str
    sure: bool


def suggest(text: str, words: Lexicon, known: Collection[str] = ()) -> list[Suggestion]:
    """What may identify somebody in `text`, in order, not overlapping.

    `known` are names already known in the project, in any form; a mapping {name: kind} says their kinds too. They are
    suggested everywhere, and so is each given name and family name in them.
    """
    reading = Reading(text, words)
    named = _with_parts(_kinds(known), words)
    return _suggest(reading, _trusted([reading], named), named)


def names_for_project(texts: Mapping[int, str], words: Lexicon) -> dict[int, list[Suggestion]]:
    """The suggestions for each text of a project, by the text's key.

    Names that one text shows safely (inside a sentence, with a family name, or a common given name) are known in all.
    The order of the texts does not matter.
    """
    readings = {key: Reading(text, words) for key, text in texts.items()}
    named = _trusted(readings.values(), {})
    return {key: _suggest(reading, named, {}) for key, reading in readings.items()}


def _suggest(reading: Reading, named: Mapping[str, str], given: Mapping[str, str]) -> list[Suggestion]:
    found = [(0, candidate) for candidate in _by_pattern(reading)]
    found += [(1, candidate) for candidate in _known(reading, named, given)]
    found += [(2, candidate) for candidate in reading.candidates()]
    sure = {(candidate.start, candidate.end) for _, candidate in found if candidate.sure}
    # What a pattern finds is surer than a capital; a longer name says more than its part, and a known one than a guess.
    found.sort(
        key=lambda each: (each[0] > 0, each[1].start - each[1].end, each[1].start, each[0], not each[1].sure)
    )
    taken = bytearray(len(reading.text))
    kept = []
    for _, candidate in found:
        start, end = candidate.start, whole(reading.text, candidate.end)
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append(Suggestion(start, end, candidate.kind, (candidate.start, candidate.end) in sure))
    return sorted(kept, key=lambda suggestion: suggestion.start)


def _by_pattern(reading: Reading) -> Iterator[Candidate]:
    text = reading.text
    finders = {
        "email": patterns.emails(text),
        "organisation": patterns.web_addresses(text),
        "id_number": patterns.id_numbers(text),
        "date": patterns.dates(text),
        "phone": patterns.phones(text),
        "address": patterns.addresses(text, reading.words.is_word),
        "age": patterns.ages(text),
    }
    for kind, stretches in finders.items():
        yield from (Candidate(start, end, kind, sure) for start, end, sure in stretches)


# Names that are known


def _trusted(readings: Iterable[Reading], named: Mapping[str, str]) -> dict[str, str]:
    """`named` and the names that the texts show safely, {name: kind}, in an order that does not hang on the texts'."""
    found: set[tuple[str, str]] = set()
    for reading in readings:
        for candidate in reading.candidates():
            if candidate.safe:
                words = [
                    match.group() for match in WORD.finditer(reading.text, candidate.start, candidate.end)
                ]
                if candidate.kind == "person":
                    found.update((word, "person") for word in words if _tells(word))
                found.add((reading.text[candidate.start : candidate.end], candidate.kind))
    kinds = dict(sorted(found, key=lambda each: (each[0], each[1] != "person")))
    return kinds | dict(named)


def _tells(word: str) -> bool:
    """Does the word say who it is when it stands alone? An initial or "van" does not."""
    folded = word.casefold()
    if folded in GIVEN:
        return True
    return len(word) > 1 and not any(
        folded in nobody for nobody in (FURNITURE, SMALL_WORDS, PARTICLES, places())
    )


def _on_a_list(word: str) -> bool:
    return word.casefold() in GIVEN or may_be_family(word.casefold())


def _kinds(known: Collection[str]) -> dict[str, str]:
    kinds = known if isinstance(known, Mapping) else {name: _kind(name) for name in sorted(known)}
    return {name: kind for name, kind in kinds.items() if WORD.search(name)}


def _kind(name: str) -> str:
    folded = " ".join(name.casefold().split())
    if folded in places():
        return "place"
    last = name.split()[-1] if name.split() else ""
    heads = " " in folded and (last.casefold() in ORGANISATION_HEADS or folded.endswith(COMPOUND_HEADS))
    if folded in ORGANISATIONS or last in LEGAL_FORMS or heads:
        return "organisation"
    for kind, finder in (
        ("email", patterns.emails),
        ("id_number", patterns.id_numbers),
        ("phone", patterns.phones),
    ):
        if any(True for _ in finder(name)):
            return kind
    return "person"


def _with_parts(named: Mapping[str, str], words: Lexicon) -> dict[str, str]:
    """The names, with a capital where they were typed without, and the parts of persons' names."""
    found: dict[str, str] = {}
    for name, kind in named.items():
        written = name
        if kind == "person" and name == name.lower():
            # In small letters "bjørn" would be found wherever the animal is meant.
            written = WORD.sub(lambda match: _capital(match.group(), words), name)
        found[written] = kind
        if kind == "person":
            parts = [match.group() for match in WORD.finditer(written)]
            found.update(
                (part, kind) for part in parts if len(parts) > 1 and _tells(part) and part not in found
            )
    return found


def _capital(word: str, words: Lexicon) -> str:
    return word[:1].upper() + word[1:] if words.is_word(word) else word


def _known(reading: Reading, named: Mapping[str, str], given: Mapping[str, str]) -> Iterator[Candidate]:
    """Where the names stand. Those that were `given` are sure; one that only a text showed must be on a list."""
    parts_only = _parts_only(named)
    for start, end, term, ending in find_all(reading.text, named):
        number = reading.at.get(start)
        end -= len(ending)
        if number is None:
            yield Candidate(start, end, named[term], True)
            continue
        token = reading.tokens[number]
        alone = token.end >= end
        behind = reading.tokens[number + 1].folded if number + 1 < len(reading.tokens) else ""
        if alone and (token.folded, behind) in PHRASES:
            continue
        if not (alone and token.opens and reading.words.is_word(reading.text[start:end])):
            listed = named[term] != "person" or any(map(_on_a_list, WORD.findall(term)))
            yield Candidate(start, end, named[term], term in given or listed)
            continue
        sign = reading.context(number)
        # "Haugen" of "Solveig Haugen" is a hill in too many sentences to be suggested without any sign.
        if sign or term.casefold() in GIVEN or term not in parts_only:
            yield Candidate(start, end, named[term], sign > 1)


def _parts_only(named: Mapping[str, str]) -> frozenset[str]:
    """Names that are known only as a part of longer ones."""
    parts = {word for name in named if len(found := WORD.findall(name)) > 1 for word in found}
    return frozenset(parts)
