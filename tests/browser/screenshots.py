"""The pictures of the manual, made from the demo study: `make screenshots`. Not collected by `make test`.

Size, language, theme and clock are the same each time; a picture changes only where the product or the demo does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from coding import manual, tasks
from coding.actions.sources import NewSource, NewSpeaker, NewTurn, store_source
from coding.management import demo
from coding.models import Code, ImportDraft, Informant, Membership, Project, Source
from coding.models.sources import SourceKind, SpeakerRole

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = {"width": 1120, "height": 700}
CLOCK = "2026-03-02T10:00:00+01:00"
# One that is not cleared, for the review of names; constructed like all the rest.
UNCLEARED = (
    ("Intervjuer", "Hvem har vært med lengst hos dere?"),
    ("Informant", "Det må være Solveig Brattli. Hun er 81 år og kommer fra Åsane hver tirsdag."),
    ("Intervjuer", "Og hvem kommer hun sammen med?"),
    ("Informant", "Med Torbjørn, sønnen. Han jobbet i Nordlys kommune før, du når ham på 915 55 321."),
)
CAPTIONS = """WEBVTT

00:00:02.000 --> 00:00:06.000
<v Moderator>Da er opptaket i gang. Vil dere begynne med å si hva dere gjør?

00:00:07.000 --> 00:00:14.000
<v Deltaker 1>Jeg er frivillig på språkkafeen, og så låner jeg bort verktøy på torsdager.

00:00:15.000 --> 00:00:21.000
<v Deltaker 2>Jeg leder korpset. Vi øver i kjelleren og betaler med dugnad.
"""


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Size and theme of every picture; the language is said for each."""
    return {
        "viewport": SIZE,
        "timezone_id": "Europe/Oslo",
        "reduced_motion": "reduce",
        "color_scheme": "light",
    }


@pytest.fixture
def study() -> Project:
    demo.load()
    project = Project.objects.get()
    Membership.objects.filter(user__username="leder").update(handles_identities=True)
    place, turns, texts = 0, [], []
    for label, words in UNCLEARED:
        turns.append(NewTurn(start=place, end=place + len(words), speaker=int(label == "Informant")))
        texts.append(words)
        place += len(words) + 1
    speakers = [
        NewSpeaker(label="Intervjuer", role=SpeakerRole.INTERVIEWER),
        NewSpeaker(label="Informant", role=SpeakerRole.INFORMANT),
    ]
    new = NewSource(
        title="Intervju 17", text="\n".join(texts), turns=turns, speakers=speakers, kind=SourceKind.INTERVIEW,
        cleared=False,
    )  # fmt: skip
    store_source(project=project, actor=None, new=new)
    tasks.enqueue_suggesting(project)
    tasks.enqueue_indexing(project)
    tasks.drain()
    return project


def draft(project: Project) -> ImportDraft:
    """A file that has been read and waits for somebody to confirm who speaks."""
    client = Client()
    client.force_login(Membership.objects.get(user__username="leder").user)  # type: ignore[arg-type]
    file = SimpleUploadedFile("fokusgruppe-19.vtt", CAPTIONS.encode())
    client.post(reverse("import", args=[project.slug]), {"chosen": file, "cleared": "no"})
    tasks.drain()
    return ImportDraft.objects.latest("pk")


def with_most(project: Project) -> Source:
    """The focus group of Bergen, or else the first one."""
    groups = Source.objects.filter(project=project, kind=SourceKind.FOCUS_GROUP).order_by("title")
    return groups.filter(title__contains="Bergen").first() or groups[0]


def economy(project: Project) -> Code:
    return (
        Code.objects.filter(project=project, name="Økonomi").first()
        or Code.objects.filter(project=project)[1]
    )


def _settle(page: Any) -> None:
    page.wait_for_load_state("networkidle")


def coding_page(page: Any, at: Callable[..., str], project: Project) -> None:
    page.goto(at("source", with_most(project).uuid))
    page.locator("[data-ready=yes]").wait_for()
    page.locator("mark.coded").first.click()


def import_(page: Any, at: Callable[..., str], project: Project) -> None:
    read = draft(project)
    page.goto(at("import_draft", read.batch.uuid, read.uuid))
    page.locator("select[name=kind]").select_option("focus_group")
    page.locator("main h2").nth(1).evaluate("heading => scrollTo(0, heading.offsetTop - 120)")


def codebook(page: Any, at: Callable[..., str], project: Project) -> None:
    page.goto(at("codebook") + f"?code={economy(project).uuid}")
    page.get_by_role("treeitem", name="Økonomi").first.locator("a").first.click()
    page.evaluate("scrollTo(0, 0)")


def matrix(page: Any, at: Callable[..., str], project: Project) -> None:
    page.goto(at("matrix") + "?depth=2&empty=hide")


def cooccurrence(page: Any, at: Callable[..., str], project: Project) -> None:
    page.goto(at("together"))


def search(page: Any, at: Callable[..., str], project: Project) -> None:
    page.goto(at("search") + "?q=kaffe")


def names(page: Any, at: Callable[..., str], project: Project) -> None:
    page.goto(at("names"))


def quotations(page: Any, at: Callable[..., str], project: Project) -> None:
    page.goto(at("quotations") + f"?code={economy(project).uuid}")


PICTURES: dict[str, Callable[[Any, Callable[..., str], Project], None]] = {
    "coding-page": coding_page,
    "import": import_,
    "codebook": codebook,
    "matrix": matrix,
    "cooccurrence": cooccurrence,
    "search": search,
    "names": names,
    "quotations": quotations,
}


def test_make_the_pictures(new_context: Any, live_server: Any, sign_in: Any, study: Project) -> None:
    people = {name: Membership.objects.get(user__username=name).user for name in ("koder", "leder")}
    assert Informant.objects.exists()
    for language in manual.LANGUAGES:
        locale = {"nb": "nb-NO", "en": "en-GB"}[language]
        context = new_context(locale=locale)
        page = context.new_page()
        page.clock.set_fixed_time(CLOCK)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])

        def at(name: str, *more: Any) -> str:
            return live_server.url + reverse(name, args=[study.slug, *more])

        for name, show in PICTURES.items():
            # A coder sees their own codings, a lead the rest.
            sign_in(page, people["koder" if show is coding_page else "leder"])
            with override(language):
                show(page, at, study)
            _settle(page)
            page.mouse.move(0, 0)
            page.screenshot(path=manual.PICTURES / f"{name}.{language}.png")
        context.close()
