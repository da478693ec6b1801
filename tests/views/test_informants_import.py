"""Informants from a spreadsheet in the browser: template, preview, import."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coding.actions.attributes import create_attribute
from coding.exporting.cells import write_xlsx
from coding.models import Attribute, AuditEvent, Change, Informant, Membership, Speaker
from tests.factories import link, make_source, make_study
from tests.views.asking import do, see

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study = make_study()
    make_source(study.project, title="=Intervju (2)")
    return study


def upload(client: Client, member: Membership, content: bytes, name: str = "people.csv") -> Any:
    return do(client, member, "informants_import", file=SimpleUploadedFile(name, content))


def apply(client, member, preview):
    address = reverse("informants_apply", args=[member.project.slug])
    return client.post(address, {"lines": preview.context["lines"]["lines"].value()})


def template(client: Client, member: Membership) -> list[list[str]]:
    answer = see(client, member, "informants_template")
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_template_holds_every_speaker_who_is_nobody_yet(client, study):
    create_attribute(actor=study.lead, name="Alder", kind="number")
    link(study.source, "Informant", "Ola")
    make_source(study.project, title="Ikke klarert", cleared=False)
    rows = template(client, study.coder)
    assert rows[0] == ["source", "label", "pseudonym", "city", "informant_type", "interviewer", "alder"]
    assert rows[1:] == [["'=Intervju (2)", "Informant", "", "", "", "", ""]]
    assert len(template(client, study.lead)) == 3
    assert AuditEvent.objects.filter(verb="export").count() == 2


def test_a_template_filled_in_comes_back(client, study):
    create_attribute(actor=study.lead, name="Alder", kind="number")
    head, *rows = template(client, study.coder)
    filled = [
        [source, label, f"Person {n}", "Bergen", "frivillig", "", "40"]
        for n, (source, label, *_) in enumerate(rows)
    ]
    out = io.StringIO()
    csv.writer(out).writerows([head, *filled])
    preview = upload(client, study.coder, out.getvalue().encode())
    rehearsal = preview.context["rehearsal"]
    assert [(one.source, one.pseudonym, one.is_new, one.values) for one in rehearsal.links] == [
        ("=Intervju (2)", "Person 0", True, "Bergen, frivillig, 40"),
        (study.source.title, "Person 1", True, "Bergen, frivillig, 40"),
    ]
    assert rehearsal.new_informants == 2 and not rehearsal.new_attributes
    assert apply(client, study.coder, preview).status_code == 302
    assert Informant.objects.count() == 2
    assert not Speaker.objects.filter(role="informant", informant=None).exists()


def test_a_preview_stores_nothing(client, study):
    before = (Change.objects.count(), AuditEvent.objects.count(), Attribute.objects.count())
    preview = upload(
        client,
        study.coder,
        f"source;label;pseudonym;by;ny kolonne\n{study.source.uuid};Informant;Ola;Oslo;x\n".encode("cp1252"),
    )
    assert preview.context["rehearsal"].new_attributes == ["Ny kolonne"]
    assert (Change.objects.count(), AuditEvent.objects.count(), Attribute.objects.count()) == before
    assert not Informant.objects.exists() and not Speaker.objects.exclude(informant=None).exists()


def test_xlsx_and_undo(client, study):
    rows = [["Kilde", "Taler", "Pseudonym", "By", "Intervjuer"]]
    rows += [
        [study.source.title, "Informant", "Ola", "Oslo", ""],
        [study.source.title, "Intervjuer", "", "", "ja"],
    ]
    preview = upload(client, study.coder, write_xlsx({"Ark1": rows}), "folk.xlsx")
    apply(client, study.coder, preview)
    assert Informant.objects.get().speakers.get().label == "Informant"
    client.post(reverse("undo", args=[study.project.slug, "informants"]))
    assert not Informant.objects.exists()


def test_errors_are_told_by_line_and_nothing_can_be_applied(client, study):
    lines = ["source,label,pseudonym", f"{study.source.uuid},Informant,Ola"] + ["Finnes ikke,A,B"] * 15
    page = upload(client, study.coder, "\n".join(lines).encode())
    assert len(page.context["rehearsal"].errors) == 15
    text = page.content.decode()
    assert reverse("informants_apply", args=[study.project.slug]) not in text
    assert sum(text.count(f" {line}: ") for line in range(3, 18)) == 10
    assert not Informant.objects.exists()


def test_a_coder_learns_nothing_of_a_source_that_is_not_cleared(client, study):
    hidden = make_source(study.project, title="Ikke klarert", cleared=False)
    page = upload(client, study.coder, f"source,label\n{hidden.uuid},Informant\n".encode())
    assert len(page.context["rehearsal"].errors) == 1
    assert "Ikke klarert" not in page.content.decode()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 nothing", b"source\n", b"a,b\n1,2\n", b'source,label\n"x,1\n']
)
def test_what_cannot_be_read_is_an_error_at_the_field(client, study, content):
    answer = upload(client, study.coder, content)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]


@pytest.mark.parametrize("lines", ["", "[", "[[1]]", '{"a": 1}', "[[1, 2]]", "[" * 100_000])
def test_a_preview_that_was_tampered_with_is_refused(client, study, lines):
    client.force_login(study.coder.user)
    answer = client.post(reverse("informants_apply", args=[study.project.slug]), {"lines": lines})
    assert answer.status_code == 400
    assert not Informant.objects.exists()
