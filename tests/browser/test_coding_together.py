"""Colleagues in one transcript, a connection that fails, and a transcript that is very long."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from coding.actions.codebook import delete_code
from coding.actions.codings import remove_codings, resize_coding
from coding.models import Coding, Role
from tests.browser.coding_page import (
    choose_code,
    chosen,
    click_on,
    codings,
    drag_over,
    focus_text,
    marks,
    open_source,
    ready,
    saved,
    saved_by_itself,
)
from tests.factories import PASSWORD, make_code, make_member, make_source, make_study, put
from tests.served import Served, needs_posix

pytestmark = pytest.mark.django_db(transaction=True)

STATE = "[data-saved]"


# A study in a database of its own, for a server in a process of its own.
SETUP = """
from coding.models import Role
from tests.factories import make_code, make_member, make_project, make_source, make_user
project = make_project("p", lead=make_user("lena"))
make_code(project, "P1 Drift")
make_member(project, Role.CODER, name="kari")
print(make_source(project).uuid)
"""


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def desk(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


def show_colleagues(page: Any) -> None:
    page.locator("details.menu", has=page.locator("[data-all-coders]")).locator("summary").click()
    page.locator("[data-all-coders]").check()


def news(page: Any) -> None:
    """Let the page ask for what is new at once, as when its window gets the focus back."""
    with page.expect_response(re.compile("changes/")):
        page.evaluate("() => window.dispatchEvent(new Event('focus'))")


def test_colleagues_stay_hidden_until_one_has_finished(desk, study):
    put(study.lead, study.source, "tar imot folk", study.other)
    desk.reload()
    ready(desk)
    expect(desk.locator("mark.coded")).to_have_count(0)
    desk.locator("[data-finish]").click()
    expect(desk.locator("mark.coded")).to_have_text("tar imot folk")
    expect(desk.locator("mark.coded")).to_have_class(re.compile("theirs"))


def test_ones_own_codings_step_aside_for_a_colleagues(desk, study):
    put(study.coder, study.source, "koker kaffe", study.code)
    put(study.lead, study.source, "tar imot folk", study.other)
    desk.reload()
    ready(desk)
    show_colleagues(desk)
    expect(desk.locator("mark.coded")).to_have_text(["koker kaffe", "tar imot folk"])
    desk.get_by_label("My own codings").uncheck()
    expect(desk.locator("mark.coded")).to_have_text("tar imot folk")
    expect(desk.locator("[data-hidden-count]")).to_have_text("1 coding hidden")
    # What one codes meanwhile shows, or one would not know that it was done.
    desk.keyboard.press("Escape")
    drag_over(desk, "koker")
    choose_code(desk, "lokaler")
    expect(desk.locator("mark.coded")).to_have_text(["koker", "tar imot folk"])
    desk.locator("summary", has_text="Colleagues").click()
    desk.get_by_label("My own codings").check()
    expect(desk.locator("mark.coded:not(.theirs)")).to_have_text(["koker", "koker", " kaffe"])
    desk.get_by_label("My own codings").uncheck()
    expect(desk.locator("mark.coded")).to_have_text("tar imot folk")
    desk.reload()
    ready(desk)
    expect(desk.locator("[data-mine]")).to_be_checked()


def test_a_reader_sees_all_codings_and_changes_none(page, live_server, sign_in, study):
    put(study.coder, study.source, "koker kaffe", study.code)
    sign_in(page, make_member(study.project, Role.READER).user)
    open_source(page, live_server, study.source)
    expect(page.locator("mark.coded")).to_have_text("koker kaffe")
    click_on(page, "koker kaffe")
    expect(page.locator(".coding-card.open")).to_contain_text(study.coder.name)
    focus_text(page)
    page.keyboard.press("Backspace")
    page.keyboard.press("1")
    expect(page.locator("#coding-bar")).to_be_hidden()
    assert codings(study.source) == [("Økonomi", "koker kaffe")]


def test_two_people_see_each_others_work_and_keep_their_own(desk, study, new_context, live_server, sign_in):
    other = new_context().new_page()
    sign_in(other, study.lead.user)
    open_source(other, live_server, study.source)
    show_colleagues(other)
    focus_text(desk)
    drag_over(desk, "koker kaffe")
    choose_code(desk, "okonomi")
    drag_over(other, "kaffe og tar")
    news(other)
    expect(other.locator("mark.coded")).to_have_text("koker kaffe")
    # What the colleague had selected is still selected, and can be coded.
    assert chosen(other) == "kaffe og tar"
    focus_text(other)
    choose_code(other, "lokaler")
    assert codings(study.source) == [("Økonomi", "koker kaffe"), ("Lokaler", "kaffe og tar")]
    assert marks(other, study.code) == "koker kaffe"
    click_on(other, "koker")
    card = other.locator(".coding-card.open")
    expect(card).to_contain_text(study.coder.name)
    expect(card.locator("[data-do=remove]")).to_have_count(0)


def test_what_a_colleague_takes_away_goes(desk, study):
    (coding,) = put(study.lead, study.source, "tar imot folk", study.other)
    desk.reload()
    ready(desk)
    show_colleagues(desk)
    expect(desk.locator("mark.coded")).to_have_count(1)
    remove_codings(actor=study.lead, source=study.source, uuids=[coding.uuid])
    news(desk)
    expect(desk.locator("mark.coded")).to_have_count(0)


def test_a_new_code_of_a_colleague_comes_with_its_colour(desk, study):
    code = make_code(study.project, "Dugnad", study.question)
    news(desk)
    expect(desk.locator("#code-tree")).to_contain_text("Dugnad")
    focus_text(desk)
    drag_over(desk, "koker kaffe")
    choose_code(desk, "dugnad")
    mark = f"getComputedStyle(document.querySelector('mark.c-{code.pk}')).getPropertyValue('--code')"
    plain = "getComputedStyle(document.documentElement).getPropertyValue('--code')"
    desk.wait_for_function(f"() => {mark} !== {plain}")


def test_a_stale_boundary_edit_is_taken_back_with_a_sentence(desk, study):
    (coding,) = put(study.coder, study.source, "koker kaffe", study.code)
    desk.reload()
    ready(desk)
    # The same person in another window was faster.
    resize_coding(
        actor=study.coder,
        source=study.source,
        coding=coding.uuid,
        start=coding.start - 3,
        end=coding.end,
        row_version=1,
    )
    click_on(desk, "koker kaffe")
    desk.keyboard.press(".")
    saved(desk)
    expect(desk.locator("#status .status-line.error")).to_be_visible()
    assert codings(study.source) == [("Økonomi", "Vi koker kaffe")]
    expect(desk.locator("mark.coded")).to_have_text("Vi koker kaffe")


def test_a_code_that_is_gone_is_refused_and_taken_back(desk, study):
    delete_code(actor=study.lead, code=study.other.uuid)
    focus_text(desk)
    drag_over(desk, "koker kaffe")
    choose_code(desk, "lokaler")
    expect(desk.locator("#status .status-line.error")).to_be_visible()
    expect(desk.locator("mark.coded")).to_have_count(0)
    expect(desk.locator("#code-tree")).not_to_contain_text("Lokaler")


@pytest.mark.smoke
def test_what_is_coded_without_a_connection_is_saved_later(desk, study):
    focus_text(desk)
    desk.context.set_offline(True)
    drag_over(desk, "koker kaffe")
    desk.keyboard.type("okonomi")
    desk.keyboard.press("Enter")
    expect(desk.locator(STATE)).to_have_attribute("data-state", "waiting")
    expect(desk.locator("mark.coded")).to_have_text("koker kaffe")
    assert codings(study.source) == []
    desk.context.set_offline(False)
    saved(desk)
    assert codings(study.source) == [("Økonomi", "koker kaffe")]


def test_what_could_not_be_saved_outlives_the_page_and_holds_no_words(desk, study, live_server):
    focus_text(desk)
    desk.route(re.compile("/codings/"), lambda route: route.abort())
    drag_over(desk, "koker kaffe")
    desk.keyboard.type("okonomi")
    desk.keyboard.press("Enter")
    desk.keyboard.press(".")
    expect(desk.locator(STATE)).to_have_attribute("data-state", "waiting")
    kept = desk.evaluate("""async () => {
      const open = indexedDB.open("kodebenk", 1);
      await new Promise((resolve) => { open.onsuccess = resolve; });
      const all = open.result.transaction("waiting").objectStore("waiting").getAll();
      await new Promise((resolve) => { all.onsuccess = resolve; });
      return JSON.stringify(all.result) + JSON.stringify(localStorage);
    }""")
    assert "create" in kept
    assert "kaffe" not in kept
    desk.unroute(re.compile("/codings/"))
    desk.goto(live_server.url + "/accounts/login/")
    open_source(desk, live_server, study.source)
    saved(desk)
    expect(desk.locator("mark.coded")).to_have_text("koker kaffe og")
    assert codings(study.source) == [("Økonomi", "koker kaffe og")]


def test_an_unsent_coding_is_undone_at_once(desk, study):
    focus_text(desk)
    desk.context.set_offline(True)
    drag_over(desk, "koker kaffe")
    desk.keyboard.type("okonomi")
    desk.keyboard.press("Enter")
    expect(desk.locator(STATE)).to_have_attribute("data-state", "waiting")
    desk.keyboard.press("Control+z")
    expect(desk.locator("mark.coded")).to_have_count(0)
    expect(desk.locator(STATE)).to_have_attribute("data-state", "saved")
    desk.context.set_offline(False)
    news(desk)
    assert codings(study.source) == []


def test_who_was_signed_out_loses_nothing(desk, study, sign_in):
    Session.objects.all().delete()
    focus_text(desk)
    drag_over(desk, "koker kaffe")
    desk.keyboard.type("okonomi")
    desk.keyboard.press("Enter")
    expect(desk.locator(STATE)).to_have_attribute("data-state", "waiting")
    sign_in(desk, study.coder.user)
    desk.evaluate("() => window.dispatchEvent(new Event('online'))")
    saved(desk)
    assert codings(study.source) == [("Økonomi", "koker kaffe")]


@pytest.fixture
def second(study, new_context, live_server, sign_in):
    """`second(member)`: the coding page in the browser of another member, or of the same one in another window."""

    def second(member: Any) -> Any:
        page = new_context().new_page()
        sign_in(page, member.user)
        open_source(page, live_server, study.source)
        return page

    return second


def test_the_same_code_on_the_same_words_at_once_loses_nothing(desk, study, second):
    pages = [desk, second(study.lead), second(study.coder)]
    for page in pages:
        focus_text(page)
        drag_over(page, "koker kaffe")
        page.keyboard.type("okonomi")
    for page in pages:
        page.keyboard.press("Enter")
    for page in pages:
        saved(page)
    # Two people have one coding each; the two windows of one of them made one.
    assert codings(study.source, study.coder) == [("Økonomi", "koker kaffe")]
    assert codings(study.source, study.lead) == [("Økonomi", "koker kaffe")]
    for page in pages:
        news(page)
        show_colleagues(page)
        assert marks(page, study.code) == "koker kaffe" * 2
        expect(page.locator(".stripes .bar")).to_have_count(2)
        expect(page.locator("#status .status-line.error")).to_have_count(0)


def test_what_is_deleted_in_one_window_is_not_brought_back_by_an_edit_in_another(desk, study, second):
    put(study.coder, study.source, "koker kaffe", study.code)
    other = second(study.coder)
    desk.reload()
    ready(desk)
    click_on(other, "koker kaffe")
    expect(other.locator(".coding-card.open")).to_be_visible()
    click_on(desk, "koker kaffe")
    desk.keyboard.press("Backspace")
    saved(desk)
    other.keyboard.press(".")
    saved(other)
    expect(other.locator("#status .status-line.error")).to_be_visible()
    expect(other.locator("mark.coded")).to_have_count(0)
    assert codings(study.source) == []
    # And an undo in the first window brings it back for both.
    desk.keyboard.press("Control+z")
    saved(desk)
    news(other)
    expect(other.locator("mark.coded")).to_have_text("koker kaffe")
    assert codings(study.source) == [("Økonomi", "koker kaffe")]


def test_what_a_colleague_has_built_on_is_not_undone_under_them(desk, study, second):
    other = second(study.lead)
    focus_text(desk)
    drag_over(desk, "koker kaffe")
    desk.keyboard.press("'")
    expect(desk.locator("mark.coded")).to_have_text("koker kaffe")
    news(other)
    focus_text(other)
    drag_over(other, "tar imot folk")
    choose_code(other, "koker")
    desk.keyboard.press("Control+z")
    expect(desk.locator("#status .status-line.error")).to_contain_text(study.lead.name)
    assert codings(study.source) == [("koker kaffe", "koker kaffe"), ("koker kaffe", "tar imot folk")]
    expect(desk.locator("mark.coded", has_text="koker kaffe")).to_have_count(1)
    other.keyboard.press("Control+z")
    saved(other)
    desk.keyboard.press("Control+z")
    saved(desk)
    expect(desk.locator("mark.coded")).to_have_count(0)
    assert codings(study.source) == []


def test_after_half_a_minute_without_a_server_all_is_sent_in_order(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    page.clock.install()
    open_source(page, live_server, study.source)
    tries = []
    page.route(re.compile("/codings/"), lambda route: (tries.append(route.request.method), route.abort()))
    focus_text(page)
    drag_over(page, "koker kaffe")
    page.keyboard.type("okonomi")
    page.keyboard.press("Enter")
    expect(page.locator(STATE)).to_have_attribute("data-state", "waiting")
    page.keyboard.press(".")
    page.keyboard.press(".")
    drag_over(page, "Hva gjør")
    page.keyboard.press("1")
    expect(page.locator(STATE)).to_contain_text("3")
    page.clock.run_for(30_000)
    # It has tried again by itself, at growing intervals, and for the first change only.
    assert 3 <= tries.count("POST") <= 6
    assert "PATCH" not in tries
    assert codings(study.source) == []
    page.unroute(re.compile("/codings/"))
    saved_by_itself(page)
    assert codings(study.source) == [("Økonomi", "Hva gjør"), ("Økonomi", "koker kaffe og tar")]
    assert marks(page, study.code) == "Hva gjørkoker kaffe og tar"


@needs_posix
def test_a_server_that_is_started_again_gets_what_waits(page, tmp_path):
    server = Served(tmp_path / "data")
    server.begin()
    source = server.run("shell", "-v", "0", "-c", SETUP).split()[-1]
    try:
        server.start("serve")
        page.goto(f"http://localhost:{server.port}/accounts/login/?next=/p/p/sources/{source}/")
        page.locator("[name=login]").fill("kari")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        ready(page)
        focus_text(page)
        drag_over(page, "koker kaffe")
        choose_code(page, "drift")
        server.kill()
        drag_over(page, "tar imot folk")
        page.keyboard.press("1")
        expect(page.locator(STATE)).to_have_attribute("data-state", "waiting")
        expect(page.locator("mark.coded")).to_have_count(2)
        server.start("serve")
        page.evaluate("() => window.dispatchEvent(new Event('online'))")
        saved(page)
        page.reload()
        ready(page)
        expect(page.locator("mark.coded")).to_have_text(["koker kaffe", "tar imot folk"])
    finally:
        server.stop()


def test_sixty_thousand_words_open_and_are_coded_at_their_end(page, live_server, sign_in, study):
    words = ["vi", "har", "liksom", "alltid", "hatt", "kaffe", "på", "fredager", "og", "da", "kommer", "folk"]
    draw = random.Random(2)
    said, count = [], 0
    while count < 60_000:
        for label, length in (("Intervjuer", 12), ("Informant", draw.choice([20, 60, 140]))):
            said.append((label, " ".join(draw.choice(words) for _ in range(length)) + "."))
            count += length
    said.append(("Informant", "Det aller siste som ble sagt."))
    source = make_source(study.project, said, title="Lang samtale")
    source.refresh_from_db()
    assert source.version is not None
    now, rows = timezone.now(), {}
    for _ in range(2_000):
        start = draw.randrange(source.version.characters - 400)
        rows[start] = Coding(
            project=study.project,
            source=source,
            version=source.version,
            code=draw.choice([study.code, study.other]),
            coder=study.coder,
            start=start,
            end=start + draw.choice([40, 120, 380]),
            first_word=0,
            end_word=1,
            created=now,
            modified=now,
        )
    Coding.objects.bulk_create(rows.values(), batch_size=500)
    sign_in(page, study.coder.user)
    open_source(page, live_server, source)
    # Only what is near the window is painted.
    assert 0 < page.locator("mark.coded").count() < 1_500
    drag_over(page, "Det aller siste")
    focus_text(page)
    choose_code(page, "okonomi")
    assert codings(source)[-1] == ("Økonomi", "Det aller siste")
    expect(page.locator("mark.coded", has_text="Det aller siste")).to_be_in_viewport()


def test_without_a_script_the_text_is_there_and_the_list_says_what_is_coded(
    browser, browser_context_args, live_server, sign_in, study
):
    put(study.coder, study.source, "koker kaffe", study.code)
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    sign_in(context, study.coder.user)
    page = context.new_page()
    page.goto(live_server.url + reverse("source", args=[study.project.slug, study.source.uuid]))
    expect(page.locator("#transcript")).to_contain_text("Vi koker kaffe og tar imot folk.")
    page.goto(live_server.url + reverse("source_codings", args=[study.project.slug, study.source.uuid]))
    expect(page.locator("blockquote")).to_have_text("koker kaffe")
    context.close()
