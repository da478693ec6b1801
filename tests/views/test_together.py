"""The pages of codes together, of queries and of saved views: what they show, open, and leave as a file."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from coding.actions.views import save_view, share_view
from coding.models import AuditEvent, Coding, SavedView
from tests.factories import Study, account_of, make_member, make_study, put
from tests.talk import talk_of_money

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return talk_of_money()


def page(client, study: Study, name: str, member=None, **query) -> str:
    client.force_login(account_of(member or study.coder))
    response = client.get(reverse(name, args=[study.project.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_pair_opens_as_many_passages_as_it_says(client, study):
    html = page(client, study, "together")
    (line,) = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", html, re.DOTALL)
    # Where there are fewer than five informants no percentage is given.
    assert "1 of 2 5 of 18 1 of 1 · 1 of 2" in words(line)
    address = unescape(re.search(r'href="([^"]+together/pair[^"]+)"', line)[1])
    behind = client.get(address).content.decode()
    assert "1 informant of 2 · 1 passage with “Økonomi” · 1 passage with “Lokaler”" in words(behind)
    marked = re.findall(r'<mark class="lit (\w+)">([^<]+)</mark>', behind)[3:]
    assert marked == [
        ("first", "Vi fikk støtte fra bydelen, "),
        ("both", "og så kjøpte vi kaffe"),
        ("second", " for pengene."),
    ]


def test_by_the_same_informant_both_sides_are_shown(client, study):
    put(study.coder, study.source, "det er trangt", study.code)
    query = {"way": "informant", "first": str(study.code.uuid), "second": str(study.other.uuid)}
    html = words(page(client, study, "together_pair", **query))
    assert "2 informants of 2" in html
    assert "det er trangt" in html
    assert "Vi låner et lokale av kommunen" in html


def test_codes_by_codes_leaves_a_branch_out_and_says_so(client, study):
    html = page(client, study, "together", show="grid")
    rows = {
        words(head): [words(cell) for cell in re.findall(r"<td.*?</td>", cells, re.DOTALL)]
        for head, cells in re.findall(r'<th class="stick level[^>]*>(.*?)</th>(.*?)</tr>', html, re.DOTALL)
    }
    assert rows == {
        "P1 Drift": ["· the same branch"] * 3,
        "Økonomi": ["· the same branch", "· the same branch", "1 of 2"],
        "Lokaler": ["· the same branch", "1 of 2", "· the same branch"],
    }


def test_a_pair_of_one_branch_has_nothing_behind_it(client, study):
    client.force_login(account_of(study.coder))
    address = reverse("together_pair", args=[study.project.slug])
    query = {"first": study.question.uuid, "second": study.code.uuid, "roll": "1"}
    assert client.get(address, query).status_code == 404


def test_the_file_says_what_the_page_says_and_how_it_was_counted(client, study):
    client.force_login(account_of(study.coder))
    address = reverse("together", args=[study.project.slug])
    content = client.get(address, {"format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[1] == [
        "P1 Drift > Økonomi",
        "P1 Drift > Lokaler",
        "1",
        "2",
        "1",
        "1",
        "1",
        "2",
        "5",
        "18",
        "",
    ]
    assert "passage of the other overlap" in rows[-1][0]
    book = load_workbook(io.BytesIO(client.get(address, {"format": "xlsx"}).content))
    assert [sheet.max_row for sheet in book] == [4, 5]
    assert AuditEvent.objects.filter(verb="export", details__what="cooccurrence").count() == 2


def test_the_command_gives_the_same(study):
    out = io.StringIO()
    call_command(
        "cooccurrence",
        "--project",
        study.project.slug,
        "--flat",
        "--format",
        "json",
        stdout=out,
        language="en",
    )
    told = json.loads(out.getvalue())
    (pair,) = told["pairs"]
    assert (pair["first"]["path"], pair["second"]["path"]) == (
        ["P1 Drift", "Økonomi"],
        ["P1 Drift", "Lokaler"],
    )
    assert (told["base"], pair["informants"], pair["passages"]) == (2, 1, [1, 1])
    assert (pair["words_in_both"], pair["words_in_either"]) == (5, 18)


def test_nothing_coded_says_what_to_do_next(client):
    study = make_study()
    assert "Nothing is coded yet" in page(client, study, "together")
    assert "No passage fits" in page(client, study, "queries", code=str(study.code.uuid))


def row(code="", below="1", said="", join="and", way="overlap", n="1"):
    return [("join", join), ("code", str(code)), ("below", below), ("words", said), ("way", way), ("n", n)]


def ask(client, study, *rows, member=None, **more):
    client.force_login(account_of(member or study.coder))
    query = urlencode([pair for one in rows for pair in one] + list(more.items()))
    return client.get(
        f"{reverse('queries', args=[study.project.slug])}?{query}", follow=True
    ).content.decode()


def test_a_query_is_said_in_words_and_shows_what_it_finds(client, study):
    html = ask(client, study, row(study.other.uuid), row(said="kaffe"))
    told = words(html)
    assert "Passages with “Lokaler”, and, in the same words, the words kaffe." in told
    assert "1 passage · 1 informant of 2 · 1 source" in told
    assert '<mark class="lit hit">kaffe</mark>' in html
    assert "Anne" in told


def test_a_row_can_be_added_and_taken_away_without_a_script(client, study):
    two = [row(study.other.uuid), row(said="kaffe")]
    assert ask(client, study, *two, add="1").count('class="condition"') == 3
    html = ask(client, study, *two, remove="1")
    assert html.count('class="condition"') == 1
    assert "2 passages" in words(html)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([row(said="kaffe")] * 21, "at most 20 conditions"),
        ([row(said="ord " * 400)], "at most 40 words"),
        ([row("nonsense")], "no longer in the codebook"),
        ([row(said="kaffe"), row(said="te", way="near", n="1000")], "from 0 to 100"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(client, study, rows, reason):
    html = ask(client, study, *rows)
    assert reason in words(html)
    assert 'role="alert"' in html


def test_a_code_goes_on_all_results_after_a_look_and_is_undone_at_once(client, study):
    put(study.coder, study.source, "Vi låner et lokale av kommunen", study.question)
    html = ask(client, study, row(study.other.uuid), spread=str(study.question.uuid))
    assert "2 passages are found. You have put the code on 1 of them already" in words(html)
    action = re.search(r'<form class="panel[^>]*action="([^"]+)"', html)[1]
    seen = re.search(r'name="seen" value="([^"]+)"', html)[1]
    fields = {"code": str(study.question.uuid), "seen": seen}
    before = Coding.objects.count()
    told = client.post(unescape(action), fields, follow=True).content.decode()
    assert "1 passage has “P1 Drift” now." in words(told)
    assert Coding.objects.filter(origin="query", code=study.question).count() == 1
    client.post(reverse("undo", args=[study.project.slug, "queries"]))
    assert Coding.objects.count() == before


def test_what_was_not_seen_is_not_coded(client, study):
    html = ask(client, study, row(study.other.uuid), spread=str(study.question.uuid))
    action = unescape(re.search(r'<form class="panel[^>]*action="([^"]+)"', html)[1])
    seen = re.search(r'name="seen" value="([^"]+)"', html)[1]
    put(study.coder, study.source, "det er trangt", study.other)
    told = client.post(action, {"code": str(study.question.uuid), "seen": seen}, follow=True).content.decode()
    assert "finds something else now" in words(told)
    assert not Coding.objects.filter(origin="query").exists()


def test_a_reader_is_offered_no_code_for_the_results(client, study):
    html = ask(client, study, row(study.other.uuid), member=make_member(study.project, "reader"))
    assert "Put a code on all results" not in html


def saved(study: Study, act: str = "", view=None, kind: str = "together") -> str:
    if view is None:
        return reverse("save_view", args=[study.project.slug, kind])
    return reverse("saved_view", args=[study.project.slug, kind, view.uuid])


def test_a_view_keeps_what_is_chosen_and_comes_back_by_its_link(client, study):
    html = page(client, study, "together", way="turn", page="3", nonsense="1")
    query = re.search(r'name="query" value="([^"]*)"', html)[1]
    client.post(saved(study), {"name": "Samme replikk", "query": unescape(query), "shared": "1"})
    assert SavedView.objects.get().query == [["way", "turn"], ["nonsense", "1"]]
    reader = make_member(study.project, "reader")
    html = page(client, study, "together", member=reader)
    address = unescape(re.search(r'href="([^"]+)">Samme replikk</a>', html)[1])
    opened = client.get(address).content.decode()
    assert re.search(r'<option value="turn" selected>', opened)


def test_only_own_and_shared_views_are_listed(client, study):
    own = save_view(actor=study.coder, kind="together", name="Mitt", query=[])
    theirs = save_view(actor=study.lead, kind="together", name="Deres", query=[])
    html = page(client, study, "together")
    assert "Mitt" in html
    assert "Deres" not in html
    share_view(actor=study.lead, view=theirs.uuid, shared=True)
    html = page(client, study, "together")
    assert "Deres" in html
    assert saved(study, view=own) in html
    assert saved(study, view=theirs) not in html
    assert "Mitt" not in page(client, study, "matrix")
    client.post(saved(study, view=theirs), {"act": "delete"})
    assert SavedView.objects.filter(pk=theirs.pk).exists()


def test_another_projects_view_is_none_of_this(client, study):
    view = save_view(actor=make_study().lead, kind="together", name="Annet", query=[])
    client.force_login(account_of(study.lead))
    told = client.post(saved(study, view=view), {"act": "delete"}, follow=True).content.decode()
    assert "no longer there" in told
    assert SavedView.objects.exists()
