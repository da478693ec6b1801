"""The main ways through the coding page in Debian's Firefox; the other browser tests drive Chromium."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.bidi import Firefox, installed
from tests.browser.coding_page import ENDS, codings
from tests.factories import make_code, make_source, make_study, put

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAMILY = "👩‍👩‍👧‍👦"
SAID = (
    ("Intervjuer", "Kan du fortelle litt om hvordan det begynte?"),
    ("Informant", f"Det begynte med kaffe {FAMILY} på fredager. Så kom det folk. Café n\u0308r det ikke."),
    ("Intervjuer", "Og pengene?"),
    ("Informant", "Søknader, da. Vi skriver fem–seks i året 🇳🇴.\nResten må vi finne selv, ærlig talt."),
)
SAVED = "() => document.querySelector('[data-saved]').dataset.state === 'saved'"
SELECTED = "() => document.getSelection().toString()"
MARKED = "(code) => [...document.querySelectorAll(`mark.c-${code}`)].map((one) => one.textContent).join('')"


@pytest.fixture(scope="module")
def one_firefox() -> Any:
    if not installed():
        reason = "Firefox is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and with CI=true no test is skipped for that.")
        pytest.skip(reason)
    browser = Firefox()
    yield browser
    browser.close()


@pytest.fixture
def firefox(one_firefox: Firefox) -> Any:
    """The browser of this module; a test that ends in an uncaught error or a breach of the policy fails."""
    one_firefox.seen.clear()
    yield one_firefox
    one_firefox.evaluate("() => indexedDB.deleteDatabase('kodebenk') && localStorage.clear()")
    one_firefox.goto("about:blank")
    assert not one_firefox.seen, "\n".join(one_firefox.seen)


@pytest.fixture
def study() -> Any:
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


def open_source(firefox: Firefox, live_server: Any, study: Any) -> None:
    client = Client()
    client.force_login(study.coder.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    firefox.set_cookie(settings.SESSION_COOKIE_NAME, session, "127.0.0.1")
    firefox.goto(live_server.url + reverse("source", args=[study.project.slug, study.source.uuid]))
    firefox.until("() => document.querySelector('#coding[data-ready]') !== null")


@pytest.fixture
def desk(firefox: Firefox, live_server: Any, study: Any) -> Firefox:
    open_source(firefox, live_server, study)
    return firefox


def drag_over(firefox: Firefox, words: str, *, backwards: bool = False) -> None:
    """Select `words` with the mouse, as they stand on the screen."""
    left, top, right, bottom = firefox.evaluate(ENDS, [words])
    places = [(left, top), ((left + right) / 2, (top + bottom) / 2), (right, bottom)]
    firefox.drag(reversed(places) if backwards else places)
    firefox.until("() => !document.getSelection().isCollapsed")


def click_on(firefox: Firefox, words: str, times: int = 1) -> None:
    left, top, _right, _bottom = firefox.evaluate(ENDS, [words])
    firefox.drag([(left + 4, top)], times)


def choose_code(firefox: Firefox, typed: str) -> None:
    firefox.evaluate("() => document.getElementById('transcript').focus()")
    firefox.press(*typed)
    firefox.until("() => document.querySelector('#palette[open] [role=option].active') !== null")
    firefox.press("Enter")
    firefox.until(SAVED)


def test_what_the_mouse_selects_is_coded_by_palette_and_by_digit(desk, study):
    drag_over(desk, f"kaffe {FAMILY} på")
    choose_code(desk, "okonomi")
    assert codings(study.source) == [("Økonomi", f"kaffe {FAMILY} på")]
    assert desk.evaluate(MARKED, study.code.pk) == f"kaffe {FAMILY} på"
    # The second passage begins in the highlight of the first and ends behind it.
    drag_over(desk, f"{FAMILY} på fredager", backwards=True)
    desk.press("1")
    desk.until(SAVED)
    assert codings(study.source)[1:] == [("Økonomi", f"{FAMILY} på fredager")]
    drag_over(desk, "Café n\u0308r")
    choose_code(desk, "lokaler")
    assert codings(study.source)[2:] == [("Lokaler", "Café n\u0308r")]


def test_a_selection_over_turns_and_a_third_click_leave_headers_out(desk, study):
    still = ENDS.replace("paragraph.scrollIntoView", "void")
    left, top, _right, _bottom = desk.evaluate(ENDS, ["ikke."])
    _left, _top, right, bottom = desk.evaluate(still, ["Søknader"])
    desk.drag([(left, top), (left + 10, top + 40), (right, bottom)])
    desk.until("() => !document.getSelection().isCollapsed")
    choose_code(desk, "lokaler")
    assert codings(study.source) == [("Lokaler", "ikke.\nOg pengene?\nSøknader")]
    click_on(desk, "pengene", times=3)
    desk.until("() => document.getSelection().toString().includes('pengene?')")
    choose_code(desk, "okonomi")
    assert codings(study.source)[1:] == [("Økonomi", "Og pengene?")]


def test_everything_goes_by_keyboard_and_back_again(desk, study):
    desk.evaluate("() => document.getElementById('transcript').focus()")
    desk.press("ArrowDown", "ArrowDown", "ArrowDown")
    assert desk.evaluate(SELECTED) == "Så kom det folk."
    desk.press("Shift+ArrowDown")
    choose_code(desk, "okon")
    longer = "Så kom det folk. Café n\u0308r det ikke."
    assert codings(study.source) == [("Økonomi", longer)]
    desk.press(",", "1", "Enter")
    desk.until(SAVED)
    desk.press("Control+z")
    desk.until(SAVED)
    desk.press("Control+z")
    desk.until(SAVED)
    assert codings(study.source) == [("Økonomi", "Så kom det folk. Café n\u0308r det")]
    desk.press("Control+z")
    desk.until(SAVED)
    assert codings(study.source) == [("Økonomi", longer)]
    assert desk.evaluate(MARKED, study.code.pk) == longer
    desk.press("Control+Shift+z")
    desk.until(SAVED)
    assert codings(study.source) == [("Økonomi", "Så kom det folk. Café n\u0308r det")]
    desk.press("-")
    assert desk.evaluate(SELECTED) == "Søknader, da."


def test_highlights_stripes_and_the_list_are_painted(firefox, live_server, study):
    third = make_code(study.project, "Dugnad", study.question)
    put(study.coder, study.source, "kom det folk", study.code, study.other)
    put(study.coder, study.source, "det folk. Café", third)
    open_source(firefox, live_server, study)
    firefox.until("() => document.querySelectorAll('mark.coded').length > 0")
    marked = [firefox.evaluate(MARKED, code.pk) for code in (study.code, study.other, third)]
    assert marked == ["kom det folk", "kom det folk", "det folk. Café"]
    bars = firefox.evaluate("""() => [...document.querySelectorAll(".stripes .bar")].map((bar) => {
      const { left, width, top, height } = bar.getBoundingClientRect();
      const lines = bar.closest(".turn-body").getBoundingClientRect();
      const coloured = getComputedStyle(bar).backgroundColor !== "rgba(0, 0, 0, 0)";
      const inside = top >= lines.top - 1 && top + height <= lines.bottom + 1;
      return { left, seen: width >= 2 && height >= 4, inside, coloured };
    })""")
    assert len({round(bar["left"]) for bar in bars}) == len(bars) == 3
    assert all(bar["seen"] and bar["inside"] and bar["coloured"] for bar in bars)
    assert (
        firefox.evaluate("() => document.querySelector('.turn-codings summary').textContent") == "3 codings"
    )
    click_on(firefox, "kom det folk")
    open_card = "document.querySelector('.coding-card.open')"
    assert "kom det folk" in firefox.until(f"() => {open_card}?.textContent")


def test_bounds_follow_a_handle(desk, study):
    drag_over(desk, "kom det folk")
    choose_code(desk, "okonomi")
    left, top, _right, _bottom = desk.evaluate(ENDS, ["Så kom"])
    knob = "document.querySelector('.handle-start').getBoundingClientRect()"
    # The grip is a knob above the line.
    grip = desk.until(f"() => {knob}.height && [{knob}.left, {knob}.top - 4]")
    desk.drag([grip, (left + 6, top), (left + 1, top)])
    desk.until(SAVED)
    assert codings(study.source) == [("Økonomi", "Så kom det folk")]
