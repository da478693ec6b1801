"""A report as Markdown (CommonMark with pipe tables and footnotes); nothing that a person wrote is markup in it."""

from __future__ import annotations

import re

from coding.exporting.cells import Cell, printable
from coding.exporting.manuscript import Manuscript, Quote, Table, Text
from coding.markdown import Run

_SIGNS = re.compile(r"([\\`*_\[\]<>#|~^&!])")
_AT_THE_START = re.compile(r"^(\s*)([-+=]|\d{1,9}[.)](?=\s|$))", re.M)


def as_markdown(report: Manuscript) -> bytes:
    lines = [f"# {plain(report.title)}", ""]
    if report.subtitle:
        lines += [plain(report.subtitle), ""]
    notes: list[str] = []
    for part in report.parts:
        lines += [f"{'#' * (part.level + 1)} {plain(part.heading)}", ""]
        for block in part.blocks:
            if isinstance(block, Quote):
                lines += _quote(block, notes if report.footnotes else None)
            elif isinstance(block, Table):
                lines += _table(block)
            else:
                lines += _text(block)
    return ("\n".join([*lines, *notes]).rstrip() + "\n").encode()


def plain(text: str) -> str:
    """`text` in which nothing is markup; line ends stay."""
    text = _SIGNS.sub(r"\\\1", printable(text))
    return _AT_THE_START.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", text)


def _text(block: Text) -> list[str]:
    signs = {"heading": "#### ", "bullet": "- ", "saying": "> ", "step": block.said[0].text}
    sign = signs.get(block.style, "")
    words = "".join(_run(run) for run in block.said[block.style == "step" :])
    if block.style == "note":
        return [f"*{words}*", ""]
    return [sign + (words.replace("\n", " ") if sign else words), ""]


def _run(run: Run) -> str:
    """The words of a run with its stress; blanks at its ends stay outside, where the signs would mean nothing."""
    signs = "**" * run.strong + "*" * run.stressed
    words = run.text.strip()
    if not signs or not words:
        return plain(run.text)
    before, behind = run.text.split(words, 1)
    return f"{before}{signs}{plain(words)}{signs}{behind}"


def _quote(block: Quote, notes: list[str] | None) -> list[str]:
    if block.held:
        return [f"*{plain(block.label)}: {plain(block.held)}*", ""]
    lines = []
    for who, words in block.lines:
        said = f"{plain(who)}: {plain(words)}" if who else plain(words)
        lines += [f"> {line}  " if line else ">" for line in said.split("\n")]
    if notes is None:
        return [*lines, ">", f"> — {plain(block.said)} ({plain(block.label)})", ""]
    notes += [f"[^q{block.number}]: {plain(block.said)}", ""]
    return [*lines, ">", f"> ({plain(block.label)})[^q{block.number}]", ""]


def _table(block: Table) -> list[str]:
    lines = [f"**{plain(block.caption)}**", ""]
    for place, row in enumerate(block.rows):
        step = "\u2003" * (block.levels[place - 1] if place and block.levels else 0)
        cells = [_cell(cell) for cell in row]
        lines.append(f"| {step}{' | '.join(cells)} |")
        if place == 0:
            lines.append(f"| {' | '.join('---' if n == 0 else '---:' for n in range(len(row)))} |")
    return [*lines, "", *([f"*{plain(block.note)}*", ""] if block.note else [])]


def _cell(cell: Cell) -> str:
    return plain("" if cell is None else str(cell)).replace("\n", " ")
