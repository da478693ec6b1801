"""`import_codebook`: codes from a file, or one sentence that says why not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from coding.actions.codebook import propose_code
from coding.models import AuditEvent, Code, Project
from coding.reports.codebook import code_tree
from tests.factories import make_member, make_project
from tests.shared import shared_path

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("studie")


def run(path: Path, *, language: str = "en") -> str:
    out = io.StringIO()
    call_command("import_codebook", str(path), project="studie", language=language, stdout=out)
    return out.getvalue()


def paths(project: Project) -> list[str]:
    return [node.path_text for root in code_tree(project).roots for node in root.walk()]


def test_missing_ancestors_are_created_and_a_second_run_changes_nothing(project, tmp_path):
    file = tmp_path / "kodebok.csv"
    file.write_text(
        "path,definition,use_when,not_when,example,colour\n"
        "P1 > Økonomi > Tilskudd,Penger fra staten,når,ikke når,«Vi søkte»,#2C77B0\n"
        "P1 > Økonomi,Penger,,,,\n"
    )
    assert "3" in run(file)
    assert paths(project) == ["P1", "P1 > Økonomi", "P1 > Økonomi > Tilskudd"]
    code = Code.objects.get(name="Tilskudd")
    assert (code.definition, code.use_when, code.not_when) == ("Penger fra staten", "når", "ikke når")
    assert (code.example, code.colour) == ("«Vi søkte»", "#2c77b0")
    assert "new codes: 0, changed: 0" in run(file)
    assert AuditEvent.objects.filter(verb="codebook.import").count() == 1


def test_indicator_words_stand_one_to_a_line_in_a_cell(project, tmp_path):
    file = tmp_path / "kodebok.csv"
    file.write_text('path,indicators\nP1,"nøkkel\nlåse"\n')
    run(file)
    assert Code.objects.get().indicators == "nøkkel\nlåse"


def test_empty_cells_leave_what_is_there(project, tmp_path):
    file = tmp_path / "kodebok.csv"
    file.write_text("path,definition\nP1,Første\n")
    run(file)
    file.write_text("path,definition,example\np1,,Et eksempel\n")
    run(file)
    code = Code.objects.get()
    assert (code.name, code.definition, code.example) == ("P1", "Første", "Et eksempel")


def test_a_proposed_code_is_no_place_for_an_imported_one(project, tmp_path):
    propose_code(actor=make_member(project), name="P1", page="codebook")
    file = tmp_path / "kodebok.csv"
    file.write_text("path\nP1 > Under\n")
    run(file)
    assert paths(project) == ["P1", "P1 > Under"]


def test_taguettes_list_of_tags_is_read(project):
    run(shared_path("real-transcripts/serdif/codebook_20220223_0.csv"))
    assert Code.objects.count() == 120
    assert Code.objects.get(name="Simple export").definition.startswith("Data and metadata")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("path,colour\nP1,rødt\n", "Line 2"),
        ("path\nP1 > > x\n", "Line 2"),
        ("definition\nnoe\n", "path"),
        ("", "empty"),
        ("path\n" + "x" * 300 + "\n", "Line 2"),
    ],
)
def test_an_error_is_one_sentence_status_2_and_stores_nothing(project, tmp_path, content, words):
    file = tmp_path / "kodebok.csv"
    file.write_text(content)
    with pytest.raises(CommandError) as refused:
        run(file)
    assert refused.value.returncode == 2
    assert words in str(refused.value) and "\n" not in str(refused.value)
    assert not Code.objects.exists()


def test_a_file_and_a_project_that_are_not_there_are_told(project, tmp_path):
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "mangler.csv")
    assert refused.value.returncode == 2
    with pytest.raises(CommandError):
        call_command("import_codebook", "x.csv", project="ukjent")
