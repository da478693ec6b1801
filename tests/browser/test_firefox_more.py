"""Further ways through the coding page in Debian's Firefox: several codes, memos, finding, filters, no connection."""

from __future__ import annotations

import random

import pytest
from django.conf import settings

from coding.models import Code, Memo
from tests.bidi import Firefox
from tests.browser import test_firefox as ways
from tests.browser.coding_page import chosen, codings
from tests.browser.test_coding_together import SETUP
from tests.browser.test_firefox import MARKED, SAVED, choose_code, click_on, drag_over, open_source
from tests.factories import make_source, put
from tests.served import Served, needs_posix

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The browser, the study and the page of its neighbour: pytest finds fixtures by their names here.
one_firefox, firefox, study, desk = ways.one_firefox, ways.firefox, ways.study, ways.desk

READY = "() => document.querySelector('#coding[data-ready]') !== null"
ALL_MARKED = "() => [...document.querySelectorAll('mark.coded')].map((one) => one.textContent)"
LIGHTS = "(name) => [...CSS.highlights.get(name)].map((range) => range.toString())"
MIDDLE = """(selector) => {
  const one = document.querySelector(selector);
  one.scrollIntoView({ block: "nearest" });
  const { left, top, width, height } = one.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}"""


def click(firefox: Firefox, selector: str) -> None:
    """Click the middle of the first element that matches, as soon as there is one."""
    firefox.until("(selector) => document.querySelector(selector)?.checkVisibility()", selector)
    firefox.drag([firefox.evaluate(MIDDLE, selector)])


def click_code(firefox: Firefox, code: Code) -> None:
    """Click a code in the codebook beside the text."""
    click(firefox, f"#code-tree [data-code='{code.pk}'] > .tree-row .name")


def reload(firefox: Firefox) -> None:
    """Load the page anew and wait until it can be used."""
    firefox.command("browsingContext.reload", context=firefox.context, wait="complete")
    firefox.until(READY)


def lights(firefox: Firefox, name: str, words: list[str]) -> None:
    """Wait until exactly these words are lit with the highlight `name`."""
    firefox.until(f"([name, words]) => String(({LIGHTS})(name)) === String(words)", [name, words])


def test_words_become_a_code_and_two_ticked_codes_go_on_others(desk, study):
    drag_over(desk, "ærlig talt")
    desk.press("'")
    desk.until("() => document.querySelector('mark.coded')?.textContent === 'ærlig talt'")
    assert Code.objects.get(name="ærlig talt").proposed
    drag_over(desk, "Søknader")
    desk.press(*"lok", "Tab", *"okon", "Tab")
    ticked = (
        "() => [...document.querySelectorAll('#palette .code-chip')].map((one) => one.firstChild.textContent)"
    )
    assert desk.evaluate(ticked) == ["Lokaler", "Økonomi"]
    assert codings(study.source) == [("ærlig talt", "ærlig talt")]
    desk.press("Enter")
    desk.until(SAVED)
    stored = [("Lokaler", "Søknader"), ("Økonomi", "Søknader"), ("ærlig talt", "ærlig talt")]
    assert codings(study.source) == stored
    assert chosen(desk) == "Søknader"


def test_a_memo_is_written_by_a_key_and_stored_when_it_is_left(firefox, live_server, study):
    (coding,) = put(study.coder, study.source, "kom det folk", study.code)
    open_source(firefox, live_server, study)
    click_on(firefox, "kom det folk")
    firefox.until("() => document.querySelector('.coding-card.open textarea')?.checkVisibility()")
    firefox.press("+")
    firefox.until("() => document.activeElement.localName === 'textarea'")
    firefox.press(*"Viktig, 1+1.")
    assert not Memo.objects.exists()
    click_on(firefox, "Og pengene?")
    firefox.until("() => document.querySelector('[data-said]').textContent === 'Memo saved'")
    memo = Memo.objects.get()
    assert (memo.body, memo.coding, memo.author) == ("Viktig, 1+1.", coding, study.coder)
    assert codings(study.source) == [("Økonomi", "kom det folk")]


def test_what_is_found_is_lit_and_the_hit_that_is_reached_is_coded(desk, study):
    desk.evaluate("() => document.getElementById('transcript').focus()")
    desk.press("/", *"det")
    lights(desk, "found-here", ["det"])
    lights(desk, "found", ["Det", "det", "det"])
    desk.press("Enter")
    lights(desk, "found-here", ["Det"])
    desk.press("Backspace", "Backspace", "Backspace", *"folk", "Enter")
    lights(desk, "found-here", ["folk"])
    assert desk.evaluate(LIGHTS, "found") == []
    desk.press("Escape")
    lights(desk, "found-here", [])
    assert chosen(desk) == "folk"
    choose_code(desk, "okonomi")
    assert codings(study.source) == [("Økonomi", "folk")]


def test_the_passages_of_a_code_are_lit_and_shown_alone(firefox, live_server, study):
    put(study.coder, study.source, "kom det folk", study.code)
    put(study.coder, study.source, "det folk. Café", study.other)
    put(study.coder, study.source, "finne selv", study.code)
    open_source(firefox, live_server, study)
    firefox.until(f"() => ({ALL_MARKED})().length > 0")
    click_code(firefox, study.code)
    lights(firefox, "lit", ["kom det folk", "finne selv"])
    assert firefox.evaluate(MARKED, study.other.pk) == "det folk. Café"
    click(firefox, ".code-card [data-do=only_code]")
    firefox.until(f"() => ({ALL_MARKED})().length === 2")
    assert firefox.evaluate(ALL_MARKED) == ["kom det folk", "finne selv"]
    assert "2 of 3" in firefox.evaluate("() => document.querySelector('.filter-on').textContent")
    click_code(firefox, study.other)
    lights(firefox, "lit", [])
    click(firefox, ".filter-on button")
    firefox.until("(code) => document.querySelector(`mark.c-${code}`) !== null", study.other.pk)
    assert firefox.evaluate(MARKED, study.other.pk) == "det folk. Café"
    assert firefox.evaluate(MARKED, study.code.pk) == "kom det folkfinne selv"
    lights(firefox, "lit", ["det folk. Café"])


