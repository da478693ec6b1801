"""The manual in a browser: the help of a page leads to its chapter; a chapter reads well on any screen."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import account_of, link, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_help_of_the_matrix_leads_to_what_is_told_about_it(page, live_server, sign_in, assert_accessible):
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo")
    put(study.coder, study.source, "koker kaffe", study.code)
    sign_in(page, account_of(study.coder))
    page.context.add_cookies([{"name": "django_language", "value": "nb", "url": live_server.url}])
    page.goto(live_server + reverse("matrix", args=[study.project.slug]))
    page.locator("[data-help]").click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("heading", level=1)).to_have_text("Hjelp")
    assert_accessible(page)
    dialog.get_by_role("link", name="For prosjektledere: Les tallene").click()
    page.wait_for_url("**/help/leads/#read-the-numbers")
    heading = page.get_by_role("heading", name="Les tallene")
    expect(heading).to_be_in_viewport()
    assert heading.bounding_box()["y"] > page.locator("header.frame").bounding_box()["height"]
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    assert_accessible(page)
    page.get_by_role("link", name="Slik er navnene beskyttet").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Slik er navnene beskyttet")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_chapter_with_tables_pictures_and_keys_fits_the_screen(page, live_server, assert_accessible, width):
    page.set_viewport_size({"width": width, "height": 800})
    for name in ("leads", "counting", "command-line", "keyboard"):
        page.goto(live_server + reverse("help_chapter", args=[name]))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)
    expect(page.locator("kbd", has_text=re.compile("^1$"))).to_be_visible()
