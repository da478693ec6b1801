"""Plain text and Markdown: how the letters are stored, what a line is, what is markup."""

from __future__ import annotations

import codecs
import html
import re
from pathlib import Path

from . import tables
from .cleaning import clean, unify_lines
from .document import Message, Refused, refuse
from .labels import candidate
from .pieces import Paragraph, Raw

ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be", "iso-8859-1", "mac_roman", "cp865")
NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _one_by_one(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.start + 1]
    return bad.decode("cp1252", "replace"), error.start + 1


codecs.register_error("coding_importing_cp1252", _one_by_one)


def detect(data: bytes) -> tuple[str, Message | None]:
    """The encoding: byte order mark, UTF-8, UTF-16 by its zero bytes, Windows-1252. A guess comes with a warning."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name, None
    sample = data[:200_000]
    if b"\x00" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = max(1, len(sample) // 2)
        if odd > 0.3 * half and even < 0.05 * half:
            return "utf-16-le", Message("encoding_guessed", {"encoding": "UTF-16"})
        if even > 0.3 * half and odd < 0.05 * half:
            return "utf-16-be", Message("encoding_guessed", {"encoding": "UTF-16"})
    try:
        data.decode("utf-8")
        return "utf-8", None
    except UnicodeDecodeError:
        pass
    good = len(_MULTIBYTE.findall(data))
    stray = len(re.findall(rb"[\x80-\xff]", _MULTIBYTE.sub(b"", data)))
    if good > 10 * stray:
        return "utf-8", Message("encoding_mixed", {"count": stray})
    return "cp1252", Message("encoding_guessed", {"encoding": "Windows-1252"})


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str, Message | None]:
    """The text, the encoding it was read with, and a warning where that was a guess."""
    warning = None
    if encoding is None:
        encoding, warning = detect(data)
        errors = "coding_importing_cp1252" if encoding == "utf-8" else "replace"
    else:
        errors = "strict"
    for bom, name in _BOMS:
        if data.startswith(bom) and codecs.lookup(name) == _known(encoding):
            data = data[len(bom) :]
    try:
        text = data.decode(_known(encoding).name, errors)
    except (UnicodeDecodeError, ValueError):
        if _known(encoding).name == "cp1252":
            # Five bytes mean nothing in Windows-1252, which is no reason to refuse the rest.
            return data.decode("cp1252", "replace"), encoding, warning
        raise refuse("bad_encoding", encoding=encoding) from None
    return text, encoding, warning


def _known(encoding: str) -> codecs.CodecInfo:
    if not is_encoding(encoding):
        raise refuse("bad_encoding", encoding=encoding[:40])
    return codecs.lookup(encoding)


def is_encoding(name: str) -> bool:
    """Is there a text encoding of that name?"""
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except LookupError:
        return False


def previews(path: Path, length: int = 300) -> list[tuple[str, str]]:
    """How the file begins in each encoding that can read it, the detected one first."""
    with path.open("rb") as file:
        data = file.read(2_000_000)
    whole = _whole(data) if path.stat().st_size > len(data) else data
    detected, _ = detect(whole)
    result = []
    for encoding in dict.fromkeys((detected, *ENCODINGS)):
        usable = whole if encoding == "utf-8" else data
        try:
            text, _, _ = decode(usable, None if encoding == detected else encoding)
        except Refused:
            continue
        result.append((encoding, clean(text)[:length]))
    return result


def _whole(data: bytes) -> bytes:
    """Without a character of UTF-8 that the end of the sample cuts in two."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] >= 0xC0:
            return data[:-back]
        if data[-back] < 0x80:
            break
    return data


def looks_binary(text: str) -> bool:
    """Too many control characters to be text."""
    sample = text[:100_000]
    controls = len(re.findall("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]", sample))
    return controls > 0.01 * len(sample) + 2


def read_text(text: str, raw: Raw) -> Raw:
    """Plain text: a line is a paragraph, unless the lines are broken at a fixed width."""
    lines = unify_lines(text).split("\n")
    for line in _unwrap(lines):
        kind = "quote" if line.lstrip().startswith(">") and not line.lstrip().startswith(">>") else "text"
        raw.paragraphs.append(Paragraph(line, kind))
    return raw


