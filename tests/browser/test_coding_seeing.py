"""Seeing what is coded, and reading in comfort: filters, lit passages, stripes, size of the text, contrast, paper."""

from __future__ import annotations

import re
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding.actions.codings import code_passage
from coding.colours import FAMILY_HUES, SWATCHES, hue_of
from coding.models import Code
from coding.views.stylesheet import _rule
from tests.browser.coding_page import (
    AFTER_PAINT,
    choose_code,
    click_on,
    codings,
    drag_over,
    focus_text,
    marks,
    open_source,
    saved,
)
from tests.factories import make_code, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db(transaction=True)

LONG = (
    "Vi begynte med kaffe på fredager, og så kom det folk som ikke går noe annet sted, for det er mange som bor alene "
    "her i bydelen, og etter hvert ble det både kurs og turgruppe og en liten gjeng som låner ut verktøy til naboene."
)
SAID = (
    ("Intervjuer", "Hvordan begynte det?"),
    ("Informant", LONG),
    ("Intervjuer", "Og pengene?"),
    ("Informant", "Vi skriver søknader hele året.\nResten må vi finne selv, ærlig talt."),
    ("Informant", "Husleia er det verste. Kommunen svarer sjelden."),
)


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID)
    elsewhere = make_code(study.project, "P2 Frivillighet")
    put(study.coder, study.source, "søknader", study.code)
    put(study.coder, study.source, "søknader hele året", study.other)
    put(study.coder, study.source, "Kommunen svarer sjelden", elsewhere)
    return study


@pytest.fixture
def elsewhere(study):
    """The code of the other research question."""
    return Code.objects.get(project=study.project, name="P2 Frivillighet")


