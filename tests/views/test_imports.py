"""The import's pages: from uploaded files to sources, with a person in between."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coding import tasks
from coding.actions import imports as action
from coding.actions.identities import look_at_labels
from coding.actions.import_storing import store_draft
from coding.importing.reading import Limits
from coding.importing.relabelling import possible_labels
from coding.models import AuditEvent, Change, Membership, Memo, Project, Role, Source
from coding.models.jobs import DraftState, ImportBatch, ImportDraft
from tests.factories import lead_of, make_member, make_project, make_user, originals
from tests.shared import shared_path

pytestmark = pytest.mark.django_db(transaction=True)

TALK = """Intervjuer: Hva gjør dere her på huset?

Kari Nordmann: Vi koker kaffe. Og tar imot folk.

Ola: Ja, og så er det verkstedet.

Kari Nordmann: Mm.

Ola: Nettopp.
"""


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def coder(project: Project) -> Membership:
    return make_member(project)


@pytest.fixture(autouse=True)
def empty_uploads() -> None:
    for path in settings.UPLOAD_DIR.glob("*"):
        path.unlink()


def client_of(member: Membership) -> Client:
    client = Client()
    assert member.user is not None
    client.force_login(member.user)
    return client


def file(name: str, content: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def bring(member: Membership, *files: SimpleUploadedFile, cleared: str = "yes") -> ImportBatch:
    """Files brought in through the page, and read."""
    address = reverse("import", args=[member.project.slug])
    answer = client_of(member).post(address, {"chosen": list(files), "cleared": cleared})
    assert answer.status_code == 302, answer.content.decode()
    tasks.drain()
    return ImportBatch.objects.get(uuid=answer["Location"].strip("/").split("/")[-1])


def draft_of(batch: ImportBatch, place: int = 0) -> ImportDraft:
    return batch.drafts.select_related("batch__project")[place]


def address_of(draft: ImportDraft) -> str:
    return reverse("import_draft", args=[draft.batch.project.slug, draft.batch.uuid, draft.uuid])


def batch_address(batch: ImportBatch) -> str:
    return reverse("import_batch", args=[batch.project.slug, batch.uuid])


def fields(draft: ImportDraft, **changed: str) -> dict[str, str]:
    """What the page's form says as it stands."""
    speakers = draft.choices["speakers"]
    said = {"title": draft.title, "kind": draft.kind, "held_on": "", "cleared": "yes", "page": "1"}
    for i, (_original, label, role) in enumerate(speakers):
        said |= {f"label_{i}": label, f"role_{i}": role}
    return said | changed


