"""The commands that count and quote: their columns, their numbers, their errors."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from coding.models import User
from tests import ready
from tests.factories import Study, link, make_study, put

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def study() -> Study:
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo", informant_type="frivillig")
    put(study.coder, study.source, "kaffe og tar", study.code)
    return study


def test_frequencies_as_json(study):
    data = json.loads(run("frequencies", "--project", study.project.slug, "--by", "city", "--format", "json"))
    assert (data["by"], data["measure"]) == ("city", "informants")
    assert "five" in data["counting"]
    ((column,), rows) = (data["columns"], data["rows"])
    assert (column["name"], column["informants"], column["words"]) == ("Oslo", 1, 7)
    assert rows[0] == {
        "path": ["P1 Drift"],
        "uuid": str(study.question.uuid),
        "values": [1],
        "total": 1,
    }
    assert rows[1]["path"] == ["P1 Drift", "Økonomi"]


def test_frequencies_by_source_flat_in_words(study):
    arguments = (
        "--project",
        study.project.slug,
        "--by",
        "source",
        "--measure",
        "words",
        "--flat",
        "--format",
        "json",
    )
    data = json.loads(run("frequencies", *arguments))
    assert [column["key"] for column in data["columns"]] == [str(study.source.uuid)]
    assert [row["total"] for row in data["rows"]] == [0, 3, 0]


def test_passages_as_csv(study):
    text = run("passages", "--project", study.project.slug, "--code", "P1 Drift > Økonomi", "--city", "Oslo")
    (row,) = list(csv.DictReader(io.StringIO(text)))
    start = study.source.version.text.index("kaffe og tar")
    assert row == {
        "source": study.source.title,
        "start": str(start),
        "end": str(start + 12),
        "text": "kaffe og tar",
        "turn": "2",
        "informants": "Anne",
        "coders": study.coder.name,
    }


def test_a_file_of_quotations(study, tmp_path):
    target = tmp_path / "sitater.md"
    text = run("export_quotations", "--project", study.project.slug, "--format", "md", "-o", str(target))
    assert "Wrote 1 quotation" in text
    assert "> kaffe og tar" in target.read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("frequencies", "--project", "nei", "--by", "city"), "There is no project “nei”."),
        (("frequencies", "--project", "S", "--by", "nei"), "There is no attribute “nei”"),
        (("passages", "--project", "S", "--code", "Nei"), "There is no code “Nei”"),
        (("passages", "--project", "S", "--code", "P1 Drift", "--city", "Nei"), "Nobody in the project"),
        (("export_quotations", "--project", "S", "--format", "md", "-o", "/nei/nei.md"), "/nei/nei.md"),
    ],
)
def test_an_error_is_one_sentence_with_status_2(study, arguments, sentence):
    arguments = tuple(study.project.slug if word == "S" else word for word in arguments)
    with pytest.raises(CommandError, match=sentence) as caught:
        run(*arguments)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)


def test_a_project_is_created_with_a_lead_who_sets_a_password_once(client):
    text = run("create_project", "ny-studie", "--title", "Ny studie", "--lead", "kari")
    user = User.objects.get(username="kari")
    assert not user.has_usable_password()
    address = next(word for word in text.split() if "/invitations/" in word)
    assert "The link opens while “manage.py serve” runs, for 14 days." in text
    assert client.get(urlsplit(address).path).status_code == 200
    with pytest.raises(CommandError):
        run("create_project", "ny-studie", "--lead", "ola")
    assert not User.objects.filter(username="ola").exists()


@pytest.mark.parametrize(
    ("hosts", "origins", "https", "port", "address"),
    [
        (["localhost", "127.0.0.1"], [], False, "8342", "http://localhost:8342"),
        (["localhost"], [], False, "", "http://localhost:8000"),
        (["127.0.0.1", "kode.example.org"], [], False, "8342", "http://kode.example.org"),
        (["kode.example.org"], [], True, "", "https://kode.example.org"),
        (["*"], [], False, "", "http://localhost:8000"),
        ([".example.org"], ["https://*.example.org", "https://kode.example.org:8443"], True, "", "https://kode.example.org:8443"),
    ],
)  # fmt: skip
def test_the_link_is_an_address_where_kodebenk_is_reached(
    settings, monkeypatch, hosts, origins, https, port, address
):
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = hosts, origins
    settings.SECURE_SSL_REDIRECT = https
    monkeypatch.setenv("PORT", port)
    text = run("create_project", "ny-studie", "--lead", "kari")
    assert next(word for word in text.split() if "/invitations/" in word).startswith(
        f"{address}/invitations/"
    )


def begin(folder: Path, language: str = "en") -> subprocess.Popen:
    """A command about a project that is not there, as a real process with its data in `folder`."""
    command = ["manage.py", "frequencies", "--project", "x", "--by", "city", "--language", language]
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={"DATA_DIR": str(folder), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_command_on_a_new_folder_makes_the_database(tmp_path):
    """A real process: no traceback, one sentence in the language asked for, status 2."""
    process = begin(tmp_path, "nb")
    _out, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert error == "Det finnes ikke noe prosjekt «x».\n"
    assert "Traceback" not in error
    assert Path(tmp_path, "kodebenk.sqlite3").exists()


def test_commands_that_begin_together_on_a_new_folder_make_one_database(tmp_path):
    started = [begin(tmp_path) for _ in range(3)]
    said = [process.communicate(timeout=120)[1] for process in started]
    assert said == ["There is no project “x”.\n"] * 3


def test_an_older_schema_is_met_with_one_sentence_and_left_as_it_is(tmp_path):
    ready.begin(tmp_path)
    with closing(sqlite3.connect(tmp_path / "kodebenk.sqlite3")) as database, database:
        database.execute("DELETE FROM django_migrations WHERE app = 'coding'")
    process = begin(tmp_path)
    _out, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert error.startswith("The database is of an older version.")
    with closing(sqlite3.connect(tmp_path / "kodebenk.sqlite3")) as database:
        applied = database.execute("SELECT count(*) FROM django_migrations WHERE app = 'coding'").fetchone()
    assert applied == (0,)
