"""Along a code from one source to the next: in the order of titles, and only what this reader would see there."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db.models import F

from coding.actions.codings import mark_finished
from coding.models import Coding, Membership, Project, Role, Source
from coding.models.codings import Review
from coding.reports.neighbours import neighbour
from tests.factories import Study, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db

SAID = (("Informant", "Vi koker kaffe og tar imot folk."),)


class Place:
    """A study with the sources A, B, C and D, and the walk from B along the code."""

    def __init__(self) -> None:
        self.study: Study = make_study()
        self.sources = {name: make_source(self.study.project, SAID, title=name) for name in "DCBA"}

    def put(self, who: Membership, name: str, words: str) -> Coding:
        return put(who, self.sources[name], words, self.study.code)[0]

    def next(
        self,
        member: Membership | None = None,
        *,
        back: bool = False,
        shown: dict[UUID, set[int]] | None = None,
    ) -> UUID | None:
        who = Membership.objects.select_related("project").get(pk=(member or self.study.coder).pk)
        found = neighbour(who, self.sources["B"], self.study.code.uuid, back=back, shown=shown or {})
        return found.coding if found else None


@pytest.fixture
def place() -> Place:
    return Place()


def test_it_goes_on_to_the_next_source_that_has_one_and_back(place: Place) -> None:
    coder = place.study.coder
    place.put(coder, "B", "koker")
    assert place.next() is None
    last = place.put(coder, "D", "koker")
    assert place.next() == last.uuid
    second = place.put(coder, "C", "tar imot")
    first = place.put(coder, "C", "koker")
    assert place.next() == first.uuid
    place.put(coder, "A", "koker")
    behind = place.put(coder, "A", "folk")
    assert place.next(back=True) == behind.uuid
    assert second.uuid != first.uuid


def test_another_code_is_none(place: Place) -> None:
    put(place.study.coder, place.sources["C"], "koker", place.study.other)
    assert place.next() is None


def test_a_colleagues_coding_counts_only_where_it_is_shown(place: Place) -> None:
    study = place.study
    theirs = place.put(study.lead, "C", "koker")
    assert place.next() is None
    here: Source = place.sources["C"]
    assert place.next(shown={here.uuid: {study.lead.pk}}) == theirs.uuid
    assert place.next(shown={place.sources["D"].uuid: {study.lead.pk}}) is None
    mark_finished(actor=study.coder, source=here, finished=True)
    assert place.next() == theirs.uuid
    assert place.next(shown={here.uuid: set()}) is None


def test_who_only_reads_sees_all(place: Place) -> None:
    theirs = place.put(place.study.lead, "C", "koker")
    assert place.next(make_member(place.study.project, Role.READER)) == theirs.uuid


def test_a_blind_coder_is_led_to_no_colleagues_coding(place: Place) -> None:
    study = place.study
    Project.objects.filter(pk=study.project.pk).update(blind=True)
    theirs = place.put(study.lead, "C", "koker")
    shown = {place.sources["C"].uuid: {study.lead.pk}}
    assert place.next(shown=shown) is None
    mark_finished(actor=study.coder, source=place.sources["C"], finished=True)
    assert place.next(shown=shown) == theirs.uuid


def test_a_source_that_is_not_cleared_is_passed_over(place: Place) -> None:
    place.put(place.study.coder, "C", "koker")
    beyond = place.put(place.study.coder, "D", "koker")
    Source.objects.filter(pk=place.sources["C"].pk).update(cleared=None)
    assert place.next() == beyond.uuid


def test_a_coding_whose_words_are_gone_is_passed_over(place: Place) -> None:
    gone = place.put(place.study.coder, "C", "koker")
    beyond = place.put(place.study.coder, "D", "koker")
    Coding.objects.filter(pk=gone.pk).update(end=F("start"), end_word=F("first_word"), review=Review.EMPTIED)
    assert place.next() == beyond.uuid


def test_sources_of_one_title_follow_each_other_as_they_were_made(place: Place) -> None:
    first = place.put(place.study.coder, "B", "koker")
    place.sources["B"] = make_source(place.study.project, SAID, title="B")
    second = place.put(place.study.coder, "B", "koker")
    assert place.next(back=True) == first.uuid
    place.sources["B"] = first.source
    assert place.next() == second.uuid


def test_of_two_that_begin_together_the_longer_comes_first_and_going_back_last(place: Place) -> None:
    for name in "AC":
        place.put(place.study.coder, name, "koker")
        place.put(place.study.coder, name, "koker kaffe")
    longer = Coding.objects.get(source=place.sources["C"], end_word=F("first_word") + 2)
    shorter = Coding.objects.get(source=place.sources["A"], end_word=F("first_word") + 1)
    assert (place.next(), place.next(back=True)) == (longer.uuid, shorter.uuid)
