"""Writing beside the text: a memo is stored when it is left, and the text stays where one reads."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from coding.models import Memo
from tests.browser.coding_page import choose_code, click_on, drag_over, open_source, said, saved
from tests.factories import make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

TALK = [
    turn
    for number in range(30)
    for turn in (
        ("Intervjuer", f"Hva skjedde den {number}. dagen?"),
        ("Informant", f"Den {number}. dagen kokte vi kaffe. Så gikk vi en tur, og det tok {number} timer."),
    )
]


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, TALK)
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    page.set_viewport_size({"width": 1400, "height": 850})
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return SimpleNamespace(page=page, url=page.url)


def state(page):
    return page.locator("[data-saved]")


def top_of(page, words: str) -> float:
    return page.get_by_text(words).first.bounding_box()["y"]


def test_the_text_stays_while_a_memo_is_opened_and_written(desk, study):
    page = desk.page
    drag_over(page, "Den 6. dagen kokte vi kaffe.")
    choose_code(page, "okonomi")
    before = top_of(page, "Den 6. dagen kokte vi kaffe.")
    page.keyboard.press("+")
    field = page.get_by_label("Your memo")
    expect(field).to_be_focused()
    page.keyboard.type("Kaffe igjen.\n\nOg igjen.")
    assert top_of(page, "Den 6. dagen kokte vi kaffe.") == before
    # What is written is in sight.
    box = field.bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 850


def test_a_memo_is_stored_when_one_goes_on_and_until_then_the_bar_says_that_it_is_not(desk, study):
    page = desk.page
    drag_over(page, "Den 2. dagen kokte vi kaffe.")
    choose_code(page, "okonomi")
    page.keyboard.press("+")
    page.keyboard.type("Viktig.")
    expect(state(page)).to_have_text("The memo is not saved yet")
    assert not Memo.objects.exists()
    click_on(page, "Hva skjedde den 3. dagen?")
    expect(said(page)).to_have_text("Memo saved")
    saved(page)
    assert [(memo.body, memo.author) for memo in Memo.objects.all()] == [("Viktig.", study.coder)]
    page.reload()
    click_on(page, "Den 2. dagen")
    expect(page.get_by_label("Your memo")).to_have_value("Viktig.")


def test_a_memo_that_is_left_for_another_card_is_stored_too(desk, study):
    page = desk.page
    put(study.coder, study.source, "kokte vi kaffe. Så gikk vi en tur, og det tok 1 timer", study.other)
    page.reload()
    drag_over(page, "Den 1. dagen kokte")
    choose_code(page, "okonomi")
    page.keyboard.press("+")
    page.keyboard.type("Til den ene.")
    page.locator(".coding-card-head[aria-expanded=false]").click()
    expect(said(page)).to_have_text("Memo saved")
    saved(page)
    assert [memo.body for memo in Memo.objects.all()] == ["Til den ene."]


def test_a_memo_that_cannot_be_stored_stays_written_and_is_not_tried_without_end(desk, study):
    page = desk.page
    drag_over(page, "Den 2. dagen kokte vi kaffe.")
    choose_code(page, "okonomi")
    tried = []
    page.route(re.compile("/memo/"), lambda route: (tried.append(1), route.abort()))
    page.keyboard.press("+")
    page.keyboard.type("Viktig.")
    page.keyboard.press("Escape")
    expect(said(page)).to_contain_text("Not saved: no contact with the server.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(state(page)).to_have_text("The memo is not saved yet")
    assert len(tried) == 1
    page.unroute(re.compile("/memo/"))
    click_on(page, "Den 2. dagen")
    field = page.get_by_label("Your memo")
    expect(field).to_have_value("Viktig.")
    field.press("Control+Enter")
    saved(page)
    assert Memo.objects.get().body == "Viktig."


def test_keys_work_though_nothing_was_clicked_and_begin_where_one_reads(desk, study):
    page = desk.page
    page.evaluate("scrollTo(0, 2500)")
    page.keyboard.press("ArrowDown")
    chosen = page.wait_for_function("() => document.getSelection().toString()").json_value()
    box = page.evaluate("() => document.getSelection().getRangeAt(0).getBoundingClientRect().toJSON()")
    assert 0 < box["top"] < 425, chosen
    choose_code(page, "okonomi")
    # Not so where a menu is open, or a field has the focus.
    page.locator(".coding-tools summary", has_text="Show").click()
    page.locator(".shows").click(position={"x": 3, "y": 3})
    page.keyboard.press("Escape")
    expect(page.locator(".menu[open]")).to_have_count(0)
    expect(page.locator(".coding-card.open")).to_be_visible()
    page.get_by_label("Find a code").first.focus()
    page.keyboard.type("o")
    expect(page.locator("#palette[open]")).to_have_count(0)


def test_head_and_panels_stay_in_sight_to_the_end_of_the_text(desk, study):
    page = desk.page
    for width in (1100, 1280, 1400, 1700):
        page.set_viewport_size({"width": width, "height": 850})
        for place in ("0", "2000", "document.documentElement.scrollHeight"):
            page.evaluate(f"scrollTo(0, {place})")
            head = page.locator(".coding-head").bounding_box()
            codes, details = (page.locator(f".coding-{one}").bounding_box() for one in ("codes", "details"))
            under = head["y"] + head["height"]
            frame = page.locator("header.frame").bounding_box()
            assert abs(head["y"] - frame["height"]) <= 1 and under < 150, (width, place)
            assert abs(codes["y"] - under) < 1, (width, place)
            apart = (
                details["x"] >= codes["x"] + codes["width"]
                or details["y"] >= codes["y"] + codes["height"] - 1
            )
            assert apart, (width, place)
            for name in ("Find", "Mark as finished"):
                expect(page.get_by_role("button", name=name).first).to_be_in_viewport(ratio=1)


def test_what_was_done_stands_on_the_bar_and_pushes_nothing_away(desk, study):
    page = desk.page
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    before = page.evaluate("document.documentElement.scrollHeight")
    page.route(re.compile("/finished/"), lambda route: route.abort())
    page.get_by_role("button", name="Mark as finished").click()
    expect(page.locator("#status .status-line")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= before + 1


def test_a_coding_is_offered_to_move_only_where_the_selection_meets_it(desk, study):
    page = desk.page
    drag_over(page, "Den 2. dagen kokte vi kaffe.")
    choose_code(page, "okonomi")
    move = page.get_by_role("button", name=re.compile("Move the coding"))
    drag_over(page, "Den 3. dagen")
    expect(page.locator(".details-passage")).to_contain_text("Den 3. dagen")
    expect(move).to_have_count(0)
    drag_over(page, "kokte vi kaffe. Så gikk vi en tur, og det tok 2 timer.")
    expect(move).to_have_text("Move the coding “Økonomi” here")
