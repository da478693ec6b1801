"""Writing beside the text: a memo is stored when it is left, and the text stays where one reads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from coding.actions.codebook import delete_code
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
    return page


def news(page) -> None:
    with page.expect_response(re.compile("changes/")):
        page.evaluate("() => window.dispatchEvent(new Event('focus'))")


def state(page):
    return page.locator("[data-saved]")


def top_of(page, words: str) -> float:
    return page.get_by_text(words).first.bounding_box()["y"]


def test_the_text_stays_while_a_memo_is_opened_and_written(desk, study):
    drag_over(desk, "Den 6. dagen kokte vi kaffe.")
    choose_code(desk, "okonomi")
    before = top_of(desk, "Den 6. dagen kokte vi kaffe.")
    desk.keyboard.press("+")
    field = desk.get_by_label("Your memo")
    expect(field).to_be_focused()
    desk.keyboard.type("Kaffe igjen.\n\nOg igjen.")
    assert top_of(desk, "Den 6. dagen kokte vi kaffe.") == before
    # What is written is in sight, who counts above it included that the server has told meanwhile.
    expect(desk.locator(".coding-card.open .who")).not_to_contain_text("…")
    box = field.bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 850


def test_a_memo_is_stored_when_one_goes_on_and_until_then_the_bar_says_that_it_is_not(desk, study):
    drag_over(desk, "Den 2. dagen kokte vi kaffe.")
    choose_code(desk, "okonomi")
    desk.keyboard.press("+")
    desk.keyboard.type("Viktig.")
    expect(state(desk)).to_have_text("The memo is not saved yet")
    assert not Memo.objects.exists()
    click_on(desk, "Hva skjedde den 3. dagen?")
    expect(said(desk)).to_have_text("Memo saved")
    saved(desk)
    assert [(memo.body, memo.author) for memo in Memo.objects.all()] == [("Viktig.", study.coder)]
    desk.reload()
    click_on(desk, "Den 2. dagen")
    expect(desk.get_by_label("Your memo")).to_have_value("Viktig.")


def test_a_memo_that_is_left_for_another_card_is_stored_too(desk, study):
    put(study.coder, study.source, "kokte vi kaffe. Så gikk vi en tur, og det tok 1 timer", study.other)
    desk.reload()
    drag_over(desk, "Den 1. dagen kokte")
    choose_code(desk, "okonomi")
    desk.keyboard.press("+")
    desk.keyboard.type("Til den ene.")
    desk.locator(".coding-card-head[aria-expanded=false]").click()
    expect(said(desk)).to_have_text("Memo saved")
    saved(desk)
    assert [memo.body for memo in Memo.objects.all()] == ["Til den ene."]


def test_a_memo_that_cannot_be_stored_stays_written_and_is_not_tried_without_end(desk, study):
    drag_over(desk, "Den 2. dagen kokte vi kaffe.")
    choose_code(desk, "okonomi")
    tried = []
    desk.route(re.compile("/memo/"), lambda route: (tried.append(1), route.abort()))
    desk.keyboard.press("+")
    desk.keyboard.type("Viktig.")
    desk.keyboard.press("Escape")
    expect(said(desk)).to_contain_text("Not saved: no contact with the server.")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    expect(state(desk)).to_have_text("The memo is not saved yet")
    assert len(tried) == 1
    desk.unroute(re.compile("/memo/"))
    click_on(desk, "Den 2. dagen")
    field = desk.get_by_label("Your memo")
    expect(field).to_have_value("Viktig.")
    field.press("Control+Enter")
    saved(desk)
    assert Memo.objects.get().body == "Viktig."


def test_keys_work_though_nothing_was_clicked_and_begin_where_one_reads(desk, study):
    desk.evaluate("scrollTo(0, 2500)")
    desk.keyboard.press("ArrowDown")
    chosen = desk.wait_for_function("() => document.getSelection().toString()").json_value()
    box = desk.evaluate("() => document.getSelection().getRangeAt(0).getBoundingClientRect().toJSON()")
    assert 0 < box["top"] < 425, chosen
    choose_code(desk, "okonomi")
    # Not so where a menu is open, or a field has the focus.
    desk.locator(".coding-tools summary", has_text="Show").click()
    desk.locator(".shows").click(position={"x": 3, "y": 3})
    desk.keyboard.press("Escape")
    expect(desk.locator(".menu[open]")).to_have_count(0)
    expect(desk.locator(".coding-card.open")).to_be_visible()
    desk.get_by_label("Find a code").first.focus()
    desk.keyboard.type("o")
    expect(desk.locator("#palette[open]")).to_have_count(0)


def test_head_and_panels_stay_in_sight_to_the_end_of_the_text(desk, study):
    for width in (1100, 1280, 1400, 1700):
        desk.set_viewport_size({"width": width, "height": 850})
        for place in ("0", "2000", "document.documentElement.scrollHeight"):
            desk.evaluate(f"scrollTo(0, {place})")
            head = desk.locator(".coding-head").bounding_box()
            codes, details = (desk.locator(f".coding-{one}").bounding_box() for one in ("codes", "details"))
            under = head["y"] + head["height"]
            frame = desk.locator("header.frame").bounding_box()
            assert abs(head["y"] - frame["height"]) <= 1 and under < 150, (width, place)
            assert abs(codes["y"] - under) < 1, (width, place)
            apart = (
                details["x"] >= codes["x"] + codes["width"]
                or details["y"] >= codes["y"] + codes["height"] - 1
            )
            assert apart, (width, place)
            for name in ("Find", "Mark as finished"):
                expect(desk.get_by_role("button", name=name).first).to_be_in_viewport(ratio=1)


def test_what_was_done_stands_on_the_bar_and_pushes_nothing_away(desk, study):
    desk.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    before = desk.evaluate("document.documentElement.scrollHeight")
    desk.route(re.compile("/finished/"), lambda route: route.abort())
    desk.get_by_role("button", name="Mark as finished").click()
    expect(desk.locator("#status .status-line")).to_be_visible()
    assert desk.evaluate("document.documentElement.scrollHeight") <= before + 1


def test_a_coding_is_offered_to_move_only_where_the_selection_meets_it(desk, study):
    drag_over(desk, "Den 2. dagen kokte vi kaffe.")
    choose_code(desk, "okonomi")
    move = desk.get_by_role("button", name=re.compile("Move the coding"))
    drag_over(desk, "Den 3. dagen")
    expect(desk.locator(".details-passage")).to_contain_text("Den 3. dagen")
    expect(move).to_have_count(0)
    drag_over(desk, "kokte vi kaffe. Så gikk vi en tur, og det tok 2 timer.")
    expect(move).to_have_text("Move the coding “Økonomi” here")


def test_what_one_writes_on_a_coding_that_goes_meanwhile_is_kept_for_a_memo_on_the_source(desk, study):
    drag_over(desk, "Den 2. dagen kokte vi kaffe.")
    choose_code(desk, "okonomi")
    desk.keyboard.press("+")
    desk.keyboard.type("En tanke som")
    delete_code(actor=study.lead, code=study.code.uuid)
    news(desk)
    expect(said(desk)).to_contain_text("save it as a memo on the source")
    field = desk.get_by_label("New memo")
    expect(field).to_have_value("En tanke som")
    expect(field).to_be_focused()
    desk.keyboard.type(" fortsetter.")
    desk.get_by_role("button", name="Save memo").click()
    expect(said(desk)).to_have_text("Memo saved")
    saved(desk)
    [memo] = Memo.objects.all()
    assert (memo.body, memo.source) == ("En tanke som fortsetter.", study.source)


def test_what_was_rescued_stands_below_what_one_wrote_already(desk, study):
    drag_over(desk, "Den 2. dagen kokte vi kaffe.")
    choose_code(desk, "okonomi")
    desk.locator(".coding-head summary", has_text="More").click()
    desk.get_by_role("button", name="Memo on the source").click()
    desk.get_by_label("New memo").fill("Om kilden.")
    click_on(desk, "Den 2. dagen")
    desk.keyboard.press("+")
    desk.keyboard.type("Om kodingen.")
    delete_code(actor=study.lead, code=study.code.uuid)
    news(desk)
    expect(desk.get_by_label("New memo")).to_have_value("Om kilden.\n\nOm kodingen.")
    expect(state(desk)).to_have_text("The memo is not saved yet")
