"""One person codes an interview in a real browser; what counts is what the database then holds."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding.models import Code, Coding, Memo, SourceProgress
from tests.browser.coding_page import (
    choose_code,
    click_on,
    codings,
    drag_over,
    focus_text,
    hold_on,
    marks,
    open_source,
    ready,
    said,
    saved,
)
from tests.factories import make_code, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "👩‍👩‍👧‍👦"
SAID = (
    ("Intervjuer", "Kan du fortelle litt om hvordan det begynte?"),
    (
        "Informant",
        f"Ja, altså, det begynte med kaffe {FAMILY} på fredager. Så kom det folk. Café n\u0308r det ikke.",
    ),
    ("Intervjuer", "Og pengene?"),
    (
        "Informant",
        "Søknader, da. Vi skriver fem–seks i året 🇳🇴.\nResten må vi finne selv, ærlig talt: åtte tusen.",
    ),
)


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    """The coding page, open in the coder's browser."""
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


@pytest.mark.smoke
@pytest.mark.parametrize(
    "words",
    [
        "Søknader",
        f"kaffe {FAMILY} på",
        f"{FAMILY}",
        "Café",
        "n\u0308r det",
        "seks i året 🇳🇴",
        "ærlig talt: åtte",
    ],
)
def test_what_the_mouse_selects_lands_on_its_code_points(desk, study, words):
    drag_over(desk, words)
    desk.locator("#code-tree .tree-row", has_text="Økonomi").click()
    saved(desk)
    assert codings(study.source) == [("Økonomi", words)]
    assert marks(desk, study.code) == words


def test_a_selection_may_reach_over_turns(desk, study):
    drag_over(desk, "ikke.", until="Søknader")
    focus_text(desk)
    choose_code(desk, "lokaler")
    assert codings(study.source) == [("Lokaler", "ikke.\nOg pengene?\nSøknader")]


def test_a_double_click_takes_the_word_without_its_blank(desk, study):
    desk.locator("p[data-o]", has_text="pengene").dblclick(position={"x": 60, "y": 10})
    focus_text(desk)
    choose_code(desk, "lokaler")
    assert codings(study.source) == [("Lokaler", "pengene")]


def test_a_third_click_takes_the_paragraph_and_not_the_next_turn(desk, study):
    desk.locator("p[data-o]", has_text="pengene").click(click_count=3, position={"x": 60, "y": 10})
    focus_text(desk)
    choose_code(desk, "lokaler")
    assert codings(study.source) == [("Lokaler", "Og pengene?")]


@pytest.mark.smoke
def test_everything_goes_by_keyboard(desk, study):
    focus_text(desk)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    choose_code(desk, "okon")
    assert codings(study.source) == [("Økonomi", "Så kom det folk.")]
    desk.keyboard.press("Shift+ArrowDown")
    desk.keyboard.type("lok")
    desk.keyboard.press("Tab")
    desk.keyboard.type("drift")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    saved(desk)
    longer = "Så kom det folk. Café n\u0308r det ikke."
    assert sorted(codings(study.source)[1:]) == [("Lokaler", longer), ("P1 Drift", longer)]
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    saved(desk)
    assert sorted(codings(study.source)[3:]) == [("Lokaler", "Og pengene?"), ("P1 Drift", "Og pengene?")]
    desk.keyboard.press("1")
    saved(desk)
    assert codings(study.source)[-1] == ("Økonomi", "Og pengene?")
    desk.keyboard.press("1")
    saved(desk)
    assert ("Økonomi", "Og pengene?") not in codings(study.source)


def test_overlapping_codings_show_each_its_own_words(desk, study):
    focus_text(desk)
    drag_over(desk, "Vi skriver fem–seks i året")
    choose_code(desk, "okonomi")
    drag_over(desk, "fem–seks i året 🇳🇴")
    choose_code(desk, "lokaler")
    assert codings(study.source) == [
        ("Økonomi", "Vi skriver fem–seks i året"),
        ("Lokaler", "fem–seks i året 🇳🇴"),
    ]
    covered = desk.evaluate(
        """([a, b]) => [...document.querySelectorAll(`mark.${a} mark.${b}, mark.${b} mark.${a}`)]
        .map((mark) => mark.textContent).join("")""",
        [f"c-{study.code.pk}", f"c-{study.other.pk}"],
    )
    assert covered == "fem–seks i året"
    assert desk.locator(".stripes .bar").count() == 2
    assert desk.locator(".stripes .stripe-name").all_inner_texts() == ["Økonomi", "Lokaler"]


