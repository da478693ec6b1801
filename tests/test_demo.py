"""`manage.py demo` in a real process: what it prints, who can sign in, how it ends and what it keeps."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from coding.management.demo import ACCOUNTS
from coding.management.demo_work import FOLDER
from tests.served import PATIENCE, ROOT, Person, Served, needs_posix

USERS = [username for username, _name, _role in ACCOUNTS]
TRANSCRIPTS = [path for path in FOLDER.iterdir() if path.suffix not in (".csv", ".json")]

pytestmark = needs_posix


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("demo") / "not yet there")
    yield made
    made.stop()


@dataclass(frozen=True)
class Started:
    demo: Served
    printed: str

    @property
    def port(self) -> int:
        return self.demo.port


@pytest.fixture(scope="module")
def served(demo: Served) -> Started:
    return Started(demo, demo.start("demo"))


def passwords(printed: str) -> dict[str, str]:
    return dict(re.findall(rf"^ +({'|'.join(USERS)}) +(\S+)", printed, flags=re.MULTILINE))


def test_it_prints_the_address_and_the_accounts(served: Started) -> None:
    assert f"http://localhost:{served.port}/" in served.printed
    assert "Ctrl-C" in served.printed
    assert set(passwords(served.printed)) == set(USERS) == {"koder", "leder", "tredje", "leser"}


def test_each_account_can_sign_in_and_nobody_else(served: Started) -> None:
    known = passwords(served.printed)
    for username, password in known.items():
        assert Person(served.port).sign_in(username, password), username
    assert not Person(served.port).sign_in("leder", "demo")


def test_every_place_has_something_to_show(served: Started) -> None:
    known, lead = passwords(served.printed), Person(served.port)
    assert lead.sign_in("leder", known["leder"])
    pages = {
        "": "Intervju",
        "sources/": "Fokusgruppe Trondheim",
        "informants/": "daglig leder",
        "codebook/": "P1 Innretning, organisering, drift og samhandling",
        "analysis/": "Stavanger",
        "quotations/": "passage",
        "members/": "koder",
        "memos/": "memo",
        "history/": "koder",
    }
    lead.get("/accounts/login/")
    lead.post("/language/", language="en", next="/")
    for page, words in pages.items():
        status, text = lead.get(f"/p/demo/{page}")
        assert status == 200, page
        assert words.casefold() in text.casefold(), page
    _status, sources = lead.get("/p/demo/sources/")
    found = sorted(set(re.findall(r"/p/demo/sources/[0-9a-f-]{36}/", sources)))
    assert len(found) == len(TRANSCRIPTS)
    for address in found:
        status, text = lead.get(address)
        assert status == 200
        assert "onstruert" in text, f"{address} does not say that it is constructed"
        turns = re.findall(r'<p data-o="\d+">(.*?)</p>', text, flags=re.DOTALL)
        assert len(" ".join(turns).split()) >= 1000, address
    _status, matrix = lead.get("/p/demo/analysis/?by=city&measure=informants")
    behind = re.search(r'href="(/p/demo/analysis/cell/[^"]*)"', matrix)
    assert behind is not None
    status, text = lead.get(behind.group(1).replace("&amp;", "&"))
    assert status == 200 and "<blockquote" in text
    status, _text = Person(served.port).get("/p/demo/sources/")
    assert status == 200  # the sign-in form


def test_a_reader_changes_nothing(served: Started) -> None:
    reader = Person(served.port)
    assert reader.sign_in("leser", passwords(served.printed)["leser"])
    assert reader.get("/p/demo/codebook/")[0] == 200
    assert reader.get("/p/demo/codebook/new/")[0] == 403
    assert reader.get("/p/finnes-ikke/")[0] == 404


def test_ctrl_c_ends_all_of_it_and_a_second_start_keeps_what_was_done(served: Started) -> None:
    known, lead = passwords(served.printed), Person(served.port)
    assert lead.sign_in("leder", known["leder"])
    status, _text = lead.post("/p/demo/codebook/new/", name="Noe helt nytt")
    assert status == 200
    assert "Noe helt nytt" in lead.get("/p/demo/codebook/")[1]
    served.demo.press_ctrl_c()
    served.demo.stop()

    printed = served.demo.start("demo")
    assert passwords(printed) == known
    assert "Noe helt nytt" in lead.get("/p/demo/codebook/")[1]
    served.demo.press_ctrl_c()
    served.demo.stop()

    printed = served.demo.start("demo", "--reset")
    again = Person(served.port)
    assert again.sign_in("leder", passwords(printed)["leder"])
    _status, text = again.get("/p/demo/codebook/")
    assert "Noe helt nytt" not in text and "Nedslagsfelt" in text
    served.demo.press_ctrl_c()


@pytest.mark.parametrize("port", ["0", "nei"])
def test_a_port_that_is_none_is_one_sentence(tmp_path: Path, port: str) -> None:
    refused(Served(tmp_path), port)


def test_a_port_that_is_taken_is_one_sentence_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused(Served(tmp_path), str(port))
    assert told == f"Port {port} cannot be used: Address already in use. Choose another one with PORT=…"


def refused(made: Served, port: str) -> str:
    """The one sentence with which the demo refuses, and nothing is changed."""
    made.begin()
    before = (made.folder / "kodebenk.sqlite3").read_bytes()
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--language", "en"],
        cwd=ROOT,
        env=made.environment | {"PORT": port},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().count("\n") == 0 and port in done.stderr
    assert "Traceback" not in done.stderr
    assert (made.folder / "kodebenk.sqlite3").read_bytes() == before
    return done.stderr.strip()
