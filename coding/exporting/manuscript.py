"""A report as the writers of files take it: chapters, sections and blocks as plain text, in which nothing is markup.

Numbers are given before: a chapter taken alone keeps its number, and so do its quotations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from coding.exporting.cells import Cell
from coding.markdown import Run

# The contents name chapters and sections, not what stands below them.
DEEPEST_IN_CONTENTS = 2
# Centimetres between the margins of an A4 page.
TEXT_WIDTH = 15.4
# So many characters of a table's heading, and of its names, stand beside each other in the width of the text.
_ABREAST, _NAMES_ABREAST = 84, 70
# What names get at least and at most of the width, and what a step inwards takes of it.
_FOR_NAMES, _MOST_FOR_NAMES, STEP = 0.26, 0.5, 0.4


@dataclass(frozen=True)
class Text:
    """A paragraph. `style` is "", or "heading" (below those of the parts), "bullet", "step" (of a numbered list, its
    number among the words), "saying" (a quotation without a number), "note" (how something was counted, what is
    missing). `runs` are the words where they do not all look alike.
    """

    text: str
    style: str = ""
    runs: Sequence[Run] = ()

    @property
    def said(self) -> Sequence[Run]:
        return self.runs or (Run(self.text),)


@dataclass(frozen=True)
class Quote:
    """A numbered quotation: lines of (speaker, words), the speaker empty where one alone speaks.

    `said` is whose words they are. `held` says why it is not shown; then there are no lines.
    """

    number: int
    label: str
    lines: Sequence[tuple[str, str]]
    said: str
    held: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first row is the heading. `note` is the counting sentence below it.

    `levels` steps the first cell of each row below the heading in.
    """

    caption: str
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    levels: Sequence[int] = ()

    @property
    def widths(self) -> list[float]:
        """The columns' shares of the text's width, 1 in all: what the longest word needs, the rest for names."""
        columns = max(map(len, self.rows))
        needed = [
            max(_longest(row[place] if place < len(row) else "") + 2 for row in self.rows) / _ABREAST
            for place in range(1, columns)
        ]
        levels = [0, *(self.levels or [0] * len(self.rows))]
        names = max(
            (_longest(row[0]) + 2) / _NAMES_ABREAST + STEP * level / TEXT_WIDTH
            for row, level in zip(self.rows, levels, strict=False)
            if row
        )
        names = min(max(_FOR_NAMES, names), _MOST_FOR_NAMES)
        squeezed = min(1, (1 - names) / sum(needed)) if needed else 1
        shares = [one * squeezed for one in needed]
        return [1 - sum(shares), *shares]


def _longest(cell: Cell) -> int:
    """How many characters the longest word of a cell has."""
    return max(map(len, str(cell).split(" ")))


Block = Text | Quote | Table


@dataclass(frozen=True)
class Part:
    """A chapter (`level` 1), a section (2) or a heading in an appendix (2, 3), with what stands directly below it."""

    level: int
    number: str
    title: str
    blocks: Sequence[Block] = ()

    @property
    def heading(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title


@dataclass(frozen=True)
class Manuscript:
    """What is written. `language` is that of the words ("nb", "en"); `contents` is the heading of the contents.

    `footnotes` puts whose words a quotation is into a footnote.
    """

    title: str
    subtitle: str
    language: str
    contents: str
    parts: Sequence[Part] = field(default_factory=tuple)
    footnotes: bool = False
    table_word: str = ""

    def blocks(self) -> Iterator[Block]:
        for part in self.parts:
            yield from part.blocks

    def quotes(self) -> list[Quote]:
        return [block for block in self.blocks() if isinstance(block, Quote)]
