"""Figures of speed for what changes texts: names found and replaced, corrections, a withdrawal."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.conf import settings

from coding.actions import names
from coding.actions.corrections import correct_text
from coding.actions.withdrawals import withdraw
from coding.anchoring.texts import TurnChange
from coding.language.lexicon import lexicon
from coding.language.names import names_for_project
from coding.language.replacing import REPLACE
from coding.management.benchmarks import Figure, Study
from coding.models import Informant, Turn
from coding.reports.names import review

FIRST = ("Kari", "Ola", "Siv", "Tor", "Liv", "Gro")
SECOND = ("anne", "bjørg", "finn", "mund", "hild", "vald", "stein", "run", "laug", "dis")
NAMES = [first + second for first in FIRST for second in SECOND]


class NamedStudy(Study):
    """A study in whose texts every twentieth word or so is one of sixty names."""

    def words(self, length: int) -> list[str]:
        return [
            self.chance.choice(NAMES) if not number % 20 else word
            for number, word in enumerate(super().words(length))
        ]


def figures() -> Iterator[Figure]:
    """Measure everything, a figure at a time."""
    study = NamedStudy(codings=12_000)
    actor = study.coder
    version = study.sources[0].version
    assert version is not None
    words = lexicon(settings.DATA_DIR)
    words.is_word("kaffe")  # compiled by the first question, once for an installation
    ten_thousand = " ".join(version.text.split()[:3_500] * 3)[: len(version.text) * 3]
    began = time.perf_counter()
    names_for_project({1: ten_thousand}, words)
    took = time.perf_counter() - began
    yield Figure("names suggested in an interview of 10,000 words", f"{took:.1f} s", "3 s")
    for number, name in enumerate(NAMES):
        names.decide(
            actor=actor, term=name, kind="person", verdict=REPLACE, replacement=f"[navn {number + 1}]"
        )
    found = names.decisions(study.project)
    began = time.perf_counter()
    review(actor, found, everything=True)
    yield Figure("the review of names of 61 texts, 270,000 words", f"{time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    done = names.replace_names(actor=actor)
    took = time.perf_counter() - began
    what = f"{done.places:,} names replaced in {done.sources} texts with 12,000 codings, all or nothing"
    yield Figure(what, f"{took:.1f} s")
    study.long.refresh_from_db()
    assert study.long.version is not None
    turn = Turn.objects.filter(version=study.long.version).order_by("number")[5]
    text = study.long.version.text[turn.start : turn.end]
    changes = {turn.number: TurnChange(f"{text} og så videre", turn.speaker_id)}
    began = time.perf_counter()
    correct_text(actor=actor, source=study.long, version=study.long.version.number, changes=changes)
    took = time.perf_counter() - began
    yield Figure("a correction of 60,000 words with 2,000 codings, stored", f"{1000 * took:.0f} ms", "500 ms")
    person = Informant.objects.filter(speakers__source=study.sources[1]).first()
    assert person is not None
    began = time.perf_counter()
    withdraw(actor=actor, informant=person.uuid, confirmation=person.pseudonym)
    yield Figure("a withdrawal from a group interview", f"{time.perf_counter() - began:.1f} s")
