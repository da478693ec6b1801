"""What the editing view of a text sends: for each turn its words, its speaker, and whether it goes on from above."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coding.anchoring.offsets import as_stored
from coding.anchoring.texts import TurnChange
from coding.reports.corrections import WrittenTurn

_FIELD = re.compile(r"text-(0|[1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class EditedTurn:
    """A turn in the editing view: as it is stored, and as it was typed."""

    number: int
    start: int
    time: str
    text: str
    speaker: int | None
    joined: bool
    changed: bool

    @property
    def shown_number(self) -> int:
        return self.number + 1

    @property
    def rows(self) -> int:
        """Lines for a browser that does not let the field grow by itself."""
        return sum(1 + len(line) // 64 for line in self.text.split("\n"))


class CorrectionForm:
    """The corrections in `data`. `error` is a sentence where it cannot be read; what was typed is kept.

    `version` is the number of the version that the page was made from. Turns that are not sent are as they were.
    """

    def __init__(self, data: Mapping[str, str]) -> None:
        self.error = ""
        self.typed: dict[int, TurnChange] = {}
        number = data.get("version", "")
        self.version = int(number) if _NUMBER.fullmatch(number) else 0
        for name in data:
            field = _FIELD.fullmatch(name)
            if field is None:
                continue
            place = field[1]
            speaker = data.get(f"speaker-{place}", "")
            if speaker and not _NUMBER.fullmatch(speaker):
                self.error = _("The request could not be understood. Load the page again.")
            self.typed[int(place)] = TurnChange(
                as_stored(data[name]),
                int(speaker) if _NUMBER.fullmatch(speaker) else None,
                joined=f"joined-{place}" in data,
            )
        if not self.version:
            self.error = _("The request could not be understood. Load the page again.")

    def changes(self, turns: Sequence[WrittenTurn]) -> dict[int, TurnChange]:
        """What differs from `turns`, by turn number."""
        stored = {turn.number: (turn.text.strip(), turn.speaker) for turn in turns}
        return {
            number: change
            for number, change in self.typed.items()
            if change.joined or stored.get(number) != (change.text.strip(), change.speaker)
        }


def edited_turns(
    turns: Sequence[WrittenTurn], changes: Mapping[int, TurnChange], speakers: Container[int | None]
) -> list[EditedTurn]:
    """`turns` as the editing view shows them, with what was typed in the place of what is stored.

    A typed speaker who is none of `speakers` any more gives way to the stored one.
    """
    shown = []
    for turn in turns:
        change = changes.get(turn.number)
        typed = change or TurnChange(turn.text, turn.speaker)
        shown.append(
            EditedTurn(
                number=turn.number,
                start=turn.start,
                time=turn.time,
                text=typed.text,
                speaker=typed.speaker if typed.speaker in speakers else turn.speaker,
                joined=typed.joined,
                changed=change is not None,
            )
        )
    return shown
