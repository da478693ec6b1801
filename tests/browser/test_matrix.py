"""The matrix in a browser: the passages open beside the table, and whoever reads them comes back to the number."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import Study, account_of, link, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Study:
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo", informant_type="daglig leder")
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    other = make_source(study.project, title="Bergen")
    link(other, "Informant", "Berit", city="Bergen", informant_type="frivillig")
    put(study.coder, other, "tar imot folk", study.other)
    return study


def test_a_number_opens_its_passages_beside_the_table(page, live_server, sign_in, study, assert_accessible):
    sign_in(page, account_of(study.coder))
    address = live_server + reverse("matrix", args=[study.project.slug])
    page.goto(address + "?by=city&within=informant_type&sort=-total&chart=column:total")
    number = page.get_by_role("row", name="Økonomi").get_by_role("link", name=re.compile("^1")).first
    number.focus()
    page.keyboard.press("Enter")
    beside = page.locator("#beside")
    expect(beside).to_contain_text("Vi koker kaffe")
    expect(page.get_by_role("heading", name="Økonomi – Oslo › daglig leder")).to_be_focused()
    expect(page.locator("[data-matrix]")).to_be_visible()
    assert page.url.startswith(address)
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(beside).to_be_hidden()
    expect(number).to_be_focused()
    number.click()
    beside.get_by_role("button", name="Close").click()
    expect(number).to_be_focused()


def test_the_number_that_was_pressed_last_is_the_one_that_opens(page, live_server, sign_in, study):
    sign_in(page, account_of(study.coder))
    page.goto(live_server + reverse("matrix", args=[study.project.slug]) + "?by=city")
    held = []
    page.route(re.compile("/analysis/cell/"), lambda route: held.append(route), times=1)
    numbers = {
        name: page.get_by_role("row", name=name).get_by_role("link", name=re.compile("^1")).first
        for name in ("Økonomi", "Lokaler")
    }
    with page.expect_request(lambda request: request.resource_type == "xhr"):
        numbers["Økonomi"].click()
    numbers["Lokaler"].click()
    expect(page.locator("#beside-title")).to_have_text("Lokaler – Bergen")
    [late] = held
    late.fulfill(response=late.fetch())
    expect(page.locator("#beside-title")).to_have_text("Lokaler – Bergen")
    expect(page.locator("#beside-title")).to_be_focused()


def test_on_a_phone_the_passages_are_a_sheet_at_the_foot(page, live_server, sign_in, study):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, account_of(study.coder))
    page.goto(live_server + reverse("matrix", args=[study.project.slug]))
    page.locator("td.heat a").first.click()
    beside = page.locator("#beside")
    expect(beside).to_contain_text("Vi koker kaffe")
    box = beside.bounding_box()
    assert box["x"] == 0 and abs(box["y"] + box["height"] - 844) < 1 and box["height"] < 600
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_headings_of_nested_columns_stay_in_sight_both_ways(page, live_server, sign_in, study):
    sign_in(page, account_of(study.coder))
    page.set_viewport_size({"width": 700, "height": 400})
    page.goto(live_server + reverse("matrix", args=[study.project.slug]) + "?by=city&within=informant_type")
    frame = page.locator(".table-frame")
    frame.evaluate("frame => { frame.style.maxBlockSize = '180px'; frame.style.maxInlineSize = '320px'; }")
    frame.evaluate("frame => frame.scrollTo(150, 60)")
    place = frame.bounding_box()
    outer, inner = (page.locator(f".matrix thead tr:nth-child({n})").bounding_box() for n in (1, 2))
    first = page.locator(".matrix tbody th").first.bounding_box()
    assert abs(outer["y"] - place["y"]) < 3
    assert abs(inner["y"] - outer["y"] - outer["height"]) < 3
    assert abs(first["x"] - place["x"]) < 3


def test_without_script_a_number_leads_to_a_page(new_context, live_server, sign_in, study):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, account_of(study.coder))
    page.goto(live_server + reverse("matrix", args=[study.project.slug]))
    page.locator("select[name=by]").select_option("kind")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("thead")).to_contain_text("Interview")
    page.locator("td.heat a").first.click()
    expect(page.locator("h1")).to_contain_text("P1 Drift – Interview")


def test_a_passage_beside_the_table_is_copied_with_its_attribution(
    new_context, live_server, sign_in, study, assert_accessible
):
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    sign_in(page, account_of(study.coder))
    page.goto(live_server + reverse("matrix", args=[study.project.slug]))
    page.locator("td.heat a").first.click()
    page.locator("#beside").get_by_role("link", name="Copy").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Copy the quotation")
    assert_accessible(page)
    dialog.get_by_role("button", name="Copy for a sentence").click()
    page.get_by_text("The quotation is copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"“Vi koker kaffe” (daglig leder; {study.source.title}, turn 2)"


def test_without_script_the_words_to_copy_stand_on_a_page(new_context, live_server, sign_in, study):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, account_of(study.coder))
    page.goto(live_server + reverse("quotations", args=[study.project.slug]))
    page.get_by_role("link", name="Copy").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy the quotation")
    expect(page.get_by_label("As a block")).to_have_value(re.compile(r"^Vi koker kaffe\n\(daglig leder; "))
    expect(page.get_by_role("button", name="Copy as a block")).to_be_hidden()


def test_on_a_phone_the_table_is_kept_in_what_fits_the_window(page, live_server, sign_in, study):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, account_of(study.coder))
    page.goto(live_server + reverse("matrix", args=[study.project.slug]))
    page.locator("summary", has_text="Keep the table …").click()
    box = page.locator(".keep-table").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
