"""What a coding changes on the page shows at once, and what it does not change stays where and as it is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.coding_page import (
    AFTER_PAINT,
    choose_code,
    click_on,
    codings,
    drag_over,
    focus_text,
    open_source,
    saved,
)
from tests.factories import make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = [f"ord{number}" for number in range(40)]
SAID = (
    ("Intervjuer", "Hvordan begynte det?"),
    ("Informant", " ".join(WORDS)),
    ("Intervjuer", "Og pengene?"),
    ("Informant", "Vi skriver søknader hele året."),
    ("", "Noen lo. Så var det stille."),
    ("Informant", "Husleia er det verste."),
)
PLACES = """() => [...document.querySelectorAll("p[data-o]")].map((one) => {
  const box = one.getBoundingClientRect();
  return [Math.round(box.top + scrollY), Math.round(box.height)];
})"""
# The marks and stripes of the turn: when the task of the key is over, and when its frame has been shown.
TYPE_AND_COUNT = (
    """
  const turn = [...document.querySelectorAll(".turn")].find((one) => one.textContent.includes("Vi skriver"));
  const count = () => [turn.querySelectorAll("mark.coded").length, turn.querySelectorAll(".bar").length];
  const key = new KeyboardEvent("keydown", { key: "1", bubbles: true, cancelable: true });
  document.getElementById("transcript").dispatchEvent(key);
  await null;
  const first = count();
