"""Figures of speed for the coding page in real browsers: how soon it shows, how soon a coding does and is stored."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse

from coding.management.benchmarks import Figure, Study
from coding.models import Source

# (words, codings) of the texts that are opened.
SIZES = ((8_000, 500), (8_000, 2_000), (8_000, 10_000), (60_000, 10_000))
USUAL = (8_000, 2_000)
AROUND = 100_000
LOADS = 5
CODINGS = 60
FRAMES = 150
REST = 120  # milliseconds between two keys: a quick hand

# "Painted" is the first task after the browser has made the frame that shows it.
WATCH = """() => {
  const seen = globalThis.bench = { painted: 0, inputs: [] };
  performance.setResourceTimingBufferSize(2000);
  const afterPaint = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => then(performance.now());
    channel.port2.postMessage(0);
  });
  new MutationObserver((records) => {
    const marked = records.some(({ addedNodes }) => [...addedNodes].some((node) => node.nodeName === "MARK"));
    if (marked) afterPaint((now) => { seen.painted = now; });
  }).observe(document, { childList: true, subtree: true });
  addEventListener("keydown", (event) => {
    const input = { began: event.timeStamp };
    seen.inputs.push(input);
    afterPaint((now) => { input.painted = now; });
  }, { capture: true });
}"""
LOADED = """async () => {
  const rest = (time) => new Promise((then) => setTimeout(then, time));
  while (!document.querySelector("#coding[data-ready]") || !bench.painted) await rest(10);
  let before;
  do { before = bench.painted; await rest(200); } while (before !== bench.painted);
  const [page] = performance.getEntriesByType("navigation");
  return { bytes: page.decodedBodySize, server: page.responseStart - page.requestStart, painted: bench.painted };
}"""
FOCUS = "() => { document.getElementById('transcript').focus(); bench.inputs.length = 0; }"
SETTLED = """(rest) => new Promise((then) => {
  const saved = () => document.querySelector("[data-saved]").dataset.state === "saved";
  const look = () => (saved() ? setTimeout(then, rest) : ask());
  const ask = () => requestAnimationFrame(() => requestAnimationFrame(look));
  ask();
})"""
CODED = """() => {
  const asked = performance.getEntriesByType("resource").filter(({ name }) => /codings\\/\\?after=/.test(name));
  return bench.inputs.filter((input) => input.coding).flatMap(({ began, painted }) => {
    const stored = asked.find(({ startTime }) => startTime >= began);
    const server = stored && stored.responseStart - stored.requestStart;
    return stored ? [{ paint: painted - began, stored: stored.responseEnd - began, server }] : [];
  });
}"""
SCROLLED = """(many) => new Promise((then) => {
  const frames = [];
  let last = 0;
  const step = (now) => {
    if (last) frames.push(now - last);
    last = now;
    window.scrollBy(0, 120);
    if (frames.length < many) requestAnimationFrame(step);
    else then(frames);
  };
  window.scrollTo(0, 0);
  requestAnimationFrame(step);
})"""


class Window(Protocol):
    """A browser's window, whoever drives it."""

    def goto(self, address: str) -> object: ...

    def evaluate(self, function: str, argument: object = None) -> Any: ...

    def press(self, *keys: str) -> None: ...

    def megabytes(self) -> float | None: ...


class PageStudy(Study):
    """A project with the texts to open, and as many codings around them as asked for."""

    def __init__(self, sizes: tuple[tuple[int, int], ...], around: int) -> None:
        self.sizes = sizes
        super().__init__(around)

    def _fill(self, codings: int) -> None:
        self.texts: dict[tuple[int, int], Source] = {}
        for size in self.sizes:
            words, many = size
            self.texts[size] = self._source(f"{words} {many}", words)
            self._code(self.texts[size], many)
        if codings:
            super()._fill(codings - sum(many for _words, many in self.sizes))


