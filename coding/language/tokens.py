"""Words of a text with what stands between them. Offsets are code points, end exclusive."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from coding.language.wording import words


def _marks() -> str:
    """The combining characters as the inside of a character class."""
    codes = [
        c
        for c in [*range(0x300, 0x1E950), *range(0xE0100, 0xE01F0)]
        if unicodedata.category(chr(c))[0] == "M"
    ]
    edges = [codes[0], *(c for a, b in pairwise(codes) if b != a + 1 for c in (a, b)), codes[-1]]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(edges[::2], edges[1::2], strict=True))


# `\w` knows no combining marks: without them "é", where it is two characters, would end a word in its middle.
MARKS = _marks()
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
MARK = re.compile(f"[{MARKS}]+")
BLANKS = re.compile(r"[^\S\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_NEWLINE = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

# A full stop after these ends no sentence.
_ABBREVIATIONS = words(
    """
    adm adr alm ang avd bl bla bm ca cand d dr e ev evt f fr frk g gt hr inkl jf jfr jr kap kl kr l m maks mag med min
    mnd mr mrs ms mv n nr o obs osv pga prof s sr st stk tlf tsj u v vgs vs
    """
)
_ENDS = re.compile(r"[.!?…:]|\.\.\.")
_OPENERS = frozenset('«“„"[(‹‚•*·–—')


@dataclass(frozen=True, slots=True)
class Token:
    """A word: where it stands, the text before it since the last word, and whether a sentence may begin with it."""

    start: int
    end: int
    text: str
    gap: str
    opens: bool

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() or self.text[0].istitle()

    @property
    def folded(self) -> str:
        return self.text.casefold()


def tokenise(text: str) -> list[Token]:
    """The words of a text in order. A hyphen and an apostrophe part two words."""
    found: list[Token] = []
    last, before = 0, ""
    for match in WORD.finditer(text):
        word, gap = match.group(), text[last : match.start()]
        found.append(Token(match.start(), match.end(), word, gap, not found or _opens(gap, before)))
        last, before = match.end(), word
    return found


def _opens(gap: str, before: str) -> bool:
    if gap == " ":
        return False
    if _NEWLINE.search(gap):
        return True
    bare = gap.strip()
    if bare[-1:] in _OPENERS and bare[-1:] not in "–—":
        return True
    if bare == ".":
        short = (
            before.casefold() in _ABBREVIATIONS or (len(before) == 1 and before.isupper()) or before.isdigit()
        )
        return gap != "." and not short
    return bool(_ENDS.search(bare)) and gap != bare


def blank(gap: str) -> bool:
    """Is it nothing but blanks within one line?"""
    return bool(BLANKS.fullmatch(gap))


def whole(text: str, end: int) -> int:
    """`end`, moved behind the combining marks that stand there."""
    match = MARK.match(text, end)
    return match.end() if match else end
