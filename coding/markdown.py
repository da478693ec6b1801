"""Markdown, as far as a summary needs it: headings, lists, quotations, **strong**, *stressed*, and citations ([E3]).

Pure. Everything else is plain text: there is no HTML, no link and no picture in it, so that nothing that a person
writes can be markup anywhere. Whoever shows the blocks escapes the text of the runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

PARAGRAPH, HEADING, ITEM, NUMBERED, QUOTE = "paragraph", "heading", "item", "numbered", "quote"
# In which blocks a line that looks like a paragraph, or like a quotation, goes on.
GOING_ON = {PARAGRAPH: (PARAGRAPH, ITEM, NUMBERED, QUOTE), QUOTE: (QUOTE,)}

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_ITEM = re.compile(r"[ \t]*[-*+][ \t]+(.*)$")
_NUMBERED = re.compile(r"[ \t]*\d{1,4}[.)][ \t]+(.*)$")
_QUOTE = re.compile(r"[ \t]*>[ \t]?(.*)$")
_INLINE = re.compile(
    r"\\(?P<escaped>[\\*_\[\]#>+\-.])"
    r"|\[[Ee](?P<number>\d{1,5})\]"
    r"|(?P<strong>\*\*(?=\S)(?P<bold>[^*]+?)(?<=\S)\*\*)"
    r"|(?P<stressed>\*(?=[^\s*])(?P<italic>[^*]+?)(?<=\S)\*)"
    r"|(?P<under>(?<!\w)_(?=[^\s_])(?P<underlined>[^_]+?)(?<=\S)_(?!\w))"
)


@dataclass(frozen=True)
class Run:
    """Words that look alike. A citation has its `number`; `marks` are the keys of what is said about the words."""

    text: str
    strong: bool = False
    stressed: bool = False
    number: int | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A paragraph, heading (`level` 1 to 6), item of a list or quotation."""

    kind: str
    runs: tuple[Run, ...]
    level: int = 0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def blocks(text: str) -> list[Block]:
    """A text block by block. Lines of a paragraph are joined; an empty line parts."""
    found: list[tuple[str, int, list[str]]] = []
    for line in text.split("\n"):
        kind, level, words = _line(line)
        if not words.strip():
            found.append(("", 0, []))
        elif found and found[-1][0] in GOING_ON.get(kind, ()):
            found[-1][2].append(words.strip())
        else:
            found.append((kind, level, [words.strip()]))
    return [Block(kind, tuple(_runs(" ".join(lines))), level) for kind, level, lines in found if lines]


def plain(text: str) -> str:
    """The words of a text without its marks, a line for each block."""
    return "\n".join(block.text for block in blocks(text))


def marked(found: Sequence[Block], quotes: Mapping[str, str]) -> list[Block]:
    """The blocks with the first place of each quote (by key) marked, where it stands within one block."""
    result = list(found)
    for key, quote in quotes.items():
        words = plain(quote).replace("\n", " ") or quote
        for place, block in enumerate(result):
            start = block.text.find(words)
            if words and start >= 0:
                result[place] = replace(
                    block, runs=tuple(_marking(block.runs, start, start + len(words), key))
                )
                break
    return result


def grouped(found: Iterable[Block]) -> list[tuple[str, list[Block]]]:
    """Blocks with those of one list together: (kind, blocks)."""
    groups: list[tuple[str, list[Block]]] = []
    for block in found:
        if groups and block.kind in (ITEM, NUMBERED) and groups[-1][0] == block.kind:
            groups[-1][1].append(block)
        else:
            groups.append((block.kind, [block]))
    return groups


def _line(line: str) -> tuple[str, int, str]:
    if match := _HEADING.match(line):
        return HEADING, len(match[1]), match[2]
    for kind, pattern in ((ITEM, _ITEM), (NUMBERED, _NUMBERED), (QUOTE, _QUOTE)):
        if match := pattern.match(line):
            return kind, 0, match[1]
    return PARAGRAPH, 0, line


def _runs(text: str, *, strong: bool = False, stressed: bool = False) -> Iterator[Run]:
    at, words = 0, ""
    for match in _INLINE.finditer(text):
        words += text[at : match.start()]
        at = match.end()
        if match["escaped"]:
            words += match["escaped"]
            continue
        if words:
            yield Run(words, strong, stressed)
            words = ""
        if match["number"]:
            yield Run(f"[E{int(match['number'])}]", strong, stressed, int(match["number"]))
        elif match["strong"]:
            yield from _runs(match["bold"], strong=True, stressed=stressed)
        else:
            yield from _runs(match["italic"] or match["underlined"], strong=strong, stressed=True)
    words += text[at:]
    if words:
        yield Run(words, strong, stressed)


def _marking(runs: Iterable[Run], start: int, end: int, key: str) -> Iterator[Run]:
    at = 0
    for run in runs:
        low, high = max(start - at, 0), min(end - at, len(run.text))
        at += len(run.text)
        if low >= high:
            yield run
            continue
        for words, inside in ((run.text[:low], False), (run.text[low:high], True), (run.text[high:], False)):
            if words:
                yield replace(run, text=words, marks=(*run.marks, key) if inside else run.marks)
