"""Coding with a finger, on a tablet and on a phone: one column, cards in a sheet on the bar, codes from the palette."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.coding_page import ENDS, chosen, codings, hold_on, open_source, option, saved
from tests.factories import make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

SAID = (
    ("Intervjuer", "Hvordan begynte det?"),
    ("Informant", "Med kaffe på fredager. Så kom det folk. Café n\u0308r det ikke."),
    ("Informant", "Resten må vi finne selv, ærlig talt."),
)


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID)
    put(study.coder, study.source, "kom det folk", study.code)
    put(study.coder, study.source, "fredager. Så kom det folk. Café", study.other)
    return study


@pytest.fixture(params=[(820, 1180), (390, 844)], ids=["tablet", "phone"])
def held(request, new_context, live_server, sign_in, study):
    """The coding page on a device that is held in the hand."""
    page = new_context(has_touch=True, is_mobile=True).new_page()
    page.set_viewport_size(dict(zip(("width", "height"), request.param, strict=True)))
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


def tap_on(page: Any, words: str) -> None:
    """Touch the beginning of `words` for a moment."""
    left, top, _right, _bottom = page.evaluate(ENDS, [words])
    page.touchscreen.tap(left + 4, top)


def test_a_coding_that_is_tapped_shows_its_card_in_a_sheet_on_the_bar(held):
    sheet, card = held.locator("#coding-details"), held.locator(".coding-card.open")
    expect(sheet).to_be_hidden()
    tap_on(held, "kom det folk")
    expect(card).to_contain_text("Økonomi")
    expect(card.locator(".details-quote")).to_have_text("kom det folk")
    expect(held.locator(".coding-card")).to_have_count(2)
    # It stands on the bar from edge to edge, and leaves half of the text to be read.
    held.wait_for_function("""() => {
      const [sheet, bar] = [".coding-details", ".coding-bar"].map((one) =>
        document.querySelector(one).getBoundingClientRect());
      return Math.abs(sheet.bottom - bar.top) <= 1 && sheet.left === 0 && Math.abs(sheet.right - innerWidth) <= 1
        && sheet.height <= innerHeight / 2;
    }""")
    sheet.get_by_role("button", name="Close").tap()
    expect(sheet).to_be_hidden()
    tap_on(held, "Café")
    expect(card).to_contain_text("Lokaler")
    sheet.get_by_role("button", name="Close").tap()
    # Where nothing stands there is nothing to show.
    tap_on(held, "Med kaffe")
    expect(sheet).to_be_hidden()


def test_a_passage_that_is_held_gets_two_codes_from_the_palette(held, study):
    hold_on(held, "finne selv")
    expect(held.locator(".details-quote")).to_have_text("finne selv")
    held.locator("[data-act=palette]").tap()
    expect(held.locator("#palette h2")).to_contain_text("finne selv")
    for name in ("Økonomi", "Lokaler"):
        option(held, name).locator(".tick").tap()
    held.locator("#palette [data-apply]").tap()
    saved(held)
    assert codings(study.source)[2:] == [("Økonomi", "finne selv"), ("Lokaler", "finne selv")]
    expect(held.locator(".coding-card.open")).to_contain_text("Lokaler")
    # And with a finger it goes away again.
    held.locator(".coding-card.open [data-do=remove]").tap()
    saved(held)
    assert codings(study.source)[2:] == [("Økonomi", "finne selv")]


def test_the_number_of_codings_stands_in_place_of_the_stripes_and_opens_their_list(held):
    turn = held.locator(".turn", has_text="Med kaffe")
    count = turn.locator(".turn-codings summary")
    expect(count).to_have_text("2 codings")
    expect(count).to_be_in_viewport()
    assert held.locator(".stripes").count() > 0
    for stripe in held.locator(".stripes, .bar, .stripe-label").all():
        expect(stripe).to_be_hidden()
    count.tap()
    expect(turn.locator(".turn-codings li")).to_have_count(2)
    turn.get_by_role("button", name="Økonomi").tap()
    expect(held.locator(".coding-card.open .details-quote")).to_have_text("kom det folk")
    # A turn without any says nothing.
    expect(held.locator(".turn", has_text="Resten").locator(".turn-codings")).to_have_count(0)


def test_a_button_of_the_bar_that_is_tapped_leaves_the_words_selected(held, study):
    hold_on(held, "finne selv")
    held.locator("[data-act=palette]").tap()
    option(held, "Økonomi").tap()
    saved(held)
    hold_on(held, "ærlig talt")
    expect(held.locator(".details-quote").first).to_have_text("ærlig talt")
    held.locator("#coding-bar .quick-code").tap()
    saved(held)
    assert chosen(held) == "ærlig talt"
    # The text keeps the focus: no button has taken it.
    assert held.evaluate("document.activeElement.id") == "transcript"
    held.locator("[data-act=in_vivo]").tap()
    expect(held.locator("#code-tree")).to_contain_text("ærlig talt")
    assert chosen(held) == "ærlig talt"
    assert codings(study.source)[2:] == [
        ("Økonomi", "finne selv"),
        ("Økonomi", "ærlig talt"),
        ("ærlig talt", "ærlig talt"),
    ]
