"""In a blind project nobody who codes a source learns anything of colleagues' codings in it before they have finished.

The strongest way to say so: whatever a colleague does in a source in which I am blind, every page, every file and every
answer that I can ask for is the same, to the last sign.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.urls.converters import get_converters

from coding.actions.assigning import assign
from coding.actions.attribution import correct_attribution
from coding.actions.codebook import delete_code
from coding.actions.codings import (
    code_passage,
    mark_finished,
    remove_codings,
    resize_coding,
    write_coding_memo,
)
from coding.actions.errors import Conflict, Invalid
from coding.actions.memos import change_memo
from coding.actions.passages import copy_passages
from coding.actions.projects import update_project
from coding.actions.undo import undo
from coding.models import AuditEvent, Code, Coding, Membership, Memo, Project, Role, Source
from coding.reports.blindness import blind_sources, is_blind_in, seen_codings
from coding.reports.coding_page import feed, last_change, payload
from coding.reports.sources import visible_memos
from tests.factories import (
    Study,
    account_of,
    link,
    make_code,
    make_member,
    make_source,
    make_study,
    put,
    text_of,
)
from tests.test_guards import IN_PROJECT, VIEWS

pytestmark = pytest.mark.django_db

HIDDEN = uuid.UUID("2eb4a0de-0000-4000-8000-000000000001")
SAID = "Vi koker kaffe"
MEMO = "Zebrastripet tanke"


class Blind(Study):
    """A blind study with a colleague; a source that all have finished, and one that nobody has begun."""

    colleague: Membership
    done: Source
    fresh: Source


@pytest.fixture
def study() -> Blind:
    study = make_study()
    study.__class__ = Blind
    assert isinstance(study, Blind)
    study.colleague = make_member(study.project, name="zebra")
    study.done = make_source(study.project, title="Ferdig kilde")
    study.fresh = make_source(study.project, title="Urørt kilde")
    link(study.source, "Informant", "Anne", city="Oslo")
    link(study.done, "Informant", "Berit", city="Bergen")
    for coder in (study.coder, study.colleague, study.lead):
        put(coder, study.done, "koker", study.code)
        mark_finished(actor=coder, source=study.done, finished=True)
    put(study.coder, study.source, "tar imot", study.code)
    # Whoever codes it first is its primary coder: who is blind there must not be told.
    assign(actor=study.lead, sources=[study.fresh], coders=[study.coder, study.colleague], assigned=True)
    Memo.objects.create(
        project=study.project, author=study.lead, body="Om kilden", source=study.source,
        created=study.source.created, modified=study.source.created,
    )  # fmt: skip
    update_project(actor=study.lead, blind=True)
    study.project.refresh_from_db()
    return study


def fresh(member: Membership) -> Membership:
    return Membership.objects.select_related("project", "user").get(pk=member.pk)


def blind_lead(study: Blind) -> Membership:
    """A lead who has been given the source."""
    lead = make_member(study.project, Role.LEAD, name="nestleder")
    put(lead, study.done, "folk", study.code)
    assign(actor=study.lead, sources=[study.source, study.fresh], coders=[lead], assigned=True)
    return fresh(lead)


def colleague_codes(study: Blind) -> None:
    """All that a colleague can do to a source: code, write a memo, correct who counts, move bounds, undo, remove."""
    source = Source.objects.select_related("version", "project").get(pk=study.source.pk)
    start = text_of(source).index(SAID)
    place: dict[str, Any] = {"start": start, "end": start + len(SAID)}
    code_passage(actor=study.colleague, source=source, codes=[study.other.uuid], uuids=[HIDDEN], **place)
    write_coding_memo(actor=study.colleague, source=source, coding=HIDDEN, body=MEMO)
    anne = study.project.informants.get(pseudonym="Anne").uuid
    correct_attribution(actor=study.colleague, source=source, coding=HIDDEN, informant=anne, counts=False)
    (other,) = put(study.colleague, source, "imot folk", study.code)
    resize_coding(
        actor=study.colleague, source=source, coding=other.uuid, start=other.start, end=other.end - 1
    )
    undo(actor=study.colleague, page=str(source.uuid))
    (gone,) = put(study.colleague, source, "kaffe og", study.code)
    remove_codings(actor=study.colleague, source=source, uuids=[gone.uuid])
    put(study.colleague, study.fresh, "koker", study.code)


PAGES: dict[str, list[dict[str, str]]] = {
    "matrix": [{"coders": "all", "measure": m, "by": "source"} for m in ("informants", "passages", "words")]
    + [{"coders": "all", "finished": "1", "by": "city"}, {"by": "source", "measure": "sources"}],
    "cell": [{"coders": "all"}],
    "quotations": [{"coders": "all"}],
    "sources": [{"only": only} for only in ("untouched", "unassigned", "mine", "unfinished")]
    + [{"sort": "-codings"}, {"sort": "coders"}, {"q": "zebra"}, {"sort": "status"}],
    "code": [{"below": "1"}, {"q": "kaffe"}],
    "members": [{"sort": "-codings"}],
    "memos": [{"q": "zebra"}, {"kind": "coding"}],
    "coding_changes": [{"after": "0"}],
    "text_review": [{}],
}  # fmt: skip
FILES: dict[str, list[str]] = {"matrix": ["csv"], "quotations": ["csv", "md"], "history": ["csv"]}
# Tokens; and on the list of members when somebody last did anything at all in the project.
_VOLATILE = re.compile(r'(csrfmiddlewaretoken" value=|X-CSRFToken": |<time datetime=)"[^"]*"')
# What the law asks for tells all: it counts what goes with the whole project.
TELL_ALL = {"project_end"}


def answers(study: Blind, member: Membership) -> dict[tuple[str, ...], str]:
    """Whatever the member can ask the project for by GET, and the files, as text."""
    client = Client()
    client.force_login(account_of(member))
    found: dict[tuple[str, ...], str] = {}

    def keep(name: str, url: str, **query: str) -> None:
        answer = client.get(url, query)
        if answer.status_code == 405:
            taking_no_get.add(name)
        else:
            body = f"{answer.status_code} {answer.content.decode('utf-8', 'replace')}"
            found[name, url, *query.values()] = _VOLATILE.sub("", body)

    # The guard asks for the method first: a view that takes no GET of one source or code takes none of any.
    taking_no_get: set[str] = set()
    sources, codes = (study.source, study.done, study.fresh), (study.code, study.other, study.question)
    places = [(code, things_of(study, source, code)) for source in sources for code in codes]
    for name in sorted(IN_PROJECT):
        for code, things in places:
            url = address(name, study, things)
            if (name, url) not in found and name not in taking_no_get:
                for query in ({}, *PAGES.get(name, [])):
                    keep(name, url, **query, **({"code": str(code.uuid)} if name == "cell" else {}))
    for name, formats in FILES.items():
        for form in formats:
            for coders in ("primary", "all"):
                keep(name, reverse(name, args=[study.project.slug]), format=form, coders=coders, by="source")
                # What I took out would stand in my own history, each time at another time.
                AuditEvent.objects.filter(actor=member, verb="export").delete()
    return found


def things_of(study: Blind, source: Source, code: Code) -> dict[str, Any]:
    """What stands in the places of addresses, the hidden coding where a coding belongs."""
    return {
        "source": source.uuid, "code": code.uuid, "page": "codebook", "coding": HIDDEN,
        "informant": study.project.informants.get(pseudonym="Anne").uuid, "member": study.colleague.uuid,
        "memo": study.project.memos.get(coding=None).uuid,
        "attribute": study.project.attributes.order_by("pk")[0].uuid,
    }  # fmt: skip


def address(name: str, study: Blind, things: dict[str, Any]) -> str:
    """The address of a view with things of the study in its places."""
    some = {type(kind): key for key, kind in get_converters().items()}
    stand_in = {"slug": "json", "str": "x", "path": "codebook", "int": 1, "uuid": things["source"]}
    kinds = VIEWS[name].pattern.converters
    kwargs = {key: things.get(key, stand_in[some[type(kind)]]) for key, kind in kinds.items()}
    return reverse(name, kwargs={"slug": study.project.slug} | kwargs)


@pytest.mark.parametrize("who", ["coder", "lead with the source"])
def test_nothing_that_the_blind_can_ask_for_tells_of_a_colleagues_work(study: Blind, who: str) -> None:
    member = study.coder if who == "coder" else blind_lead(study)
    before = answers(study, member)
    colleague_codes(study)
    after = answers(study, member)
    assert len(before) > 60 and sum(text.startswith("200") for text in before.values()) > 45
    assert [key for key in before if after[key] != before[key] and key[0] not in TELL_ALL] == []
    everything = "".join(after.values())
    assert str(HIDDEN) not in re.sub(r'"/[^"]*"', "", everything.replace(MEMO, "")) and MEMO not in everything


@pytest.mark.parametrize("who", ["coder", "lead with the source"])
def test_all_of_it_is_there_when_they_have_finished_and_gone_when_they_open_it_again(
    study: Blind, who: str
) -> None:
    member = study.coder if who == "coder" else blind_lead(study)
    colleague_codes(study)
    blind = answers(study, member)
    mark_finished(actor=member, source=study.source, finished=True)
    seeing = answers(study, member)
    told = {key[0] for key in seeing if seeing[key] != blind.get(key)}
    assert {"source", "source_codings", "code", "codebook", "coding_memos", "coding_changes", "memos"} <= told
    assert {"project", "sources", "members", "matrix", "quotations"} <= told
    assert any(str(HIDDEN) in text for key, text in seeing.items() if key[0] == "source")
    assert any(MEMO in text for key, text in seeing.items() if key[0] == "source_codings")
    mark_finished(actor=member, source=study.source, finished=False)
    assert not any(MEMO in text for text in answers(study, member).values())


STATES = ["nothing", "assigned", "begun", "finished", "begun, taken back"]


@pytest.mark.parametrize(
    ("role", "blind_in"),
    [
        (Role.READER, []),
        (Role.CODER, ["nothing", "assigned", "begun", "begun, taken back"]),
        (Role.LEAD, ["assigned", "begun", "begun, taken back"]),
    ],
)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("blind", [True, False])
def test_who_is_blind_where(study: Blind, role: str, blind_in: list[str], state: str, blind: bool) -> None:
    member = make_member(study.project, Role.LEAD)
    if state in ("assigned", "begun, taken back"):
        assign(actor=study.lead, sources=[study.source], coders=[member], assigned=True)
    if state.startswith("begun"):
        put(member, study.source, "kaffe", study.code)
    if state == "begun, taken back":
        assign(actor=study.lead, sources=[study.source], coders=[member], assigned=False)
    if state == "finished":
        mark_finished(actor=member, source=study.source, finished=True)
    put(study.colleague, study.source, SAID, study.other)
    Membership.objects.filter(pk=member.pk).update(role=role)
    Project.objects.update(blind=blind)
    member = fresh(member)
    expected = blind and state in blind_in
    assert is_blind_in(member, study.source) is expected
    assert (study.source in blind_sources(member)) is expected
    theirs = seen_codings(member).filter(source=study.source).exclude(coder=member)
    assert theirs.exists() is not expected
    # One's own are never hidden.
    assert seen_codings(member).filter(coder=member).count() == (state.startswith("begun"))


def test_another_projects_blindness_is_none_of_ours(study: Blind) -> None:
    other = make_study()
    put(other.lead, other.source, "kaffe", other.code)
    assert not blind_sources(other.coder).exists()
    assert seen_codings(other.coder).count() == 1


def test_the_cursor_is_the_last_change_that_the_blind_may_see(study: Blind) -> None:
    coder, source = fresh(study.coder), study.source
    before = last_change(source, coder)
    colleague_codes(study)
    assert last_change(source, coder) == before
    assert payload(source, coder)["cursor"] == before
    assert feed(source, coder, before) == {
        "rows": [], "gone": [], "cursor": before, "version": source.version_id
    }  # fmt: skip
    (own,) = put(study.coder, source, "folk", study.other)
    told = feed(source, coder, before)
    assert [row[0] for row in told["rows"]] == [str(own.uuid)] and told["gone"] == []
    assert told["cursor"] > before


def test_the_blind_are_told_what_a_colleague_does_to_their_own(study: Blind) -> None:
    """A lead who merges codes changes everybody's codings; of those, only one's own are told of."""
    coder, source = fresh(study.coder), study.source
    colleague_codes(study)
    before = last_change(source, coder)
    spare = make_code(study.project, "Overflødig", study.question)
    (own,) = put(study.coder, source, "kaffe", spare)
    (theirs,) = put(study.colleague, source, "folk", spare)
    after = last_change(source, coder)
    assert after > before
    delete_code(actor=study.lead, code=spare.uuid)
    assert feed(source, coder, after)["gone"] == [str(own.uuid)]
    assert str(theirs.uuid) not in str(feed(source, coder, 0))
    # Nor is the lead told whose they were, where the lead is blind and did it.
    spare = make_code(study.project, "Overflødig igjen", study.question)
    lead = blind_lead(study)
    (theirs,) = put(study.colleague, source, "folk", spare)
    delete_code(actor=lead, code=spare.uuid)
    assert str(theirs.uuid) not in str(feed(source, lead, 0))


def test_nothing_can_be_done_to_what_is_hidden(study: Blind) -> None:
    colleague_codes(study)
    memo = Memo.objects.get(coding__uuid=HIDDEN)
    with pytest.raises(Conflict, match="removed in the meantime"):
        write_coding_memo(actor=fresh(study.coder), source=study.source, coding=HIDDEN, body="x")
    with pytest.raises(Invalid, match="at least one passage"):
        copy_passages(actor=fresh(study.coder), codings=[HIDDEN], to=study.code.uuid)
    lead = blind_lead(study)
    with pytest.raises(Conflict, match="gone"):
        change_memo(actor=lead, memo=memo.uuid, body="x")
    assert memo not in visible_memos(lead) and memo in visible_memos(fresh(study.lead))


def test_a_page_says_beside_its_numbers_what_is_left_out(client: Client, study: Blind) -> None:
    sentence = "Left out: colleagues’ codings in 2 sources that you have not finished (the project is blind)."
    matrix = reverse("matrix", args=[study.project.slug])
    quotations = reverse("quotations", args=[study.project.slug])
    client.force_login(account_of(study.coder))
    page = client.get(matrix).content.decode()
    assert sentence in page
    # Nor is it said of these sources that nobody has coded them.
    assert "Sources not coded yet" not in page
    assert sentence in client.get(matrix, {"format": "csv"}).content.decode()
    assert sentence.replace("(", "").replace(")", "") in client.get(
        quotations, {"format": "md"}
    ).content.decode().replace("(", "").replace(")", "")
    for source in (study.source, study.fresh):
        mark_finished(actor=study.coder, source=source, finished=True)
    assert "Left out" not in client.get(matrix).content.decode()
    assert "Left out" not in client.get(matrix, {"format": "csv"}).content.decode()


def test_finishing_answers_with_all_that_may_be_seen_and_opening_again_with_ones_own(
    client: Client, study: Blind
) -> None:
    colleague_codes(study)
    url = reverse("coding_finished", args=[study.project.slug, study.source.uuid])
    client.force_login(account_of(study.coder))

    def say(finished: int) -> Any:
        return client.post(f"{url}?after=0", {"finished": finished}, "application/json").json()

    told = say(1)
    assert told["blind"] is False and str(HIDDEN) in {row[0] for row in told["all"]}
    told = say(0)
    assert told["blind"] is True
    own = Coding.objects.filter(source=study.source, coder=study.coder)
    assert {row[0] for row in told["all"]} == {str(one.uuid) for one in own}
    Project.objects.update(blind=False)
    assert "all" not in say(1)


def test_a_lead_switches_it_and_the_history_says_so(client: Client, study: Blind) -> None:
    client.force_login(account_of(study.lead))
    url = reverse("project_settings", args=[study.project.slug])
    page = client.get(url).content.decode()
    assert "Coders work blind" in page and "until they have" in page
    client.post(url, {"title": study.project.title, "at_end": "remind"})
    study.project.refresh_from_db()
    assert study.project.blind is False
    change = AuditEvent.objects.filter(verb="project.update").latest("pk").changes.get()
    assert change.before and change.after
    assert (change.before["blind"], change.after["blind"]) == (True, False)
    client.post(url, {"title": study.project.title, "at_end": "remind", "blind": "on"})
    study.project.refresh_from_db()
    assert study.project.blind is True


def test_a_project_that_is_not_blind_pays_nothing(study: Blind) -> None:
    Project.objects.update(blind=False)
    coder = fresh(study.coder)
    assert "sourceprogress" not in str(seen_codings(coder).query).lower()
    with CaptureQueriesContext(connection) as asked:
        assert not blind_sources(coder) and not is_blind_in(coder, study.source)
    assert len(asked) == 0


def test_the_number_of_questions_does_not_grow_with_the_sources(client: Client, study: Blind) -> None:
    pages = ["project", "sources", "members", "matrix", "codebook", "quotations"]
    client.force_login(account_of(study.coder))

    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(page, args=[study.project.slug])).status_code == 200
        return len(seen)

    for page in pages:
        asked(page)
    few = {page: asked(page) for page in pages}
    for _n in range(8):
        source = make_source(study.project)
        for coder in (study.coder, study.colleague):
            put(coder, source, "kaffe", study.code)
    assert {page: asked(page) for page in pages} == few
