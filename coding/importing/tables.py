"""Tables: one with a column of speakers is turns; every other is read row by row, cell by cell."""

from __future__ import annotations

import re
from collections import Counter

from . import times
from .cleaning import clean
from .labels import first_word, looks_like_label, looks_like_name, tidy_label
from .pieces import Mark, Paragraph
from .roles import is_role_word

Cell = list[Paragraph]
Row = list[Cell]

_HEADS = {
    "speaker": "taler talar speaker hvem kven who navn namn name person deltaker participant rolle role informant",
    "time": "tid time tidspunkt tidskode timecode timestamp start starttid klokkeslett slutt end",
    "text": "tekst text utsagn ytring transkripsjon transcript tale speech innhold content replikk utterance",
    "number": "nr no # linje line turn tur nummer number id",
}
_HEAD_WORDS = {word: kind for kind, listed in _HEADS.items() for word in listed.split()}


def _said(cell: Cell) -> str:
    return " ".join(p.text.strip() for p in cell if p.text.strip()).strip()


def _flat(rows: list[Row]) -> list[Paragraph]:
    return [paragraph for row in rows for cell in row for paragraph in cell]


def paragraphs(rows: list[Row], speakers: bool) -> list[Paragraph]:
    """The table's paragraphs in reading order, with labels and times fixed where it has a column of speakers."""
    rows = [row for row in rows if any(_said(cell) for cell in row)]
    width = max((len(row) for row in rows), default=0)
    if not speakers or len(rows) < 2 or width < 2 or sum(len(row) == width for row in rows) < 0.8 * len(rows):
        return _flat(rows)
    head = [_HEAD_WORDS.get(_said(cell).casefold().strip(" :.")) for cell in rows[0]]
    headed = (
        len(rows[0]) == width
        and "speaker" in head
        and all(h or not _said(c) for h, c in zip(head, rows[0], strict=True))
    )
    body = rows[1:] if headed else rows
    columns = [[_said(row[i]) if i < len(row) else "" for row in body] for i in range(width)]
    text = max(range(width), key=lambda i: (headed and head[i] == "text", sum(map(len, columns[i]))))
    clocks = [i for i in range(width) if i != text and _all_times(columns[i])]
    named = [i for i in range(width) if i != text and i not in clocks]
    speaker = next((i for i in named if (headed and head[i] == "speaker") or _speakers(columns[i])), None)
    if speaker is None:
        return _flat(rows)
    spare = [i for i in named if i != speaker and not all(re.fullmatch(r"[\d.\s]*", c) for c in columns[i])]
    result: list[Paragraph] = []
    for row in body:
        if len(row) != width:
            result.extend(p for cell in row for p in cell)
            continue
        label, time = _label(_said(row[speaker]))
        time = next((times.normal(_said(row[i])) for i in clocks if _said(row[i])), time)
        speech = [p for i in (text, *spare) for p in row[i] if p.text.strip()]
        if label and not looks_like_label(label):
            label, speech = None, [p for p in row[speaker] if p.text.strip()] + speech
        marks = [m for i in range(width) if i == speaker or i in clocks for p in row[i] for m in p.marks]
        if not speech:
            continue
        speech[0].marks.extend(Mark(m.note, 0) for m in marks)
        if label or time:
            speech[0].label, speech[0].time = label, time
        for one in speech:
            one.fixed = True
        result.extend(speech)
    return result


def _all_times(cells: list[str]) -> bool:
    filled = [c for c in cells if c]
    return bool(filled) and all(times.ALONE.fullmatch(c) for c in filled)


def _label(cell: str) -> tuple[str | None, str | None]:
    cell = clean(cell)
    ending = times.ENDING.search(cell)
    if ending:
        return tidy_label(cell[: ending.start()]) or None, times.normal(ending.group(1))
    return tidy_label(cell) or None, None


def _speakers(cells: list[str]) -> bool:
    """Does the column hold speakers: short labels, nearly all of them roles or recurring?"""
    filled = [label for label, _ in map(_label, cells) if label]
    if len(filled) < 2 or len(filled) < 0.3 * len(cells):
        return False
    counts = Counter(filled)
    fit = [
        label
        for label in filled
        if looks_like_label(label)
        and len(label) <= 40
        and (is_role_word(label) or (counts[label] > 1 and looks_like_name(label)))
        and first_word(label)
        not in _HEAD_WORDS.keys() - {"deltaker", "participant", "informant", "stemme", "person"}
    ]
    numbers = all(re.fullmatch(r"\d+", label) for label in filled)
    return len(fit) >= 0.8 * len(filled) and not (numbers and len(counts) == len(filled))
