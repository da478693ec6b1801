"""Figures of speed, measured on generated studies: what `make bench` prints and docs/benchmarks.md keeps."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from waitress import create_server

from coding.actions.attribution import relink
from coding.actions.codings import begin
from coding.actions.informants import create_informant
from coding.actions.projects import create_project
from coding.actions.sources import NewSource, NewSpeaker, NewTurn, store_source
from coding.anchoring.words import word_starts
from coding.models import Code, Coding, Membership, Role, Source, User

SEED = 20200324
_TALK = (
    "vi har jo kaffe hver tirsdag og da kommer det folk som ikke går noe annet sted altså det er en del som bor alene "
    "kommunen ville ha rapport på alt men frivillige vil gjerne gjøre noe nyttig ikke sant så vi fikk nøkkelen til "
    "lokalet og begynte å låne ut verktøy etter hvert ble det kurs språkkafé turgruppe"
)
WORDS = _TALK.split()


@dataclass(frozen=True)
class Figure:
    """One line of the table. `aim` is empty where none was set."""

    what: str
    value: str
    aim: str = ""


class Study:
    """A generated project: a codebook of 80 codes, 60 interviews of 3,500 words, and one text of 60,000 words."""

    def __init__(self, codings: int) -> None:
        self.chance = random.Random(SEED)
        user = User(username=f"bench-{uuid.uuid4().hex[:8]}")
        user.set_unusable_password()
        user.save()
        self.project = create_project(
            slug=f"bench-{uuid.uuid4().hex[:8]}", title=f"Bench {codings}", lead=user
        )
        self.coder = Membership.objects.get(project=self.project, role=Role.LEAD)
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(user)
        self.codes = self._codebook()
        self._fill(codings)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _fill(self, codings: int) -> None:
        self.sources = [self._source(f"Intervju {n}", 3_500) for n in range(60)]
        self.long = self._source("Lang", 60_000)
        self._code(self.long, 2_000)
        for source in self.sources:
            self._code(source, max(0, codings - 2_000) // len(self.sources))

    def _codebook(self) -> list[Code]:
        codes: list[Code] = []
        for number in range(80):
            parent = None if number < 4 else self.chance.choice(codes[: max(4, number // 3)])
            row = Code(project=self.project, parent=parent, name=f"Kode {number}", position=number)
            row.created_by, row.created = self.coder, timezone.now()
            row.save()
            codes.append(row)
        return codes

    def _source(self, title: str, words: int) -> Source:
        new = self._new_source(title, words)
        source = store_source(project=self.project, actor=self.coder, new=new)
        cities, types = (
            ("Oslo", "Bergen", "Trondheim", "Stavanger", "Kristiansand"),
            ("daglig leder", "frivillig"),
        )
        for speaker in source.speakers.select_related("source").exclude(role="interviewer"):
            values = {"city": self.chance.choice(cities), "informant_type": self.chance.choice(types)}
            create_informant(actor=self.coder, values=values, speaker=speaker)
        return source

    def _new_source(self, title: str, words: int) -> NewSource:
        turns: list[NewTurn] = []
        texts: list[str] = []
        place = spoken = 0
        while spoken < words:
            length = self.chance.randint(5, 120)
            text = " ".join(self.words(length))
            turns.append(NewTurn(place, place + len(text), speaker=len(turns) % 3))
            texts.append(text)
            place += len(text) + 1
            spoken += length
        speakers = [
            NewSpeaker("Intervjuer", "interviewer"),
            NewSpeaker("Deltaker 1"),
            NewSpeaker("Deltaker 2"),
        ]
        return NewSource(title=title, text="\n".join(texts), turns=turns, speakers=speakers)

    def words(self, length: int) -> list[str]:
        """What somebody says in `length` words."""
        return self.chance.choices(WORDS, k=length)

    def _code(self, source: Source, many: int) -> None:
        version = source.version
        assert version is not None
        starts = word_starts(version.text)
        now = timezone.now()
        rows: dict[tuple[int, int, int], Coding] = {}
        while len(rows) < many:
            first = self.chance.randrange(len(starts) - 61)
            end = first + self.chance.randint(4, 60)
            code = self.chance.choice(self.codes)
            rows[code.pk, first, end] = Coding(
                project=self.project,
                source=source,
                version=version,
                code=code,
                coder=self.coder,
                start=starts[first],
                end=starts[end] - 1,
                first_word=first,
                end_word=end,
                created=now,
                modified=now,
            )
        relink(Coding.objects.bulk_create(rows.values(), batch_size=500))
        begin(source, self.coder)

    def get(self, name: str, **query: str | list[str]) -> Callable[[], bytes]:
        """A request of a page of the project, as a browser makes it."""
        address = reverse(name, args=[self.project.slug])

        def ask() -> bytes:
            response = self.client.get(address, query)
            assert response.status_code == 200, response.status_code
            return response.content

        return ask


def milliseconds(work: Callable[[], object], runs: int = 5) -> list[float]:
    """The times of `runs` runs, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return sorted(times)


