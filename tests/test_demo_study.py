"""The demo study itself: what its files hold, and what becomes of them when they are loaded."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from coding.anchoring.words import count_words
from coding.importing import confirming
from coding.importing.document import ReadDocument
from coding.importing.reading import read_isolated
from coding.language.lexicon import lexicon
from coding.language.names import names_for_project
from coding.management import demo
from coding.management.demo_work import FOLDER
from coding.models import (
    Coding,
    Memo,
    Project,
    Report,
    ReportQuotation,
    SavedView,
    Snapshot,
    Source,
    Speaker,
    Summary,
    SummaryComment,
    User,
)
from coding.models.sources import SpeakerRole
from coding.models.themes import SummaryState
from tests.shared import shared_path

TRANSCRIPTS = sorted(path for path in FOLDER.iterdir() if path.suffix not in (".csv", ".json"))
CODERS = {"koder": "Kari Koder", "leder": "Leif Leder", "tredje": "Tone Tredje"}
# Nobody took these out: a review of names has to find something.
LEFT_IN = {"Intervju Kristiansand 3": "Samira", "Intervju Trondheim 2": "Bjarne"}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def document(path: Path) -> ReadDocument:
    """A transcript as the importer reads it, in a process of its own."""
    return read_isolated(path, path.name)


def of_kind(suffix: str) -> list[Path]:
    return [path for path in TRANSCRIPTS if path.suffix == suffix]


def test_it_has_fifteen_interviews_a_platform_and_five_focus_groups() -> None:
    kinds = Counter(path.name.split("-")[0] for path in TRANSCRIPTS)
    assert kinds == {"intervju": 16, "fokusgruppe": 5}
    cities = Counter(path.stem.split("-")[1] for path in TRANSCRIPTS)
    assert cities.pop("plattform") == 1
    assert cities == dict.fromkeys(["oslo", "bergen", "trondheim", "stavanger", "kristiansand"], 4)


def test_a_team_gets_them_in_every_format() -> None:
    assert {path.suffix for path in TRANSCRIPTS} == {".docx", ".odt", ".txt", ".vtt"}
    assert all(document(path).format == path.suffix[1:] for path in TRANSCRIPTS)
    assert len(of_kind(".docx")) >= len(TRANSCRIPTS) // 2
    tables = [
        "<w:tbl>" in zipfile.ZipFile(path).read("word/document.xml").decode() for path in of_kind(".docx")
    ]
    assert {True, False} == set(tables)
    assert all(turn.time for path in of_kind(".vtt") for turn in document(path).turns)
    old = [warning.params for path in of_kind(".txt") for warning in document(path).warnings]
    assert old and all(params == {"encoding": "Windows-1252"} for params in old)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_a_transcript_is_read_whole(path: Path) -> None:
    read = document(path)
    said = confirming.apply(read, confirming.proposals(read, keep_labels=False))
    heading, *spoken = said.turns
    assert said.text[heading.start : heading.end].startswith("Konstruert ")
    assert heading.speaker is None
    assert all(turn.speaker is not None for turn in spoken)
    labels = [speaker.label.casefold() for speaker in said.speakers]
    people = (
        ["informant"]
        if path.stem.startswith("intervju")
        else [f"deltaker {n}" for n in range(1, len(labels))]
    )
    assert labels == ["intervjuer" if people == ["informant"] else "moderator", *people]
    words = sum(count_words(said.text[turn.start : turn.end]) for turn in said.turns)
    assert 1_200 <= words <= 2_500


def test_no_file_tells_who_made_it() -> None:
    for path in of_kind(".docx") + of_kind(".odt"):
        package = zipfile.ZipFile(path)
        assert {item.date_time for item in package.infolist()} == {(2020, 4, 20, 12, 0, 0)}
        properties = package.read("docProps/core.xml" if path.suffix == ".docx" else "meta.xml").decode()
        assert not re.search(r"(?i)creator>[^<]|modifiedBy>[^<]|generator>[^<]", properties), path.name


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_no_sentence_is_taken_from_the_report() -> None:
    report = shared_path("report/byfriv-report.txt").read_text(encoding="utf-8")
    report = " ".join(re.sub(r"-\n", "", report).split())
    sentences = {plain(sentence) for sentence in re.split(r"[.?!:•]\s", report)}
    long = [sentence for sentence in sentences if len(sentence.split()) >= 8]
    assert len(long) > 500
    ours = " | ".join(
        [plain(document(path).text) for path in TRANSCRIPTS]
        + [plain(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.csv"))]
    )
    assert [sentence for sentence in long if sentence in ours] == []


def test_every_code_says_what_it_is_and_shows_it() -> None:
    codes = rows("codebook.csv")
    assert 60 <= len(codes) <= 90
    for code in codes:
        for name in ("definition", "use_when", "not_when", "example"):
            assert code[name].strip(), (code["path"], name)
        where = [path.name for path in TRANSCRIPTS if code["example"] in document(path).text]
        assert len(where) == 1, (code["path"], where)
    assert len({code["example"] for code in codes}) == len(codes)
    assert sum(1 for code in codes if code["indicators"]) >= 15


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo, loaded once for all that is asked of it."""
    with django_db_blocker.unblock():
        assert demo.load()
    yield
    with django_db_blocker.unblock():
        demo.remove()
        User.objects.filter(username__in=[account.username for account in demo.accounts()]).delete()


