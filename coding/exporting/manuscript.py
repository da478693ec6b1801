"""A report as the writers of files take it: chapters, sections and blocks as plain text, in which nothing is markup.

Numbers are given before: a chapter taken alone keeps its number, and so do its quotations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from coding.exporting.cells import Cell


@dataclass(frozen=True)
class Text:
    """A paragraph; `style` is "" or "bullet" or "note" (quieter: how something was counted, what is missing)."""

    text: str
    style: str = ""


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
