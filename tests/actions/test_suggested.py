"""Suggested codings: put there together, confirmed and rejected one by one, taken back in one step; theirs to see."""

from __future__ import annotations

import uuid

import pytest

from coding.actions.codebook import merge_codes
from coding.actions.codings import recode, resize_coding, write_coding_memo
from coding.actions.corrections import correct_text
from coding.actions.errors import Conflict, Invalid
from coding.actions.passages import Stretch, code_stretches, copy_passages
from coding.actions.suggested import (
    MOST_SUGGESTED,
    SUGGESTIONS_PAGE,
    confirm_coding,
    reject_codings,
    suggest_codings,
)
from coding.actions.undo import redo, undo
from coding.anchoring.texts import TurnChange
from coding.models import AuditEvent, Code, Coding, Membership, Memo, Role, Source, SourceProgress
from coding.models.codings import Origin, Review
from coding.permissions import Denied
from tests.factories import Study, make_member, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def stretch(source: Source, quote: str) -> Stretch:
    source.refresh_from_db()
    start = text_of(source).index(quote)
    return Stretch(source.pk, source.version_id or 0, start, start + len(quote))


def suggest(study: Study, *quotes: str, code: Code | None = None, actor: Membership | None = None) -> int:
    wanted = [((code or study.code).pk, stretch(study.source, quote)) for quote in quotes]
    return suggest_codings(actor=actor or study.coder, wanted=wanted, origin=Origin.SEARCH)


def only(**asked: object) -> Coding:
    return Coding.objects.get(**asked)


def test_they_wait_say_where_they_are_from_and_begin_no_source(study: Study) -> None:
    assert suggest(study, "koker kaffe", "tar imot folk") == 2
    rows = Coding.objects.order_by("start")
    assert [(row.coder, row.review, row.origin) for row in rows] == 2 * [
        (study.coder, Review.SUGGESTED, Origin.SEARCH)
    ]
    assert [row.end_word - row.first_word for row in rows] == [2, 3]
    assert not SourceProgress.objects.exists()
    study.source.refresh_from_db()
    assert study.source.primary_coder is None


def test_one_step_takes_all_of_them_away_and_brings_them_back(study: Study) -> None:
    suggest(study, "koker kaffe", "tar imot folk", "Vi koker")
    assert AuditEvent.objects.filter(verb="coding.suggest").count() == 1
    assert undo(actor=study.coder, page=SUGGESTIONS_PAGE) is not None
    assert not Coding.objects.exists()
    assert redo(actor=study.coder, page=SUGGESTIONS_PAGE) is not None
    assert Coding.objects.filter(review=Review.SUGGESTED).count() == 3


