"""Search, concordance and words in a browser: with script and without, by keyboard, on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding import tasks
from tests.factories import Study, account_of, make_source
from tests.talk import talk_of_coffee

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Study:
    return talk_of_coffee()


def address(live_server: Any, study: Study, name: str, query: str = "") -> str:
    return f"{live_server.url}{reverse(name, args=[study.project.slug])}{query}"


def test_a_question_is_asked_narrowed_and_followed_into_the_text(
    page: Any, live_server: Any, sign_in: Any, assert_accessible: Any, study: Study
) -> None:
    sign_in(page, account_of(study.coder))
    page.goto(address(live_server, study, "search"))
    assert_accessible(page)
    page.keyboard.press("/")
    page.keyboard.type("kaffe")
    page.keyboard.press("Enter")
    expect(page.locator("mark.found")).to_have_text(["kaffe", "kaffekanna", "Kaffen", "kaffe"])
    page.get_by_label("Bergen").check()
    expect(page.locator("mark.found")).to_have_text(["Kaffen"])
    assert "q=kaffe" in page.url
    # What one chose keeps the focus, so that the next key goes on from there.
    expect(page.get_by_label("Bergen")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("link", name="Turn 3").click()
    expect(page.locator("#transcript")).to_contain_text("Kaffen er sur.")
    assert page.url.endswith("#o=" + page.url.partition("#o=")[2])
    page.go_back()
    expect(page.locator("mark.found")).to_have_text(["Kaffen"])


def test_a_search_that_was_narrowed_in_place_is_saved_as_it_is_seen(
    page: Any, live_server: Any, sign_in: Any, study: Study
) -> None:
    sign_in(page, account_of(study.coder))
    page.goto(address(live_server, study, "search"))
    page.get_by_label("Search the texts").fill("kaffe")
    page.keyboard.press("Enter")
    page.get_by_label("Bergen").check()
    expect(page.locator("mark.found")).to_have_text(["Kaffen"])
    page.locator("#saved-views > summary").click()
    page.get_by_label("Save what you see now as").fill("Kaffe i Bergen")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("“Kaffe i Bergen” is saved.")).to_be_visible()
    page.goto(address(live_server, study, "search"))
    page.locator("#saved-views > summary").click()
    page.get_by_role("link", name="Kaffe i Bergen").click()
    expect(page.locator("mark.found")).to_have_text(["Kaffen"])


def test_the_concordance_and_the_words_on_a_phone(
    new_context: Any, live_server: Any, sign_in: Any, assert_accessible: Any, study: Study
) -> None:
    page = new_context().new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, account_of(study.coder))
    for name, query in (
        ("concordance", "?q=kaffe&sort=r1"),
        ("words", "?by=city"),
        ("stop_words", ""),
        ("search", "?q=x"),
    ):
        page.goto(address(live_server, study, name, query))
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.goto(address(live_server, study, "concordance", "?q=kaffe&sort=r1"))
    expect(page.locator(".concordance .hit")).to_have_text(["Kaffen", "kaffe", "kaffe", "kaffekanna"])
    # A line is read as a sentence here: nothing of it lies outside the window.
    box = page.locator(".concordance tbody tr").first.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_it_works_without_script(new_context: Any, live_server: Any, sign_in: Any, study: Study) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, account_of(study.coder))
    page.goto(address(live_server, study, "search"))
    page.get_by_label("Search the texts").fill("kaffe NOT te")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark.found")).to_have_count(3)
    page.get_by_label("Oslo").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("mark.found")).to_have_text(["kaffe", "kaffekanna"])
    page.goto(address(live_server, study, "words"))
    page.get_by_label("Columns").select_option("city")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("columnheader", name="Oslo")).to_be_visible()


def test_texts_that_wait_come_by_themselves(page: Any, live_server: Any, sign_in: Any, study: Study) -> None:
    make_source(study.project, [("Informant", "Mer kaffe.")], title="Ny")
    sign_in(page, account_of(study.coder))
    page.goto(address(live_server, study, "search", "?q=kaffe"))
    expect(page.get_by_role("status").filter(has_text="1 of 3 texts")).to_be_visible()
    expect(page.locator("mark.found")).to_have_count(4)
    tasks.drain()
    expect(page.locator("mark.found")).to_have_count(5)
    expect(page.get_by_text("being read")).to_have_count(0)


def test_a_second_search_says_nothing_in_the_console(
    page: Any, live_server: Any, sign_in: Any, study: Study
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, account_of(study.coder))
    page.goto(address(live_server, study, "search"))
    # What fills in forms for people (and takes pictures of pages) leaves an empty style on their fields.
    for question in ("kaffe", "kaffen"):
        page.evaluate(
            "for (const f of document.querySelectorAll('input')) { f.style.color = 'red'; f.style.color = ''; }"
        )
        page.get_by_label("Search the texts").fill(question)
        page.keyboard.press("Enter")
        expect(page.locator("mark.found").first).to_be_visible()
        expect(page).to_have_url(re.compile(f"q={question}(&|$)"))
        page.wait_for_timeout(100)
    assert said == []
