"""What a person decides about a file before it is stored, and what the file becomes by it. Pure functions.

Offsets in `Choices` are those of the document as it was read; they stay true whatever is decided, so that each
decision can be taken back by itself.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .document import ReadDocument
from .roles import is_collective_label, is_interviewer_label, neutral_labels

INFORMANT, INTERVIEWER, UNIDENTIFIED = "informant", "interviewer", "unidentified"
# No speaker after all: the label goes back into the text, and its words to whoever spoke before.
TEXT = "text"
ROLES = (INFORMANT, INTERVIEWER, UNIDENTIFIED, TEXT)
INTERVIEW, FOCUS_GROUP, DOCUMENT = "interview", "focus_group", "document"
LABEL_CHARACTERS = 150
# Large enough that their names in a title point to nobody; a project's own cities come on top.
TOWNS = (
    "Oslo", "Bergen", "Trondheim", "Stavanger", "Kristiansand", "Tromsø", "Drammen", "Fredrikstad", "Sandnes", "Bodø",
    "Sarpsborg", "Skien", "Ålesund", "Haugesund", "Tønsberg", "Moss", "Arendal", "Hamar", "Lillehammer", "Molde",
)  # fmt: skip

_PARAGRAPH = re.compile(r"\n")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|\n")
_WORD = re.compile(r"\s+")


@dataclass(frozen=True)
class SpeakerChoice:
    """A label of the file (`original`; None where the person added the speaker) and what is stored in its place."""

    original: str | None
    label: str
    role: str = INFORMANT


@dataclass(frozen=True)
class Choices:
    """All that a person decided about one file.

    Two speakers with the same label become one. `splits` are where further turns begin, `joins` which turns of the
    file go on with the one before, `turns` who speaks in the turn that begins there (a place in `speakers`, or None).
    """

    speakers: tuple[SpeakerChoice, ...] = ()
    splits: frozenset[int] = frozenset()
    joins: frozenset[int] = frozenset()
    turns: Mapping[int, int | None] = field(default_factory=dict)
    notes: frozenset[int] = frozenset()

    def to_json(self) -> dict[str, Any]:
        return {
            "speakers": [[s.original, s.label, s.role] for s in self.speakers],
            "splits": sorted(self.splits),
            "joins": sorted(self.joins),
            "turns": [[at, self.turns[at]] for at in sorted(self.turns)],
            "notes": sorted(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Choices:
        return cls(
            speakers=tuple(SpeakerChoice(*speaker) for speaker in data.get("speakers", ())),
            splits=frozenset(data.get("splits", ())),
            joins=frozenset(data.get("joins", ())),
            turns=dict(data.get("turns", ())),
            notes=frozenset(data.get("notes", ())),
        )


@dataclass(frozen=True)
class ConfirmedSpeaker:
    """A speaker as it will be stored, and the labels of the file that it stands for."""

    label: str
    role: str
    originals: tuple[str, ...]


@dataclass(frozen=True)
class ConfirmedTurn:
    """A turn as it will be stored. [`key`, `key_end`) is the same stretch in the document as it was read, and
    `choice` the place of its speaker in `Choices.speakers`."""

    start: int
    end: int
    speaker: int | None
    time: str
    key: int
    key_end: int
    choice: int | None


@dataclass(frozen=True)
class ConfirmedNote:
    start: int
    end: int
    body: str


@dataclass(frozen=True)
class Confirmed:
    """What will be stored: the turns cover the text but for the newline between two of them."""

    text: str
    turns: tuple[ConfirmedTurn, ...]
    speakers: tuple[ConfirmedSpeaker, ...]
    notes: tuple[ConfirmedNote, ...]

    def turn_at(self, key: int) -> int | None:
        """The place of the turn that begins at `key` of the document as it was read."""
        keys = [turn.key for turn in self.turns]
        place = bisect_left(keys, key)
        return place if place < len(keys) and keys[place] == key else None


def tidy_label(label: str) -> str:
    """A label as it can be stored: composed, one blank between words, of bounded length."""
    return " ".join(unicodedata.normalize("NFC", label).split())[:LABEL_CHARACTERS].strip()


def kept_title(file_name: str) -> str:
    """A file's name as a title, without its folders, its ending and what stands for blanks in it."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}\Z", "", file_name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = re.sub(r"(?<!\d)[-–.]+|[-–.]+(?!\d)|_", " ", unicodedata.normalize("NFC", stem))
    title = " ".join(stem.split())
    return title[:1].upper() + title[1:]


