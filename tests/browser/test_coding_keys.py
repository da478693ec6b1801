"""Keys that move by word, step through codings, take away and do again, each with what it leaves in the database."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.coding_page import (
    choose_code,
    chosen,
    click_on,
    codings,
    focus_text,
    open_source,
    said,
    saved,
)
from tests.factories import make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "👩‍👩‍👧‍👦"
SAID = (
    ("Intervjuer", "Hva gjør dere nå?"),
    ("Informant", f"Vi koker kaffe {FAMILY} til fem–seks. Så kommer folk."),
    ("Informant", "Café n\u0308r det ikke."),
)


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    """The coding page in the coder's browser, with the focus in the text."""
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    focus_text(page)
    return page


def press(page: Any, *keys: str) -> list[str]:
    """Press keys one after the other; what was selected after each."""
    after = []
    for key in keys:
        page.keyboard.press(key)
        after.append(chosen(page))
    return after


def test_control_and_an_arrow_choose_the_next_word_and_the_one_before(desk, study):
    assert press(desk, *["Control+ArrowRight"] * 5) == ["Hva", "gjør", "dere", "nå?", "Vi"]
    # At the beginning of the text it stays where it is.
    assert press(desk, *["Control+ArrowLeft"] * 5) == ["nå?", "dere", "gjør", "Hva", "Hva"]
    desk.keyboard.press("Control+ArrowRight")
    choose_code(desk, "okonomi")
    assert codings(study.source) == [("Økonomi", "gjør")]


def test_control_shift_and_an_arrow_stretch_by_a_word_and_turn_round_where_they_began(desk, study):
    press(desk, *["Control+ArrowRight"] * 6)
    assert press(desk, *["Control+Shift+ArrowRight"] * 2) == ["koker kaffe", f"koker kaffe {FAMILY}"]
    assert press(desk, *["Control+Shift+ArrowLeft"] * 3) == ["koker kaffe", "koker", "Vi koker"]
    choose_code(desk, "lokaler")
    assert codings(study.source) == [("Lokaler", "Vi koker")]
    assert press(desk, *["Control+Shift+ArrowRight"] * 2) == ["koker", "koker kaffe"]
    choose_code(desk, "okonomi")
    assert codings(study.source)[1:] == [("Økonomi", "koker kaffe")]


def test_arrows_to_the_side_choose_sentences_and_stretch_over_them(desk, study):
    coffee = f"Vi koker kaffe {FAMILY} til fem–seks."
    assert press(desk, *["ArrowRight"] * 3) == ["Hva gjør dere nå?", coffee, "Så kommer folk."]
    assert press(desk, "ArrowLeft") == [coffee]
    assert press(desk, "Shift+ArrowRight", "Shift+ArrowLeft") == [f"{coffee} Så kommer folk.", coffee]
    choose_code(desk, "okonomi")
    assert codings(study.source) == [("Økonomi", coffee)]


def test_zero_steps_through_the_codings_of_the_words_and_the_next_key_is_about_that_one(desk, study):
    wide = "koker kaffe"
    put(study.coder, study.source, wide, study.code, study.other)
    put(study.coder, study.source, "kaffe", study.question)
    desk.reload()
    open_card = desk.locator(".coding-card.open .code-chip")
    focus_text(desk)
    desk.keyboard.press("0")
    expect(said(desk)).to_have_text("There is no coding on the selection.")
    click_on(desk, "kaffe")
    # The shortest first, then on, and round.
    expect(open_card).to_have_text("P1 Drift")
    for name in ("Økonomi", "Lokaler", "P1 Drift", "Økonomi"):
        desk.keyboard.press("0")
        expect(said(desk)).to_contain_text(name)
        expect(open_card).to_have_text(name)
    desk.keyboard.press("Backspace")
    saved(desk)
    assert sorted(codings(study.source)) == [("Lokaler", wide), ("P1 Drift", "kaffe")]
    desk.keyboard.press("0")
    expect(open_card).to_have_text("Lokaler")
    desk.keyboard.press(".")
    saved(desk)
    assert sorted(codings(study.source)) == [("Lokaler", f"{wide} {FAMILY}"), ("P1 Drift", "kaffe")]


def test_delete_takes_a_coding_away_and_control_y_takes_it_away_again(desk, study):
    put(study.coder, study.source, "koker kaffe", study.code)
    put(study.coder, study.source, "kommer folk", study.other)
    desk.reload()
    click_on(desk, "koker kaffe")
    expect(desk.locator(".coding-card.open")).to_be_visible()
    desk.keyboard.press("Delete")
    saved(desk)
    assert codings(study.source) == [("Lokaler", "kommer folk")]
    desk.keyboard.press("Control+z")
    saved(desk)
    assert codings(study.source) == [("Økonomi", "koker kaffe"), ("Lokaler", "kommer folk")]
    desk.keyboard.press("Control+y")
    saved(desk)
    assert codings(study.source) == [("Lokaler", "kommer folk")]
    expect(desk.locator("mark.coded")).to_have_text("kommer folk")
    # Without one that is chosen it takes nothing.
    desk.keyboard.press("Delete")
    expect(said(desk)).to_contain_text("Choose a coding of yours first")
    saved(desk)
    assert codings(study.source) == [("Lokaler", "kommer folk")]


def test_who_types_the_next_code_at_once_is_not_thrown_out_of_the_palette(desk, study):
    """The browser tells of a dialog that closed in a task of its own: a letter may come before it."""
    still = desk.evaluate("""async () => {
      const text = document.getElementById("transcript");
      const dialog = document.getElementById("palette");
      const press = (target, key) =>
        target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      press(text, "ArrowDown");
      press(text, "o");
      const told = new Promise((then) => dialog.addEventListener("close", then, { once: true }));
      press(dialog.querySelector("input"), "Enter");
      await null;
      press(text, "l");
      await told;
      await null;
      return [dialog.open, dialog.querySelector("input").value];
    }""")
    assert still == [True, "l"]
    desk.keyboard.type("okaler")
    desk.keyboard.press("Enter")
    saved(desk)
    assert sorted(code for code, _words in codings(study.source)) == ["Lokaler", "Økonomi"]