class Chromium:
    """A window of the system's Chromium; one with every visit's scripts in its cache."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.goto, self.evaluate = page.goto, page.evaluate

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def megabytes(self) -> float | None:
        talk = self.page.context.new_cdp_session(self.page)
        talk.send("HeapProfiler.collectGarbage")
        talk.send("Performance.enable")
        metrics = {one["name"]: one["value"] for one in talk.send("Performance.getMetrics")["metrics"]}
        talk.detach()
        return float(metrics["JSHeapUsedSize"]) / 1e6


@contextlib.contextmanager
def _chromium(origin: str, session: str) -> Iterator[Window | None]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield None
        return
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": origin}])
        context.add_init_script(f"({WATCH})()")
        yield Chromium(context.new_page())
        browser.close()


@contextlib.contextmanager
def _firefox(origin: str, session: str) -> Iterator[Window | None]:
    """The system's Firefox, with the driver that the tests use, where the tests are."""
    try:
        from tests.bidi import Firefox, installed
    except ImportError:
        yield None
        return
    if not installed():
        yield None
        return
    with contextlib.closing(Firefox()) as browser:
        browser.command("script.addPreloadScript", functionDeclaration=WATCH)
        browser.set_cookie(settings.SESSION_COOKIE_NAME, session, "127.0.0.1")
        yield browser


@contextlib.contextmanager
def _served() -> Iterator[str]:
    """Kodebenk as it is served to people, in processes of its own: its origin."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--port", port]
    environment = os.environ | {"DATA_DIR": str(settings.DATA_DIR)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def figures() -> Iterator[Figure]:
    """Measure everything, a figure at a time."""
    large, small = PageStudy(SIZES, AROUND), PageStudy((USUAL,), 0)
    with _served() as origin:
        # Each browser with a code of its own: a code that stands on the passage already would be taken off.
        for name, code, open_browser in (("Chromium", "kode 7", _chromium), ("Firefox", "kode 8", _firefox)):
            for study, sizes in ((large, SIZES), (small, (USUAL,))):
                session = study.client.cookies[settings.SESSION_COOKIE_NAME].value
                with open_browser(origin, session) as window:
                    if window is None:
                        continue
                    around = (
                        f"{name}, in a project of 100,000"
                        if study is large
                        else f"{name}, alone in its project"
                    )
                    for size in sizes if name == "Chromium" else (USUAL,):
                        yield from _opened(window, origin, study, size, around, code)


def _opened(
    window: Window, origin: str, study: PageStudy, size: tuple[int, int], around: str, code: str
) -> Iterator[Figure]:
    words, many = size
    what = f"{words:,} words, {many:,} codings, {around}"
    source = study.texts[size]
    address = origin + reverse("source", args=[study.project.slug, source.uuid])
    loads = []
    for _ in range(LOADS + 1):
        window.goto(address)
        loads.append(window.evaluate(LOADED))
    loads = loads[1:]
    server = statistics.median(load["server"] for load in loads)
    yield Figure(f"{what}: the page", f"{loads[0]['bytes'] / 1000:,.0f} kB, {server:.0f} ms on the server")
    painted = sorted(load["painted"] for load in loads)
    said = f"{statistics.median(painted):.0f} ms (slowest of {LOADS}: {painted[-1]:.0f})"
    aim = "500 ms" if size == USUAL else ""
    yield Figure("the same: load to all visible highlights painted", said, aim)
    coded = _coded(window, code)
    paint, stored, took = (_parts(coded, name) for name in ("paint", "stored", "server"))
    yield Figure("the same: one coding, key to painted", paint, "16 ms median")
    yield Figure("the same: one coding, on the server", took, "15 ms median, 40 ms 95th percentile")
    yield Figure("the same: one coding, key to stored", stored)
    frames = sorted(window.evaluate(SCROLLED, FRAMES))
    heap = window.megabytes()
    yield Figure("the same: frames while scrolling", f"{_late(frames):.0f} ms 95th percentile of {FRAMES}")
    if heap is not None:
        yield Figure("the same: memory of the scripts", f"{heap:.1f} MB")


def _coded(window: Window, code: str) -> list[dict[str, float]]:
    """Code sixty turns with the key 1, a hand's rest between two keys.

    The first coding puts its code on the key and is not counted.
    """
    window.evaluate(FOCUS)
    window.press("ArrowDown", *code)
    window.press("Enter")
    window.evaluate(SETTLED, REST)
    for _ in range(CODINGS):
        window.press("ArrowDown")
        window.evaluate(SETTLED, REST)
        window.press("1")
        window.evaluate(SETTLED, REST)
        window.evaluate("() => { bench.inputs.at(-1).coding = true; }")
    return list(window.evaluate(CODED))


def _parts(coded: list[dict[str, float]], name: str) -> str:
    times = sorted(one[name] for one in coded)
    late, many = _late(times), len(times)
    return f"{statistics.median(times):.1f} ms median, {late:.1f} ms 95th percentile of {many}, fastest {times[0]:.1f}"


def _late(times: list[float]) -> float:
    """The 95th percentile of sorted times."""
    return times[int(0.95 * (len(times) - 1))]
