"""No identity comes out of any door: not of a page, an export, a search, an error, a command's default."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.urls.converters import get_converters

from coding import tasks
from coding.actions import chapters, identities, names
from coding.actions.summaries import Cell, pin, write_summary
from coding.actions.themes import create_theme
from coding.language.replacing import REPLACE
from coding.models import Membership, Memo, Source
from tests.factories import Study, account_of, link, make_member, make_source, make_study, put
from tests.reporting import make_report, quote
from tests.test_guards import IN_PROJECT, VIEWS, ask

pytestmark = pytest.mark.django_db

# What must not be seen: a name in the key, one in an uncleared text, its title and memo, a word and its replacement.
SECRET = ("Hjørdis", "Ravnkroken", "Ukjentvik", "hemmelig.docx", "Fjordkatten", "[navn 77]")


@pytest.fixture
def study() -> Study:
    study = make_study()
    person = link(study.source, "Informant", "Anne", city="Oslo")
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    identities.write_person(
        actor=study.lead, informant=person, name="Hjørdis Ravnkroken", phone="22 22 22 22"
    )
    speaker = study.source.speakers.get(label="Informant").pk
    identities.keep_originals(study.source, labels={speaker: ["Hjørdis"]}, file_name="hemmelig.docx")
    names.decide(actor=study.lead, term="Ravnkroken", kind="person", verdict=REPLACE, replacement="[navn 77]")
    raw = make_source(
        study.project,
        (("Informant", "Jeg er Hjørdis fra Ukjentvik."),),
        title="Fjordkatten",
        cleared=False,
    )
    put(study.lead, raw, "Jeg er Hjørdis fra Ukjentvik.", study.code)
    Memo.objects.create(
        project=study.project, author=study.lead, source=raw, body="Hjørdis fra Ukjentvik", created=raw.created,
        modified=raw.created,
    )  # fmt: skip
    one = make_report(study)
    quote(one, study.source, "Vi koker kaffe")
    chapters.rename_part(actor=study.coder, part=one.section.uuid, title="Om kaffe")
    # What is written from an uncleared text: whoever may not see that reads no word of it.
    theme = create_theme(actor=study.lead, title="Kaffe", codes=[study.code.uuid])
    cell = Cell(theme.uuid)
    pin(actor=study.lead, cell=cell, coding=raw.codings.get().uuid)
    write_summary(actor=study.lead, cell=cell, body="Hjørdis er fra Ukjentvik [E1].", revision=0)
    tasks.enqueue_suggesting(study.project)
    tasks.enqueue_indexing(study.project)
    tasks.drain()
    return study


def leaks(content: bytes) -> list[str]:
    text = content.decode("utf-8", "replace")
    return [word for word in SECRET if word in text]


def report_things(study: Study) -> dict[str, Any]:
    report = study.project.reports.get()
    chapter = report.chapters.get()
    section = chapter.sections.order_by("pk").first()
    assert section is not None
    quotation = report.quotations.get()
    return {"report": report.uuid, "chapter": chapter.uuid, "section": section.uuid, "part": section.uuid,
            "quotation": quotation.uuid}  # fmt: skip


def things_of(study: Study, source: Source) -> dict[str, Any]:
    """What stands in the places of addresses."""
    return {
        "slug": study.project.slug, "source": source.uuid, "code": study.code.uuid, "page": "codebook",
        "informant": study.project.informants.get().uuid, "member": study.coder.uuid,
        "coding": study.project.codings.order_by("pk").first().uuid,  # type: ignore[union-attr]
        "memo": study.project.memos.get().uuid,
        **report_things(study),
        "theme": study.project.themes.get().uuid,
        "attribute": study.project.attributes.order_by("pk").first().uuid,  # type: ignore[union-attr]
    }  # fmt: skip


def address(name: str, things: dict[str, Any]) -> str:
    """The address of a view with things of this study in its places."""
    some = {type(kind): key for key, kind in get_converters().items()}
    stand_in = {"slug": "json", "str": "x", "path": "codebook", "int": 1, "uuid": things["source"]}
    kinds = VIEWS[name].pattern.converters
    kwargs = {key: things.get(key, stand_in[some[type(kind)]]) for key, kind in kinds.items()}
    if "slug" in kinds or name in IN_PROJECT:
        kwargs = {"slug": things["slug"]} | kwargs
    return reverse(name, kwargs=kwargs)


WORDS = {"q": "Hjørdis", "originals": "1", "key": "1", "open": "1", "all": "1", "uncleared": "1", "format": "csv",
         "by": "source", "sort": "title", "only": "uncleared", "kind": "privacy"}  # fmt: skip


@pytest.mark.parametrize("role", ["reader", "coder", "lead"])
def test_no_page_lets_it_out(study: Study, role: str) -> None:
    member = make_member(study.project, role, name=f"nn-{role}")
    Membership.objects.filter(pk=member.pk).update(oversees_privacy=role == "reader")
    client = Client()
    client.force_login(account_of(member))
    asked = 0
    # Before anything is asked: some of what is asked takes away what another address names.
    urls = {
        address(name, things): name
        for things in [things_of(study, source) for source in Source.objects.filter(project=study.project)]
        for name in sorted(IN_PROJECT)
    }
    for url, name in urls.items():
        # Of the last, "fra" stands in the text that is not cleared, and finds it for nobody here.
        asking = (WORDS, {"code": study.code.uuid}, {"q": "fra OR kaffe"})
        first = ask(client, url)
        # Whether a view takes a GET does not depend on what is asked of it.
        more = asking if first.request["REQUEST_METHOD"] == "GET" else ()
        for answer in (first, *(client.get(url, asked) for asked in more)):
            if answer.status_code in (302, 405):
                continue
            # A search repeats what was typed; nothing else may know the word.
            typed = ["Hjørdis"] if "q=Hj" in answer.request["QUERY_STRING"] else []
            found = leaks(answer.content)
            assert found in ([], typed), (name, found)
            asked += 1
    assert asked > 100


@pytest.mark.parametrize("role", ["reader", "coder", "lead"])
def test_no_file_lets_it_out(study: Study, role: str) -> None:
    member = make_member(study.project, role)
    client = Client()
    client.force_login(account_of(member))
    for page in ("quotations", "matrix"):
        for form in ("csv", "md"):
            query = {"format": form, "code": str(study.code.uuid), "by": "source"}
            answer = client.get(reverse(page, args=[study.project.slug]), query)
            assert leaks(answer.content) == []


def test_an_error_repeats_nothing_of_the_key(study: Study) -> None:
    client = Client()
    client.force_login(account_of(study.coder))
    url = reverse("informants_import", args=[study.project.slug])
    table = "source;label;pseudonym\n" + f"{study.source.uuid};Hjørdis;Berit\nFjordkatten;Informant;Bo\n"
    answer = client.post(url, {"file": io.BytesIO(table.encode())})
    told = answer.content.decode()
    assert study.project.informants.filter(pseudonym="Berit").exists() is False
    # Both are refused in the words in which they were asked, as what does not exist.
    assert "has no speaker" in told or "no source" in told or answer.status_code in (302, 422)


def run(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err, language="en")
    except (CommandError, SystemExit) as refused:
        return f"{out.getvalue()}{err.getvalue()}{refused}"
    return out.getvalue() + err.getvalue()


def test_a_commands_default_lets_nothing_out(study: Study, tmp_path: Path) -> None:
    slug, code = study.project.slug, "P1 Drift > Økonomi"
    raw = Source.objects.get(cleared=None)
    everything = ["--project", slug]
    told = [
        run("passages", *everything, "--code", code, "--coders", "all", "--format", "json"),
        run("frequencies", *everything, "--by", "source", "--coders", "all", "--format", "json"),
        run("show_source", *everything, str(raw.uuid)).replace("Fjordkatten", ""),
        run("show_source", *everything, str(study.source.uuid)),
        run("search", *everything, "fra OR kaffe", "--json"),
        run("concordance", *everything, "fra OR kaffe"),
        run("words", *everything, "--all"),
        run("identity_key"),
    ]
    for form in ("csv", "md"):
        file = tmp_path / f"q.{form}"
        told.append(run("export_quotations", *everything, "--format", form, "-o", str(file)))
        told.append(file.read_text(encoding="utf-8-sig"))
    assert [text for text in told if leaks(text.encode())] == []
    assert "Vi koker kaffe" in told[0]


def test_asked_for_it_tells_what_is_not_cleared(study: Study) -> None:
    slug = study.project.slug
    raw = Source.objects.get(cleared=None)
    shown = json.loads(run("show_source", "--project", slug, str(raw.uuid), "--uncleared"))
    assert "Ukjentvik" in shown["text"]
    told = run(
        "passages", "--project", slug, "--code", "P1 Drift > Økonomi", "--coders", "all", "--uncleared"
    )
    assert "Ukjentvik" in told
    for command in ("search", "concordance"):
        assert "Hjørdis" in run(command, "--project", slug, "Hjørdis", "--uncleared")
        assert "Hjørdis" not in run(command, "--project", slug, "Hjørdis")
