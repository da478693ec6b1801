"""The coding page without a mouse, without colours, large, narrow, by finger, and as a screen reader meets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from coding.models import Coding
from tests.browser.coding_page import click_on, codings, focus_text, open_source, ready, said, saved
from tests.factories import PASSWORD, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

SAID = (
    ("Intervjuer", "Hva gjør dere her?"),
    ("Informant", " ".join(f"Setning {number} handler om kaffe." for number in range(1, 15))),
    ("Intervjuer", "Og pengene?"),
    ("Informant", "De skaffer vi selv."),
)
ROOM = "button, a[href], summary, input, select, textarea, [role=treeitem] > .tree-row"
# What has focus: whether one sees it, and whether anything of it shows.
STOP = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const ring = (css) => (css.outlineStyle !== "none" && parseFloat(css.outlineWidth) >= 1) || css.boxShadow !== "none";
  const row = one.querySelector?.(":scope > .tree-row");
  const label = one.closest("label");
  const marked = [one, row, label].some((place) => place && ring(getComputedStyle(place)));
  const seen = [];
  for (const x of [0.1, 0.5, 0.9]) {
    for (const y of [0.1, 0.5, 0.9]) {
      const top = document.elementFromPoint(box.left + box.width * x, box.top + Math.min(box.height * y, innerHeight));
      seen.push(Boolean(top && (one.contains(top) || top.contains(one) || label?.contains(top))));
    }
  }
  const words = (one.textContent || one.value || "").trim().slice(0, 30);
  const name = `${one.localName} ${one.id} ${one.className} ${words}`;
  return { name, marked, seen: seen.includes(true), id: one.id, end: one === document.body };
}"""
SMALL = """([room, least]) => [...document.querySelectorAll(room)].flatMap((one) => {
  // What a label holds is pressed with the label; a link in a line of text is as high as the line.
  const target = one.closest("label") ?? one;
  const { width, height } = target.getBoundingClientRect();
  if (!width || !target.checkVisibility({ visibilityProperty: true })) return [];
  if (target.closest(".visually-hidden, .skip-link")) return [];
  const inLine = one.localName === "a" && getComputedStyle(one).display === "inline";
  if (inLine || (width >= least - 0.5 && height >= least - 0.5)) return [];
  return [`${target.className} ${target.textContent.trim().slice(0, 30)} ${width} x ${height}`];
})"""


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID, title="Samtale")
    put(study.coder, study.source, "Setning 2 handler", study.code, study.other)
    put(study.coder, study.source, "2 handler om kaffe. Setning 3", study.question)
    put(study.coder, study.source, "pengene", study.code)
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