def test_a_click_on_a_highlight_tells_code_coder_and_memo(desk, study):
    focus_text(desk)
    drag_over(desk, "finne selv")
    choose_code(desk, "okonomi")
    desk.keyboard.press("Escape")
    click_on(desk, "finne selv")
    panel = desk.locator("#coding-details")
    expect(panel.locator(".coding-card.open")).to_contain_text("Økonomi")
    desk.keyboard.press("+")
    desk.keyboard.type("Sagt med et sukk.")
    desk.keyboard.press("Control+Enter")
    expect(panel.locator(".coding-card-who")).to_contain_text("·")
    assert Memo.objects.get().body == "Sagt med et sukk."
    desk.reload()
    ready(desk)
    click_on(desk, "finne selv")
    expect(panel.locator("textarea")).to_have_value("Sagt med et sukk.")


def test_undo_and_redo_outlive_the_page(desk, study):
    focus_text(desk)
    drag_over(desk, "kom det folk")
    choose_code(desk, "okonomi")
    desk.keyboard.press(".")
    saved(desk)
    desk.reload()
    ready(desk)
    desk.keyboard.press("Control+z")
    saved(desk)
    assert codings(study.source) == [("Økonomi", "kom det folk")]
    expect(desk.locator("mark.coded")).to_have_text("kom det folk")
    desk.keyboard.press("Control+z")
    saved(desk)
    assert codings(study.source) == []
    expect(desk.locator("mark.coded")).to_have_count(0)
    desk.keyboard.press("Control+Shift+z")
    desk.keyboard.press("Control+Shift+z")
    saved(desk)
    assert codings(study.source) == [("Økonomi", "kom det folk.")]


def test_bounds_move_by_key_by_button_by_handle_and_by_selection(desk, study):
    put(study.coder, study.source, "kom det", study.code)
    desk.reload()
    ready(desk)
    click_on(desk, "kom det")
    for key in (".", ";", ",", ":", ";"):
        desk.keyboard.press(key)
    saved(desk)
    assert codings(study.source) == [("Økonomi", "Så kom det")]
    desk.locator("[data-do=end_later]").click()
    saved(desk)
    assert codings(study.source) == [("Økonomi", "Så kom det folk.")]
    box = desk.locator(".handle-start").bounding_box()
    desk.mouse.move(box["x"], box["y"] - 4)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    desk.mouse.move(box["x"] + 24, box["y"] + box["height"] / 2)
    desk.mouse.up()
    saved(desk)
    ((_code, words),) = codings(study.source)
    assert words != "Så kom det folk."
    assert "Så kom det folk.".endswith(words)
    drag_over(desk, "kom det folk. Café")
    desk.get_by_role("button", name="Økonomi").first.click()
    saved(desk)
    assert codings(study.source) == [("Økonomi", "kom det folk. Café")]
    assert Coding.objects.get().row_version > 1


def test_a_coding_is_removed_by_key_and_by_button(desk, study):
    put(study.coder, study.source, "kom det", study.code, study.other)
    desk.reload()
    ready(desk)
    drag_over(desk, "kom det")
    focus_text(desk)
    desk.keyboard.press("Backspace")
    saved(desk)
    assert len(codings(study.source)) == 1
    click_on(desk, "kom det")
    desk.locator("[data-do=remove]").click()
    saved(desk)
    assert codings(study.source) == []
    expect(desk.locator("mark.coded")).to_have_count(0)


def test_words_become_a_code_of_their_own(desk, study):
    focus_text(desk)
    drag_over(desk, "ærlig talt")
    desk.keyboard.press("'")
    expect(desk.locator("mark.coded")).to_have_text("ærlig talt")
    code = Code.objects.get(name="ærlig talt")
    assert code.proposed
    assert codings(study.source) == [("ærlig talt", "ærlig talt")]
    expect(desk.locator("#code-tree")).to_contain_text("ærlig talt")


def test_a_code_is_dragged_onto_a_sentence(desk, study):
    row = desk.locator("#code-tree .tree-row", has_text="Lokaler")
    row.drag_to(desk.locator("p[data-o]", has_text="Og pengene?"), target_position={"x": 30, "y": 12})
    saved(desk)
    assert codings(study.source) == [("Lokaler", "Og pengene?")]