def _unwrap(lines: list[str]) -> list[str]:
    """Join lines that were broken at a fixed width; blank lines and labels begin a new paragraph."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    inner = [len(line.rstrip()) for block in blocks for line in block[:-1]]
    full = sum(50 <= length <= 100 for length in inner)
    if not inner or max(len(line) for block in blocks for line in block) > 110 or full < 0.75 * len(inner):
        return lines
    if len(blocks) < 2 and full < 20:
        return lines
    joined: list[str] = []
    for block in blocks:
        for i, line in enumerate(block):
            found = candidate(Paragraph(line))
            begins = found is not None and found.style in ("colon", "timed", "clock", "alone", "dash")
            if (
                i
                and not begins
                and not line.startswith((">", "- ", "* ", "@", "%"))
                and len(block[i - 1].rstrip()) >= 45
            ):
                joined[-1] = f"{joined[-1].rstrip()} {line.strip()}"
            else:
                joined.append(line)
    return joined


_EMPHASIS = re.compile(
    r"(?<![\w*\\])(\*{1,3})(?=\S)(.+?)(?<=[^\s\\])\1(?![\w*])|(?<![\w_\\])(_{1,3})(?=\S)(.+?)(?<=[^\s\\])\3(?![\w_])"
)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)?(?:\s+\"[^\"]*\")?\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|span|p|div|br|sup|sub|small|a|mark|center|font)\b[^<>]*>|<!--.*?-->", re.I | re.S
)
_BOLD_START = re.compile(r"\s*(?:\*\*\*?|__|<(?:b|strong)>)(?=\S)(.+?)(?:\*\*\*?|__|</(?:b|strong)>)", re.I)


def read_markdown(text: str, raw: Raw) -> Raw:
    """Markdown: headings, quotes, bold labels and pipe tables; links keep their words."""
    lines = unify_lines(text).split("\n")
    at = 0
    if lines and lines[0].strip("\ufeff ") == "---":
        for end in range(1, min(len(lines), 200)):
            if lines[end].strip() in ("---", "..."):
                raw.paragraphs.extend(Paragraph(line, "front") for line in lines[1:end])
                at = end + 1
                break
    rows: list[str] = []
    for line in [*_unwrap(lines[at:]), ""]:
        if line.lstrip().startswith("|") and line.rstrip().endswith("|") and line.count("|") > 2:
            rows.append(line)
            continue
        if rows:
            raw.paragraphs.extend(_pipe_table(rows, raw.speakers))
            rows = []
        raw.paragraphs.append(_markdown_line(line))
    return raw


def _markdown_line(line: str) -> Paragraph:
    stripped = line.strip()
    if re.fullmatch(r"(?:[-*_]\s*){3,}|=+|```\w*", stripped):
        return Paragraph("")
    heading = re.match(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*$", line)
    if heading:
        return Paragraph(_plain(heading.group(2)), "heading")
    if stripped.startswith(">"):
        return Paragraph(_plain(re.sub(r"^(?:>\s?)+", "", stripped)), "quote")
    bold = _BOLD_START.match(line)
    plain = _plain(line)
    return Paragraph(plain, bold=len(_plain(bold.group(1))) if bold else 0)


def _plain(line: str) -> str:
    """A line of Markdown as it is read."""
    line = re.sub(r"<br\s*/?>", "\n", line, flags=re.I)
    line = _TAG.sub("", line)
    line = _AUTOLINK.sub(r"\1", line)
    line = _LINK.sub(r"\1", line)
    for _ in range(3):
        plainer = _EMPHASIS.sub(lambda m: m.group(2) or m.group(4), line)
        if plainer == line:
            break
        line = plainer
    line = re.sub(r"\\$", "", line)
    return html.unescape(_ESCAPE.sub(r"\1", line))


def _pipe_table(rows: list[str], speakers: bool) -> list[Paragraph]:
    cells = []
    for row in rows:
        if re.fullmatch(r"[\s|:-]+", row):
            continue
        parts = re.split(r"(?<!\\)\|", row.strip().strip("|"))
        cells.append([[Paragraph(_plain(part.strip()))] for part in parts])
    return tables.paragraphs(cells, speakers)
