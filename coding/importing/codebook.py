"""A codebook that came as a spreadsheet: rows of cells by heading become codes with a path, or a problem by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

MOST_CODES = 2_000
LONGEST_NAME = 200
LONGEST_TEXT = 10_000

# What other programs and people call our columns.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "path": ("path", "tag", "code", "name", "kode", "sti", "navn"),
    "definition": ("definition", "description", "definisjon", "beskrivelse"),
    "use_when": ("use_when", "use when", "brukes når"),
    "not_when": ("not_when", "not when", "do not use when", "brukes ikke når"),
    "example": ("example", "eksempel"),
    "indicators": ("indicators", "indicator words", "indikatorord", "indikatorer", "stikkord"),
    "colour": ("colour", "color", "farge"),
}


class Row(Protocol):
    """A line of a spreadsheet."""

    @property
    def line(self) -> int: ...

    @property
    def cells(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class CodeLine:
    """A code as one line of the file describes it."""

    line: int
    path: tuple[str, ...]
    texts: dict[str, str] = field(default_factory=dict)
    colour: str = ""


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be imported: a key of the caller's sentences, and what fills its places."""

    line: int
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass
class ReadCodebook:
    """What a file says. It can be imported where there are no problems; `repeated` names paths that stand twice."""

    codes: list[CodeLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    repeated: list[CodeLine] = field(default_factory=list)


def read_codebook(
    rows: Iterable[Row],
    *,
    key: Callable[[str], str],
    tidy_colour: Callable[[str], str | None],
    unguard: Callable[[str], str] = str,
) -> ReadCodebook:
    """Codes of `rows` in their order. `key` is how names are compared, `unguard` takes off what a CSV export put on."""
    found = ReadCodebook()
    seen: set[tuple[str, ...]] = set()
    columns: dict[str, str | None] = {}
    for row in rows:
        if not columns:
            columns = {
                ours: next((n for n in names if n in row.cells), None) for ours, names in _COLUMNS.items()
            }
            if columns["path"] is None:
                found.problems.append(Problem(1, "no_path_column"))
                return found
        cells = {ours: unguard(row.cells.get(name) or "") if name else "" for ours, name in columns.items()}
        if not any(cell.strip() for cell in cells.values()):
            continue
        line = _line(row.line, cells, tidy_colour, found.problems)
        if line is None:
            continue
        if len(found.codes) >= MOST_CODES:
            found.problems.append(Problem(row.line, "too_many", {"limit": MOST_CODES}))
            return found
        place = tuple(key(name) for name in line.path)
        if place in seen:
            found.repeated.append(line)
        seen.add(place)
        found.codes.append(line)
    if not found.codes and not found.problems:
        found.problems.append(Problem(1, "nothing"))
    return found


def _line(
    number: int, cells: Mapping[str, str], tidy_colour: Callable[[str], str | None], problems: list[Problem]
) -> CodeLine | None:
    before = len(problems)
    path = tuple(" ".join(name.split()) for name in cells["path"].split(">"))
    if not any(path):
        problems.append(Problem(number, "no_path"))
    elif not all(path):
        problems.append(Problem(number, "hole_in_path", {"path": cells["path"].strip()}))
    for name in path:
        if len(name) > LONGEST_NAME:
            problems.append(Problem(number, "long_name", {"name": name[:40] + "…", "limit": LONGEST_NAME}))
    colour = tidy_colour(cells["colour"])
    if colour is None:
        problems.append(Problem(number, "bad_colour", {"colour": cells["colour"].strip()[:40]}))
    texts = {}
    for ours in ("definition", "use_when", "not_when", "example", "indicators"):
        texts[ours] = cells[ours].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
        if len(texts[ours]) > LONGEST_TEXT:
            problems.append(Problem(number, "long_text", {"column": ours, "limit": LONGEST_TEXT}))
    if len(problems) > before:
        return None
    return CodeLine(number, path, {ours: text for ours, text in texts.items() if text}, colour or "")
