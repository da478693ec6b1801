"""Coding passages: right places, once each, by those who may, and refused in one sentence elsewhere."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coding.actions.codings import (
    code_passage,
    mark_finished,
    recode,
    remove_codings,
    resize_coding,
    write_coding_memo,
)
from coding.actions.errors import Conflict, Invalid
from coding.models import AuditEvent, Change, Code, Coding, Memo, Role, Source, SourceProgress
from coding.permissions import Denied
from tests.factories import (
    Study,
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


def test_several_codes_at_once_in_the_order_asked(study: Study) -> None:
    made = put(study.coder, study.source, "koker kaffe", study.other, study.code)
    assert [coding.code for coding in made] == [study.other, study.code]
    assert AuditEvent.objects.filter(verb="coding.create").count() == 1


def test_twice_is_once(study: Study) -> None:
    first = put(study.coder, study.source, "koker kaffe", study.code)
    events = AuditEvent.objects.count()
    assert put(study.coder, study.source, "koker kaffe", study.code) == first
    assert Coding.objects.count() == 1
    assert AuditEvent.objects.count() == events


def test_two_coders_may_say_the_same(study: Study) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    put(study.lead, study.source, "koker kaffe", study.code)
    assert Coding.objects.count() == 2


def test_the_database_itself_refuses_a_double(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    coding.pk, coding.uuid = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        coding.save(force_insert=True)


@pytest.mark.parametrize("said", ["Vi 👩‍👩‍👧 koker", "x\u0301n n\u0308n \u0928\u093f kopp", "🇳🇴😀 kopp"])
def test_offsets_are_code_points(study: Study, said: str) -> None:
    source = make_source(study.project, [("Informant", said + " kaffe til deg")])
    (coding,) = put(study.coder, source, "kaffe", study.code)
    text = text_of(source)
    assert text[coding.start : coding.end] == "kaffe"
    assert coding.start == len(said) + 1
    assert text[: coding.start].split() == said.split()
    assert (coding.first_word, coding.end_word) == (len(said.split()), len(said.split()) + 1)


def test_half_a_letter_may_be_selected_and_stays_half(study: Study) -> None:
    source = make_source(study.project, [("Informant", "ja \u0928\u093f nei")])
    coding = code_passage(actor=study.coder, source=source, start=3, end=4, codes=[study.code.uuid])[0]
    assert text_of(source)[coding.start : coding.end] == "\u0928"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000), (10_000, 10_001)])
def test_a_stretch_outside_the_text_is_refused(study: Study, start: int, end: int) -> None:
    with pytest.raises(Invalid):
        code_passage(actor=study.coder, source=study.source, start=start, end=end, codes=[study.code.uuid])
    assert not Coding.objects.exists()


def test_white_space_alone_is_refused(study: Study) -> None:
    place = text_of(study.source).index("\n")
    with pytest.raises(Invalid):
        code_passage(
            actor=study.coder, source=study.source, start=place, end=place + 1, codes=[study.code.uuid]
        )


def test_no_code_is_refused(study: Study) -> None:
    with pytest.raises(Invalid):
        code_passage(actor=study.coder, source=study.source, start=0, end=3, codes=[])


def test_words_that_are_not_there_any_more_are_refused(study: Study) -> None:
    with pytest.raises(Conflict):
        code_passage(
            actor=study.coder, source=study.source, start=0, end=3, codes=[study.code.uuid], quote="Hvor"
        )
    assert not Coding.objects.exists()


def test_a_code_that_is_gone_or_elsewhere_is_refused(study: Study) -> None:
    foreign = make_study().code
    for key in (uuid.uuid4(), foreign.uuid):
        with pytest.raises(Conflict, match="no longer in the codebook"):
            code_passage(actor=study.coder, source=study.source, start=0, end=3, codes=[study.code.uuid, key])
    assert not Coding.objects.exists()


def test_the_askers_own_uuids_are_kept_and_sending_again_changes_nothing(study: Study) -> None:
    keys = [uuid.uuid4(), uuid.uuid4()]
    for _attempt in range(2):
        made = code_passage(
            actor=study.coder,
            source=study.source,
            start=0,
            end=3,
            codes=[study.code.uuid, study.other.uuid],
            uuids=keys,
        )
    assert [coding.uuid for coding in made] == keys
    assert Coding.objects.count() == 2


def test_a_coding_that_is_sent_again_is_what_has_become_of_it(study: Study) -> None:
    """Two windows of one person: what waits in both is sent by both, and one of them goes on in between."""
    key = uuid.uuid4()
    sent = {"actor": study.coder, "source": study.source, "start": 0, "end": 3, "uuids": [key]}
    code_passage(**sent, codes=[study.code.uuid])
    resize_coding(actor=study.coder, source=study.source, coding=key, start=0, end=9)
    recode(actor=study.coder, source=study.source, coding=key, code=study.other.uuid)
    before = Change.objects.count()
    (again,) = code_passage(**sent, codes=[study.code.uuid])
    assert (again.uuid, again.end, again.code) == (key, 9, study.other)
    assert Coding.objects.count() == 1
    assert Change.objects.count() == before


def test_a_uuid_that_exists_is_refused_and_nobody_learns_where(study: Study) -> None:
    elsewhere = make_study()
    (foreign,) = put(elsewhere.coder, elsewhere.source, "koker kaffe", elsewhere.code)
    (hidden,) = put(study.lead, study.source, "koker kaffe", study.code)
    sentences = []
    for taken in (foreign, hidden):
        with pytest.raises(Conflict) as refused:
            code_passage(
                actor=study.coder,
                source=study.source,
                start=0,
                end=3,
                codes=[study.code.uuid],
                uuids=[taken.uuid],
            )
        sentences.append(str(refused.value))
    assert sentences[0] == sentences[1]
    assert elsewhere.project.title not in sentences[0]
    assert Coding.objects.count() == 2


def test_the_first_to_code_is_the_primary_coder(study: Study) -> None:
    assert study.source.primary_coder is None
    put(study.coder, study.source, "koker kaffe", study.code)
    put(study.lead, study.source, "tar imot", study.code)
    assert Source.objects.get(pk=study.source.pk).primary_coder == study.coder


def test_undoing_the_first_coding_leaves_who_began(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    remove_codings(actor=study.coder, source=study.source, uuids=[coding.uuid])
    assert SourceProgress.objects.get(source=study.source, coder=study.coder).started is not None


def test_who_may_not_code(study: Study) -> None:
    reader = make_member(study.project, Role.READER)
    stranger = make_study().coder
    for member in (reader, stranger):
        with pytest.raises(Denied):
            put(member, study.source, "koker kaffe", study.code)
    Source.objects.filter(pk=study.source.pk).update(cleared=None)
    with pytest.raises(Denied, match="cleared"):
        put(study.coder, study.source, "koker kaffe", study.code)
    Source.objects.filter(pk=study.source.pk).update(cleared=timezone.now())
    study.coder.active = False
    with pytest.raises(Denied):
        put(study.coder, study.source, "koker kaffe", study.code)
    assert not Coding.objects.exists()


def test_nobody_changes_anothers_coding_not_even_a_lead(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    place: dict[str, Any] = {"actor": study.lead, "source": study.source}
    with pytest.raises(Denied, match=study.coder.name):
        remove_codings(**place, uuids=[coding.uuid])
    with pytest.raises(Denied):
        resize_coding(**place, coding=coding.uuid, start=0, end=3)
    with pytest.raises(Denied):
        recode(**place, coding=coding.uuid, code=study.other.uuid)
    assert Coding.objects.get() == coding


def test_removing_what_is_gone_is_no_error(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    for left in (1, 0):
        assert remove_codings(actor=study.coder, source=study.source, uuids=[coding.uuid]) == left


def test_a_coding_of_another_source_is_not_reached_through_this_one(study: Study) -> None:
    other = make_source(study.project)
    (coding,) = put(study.coder, other, "koker kaffe", study.code)
    assert remove_codings(actor=study.coder, source=study.source, uuids=[coding.uuid]) == 0
    with pytest.raises(Conflict):
        resize_coding(actor=study.coder, source=study.source, coding=coding.uuid, start=0, end=3)
    assert Coding.objects.get() == coding


def test_resizing_needs_the_version_that_was_seen(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker", study.code)
    seen = coding.row_version
    place: dict[str, Any] = {
        "actor": study.coder,
        "source": study.source,
        "coding": coding.uuid,
        "start": coding.start,
    }
    resized = resize_coding(**place, end=coding.end + 6, row_version=seen)
    assert resized.row_version == seen + 1
    with pytest.raises(Conflict):
        resize_coding(**place, end=coding.end + 1, row_version=seen)
    assert Coding.objects.get().end == coding.end + 6


def test_two_codings_never_become_one_by_resizing_or_recoding(study: Study) -> None:
    (one,) = put(study.coder, study.source, "koker", study.code)
    (two,) = put(study.coder, study.source, "kaffe", study.code)
    (three,) = put(study.coder, study.source, "koker", study.other)
    place: dict[str, Any] = {"actor": study.coder, "source": study.source}
    with pytest.raises(Conflict, match="Økonomi"):
        resize_coding(**place, coding=two.uuid, start=one.start, end=one.end)
    with pytest.raises(Conflict, match="Økonomi"):
        recode(**place, coding=three.uuid, code=study.code.uuid)
    assert Coding.objects.count() == 3


def test_changing_nothing_leaves_no_trace(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker", study.code)
    events = AuditEvent.objects.count()
    place: dict[str, Any] = {"actor": study.coder, "source": study.source, "coding": coding.uuid}
    resize_coding(**place, start=coding.start, end=coding.end)
    recode(**place, code=study.code.uuid)
    assert AuditEvent.objects.count() == events
    assert Coding.objects.get().row_version == 1


def test_a_memo_is_each_coders_own(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker", study.code)
    place: dict[str, Any] = {"source": study.source, "coding": coding.uuid}
    write_coding_memo(actor=study.coder, **place, body=" Mitt ")
    write_coding_memo(actor=study.lead, **place, body="Et annet")
    write_coding_memo(actor=study.coder, **place, body="Mitt nye")
    assert set(Memo.objects.values_list("body", "author")) == {
        ("Mitt nye", study.coder.pk),
        ("Et annet", study.lead.pk),
    }
    write_coding_memo(actor=study.coder, **place, body="  ")
    assert Memo.objects.get().author == study.lead


def test_finishing_says_who_and_when_and_can_be_taken_back(study: Study) -> None:
    mark_finished(actor=study.coder, source=study.source, finished=True)
    progress = SourceProgress.objects.get(source=study.source, coder=study.coder)
    assert progress.finished is not None
    assert Source.objects.get(pk=study.source.pk).primary_coder == study.coder
    mark_finished(actor=study.coder, source=study.source, finished=False)
    progress.refresh_from_db()
    assert progress.finished is None and progress.started is not None


def test_a_code_in_use_cannot_vanish_underneath(study: Study) -> None:
    put(study.coder, study.source, "koker", study.code)
    with pytest.raises(Exception, match="restricted"), transaction.atomic():
        study.code.delete()
    assert Code.objects.filter(pk=study.code.pk).exists()


def test_depth_does_not_matter(study: Study) -> None:
    words = text_of(study.source)
    codes = [make_code(study.project, f"Kode {n}", study.question) for n in range(20)]
    for n, code in enumerate(codes):
        code_passage(actor=study.coder, source=study.source, start=n, end=len(words) - n, codes=[code.uuid])
    assert sorted(Coding.objects.values_list("start", "end")) == [(n, len(words) - n) for n in range(20)]
