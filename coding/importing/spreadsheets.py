"""CSV and XLSX -> rows of cells by heading: informants, codebooks and codings come in this way."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from .document import Refused, refuse
from .files import head_of
from .text import decode

__all__ = ["Limits", "Refused", "Row", "read_rows"]

DELIMITERS = ",;\t"
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Limits:
    """What one spreadsheet may hold."""

    upload_bytes: int = 20 * 1024 * 1024
    unpacked_bytes: int = 80 * 1024 * 1024
    members: int = 500
    rows: int = 200_000
    columns: int = 250


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins, and its cells by casefolded heading. What is empty is an empty text."""

    line: int
    cells: Mapping[str, str] = field(hash=False)

    def get(self, *headings: str) -> str:
        """The first cell of these headings that is not empty, or an empty text."""
        return next((self.cells[name] for name in headings if self.cells.get(name)), "")


def read_rows(
    path: Path, file_name: str, limits: Limits | None = None, *, unguarded: bool = False
) -> list[Row]:
    """The rows below the heading row. Rows without any content are left out, columns without a heading too.

    What the file is shows in its content; the delimiter is the comma, semicolon or tab of the heading row.
    `unguarded` takes off the apostrophe that a CSV export puts before what looks like a formula. Raises `Refused`
    with the sentence that says why.
    """
    limits = limits or Limits()
    path = Path(path)
    head = head_of(path, length=8, most_bytes=limits.upload_bytes)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse("legacy_spreadsheet")
    lines = _xlsx(path, limits) if head.startswith(b"PK\x03\x04") else _csv(path, limits, unguarded)
    return _by_heading(lines, limits)


def _by_heading(lines: Iterable[tuple[int, Sequence[str]]], limits: Limits) -> list[Row]:
    headings: list[str] | None = None
    rows: list[Row] = []
    for line, cells in lines:
        if not any(cells):
            continue
        if headings is None:
            headings = _headings(cells)
            continue
        if len(rows) >= limits.rows:
            raise refuse("too_many_rows", limit=limits.rows)
        padded = [*cells, *[""] * (len(headings) - len(cells))]
        rows.append(Row(line, {name: cell for name, cell in zip(headings, padded, strict=False) if name}))
    if headings is None or not rows:
        raise refuse("no_rows")
    return rows


def _headings(cells: Sequence[str]) -> list[str]:
    names = [" ".join(cell.split()).casefold() for cell in cells]
    for name in names:
        if name and names.count(name) > 1:
            raise refuse("double_heading", heading=name[:60])
    return names


def _csv(path: Path, limits: Limits, unguarded: bool) -> Iterator[tuple[int, list[str]]]:
    text, _encoding, _warning = decode(path.read_bytes())
    if "\x00" in text[:10_000]:
        raise refuse("not_a_spreadsheet")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    delimiter = ""
    # Excel writes and reads a first line that only names the delimiter.
    if text[:4].casefold() == "sep=" and text[5:6] == "\n" and text[4] in DELIMITERS:
        delimiter, skipped, text = text[4], 1, text[6:]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise refuse("bad_quotes", line=line) from None
        if len(cells) > limits.columns:
            raise refuse("too_many_columns", limit=limits.columns)
        texts = [cell.replace("\x00", "").strip() for cell in cells]
        yield line, [_unguard(text) for text in texts] if unguarded else texts


def _delimiter(text: str) -> str:
    heading = next((line for line in text.split("\n") if line.strip()), "")
    outside = "".join(heading.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _unguard(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _xlsx(path: Path, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    _check_package(path, limits)
    # Slow to load, and not needed for most of what is imported.
    import openpyxl

    # An open file, because by a path openpyxl goes by the ending.
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = next((sheet for sheet in book.worksheets if _has_content(sheet)), None)
            if sheet is None:
                return
            # A sheet may claim any size; only what is in it is read.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                values = [_cell(value) for value in cells]
                while values and not values[-1]:
                    values.pop()
                if len(values) > limits.columns:
                    raise refuse("too_many_columns", limit=limits.columns)
                yield number, values
        except Refused:
            raise
        except Exception:
            raise refuse("damaged") from None


def _has_content(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(
        any(cell is not None for cell in cells) for cells in sheet.iter_rows(max_row=50, values_only=True)
    )


def _check_package(path: Path, limits: Limits) -> None:
    """Refuse what unpacks too big, is encrypted, declares entities, or is no workbook."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            if len(members) > limits.members:
                raise refuse("too_many_members")
            if sum(member.file_size for member in members) > limits.unpacked_bytes:
                raise refuse("unpacks_too_big")
            if any(member.flag_bits & 1 for member in members):
                raise refuse("encrypted")
            names = {member.filename for member in members}
            if not any(name.startswith("xl/") for name in names) or "[Content_Types].xml" not in names:
                raise refuse("not_a_spreadsheet")
            for member in members:
                if member.filename.casefold().endswith((".xml", ".rels")):
                    _check_xml(package, member)
    except Refused:
        raise
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise refuse("damaged") from None


def _check_xml(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    tail = b""
    with package.open(member) as stream:
        while chunk := stream.read(1 << 20):
            # In UTF-16 every other byte is zero.
            plain = tail + chunk.replace(b"\x00", b"")
            if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                raise refuse("doctype")
            tail = plain[-10:]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
