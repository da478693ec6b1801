"""Saying who speaks, in a real browser: by hand, from a spreadsheet, by keyboard; and what axe finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding.actions.memos import write_memo
from coding.models import Informant, Speaker
from tests.factories import Study, lead_of, link, make_project, make_source, make_study, put

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 800}


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(
        study.project,
        (
            ("Moderator", "Hvordan begynte det?"),
            ("Deltaker 1", "Det begynte med en kopp kaffe og to stoler."),
            ("Deltaker 2", "Og med en søknad som ingen trodde på."),
        ),
        title="Fokusgruppe Bergen",
        kind="focus_group",
    )
    return study


def address(study: Study, page: str, *args: Any) -> str:
    return reverse(page, args=[study.project.slug, *args])


def test_a_new_informant_right_where_the_speaker_stands(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    page.goto(live_server + address(study, "speakers", study.source.uuid))
    speaker = Speaker.objects.get(source=study.source, label="Deltaker 2")
    card = page.locator(f"#speaker-{speaker.pk}")
    pseudonym = card.locator(f'[name="s{speaker.pk}-pseudonym"]')
    assert not pseudonym.is_visible()
    card.locator("select").select_option("new")
    pseudonym.fill("Bjørg")
    card.locator(f'[name="s{speaker.pk}-value_city"]').fill("Bergen")
    page.locator("form button.primary").click()
    page.locator(".status-line").wait_for()
    assert Informant.objects.get().pseudonym == "Bjørg"
    page.locator(".status-line form button").click()
    page.locator(".status-line").wait_for()
    assert not Informant.objects.exists()


def test_whose_it_is_is_not_asked_of_an_interviewer(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    page.goto(live_server + address(study, "speakers", study.source.uuid))
    speaker = Speaker.objects.get(source=study.source, label="Deltaker 1")
    card = page.locator(f"#speaker-{speaker.pk}")
    assert card.locator("select").is_visible()
    card.locator('input[value="interviewer"]').focus()
    page.keyboard.press("Space")
    assert not card.locator("select").is_visible()


def test_a_template_filled_in_is_previewed_and_imported(page, live_server, sign_in, study, tmp_path):
    sign_in(page, study.coder.user)
    page.goto(live_server + address(study, "informants_import"))
    with page.expect_download() as download:
        page.locator('a[href$="/informants/template/"]').click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 4
    filled = [lines[0]] + [
        line.replace(",,,,", f",Person {n},Bergen,frivillig,") for n, line in enumerate(lines[1:])
    ]
    (tmp_path / "people.csv").write_text("\n".join(filled), encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(tmp_path / "people.csv")
    page.locator("form[enctype] button").click()
    page.locator("#preview").wait_for()
    assert page.locator("tbody tr").count() == 3
    assert not Informant.objects.exists()
    page.locator('form[action$="/apply/"] button').click()
    page.locator(".status-line").wait_for()
    assert Informant.objects.count() == 3
    assert page.locator("tbody tr").count() == 3


def test_a_list_narrows_as_one_types(page, live_server, sign_in, study):
    sign_in(page, study.lead.user)
    page.goto(live_server + address(study, "sources"))
    assert page.locator("tbody tr").count() == 2
    page.keyboard.press("/")
    page.keyboard.type("bergen")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "q=bergen" in page.url
    page.locator('th a.sort[href*="words"]').click()
    page.wait_for_url("**sort=-words**")
    assert page.locator("tbody tr").count() == 1


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["laptop", "phone"])
def test_no_page_has_barriers_or_runs_out_of_the_window(
    new_context, live_server, sign_in, assert_accessible, study, viewport
):
    hostile = make_source(
        study.project, (("<script>", "Noe å si."),), title="=cmd()<script>" + "x" * 150, cleared=False
    )
    person = link(study.source, "Deltaker 1", "Berit " + "x" * 120, city="Bergen", informant_type="frivillig")
    put(study.lead, study.source, "en kopp kaffe", study.code)
    memo = write_memo(actor=study.lead, body="Et notat " + "x" * 200, about=study.source)
    empty = lead_of(make_project(lead=study.lead.user))
    context = new_context()
    sign_in(context, study.lead.user)
    page = context.new_page()
    if viewport:
        page.set_viewport_size(viewport)
    source, key = study.source.uuid, person.uuid
    attribute = study.project.attributes.get(key="city")
    addresses = [
        *(
            address(study, name)
            for name in ("project", "sources", "informants", "informant_new", "attributes")
        ),
        *(address(study, name) for name in ("informants_import", "memos")),
        *(address(study, name, source) for name in ("speakers", "source_details", "source_delete")),
        *(address(study, name, hostile.uuid) for name in ("speakers", "source_details")),
        *(address(study, name, key) for name in ("informant", "informant_delete")),
        address(study, "attribute", attribute.uuid),
        address(study, "attribute_value", attribute.values.get().uuid),
        address(study, "memo", memo.uuid),
        *(reverse(name, args=[empty.project.slug]) for name in ("project", "sources", "informants", "memos")),
    ]
    for one in addresses:
        page.goto(live_server + one)
        assert_accessible(page)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{one} is {over} px too wide"
