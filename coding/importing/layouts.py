"""Layouts that a whole file has, and that a single line cannot show."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from . import times
from .document import Message
from .labels import NO_LABEL, Candidate, at_dash, is_plain_role, looks_like_label, looks_like_name, tidy_label
from .pieces import Paragraph
from .roles import is_role_word


@dataclass(slots=True)
class Laid:
    """Paragraphs with their labels fixed."""

    paragraphs: list[Paragraph]
    warnings: list[Message] = field(default_factory=list)


_MEDIA = re.compile(
    r".{1,250}\.(?:m4a|mp3|mp4|m4v|wav|wma|wmv|aac|og[ga]|opus|webm|mov|avi|mkv|flac|amr|aiff?|3gp)", re.I
)
_RECORDING = frozenset({"audio file", "video file", "audio", "lydfil", "videofil", "lydopptak", "opptak"})
_TRANSCRIPT = frozenset({"transcript", "transcription", "transkript", "transkripsjon", "transkribering"})


def without_recording(paragraphs: list[Paragraph]) -> tuple[list[Paragraph], list[Message]]:
    """Without the head of Word's transcripts ("Audio file", the file's name, "Transcript"): it may name somebody."""
    heads = [p.text.strip().casefold().rstrip(":") for p in paragraphs[:3]]
    if len(paragraphs) < 3 or heads[0] not in _RECORDING or not _MEDIA.fullmatch(paragraphs[1].text.strip()):
        return paragraphs, []
    dropped = 3 if heads[2] in _TRANSCRIPT and len(paragraphs) > 3 else 2
    marks = [mark for paragraph in paragraphs[:dropped] for mark in paragraph.marks]
    for mark in marks:
        mark.offset = 0
    paragraphs[dropped].marks[:0] = marks
    return paragraphs[dropped:], [Message("recording_dropped")]


_EXPLAINED = re.compile(r"\s*([A-ZÆØÅ]{1,4}\d{0,2})\s{0,3}[–—=-]\s{0,3}([^–—=,;]{3,40}?)[\s.]*")


def legend(paragraphs: list[Paragraph]) -> tuple[int, frozenset[str]] | None:
    """The line at the top that says who its labels stand for, `I – interviewer, R – respondent`, and the labels."""
    for i, paragraph in enumerate(paragraphs[:10]):
        if paragraph.fixed or len(paragraph.text) > 300:
            continue
        pairs = [_EXPLAINED.fullmatch(part) for part in re.split("[,;]", paragraph.text)]
        if len(pairs) > 1 and all(pair is not None and is_role_word(pair.group(2)) for pair in pairs):
            return i, frozenset(pair.group(1) for pair in pairs if pair is not None)
    return None


def explained(paragraphs: list[Paragraph], found: list[Candidate | None]) -> frozenset[str]:
    """Labels before a dash that a legend explains, where two of them speak: then a short file is enough.

    Each is put into `found`, whatever colon comes later in its line; the legend itself is nobody's.
    """
    told = legend(paragraphs)
    if told is None:
        return frozenset()
    at, known = told
    spoken: dict[int, Candidate] = {}
    for i, paragraph in enumerate(paragraphs):
        dash = None if i <= at or paragraph.fixed else at_dash(paragraph.text)
        if dash is not None and dash.label in known:
            spoken[i] = dash
    if len({candidate.label for candidate in spoken.values()}) < 2 or len(spoken) < 3:
        return frozenset()
    found[at] = None
    for i, candidate in spoken.items():
        found[i] = candidate
    return known


_CHAT = re.compile(
    rf"(\[?{times.CLOCK}\]?)\t\s*(?:From\s+)?([^\t:]{{1,60}}?)(?:\s+to\s+[^\t:]+)?\s*:(?:\t|\s|$)\s*", re.I
)


def chat_log(paragraphs: list[Paragraph]) -> Laid | None:
    """A meeting's chat: time, tab, name, colon, tab, message. What has no time belongs to the message above."""
    lines = [_CHAT.match(p.text) for p in paragraphs]
    hits = sum(line is not None for line in lines)
    if hits < 2 or hits < 0.3 * len(paragraphs) or lines[0] is None:
        return None
    for paragraph, line in zip(paragraphs, lines, strict=True):
        if line is not None:
            paragraph.label, paragraph.time = tidy_label(line.group(2)), times.normal(line.group(1))
            paragraph.fixed = True
            paragraph.cut((0, line.end()))
    return Laid(paragraphs)


_TIER = re.compile(r"\*([A-ZÆØÅÄÖ0-9]{1,8}):?(?:\s+|$)")


