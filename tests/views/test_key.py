"""The key: in figures without a look, opened with one, taken out by leads; sealed whatever happens."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from coding import sealing
from coding.actions import identities, names
from coding.actions.errors import Invalid
from coding.language.replacing import REPLACE
from coding.models import AuditEvent, SealedIdentity
from tests.factories import Study, link, make_member, make_study
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_file(settings: Any, tmp_path: Path) -> Path:
    settings.IDENTITY_KEYS = []
    settings.IDENTITY_KEY_FILE = tmp_path / "elsewhere" / "identity.key"
    return settings.IDENTITY_KEY_FILE


@pytest.fixture
def study(key_file: Path) -> Study:
    study = make_study()
    person = link(study.source, "Informant", "Anne")
    identities.write_person(actor=study.lead, informant=person, name="=Gudveig Skog", email="g@skog.example")
    names.decide(actor=study.lead, term="Gudveig", kind="person", verdict=REPLACE, replacement="Anne")
    identities.keep_originals(
        study.source,
        labels={study.source.speakers.get(label="Informant").pk: ["Gudveig"]},
        file_name="gudveig.docx",
    )
    return study


def test_figures_need_no_look(client: Client, study: Study) -> None:
    AuditEvent.objects.filter(verb="identity.look").delete()
    page = see(client, study.lead, "key")
    assert "Skog" not in said(page)
    state = page.context["state"]
    assert (state.people, state.labels, state.files, state.words, state.readable) == (1, 1, 1, 1, True)
    assert not AuditEvent.objects.filter(verb="identity.look").exists()
    assert "=Gudveig Skog" in said(see(client, study.lead, "key", open="1"))
    assert AuditEvent.objects.get(verb="identity.look").details == {"what": "people"}


def test_a_lead_takes_it_out(client: Client, study: Study) -> None:
    answer = do(client, study.lead, "key_file", format="csv")
    text = answer.content.decode("utf-8-sig")
    assert "'=Gudveig Skog" in text and "gudveig.docx" in text and "Anne" in text
    book = openpyxl.load_workbook(io.BytesIO(do(client, study.lead, "key_file", format="xlsx").content))
    assert "=Gudveig Skog" in {cell.value for row in book.active for cell in row if cell.data_type == "s"}
    assert AuditEvent.objects.filter(verb="identity.export").count() == 2
    assert do(client, study.lead, "key_file", format="exe").status_code == 404
    coder = make_member(study.project, "coder", handles_identities=True)
    assert do(client, coder, "key_file", format="csv").status_code == 403
    assert see(client, coder, "key", open="1").status_code == 200


@pytest.mark.parametrize("role", ["reader", "coder", "lead"])
def test_nobody_else_sees_any_of_it(client: Client, study: Study, role: str) -> None:
    member = make_member(study.project, role)
    for answer in (see(client, member, "key", open="1"), do(client, member, "key_file", format="csv")):
        assert (answer.status_code, "Skog" in said(answer), "gudveig" in said(answer)) == (403, False, False)


def test_a_lost_key_loses_names_and_nothing_else(client: Client, study: Study, key_file: Path) -> None:
    key_file.unlink()
    assert not sealing.has_key()
    page = said(see(client, study.lead, "key", open="1"))
    assert "is missing" in page and "Skog" not in page
    for name in ("sources", "informants", "names", "speakers"):
        arguments = [study.source.uuid] if name == "speakers" else []
        assert see(client, study.lead, name, *arguments).status_code == 200
    assert see(client, study.lead, "speakers", study.source.uuid, originals="1").status_code == 200
    with pytest.raises(Invalid, match="key of the identity store is missing"):
        identities.keep_originals(study.source, labels={1: ["Ola"]}, file_name=None)
    answer = do(client, study.lead, "names", term="Ola", kind="person", verdict="replace", replacement="Bo")
    assert answer.status_code == 422 and "is missing" in said(answer)
    assert not key_file.exists()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("identity_key", *arguments, stdout=out, language="en")
    return out.getvalue()


def test_a_new_key_seals_everything_again(study: Study, key_file: Path) -> None:
    assert run() == "Entries that can be opened: 4. Entries whose key is missing: 0.\n"
    before = set(SealedIdentity.objects.values_list("sealed", flat=True))
    assert "can be opened: 4" in run("--new")
    assert before.isdisjoint(SealedIdentity.objects.values_list("sealed", flat=True))
    new, old = key_file.read_text().split()
    key_file.write_text(new)
    person = identities.look_at_people(actor=study.lead)
    assert [held["name"] for held in person.values()] == ["=Gudveig Skog"]
    names.decide(actor=study.lead, term="Gudveig", kind="person", verdict="keep")
    assert SealedIdentity.objects.filter(kind="word").count() == 1
    key_file.write_text(old)
    key_file.chmod(0o600)
    assert run() == "Entries that can be opened: 0. Entries whose key is missing: 4.\n"
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_the_key_file_is_for_its_owner_only(study: Study, key_file: Path) -> None:
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_keys_in_the_environment_are_used_and_not_written(
    settings: Any, study: Study, key_file: Path
) -> None:
    settings.IDENTITY_KEYS = key_file.read_text().split()
    key_file.unlink()
    assert "can be opened: 4" in run()
    with pytest.raises(CommandError):
        run("--new")
    assert not key_file.exists()


def test_no_name_stands_in_the_store_or_beside_it(study: Study) -> None:
    for alias in connections:
        with connections[alias].cursor() as cursor:
            for table in connections[alias].introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')
                assert not any("Skog" in str(row) or "udveig" in str(row) for row in cursor.fetchall()), table
    assert Path(settings.DATA_DIR).is_dir()
