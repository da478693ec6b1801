"""The commands about words say what the pages say, and read first what waits to be read."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from coding.models import WordIndex
from coding.reports.passages import Scope
from coding.reports.search import search
from tests.factories import Study, link, make_source, make_study, text_of

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO(), language="en")
    return out.getvalue()


@pytest.fixture
def study() -> Study:
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo", informant_type="frivillig")
    make_source(study.project, [("Informant", "Ingen kaffe.\nBare te.")], title="Annet")
    return study


def asked(study: Study, command: str, *arguments: str) -> str:
    return run(command, *arguments, "--project", study.project.slug)


def test_search_reads_first_and_gives_an_object_a_hit(study: Study) -> None:
    assert not WordIndex.objects.exists()
    rows = json.loads(asked(study, "search", "kaffe", "--format", "json"))
    assert rows == json.loads(asked(study, "search", "kaffe", "--json"))
    start = text_of(study.source).index("kaffe")
    assert rows[1] == {
        "source": study.source.title, "source_uuid": str(study.source.uuid), "start": start, "end": start + 5,
        "text": "kaffe", "turn": 2, "speaker": "Anne", "city": "Oslo", "informant_type": "frivillig",
    }  # fmt: skip
    assert (rows[0]["source"], rows[0]["speaker"], rows[0]["city"]) == ("Annet", "Informant", "")
    assert len(rows) == search(Scope(study.project), "kaffe").hits == 2


def test_search_as_csv_and_by_whom(study: Study) -> None:
    rows = list(csv.DictReader(io.StringIO(asked(study, "search", "kaffe OR te", "--city", "Oslo"))))
    assert [(row["text"], row["city"]) for row in rows] == [("kaffe", "Oslo")]
    everybody = list(csv.DictReader(io.StringIO(asked(study, "search", "gjøre OR kaffe", "--interviewers"))))
    assert {row["speaker"] for row in everybody} == {"Anne", "Informant", "Intervjuer"}


def test_what_cannot_be_asked_is_one_sentence(study: Study) -> None:
    for command in ("search", "concordance"):
        with pytest.raises(CommandError, match="A bracket is missing"):
            asked(study, command, "(kaffe")
    with pytest.raises(CommandError, match="There is no attribute “shoe”"):
        asked(study, "words", "--by", "shoe")
    with pytest.raises(CommandError, match="There is no project “nix”"):
        run("reindex", "--project", "nix")
    with pytest.raises(CommandError, match="Nobody in the project has the value “Rana”"):
        asked(study, "search", "kaffe", "--city", "Rana")


def test_concordance(study: Study) -> None:
    rows = json.loads(asked(study, "concordance", "kaffe", "--sort", "l1", "--json"))
    assert [(row["left"], row["text"], row["right"]) for row in rows] == [
        ("Ingen ", "kaffe", ". Bare te."), ("Vi koker ", "kaffe", " og tar imot folk."),
    ]  # fmt: skip
    text = asked(study, "concordance", "kaffe")
    assert text.splitlines()[0].startswith("Source,Turn,Speaker")
    assert len(text.splitlines()) == 3


def test_words(study: Study) -> None:
    data = json.loads(asked(study, "words", "--by", "city", "--json", "--most", "1"))
    assert [(column["name"], column["words"]) for column in data["columns"]] == [("Oslo", 7), ("Not set", 4)]
    assert data["rows"] == [
        {
            "lemma": "kaffe",
            "values": [1, 1],
            "per_10000": [None, None],
            "total": 2,
            "sources": 2,
            "forms": {"kaffe": 2},
        }
    ]
    assert "Interviewers' words and headings are left out" in data["counting"]
    text = asked(study, "words", "--within", "kaf")
    assert text.splitlines()[2].startswith("kaffe,kaffe 2,2,2")


def test_reindex(study: Study) -> None:
    slug = study.project.slug
    (told,) = json.loads(run("reindex", "--project", slug, "--json"))
    assert (told["project"], told["texts"], told["words"]) == (slug, 2, 15)
    assert json.loads(run("reindex", "--json"))[0]["texts"] == 0
    made = dict(WordIndex.objects.values_list("pk", "made"))
    assert "2 texts read, 15 words" in run("reindex", "--project", slug, "--all")
    again = dict(WordIndex.objects.values_list("pk", "made"))
    assert set(again) == set(made)
    assert all(again[pk] > made[pk] for pk in made)


def test_uncleared_texts_are_asked_only_when_that_is_said(study: Study) -> None:
    make_source(study.project, [("Informant", "Hemmelig.")], cleared=False)
    assert json.loads(asked(study, "search", "hemmelig", "--json")) == []
    assert "hemmelig" not in asked(study, "words")
    assert len(json.loads(asked(study, "search", "hemmelig", "--json", "--uncleared"))) == 1
