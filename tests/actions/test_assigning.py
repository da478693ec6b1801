"""Giving sources to coders and taking them back: who may, to whom, and that no work is ever lost by it."""

from __future__ import annotations

import pytest

from coding.actions.assigning import ASSIGNING_PAGE, assign
from coding.actions.codings import mark_finished
from coding.actions.errors import Conflict, Invalid
from coding.actions.undo import redo, undo
from coding.models import AuditEvent, Membership, Role, Source, SourceProgress
from coding.permissions import Denied
from coding.reports.team import team, works_in
from tests.factories import Study, make_member, make_project, make_source, make_study, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def give(study: Study, *sources: Source, to: Membership | None = None, assigned: bool = True) -> int:
    return assign(
        actor=study.lead,
        sources=sources or [study.source],
        coders=[to or study.coder],
        assigned=assigned,
    )


def progress(study: Study, coder: Membership | None = None) -> tuple[bool, bool, bool]:
    """(assigned, started, finished) of a coder in the study's source."""
    row = SourceProgress.objects.get(source=study.source, coder=coder or study.coder)
    return (row.assigned is not None, row.started is not None, row.finished is not None)


@pytest.mark.parametrize("role", [Role.READER, Role.CODER])
@pytest.mark.parametrize("assigned", [True, False])
def test_only_a_lead_assigns(study: Study, role: str, assigned: bool) -> None:
    member = make_member(study.project, role)
    with pytest.raises(Denied):
        assign(actor=member, sources=[study.source], coders=[study.coder], assigned=assigned)
    assert not SourceProgress.objects.exists()


@pytest.mark.parametrize("role", [Role.READER, Role.CODER, Role.LEAD])
@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("cleared", [True, False])
@pytest.mark.parametrize("handles", [True, False])
def test_to_whom(study: Study, role: str, active: bool, cleared: bool, handles: bool) -> None:
    """A source goes to who takes part, codes, and may see it; anybody else is refused by name, and nothing is done."""
    coder = make_member(study.project, role, name="mottaker", handles_identities=handles)
    Membership.objects.filter(pk=coder.pk).update(active=active)
    coder.refresh_from_db()
    raw = make_source(study.project, title="Rå kilde", cleared=cleared)
    may = active and role != Role.READER and (cleared or handles)
    if may:
        assert give(study, study.source, raw, to=coder) == 2
    else:
        with pytest.raises(Invalid, match="mottaker") as refused:
            give(study, study.source, raw, to=coder)
        if active and role != Role.READER:
            assert "Rå kilde" in str(refused.value) and "cleared of names" in str(refused.value)
    assert SourceProgress.objects.filter(coder=coder, assigned__isnull=False).count() == (2 if may else 0)


def test_a_lead_who_may_not_see_a_source_does_not_give_it_away(study: Study) -> None:
    raw = make_source(study.project, cleared=False)
    lead = make_member(study.project, Role.LEAD)
    coder = make_member(study.project, handles_identities=True)
    with pytest.raises(Denied):
        assign(actor=lead, sources=[raw], coders=[coder], assigned=True)


def test_nobody_of_another_project(study: Study) -> None:
    with pytest.raises(Conflict):
        give(study, to=make_member(make_project()))
    with pytest.raises(Denied):
        give(study, make_source(make_project()))


@pytest.mark.parametrize("what", ["sources", "coders"])
def test_nothing_chosen_is_said(study: Study, what: str) -> None:
    sources = [study.source] if what == "coders" else []
    coders = [study.coder] if what == "sources" else []
    with pytest.raises(Invalid, match="Choose"):
        assign(actor=study.lead, assigned=True, sources=sources, coders=coders)


def test_twice_is_once_and_leaves_one_event(study: Study) -> None:
    assert give(study) == 1
    when = SourceProgress.objects.get().assigned
    assert give(study) == 0
    assert SourceProgress.objects.get().assigned == when
    assert AuditEvent.objects.filter(verb="source.assign").count() == 1
    assert give(study, assigned=False) == 1
    assert give(study, assigned=False) == 0
    assert AuditEvent.objects.filter(verb="source.unassign").count() == 1


def test_taking_back_loses_nothing_that_was_begun_or_finished(study: Study) -> None:
    give(study)
    put(study.coder, study.source, "kaffe", study.code)
    assert progress(study) == (True, True, False)
    give(study, assigned=False)
    assert progress(study) == (False, True, False)
    give(study)
    mark_finished(actor=study.coder, source=study.source, finished=True)
    give(study, assigned=False)
    assert progress(study) == (False, True, True)
    assert study.source.codings.count() == 1


def test_giving_what_was_begun_keeps_when(study: Study) -> None:
    put(study.coder, study.source, "kaffe", study.code)
    started = SourceProgress.objects.get().started
    give(study)
    row = SourceProgress.objects.get()
    assert row.assigned is not None and row.started == started


def test_it_is_undone_and_done_again(study: Study) -> None:
    other = make_source(study.project)
    give(study, study.source, other)
    taken = undo(actor=study.lead, page=ASSIGNING_PAGE)
    assert taken is not None and "assigned sources" in taken.sentence
    assert not SourceProgress.objects.filter(assigned__isnull=False).exists()
    redo(actor=study.lead, page=ASSIGNING_PAGE)
    assert SourceProgress.objects.filter(assigned__isnull=False).count() == 2
    give(study, assigned=False)
    undo(actor=study.lead, page=ASSIGNING_PAGE)
    assert SourceProgress.objects.filter(assigned__isnull=False).count() == 2


def test_undoing_leaves_standing_what_the_coder_has_begun_since(study: Study) -> None:
    give(study)
    put(study.coder, study.source, "kaffe", study.code)
    undo(actor=study.lead, page=ASSIGNING_PAGE)
    assert progress(study) == (False, True, False)


def test_who_is_no_lead_any_more_undoes_no_assignment(study: Study) -> None:
    second = make_member(study.project, Role.LEAD)
    assign(actor=second, sources=[study.source], coders=[study.coder], assigned=True)
    Membership.objects.filter(pk=second.pk).update(role=Role.CODER)
    second.refresh_from_db()
    with pytest.raises(Denied):
        undo(actor=second, page=ASSIGNING_PAGE)
    assert progress(study)[0]


def test_who_leaves_keeps_what_they_have_begun_and_what_they_had_not_is_nobodys(study: Study) -> None:
    other = make_source(study.project)
    give(study, study.source, other)
    put(study.coder, study.source, "kaffe", study.code)
    Membership.objects.filter(pk=study.coder.pk).update(active=False)
    study.coder.refresh_from_db()
    found = team(study.lead)
    assert found.nobody == [other]
    (row,) = [row for row in found.coders if row.member == study.coder]
    assert (row.assigned, row.begun, row.finished) == (2, 1, 0) and not row.member.active
    (work,) = works_in(study.lead, {other.pk: other})[other.pk]
    assert not work.active and work.assigned and not work.counts
    # It can be taken back from them, but not given to them again.
    assert give(study, other, assigned=False) == 1
    with pytest.raises(Invalid, match="no longer takes part"):
        give(study, other)
