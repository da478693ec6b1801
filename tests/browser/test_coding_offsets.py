"""What is selected is what is stored, whatever the text is made of: drawn texts and selections, coded in a browser.

The expected stretch is computed here, from the clusters of which the text was made, without the page's modules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from coding.models import Coding
from tests.browser.coding_page import (
    AFTER_PAINT,
    choose_code,
    codings,
    drag_over,
    focus_text,
    open_source,
    saved,
)
from tests.factories import make_source, make_study, text_of

pytestmark = pytest.mark.django_db(transaction=True)

# Each is read as one sign, in the form that is stored (NFC), and stays one beside any other.
CLUSTERS = [
    *"aæøÅé5.,?– \u00a0",
    "n\u0308",  # a combining letter that has no composed form
    "👩‍👩‍👧‍👦",  # a family joined by zero-width joiners
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # a flag of tags
    "🇳🇴",
    "👍🏽",
    "1\ufe0f\u20e3",  # a keycap
    "𝒳",
    "ש\u05c1",  # from right to left, with vowels
    "م\u0651",
]

paragraphs = st.lists(st.sampled_from([*CLUSTERS, "ja", " så "]), max_size=14)
turns = st.lists(st.lists(paragraphs, min_size=1, max_size=2), min_size=3, max_size=4)
places = st.tuples(st.integers(0, 99), st.one_of(st.just("header"), st.just("behind"), st.floats(0, 1)))
selections = st.lists(
    st.tuples(st.sampled_from(["script", "script", "drag", "triple"]), places, places), min_size=5, max_size=7
)


@dataclass
class Text:
    """The paragraphs of a source as clusters, with where each begins."""

    paragraphs: list[list[str]]

    def start(self, index: int) -> int:
        return sum(len("".join(one)) + 1 for one in self.paragraphs[:index])

    def edges(self, index: int) -> list[int]:
        """Where a cluster of this paragraph may begin or end, in UTF-16 units."""
        found = [0]
        for cluster in self.paragraphs[index]:
            # "ja" and " så " are several clusters of one unit each.
            parts = list(cluster) if cluster in ("ja", " så ") else [cluster]
            for part in parts:
                found.append(found[-1] + len(part.encode("utf-16-le")) // 2)
        return found

    def point(self, index: int, unit: int) -> int:
        """The code point of the whole text at a unit of a paragraph."""
        units = "".join(self.paragraphs[index]).encode("utf-16-le")
        return self.start(index) + len(units[: 2 * unit].decode("utf-16-le"))

    def expected(self, text: str, start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int] | None:
        """The stretch for two places (paragraph, unit): whole clusters, no blanks at its ends."""
        if start >= end:
            return None
        first = self.point(start[0], max(edge for edge in self.edges(start[0]) if edge <= start[1]))
        last = self.point(end[0], min(edge for edge in self.edges(end[0]) if edge >= end[1]))
        words = text[first:last]
        first += len(words) - len(words.lstrip())
        words = words.strip()
        return (first, first + len(words)) if words else None


# The native selection as [paragraph, unit] twice; a point outside paragraphs is [the next paragraph, null].
READ = """() => {
  const all = [...document.querySelectorAll("#transcript p[data-o]")];
  const selection = document.getSelection();
  if (!selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const place = (node, offset) => {
    const index = all.findIndex((paragraph) => paragraph.contains(node));
    if (index >= 0) {
      const before = new Range();
      before.selectNodeContents(all[index]);
      before.setEnd(node, offset);
      return [index, before.cloneContents().textContent.length];
    }
    const child = node.childNodes[offset];
    const follows = (other, one) => Boolean(other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    const next = all.findIndex((paragraph) =>
      child ? child === paragraph || follows(child, paragraph) : follows(node, paragraph) && !node.contains(paragraph));
    return [next < 0 ? all.length : next, null];
  };
  return [place(range.startContainer, range.startOffset), place(range.endContainer, range.endOffset)];
}"""
# The page puts it back where it was once marks that it painted have been shown.
SELECTED = f"async () => {{ {AFTER_PAINT} return ({READ})(); }}"
# Places the native selection at two DOM points, reads it, and waits until the page has taken notice. A script can end
# it within a sign; the page, where it paints, puts that back at the edge of one.
SELECT = (
    """async (ends) => {
  const all = [...document.querySelectorAll("#transcript p[data-o]")];
  const point = ([index, where]) => {
    const paragraph = all[index];
    if (where === "header") {
      const speaker = paragraph.closest(".turn").querySelector(".speaker").firstChild;
      return [speaker, 2];
    }
    const body = paragraph.parentElement;
    if (where === "behind") return [body, [...body.childNodes].indexOf(paragraph) + 1];
    let left = where;
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= node.data.length) return [node, left];
      left -= node.data.length;
    }
    return [paragraph, paragraph.childNodes.length];
  };
  const noticed = new Promise((then) => {
    document.addEventListener("selectionchange", () => setTimeout(then), { once: true });
    setTimeout(then, 100);
  });
  document.getSelection().setBaseAndExtent(...point(ends[0]), ...point(ends[1]));
  const native = ("""
    + READ
    + """)();
  await noticed;
  return native;
}"""
)
BOX = """([index, unit]) => {
  const paragraph = document.querySelectorAll("#transcript p[data-o]")[index];
  paragraph.scrollIntoView({ block: "center" });
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let left = unit;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left < node.data.length) {
      range.setStart(node, left);
      range.setEnd(node, left + 1);
      break;
    }
    left -= node.data.length;
  }
  const box = range.getClientRects()[0] ?? paragraph.getBoundingClientRect();
  return [box.left + 1, box.top + box.height / 2];
}"""


def select(page: Any, text: Text, way: str, *ends: tuple[int, Any]) -> Any:
    """Select between two drawn places, in either direction; answers what the browser then says is selected."""
    placed = []
    for number, where in ends:
        index = number % len(text.paragraphs)
        if isinstance(where, float):
            where = round(where * text.edges(index)[-1])
        placed.append([index, where])
    if way == "script":
        return page.evaluate(SELECT, placed)
    (first, unit), (second, other) = [
        (index, 0 if isinstance(where, str) else where) for index, where in placed
    ]
    if way == "triple":
        page.mouse.click(*page.evaluate(BOX, [first, unit]), click_count=3)
        return page.evaluate(SELECTED)
    page.evaluate(BOX, [second, other])
    start = page.evaluate(BOX.replace("paragraph.scrollIntoView", "void"), [first, unit])
    end = page.evaluate(BOX.replace("paragraph.scrollIntoView", "void"), [second, other])
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()
    return page.evaluate(SELECTED)


def test_the_stored_quote_is_what_was_selected(page, live_server, sign_in):
    study = make_study()
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    drag_over(page, "koker kaffe")
    focus_text(page)
    choose_code(page, "okonomi")  # from now on the code is on the key 1
    sent: list[Any] = []
    posted = re.compile(r"/codings/\?after=")
    page.on(
        "request",
        lambda asked: sent.append(asked) if asked.method == "POST" and posted.search(asked.url) else None,
    )

    # Not shrunk: an example costs a page, and what failed is printed as it was.
    phases = [Phase.explicit, Phase.reuse, Phase.generate]

    @settings(max_examples=8, phases=phases, suppress_health_check=list(HealthCheck))
    # An end behind the last, empty, paragraph: painting the coding before it must not move the selection's beginning.
    @example(
        drawn=[[["a"]], [["ø", "ja"], []]],
        selected=[("triple", (1, 0.5), (1, "header")), ("script", (1, 0.9), (2, "behind"))],
    )
    @given(turns, selections)
    def holds(drawn: list[list[list[str]]], selected: list[Any]) -> None:
        # A turn begins with a word, so that none is empty.
        made = [[["ja", *first], *rest] for first, *rest in drawn]
        said = [
            ("Intervjuer" if at % 2 else "Informant", "\n".join("".join(one) for one in turn))
            for at, turn in enumerate(made)
        ]
        source = make_source(study.project, said)
        text, stored = text_of(source), Text([one for turn in made for one in turn])
        assert text == "\n".join("".join(one) for one in stored.paragraphs)
        open_source(page, live_server, source)
        there: set[tuple[int, int]] = set()
        for way, anchor, focus in selected:
            focus_text(page)
            native = select(page, stored, way, anchor, focus)
            expected = None
            if native is not None:
                (first, unit), (second, other) = native
                if first < len(stored.paragraphs) and (second > 0 or other is not None):
                    start = (first, unit or 0)
                    end = (second, other) if other is not None else (second - 1, stored.edges(second - 1)[-1])
                    expected = stored.expected(text, start, end)
            sent.clear()
            page.keyboard.press("1")
            saved(page)
            if expected is not None:
                # The key takes the code off where it stands on exactly these words.
                there ^= {expected}
                assert [request.post_data_json["quote"] for request in sent] == [
                    text[slice(*expected)] for _ in sent
                ]
            found = set(Coding.objects.filter(source=source).values_list("start", "end"))
            assert found == there, (way, native, [text[slice(*one)] for one in found ^ there])
        assert page.locator("mark.coded").count() >= bool(there)
        page.keyboard.press("Escape")

    holds()
    assert codings(study.source) == [("Økonomi", "koker kaffe")]