def chat_tiers(paragraphs: list[Paragraph]) -> Laid | None:
    """CHAT: `*INT  speech`, `@` lines of metadata above, `%` lines of analysis below."""
    lines = [_TIER.match(p.text) for p in paragraphs]
    hits = sum(line is not None for line in lines)
    others = [
        p for p, line in zip(paragraphs, lines, strict=True) if line is None and p.text[:1] not in "@%\t"
    ]
    if hits < 2 or len(others) > 0.2 * len(paragraphs):
        return None
    kept: list[Paragraph] = []
    dropped = 0
    for paragraph, line in zip(paragraphs, lines, strict=True):
        if line is not None:
            paragraph.label, paragraph.fixed = line.group(1), True
            paragraph.cut((0, line.end()))
        elif paragraph.text.startswith("%"):
            dropped += 1
            continue
        kept.append(paragraph)
    laid = Laid(kept)
    if dropped:
        laid.warnings.append(Message("tiers_dropped", {"count": dropped}))
    return laid


# A dash after it is another layout.
_TOKEN = re.compile(r"([A-ZÆØÅ]{1,5}\d{0,3}|\d{2,4})(?:[ \t]+(?![ \t]|[–—-][ \t])|$)")


def first_tokens(paragraphs: list[Paragraph]) -> Laid | None:
    """The label is the first token of nearly every line, without a colon: `AMB hvor har du vokst opp ?`."""
    lines = [_TOKEN.match(p.text) if p.kind == "text" else None for p in paragraphs]
    counts = Counter(line.group(1) for line in lines if line is not None)
    codes = {token for token, n in counts.items() if n >= 3}
    hits = sum(counts[token] for token in codes)
    if not 2 <= len(codes) <= 12 or hits < 8 or hits < 0.8 * len(paragraphs):
        return None
    for paragraph, line in zip(paragraphs, lines, strict=True):
        if line is not None and line.group(1) in codes:
            paragraph.label, paragraph.fixed = line.group(1), True
            paragraph.cut((0, line.end()))
    return Laid(paragraphs)


_PARTS = re.compile(r"\s*(?:\+|/|&|,|\bog\b|\band\b)\s*")
_NUMBERED = re.compile(r"(\d)\s*[:.)]\s*")


def headings(paragraphs: list[Paragraph]) -> Laid | None:
    """Each turn stands under a heading with its speaker; `A + B` heads what two say at once."""
    texts = [tidy_label(p.text) for p in paragraphs if p.kind == "heading" and not p.fixed]
    counts = Counter(texts)
    single = {t for t, n in counts.items() if (n > 1 or is_plain_role(t)) and _speaker(t)}
    single -= {t for t in single if len(_members(t)) > 1 and single.issuperset(_members(t))}
    recurring = {t for t in single if counts[t] > 1}
    if len(recurring) < 2 or sum(counts[t] for t in single) < 0.5 * len(texts):
        return None
    laid = Laid([])
    overlaps = 0
    label: str | None = None
    parts: list[str] = []
    opened = False
    for paragraph in paragraphs:
        if paragraph.kind == "heading" and not paragraph.fixed:
            text = tidy_label(paragraph.text)
            members = _members(text)
            if text in single:
                label, parts, opened = text, [], True
                continue
            if len(members) > 1 and all(member in single for member in members):
                label, parts, opened = text, members, True
                overlaps += 1
                continue
            label, parts, opened = None, [], True
            if not re.fullmatch(r"\(?\s*no speaker\s*\)?", text, re.I):
                laid.paragraphs.append(replace(paragraph, fixed=True, label=None))
            continue
        if label is None or paragraph.kind == "front":
            paragraph.fixed, opened = opened, False
            laid.paragraphs.append(paragraph)
            continue
        numbered = _NUMBERED.match(paragraph.text) if parts else None
        if numbered and 0 < int(numbered.group(1)) <= len(parts):
            paragraph.label, paragraph.fixed = parts[int(numbered.group(1)) - 1], True
            paragraph.cut((0, numbered.end()))
        elif opened:
            paragraph.label, paragraph.fixed = label, True
        opened = False
        laid.paragraphs.append(paragraph)
    if overlaps:
        laid.warnings.append(Message("overlap_split", {"count": overlaps}))
    return laid


def _members(text: str) -> list[str]:
    return [part for part in _PARTS.split(text) if part]


def _speaker(text: str) -> bool:
    if not looks_like_label(text) or text.casefold() in NO_LABEL or len(text.split()) > 4:
        return False
    return looks_like_name(text) or is_role_word(text) or bool(re.fullmatch(r"[A-ZÆØÅ]{1,5}\d{0,3}", text))