@pytest.fixture
def desk(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


def show_only(page: Any, name: str, *, branch: bool) -> None:
    page.locator("summary", has_text="Show").click()
    page.locator("[data-with-branch]").set_checked(branch)
    option = page.locator("#only-code option", has_text=name)
    page.locator("#only-code").select_option(option.get_attribute("value"))
    page.keyboard.press("Escape")


def filtered(page: Any) -> Any:
    return page.locator("[data-on=code]")


def says(page: Any, sentence: str) -> None:
    """The line above the text says so of the filter by code."""
    expect(filtered(page)).to_contain_text(sentence, use_inner_text=True)


def counts(page: Any) -> dict[str, str]:
    """What the tree counts, where it counts anything."""
    rows = page.locator("#code-tree .tree-row").all()
    told = {row.locator(".name").inner_text(): row.locator(".count").inner_text() for row in rows}
    return {name: count for name, count in told.items() if count}


# --- filters ----------------------------------------------------------------------------------------------------------


def test_a_filter_by_code_holds_for_marks_stripes_lists_and_counts(desk, study, elsewhere):
    assert counts(desk) == {"Økonomi": "1", "Lokaler": "1", "P2 Frivillighet": "1"}
    show_only(desk, "Økonomi", branch=False)
    says(desk, "Only Økonomi 1 of 3 codings shown")
    assert marks(desk, study.code) == "søknader"
    assert marks(desk, study.other) == marks(desk, elsewhere) == ""
    assert desk.locator(".stripe-name").all_inner_texts() == ["Økonomi"]
    assert desk.locator(".bar").count() == 1
    assert desk.locator(".turn-codings > summary").all_inner_texts() == ["1 coding"]
    expect(desk.locator("#code-tree .count", has_text="1")).to_have_count(1)
    assert counts(desk) == {"Økonomi": "1"}


def test_a_filter_stays_until_it_is_let_go_and_for_this_page_only(desk, study):
    show_only(desk, "Lokaler", branch=False)
    focus_text(desk)
    desk.keyboard.press("Escape")
    expect(filtered(desk)).to_be_visible()
    assert marks(desk, study.code) == ""
    filtered(desk).get_by_role("button", name="Show all codings").click()
    expect(filtered(desk)).to_be_hidden()
    assert marks(desk, study.code) == "søknader"
    show_only(desk, "Lokaler", branch=False)
    desk.reload()
    desk.locator("#coding[data-ready] mark").first.wait_for()
    expect(filtered(desk)).to_be_hidden()
    assert marks(desk, study.code) == "søknader"


def test_a_code_card_shows_only_its_branch_and_all_again(desk, study, elsewhere):
    desk.locator("#code-tree .tree-row", has_text="P1 Drift").click()
    button = desk.get_by_role("button", name="Show only its branch")
    button.click()
    says(desk, "Only P1 Drift and the codes below it 2 of 3 codings shown")
    assert [marks(desk, code) for code in (study.code, study.other, elsewhere)] == [
        "søknader",
        "søknader hele året",
        "",
    ]
    expect(button).to_have_attribute("aria-pressed", "true")
    desk.get_by_role("button", name="Show only this code").click()
    says(desk, "0 of 3 codings shown")
    desk.get_by_role("button", name="Show only this code").click()
    expect(filtered(desk)).to_be_hidden()


def test_what_stands_already_is_found_behind_a_filter(desk, study):
    show_only(desk, "P2 Frivillighet", branch=True)
    # The next uncoded turn is not one whose coding is only hidden.
    drag_over(desk, "Hvordan begynte")
    focus_text(desk)
    desk.keyboard.press("-")
    desk.keyboard.press("-")
    expect(desk.locator("[data-said]")).to_contain_text("further up")
    # The palette knows that the code stands there.
    drag_over(desk, "søknader")
    desk.keyboard.type("øko")
    expect(desk.locator("#palette-list")).to_contain_text("on it already")
    desk.keyboard.press("Escape")
    # A code that stands there hidden is shown, not put twice and not taken away.
    focus_text(desk)
    before = codings(study.source)
    choose_code(desk, "okonomi")
    expect(desk.locator("[data-said]")).to_contain_text("already")
    assert codings(study.source) == before
    assert marks(desk, study.code) == "søknader"
    assert marks(desk, study.other) == ""


def test_a_digit_takes_away_only_what_is_seen(desk, study):
    drag_over(desk, "Husleia")
    focus_text(desk)
    choose_code(desk, "okonomi")
    show_only(desk, "P2 Frivillighet", branch=True)
    drag_over(desk, "søknader")
    focus_text(desk)
    desk.keyboard.press("1")
    expect(desk.locator("[data-said]")).to_contain_text("already")
    assert ("Økonomi", "søknader") in codings(study.source)
    assert marks(desk, study.code) == "søknader"
    desk.keyboard.press("1")
    saved(desk)
    assert ("Økonomi", "søknader") not in codings(study.source)


def test_what_is_coded_meanwhile_shows(desk, study):
    show_only(desk, "P2 Frivillighet", branch=True)
    drag_over(desk, "Husleia")
    focus_text(desk)
    choose_code(desk, "okonomi")
    assert marks(desk, study.code) == "Husleia"
    expect(desk.locator(".coding-card.open")).to_contain_text("Økonomi")
    says(desk, "2 of 4 codings shown")


def test_only_uncoded_lets_what_is_left_stand_out(desk, study):
    desk.locator("summary", has_text="Show").click()
    desk.locator("[data-only-uncoded]").check()
    desk.keyboard.press("Escape")
    quiet = desk.locator(".coded-by-me")
    expect(desk.locator("[data-on=uncoded]")).to_contain_text("1 of 3 turns have no coding of yours")
    expect(quiet).to_have_count(2)
    size = "(one) => getComputedStyle(one).fontSize"
    left = desk.locator(".turn", has_text="kaffe på fredager").locator("p")
    assert desk.locator(".coded-by-me p").first.evaluate(size) < left.evaluate(size)
    # A turn just coded stays as it is while it is worked on, and steps back when the reader goes on.
    drag_over(desk, "kaffe")
    focus_text(desk)
    choose_code(desk, "okonomi")
    expect(desk.locator("[data-on=uncoded]")).to_contain_text("0 of 3")
    expect(quiet).to_have_count(2)
    drag_over(desk, "Husleia")
    expect(quiet).to_have_count(3)
    desk.get_by_role("button", name="Show all turns alike").click()
    expect(desk.locator(".only-uncoded")).to_have_count(0)


def test_only_uncoded_counts_what_a_filter_hides(desk, study):
    show_only(desk, "Lokaler", branch=False)
    desk.locator("summary", has_text="Show").click()
    desk.locator("[data-only-uncoded]").check()
    expect(desk.locator("[data-on=uncoded]")).to_contain_text("1 of 3 turns")
    expect(desk.locator(".coded-by-me")).to_have_count(2)


# --- lit passages and stripes -----------------------------------------------------------------------------------------

LIT = (
    f"async () => {{ {AFTER_PAINT} return [...CSS.highlights.get('lit')].map((range) => range.toString()); }}"
)


def test_the_passages_of_a_code_are_lit_while_it_has_focus(desk, study):
    put(study.coder, study.source, "Husleia", study.code)
    desk.reload()
    desk.locator("#coding[data-ready] mark").first.wait_for()
    item = desk.locator(f"#code-tree [role=treeitem][data-code='{study.question.pk}']")
    item.focus()
    assert desk.evaluate(LIT) == []
    desk.keyboard.press("ArrowDown")
    assert desk.evaluate(LIT) == ["søknader", "Husleia"]
    desk.keyboard.press("ArrowDown")
    assert desk.evaluate(LIT) == ["søknader hele året"]
    focus_text(desk)
    assert desk.evaluate(LIT) == []
    click_on(desk, "Husleia")
    assert desk.evaluate(LIT) == ["søknader", "Husleia"]
    desk.keyboard.press("Escape")
    assert desk.evaluate(LIT) == []
    desk.locator("#code-tree .tree-row", has_text="Lokaler").hover()
    assert desk.evaluate(LIT) == ["søknader hele året"]


def test_a_further_coding_leaves_the_marks_beside_it_in_place(desk, study):
    """What stays as it is is not taken away and made anew: the browser would lay all of the turn out again."""
    beside = desk.locator("mark", has_text="søknader").first.element_handle()
    drag_over(desk, "Vi skriver")
    focus_text(desk)
    choose_code(desk, "okonomi")
    expect(desk.locator("mark", has_text="Vi skriver")).to_have_count(1)
    assert beside.evaluate("(mark) => mark.isConnected")


def test_lit_passages_are_underlined_not_only_coloured(desk):
    lines = "(one) => getComputedStyle(one, '::highlight(lit)').textDecorationStyle"
    assert desk.locator("p[data-o]").first.evaluate(lines) == "double"
    desk.emulate_media(forced_colors="active")
    assert desk.locator("p[data-o]").first.evaluate(lines) == "double"


def test_a_long_passage_keeps_its_lane_and_is_named_where_it_begins(page, live_server, sign_in, study):
    for words in ("kaffe", "kaffe på fredager", "alene", "verktøy"):
        put(study.coder, study.source, words, study.code)
    over = f"{LONG}\nOg pengene?\nVi skriver søknader hele året.\nResten må"
    put(study.coder, study.source, over, study.question)
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    bars = page.locator(f".bar.c-{study.question.pk}")
    expect(bars).to_have_count(4)
    assert {bar.get_attribute("class").split(" at-")[1][0] for bar in bars.all()} == {"0"}
    named = page.locator(f".stripe-label.c-{study.question.pk}:not(.continued)")
    expect(named).to_have_count(1)
    assert "kaffe" in named.locator("xpath=ancestor::section").inner_text()
    # Where a turn begins it is named once more, quietly, if the labels that begin there leave a row; no paragraph does.
    again = page.locator(f".stripe-label.continued.c-{study.question.pk}")
    expect(again).to_have_count(1)
    assert "Og pengene?" in again.locator("xpath=ancestor::section").inner_text()


def test_ten_codes_on_one_sentence_are_all_within_reach(page, live_server, sign_in, study):
    words = "Kommunen svarer sjelden"
    codes = [make_code(study.project, f"En kode med et nokså langt navn, nummer {n}") for n in range(10)]
    put(study.coder, study.source, words, *codes)
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    turn = page.locator(".turn", has_text=words)
    assert turn.locator(".bar").count() == 7
    boxes = [label.bounding_box() for label in turn.locator(".stripe-label").all()]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert apart or abs(one["y"] - other["y"]) >= min(one["height"], other["height"]) - 1
    more = turn.locator(".stripe-more")
    assert len(boxes) + int(more.inner_text()) == 11
    more.click()
    expect(turn.locator(".coding-line")).to_have_count(11)


def test_the_count_of_a_turn_opens_by_keyboard(desk, study):
    turn = desk.locator(".turn", has_text="søknader")
    expect(turn.locator("summary")).to_have_text("2 codings")
    focus_text(desk)
    desk.keyboard.press("Tab")
    expect(turn.locator("summary")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(turn.locator(".coding-line")).to_have_count(2)
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator(".coding-card.open")).to_contain_text("Lokaler")


# --- contrast ---------------------------------------------------------------------------------------------------------

CONTRAST = """([rules, n]) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((one) =>
      one <= 10.31475 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const p = document.querySelector("#transcript .turn p");
  const mark = p.appendChild(document.createElement("mark"));
  const cell = p.after(document.createElement("div")) ?? p.nextElementSibling;
  cell.className = "stripes";
  const label = cell.appendChild(document.createElement("span"));
  const page = getComputedStyle(document.documentElement).backgroundColor;
  const worst = { mark: 99, label: 99, bar: 99 };
  for (let code = 0; code < n; code += 1) {
    for (const depth of ["", "deep-2", "deep-3", "deep-4", "deep-4 focused"]) {
      mark.className = `coded tint ${depth} c-${code}`;
      const { color, backgroundColor } = getComputedStyle(mark);
      worst.mark = Math.min(worst.mark, ratio(color, backgroundColor));
    }
    label.className = `stripe-label c-${code}`;
    worst.label = Math.min(worst.label, ratio(getComputedStyle(label).color, page));
    label.className = `bar c-${code}`;
    worst.bar = Math.min(worst.bar, ratio(getComputedStyle(label).backgroundColor, page));
  }
  return worst;
}"""


def all_colours() -> tuple[str, int]:
    """The rules of a code of every hue that the product gives, at every depth, and how many they are."""
    hues = [*FAMILY_HUES, *(hue_of(swatch) for swatch in SWATCHES), *range(0, 360, 12)]
    nodes = [(hue, depth) for hue in hues for depth in range(5)]
    rules = [
        _rule(cast(Any, SimpleNamespace(hue=hue, depth=depth, code=SimpleNamespace(pk=number))))
        for number, (hue, depth) in enumerate(nodes)
    ]
    return "\n".join(rules), len(nodes)


@pytest.mark.parametrize(
    ("theme", "scheme", "text"),
    [
        ("", "light", 4.5),
        ("", "dark", 4.5),
        ("contrast", "light", 7),
        ("contrast", "dark", 7),
    ],
)
def test_text_is_readable_on_every_tint_of_every_code(desk, theme, scheme, text):
    desk.emulate_media(color_scheme=scheme)
    desk.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    worst = desk.evaluate(CONTRAST, list(all_colours()))
    assert worst["mark"] >= text
    assert worst["label"] >= text
    assert worst["bar"] >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_high_contrast_is_a_choice_for_every_page(
    new_context, live_server, sign_in, assert_accessible, study, scheme
):
    page = new_context(color_scheme=scheme).new_page()
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    page.locator(".frame-tools details.menu summary").last.click()
    page.get_by_role("button", name="High contrast").first.click()
    for view in ("source", "codebook", "matrix"):
        given = [study.source.uuid] if view == "source" else []
        page.goto(live_server.url + reverse(view, args=[study.project.slug, *given]))
        assert page.locator("html").get_attribute("data-theme") == "contrast"
        ground = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(0, 0, 0)")
        assert_accessible(page)


def test_a_system_that_asks_for_contrast_gets_it(new_context, live_server, sign_in, study):
    page = new_context(contrast="more").new_page()
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    ink = page.locator("p[data-o]").nth(1).evaluate("(one) => getComputedStyle(one).color")
    assert ink == "rgb(0, 0, 0)"
    focus_text(page)
    page.keyboard.press("Tab")
    width = "() => getComputedStyle(document.activeElement).outlineWidth"
    assert page.evaluate(width) == "5px"


def test_forced_colours_keep_stripes_as_borders_and_marks_as_underlines(desk, study):
    desk.emulate_media(forced_colors="active")
    style = "(one, what) => getComputedStyle(one)[what]"
    assert desk.locator(".bar").first.evaluate(style, "borderInlineStartWidth") == "4px"
    assert desk.locator("mark.tint").first.evaluate(style, "textDecorationLine") == "underline"


# --- comfort ----------------------------------------------------------------------------------------------------------

# Characters of each full line on the screen: every line but the last of each paragraph that has several.
LINES = """() => {
  const full = [];
  for (const p of document.querySelectorAll("#transcript p[data-o]")) {
    const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const lines = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let at = 0; at < node.data.length; at += 1) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        const middle = box.top + box.height / 2;
        if (!lines.length || middle - lines.at(-1).middle > box.height / 2) lines.push({ middle, n: 0 });
        lines.at(-1).n += 1;
      }
    }
    full.push(...lines.slice(0, -1).map((line) => line.n));
  }
  return full;
}"""


@pytest.mark.parametrize("width", [1280, 1440, 1600, 1920])
def test_a_line_has_sixty_to_seventyfive_characters_at_every_size(page, live_server, sign_in, study, width):
    source = make_source(study.project, [("Informant", f"{LONG} {LONG.lower()} {LONG} {LONG}")] * 3)
    put(study.coder, source, "kaffe på fredager", study.code)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, study.coder.user)
    open_source(page, live_server, source)
    page.locator("summary", has_text="Text").last.click()
    heights = set()
    for step in page.locator("[data-reading=size]").all():
        step.click()
        expect(step).to_have_attribute("aria-pressed", "true")
        lines = page.evaluate(LINES)
        assert len(lines) > 15
        assert 60 <= sum(lines) / len(lines) <= 75, (step.inner_text(), sum(lines) / len(lines))
        heights.add(page.locator("p[data-o]").first.evaluate("(one) => getComputedStyle(one).fontSize"))
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= width
    assert len(heights) == 5


