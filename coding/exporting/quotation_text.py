"""One quotation to paste, inline or as a block; beside it whose words it is, and its number or place."""

from __future__ import annotations

from collections.abc import Sequence

from coding.exporting.manuscript import Quote
from coding.exporting.quotations import place_of
from coding.reports.quotations import Quotation

_MARKS = {"nb": ("«", "»"), "nn": ("«", "»"), "en": ("“", "”")}


def inline(quote: Quote, language: str) -> str:
    """«Words» (daglig leder, Bergen; sitat 7). Several speakers' turns are parted by a stroke."""
    return _inline(quote.lines, f"{quote.said}; {quote.label.lower()}", language)


def block(quote: Quote) -> str:
    """The words, turn by turn, and below them whose they are."""
    return _block(quote.lines, f"{quote.said}; {quote.label.lower()}")


def passage_copies(item: Quotation, language: str) -> tuple[str, str]:
    """A passage that has no number yet, inline and as a block: «Words» (daglig leder, Bergen; Intervju, replikk 4)."""
    lines = [(part.label or "" if item.dialogue else "", part.text) for part in item.parts]
    beside = f"{item.attributed.text}; {place_of(item)}"
    return _inline(lines, beside, language), _block(lines, beside)


def _inline(lines: Sequence[tuple[str, str]], beside: str, language: str) -> str:
    left, right = _MARKS.get(language, _MARKS["en"])
    words = " / ".join(f"{who}: {said}" if who else said for who, said in lines).replace("\n", " ")
    return f"{left}{words}{right} ({beside})"


def _block(lines: Sequence[tuple[str, str]], beside: str) -> str:
    return "\n".join([*(f"{who}: {said}" if who else said for who, said in lines), f"({beside})"])
