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
# So many characters of a table's heading stand beside each other in the width of the text, and are left to names.
_ABREAST = 84
_FOR_NAMES = 0.26


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
        longest = [
            max(
                len(word)
                for row in self.rows
                for word in str(row[place] if place < len(row) else "").split(" ")
            )
            for place in range(1, columns)
        ]
        needed = [(characters + 2) / _ABREAST for characters in longest]
        squeezed = min(1, (1 - _FOR_NAMES) / sum(needed)) if needed else 1
        shares = [one * squeezed for one in needed]
        return [1 - sum(shares), *shares]


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
