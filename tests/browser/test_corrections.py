"""Correcting a text in a real browser, by keyboard; and what becomes of a page on which the old text stands."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from coding.actions.corrections import correct_text
from coding.anchoring.texts import TurnChange
from coding.models import Coding, Source, Turn
from tests.browser.coding_page import chosen, codings, drag_over, focus_text, open_source, ready, saved
from tests.factories import Study, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 800}
SAID = (
    ("Intervjuer", "Hva gjør dere her?"),
    ("Kari", "Vi koker kafe og tar imot folk, og så snakker vi sammen om alt mulig."),
    ("Ola", "Ja."),
    ("Kari", "Kommunen gir oss pengene."),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID, title="Intervju Bergen")
    return study


def address(study: Study, page: str) -> str:
    return reverse(page, args=[study.project.slug, study.source.uuid])


def edit(page: Any, live_server: Any, study: Study, place: str = "") -> None:
    page.goto(live_server + address(study, "text_correct") + place)
    page.locator("form[data-ready]").wait_for()


def words_of(page: Any, turn: int) -> Any:
    return page.locator(f"#turn-{turn} textarea")


def fresh(study: Study) -> Source:
    return Source.objects.select_related("version").get(pk=study.source.pk)


def said_now(study: Study) -> list[tuple[str, str]]:
    source = fresh(study)
    turns = Turn.objects.filter(version=source.version).select_related("speaker").order_by("number")
    return [
        (turn.speaker.label if turn.speaker else "", text_of(source)[turn.start : turn.end]) for turn in turns
    ]


@pytest.mark.smoke
def test_a_text_is_corrected_by_keyboard_looked_at_stored_undone_and_reviewed(
    page, live_server, sign_in, study, assert_accessible
):
    (mine,) = put(study.coder, study.source, "og tar imot", study.code)
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    drag_over(page, "Kommunen")
    page.locator(".coding-head summary", has_text="More").click()
    page.locator("a[data-correct]").click()
    page.locator("form[data-ready]").wait_for()
    expect(words_of(page, 4)).to_be_focused()
    assert_accessible(page)

    # The speaker, and a turn that goes on from above
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    words_of(page, 2).focus()
    page.keyboard.press("Control+Home")
    for _n in range(len("Vi koker kafe og tar")):
        page.keyboard.press("ArrowRight")
    for _n in range(len(" imot folk,")):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+End")
    for _n in range(len(" om alt mulig.")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(words_of(page, 2)).to_have_value("Vi koker kafe og tar og så snakker vi sammen\n\nom alt mulig.")
    page.keyboard.type("Ola: ")

    with page.expect_request(lambda request: request.method == "POST") as asked:
        page.keyboard.press("Control+Enter")
    sent = asked.value.post_data
    assert "text-1" in sent and "text-3" in sent and "text-0" not in sent and "text-2" not in sent
    expect(page.locator(".change")).to_have_count(2)
    expect(page.locator(".change").first).to_contain_text("new turn: Ola")
    expect(page.locator(".passage")).to_contain_text("og tar imot")
    assert_accessible(page)
    assert said_now(study) == list(SAID)

    page.get_by_role("button", name="Back to the text").press("Enter")
    page.locator("form[data-ready]").wait_for()
    expect(words_of(page, 2)).to_have_value(re.compile("Ola: om alt mulig"))
    page.keyboard.press("Tab")
    page.locator("button.primary").press("Enter")
    expect(page.get_by_role("button", name="Store as a new version")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".status-line")).to_contain_text("Stored as version 2.")
    assert said_now(study) == [
        ("Intervjuer", "Hva gjør dere her?"),
        ("Kari", "Vi koker kafe og tar og så snakker vi sammen"),
        ("Ola", "om alt mulig."),
        ("Ola", "Ja.\nKommunen gir oss pengene."),
    ]
    assert_accessible(page)
    page.locator(".status-line form button").click()
    expect(page.locator(".status-line")).to_contain_text("Undone")
    assert said_now(study) == list(SAID)
    page.get_by_role("button", name=re.compile("Redo")).click()
    expect(page.locator(".status-line")).to_contain_text("Done again")

    page.locator(".tabs a", has_text="To review").click()
    expect(page.locator(".passage")).to_have_count(1)
    assert_accessible(page)
    page.get_by_role("button", name="Keep as it stands").press("Enter")
    expect(page.locator(".empty")).to_be_visible()
    page.locator(".status-line form button").click()
    expect(page.locator(".passage")).to_have_count(1)
    page.get_by_role("link", name="Open it in the text").click()
    ready(page)
    assert chosen(page) == "og tar"
    mine.refresh_from_db()
    assert mine.review == "cut"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_fit_a_phone(page, live_server, sign_in, study, assert_accessible, theme):
    put(study.coder, study.source, "og tar imot", study.code)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme=theme)
    sign_in(page, study.coder.user)

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
        assert_accessible(page)

    edit(page, live_server, study)
    words_of(page, 2).fill(SAID[1][1].replace("imot folk, ", ""))
    fits()
    page.locator("button.primary").click()
    page.locator("#codings").wait_for()
    fits()
    page.locator("button.primary").click()
    page.locator(".status-line").wait_for()
    fits()
    page.goto(live_server + address(study, "text_review"))
    fits()


def test_who_was_signed_out_loses_no_correction(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    edit(page, live_server, study)
    words_of(page, 3).fill("Ja visst.")
    Session.objects.all().delete()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".status-line.error")).to_contain_text("your corrections stay on this page")
    expect(words_of(page, 3)).to_have_value("Ja visst.")
    sign_in(page, study.coder.user)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".change")).to_contain_text("visst")


def test_leaving_with_corrections_is_asked_about(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    edit(page, live_server, study)
    words_of(page, 3).press_sequentially("Nei. ")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.reload()")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(words_of(page, 3)).to_have_value(re.compile("Nei"))


def test_without_script_a_blank_line_splits_and_a_box_joins(new_context, live_server, sign_in, study):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, study.coder.user)
    page.goto(live_server + address(study, "text_correct"))
    words_of(page, 2).fill("Vi koker kaffe.\n\nOla: Og så snakker vi.")
    page.locator("#turn-4 input[type=checkbox]").check()
    page.locator("button.primary").click()
    page.locator("button[value=store]").click()
    assert said_now(study) == [
        ("Intervjuer", "Hva gjør dere her?"),
        ("Kari", "Vi koker kaffe."),
        ("Ola", "Og så snakker vi."),
        ("Ola", "Ja.\nKommunen gir oss pengene."),
    ]


def corrected(study: Study) -> None:
    """A colleague puts a word before everything."""
    source = fresh(study)
    changes = {
        0: TurnChange("Først og fremst: hva gjør dere her?", source.speakers.get(label="Intervjuer").pk)
    }
    assert source.version is not None
    correct_text(actor=study.lead, source=source, version=source.version.number, changes=changes)


def test_a_page_with_the_old_text_says_so_once_and_nothing_coded_on_it_is_lost(
    page, live_server, sign_in, study
):
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    corrected(study)
    focus_text(page)
    # The page learns of the new text by this one's answer, or a moment before; the next one waits to be loaded.
    drag_over(page, "koker kafe")
    page.keyboard.type("okonomi")
    page.keyboard.press("Enter")
    expect(page.locator(".status-line.warning")).to_contain_text(
        "The text has been corrected. Load the page again."
    )
    focus_text(page)
    drag_over(page, "pengene")
    page.keyboard.type("lokaler")
    page.keyboard.press("Enter")
    expect(page.locator("[data-saved]")).to_contain_text("load the page again")
    assert Coding.objects.count() <= 1
    page.get_by_role("button", name="Load again").click()
    ready(page)
    # What waited is painted when it has been taken up, and saved after that.
    expect(page.locator("mark.coded")).to_have_count(2)
    saved(page)
    assert codings(study.source) == [("Økonomi", "koker kafe"), ("Lokaler", "pengene")]
    expect(page.locator(".status-line.warning")).to_have_count(0)


def test_a_thousand_turns_are_edited_without_waiting(page, live_server, sign_in, study):
    said = tuple(
        (("Kari", "Ola")[n % 2], f"Replikk {n}. " + "Vi har liksom alltid hatt kaffe på fredager. " * 8)
        for n in range(1000)
    )
    study.source = make_source(
        study.project, tuple((who, words.strip()) for who, words in said), title="Lang"
    )
    sign_in(page, study.coder.user)
    begun = time.monotonic()
    edit(page, live_server, study, "#turn-900")
    assert time.monotonic() - begun < 15
    expect(page.locator("#turn-900")).to_be_in_viewport()
    words_of(page, 900).focus()
    page.keyboard.press("End")
    took = page.evaluate("""async () => {
      const field = document.activeElement;
      const begun = performance.now();
      for (let n = 0; n < 20; n += 1) {
        document.execCommand("insertText", false, "x");
        await new Promise((done) => requestAnimationFrame(done));
      }
      return (performance.now() - begun) / 20;
    }""")
    assert took < 200
    page.locator("#turn-search").fill("replikk 77.")
    expect(page.locator("[data-found]")).to_have_text("1 found", timeout=20_000)
    expect(page.locator("#turn-78")).to_be_visible()
    words_of(page, 78).press("Control+Enter")
    expect(page.locator(".change")).to_have_count(1, timeout=20_000)
