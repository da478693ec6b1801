"""Text as it is stored, and stretches of it: code points, 0-based, end exclusive."""

from __future__ import annotations

import unicodedata


class BadStretch(ValueError):
    """A stretch that is not in the text, or holds nothing but white space."""


def as_stored(text: str) -> str:
    """`text` as a version stores it: NFC, `\\n` line ends, no NUL, no lone surrogates (they become U+FFFD)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = (
        "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text) if _has_surrogate(text) else text
    )
    return unicodedata.normalize("NFC", text)


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def check_stretch(text: str, start: int, end: int) -> None:
    """Raise BadStretch unless [start, end) lies in `text` and holds more than white space."""
    if not 0 <= start < end <= len(text):
        raise BadStretch(f"{start}-{end} is not in a text of {len(text)} characters")
    if not text[start:end].strip():
        raise BadStretch(f"{start}-{end} holds only white space")
