"""The walls of the house: imports run one way, rooms keep to their concern, pages carry no inline script or style."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
# Tests and rules of style are lists, which one reads from where one needs them.
MOST_LINES_OF_LISTS = 600

# From the top of the house to the bottom: a room may import from its own storey and from those below.
STOREYS = [
    ("urls",),
    ("views", "management", "templatetags"),
    ("forms",),
    ("tasks",),
    ("exporting",),
    ("reports",),
    ("actions",),
    ("permissions",),
    # Readers know no database: what they read is a plain value that reports and actions may name.
    ("importing",),
    ("language",),
    ("anchoring",),
    # Markdown becomes pages of the manual, or the text of a summary; neither knows a study.
    ("manual", "markdown"),
    ("models", "migrations", "apps", "colours", "retention", "sealing", "ledger"),
]
STOREY = {room: height for height, rooms in enumerate(STOREYS) for room in rooms}


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Each module that a file imports, lazily too: (line, dotted name)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(ROOT).with_suffix("").parts[: -node.level] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "coding").parts[0].removesuffix(".py")


def own_files() -> list[Path]:
    return [path for path in python_files("coding") if path != ROOT / "coding/__init__.py"]


def test_every_room_has_its_storey() -> None:
    assert {room_of(path) for path in own_files()} <= set(STOREY)


def test_imports_run_one_way() -> None:
    upwards = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in own_files()
        for line, name in imports(path)
        if name.startswith("coding.") and STOREY[name.split(".")[1]] < STOREY[room_of(path)]
    ]
    assert upwards == []


def test_only_the_settings_name_what_lies_above_them() -> None:
    """The project is settings, addresses and server; of the app it imports no more than the addresses need."""
    wanted = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in python_files("workbench")
        for line, name in imports(path)
        if name.startswith("coding.") and not name.startswith("coding.views.guard.")
    ]
    assert wanted == []


def found_in(folder: str, *beginnings: str, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in python_files(folder)
        for line, name in imports(path)
        if name.startswith(beginnings) and not name.startswith(but or ("nothing.",))
    ]


@pytest.mark.parametrize("room", ["importing", "language", "anchoring"])
def test_these_know_no_database(room: str) -> None:
    assert found_in(f"coding/{room}", "coding.models", "coding.actions", "coding.reports", "django.db") == []


def test_anchoring_knows_nothing_but_python() -> None:
    outside = [
        found
        for found in found_in("coding/anchoring", "")
        if not re.search(r"imports (coding\.anchoring|__future__)", found)
        and found.split("imports ")[1].split(".")[0] not in sys.stdlib_module_names
    ]
    assert outside == []


@pytest.mark.parametrize("room", ["reports", "exporting"])
def test_these_only_read(room: str) -> None:
    assert found_in(f"coding/{room}", "coding.actions", "django.db.transaction") == []
    writing = re.compile(r"\.(bulk_create|bulk_update|get_or_create|update_or_create)\(|objects\.create\(")
    assert [str(path) for path in python_files(f"coding/{room}") if writing.search(path.read_text())] == []


def test_views_write_nothing_themselves() -> None:
    writing = re.compile(
        r"\.(bulk_create|bulk_update|get_or_create|update_or_create)\(|objects\.create\(|objects\.filter\([^)]*\)\.(update|delete)\("
    )
    assert [str(path) for path in python_files("coding/views") if writing.search(path.read_text())] == []


def test_actions_enqueue_nothing_and_know_no_request() -> None:
    assert found_in("coding/actions", "django.http", "django.shortcuts", "coding.tasks") == []


@pytest.mark.parametrize(
    "library", ["spacy", "pandas", "mammoth", "odfdo", "pypdfium2", "docx", "xlsxwriter"]
)
def test_heavy_libraries_are_imported_lazily(library: str) -> None:
    """At the head of a file that the web process loads, each would cost every start and every worker its memory."""
    web = [
        path
        for folder in ("views", "forms", "reports", "actions", "models")
        for path in python_files(f"coding/{folder}")
    ]
    heads = [
        f"{path.relative_to(ROOT)} imports {library}"
        for path in web
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for name in _names(node)
        if name.split(".")[0] == library
    ]
    assert heads == []


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_the_web_process_starts_without_the_heavy_libraries(tmp_path: Path) -> None:
    asked = (
        "import sys, workbench.wsgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        "import coding.urls; print(*sorted({'spacy', 'pandas'} & set(sys.modules)))"
    )
    environment = os.environ | {"DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == ""


def text_files() -> list[Path]:
    own = [ROOT / folder for folder in ("coding", "workbench", "templates", "static", "tests", ".ci")]
    kinds = {".py", ".html", ".css", ".js"}
    files = [path for folder in own for path in folder.rglob("*") if path.suffix in kinds]
    return sorted(path for path in files if "migrations" not in path.parts)


def most_lines(path: Path) -> int:
    is_list = path.suffix == ".css" or path.is_relative_to(ROOT / "tests")
    return MOST_LINES_OF_LISTS if is_list else MOST_LINES


def test_no_file_is_longer_than_one_can_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in text_files()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > most_lines(path)
    }
    assert long == {}


def markup() -> dict[str, str]:
    """What the templates write themselves, without the tags that choose it."""
    tags = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
    files = sorted((ROOT / "templates").rglob("*.html"))
    return {str(path.relative_to(ROOT)): tags.sub("", path.read_text(encoding="utf-8")) for path in files}


INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I),
    "an event attribute": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[a-z:-]*)\s*=", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
    "an address of another machine": re.compile(
        r"(src|href|action|hx-get|hx-post)\s*=\s*[\"'](https?:)?//", re.I
    ),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_page_carries(what: str) -> None:
    assert [name for name, text in markup().items() if INLINE[what].search(text)] == []


def test_styles_and_scripts_come_from_here_only() -> None:
    foreign = re.compile(
        r"(@import|url\(|import)[^;\n]*[\"'(](https?:)?//|\beval\(|new Function\(|\.style\.cssText"
    )
    own = [path for path in text_files() if path.suffix in (".css", ".js")]
    assert [
        str(path.relative_to(ROOT)) for path in own if foreign.search(path.read_text(encoding="utf-8"))
    ] == []


def test_no_file_names_a_machine_path() -> None:
    """What is committed says nothing of the machine on which it was written."""
    place = re.compile(r"(?<![\w.])/(work|home|Users|root)/\w")
    said = [path for path in text_files() if place.search(path.read_text(encoding="utf-8"))]
    assert [str(path.relative_to(ROOT)) for path in said if path != Path(__file__)] == []