def test_what_is_coded_or_suggested_so_already_stays_one(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    assert suggest(study, "koker kaffe", "tar imot folk", "tar imot folk") == 1
    assert suggest(study, "tar imot folk") == 0
    assert Coding.objects.count() == 2


def test_confirmed_it_is_a_coding_like_others_and_keeps_its_origin(study: Study) -> None:
    suggest(study, "koker kaffe")
    row = confirm_coding(actor=study.coder, source=study.source, coding=only().uuid, page=SUGGESTIONS_PAGE)
    assert (row.review, row.origin) == ("", Origin.SEARCH)
    study.source.refresh_from_db()
    assert study.source.primary_coder == study.coder
    assert SourceProgress.objects.get().started is not None
    assert AuditEvent.objects.filter(verb="coding.confirm").count() == 1
    # Twice is once; and taken back, it waits again.
    confirm_coding(actor=study.coder, source=study.source, coding=row.uuid, page=SUGGESTIONS_PAGE)
    assert AuditEvent.objects.filter(verb="coding.confirm").count() == 1
    undo(actor=study.coder, page=SUGGESTIONS_PAGE)
    assert only().review == Review.SUGGESTED


def test_where_the_code_stands_by_hand_it_is_not_confirmed_too(study: Study) -> None:
    suggest(study, "koker kaffe")
    row = only()
    (mine,) = put(study.coder, study.source, "tar imot folk", study.code)
    resize_coding(actor=study.coder, source=study.source, coding=mine.uuid, start=row.start, end=row.end)
    with pytest.raises(Conflict):
        confirm_coding(actor=study.coder, source=study.source, coding=row.uuid, page=SUGGESTIONS_PAGE)
    assert only(pk=row.pk).review == Review.SUGGESTED


def test_rejected_it_goes_with_its_memo_and_comes_back(study: Study) -> None:
    suggest(study, "koker kaffe", "tar imot folk")
    first, second = Coding.objects.order_by("start")
    write_coding_memo(actor=study.coder, source=study.source, coding=first.uuid, body="Tja")
    confirm_coding(actor=study.coder, source=study.source, coding=second.uuid, page=SUGGESTIONS_PAGE)
    assert reject_codings(actor=study.coder, codings=[first.uuid, second.uuid, uuid.uuid4()]) == 1
    assert [row.pk for row in Coding.objects.all()] == [second.pk]
    assert not Memo.objects.exists()
    undo(actor=study.coder, page=SUGGESTIONS_PAGE)
    assert (Coding.objects.count(), Memo.objects.count()) == (2, 1)


def test_nobody_settles_what_is_suggested_to_others(study: Study) -> None:
    suggest(study, "koker kaffe")
    with pytest.raises(Denied):
        confirm_coding(actor=study.lead, source=study.source, coding=only().uuid, page=SUGGESTIONS_PAGE)
    assert reject_codings(actor=study.lead, codings=[only().uuid]) == 0
    assert only().review == Review.SUGGESTED


def test_readers_and_uncleared_and_foreign_texts_are_refused(study: Study) -> None:
    reader = make_member(study.project, Role.READER)
    with pytest.raises(Denied):
        suggest(study, "koker kaffe", actor=reader)
    with pytest.raises(Denied):
        reject_codings(actor=reader, codings=[])
    raw = make_source(study.project, cleared=False)
    with pytest.raises(Denied):
        suggest_codings(
            actor=study.coder, wanted=[(study.code.pk, stretch(raw, "koker"))], origin=Origin.SEARCH
        )
    other = make_study()
    for code, place in (
        (study.code, stretch(other.source, "koker")),
        (other.code, stretch(study.source, "koker")),
        (study.code, Stretch(study.source.pk, 999_999, 0, 3)),
    ):
        with pytest.raises(Conflict):
            suggest_codings(actor=study.coder, wanted=[(code.pk, place)], origin=Origin.SEARCH)
    assert not Coding.objects.exists()


def test_none_and_too_many_are_refused(study: Study) -> None:
    with pytest.raises(Invalid):
        suggest(study)
    place = stretch(study.source, "koker")
    many = [(study.code.pk, place)] * (MOST_SUGGESTED + 1)
    with pytest.raises(Invalid):
        suggest_codings(actor=study.coder, wanted=many, origin=Origin.SEARCH)
    with pytest.raises(Invalid):
        suggest_codings(
            actor=study.coder,
            wanted=[(study.code.pk, Stretch(place.source, place.version, 5, 5))],
            origin=Origin.SEARCH,
        )


# --- what a person does by hand says that they have looked at it


def test_coding_the_same_by_hand_confirms_it(study: Study) -> None:
    suggest(study, "koker kaffe")
    before = only()
    (row,) = put(study.coder, study.source, "koker kaffe", study.code)
    assert row.pk == before.pk
    assert only().review == ""
    study.source.refresh_from_db()
    assert study.source.primary_coder == study.coder


@pytest.mark.parametrize("how", ["resize", "recode"])
def test_changing_it_confirms_it(study: Study, how: str) -> None:
    suggest(study, "koker kaffe")
    row = only()
    named = {"actor": study.coder, "source": study.source, "coding": row.uuid}
    if how == "resize":
        resize_coding(**named, start=row.start, end=row.end + 7)
    else:
        recode(**named, code=study.other.uuid)
    assert only().review == ""
    assert SourceProgress.objects.filter(coder=study.coder, started__isnull=False).exists()
    undo(actor=study.coder, page=str(study.source.uuid))
    again = only()
    assert (again.review, again.code, again.end) == (Review.SUGGESTED, study.code, row.end)


def test_a_suggestion_never_takes_the_place_of_a_coding(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.other)
    suggest(study, "koker kaffe")
    # Copied onto a suggestion, and merged into its code: what was coded is coded there afterwards.
    (mine,) = Coding.objects.filter(code=study.other)
    assert copy_passages(actor=study.coder, codings=[mine.uuid], to=study.code.uuid) == 1
    assert sorted(Coding.objects.filter(code=study.code).values_list("review", flat=True)) == [
        "",
        "suggested",
    ]
    Coding.objects.filter(code=study.code, review="").delete()
    merge_codes(actor=study.lead, code=study.other.uuid, into=study.code.uuid)
    assert [row.review for row in Coding.objects.all()] == [""]


def test_the_results_of_a_query_are_coded_beside_a_suggestion(study: Study) -> None:
    suggest(study, "koker kaffe")
    place = stretch(study.source, "koker kaffe")
    assert code_stretches(actor=study.coder, stretches=[place], code=study.code.uuid) == 1


def test_a_correction_carries_it_along_still_suggested(study: Study) -> None:
    suggest(study, "koker kaffe", "tar imot")
    source = Source.objects.select_related("version").get(pk=study.source.pk)
    assert source.version is not None
    speaker = source.speakers.get(label="Informant").pk
    changes = {1: TurnChange("Vi lager kaffe og tar imot folk.", speaker)}
    correct_text(actor=study.coder, source=source, version=source.version.number, changes=changes)
    study.source.refresh_from_db()
    rows = Coding.objects.order_by("pk")
    # One that a change has cut is looked at anyway.
    assert {row.review for row in rows} == {Review.SUGGESTED}
    assert {row.version_id for row in rows} == {study.source.version_id}
    confirm_coding(actor=study.coder, source=study.source, coding=rows[0].uuid, page=SUGGESTIONS_PAGE)
    assert Coding.objects.get(pk=rows[0].pk).review == ""


def test_as_many_as_the_most_may_be_suggested(study: Study) -> None:
    wanted = [(study.code.pk, stretch(study.source, "koker"))] * MOST_SUGGESTED
    assert suggest_codings(actor=study.coder, wanted=wanted, origin=Origin.SEARCH) == 1


def test_to_confirm_settles_no_coding_that_a_change_has_cut(study: Study) -> None:
    (row,) = put(study.coder, study.source, "koker kaffe", study.code)
    Coding.objects.filter(pk=row.pk).update(review=Review.CUT)
    confirm_coding(actor=study.coder, source=study.source, coding=row.uuid, page=SUGGESTIONS_PAGE)
    assert only().review == Review.CUT
