"""Colours of codes: one hue family for each research question, equal lightness, made in OKLCH by the style sheet."""

from __future__ import annotations

import math
import re

_HEX = re.compile(r"#?([0-9a-fA-F]{6})\Z")
FAMILY_HUES = (250, 150, 45, 330, 200, 95, 290, 15)
SWATCHES = (
    "#b3473f", "#b0652a", "#8f7a1e", "#5c8727", "#2f8a5b", "#22858a",
    "#2c77b0", "#5767bd", "#7f59b5", "#a04d95", "#b0466d", "#717171",
)  # fmt: skip


def tidy_colour(text: str) -> str | None:
    """`text` as `#rrggbb` in small letters, empty for empty, None where it is no colour."""
    text = text.strip()
    if not text:
        return ""
    match = _HEX.match(text)
    return f"#{match[1].lower()}" if match else None


def hue_of(colour: str) -> int | None:
    """The OKLCH hue (degrees) of `#rrggbb`; None for a grey. Conversion by Björn Ottosson's OKLab matrices (2020)."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    if math.hypot(a, b) < 0.02:
        return None
    return round(math.degrees(math.atan2(b, a))) % 360


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
