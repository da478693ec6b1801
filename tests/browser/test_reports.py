"""A chapter in a real browser: choose, shorten, put in order by keys and by drag, copy, approve, check, take out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coding.actions import chapters, quoting
from coding.models import ReportQuotation, Section
from tests.factories import account_of, put
from tests.reporting import READERS, ReportStudy, make_report, people, quote

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def one() -> ReportStudy:
    one = make_report()
    chapters.set_report(actor=one.lead, report=one.report.uuid, print_wordings=True)
    return one


def address(one: ReportStudy, rest: str = "") -> str:
    return f"/p/{one.study.project.slug}/reports/{rest}"


def numbers(one: ReportStudy) -> list[int]:
    return [row.number for row in one.section.quotations.all()]


def test_from_a_passage_to_a_file(
    page: Any,
    live_server: Any,
    sign_in: Callable,
    assert_accessible: Callable,
    one: ReportStudy,
    tmp_path: Path,
) -> None:
    put(one.coder, one.study.source, "Vi koker kaffe", one.study.code)
    sign_in(page, account_of(one.coder))
    page.goto(live_server + address(one, f"chapters/{one.section.chapter.uuid}/"))
    assert_accessible(page)
    page.get_by_role("link", name="Choose quotations").first.click()
    assert_accessible(page)
    page.get_by_role("button", name="Quote it here").click()
    page.get_by_text("chapter 1.1, quotation 1").wait_for()
    page.get_by_role("link", name="Back to the section").click()
    page.get_by_role("link", name="Edit Quotation 1").click()
    page.get_by_label("Shorten or explain").fill("Vi koker te")
    page.get_by_role("button", name="Save how it is shown").click()
    page.get_by_role("alert").get_by_text("From “te” on").wait_for()
    assert_accessible(page)
    page.get_by_label("Shorten or explain").fill("Vi [i huset] koker [...]")
    page.get_by_role("button", name="Save how it is shown").click()
    page.locator(".difference del", has_text="kaffe").first.wait_for()
    assert_accessible(page)
    page.get_by_role("textbox", name="Print wording").fill("Vi lager kaffe")
    page.get_by_role("button", name="Save the print wording").click()
    page.get_by_text("Not approved yet").wait_for()
    for name in ("Disclosure check", "Balance", "Export"):
        page.goto(live_server + address(one, f"{one.report.uuid}/"))
        assert_accessible(page)
        tab = page.get_by_role("navigation", name="Report", exact=True).get_by_role("link", name=name)
        tab.click()
        tab.and_(page.locator("[aria-current=page]")).wait_for()
        assert_accessible(page)
    page.get_by_label("OpenDocument (ODT)").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / "report.odt"
    download.value.save_as(file)
    assert READERS["odt"](file.read_bytes()) == ["Vi [i huset] koker [...]"]


def test_a_second_person_approves(page: Any, live_server: Any, sign_in: Callable, one: ReportStudy) -> None:
    row = quote(one, one.study.source, "Vi koker kaffe")
    quoting.write_wording(actor=one.coder, quotation=row.uuid, wording="Vi lager kaffe")
    sign_in(page, account_of(one.lead))
    page.goto(live_server + address(one, f"quotations/{row.uuid}/"))
    page.get_by_role("button", name="Approve the print wording").click()
    page.get_by_text("The print wording is approved.").wait_for()
    assert ReportQuotation.objects.get().approved_by == one.lead


def test_order_by_keys_and_by_drag(page: Any, live_server: Any, sign_in: Callable, one: ReportStudy) -> None:
    for words in ("Vi", "kaffe", "folk"):
        quote(one, one.study.source, words)
    sign_in(page, account_of(one.coder))
    page.goto(live_server + address(one, f"chapters/{one.section.chapter.uuid}/"))
    page.get_by_role("link", name="Quotation 3", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowUp")
    assert numbers(one) == [1, 3, 2]
    assert page.evaluate("document.activeElement.closest('[data-part]').id") == "q-3"
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowUp")
    assert numbers(one) == [3, 1, 2]
    with page.expect_navigation():
        page.locator("#q-3").drag_to(page.locator("#q-2"), source_position={"x": 300, "y": 12})
    assert numbers(one) == [1, 2, 3]


def test_sections_change_places(page: Any, live_server: Any, sign_in: Callable, one: ReportStudy) -> None:
    sign_in(page, account_of(one.coder))
    page.goto(live_server + address(one, f"{one.report.uuid}/"))
    page.get_by_role("link", name="Lokaler").focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowUp")
    assert [row.title for row in Section.objects.order_by("position")] == ["Lokaler", "Økonomi"]
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_text("Undone").wait_for()
    assert [row.title for row in Section.objects.order_by("position")] == ["Økonomi", "Lokaler"]


def test_a_quotation_is_copied_with_number_and_attribution(
    new_context: Callable, live_server: Any, sign_in: Callable, one: ReportStudy
) -> None:
    quote(one, people(one, 3)[0], "Vi koker kaffe")
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, account_of(one.coder))
    page.goto(live_server + address(one, f"chapters/{one.section.chapter.uuid}/"))
    page.get_by_text("Copy", exact=True).click()
    page.get_by_role("button", name="Copy for a sentence").click()
    page.get_by_text("The quotation is copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "“Vi koker kaffe” (daglig leder, Bergen; quotation 1)"


def test_a_lead_lets_a_quotation_out(
    page: Any, live_server: Any, sign_in: Callable, assert_accessible: Callable, one: ReportStudy
) -> None:
    quote(one, people(one, 1)[0], "kaffe")
    sign_in(page, account_of(one.lead))
    page.goto(live_server + address(one, f"{one.report.uuid}/disclosure/"))
    page.get_by_text("Print the whole attribution").first.click()
    page.get_by_label("Reason").fill("Avtalt skriftlig")
    assert_accessible(page)
    page.get_by_role("button", name="Print the whole attribution").click()
    page.get_by_text("Avtalt skriftlig").wait_for()
    page.goto(live_server + address(one, "rules/"))
    assert_accessible(page)
    page.get_by_label("daglig leder, Bergen").fill("6")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The rules are saved.").wait_for()
