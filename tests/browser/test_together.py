"""Queries and saved views in a browser: rows that come and go, a code for all results, everything without a script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from coding.models import Coding, SavedView
from tests.factories import Study, account_of
from tests.talk import talk_of_money

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Study:
    return talk_of_money()


def address(live_server: Any, study: Study, place: str) -> str:
    return f"{live_server}/p/{study.project.slug}/analysis/{place}"


def build_and_code(page: Page, start: str) -> None:
    """Ask for one code but not another, and put a third on what is found."""
    page.goto(start)
    page.locator("[name=code]").select_option(label="Lokaler (P1 Drift)")
    page.get_by_role("button", name="Another condition").click()
    rows = page.locator(".condition")
    expect(rows).to_have_count(2)
    rows.nth(1).locator("[name=join]").select_option("not")
    rows.nth(1).locator("[name=code]").select_option(label="Økonomi (P1 Drift)")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(
        page.get_by_text("Passages with “Lokaler”, but not, in the same words, “Økonomi”.")
    ).to_be_visible()
    expect(page.get_by_text("1 passage · 1 informant of 2 · 1 source")).to_be_visible()
    page.get_by_text("Put a code on all results").click()
    page.locator("[name=spread]").select_option(label="P1 Drift")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Code 1 passage").click()
    expect(page.get_by_text("1 passage has “P1 Drift” now.")).to_be_visible()


def test_a_query_is_built_answered_coded_and_undone(
    page: Page, live_server: Any, study: Study, sign_in: Any, assert_accessible: Any
) -> None:
    sign_in(page, account_of(study.coder))
    build_and_code(page, address(live_server, study, "queries/"))
    assert Coding.objects.filter(origin="query").count() == 1
    assert_accessible(page)
    page.locator("#main").get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Undone: put a code on all results of a query.")).to_be_visible()
    assert not Coding.objects.filter(origin="query").exists()


def test_the_same_without_a_script(new_context: Any, live_server: Any, study: Study, sign_in: Any) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, account_of(study.coder))
    build_and_code(page, address(live_server, study, "queries/"))
    assert Coding.objects.filter(origin="query").count() == 1


def test_pairs_open_their_passages_and_a_view_is_saved(
    page: Page, live_server: Any, study: Study, sign_in: Any, assert_accessible: Any
) -> None:
    sign_in(page, account_of(study.coder))
    page.goto(address(live_server, study, "together/"))
    assert_accessible(page)
    page.locator("[name=show]").select_option(label="Codes by codes")
    expect(page.get_by_role("region", name="Codes by codes")).to_be_visible()
    assert_accessible(page)
    page.get_by_text("Saved views").click()
    page.get_by_label("Save what you see now as").fill("Kode mot kode")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("“Kode mot kode” is saved.")).to_be_visible()
    assert ["show", "grid"] in SavedView.objects.get().query
    page.goto(address(live_server, study, "together/"))
    page.locator(".pairs .actions a").click()
    expect(page.locator(".passage mark.lit.both")).to_have_text("og så kjøpte vi kaffe")
    assert_accessible(page)


def test_on_a_phone_nothing_is_wider_than_the_screen(
    page: Page, live_server: Any, study: Study, sign_in: Any
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, account_of(study.coder))
    for place in ("together/", "together/?show=grid", "queries/"):
        page.goto(address(live_server, study, place))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, place
        page.get_by_text("Saved views").click()
        box = page.locator(".saved-views").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390, place
