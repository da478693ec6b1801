"""The list of a batch: in which order its files are numbered, in which language, and what was noticed in them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coding import tasks
from coding.importing.messages import SENTENCES, SHORT
from coding.models import Membership
from coding.models.jobs import ImportBatch, ImportDraft
from tests.factories import account_of, make_member, make_project

pytestmark = pytest.mark.django_db(transaction=True)

TALK = """Intervjuer: Hva gjør dere her på huset?

Kari: Vi koker kaffe. Og tar imot folk.

Ola: Ja, og så er det verkstedet.

Kari: Mm.

Ola: Nettopp.
"""


@pytest.fixture
def coder() -> Membership:
    return make_member(make_project())


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(account_of(member))
    return client


def file(name: str, content: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def bring(member: Membership, *files: SimpleUploadedFile) -> ImportBatch:
    """Files brought in through the page, and read."""
    address = reverse("import", args=[member.project.slug])
    answer = client_of(member).post(address, {"chosen": list(files), "cleared": "yes"})
    tasks.drain()
    return ImportBatch.objects.get(uuid=answer["Location"].strip("/").split("/")[-1])


def tell(member: Membership, draft: ImportDraft, do: str) -> None:
    """Press a button on a draft's page, with its form as it stands."""
    said = {"title": draft.title, "kind": draft.kind, "held_on": "", "cleared": "yes", "page": "1", "do": do}
    for i, (_original, label, role) in enumerate(draft.choices["speakers"]):
        said |= {f"label_{i}": label, f"role_{i}": role}
    slug = draft.batch.project.slug
    answer = client_of(member).post(reverse("import_draft", args=[slug, draft.batch.uuid, draft.uuid]), said)
    assert answer.status_code == 302
    tasks.drain()


def titles(batch: ImportBatch) -> list[str]:
    return list(batch.drafts.values_list("title", flat=True))


def numbered(member: Membership, order: list[int], language: str) -> list[tuple[str, str]]:
    """The titles of a batch, after its files have come and been read in another order than they were chosen in."""
    client, slug = client_of(member), member.project.slug
    client.post(reverse("set_language"), {"language": language, "next": "/"})
    said: dict[str, Any] = {}
    for position in order:
        form = {
            "chosen": [file(f"Kari Moe {position}.txt", TALK)],
            "cleared": "yes",
            "position": position,
        } | said
        answer = client.post(reverse("import", args=[slug]), form, headers={"Accept": "application/json"})
        said = {"batch": answer.json()["batch"]}
        tasks.drain()
    drafts = ImportBatch.objects.get(uuid=said["batch"]).drafts.all()
    return [(draft.file_name, draft.title) for draft in drafts]


@pytest.mark.parametrize(("language", "noun"), [("en", "Interview"), ("nb", "Intervju")])
def test_numbers_follow_the_order_of_the_files_in_the_language_of_who_brings_them(
    coder: Membership, settings: Any, language: str, noun: str
) -> None:
    settings.LANGUAGE_CODE = "nb" if language == "en" else "en"
    assert numbered(coder, [2, 0, 3, 1], language) == [
        ("Kari Moe 0.txt", f"{noun} 1"),
        ("Kari Moe 1.txt", f"{noun} 2"),
        ("Kari Moe 2.txt", f"{noun} 3"),
        ("Kari Moe 3.txt", f"{noun} 4"),
    ]


def test_a_number_that_a_person_has_seen_or_that_is_taken_stays(coder: Membership) -> None:
    first = bring(coder, file("Kari Moe.txt", TALK))
    tell(coder, first.drafts.get(), "save")
    later = bring(coder, file("Ola Moe.txt", TALK), file("Notat.txt", TALK), file("Siri Moe.txt", TALK))
    assert titles(later) == ["Interview 2", "Notat", "Interview 3"]
    tell(coder, later.drafts.all()[2], "save")
    tell(coder, later.drafts.all()[0], "again")
    assert (titles(first), titles(later)) == (["Interview 1"], ["Interview 2", "Notat", "Interview 3"])


def noticed(member: Membership, batch: ImportBatch) -> list[list[str]]:
    """The words of the badges of each line, below the one of its state."""
    address = reverse("import_batch", args=[batch.project.slug, batch.uuid])
    page = client_of(member).get(address).content.decode()
    rows = re.findall(r'<th scope="row" class="import-name">.*?</tr>', page, re.S)
    badges = [re.findall(r'<li class="badge.*?</li>', row, re.S) for row in rows]
    return [[" ".join(re.sub("<[^>]+>", " ", badge).split()) for badge in row] for row in badges]


def test_the_list_tells_what_was_noticed_in_each_file(coder: Membership) -> None:
    batch = bring(
        coder,
        file("en.txt", "Vi møttes på kaia.\n".encode("cp1252")),
        file("to.txt", TALK),
        file("tre.txt", TALK + "Siri: Hei.\n"),
    )
    assert noticed(coder, batch) == [["Letters guessed", "No speakers"], [], ["One more speaker?"]]
    tell(coder, batch.drafts.all()[2], "label:Siri")
    assert noticed(coder, batch) == [["Letters guessed", "No speakers"], [], []]
    tell(coder, batch.drafts.all()[0], "store")
    assert noticed(coder, batch) == [[], [], []]


def test_every_warning_has_its_short_words() -> None:
    first = list(SENTENCES).index("read_as")
    assert set(list(SENTENCES)[first:]) == set(SHORT)