def with_capitals(title: str, places: Iterable[str]) -> str:
    """`title` with the names of places written as they are given: `Intervju oslo` becomes `Intervju Oslo`."""
    for place in places:
        title = re.sub(rf"(?<!\w){re.escape(place)}(?!\w)", place.replace("\\", r"\\"), title, flags=re.I)
    return title


def labels_of(document: ReadDocument) -> list[str]:
    """The labels of the file, in the order in which they first speak."""
    return list(dict.fromkeys(turn.label for turn in document.turns if turn.label is not None))


def guess_role(label: str) -> str:
    """The role that a label of the file speaks for."""
    if is_interviewer_label(label):
        return INTERVIEWER
    return UNIDENTIFIED if is_collective_label(label) else INFORMANT


def guess_kind(document: ReadDocument) -> str:
    """A document where nobody speaks, a focus group where more than two do besides interviewers, else an interview."""
    labels = labels_of(document)
    if not labels:
        return DOCUMENT
    informants = [label for label in labels if guess_role(label) == INFORMANT]
    return FOCUS_GROUP if len(informants) > 2 else INTERVIEW


def proposals(document: ReadDocument, *, keep_labels: bool = False) -> Choices:
    """What is proposed for a document: neutral labels (unless they are kept), guessed roles, its notes as memos."""
    labels = labels_of(document)
    stored = {label: label for label in labels} if keep_labels else neutral_labels(labels)
    speakers = tuple(SpeakerChoice(label, tidy_label(stored[label]), guess_role(label)) for label in labels)
    wanted = frozenset(i for i, note in enumerate(document.notes) if note.kind != "header")
    return Choices(speakers=speakers, notes=wanted)


class _Inserted:
    """Labels that go back into the text, and where each offset of the document has gone by that."""

    def __init__(self, inserted: Mapping[int, str]) -> None:
        self.places = sorted(inserted)
        self.strings = [inserted[place] for place in self.places]
        self.shifts = [0]
        for string in self.strings:
            self.shifts.append(self.shifts[-1] + len(string))

    def before(self, offset: int) -> int:
        """Where `offset` lies, in front of what was put in there."""
        return offset + self.shifts[bisect_left(self.places, offset)]

    def after(self, offset: int) -> int:
        return offset + self.shifts[bisect_right(self.places, offset)]

    def into(self, text: str) -> str:
        parts, at = [], 0
        for place, string in zip(self.places, self.strings, strict=True):
            parts += [text[at:place], string]
            at = place
        return "".join([*parts, text[at:]])


@dataclass
class _Turn:
    key: int
    key_end: int
    choice: int | None
    time: str


def _speakers(choices: Choices) -> tuple[list[ConfirmedSpeaker], dict[int, int]]:
    """The speakers after merging, and which of them each choice has become."""
    merged: list[ConfirmedSpeaker] = []
    places: dict[str, int] = {}
    became: dict[int, int] = {}
    for i, choice in enumerate(choices.speakers):
        if choice.role == TEXT:
            continue
        label = tidy_label(choice.label) or "?"
        originals = () if choice.original is None else (choice.original,)
        place = places.setdefault(label.casefold(), len(merged))
        if place == len(merged):
            merged.append(ConfirmedSpeaker(label, choice.role, originals))
        else:
            known = merged[place]
            merged[place] = replace(known, originals=known.originals + originals)
        became[i] = place
    return merged, became


def _turns(document: ReadDocument, choices: Choices) -> list[_Turn]:
    """The turns after splitting and joining, in offsets of the document; `choice` is a place in `choices.speakers`."""
    by_label = {s.original: i for i, s in enumerate(choices.speakers) if s.original is not None}
    text = document.text
    splits = sorted(choices.splits)
    made: list[_Turn] = []
    for number, turn in enumerate(document.turns):
        own = None if turn.label is None else by_label.get(turn.label)
        pieces = [_Turn(turn.start, turn.end, own, turn.time or "")]
        for at in splits[bisect_right(splits, turn.start) : bisect_left(splits, turn.end)]:
            last = pieces[-1]
            if _can_split(text, last.key, last.key_end, at):
                pieces.append(_Turn(at, last.key_end, own, ""))
                last.key_end = at - 1
        for piece in pieces:
            spoken = choices.turns.get(piece.key, piece.choice)
            piece.choice = spoken if spoken is None or 0 <= spoken < len(choices.speakers) else None
        dropped = pieces[0].choice is not None and choices.speakers[pieces[0].choice].role == TEXT
        if made and number and (turn.start in choices.joins or dropped):
            made[-1].key_end = pieces[0].key_end
            pieces = pieces[1:]
        made += pieces
    return made


def _can_split(text: str, start: int, end: int, at: int) -> bool:
    if not start < at < end or not text[at - 1].isspace():
        return False
    return bool(text[start : at - 1].strip()) and bool(text[at:end].strip())


