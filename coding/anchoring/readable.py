"""The difference of two versions of a text as a person reads it: turn by turn, and in a turn word by word. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coding.anchoring.spans import CARRIED, SpanMap

SAME, ADDED, REMOVED = "same", "added", "removed"
# Where a turn begins: in both texts, only in the new one (split off), only in the old one: joined to the turn above, or
# gone with its words.
TURN, SPLIT, JOINED, GONE = "turn", "split", "joined", "gone"
CONTEXT = 120
Step = Sequence[int]


@dataclass(frozen=True)
class Said:
    """A turn [start, end) of a text under the name of who speaks in it ("": nobody)."""

    start: int
    end: int
    who: str


@dataclass(frozen=True)
class Piece:
    """Words (SAME, ADDED, REMOVED), or where a turn begins, with who spoke (`was`) and who speaks (`now`)."""

    kind: str
    text: str = ""
    was: str = ""
    now: str = ""

    @property
    def shown(self) -> str:
        """The words; blanks that alone came or went as signs that one can see."""
        if self.kind == SAME or self.text.strip():
            return self.text
        return self.text.replace(" ", "␣").replace("\n", "↵\n")


@dataclass(frozen=True)
class ChangedTurns:
    """Neighbouring turns that a new version changed: `first` is the number (from 1) of the first in the old text."""

    first: int
    last: int
    pieces: list[Piece]


def changed_turns(
    old: str, before: Sequence[Said], new: str, after: Sequence[Said], steps: Sequence[Step]
) -> list[ChangedTurns]:
    """Where `new` with the turns `after` differs from `old` with the turns `before`.

    `steps` are the span map between them, as a version stores it: [start, end, new length], ascending.
    """
    found = []
    starts = [step[0] for step in steps]
    for i, j, k, m in _groups(before, after, steps):
        begin, end = before[i].start, before[j - 1].end
        touching = []
        at = max(0, bisect_left(starts, begin) - 1)
        while at < len(steps) and steps[at][0] <= end:
            if steps[at][1] >= begin:
                touching.append(steps[at])
            at += 1
        whose = [turn.who for turn in before[i:j]] == [turn.who for turn in after[k:m]]
        if touching or not whose:
            stretch = (begin, end, after[k].start if k < m else 0)
            olds = {turn.start: turn.who for turn in before[i:j]}
            news = {turn.start: turn.who for turn in after[k:m]}
            pieces = list(_pieces(old, new, stretch, olds, news, touching))
            found.append(ChangedTurns(i + 1, j, _shortened(_tidied(pieces))))
    return found


def _groups(
    before: Sequence[Said], after: Sequence[Said], steps: Sequence[Step]
) -> Iterator[tuple[int, int, int, int]]:
    """Turns [i, j) of the old text and [k, m) of the new one between boundaries that stand in both."""
    span_map = SpanMap(steps)
    ends = {turn.end: place for place, turn in enumerate(after)}
    i = k = 0
    for place, turn in enumerate(before):
        if place == len(before) - 1:
            yield i, len(before), k, len(after)
            return
        newline = span_map.move(turn.end, turn.end + 1)
        kept = newline.fate == CARRIED and newline.end - newline.start == 1
        m = ends.get(newline.start, -1) + 1
        if kept and m > k:
            yield i, place + 1, k, m
            i, k = place + 1, m


def _pieces(
    old: str,
    new: str,
    stretch: tuple[int, int, int],
    olds: Mapping[int, str],
    news: Mapping[int, str],
    steps: Sequence[Step],
) -> Iterator[Piece]:
    """The words and turns of [begin, end) of the old text, which is at `now` in the new one."""
    at, end, now = stretch
    told_old: set[int] = set()
    told_new: set[int] = set()

    def heads(here: int, there: int, *, lost: bool = False) -> Iterator[Piece]:
        was = olds.get(here) if here not in told_old else None
        who = news.get(there) if there not in told_new else None
        if was is not None:
            told_old.add(here)
        if who is not None:
            told_new.add(there)
        if was is not None and who is not None:
            yield Piece(TURN, was=was, now=who)
        elif was is not None:
            yield Piece(GONE if lost else JOINED, was=was)
        elif who is not None:
            yield Piece(SPLIT, now=who)

    def same(until: int) -> Iterator[Piece]:
        nonlocal at, now
        places = {start for start in olds if at <= start < until}
        places |= {at + start - now for start in news if now <= start < now + until - at}
        for cut in [*sorted(places - {at}), until]:
            if cut > at:
                yield from heads(at, now)
                yield Piece(SAME, old[at:cut])
                at, now = cut, now + cut - at

    for start, stop, length in steps:
        yield from same(start)
        stop = min(stop, end)
        whole = any(start < turn <= stop for turn in olds) or (start in olds and stop == end)
        if start in olds and now in news and (length or not whole):
            yield from heads(start, now)
        cuts = [turn for turn in sorted(olds) if start < turn < stop]
        for first, last in zip([start, *cuts], [*cuts, stop], strict=True):
            if first in olds:
                yield from heads(first, -1, lost=True)
            if last > first:
                yield Piece(REMOVED, old[first:last])
        cuts = [turn for turn in sorted(news) if now < turn < now + length]
        for first, last in zip([now, *cuts], [*cuts, now + length], strict=True):
            if last > first:
                yield from heads(-1, first)
                yield Piece(ADDED, new[first:last])
        at, now = max(stop, at), now + length
    yield from same(end)


def _tidied(pieces: list[Piece]) -> list[Piece]:
    """Without the blanks that only stand between two turns."""
    kept = []
    for place, piece in enumerate(pieces):
        beside = {pieces[n].kind for n in (place - 1, place + 1, place + 2) if 0 <= n < len(pieces)}
        if piece.kind in (ADDED, REMOVED) and not piece.text.strip() and beside & {SPLIT, GONE}:
            continue
        text = piece.text
        if place + 1 < len(pieces) and pieces[place + 1].kind in (TURN, SPLIT, JOINED, GONE):
            text = text.removesuffix("\n")
        if text or piece.kind not in (SAME, ADDED, REMOVED):
            kept.append(Piece(piece.kind, text, piece.was, piece.now))
    return kept


def _shortened(pieces: list[Piece]) -> list[Piece]:
    """With the words that stayed only where something beside them changed, and not many of them."""
    changed = [piece.kind not in (SAME, TURN) or piece.was != piece.now for piece in pieces]
    kept = []
    for place, piece in enumerate(pieces):
        if piece.kind == SAME:
            head = place > 0 and (changed[place - 1] or not any(changed[place:]))
            tail = any(changed[place + 1 : place + 3])
            piece = Piece(SAME, _around(piece.text, head=head or not tail, tail=tail))
        kept.append(piece)
    return kept


def _around(text: str, *, head: bool, tail: bool) -> str:
    """The beginning and the end of `text`, or one of them, cut between words."""
    if len(text) <= CONTEXT * (head + tail) + 20:
        return text
    first = text[:CONTEXT].rsplit(" ", 1)[0] if head else ""
    last = text[-CONTEXT:].split(" ", 1)[-1] if tail else ""
    return f"{first} … {last}"


def excerpt(text: str, most: int = 400) -> str:
    """`text`, without its middle where it is long: what a change did stands at its ends."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2].rsplit(' ', 1)[0]} … {text[-(most // 2) :].split(' ', 1)[-1]}"
