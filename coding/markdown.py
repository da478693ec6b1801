"""Markdown, as far as a summary needs it: headings, lists, quotations, **strong**, *stressed*, and citations ([E3]).

Everything else is plain text: there is no HTML, no link and no picture in it, so that nothing that a person writes can
be markup anywhere. Whoever shows the blocks escapes the text of the runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

PARAGRAPH, HEADING, ITEM, NUMBERED, QUOTE = "paragraph", "heading", "item", "numbered", "quote"

_CITED = re.compile(r"\[[Ee](\d{1,5})\]")


def _citation(state: StateInline, silent: bool) -> bool:
    """The parser's rule for a citation: a token of its own that knows its number."""
    match = _CITED.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("citation", "", 0).meta["number"] = int(match[1])
    state.pos = match.end()
    return True


_MARKDOWN = MarkdownIt("zero").enable(
    ["heading", "list", "blockquote", "emphasis", "escape", "newline", "text_join"]
)
_MARKDOWN.inline.ruler.push("citation", _citation)


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
    """A text block by block. Lines of a paragraph are joined; an empty line parts.

    A numbered list begins with 1: "17. mai" is a date, and stays the words that it is.
    """
    found: list[Block] = []
    inside, lists = [(PARAGRAPH, "")], []
    heading = 0
    for token in _MARKDOWN.parse(text):
        if token.type == "inline":
            kind, words = (HEADING, "") if heading else inside[-1]
            if kind != QUOTE:
                # What follows in the same item is no item of its own.
                inside[-1] = (PARAGRAPH, "")
            runs = tuple(_runs(token.children or [], words))
            if runs:
                found.append(Block(kind, runs, heading))
        elif token.type == "heading_open":
            heading = int(token.tag[1:])
        elif token.type == "heading_close":
            heading = 0
        elif token.type == "blockquote_open":
            inside.append((QUOTE, ""))
        elif token.type == "bullet_list_open":
            lists.append(ITEM)
        elif token.type == "ordered_list_open":
            lists.append(PARAGRAPH if "start" in token.attrs else NUMBERED)
        elif token.type == "list_item_open":
            inside.append((lists[-1], f"{token.info}{token.markup} " if lists[-1] == PARAGRAPH else ""))
        elif token.type in ("blockquote_close", "list_item_close"):
            inside.pop()
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
    return found


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


def _runs(tokens: Iterable[Token], words: str) -> Iterator[Run]:
    """What a block's tokens say behind `words`; neighbours that look alike are one run."""
    strong = stressed = 0
    for token in tokens:
        if token.type in ("text", "softbreak", "hardbreak"):
            words += token.content if token.type == "text" else " "
            continue
        if words:
            yield Run(words, strong > 0, stressed > 0)
            words = ""
        if token.type == "citation":
            number = token.meta["number"]
            yield Run(f"[E{number}]", strong > 0, stressed > 0, number)
        elif token.tag == "strong":
            strong += token.nesting
        else:
            stressed += token.nesting
    if words:
        yield Run(words, strong > 0, stressed > 0)


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
