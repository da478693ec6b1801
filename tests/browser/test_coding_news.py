"""What comes by itself: news of colleagues every few seconds, and what two people did without a connection."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from coding.actions.codings import remove_codings
from tests.browser.coding_page import (
    choose_code,
    click_on,
    drag_over,
    focus_text,
    open_source,
    ready,
    saved_by_itself,
)
from tests.browser.test_coding_together import SETUP, STATE, show_colleagues
from tests.factories import PASSWORD, make_study, put
from tests.served import Served, needs_posix

pytestmark = pytest.mark.django_db(transaction=True)

NEWS = re.compile(r"/codings/changes/\?after=\d+$")
# As a browser does with a page whose tab is left, and come back to.
VISIBLE = """(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def still(page, live_server, sign_in, study):
    """The coding page with colleagues shown, and a clock that stands until it is told to run. `still.asked` are the
    questions for news."""
    sign_in(page, study.coder.user)
    put(study.lead, study.source, "tar imot folk", study.other)
    page.clock.install()
    open_source(page, live_server, study.source)
    show_colleagues(page)
    expect(page.locator("mark.coded")).to_have_text("tar imot folk")
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    page.asked = []
    page.on("request", lambda request: NEWS.search(request.url) and page.asked.append(request.url))
    return page


def run_until_asked(page: Any, milliseconds: int) -> None:
    """Let time go on by so much; within it the page has asked, and taken the answer in."""
    with page.expect_request_finished(lambda request: bool(NEWS.search(request.url))):
        page.clock.run_for(milliseconds)


def test_the_page_asks_for_news_every_five_seconds_by_itself(still, study):
    (coding,) = put(study.lead, study.source, "koker kaffe", study.code)
    run_until_asked(still, 5_000)
    expect(still.locator("mark.coded")).to_have_text(["koker kaffe", "tar imot folk"])
    still.asked.clear()
    remove_codings(actor=study.lead, source=study.source, uuids=[coding.uuid])
    still.clock.run_for(4_900)
    assert still.asked == []
    run_until_asked(still, 100)
    expect(still.locator("mark.coded")).to_have_text(["tar imot folk"])
    # And it goes on so, where there is nothing new as well.
    for _ in range(3):
        run_until_asked(still, 5_000)
    assert len(still.asked) == 4


def test_a_page_that_is_out_of_sight_asks_for_nothing_until_it_is_seen_again(still, study):
    still.evaluate(VISIBLE, "hidden")
    put(study.lead, study.source, "koker kaffe", study.code)
    still.clock.run_for(60_000)
    assert still.asked == []
    expect(still.locator("mark.coded")).to_have_count(1)
    still.evaluate(VISIBLE, "visible")
    run_until_asked(still, 1)
    expect(still.locator("mark.coded")).to_have_text(["koker kaffe", "tar imot folk"])
    assert len(still.asked) == 1


TWO_PEOPLE = f"""{SETUP}
make_code(project, "P2 Folk")
make_member(project, Role.CODER, name="ola")
"""
# (who, code, words) of every coding in the study, in the order of the text.
STORED = """
from coding.models import Coding
for one in Coding.objects.order_by("start", "code__name", "coder__name").select_related("coder", "code", "version"):
    print(one.coder.name, one.code.name, one.version.text[one.start : one.end], sep="|")
"""


def sign_in_by_form(page: Any, server: Served, source: str, name: str) -> None:
    """Sign in as `name` and go on to the coding page; the page's clock is one that can be told to run on."""
    page.clock.install()
    page.goto(f"http://localhost:{server.port}/accounts/login/?next=/p/p/sources/{source}/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    ready(page)
    show_colleagues(page)
    page.keyboard.press("Escape")


@needs_posix
def test_two_people_code_the_same_words_while_one_has_no_connection_and_the_server_starts_anew(
    page, new_context, tmp_path
):
    server = Served(tmp_path / "data")
    server.begin()
    source = server.run("shell", "-v", "0", "-c", TWO_PEOPLE).split()[-1]
    kari, ola = page, new_context().new_page()
    try:
        server.start("serve")
        for person, name in ((kari, "kari"), (ola, "ola")):
            sign_in_by_form(person, server, source, name)
            focus_text(person)
        kari.context.set_offline(True)
        drag_over(kari, "koker kaffe")
        kari.keyboard.type("drift")
        kari.keyboard.press("Enter")
        expect(kari.locator(STATE)).to_have_attribute("data-state", "waiting")
        drag_over(ola, "koker kaffe")
        choose_code(ola, "drift")
        server.kill()
        # The colleague goes on as well, and finds out only now that nobody answers.
        ola.keyboard.type("folk")
        ola.keyboard.press("Enter")
        expect(ola.locator(STATE)).to_have_attribute("data-state", "waiting")
        kari.clock.run_for(30_000)
        drag_over(kari, "tar imot folk")
        kari.keyboard.press("1")
        expect(kari.locator(STATE)).to_contain_text("2")
        server.start("serve")
        # Neither is told anything: both try again by themselves.
        saved_by_itself(ola)
        kari.context.set_offline(False)
        saved_by_itself(kari)
        assert server.run("shell", "-v", "0", "-c", STORED).splitlines() == [
            "kari|P1 Drift|koker kaffe",
            "ola|P1 Drift|koker kaffe",
            "ola|P2 Folk|koker kaffe",
            "kari|P1 Drift|tar imot folk",
        ]
        for person in (kari, ola):
            person.clock.run_for(6_000)
            expect(person.locator(".stripes .bar")).to_have_count(4)
            expect(person.locator("#status .status-line.error")).to_have_count(0)
            expect(person.locator(STATE)).to_have_text("All saved")
            expect(person.locator("mark.theirs").first).to_be_visible()
        click_on(kari, "koker kaffe")
        expect(kari.locator(".coding-card")).to_have_count(3)
        assert sorted(kari.locator(".coding-card-who").all_inner_texts()) == ["You", "ola", "ola"]
        click_on(ola, "tar imot")
        expect(ola.locator(".coding-card.open")).to_contain_text("kari")
    finally:
        server.stop()
