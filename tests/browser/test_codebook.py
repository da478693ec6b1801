"""The codebook in a real browser: by keyboard, by mouse, without script."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from coding.actions.codebook import propose_code
from coding.models import Code, Coding, Membership, Project
from coding.reports.codebook import code_tree
from tests.factories import make_code, make_member, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study():
    study = make_study()
    make_code(study.project, "Tilskudd", study.code, definition="Penger fra staten", example="Vi søkte.")
    make_code(study.project, "P2 Frivillighet")
    propose_code(actor=study.coder, name="Dugnad", page="codebook")
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    put(study.coder, study.source, "tar imot folk", study.code)
    return study


@pytest.fixture
def open_page(page, live_server, sign_in, study):
    def opened(
        name: str = "codebook", *args: object, query: str = "", member: Membership | None = None
    ) -> Page:
        sign_in(page, (member or study.lead).user)
        page.goto(live_server + reverse(name, args=[study.project.slug, *args]) + query)
        return page

    return opened


def paths(project: Project) -> list[str]:
    return [node.path_text for root in code_tree(project).roots for node in root.walk()]


def item(page: Page, name: str) -> Locator:
    return page.locator(f'[role="treeitem"][data-name="{name}"]')


def row(page: Page, name: str) -> Locator:
    return item(page, name).locator("> .tree-row")


def panel(page: Page) -> Locator:
    return page.locator("#code-panel")


def test_arrows_go_through_the_tree_and_the_panel_follows(open_page):
    page = open_page()
    item(page, "P1 Drift").focus()
    page.keyboard.press("ArrowRight")
    expect(item(page, "Økonomi")).to_be_focused()
    expect(panel(page)).to_contain_text("2 ")
    page.keyboard.press("ArrowRight")
    expect(item(page, "Tilskudd")).to_be_focused()
    expect(panel(page)).to_contain_text("Penger fra staten")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(item(page, "Økonomi")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(item(page, "Lokaler")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("l")
    expect(item(page, "Lokaler")).to_be_focused()
    page.keyboard.press("End")
    expect(item(page, "P2 Frivillighet")).to_be_focused()
    assert page.locator('[data-tree] >> nth=0 >> [tabindex="0"]').count() == 1
    expect(panel(page)).to_contain_text("P2 Frivillighet")
    page.reload()
    expect(item(page, "Økonomi")).to_have_attribute("aria-expanded", "false")


def test_the_panel_shows_the_code_that_was_reached_last_however_slowly_an_earlier_one_comes(open_page, study):
    page = open_page()
    held = []
    page.route(re.compile(f"code={study.code.uuid}"), lambda route: held.append(route))
    with page.expect_request(re.compile(f"code={study.code.uuid}")):
        item(page, "Økonomi").focus()
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(str(Code.objects.get(name="P2 Frivillighet").uuid)))
    [late] = held
    late.fulfill(response=late.fetch())
    expect(panel(page)).to_contain_text("P2 Frivillighet")
    expect(item(page, "P2 Frivillighet")).to_be_focused()


def test_alt_and_arrows_move_a_code_and_focus_stays_on_it(open_page, study):
    page = open_page()
    item(page, "Lokaler").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#status")).to_contain_text("Lokaler")
    assert paths(study.project)[1] == "P1 Drift > Lokaler"
    expect(item(page, "Lokaler")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(item(page, "Økonomi").locator("xpath=following-sibling::li")).to_have_attribute(
        "data-name", "Lokaler"
    )
    expect(item(page, "Lokaler")).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(item(page, "Økonomi").locator('[data-name="Lokaler"]')).to_be_focused()
    assert "P1 Drift > Økonomi > Lokaler" in paths(study.project)
    page.keyboard.press("Control+z")
    expect(item(page, "Økonomi").locator('[data-name="Lokaler"]')).to_have_count(0)
    assert "P1 Drift > Lokaler" in paths(study.project)


def test_f2_renames_in_place(open_page, study):
    page = open_page()
    item(page, "Lokaler").focus()
    page.keyboard.press("F2")
    expect(page.locator(".rename")).to_be_focused()
    page.keyboard.press("Escape")
    expect(item(page, "Lokaler")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("Hus og rom")
    page.keyboard.press("Enter")
    expect(item(page, "Hus og rom")).to_be_focused()
    assert Code.objects.filter(name="Hus og rom").exists()
    row(page, "Hus og rom").dblclick()
    page.locator(".rename").fill("Økonomi")
    page.keyboard.press("Enter")
    expect(page.locator("#status .status-line.error")).to_contain_text("Økonomi")
    assert Code.objects.filter(name="Hus og rom").exists()


def test_plus_adds_a_code_below(open_page, study):
    page = open_page()
    item(page, "Lokaler").focus()
    page.keyboard.press("+")
    expect(page.locator("#quick-name")).to_be_focused()
    page.keyboard.type("Husleie")
    page.keyboard.press("Enter")
    expect(item(page, "Lokaler").locator('[data-name="Husleie"]')).to_be_visible()
    assert "P1 Drift > Lokaler > Husleie" in paths(study.project)
    expect(panel(page).locator("h2")).to_contain_text("Husleie")


def test_delete_says_what_goes_along_and_the_status_line_brings_it_back(open_page, study):
    page = open_page()
    item(page, "Økonomi").focus()
    page.keyboard.press("Delete")
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".consequences")).to_contain_text("2")
    dialog.locator("button.danger").click()
    expect(item(page, "Økonomi")).to_have_count(0)
    expect(dialog).to_be_hidden()
    assert not Coding.objects.exists()
    page.locator("#status form button").first.click()
    expect(item(page, "Økonomi")).to_be_visible()
    assert Coding.objects.count() == 2


def test_merge_in_a_dialog_with_a_picker_that_filters(open_page, study):
    page = open_page(query=f"?code={study.code.uuid}")
    page.locator("#act-merge").click()
    dialog = page.locator("#dialog")
    dialog.locator("#picker-search").fill("lok")
    expect(dialog.locator(".picker li:visible")).to_have_count(1)
    dialog.locator(".picker li:visible input").check()
    dialog.locator("button.primary").click()
    expect(item(page, "Økonomi")).to_have_count(0)
    assert Coding.objects.filter(code=study.other).count() == 2


def test_a_refused_merge_is_told_in_the_dialog(open_page, study):
    page = open_page(query=f"?code={study.code.uuid}")
    page.locator("#act-merge").click()
    page.locator("#dialog button.primary").click()
    expect(page.locator('#dialog [role="alert"]')).to_be_visible()
    expect(page.locator("#dialog .picker input").first).to_be_visible()


def drag(page: Page, source: Locator, target: Locator, part: float) -> None:
    start, end = source.bounding_box(), target.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 80, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 90, end["y"] + end["height"] * part, steps=6)
    page.mouse.move(end["x"] + 92, end["y"] + end["height"] * part)
    page.mouse.up()


def test_codes_are_dragged_before_into_and_out_of_proposed(open_page, study):
    page = open_page()
    drag(page, row(page, "Lokaler"), row(page, "Økonomi"), 0.1)
    expect(item(page, "Lokaler").locator("xpath=following-sibling::li")).to_have_attribute(
        "data-name", "Økonomi"
    )
    drag(page, row(page, "Dugnad"), row(page, "P2 Frivillighet"), 0.5)
    expect(item(page, "P2 Frivillighet").locator('[data-name="Dugnad"]')).to_be_visible()
    assert paths(study.project)[-1] == "P2 Frivillighet > Dugnad"
    expect(page.locator("#proposed")).to_have_count(0)


def test_a_colour_shows_at_once(open_page, study):
    page = open_page(query=f"?code={study.code.uuid}")
    swatch = row(page, "Økonomi").locator(".code-swatch")
    before = swatch.evaluate("e => getComputedStyle(e).backgroundColor")
    page.locator("#swatch-1").click()
    expect(page.locator("#swatch-1")).to_have_attribute("aria-pressed", "true")
    expect(swatch).not_to_have_css("background-color", before)


def test_search_as_one_types_opens_what_is_closed(open_page):
    page = open_page()
    page.locator("#close-all").click()
    expect(item(page, "Tilskudd")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("fra staten")
    expect(item(page, "Tilskudd")).to_be_visible()
    expect(item(page, "P2 Frivillighet")).to_be_hidden()
    page.keyboard.type("xyz")
    expect(page.locator(".codebook-none")).to_be_visible()


def test_a_reader_reads_and_is_offered_nothing_else(open_page, study):
    page = open_page(member=make_member(study.project, "reader"), query=f"?code={study.code.uuid}")
    expect(panel(page)).to_contain_text("Økonomi")
    expect(page.locator(".code-actions, .page-head .button.primary")).to_have_count(0)
    item(page, "Økonomi").focus()
    for key in ("F2", "Delete", "Alt+ArrowDown", "+"):
        page.keyboard.press(key)
    expect(page.locator(".rename")).to_have_count(0)
    assert paths(study.project)[1] == "P1 Drift > Økonomi"


def test_passages_are_moved_to_a_new_code(open_page, study):
    page = open_page("code", study.code.uuid)
    expect(page.locator(".split-bar")).to_be_hidden()
    page.locator("[data-tick-all]").check()
    expect(page.locator("[data-ticked]")).to_have_text("2")
    page.locator(".split-bar summary").click()
    page.locator("#new-name").fill("Kaffe")
    page.locator('button[value="move"]').click()
    expect(page.locator("#status")).to_contain_text("Kaffe")
    assert Coding.objects.filter(code__name="Kaffe", code__parent=study.question).count() == 2


def test_everything_works_without_script(new_context, live_server, sign_in, study):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, study.lead.user)
    page.goto(live_server + reverse("codebook", args=[study.project.slug]))
    page.fill("#search", "penger")
    page.locator("form.toolbar button").click()
    expect(page.locator(".tree .name")).to_have_text(["P1 Drift", "Økonomi", "Tilskudd"])
    page.locator(".tree .name", has_text="Tilskudd").click()
    page.locator(".code-change summary").click()
    page.locator("#act-move").click()
    page.locator(".picker label", has_text="P2 Frivillighet").click()
    page.locator("#form button.primary").click()
    assert paths(study.project)[-1] == "P2 Frivillighet > Tilskudd"
    page.goto(live_server + reverse("code", args=[study.project.slug, study.code.uuid]))
    page.locator('input[name="passage"]').first.check()
    page.locator(".split-bar summary").click()
    page.locator(".picker label", has_text="Lokaler").click()
    page.locator('button[value="copy"]').click()
    assert Coding.objects.filter(code=study.other).count() == 1
    page.locator(".undo button").first.click()
    assert Coding.objects.filter(code=study.other).count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible_and_fit(
    new_context, live_server, sign_in, assert_accessible, study, theme, width
):
    page = new_context(color_scheme=theme).new_page()
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, study.lead.user)
    code = study.code.uuid
    pages = [("codebook",), ("code", code), ("code_edit", code), ("code_new",), ("code_move", code)]
    pages += [("code_merge", code), ("code_delete", code), ("codebook_import",)]
    for name, *args in pages:
        query = f"?code={code}" if name == "codebook" else ""
        page.goto(live_server + reverse(name, args=[study.project.slug, *args]) + query)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.goto(live_server + reverse("codebook", args=[study.project.slug]))
    if width == 1280:
        item(page, "Økonomi").focus()
        expect(panel(page)).to_contain_text("Økonomi")
        page.locator("#act-merge").click()
        expect(page.locator("#dialog")).to_be_visible()
        assert_accessible(page)
    else:
        row(page, "Tilskudd").locator(".name").click()
        expect(page).to_have_url(re.compile(r"/codebook/[0-9a-f-]{36}/$"))
