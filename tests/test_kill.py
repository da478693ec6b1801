"""`kill -9` of a real server in the middle of the work: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.served import Person, Served, needs_posix, until

pytestmark = needs_posix

PASSWORD = "en lang setning til prøve"
WORDS = 400
SETUP = f"""
from coding.models import Membership, User
from tests.factories import make_code, make_project, make_source, make_user
lead = make_user("lena")
project = make_project("p", lead=lead)
code = make_code(project, "P1 Drift")
source = make_source(project, [("Informant", " ".join(f"ord{{n:03}}" for n in range({WORDS})))])
print(code.uuid, source.uuid)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path / "data")
    made.begin()
    yield made
    made.stop()


def ask(server: Served, query: str) -> list[tuple[Any, ...]]:
    """Rows of the database as they are committed now."""
    with contextlib.closing(sqlite3.connect(server.folder / "kodebenk.sqlite3", timeout=20)) as database:
        return database.execute(query).fetchall()


def number(server: Served, query: str) -> int:
    return int(ask(server, query)[0][0])


def signed_in(server: Served) -> Person:
    person = Person(server.port)
    person.get("/accounts/login/")
    person.post("/accounts/login/", login="lena", password=PASSWORD)
    assert "/p/p/" in person.get("/")[1]
    return person


def send(person: Person, path: str, body: bytes, content_type: str) -> Any:
    """What the server answers to a POST, read to its end."""
    token = next(cookie.value for cookie in person.cookies if cookie.name == "csrftoken")
    headers = {"Content-Type": content_type, "X-CSRFToken": token or ""}
    request = urllib.request.Request(person.address + path, data=body, headers=headers)
    with person.opener.open(request, timeout=30) as answer:
        return answer.read()


def intact(server: Served) -> None:
    assert ask(server, "pragma integrity_check") == [("ok",)]
    assert ask(server, "pragma foreign_key_check") == []


def test_every_acknowledged_coding_is_there_after_kill_9(server: Served) -> None:
    code, source = server.run("shell", "-v", "0", "-c", SETUP).split()
    server.start("serve")
    acknowledged: list[str] = []
    gone = threading.Event()

    def code_words(first: int) -> None:
        person = signed_in(server)
        ready.wait()
        for n in range(first, first + 50):
            key = str(uuid.uuid4())
            body = {"start": n * 7, "end": n * 7 + 6, "quote": f"ord{n:03}", "codings": [[key, code]]}
            try:
                send(person, f"/p/p/sources/{source}/codings/", json.dumps(body).encode(), "application/json")
            except (OSError, HTTPException):
                gone.set()
                return
            acknowledged.append(key)

    # Four coders with fifty codings each.
    ready = threading.Barrier(4)
    coders = [threading.Thread(target=code_words, args=[first]) for first in (0, 50, 100, 150)]
    for coder in coders:
        coder.start()
    until(lambda: len(acknowledged) >= 60, "sixty codings are made")
    server.kill()
    for coder in coders:
        coder.join()
    assert gone.is_set() and 60 <= len(acknowledged) < 200
    intact(server)
    stored = {str(uuid.UUID(row[0])) for row in ask(server, "select uuid from coding_coding")}
    assert stored >= set(acknowledged)
    # At most what was under way in each of the four connections has come in without having been acknowledged.
    assert len(stored) <= len(acknowledged) + 4
    # Each has its link to who counts in it, and its change in the history.
    assert number(server, "select count(distinct coding_id) from coding_codinginformant") == len(stored)
    assert number(server, "select count(*) from coding_change where kind = 'Coding'") == len(stored)

    server.start("serve")
    _status, page = signed_in(server).get(f"/p/p/sources/{source}/")
    assert all(key in page for key in acknowledged)


def upload(person: Person, files: dict[str, str]) -> None:
    """Send files as the page without its script does: all in one request."""
    edge = uuid.uuid4().hex
    parts = [("cleared", "", "yes"), *(("chosen", name, text) for name, text in files.items())]
    body = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"'
        + (f'; filename="{file}"\r\nContent-Type: text/plain' if file else "")
        + f"\r\n\r\n{value}\r\n"
        for field, file, value in parts
    )
    content_type = f"multipart/form-data; boundary={edge}"
    send(person, "/p/p/sources/import/", f"{body}--{edge}--\r\n".encode(), content_type)


def test_an_import_killed_in_the_middle_leaves_no_half_source_and_goes_on(server: Served) -> None:
    server.run("shell", "-v", "0", "-c", SETUP)
    server.start("serve")
    person, files = signed_in(server), 6
    said = [f"{('Intervjuer', 'Informant')[i % 2]}: Svar nummer {i}." for i in range(3000)]
    upload(person, {f"fil {n}.txt": "\n".join([*said, f"Informant: Fil {n}."]) for n in range(files)})
    ready = "select count(*) from coding_importdraft where state = 'ready'"
    until(lambda: number(server, ready) >= 1, "the first file is read")
    server.kill()
    intact(server)
    assert number(server, "select count(*) from coding_importdraft") == files
    wake = "from coding.models.jobs import Job; Job.objects.update(heartbeat='2020-01-01T00:00Z')"
    server.run("shell", "-v", "0", "-c", wake)
    server.start("serve")
    until(lambda: number(server, ready) == files, "all files are read")
    person = signed_in(server)
    ((batch,),) = ask(server, "select uuid from coding_importbatch")
    assert person.post(f"/p/p/imports/{uuid.UUID(batch)}/", do="store")[0] == 200
    until(lambda: number(server, "select count(*) from coding_source") >= 3, "two are stored")
    server.kill()
    intact(server)
    halves = (
        "select s.id from coding_source s left join coding_textversion v on v.id = s.version_id where v.id is null or"
        " v.words != (select coalesce(sum(t.words), 0) from coding_turn t where t.version_id = v.id) or"
        " not exists (select 1 from coding_speaker p where p.source_id = s.id)"
    )
    assert ask(server, halves) == []
    stored = number(server, "select count(*) from coding_importdraft where state = 'stored'")
    assert number(server, "select count(*) from coding_source") == stored + 1
    server.run("shell", "-v", "0", "-c", wake)
    server.start("serve")
    until(lambda: number(server, "select count(*) from coding_source") == files + 1, "the rest is stored")
    assert ask(server, halves) == []
    assert signed_in(server).get("/p/p/sources/")[0] == 200
