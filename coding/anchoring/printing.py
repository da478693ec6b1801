"""A passage as a report shows it: words left out ([...]) and words put in [brackets], marked, and nothing else changed.

Pure. Offsets are code points from the passage's first character, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

CUT_SIGN = "[...]"
SAME, CUT, BRACKET = "same", "cut", "bracket"
MOST_MARKS = 40
_BRACKETS = re.compile(r"(\[[^\[\]\n]{1,200}\])")
_AROUND = re.compile(r" *(\[[^\[\]\n]{1,200}\]) *")
_OPENING = "([«“‘\"'–-"


class NotTheWords(ValueError):
    """What was typed differs from the passage outside cuts and brackets. `words` is where it stops to agree."""

    def __init__(self, words: str) -> None:
        super().__init__("the words are not those of the passage")
        self.words = words


@dataclass(frozen=True, slots=True)
class Mark:
    """[start, end) is left out (`text` empty), or gives way to `text` in brackets; an insertion has start == end."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of what is shown: SAME words, or a CUT or BRACKET in the place of `instead_of`."""

    kind: str
    text: str
    instead_of: str = ""


def marks_from(rows: Iterable[Sequence]) -> tuple[Mark, ...]:
    """Marks as a row stores them: [start, end, text]."""
    return tuple(Mark(start, end, text) for start, end, text in rows)


def are_marks_of(original: str, marks: Sequence[Mark]) -> bool:
    """Whether `marks` are in order, apart, inside the passage, and leave some of it."""
    at = 0
    for mark in marks:
        wrong = mark.text and not _BRACKETS.fullmatch(f"[{mark.text}]")
        if (
            wrong
            or not at <= mark.start <= mark.end <= len(original)
            or (mark.start == mark.end and not mark.text)
        ):
            return False
        at = mark.end
    return bool(not marks or "".join(words for _at, words in _kept(original, marks)).strip())


def shown(original: str, marks: Sequence[Mark]) -> str:
    """The passage as it is shown."""
    return "".join(piece.text for piece in pieces(original, marks))


def pieces(original: str, marks: Sequence[Mark]) -> list[Piece]:
    """The passage as it is shown, run by run, with what each mark stands for."""
    found, at = [], 0
    for mark in marks:
        if mark.start > at:
            found.append(Piece(SAME, original[at : mark.start]))
        kind = BRACKET if mark.text else CUT
        found.append(Piece(kind, _sign(original, mark), original[mark.start : mark.end]))
        at = mark.end
    if at < len(original) or not found:
        found.append(Piece(SAME, original[at:]))
    return found


def shown_parts(original: str, marks: Sequence[Mark], turns: Sequence[tuple[int, int]]) -> list[str]:
    """What is shown of each of `turns` (stretches of the passage); empty where a cut took all of it.

    A cut over several turns stands where it begins.
    """
    said: list[list[str]] = [[] for _turn in turns]
    runs = [(at, at + len(words), words) for at, words in _kept(original, marks)]
    runs += [(mark.start, mark.start, _sign(original, mark)) for mark in marks]
    # Of what begins at one place, an insertion stands first and a run of words last.
    for start, end, words in sorted(runs, key=lambda run: (run[0], run[1])):
        if start == end:
            place = max((n for n, turn in enumerate(turns) if turn[0] <= start), default=0)
            said[place].append(words)
            continue
        for place, (first, last) in enumerate(turns):
            if first < end and start < last:
                said[place].append(words[max(first - start, 0) : last - start])
    return ["".join(words).strip(" ") for words in said]


def marks_of(original: str, typed: str) -> tuple[Mark, ...]:
    """The marks by which `typed` is shown of `original`. Raises NotTheWords.

    Brackets that stand in the passage itself are its words. A blank beside a bracket is no change.
    """
    if typed == original:
        return ()
    tokens = _BRACKETS.split(typed)
    own = [place for place in range(1, len(tokens), 2) if tokens[place] in original]
    for literal in (set(own), set()):
        run = list(_runs(tokens, literal))
        if len(run) > 2 * MOST_MARKS + 1:
            break
        for marks in _ways(original, run, 0, 0, ()):
            if are_marks_of(original, marks) and _bare(shown(original, marks)) == _bare(typed):
                return marks
        if not own:
            break
    raise NotTheWords(_parting(original, typed))


def _kept(original: str, marks: Sequence[Mark]) -> Iterator[tuple[int, str]]:
    """The runs of words that stay: (where, words)."""
    at = 0
    for mark in marks:
        if mark.start > at:
            yield at, original[at : mark.start]
        at = mark.end
    if at < len(original):
        yield at, original[at:]


def _sign(original: str, mark: Mark) -> str:
    """What stands for a mark. A cut, and what is put between words, get the blanks that they need."""
    sign = f"[{mark.text}]" if mark.text else CUT_SIGN
    if mark.text and mark.start < mark.end:
        return sign
    before, after = original[: mark.start][-1:], original[mark.end :][:1]
    left = " " if before and not before.isspace() and before not in _OPENING else ""
    return f"{left}{sign}{' ' if after.isalnum() or (after and after in _OPENING) else ''}"


def _bare(text: str) -> str:
    """`text` without the blanks at the sides of brackets."""
    return _AROUND.sub(r"\1", text)


def _runs(tokens: Sequence[str], literal: set[int]) -> Iterator[str]:
    """Words and brackets by turns, beginning and ending with words; `literal` brackets are words."""
    words = ""
    for place, token in enumerate(tokens):
        if place % 2 == 0 or place in literal:
            words += token
        else:
            yield words
            yield token
            words = ""
    yield words


def _ways(
    original: str, run: Sequence[str], place: int, at: int, marks: tuple[Mark, ...]
) -> Iterator[tuple[Mark, ...]]:
    """The marks that make `run[place:]` of `original[at:]`, each after `marks`: of a gap the shortest is tried."""
    words = run[place]
    bracket = run[place - 1] if place else ""
    last = place == len(run) - 1
    for variant in _variants(words, before=bool(bracket), after=not last):
        if last:
            found = len(original) - len(variant)
            fits = found >= at and original.endswith(variant)
        elif bracket:
            found = original.find(variant, at)
            fits = found >= 0
        else:
            found, fits = at, original.startswith(variant, at)
        if not fits or (not bracket and found != at):
            continue
        new = marks
        if bracket:
            if at == found and bracket == CUT_SIGN:
                continue
            text = "" if bracket == CUT_SIGN else bracket[1:-1]
            new = (*marks, Mark(at, found, text))
        if last:
            yield new
        else:
            yield from _ways(original, run, place + 2, found + len(variant), new)


def _variants(words: str, *, before: bool, after: bool) -> list[str]:
    """`words`, and without the blank at the side of a bracket."""
    found = [words]
    if before and words.startswith(" "):
        found.append(words[1:])
    if after and words.endswith(" "):
        found += [one[:-1] for one in list(found) if one.endswith(" ")]
    return found


def _parting(original: str, typed: str) -> str:
    """Some words of `typed` from where its unmarked words first stand nowhere in `original`."""
    at = 0
    for words in _BRACKETS.split(typed)[::2]:
        for match in re.finditer(r"\S+", words):
            found = original.find(match.group(), at)
            if found < 0:
                return words[match.start() : match.start() + 60]
            at = found + len(match.group())
    return typed[-60:]