def tab_to(page: Any, what: str, most: int = 80) -> None:
    """Press Tab until an element has focus that matches the selector."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(what) => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"not reached with {most} tabs: {what}")


def test_a_whole_session_by_keyboard_alone(page, live_server, study):
    Coding.objects.all().delete()
    page.goto(live_server.url + "/")
    tab_to(page, "[name=login]")
    page.keyboard.type(study.coder.user.username)
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    project = f"#main a[href='/p/{study.project.slug}/']"
    page.locator(project).first.wait_for()
    tab_to(page, project)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/p/{study.project.slug}/$"))
    tab_to(page, ".places a[href$='/sources/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sources/$"))
    tab_to(page, f"a[href$='/sources/{study.source.uuid}/']")
    page.keyboard.press("Enter")
    ready(page)
    tab_to(page, "#transcript")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("okonomi")
    page.keyboard.press("Enter")
    for number in range(8):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("1")
        assert page.evaluate("document.activeElement.id") == "transcript", number
    page.keyboard.press("ArrowDown")
    page.keyboard.type("lok")
    page.keyboard.press("Enter")
    saved(page)
    assert len(codings(study.source)) == 10
    assert {words for _code, words in codings(study.source)} == {
        f"Setning {number} handler om kaffe." for number in range(1, 11)
    }
    tab_to(page, ".frame-tools summary:has(.account-name)")
    page.keyboard.press("Enter")
    tab_to(page, "form[action*=logout] button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/accounts/login/|/$"))
    expect(page.locator("summary .account-name")).to_have_count(0)


def test_every_stop_of_the_tab_key_is_seen_and_not_covered(desk):
    click_on(desk, "Setning 2 handler")
    expect(desk.locator(".coding-card.open")).to_be_visible()
    desk.locator(".turn-codings summary").first.click()
    desk.evaluate("() => { window.scrollTo(0, 0); document.querySelector('.skip-link').focus(); }")
    hidden, stops = [], []
    for _ in range(120):
        desk.keyboard.press("Tab")
        stop = desk.evaluate(STOP)
        if stop["end"]:
            break
        stops.append(stop["name"])
        if not (stop["seen"] and (stop["marked"] or stop["id"] in ("main", "transcript"))):
            hidden.append(stop)
    assert not hidden, "\n".join(map(str, hidden))
    # It is no trap: the last stop is behind the first, and the text is one of them.
    assert any("transcript" in name for name in stops)
    assert stop["end"] or len(set(stops)) < len(stops)


def test_a_coded_turn_reads_as_who_what_and_which_codes(desk):
    turn = desk.locator(".turn", has_text="Setning 1 handler")
    expect(turn.locator(".turn-codings summary")).to_have_text("3 codings")
    turn.locator(".turn-codings summary").press("Enter")
    expect(turn.locator(".turn-codings li")).to_have_count(3)
    snapshot = turn.aria_snapshot()
    # Who speaks, all that is said, and once: the stripes in the margin are not read out.
    lines = [line.strip() for line in snapshot.splitlines()]
    assert "Informant" in lines[0]
    words = re.sub(r"- (?:paragraph|mark|text): ?|\s+", " ", snapshot)
    assert " ".join(words.split()).count("Setning 14 handler om kaffe.") == 1
    buttons = re.findall(r'button "(.+?)"', snapshot)
    assert [re.sub(r"\s+", " ", one) for one in buttons] == [
        "P1 Drift › Økonomi «Setning 2 handler»",
        "P1 Drift › Lokaler «Setning 2 handler»",
        "P1 Drift «2 handler om kaffe. Setning 3»",
    ]
    assert desk.locator("#transcript").get_attribute("role") == "region"
    assert desk.get_by_role("region", name="Transcript").count() == 1


def test_what_an_action_did_is_said_in_a_status_line(desk):
    focus_text(desk)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.type("lok")
    desk.keyboard.press("Enter")
    saved(desk)
    assert said(desk).get_attribute("role") == "status"
    assert desk.locator("[data-saved]").get_attribute("role") == "status"
    expect(said(desk)).to_contain_text("Lokaler")
    desk.keyboard.press("ArrowDown")
    expect(desk.locator("#cursor-line[aria-live=polite]")).to_have_text("Setning 1 handler om kaffe.")


def test_menus_and_filters_open_are_accessible(desk, assert_accessible):
    for menu in desk.locator("details.menu > summary").all():
        menu.click()
        assert_accessible(desk)
        menu.click()


@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)])
def test_targets_are_large_enough(new_context, live_server, sign_in, study, touch, least):
    page = new_context(has_touch=touch, is_mobile=touch).new_page()
    if touch:
        page.set_viewport_size({"width": 820, "height": 1180})
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    click_on(page, "Setning 2 handler")
    expect(page.locator(".coding-card.open")).to_be_visible()
    small = page.evaluate(SMALL, [ROOM, least])
    assert not small, "\n".join(small)


def test_three_hundred_and_twenty_pixels_are_enough(page, live_server, sign_in, study):
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    click_on(page, "Setning 2 handler")
    expect(page.locator(".coding-card.open")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # Everything in the bar can be reached.
    outside = page.evaluate("""() => [...document.querySelectorAll("#coding-bar button")].filter((button) => {
      const { left, right, width } = button.getBoundingClientRect();
      // A row that scrolls shows what has focus.
      const row = button.closest(".quick-codes, .coding-commands");
      return width && (left < 0 || right > innerWidth) && getComputedStyle(row).overflowX !== "auto";
    }).map((button) => button.textContent.trim())""")
    assert outside == []


def test_wider_spacing_of_text_cuts_nothing_off(desk):
    click_on(desk, "Setning 2 handler")
    expect(desk.locator(".coding-card.open")).to_be_visible()
    desk.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important }
        * { word-spacing: 0.16em !important }
        p { margin-block-end: 2em !important }`);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }""")
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = desk.evaluate("""() => [...document.querySelectorAll(".coding :is(button, summary, p, h1, h2)")]
      .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, .truncate, .stripes"))
      .filter((one) => getComputedStyle(one).overflow !== "visible" && one.scrollHeight > one.clientHeight + 2)
      .map((one) => one.className + " " + one.textContent.trim().slice(0, 40))""")
    assert cut == []


