"""A researcher who touches the keyboard for a memo only: every way of coding by pointer, and what it stores."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from coding.models import Memo
from tests.browser.coding_page import (
    chosen,
    click_on,
    codings,
    drag_over,
    marks,
    open_source,
    option,
    ready,
    said,
    saved,
)
from tests.factories import make_code, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

SAID = (
    ("Intervjuer", "Kan du fortelle litt om hvordan det begynte?"),
    ("Informant", "Ja, altså, det begynte med kaffe på fredager. Så kom det folk. Café n\u0308r det ikke."),
    ("Intervjuer", "Og pengene?"),
    ("Informant", "Søknader, da. Vi skriver fem–seks i året.\nResten må vi finne selv, ærlig talt."),
    ("Informant", "Det går rundt. Så vidt."),
)
# How often a key went down elsewhere than in the field of a memo.
KEYS_PRESSED = """
  window.keysPressed = 0;
  addEventListener("keydown", ({ target }) => { if (target.localName !== "textarea") keysPressed += 1; }, true);
"""


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    """The coding page, open in the coder's browser."""
    sign_in(page, study.coder.user)
    page.add_init_script(KEYS_PRESSED)
    open_source(page, live_server, study.source)
    yield page
    assert page.evaluate("keysPressed") == 0


def press(page: Any, act: str) -> None:
    """Click a button of the bar under the text."""
    page.locator(f"#coding-bar [data-act={act}]").click()


def click_code(page: Any, name: str) -> None:
    """Click a code in the codebook beside the text."""
    page.locator("#code-tree .tree-row", has=page.get_by_text(name, exact=True)).click()


def open_card(page: Any) -> Any:
    """The card of the coding that is chosen."""
    return page.locator(".coding-card.open")


def test_a_whole_session_by_mouse_alone(desk, study):
    drag_over(desk, "kom det folk")
    click_code(desk, "Økonomi")
    saved(desk)
    stored = [("Økonomi", "kom det folk")]
    assert codings(study.source) == stored
    # Two codes at once, ticked in the palette.
    drag_over(desk, "Søknader")
    press(desk, "palette")
    for name in ("Lokaler", "Økonomi"):
        option(desk, name).locator(".tick").click()
    desk.locator("#palette [data-apply]").click()
    saved(desk)
    stored += [("Lokaler", "Søknader"), ("Økonomi", "Søknader")]
    assert codings(study.source) == stored
    # The same two on other words.
    drag_over(desk, "finne selv")
    press(desk, "again")
    saved(desk)
    stored += [("Lokaler", "finne selv"), ("Økonomi", "finne selv")]
    assert codings(study.source) == stored
    # A code named with the words, and what one thinks of it.
    drag_over(desk, "ærlig talt")
    press(desk, "in_vivo")
    expect(desk.locator("mark.coded", has_text="ærlig talt")).to_have_count(1)
    stored += [("ærlig talt", "ærlig talt")]
    assert codings(study.source) == stored
    press(desk, "memo")
    expect(desk.get_by_label("Your memo")).to_be_focused()
    desk.keyboard.type("Sagt med et sukk.")
    desk.get_by_role("button", name="Save memo").click()
    expect(said(desk)).to_have_text("Memo saved")
    memo = Memo.objects.get()
    assert (memo.body, memo.author) == ("Sagt med et sukk.", study.coder)
    assert memo.coding is not None and memo.coding.code.name == "ærlig talt"
    # On to the turn where nothing stands, past those that are coded.
    press(desk, "next_uncoded")
    assert chosen(desk) == "Det går rundt."
    click_code(desk, "Lokaler")
    saved(desk)
    stored += [("Lokaler", "Det går rundt.")]
    assert codings(study.source) == stored
    press(desk, "undo")
    saved(desk)
    assert codings(study.source) == stored[:-1]
    press(desk, "redo")
    saved(desk)
    assert codings(study.source) == stored
    assert marks(desk, study.other) == "Søknaderfinne selvDet går rundt."


def test_undo_by_button_goes_back_over_all_and_redo_brings_all_again(desk, study):
    drag_over(desk, "kom det folk")
    click_code(desk, "Økonomi")
    drag_over(desk, "Søknader")
    click_code(desk, "Lokaler")
    saved(desk)
    for left in ([("Økonomi", "kom det folk")], []):
        press(desk, "undo")
        saved(desk)
        assert codings(study.source) == left
    for back in (1, 2):
        press(desk, "redo")
        saved(desk)
        assert codings(study.source) == [("Økonomi", "kom det folk"), ("Lokaler", "Søknader")][:back]


