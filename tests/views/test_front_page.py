"""The front page of a project, and the list of who has which source: for coders, leads, readers and beginners."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.actions.assigning import assign
from coding.actions.codebook import propose_code
from coding.actions.codings import mark_finished, remove_codings
from coding.models import Membership, Project, Reading, Role, Source, SourceProgress
from coding.reports.mine import my_sources
from coding.reports.team import team
from tests.factories import Study, lead_of, make_member, make_project, make_source, make_study, put
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def give(study: Study, *sources: Source, to: Membership | None = None) -> None:
    assign(actor=study.lead, sources=sources, coders=[to or study.coder], assigned=True)


# Mine


def test_mine_are_what_i_have_what_i_began_and_what_i_read_the_last_one_first(study: Study) -> None:
    read, assigned, begun, finished = (make_source(study.project, title=title) for title in "ABCD")
    make_source(study.project, title="Not mine")
    give(study, assigned, finished)
    put(study.coder, finished, "kaffe", study.code)
    mark_finished(actor=study.coder, source=finished, finished=True)
    put(study.coder, begun, "kaffe", study.code)
    Reading.objects.create(source=read, member=study.coder, spans=[[0, 4]], position=2)
    found = my_sources(study.coder)
    assert [one.source.title for one in found] == ["A", "C", "B", "D"]
    states = {one.source.title: (one.assigned, one.opened, one.begun, one.finished) for one in found}
    assert states == {
        "A": (False, True, False, False),
        "B": (True, False, False, False),
        "C": (False, True, True, False),
        "D": (True, True, True, True),
    }


def test_read_coded_and_finished_are_three_things(client: Client, study: Study) -> None:
    # 51 characters; of 11 words 7 are an informant's.
    put(study.coder, study.source, "Vi koker", study.code)
    put(study.coder, study.source, "koker kaffe", study.other)
    Reading.objects.create(source=study.source, member=study.coder, spans=[[0, 25]], position=19)
    (one,) = my_sources(study.coder)
    assert (one.reading.read_percent, one.reading.coded_percent, one.finished) == (49, 43, False)
    mark_finished(actor=study.coder, source=study.source, finished=True)
    (one,) = my_sources(study.coder)
    assert (one.reading.read_percent, one.reading.coded_percent, one.finished) == (49, 43, True)


def test_the_link_opens_where_i_stopped(client: Client, study: Study) -> None:
    (last,) = put(study.coder, study.source, "kaffe", study.code)
    address = reverse("source", args=[study.project.slug, study.source.uuid])
    assert f'href="{address}#o={last.start}-{last.end}"' in said(see(client, study.coder, "project"))
    # Where reading is noted, the page opens there by itself.
    Reading.objects.create(source=study.source, member=study.coder, spans=[[0, 9]], position=5)
    page = said(see(client, study.coder, "project"))
    assert f'href="{address}"' in page and f"{address}#o=" not in page


def test_what_is_next_is_said(client: Client, study: Study) -> None:
    page = said(see(client, study.coder, "project"))
    assert "No source is yours yet" in page
    give(study, study.source)
    page = said(see(client, study.coder, "project"))
    assert "Next: assigned to you, not begun yet" in page and ">Begin<" in page
    put(study.coder, study.source, "kaffe", study.code)
    page = said(see(client, study.coder, "project"))
    assert "Go on where you stopped" in page and ">Go on<" in page
    mark_finished(actor=study.coder, source=study.source, finished=True)
    assert "You have finished all your sources" in said(see(client, study.coder, "project"))


def test_an_assigned_source_that_is_no_longer_cleared_is_not_named(client: Client, study: Study) -> None:
    secret = make_source(study.project, title="Ukjentvik")
    give(study, secret)
    Source.objects.filter(pk=secret.pk).update(cleared=None)
    assert my_sources(study.coder) == []
    assert "Ukjentvik" not in said(see(client, study.coder, "project"))


# The team


def test_a_lead_sees_who_has_what_and_how_far(client: Client, study: Study) -> None:
    second, third = make_source(study.project, title="Andre"), make_source(study.project, title="Tredje")
    other = make_member(study.project, name="Annen koder")
    give(study, study.source, second)
    give(study, second, to=other)
    put(study.coder, study.source, "Vi koker kaffe og tar imot folk.", study.code)
    mark_finished(actor=study.coder, source=study.source, finished=True)
    found = team(study.lead)
    row = next(row for row in found.coders if row.member == study.coder)
    assert (row.assigned, row.begun, row.finished) == (2, 0, 1)
    # 7 of the informants' 14 words in the two sources that they have.
    assert (row.coded.words, row.coded.of) == (7, 14)
    assert found.nobody == [third]
    assert [(source, [work.name for work in works]) for source, works in found.several] == [
        (second, sorted([study.coder.name, "Annen koder"], key=str.casefold))
    ]
    page = said(see(client, study.lead, "project"))
    assert "The team" in page and "With two or more" in page and "?only=unassigned" in page


@pytest.mark.parametrize(("role", "sees"), [(Role.READER, False), (Role.CODER, False), (Role.LEAD, True)])
def test_the_team_is_for_leads(client: Client, study: Study, role: str, sees: bool) -> None:
    member = make_member(study.project, role)
    assert (see(client, member, "project").context["team"] is not None) is sees


def test_what_others_read_is_told_to_nobody(client: Client, study: Study) -> None:
    """Where and how much somebody has read is for them alone."""
    give(study, study.source)
    before = said(see(client, study.lead, "project"))
    Reading.objects.create(source=study.source, member=study.coder, spans=[[0, 40]], position=39)

    def without_token(page: str) -> str:
        return "".join(line for line in page.splitlines(True) if "csrf" not in line.lower())

    assert without_token(said(see(client, study.lead, "project"))) == without_token(before)


def test_a_blind_lead_is_told_of_colleagues_only_what_is_no_judgement(study: Study) -> None:
    Project.objects.update(blind=True)
    lead = Membership.objects.select_related("project").get(pk=study.lead.pk)
    give(study, study.source)
    give(study, study.source, to=study.lead)
    put(study.coder, study.source, "kaffe", study.code)

    def told() -> tuple[bool, bool, int, int]:
        row = next(row for row in team(lead).coders if row.member == study.coder)
        ((_source, work),) = row.works
        return work.assigned is not None, work.begun, work.codings, work.coded.words

    assert told() == (True, False, 0, 0)
    # What is not told does not stand as nothing in the sum.
    assert next(row for row in team(lead).coders if row.member == study.coder).coded.of == 0
    mark_finished(actor=lead, source=study.source, finished=True)
    assert told() == (True, True, 1, 1)


def test_what_waits_and_what_is_new(client: Client, study: Study) -> None:
    propose_code(actor=study.coder, name="Ny tanke")
    put(study.coder, study.source, "kaffe", study.code)
    page = see(client, study.lead, "project")
    assert page.context["proposed"] == 1 and "waits for a place in the codebook" in said(page)
    assert "since you were last at work here" in said(page)
    assert (page.context["news"].codings, page.context["news"].codes) == (1, 1)
    assert "waits for a place" not in said(see(client, study.coder, "project"))


# Readers and beginners


def test_a_reader_gets_something_to_read_and_is_asked_to_do_nothing(client: Client, study: Study) -> None:
    reader = make_member(study.project, Role.READER)
    page = said(see(client, reader, "project"))
    assert "Read a source" in page and study.source.title in page
    for word in ("Import sources", "Assign", "The team", "is yours"):
        assert word not in page
    Reading.objects.create(source=study.source, member=reader, spans=[[0, 9]], position=5)
    assert "Where you stopped reading" in said(see(client, reader, "project"))


@pytest.mark.parametrize("role", [Role.READER, Role.CODER, Role.LEAD])
def test_an_empty_project_says_what_to_do_first(client: Client, role: str) -> None:
    project = make_project()
    member = lead_of(project) if role == Role.LEAD else make_member(project, role)
    page = said(see(client, member, "project"))
    assert "From transcripts to quotations" in page and "My sources" not in page
    assert (f'href="{reverse("import", args=[project.slug])}"' in page) is (role != Role.READER)


# Query counts


@pytest.mark.parametrize("role", [Role.READER, Role.CODER, Role.LEAD])
@pytest.mark.parametrize("page", ["project", "sources"])
def test_the_number_of_questions_is_fixed(client: Client, study: Study, role: str, page: str) -> None:
    member = study.lead if role == Role.LEAD else make_member(study.project, role)

    def more() -> None:
        source = make_source(study.project)
        coders = [study.coder, make_member(study.project)]
        for coder in coders:
            give(study, source, to=coder)
            put(coder, source, "kaffe", study.code)
        Reading.objects.create(source=source, member=member, spans=[[0, 4]], position=3)
        if role != Role.READER:
            put(member, source, "folk", study.code)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert see(client, member, page).status_code == 200
        return len(seen)

    more()
    asked()
    few = asked()
    for _n in range(6):
        more()
    assert asked() == few


# The list


def row_of(client: Client, member: Membership, source: Source) -> Any:
    rows = see(client, member, "sources").context["page"]
    return next(row for row in rows if row.source == source)


def test_the_list_assigns_and_takes_back_and_undoes(client: Client, study: Study) -> None:
    second = make_source(study.project)
    keys = [str(study.source.uuid), str(second.uuid)]
    back = reverse("sources", args=[study.project.slug]) + "?only=unassigned"
    sent = {"source": keys, "coder": str(study.coder.uuid), "next": back}
    answer = do(client, study.lead, "sources_assign", do="assign", **sent)
    assert answer.headers["location"] == back
    assert SourceProgress.objects.filter(coder=study.coder, assigned__isnull=False).count() == 2
    page = said(see(client, study.lead, "sources"))
    assert f"{study.coder.name} has 2 sources more." in page
    assert reverse("undo", args=[study.project.slug, "sources"]) in page
    assert row_of(client, study.lead, second).is_assigned
    do(client, study.lead, "sources_assign", do="take", **sent | {"source": keys[:1]})
    assert [row.source for row in see(client, study.coder, "sources", only="mine").context["page"]] == [
        second
    ]
    unassigned = see(client, study.coder, "sources", only="unassigned").context["page"]
    assert [row.source for row in unassigned] == [study.source]
    do(client, study.lead, "undo", "sources")
    assert SourceProgress.objects.filter(assigned__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"source": []}, "Choose at least one source."),
        ({"coder": ""}, "Choose a coder."),
        ({"coder": "x"}, "Choose a coder."),
        ({"source": ["x"]}, "A source is gone."),
        ({"source": ["00000000-0000-4000-8000-000000000000"]}, "A source is gone."),
    ],
)
def test_what_cannot_be_assigned_is_said_in_a_sentence(
    client: Client, study: Study, changed: dict[str, Any], sentence: str
) -> None:
    sent = {"source": [str(study.source.uuid)], "coder": str(study.coder.uuid), "do": "assign"} | changed
    do(client, study.lead, "sources_assign", **sent)
    assert sentence in said(see(client, study.lead, "sources"))
    assert not SourceProgress.objects.exists()


@pytest.mark.parametrize(("role", "may"), [(Role.READER, False), (Role.CODER, False), (Role.LEAD, True)])
def test_only_leads_tick_sources(client: Client, study: Study, role: str, may: bool) -> None:
    member = make_member(study.project, role)
    assert ('name="source"' in said(see(client, member, "sources"))) is may


def test_who_left_is_named_as_such_and_their_sources_can_be_taken_back(client: Client, study: Study) -> None:
    give(study, study.source)
    Membership.objects.filter(pk=study.coder.pk).update(active=False)
    page = said(see(client, study.lead, "sources"))
    assert "No longer takes part" in page and "No longer code here" in page
    assert not row_of(client, study.lead, study.source).is_assigned
    do(
        client,
        study.lead,
        "sources_assign",
        source=[str(study.source.uuid)],
        coder=str(study.coder.uuid),
        do="take",
    )
    assert "No longer takes part" not in said(see(client, study.lead, "sources"))


def test_the_page_of_a_source_says_who_has_it(client: Client, study: Study) -> None:
    give(study, study.source)
    codings = put(study.coder, study.source, "Vi koker kaffe og tar imot folk.", study.code)
    page = said(see(client, study.coder, "source_details", study.source.uuid))
    assert "Who has it" in page and "1 coding, 100 %" in page
    remove_codings(actor=study.coder, source=study.source, uuids=[one.uuid for one in codings])
    assert "1 coding" not in said(see(client, study.coder, "source_details", study.source.uuid))