def said(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ms (slowest of {len(times)}: {times[-1]:.0f})"


def figures() -> Iterator[Figure]:
    """Measure everything, a figure at a time."""
    study = Study(codings=100_000)
    yield from _importing(study)
    yield from _opening(study)
    yield from _in_browser(study)
    yield _one_coding(study)
    matrix = study.get("matrix")
    yield Figure("matrix by city, informants, 100,000 codings", said(milliseconds(matrix)), "300 ms")
    for measure in ("sources", "passages", "words"):
        times = milliseconds(study.get("matrix", measure=measure), runs=3)
        yield Figure(f"matrix by city, {measure}, 100,000 codings", said(times), "300 ms")
    code = str(study.codes[-1].uuid)
    times = milliseconds(study.get("cell", code=code, column="total"), runs=3)
    yield Figure("a cell's passages (one leaf code, total), 100,000 codings", said(times), "300 ms")
    times = milliseconds(study.get("codebook"), runs=3)
    yield Figure("codebook with counts, 100,000 codings", said(times))
    small = Study(codings=10_000)
    for file_format in ("csv", "xlsx", "docx", "md"):
        times = milliseconds(small.get("quotations", format=file_format), runs=1)
        yield Figure(f"export of 10,000 quotations as {file_format}", f"{times[0] / 1000:.1f} s")


def _importing(study: Study) -> Iterator[Figure]:
    words = 60_000
    new = study._new_source("Import", words)
    labels = [speaker.label for speaker in new.speakers]
    lines = [f"{labels[turn.speaker or 0]}: {new.text[turn.start : turn.end]}" for turn in new.turns]
    path = Path(settings.DATA_DIR) / "bench-import.txt"
    path.write_text("\n\n".join(lines))
    began = time.perf_counter()
    with (Path(settings.DATA_DIR) / "bench-import.log").open("w") as out:
        call_command("import_sources", str(path), project=study.project.slug, stdout=out)
    took = time.perf_counter() - began
    yield Figure("import of a text of 60,000 words", f"{words / took:,.0f} words/s ({took:.1f} s)")


def _opening(study: Study) -> Iterator[Figure]:
    address = reverse("source", args=[study.project.slug, study.long.uuid])
    size = len(study.client.get(address).content)
    times = milliseconds(lambda: study.client.get(address))
    yield Figure("open 60,000 words with 2,000 codings, on the server", said(times), "500 ms")
    yield Figure("the same: size of the page", f"{size / 1000:,.0f} kB")


def _in_browser(study: Study) -> Iterator[Figure]:
    """The same page in Chromium, where it and Playwright are installed (`make bench` sees to both)."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return
    server = create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    origin = f"http://127.0.0.1:{server.effective_port}"
    address = origin + reverse("source", args=[study.project.slug, study.long.uuid])
    session = study.client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": origin}])
        times = []
        for _ in range(4):
            page = context.new_page()
            began = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.wait_for_selector("#transcript mark")
            times.append(1000 * (time.perf_counter() - began))
            page.close()
        browser.close()
    yield Figure("the same: in Chromium, to the first highlight painted", said(sorted(times[1:])), "1,000 ms")


def _one_coding(study: Study) -> Figure:
    source = study.sources[0]
    assert source.version is not None
    text, starts = source.version.text, word_starts(source.version.text)
    address = reverse("codings", args=[study.project.slug, source.uuid])
    times = []
    for number in range(200):
        start, end = starts[number * 3], starts[number * 3 + 11] - 1
        pair = [str(uuid.uuid4()), str(study.codes[number % 80].uuid)]
        body = {"start": start, "end": end, "quote": text[start:end], "codings": [pair]}
        began = time.perf_counter()
        response = study.client.post(address, json.dumps(body), content_type="application/json")
        times.append(1000 * (time.perf_counter() - began))
        assert response.status_code == 200, response.content
    times.sort()
    said = f"{statistics.median(times):.1f} ms median, {times[189]:.1f} ms 95th percentile of 200"
    return Figure("one coding, on the server, in a project of 100,000", said, "30 ms")