def apply(document: ReadDocument, choices: Choices) -> Confirmed:
    """What `document` becomes by `choices`. No character is lost: a blank at which a turn is split becomes the newline
    between the two, and a label that is no speaker goes back into the text. Choices that fit nothing are passed over.
    """
    merged, became = _speakers(choices)
    turns = _turns(document, choices)
    dropped = {s.original for s in choices.speakers if s.role == TEXT and s.original is not None}
    inserted = _Inserted({t.start: f"{t.label}: " for t in document.turns if t.label in dropped})
    characters = list(document.text)
    for one in turns[1:]:
        characters[one.key - 1] = "\n"
    text = inserted.into("".join(characters))

    spoken = [None if t.choice is None else became.get(t.choice) for t in turns]
    kept = list(dict.fromkeys(place for place in spoken if place is not None))
    kept.sort()
    place_of = {old: new for new, old in enumerate(kept)}
    confirmed = tuple(
        ConfirmedTurn(
            start=inserted.before(t.key),
            end=inserted.before(t.key_end),
            speaker=None if who is None else place_of[who],
            time=t.time,
            key=t.key,
            key_end=t.key_end,
            choice=None if who is None else t.choice,
        )
        for t, who in zip(turns, spoken, strict=True)
    )
    notes = tuple(
        ConfirmedNote(
            inserted.after(note.anchor_start),
            max(inserted.after(note.anchor_start), inserted.before(note.anchor_end)),
            note.body if note.author is None else f"{note.author}: {note.body}",
        )
        for i, note in enumerate(document.notes)
        if i in choices.notes
    )
    return Confirmed(text, confirmed, tuple(merged[old] for old in kept), notes)


def breaks(text: str, start: int, end: int, *, by: str = "sentence") -> list[int]:
    """Where a turn [start, end) can be split: at paragraphs and sentences, or (`by="word"`) before any word."""
    pattern = _WORD if by == "word" else _SENTENCE
    found = [match.end() for match in pattern.finditer(text, start, end)]
    return [at for at in found if _can_split(text, start, end, at)]


def split(document: ReadDocument, choices: Choices, at: int) -> Choices:
    """A turn begins at `at`; it keeps the speaker of the turn that it was part of. Raises ValueError where none can."""
    for turn in _turns(document, choices):
        if turn.key < at < turn.key_end:
            break
    else:
        raise ValueError("no turn can begin there")
    if any(base.start == at for base in document.turns):
        # A turn of the file that was joined to the one before becomes a turn again.
        apart = replace(choices, joins=choices.joins - {at})
        if any(one.key == at for one in _turns(document, apart)):
            return apart
        text_only = turn.choice is not None and choices.speakers[turn.choice].role == TEXT
        return replace(apart, turns={**choices.turns, at: None if text_only else turn.choice})
    if not _can_split(document.text, turn.key, turn.key_end, at):
        raise ValueError("no turn can begin there")
    return replace(choices, splits=choices.splits | {at}, turns={**choices.turns, at: turn.choice})


def join(document: ReadDocument, choices: Choices, at: int) -> Choices:
    """The turn that begins at `at` goes on with the one before. Raises ValueError where no such turn begins."""
    keys = [turn.key for turn in _turns(document, choices)]
    if at not in keys[1:]:
        raise ValueError("no turn begins there")
    turns = {key: speaker for key, speaker in choices.turns.items() if key != at}
    if at in choices.splits:
        return replace(choices, splits=choices.splits - {at}, turns=turns)
    return replace(choices, joins=choices.joins | {at}, turns=turns)


def give_turn(document: ReadDocument, choices: Choices, at: int, speaker: int | None) -> Choices:
    """`speaker` (a place in `choices.speakers`, or None) speaks in the turn that begins at `at`."""
    if speaker is not None and not 0 <= speaker < len(choices.speakers):
        raise ValueError("no such speaker")
    if all(turn.key != at for turn in _turns(document, choices)):
        raise ValueError("no turn begins there")
    return replace(choices, turns={**choices.turns, at: speaker})


def add_speaker(choices: Choices, label: str, role: str = INFORMANT) -> tuple[Choices, int]:
    """A speaker whom the file does not name, and its place; the one that has this label already where there is one."""
    label = tidy_label(label)
    if not label:
        raise ValueError("a speaker needs a label")
    for i, known in enumerate(choices.speakers):
        if known.label.casefold() == label.casefold() and known.role != TEXT:
            return choices, i
    return replace(choices, speakers=(*choices.speakers, SpeakerChoice(None, label, role))), len(
        choices.speakers
    )
