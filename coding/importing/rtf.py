"""Rich Text Format, read control word by control word; most of what a file carries is not speech and is passed by."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

from coding.language.wording import words

from . import tables
from .document import refuse
from .pieces import Mark, Paragraph, Raw

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_PASSED_BY = words(
    """
    colortbl info pict object fldinst xe tc listtext pntext pntxta pntxtb bkmkstart bkmkend nonshppict
    shprslt nonesttables themedata colorschememapping latentstyles datastore generator filetbl revtbl
    rsidtbl listtable listoverridetable pnseclvl ftnsep ftnsepc aftnsep aftnsepc template private1
    xmlnstbl mmathPr falt panose atnid atntime atndate atnparent atnicn atnref objdata objclass shp do
    """
)
# Starred groups that do hold words; every other starred group is passed by.
_STARRED = words("annotation atnauthor atrfstart atrfend shpinst shptxt")
_CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip
_CHARSETS = {
    0: "cp1252", 1: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb2312", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 255: "cp850",
}  # fmt: skip
_HEADERS = frozenset(f"{kind}{side}" for kind in ("header", "footer") for side in ("", "l", "r", "f"))
_DEEPEST = 2000


@dataclass(slots=True)
class _State:
    """What a group inherits from the one around it."""

    into: str = "text"
    bold: bool = False
    hidden: bool = False
    deleted: bool = False
    uc: int = 1
    codepage: str = "cp1252"
    starred: bool = False
    closes: str = ""


@dataclass(slots=True)
class _Sink:
    """Where text goes: the document itself, or a note inside it."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    bold: int = 0
    bold_open: bool = True
    heading: bool = False
    in_table: bool = False
    marks: list[Mark] = field(default_factory=list)
    cell: list[Paragraph] = field(default_factory=list)
    row: tables.Row = field(default_factory=list)
    rows: list[tables.Row] = field(default_factory=list)
    author: str = ""
    endnote: bool = False
    speakers: bool = True

    def end_paragraph(self) -> None:
        kind = "heading" if self.heading else "text"
        made = Paragraph("".join(self.parts), kind, self.bold, marks=self.marks)
        self.parts, self.length, self.bold, self.bold_open, self.marks = [], 0, 0, True, []
        if self.in_table:
            self.cell.append(made)
        else:
            self.end_table()
            self.paragraphs.append(made)

    def end_cell(self) -> None:
        self.in_table = True
        self.end_paragraph()
        self.row.append(self.cell)
        self.cell = []

    def end_row(self) -> None:
        if self.row:
            self.rows.append(self.row)
            self.row = []

    def end_table(self) -> None:
        if self.cell:
            self.row.append(self.cell)
            self.cell = []
        self.end_row()
        if self.rows:
            self.paragraphs.extend(tables.paragraphs(self.rows, self.speakers))
            self.rows = []

    def finish(self) -> list[Paragraph]:
        if self.parts:
            self.end_paragraph()
        self.in_table = False
        self.end_table()
        return self.paragraphs

    def text(self) -> str:
        return "\n".join(p.text.strip() for p in self.finish() if p.text.strip())


def read(data: bytes, raw: Raw) -> Raw:
    """The document's paragraphs; footnotes, comments and page headers as notes."""
    return _Reader(raw).read(data.decode("latin-1"))


