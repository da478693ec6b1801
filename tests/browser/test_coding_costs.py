"""What coding costs in keys and clicks, counted as they are sent; docs/coding-page.md has the same numbers.

A chord (Ctrl+Z) is one key, a drag is one click. Choosing the passage is counted apart from coding it.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.coding_page import ENDS, codings, drag_over, focus_text, open_source, ready, saved
from tests.factories import make_code, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

DOCS = Path(__file__).resolve().parents[2] / "docs" / "coding-page.md"
SENTENCES = [f"Setning nummer {number} handler om kaffe og folk." for number in range(1, 25)]
CODES = ("Økonomi", "Lokaler", "Dugnad", "Frivillighet", "Kommunen")


class Hand:
    """A person's hand: sends keys and clicks, and counts them under what they are for."""

    def __init__(self, page: Any) -> None:
        self.page, self.spent, self.purpose = page, Counter[str](), "coding"

    @contextlib.contextmanager
    def choosing(self) -> Iterator[None]:
        self.purpose = "choosing"
        yield
        self.purpose = "coding"

    def press(self, *keys: str) -> None:
        for key in keys:
            self.spent[self.purpose] += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Letters, one key each."""
        self.press(*text)

    def click(self, locator: Any) -> None:
        self.spent[self.purpose] += 1
        locator.click()

    def drag(self, words: str) -> None:
        self.spent[self.purpose] += 1
        drag_over(self.page, words)

    def click_word(self, words: str) -> None:
        self.spent[self.purpose] += 1
        left, top, _right, _bottom = self.page.evaluate(ENDS, [words])
        self.page.mouse.click(left + 4, top)


def documented() -> dict[str, list[str]]:
    """The table of docs/coding-page.md: task -> its other cells."""
    rows = re.findall(
        r"^\| (.+?) \| (\d+ \+ \d+) \| (\d+ \+ \d+) \|$", DOCS.read_text(encoding="utf-8"), re.M
    )
    return {task: cells for task, *cells in rows}


def costs(task: str, hand: Hand, *, mouse: bool = False, most: int) -> None:
    """What was spent stays within `most` for coding, and is what the docs say: coding + choosing."""
    assert hand.spent["coding"] <= most, hand.spent
    cell = documented()[task][1 if mouse else 0]
    assert cell == f"{hand.spent['coding']} + {hand.spent['choosing']}"


@pytest.fixture
def study():
    study = make_study()
    below = make_code(study.project, "Tilskudd", study.code)
    deeper = make_code(study.project, "Statlige ordninger", below)
    make_code(study.project, "Frivillighetsmidler fra departementet", deeper)
    for name in CODES[2:]:
        make_code(study.project, name, study.question)
    study.source = make_source(study.project, [("Informant", " ".join(SENTENCES))])
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


@pytest.fixture
def hand(desk):
    return Hand(desk)


def know_the_codes(page: Any) -> None:
    """Five codes have been used before in this project, and so stand on the keys 1 to 5."""
    focus_text(page)
    page.keyboard.press("ArrowDown")
    for name in CODES:
        page.keyboard.type(name.lower())
        page.locator("#palette[open] [role=option]", has_text=name).first.wait_for()
        page.keyboard.press("Enter")
    saved(page)
    page.keyboard.press("Escape")


def made_by(study: Any) -> list[tuple[str, str]]:
    """The codings but those of the first sentence, which is there to know the codes."""
    return [(code, words) for code, words in codings(study.source) if words != SENTENCES[0]]


def test_twenty_passages_with_five_known_codes(desk, hand, study):
    know_the_codes(desk)
    wanted = [(CODES[at % 5], SENTENCES[at + 1]) for at in range(20)]
    focus_text(desk)
    with hand.choosing():
        hand.press("ArrowDown")
    for at in range(20):
        with hand.choosing():
            hand.press("ArrowDown")
        hand.press(str(at % 5 + 1))
    saved(desk)
    assert made_by(study) == wanted
    costs("20 passages with 5 known codes", hand, most=20)


def test_twenty_passages_by_mouse(desk, hand, study):
    for at in range(20):
        with hand.choosing():
            hand.drag(SENTENCES[at + 1])
        hand.click(desk.locator("#code-tree .tree-row .name", has_text=re.compile(f"^{CODES[at % 5]}$")))
    saved(desk)
    assert made_by(study) == [(CODES[at % 5], SENTENCES[at + 1]) for at in range(20)]
    costs("20 passages with 5 known codes", hand, mouse=True, most=20)


def test_a_code_deep_in_the_tree(desk, hand, study):
    focus_text(desk)
    with hand.choosing():
        hand.press("ArrowDown")
    hand.type("dep")
    hand.press("Enter")
    saved(desk)
    name = "Frivillighetsmidler fra departementet"
    assert codings(study.source) == [(name, SENTENCES[0])]
    costs("a code deep in the tree", hand, most=4)
    again = Hand(desk)
    with again.choosing():
        again.drag(SENTENCES[1])
    again.click(desk.locator("#code-tree .tree-row .name", has_text=name))
    saved(desk)
    assert codings(study.source)[1:] == [(name, SENTENCES[1])]
    costs("a code deep in the tree", again, mouse=True, most=1)


def test_three_codes_on_one_passage(desk, hand, study):
    focus_text(desk)
    with hand.choosing():
        hand.press("ArrowDown")
    for letters in ("ok", "lo", "du"):
        hand.type(letters)
        hand.press("Tab")
    hand.press("Enter")
    saved(desk)
    assert sorted(codings(study.source)) == sorted((name, SENTENCES[0]) for name in CODES[:3])
    costs("three codes on one passage, found by their letters", hand, most=10)
    # They stand on keys now, and go on the next passage with one key each, or all with Enter.
    again = Hand(desk)
    with again.choosing():
        again.press("ArrowDown")
    again.press("1", "2", "3")
    saved(desk)
    assert len(codings(study.source)) == 6
    costs("three known codes on one passage", again, most=3)
    by_mouse = Hand(desk)
    with by_mouse.choosing():
        by_mouse.drag(SENTENCES[2])
    for name in CODES[:3]:
        by_mouse.click(desk.locator("#code-tree .tree-row .name", has_text=name))
    saved(desk)
    assert len(codings(study.source)) == 9
    costs("three codes on one passage, found by their letters", by_mouse, mouse=True, most=3)
    costs("three known codes on one passage", by_mouse, mouse=True, most=3)


def test_a_boundary_is_corrected_by_two_words(desk, hand, study):
    put(study.coder, study.source, "nummer 2 handler om", study.code)
    desk.reload()
    ready(desk)
    with hand.choosing():
        hand.click_word("nummer 2 handler")
    hand.press(".", ".")
    saved(desk)
    assert codings(study.source) == [("Økonomi", "nummer 2 handler om kaffe og")]
    costs("correct a boundary by two words", hand, most=2)
    again = Hand(desk)
    with again.choosing():
        again.click_word("nummer 2 handler")
    for _ in range(2):
        again.click(desk.locator("[data-do=end_earlier]"))
    saved(desk)
    assert codings(study.source) == [("Økonomi", "nummer 2 handler om")]
    costs("correct a boundary by two words", again, mouse=True, most=2)


def test_ten_steps_are_undone(desk, hand, study):
    know_the_codes(desk)
    focus_text(desk)
    desk.keyboard.press("ArrowDown")
    for at in range(10):
        desk.keyboard.press("ArrowDown")
        desk.keyboard.press(str(at % 5 + 1))
    saved(desk)
    assert len(made_by(study)) == 10
    for _ in range(10):
        hand.press("Control+z")
    saved(desk)
    assert made_by(study) == []
    costs("undo ten steps", hand, most=10)
    for _ in range(10):
        desk.keyboard.press("Control+Shift+z")
    saved(desk)
    assert len(made_by(study)) == 10
    again = Hand(desk)
    for _ in range(10):
        again.click(desk.locator("[data-act=undo]"))
    saved(desk)
    assert made_by(study) == []
    costs("undo ten steps", again, mouse=True, most=10)
