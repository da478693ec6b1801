"""What the words around a name say: the same word is a name before "sa" and a word before "har jeg aldri sett"."""

from __future__ import annotations

from functools import cached_property

from coding.language import furniture as says
from coding.language.given_names import GIVEN, MASS, may_be_family
from coding.language.lexicon import Lexicon
from coding.language.places import places
from coding.language.tokens import Token, blank, tokenise

_AHEAD = 12
_GLUE = (".", "@", "_", "/")


class Surroundings:
    """The words of one text, each with its neighbours."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.words = lexicon
        self.tokens = tokenise(text)
        after = [*(token.gap for token in self.tokens[1:]), ""]
        # Names stand small in e-mail addresses: that does not make words of them.
        self._small = {
            token.text
            for token, gap in zip(self.tokens, after, strict=False)
            if not token.capital and token.gap not in _GLUE and gap not in _GLUE
        }
        self._capital = {token.text for token in self.tokens if token.capital}

    @cached_property
    def at(self) -> dict[int, int]:
        """The number of the word that begins at an offset."""
        return {token.start: number for number, token in enumerate(self.tokens)}

    def context(self, number: int) -> int:
        """How surely a word that opens a sentence is somebody's name: 2 for surely, 1 for perhaps, 0 for no sign."""
        token = self.tokens[number]
        behind = self.tokens[number + 1 : number + 1 + _AHEAD]
        folded, base = token.folded, self._base(token)
        if not behind:
            return 0 if base in MASS or folded == "jo" else 1
        near = behind[0]
        if (folded, near.folded) in says.PHRASES:
            return 0
        if near.gap.startswith(":") and self._begins_line(token):
            return 2
        if folded != base:
            return 2 if near.folded in says.BELONGING else int(not self.words.is_word(folded))
        mass = base in MASS
        if blank(near.gap):
            if near.folded in says.SPEECH or (near.folded in says.ACTION and not mass):
                return (0 if mass else 1) if self._turned(behind) else 2
            if near.folded in says.STATE or near.folded in says.ACTION:
                return self._told(behind, mass)
            if near.folded in ("og", "eller") and len(behind) > 1:
                return 2 if behind[1].capital and (self._given(behind[1]) or not self._word(behind[1])) else 0
            return int(near.folded == "her" and len(behind) > 1 and behind[1].gap.strip() in (".", ",", "!"))
        if near.gap.strip() == ",":
            if folded != "jo" and near.folded in says.ADDRESSING and not near.opens:
                return 2
            return int(self._he_or_she(behind))
        return int(near.opens and not mass and folded not in ("jo", "even"))

    def _told(self, behind: list[Token], mass: bool) -> int:
        """Behind "is", "has", "can": the word is a name where somebody is told of, or where no thing stands bare."""
        spoken = any(
            token.folded in says.SPEECH or token.folded == "sagt" for token in self._sentence(behind)[1:4]
        )
        turned = len(behind) > 1 and behind[1].folded in (
            "jeg",
            "vi",
            "du",
            "dere",
            "det",
            "man",
            "eg",
            "me",
            "de",
        )
        if turned:
            return 0
        if spoken or self._he_or_she(behind):
            return 2
        return 0 if mass else 1

    def _turned(self, behind: list[Token]) -> bool:
        """Does somebody else stand behind the verb, so that the first word is what is spoken of ("Stein har jeg")?"""
        return len(behind) > 1 and behind[1].folded in (
            "jeg",
            "vi",
            "du",
            "dere",
            "det",
            "man",
            "eg",
            "me",
            "de",
        )

    def _sentence(self, behind: list[Token]) -> list[Token]:
        ends = next((n for n, token in enumerate(behind) if token.opens), len(behind))
        return behind[:ends]

    def _he_or_she(self, behind: list[Token]) -> bool:
        return any(token.folded in says.HE_OR_SHE for token in self._sentence(behind))

    def _begins_line(self, token: Token) -> bool:
        return token.start == 0 or "\n" in token.gap

    def _titled(self, number: int) -> bool:
        token = self.tokens[number]
        if not number or not (blank(token.gap) or token.gap == ". "):
            return False
        return self.tokens[number - 1].folded in says.TITLES and not self.tokens[number - 1].gap.endswith("-")

    def _after_preposition(self, number: int) -> bool:
        return (
            bool(number) and blank(self.tokens[number].gap) and self._prepositional(self.tokens[number - 1])
        )

    def _prepositional(self, token: Token) -> bool:
        return token.folded in says.PLACE_PREPOSITIONS

    def _shouted(self, token: Token) -> bool:
        return len(token.text) > 1 and token.text.isupper()

    def _furniture(self, token: Token) -> bool:
        return token.folded in says.FURNITURE or token.folded.removesuffix("s") in says.FURNITURE

    def _word(self, token: Token) -> bool:
        return self.words.is_word(token.text)

    def _given(self, token: Token) -> bool:
        return self._base(token) in GIVEN

    def _place(self, token: Token) -> bool:
        return self._base(token) in places()

    def _base(self, token: Token) -> str:
        """The name without the genitive's s, where the name is known without it."""
        folded = token.folded
        return folded[:-1] if self._base_end(token) < token.end else folded

    def _base_end(self, token: Token) -> int:
        folded = token.folded
        if len(folded) < 3 or folded[-1] != "s" or folded in GIVEN or folded in places():
            return token.end
        stem = folded[:-1]
        named = stem in GIVEN or stem in places() or may_be_family(stem) or token.text[:-1] in self._capital
        return token.end - 1 if named else token.end
