"""PDF: lines with their places on the page; page furniture goes, broken lines become paragraphs again."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from .cleaning import clean
from .document import refuse
from .labels import candidate, names_somebody
from .pieces import Paragraph, Raw
from .roles import is_role_word

MAX_PAGES = 3000


@dataclass(slots=True)
class Line:
    """A line of print: text, page, and its place in points from the page's lower left corner."""

    text: str
    page: int
    x0: float
    x1: float
    y: float
    size: float
    height: float = 0.0
    second: float = 0.0


def read(path: Path, raw: Raw, *, max_characters: int) -> Raw:
    """The words of the document as paragraphs; numbers in the margin and page furniture are counted, not kept."""
    lines, empty = _lines(path, max_characters)
    if not lines:
        raise refuse("image_only_pdf")
    if empty:
        raw.warn("empty_pages", pages=", ".join(map(str, empty[:20])))
    lines, numbers = _without_margin_numbers(lines)
    if numbers:
        raw.warn("margin_numbers", count=numbers)
    kept = _without_furniture(lines)
    if len(kept) < len(lines):
        raw.warn("page_furniture", count=len(lines) - len(kept))
    raw.paragraphs = _paragraphs(kept)
    return raw


def _lines(path: Path, max_characters: int) -> tuple[list[Line], list[int]]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        error = pdfium.FPDF_GetLastError()
        raise refuse(
            "encrypted" if error in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) else "damaged"
        ) from None
    try:
        pages = len(document)
        if pages > MAX_PAGES:
            raise refuse("too_many_pages", limit=MAX_PAGES)
        if not pages:
            raise refuse("damaged")
        lines: list[Line] = []
        empty: list[int] = []
        left = max_characters
        for number in range(pages):
            try:
                page = document[number]
                found = _page_lines(page, number, left)
            except pypdfium2.PdfiumError:
                found = []
            left -= sum(len(line.text) for line in found)
            if left < 0:
                raise refuse("too_many_characters", limit=max_characters)
            lines.extend(found)
            if not found:
                empty.append(number + 1)
        return lines, empty
    finally:
        document.close()


def _page_lines(page: pypdfium2.PdfPage, number: int, left: int) -> list[Line]:
    textpage = page.get_textpage()
    _, bottom, _, top = page.get_cropbox()
    count = pdfium.FPDFText_CountChars(textpage)
    if count > 2 * left + 10_000:
        raise refuse("too_many_characters", limit=left)
    lines: list[Line] = []
    start = 0
    codes = [pdfium.FPDFText_GetUnicode(textpage, i) for i in range(count)]
    for i in range(count + 1):
        if i == count or codes[i] in (10, 13):
            if i > start:
                line = _line(textpage, codes, start, i, number)
                if line is not None:
                    line.y, line.height = line.y - bottom, top - bottom
                    # What lies beyond the page's edge nobody sees.
                    if -2 <= line.y <= line.height + 2:
                        lines.append(line)
            start = i + 1
    textpage.close()
    page.close()
    return lines


