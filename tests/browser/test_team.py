"""A project from its first minute: made, somebody invited by link, who joins; every page of the team in both themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding.actions.projects import invite, member_without_user, password_link
from coding.models import Membership, Role
from tests.factories import PASSWORD, account_of, make_study, make_user, put

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_an_empty_list_to_a_colleague_at_work(
    page: Any, new_context: Callable[..., Any], live_server: Any, sign_in: Callable[..., None]
) -> None:
    make_user("lena")
    page.goto(live_server + "/")
    page.get_by_label("User name").fill("lena")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Title").fill("Småbyer")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("status").first).to_contain_text("You are its lead")
    page.get_by_role("link", name="Members", exact=True).click()
    page.get_by_role("link", name="Invite").click()
    page.get_by_label("For whom").fill("Siri")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link for Siri").input_value()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#status")).to_contain_text("The link is")

    theirs = new_context().new_page()
    theirs.goto(link)
    theirs.get_by_label("Your name").fill("Siri Ås")
    theirs.get_by_label("User name").fill("siri")
    theirs.get_by_label("Password", exact=True).fill(PASSWORD)
    theirs.get_by_label("The same password again").fill("en annen setning enn den")
    theirs.get_by_role("button", name="Make the account").click()
    expect(theirs.get_by_role("alert")).to_be_focused()
    expect(theirs.get_by_label("User name")).to_have_value("siri")
    theirs.get_by_label("Password", exact=True).fill(PASSWORD)
    theirs.get_by_label("The same password again").fill(PASSWORD)
    theirs.get_by_role("button", name="Make the account").click()
    expect(theirs.locator("#status")).to_contain_text("Welcome to “Småbyer”")

    page.get_by_role("link", name="To the members").click()
    row = page.get_by_role("row").filter(has_text="Siri Ås")
    row.get_by_role("link", name="Change").click()
    page.get_by_label("Reader").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="Siri Ås")).to_contain_text("Reader")
    assert Membership.objects.get(name="Siri Ås").role == Role.READER
    page.get_by_label("Search members").fill("siri")
    expect(page.get_by_role("row").filter(has_text="lena")).to_be_hidden()
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Siri Ås accepted an invitation")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_of_the_team_can_be_read(
    new_context: Callable[..., Any],
    live_server: Any,
    sign_in: Callable[..., None],
    assert_accessible: Callable[[Any], None],
    theme: str,
    width: int,
) -> None:
    study = make_study()
    put(study.coder, study.source, "koker kaffe", study.code)
    waiting = member_without_user(study.project, "Ola")
    token = invite(actor=study.lead, role=Role.CODER, note="Siri", member=waiting)
    password = password_link(account_of(study.coder))
    slug = study.project.slug
    inside = [
        "/",
        "/projects/new/",
        "/help/",
        reverse("account_change_password"),
        *(
            reverse(name, args=[slug])
            for name in ("members", "new_invitation", "project_settings", "history")
        ),
        reverse("member", args=[slug, study.coder.uuid]),
        reverse("member", args=[slug, waiting.uuid]),
    ]
    outside = [
        reverse("account_login"),
        reverse("invitation", args=[token]),
        reverse("invitation", args=[password]),
        reverse("invitation", args=["oppdiktet"]),
    ]

    def look(page: Any, addresses: list[str]) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        for address in addresses:
            page.goto(live_server + address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert_accessible(page)

    look(new_context(color_scheme=theme).new_page(), outside)
    page = new_context(color_scheme=theme).new_page()
    sign_in(page, study.lead.user)
    look(page, inside)
    sign_in(page, make_user())
    look(page, ["/", reverse("invitation", args=[token])])