@pytest.fixture
def project(loaded: None, db: None) -> Project:
    return Project.objects.get(slug=demo.SLUG)


def test_loading_it_again_changes_nothing(project: Project) -> None:
    assert not demo.load()
    assert Project.objects.filter(slug=demo.SLUG).count() == 1


def test_everything_in_the_files_is_in_the_project(project: Project) -> None:
    listed = rows("sources.csv")
    assert {source.title: str(source.held_on) for source in project.sources.all()} == {
        row["source"]: row["held_on"] for row in listed
    }
    wanted = rows("codings.csv")
    got = Counter(
        (coding.source.title, coding.version.text[coding.start : coding.end], coding.coder.name)
        for coding in Coding.objects.filter(project=project).select_related("source", "version", "coder")
    )
    assert got == Counter((row["source"], row["quote"], CODERS[row["coder"]]) for row in wanted)
    memos = Memo.objects.filter(project=project)
    assert memos.filter(coding__isnull=False).count() == sum(1 for row in wanted if row["memo"])
    assert Counter(
        memo.author.name for memo in memos.filter(coding=None).select_related("author")
    ) == Counter(CODERS[row["author"]] for row in rows("memos.csv"))
    views = {(view.kind, view.name, view.shared) for view in SavedView.objects.filter(project=project)}
    assert views == {(row["kind"], row["name"], row["shared"] == "yes") for row in rows("views.csv")}
    assert not any("{" in value for view in project.views.all() for _name, value in view.query)
    assert Snapshot.objects.filter(project=project).count() == 1


def test_everybody_who_speaks_is_known(project: Project) -> None:
    speakers = Speaker.objects.filter(source__project=project)
    unknown = speakers.filter(informant=None).exclude(role=SpeakerRole.INTERVIEWER)
    assert [speaker.label for speaker in unknown] == []
    assert speakers.count() == len(rows("informants.csv"))


def test_sources_are_coded_by_two_who_differ() -> None:
    coded: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for row in rows("codings.csv"):
        by = coded.setdefault(row["source"], {}).setdefault(row["coder"], set())
        by.add((row["quote"], row["code"]))
    twice = {source: list(coders.values()) for source, coders in coded.items() if len(coders) == 2}
    assert len(twice) >= 4
    for first, second in twice.values():
        assert first - second and second - first


def test_some_sources_are_finished_some_begun_and_one_waits(project: Project) -> None:
    states = Counter()
    for source in project.sources.prefetch_related("progress__coder"):
        for progress in source.progress.all():
            state = "finished" if progress.finished else "begun" if progress.started else "waits"
            states[state] += 1
            assert (state == "waits") == (
                not Coding.objects.filter(source=source, coder=progress.coder).exists()
            ), (source.title, progress.coder.name)
    assert states["finished"] > states["begun"] > 0
    assert states["waits"] == 1


def test_names_are_left_where_the_source_says_so_and_nowhere_else(project: Project) -> None:
    sources = {source.title: source for source in project.sources.select_related("version")}
    assert {title for title, source in sources.items() if source.cleared is None} == set(LEFT_IN)
    texts = {source.pk: source.version.text for source in sources.values() if source.version}
    found = names_for_project(texts, lexicon(settings.DATA_DIR))
    people = {
        title: {
            texts[source.pk][one.start : one.end]
            for one in found[source.pk]
            if one.kind == "person" and one.sure
        }
        # "Jo" is how an answer begins.
        - {"Jo", "SOL"}
        for title, source in sources.items()
    }
    assert {title: names for title, names in people.items() if names} == {
        title: {name} for title, name in LEFT_IN.items()
    }
    for source in Source.objects.filter(project=project).exclude(cleared=None).select_related("version"):
        assert source.version is not None
        assert not any(name in source.version.text for name in LEFT_IN.values())


def test_themes_stand_in_every_state_and_the_report_has_begun(project: Project) -> None:
    summaries = Summary.objects.filter(theme__project=project)
    assert set(summaries.values_list("state", flat=True)) == set(SummaryState.values)
    assert project.themes.filter(summaries=None).exists()
    assert SummaryComment.objects.filter(summary__in=summaries).count() >= 2
    report = Report.objects.get(project=project)
    assert report.chapters.count() == 4
    told = ReportQuotation.objects.filter(report=report).select_related("version")
    with (FOLDER / "quotations.csv").open(encoding="utf-8") as stream:
        written = [row["quote"] for row in csv.DictReader(stream)]
    assert [row.version.text[row.start : row.end] for row in told.order_by("number")] == written
    assert {bool(row.approved) for row in told if row.print_wording} == {True, False}
    assert all(chapter.sections.exclude(quotations=None).exists() for chapter in report.chapters.all())
