"""What codings lose when text is taken out: the one rule by which a withdrawal foretells, does and certifies it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from coding.anchoring.spans import CARRIED, EMPTIED, SpanMap, moved_in


class Standing(Protocol):
    """A coding as it stands in the old text."""

    pk: int
    coder_id: int
    code_id: int
    start: int
    end: int
    review: str


@dataclass
class Losses:
    """Ids of codings: `gone`, of whose words none are left, and `cut`, which wait for their coders from now on."""

    gone: set[int] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)


def losses(codings: Iterable[Standing], text: str, span_map: SpanMap) -> Losses:
    """What happens to all codings of a source, in the order of their ids, when `span_map` leads to `text`.

    One over whole turns, or with a changed place in its middle, is carried over and does not wait. One that becomes
    the same as another of its coder waits. What waited before is not counted again, unless now nothing of it is left;
    one that had lost its words already goes with the text that it stood in.
    """
    found = Losses()
    taken_out = [(start, end) for start, end, length in span_map.steps if not length]
    taken: set[tuple[int, int, int, int]] = set()
    for coding in codings:
        moved = moved_in(text, span_map.move(coding.start, coding.end))
        if moved.fate == EMPTIED:
            stood_in = any(start <= coding.start < end for start, end in taken_out)
            if coding.review != EMPTIED or stood_in:
                found.gone.add(coding.pk)
        elif not coding.review:
            place = (coding.coder_id, coding.code_id, moved.start, moved.end)
            if moved.fate != CARRIED or place in taken:
                found.cut.add(coding.pk)
            else:
                taken.add(place)
    return found