def test_the_minus_key_finds_the_next_turn_without_a_coding(desk, study):
    put(study.coder, study.source, "kaffe", study.code)
    desk.reload()
    ready(desk)
    focus_text(desk)
    desk.keyboard.press("-")
    assert desk.evaluate("document.getSelection().toString()") == "Søknader, da."


def test_single_keys_can_be_switched_off(desk, study):
    desk.locator(".frame details.menu summary").last.click()
    desk.locator("[data-single-keys]").uncheck()
    focus_text(desk)
    desk.keyboard.press("ArrowDown")
    for key in ("o", "1", "'", "-", "?"):
        desk.keyboard.press(key)
    expect(desk.locator("dialog[open]")).to_have_count(0)
    assert codings(study.source) == []
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette")).to_be_visible()


def test_the_cheat_sheet_shows_the_keys(desk):
    focus_text(desk)
    desk.keyboard.press("?")
    sheet = desk.locator("#cheat-sheet")
    expect(sheet).to_be_visible()
    assert {"1–9", "Enter", "'", "-", "+", "?"} <= set(sheet.locator("kbd").all_inner_texts())
    desk.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_the_tree_is_walked_and_searched_by_keyboard(desk, study):
    make_code(study.project, "Statlig tilskudd", study.code)
    desk.reload()
    ready(desk)
    desk.locator("#code-search").focus()
    desk.keyboard.type("tilskudd")
    tree = desk.locator("#code-tree")
    expect(tree.locator("[role=treeitem]")).to_have_count(3)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowRight")
    assert desk.evaluate("document.activeElement.getAttribute('aria-label')") == "Statlig tilskudd"
    assert tree.locator("[tabindex='0']").count() == 1
    desk.keyboard.press("Enter")
    expect(desk.locator(".code-card")).to_contain_text("Statlig tilskudd")


def test_every_turn_says_in_words_what_stands_on_it(desk, study):
    put(study.coder, study.source, "kom det folk", study.code, study.other)
    desk.reload()
    ready(desk)
    disclosure = desk.locator(".turn-codings")
    disclosure.locator("summary").click()
    lines = disclosure.locator("button")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("Økonomi")
    expect(lines.first).to_contain_text("kom det folk")
    lines.last.click()
    expect(desk.locator(".coding-card.open")).to_contain_text("Lokaler")


def test_the_coder_marks_the_source_as_finished(desk, study):
    button = desk.locator("[data-finish]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert SourceProgress.objects.get().finished is not None
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert SourceProgress.objects.get().finished is None


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, live_server, sign_in, assert_accessible, study, width, scheme):
    put(study.coder, study.source, "kom det folk", study.code, study.other)
    put(study.coder, study.source, "Så kom", study.question)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    assert_accessible(page)
    page.locator(".turn-codings summary").first.click()
    # What it lists pushes down the words that are clicked next.
    page.locator(".turn-codings .coding-line").first.wait_for()
    click_on(page, "kom det folk")
    expect(page.locator(".coding-card.open")).to_be_visible()
    assert_accessible(page)
    drag_over(page, "finne selv")
    page.locator("[data-act=palette]").click()
    page.keyboard.type("o")
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.locator("#transcript").focus()
    page.keyboard.press("?")
    assert_accessible(page)


def test_a_phone_codes_in_one_column(new_context, live_server, sign_in, study):
    page = new_context(has_touch=True, is_mobile=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    expect(page.locator(".coding-codes")).to_be_hidden()
    hold_on(page, "finne selv")
    expect(page.locator("#coding-details")).to_contain_text("finne selv")
    page.locator("[data-act=palette]").tap()
    page.keyboard.type("okonomi")
    page.locator("#palette [role=option]").first.tap()
    saved(page)
    assert codings(study.source) == [("Økonomi", "finne selv")]
    expect(page.locator(".coding-details")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(said(page)).not_to_be_empty()


def test_an_address_opens_the_passage_that_it_names(page, live_server, sign_in, study):
    (coding,) = put(study.coder, study.source, "finne selv", study.code)
    sign_in(page, study.coder.user)
    address = reverse("source", args=[study.project.slug, study.source.uuid])
    page.goto(f"{live_server.url}{address}#o={coding.start}-{coding.end}")
    ready(page)
    assert page.evaluate("document.getSelection().toString()") == "finne selv"
    expect(page.locator(".coding-card.open")).to_contain_text("Økonomi")
    expect(page.locator("mark.coded", has_text="finne selv")).to_be_in_viewport()
