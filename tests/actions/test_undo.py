"""Undo and redo: what may be taken back, by whom, and that nothing else moves."""

from __future__ import annotations

import pytest

from coding.actions.codebook import create_code, delete_code, merge_codes, move_code, update_code
from coding.actions.codings import code_passage, recode, remove_codings, resize_coding, write_coding_memo
from coding.actions.errors import Conflict
from coding.actions.memos import change_memo, write_memo
from coding.actions.passages import move_passages
from coding.actions.recording import CODEBOOK_PAGE
from coding.actions.undo import next_redo, next_undo, redo, undo
from coding.models import AuditEvent, Code, Coding, Membership, Memo, Role, Source
from coding.permissions import Denied
from tests.factories import (
    Study,
    link,
    make_code,
    make_member,
    make_source,
    make_study,
    put,
    text_of,
)


@pytest.fixture
def study(db: None) -> Study:
    return make_study()


def page(source: Source) -> str:
    return str(source.uuid)


def test_undo_takes_a_coding_back_and_redo_puts_the_same_one_there(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    assert undo(actor=study.coder, page=page(study.source)) is not None
    assert not Coding.objects.filter(uuid=coding.uuid).exists()
    redo(actor=study.coder, page=page(study.source))
    again = Coding.objects.get(uuid=coding.uuid)
    assert (again.pk, again.start, again.end, again.code) == (coding.pk, coding.start, coding.end, study.code)


def test_links_to_informants_come_back_with_a_coding(study: Study) -> None:
    kari = link(study.source, "Informant", "Kari", city="Bergen")
    (coding,) = put(study.coder, study.source, "koker kaffe og tar imot folk", study.code)
    remove_codings(actor=study.coder, source=study.source, uuids=[coding.uuid])
    undo(actor=study.coder, page=page(study.source))
    assert [one.informant for one in Coding.objects.get(uuid=coding.uuid).links.all()] == [kari]


def test_nothing_to_undo_is_none(study: Study) -> None:
    assert undo(actor=study.coder, page=page(study.source)) is None
    assert redo(actor=study.coder, page=page(study.source)) is None
    assert not AuditEvent.objects.filter(verb__in=["undo", "redo"]).exists()


def test_it_is_per_person(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    (theirs,) = put(study.lead, study.source, "tar imot folk", study.code)
    undo(actor=study.coder, page=page(study.source))
    assert list(Coding.objects.values_list("uuid", flat=True)) == [theirs.uuid]


def test_it_is_per_page(study: Study) -> None:
    other = make_source(study.project)
    put(study.coder, study.source, "koker kaffe", study.code)
    (kept,) = put(study.coder, other, "koker kaffe", study.code)
    undo(actor=study.coder, page=page(study.source))
    assert list(Coding.objects.values_list("uuid", flat=True)) == [kept.uuid]


def test_redo_is_lost_after_something_new(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    undo(actor=study.coder, page=page(study.source))
    put(study.coder, study.source, "tar imot folk", study.code)
    assert next_redo(study.coder, page(study.source)) is None
    undo(actor=study.coder, page=page(study.source))
    redo(actor=study.coder, page=page(study.source))
    assert redo(actor=study.coder, page=page(study.source)) is None
    assert Coding.objects.count() == 1


def test_undo_refuses_and_names_who_changed_it(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    move_passages(actor=study.lead, codings=[coding.uuid], to=study.other.uuid)
    with pytest.raises(Conflict, match=study.lead.name):
        undo(actor=study.coder, page=page(study.source))
    assert Coding.objects.get().code == study.other


def test_undo_reverts_only_the_fields_that_it_changed(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    resize_coding(
        actor=study.coder, source=study.source, coding=coding.uuid, start=coding.start, end=coding.end + 3
    )
    move_passages(actor=study.lead, codings=[coding.uuid], to=study.other.uuid)
    undo(actor=study.coder, page=page(study.source))
    now = Coding.objects.get()
    assert (now.start, now.end, now.code) == (coding.start, coding.end, study.other)


def test_a_colleagues_memo_keeps_the_coding_it_stands_on(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    write_coding_memo(actor=study.lead, source=study.source, coding=coding.uuid, body="Er dette drift?")
    with pytest.raises(Conflict, match=study.lead.name):
        undo(actor=study.coder, page=page(study.source))
    assert Memo.objects.get().coding == coding


def test_a_colleagues_coding_keeps_the_code_it_carries(study: Study) -> None:
    own = create_code(actor=study.coder, name="Dugnad")
    put(study.lead, study.source, "koker kaffe", own)
    with pytest.raises(Conflict, match=study.lead.name):
        undo(actor=study.coder, page=CODEBOOK_PAGE)
    assert Coding.objects.get().code == own


def test_a_memo_on_a_code_keeps_the_code(study: Study) -> None:
    own = create_code(actor=study.coder, name="Dugnad")
    write_memo(actor=study.lead, body="God idé", about=own)
    with pytest.raises(Conflict, match=study.lead.name):
        undo(actor=study.coder, page=CODEBOOK_PAGE)
    assert Memo.objects.get().code == own


def test_a_coding_does_not_come_back_under_a_code_that_is_gone(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    undo(actor=study.coder, page=page(study.source))
    delete_code(actor=study.lead, code=study.code.uuid)
    with pytest.raises(Conflict, match=study.lead.name):
        redo(actor=study.coder, page=page(study.source))
    assert not Coding.objects.exists()


def test_a_memo_does_not_come_back_on_a_coding_that_is_gone(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    write_coding_memo(actor=study.lead, source=study.source, coding=coding.uuid, body="Et minne")
    undo(actor=study.lead, page=page(study.source))
    remove_codings(actor=study.coder, source=study.source, uuids=[coding.uuid])
    with pytest.raises(Conflict, match=study.coder.name):
        redo(actor=study.lead, page=page(study.source))
    assert not Memo.objects.exists()


def test_a_name_taken_since_is_no_reason_to_crash(study: Study) -> None:
    own = create_code(actor=study.coder, name="Dugnad")
    delete_code(actor=study.coder, code=own.uuid)
    create_code(actor=study.coder, name="Dugnad", page="elsewhere")
    with pytest.raises(Conflict):
        undo(actor=study.coder, page=CODEBOOK_PAGE)
    assert Code.objects.filter(name="Dugnad").count() == 1


def test_the_same_passage_coded_anew_is_not_doubled(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    move_passages(actor=study.lead, codings=[coding.uuid], to=study.other.uuid)
    put(study.coder, study.source, "koker kaffe", study.code)
    with pytest.raises(Conflict):
        undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert set(Coding.objects.values_list("code__name", flat=True)) == {"Økonomi", "Lokaler"}


def test_merging_is_undone_whole(study: Study) -> None:
    below = make_code(study.project, "Støtte", study.code)
    (first,) = put(study.coder, study.source, "koker kaffe", study.code)
    (twin,) = put(study.coder, study.source, "koker kaffe", study.other)
    (deep,) = put(study.lead, study.source, "tar imot", below)
    write_coding_memo(actor=study.coder, source=study.source, coding=first.uuid, body="Et minne")
    write_memo(actor=study.lead, body="Om koden", about=study.code)
    before = sorted(Coding.objects.values_list("uuid", "code", "start", "end"))
    codes = sorted(Code.objects.values_list("uuid", "name", "parent", "position"))
    merge_codes(actor=study.lead, code=study.code.uuid, into=study.other.uuid)
    assert set(Coding.objects.values_list("uuid", flat=True)) == {twin.uuid, deep.uuid}
    assert set(Memo.objects.values_list("body", flat=True)) == {"Et minne", "Om koden"}
    undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert sorted(Coding.objects.values_list("uuid", "code", "start", "end")) == before
    assert sorted(Code.objects.values_list("uuid", "name", "parent", "position")) == codes
    assert Memo.objects.get(body="Et minne").coding == first
    assert Memo.objects.get(body="Om koden").code == study.code


def test_deleting_a_branch_is_undone_whole(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code, study.other)
    before = sorted(Coding.objects.values_list("uuid", "code", "coder", "start", "end"))
    assert delete_code(actor=study.lead, code=study.question.uuid) == 2
    assert not Coding.objects.exists()
    undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert sorted(Coding.objects.values_list("uuid", "code", "coder", "start", "end")) == before


def test_renaming_moving_and_memos_are_undone(study: Study) -> None:
    update_code(actor=study.lead, code=study.code.uuid, name="Penger", definition="Alt om penger")
    move_code(actor=study.lead, code=study.code.uuid, parent=study.other.uuid)
    memo = write_memo(actor=study.lead, body="Først", about=study.code)
    change_memo(actor=study.lead, memo=memo.uuid, body="Så")
    bodies = []
    for _step in range(2):
        undo(actor=study.lead, page=CODEBOOK_PAGE)
        bodies.append(list(Memo.objects.values_list("body", flat=True)))
    assert bodies == [["Først"], []]
    undo(actor=study.lead, page=CODEBOOK_PAGE)
    assert Code.objects.get(pk=study.code.pk).parent == study.question
    undo(actor=study.lead, page=CODEBOOK_PAGE)
    code = Code.objects.get(pk=study.code.pk)
    assert (code.name, code.name_key, code.definition) == ("Økonomi", "økonomi", "")


def test_who_lost_the_right_cannot_undo(study: Study) -> None:
    merge_codes(actor=study.lead, code=study.code.uuid, into=study.other.uuid)
    Membership.objects.filter(pk=study.lead.pk).update(role=Role.CODER)
    demoted = Membership.objects.get(pk=study.lead.pk)
    with pytest.raises(Denied, match="lead"):
        undo(actor=demoted, page=CODEBOOK_PAGE)
    assert not Code.objects.filter(pk=study.code.pk).exists()


def test_a_coder_who_became_a_reader_undoes_nothing(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    Membership.objects.filter(pk=study.coder.pk).update(role=Role.READER)
    with pytest.raises(Denied):
        undo(actor=Membership.objects.get(pk=study.coder.pk), page=page(study.source))
    assert Coding.objects.count() == 1


def test_a_source_out_of_sight_is_left_alone(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    Source.objects.filter(pk=study.source.pk).update(cleared=None)
    with pytest.raises(Denied):
        undo(actor=study.coder, page=page(study.source))
    assert Coding.objects.count() == 1


def test_history_keeps_no_word_of_the_source(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    recode(actor=study.coder, source=study.source, coding=coding.uuid, code=study.other.uuid)
    undo(actor=study.coder, page=page(study.source))
    for event in AuditEvent.objects.all():
        told = f"{event.details}" + "".join(f"{one.before}{one.after}" for one in event.changes.all())
        assert "kaffe" not in told


def test_an_undo_is_itself_on_record(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    event = next_undo(study.coder, page(study.source))
    undo(actor=study.coder, page=page(study.source))
    undone = AuditEvent.objects.get(verb="undo")
    assert undone.reverses == event
    assert [one.before is not None and one.after is None for one in undone.changes.all()] == [True]


def test_a_whole_afternoon_is_taken_back_step_by_step(study: Study) -> None:
    member = make_member(study.project)
    for quote in ("koker", "kaffe", "tar", "imot", "folk"):
        code_passage(
            actor=member,
            source=study.source,
            start=text_of(study.source).index(quote),
            end=text_of(study.source).index(quote) + len(quote),
            codes=[study.code.uuid, study.other.uuid],
        )
    left = []
    while undo(actor=member, page=page(study.source)):
        left.append(Coding.objects.count())
    assert left == [8, 6, 4, 2, 0]
    while redo(actor=member, page=page(study.source)):
        left.append(Coding.objects.count())
    assert left == [8, 6, 4, 2, 0, 2, 4, 6, 8, 10]
