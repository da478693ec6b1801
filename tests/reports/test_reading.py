"""How far a member has come: read, coded, and where they stopped, for many sources at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.actions.reading import note_reading
from coding.models import Membership, Role, Source
from coding.reports.reading import ReadingRow, reading_rows
from tests.factories import Study, make_member, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Hva er det dere gjør?"),
    ("Informant", "en to tre fire"),
    ("Intervjuer", "Ja."),
    ("Informant", "fem seks sju åtte ni ti"),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


def row(member: Membership, source: Source) -> ReadingRow:
    return reading_rows(member, [source.pk])[source.pk]


def read(member: Membership, source: Source, *spans: tuple[int, int], position: int = 0) -> None:
    assert source.version_id is not None
    note_reading(actor=member, source=source, version=source.version_id, spans=spans, position=position)


def test_nothing_is_read_or_coded_in_the_beginning(study: Study) -> None:
    assert row(study.coder, study.source) == ReadingRow(0.0, 0.0, 0)


def test_what_was_read_is_a_share_of_the_text(study: Study) -> None:
    length = len(text_of(study.source))
    read(study.coder, study.source, (0, 10), (5, 20), position=12)
    assert row(study.coder, study.source) == ReadingRow(20 / length, 0.0, 12)
    read(study.coder, study.source, (0, length))
    assert row(study.coder, study.source).read == 1.0
    assert row(study.lead, study.source).read == 0.0


def test_coded_is_a_share_of_the_words_that_count(study: Study) -> None:
    put(study.coder, study.source, "to tre", study.code)
    # The same words again, with more: they count once. The interviewer's never count.
    put(study.coder, study.source, "tre fire", study.code, study.other)
    put(study.coder, study.source, "Hva er det", study.code)
    put(study.lead, study.source, "fem seks sju", study.code)
    assert row(study.coder, study.source).coded == 3 / 10
    assert row(study.lead, study.source).coded == 3 / 10
    put(study.coder, study.source, "en to tre fire\nJa.\nfem seks sju åtte ni ti", study.code)
    assert row(study.coder, study.source).coded == 1.0


def test_percents_are_0_and_100_only_where_they_are_exact() -> None:
    shown = [ReadingRow(read=share).read_percent for share in (0.0, 0.0001, 0.495, 0.9999, 1.0)]
    assert shown == [0, 1, 50, 99, 100]


def test_many_sources_take_as_many_queries_as_one(study: Study) -> None:
    sources = [make_source(study.project, SAID) for _ in range(5)]
    for source in sources:
        put(study.coder, source, "to tre", study.code)
        read(study.coder, source, (0, 10))
    for some in (sources[:1], sources):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rows = reading_rows(study.coder, [source.pk for source in some])
        assert set(rows) == {source.pk for source in some}
        assert all(one.coded == 0.2 for one in rows.values())
        assert len(asked) == 4


def test_a_source_that_the_member_may_not_see_is_not_there(study: Study) -> None:
    raw = make_source(study.project, SAID, cleared=False)
    reader = make_member(study.project, Role.READER)
    assert set(reading_rows(reader, [raw.pk, study.source.pk])) == {study.source.pk}