def _box(textpage: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    x0, x1, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(textpage, index, x0, x1, bottom, top)
    return x0.value, x1.value, bottom.value, top.value


def _line(
    textpage: pypdfium2.PdfTextPage, codes: list[int], start: int, end: int, number: int
) -> Line | None:
    text = "".join(chr(code) if 0 < code < 0x110000 else "" for code in codes[start:end])
    if not clean(text).strip():
        return None
    inked = [i for i in range(start, end) if codes[i] not in (0, 2, 32, 9, 160)]
    if not inked:
        return None
    first, last = _box(textpage, inked[0]), _box(textpage, inked[-1])
    size = pdfium.FPDFText_GetFontSize(textpage, inked[0]) or 1.0
    x, y = ctypes.c_double(), ctypes.c_double()
    baseline = y.value if pdfium.FPDFText_GetCharOrigin(textpage, inked[0], x, y) else first[2]
    baseline = y.value or baseline
    line = Line(text, number, first[0], last[1], baseline, abs(size))
    digits = re.match(r"\s*\d{1,4}(?=\s)", text)
    if digits:
        after = next((i for i in range(start + digits.end(), end) if codes[i] not in (32, 9, 160, 0)), None)
        line.second = _box(textpage, after)[0] if after is not None else 0.0
    return line


def _common(values: list[tuple[float, int]]) -> float:
    """The most common value, to two points, weighted."""
    counts: Counter[int] = Counter()
    for value, weight in values:
        counts[round(value / 2)] += weight
    best = counts.most_common(1)[0][0]
    near = [value for value, _ in values if abs(round(value / 2) - best) <= 1]
    return median(near)


def _rising(numbers: list[int]) -> bool:
    """Do most of the numbers rise, as those of paragraphs or lines do?"""
    if len(numbers) < 3:
        return False
    steps = [b - a for a, b in pairwise(numbers)]
    return sum(0 < step <= 10 for step in steps) >= 0.7 * len(steps)


def _without_margin_numbers(lines: list[Line]) -> tuple[list[Line], int]:
    """Without printed paragraph or line numbers: alone beside the text, or first on their line."""
    words = [line for line in lines if not line.text.strip().isdigit()]
    if not words:
        return lines, 0
    left = _common([(line.x0, len(line.text)) for line in words])
    right = sorted(line.x1 for line in words)[int(0.9 * (len(words) - 1))]
    beside = [
        line for line in lines
        if re.fullmatch(r"\s*\d{1,4}\s*", line.text) and (line.x1 < left - 1 or line.x0 > right + 1)
    ]  # fmt: skip
    dropped = 0
    if beside and (_rising([int(line.text) for line in beside]) or len(beside) < 3):
        gone = {id(line) for line in beside}
        lines = [line for line in lines if id(line) not in gone]
        dropped += len(beside)
    leading = [line for line in lines if line.second]
    numbers = [int(re.match(r"\s*(\d+)", line.text).group(1)) for line in leading]  # type: ignore[union-attr]
    body = [line for line in lines if not line.second and len(line.text.strip()) > 3]
    if _rising(numbers) and len(leading) > 3:
        text_left = _common([(line.second, 1) for line in leading])
        set_apart = sum(line.second - line.x0 > 1.2 * line.size for line in leading) >= 0.8 * len(leading)
        aligned = body and abs(_common([(line.x0, 1) for line in body]) - text_left) < 6
        if set_apart and (aligned or len(leading) > 0.6 * len(lines)):
            for line in leading:
                line.text = re.sub(r"^\s*\d{1,4}\s+", "", line.text)
                line.x0 = line.second
            dropped += len(leading)
    return lines, dropped


_PAGE_NUMBER = re.compile(
    r"[-–—\s|]*(?:(?:page|side|s\.|p\.|pg\.?)\s*)?(\d{1,4})(?:\s*(?:/|of|av|\|)\s*\d{1,4})?[-–—\s|.]*", re.I
)


def _furniture_key(text: str) -> tuple[str, ...]:
    """The words of a line without numbers, in no order: left and right pages turn them round."""
    return tuple(sorted(re.findall(r"[^\W\d_]+", text.casefold())))


def _without_furniture(lines: list[Line]) -> list[Line]:
    """Without page numbers, and without what recurs at the head or foot of the pages."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    edges: list[Line] = []
    for on_page in pages.values():
        ordered = sorted(on_page, key=lambda line: -line.y)
        top = [line for line in ordered[:3] if line.y > 0.86 * line.height]
        bottom = [line for line in ordered[-3:] if line.y < 0.12 * line.height]
        edges.extend({id(line): line for line in [*top, *bottom]}.values())
    numbered = [line for line in edges if _PAGE_NUMBER.fullmatch(line.text.strip())]
    gone = {id(line) for line in numbered if len(pages) == 1 or _counts_pages(numbered)}
    if len(pages) > 1:
        where: dict[tuple[str, ...], list[Line]] = {}
        for line in edges:
            where.setdefault(_furniture_key(line.text), []).append(line)
        for line in edges:
            key = _furniture_key(line.text)
            same = {other.page for other in where[key] if abs(other.y - line.y) < 6}
            if key and len(same) >= max(2, 0.3 * len(pages)) and len(line.text) < 120:
                found = candidate(Paragraph(line.text))
                if found is None or not found.label or not is_role_word(found.label):
                    gone.add(id(line))
    return [line for line in lines if id(line) not in gone]


def _counts_pages(lines: list[Line]) -> bool:
    """Do the numbers follow the pages?"""
    offsets: Counter[int] = Counter()
    for line in lines:
        match = _PAGE_NUMBER.fullmatch(line.text.strip())
        if match:
            offsets[int(match.group(1)) - line.page] += 1
    return bool(offsets) and offsets.most_common(1)[0][1] >= 0.6 * len(lines)


def _paragraphs(lines: list[Line]) -> list[Paragraph]:
    if not lines:
        return []
    left = _common([(line.x0, len(line.text)) for line in lines])
    rights = sorted(line.x1 for line in lines if len(line.text) > 20) or sorted(line.x1 for line in lines)
    right = rights[int(0.95 * (len(rights) - 1))]
    steps = [
        round(a.y - b.y, 1) for a, b in pairwise(lines)
        if a.page == b.page and 0.5 * a.size < a.y - b.y < 4 * a.size
    ]  # fmt: skip
    pitch = Counter(steps).most_common(1)[0][0] if steps else 14.0
    # The most common step is a line's; where paragraphs of one line prevail, the smallest common one is.
    common = [step for step, n in Counter(steps).items() if n >= 0.1 * len(steps)]
    pitch = min([pitch, *common])
    whole = {w.casefold() for line in lines for w in re.findall(r"[^\W\d_]+-[^\W\d_]+", line.text)}
    made: list[Paragraph] = []
    before: Line | None = None
    for line in lines:
        centred = _centred(line, left, right)
        if before is None or _begins(line, before, made[-1], left, right, pitch, centred):
            made.append(Paragraph(line.text.strip(), "heading" if centred else "text"))
        else:
            made[-1].text = _joined(made[-1].text, line.text.strip(), whole)
        before = line
    for paragraph in made:
        paragraph.text = paragraph.text.replace("\x02", "")
    return made


def _centred(line: Line, left: float, right: float) -> bool:
    width = right - left
    if width <= 0 or line.x0 < left + 0.08 * width or line.x1 > right - 0.06 * width:
        return False
    return abs((line.x0 + line.x1) / 2 - (left + right) / 2) < 0.03 * width


def _begins(
    line: Line, before: Line, paragraph: Paragraph, left: float, right: float, pitch: float, centred: bool
) -> bool:
    """Does a paragraph begin with this line?"""
    text = line.text.strip()
    if (
        before.page == line.page
        and paragraph.text[:1] in "[("
        and len(paragraph.text) < 400
        and _unclosed(paragraph.text)
    ):
        return False
    if centred or paragraph.kind == "heading":
        return True
    if abs(line.size - before.size) > 0.15 * max(line.size, before.size):
        return True
    found = candidate(Paragraph(text))
    marked = found is not None and found.style in ("colon", "timed", "clock")
    if found is not None and marked and (found.label is None or names_somebody(found.label)):
        return True
    if before.page == line.page and not 0 < before.y - line.y < 1.45 * pitch:
        return True
    em = max(line.size, 6.0)
    if line.x0 > before.x0 + 0.9 * em and before.x0 <= left + 0.5 * em and line.x0 < left + 8 * em:
        # An indented first line; a hanging indentation begins right after a label.
        started = candidate(Paragraph(before.text.strip()))
        if started is None or not started.label:
            return True
    if line.x0 < left - 0.9 * em and before.x0 > line.x0 + 0.9 * em:
        return True
    word = text.split()[0]
    advance = (line.x1 - line.x0) / max(1, len(text))
    fits = before.x1 + (len(word) + 1) * advance < right - 1.2 * em
    # A line that was not filled ends its paragraph, unless the sentence plainly goes on.
    return fits and not (word[0].islower() and not before.text.rstrip().endswith((".", "?", "!", ":", "…")))


def _unclosed(text: str) -> bool:
    return sum(map(text.count, "[(")) > sum(map(text.count, "])"))


_HYPHEN = re.compile(r"([^\W\d_]+)(?:-|\u2010|\x02|\u00ad)$")


def _joined(text: str, line: str, whole: set[str]) -> str:
    """Two lines as one; a word that was broken between them is whole again."""
    match = _HYPHEN.search(text)
    if not match or not line[:1].isalpha():
        return f"{text} {line}"
    following = re.match(r"[^\W\d_]+", line)
    tail = following.group() if following else ""
    if tail.casefold() in ("og", "eller", "and", "or", "samt", "til"):
        return f"{text[:-1]}- {line}"
    kept = not tail[:1].islower() or len(match.group(1)) < 2 or f"{match.group(1)}-{tail}".casefold() in whole
    return f"{text[:-1]}-{line}" if kept else f"{text[:-1]}{line}"
