"""The manual: its chapters in both languages, what they name, show and count, and how pages lead to them."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from coding import manual
from coding.actions.memos import write_memo
from coding.actions.themes import create_theme
from coding.models import Membership, Project, Source
from coding.views.coding_words import words
from coding.views.help_topics import TOPICS, topic
from coding.views.key_table import key_groups, rows, spelled
from tests.commands.place import Place
from tests.factories import (
    account_of,
    link,
    make_code,
    make_member,
    make_project,
    make_source,
    make_study,
    put,
)
from tests.reporting import make_report, quote
from tests.test_doors import address, things_of
from tests.test_guards import IN_PROJECT, VIEWS

ROOT = Path(__file__).resolve().parents[1]
BOTH = pytest.mark.parametrize("language", manual.LANGUAGES)
EACH = pytest.mark.parametrize("name", manual.CHAPTERS)


def written(name: str, language: str) -> str:
    return (manual.FOLDER / language / f"{name}.md").read_text(encoding="utf-8")


def shown(name: str, language: str) -> str:
    return "".join(html for html, _place in manual.chapter(name, language).pieces)


# The chapters


@BOTH
def test_the_files_are_the_chapters(language: str) -> None:
    assert sorted(path.stem for path in (manual.FOLDER / language).iterdir()) == sorted(manual.CHAPTERS)


@EACH
def test_the_headings_of_both_languages_correspond(name: str) -> None:
    norwegian, english = (manual.chapter(name, language).headings for language in ("nb", "en"))
    assert [(one.level, one.id) for one in norwegian] == [(one.level, one.id) for one in english]
    assert len({one.id for one in english}) == len(english)
    assert all(one.id for one in english)


@EACH
@BOTH
def test_a_chapter_is_finished(name: str, language: str) -> None:
    assert not re.search(r"\b(todo|fixme|lorem|xxx)\b", written(name, language), re.IGNORECASE)
    assert manual.chapter(name, language).lead


@EACH
@BOTH
def test_every_link_leads_to_a_chapter_and_a_heading_in_it(name: str, language: str) -> None:
    html = shown(name, language)
    for href in re.findall(r'href="([^"]+)"', html):
        if href.endswith(".png"):
            continue
        chapter, _, heading = href.removeprefix(reverse("help")).partition("#")
        headings = manual.chapter(chapter.strip("/") or name, language).headings
        assert not heading or heading in {one.id for one in headings}, href
    for file in re.findall(r"`((?:docs|coding)/[\w./-]+)`", written(name, language)):
        assert (ROOT / file).is_file(), file


def test_a_link_that_leads_nowhere_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(manual, "FOLDER", tmp_path)
    for language in manual.LANGUAGES:
        (tmp_path / language).mkdir()
    for text in (
        "[x](nowhere.md)",
        "[x](https://example.org)",
        "![x](../pictures/nothing.en.png)",
        "![x](a.png)",
    ):
        (tmp_path / "en" / "leads.md").write_text(f"# A\n\nB\n\n## C\n\n{text}\n")
        with pytest.raises(ValueError, match=r"no (chapter|picture)"):
            manual.chapter.__wrapped__("leads", "en")
    (tmp_path / "en" / "leads.md").write_text("# A\n\nB\n\n## C\n\n<script>x</script> <b onclick=x>y</b>\n")
    ((html, _place),) = manual.chapter.__wrapped__("leads", "en").pieces
    assert "<script" not in html and "<b" not in html and "&lt;script&gt;" in html


# The words of buttons and pages

PRODUCT = "".join(
    path.read_text(encoding="utf-8")
    for folder in ("templates", "coding")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".html", ".py")
)
# Formats have one name in all languages, and stand on buttons in capitals.
NO_WORDS = {"DOCX"}


def labels(name: str, language: str) -> set[str]:
    return set(re.findall(r"\*\*([^*]+)\*\*", written(name, language))) - NO_WORDS


@EACH
def test_what_is_bold_stands_in_the_product_in_these_very_words(name: str) -> None:
    english = labels(name, "en")
    assert {label for label in english if f'"{label}"' not in PRODUCT} == set()
    with override("nb"):
        translated = {label: gettext(label) for label in english}
    # What has no translation yet says itself; it is compared once it has one.
    done = {norwegian for label, norwegian in translated.items() if norwegian != label}
    norwegian = labels(name, "nb")
    assert done - norwegian == set()
    assert len(norwegian) == len(set(translated.values()))


# Pictures


def test_each_picture_is_used_there_in_both_languages_and_small() -> None:
    used = {
        (file, language)
        for language in manual.LANGUAGES
        for name in manual.CHAPTERS
        for file in re.findall(r"\.\./pictures/([\w.-]+)", written(name, language))
    }
    assert all(file.endswith(f".{language}.png") for file, language in used)
    there = {path.name for path in manual.PICTURES.iterdir()}
    assert {file for file, _language in used} == there
    names = [{file.split(".")[0] for file in there if file.split(".")[1] == one} for one in manual.LANGUAGES]
    assert names[0] == names[1]
    for file in there:
        assert (manual.PICTURES / file).stat().st_size < 200_000, file
        assert manual.picture_size(file)[0] > 1000


# A file that has been sent closes old connections to the database.
@pytest.mark.django_db
@EACH
@BOTH
def test_each_picture_says_what_it_shows(name: str, language: str) -> None:
    for words_ in re.findall(r"!\[([^]]*)\]", written(name, language)):
        assert len(words_) > 30
    for source in re.findall(r'<img src="([^"]+)"', shown(name, language)):
        answer = Client().get(source)
        assert (answer.status_code, answer["content-type"]) == (200, "image/png")
        answer.close()


def test_the_pictures_are_those_that_are_made() -> None:
    made = re.findall(
        r'^    "([a-z-]+)": \w+,$', (ROOT / "tests/browser/screenshots.py").read_text(), re.MULTILINE
    )
    assert {path.name.split(".")[0] for path in manual.PICTURES.iterdir()} == set(made)


# Keys


@BOTH
def test_the_chapter_on_the_keyboard_shows_every_key_that_is_bound(language: str) -> None:
    source = (ROOT / "static/js/coding/keys.js").read_text(encoding="utf-8")
    assert len(rows()) == len(re.findall(r"\bdoes: \"", source)) > 20
    client = Client()
    client.cookies["django_language"] = language
    page = client.get(reverse("help_chapter", args=["keyboard"])).content.decode()
    with override(language):
        said = words()
        listed = [keys for _group, lines in key_groups() for keys, _run, _does in lines]
    for row in rows():
        wanted = row["keys"] if len(row["keys"]) < 5 else [row["keys"][0], row["keys"][-1]]
        for key in wanted:
            assert any(spelled(key, said) in keys for keys in listed), key
            for part in spelled(key, said):
                assert (
                    f"<kbd>{part}</kbd>".replace("'", "&#x27;")
                    .replace("<kbd><", "<kbd>&lt;")
                    .replace("<kbd>>", "<kbd>&gt;")
                    in page
                )
        assert said[f"key_{row['does']}"].replace("'", "&#x27;") in page


# Commands

OWN = sorted(name for name, app in get_commands().items() if app == "coding")
# They serve or measure until they are stopped: only what they are given is looked at.
ENDLESS = {"demo", "serve", "work", "bench"}
# They copy, replace or rewrite the database's file: in real processes, in a data folder of their own.
OF_THE_FILE = {"backup", "backups", "restore", "daily"}


def lines(language: str) -> list[list[str]]:
    blocks = re.findall(r"^```sh\n(.*?)^```", written("command-line", language), re.MULTILINE | re.DOTALL)
    return [shlex.split(line) for block in blocks[1:] for line in block.splitlines()]


@BOTH
def test_every_command_is_in_the_chapter_and_every_line_is_understood(language: str) -> None:
    assert sorted({line[0] for line in lines(language)}) == OWN
    for name, *given in lines(language):
        load_command_class("coding", name).create_parser("manage.py", name).parse_args(given)
    named = set(
        re.findall(r"`([a-z_]+)`", written("command-line", language) + written("administrators", language))
    )
    assert {word for word in named if "_" in word and word not in OWN} <= {
        "use_when", "not_when", "informant_type", "pg_dump", "pg_restore",
    }  # fmt: skip


def test_the_lines_of_both_languages_are_the_same_but_for_names() -> None:
    of = [
        [[word for word in line if word.startswith("--")] for line in lines(language)]
        for language in ("nb", "en")
    ]
    assert of[0] == of[1]


def files(folder: Path, project: Project) -> None:
    """What the lines bring in, made for the demo study."""
    group = Source.objects.get(project=project, title="Fokusgruppe Bergen")
    label = group.speakers.exclude(informant=None).order_by("pk")[0].label
    made = {
        "interview.txt": "Intervjuer: Hva gjør dere?\n\nInformant: Vi koker kaffe.\n",
        "codebook.csv": "path,definition\nP1 Innretning > Nytt,Noe nytt\n",
        "informants.csv": f"source,label,pseudonym,city\n{group.title},{label},Ny informant,Bergen\n",
        "codings.csv": f"source,start,end,code,coder\n{group.title},0,9,P1 Innretning > Nytt,Kari Koder\n",
    }
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.django_db
def test_every_line_runs_on_the_demo_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("load_demo", stdout=io.StringIO())
    project = Project.objects.get()
    files(tmp_path, project)
    monkeypatch.chdir(tmp_path)
    for name, *given in lines("en"):
        if name in ENDLESS | OF_THE_FILE:
            continue
        out = io.StringIO()
        call_command(
            name, *given, *(["--language", "en"] if name != "migrate" else []), stdout=out, stderr=out
        )
        assert out.getvalue() or name == "reindex", name
    assert "daglig leder" in (tmp_path / "quotations.md").read_text(encoding="utf-8")


def test_the_lines_about_the_databases_file_run(tmp_path: Path) -> None:
    with Place(tmp_path / "data") as place:
        place.begin()
        place.say("create_project", "studie", "--lead", "kari")
        told = {}
        for name, *given in lines("en"):
            if name in OF_THE_FILE:
                paths = [str(tmp_path / word) if word.endswith(".backup") else word for word in given]
                told[name] = place.say(name, *paths)
        assert set(told) == OF_THE_FILE
        assert "Restored" in told["restore"]


# The example of the chapter on counting


def tables(text: str) -> list[list[list[str]]]:
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [rows_[:1] + rows_[2:] for rows_ in found if rows_]


@pytest.fixture
def example(
    request: pytest.FixtureRequest, db: None
) -> Iterator[tuple[Project, list[list[list[str]]], list[Any]]]:
    """The study that the chapter tells of, made of its own words: (project, its tables, (code, name) by name)."""
    text = written("counting", request.param)
    project = make_project("eksempel")
    coder = make_member(project)
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    sources = []
    for block, kind in zip(blocks, ("focus_group", "interview"), strict=True):
        said = [tuple(line.split(": ", 1)) for line in block.splitlines()]
        said = [("Intervjuer" if who == "Interviewer" else who, what) for who, what in said]
        sources.append(make_source(project, said, kind=kind))
    link(sources[0], "Anne", "Anne", city="Bergen")
    link(sources[0], "Bo", "Bo", city="Bergen")
    link(sources[1], "Cato", "Cato", city="Oslo")
    of_codings, *rest = tables(text)
    names = list(dict.fromkeys(row[0] for row in of_codings[1:]))
    top, beside, below = names
    codes = {top: make_code(project, top)}
    codes[below] = make_code(project, below, codes[top])
    codes[beside] = make_code(project, beside)
    for name, passage in of_codings[1:]:
        whole = [source for source in sources if passage.split(".")[0].split("?")[0] in source.version.text]
        start = whole[0].version.text.replace("\n", " ").index(passage)
        put(coder, whole[0], whole[0].version.text[start : start + len(passage)], codes[name])
    yield project, rest, names


def asked(command: str, project: Project, *more: str) -> Any:
    out = io.StringIO()
    call_command(command, "--project", project.slug, *more, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("example", manual.LANGUAGES, indirect=True)
def test_the_example_is_counted_as_the_chapter_says(example: Any) -> None:
    project, (informants, sources, passages, in_words, _together), _names = example
    told = {"informants": informants, "sources": sources, "passages": passages, "words": in_words}
    for measure, (head, *body) in told.items():
        table = asked("frequencies", project, "--by", "city", "--measure", measure)
        assert [column["name"] for column in table["columns"]] == head[1:3]
        counted = {row["path"][-1]: [*row["values"], row["total"]] for row in table["rows"]}
        said = {row[0]: [int(cell) for cell in row[1:]] for row in body}
        bases = {key: numbers for key, numbers in said.items() if key not in counted}
        assert {key: numbers for key, numbers in said.items() if key in counted} == counted
        for numbers in bases.values():
            if measure in ("informants", "words"):
                assert numbers[:2] == [column[measure] for column in table["columns"]]
                assert numbers[2] == sum(numbers[:2])
    flat = asked("frequencies", project, "--by", "city", "--measure", "informants", "--flat")
    assert next(row for row in flat["rows"] if len(row["path"]) == 1)["values"][0] == 1


@pytest.mark.parametrize("example", manual.LANGUAGES, indirect=True)
def test_the_codes_of_the_example_are_together_as_the_chapter_says(example: Any) -> None:
    project, (*_measures, (_head, *body)), names = example
    numbers = [[int(number) for number in re.findall(r"\d+", row[1])] for row in body]
    found = asked("cooccurrence", project, "--flat")
    (pair,) = found["pairs"]
    each = dict(
        zip((pair["first"]["path"][-1], pair["second"]["path"][-1]),
            zip(pair["passages"], pair["passages_of_each"], strict=True), strict=True)
    )  # fmt: skip
    top, beside, _below = names
    assert numbers == [
        [pair["informants"], found["base"]],
        list(each[top]),
        list(each[beside]),
        [pair["words_in_both"], pair["words_in_either"]],
    ]


# From a page to its chapter


def test_each_topic_names_a_page_and_a_heading_that_exist() -> None:
    assert set(TOPICS) <= set(VIEWS)
    for page in TOPICS:
        for language in manual.LANGUAGES:
            found = topic(page, language)
            assert found and found.title
    assert topic("nothing", "en") is None


# What is part of a page, a file, or an address that only takes what is sent.
NO_PAGES = {
    "code_colour", "code_place", "code_rename", "codebook_export", "codes_css", "coding",
    "coding_changes", "coding_finished", "coding_memo", "coding_memos", "coding_new_code",
    "coding_redo", "coding_undo", "coding_who", "codings", "delete_snapshot", "informant_data",
    "informants_template", "key_file", "memo_delete", "memos_beside_the_text", "settle_suggestion",
    "source_clear", "source_neighbour", "source_reading", "source_unmark", "sources_assign",
    "text_settle", "undo", "withdraw_invitation", "chapter_add_section", "cited_passage", "comment_summary",
    "pin_passage", "place_theme", "report_add_chapter", "report_override", "report_part", "report_quotation_change",
    "resolve_comment", "save_summary", "section_theme", "step_summary", "unpin_passage",
}  # fmt: skip


@pytest.mark.django_db
def test_every_page_of_a_project_has_a_topic() -> None:
    assert set(IN_PROJECT) - set(TOPICS) == NO_PAGES
    study = make_study()
    link(study.source, "Informant", "Anne")
    put(study.coder, study.source, "koker kaffe", study.code)
    write_memo(actor=study.lead, body="Ja", about=study.code)
    quote(make_report(study), study.source, "koker kaffe")
    create_theme(actor=study.lead, title="Kaffe", codes=[study.code.uuid])
    Membership.objects.filter(pk=study.lead.pk).update(handles_identities=True)
    client = Client()
    client.force_login(account_of(study.lead))
    things = things_of(study, study.source)
    for name in sorted(NO_PAGES):
        answer = client.get(address(name, things))
        page = (
            answer.status_code == 200 and "html" in answer["content-type"] and b"<!doctype" in answer.content
        )
        assert not page, name
    for name in ("project", "source", "matrix", "codebook", "key"):
        page = client.get(address(name, things)).content.decode()
        assert f'href="{reverse("help")}?about={name}"' in page


@BOTH
def test_the_help_knows_from_which_page_somebody_asks(language: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    page = client.get(reverse("help"), {"about": "matrix"}).content.decode()
    found = topic("matrix", language)
    assert found and f'<a href="{found.address}">{found.title}</a>' in page
    for chapter in manual.chapters(language):
        assert f'<a href="{chapter.address}">{chapter.title}</a>' in page
    assert 'class="notice"' not in client.get(reverse("help"), {"about": "<b>"}).content.decode()


def test_the_earlier_address_of_the_chapter_on_names_still_leads_there() -> None:
    answer = Client().get("/help/privacy/")
    assert (answer.status_code, answer["Location"]) == (301, "/help/data-protection/")


def test_what_is_no_chapter_is_not_found() -> None:
    assert Client().get("/help/nothing/").status_code == 404
