"""The codebook's writes: the tree stays a tree, and no passage is lost or moved by restructuring and undoing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.actions.codebook import (
    CodeRow,
    create_code,
    delete_code,
    import_codes,
    merge_codes,
    move_code,
    propose_code,
    update_code,
)
from coding.actions.codings import write_coding_memo
from coding.actions.errors import Conflict, Invalid
from coding.actions.memos import write_memo
from coding.actions.passages import copy_passages, move_passages
from coding.actions.recording import CODEBOOK_PAGE
from coding.actions.undo import redo, undo
from coding.models import AuditEvent, Code, Coding, CodingInformant, Memo, Project, Role
from coding.permissions import Denied
from coding.reports.codebook import code_tree
from tests.factories import lead_of, link, make_code, make_member, make_project, make_source, make_study, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study()


def names(project: Project) -> list[str]:
    return [node.path_text for root in code_tree(project).roots for node in root.walk()]


def codings(project: Project) -> set[tuple[Any, ...]]:
    return set(
        Coding.objects.filter(project=project).values_list("uuid", "code__uuid", "coder", "start", "end")
    )


def passages(project: Project) -> set[tuple[Any, ...]]:
    return set(Coding.objects.filter(project=project).values_list("source", "coder", "start", "end"))


def everything(project: Project) -> tuple[Any, ...]:
    """All that an undo must bring back."""
    codes = Code.objects.filter(project=project).values_list(
        "uuid", "name", "name_key", "sort_key", "parent__uuid", "position", "proposed", "colour", "definition",
        "use_when", "not_when", "example", "created_by", "created",
    )  # fmt: skip
    memos = Memo.objects.filter(project=project).values_list("uuid", "code__uuid", "coding__uuid", "body")
    links = CodingInformant.objects.filter(coding__project=project).values_list("coding__uuid", "informant")
    return set(codes), codings(project), set(memos), set(links)


def test_names_are_unique_among_siblings_whatever_their_case(study):
    for name in ("økonomi", "ØKONOMI ", "Økonomi"):
        with pytest.raises(Invalid) as refused:
            make_code(study.project, name, study.question)
        assert refused.value.field == "name"
    make_code(study.project, "Økonomi", study.other)


@pytest.mark.parametrize("name", ["", "   ", "a > b", "x" * 201])
def test_a_name_that_cannot_be_a_path_is_refused(study, name):
    with pytest.raises(Invalid):
        make_code(study.project, name, study.question)
    with pytest.raises(Invalid):
        update_code(actor=study.lead, code=study.code.uuid, name=name)


def test_only_leads_change_the_structure(study):
    mine = propose_code(actor=study.coder, name="Min", page=CODEBOOK_PAGE)
    reader = make_member(study.project, Role.READER)
    for actor in (study.coder, reader):
        with pytest.raises(Denied):
            move_code(actor=actor, code=mine.uuid, parent=study.question.uuid)
        with pytest.raises(Denied):
            merge_codes(actor=actor, code=mine.uuid, into=study.code.uuid)
        with pytest.raises(Denied):
            update_code(actor=actor, code=study.code.uuid, name="Nytt")
        with pytest.raises(Denied):
            delete_code(actor=actor, code=study.code.uuid)
    with pytest.raises(Denied):
        create_code(actor=reader, name="Nei")
    with pytest.raises(Denied):
        update_code(actor=reader, code=mine.uuid, name="Nei")


def test_codes_of_another_project_are_gone_for_every_action(study):
    other = make_study()
    for act in (
        lambda: create_code(actor=study.lead, name="Ny", parent=other.question.uuid),
        lambda: move_code(actor=study.lead, code=other.code.uuid, parent=None),
        lambda: move_code(actor=study.lead, code=study.code.uuid, parent=other.question.uuid),
        lambda: merge_codes(actor=study.lead, code=study.code.uuid, into=other.code.uuid),
        lambda: delete_code(actor=study.lead, code=other.code.uuid),
        lambda: update_code(actor=study.lead, code=other.code.uuid, name="Tatt"),
        lambda: move_passages(actor=study.lead, codings=[], to=other.code.uuid),
    ):
        with pytest.raises(Conflict):
            act()


def test_a_move_makes_no_circle_and_no_twin(study):
    below = make_code(study.project, "Tilskudd", study.code)
    make_code(study.project, "Økonomi", study.other)
    with pytest.raises(Invalid):
        move_code(actor=study.lead, code=study.code.uuid, parent=below.uuid)
    with pytest.raises(Invalid):
        move_code(actor=study.lead, code=study.code.uuid, parent=study.code.uuid)
    with pytest.raises(Invalid):
        move_code(actor=study.lead, code=study.code.uuid, parent=study.other.uuid)


def test_merging_keeps_the_memos_of_both_where_both_stood_on_one_passage(study):
    (gone,) = put(study.coder, study.source, "Vi koker kaffe", study.code)
    (kept,) = put(study.coder, study.source, "Vi koker kaffe", study.other)
    (alone,) = put(study.lead, study.source, "Vi koker kaffe", study.code)
    write_coding_memo(actor=study.coder, source=study.source, coding=gone.uuid, body="fra den ene")
    write_coding_memo(actor=study.lead, source=study.source, coding=kept.uuid, body="fra den andre")
    write_memo(actor=study.lead, body="om koden", about=study.code)
    before = everything(study.project)
    merge_codes(actor=study.lead, code=study.code.uuid, into=study.other.uuid)
    assert set(Coding.objects.filter(code=study.other)) == {kept, alone}
    assert set(Memo.objects.filter(coding=kept).values_list("body", flat=True)) == {
        "fra den ene",
        "fra den andre",
    }
    assert Memo.objects.get(body="om koden").code == study.other
    undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert everything(study.project) == before


def test_merging_takes_branches_along_and_joins_those_of_one_name(study):
    make_code(study.project, "Stat", study.code)
    twin = make_code(study.project, "Kommune", study.code)
    there = make_code(study.project, "kommune", study.other)
    make_code(study.project, "Dypt", twin)
    merge_codes(actor=study.lead, code=study.code.uuid, into=study.other.uuid)
    assert names(study.project) == [
        "P1 Drift", "P1 Drift > Lokaler", "P1 Drift > Lokaler > kommune", "P1 Drift > Lokaler > kommune > Dypt",
        "P1 Drift > Lokaler > Stat",
    ]  # fmt: skip
    assert Code.objects.filter(pk=there.pk).exists() and not Code.objects.filter(pk=twin.pk).exists()


def test_merging_keeps_what_the_kept_code_says_and_fills_what_it_lacks(study):
    update_code(actor=study.lead, code=study.code.uuid, definition="Penger", example="Vi søkte.")
    update_code(actor=study.lead, code=study.other.uuid, definition="Rom")
    kept = merge_codes(actor=study.lead, code=study.code.uuid, into=study.other.uuid)
    kept.refresh_from_db()
    assert (kept.definition, kept.example) == ("Rom", "Vi søkte.")


def test_a_deleted_branch_comes_back_with_all_that_it_had(study):
    below = make_code(study.project, "Tilskudd", study.code)
    link(study.source, "Informant", "Kari", city="Bergen")
    (coding,) = put(study.coder, study.source, "Vi koker kaffe", below)
    write_coding_memo(actor=study.coder, source=study.source, coding=coding.uuid, body="viktig")
    write_memo(actor=study.lead, body="om koden", about=study.code)
    before = everything(study.project)
    assert delete_code(actor=study.lead, code=study.code.uuid) == 1
    assert names(study.project) == ["P1 Drift", "P1 Drift > Lokaler"]
    undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert everything(study.project) == before
    redo(actor=study.lead, page=CODEBOOK_PAGE)
    assert not Coding.objects.exists()


def test_what_somebody_else_changed_since_is_not_undone(study):
    second = make_member(study.project, Role.LEAD)
    update_code(actor=study.lead, code=study.code.uuid, name="Penger")
    update_code(actor=second, code=study.code.uuid, name="Finanser")
    with pytest.raises(Conflict) as refused:
        undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert second.name in str(refused.value)
    study.code.refresh_from_db()
    assert study.code.name == "Finanser"


def test_a_new_code_that_has_been_used_since_is_not_undone(study):
    code = create_code(actor=study.lead, name="Kaffe", parent=study.question.uuid)
    put(study.coder, study.source, "Vi koker kaffe", code)
    before = everything(study.project)
    with pytest.raises(Conflict):
        undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert everything(study.project) == before


def test_passages_that_are_copied_count_for_the_same_people(study):
    link(study.source, "Informant", "Kari", city="Bergen")
    (one,) = put(study.coder, study.source, "Vi koker kaffe", study.code)
    assert copy_passages(actor=study.lead, codings=[one.uuid], to=study.other.uuid) == 1
    assert copy_passages(actor=study.lead, codings=[one.uuid], to=study.other.uuid) == 0
    (copy,) = Coding.objects.filter(code=study.other)
    assert copy.coder == study.coder and copy.uuid != one.uuid
    assert list(copy.links.values_list("informant")) == list(one.links.values_list("informant"))


def test_a_coder_moves_only_their_own_passages(study):
    (mine,) = put(study.coder, study.source, "Vi koker kaffe", study.code)
    (theirs,) = put(study.lead, study.source, "tar imot folk", study.code)
    with pytest.raises(Denied):
        move_passages(actor=study.coder, codings=[mine.uuid, theirs.uuid], to=study.other.uuid)
    assert Coding.objects.filter(code=study.code).count() == 2
    assert move_passages(actor=study.coder, codings=[mine.uuid], to=study.other.uuid) == 1


def test_an_import_is_one_event_and_one_undo(study):
    before = everything(study.project)
    rows = [
        CodeRow(("P1 Drift", "Økonomi"), {"definition": "Penger"}),
        CodeRow(("P2", "A", "B"), colour="#b3473f"),
    ]
    assert import_codes(project=study.project, actor=study.lead, rows=rows) == (3, 1)
    assert AuditEvent.objects.filter(verb="codebook.import").count() == 1
    assert import_codes(project=study.project, actor=study.lead, rows=rows) == (0, 0)
    undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert everything(study.project) == before


# Any sequence

NUMBER = st.integers(0, 11)
STEP = st.one_of(
    st.tuples(st.just("create"), NUMBER),
    st.tuples(st.just("rename"), NUMBER, NUMBER),
    st.tuples(st.just("move"), NUMBER, st.one_of(st.none(), NUMBER), st.one_of(st.none(), NUMBER)),
    st.tuples(st.just("merge"), NUMBER, NUMBER),
    st.tuples(st.just("passages"), NUMBER, NUMBER),
    st.tuples(st.just("copy"), NUMBER, NUMBER),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)
WITH_DELETING = st.one_of(STEP, st.tuples(st.just("delete"), NUMBER))
LETTERS = "abcdefghijkl"


def take(project: Project, step: tuple[Any, ...]) -> str:
    """Carry out a step on whatever codes there are; answers what was done: `did`, `undo`, `redo` or nothing."""
    lead = lead_of(project)
    codes = list(Code.objects.filter(project=project).order_by("id"))

    def pick(number: int | None) -> Any:
        return codes[number % len(codes)].uuid if number is not None and codes else None

    events = AuditEvent.objects.filter(actor=lead, page=CODEBOOK_PAGE).count()
    what, *rest = step
    try:
        if what == "undo":
            return "undo" if undo(actor=lead, page=CODEBOOK_PAGE) else ""
        if what == "redo":
            return "redo" if redo(actor=lead, page=CODEBOOK_PAGE) else ""
        if what == "create":
            create_code(actor=lead, name=uuid.uuid4().hex[:6], parent=pick(rest[0]) if rest[0] else None)
        elif what == "rename" and codes:
            update_code(actor=lead, code=pick(rest[0]), name=LETTERS[rest[1]])
        elif what == "move" and codes:
            move_code(actor=lead, code=pick(rest[0]), parent=pick(rest[1]), before=pick(rest[2]))
        elif what == "merge" and codes:
            merge_codes(actor=lead, code=pick(rest[0]), into=pick(rest[1]))
        elif what == "delete" and codes:
            delete_code(actor=lead, code=pick(rest[0]))
        elif what in ("passages", "copy") and codes:
            chosen = list(Coding.objects.filter(code__uuid=pick(rest[0])).values_list("uuid", flat=True))
            act = move_passages if what == "passages" else copy_passages
            act(actor=lead, codings=chosen, to=pick(rest[1]))
    except Invalid:
        return ""
    return "did" if AuditEvent.objects.filter(actor=lead, page=CODEBOOK_PAGE).count() > events else ""


def is_a_tree(project: Project) -> bool:
    reached = [node.code.pk for node in code_tree(project).walk()]
    return sorted(reached) == sorted(Code.objects.filter(project=project).values_list("pk", flat=True))


def prepared() -> Project:
    project = make_project()
    source = make_source(project)
    link(source, "Informant", "Kari", city="Bergen")
    root = make_code(project, "a")
    codes = [root, make_code(project, "b", root), make_code(project, "c"), make_code(project, "d", root)]
    coder, lead = make_member(project), lead_of(project)
    for number, quote in enumerate(("Vi koker kaffe", "kaffe", "kaffe og tar imot", "folk.", "Hva gjør")):
        put(coder, source, quote, codes[number % 4], codes[(number + 1) % 4])
        put(lead, source, quote, codes[number % 4])
    write_memo(actor=coder, body="om koden", about=codes[1])
    AuditEvent.objects.filter(project=project).update(page="")
    return project


@given(st.lists(STEP, max_size=12))
@settings(max_examples=40)
def test_no_sequence_without_deleting_loses_or_moves_a_passage(steps):
    project = prepared()
    before = passages(project)
    for step in steps:
        take(project, step)
        assert passages(project) == before
        assert is_a_tree(project)


@given(st.lists(WITH_DELETING, max_size=14))
@settings(max_examples=40)
def test_undo_and_redo_bring_back_exactly_what_was(steps):
    project = prepared()
    past: list[Any] = [everything(project)]
    future: list[Any] = []
    for step in steps:
        done = take(project, step)
        now = everything(project)
        if done == "did":
            past.append(now)
            future = []
        elif done == "undo":
            future.append(past.pop())
            assert now == past[-1]
        elif done == "redo":
            past.append(future.pop())
            assert now == past[-1]
        else:
            assert now == past[-1]
        assert is_a_tree(project)
    while take(project, ("undo",)):
        past.pop()
        assert everything(project) == past[-1]
    assert len(past) == 1
