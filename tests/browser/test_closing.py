"""The audit page and the end of a project in a real browser: by keyboard, in both themes, on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from coding import tasks
from coding.actions import closing
from coding.actions.identities import look_at_people
from coding.models import Certificate, Membership, Project, Role
from tests.factories import Study, account_of, make_code, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Mangfoldighetsrekrutteringsutfordringer" * 3


@pytest.fixture
def study() -> Study:
    study = make_study()
    make_source(study.project, title=f"Intervju {LONG}")
    put(study.coder, study.source, "koker kaffe", make_code(study.project, LONG, study.code))
    look_at_people(actor=study.lead)
    Project.objects.update(ends=timezone.localdate() + timedelta(days=3), at_end="project")
    return study


@pytest.mark.smoke
def test_a_project_is_ended_by_keyboard(
    page: Any, live_server: Any, sign_in: Any, study: Study, assert_accessible: Any
) -> None:
    sign_in(page, study.lead.user)
    page.goto(live_server + reverse("project", args=[study.project.slug]))
    page.get_by_role("link", name="See what would go").focus()
    page.keyboard.press("Enter")
    box = page.get_by_label("I know that nobody can find out afterwards")
    box.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Tick the box to confirm")
    assert_accessible(page)
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The key was removed")
    assert_accessible(page)
    page.goto(live_server + reverse("project_end", args=[study.project.slug]))
    page.get_by_label("Type the project's title").focus()
    page.keyboard.type("Feil")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("exactly, to confirm")
    field = page.get_by_label("Type the project's title")
    expect(field).to_have_value("Feil")
    field.fill(study.project.title)
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The project is being removed")
    assert_accessible(page)
    tasks.drain()
    expect(page.get_by_role("heading", level=1)).to_have_text("The project was removed")
    assert_accessible(page)
    assert not Project.objects.exists()
    page.goto(live_server + reverse("projects"))
    expect(page.get_by_role("link", name="The project was removed")).to_be_visible()


def test_the_history_is_narrowed_and_taken_out_by_an_officer(
    page: Any, live_server: Any, sign_in: Any, study: Study
) -> None:
    officer = make_member(study.project, Role.READER)
    Membership.objects.filter(pk=officer.pk).update(oversees_privacy=True)
    sign_in(page, account_of(officer))
    page.goto(live_server + reverse("history", args=[study.project.slug]))
    actions = page.locator(".timeline > li")
    everything = actions.count()
    page.get_by_label("Looks and exports").select_option("only")
    expect(actions).to_have_count(1)
    expect(actions).to_contain_text("looked into the key: who all informants are")
    day = timezone.localdate()
    # A date is typed in parts: the page waits until it is sent.
    page.get_by_label("From").fill((day + timedelta(days=1)).isoformat())
    expect(actions).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing of this kind")).to_be_visible()
    # The page that comes listens to its fields when it has been loaded.
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name="Show everything").first.click()
    expect(actions).to_have_count(everything)
    page.get_by_label("Person").select_option(label=study.coder.name)
    expect(actions).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2 and study.coder.name in lines[1]
    assert "kaffe" not in lines[1]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_of_the_end_can_be_read(
    new_context: Any,
    live_server: Any,
    sign_in: Any,
    assert_accessible: Any,
    study: Study,
    theme: str,
    width: int,
) -> None:
    key = closing.remove_key(actor=study.lead, project=study.project)
    Certificate.objects.create(
        kind="project", project_uuid=key.uuid, project_title=LONG, user=study.lead.user, made_by="",
        made=timezone.now(), counts={"sources": 12_345, "codings": 1},
    )  # fmt: skip
    page = new_context(color_scheme=theme).new_page()
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, study.lead.user)
    names = ("project", "history", "project_settings", "project_end", "certificates", "new_invitation")
    addresses = [
        "/",
        *(reverse(name, args=[study.project.slug]) for name in names),
        *(reverse("certificate", args=[one.uuid]) for one in Certificate.objects.all()),
    ]
    for address in addresses:
        page.goto(live_server + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert_accessible(page)
        assert page.locator("h1").count() == 1, address
