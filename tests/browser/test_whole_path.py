"""The whole path as a person walks it in a browser: from three files to quotations in Word, and a colleague beside."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Locator, Page, expect

from coding import tasks
from coding.models import Informant, Source
from tests.browser.coding_page import choose_code, codings, drag_over, focus_text, ready, saved
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)

INTERVIEW = [
    ("Intervjuer", "Hvordan begynte det?"),
    ("Kari Nordmann", "Med en nøkkel. Kommunen ga oss en nøkkel 🔑, og så fikk vi rommet på torsdager."),
    ("Intervjuer", "Og pengene?"),
    ("Kari Nordmann", "Vi søker om penger hver høst. Alle søker, og ingen får nok til leia."),
]
GROUP = """Moderator: Velkommen, alle sammen.
Deltaker 1: Vi koker kaffe og tar imot folk, og noen blir sittende til vi låser.
Deltaker 2: Leia gikk opp igjen, og det sto det ingenting om i avtalen vår.
Moderator: Hva gjorde dere?
Deltaker 1: Vi skrev til kommunen og fikk et hyggelig svar som ikke hjalp.
Deltaker 2: Så da søkte vi om penger et annet sted, og der fikk vi ja.
"""


@pytest.fixture
def worker() -> Iterator[None]:
    """The background work of a served Kodebenk."""
    ended = threading.Event()
    thread = threading.Thread(target=tasks.work, args=[ended])
    thread.start()
    yield
    ended.set()
    thread.join()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    document = docx.Document()
    for label, words in INTERVIEW:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(words)
    document.save(str(tmp_path / "Intervju Kari Nordmann.docx"))
    (tmp_path / "gruppe.txt").write_text(GROUP, encoding="utf-8")
    (tmp_path / "ødelagt.docx").write_bytes(b"PK\x03\x04" + b"\0" * 400)
    return [tmp_path / name for name in ("Intervju Kari Nordmann.docx", "gruppe.txt", "ødelagt.docx")]


def sign_in_by_form(page: Page, live_server: Any, username: str, password: str = PASSWORD) -> None:
    page.goto(live_server.url + "/")
    page.get_by_label("User name or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def place(page: Page, name: str) -> None:
    """Go to one of the project's places."""
    page.get_by_role("navigation", name="Places in the project").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def status(page: Page) -> Locator:
    return page.locator("#status .status-line")


def make_codes(page: Page, name: str, *below: str) -> None:
    """A research question, and codes under it."""
    place(page, "Codebook")
    page.get_by_role("link", name="New research question").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create").click()
    expect(page.locator(f'[role=treeitem][data-name="{name}"]')).to_be_visible()
    for code in below:
        page.locator(f'[role=treeitem][data-name="{name}"] > .tree-row').click()
        panel = page.locator("#code-panel")
        expect(panel.get_by_role("heading", name=name)).to_be_visible()
        panel.get_by_label("Name of a new code below").fill(code)
        panel.get_by_role("button", name="Add").click()
        expect(page.locator(f'[role=treeitem][data-name="{code}"]')).to_be_visible()


def import_files(page: Page, files: list[Path]) -> None:
    page.get_by_role("link", name="Import sources").first.click()
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator(".file-list li")).to_have_count(3)
    page.locator("input[name=cleared][value=no]").check()
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url(re.compile("/imports/"))
    expect(page.locator("#lines[hx-get]")).to_have_count(0, timeout=30_000)
    lines = page.locator(".import-lines tbody tr")
    expect(lines.filter(has_text="ødelagt.docx")).to_contain_text("Refused")
    expect(lines.filter(has_text="Ready")).to_have_count(2)
    # Confirm the interview's speakers: the name has become a neutral label, and the interviewer is known.
    lines.filter(has_text="Kari Nordmann").get_by_role("link", name=re.compile("Check")).click()
    rows = page.locator("#speakers tbody tr")
    expect(rows.filter(has_text="Intervjuer").locator("select")).to_have_value("interviewer")
    stored = rows.filter(has_text="Kari Nordmann").locator("input[id^=id_label]")
    assert "Nordmann" not in stored.input_value()
    stored.fill("Informant")
    assert "Nordmann" not in page.locator("#id_title").input_value()
    page.locator("#id_title").fill("Intervju Bergen")
    page.locator("button[name=do][value=store]").click()
    # It goes on with the group.
    expect(page.get_by_role("heading", level=1)).to_have_text("gruppe.txt")
    page.locator("#id_title").fill("Fokusgruppe Oslo")
    page.locator("button[name=do][value=store]").click()
    expect(page.locator(".import-lines .badge.success")).to_have_count(2)