def text(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def said_in(source: Source) -> list[tuple[str | None, str]]:
    assert source.version is not None
    return [
        (turn.speaker.label if turn.speaker else None, source.version.text[turn.start : turn.end])
        for turn in source.version.turns.select_related("speaker")
    ]


def test_many_files_become_a_line_each(coder: Membership) -> None:
    batch = bring(
        coder,
        file("Intervju Kari Nordmann.txt", TALK),
        file("bilde.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        file("tom.txt", b""),
        file("notat.md", "# Notat\n\nVi møttes på kaia.\n"),
    )
    assert [d.state for d in batch.drafts.all()] == ["ready", "refused", "refused", "ready"]
    page = client_of(coder).get(batch_address(batch))
    assert "sound, picture or video" in text(page) or "bilde" in text(page)
    assert "Intervju Kari Nordmann.txt" in text(page)
    assert batch.drafts.all()[0].choices["counts"] == {"words": 21, "turns": 5, "speakers": 3}
    assert Source.objects.count() == 0
    answer = client_of(coder).post(batch_address(batch), {"do": "store"})
    assert answer.status_code == 302
    tasks.drain()
    titles = set(Source.objects.values_list("title", flat=True))
    assert titles == {"Interview 1", "Notat"}
    assert [d.state for d in batch.drafts.all()] == ["stored", "refused", "refused", "stored"]


def test_names_stand_in_the_identity_table_only(coder: Membership) -> None:
    batch = bring(coder, file("Intervju Kari Nordmann.txt", TALK))
    draft = draft_of(batch)
    client_of(coder).post(address_of(draft), fields(draft, do="store"))
    source = Source.objects.get()
    assert (source.title, [s.label for s in source.speakers.all()]) == (
        "Interview 1",
        ["Intervjuer", "Deltaker 1", "Deltaker 2"],
    )
    assert originals() == {"Intervju Kari Nordmann.txt", "Kari Nordmann", "Ola"}
    for model in (AuditEvent, Change):
        assert "Nordmann" not in json.dumps(list(model.objects.values()), default=str)
    draft.refresh_from_db()
    assert (draft.file_name, draft.document) == ("", None)
    assert "Nordmann" not in json.dumps(draft.choices)
    assert list(settings.UPLOAD_DIR.glob("*")) == []


def test_a_public_project_keeps_names(coder: Membership) -> None:
    Project.objects.update(sources_public=True)
    coder.project.refresh_from_db()
    batch = bring(coder, file("Kari_Nordmann.txt", TALK))
    client_of(coder).post(batch_address(batch), {"do": "store"})
    tasks.drain()
    source = Source.objects.get()
    assert source.title == "Kari Nordmann"
    assert [s.label for s in source.speakers.all()] == ["Intervjuer", "Kari Nordmann", "Ola"]
    assert originals() == set()


def test_a_person_renames_merges_and_says_who_asks(coder: Membership) -> None:
    draft = draft_of(bring(coder, file("a.txt", TALK)))
    said = fields(draft, title="Huset", kind="focus_group", held_on="2020-03-24", do="store")
    said |= {"label_1": "Vert", "label_2": "vert", "role_1": "unidentified"}
    answer = client_of(coder).post(address_of(draft), said)
    assert answer.status_code == 302
    source = Source.objects.get()
    assert (source.title, source.kind, str(source.held_on)) == ("Huset", "focus_group", "2020-03-24")
    assert [(s.label, s.role) for s in source.speakers.all()] == [
        ("Intervjuer", "interviewer"),
        ("Vert", "unidentified"),
    ]
    assert source.cleared is not None
    vert = source.speakers.get(label="Vert")
    assert originals() >= {"Kari Nordmann", "Ola"}
    labels = look_at_labels(actor=lead_of(source.project), source=source)
    assert labels[vert.pk] == "Kari Nordmann, Ola"


def test_turns_are_split_joined_and_given_to_others(coder: Membership) -> None:
    draft = draft_of(bring(coder, file("a.txt", TALK)))
    client, address = client_of(coder), address_of(draft)
    page = client.get(address)
    at = action.document_of(draft).text.index("Og tar imot")
    start = action.document_of(draft).text.index("Vi koker")
    editor = client.get(f"{address}?turn={start}", headers={"HX-Request": "true"})
    assert f'value="split:{at}"' in editor.content.decode()
    assert "<html" not in editor.content.decode()

    answer = client.post(address, fields(draft, do=f"split:{at}", title="Mens jeg deler"))
    assert answer["Location"].endswith(f"#turn-{at}")
    draft.refresh_from_db()
    assert draft.title == "Mens jeg deler"
    client.post(address, fields(draft, do=f"turn:{at}", **{f"speaker_{at}": "new", f"new_{at}": "Tolk"}))
    last = action.document_of(draft).text.index("Nettopp")
    partial = client.post(address, fields(draft, do=f"join:{last}"), headers={"HX-Request": "true"})
    assert "HX-Trigger" in partial.headers
    assert 'id="speakers"' in partial.content.decode()
    draft.refresh_from_db()
    client.post(address, fields(draft, do="store"))
    assert said_in(Source.objects.get()) == [
        ("Intervjuer", "Hva gjør dere her på huset?"),
        ("Deltaker 1", "Vi koker kaffe."),
        ("Tolk", "Og tar imot folk."),
        ("Deltaker 2", "Ja, og så er det verkstedet."),
        ("Deltaker 1", "Mm.\nNettopp."),
    ]
    assert page.status_code == 200


@pytest.mark.parametrize(
    "order", ["split:3", "split:-1", "join:0", "join:99999", "turn:1", "split:x", "turn:"]
)
def test_an_edit_that_fits_nothing_is_a_conflict(coder: Membership, order: str) -> None:
    draft = draft_of(bring(coder, file("a.txt", TALK)))
    answer = client_of(coder).post(address_of(draft), fields(draft, do=order))
    assert answer.status_code == 409
    before = action.choices_of(draft)
    draft.refresh_from_db()
    assert action.choices_of(draft) == before


def test_no_speakers_here_keeps_every_word(coder: Membership) -> None:
    draft = draft_of(bring(coder, file("a.txt", TALK)))
    client = client_of(coder)
    client.post(address_of(draft), fields(draft, do="again", no_speakers="yes"))
    draft.refresh_from_db()
    assert draft.state == DraftState.WAITING
    assert client.get(address_of(draft)).status_code == 200
    tasks.drain()
    draft.refresh_from_db()
    assert (draft.choices["speakers"], draft.choices["cleared"]) == ([], True)
    client.post(address_of(draft), fields(draft, do="store"))
    source = Source.objects.get()
    assert source.version is not None
    assert source.version.text.split() == TALK.split()


def test_another_encoding_can_be_chosen(coder: Membership) -> None:
    content = "Intervjuer: På øya?\nInformant: Nei, i åsen.\nIntervjuer: Så.\nInformant: Ja.\n".encode(
        "cp865"
    )
    draft = draft_of(bring(coder, file("gammel.txt", content)))
    client = client_of(coder)
    assert "På øya?" in client.get(address_of(draft)).content.decode()
    client.post(address_of(draft), fields(draft, do="again", encoding="cp865"))
    tasks.drain()
    draft.refresh_from_db()
    assert action.document_of(draft).text.startswith("På øya?")
    client.post(address_of(draft), fields(draft, do="again", encoding="../../etc/passwd"))
    draft.refresh_from_db()
    assert draft.encoding == ""


def test_notes_become_memos_where_they_are_ticked(coder: Membership) -> None:
    content = shared_path("real-transcripts/docx-features/mammoth-comments.docx").read_bytes()
    draft = draft_of(bring(coder, file("kommentarer.docx", content)))
    notes = action.document_of(draft).notes
    assert len(notes) == 2
    client_of(coder).post(address_of(draft), fields(draft, do="store", notes="1"))
    memo = Memo.objects.get()
    assert memo.source == Source.objects.get()
    assert notes[1].body in memo.body


def test_what_was_typed_stays_where_something_is_missing(coder: Membership) -> None:
    draft = draft_of(bring(coder, file("a.txt", TALK)))
    answer = client_of(coder).post(
        address_of(draft), fields(draft, do="store", title=" ", label_1="", label_2="Gjest")
    )
    assert answer.status_code == 422
    assert 'value="Gjest"' in answer.content.decode()
    assert 'href="#id_title"' in answer.content.decode()
    assert Source.objects.count() == 0


def test_files_can_come_one_by_one(coder: Membership) -> None:
    client, address = client_of(coder), reverse("import", args=[coder.project.slug])
    json_wanted = {"accept": "application/json"}
    first = client.post(
        address, {"chosen": file("a.txt", TALK), "cleared": "no", "position": 1}, headers=json_wanted
    )
    more = {"chosen": file("b.txt", TALK), "cleared": "no", "batch": first.json()["batch"], "position": 0}
    second = client.post(address, more, headers=json_wanted).json()
    assert second["batch"] == first.json()["batch"]
    refused = client.post(
        address, {"too_big": "film.txt", "cleared": "no", "batch": second["batch"]}, headers=json_wanted
    )
    assert refused.json()["error"]
    batch = ImportBatch.objects.get()
    assert [d.file_name for d in batch.drafts.all()] == ["b.txt", "a.txt", "film.txt"]
    nothing = client.post(address, {"cleared": "no"}, headers=json_wanted)
    assert (nothing.status_code, bool(nothing.json()["error"])) == (400, True)
    for wrong in ("x", "00000000-0000-0000-0000-000000000000"):
        assert client.post(address, more | {"batch": wrong}, headers=json_wanted).status_code == 404


def test_a_file_that_is_too_large_is_refused_while_it_arrives(
    coder: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coding.forms.uploads.Limits", lambda: Limits(upload_bytes=100_000))
    batch = bring(coder, file("stor.txt", b"a" * 300_000), file("liten.txt", TALK))
    assert [d.state for d in batch.drafts.all()] == ["refused", "ready"]
    assert (draft_of(batch).error or {})["code"] == "too_big"
    assert [p.stat().st_size for p in settings.UPLOAD_DIR.glob("*")] == [len(TALK.encode())]


def test_uploads_are_private_files_with_names_that_say_nothing(coder: Membership) -> None:
    batch = bring(coder, file("Kari Nordmann.txt", TALK))
    (path,) = settings.UPLOAD_DIR.glob("*")
    assert path == action.file_of(draft_of(batch))
    assert path.stat().st_mode & 0o077 == 0


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w>" + b" " * 300_000_000)
    return packed.getvalue()


def entity() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="http://schemas.openxmlformats'
            '.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>',
        )
    return packed.getvalue()


def test_hostile_files_leave_a_sentence_and_nothing_else(coder: Membership) -> None:
    files = {
        "bombe.docx": bomb(),
        "entitet.docx": entity(),
        "gammel.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "tom.txt": b"",
        "lyd.pdf": b"ID3\x04" + b"\0" * 400,
        "nuller.txt": b"\0" * 4000,
    }
    batch = bring(coder, *[file(name, content) for name, content in files.items()])
    for draft in batch.drafts.all():
        assert draft.state == DraftState.REFUSED, draft.file_name
    page = text(client_of(coder).get(batch_address(batch)))
    assert "/etc" not in page and "root:" not in page and "Traceback" not in page
    assert list(settings.UPLOAD_DIR.glob("*")) == []
    assert Source.objects.count() == 0
    client_of(coder).post(batch_address(batch), {"do": "store"})
    tasks.drain()
    assert Source.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>.txt",
        "../../../etc/passwd",
        "a\u202etxt.exe",
        "x" * 400 + ".txt",
        "\x00.txt",
    ],
)
def test_hostile_names_are_shown_and_never_obeyed(coder: Membership, name: str) -> None:
    batch = bring(coder, file(name, TALK.replace("Ola", '"><img src=x onerror=alert(1)>')))
    draft = draft_of(batch)
    for address in (batch_address(batch), address_of(draft)):
        body = client_of(coder).get(address).content.decode()
        assert "<script>alert" not in body and "<img src=x" not in body and "\u202e" not in body
    assert {p.parent for p in settings.UPLOAD_DIR.glob("*")} == {settings.UPLOAD_DIR}