def test_how_the_text_reads_is_kept_and_set_before_anything_is_drawn(desk):
    desk.locator("summary", has_text="Text").last.click()
    desk.get_by_role("button", name="130 %").click()
    desk.get_by_role("button", name="Much").click()
    desk.get_by_role("button", name="Nothing").click()
    expect(desk.locator(".stripes").first).to_be_hidden()
    desk.add_init_script(
        """new MutationObserver((_, observer) => {
          if (!document.body) return;
          window.atFirst = { ...document.documentElement.dataset };
          observer.disconnect();
        }).observe(document, { childList: true, subtree: true });"""
    )
    desk.reload()
    desk.locator("#coding[data-ready]").wait_for()
    wanted = {"readingSize": "5", "readingLines": "wide", "readingMargin": "none"}
    assert wanted.items() <= desk.evaluate("() => window.atFirst").items()
    expect(desk.get_by_role("button", name="130 %", include_hidden=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(desk.locator(".stripes").first).to_be_hidden()
    ratio = (
        "(one) => parseFloat(getComputedStyle(one).lineHeight) / parseFloat(getComputedStyle(one).fontSize)"
    )
    assert desk.locator("p[data-o]").first.evaluate(ratio) == pytest.approx(1.85, abs=0.02)


def test_the_menus_are_accessible(desk, assert_accessible):
    show_only(desk, "Økonomi", branch=True)
    for name in ("Show", "Text"):
        desk.locator("summary", has_text=name).last.click()
        assert_accessible(desk)


# --- paper ------------------------------------------------------------------------------------------------------------


def printed(page: Any) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(BytesIO(page.pdf(format="A4", print_background=True)))


def words_of(document: pypdfium2.PdfDocument) -> list[str]:
    """The text of each page, with single blanks."""
    pages = [page.get_textpage().get_text_range() for page in document]
    return [re.sub(r"\s+", " ", text) for text in pages]


def test_paper_has_the_codes_in_the_margin_and_no_tools(new_context, live_server, sign_in, study):
    many = [make_code(study.project, f"Randkode {n}") for n in range(12)]
    # Turns of every length, so that pages end at every place in one.
    sentences = LONG.split(", ")
    talk = [("Informant", ", ".join(sentences[: n % 6 + 1])) for n in range(160)]
    long = make_source(study.project, [*SAID, *talk, ("Informant", LONG)], title="Lang kilde")
    put(study.coder, long, "Kommunen svarer sjelden", *many)
    text = text_of(long)
    last = text.rindex("verktøy")
    study_code = make_code(study.project, "Siste kode")
    code_passage(actor=study.coder, source=long, start=last, end=last + 7, codes=[study_code.uuid])
    page = new_context(color_scheme="dark").new_page()
    sign_in(page, study.coder.user)
    open_source(page, live_server, long)
    document = printed(page)
    pages = words_of(document)
    assert len(pages) > 8
    assert pages[0].startswith("Lang kilde")
    # Every name is there, those that the screen folds into "+11" as well.
    for code in many:
        assert code.name in pages[0]
    assert "+" not in pages[0]
    # Turns far below the window are painted too, and named on the page where they stand.
    assert [n for n, words in enumerate(pages) if "Siste kode" in words] == [len(pages) - 1]
    for tool in ("Find a code", "Mark as finished", "All saved", "Next uncoded", "Colleagues", "1 coding"):
        assert not any(tool in words for words in pages), tool
    # A turn's name is on the same page as its first line.
    assert not any(words.strip().endswith("Informant") for words in pages)
    # Black on white, from a dark screen too: the corner of the page is white.
    corner = document[0].render(scale=0.2).to_numpy()[2, 2]
    assert set(corner.tolist()) == {255}
    # And the name stands beside its words.
    found = document[0].get_textpage()
    at = {}
    for name in ("Randkode 0", "Kommunen svarer"):
        index, _count = found.search(name).get_next()
        at[name] = found.get_charbox(index)
    assert abs(at["Randkode 0"][3] - at["Kommunen svarer"][3]) < 40
    assert at["Randkode 0"][0] > at["Kommunen svarer"][0] + 150


def test_after_printing_the_page_is_as_it_was(page, live_server, sign_in, study):
    source = make_source(study.project, [("Informant", LONG), ("Intervjuer", "Ja.")] * 60)
    text = text_of(source)
    for number in range(20):
        start = [found.start() for found in re.finditer("kaffe", text)][number * 2]
        code_passage(actor=study.coder, source=source, start=start, end=start + 5, codes=[study.code.uuid])
    sign_in(page, study.coder.user)
    open_source(page, live_server, source)
    page.locator("mark").first.wait_for()
    before = page.locator("mark").count()
    assert before < 20
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("mark").count() == 20
    # However many names stand in the margin, a stripe is as long as its words: it hangs on their paragraph.
    assert page.locator("p[data-o] > .bar").count() == 20
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("mark").count() == before
    assert page.locator("p[data-o] > .bar").count() == 0
    assert page.locator(".stripes > .bar").count() == before


def test_a_stripe_on_paper_is_no_longer_than_its_words(desk, study):
    many = [make_code(study.project, f"Kode {n}") for n in range(9)]
    put(study.coder, study.source, "Kommunen svarer sjelden", *many)
    desk.reload()
    desk.locator("#coding[data-ready] mark").first.wait_for()
    desk.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    desk.emulate_media(media="print")
    turn = desk.locator(".turn", has_text="Husleia")
    words, names = turn.locator("p[data-o]").bounding_box(), turn.locator(".labels").bounding_box()
    assert names["height"] > 2 * words["height"]
    for bar in turn.locator(".bar").all():
        box = bar.bounding_box()
        assert box["y"] >= words["y"] - 1
        assert box["y"] + box["height"] <= words["y"] + words["height"] + 2
        assert words["x"] + words["width"] <= box["x"] < names["x"]
