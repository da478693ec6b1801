"""Spreadsheets of every make come out as the same rows; hostile ones are refused with a sentence."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from coding.importing.spreadsheets import Limits, Refused, read_rows

TABLE = "Source;Label;By\nIntervju 1;Informant;Tromsø\n\nIntervju 2;Gjest, en;Bodø\n"
EXPECTED = [
    (2, {"source": "Intervju 1", "label": "Informant", "by": "Tromsø"}),
    (4, {"source": "Intervju 2", "label": "Gjest, en", "by": "Bodø"}),
]


def read(
    folder: Path, content: bytes, name: str = "table.csv", **limits: int
) -> list[tuple[int, dict[str, str]]]:
    path = folder / "upload"
    path.write_bytes(content)
    return [(row.line, dict(row.cells)) for row in read_rows(path, name, Limits(**limits))]


def refusal(folder: Path, content: bytes, **limits: int) -> str:
    with pytest.raises(Refused) as refused:
        read(folder, content, "table.csv", **limits)
    return refused.value.message.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_it_reads_every_encoding_and_line_end(tmp_path, encoding, line_end):
    assert read(tmp_path, TABLE.replace("\n", line_end).encode(encoding)) == EXPECTED


@pytest.mark.parametrize(
    "content",
    [
        'Source,Label,By\nIntervju 1,Informant,Tromsø\n\nIntervju 2,"Gjest, en",Bodø\n',
        "SOURCE\tlabel \tBY\nIntervju 1\tInformant\tTromsø\n\nIntervju 2\tGjest, en\tBodø\n",
    ],
)
def test_it_finds_the_delimiter(tmp_path, content):
    assert read(tmp_path, content.encode()) == EXPECTED


def test_the_delimiter_may_be_named_on_a_line_of_its_own(tmp_path):
    assert read(tmp_path, b"sep=;\na,b;c\n1;2\n") == [(3, {"a,b": "1", "c": "2"})]


def test_a_cell_of_several_lines_keeps_the_line_numbers_right(tmp_path):
    assert [line for line, _ in read(tmp_path, b'a,b\n"x\ny",1\nz,2\n')] == [2, 4]


def test_an_apostrophe_before_a_formula_is_taken_off(tmp_path):
    path = tmp_path / "guarded.csv"
    path.write_text("a,b,c\n'=SUM(A1),'s-Hertogenbosch,''@x\n")
    ((row,), (guarded,)) = read_rows(path, "", unguarded=True), read_rows(path, "")
    assert row.cells == {"a": "=SUM(A1)", "b": "'s-Hertogenbosch", "c": "'@x"}
    assert guarded.cells == {"a": "'=SUM(A1)", "b": "'s-Hertogenbosch", "c": "''@x"}


def test_short_rows_and_columns_without_heading(tmp_path):
    assert read(tmp_path, b"a,,b\n1,2\n") == [(2, {"a": "1", "b": ""})]


def workbook(*rows: list, also: str = "") -> bytes:
    book = Workbook()
    if also:
        book.create_sheet(also)
    for row in rows:
        book.worksheets[-1].append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_xlsx_gives_the_same_rows(tmp_path):
    content = workbook(
        ["Source", "Label", "By"],
        ["Intervju 1", "Informant", "Tromsø"],
        [],
        ["Intervju 2", "Gjest, en", "Bodø"],
    )
    assert read(tmp_path, content) == EXPECTED


def test_xlsx_numbers_dates_and_truth_become_text(tmp_path):
    moment = datetime.fromisoformat("2020-03-24T09:30")
    content = workbook(["n", "f", "d", "t", "b"], [12.0, 1.5, date(2020, 3, 24), moment, True])
    ((_, cells),) = read(tmp_path, content)
    assert cells == {"n": "12", "f": "1.5", "d": "2020-03-24", "t": "2020-03-24 09:30:00", "b": "yes"}


def test_the_first_sheet_with_content_is_read(tmp_path):
    assert read(tmp_path, workbook(["a"], ["1"], also="Ark2")) == [(2, {"a": "1"})]


def test_what_cannot_be_read_is_refused(tmp_path):
    assert refusal(tmp_path, b"") == "empty"
    assert refusal(tmp_path, b"a,b\n") == "no_rows"
    assert refusal(tmp_path, b"a,A\n1,2\n") == "double_heading"
    assert refusal(tmp_path, b'a,b\n1,"2\n3,4\n') == "bad_quotes"
    assert refusal(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600) == "legacy_spreadsheet"
    assert refusal(tmp_path, b"PK\x03\x04 this is no archive") == "damaged"
    assert refusal(tmp_path, b"a,b\n" + b"1,2\n" * 20, rows=10) == "too_many_rows"
    assert refusal(tmp_path, b"a,b\n" + b",".join([b"1"] * 300) + b"\n") == "too_many_columns"
    assert refusal(tmp_path, b"a,b\n" + b"1,2\n" * 2000, upload_bytes=1000) == "too_big"


def rebuilt(content: bytes, **members: bytes) -> bytes:
    """A workbook with some members replaced or added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, data in members.items():
            new.writestr(name, data)
    return out.getvalue()


def test_hostile_workbooks_are_refused(tmp_path):
    good = workbook(["a"], ["1"])
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst>&a;</sst>'
    assert refusal(tmp_path, rebuilt(good, **{"xl/sharedStrings.xml": entity})) == "doctype"
    bomb = rebuilt(good, **{"xl/media/zeros.xml": b"0" * 100_000_000})
    assert len(bomb) < 200_000
    assert refusal(tmp_path, bomb) == "unpacks_too_big"
    many = rebuilt(good, **{f"xl/media/{n}": b"" for n in range(600)})
    assert refusal(tmp_path, many) == "too_many_members"
    assert refusal(tmp_path, rebuilt(good, **{"[Content_Types].xml": b"<broken"})) == "damaged"


def test_a_sheet_that_claims_to_be_huge_is_read_as_it_is(tmp_path):
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>1</t></is></c></row></sheetData></worksheet>'
    )
    assert read(tmp_path, rebuilt(workbook(["x"]), **{"xl/worksheets/sheet1.xml": sheet})) == [
        (2, {"a": "1"})
    ]
