"""`import_informants`: speakers get their people, all rows or none."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from coding.actions.identities import keep_originals
from coding.models import Attribute, AuditEvent, CodingInformant, Informant, Speaker
from coding.models.sources import SpeakerRole
from tests.factories import make_code, make_member, make_project, make_source, put

pytestmark = pytest.mark.django_db

FOCUS_GROUP = (
    ("Moderator", "Hvordan begynte det?"),
    ("Deltaker 1", "Det begynte med en kopp kaffe og to stoler."),
    ("Deltaker 2", "Og med en søknad som ingen trodde på."),
)


@pytest.fixture
def project():
    return make_project("byer")


@pytest.fixture
def group(project):
    return make_source(project, FOCUS_GROUP, title="Fokusgruppe Bergen", kind="focus_group")


def run(tmp_path: Path, text: str, *, project: str = "byer", encoding: str = "utf-8") -> str:
    path = tmp_path / "informanter.csv"
    path.write_text(text, encoding=encoding)
    out = io.StringIO()
    call_command("import_informants", str(path), project=project, language="en", stdout=out)
    return out.getvalue()


def refused(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(CommandError) as error:
        run(tmp_path, text)
    assert error.value.returncode == 2
    return str(error.value).splitlines()


def test_a_focus_group_gets_informants_of_different_types(tmp_path, group):
    said = run(
        tmp_path,
        "source,label,pseudonym,city,informant_type,interviewer,år i sentralen\n"
        "Fokusgruppe Bergen,Deltaker 1,Berit,Bergen,frivillig,,8\n"
        f"{group.uuid},Deltaker 2,Bjørg,Bergen,daglig leder,,\n"
        "fokusgruppe bergen,Moderator,,,,yes,\n",
    )
    assert said.strip() == "3 speakers linked."
    speakers: dict[str, Any] = {row.label: row for row in group.speakers.select_related("informant")}
    assert speakers["Deltaker 1"].informant.pseudonym == "Berit"
    assert speakers["Moderator"].role == SpeakerRole.INTERVIEWER
    values = {
        row.attribute.key: row.value.name for row in Informant.objects.get(pseudonym="Bjørg").values.all()
    }
    assert values == {"city": "Bergen", "informant_type": "daglig leder"}
    assert Attribute.objects.filter(name="År i sentralen").exists()


def test_a_label_is_the_stored_one_or_the_one_in_the_file(tmp_path, group):
    speaker = group.speakers.get(label="Deltaker 1")
    keep_originals(group, labels={speaker.pk: ["Kari Nordmann"]}, file_name=None)
    run(tmp_path, "source;label;pseudonym\nFokusgruppe Bergen;KARI NORDMANN;Berit\n", encoding="cp1252")
    assert Informant.objects.get(pseudonym="Berit").speakers.get() == speaker
    events = AuditEvent.objects.filter(verb="informants.import").prefetch_related("changes")
    assert all(
        "Kari" not in str([event.details, *event.changes.values("before", "after")]) for event in events
    )


def test_twenty_files_with_an_informant_are_twenty_people(tmp_path, project):
    sources = [make_source(project) for _ in range(20)]
    rows = "\n".join(f"{source.uuid},Informant" for source in sources)
    assert "20" in run(tmp_path, f"source,label\n{rows}\n")
    assert Speaker.objects.filter(label="Informant").values("informant").distinct().count() == 20


def test_the_same_pseudonym_is_one_person(tmp_path, project):
    first, second = make_source(project), make_source(project)
    run(tmp_path, f"source,label,pseudonym\n{first.uuid},Informant,Ola\n{second.uuid},Informant,ola\n")
    assert Informant.objects.count() == 1


def test_codings_follow(tmp_path, project, group):
    coder = make_member(project)
    (coding,) = put(coder, group, "en kopp kaffe", make_code(project, "P1"))
    run(tmp_path, "source,label,pseudonym\nFokusgruppe Bergen,Deltaker 1,Berit\n")
    assert list(CodingInformant.objects.filter(coding=coding).values_list("informant__pseudonym")) == [
        ("Berit",)
    ]


def test_all_rows_or_none_and_each_error_names_its_line(tmp_path, group):
    lines = refused(
        tmp_path,
        "source,label,pseudonym\nFokusgruppe Bergen,Deltaker 1,Berit\n"
        "Fokusgruppe Bergen,Deltaker 9,Nils\nFinnes ikke,A,B\n",
    )
    assert lines == [
        "Line 3: “Fokusgruppe Bergen” has no speaker “Deltaker 9”.",
        "Line 4: There is no source “Finnes ikke” in the project.",
    ]
    assert Informant.objects.count() == 0
    assert not Speaker.objects.exclude(informant=None).exists()


def test_a_word_that_is_neither_yes_nor_empty_is_refused(tmp_path, group):
    assert refused(tmp_path, "source,label,interviewer\nFokusgruppe Bergen,Moderator,kanskje\n") == [
        "Line 2: Write “yes” under “interviewer”, or leave it empty."
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "informanter.csv: The file is empty."),
        ("label,pseudonym\nA,B\n", "The heading “source” is missing."),
        ("source,label\n", "informanter.csv: The spreadsheet holds no rows below its headings."),
    ],
)
def test_one_sentence_for_what_cannot_be_read(tmp_path, project, text, sentence):
    assert refused(tmp_path, text) == [sentence]


def test_an_unknown_project_and_an_unknown_file(tmp_path, project):
    with pytest.raises(CommandError) as error:
        run(tmp_path, "source,label\na,b\n", project="finnes-ikke")
    assert (str(error.value), error.value.returncode) == ("There is no project “finnes-ikke”.", 2)
    with pytest.raises(CommandError) as error:
        call_command("import_informants", "finnes-ikke.csv", project="byer", language="nb")
    assert error.value.returncode == 2
