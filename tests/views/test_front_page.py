"""The front page of a project, and the list of who has which source: for coders, leads, readers and beginners."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.actions.assigning import assign
from coding.actions.codebook import propose_code
from coding.actions.codings import mark_finished, remove_codings
from coding.actions.comments import comment, resolve
from coding.actions.summaries import Cell, take_step, write_summary
from coding.actions.themes import create_theme
from coding.models import Membership, Project, Reading, Role, Source, SourceProgress
from coding.models.themes import BY_INFORMANT
from coding.reports.mine import my_sources
from coding.reports.team import team
from tests.factories import Study, lead_of, make_member, make_project, make_source, make_study, put
from tests.themes import Themed, make_themed
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def give(study: Study | Themed, *sources: Source, to: Membership | None = None) -> None:
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


def test_what_is_read_to_the_end_and_coded_stands_behind_what_is_not(client: Client, study: Study) -> None:
    through, half, assigned, finished, only_read = (make_source(study.project, title=t) for t in "ABCDE")
    give(study, assigned, finished)
    for source in (finished, half, through):
        put(study.coder, source, "kaffe", study.code)
    mark_finished(actor=study.coder, source=finished, finished=True)
    for source in (only_read, through):
        characters = source.version.characters
        Reading.objects.create(source=source, member=study.coder, spans=[[0, characters]], position=2)
    found = my_sources(study.coder)
    # Read last are A and E; who has only read E will come back to code it.
    assert [one.source.title for one in found] == ["E", "B", "C", "A", "D"]
    assert [one.source.title for one in found if one.through] == ["A"]
    for source in (only_read, half):
        mark_finished(actor=study.coder, source=source, finished=True)
    page = see(client, study.coder, "project")
    assert page.context["next"].source == assigned
    assert "Next: assigned to you, not begun yet" in said(page) and "Read to the end" in said(page)
    mark_finished(actor=study.coder, source=assigned, finished=True)
    page = see(client, study.coder, "project")
    assert page.context["next"].source == through
    assert "Read to the end. Mark it as finished when nothing more is to be coded." in said(page)


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
    assert (
        "The team" in page
        and "With two coders or more" in page
        and "With nobody" in page
        and "?only=unassigned" in page
    )


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


def test_one_proposed_code_is_placed_and_two_are(client: Client, study: Study) -> None:
    propose_code(actor=study.coder, name="Ny tanke")
    assert ">Place it</a>" in said(see(client, study.lead, "project"))
    propose_code(actor=study.coder, name="Enda en tanke")
    assert ">Place them</a>" in said(see(client, study.lead, "project"))


def test_nobody_and_several_are_only_said_where_there_are_any(client: Client, study: Study) -> None:
    give(study, study.source)
    page = said(see(client, study.lead, "project"))
    assert "With nobody" not in page and "With two coders or more" not in page


def test_what_waits_is_for_me_or_for_others(client: Client, study: Study) -> None:
    Source.objects.filter(pk=make_source(study.project).pk).update(cleared=None)
    page = said(see(client, study.coder, "project"))
    assert '<h2 id="waiting">Waiting</h2>' in page
    assert "You will see 1 more source when the names are taken out of it." in page
    propose_code(actor=study.coder, name="Ny tanke")
    assert '<h2 id="waiting">Waiting for you</h2>' in said(see(client, study.lead, "project"))


def test_summaries_that_wait_for_me_stand_on_the_front_page(client: Client) -> None:
    study = make_themed()
    study.write("De koker kaffe.")
    lead, coder = (see(client, who, "project") for who in (study.lead, study.coder))
    assert (lead.context["summaries"], coder.context["summaries"]) == ([], [])
    study.step(study.coder, "submit")
    address = reverse("summary", args=[study.project.slug, study.theme.uuid])
    page = said(see(client, study.lead, "project"))
    assert "1 summary waits for you:" in page
    assert f'<a href="{address}"><bdi>{study.theme.title}</bdi></a>: to be reviewed' in page
    assert "summary waits for you" not in said(see(client, study.coder, "project"))

    asked = comment(actor=study.lead, cell=study.whole, body="Alle?")
    study.step(study.lead, "ask")
    (one,) = see(client, study.coder, "project").context["summaries"]
    assert one.why == ("changes are asked for", "open comments")
    assert see(client, study.lead, "project").context["summaries"] == []
    # What a colleague answers a lead is for the lead to read, until it is resolved.
    comment(actor=study.coder, cell=study.whole, body="Ja.", answers=asked.uuid)
    (one,) = see(client, study.lead, "project").context["summaries"]
    assert one.why == ("an answer to your comment",)
    resolve(actor=study.coder, cell=study.whole, comment=asked.uuid, resolved=True)
    assert see(client, study.lead, "project").context["summaries"] == []


def test_a_summary_of_a_column_is_named_with_it_and_a_blind_member_is_told_nothing(client: Client) -> None:
    study = make_themed()
    cell = Cell(study.theme.uuid, BY_INFORMANT, str(study.anne.uuid))
    row = study.write("Hun koker.", cell=cell)
    take_step(actor=study.coder, cell=cell, name="submit", revision=row.revision)
    page = said(see(client, study.lead, "project"))
    assert f"<bdi>{study.theme.title}</bdi>, <bdi>Anne</bdi></a>: to be reviewed" in page
    assert f"?by={BY_INFORMANT}&amp;key={study.anne.uuid}" in page
    Project.objects.update(blind=True)
    give(study, study.source, to=study.lead)
    assert see(client, study.lead, "project").context["summaries"] == []


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


def test_who_codes_first_of_several_is_said_in_words(client: Client, study: Study) -> None:
    put(study.coder, study.source, "kaffe", study.code)
    assert "Counted coder" not in said(see(client, study.lead, "sources"))
    give(study, study.source, to=make_member(study.project))
    assert "Counted coder</span>" in said(see(client, study.lead, "sources"))


@pytest.mark.parametrize("handles", [True, False])
def test_the_steps_name_the_names_and_the_colleagues(client: Client, handles: bool) -> None:
    project = make_project()
    member = lead_of(project)
    Membership.objects.filter(pk=member.pk).update(handles_identities=handles)
    member.refresh_from_db()
    page = see(client, member, "project").content.decode()
    steps = re.findall(r"<(?:a href=[^>]*|strong)>([^<]+)</(?:a|strong)>\s*<p class=\"row-more\"", page)
    assert steps == [
        "Import interviews and focus groups",
        "Take the names out",
        "Say who speaks",
        "Make the codebook",
        "Invite your colleagues",
        "Read and code",
        "Count and compare",
        "Take the quotations out",
    ]
    assert (f'<a href="{reverse("names", args=[project.slug])}">Take the names out' in page) is handles
    assert page.count("Begun") == 0
    make_source(project, cleared=False)
    make_member(project)
    assert see(client, member, "project").content.decode().count("Begun") == 1 + handles


# Query counts


@pytest.mark.parametrize("role", [Role.READER, Role.CODER, Role.LEAD])
@pytest.mark.parametrize("page", ["project", "sources"])
def test_the_number_of_questions_is_fixed(client: Client, study: Study, role: str, page: str) -> None:
    member = study.lead if role == Role.LEAD else make_member(study.project, role)

    def more() -> None:
        source = make_source(study.project)
        theme = create_theme(actor=study.lead, title=f"Tema {source.pk}")
        cell = Cell(theme.uuid)
        row = write_summary(actor=study.coder, cell=cell, body="Noe.", revision=0)
        take_step(actor=study.coder, cell=cell, name="submit", revision=row.revision)
        comment(actor=study.lead, cell=cell, body="Alle?")
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
    page = said(see(client, member, "sources"))
    assert ('name="source"' in page) is may
    # Said before anything is ticked; what takes a source from somebody says so.
    assert ("To assign sources, tick them and choose who is to have them." in page) is may
    assert ('value="take">Take from</button>' in page) is may


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
