"""What a capital letter stands for: runs of capitalised words, and what the words around them say.

Inside a sentence a capital is a sign by itself. At its beginning every word has one, so there only the name lists, the
lexicon and the neighbours tell "Bjørn sa det" from "Bjørn har jeg aldri sett".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coding.language import furniture as says
from coding.language.given_names import FAMILY, GIVEN, may_be_family
from coding.language.places import longer_places, places
from coding.language.small_words import SMALL_WORDS
from coding.language.surroundings import Surroundings
from coding.language.tokens import Token, blank
from coding.language.wording import words

PARTICLES = words("van von de der den af av bin ibn al el abu da dos di la le du ten")
# Nynorsk and English words, which the lexicon does not know.
_ALSO_WORDS = words("anna inga mina vera may mark grace frank rose jean joan said sean wei sami lill unna")
_LONGEST_PHRASE, _LONGEST_RUN, _LONGEST_WORD = 5, 8, 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that may name somebody; `safe` where the same name may be believed in other places too."""

    start: int
    end: int
    kind: str
    sure: bool
    safe: bool = False


class Reading(Surroundings):
    """One text, read for names."""

    def candidates(self) -> Iterator[Candidate]:
        """Persons, places and organisations in order; they do not overlap."""
        number = 0
        while number < len(self.tokens):
            token = self.tokens[number]
            if not token.capital:
                yield from self._in_small_letters(number)
                number += 1
                continue
            phrase = self._phrase(number)
            if phrase:
                length, kind = phrase
                yield Candidate(token.start, self.tokens[number + length - 1].end, kind, True)
                number += length
                continue
            after = self._run_end(number)
            yield from self._run(number, after)
            number = after

    # Runs

    def _run_end(self, number: int) -> int:
        """The number behind the capitalised words that belong together from `number` on."""
        end = number + 1
        while end < min(len(self.tokens), number + _LONGEST_RUN):
            last, token = self.tokens[end - 1], self.tokens[end]
            if token.capital and self._joins(last, token):
                if self._phrase(end):
                    break
                end += 1
            elif (
                token.folded in PARTICLES
                and end + 1 < len(self.tokens)
                and blank(token.gap)
                and blank(self.tokens[end + 1].gap)
                and self.tokens[end + 1].capital
                and self._given(self.tokens[end - 1])
                and not self._given(self.tokens[end + 1])
            ):
                end += 2
            else:
                break
        return end

    def _joins(self, last: Token, token: Token) -> bool:
        if blank(token.gap) or token.gap == "-":
            return True
        initial = len(last.text) == 1
        return initial and token.gap in (". ", ".", "'", "’")

    def _phrase(self, number: int) -> tuple[int, str] | None:
        """The longest listed place or organisation of one or more words that begins here, and how many words it has."""
        folded = [self.tokens[number].folded]
        longest = None
        if folded[0] in says.ORGANISATIONS:
            longest = 1, "organisation"
        for token in self.tokens[number + 1 : number + _LONGEST_PHRASE]:
            if not (blank(token.gap) or token.gap in ("-", ". ")):
                break
            folded.append(token.folded)
            joined = " ".join(folded)
            genitive = joined.removesuffix("s")
            if joined in says.ORGANISATIONS or genitive in says.ORGANISATIONS:
                longest = len(folded), "organisation"
            elif tuple(folded) in longer_places():
                longest = len(folded), "place"
        return longest

    def _run(self, first: int, after: int) -> Iterator[Candidate]:
        whole = self._organisation(first, after)
        if whole:
            yield whole
            return
        begin = first
        for number in range(first, after + 1):
            if number == after or self._stands_alone(number, after):
                if begin < number:
                    yield from self._named(begin, number)
                begin = number + 1

    def _stands_alone(self, number: int, after: int) -> bool:
        """Is it a word that belongs to no name: furniture, or a word that is capital only as the first?"""
        token = self.tokens[number]
        beside = number + 1 < after
        if self._furniture(token):
            return not (beside and token.folded in GIVEN)
        if self._given(token):
            return False
        if token.folded in SMALL_WORDS:
            return True
        if not token.opens:
            return False
        return beside and self._word(token) and not self._place(token)

    def _organisation(self, first: int, after: int) -> Candidate | None:
        """The run with the small word before or behind it that makes it an organisation."""
        tokens = self.tokens
        while first < after - 1 and tokens[first].folded in SMALL_WORDS and not self._given(tokens[first]):
            first += 1
        if after - first > 1 and tokens[after - 1].text in says.LEGAL_FORMS:
            return Candidate(tokens[first].start, tokens[after - 1].end, "organisation", True, True)
        if after - first > 1 and tokens[first].folded in says.ORGANISATION_FIRST:
            return Candidate(tokens[first].start, tokens[after - 1].end, "organisation", True, True)
        before = tokens[first - 1] if first else None
        if before and before.folded in says.ORGANISATION_FIRST and blank(tokens[first].gap):
            return Candidate(before.start, tokens[after - 1].end, "organisation", True, True)
        head = self._head(after)
        if head is None:
            return None
        begin = first
        while begin < after and self._before_a_head(begin, after):
            begin += 1
        if begin == after or self._owner(tokens[after - 1]):
            return None
        return Candidate(tokens[begin].start, tokens[head].end, "organisation", True, True)

    def _before_a_head(self, number: int, after: int) -> bool:
        token = self.tokens[number]
        if self._furniture(token):
            return True
        if not (token.opens and self.words.is_listed(token.text)):
            return False
        return not (self._place(token) or (number + 1 < after and self._given(token)))

    def _owner(self, token: Token) -> bool:
        """Is it a genitive ("Karis forening"): somebody's, not the house's name?"""
        folded = token.folded
        return (
            folded.endswith("s")
            and folded not in places()
            and (folded[:-1] in GIVEN or folded[:-1] in places())
        )

    def _head(self, after: int) -> int | None:
        """The number of the last word of a head such as "kommune", "videregående skole", "bridgeklubb"."""
        if after >= len(self.tokens):
            return None
        token = self.tokens[after]
        if not blank(token.gap) or token.capital:
            return None
        if not (token.folded in says.ORGANISATION_HEADS or token.folded.endswith(says.COMPOUND_HEADS)):
            return None
        behind = self.tokens[after + 1] if after + 1 < len(self.tokens) else None
        if token.folded == "videregående":
            return after + 1 if behind and behind.folded in ("skole", "skule") else after
        return after

    # One name

    def _named(self, first: int, after: int) -> Iterator[Candidate]:
        """What a run without furniture names, if anything."""
        if after - first == 1:
            yield from self._single(first)
            return
        run = self.tokens[first:after]
        start, end = run[0].start, self._base_end(run[-1])
        title = self._titled(first)
        if any(token.text.isupper() and len(token.text) > 3 for token in run) and not self._given(run[0]):
            return
        if all(map(self._place, run)) and not any(map(self._given, run)):
            for number in range(first, after):
                yield from self._single(number)
        elif self._given(run[0]) or title:
            yield Candidate(start, end, "person", True, True)
        elif self._place(run[0]) and len(run) == 2 and self._given(run[1]):
            yield from self._single(first)
            yield from self._single(after - 1)
        elif (
            (self._place(run[0]) and not may_be_family(self._base(run[-1])))
            or run[-1].folded.endswith(says.ORGANISATION_ENDINGS)
            or all(map(self._word, run))
        ):
            yield Candidate(start, end, "organisation", False)
        elif self._after_preposition(first) and not may_be_family(self._base(run[-1])):
            yield Candidate(start, end, "place", False)
        else:
            yield Candidate(start, end, "person", any(map(self._given, run)), not run[0].opens)

    def _single(self, number: int) -> Iterator[Candidate]:
        token = self.tokens[number]
        if self._furniture(token) or len(token.text) == 1 or any(map(str.isdigit, token.text)):
            return
        start, end, base = token.start, self._base_end(token), self._base(token)
        given, place, word = base in GIVEN, base in places(), self._word(token)
        if self._shouted(token) and not (given or place):
            if len(token.text) < 6 and not word and not token.opens:
                yield Candidate(token.start, token.end, "organisation", False)
            return
        if self._titled(number):
            yield Candidate(start, end, "person", True, True)
        elif place and not token.opens and self._after_preposition(number):
            yield Candidate(start, end, "place", True)
        elif given and not token.opens:
            yield Candidate(start, end, "person", True, True)
        elif given:
            strength = self.context(number) if word else 2
            if strength:
                yield Candidate(start, end, "person", strength > 1, strength > 1)
        elif place and not (token.opens and word):
            family = base in FAMILY and not token.opens
            yield Candidate(start, end, "person" if family else "place", not (word or family))
        elif token.opens:
            yield from self._opening(number)
        else:
            yield from self._inside(number)

    def _opening(self, number: int) -> Iterator[Candidate]:
        """A word at the beginning of a sentence that no list of given names or places knows."""
        token = self.tokens[number]
        family = may_be_family(self._base(token))
        if token.text.casefold() in self._small or token.folded.endswith(says.ORGANISATION_ENDINGS):
            return
        if self._word(token):
            if family and self.context(number) > 1:
                yield Candidate(token.start, self._base_end(token), "person", False)
        elif (family and len(token.text) > 4) or self.words.is_name(token.text) or self.context(number):
            yield Candidate(token.start, self._base_end(token), "person", False)

    def _inside(self, number: int) -> Iterator[Candidate]:
        """A capital inside a sentence that no list explains."""
        token = self.tokens[number]
        start, end = token.start, self._base_end(token)
        word, family = self._word(token), may_be_family(self._base(token))
        seen_small = token.text.casefold() in self._small
        if seen_small and not family:
            return
        if token.folded.endswith(says.ORGANISATION_ENDINGS):
            yield Candidate(start, end, "organisation", not word, not word)
        elif family:
            yield Candidate(start, end, "person", not word and not seen_small, not seen_small)
        elif word or self._built_on_a_place(token.folded):
            yield Candidate(start, end, "organisation", False)
        elif self._after_preposition(number):
            yield Candidate(start, end, "place", False)
        else:
            yield Candidate(start, end, "person", False, True)

    def _built_on_a_place(self, folded: str) -> bool:
        """Is it a place and a word in one ("Oslosentralene")?"""
        cuts = range(5, min(len(folded), _LONGEST_WORD) - 4)
        return any(
            {folded[:at], folded[:at].removesuffix("s")} & places() and self.words.is_listed(folded[at:])
            for at in cuts
        )

    def _in_small_letters(self, number: int) -> Iterator[Candidate]:
        """Names that were typed without their capital."""
        token = self.tokens[number]
        folded = token.folded
        if token.gap.endswith("-") or len(folded) < 4 or self._word(token):
            return
        called = number and self.tokens[number - 1].folded in ("heter", "heiter", "het", "heitte", "hette")
        if ((folded in GIVEN and folded not in _ALSO_WORDS) or called) and not any(map(str.isdigit, folded)):
            yield Candidate(token.start, token.end, "person", False)