def test_only_the_importer_and_who_handles_identities_see_a_draft(
    project: Project, coder: Membership
) -> None:
    batch = bring(coder, file("Kari.txt", TALK))
    draft = draft_of(batch)
    outsider, lead = make_user(), lead_of(project)
    for address in (batch_address(batch), address_of(draft)):
        assert client_of(coder).get(address).status_code == 200
        assert client_of(lead).get(address).status_code == 200
        for member in (make_member(project), make_member(project, Role.LEAD)):
            denied = client_of(member).get(address)
            assert denied.status_code == 403
            assert "Kari" not in denied.content.decode()
            assert client_of(member).post(address, {"do": "store"}).status_code == 403
        assert client_of(make_member(project, Role.READER)).get(address).status_code == 403
        client = Client()
        client.force_login(outsider)
        assert client.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    other = make_project()
    stranger = lead_of(other)
    for name, keys in (("import_batch", [batch.uuid]), ("import_draft", [batch.uuid, draft.uuid])):
        assert client_of(stranger).get(reverse(name, args=[other.slug, *keys])).status_code == 404
    assert Source.objects.count() == 0


def test_a_reader_imports_nothing(project: Project) -> None:
    reader = client_of(make_member(project, Role.READER))
    address = reverse("import", args=[project.slug])
    assert reader.get(address).status_code == 403
    assert reader.post(address, {"chosen": file("a.txt", TALK), "cleared": "yes"}).status_code == 403
    assert ImportBatch.objects.count() == 0


