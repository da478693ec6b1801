"""Who counts in a passage.

The rule: an informant counts who has at least five words in the passage, or at least a fifth of its informant words.
Where nobody reaches that, everyone counts in whose turns the passage covers a character. Interviewers never count.
Speech of somebody unidentified, and text without speakers, counts as that of nobody known: `None`.
A person may say by hand of somebody who speaks in the passage that they count, or do not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ENOUGH_WORDS = 5
ENOUGH_SHARE = 5

# Whose words they are: an informant's id, None for nobody known, whose speakers `voice` then tells apart.
Whose = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn and whose it is. `voice` tells the speakers of a source apart; `informant` is None for nobody known.

    `interviewer` says that its words count nowhere: an interviewer's, or a heading beside the speech of others.
    """

    start: int
    end: int
    first_word: int
    words: int
    voice: int | None
    informant: int | None
    interviewer: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Code points [start, end) holding the words [first_word, end_word)."""

    start: int
    end: int
    first_word: int
    end_word: int


class Speech:
    """The turns of one version, in order, ready to be asked about many stretches."""

    def __init__(self, turns: Sequence[SpokenTurn]) -> None:
        self._turns = turns
        self._starts = [turn.start for turn in turns]
        self._ends = [turn.end for turn in turns]

    def covered(self, start: int, end: int) -> Sequence[SpokenTurn]:
        """The turns of which [start, end) covers a character."""
        return self._turns[bisect_right(self._ends, start) : bisect_left(self._starts, end)]

    def turn_at(self, offset: int) -> SpokenTurn | None:
        """The turn that holds `offset`, or, between two turns, the one before it."""
        place = bisect_right(self._starts, offset) - 1
        return self._turns[place] if place >= 0 else None

    def stretch(self, text: str, start: int, end: int) -> Stretch:
        """[start, end) with the numbers of its words, counted from the beginning of its turns."""
        return Stretch(start, end, self._words_before(text, start), self._words_before(text, end))

    def _words_before(self, text: str, offset: int) -> int:
        turn = self.turn_at(offset)
        if turn is None:
            return 0
        return turn.first_word + len(text[turn.start : offset].split())

    def words_in(self, stretch: Stretch) -> dict[Whose, int]:
        """How many words each has in `stretch` of whom it covers a character; interviewers are left out."""
        words: dict[Whose, int] = {}
        for turn in self.covered(stretch.start, stretch.end):
            if turn.interviewer:
                continue
            first = max(turn.first_word, stretch.first_word)
            last = min(turn.first_word + turn.words, stretch.end_word)
            whose = (turn.informant, None if turn.informant is not None else turn.voice)
            words[whose] = words.get(whose, 0) + max(0, last - first)
        return words

    def who_counts(self, stretch: Stretch, corrections: Mapping[int, bool] | None = None) -> set[int | None]:
        """The informants (ids) who count in `stretch`, None among them where nobody known does.

        `corrections` says by hand of an informant that they count (True) or do not (False). It says nothing of whoever
        does not speak there: a speaker may have become somebody else's since.
        """
        words = self.words_in(stretch)
        enough = set(_with_enough_words(words)) or set(words)
        counting: set[int | None] = {informant for informant, _ in enough}
        speaking = {informant for informant, _ in words}
        for informant, counts in (corrections or {}).items():
            if not counts:
                counting.discard(informant)
            elif informant in speaking:
                counting.add(informant)
        return counting


def speech(rows: Iterable[tuple[int, int, int, int, int | None, int | None, str | None]]) -> Speech:
    """The turns of a version from rows in their order: start, end, first word, words, speaker, informant, role.

    The informant of a speaker in another role than "informant" is not asked; one whose role is "interviewer" counts
    nowhere, and no more does a turn without a speaker beside the speech of others.
    """
    turns = list(rows)
    anybody = any(speaker is not None for _start, _end, _first, _words, speaker, *_rest in turns)
    return Speech(
        [
            SpokenTurn(
                start=start,
                end=end,
                first_word=first,
                words=words,
                voice=speaker,
                informant=informant if role == "informant" else None,
                interviewer=role == "interviewer" or (speaker is None and anybody),
            )
            for start, end, first, words, speaker, informant, role in turns
        ]
    )


def _with_enough_words(words: Mapping[Whose, int]) -> Iterable[Whose]:
    total = sum(words.values())
    for whose, spoken in words.items():
        if spoken >= ENOUGH_WORDS or (spoken > 0 and spoken * ENOUGH_SHARE >= total):
            yield whose
