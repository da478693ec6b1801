"""What every reader hands on: paragraphs in reading order, and notes with marks where they are anchored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .cleaning import clean_at, cut_at
from .document import Message


@dataclass(slots=True)
class Mark:
    """One end of a note's anchor, at an offset of its paragraph."""

    note: int
    offset: int


@dataclass(slots=True)
class RawNote:
    kind: str
    author: str | None
    body: str


@dataclass(slots=True)
class Paragraph:
    """A paragraph as it stands in the file.

    `kind` is text, heading, quote or front (a block of metadata). `bold` counts the leading characters that
    are bold. A paragraph is `fixed` where the format itself says who speaks (a caption's tag, a table's
    speaker column): then nothing is recognised in its text.
    """

    text: str
    kind: str = "text"
    bold: int = 0
    label: str | None = None
    time: str | None = None
    fixed: bool = False
    marks: list[Mark] = field(default_factory=list)

    def cut(self, *spans: tuple[int, int]) -> None:
        """Take stretches out of the text; the marks follow."""
        text, offsets = cut_at(self.text, spans, [m.offset for m in self.marks] + [self.bold])
        self._moved(text, offsets)

    def clean(self) -> None:
        text, offsets = clean_at(self.text, [m.offset for m in self.marks] + [self.bold])
        self._moved(text, offsets)

    def strip(self) -> None:
        """No blanks at the ends; of an indentation the tabs stay, because it tells tasks from answers."""
        body = self.text.strip()
        if not body:
            self.cut((0, len(self.text)))
            return
        lead = len(self.text) - len(self.text.lstrip())
        spans = [(i, i + 1) for i in range(lead) if self.text[i] != "\t"]
        tail = len(self.text.rstrip())
        if tail < len(self.text):
            spans.append((tail, len(self.text)))
        if spans:
            self.cut(*spans)

    def lines(self) -> list[Paragraph]:
        """A paragraph for each line; a line break inside a paragraph separates as a paragraph does."""
        if "\n" not in self.text:
            return [self]
        made: list[Paragraph] = []
        at = 0
        for line in self.text.split("\n"):
            end = at + len(line)
            marks = [Mark(m.note, m.offset - at) for m in self.marks if at <= m.offset <= end]
            bold = min(max(self.bold - at, 0), len(line))
            made.append(replace(self, text=line, bold=bold, marks=marks))
            at = end + 1
        return made

    def _moved(self, text: str, offsets: list[int]) -> None:
        self.text = text
        for mark, offset in zip(self.marks, offsets, strict=False):
            mark.offset = offset
        self.bold = offsets[-1]


@dataclass(slots=True)
class Raw:
    """A file taken apart. `speakers` is False where a person said that nobody is named in it."""

    format: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    notes: list[RawNote] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    encoding: str | None = None
    captions: bool = False
    speakers: bool = True

    def warn(self, code: str, **params: str | int) -> None:
        self.warnings.append(Message(code, params))

    def note(self, kind: str, author: str | None, body: str) -> int:
        self.notes.append(RawNote(kind, author, body))
        return len(self.notes) - 1


def tidy(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Clean paragraphs of one line each, without the empty ones; marks of those move to a neighbour."""
    kept: list[Paragraph] = []
    homeless: list[int] = []
    for paragraph in paragraphs:
        paragraph.clean()
        for line in paragraph.lines():
            line.strip()
            if not line.text:
                if kept:
                    kept[-1].marks.extend(Mark(m.note, len(kept[-1].text)) for m in line.marks)
                else:
                    homeless.extend(m.note for m in line.marks)
                continue
            if homeless:
                line.marks[:0] = [Mark(note, 0) for note in homeless]
                homeless = []
            kept.append(line)
    return kept
