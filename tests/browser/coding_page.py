"""The coding page as a person uses it: open it, select words with the mouse, wait until all is saved."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.urls import reverse
from playwright.sync_api import expect

from coding.models import Coding, Membership, Source

# The ends of the words on the screen, however many highlights they are cut into.
ENDS = """([needle, take]) => {
  for (const paragraph of document.querySelectorAll("p[data-o]")) {
    const at = paragraph.textContent.indexOf(needle);
    if (at < 0) continue;
    paragraph.scrollIntoView({ block: "center" });
    const place = (left, last) => {
      const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (left < node.data.length || (last && left === node.data.length)) return [node, left];
        left -= node.data.length;
      }
    };
    const range = document.createRange();
    range.setStart(...place(at, false));
    range.setEnd(...place(at + needle.length, true));
    if (take) {
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
    }
    const boxes = [...range.getClientRects()].filter((box) => box.width);
    const [first, last] = [boxes[0], boxes.at(-1)];
    return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
  }
  throw new Error(`not on the page: ${needle}`);
}"""


# In an async function of the page: what it leaves until a change has been shown is done then.
AFTER_PAINT = """
  for (let frame = 0; frame < 2; frame += 1) await new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
"""


def open_source(page: Any, live_server: Any, source: Source) -> None:
    """Go to the coding page of `source` and wait until it can be used."""
    page.goto(live_server.url + reverse("source", args=[source.project.slug, source.uuid]))
    ready(page)


def ready(page: Any) -> None:
    page.locator("#coding[data-ready]").wait_for()


def drag_over(page: Any, words: str, until: str | None = None) -> None:
    """Select `words` (to the end of `until`) with the mouse, as it stands on the screen."""
    left, top, right, bottom = page.evaluate(ENDS, [words])
    if until is not None:
        # Looking for the end may scroll, so the beginning is looked up where it then stands.
        page.evaluate(ENDS, [until])
        left, top, _right, _bottom = page.evaluate(ENDS, [words])
        _left, _top, right, bottom = page.evaluate(ENDS.replace("paragraph.scrollIntoView", "void"), [until])
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.move(right - 1, bottom)
    page.mouse.move(right, bottom)
    page.wait_for_function("() => !document.getSelection().isCollapsed")
    page.mouse.up()


def hold_on(page: Any, words: str) -> None:
    """Select `words` as a finger does: the browser reports a selection, no pointer draws it."""
    page.evaluate(ENDS, [words, True])


def click_on(page: Any, words: str) -> None:
    left, top, _right, _bottom = page.evaluate(ENDS, [words])
    # The middle of a long paragraph is in view, and its beginning may lie under the head.
    if top < 150:
        page.evaluate("(top) => scrollBy({ top: top - 220, behavior: 'instant' })", top)
        left, top, _right, _bottom = page.evaluate(ENDS.replace("paragraph.scrollIntoView", "void"), [words])
    page.mouse.click(left + 4, top)


def choose_code(page: Any, typed: str) -> None:
    """With the text focused: type letters of a code, take the first one found, and wait until it is stored."""
    page.keyboard.type(typed[0])
    page.locator("#palette[open]").wait_for()
    page.keyboard.type(typed[1:])
    page.keyboard.press("Enter")
    saved(page)


def option(page: Any, name: str) -> Any:
    """The line of the palette that offers this code."""
    return page.locator("#palette [role=option]", has=page.locator("strong", has_text=name))


def focus_text(page: Any) -> None:
    page.locator("#transcript").focus()


def saved(page: Any) -> None:
    """Wait until the server has acknowledged everything."""
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")


def saved_by_itself(page: Any) -> None:
    """Let the page's clock run on until it has reached the server: a pause begins only when a try has failed."""
    for _ in range(10):
        page.clock.run_for(30_000)
        with suppress(AssertionError):
            expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=1_000)
            return
    saved(page)


def said(page: Any) -> Any:
    return page.locator("[data-said]")


def chosen(page: Any) -> str:
    """The words that are selected, once the page has put the selection back that its painting took away."""
    return page.evaluate(f"async () => {{ {AFTER_PAINT} return document.getSelection().toString(); }}")


def marks(page: Any, code: Any) -> str:
    """All words on the screen that are highlighted with `code`, in the order of the text."""
    script = "(name) => [...document.querySelectorAll(name)].map((mark) => mark.textContent).join('')"
    return page.evaluate(script, f"mark.c-{code.pk}")


def codings(source: Source, coder: Membership | None = None) -> list[tuple[str, str]]:
    """(code, words) of the codings in the database, in the order of the text."""
    source.refresh_from_db()
    assert source.version is not None
    rows = Coding.objects.filter(source=source).select_related("code").order_by("start", "end", "id")
    if coder is not None:
        rows = rows.filter(coder=coder)
    return [(row.code.name, source.version.text[row.start : row.end]) for row in rows]