def clear_both(page: Page) -> None:
    for title in ("Intervju Bergen", "Fokusgruppe Oslo"):
        place(page, "Sources")
        row = page.get_by_role("row").filter(has_text=title)
        row.get_by_role("button", name=re.compile("Clear")).click()
        expect(status(page).first).to_be_visible()
        assert Source.objects.get(title=title).cleared is not None


def say_who_speaks(page: Page, title: str, people: dict[str, tuple[str, str, str]]) -> None:
    """Make each speaker of a source a new informant: pseudonym, city and type."""
    place(page, "Sources")
    page.get_by_role("link", name=title, exact=True).click()
    ready(page)
    page.locator(".coding-tools summary", has_text="More").click()
    page.get_by_role("link", name="Who speaks").click()
    for label, (pseudonym, city, kind) in people.items():
        card = page.locator(".speaker").filter(has=page.get_by_role("heading", name=re.compile(f"^{label}")))
        card.locator("select").select_option("new")
        card.locator("[name$=-pseudonym]").fill(pseudonym)
        card.locator("[name$=-value_city]").fill(city)
        card.locator("[name$=-value_informant_type]").fill(kind)
    page.get_by_role("button", name="Save who speaks").click()
    expect(status(page).first).to_be_visible()
    for label, (pseudonym, _city, _kind) in people.items():
        assert Informant.objects.get(pseudonym=pseudonym).speakers.get().label == label


def open_source(page: Page, title: str) -> None:
    place(page, "Sources")
    page.get_by_role("link", name=title, exact=True).click()
    ready(page)


def invited(page: Page) -> str:
    """The link that lets one colleague in as a coder."""
    place(page, "Members")
    page.get_by_role("link", name=re.compile("Invite")).first.click()
    page.get_by_role("button", name="Make the link").click()
    return page.locator("#link").input_value()


