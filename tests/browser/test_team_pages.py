"""A blind coder and a colleague in two browsers; a lead who gives sources away, also without script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding.actions.assigning import assign
from coding.actions.codings import mark_finished
from coding.models import Coding, Project, SourceProgress
from tests.browser.coding_page import choose_code, chosen, drag_over, focus_text, open_source, ready, saved
from tests.factories import account_of, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study() -> Any:
    return make_study()


def news(page: Any) -> Any:
    """Let the page ask for what is new at once, as when its window gets the focus back; answers what it is told."""
    with page.expect_response(re.compile("changes/")) as asked:
        page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    return asked.value.json()


def test_the_blind_see_a_colleagues_coding_when_they_have_finished_and_not_before(
    page, live_server, sign_in, new_context, study
):
    Project.objects.update(blind=True)
    colleague = make_member(study.project)
    (before,) = put(colleague, study.source, "tar imot folk", study.other)
    sign_in(page, account_of(study.coder))
    open_source(page, live_server, study.source)
    other = new_context().new_page()
    sign_in(other, account_of(colleague))
    open_source(other, live_server, study.source)

    focus_text(other)
    drag_over(other, "koker kaffe")
    choose_code(other, "okonomi")
    assert news(page)["rows"] == []
    during = Coding.objects.exclude(pk=before.pk).get()
    source = page.content()
    assert str(before.uuid) not in source and str(during.uuid) not in source
    expect(page.locator("mark.coded")).to_have_count(0)

    page.locator(".coding-head summary", has_text="Colleagues").click()
    expect(page.locator("[data-note=blind]")).to_be_visible()
    expect(page.locator("[data-note=open]")).to_be_hidden()
    expect(page.locator("[data-all-coders]")).to_be_disabled()
    page.keyboard.press("Escape")

    # One's own work goes on meanwhile, and is not lost when the rest comes.
    focus_text(page)
    drag_over(page, "Vi koker")
    choose_code(page, "lokaler")
    page.locator("[data-finish]").click()
    expect(page.locator("[data-said]")).to_contain_text("from now on")
    expect(page.locator("mark.coded.theirs").first).to_be_attached()
    words = page.locator("mark.coded").all_text_contents()
    assert "tar imot folk" in words and "Vi " in "".join(words)
    expect(page.locator("[data-all-coders]")).to_be_enabled()

    # From here on the feed tells of what colleagues do.
    focus_text(other)
    drag_over(other, "og")
    choose_code(other, "lokaler")
    assert len(news(page)["rows"]) == 1

    page.locator("[data-finish]").click()
    expect(page.locator("[data-said]")).to_contain_text("the project is blind")
    expect(page.locator("mark.coded.theirs")).to_have_count(0)
    expect(page.locator("mark.coded")).not_to_have_count(0)
    page.reload()
    ready(page)
    expect(page.locator("mark.coded.theirs")).to_have_count(0)


def test_what_one_codes_while_finishing_is_on_its_way_stays_on_the_page(page, live_server, sign_in, study):
    Project.objects.update(blind=True)
    put(make_member(study.project), study.source, "tar imot", study.other)
    (first,) = put(study.coder, study.source, "Vi", study.code)
    sign_in(page, account_of(study.coder))
    open_source(page, live_server, study.source)
    held = []

    def hold(route: Any) -> None:
        held.append((route, route.fetch()))
        page.evaluate("() => { window.held = true; }")

    page.route(re.compile("/finished/"), hold)
    page.locator("[data-finish]").click()
    page.wait_for_function("() => window.held")
    focus_text(page)
    drag_over(page, "folk")
    choose_code(page, "lokaler")
    drag_over(page, "Vi")
    page.keyboard.press(".")
    saved(page)
    [(route, answer)] = held
    second = Coding.objects.exclude(pk=first.pk).get(coder=study.coder)
    assert str(second.uuid) not in answer.text()
    route.fulfill(response=answer)
    expect(page.locator("mark.coded.theirs")).to_have_text("tar imot")
    expect(page.locator("mark.coded")).to_have_text(["Vi koker", "tar imot", "folk"])
    first.refresh_from_db()
    assert first.end - first.start == len("Vi koker")


def sources_of(study: Any, live_server: Any) -> str:
    return live_server.url + reverse("sources", args=[study.project.slug])


def assigned() -> int:
    return SourceProgress.objects.filter(assigned__isnull=False).count()


def test_a_lead_ticks_sources_gives_them_and_takes_it_back(
    page, live_server, sign_in, study, assert_accessible
):
    make_source(study.project, title="Andre")
    sign_in(page, account_of(study.lead))
    page.goto(sources_of(study, live_server))
    bar = page.locator("#assigning")
    # What ticking is for is said before anything is ticked, and then gives way to what can be done.
    hint = bar.get_by_text("To assign sources, tick them and choose who is to have them.")
    expect(hint).to_be_visible()
    expect(bar.get_by_label("Coder")).to_be_hidden()
    page.get_by_label("Choose Andre").check()
    expect(bar).to_contain_text("1 chosen")
    expect(hint).to_be_hidden()
    expect(bar.get_by_role("button", name="Take from")).to_be_visible()
    page.get_by_label("All on this page").check()
    expect(bar).to_contain_text("2 chosen")
    assert_accessible(page)
    bar.get_by_label("Coder").select_option(study.coder.name)
    bar.get_by_role("button", name="Assign").click()
    expect(page.get_by_text(f"{study.coder.name} has 2 sources more.")).to_be_visible()
    assert assigned() == 2
    expect(page.locator(".who-has .badge")).to_have_text(["Assigned", "Assigned"])
    page.locator(".status-line, [data-status]").get_by_role("button", name=re.compile("Undo")).first.click()
    expect(page.locator(".who-has")).to_have_count(0)
    assert assigned() == 0


def test_a_search_keeps_what_is_ticked_to_what_is_shown(page, live_server, sign_in, study):
    make_source(study.project, title="Andre")
    sign_in(page, account_of(study.lead))
    page.goto(sources_of(study, live_server))
    page.get_by_role("searchbox").fill("andre")
    expect(page.get_by_text("1 source", exact=True)).to_be_visible()
    expect(page.locator("#assigning").get_by_label("Coder")).to_be_hidden()
    page.get_by_label("All on this page").check()
    page.locator("#assigning").get_by_label("Coder").select_option(study.coder.name)
    page.locator("#assigning").get_by_role("button", name="Assign").click()
    expect(page.get_by_text(f"{study.coder.name} has 1 source more.")).to_be_visible()


def test_it_works_by_keyboard_and_without_script(new_context, live_server, sign_in, study):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, account_of(study.lead))
    page.goto(sources_of(study, live_server))
    page.get_by_label(f"Choose {study.source.title}").focus()
    page.keyboard.press("Space")
    page.locator("#assign-coder").select_option(study.coder.name)
    page.get_by_role("button", name="Assign", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{study.coder.name} has 1 source more.")).to_be_visible()
    assert assigned() == 1


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", ["lead", "coder"])
def test_the_front_page_reads_well_and_leads_to_where_one_stopped(
    page, live_server, sign_in, study, assert_accessible, width, scheme, who
):
    second = make_source(
        study.project, title="Et intervju med en ganske lang tittel, som ikke må flyte ut av siden"
    )
    assign(actor=study.lead, sources=[study.source, second], coders=[study.coder, study.lead], assigned=True)
    member = study.lead if who == "lead" else study.coder
    put(member, study.source, "tar imot", study.code)
    mark_finished(actor=study.coder, source=second, finished=True)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, account_of(member))
    page.goto(live_server.url + reverse("project", args=[study.project.slug]))
    if who == "lead":
        page.locator(".team summary").first.click()
        expect(page.locator(".works").first).to_be_visible()
    assert_accessible(page)
    overflow = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    page.get_by_role("link", name=re.compile("^Go on")).click()
    ready(page)
    saved(page)
    assert chosen(page) == "tar imot"