def test_forced_colours_leave_highlights_and_stripes_to_be_told_apart(desk):
    desk.emulate_media(forced_colors="active")
    click_on(desk, "pengene")
    expect(desk.locator("mark.focused")).to_have_count(1)
    drawn = desk.evaluate("""() => {
      const style = (name) => getComputedStyle(document.querySelector(name));
      const bar = style(".bar"), mark = style("mark.tint"), focused = style("mark.focused");
      return {
        bar: parseFloat(bar.borderInlineStartWidth) >= 2 && bar.borderInlineStartStyle !== "none",
        mark: mark.textDecorationLine,
        focused: focused.outlineStyle,
        labels: [...document.querySelectorAll(".stripe-name")].map((name) => name.textContent),
      };
    }""")
    assert drawn["bar"]
    assert drawn["mark"] == "underline"
    assert drawn["focused"] == "solid"
    assert {"Økonomi", "Lokaler", "P1 Drift"} <= set(drawn["labels"])


def test_every_drag_has_another_way(desk, study):
    """Bounds by button, a code onto the text by click, text onto a code by click on it."""
    click_on(desk, "pengene")
    desk.locator("[data-do=start_earlier]").click()
    saved(desk)
    assert ("Økonomi", "Og pengene") in codings(study.source)
    desk.keyboard.press("Escape")
    focus_text(desk)
    desk.keyboard.press("ArrowDown")
    row = desk.locator("#code-tree .tree-row", has_text="Lokaler")
    row.click()
    saved(desk)
    assert ("Lokaler", "Og pengene?") in codings(study.source)


def test_a_key_leads_to_the_coding_beside_the_text_and_esc_back(desk, study):
    """What only stands there (who counts, another code, its meaning) is a key and a Tab away from the text."""
    focus_text(desk)
    desk.keyboard.press("*")
    expect(desk.locator("[data-said]")).to_have_text(re.compile("^Choose a coding"))
    click_on(desk, "pengene")
    focus_text(desk)
    desk.keyboard.press("*")
    expect(desk.locator(".coding-card.open [data-do=focus]")).to_be_focused()
    for _stop in range(12):
        if desk.evaluate("document.activeElement.dataset.do") == "recode":
            break
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.locator("#palette[open]").wait_for()
    desk.keyboard.type("lokaler")
    desk.keyboard.press("Enter")
    saved(desk)
    assert ("Lokaler", "pengene") in codings(study.source)
    desk.keyboard.press("*")
    desk.keyboard.press("Escape")
    expect(desk.locator("#transcript")).to_be_focused()


def test_the_key_to_the_panel_does_not_wait_for_the_panel_to_be_drawn(desk, study):
    """Who types fast presses it before the browser has shown the coding."""
    put(study.coder, study.source, "Hva gjør dere her?", study.code)
    desk.reload()
    focus_text(desk)
    entered = desk.evaluate("""() => {
      const text = document.getElementById("transcript");
      for (const key of ["ArrowDown", "*"]) {
        text.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
      return document.activeElement.closest(".coding-card.open")?.querySelector(".details-quote").textContent;
    }""")
    assert entered == "Hva gjør dere her?"