def test_undo_and_redo_outlive_the_page(desk, study):
    drag_over(desk, "kom det folk")
    choose_code(desk, "okonomi")
    desk.press(".")
    desk.until(SAVED)
    reload(desk)
    for left in ([("Økonomi", "kom det folk")], []):
        desk.press("Control+z")
        desk.until(SAVED)
        assert codings(study.source) == left
    assert desk.evaluate(ALL_MARKED) == []
    reload(desk)
    desk.press("Control+y")
    desk.until(SAVED)
    assert codings(study.source) == [("Økonomi", "kom det folk")]
    assert desk.evaluate(MARKED, study.code.pk) == "kom det folk"


FAMILY, FLAG, FINGER = "👩‍👩‍👧‍👦", "🇳🇴", "👍🏽"
# Each is read as one sign and stays one beside any other.
SIGNS = [*"aøé.", "n\u0308", "ẹ\u0307", FAMILY, FLAG, FINGER, "1\ufe0f\u20e3", "𝒳", "ש\u05c1", "ל", " "]
# Selects between two places of the text, as (paragraph, UTF-16 unit).
SELECT = """async ([from, to]) => {
  const all = [...document.querySelectorAll("#transcript p[data-o]")];
  const point = ([index, left]) => {
    const walker = document.createTreeWalker(all[index], NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= node.data.length) return [node, left];
      left -= node.data.length;
    }
  };
  const noticed = new Promise((then) => {
    document.addEventListener("selectionchange", () => setTimeout(then), { once: true });
  });
  document.getSelection().setBaseAndExtent(...point(from), ...point(to));
  await noticed;
}"""


def units(text: str) -> int:
    """How long the browser takes a text to be."""
    return len(text.encode("utf-16-le")) // 2


def test_what_is_selected_is_what_is_stored_whatever_it_is_made_of(firefox, live_server, study):
    draw = random.Random(7)
    # Of every paragraph no sign at its ends is a blank, and each stands with every other somewhere.
    texts = [[draw.choice(SIGNS[:-1]), *draw.choices(SIGNS, k=18), draw.choice(SIGNS[:-1])] for _ in range(3)]
    study.source = make_source(study.project, [("Informant", "".join(signs)) for signs in texts])
    open_source(firefox, live_server, study)
    expected: set[str] = set()
    while len(expected) < 10:
        (first, start), (last, end) = sorted((draw.randrange(3), draw.randrange(20)) for _ in range(2))
        if texts[first][start] == " " or texts[last][end] == " ":
            continue
        before, until = "".join(texts[first][:start]), "".join(texts[last][: end + 1])
        places = [(first, units(before)), (last, units(until))]
        words = "\n".join("".join(signs) for signs in texts[first : last + 1])
        words = words[len(before) : len(words) - len("".join(texts[last][end + 1 :]))]
        if words in expected:
            continue
        # Drawn from its end as well: which way one selects makes no difference.
        firefox.evaluate(SELECT, places if len(expected) % 2 else places[::-1])
        if expected:
            firefox.press("1")
            firefox.until(SAVED)
        else:
            choose_code(firefox, "okonomi")
        expected.add(words)
        assert {stored for _code, stored in codings(study.source)} == expected
    assert len(codings(study.source)) == 10


WITH_A_SESSION = f"""{SETUP.rsplit("print", 1)[0]}
from django.conf import settings
from django.test import Client
from coding.models import User
source = make_source(project)
client = Client()
client.force_login(User.objects.get(username="kari"))
print(client.cookies[settings.SESSION_COOKIE_NAME].value, source.uuid)
"""
STORED = """
from coding.models import Coding
for one in Coding.objects.order_by("start").select_related("code", "version"):
    print(one.code.name, one.version.text[one.start : one.end], sep="|")
"""


@needs_posix
def test_what_the_server_was_not_there_for_outlives_the_page(firefox, tmp_path):
    server = Served(tmp_path / "data")
    server.begin()
    session, source = server.run("shell", "-v", "0", "-c", WITH_A_SESSION).split()[-2:]
    address = f"http://localhost:{server.port}/p/p/sources/{source}/"
    firefox.set_cookie(settings.SESSION_COOKIE_NAME, session, "localhost")
    try:
        server.start("serve")
        firefox.goto(address)
        firefox.until(READY)
        drag_over(firefox, "koker kaffe")
        choose_code(firefox, "drift")
        server.kill()
        drag_over(firefox, "tar imot folk")
        firefox.press("1")
        firefox.until("() => document.querySelector('[data-saved]').dataset.state === 'waiting'")
        # The page is gone before the server is back: nothing of it can be sent from there.
        firefox.goto("about:blank")
        server.start("serve")
        assert server.run("shell", "-v", "0", "-c", STORED).splitlines() == ["P1 Drift|koker kaffe"]
        firefox.goto(address)
        firefox.until(READY)
        firefox.until(f"() => String(({ALL_MARKED})()) === 'koker kaffe,tar imot folk'")
        firefox.until(SAVED)
        assert server.run("shell", "-v", "0", "-c", STORED).splitlines() == [
            "P1 Drift|koker kaffe",
            "P1 Drift|tar imot folk",
        ]
    finally:
        server.stop()
