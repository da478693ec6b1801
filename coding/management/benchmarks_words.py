"""Figures of speed for what is asked of the words of a million-word project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import accumulate, product
from pathlib import Path

from django.conf import settings

from coding.language.lexicon import lexicon
from coding.language.wording import words
from coding.management.benchmarks import WORDS, Figure, Study, milliseconds, said
from coding.reports.concordance import concordance
from coding.reports.passages import Scope
from coding.reports.search import search
from coding.reports.word_counts import count_words

_STEMS = sorted(
    words(
        """
        kaffe kurs hage bok bil båt hus skole språk turist vinter sommer leke mat tur gruppe telefon data bydel
        arbeid nabo brev plan lokale forening styre møte penge barn ungdom helse idrett kultur musikk kirke park vann
        fjell by vei buss tog klubb lag kveld natt morgen uke måned fest sang dans film bilde maling garn søm strikke
        verksted verktøy sykkel ski sport trening helg ferie reise jobb lønn skatt rapport skjema søknad avtale
        """
    )
)
# The words of talk most often, then compounds more and more rarely, as words do (Zipf): 6,000 forms in all.
VOCABULARY = [*WORDS, *(a + b for a, b in product(_STEMS, repeat=2) if a != b)]
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))
TEXTS, WORDS_OF_A_TEXT = 100, 10_000


class TalkingStudy(Study):
    """A study of 100 texts of 10,000 words in which rare words are rare."""

    def _fill(self, codings: int) -> None:
        self.sources = [self._source(f"Samtale {number}", WORDS_OF_A_TEXT) for number in range(TEXTS)]

    def words(self, length: int) -> list[str]:
        return self.chance.choices(VOCABULARY, cum_weights=_WEIGHTS, k=length)


def figures() -> Iterator[Figure]:
    """Measure everything, a figure at a time."""
    lexicon(settings.DATA_DIR).is_word("kaffe")  # compiled by the first question, once for an installation
    study = TalkingStudy(codings=0)
    yield from _reading(study)
    scope = Scope(study.project, member=study.coder)
    before = _memory()
    began = time.perf_counter()
    found = search(scope, "kaffe")
    first = 1000 * (time.perf_counter() - began)
    what = f"the first search in 1,000,000 words ({found.hits:,} hits), words read from the database"
    yield Figure(what, f"{first:.0f} ms")
    yield Figure("the same: memory that the web process keeps", f"{_memory() - before:.0f} MB")
    asked: list[tuple[str, Callable[[], object]]] = [
        ("a word with its compounds", lambda: search(scope, "kaffe")),
        ("a rare word", lambda: search(scope, "skatterapport")),
        ("a phrase", lambda: search(scope, '"vi har jo kaffe"')),
        ("NEAR", lambda: search(scope, "kommune NEAR/5 frivillig")),
        ("three words of four hundred forms", lambda: search(scope, "(kurs OR hus OR bil) NOT kaffe")),
    ]
    for what, ask in asked:
        yield Figure(f"search in 1,000,000 words: {what}", said(milliseconds(ask)), "50 ms")
    lines = said(milliseconds(lambda: concordance(scope, "kurs", sort="l1")))
    yield Figure("concordance of 1,000,000 words, by the first word to the left", lines, "50 ms")
    yield Figure(
        "word counts of 1,000,000 words by city", said(milliseconds(lambda: count_words(scope, by="city")))
    )
    for page, query in (
        ("search", {"q": "kaffe"}),
        ("concordance", {"q": "kaffe"}),
        ("words", {"by": "city"}),
    ):
        yield Figure(
            f"the page {page}, 1,000,000 words", said(milliseconds(study.get(page, **query))), "300 ms"
        )


def _reading(study: Study) -> Iterator[Figure]:
    """The texts read by a process of its own, as the worker does; its memory is its highest."""
    command = [
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "reindex",
        "--project",
        study.project.slug,
        "--json",
    ]
    with (Path(settings.DATA_DIR) / "bench-reindex.json").open("w+") as out:
        process = subprocess.Popen(command, stdout=out)
        highest = 0.0
        while process.poll() is None:
            highest = max(highest, _highest(process.pid))
            time.sleep(0.1)
        assert not process.returncode
        out.seek(0)
        (told,) = json.load(out)
    speed = told["words"] / told["seconds"]
    yield Figure(
        f"{told['words']:,} words read for the search", f"{speed:,.0f} words/s ({told['seconds']:.0f} s)"
    )
    yield Figure("the same: highest memory of the worker", f"{highest:.0f} MB")


def _highest(pid: int) -> float:
    """The most that a process has held in memory, in MB; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")), 0.0)


def _memory() -> float:
    """What this process holds in memory, in MB; 0 where the system does not say."""
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if path.exists() else 0.0
