"""The overview, the list of sources and a source's details: who may, what they say, what they do."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.actions.codings import mark_finished
from coding.models import AuditEvent, Coding, Informant, Role, Source, SourceValue
from tests.factories import (
    lead_of,
    link,
    make_member,
    make_project,
    make_source,
    make_study,
    make_user,
    put,
)
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db

HOSTILE = '=cmd()<script>alert("x")</script>'


@pytest.fixture
def study():
    return make_study()


def titles(response: Any) -> list[str]:
    return [row.source.title for row in response.context["page"]]


# Who may


PAGES = ["source_details", "source_delete", "speakers"]


@pytest.mark.parametrize("name", ["project", "sources", *PAGES])
def test_nobody_outside_the_project_learns_of_it(client, study, name):
    args = [study.project.slug, *([study.source.uuid] if name in PAGES else [])]
    address = reverse(name, args=args)
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, "source_clear"])
def test_an_uncleared_source_is_only_for_who_handles_identities(client, study, name):
    hidden = make_source(study.project, cleared=False)
    answer = (
        do(client, study.coder, name, hidden.uuid)
        if name == "source_clear"
        else see(client, study.coder, name, hidden.uuid)
    )
    assert answer.status_code == 403
    assert hidden.title not in said(answer)
    handler = make_member(study.project, Role.LEAD, handles_identities=True)
    if name != "source_clear":
        assert see(client, handler, name, hidden.uuid).status_code == 200


def test_the_list_hides_uncleared_sources_but_says_how_many(client, study):
    hidden = make_source(study.project, title="Hemmelig navn", cleared=False)
    page = said(see(client, study.coder, "sources"))
    assert "Hemmelig navn" not in page
    assert see(client, study.coder, "sources").context["hidden"] == 1
    assert see(client, study.coder, "project").context["counts"].sources == 1
    assert hidden.title in said(see(client, study.lead, "sources"))


@pytest.mark.parametrize("name", ["source_clear", "source_delete"])
def test_a_reader_changes_nothing(client, study, name):
    reader = make_member(study.project, Role.READER)
    assert do(client, reader, name, study.source.uuid).status_code == 403
    assert (
        do(client, reader, "source_details", study.source.uuid, title="Nytt", kind="interview").status_code
        == 403
    )
    assert Source.objects.get().title == study.source.title
    page = said(see(client, reader, "source_details", study.source.uuid))
    assert '<input type="text" name="title"' not in page


def test_only_a_lead_deletes(client, study):
    assert see(client, study.coder, "source_delete", study.source.uuid).status_code == 403
    assert do(client, study.coder, "source_delete", study.source.uuid).status_code == 403
    assert Source.objects.exists()


# The list


def test_the_number_of_queries_does_not_grow_with_the_sources(client, study):
    put(study.coder, study.source, "kaffe", study.code)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            see(client, study.lead, "sources")
        return len(seen)

    queries()
    few = queries()
    for number in range(12):
        source = make_source(study.project)
        link(source, "Informant", f"Person {number}", city="Oslo")
        put(study.coder, source, "kaffe", study.code)
    assert queries() == few


def test_a_row_says_who_codes_and_how_far(client, study):
    put(study.coder, study.source, "kaffe", study.code, study.other)
    put(study.lead, study.source, "kaffe", study.code)
    mark_finished(actor=study.coder, source=study.source, finished=True)
    (row,) = see(client, study.lead, "sources").context["page"]
    assert (row.words, row.codings, row.finished, row.unlinked) == (11, 3, 1, 1)
    assert {coder.name: (coder.codings, coder.is_counted, bool(coder.finished)) for coder in row.coders} == {
        study.coder.name: (2, True, True),
        study.lead.name: (1, False, False),
    }


@pytest.fixture
def several(study):
    """Three more sources, of which one is coded."""
    project = study.project
    group = make_source(project, title="Fokusgruppe Bergen", kind="focus_group")
    make_source(project, ((None, "Et langt dokument " * 40),), title="Årsmelding", kind="document")
    make_source(project, title="Intervju Ålesund")
    link(group, "Informant", "Berit", city="Bergen")
    put(study.coder, group, "kaffe", study.code)
    Source.objects.filter(title="Årsmelding").update(held_on="2020-01-31")
    Source.objects.filter(title="Intervju Ålesund").update(held_on="2020-03-24")
    study.source.title = "intervju 10"
    study.source.save()
    return study


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("", "Fokusgruppe Bergen", "Årsmelding"),
        ("-title", "Årsmelding", "Fokusgruppe Bergen"),
        ("-words", "Årsmelding", None),
        ("-codings", "Fokusgruppe Bergen", None),
        ("date", "Årsmelding", None),
        ("-date", "Intervju Ålesund", None),
        ("-status", "Fokusgruppe Bergen", None),
        ("-coders", "Fokusgruppe Bergen", None),
        ("nonsense", "Fokusgruppe Bergen", "Årsmelding"),
    ],
)
def test_it_sorts(client, several, sort, first, last):
    found = titles(see(client, several.lead, "sources", sort=sort))
    assert found[0] == first
    assert last is None or found[-1] == last


def test_it_searches_title_city_kind_and_coder(client, several):
    for query, expected in {
        "BERGEN": ["Fokusgruppe Bergen"],
        "årsmel": ["Årsmelding"],
        "INTERVJU": ["intervju 10", "Intervju Ålesund"],
        several.coder.name: ["Fokusgruppe Bergen"],
        "finnes ikke": [],
    }.items():
        assert sorted(titles(see(client, several.lead, "sources", q=query)))[: len(expected)] == sorted(
            expected
        )


def test_it_shows_only_what_waits(client, several):
    make_source(several.project, title="Ny", cleared=False)
    assert titles(see(client, several.lead, "sources", only="uncleared")) == ["Ny"]
    unlinked = titles(see(client, several.lead, "sources", only="unlinked"))
    assert "Fokusgruppe Bergen" not in unlinked and "Årsmelding" not in unlinked
    assert "Fokusgruppe Bergen" not in titles(see(client, several.lead, "sources", only="untouched"))


def test_a_search_as_one_types_gets_the_rows_alone(client, several):
    client.force_login(several.lead.user)
    address = reverse("sources", args=[several.project.slug])
    part = client.get(address, {"q": "bergen"}, headers={"hx-request": "true"})
    assert "<html" not in said(part) and "Fokusgruppe Bergen" in said(part)


def test_names_are_shown_as_they_are_and_never_run(client, study):
    source = make_source(
        study.project, (("<b>X</b>", "Noe å si om dette."),), title=HOSTILE + "اسم" + "x" * 150
    )
    for name in ("project", "sources", "informants"):
        page = said(see(client, study.lead, name))
        assert "<script>alert" not in page and "<b>X</b>" not in page
    for name in PAGES:
        page = said(see(client, study.lead, name, source.uuid))
        assert "<script>alert" not in page and "<b>X</b>" not in page
        assert "&lt;script&gt;alert" in page


def test_an_empty_project_says_what_to_do_next(client):
    lead = lead_of(make_project())
    assert reverse("import", args=[lead.project.slug]) in said(see(client, lead, "sources"))
    reader = make_member(lead.project, Role.READER)
    assert reverse("import", args=[lead.project.slug]) not in said(see(client, reader, "sources"))


# The overview


def test_the_overview_takes_a_coder_back_to_the_last_place(client, study):
    put(study.coder, study.source, "kaffe", study.code)
    (last,) = put(study.coder, study.source, "tar imot", study.code)
    address = reverse("source", args=[study.project.slug, study.source.uuid])
    assert f"{address}#o={last.start}-{last.end}" in said(see(client, study.coder, "project"))
    assert f"{address}#o=" not in said(see(client, study.lead, "project"))


def test_the_overview_counts_what_the_member_sees(client, study):
    hidden = make_source(study.project, cleared=False)
    put(study.lead, hidden, "kaffe", study.code)
    put(study.coder, study.source, "kaffe", study.code)
    assert see(client, study.coder, "project").context["counts"].codings == 1
    assert see(client, study.lead, "project").context["counts"].codings == 2


# Clearing, details, deleting


def test_one_click_clears_and_it_can_be_undone(client, study):
    hidden = make_source(study.project, cleared=False)
    answer = do(client, study.lead, "source_clear", hidden.uuid, next="/p/elsewhere/?only=uncleared")
    assert answer.headers["location"] == "/p/elsewhere/?only=uncleared"
    assert see(client, study.coder, "source_details", hidden.uuid).status_code == 200
    do(client, study.lead, "undo", f"{hidden.uuid}/s")
    assert see(client, study.coder, "source_details", hidden.uuid).status_code == 403
    do(client, study.lead, "source_clear", hidden.uuid)
    do(client, study.lead, "source_clear", hidden.uuid, cleared="0")
    assert see(client, study.coder, "source_details", hidden.uuid).status_code == 403


def test_next_never_leads_to_another_site(client, study):
    answer = do(client, study.lead, "source_clear", study.source.uuid, next="https://example.org/")
    assert answer.headers["location"] == reverse("sources", args=[study.project.slug])


def test_details_are_saved_and_can_be_undone(client, study):
    sent = {
        "title": "  Intervju   Bodø ",
        "kind": "document",
        "held_on": "2020-03-24",
        "value_city": "Bodø",
        "value_informant_type": "",
    }
    do(client, study.coder, "source_details", study.source.uuid, **sent)
    source = Source.objects.get()
    assert (source.title, source.kind, str(source.held_on)) == ("Intervju Bodø", "document", "2020-03-24")
    assert [row.value.name for row in SourceValue.objects.all()] == ["Bodø"]
    assert "Bodø" in said(see(client, study.coder, "source_details", source.uuid))
    do(client, study.coder, "undo", f"{source.uuid}/s")
    assert Source.objects.get().title == study.source.title
    assert not SourceValue.objects.exists()


def test_saving_what_stands_offers_nothing_to_undo(client, study):
    sent = {"title": study.source.title, "kind": "interview", "held_on": ""}
    do(client, study.coder, "source_details", study.source.uuid, **sent)
    assert not AuditEvent.objects.filter(verb="source.update").exists()
    assert reverse("undo", args=[study.project.slug, f"{study.source.uuid}/s"]) not in said(
        see(client, study.coder, "source_details", study.source.uuid)
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "OPPTATT"}, "title"),
        ({"held_on": "i går"}, "held_on"),
        ({"kind": "film"}, "kind"),
        ({"value_city": "x" * 201}, "value_city"),
    ],
)
def test_an_error_stands_at_its_field_and_keeps_what_was_typed(client, study, changed, field):
    make_source(study.project, title="Opptatt")
    sent = {"title": "Nytt navn", "kind": "interview", "held_on": "", "value_city": "Bodø"} | changed
    answer = do(client, study.coder, "source_details", study.source.uuid, **sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"][field].value() == sent[field]
    assert not SourceValue.objects.exists()


def test_only_a_lead_says_whose_codings_count(client, study):
    put(study.coder, study.source, "kaffe", study.code)
    put(study.lead, study.source, "kaffe", study.code)
    sent = {"title": study.source.title, "kind": "interview", "primary_coder": str(study.lead.uuid)}
    do(client, study.coder, "source_details", study.source.uuid, **sent)
    assert Source.objects.get().primary_coder == study.coder
    do(client, study.lead, "source_details", study.source.uuid, **sent)
    assert Source.objects.get().primary_coder == study.lead


def test_deleting_says_what_goes_along_and_takes_it(client, study):
    link(study.source, "Informant", "Ola")
    put(study.coder, study.source, "kaffe", study.code)
    put(study.lead, study.source, "kaffe", study.code)
    along = see(client, study.lead, "source_delete", study.source.uuid).context["along"]
    assert (along.words, along.codings, along.coders, along.speakers) == (11, 2, 2, 2)
    do(client, study.lead, "source_delete", study.source.uuid)
    assert not Source.objects.exists() and not Coding.objects.exists()
    assert Informant.objects.exists()


def test_a_source_of_another_project_is_not_found(client, study):
    other = make_source(make_project())
    assert see(client, study.lead, "source_details", other.uuid).status_code == 404
    assert do(client, study.lead, "source_delete", other.uuid).status_code == 404
    assert Source.objects.count() == 2


def test_a_word_that_no_title_holds_is_searched_for_in_the_texts(client, study):
    address = reverse("search", args=[study.project.slug])
    assert f'href="{address}">Search the texts</a>' in said(see(client, study.coder, "sources"))
    page = said(see(client, study.coder, "sources", q="kaffe og te"))
    assert f'href="{address}?q=kaffe%20og%20te">Search the texts for “kaffe og te”</a>' in page