class _Reader:
    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.state = _State()
        self.stack: list[_State] = []
        self.sinks = [_Sink(speakers=raw.speakers)]
        self.fonts: dict[int, str] = {}
        self.font = 0
        self.default = "cp1252"
        self.pending = bytearray()
        self.skip = 0
        self.headings: set[int] = set()
        self.style = 0
        self.author = ""
        self.word = ""
        self.ranges: list[tuple[int, list[Mark]]] = []
        self.deletions = self.pictures = 0
        self.was_deleted = False
        self.headers: list[str] = []

    @property
    def sink(self) -> _Sink:
        return self.sinks[-1]

    def read(self, text: str) -> Raw:
        at, length = 0, len(text)
        while at < length:
            match = _TOKEN.match(text, at)
            if match is None:
                break
            at = match.end()
            word, number, hexed, symbol, brace, plain = match.groups()
            if brace == "{":
                self._open()
            elif brace:
                self._close()
                if not self.stack and self.sinks[0].length + len(self.sinks[0].paragraphs):
                    break
            elif word == "bin":
                at += max(0, int(number or 0))
            elif self.skip and (word or hexed or symbol):
                self.skip -= 1
            elif word:
                self._control(word, int(number) if number else None)
            elif hexed:
                self._byte(int(hexed, 16))
            elif symbol:
                self._symbol(symbol)
            elif plain:
                self._plain(plain)
        while len(self.sinks) > 1:
            self._end_note()
        self._flush()
        self.raw.paragraphs = self.sinks[0].finish()
        for header in dict.fromkeys(self.headers):
            self.raw.note("header", None, header)
        if self.deletions:
            self.raw.warn("deletions_dropped", count=self.deletions)
        if self.pictures:
            self.raw.warn("pictures", count=self.pictures)
        return self.raw

    def _open(self) -> None:
        self._flush()
        self.skip = 0
        if len(self.stack) > _DEEPEST:
            raise refuse("damaged")
        self.stack.append(self.state)
        self.state = replace(self.state, starred=False, closes="")

    def _close(self) -> None:
        self._flush()
        self.skip = 0
        if self.state.closes == "note" and len(self.sinks) > 1:
            self._end_note()
        elif self.state.closes == "style" and self.word.strip(" ;").casefold().startswith(
            ("heading", "overskrift", "title")
        ):
            self.headings.add(self.style)
        if self.stack:
            self.state = self.stack.pop()

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self.state.starred = True
        elif symbol in "\\{}":
            self._add(symbol)
        elif symbol == "~":
            self._add("\u00a0")
        elif symbol == "_":
            self._add("-")
        elif symbol in "\r\n":
            self._control("par", None)

    def _plain(self, plain: str) -> None:
        if self.skip:
            dropped = min(self.skip, len(plain))
            plain, self.skip = plain[dropped:], self.skip - dropped
        if plain.isascii():
            self._add(plain)
        else:
            for char in plain:
                self._byte(ord(char))

    def _byte(self, value: int) -> None:
        if self.skip:
            self.skip -= 1
            return
        if value < 0x80 and not self.pending:
            self._add(chr(value))
            return
        self.pending.append(value)

    def _flush(self) -> None:
        """Decode bytes that were waiting: in some code pages a letter is two of them."""
        if self.pending:
            data, self.pending = bytes(self.pending), bytearray()
            self._write(data.decode(self.state.codepage, "replace"))

    def _add(self, text: str) -> None:
        self._flush()
        self._write(text)

    def _write(self, text: str) -> None:
        state = self.state
        if state.into == "name":
            self.word += text
            return
        if state.into == "author":
            self.author += text
            return
        if state.into != "text" or state.hidden:
            return
        if state.deleted:
            self.deletions += not self.was_deleted
            self.was_deleted = True
            return
        self.was_deleted = False
        sink = self.sink
        sink.parts.append(text)
        sink.length += len(text)
        if sink.bold_open and state.bold:
            sink.bold = sink.length
        elif text.strip(" :：\t"):
            sink.bold_open = False

    def _control(self, word: str, number: int | None) -> None:
        if word not in ("u", "uc"):
            self._flush()
        state = self.state
        starred, state.starred = state.starred, False
        if state.into in ("passed", "fonts", "styles", "name") and word not in ("u", "f", "fcharset", "s"):
            if state.into == "fonts" and word == "cpg" and number:
                self.fonts[self.font] = _codec(f"cp{number}")
            return
        if word in _CHARACTERS:
            self._add(_CHARACTERS[word])
        elif word == "u" and number is not None:
            self._add(chr(number % 65536))
            self.skip = state.uc
        elif word in ("par", "sect", "page", "column", "softpage"):
            self._end_paragraph(word)
        elif word in _SWITCHES:
            setattr(state, _SWITCHES[word], number != 0)
        elif word == "plain":
            state.bold = state.hidden = state.deleted = False
        elif word == "uc":
            state.uc = max(0, min(number or 0, 10))
        elif word == "pard":
            self.sink.heading = self.sink.in_table = False
        elif word == "intbl":
            self.sink.in_table = True
        elif word in ("cell", "nestcell"):
            self.sink.end_cell() if word == "cell" else self.sink.end_paragraph()
        elif word == "row":
            self.sink.end_row()
        elif word == "outlinelevel":
            self.sink.heading = (number or 0) < 9
        elif word == "ftnalt":
            self.sink.endnote = True
        else:
            self._place(word, number, starred)

    def _end_paragraph(self, word: str) -> None:
        if self.state.into != "text":
            return
        if self.state.deleted and word == "par":
            return
        self.sink.end_paragraph()

    def _place(self, word: str, number: int | None, starred: bool) -> None:
        """Words about fonts and styles, and words that say where the text of a group goes."""
        state = self.state
        if word == "ansicpg" and number:
            self.default = state.codepage = _codec(f"cp{number}")
        elif word == "mac":
            self.default = state.codepage = "mac_roman"
        elif word == "f":
            self.font = number or 0
            state.codepage = self.fonts.get(self.font, self.default)
        elif word == "fcharset" and state.into == "fonts":
            self.fonts[self.font] = (
                self.default if number in (0, 1, None) else _CHARSETS.get(number, self.default)
            )
        elif word == "s":
            if state.into in ("styles", "name"):
                self.style, self.word = number or 0, ""
                state.into, state.closes = "name", "style"
            elif number in self.headings:
                self.sink.heading = True
        elif word == "fonttbl":
            state.into = "fonts"
        elif word == "stylesheet":
            state.into = "styles"
        elif word in _HEADERS:
            self._begin_note("header")
        elif word == "footnote":
            self._begin_note("footnote")
        elif word == "annotation":
            self._begin_note("comment")
        elif word == "atnauthor":
            state.into, self.author = "author", ""
        elif word in ("atrfstart", "atrfend"):
            # The start of a commented stretch waits for its comment, which stands after the stretch.
            if word == "atrfstart" and state.into == "text":
                self.ranges.append((self.sink.length, self.sink.marks))
            state.into = "passed"
        elif word in ("shpinst", "sp", "sn", "sv"):
            state.into = "passed"
        elif word == "shptxt":
            state.into = "text"
        elif word in _PASSED_BY or (starred and word not in _STARRED):
            self.pictures += word == "pict" and state.into != "passed"
            state.into = "passed"

    def _begin_note(self, kind: str) -> None:
        if self.state.into != "text" or not self.stack:
            return
        self.state.closes = "note"
        self.state.bold = False
        self.sinks.append(_Sink(author=f"{kind}\n{self.author}"))

    def _end_note(self) -> None:
        sink = self.sinks.pop()
        kind, _, author = sink.author.partition("\n")
        body = sink.text()
        if not body:
            return
        if kind == "header":
            if any(c.isalpha() for c in body):
                self.headers.append(body)
            return
        if kind == "footnote" and sink.endnote:
            kind = "endnote"
        note = self.raw.note(kind, author.strip() or None if kind == "comment" else None, body)
        if kind == "comment":
            self.author = ""
            for offset, marks in self.ranges:
                marks.append(Mark(note, offset))
            self.ranges = []
        self.sink.marks.append(Mark(note, self.sink.length))


_SWITCHES = {"b": "bold", "v": "hidden", "deleted": "deleted"}


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
