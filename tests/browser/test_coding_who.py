"""Who counts in a passage, what a code means, and memos beside the text, in a real browser."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding.actions.attribution import correct_attribution
from coding.actions.codings import write_coding_memo
from coding.actions.memos import write_memo
from coding.models import Attribution, Coding, Memo, Role
from tests.browser.coding_page import (
    choose_code,
    click_on,
    drag_over,
    focus_text,
    open_source,
    ready,
    said,
    saved,
)
from tests.factories import link, make_code, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

KARI = "Vi koker kaffe og tar imot folk hver torsdag hele vinteren gjennom."
SAID = (
    ("Intervjuer", "Hva gjør dere?"),
    ("Kari", KARI),
    ("Ola", "Mm."),
    ("Kari", "Og så rydder vi."),
    ("Flere", "Ja ja ja ja ja."),
)


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(study.project, SAID)
    link(study.source, "Kari", "Anne", city="Oslo")
    link(study.source, "Ola", "Per", city="Bergen")
    study.code = make_code(
        study.project,
        "Kaffe",
        study.question,
        definition="Det som drikkes",
        use_when="Når noen koker",
        not_when="Te",
        example="Vi koker kaffe",
    )
    return study


@pytest.fixture
def desk(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


def counting(coding: Coding) -> set[str]:
    return set(coding.links.values_list("informant__pseudonym", flat=True))


def reload(page):
    page.reload()
    ready(page)


def test_an_answer_that_comes_late_says_nothing_about_the_coding_opened_meanwhile(desk, study):
    (first,) = put(study.coder, study.source, "Og så rydder vi.", study.code)
    put(study.coder, study.source, "Mm.", study.code)
    reload(desk)
    held = []
    desk.route(re.compile(f"{first.uuid}/who/"), lambda route: held.append(route))
    with desk.expect_request(re.compile(f"{first.uuid}/who/")):
        click_on(desk, "Og så rydder vi.")
    click_on(desk, "Mm.")
    expect(desk.locator(".coding-card.open .details-quote")).to_have_text("Mm.")
    [late] = held
    with desk.expect_response(re.compile("/who/")):
        late.fulfill(response=late.fetch())
    expect(desk.locator(".coding-card.open .who")).to_contain_text("Counts for: Per")
    expect(desk.locator(".coding-card.open .who")).not_to_contain_text("Anne")


def test_ticks_say_who_counts_and_the_rule_comes_back(desk, study):
    (coding,) = put(study.coder, study.source, f"{KARI}\nMm.", study.code)
    (other,) = put(study.lead, study.source, f"{KARI}\nMm.", study.other)
    reload(desk)
    click_on(desk, "kaffe")
    card = desk.locator(".coding-card.open")
    who = card.locator(".who")
    expect(who.locator("summary")).to_have_text("Counts for: Anne")
    who.locator("summary").click()
    expect(who.locator("label")).to_have_text(["Anne 12 words", "Per 1 word"])
    who.get_by_label("Per").check()
    expect(who.locator("summary")).to_have_text("Counts for: Anne, Percorrected by hand")
    # A colleague's coding on exactly the same words follows; what is ticked stays unfolded, and the focus where it was.
    assert counting(coding) == counting(other) == {"Anne", "Per"}
    expect(who.get_by_label("Per")).to_be_focused()
    who.get_by_role("button", name="As the rule says Per").click()
    expect(who.locator("summary")).to_have_text("Counts for: Anne")
    assert not Attribution.objects.exists()
    who.get_by_label("Anne").uncheck()
    expect(who.locator("summary")).to_contain_text("Counted nowhere")
    assert counting(coding) == set()
    focus_text(desk)
    desk.keyboard.press("Control+z")
    expect(card.locator(".who summary")).to_have_text("Counts for: Anne")
    assert counting(coding) == counting(other) == {"Anne"}
    desk.keyboard.press("Control+Shift+z")
    expect(card.locator(".who summary")).to_contain_text("Counted nowhere")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Hva gjør dere?", "only interviewers speak here"),
        ("Ja ja ja ja ja.", "in the source’s city and in the total"),
    ],
)
def test_where_nobody_known_speaks_a_sentence_says_where_it_counts(desk, study, words, sentence):
    put(study.coder, study.source, words, study.code)
    reload(desk)
    click_on(desk, words)
    expect(desk.locator(".coding-card.open .who")).to_contain_text(sentence)
    expect(desk.locator(".coding-card.open .who input")).to_have_count(0)


def test_a_text_without_speakers_counts_by_its_source(desk, live_server, study):
    source = make_source(study.project, ((None, "Et brev om kaffe."),))
    put(study.coder, source, "brev om kaffe", study.code)
    open_source(desk, live_server, source)
    click_on(desk, "brev")
    expect(desk.locator(".coding-card.open .who")).to_contain_text("A text without speakers")


def test_a_colleagues_correction_arrives_in_the_open_card(desk, study):
    (coding,) = put(study.coder, study.source, f"{KARI}\nMm.", study.code)
    reload(desk)
    click_on(desk, "kaffe")
    who = desk.locator(".coding-card.open .who summary")
    expect(who).to_have_text("Counts for: Anne")
    correct_attribution(
        actor=study.lead,
        source=study.source,
        coding=coding.uuid,
        informant=study.project.informants.get(pseudonym="Per").uuid,
        counts=True,
    )
    with desk.expect_response(re.compile("changes/")):
        desk.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(who).to_contain_text("Counts for: Anne, Per")


def test_a_reader_reads_who_counts_and_ticks_nothing(page, live_server, sign_in, study):
    put(study.coder, study.source, f"{KARI}\nMm.", study.code)
    sign_in(page, make_member(study.project, Role.READER).user)
    open_source(page, live_server, study.source)
    click_on(page, "kaffe")
    expect(page.locator(".coding-card.open .who")).to_have_text("Counts for: Anne")
    expect(page.locator(".coding-card.open .who input")).to_have_count(0)


def test_a_tick_that_reaches_no_server_is_taken_back(desk, study):
    put(study.coder, study.source, f"{KARI}\nMm.", study.code)
    reload(desk)
    click_on(desk, "kaffe")
    who = desk.locator(".coding-card.open .who")
    who.locator("summary").click()
    desk.context.set_offline(True)
    who.get_by_label("Per").click()
    expect(said(desk)).to_contain_text("No contact with the server")
    expect(who.get_by_label("Per")).not_to_be_checked()
    desk.context.set_offline(False)


def test_what_a_code_means_stands_beside_it_and_stays_folded_once_it_is(desk, study):
    focus_text(desk)
    drag_over(desk, "koker kaffe")
    choose_code(desk, "kaffe")
    meaning = desk.locator(".coding-card.open .meaning")
    for text in ("Det som drikkes", "Når noen koker", "Te", "Vi koker kaffe"):
        expect(meaning.get_by_text(text, exact=True)).to_be_visible()
    meaning.locator("summary").click()
    expect(meaning.locator("dl")).to_be_hidden()
    reload(desk)
    click_on(desk, "koker")
    expect(desk.locator(".coding-card.open .meaning")).to_be_visible()
    expect(desk.locator(".coding-card.open .meaning dl")).to_be_hidden()


def test_the_palette_says_when_to_use_a_code_without_moving(desk, study):
    drag_over(desk, "koker kaffe")
    focus_text(desk)
    desk.keyboard.type("k")
    palette = desk.locator("#palette")
    desk.keyboard.type("aff")
    expect(palette.locator("[data-meaning]")).to_contain_text("Når noen koker")
    height = palette.bounding_box()["height"]
    option = palette.locator("[role=option].active")
    assert option.get_attribute("aria-describedby") == "palette-meaning"
    # The option for a new code means nothing, and the place stays.
    desk.keyboard.press("ArrowDown")
    expect(palette.locator("[data-meaning]")).to_have_text("")
    assert palette.bounding_box()["height"] == height
    palette.locator("[role=option]", has_text="Det som drikkes").hover()
    expect(palette.locator("[data-meaning]")).to_contain_text("Når noen koker")


def test_a_memo_on_the_source_and_on_a_code_without_leaving(desk, study):
    desk.locator(".coding-tools summary", has_text="More").click()
    desk.get_by_role("button", name="Memo on the source").click()
    field = desk.locator("#coding-details textarea")
    expect(field).to_be_focused()
    field.fill("Lang, men god")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#coding-details figure")).to_contain_text("Lang, men god")
    memo = Memo.objects.get()
    assert (memo.source, memo.body, memo.author) == (study.source, "Lang, men god", study.coder)
    focus_text(desk)
    desk.keyboard.press("Control+z")
    expect(desk.locator("#coding-details figure")).to_have_count(0)
    assert not Memo.objects.exists()
    desk.keyboard.press("Escape")
    write_memo(actor=study.lead, body="Hva med te?", about=study.code)
    desk.locator("#code-tree .tree-row", has_text="Kaffe").click()
    details = desk.locator("#coding-details")
    expect(details.locator("figure")).to_contain_text("Hva med te?")
    details.locator("textarea").fill("Te er noe annet")
    # News from elsewhere draws the panel anew; what is half written stays.
    put(study.lead, study.source, "rydder vi", study.other)
    with desk.expect_response(re.compile("changes/")):
        desk.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(details.locator("textarea")).to_have_value("Te er noe annet")
    details.get_by_role("button", name="Save memo").click()
    expect(details.locator("figure")).to_have_count(2)
    assert Memo.objects.get(author=study.coder).code == study.code


def test_a_memos_link_opens_the_coding_in_its_place(page, live_server, sign_in, study, assert_accessible):
    put(study.coder, study.source, "kaffe", study.code)
    (theirs,) = put(study.lead, study.source, "kaffe", study.other)
    write_coding_memo(actor=study.lead, source=study.source, coding=theirs.uuid, body="Se på kaffen")
    sign_in(page, study.coder.user)
    page.goto(live_server.url + reverse("memos", args=[study.project.slug]))
    expect(page.locator(".memo")).to_contain_text("kaffe")
    assert_accessible(page)
    page.locator(".memo-about a").click()
    ready(page)
    # A colleague's coding that does not show otherwise: the reader asked for it.
    card = page.locator(".coding-card.open")
    expect(card).to_contain_text("Lokaler")
    expect(card).to_contain_text("Se på kaffen")


def test_a_memo_is_changed_in_the_list_and_taken_back(page, live_server, sign_in, study, assert_accessible):
    write_memo(actor=study.coder, body="Først dette", about=study.code)
    sign_in(page, study.coder.user)
    page.goto(live_server.url + reverse("memos", args=[study.project.slug]))
    page.get_by_label("Search memos").fill("dette")
    expect(page.locator(".memo mark")).to_have_text("dette")
    page.locator(".memo").get_by_role("link", name="Edit").click()
    field = page.locator(".memo textarea")
    expect(field).to_be_focused()
    assert_accessible(page)
    field.fill("Så noe annet")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".memo-body")).to_have_text("Så noe annet")
    assert Memo.objects.get().body == "Så noe annet"
    page.locator("#status").get_by_role("button", name="Undo").click()
    expect(page.locator(".memo-body")).to_have_text("Først dette")


def test_memos_need_no_script(new_context, live_server, sign_in, study):
    page = new_context(java_script_enabled=False).new_page()
    write_memo(actor=study.coder, body="Om koden", about=study.code)
    write_memo(actor=study.coder, body="Om prosjektet")
    sign_in(page, study.coder.user)
    page.goto(live_server.url + reverse("memos", args=[study.project.slug]))
    page.locator("#kind").select_option("code")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".memo-body")).to_have_text(["Om koden"])
    page.get_by_role("link", name="Edit").click()
    page.locator("textarea").fill("Om koden, igjen")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".memo-body")).to_have_text(["Om koden, igjen"])
    page.locator(".new-memo summary").click()
    page.locator("#about").select_option(label=study.source.title)
    page.locator("#id_body").fill("Om kilden")
    page.get_by_role("button", name="Save memo").click()
    assert Memo.objects.get(source=study.source).body == "Om kilden"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_of_memos_fits(page, live_server, sign_in, study, assert_accessible, width):
    write_memo(actor=study.coder, body="Et langt memo " * 20, about=study.code)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, study.coder.user)
    page.goto(live_server.url + reverse("memos", args=[study.project.slug]))
    page.locator(".new-memo summary").click()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_ticking_is_accessible_and_works_by_keyboard(desk, study, assert_accessible):
    (coding,) = put(study.coder, study.source, f"{KARI}\nMm.", study.code)
    write_coding_memo(actor=study.lead, source=study.source, coding=coding.uuid, body="Se her")
    reload(desk)
    click_on(desk, "kaffe")
    summary = desk.locator(".coding-card.open .who summary")
    expect(summary).to_be_visible()
    summary.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    expect(desk.get_by_label("Per")).to_be_focused()
    desk.keyboard.press("Space")
    expect(desk.locator(".coding-card.open .who summary")).to_contain_text("Anne, Per")
    assert_accessible(desk)
    saved(desk)
    assert counting(coding) == {"Anne", "Per"}
