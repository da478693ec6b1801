"""The whole way of a file in a real browser: chosen or dropped, read, looked over, stored."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from coding import tasks
from coding.importing.reading import Limits
from coding.models import Membership, Source
from coding.models.jobs import ImportDraft
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db(transaction=True)

TALK = """Spørrer: Hva gjør dere her på huset?

Kari Nordmann: Vi koker kaffe. Og tar imot folk 👩‍👧. Så prater vi.

K. Nordmann: Mm.

Spørrer: Hvem har nøkkelen?

Ola: Kommunen.

K. Nordmann: Ja.

Kari Nordmann: Nei.

Ola: Dessverre.
"""
GROUP = (
    "Moderator: Velkommen.\nDeltaker 1: Takk.\nDeltaker 2: Hei.\nDeltaker 3: Hallo.\nModerator: Fortell.\n"
)


@pytest.fixture
def coder() -> Membership:
    return make_member(make_project())


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
def files(tmp_path: Path) -> dict[str, Path]:
    contents = {
        "Intervju Kari Nordmann.txt": TALK.encode(),
        "gruppe.txt": GROUP.encode(),
        "gammel.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "notat.md": "# Notat\n\nVi møttes på kaia i går.\n".encode(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def open_import(page: Page, live_server: Any, sign_in: Any, coder: Membership) -> None:
    sign_in(page, coder.user)
    page.goto(live_server + reverse("import", args=[coder.project.slug]))


def line_of(page: Page, name: str) -> Any:
    return page.locator(".import-lines tbody tr", has_text=name)


def turn(page: Page, words: str) -> Any:
    return page.locator(".import-turn", has_text=words)


def said_in(source: Source) -> list[tuple[str | None, str]]:
    assert source.version is not None
    return [
        (turn.speaker.label if turn.speaker else None, source.version.text[turn.start : turn.end])
        for turn in source.version.turns.select_related("speaker")
    ]


def _posted(request: Any) -> list[int]:
    return [len(request.post_data_buffer or b"")] if request.method == "POST" else []


def settled(page: Page) -> None:
    """Everything is read, or stored: the lines ask for themselves no more."""
    expect(page.locator("#lines")).to_be_visible()
    expect(page.locator("#lines[hx-get]")).to_have_count(0, timeout=30_000)


@pytest.mark.smoke
def test_from_files_to_sources(
    page: Page,
    live_server: Any,
    sign_in: Any,
    coder: Membership,
    worker: None,
    files: dict[str, Path],
    assert_accessible: Any,
) -> None:
    open_import(page, live_server, sign_in, coder)
    assert_accessible(page)
    page.set_input_files("#id_chosen", list(files.values()))
    expect(page.locator(".file-list li")).to_have_count(4)
    page.check("input[name=cleared][value=yes]")
    page.locator("form[data-import] button.primary").click()
    page.wait_for_url(re.compile("/imports/"))
    settled(page)
    names = page.locator(".import-name").all_inner_texts()
    assert names[-4:] == list(files)
    expect(line_of(page, "gammel.doc").locator(".badge.danger")).to_be_visible()
    expect(line_of(page, "gammel.doc").locator("p")).to_contain_text(".docx")
    assert_accessible(page)

    line_of(page, "Intervju Kari Nordmann.txt").locator("a.button").click()
    assert_accessible(page)
    # What is typed before a turn is split is still there afterwards.
    page.fill("#id_title", "Samtale på huset")
    page.select_option("#id_role_0", "interviewer")
    page.fill("#id_label_2", "Deltaker 1")
    turn(page, "Vi koker kaffe").locator("a[id^=edit-]").click()
    assert_accessible(page)
    page.locator(".import-cut").nth(1).click()
    expect(page.locator(".import-turn")).to_have_count(9)
    expect(page.locator("#id_title")).to_have_value("Samtale på huset")
    expect(page.locator("a[id^=edit-]:focus")).to_have_count(1)
    # Two labels have become one speaker; the rest of the split turn is somebody's who is new.
    turn(page, "Så prater vi").locator("a[id^=edit-]").click()
    new = page.locator("input[name^=new_]")
    new.fill("Tolk")
    page.locator("input[type=radio][value=new]").check()
    page.locator("button[name=do][value^='turn:']").click()
    expect(turn(page, "Så prater vi").locator(".import-turn-head .strong")).to_have_text("Tolk")
    expect(page.locator("#speakers tbody tr")).to_have_count(5)
    turn(page, "Dessverre").locator("button[value^='join:']").click()
    expect(page.locator(".import-turn")).to_have_count(8)
    page.locator("button[value=store]").click()

    # It goes on with the next file that waits.
    expect(page.locator("h1")).to_have_text("gruppe.txt")
    assert said_in(Source.objects.get()) == [
        ("Spørrer", "Hva gjør dere her på huset?"),
        ("Deltaker 1", "Vi koker kaffe. Og tar imot folk 👩‍👧."),
        ("Tolk", "Så prater vi."),
        ("Deltaker 1", "Mm."),
        ("Spørrer", "Hvem har nøkkelen?"),
        ("Deltaker 3", "Kommunen."),
        ("Deltaker 1", "Ja."),
        ("Deltaker 1", "Nei.\nDessverre."),
    ]
    assert Source.objects.get().speakers.get(label="Spørrer").role == "interviewer"
    page.locator(".breadcrumbs a").first.click()
    page.locator("button[value=store]").click()
    settled(page)
    expect(page.locator(".badge.success")).to_have_count(3)
    assert_accessible(page)
    assert dict(Source.objects.values_list("title", "kind")) == {
        "Samtale på huset": "focus_group",
        "Gruppe": "focus_group",
        "Notat": "document",
    }
    line_of(page, "Samtale på huset").get_by_role("link", name="Samtale på huset").first.click()
    expect(page.locator("body")).to_contain_text("Og tar imot folk")


def test_files_are_dropped(
    page: Page, live_server: Any, sign_in: Any, coder: Membership, worker: None
) -> None:
    open_import(page, live_server, sign_in, coder)
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            for (const name of ["en.txt", "to.txt"]) data.items.add(new File([text], name));
            const zone = document.querySelector(".dropzone");
            for (const type of ["dragenter", "dragover", "drop"])
                zone.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        GROUP,
    )
    expect(page.locator(".file-list li")).to_have_count(2)
    page.check("input[name=cleared][value=no]")
    page.locator("form[data-import] button.primary").click()
    page.wait_for_url(re.compile("/imports/"))
    settled(page)
    assert list(ImportDraft.objects.values_list("file_name", "state")) == [
        ("en.txt", "ready"),
        ("to.txt", "ready"),
    ]


def test_a_file_that_is_too_large_is_told_and_the_others_go_on(
    page: Page,
    live_server: Any,
    sign_in: Any,
    coder: Membership,
    worker: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coding.views.imports.Limits", lambda: Limits(upload_bytes=1000))
    (tmp_path / "stor.txt").write_text("ord " * 1000)
    (tmp_path / "liten.txt").write_text(GROUP)
    open_import(page, live_server, sign_in, coder)
    sent: list[int] = []
    page.on("requestfinished", lambda request: sent.extend(_posted(request)))
    page.set_input_files("#id_chosen", [tmp_path / "stor.txt", tmp_path / "liten.txt"])
    page.check("input[name=cleared][value=yes]")
    page.locator("form[data-import] button.primary").click()
    page.wait_for_url(re.compile("/imports/"))
    settled(page)
    expect(line_of(page, "stor.txt").locator(".badge.danger")).to_be_visible()
    expect(line_of(page, "liten.txt").locator(".badge.accent")).to_be_visible()
    assert len(sent) == 2 and max(sent) < 2500


def test_a_lost_connection_keeps_what_was_chosen(
    page: Page, live_server: Any, sign_in: Any, coder: Membership, worker: None, files: dict[str, Path]
) -> None:
    open_import(page, live_server, sign_in, coder)
    page.set_input_files("#id_chosen", [files["gruppe.txt"], files["notat.md"]])
    page.check("input[name=cleared][value=yes]")
    page.context.set_offline(True)
    page.locator("form[data-import] button.primary").click()
    expect(page.locator(".file-list li p")).to_have_count(2)
    page.context.set_offline(False)
    page.locator("form[data-import] button.primary").click()
    page.wait_for_url(re.compile("/imports/"))
    settled(page)
    assert ImportDraft.objects.count() == 2


@pytest.mark.parametrize("script", [True, False])
def test_the_browser_asks_about_names_before_files_are_sent(
    new_context: Any, live_server: Any, sign_in: Any, coder: Membership, files: dict[str, Path], script: bool
) -> None:
    page = new_context(java_script_enabled=script).new_page()
    open_import(page, live_server, sign_in, coder)
    sent: list[int] = []
    page.on("request", lambda request: sent.extend(_posted(request)))
    page.set_input_files("#id_chosen", [files["gruppe.txt"], files["notat.md"]])
    page.locator("form[data-import] button.primary").click()
    asked = page.locator("input[name=cleared]").first
    expect(asked).to_be_focused()
    expect(asked).to_be_in_viewport()
    chosen = "[...document.querySelector('#id_chosen').files].map(file => file.name)"
    assert page.evaluate(chosen) == ["gruppe.txt", "notat.md"]
    assert not sent and not ImportDraft.objects.exists()
    # What the browser asks stands above what may be a long list.
    boxes = [page.locator(what).bounding_box() for what in ("#id_cleared_0", ".dropzone")]
    assert boxes[0] and boxes[1] and boxes[0]["y"] < boxes[1]["y"]


def test_it_works_without_script(
    new_context: Any, live_server: Any, sign_in: Any, coder: Membership, worker: None, files: dict[str, Path]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    open_import(page, live_server, sign_in, coder)
    page.check("input[name=cleared][value=yes]")
    page.locator("form[data-import] button.primary").click()
    expect(page.locator(".error-summary a").first).to_be_visible()
    expect(page.locator("input[name=cleared][value=yes]")).to_be_checked()
    page.set_input_files("#id_chosen", [files["Intervju Kari Nordmann.txt"], files["gammel.doc"]])
    page.locator("form[data-import] button.primary").click()
    expect(page.locator("button[value=store]")).to_be_visible(timeout=30_000)
    line_of(page, "Intervju").locator("a.button").click()
    turn(page, "Vi koker kaffe").locator("a[id^=edit-]").click()
    page.locator(".import-cut").first.click()
    expect(page.locator(".import-turn")).to_have_count(9)
    page.fill("#id_label_1", "Vert")
    # Enter saves, and does not press a button of some turn.
    page.press("#id_label_1", "Enter")
    expect(page.locator(".import-turn")).to_have_count(9)
    expect(page.locator("#id_label_1")).to_have_value("Vert")
    page.locator("button[value=store]").click()
    expect(page.locator(".badge.success")).to_have_count(1)
    assert said_in(Source.objects.get())[1:3] == [
        ("Vert", "Vi koker kaffe."),
        ("Vert", "Og tar imot folk 👩‍👧. Så prater vi."),
    ]


def test_the_keyboard_is_enough(
    page: Page, live_server: Any, sign_in: Any, coder: Membership, worker: None, files: dict[str, Path]
) -> None:
    open_import(page, live_server, sign_in, coder)
    page.set_input_files("#id_chosen", [files["Intervju Kari Nordmann.txt"]])
    page.focus("input[name=cleared][value=yes]")
    page.keyboard.press("Space")
    page.locator("form[data-import] button.primary").press("Enter")
    page.wait_for_url(re.compile("/imports/"))
    settled(page)
    line_of(page, "Intervju").locator("a.button").press("Enter")
    # Before its scripts have come the link is an ordinary one, and the browser focuses its target.
    page.wait_for_load_state("networkidle")
    turn(page, "Vi koker kaffe").locator("a[id^=edit-]").press("Enter")
    expect(page.locator(".is-open input:checked")).to_be_focused()
    page.locator(".import-cut").first.press("Enter")
    expect(page.locator(".import-turn")).to_have_count(9)
    focused = page.locator("a[id^=edit-]:focus")
    expect(focused).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".import-turn")).to_have_count(8)
    expect(page.locator("a[id^=edit-]:focus")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(
    page: Page,
    live_server: Any,
    sign_in: Any,
    coder: Membership,
    worker: None,
    files: dict[str, Path],
    assert_accessible: Any,
    scheme: str,
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_import(page, live_server, sign_in, coder)

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert_accessible(page)

    fits()
    page.set_input_files("#id_chosen", list(files.values()))
    page.check("input[name=cleared][value=yes]")
    page.locator("form[data-import] button.primary").click()
    page.wait_for_url(re.compile("/imports/"))
    settled(page)
    fits()
    line_of(page, "Intervju").locator("a.button").click()
    turn(page, "Vi koker kaffe").locator("a[id^=edit-]").click()
    expect(page.locator(".is-open")).to_be_visible()
    fits()
