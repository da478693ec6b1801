"""What was left in a text because it stands once, like a label, becomes a speaker's label after all."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise

from .confirming import Choices, SpeakerChoice, guess_role, tidy_label
from .document import ReadDocument, ReadTurn
from .roles import neutral_labels


def possible_labels(document: ReadDocument) -> list[str]:
    """What stands in the text like a speaker's label, once, and was left there."""
    return [str(w.params["label"]) for w in document.warnings if w.code == "possible_label"]


def accept_label(
    document: ReadDocument, choices: Choices, label: str, *, keep_labels: bool = False
) -> tuple[ReadDocument, Choices]:
    """Take `label` for a speaker wherever a paragraph begins with it and a colon: it leaves the text, a turn begins.

    What was decided before holds for the new document too. Raises ValueError where no paragraph begins so.
    """
    found = _paragraphs_of(document, label)
    if not found:
        raise ValueError("no paragraph begins with it")
    starts = [start for start, _end in found]
    gone = [0]
    for start, end in found:
        gone.append(gone[-1] + end - start)

    def moved(offset: int) -> int:
        before = bisect_left(starts, offset)
        inside = max(0, found[before - 1][1] - offset) if before else 0
        return offset - gone[before] + inside

    turns = []
    for turn in document.turns:
        inside = starts[bisect_left(starts, turn.start) : bisect_left(starts, turn.end)]
        bounds = [turn.start, *(start for start in inside if start > turn.start), turn.end + 1]
        for number, (start, after) in enumerate(pairwise(bounds)):
            whose = label if start in inside else turn.label
            time = turn.time if number == 0 else None
            turns.append(ReadTurn(whose, moved(start), moved(after - 1), time))
    text, at = [], 0
    for start, end in found:
        text.append(document.text[at:start])
        at = end
    read = replace(
        document,
        text="".join([*text, document.text[at:]]),
        turns=tuple(turns),
        notes=tuple(
            replace(n, anchor_start=moved(n.anchor_start), anchor_end=moved(n.anchor_end))
            for n in document.notes
        ),
        warnings=tuple(
            w
            for w in document.warnings
            if not (w.code == "possible_label" and w.params.get("label") == label)
        ),
        speakers_found=True,
    )
    known = [speaker.label for speaker in choices.speakers]
    stored = label if keep_labels else neutral_labels([*known, label])[label]
    speakers = choices.speakers
    if all(speaker.original != label for speaker in speakers):
        speakers = (*speakers, SpeakerChoice(label, tidy_label(stored), guess_role(label)))
    beginnings = {turn.start for turn in read.turns}
    decided = replace(
        choices,
        speakers=speakers,
        splits=frozenset(moved(at) for at in choices.splits) - beginnings,
        joins=frozenset(moved(at) for at in choices.joins),
        turns={moved(at): speaker for at, speaker in choices.turns.items() if at not in starts},
    )
    return read, decided


def _paragraphs_of(document: ReadDocument, label: str) -> list[tuple[int, int]]:
    """Where paragraphs begin with a label, as stretches to take out; none after which nothing would be said."""
    text = document.text
    pattern = re.compile(rf"(?:\A|(?<=\n)){re.escape(label)}[^\S\n]*[:：][^\S\n]*\n?")
    ends = [turn.end for turn in document.turns]
    matches = list(pattern.finditer(text))
    following = [match.start() for match in matches[1:]] + [len(text)]
    found = []
    for match, after in zip(matches, following, strict=True):
        turn = document.turns[bisect_left(ends, match.start())]
        if match.start() >= turn.start and text[match.end() : min(turn.end, after)].strip():
            found.append(match.span())
    return found
