"""`import_codings`: all rows or none, the first ten errors by line number."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from coding.actions.codings import code_passage
from coding.models import AuditEvent, Change, Coding, CodingInformant, Membership, SourceProgress
from tests.factories import Study, link, make_code, make_source, make_study

pytestmark = pytest.mark.django_db

HEAD = "source,start,end,code,coder\n"


@pytest.fixture
def study():
    study = make_study()
    link(study.source, "Informant", "Ola", city="Oslo")
    return study


def run(tmp_path: Path, study: Study, rows: str) -> str:
    path = tmp_path / "codings.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    out = io.StringIO()
    call_command("import_codings", str(path), project=study.project.slug, language="en", stdout=out)
    return out.getvalue().strip()


def refused(tmp_path: Path, study: Study, rows: str) -> list[str]:
    with pytest.raises(CommandError) as error:
        run(tmp_path, study, rows)
    assert error.value.returncode == 2
    return str(error.value).splitlines()


def test_it_stores_what_a_person_would_have_coded(tmp_path, study):
    start = study.source.version.text.index("Vi koker")
    (by_hand,) = code_passage(
        actor=study.coder, source=study.source, start=start, end=start + 8, codes=[study.code.uuid]
    )
    title = study.source.title
    assert (
        run(tmp_path, study, f"{title},{start},{start + 8},p1 drift > ØKONOMI,Ny koder\n")
        == "1 coding imported."
    )
    imported = Coding.objects.get(coder__name="Ny koder")
    for name in ("version_id", "code_id", "start", "end", "first_word", "end_word"):
        assert getattr(imported, name) == getattr(by_hand, name)
    assert list(CodingInformant.objects.filter(coding=imported).values_list("informant__pseudonym")) == [
        ("Ola",)
    ]
    assert (
        SourceProgress.objects.filter(coder=imported.coder, source=study.source)
        .exclude(started=None)
        .exists()
    )
    study.source.refresh_from_db()
    assert study.source.primary_coder == study.coder


def test_the_first_coder_of_a_source_is_counted(tmp_path, study):
    source = make_source(study.project)
    run(tmp_path, study, f"{source.uuid},0,5,P1 Drift,Anne\n{source.uuid},0,5,P1 Drift,Bjørn\n")
    source.refresh_from_db()
    assert source.primary_coder.name == "Anne"


def test_a_coder_who_is_no_user_becomes_a_member_who_cannot_sign_in(tmp_path, study):
    rows = f"{study.source.uuid},0,5,P1 Drift,Gammel koder\n{study.source.uuid},0,5,P1 Drift,{study.coder.name}\n"
    assert run(tmp_path, study, rows) == "2 codings imported."
    member = Membership.objects.get(project=study.project, name="Gammel koder")
    assert (member.user, member.role) == (None, "coder")
    assert Coding.objects.filter(coder=study.coder).count() == 1


def test_adding_twice_is_adding_once(tmp_path, study):
    row = f"{study.source.uuid},0,5,P1 Drift,Anne\n"
    assert run(tmp_path, study, row + row) == "1 coding imported. 1 stood there already."
    assert run(tmp_path, study, row) == "0 codings imported. 1 stood there already."
    assert Coding.objects.count() == 1
    assert AuditEvent.objects.filter(verb="codings.import").count() == 1
    assert Change.objects.filter(kind="Coding", source_id=study.source.pk).count() == 1


def test_a_proposed_code_does_not_hide_a_research_question(tmp_path, study):
    from coding.actions.codebook import create_code

    create_code(actor=study.coder, name="P1 Drift")
    run(tmp_path, study, f"{study.source.uuid},0,5,P1 Drift,Anne\n")
    assert Coding.objects.get().code == study.question


def test_every_kind_of_error_names_its_line_and_nothing_is_stored(tmp_path, study):
    length = len(study.source.version.text)
    blank = study.source.version.text.index("\n")
    key, good = study.source.uuid, f"{study.source.uuid},0,5,P1 Drift,Anne\n"
    lines = refused(
        tmp_path,
        study,
        good
        + "Finnes ikke,0,5,P1 Drift,Anne\n"
        + f"{key},x,5,P1 Drift,Anne\n"
        + f"{key},5,{length + 1},P1 Drift,Anne\n"
        + f"{key},{blank},{blank + 1},P1 Drift,Anne\n"
        + f"{key},5,5,P1 Drift,Anne\n"
        + f"{key},0,5,P1 Drift > Finnes ikke,Anne\n"
        + f"{key},0,5,P1 Drift,\n",
    )
    assert [line.split(":")[0] for line in lines] == [f"Line {n}" for n in range(3, 10)]
    assert lines[0] == "Line 3: There is no source “Finnes ikke” in the project."
    assert lines[1] == "Line 4: “x” is no whole number."
    assert lines[5] == "Line 8: There is no code “P1 Drift > Finnes ikke” in the codebook."
    assert not Coding.objects.exists()
    assert not Membership.objects.filter(name="Anne").exists()


def test_only_the_first_ten_errors_are_shown(tmp_path, study):
    assert len(refused(tmp_path, study, "Finnes ikke,0,5,P1 Drift,Anne\n" * 25)) == 10


def test_a_missing_column_is_named(tmp_path, study):
    path = tmp_path / "codings.csv"
    path.write_text("source,start,end,code\na,0,1,b\n")
    with pytest.raises(CommandError, match="The heading “coder” is missing"):
        call_command("import_codings", str(path), project=study.project.slug, language="en")


def test_words_are_counted_over_many_turns(tmp_path, study):
    said = [
        ("Intervjuer" if n % 2 else "Informant", f"Dette er replikk nummer {n} 👩‍👩‍👧 å") for n in range(40)
    ]
    source = make_source(study.project, said)
    code = make_code(study.project, "P2")
    text = source.version.text
    places = [(n * 7, n * 7 + 23) for n in range(len(text) // 7 - 4)]
    run(tmp_path, study, "".join(f"{source.uuid},{start},{end},P2,Anne\n" for start, end in places))
    for start, end in places[::9]:
        (by_hand,) = code_passage(actor=study.coder, source=source, start=start, end=end, codes=[code.uuid])
        imported = Coding.objects.get(coder__name="Anne", start=start, end=end)
        assert (imported.first_word, imported.end_word) == (by_hand.first_word, by_hand.end_word)
