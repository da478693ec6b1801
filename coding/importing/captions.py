"""Captions (VTT, SRT): cues become turns where speakers are named, paragraphs where they are not."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from . import labels, times
from .cleaning import clean, unify_lines
from .pieces import Paragraph, Raw
from .roles import is_role_word

ARROW = re.compile(
    r"\s*((?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)\s*-->\s*((?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>", re.I)
_TAG = re.compile(r"</?(?:[cibuv]|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d[\d:.,]*>|\{\\an?\d\}", re.I)

LONG, VERY_LONG, PAUSE = 500, 1500, 4.0


@dataclass(slots=True)
class Cue:
    start: float
    end: float
    time: str
    lines: list[str]
    label: str | None = None
    tagged: bool = False


def is_srt(text: str) -> bool:
    """Does the text begin like SRT: a number, a time line with an arrow?"""
    return bool(re.match(r"\s*\d+\s*\n\s*\d{1,3}:\d{2}(?::\d{2})?[.,]\d{1,3}\s*-->", unify_lines(text[:400])))


def is_vtt(text: str) -> bool:
    return bool(re.match(r"\ufeff?\s*WEBVTT(?=\s|$)", text))


def _seconds(clock: str) -> float:
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def _cues(text: str) -> list[Cue]:
    cues: list[Cue] = []
    lines = unify_lines(text).split("\n")
    i = 0
    while i < len(lines):
        match = ARROW.match(lines[i])
        if not match:
            i += 1
            continue
        i += 1
        body: list[str] = []
        while i < len(lines) and not ARROW.match(lines[i]):
            if not lines[i].strip() and _ends(lines, i):
                break
            body.append(lines[i])
            i += 1
        if i < len(lines) and ARROW.match(lines[i]) and body and re.fullmatch(r"\d+", body[-1].strip()):
            body.pop()
        stamp = times.normal(match.group(1)) or ""
        cues.append(
            Cue(_seconds(match.group(1)), _seconds(match.group(2)), stamp, [b for b in body if b.strip()])
        )
    return cues


def _ends(lines: list[str], i: int) -> bool:
    """A blank line ends a cue; but speech after it that no time line heads still belongs to the cue."""
    rest = [line for line in lines[i : i + 6] if line.strip()][:2]
    if not rest:
        return True
    return (
        bool(ARROW.match(rest[0]))
        or (len(rest) > 1 and bool(ARROW.match(rest[1])))
        or rest[0].startswith(("NOTE", "STYLE", "REGION"))
    )


def read(text: str, raw: Raw) -> Raw:
    """The cues as paragraphs whose speakers and times are fixed."""
    raw.captions = True
    cues = _split_voices(_cues(text))
    if raw.speakers:
        if not any(cue.tagged for cue in cues):
            _names_before_colons(cues)
        _carry_on(cues)
    raw.paragraphs = _paragraphs(cues)
    return raw


def _plain(text: str) -> str:
    return clean(html.unescape(_TAG.sub("", text))).strip()


def _split_voices(cues: list[Cue]) -> list[Cue]:
    """A cue for each `<v Name>`; the rest of the markup goes."""
    result = []
    for cue in cues:
        body = "\n".join(cue.lines)
        voices = list(_VOICE.finditer(body))
        if not voices:
            result.append(Cue(cue.start, cue.end, cue.time, [t for t in map(_plain, cue.lines) if t]))
            continue
        before = _plain(body[: voices[0].start()])
        if before:
            result.append(Cue(cue.start, cue.end, cue.time, [before]))
        for voice, following in zip(voices, [*voices[1:], None], strict=True):
            said = body[voice.end() : following.start() if following else len(body)]
            lines = [t for t in (_plain(line) for line in said.split("\n")) if t]
            label = labels.tidy_label(_plain(voice.group(1))) or None
            result.append(Cue(cue.start, cue.end, cue.time, lines, label, tagged=label is not None))
    return result


_NAME = re.compile(r"(?:>>\s*|-\s+)?([^:：]{1,60})[:：](?:\s+|$)(.*)", re.S)
_CHEVRON = re.compile(r">>+\s*")


def _names_before_colons(cues: list[Cue]) -> None:
    """`Name: speech` at the start of a cue. Where most cues have it each is a tag; else the name must recur."""
    found = [(cue, _NAME.match(cue.lines[0])) for cue in cues if cue.lines]
    names: Counter[str] = Counter()
    for _, match in found:
        if match and labels.looks_like_label(labels.tidy_label(match.group(1))):
            names[labels.tidy_label(match.group(1))] += 1
    tags = sum(names.values()) >= 0.5 * max(1, len(found))
    accepted = {
        name
        for name, n in names.items()
        if (tags and not _sentence(name) and (n > 1 or len(name.split()) <= 4))
        or is_role_word(name)
        or (n > 1 and labels.looks_like_name(name))
    }
    recurring = sum(names[name] for name in accepted if names[name] > 1)
    if not tags and recurring < 2 and not any(labels.is_plain_role(name) for name in accepted):
        return
    for cue, match in found:
        if match and labels.tidy_label(match.group(1)) in accepted:
            cue.label, cue.tagged = labels.tidy_label(match.group(1)), True
            cue.lines[0] = match.group(2).strip()
            cue.lines = [line for line in cue.lines if line]


def _sentence(name: str) -> bool:
    return labels.first_word(name) in labels.NO_LABEL


def _carry_on(cues: list[Cue]) -> None:
    """A cue without a tag goes on with the speaker before it, unless nearly every cue has a tag of its own."""
    filled = [cue for cue in cues if cue.lines]
    tagged = sum(cue.tagged for cue in filled)
    repeats = sum(a.tagged and b.tagged and a.label == b.label for a, b in pairwise(filled))
    if not tagged or (tagged >= 0.8 * len(filled) and repeats):
        return
    label = None
    for cue in cues:
        if cue.tagged:
            label = cue.label
        else:
            cue.label = label
            if label is not None and cue.lines and _CHEVRON.match(cue.lines[0]):
                label = cue.label = None


def _paragraphs(cues: list[Cue]) -> list[Paragraph]:
    result: list[Paragraph] = []
    text, label, end = "", None, 0.0
    for cue in cues:
        said = " ".join(cue.lines)
        if not said:
            continue
        stops = text.endswith((".", "?", "!", "…", ".”", '."', "?”"))
        pause = cue.start - end
        new = (
            not result
            or cue.label != label
            or (stops and (len(text) >= LONG or pause >= PAUSE))
            or len(text) + len(said) > VERY_LONG
        )
        if new:
            result.append(Paragraph(said, label=cue.label, time=cue.time, fixed=True))
        else:
            result[-1].text += f" {said}"
        text, label, end = result[-1].text, cue.label, cue.end
    return result
