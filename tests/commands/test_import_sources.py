"""`import_sources`: files in, one result per file out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from coding.models import Memo, Project, Source
from tests.factories import make_project, originals
from tests.shared import shared_path

pytestmark = pytest.mark.django_db

KEYS = [
    "file", "source", "characters", "words", "turns", "speakers", "first", "last", "warnings", "error",
]  # fmt: skip
TALK = "Intervjuer: Hva heter stedet?\nKari: Huset på hjørnet.\nIntervjuer: Og du?\nKari: Ja.\n"


@pytest.fixture
def project() -> Project:
    return make_project("proeve")


def run(*arguments: str) -> tuple[list[dict[str, Any]], int]:
    """The objects that the command prints, and its status."""
    out, status = io.StringIO(), 0
    try:
        call_command("import_sources", "--project", "proeve", "--json", *arguments, stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], status


def written(folder: Path, name: str, content: str) -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_each_file_is_one_object(project: Project, tmp_path: Path) -> None:
    talk, empty = written(tmp_path, "Kari Nordmann.txt", TALK), written(tmp_path, "tom.txt", "")
    results, status = run(talk, empty, str(tmp_path / "borte.txt"))
    assert status == 1
    assert [list(result) for result in results] == [KEYS] * 3
    stored, refused, missing = results
    source = Source.objects.get()
    assert stored == {
        "file": talk,
        "source": str(source.uuid),
        "characters": len("Hva heter stedet?\nHuset på hjørnet.\nOg du?\nJa."),
        "words": 9,
        "turns": 4,
        "speakers": [
            {"label": "Intervjuer", "stored_label": "Intervjuer", "turns": 2, "words": 5},
            {"label": "Kari", "stored_label": "Deltaker 1", "turns": 2, "words": 4},
        ],
        "first": "Hva heter stedet?",
        "last": "Ja.",
        "warnings": [],
        "error": None,
    }
    for result in (refused, missing):
        assert result["source"] is None
        assert result["error"].endswith(".")
    assert (source.title, source.kind, source.cleared is None) == ("Interview 1", "interview", False)
    assert originals() == {"Kari Nordmann.txt", "Kari"}


def test_what_is_public_keeps_its_names(project: Project, tmp_path: Path) -> None:
    (result,), status = run("--keep-labels", "--not-cleared", written(tmp_path, "Kari.txt", TALK))
    assert (status, result["speakers"][1]["stored_label"]) == (0, "Kari")
    source = Source.objects.get()
    assert (source.title, source.cleared) == ("Kari", None)
    assert originals() == set()


def test_titles_keep_their_towns(project: Project, tmp_path: Path) -> None:
    run(written(tmp_path, "intervju-oslo.txt", TALK), written(tmp_path, "Fokusgruppe-Bergen.txt", TALK))
    assert set(Source.objects.values_list("title", flat=True)) == {"Intervju Oslo", "Fokusgruppe Bergen"}
    assert originals() == {"Kari"}


@pytest.mark.parametrize(
    ("labels", "given", "kind"),
    [
        (["Moderator", "A1", "B1", "C1"], [], "focus_group"),
        (["Intervjuer", "A1"], [], "interview"),
        ([], [], "document"),
        ([], ["--kind", "interview"], "interview"),
    ],
)
def test_the_kind_follows_who_speaks(
    project: Project, tmp_path: Path, labels: list[str], given: list[str], kind: str
) -> None:
    text = "".join(f"{label}: Ja, det er det.\n" for label in labels * 2) or "Et notat.\n"
    run(written(tmp_path, "a.txt", text), *given)
    assert Source.objects.get().kind == kind


def test_notes_become_memos_of_the_lead(project: Project) -> None:
    (result,), _status = run(str(shared_path("real-transcripts/docx-features/mammoth-footnotes.docx")))
    assert result["error"] is None
    assert Memo.objects.filter(source__uuid=result["source"]).count() == 2


def test_bad_usage_is_one_sentence() -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("import_sources", "--project", "finnes-ikke", "a.txt")
    assert refusal.value.returncode == 2
    assert "finnes-ikke" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "labels", "turns"),
    [
        ("pdpilot/P1.pdf", {"Dan": 47, "Participant": 47}, None),
        ("metamuse/48-rich-text.txt", None, 179),
        ("podcast-subs/podcasting_20_episode_124.srt", None, 142),
        ("nordic-speech/nb-NOTA-003-AMB-i.txt", None, None),
        ("stortinget/2015-03-24_proceedings.txt", {}, 1),
    ],
)
def test_real_files(project: Project, name: str, labels: dict[str, int] | None, turns: int | None) -> None:
    (result,), status = run(str(shared_path(f"real-transcripts/{name}")))
    assert (status, result["error"]) == (0, None)
    if labels is not None:
        assert {speaker["label"]: speaker["turns"] for speaker in result["speakers"]} == labels
    if turns is not None:
        assert result["turns"] == turns
    assert result["first"] and result["last"]
    assert sum(speaker["words"] for speaker in result["speakers"]) <= result["words"]
