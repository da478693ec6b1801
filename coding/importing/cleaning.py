"""Characters: what may stand in a stored text, and how offsets follow when something is taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Line ends of every system; form feeds and Unicode's own separators end a line too.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

# Invisible, and in the way of every search: soft hyphen, zero-width space, word joiner, byte order mark.
# Controls and noncharacters are refused by databases or by XML, lone surrogates by both.
_JUNK = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_PLANE_ENDS = re.compile(
    "[" + "".join(f"{chr(p * 0x10000 + 0xFFFE)}{chr(p * 0x10000 + 0xFFFF)}" for p in range(1, 17)) + "]"
)
_JOINERS = re.compile("[\u200c\u200d]+")
_SURROGATES = re.compile("[\ud800-\udfff]")


def unify_lines(text: str) -> str:
    """Every line end becomes `\\n`."""
    return _LINE_ENDS.sub("\n", text)


def _joins(char: str) -> bool:
    """Does a joiner beside this character mean anything? In emoji and in scripts beyond Latin, yes."""
    code = ord(char)
    return code > 0x2FF and not 0x2000 <= code <= 0x206F and not char.isspace()


def _joiner(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    if start and end < len(text) and _joins(text[start - 1]) and _joins(text[end]):
        return match.group()[0]
    return ""


def _pass(text: str) -> str:
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _PLANE_ENDS.sub("", _JUNK.sub("", text))
    text = _JOINERS.sub(_joiner, text)
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """Composed (NFC), `\\n` line ends, nothing invisible but joiners that join. Cleaning twice changes nothing."""
    text = unify_lines(text)
    while True:
        cleaned = _pass(text)
        if cleaned == text:
            return cleaned
        text = cleaned


def clean_at(text: str, offsets: Sequence[int]) -> tuple[str, list[int]]:
    """The cleaned text, and where each of the offsets has gone."""
    cleaned = clean(text)
    if cleaned == text:
        return cleaned, list(offsets)
    moved = {offset: min(len(clean(text[:offset])), len(cleaned)) for offset in set(offsets)}
    return cleaned, [moved[offset] for offset in offsets]


def cut_at(text: str, spans: Iterable[tuple[int, int]], offsets: Sequence[int]) -> tuple[str, list[int]]:
    """The text without the spans, cleaned again, and where each of the offsets has gone."""
    kept: list[str] = []
    at = 0
    ordered = sorted(spans)
    for start, end in ordered:
        if start > at:
            kept.append(text[at:start])
        at = max(at, end)
    kept.append(text[at:])
    moved: list[int] = []
    for offset in offsets:
        gone, reached = 0, 0
        for start, end in ordered:
            start = max(start, reached)
            if start >= offset:
                break
            gone += max(0, min(end, offset) - start)
            reached = max(reached, end)
        moved.append(offset - gone)
    return clean_at("".join(kept), moved)