def join(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill("Siri Ås")
    page.get_by_label("User name").fill("siri")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Make the account and join").click()
    expect(status(page).first).to_contain_text("Welcome")


def cell(page: Page, code: str, column: str) -> Locator:
    headings = page.locator("thead th").all_inner_texts()
    (at,) = [n for n, text in enumerate(headings) if text.startswith(column)]
    row = page.locator("tbody tr").filter(has=page.get_by_role("link", name=code, exact=True))
    return row.locator("th, td").nth(at)


def test_from_three_files_to_quotations_and_a_colleague(
    page: Page, new_context: Any, live_server: Any, worker: None, files: list[Path], tmp_path: Path
) -> None:
    lead = make_user("lena")
    sign_in_by_form(page, live_server, "lena", "feil passord")
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in_by_form(page, live_server, "lena")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your projects")

    page.get_by_role("link", name="New project").click()
    page.get_by_label("Title").fill("Frivillighet i byene")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Frivillighet i byene")

    import_files(page, files)
    clear_both(page)
    say_who_speaks(page, "Intervju Bergen", {"Informant": ("Anne", "Bergen", "daglig leder")})
    group = {"Deltaker 1": ("Berit", "Oslo", "frivillig"), "Deltaker 2": ("Cato", "Oslo", "daglig leder")}
    say_who_speaks(page, "Fokusgruppe Oslo", group)
    make_codes(page, "P1 Drift", "Økonomi", "Lokaler")

    # Code with the mouse, then with the keyboard; take one back.
    open_source(page, "Intervju Bergen")
    interview, focus_group = (
        Source.objects.get(title="Intervju Bergen"),
        Source.objects.get(title="Fokusgruppe Oslo"),
    )
    drag_over(page, "en nøkkel 🔑, og så fikk vi rommet")
    page.locator("#code-tree .tree-row", has_text="Lokaler").click()
    saved(page)
    focus_text(page)
    page.keyboard.press("Escape")
    drag_over(page, "Vi søker om penger hver høst.")
    choose_code(page, "okon")
    page.keyboard.press("ArrowDown")
    choose_code(page, "lok")
    assert [code for code, _words in codings(interview)] == ["Lokaler", "Økonomi", "Lokaler"]
    page.keyboard.press("Control+z")
    saved(page)
    assert codings(interview) == [
        ("Lokaler", "en nøkkel 🔑, og så fikk vi rommet"),
        ("Økonomi", "Vi søker om penger hver høst."),
    ]
    open_source(page, "Fokusgruppe Oslo")
    focus_text(page)
    drag_over(page, "Leia gikk opp igjen", until="fikk et hyggelig svar")
    choose_code(page, "okon")
    drag_over(page, "søkte vi om penger et annet sted")
    choose_code(page, "okon")
    assert len(codings(focus_group)) == 2

    # Count, and open what is behind a number.
    place(page, "Analysis")
    assert cell(page, "Økonomi", "Bergen").inner_text().split()[0] == "1"
    assert cell(page, "Økonomi", "Oslo").inner_text().split()[0] == "2"
    assert cell(page, "P1 Drift", "Total").inner_text().split()[0] == "3"
    assert cell(page, "Lokaler", "Oslo").inner_text().split()[0] == "0"
    cell(page, "Økonomi", "Oslo").get_by_role("link").click()
    expect(page.locator(".passage-group")).to_contain_text(["Berit", "Cato"])
    expect(page.get_by_role("main")).to_contain_text("2 informants, 2 passages")
    page.get_by_role("link", name=re.compile("Fokusgruppe Oslo, turn")).first.click()
    ready(page)

    place(page, "Quotations")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("DOCX")).click()
    download.value.save_as(tmp_path / "sitater.docx")
    written = [p.text for p in docx.Document(str(tmp_path / "sitater.docx")).paragraphs]
    assert "Vi søker om penger hver høst." in written
    assert "en nøkkel 🔑, og så fikk vi rommet" in written
    said_together = next(text for text in written if text.startswith("Deltaker 2: Leia gikk opp igjen"))
    assert said_together.endswith("Deltaker 1: Vi skrev til kommunen og fikk et hyggelig svar")
    # Too few share type and city: the city is left out, and the file says so.
    assert any(text.startswith("daglig leder (generalised) · Intervju […], turn 4") for text in written)
    assert not any("Anne" in text or "Nordmann" in text for text in written)

    # A colleague joins with a link, in a browser of their own, and sees what has been coded.
    link = invited(page)
    colleague = new_context().new_page()
    join(colleague, link)
    open_source(colleague, "Intervju Bergen")
    expect(colleague.locator("mark.coded")).to_have_count(0)
    colleague.locator(".coding-tools summary", has_text="Colleagues").click()
    colleague.locator("[data-all-coders]").check()
    marked = "() => [...document.querySelectorAll('mark.coded')].map((mark) => mark.textContent).join('')"
    expect(colleague.locator("mark.coded").first).to_be_visible()
    assert colleague.evaluate(marked) == "en nøkkel 🔑, og så fikk vi rommetVi søker om penger hver høst."
    again = new_context().new_page()
    again.goto(link)
    expect(again.get_by_role("main")).to_contain_text("This link has been used")

    # In Norwegian, and again after signing in from elsewhere.
    colleague.get_by_role("button", name="Norsk").click()
    expect(colleague.locator("html")).to_have_attribute("lang", "nb")
    expect(colleague.locator("nav.places")).to_contain_text("Kodebok")
    sign_in_by_form(again, live_server, "siri")
    expect(again.locator("nav.places, .frame-tools").first).to_be_visible()
    again.context.clear_cookies(name="django_language")
    again.reload()
    expect(again.locator("html")).to_have_attribute("lang", "nb")
    assert lead.memberships.get().role == "lead"


@pytest.mark.smoke
def test_sign_in_make_a_project_and_a_code(page: Page, live_server: Any) -> None:
    make_user("lena")
    sign_in_by_form(page, live_server, "lena")
    page.get_by_role("link", name="New project").click()
    page.get_by_role("button", name="Make the project").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Title").fill("Kort prøve")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kort prøve")
    make_codes(page, "P1 Drift", "Økonomi")
    place(page, "Analysis")
    expect(page.locator("main")).to_contain_text("Nothing is coded yet")
