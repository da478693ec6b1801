"""Time codes as transcripts write them: `00:01:12`, `[1:12]`, `(00:01:12.5)`, `#00:01:12-3#`, `0:01 --> 0:04`."""

from __future__ import annotations

import re

CLOCK = r"\d{1,3}:[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,3})?"
_RANGE = rf"{CLOCK}(?:\s*(?:-->|→|-|–|—)\s*{CLOCK})?"
BRACKETED = rf"(?:\[\s*{_RANGE}\s*\]|\(\s*{_RANGE}\s*\)|\{{\s*{_RANGE}\s*\}}|<\s*{_RANGE}\s*>)"
F4 = r"#\s?\d{1,2}:\d{2}(?::\d{2})?(?:[-.,]\d{1,3})?\s?#"
STAMP = rf"(?:{F4}|{BRACKETED}|(?<![\d:]){_RANGE}(?![\d:]))"

LEADING = re.compile(rf"\s*({STAMP})(?=\s|$|[-–—|\]A-ZÆØÅ])\s*(?:[-–—|]\s+)?")
ALONE = re.compile(rf"\s*({STAMP})\s*")
ENDING = re.compile(rf"[\s,|–—-]*(?<!\w)({STAMP})\s*$")
MARKED = re.compile(rf"\s*({F4}|{BRACKETED})\s*")

# Inside the text only what cannot be speech goes: f4's codes and times alone in square brackets.
INLINE = re.compile(rf"({F4}|\[\s*{_RANGE}\s*\]|\(\s*\d{{1,2}}:[0-5]\d:[0-5]\d(?:[.,]\d{{1,3}})?\s*\))")

_PARTS = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?(?:([-.,])(\d{1,3}))?")


def normal(stamp: str) -> str | None:
    """`HH:MM:SS`, with `.mmm` where the file has fractions; of a range its beginning."""
    match = _PARTS.search(stamp)
    if not match:
        return None
    first, second, third, _, fraction = match.groups()
    if third is None:
        hours, minutes = divmod(int(first), 60)
        seconds = int(second)
    else:
        hours, minutes, seconds = int(first), int(second), int(third)
    text = f"{hours:02d}:{minutes:02d}:{seconds:02d}"
    return f"{text}.{fraction:0<3}" if fraction else text