def test_an_uncleared_source_is_hidden_from_its_importer_too(coder: Membership) -> None:
    batch = bring(coder, file("a.txt", TALK), cleared="no")
    client_of(coder).post(batch_address(batch), {"do": "store"})
    tasks.drain()
    assert Source.objects.get().cleared is None
    page = client_of(coder).get(batch_address(batch))
    assert str(Source.objects.get().uuid) not in page.content.decode()
    assert (
        str(Source.objects.get().uuid)
        in client_of(lead_of(coder.project)).get(batch_address(batch)).content.decode()
    )


def test_storing_twice_is_storing_once(coder: Membership) -> None:
    batch = bring(coder, file("a.txt", TALK))
    draft = draft_of(batch)
    first = store_draft(actor=coder, draft=draft)
    assert store_draft(actor=coder, draft=draft) == first
    client_of(coder).post(batch_address(batch), {"do": "store"})
    tasks.drain()
    answer = client_of(coder).post(address_of(draft), {"do": "store"})
    assert answer.status_code == 302
    assert Source.objects.count() == 1


def test_one_title_twice_gets_a_number(coder: Membership) -> None:
    batch = bring(coder, file("notat.txt", TALK), file("notat.txt", TALK))
    for draft in batch.drafts.all():
        ImportDraft.objects.filter(pk=draft.pk).update(title="Notat")
    client_of(coder).post(batch_address(batch), {"do": "store"})
    tasks.drain()
    assert set(Source.objects.values_list("title", flat=True)) == {"Notat", "Notat 2"}


