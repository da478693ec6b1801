"""A code on many stretches at once: ordinary codings of whoever puts it there, one event, taken back at once."""

from __future__ import annotations

from typing import Any

import pytest

from coding.actions.errors import Conflict, Invalid
from coding.actions.passages import (
    MOST_STRETCHES,
    QUERIES_PAGE,
    Stretch,
    code_stretches,
    copy_passages,
    move_passages,
)
from coding.actions.undo import redo, undo
from coding.models import AuditEvent, Coding, Source, SourceProgress
from coding.models.codings import Origin
from coding.permissions import Denied
from coding.reports.passages import Scope, passages
from tests.factories import Study, link, make_member, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = make_study()
    link(study.source, "Informant", "Anne")
    return study


def stretch(source: Source, quote: str) -> Stretch:
    source.refresh_from_db()
    start = text_of(source).index(quote)
    return Stretch(source.pk, source.version_id or 0, start, start + len(quote))


def test_they_are_the_actors_own_and_count(study: Study) -> None:
    other = make_source(study.project)
    link(other, "Informant", "Berit")
    put(study.coder, study.source, "kaffe", study.code)
    wanted = [stretch(study.source, "kaffe"), stretch(study.source, "tar imot folk"), stretch(other, "kaffe")]
    many = code_stretches(
        actor=study.coder, stretches=[*wanted, wanted[1]], code=study.code.uuid, origin=Origin.QUERY
    )
    assert many == 2
    rows = Coding.objects.filter(code=study.code).order_by("pk")
    assert [(row.coder, row.origin, row.review) for row in rows] == [
        (study.coder, "", ""), (study.coder, "query", ""), (study.coder, "query", ""),
    ]  # fmt: skip
    found = passages(Scope(study.project, member=study.lead), [study.code.pk])
    assert len({who for passage in found for who in passage.informants}) == 2
    assert [passage.end_word - passage.first_word for passage in found] == [1, 3, 1]
    assert SourceProgress.objects.filter(source=other, coder=study.coder, started__isnull=False).exists()


def test_it_is_one_event_and_is_taken_back_at_once(study: Study) -> None:
    wanted = [stretch(study.source, "kaffe"), stretch(study.source, "tar imot folk")]
    code_stretches(actor=study.coder, stretches=wanted, code=study.code.uuid, origin=Origin.QUERY)
    assert AuditEvent.objects.filter(verb="coding.spread").count() == 1
    undo(actor=study.coder, page=QUERIES_PAGE)
    assert not Coding.objects.exists()
    redo(actor=study.coder, page=QUERIES_PAGE)
    assert set(Coding.objects.values_list("origin", flat=True)) == {"query"}


def test_all_or_nothing(study: Study) -> None:
    good = stretch(study.source, "kaffe")
    elsewhere = make_study()
    for bad, error in (
        (Stretch(good.source, good.version + 1, good.start, good.end), Conflict),
        (Stretch(good.source, good.version, good.start, 10_000), Invalid),
        (stretch(elsewhere.source, "kaffe"), Conflict),
    ):
        with pytest.raises(error):
            code_stretches(actor=study.coder, stretches=[good, bad], code=study.code.uuid)
    with pytest.raises(Conflict):
        code_stretches(actor=study.coder, stretches=[good], code=elsewhere.code.uuid)
    with pytest.raises(Invalid, match="At most"):
        code_stretches(actor=study.coder, stretches=[good] * (MOST_STRETCHES + 1), code=study.code.uuid)
    assert not Coding.objects.exists()


def test_only_coders_and_only_where_they_may_see(study: Study) -> None:
    reader = make_member(study.project, "reader")
    with pytest.raises(Denied):
        code_stretches(actor=reader, stretches=[stretch(study.source, "kaffe")], code=study.code.uuid)
    hidden = make_source(study.project, cleared=False)
    with pytest.raises(Denied, match="not been cleared"):
        code_stretches(actor=study.coder, stretches=[stretch(hidden, "kaffe")], code=study.code.uuid)
    assert not Coding.objects.exists()


def test_a_coders_copies_are_their_own_and_begin_the_source(study: Study) -> None:
    second = make_member(study.project)
    rows = [
        *put(study.lead, study.source, "kaffe", study.code),
        *put(second, study.source, "kaffe", study.code),
    ]
    keys = [row.uuid for row in rows]
    assert copy_passages(actor=study.coder, codings=keys, to=study.other.uuid) == 1
    assert Coding.objects.get(code=study.other).coder == study.coder
    assert SourceProgress.objects.filter(
        source=study.source, coder=study.coder, started__isnull=False
    ).exists()
    # A lead's are of whoever coded the stretch.
    assert copy_passages(actor=study.lead, codings=keys, to=study.question.uuid) == 2
    assert {row.coder for row in Coding.objects.filter(code=study.question)} == {study.lead, second}


@pytest.mark.parametrize("act", [copy_passages, move_passages])
def test_of_what_one_may_not_see_nothing_is_copied_or_moved(study: Study, act: Any) -> None:
    hidden = make_source(study.project, cleared=False)
    elsewhere = make_study()
    for coding in (
        *put(study.lead, hidden, "kaffe", study.code),
        *put(elsewhere.lead, elsewhere.source, "kaffe", elsewhere.code),
    ):
        with pytest.raises(Invalid, match="at least one passage"):
            act(actor=study.coder, codings=[coding.uuid], to=study.other.uuid)
        coding.refresh_from_db()
        assert coding.code != study.other
    assert not Coding.objects.filter(code=study.other).exists()


def test_a_colleagues_coding_on_a_stretch_is_no_reason_to_leave_it_out(study: Study) -> None:
    put(study.lead, study.source, "kaffe", study.code)
    place = stretch(study.source, "kaffe")
    # As many as the most are allowed.
    many = code_stretches(actor=study.coder, stretches=[place] * MOST_STRETCHES, code=study.code.uuid)
    assert (many, Coding.objects.filter(coder=study.coder).count()) == (1, 1)
