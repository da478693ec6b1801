"""One quotation to paste: inline with quotation marks, or as a block; its number and whose words it is beside it."""

from __future__ import annotations

from coding.exporting.manuscript import Quote

_MARKS = {"nb": ("«", "»"), "nn": ("«", "»"), "en": ("“", "”")}


def inline(quote: Quote, language: str) -> str:
    """«Words» (daglig leder, Bergen; sitat 7). Several speakers' turns are parted by a stroke."""
    left, right = _MARKS.get(language, _MARKS["en"])
    words = " / ".join(f"{who}: {said}" if who else said for who, said in quote.lines).replace("\n", " ")
    return f"{left}{words}{right} ({quote.said}; {quote.label.lower()})"


def block(quote: Quote) -> str:
    """The words, turn by turn, and below them whose they are."""
    lines = [f"{who}: {said}" if who else said for who, said in quote.lines]
    return "\n".join([*lines, f"({quote.said}; {quote.label.lower()})"])
