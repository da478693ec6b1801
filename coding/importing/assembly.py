"""The last step: paragraphs with their speakers become one text with turns and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import layouts
from . import speakers as who
from .cleaning import clean
from .document import Message, Note, ReadDocument, ReadTurn, refuse
from .pieces import Raw, tidy
from .speakers import Recognised, Speech

_LAST_WORD = re.compile(r"\S+\s*$")


def assemble(raw: Raw, *, max_characters: int) -> ReadDocument:
    """The document that a file's paragraphs make."""
    paragraphs, left_out = layouts.without_recording(tidy(raw.paragraphs))
    if sum(len(p.text) + 1 for p in paragraphs) > max_characters + 1:
        raise refuse("too_many_characters", limit=max_characters)
    if raw.captions and raw.speakers:
        recognised = Recognised(who.fixed_speech(paragraphs, joins=True))
    elif raw.speakers:
        recognised = who.recognise(paragraphs)
    else:
        recognised = who.without_speakers(paragraphs)
    made = _write(recognised.speech, len(raw.notes))
    if not made.text:
        raise refuse("no_text")
    warnings = [*raw.warnings, *left_out, *recognised.warnings]
    named = any(turn.label is not None for turn in made.turns)
    if raw.speakers and not named:
        warnings.append(Message("no_speakers"))
    notes = _notes(raw, made)
    if notes:
        warnings.append(Message("notes_found", {"count": len(notes)}))
    return ReadDocument(
        text=made.text,
        turns=tuple(made.turns),
        notes=notes,
        warnings=tuple(warnings),
        format=raw.format,
        encoding=raw.encoding,
        speakers_found=named,
    )


@dataclass(slots=True)
class _Written:
    text: str
    turns: list[ReadTurn]
    anchors: list[tuple[int, int] | None]


def _write(speech: list[Speech], notes: int) -> _Written:
    parts: list[str] = []
    turns: list[ReadTurn] = []
    anchors: list[tuple[int, int] | None] = [None] * notes
    at = 0
    pending: list[Speech] = []
    for one in speech:
        text = one.paragraph.text
        for mark in one.paragraph.marks:
            place = min(at + mark.offset, at + len(text))
            first, last = anchors[mark.note] or (place, place)
            anchors[mark.note] = (min(first, place), max(last, place))
        if not text.strip():
            if one.starts:
                pending.append(one)
            continue
        opener = one if one.starts or not pending else pending[-1]
        new = not turns or opener.starts or bool(pending)
        if new and turns and turns[-1].label is None and opener.label is None and not opener.time:
            new = False
        end = at + len(text)
        if new:
            turns.append(ReadTurn(opener.label, at, end, opener.time or one.time))
        else:
            last_turn = turns[-1]
            turns[-1] = ReadTurn(last_turn.label, last_turn.start, end, last_turn.time)
        pending = []
        parts.append(text)
        at = end + 1
    text = "\n".join(parts)
    anchors = [a and (min(a[0], len(text)), min(a[1], len(text))) for a in anchors]
    return _Written(text, turns, anchors)


def _notes(raw: Raw, made: _Written) -> tuple[Note, ...]:
    notes = []
    for note, anchor in zip(raw.notes, made.anchors, strict=True):
        body = "\n".join(line.strip() for line in clean(note.body).split("\n") if line.strip())
        if not body:
            continue
        start, end = anchor or (0, 0)
        if start == end and anchor is not None:
            # A note at a point belongs to the word before it, so that it can be seen and clicked.
            word = _LAST_WORD.search(made.text, max(0, start - 80), start)
            if word and "\n" not in word.group():
                start, end = word.start(), word.start() + len(word.group().rstrip())
        author = clean(note.author).strip() if note.author else ""
        notes.append(Note(start, end, note.kind, author or None, body))
    return tuple(sorted(notes, key=lambda n: (n.anchor_start, n.anchor_end)))
