"""Bounds dragged by their handles, with a mouse and with a finger, and codes dropped on words that are selected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.coding_page import ENDS, chosen, click_on, codings, drag_over, marks, open_source, saved
from tests.factories import make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "👩‍👩‍👧‍👦"
SAID = (
    ("Intervjuer", "Hvordan begynte det?"),
    ("Informant", f"Med kaffe {FAMILY} på fredager. Så kom det folk. Café n\u0308r det ikke."),
    ("Intervjuer", "Og pengene?"),
    ("Informant", "Søknader, da. Resten må vi finne selv."),
)
PREVIEW = "[...CSS.highlights.get('preview')].map((range) => range.toString()).join()"


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID)
    (study.coding,) = put(study.coder, study.source, "kom det folk", study.code)
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    """The coding page with the handles of the one coding on it."""
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    show_handles(page)
    return page


def show_handles(page: Any) -> None:
    """Choose the coding: its handles stand at its ends then."""
    click_on(page, "kom det folk")
    expect(page.locator(".handle-end")).to_be_visible()
    expect(page.locator(".coding-card.open")).to_be_visible()


def knob(page: Any, edge: str) -> tuple[float, float]:
    """The middle of the grip of a handle: it hangs below the last word, and stands above the first."""
    box = page.locator(f".handle-{edge}").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + (box["height"] + 4 if edge == "end" else -4)


def start_of(page: Any, words: str) -> tuple[float, float]:
    left, top, _right, _bottom = page.evaluate(ENDS.replace("paragraph.scrollIntoView", "void"), [words])
    return left, top


def end_of(page: Any, words: str) -> tuple[float, float]:
    _left, _top, right, bottom = page.evaluate(ENDS.replace("paragraph.scrollIntoView", "void"), [words])
    return right, bottom


def drag(page: Any, edge: str, to: tuple[float, float]) -> None:
    """Take a handle with the mouse and move it near `to`, then there. It is not let go."""
    page.mouse.move(*knob(page, edge))
    page.mouse.down()
    page.mouse.move(to[0] - 9, to[1])
    page.mouse.move(*to)


@pytest.mark.parametrize(
    ("edge", "place", "words"),
    [
        ("end", "folk. Café", "kom det folk. Café"),
        ("end", "Café n\u0308r", "kom det folk. Café n\u0308r"),
        ("end", "kom det", "kom det"),
        ("start", "det folk", "det folk"),
        ("start", f"{FAMILY} på", f"{FAMILY} på fredager. Så kom det folk"),
    ],
)
def test_a_handle_is_let_go_at_exactly_these_words(desk, study, edge, place, words):
    drag(desk, edge, end_of(desk, place) if edge == "end" else start_of(desk, place))
    # What it will be is seen before it is let go, and not stored.
    assert desk.evaluate(PREVIEW) == words
    assert codings(study.source) == [("Økonomi", "kom det folk")]
    desk.mouse.up()
    saved(desk)
    assert codings(study.source) == [("Økonomi", words)]
    assert marks(desk, study.code) == words
    assert desk.evaluate(PREVIEW) == ""
    # The handles have gone with it.
    desk.wait_for_function(
        "([left, edge]) => Math.abs(document.querySelector(edge).getBoundingClientRect().left + 1 - left) < 2",
        arg=[(start_of(desk, words) if edge == "start" else end_of(desk, words))[0], f".handle-{edge}"],
    )


def test_an_end_that_is_dragged_before_the_beginning_leaves_a_sign(desk, study):
    drag(desk, "end", start_of(desk, "kaffe"))
    desk.mouse.up()
    saved(desk)
    assert codings(study.source) == [("Økonomi", "k")]


@pytest.fixture
def finger(new_context, live_server, sign_in, study) -> Iterator[Any]:
    """`finger("touchStart", x, y)` on the coding page of a tablet; `finger.page` is the page."""
    page = new_context(has_touch=True, is_mobile=True).new_page()
    page.set_viewport_size({"width": 820, "height": 1180})
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    devtools = page.context.new_cdp_session(page)

    def finger(kind: str, *place: float) -> None:
        points = [{"x": place[0], "y": place[1]}] if place else []
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger.page = page  # type: ignore[attr-defined]
    show_handles(page)
    yield finger
    devtools.detach()


def test_a_finger_drags_a_handle_and_lets_it_go_or_loses_it(finger, study):
    page = finger.page
    x, y = end_of(page, "folk. Café")
    finger("touchStart", *knob(page, "end"))
    finger("touchMove", x - 30, y)
    finger("touchMove", x, y)
    page.wait_for_function(f"() => {PREVIEW} === 'kom det folk. Café'", timeout=5_000)
    finger("touchCancel")
    page.wait_for_function(f"() => {PREVIEW} === ''")
    saved(page)
    assert codings(study.source) == [("Økonomi", "kom det folk")]
    finger("touchStart", *knob(page, "end"))
    finger("touchMove", x - 30, y)
    finger("touchMove", x, y)
    page.wait_for_function(f"() => {PREVIEW} === 'kom det folk. Café'")
    finger("touchEnd")
    saved(page)
    assert codings(study.source) == [("Økonomi", "kom det folk. Café")]


def test_a_drag_that_is_cancelled_changes_nothing(desk, study):
    drag(desk, "end", end_of(desk, "folk. Café"))
    assert desk.evaluate(PREVIEW) == "kom det folk. Café"
    desk.locator(".handle-end").dispatch_event("pointercancel")
    assert desk.evaluate(PREVIEW) == ""
    # Nor does it go on while the button is still down.
    desk.mouse.move(*end_of(desk, "det ikke"))
    assert desk.evaluate(PREVIEW) == ""
    desk.mouse.up()
    saved(desk)
    assert marks(desk, study.code) == "kom det folk"
    # The next drag begins where the coding ends, and is the first change of it.
    drag(desk, "end", end_of(desk, "kom det"))
    desk.mouse.up()
    saved(desk)
    study.coding.refresh_from_db()
    assert (codings(study.source), study.coding.row_version) == ([("Økonomi", "kom det")], 2)


@pytest.mark.parametrize("place", ["det folk", "Og pengene?"])
def test_a_code_that_is_dropped_while_words_are_selected_goes_on_these_words(desk, study, place):
    drag_over(desk, "det folk. Café")
    box = desk.locator("#code-tree .tree-row", has_text="Lokaler").bounding_box()
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    desk.mouse.down()
    x, y = start_of(desk, place)
    desk.mouse.move(x + 20, y + 3)
    desk.mouse.move(x + 12, y)
    desk.mouse.up()
    saved(desk)
    assert codings(study.source) == [("Økonomi", "kom det folk"), ("Lokaler", "det folk. Café")]
    assert chosen(desk) == "det folk. Café"
