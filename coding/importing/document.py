"""What an uploaded file becomes: plain text, turns, notes and warnings. Frozen, and free of any framework."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOTE_KINDS = ("comment", "footnote", "endnote", "header")


@dataclass(frozen=True)
class Message:
    """A warning or a refusal: a code of `messages.SENTENCES` and the values that its sentence names."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        from .messages import english

        return english(self)


class Refused(Exception):
    """The file cannot be imported. `message` holds the one sentence that says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.code)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def refuse(code: str, **params: str | int) -> Refused:
    """A refusal to raise: `raise refuse("empty")`."""
    return Refused(Message(code, params))


@dataclass(frozen=True)
class ReadTurn:
    """One speaker's stretch: the label as recognised in the file, or None where nobody is named."""

    label: str | None
    start: int
    end: int
    time: str | None = None


@dataclass(frozen=True)
class Note:
    """A comment, footnote, endnote or page header, offered as a note on a stretch of the text."""

    anchor_start: int
    anchor_end: int
    kind: str
    author: str | None
    body: str


@dataclass(frozen=True)
class ReadDocument:
    """The text without labels and time codes, and who speaks where.

    Offsets are code points into `text`, end exclusive. The turns cover the whole text but for the one
    newline between two turns; a turn may hold several paragraphs, separated by one newline.
    """

    text: str
    turns: tuple[ReadTurn, ...]
    notes: tuple[Note, ...]
    warnings: tuple[Message, ...]
    format: str
    encoding: str | None
    speakers_found: bool

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists and values, ready for `json.dumps` or a JSON field."""
        return {
            "text": self.text,
            "turns": [[turn.label, turn.start, turn.end, turn.time] for turn in self.turns],
            "notes": [[n.anchor_start, n.anchor_end, n.kind, n.author, n.body] for n in self.notes],
            "warnings": [[warning.code, dict(warning.params)] for warning in self.warnings],
            "format": self.format,
            "encoding": self.encoding,
            "speakers_found": self.speakers_found,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> ReadDocument:
        """The same document again, from what `to_json` gave or from its JSON text."""
        given: Mapping[str, Any] = json.loads(data) if isinstance(data, str) else data
        return cls(
            text=given["text"],
            turns=tuple(ReadTurn(*turn) for turn in given["turns"]),
            notes=tuple(Note(*note) for note in given["notes"]),
            warnings=tuple(Message(code, params) for code, params in given["warnings"]),
            format=given["format"],
            encoding=given["encoding"],
            speakers_found=given["speakers_found"],
        )
