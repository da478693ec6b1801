"""The codebook out and in: files, a preview, and what is then stored."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coding.actions.codebook import propose_code
from coding.actions.undo import undo
from coding.colours import SWATCHES
from coding.models import AuditEvent, Code, Membership, Project, Role
from coding.reports.codebook import code_tree
from tests.factories import (
    Study,
    lead_of,
    make_code,
    make_member,
    make_project,
    make_study,
)
from tests.shared import shared_path

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def reader(study: Study) -> Membership:
    return make_member(study.project, Role.READER)


def at(name: str, project: Project, *args: object) -> str:
    return reverse(name, args=[project.slug, *args])


def paths(project: Project) -> list[str]:
    return [node.path_text for root in code_tree(project).roots for node in root.walk()]


def test_an_export_is_a_file_and_stands_in_the_history(client, study, reader):
    client.force_login(reader.user)
    response = client.get(at("codebook_export", study.project, "csv"))
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content.decode("utf-8-sig").splitlines()[1].startswith("P1 Drift,")
    event = AuditEvent.objects.get(verb="export")
    assert event.actor == reader
    assert client.get(at("codebook_export", study.project, "pdf")).status_code == 404


def upload(client: Client, project: Project, content: bytes, name: str = "kodebok.csv", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(at("codebook_import", project), {"file": file, **fields})


def test_an_import_is_shown_before_it_is_stored(client, study):
    client.force_login(study.lead.user)
    content = "path;definition\nP1 Drift > Økonomi;Penger\nP2 > Ny > Dypere;Her\n".encode()
    response = upload(client, study.project, content)
    plan = response.context["plan"]
    assert (plan.new, plan.changed, plan.same) == (3, 1, 0)
    assert list(plan.ancestors) == [("P2",), ("P2", "Ny")]
    assert Code.objects.filter(project=study.project).count() == 3
    client.post(at("codebook_import", study.project), {"held": response.context["held"]})
    assert paths(study.project)[-1] == "P2 > Ny > Dypere"
    study.code.refresh_from_db()
    assert study.code.definition == "Penger"
    undo(actor=study.lead, page="codebook")
    assert Code.objects.filter(project=study.project).count() == 3


def test_an_import_may_go_under_a_question(client, study):
    client.force_login(study.lead.user)
    response = upload(
        client, study.project, b"tag,description\nTask confusion,Said\n", under=study.question.uuid
    )
    client.post(at("codebook_import", study.project), {"held": response.context["held"]})
    assert paths(study.project)[-1] == "P1 Drift > Task confusion"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("  P3   Tags ", ["P3 Tags", "P3 Tags > Confusion", "P3 Tags > Trust"]),
        # One that is there is meant, however it is written.
        ("p1 drift", ["P1 Drift > Confusion", "P1 Drift > Trust"]),
    ],
)
def test_an_import_may_go_under_a_new_question(client, study, question, found):
    client.force_login(study.lead.user)
    assert 'name="question"' in client.get(at("codebook_import", study.project)).content.decode()
    before = paths(study.project)
    response = upload(client, study.project, b"tag,description\nConfusion,Said\nTrust,\n", question=question)
    assert response.context["plan"].new == len(found)
    client.post(at("codebook_import", study.project), {"held": response.context["held"]})
    assert [path for path in paths(study.project) if path not in before] == found


@pytest.mark.parametrize("fields", [{"question": "P3", "under": True}, {"question": "x" * 201}])
def test_a_new_question_that_cannot_be_is_told_at_its_field(client, study, fields):
    client.force_login(study.lead.user)
    if "under" in fields:
        fields = fields | {"under": str(study.question.uuid)}
    response = upload(client, study.project, b"tag,description\nTrust,\n", **fields)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["question"]
    assert f'value="{fields["question"]}"' in response.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"path,colour\nP1,notacolour\n",
        b"name it,definition\nP1,x\n",
        b"path\nP1 > > P2\n",
        ("path\n" + "x" * 201 + "\n").encode(),
        ("path,definition\nP1," + "x" * 10_001 + "\n").encode(),
        b"PK\x03\x04 not a workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"path\n" + "\n".join(f"P{n}" for n in range(2_001)).encode(),
    ],
    ids=["empty", "colour", "heading", "hole", "long name", "long text", "zip", "xls", "many"],
)
def test_a_file_that_cannot_be_imported_is_told_at_the_field(client, study, content):
    client.force_login(study.lead.user)
    response = upload(client, study.project, content)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert Code.objects.filter(project=study.project).count() == 3


def test_what_is_imported_is_what_was_shown(client, study):
    client.force_login(study.lead.user)
    held = upload(client, study.project, b"path\nP9\n").context["held"]
    assert client.post(at("codebook_import", study.project), {"held": held + "x"}).status_code == 400
    other = make_project(lead=study.lead.user)
    assert client.post(at("codebook_import", other), {"held": held}).status_code == 400
    assert not Code.objects.filter(name="P9").exists()


def test_a_taguette_codebook_of_120_codes_is_imported(client, study):
    content = shared_path("real-transcripts/serdif/codebook_20220223_0.csv").read_bytes()
    client.force_login(study.lead.user)
    response = upload(client, study.project, content, under=study.question.uuid)
    assert response.context["plan"].new == 120
    client.post(at("codebook_import", study.project), {"held": response.context["held"]})
    code = Code.objects.get(project=study.project, name="Moderator comment")
    assert code.parent == study.question
    assert code.definition.startswith("The moderator intervenes")


def test_a_spreadsheet_comes_back_as_it_left(client, study):
    make_code(study.project, "Tilskudd", study.code, definition="=SUM(1)\n\n@to linjer", colour=SWATCHES[0])
    client.force_login(study.lead.user)
    for file_format in ("csv", "xlsx"):
        content = client.get(at("codebook_export", study.project, file_format)).content
        other = make_project(lead=study.lead.user)
        response = upload(client, other, content, f"kodebok.{file_format}")
        client.post(at("codebook_import", other), {"held": response.context["held"]})
        assert paths(other) == paths(study.project)
        there = Code.objects.get(project=other, name="Tilskudd")
        assert (there.definition, there.colour) == ("=SUM(1)\n\n@to linjer", SWATCHES[0])


def test_the_word_document_holds_every_code(client, study):
    from docx import Document

    propose_code(actor=study.coder, name="Dugnad", page="codebook")
    make_code(study.project, "Tilskudd", study.code, definition="Staten og\nkommunen", example="Vi søkte.")
    client.force_login(lead_of(study.project).user)
    document = Document(io.BytesIO(client.get(at("codebook_export", study.project, "docx")).content))
    headings = [p.text for p in document.paragraphs if str(p.style and p.style.name).startswith("Heading")]
    assert [name for name in headings if name in ("P1 Drift", "Økonomi", "Tilskudd", "Lokaler", "Dugnad")] == [
        "P1 Drift", "Økonomi", "Tilskudd", "Lokaler", "Dugnad",
    ]  # fmt: skip
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Staten og\nkommunen" in cells and "Vi søkte." in cells
    assert study.project.title in document.sections[0].header.paragraphs[0].text