"""
    + AFTER_PAINT
    + "return [first, count()];"
)
NEWS = "() => window.dispatchEvent(new Event('focus'))"


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


@pytest.mark.parametrize(("width", "touch"), [(1280, False), (820, True), (390, True)])
def test_the_first_coding_of_a_turn_moves_nothing(new_context, live_server, sign_in, study, width, touch):
    page = new_context(has_touch=touch, is_mobile=touch).new_page()
    page.set_viewport_size({"width": width, "height": 850})
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    places = page.evaluate(PLACES)
    focus_text(page)
    for _turn in range(5):
        page.keyboard.press("ArrowDown")
        choose_code(page, "okonomi")
    expect(page.locator(".turn-codings")).to_have_count(5)
    assert page.evaluate(PLACES) == places
    page.keyboard.press("Control+z")
    expect(page.locator(".turn-codings")).to_have_count(4)
    assert page.evaluate(PLACES) == places


def test_a_colleagues_first_coding_of_a_turn_moves_nothing(desk, study):
    desk.locator("[data-finish]").click()
    saved(desk)
    places = desk.evaluate(PLACES)
    put(study.lead, study.source, "søknader", study.other)
    put(study.lead, study.source, "Så var det stille.", study.code)
    desk.evaluate(NEWS)
    expect(desk.locator(".turn-codings")).to_have_count(2)
    assert desk.evaluate(PLACES) == places


def test_the_count_of_a_turn_stands_beside_its_speaker_and_covers_no_words(desk, study):
    put(study.coder, study.source, "søknader", study.code)
    put(study.coder, study.source, "Noen lo.", study.code)
    desk.reload()
    expect(desk.locator(".turn-codings")).to_have_count(2)
    for turn in desk.locator(".turn", has=desk.locator(".turn-codings")).all():
        line = turn.locator("summary").bounding_box()
        words = turn.locator("p[data-o]").first.bounding_box()
        assert line["y"] + line["height"] <= words["y"] + 1
        assert line["x"] + line["width"] == pytest.approx(words["x"] + words["width"], abs=6)


def test_the_words_are_marked_in_the_task_of_the_key_and_the_rest_follows(desk, study):
    """Nothing that the eye does not look for holds up the highlight."""
    put(study.coder, study.source, "Husleia", study.code)
    desk.reload()
    click_on(desk, "Husleia")
    focus_text(desk)
    drag_over(desk, "søknader hele året")
    choose_code(desk, "lokaler")
    drag_over(desk, "Vi skriver")
    seen = desk.evaluate("async () => {" + TYPE_AND_COUNT + "}")
    assert seen == [[2, 1], [2, 2]]
    saved(desk)
    assert ("Lokaler", "Vi skriver") in codings(study.source)


def test_a_key_has_the_browser_work_out_the_look_of_the_new_words_only(desk, study, tmp_path):
    """A style sheet that has neighbours looked at again, or a look worked out twice for each mark, shows here."""
    for word in WORDS:
        put(study.coder, study.source, word, study.code)
    desk.reload()
    expect(desk.locator("mark.coded")).to_have_count(len(WORDS))
    drag_over(desk, "Vi skriver")
    choose_code(desk, "lokaler")
    drag_over(desk, " ".join(WORDS[2:22]))
    expect(desk.locator(".coding-card")).to_have_count(20)
    # Twenty words with two marks each, and what stands between them with one.
    made = 2 * 20 + 19
    restyled = _restyled_by_key(desk, "1", tmp_path)
    expect(desk.locator("mark.coded")).to_have_count(len(WORDS) + 1 + 20 + 19)
    assert made <= restyled <= made + 8


def _restyled_by_key(page: Any, key: str, folder: Any) -> int:
    """How many elements, generated ones included, get their style worked out for the frame after a key."""
    browser = page.context.browser
    browser.start_tracing(page=page, path=folder / "trace.json", categories=["devtools.timeline"])
    page.keyboard.press(key)
    page.evaluate(f"async () => {{ {AFTER_PAINT} }}")
    browser.stop_tracing()
    events = json.loads((folder / "trace.json").read_text())["traceEvents"]
    typed = next(one for one in events if _dispatches(one, "keydown"))
    styles = [
        one
        for one in events
        if one["name"] == "UpdateLayoutTree" and one["ts"] > typed["ts"] and one["tid"] == typed["tid"]
    ]
    return min(styles, key=lambda one: one["ts"])["args"]["elementCount"]


def _dispatches(event: dict[str, Any], kind: str) -> bool:
    return event["name"] == "EventDispatch" and event["args"].get("data", {}).get("type") == kind


def test_a_passage_is_dragged_onto_a_code(desk, study):
    drag_over(desk, "skriver søknader")
    _drag_selection(desk, desk.locator("#code-tree .tree-row", has_text="Lokaler"))
    saved(desk)
    assert codings(study.source) == [("Lokaler", "skriver søknader")]
    # It is still chosen: a second code follows as after a click.
    _drag_selection(desk, desk.locator("#code-tree .tree-row", has_text="Økonomi"))
    expect(desk.locator(".coding-card")).to_have_count(2)
    saved(desk)
    assert [words for _code, words in codings(study.source)] == ["skriver søknader"] * 2


def test_what_is_dragged_from_elsewhere_codes_nothing(desk, study):
    drag_over(desk, "skriver søknader")
    desk.keyboard.press("Escape")
    desk.locator(".coding-head h1").evaluate("(it) => document.getSelection().selectAllChildren(it)")
    box = desk.locator(".coding-head h1").bounding_box()
    desk.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 40, box["y"] + 60, steps=4)
    row = desk.locator("#code-tree .tree-row", has_text="Lokaler").bounding_box()
    desk.mouse.move(row["x"] + 30, row["y"] + 8, steps=4)
    expect(desk.locator(".tree-row.is-dropping")).to_have_count(0)
    desk.mouse.up()
    assert codings(study.source) == []


def _drag_selection(page: Any, row: Any) -> None:
    """Drag the chosen words from their middle onto a code, and see that the code says it will take them."""
    place = """() => {
      const box = document.getSelection().getRangeAt(0).getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    }"""
    expect(page.locator("#coding-details")).to_have_class(re.compile("filled"))
    left, top = page.evaluate(place)
    page.mouse.move(left, top)
    page.mouse.down()
    # A drag begins with the first few pixels.
    page.mouse.move(left - 10, top + 5)
    page.mouse.move(left - 20, top + 10)
    box = row.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2, steps=6)
    page.mouse.move(box["x"] + 44, box["y"] + box["height"] / 2)
    expect(row).to_have_class(re.compile("is-dropping"))
    page.mouse.up()
    expect(page.locator(".tree-row.is-dropping")).to_have_count(0)