def test_dismissed_files_are_gone(coder: Membership) -> None:
    batch = bring(coder, file("a.txt", TALK), file("b.txt", TALK), file("c.txt", TALK))
    one = draft_of(batch)
    client = client_of(coder)
    client.post(batch_address(batch), {"do": f"dismiss:{one.uuid}"})
    assert [d.file_name for d in batch.drafts.all()] == ["b.txt", "c.txt"]
    client.post(address_of(draft_of(batch)), {"do": "dismiss"})
    client.post(batch_address(batch), {"do": "dismiss_all"})
    assert not batch.drafts.exists()
    assert list(settings.UPLOAD_DIR.glob("*")) == []
    assert client.post(batch_address(batch), {"do": "something"}).status_code == 400


def test_what_waits_too_long_is_swept_away(coder: Membership) -> None:
    batch = bring(coder, file("Kari.txt", TALK))
    fresh = bring(coder, file("b.txt", TALK))
    stray = settings.UPLOAD_DIR / "stray"
    stray.write_bytes(b"x")
    long_ago = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(stray, (long_ago, long_ago))
    ImportBatch.objects.filter(pk=batch.pk).update(expires=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    assert list(ImportBatch.objects.all()) == [fresh]
    assert list(settings.UPLOAD_DIR.glob("*")) == [action.file_of(draft_of(fresh))]


def test_a_long_file_is_shown_in_pages(coder: Membership) -> None:
    lines = [f"{'Intervjuer' if i % 2 else 'Informant'}: Dette er svar nummer {i}. Ja." for i in range(450)]
    draft = draft_of(bring(coder, file("lang.txt", "\n".join(lines))))
    page = client_of(coder).get(address_of(draft)).content.decode()
    assert page.count('<li class="import-turn') == 100
    assert "svar nummer 99." in page and "svar nummer 100." not in page
    second = (
        client_of(coder).get(f"{address_of(draft)}?page=2", headers={"HX-Request": "true"}).content.decode()
    )
    assert "svar nummer 100." in second and "<html" not in second
    for odd in ("?page=zzz", "?page=-4", "?turn=abc", "?turn=1", "?page=9&turn=0&part=-2&by=%00"):
        assert client_of(coder).get(address_of(draft) + odd).status_code == 200


def test_lines_are_asked_for_anew_only_while_something_goes_on(coder: Membership) -> None:
    address = reverse("import", args=[coder.project.slug])
    client = client_of(coder)
    client.post(address, {"chosen": file("a.txt", TALK), "cleared": "yes"})
    batch = ImportBatch.objects.get()
    assert "every 1s" in client.get(batch_address(batch)).content.decode()
    tasks.drain()
    partial = client.get(batch_address(batch), headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in partial and "<html" not in partial
    client.post(batch_address(batch), {"do": "store"})
    assert "every 1s" in client.get(batch_address(batch)).content.decode()


def test_the_number_of_queries_does_not_follow_the_number_of_files(
    coder: Membership, django_assert_max_num_queries: Any
) -> None:
    batch = bring(coder, *[file(f"{i}.txt", TALK) for i in range(6)])
    client = client_of(coder)
    with django_assert_max_num_queries(12):
        client.get(batch_address(batch))


def test_real_files_through_the_page(coder: Membership) -> None:
    names = ["pdpilot/P1.pdf", "metamuse/48-rich-text.txt", "podcast-subs/podcasting_20_episode_124.srt"]
    paths: list[Path] = [shared_path(f"real-transcripts/{name}") for name in names]
    batch = bring(coder, *[file(path.name, path.read_bytes()) for path in paths])
    client_of(coder).post(batch_address(batch), {"do": "store"})
    tasks.drain()
    sources = Source.objects.order_by("pk")
    assert [source.speakers.count() for source in sources] == [2, 3, 3]
    for source in sources:
        assert source.version is not None
        words = sum(source.version.turns.values_list("words", flat=True))
        assert words == source.version.words > 2000


def test_what_stands_once_like_a_label_can_be_made_a_speaker(coder: Membership) -> None:
    draft = draft_of(bring(coder, file("a.txt", TALK + "\nHansen: Det var da voldsomt.\n")))
    (label,) = possible_labels(action.document_of(draft))
    client = client_of(coder)
    assert f'value="label:{label}"' in client.get(address_of(draft)).content.decode()
    assert client.post(address_of(draft), fields(draft, do="label:Noe annet")).status_code == 409
    client.post(address_of(draft), fields(draft, do=f"label:{label}", title="Huset"))
    draft.refresh_from_db()
    client.post(address_of(draft), fields(draft, do="store"))
    source = Source.objects.get()
    assert said_in(source)[-1] == ("Deltaker 3", "Det var da voldsomt.")
    assert source.version is not None and "Hansen" not in source.version.text
    assert "Hansen" in originals()
    lead = lead_of(source.project)
    assert look_at_labels(actor=lead, source=source)[source.speakers.get(label="Deltaker 3").pk] == "Hansen"


def test_the_server_asks_about_names_too(coder: Membership) -> None:
    address = reverse("import", args=[coder.project.slug])
    answer = client_of(coder).post(address, {"chosen": [file("en.txt", TALK)]})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"cleared": ["Say whether the texts have been cleared of names."]}
    assert not ImportDraft.objects.exists()
