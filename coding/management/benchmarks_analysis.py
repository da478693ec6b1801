"""Figures of speed for codes together and for queries, on studies of growing size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from coding.actions.passages import MOST_STRETCHES, Stretch, code_stretches
from coding.actions.summaries import Cell, pin, take_step, write_summary
from coding.actions.themes import create_theme
from coding.management.benchmarks import Figure, Study, milliseconds, said
from coding.models import Code, Membership, Role
from coding.reports.cooccurrence import cooccurrence
from coding.reports.meeting import INFORMANT, NEAR, OVERLAP, TURN
from coding.reports.passages import Scope

SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
CODINGS_OF_A_TEXT = 1_667


class CodedStudy(Study):
    """A study of interviews of 3,500 words: sixty, and more where one would have to hold more codings than words."""

    def _fill(self, codings: int) -> None:
        many = max(60, codings // CODINGS_OF_A_TEXT)
        self.sources = [self._source(f"Intervju {number}", 3_500) for number in range(many)]
        for source in self.sources:
            self._code(source, codings // many)


def figures(*, million: bool = False) -> Iterator[Figure]:
    """Measure everything, a figure at a time; `million` makes the largest study too, which takes some minutes."""
    for codings in (*SIZES, *([MILLION] if million else [])):
        study = CodedStudy(codings)
        yield from _of(study, f"{codings:,} codings", "300 ms" if codings <= 100_000 else "")
        if codings == SIZES[0]:
            yield _spreading(study)


def _of(study: Study, size: str, aim: str) -> Iterator[Figure]:
    scope = Scope(study.project, member=study.coder)
    for way, what in (
        (OVERLAP, "the same words"),
        (TURN, "the same turn"),
        (NEAR, "within 3 turns"),
        (INFORMANT, "one informant"),
    ):
        times = milliseconds(partial(cooccurrence, scope, way=way, within=3), runs=3)
        yield Figure(f"codes together, {what}, all 80 by 80, counted, {size}", said(times), aim)
    yield Figure(f"the page of pairs, {size}", said(milliseconds(study.get("together"), runs=3)), aim)
    yield Figure(
        f"the page codes by codes, {size}",
        said(milliseconds(study.get("together", show="grid"), runs=3)),
        aim,
    )
    yield _grid(study, size, aim)
    leaf, branch = study.codes[-1], study.codes[0]
    pair = study.get("together_pair", first=str(leaf.uuid), second=str(_apart(study, leaf).uuid))
    yield Figure(f"the passages behind a pair, {size}", said(milliseconds(pair, runs=3)), aim)
    query = study.get(
        "queries", code=[str(leaf.uuid), str(branch.uuid)], join=["and", "and"], way=["overlap", "overlap"]
    )
    yield Figure(
        f"a query: a code in the same words as a branch, {size}", said(milliseconds(query, runs=3)), aim
    )
    query = study.get(
        "queries",
        code=[str(branch.uuid), str(leaf.uuid)],
        join=["and", "not"],
        way=["", "after"],
        n=["", "3"],
    )
    yield Figure(f"a query: a branch not followed by a code, {size}", said(milliseconds(query, runs=3)), aim)


def _grid(study: Study, size: str, aim: str) -> Figure:
    """The grid by city of 25 themes, each with an approved summary that cites eight passages."""
    for number in range(25):
        codes = study.codes[number * 3 : number * 3 + 3]
        theme = create_theme(actor=study.coder, title=f"Tema {number}", codes=[code.uuid for code in codes])
        cell = Cell(theme.uuid)
        behind = study.project.codings.filter(code__in=codes)
        for key in behind.order_by("pk").values_list("uuid", flat=True)[:8]:
            pin(actor=study.coder, cell=cell, coding=key)
        cited = " ".join(f"[E{one}]" for one in range(1, 9))
        write_summary(actor=study.coder, cell=cell, body=cited, revision=0)
        take_step(actor=study.coder, cell=cell, name="submit", revision=1)
    Membership.objects.filter(pk=study.coder.pk).update(role=Role.LEAD)
    lead = Membership.objects.get(pk=study.coder.pk)
    for theme in study.project.themes.all():
        ids = list(study.project.codings.filter(code__in=theme.codes.all()).values_list("pk", flat=True))
        take_step(actor=lead, cell=Cell(theme.uuid), name="approve", revision=1, behind=ids)
    Membership.objects.filter(pk=study.coder.pk).update(role=study.coder.role)
    return Figure(
        f"the grid of 25 themes by city, {size}", said(milliseconds(study.get("themes"), runs=3)), aim
    )


def _apart(study: Study, code: Code) -> Code:
    """A code of another branch."""
    by_key = {one.pk: one for one in study.codes}

    def root(one: Code) -> int:
        return root(by_key[one.parent_id]) if one.parent_id else one.pk

    return next(one for one in reversed(study.codes) if root(one) != root(code))


def _spreading(study: Study) -> Figure:
    """What the one transaction costs that codes as many passages at once as can be."""
    stretches = []
    for source in study.sources:
        turns = source.version.turns.all() if source.version else []
        stretches += [Stretch(source.pk, source.version_id or 0, turn.start, turn.end) for turn in turns]
    some = stretches[:MOST_STRETCHES]
    began = time.perf_counter()
    code_stretches(actor=study.coder, stretches=some, code=study.codes[0].uuid)
    took = time.perf_counter() - began
    return Figure(f"a code on {len(some):,} results at once", f"{1000 * took:.0f} ms", "500 ms")