def test_a_coding_is_opened_by_its_stripe_and_by_the_name_beside_it(desk, study):
    longer, shorter = (
        put(study.coder, study.source, words, code)[0]
        for words, code in (("Så kom det folk. Café", study.code), ("kom", study.other))
    )
    desk.reload()
    ready(desk)
    desk.locator(f".stripes .bar[data-u='{longer.uuid}']").click()
    expect(open_card(desk)).to_have_attribute("data-coding", str(longer.uuid))
    expect(desk.locator(f"mark.focused.c-{study.code.pk}", has_text="Café")).to_have_count(1)
    desk.locator(f".stripe-label[data-u='{shorter.uuid}'] .stripe-name").click()
    expect(open_card(desk)).to_have_attribute("data-coding", str(shorter.uuid))
    # What was opened so is what the buttons of the card are about.
    open_card(desk).locator("[data-do=end_later]").click()
    saved(desk)
    assert codings(study.source) == [("Økonomi", "Så kom det folk. Café"), ("Lokaler", "kom det")]
    desk.locator(f".stripes .bar[data-u='{longer.uuid}']").click()
    open_card(desk).locator("[data-do=start_later]").click()
    saved(desk)
    assert codings(study.source) == [("Lokaler", "kom det"), ("Økonomi", "kom det folk. Café")]


def test_a_pinned_code_gets_a_key_and_keeps_it_when_nine_others_are_used(desk, study):
    for number in range(9):
        make_code(study.project, f"Annen {number}", study.question)
    desk.reload()
    ready(desk)
    click_code(desk, "Lokaler")
    pin = desk.locator(".code-card").get_by_role("button", name="Pin to a number key")
    pin.click()
    on = desk.locator(".code-card").get_by_role("button", name="Pinned: let it go")
    expect(on).to_have_attribute("aria-pressed", "true")
    assert codings(study.source) == []
    drag_over(desk, "Søknader")
    for number in range(9):
        click_code(desk, f"Annen {number}")
    saved(desk)
    drag_over(desk, "kom det folk")
    first = desk.locator("#coding-bar .quick-code").first
    expect(first).to_contain_text("Lokaler")
    first.click()
    saved(desk)
    assert codings(study.source, study.coder)[0] == ("Lokaler", "kom det folk")
    assert len(codings(study.source)) == 10
    # The same button takes it off again.
    first.click()
    saved(desk)
    assert ("Lokaler", "kom det folk") not in codings(study.source)
    # Let go, it makes room: each of the others is used after it.
    desk.reload()
    ready(desk)
    click_code(desk, "Lokaler")
    on.click()
    expect(pin).to_have_attribute("aria-pressed", "false")
    drag_over(desk, "finne selv")
    for number in range(9):
        click_code(desk, f"Annen {number}")
    saved(desk)
    expect(desk.locator("#coding-bar .quick-code")).to_have_count(9)
    expect(desk.locator("#coding-bar [data-quick]")).not_to_contain_text("Lokaler")
    expect(said(desk)).to_have_text("Coded: Annen 8 · key 1 is now “Annen 8”, before it was “Lokaler”")


def test_a_coding_gets_another_code_and_is_taken_away(desk, study):
    coding, other = put(study.coder, study.source, "kom det folk", study.code, study.question)
    desk.reload()
    ready(desk)
    desk.locator(f".stripe-label[data-u='{coding.uuid}']").click()
    desk.get_by_role("button", name="Change code").click()
    # One coding has one code: there is nothing to tick.
    expect(option(desk, "Lokaler").locator(".tick")).to_be_hidden()
    option(desk, "Lokaler").click()
    saved(desk)
    coding.refresh_from_db()
    assert coding.code == study.other
    assert codings(study.source) == [("Lokaler", "kom det folk"), ("P1 Drift", "kom det folk")]
    assert (marks(desk, study.code), marks(desk, study.other)) == ("", "kom det folk")
    expect(open_card(desk)).to_contain_text("Lokaler")
    open_card(desk).locator("[data-do=remove]").click()
    saved(desk)
    assert codings(study.source) == [("P1 Drift", "kom det folk")]
    desk.locator(f".stripes .bar[data-u='{other.uuid}']").click()
    open_card(desk).locator("[data-do=remove]").click()
    saved(desk)
    assert codings(study.source) == []
    expect(desk.locator("mark.coded, .stripe-label, .bar")).to_have_count(0)


def test_a_click_in_the_palette_takes_that_code_and_a_click_beside_the_words_lets_them_go(desk, study):
    drag_over(desk, "kom det folk")
    press(desk, "palette")
    expect(desk.locator("#palette [role=option]")).to_have_count(3)
    option(desk, "Lokaler").click()
    saved(desk)
    assert codings(study.source) == [("Lokaler", "kom det folk")]
    # Without words the next code is only looked at.
    click_on(desk, "Og pengene?")
    click_code(desk, "Økonomi")
    expect(desk.locator(".code-card")).to_contain_text("Økonomi")
    assert codings(study.source) == [("Lokaler", "kom det folk")]
