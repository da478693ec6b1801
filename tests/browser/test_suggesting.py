"""Suggestions in a browser: from a search to a preview, to codings that wait, confirmed by one key each, to a count."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from coding import tasks
from coding.actions.passages import Stretch
from coding.actions.suggested import suggest_codings
from coding.models import Coding
from coding.models.codings import Origin
from tests.factories import Study, account_of, link, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db(transaction=True)

GROUP = (
    ("Intervjuer", "Hva koker dere?"),
    ("Anne", "Vi har kaffe, og kaffekanna står på disken."),
    ("Bo", "Jeg drikker te. Kaffen er sur."),
    ("Anne", "Mer kaffe til alle."),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, GROUP, title="Gruppe")
    link(study.source, "Anne", "Anne", city="Oslo")
    link(study.source, "Bo", "Bo", city="Bergen")
    put(study.coder, study.source, "Jeg drikker te.", study.other)
    tasks.index_texts(study.project.pk, lambda done: True)
    return study


def address(live_server: Any, study: Study, name: str, query: str = "") -> str:
    return f"{live_server.url}{reverse(name, args=[study.project.slug])}{query}"


def passages_in_all(page: Page, live_server: Any, study: Study) -> str:
    """What the matrix says of the code in all, measured in passages."""
    page.goto(address(live_server, study, "matrix", "?measure=passages&coders=all"))
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Økonomi"))
    return row.get_by_role("cell").last.inner_text() if row.count() else ""


def test_from_a_search_to_codings_confirmed_by_a_key_to_a_count(
    page: Page, live_server: Any, sign_in: Any, assert_accessible: Any, study: Study
) -> None:
    sign_in(page, account_of(study.coder))
    before = passages_in_all(page, live_server, study)
    page.goto(address(live_server, study, "search", "?q=kaffe&source=" + str(study.source.uuid)))
    page.get_by_role("link", name="Suggest a code for these results").click()
    page.locator("#code").select_option(label="Økonomi (P1 Drift)")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("input[name=pick]")).to_have_count(3)
    expect(page.locator("mark.found")).to_have_text(["kaffe", "kaffekanna", "Kaffen", "kaffe"])
    assert_accessible(page)
    page.locator("input[name=pick]").first.uncheck()
    expect(page.locator("[data-ticked]")).to_have_text("2")
    page.locator("input[name=pick]").first.check()
    page.get_by_role("button", name="Suggest the chosen ones").click()
    # The first is in hand; one key each, and the next takes its place.
    cards = page.locator(".suggestion")
    expect(cards).to_have_count(3)
    assert_accessible(page)
    assert passages_in_all(page, live_server, study) == before
    page.goto(address(live_server, study, "suggestions"))
    expect(cards.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_be_focused()
    expect(page.get_by_text("Confirmed: Økonomi")).to_be_visible()
    page.keyboard.press("-")
    expect(cards).to_have_count(1)
    expect(cards.nth(0)).to_be_focused()
    expect(page.locator("[data-left]")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits")).to_be_visible()
    kept = Coding.objects.filter(code=study.code).order_by("start")
    text = text_of(study.source)
    assert [(text[row.start : row.end], row.review, row.origin) for row in kept] == [
        (GROUP[1][1], "", "search"), (GROUP[3][1], "", "search"),
    ]  # fmt: skip
    assert passages_in_all(page, live_server, study).startswith("2")


def test_the_same_without_a_script(new_context: Any, live_server: Any, sign_in: Any, study: Study) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, account_of(study.coder))
    page.goto(address(live_server, study, "suggest", f"?by=speaker&code={study.code.uuid}"))
    page.get_by_label("Who speaks").select_option(label="Anne")
    page.get_by_role("button", name="Find").click()
    page.locator("input[name=pick]").first.uncheck()
    page.get_by_role("button", name="Suggest the chosen ones").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Nothing waits")).to_be_visible()
    row = Coding.objects.get(code=study.code)
    assert (row.review, row.origin) == ("", "speaker")


def test_on_a_phone_nothing_is_wider_than_the_screen(
    page: Page, live_server: Any, sign_in: Any, assert_accessible: Any, study: Study
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    suggest(study, GROUP[1][1])
    sign_in(page, account_of(study.coder))
    for name, query in (("suggest", f"?q=kaffe&code={study.code.uuid}"), ("suggestions", "")):
        page.goto(address(live_server, study, name, query))
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def suggest(study: Study, quote: str) -> Coding:
    study.source.refresh_from_db()
    start = text_of(study.source).index(quote)
    place = Stretch(study.source.pk, study.source.version_id or 0, start, start + len(quote))
    suggest_codings(actor=study.coder, wanted=[(study.code.pk, place)], origin=Origin.SEARCH)
    return Coding.objects.get(code=study.code)


def open_in_text(page: Page, live_server: Any, study: Study, one: Coding) -> None:
    url = reverse("source", args=[study.project.slug, study.source.uuid])
    page.goto(f"{live_server.url}{url}#o={one.start}-{one.end}&u={one.uuid}")
    expect(page.locator(".coding-card.open")).to_be_visible()


@pytest.mark.parametrize("how", ["key", "button"])
def test_in_the_text_it_looks_like_one_and_is_confirmed_there(
    page: Page, live_server: Any, sign_in: Any, assert_accessible: Any, study: Study, how: str
) -> None:
    one = suggest(study, "Mer kaffe til alle.")
    sign_in(page, account_of(study.coder))
    open_in_text(page, live_server, study, one)
    mark = page.locator("mark.coded.suggested")
    expect(mark).to_have_text("Mer kaffe til alle.")
    expect(mark).to_have_css("border-bottom-style", "dashed")
    card = page.locator(".coding-card.open")
    expect(card).to_contain_text("Suggested: counts nowhere yet · from a search")
    expect(page.locator(".stripe-label.suggested")).to_have_attribute(
        "title", re.compile("^suggested: .*Økonomi")
    )
    assert_accessible(page)
    count = page.locator(f'#code-tree [data-code="{study.code.pk}"] > .tree-row > .count')
    expect(count).to_have_text("")
    if how == "key":
        page.keyboard.press("Enter")
    else:
        card.get_by_role("button", name="Confirm").click()
    expect(mark).to_have_count(0)
    expect(card).to_contain_text("You · from a search")
    expect(card.get_by_role("button", name="Confirm")).to_have_count(0)
    expect(page.locator("mark.coded").last).to_have_text("Mer kaffe til alle.")
    expect(count).to_have_text("1")
    expect(page.get_by_text("All saved")).to_be_visible()
    one.refresh_from_db()
    assert (one.review, one.origin) == ("", "search")
    page.locator("#transcript").focus()
    page.keyboard.press("Control+z")
    expect(mark).to_have_count(1)


def test_the_same_code_by_its_key_confirms_it(
    page: Page, live_server: Any, sign_in: Any, study: Study
) -> None:
    one = suggest(study, "Mer kaffe til alle.")
    sign_in(page, account_of(study.coder))
    open_in_text(page, live_server, study, one)
    page.keyboard.type("konomi")
    page.keyboard.press("Enter")
    expect(page.locator("mark.coded.suggested")).to_have_count(0)
    expect(page.locator("[data-said]")).to_contain_text("Confirmed: ")
    expect(page.get_by_text("All saved")).to_be_visible()
    one.refresh_from_db()
    assert one.review == "" and Coding.objects.filter(code=study.code).count() == 1
