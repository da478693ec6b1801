"""Cells that stay text, and a codebook that comes back as it left."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from coding.actions.codebook import CodeRow, import_codes
from coding.colours import SWATCHES, tidy_colour
from coding.exporting.cells import BOM, guard, unguard, write_csv, write_xlsx
from coding.exporting.codebook import COLUMNS, as_csv, as_xlsx, table
from coding.exporting.codebook_document import as_docx
from coding.importing.codebook import read_codebook
from coding.importing.spreadsheets import read_rows
from coding.models import Project
from coding.models.names import search_key
from coding.reports.code_counts import code_counts, proposers
from coding.reports.codebook import CodeTree, code_tree
from tests.factories import make_project

FORMULAS = ["=1+1", "+47 55", "-", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x", "'", "vanlig", "", "a=b"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_csv_cell_never_begins_as_a_formula_and_comes_back(text):
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguard(guard(text)) == text


@given(st.text(alphabet="'=+-@\t\rab", max_size=6))
def test_guarding_loses_nothing(text):
    assert unguard(guard(text)) == text


def test_csv_has_a_bom_and_keeps_lines_and_quotes():
    content = write_csv([["path", "n"], ['a "b"\nc;d,', 3], ["=x", None]])
    assert content.startswith(BOM.encode())
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) == [
        ["path", "n"], ['a "b"\nc;d,', "3"], ["'=x", ""],
    ]  # fmt: skip


def test_xlsx_holds_text_not_formulas_or_links_and_no_controls():
    content = write_xlsx({"Ark": [["a"], ["=1+1"], ["http://x.no"], ["\x00\x07b"], ["x" * 40_000], [7]]})
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [(cell.value, cell.data_type, cell.hyperlink) for cell in book["Ark"]["A"][1:]]
    assert cells[0] == ("=1+1", "s", None)
    assert cells[1] == ("http://x.no", "s", None)
    assert cells[2][0] == "b"
    assert len(cells[3][0]) == 32_767 and cells[3][0].endswith("…")
    assert cells[4][0] == 7
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_sheets_get_names_that_are_allowed_and_differ():
    book = openpyxl.load_workbook(
        io.BytesIO(write_xlsx({"a/b": [["x"]], "a:b": [["y"]], "'": [["z"]], "l" * 40: []}))
    )
    assert book.sheetnames == ["a b", "a b 2", "1", "l" * 31]


def imported(project: Project, path: Path) -> CodeTree:
    rows = read_rows(path, path.name)
    unguarding = str if path.suffix == ".xlsx" else unguard
    read = read_codebook(rows, key=search_key, tidy_colour=tidy_colour, unguard=unguarding)
    assert not read.problems
    import_codes(
        project=project, actor=None, rows=[CodeRow(code.path, code.texts, code.colour) for code in read.codes]
    )
    return code_tree(project)


def texts():
    """What a person may write: several lines, quotes, beginnings of formulas; at its ends no white space."""
    letters = st.characters(
        blacklist_categories=("Cs", "Cc", "Cn"), blacklist_characters="\u2028\u2029\ufeff"
    )
    return st.text(alphabet=st.one_of(st.sampled_from("=+-@'\"\n,;> æøå"), letters), max_size=30).map(
        str.strip
    )


def names():
    return texts().map(lambda text: " ".join(text.replace(">", "").split())).filter(bool)


@pytest.mark.django_db
@pytest.mark.parametrize("write", [as_csv, lambda tree: as_xlsx(tree, "Kodebok")], ids=["csv", "xlsx"])
def test_out_and_in_again_is_the_same_codebook(write, tmp_path):
    rows = st.lists(
        st.tuples(
            st.lists(names(), min_size=1, max_size=3),
            texts(),
            texts(),
            texts(),
            st.sampled_from(["", *SWATCHES]),
        ),
        min_size=1,
        max_size=6,
    )
    suffix = ".csv" if write is as_csv else ".xlsx"

    @given(rows)
    def check(made):
        project, other = make_project(), make_project()
        import_codes(
            project=project,
            actor=None,
            rows=[
                CodeRow(
                    tuple(path),
                    {"definition": first, "use_when": second, "example": third, "indicators": second},
                    colour,
                )
                for path, first, second, third, colour in made
            ],
        )
        tree = code_tree(project)
        path = tmp_path / f"codebook{suffix}"
        path.write_bytes(write(tree))
        assert table(imported(other, path)) == table(tree)

    check()


@pytest.mark.django_db
def test_the_columns_are_those_of_the_command():
    assert table(code_tree(make_project()))[0] == list(COLUMNS)
    assert COLUMNS == ("path", "definition", "use_when", "not_when", "example", "indicators", "colour")


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("nb", "nb-NO"), ("en", "en-GB")])
def test_the_document_survives_what_word_cannot_hold_and_names_its_language(language, word):
    from docx import Document

    project = make_project()
    import_codes(
        project=project, actor=None, rows=[CodeRow(("P1", "Kode \x0b\x1f"), {"definition": "a\x01b\x1fc"})]
    )
    tree = code_tree(project)
    with translation.override(language):
        content = as_docx(
            tree,
            title="Studie \x01",
            counts=code_counts(project, None, tree),
            proposed_by=proposers(tree),
            made=datetime(2026, 11, 23, 12, tzinfo=UTC),
        )
    document = Document(io.BytesIO(content))
    assert document.tables[0].cell(0, 1).text == "abc"
    assert f'w:val="{word}"' in zipfile.ZipFile(io.BytesIO(content)).read("word/styles.xml").decode()
    assert " PAGE " in zipfile.ZipFile(io.BytesIO(content)).read("word/footer1.xml").decode()
