"""The palette as a field with a list of options, and the codebook as a tree: what a screen reader is told of them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.coding_page import codings, drag_over, focus_text, open_source, saved
from tests.factories import make_code, make_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study():
    study = make_study()
    study.grant = make_code(study.project, "Statlig tilskudd", study.code, definition="Penger fra staten.")
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


@pytest.fixture
def palette(desk):
    """The palette, open over words that are selected."""
    drag_over(desk, "koker kaffe")
    focus_text(desk)
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette")).to_be_visible()
    return desk.locator("#palette")


def active(page: Any) -> str:
    """The name of the option that a screen reader takes for the one that has the focus."""
    return page.evaluate("""() => {
      const field = document.activeElement;
      if (field.getAttribute("role") !== "combobox") throw new Error("the focus has left the field");
      const option = document.getElementById(field.getAttribute("aria-activedescendant"));
      return option?.querySelector("strong").textContent ?? "";
    }""")


def test_the_palette_is_a_combobox_whose_list_lets_one_choose_several(desk, palette):
    field = palette.get_by_role("combobox", name="Code", expanded=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-autocomplete", "list")
    owned = palette.locator(f"#{field.get_attribute('aria-controls')}")
    expect(owned).to_have_role("listbox")
    expect(owned).to_have_attribute("aria-multiselectable", "true")
    expect(owned.locator("> *")).to_have_count(4)
    expect(owned.get_by_role("option", selected=False)).to_have_count(4)
    expect(desk.get_by_role("dialog", name="koker kaffe")).to_be_visible()


def test_an_option_says_where_its_code_stands_and_what_it_means(desk, palette):
    options = palette.get_by_role("option")
    expect(options.nth(0)).to_have_accessible_name("P1 Drift")
    expect(options.nth(1)).to_have_accessible_name("Økonomi P1 Drift")
    expect(options.nth(2)).to_have_accessible_name("Statlig tilskudd P1 Drift › Økonomi Penger fra staten.")
    # What its parent is called finds it too, and the path says why.
    desk.keyboard.type("okonomi")
    expect(options.nth(0)).to_have_accessible_name("Økonomi P1 Drift")
    expect(options.nth(1)).to_have_accessible_name("Statlig tilskudd P1 Drift › Økonomi Penger fra staten.")


def test_the_active_option_follows_the_arrows_round_and_what_is_typed(desk, palette):
    names = ["P1 Drift", "Økonomi", "Statlig tilskudd", "Lokaler"]
    assert active(desk) == names[0]
    for name in (*names[1:], names[0]):
        desk.keyboard.press("ArrowDown")
        assert active(desk) == name
    desk.keyboard.press("ArrowUp")
    assert active(desk) == names[-1]
    # It is the one that is seen to be it, and the only one.
    expect(palette.locator("[role=option].active strong")).to_have_text([names[-1]])
    desk.keyboard.type("tilsk")
    assert active(desk) == "Statlig tilskudd"
    desk.keyboard.press("Enter")
    saved(desk)
    expect(palette).to_be_hidden()
    expect(desk.locator("mark.coded")).to_have_text("koker kaffe")


def test_what_is_ticked_is_selected_and_only_that(desk, palette, study):
    chosen = palette.get_by_role("option", selected=True)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    desk.keyboard.press("ArrowDown")
    # An option that is only looked at is not chosen.
    expect(chosen.locator("strong")).to_have_text(["Økonomi"])
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    expect(chosen.locator("strong")).to_have_text(["Økonomi", "Lokaler"])
    assert active(desk) == "Lokaler"
    expect(palette.locator("[data-count][role=status]")).to_have_text("2 codes ticked")
    # A tick is taken off as it was put on.
    desk.keyboard.press("Tab")
    expect(chosen.locator("strong")).to_have_text(["Økonomi"])
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    saved(desk)
    assert codings(study.source) == [("Økonomi", "koker kaffe"), ("Lokaler", "koker kaffe")]


def item(page: Any, name: str) -> Any:
    """A code in the codebook beside the text."""
    return page.locator(f"#code-tree [role=treeitem][aria-label^='{name}']")


def test_a_tree_item_says_how_deep_it_stands_and_whether_it_is_open(desk):
    assert desk.get_by_role("tree", name="Codes").count() == 1
    for name, level, expanded in (
        ("P1 Drift", "1", "true"),
        ("Økonomi", "2", "true"),
        ("Statlig tilskudd", "3", None),
        ("Lokaler", "2", None),
    ):
        expect(item(desk, name)).to_have_attribute("aria-level", level)
        assert item(desk, name).get_attribute("aria-expanded") == expanded, name
    expect(item(desk, "Statlig")).to_have_accessible_name("Statlig tilskudd. Penger fra staten.")
    item(desk, "P1 Drift").focus()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowLeft")
    expect(item(desk, "Økonomi")).to_have_attribute("aria-expanded", "false")
    expect(item(desk, "Statlig")).to_have_count(0)
    expect(item(desk, "Økonomi")).to_be_focused()
    desk.keyboard.press("ArrowRight")
    expect(item(desk, "Økonomi")).to_have_attribute("aria-expanded", "true")
    # The item that was drawn with what is below it keeps the focus.
    expect(item(desk, "Økonomi")).to_be_focused()
    desk.keyboard.press("ArrowRight")
    expect(item(desk, "Statlig")).to_be_focused()


def test_the_tree_is_one_stop_of_the_tab_key_and_is_come_back_to_where_it_was_left(desk):
    stops = desk.locator("#code-tree [tabindex='0']")
    desk.locator("#code-search").focus()
    desk.keyboard.press("Tab")
    expect(item(desk, "P1 Drift")).to_be_focused()
    for _ in range(3):
        desk.keyboard.press("ArrowDown")
    expect(item(desk, "Lokaler")).to_be_focused()
    expect(stops).to_have_count(1)
    desk.keyboard.press("Tab")
    assert not desk.evaluate("document.getElementById('code-tree').contains(document.activeElement)")
    desk.keyboard.press("Shift+Tab")
    expect(item(desk, "Lokaler")).to_be_focused()
    # A tree that is searched may have lost that item, and has a stop still.
    desk.locator("#code-search").fill("tilskudd")
    expect(item(desk, "Lokaler")).to_have_count(0)
    expect(stops).to_have_count(1)
    desk.locator("#code-search").focus()
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.getAttribute('role')") == "treeitem"
