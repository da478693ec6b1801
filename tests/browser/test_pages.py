"""Every page of the URL map as a lead and as a reader sees it: nothing serious for axe in light and dark, and no page
that has to be scrolled sideways on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from coding import tasks
from coding.actions import closing, imports
from coding.actions.codebook import propose_code
from coding.actions.memos import write_memo
from coding.actions.outside import Figures, add_figures
from coding.actions.projects import invite, member_without_user, password_link
from coding.actions.snapshots import keep_table
from coding.actions.summaries import Cell, pin, write_summary
from coding.actions.themes import create_theme
from coding.actions.views import save_view
from coding.models import Code, Membership, Memo, Role
from coding.reports.frequencies import frequencies
from coding.reports.kept import as_kept
from coding.reports.passages import Scope
from tests.factories import (
    Study,
    lead_of,
    link,
    make_code,
    make_member,
    make_project,
    make_source,
    make_study,
    put,
)
from tests.reporting import make_report, quote

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Mangfoldighetsrekrutteringsutfordringer" * 3
TALK = "Moderator: Velkommen.\nDeltaker 1: Takk for det.\nDeltaker 2: Hei.\nModerator: Fortell.\n" * 2

# Of the map, all that a person opens; the walk below must meet each of them.
PAGES = {
    "projects", "new_project", "help", "project", "sources", "import", "import_batch", "import_draft", "source",
    "source_codings", "source_details", "speakers", "informants", "informant", "informant_new", "informants_import",
    "attributes", "attribute", "memos", "memo", "codebook", "code", "code_new", "code_edit", "code_move", "code_merge",
    "code_delete", "codebook_import", "matrix", "cell", "snapshots", "snapshot", "quotations", "copy_quotation",
    "members", "member", "new_invitation", "project_settings", "project_end", "certificates", "certificate", "history",
    "account_change_password", "account_logout", "figures",
    "together", "queries", "search", "concordance", "words", "stop_words", "suggest", "suggestions",
}  # fmt: skip
OF_READERS = {
    "projects", "project", "sources", "source", "source_codings", "source_details", "speakers", "informants",
    "informant", "attributes", "memos", "memo", "codebook", "code", "matrix", "cell", "quotations", "members",
    "history", "summary", "themes", "themes_waiting",
}  # fmt: skip


@dataclass
class House:
    """A project with something on every page, names that are too long among it, and what fills the addresses."""

    study: Study
    reader: Membership
    places: dict[str, Any]
    asked: dict[str, str]

    def addresses(self) -> dict[str, str]:
        """The address of every view, by name."""
        return {
            name: reverse(name, kwargs={key: self.place(name, key) for key in keys})
            + self.asked.get(name, "")
            for name, keys in views()
        }

    def place(self, name: str, key: str) -> Any:
        return self.places.get(f"{name}.{key}", self.places[key])


def views(patterns: Any = None, above: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        keys = (*above, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            found += views(pattern.url_patterns, keys)
        else:
            found.append((str(pattern.name), keys))
    return found


@pytest.fixture
def house() -> House:
    study = make_study()
    project, lead = study.project, study.lead
    reader = make_member(project, Role.READER)
    make_project(lead=lead.user)
    study.source = make_source(
        project,
        (
            ("Moderator", "Hvordan begynte det?"),
            ("Deltaker 1", f"Det begynte med en kopp kaffe og to stoler og {LONG} til sammen."),
            ("Deltaker 2", "Og med en søknad som ingen trodde på, og som ingen leste."),
            ("Flere", "Hahaha, ja, nettopp."),
        ),
        title=f"Fokusgruppe {LONG}",
        kind="focus_group",
    )
    person = link(study.source, "Deltaker 1", f"Berit {LONG}", city="Bergen", informant_type="frivillig")
    below = make_code(project, LONG, study.code, definition="Når noen skryter.", example="Vi er best.")
    put(lead, study.source, "en kopp kaffe", study.code, below)
    put(lead, study.source, f"to stoler og {LONG}", study.other)
    put(study.coder, study.source, "Og med en søknad som ingen trodde", study.code)
    propose_code(actor=study.coder, name=f"Forslag {LONG}", page="codebook")
    memo = write_memo(actor=lead, body=f"Et notat {LONG}", about=study.source)
    about_code = write_memo(actor=lead, body="Er dette én kode?", about=Code.objects.get(pk=study.code.pk))
    make_source(
        project, ((None, "Et dokument uten noen som taler."),), title="Notat", kind="document", cleared=False
    )
    batch = imports.open_batch(actor=lead)
    for name, content in (
        ("gruppe.txt", TALK.encode()),
        (f"{LONG}.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9),
    ):
        draft = imports.add_file(actor=lead, batch=batch, name=name, content=[content], cleared=True)
        tasks.enqueue_reading(draft)
    tasks.drain()
    waiting = member_without_user(project, f"Ola {LONG}")
    token = invite(actor=lead, role=Role.CODER, note=LONG, member=waiting)
    attribute = project.attributes.get(key="city")
    certificate = closing.remove_key(actor=lead, project=project)
    places = {
        "slug": project.slug, "source": study.source.uuid, "informant": person.uuid, "attribute": attribute.uuid,
        "value": attribute.values.get().uuid, "memo": memo.uuid, "code_memo.memo": about_code.uuid, "batch": batch.uuid,
        "draft": batch.drafts.get(file_name="gruppe.txt").uuid, "coding": study.lead.codings.first().uuid,
        "code": study.code.uuid, "member": study.coder.uuid, "invitation": 0, "token": token, "page": "codebook",
        "file_format": "csv", "form": "txt", "mark": certificate.uuid, "certificate": certificate.uuid,
    }  # fmt: skip
    coding = study.lead.codings.get(code=study.other)
    places |= {"start": coding.start, "end": coding.end}
    column = attribute.values.get().uuid
    kept = as_kept(frequencies(Scope(project=project), by="city"))
    places["snapshot"] = keep_table(
        actor=lead, name=f"Figur {LONG}"[:100], query=[("by", "city")], table=kept
    ).uuid
    query = [("q", "kaffe")]
    places["kind"] = "search"
    places["view"] = save_view(actor=lead, kind="search", name=f"Søk {LONG}"[:100], query=query).uuid
    figures = [Figures(f"Tall {LONG}"[:100], {attribute.values.get().pk: 3.0})]
    [row] = add_figures(actor=lead, attribute=attribute, origin=LONG[:100], rows=figures)
    places["row"] = row.uuid
    theme = create_theme(actor=lead, title=f"Tema {LONG}", codes=[study.code.uuid])
    pin(actor=lead, cell=Cell(theme.uuid), coding=study.lead.codings.first().uuid)
    write_summary(actor=lead, cell=Cell(theme.uuid), body=f"{LONG} [E1]", revision=0)
    places |= {"theme": theme.uuid, "number": 1}
    told = make_report(study)
    quotation = quote(told, study.source, "en kopp kaffe")
    job = tasks.enqueue_report(told.report, lead, part="", file_format="md", appendix=False)
    tasks.drain()
    places |= {
        "report": told.report.uuid, "chapter": told.section.chapter.uuid, "part": told.section.uuid,
        "section": told.section.uuid, "quotation": quotation.uuid, "job": job.uuid,
    }  # fmt: skip
    asked = {"cell": f"?by=city&code={study.question.uuid}&column={column}", "code": "?below=1"}
    return House(study, reader, places, asked)


def pages_of(house: House, member: Membership) -> dict[str, str]:
    """What of the map is a page for this member: a GET answers with a whole document."""
    client = Client()
    assert member.user is not None
    client.force_login(member.user)
    found = {}
    for name, address in house.addresses().items():
        answer = client.get(address)
        whole = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if answer.status_code == 200 and whole and b"<!doctype html>" in answer.content[:300].lower():
            found[name] = address
    return found


CONTRAST = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


def look(page: Any, addresses: dict[str, str], assert_accessible: Any) -> list[str]:
    """What is wrong with the pages at these addresses."""
    wrong = []
    for name, address in addresses.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(address)
        if name == "source":
            page.locator("#coding[data-ready]").wait_for()
        try:
            assert_accessible(page)
        except AssertionError as found:
            wrong.append(f"{name}: {found}")
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        # The first run has brought axe into the page.
        dark = page.evaluate("(options) => axe.run(options)", CONTRAST)["violations"]
        wrong += [
            f"{name}, dark: {node['html'][:90]} {node['failureSummary']}"
            for rule in dark
            for node in rule["nodes"]
        ]
        page.set_viewport_size({"width": 390, "height": 844})
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wrong.append(f"{name}: {width} px wide on a phone")
        if page.locator("h1").count() != 1 or not page.title().strip(" –"):
            wrong.append(f"{name}: one h1 and a title")
    return wrong


def test_a_lead_can_read_every_page(page, live_server, sign_in, house, assert_accessible):
    pages = pages_of(house, lead_of(house.study.project))
    assert set(pages) >= PAGES, PAGES - set(pages)
    sign_in(page, house.study.lead.user)
    addresses = {name: live_server + address for name, address in pages.items()}
    # The pages of errors, too.
    addresses |= {"404": live_server + f"/p/{house.study.project.slug}/finnes-ikke/"}
    wrong = look(page, addresses, assert_accessible)
    assert not wrong, "\n".join(wrong)


def test_a_reader_can_read_the_main_pages(page, live_server, sign_in, house, assert_accessible):
    pages = pages_of(house, house.reader)
    assert set(pages) >= OF_READERS, OF_READERS - set(pages)
    sign_in(page, house.reader.user)
    addresses = {name: live_server + pages[name] for name in sorted(OF_READERS)}
    addresses["403"] = live_server + reverse("project_settings", args=[house.study.project.slug])
    wrong = look(page, addresses, assert_accessible)
    # What a reader may not do is not offered either.
    for name in ("sources", "codebook", "members", "memos"):
        page.goto(addresses[name])
        offered = page.locator("main a[href$='/import/'], main a[href$='/new/'], main a[href$='/invite/']")
        wrong += [f"{name}: offers {link.get_attribute('href')}" for link in offered.all()]
    assert not wrong, "\n".join(wrong)


@pytest.mark.smoke
def test_whoever_has_not_signed_in_can_read_the_doors(page, live_server, house, assert_accessible):
    token = house.places["token"]
    assert house.study.coder.user is not None
    doors = {
        "account_login": reverse("account_login") + f"?next=/p/{house.study.project.slug}/",
        "invitation": reverse("invitation", args=[token]),
        "password": reverse("invitation", args=[password_link(house.study.coder.user)]),
        "used up": reverse("invitation", args=["oppdiktet"]),
        "help": reverse("help"),
    }
    wrong = look(page, {name: live_server + address for name, address in doors.items()}, assert_accessible)
    assert not wrong, "\n".join(wrong)
    assert Memo.objects.count() == 2
