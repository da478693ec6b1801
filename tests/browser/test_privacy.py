"""Names out by keyboard, and a withdrawal, in a real browser; and what axe finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding import tasks
from coding.actions import names
from coding.actions.identities import write_person
from coding.language.replacing import KEEP, REPLACE
from coding.models import Informant, NameMark, Source
from tests.factories import Study, link, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 800}
SAID = (
    ("Moderator", "Hvem var med?"),
    ("Deltaker 1", "Det var Ragnhild Bjørnstad og jeg 👩‍👩‍👧 som traff Torbjørg Myklebust i Drammen."),
    ("Deltaker 2", "Ragnhild Bjørnstad er den eneste hjulmakeren i kommunen."),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID, kind="focus_group", cleared=False)
    tasks.enqueue_suggesting(study.project)
    tasks.drain()
    return study


def address(study: Study, page: str, *args: Any) -> str:
    return reverse(page, args=[study.project.slug, *args])


@pytest.mark.smoke
def test_one_key_for_each_word(page, live_server, sign_in, study, assert_accessible):
    sign_in(page, study.lead.user)
    page.goto(live_server + address(study, "names"))
    waiting = page.locator("[data-card]")
    expect(waiting).to_have_count(3)
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    expect(waiting.nth(0)).to_be_focused()
    expect(waiting.nth(0)).to_contain_text("Ragnhild Bjørnstad")
    page.keyboard.press("+")
    page.keyboard.type("Anne")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(waiting).to_have_count(2)
    expect(page.locator("[data-left]")).to_have_text("2")
    expect(waiting.nth(0)).to_be_focused()
    page.keyboard.press("-")
    expect(waiting).to_have_count(1)
    page.keyboard.press("Enter")
    expect(waiting).to_have_count(0)
    page.reload()
    decided = {one.term: (one.verdict, one.replacement) for one in names.decisions(study.project)}
    assert decided["Ragnhild Bjørnstad"] == (REPLACE, "Anne")
    assert sorted(verdict for verdict, _new in decided.values()) == [KEEP, REPLACE, REPLACE]
    page.get_by_role("link", name="Replace in the texts").click()
    page.locator("form button.primary").click()
    expect(page.locator(".status-line").first).to_contain_text("Replaced: 3 places")
    source = Source.objects.select_related("version").get(pk=study.source.pk)
    assert "Det var Anne og jeg 👩‍👩‍👧 som traff" in text_of(source)
    page.goto(live_server + address(study, "source_names", study.source.uuid))
    assert "Bjørnstad" not in page.locator("[data-names-text]").inner_text()


def test_a_refused_replacement_says_why_and_keeps_what_was_typed(page, live_server, sign_in, study):
    sign_in(page, study.lead.user)
    page.goto(live_server + address(study, "names"))
    card = page.locator("[data-card]").first
    card.locator("input[name=replacement]").fill("")
    card.get_by_role("button", name="Replace", exact=True).click()
    expect(page.locator(".status-line").first).to_contain_text("Say what shall stand in its place")
    expect(page.locator("[data-card]")).to_have_count(3)


def test_what_was_missed_is_selected_in_the_text(page, live_server, sign_in, study, assert_accessible):
    sign_in(page, study.lead.user)
    page.goto(live_server + address(study, "source_names", study.source.uuid))
    assert_accessible(page)
    paragraph = page.locator("p[data-o]").nth(1)
    paragraph.evaluate(
        """(element) => {
            const text = [...element.childNodes].find((node) => node.data?.includes("som traff"));
            const range = document.createRange();
            const at = text.data.indexOf("som");
            range.setStart(text, at);
            range.setEnd(text, at + 9);
            const selection = document.getSelection();
            selection.removeAllRanges();
            selection.addRange(range);
        }"""
    )
    expect(page.locator("#id_term")).to_have_value("som traff")
    page.get_by_label("May identify somebody indirectly").check()
    page.get_by_role("button", name="Note it").click()
    expect(page.locator(".name-indirect").first).to_be_visible()
    mark = NameMark.objects.get()
    assert text_of(study.source)[mark.start : mark.end] == "som traff"


def test_a_withdrawal_from_preview_to_certificate(page, live_server, sign_in, study, assert_accessible):
    person = link(study.source, "Deltaker 1", "Vigdis")
    link(study.source, "Deltaker 2", "Tone")
    write_person(actor=study.lead, informant=person, name="Torbjørg Myklebust")
    put(study.lead, study.source, "Det var Ragnhild", study.code)
    sign_in(page, study.lead.user)
    page.goto(live_server + address(study, "informant", person.uuid))
    page.get_by_role("link", name="Consent and key").click()
    expect(page.locator("h1")).to_contain_text("Vigdis")
    assert_accessible(page)
    page.get_by_role("link", name="Open the key").click()
    expect(page.locator("#id_person-name")).to_have_value("Torbjørg Myklebust")
    page.get_by_role("link", name="Withdrawal").click()
    assert_accessible(page)
    page.locator("#id_confirmation").fill("Tone")
    page.get_by_role("button", name="Remove for good").click()
    expect(page.locator(".error-summary")).to_contain_text("pseudonym exactly")
    page.locator("#id_confirmation").fill("vigdis")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_url("**/certificates/**")
    assert "Vigdis" not in page.locator("main").inner_text()
    assert_accessible(page)
    assert not Informant.objects.filter(pk=person.pk).exists()
    source = Source.objects.select_related("version").get(pk=study.source.pk)
    assert "Torbjørg" not in text_of(source)


@pytest.mark.parametrize("name", ["names", "names_replace", "key", "informant_privacy", "informant_withdraw"])
def test_on_a_phone_nothing_sticks_out(page, live_server, sign_in, study, assert_accessible, name):
    person = link(study.source, "Deltaker 1", "Vigdis")
    names.decide(actor=study.lead, term="Drammen", kind="place", verdict=REPLACE, replacement="[sted]")
    sign_in(page, study.lead.user)
    page.set_viewport_size(PHONE)
    arguments = [person.uuid] if name.startswith("informant") else []
    page.goto(live_server + address(study, name, *arguments))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(page)


def test_the_manual_reads_in_both_languages(page, live_server, assert_accessible):
    page.goto(live_server + reverse("help_privacy"))
    expect(page.locator("h1")).to_have_text("How names are protected")
    assert_accessible(page)
