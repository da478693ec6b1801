"""A summary in a browser: written, pinned, submitted, commented, approved, gone stale; and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, Route, expect

from coding.actions.codings import remove_codings
from coding.actions.comments import comment
from coding.actions.themes import update_theme
from coding.models import Evidence, Summary, SummaryText
from tests.browser.test_pages import LONG, look
from tests.factories import account_of
from tests.themes import Themed, make_themed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Themed:
    return make_themed()


def address(live_server: Any, study: Themed, place: str = "") -> str:
    return f"{live_server}/p/{study.project.slug}/themes/{place}"


def summary(live_server: Any, study: Themed) -> str:
    return address(live_server, study, f"{study.theme.uuid}/summary/")


def test_from_passages_to_an_approved_summary_and_stale(
    page: Page, live_server: Any, sign_in: Any, study: Themed, assert_accessible: Any
) -> None:
    sign_in(page, account_of(study.coder))
    page.goto(address(live_server, study))
    row = page.get_by_role("row").filter(has_text="Penger")
    expect(row.get_by_text("2 informants, 3 passages")).to_be_visible()
    row.get_by_role("link", name="Nothing written 2 informants").click()
    body = page.get_by_label("Summary", exact=True)
    body.press_sequentially("De **koker** kaffe")
    # By click, and by key: both cite where one was writing.
    coffee = page.locator("[data-passage]").filter(has_text="Vi koker kaffe")
    coffee.get_by_role("button", name="Pin").click()
    expect(body).to_have_value("De **koker** kaffe [E1]")
    expect(coffee.get_by_text("pinned as [E1]")).to_be_visible()
    expect(coffee).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(body).to_have_value("De **koker** kaffe [E1] [E2]")
    expect(page.locator(".evidence .passage")).to_have_count(2)
    expect(page.locator(".evidence").get_by_text("cited", exact=True)).to_have_count(2)
    expect(page.locator("#saved")).to_have_text("All saved")
    assert_accessible(page)
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("The summary is submitted.")).to_be_visible()
    expect(body).to_be_hidden()
    # The citation opens the passage where it stands.
    page.locator("#reads").get_by_role("link", name="[E1]").click()
    page.wait_for_url(f"**/sources/{study.source.uuid}/#o={study.coffee.start}-{study.coffee.end}")

    sign_in(page, account_of(study.lead))
    page.goto(address(live_server, study, "waiting/"))
    page.get_by_role("link", name="Submitted").first.click()
    words = page.locator("#reads strong")
    words.dblclick()
    expect(page.get_by_label("On these words")).to_have_value("koker")
    page.get_by_label("Comment", exact=True).fill("Alle?")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("#reads mark")).to_have_text("koker")
    assert_accessible(page)
    page.get_by_role("button", name="Resolved").click()
    expect(page.get_by_text(f"resolved by {study.lead.name}")).to_be_visible()
    expect(page.locator("#reads mark")).to_have_count(0)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("The summary is approved.")).to_be_visible()
    expect(page.locator("#state")).to_contain_text(study.lead.name)

    remove_codings(actor=study.coder, source=study.source, uuids=[study.coffee.uuid])
    page.goto(address(live_server, study))
    expect(page.get_by_role("row").filter(has_text="Penger").get_by_text("Stale", exact=True)).to_be_visible()
    assert_accessible(page)
    page.goto(summary(live_server, study))
    expect(page.get_by_text("[E1]: the passage was uncoded")).to_be_visible()


def test_two_people_in_one_summary_lose_nothing(
    page: Page, live_server: Any, sign_in: Any, study: Themed
) -> None:
    sign_in(page, account_of(study.coder))
    page.goto(summary(live_server, study))
    body = page.get_by_label("Summary", exact=True)
    study.write("Lederens tekst.", actor=study.lead)
    body.fill("Koderens tekst.")
    conflict = page.locator("#conflict")
    expect(conflict.get_by_text("Lederens tekst.")).to_be_visible()
    expect(conflict).to_contain_text(f"{study.lead.name} has changed this text")
    expect(body).to_have_value("Koderens tekst.")
    assert SummaryText.objects.filter(aside=True, body="Koderens tekst.").exists()
    page.get_by_role("button", name="Save mine").click()
    expect(conflict).to_be_hidden()
    expect(page.locator("#saved")).to_have_text("All saved")
    assert study.summary.body == "Koderens tekst."
    page.locator(".page-head").get_by_role("link", name="History").click()
    for said in ("Lederens", "Koderens"):
        expect(page.locator("ins, del").get_by_text(said).first).to_be_visible()
    page.get_by_role("button", name="Make this the text again").last.click()
    expect(page.get_by_label("Summary", exact=True)).to_have_value("Lederens tekst.")


def test_a_line_that_breaks_and_a_session_that_ends_lose_nothing(
    page: Page, live_server: Any, sign_in: Any, study: Themed
) -> None:
    sign_in(page, account_of(study.coder))
    page.goto(summary(live_server, study))
    body = page.get_by_label("Summary", exact=True)
    saved = page.locator("#saved")

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/summary/save/**", refuse)
    body.fill("Skrevet uten nett.")
    expect(saved).to_contain_text("no contact with the server")
    page.unroute("**/summary/save/**", refuse)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(saved).to_have_text("All saved")
    assert study.summary.body == "Skrevet uten nett."
    assert page.evaluate("localStorage.length && Object.keys(localStorage).join().includes('summary')") in (
        0,
        False,
    )

    Session.objects.all().delete()
    body.fill("Skrevet uten innlogging.")
    expect(saved).to_contain_text("you are signed out")
    # The laptop is closed, and opened again on another day.
    page.goto("about:blank")
    sign_in(page, account_of(study.coder))
    page.goto(summary(live_server, study))
    expect(page.get_by_label("Summary", exact=True)).to_have_value("Skrevet uten innlogging.")
    expect(page.locator("#saved")).to_have_text("All saved")
    assert study.summary.body == "Skrevet uten innlogging."


def test_it_works_without_a_script(browser: Browser, live_server: Any, sign_in: Any, study: Themed) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    sign_in(context, account_of(study.coder))
    page = context.new_page()
    page.goto(summary(live_server, study))
    body = page.get_by_label("Summary", exact=True)
    body.fill("Uten skript.")
    page.get_by_role("button", name="Pin").first.click()
    assert Evidence.objects.get().number == 1
    expect(body).to_have_value("Uten skript.")
    study.write("Noen andre.", actor=study.lead)
    body.fill("Uten skript [E1].")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#conflict")).to_contain_text("Noen andre.")
    expect(body).to_have_value("Uten skript [E1].")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    row = Summary.objects.get()
    assert (row.body, row.state) == ("Uten skript [E1].", "submitted")
    context.close()


def test_its_pages_can_be_read_in_both_themes_and_on_a_phone(
    page: Page, live_server: Any, sign_in: Any, study: Themed, assert_accessible: Any
) -> None:
    update_theme(
        actor=study.lead,
        theme=study.theme.uuid,
        title=f"Om {LONG}",
        description=LONG,
        codes=[study.drift.uuid],
    )
    study.pin(study.coffee)
    study.write(f"# {LONG}\n\n- {LONG} [E1]\n\n> {LONG}")
    comment(actor=study.lead, cell=study.whole, body=LONG, quote=LONG)
    sign_in(page, account_of(study.lead))
    one = study.theme.uuid
    places = ("", "waiting/", "new/", f"{one}/", f"{one}/summary/", f"{one}/summary/history/")
    assert not look(page, {place: address(live_server, study, place) for place in places}, assert_accessible)
    study.step(study.coder, "submit")
    study.step(study.lead, "approve")
    remove_codings(actor=study.coder, source=study.source, uuids=[study.coffee.uuid])
    places = ("", "waiting/", f"{one}/summary/")
    assert not look(page, {place: address(live_server, study, place) for place in places}, assert_accessible)
