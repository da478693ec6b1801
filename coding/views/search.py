"""Search: a question asked of all texts, its hits turn by turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from coding.models import Source
from coding.models.analysis import ViewKind
from coding.reports.corpus import read_corpus
from coding.reports.search import Found, FoundTurn, ShownTurn, search, shown
from coding.reports.selection import NOT_SET, Filter
from coding.views.asking import Asked, answered, asked, changed, common
from coding.views.guard import ProjectRequest, project_view
from coding.views.saved_views import saved_views

TURNS_ON_PAGE = 25


@dataclass(frozen=True)
class Group:
    """The found turns of one source on this page; `hits` counts those of the whole source."""

    source: Source
    hits: int
    turns: list[ShownTurn]


@project_view()
def search_page(request: ProjectRequest) -> HttpResponse:
    """What is found, grouped by source and turn, with how often in each city and type."""
    wanted = asked(request)
    found, why = answered(wanted, search)
    found = found or nothing(wanted)
    pages = Paginator(found.turns, TURNS_ON_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "analysis/search.html",
        common(request, wanted, read=found.read, waiting=found.waiting)
        | {
            "saved": saved_views(request, ViewKind.SEARCH),
            "found": found,
            "why": why,
            "page": page,
            "pages": pages.get_elided_page_range(page.number),
            "groups": _groups(wanted, found, list(page.object_list)),
            "facets": [(item, _options(item, found.counts)) for item in wanted.filters if item.values],
            "ways_out": ways_out(request, wanted, found.left_out),
        },
    )


def nothing(wanted: Asked) -> Found:
    """Nothing found: how many texts there are to be asked."""
    corpus, waiting = read_corpus(wanted.scope)
    return Found(corpus.read, waiting)


def _groups(wanted: Asked, found: Found, turns: list[FoundTurn]) -> list[Group]:
    return [
        Group(source, found.hits_of[source.pk], list(group))
        for source, group in groupby(shown(wanted.scope, turns), key=lambda turn: turn.source)
    ]


def _options(
    item: Filter, counts: Mapping[int, Counter[int | None]]
) -> list[tuple[str, str, bool, int | None]]:
    """(parameter's value, label, chosen, hits) for each value of an attribute, "not set" (no label) last."""
    counted = counts.get(item.attribute.pk)
    options = [
        (
            str(value.uuid),
            value.label(),
            str(value.uuid) in item.chosen,
            counted[value.pk] if counted else None,
        )
        for value in item.values
    ]
    return [*options, (NOT_SET, "", item.not_set, counted[None] if counted else None)]


@dataclass(frozen=True)
class WaysOut:
    """Addresses that may find something where nothing was found; empty where they are no other question."""

    with_compounds: str
    beginning: str
    of_everybody: str
    interviewers: str
    interviewers_hits: int


def ways_out(request: ProjectRequest, wanted: Asked, interviewers_hits: int) -> WaysOut:
    word = wanted.question
    shorter = f"{word[: max(4, len(word) - 3)]}*" if word.isalpha() and len(word) > 4 else ""
    everybody = {item.name: "" for item in wanted.filters} | {"source": ""}
    limited = wanted.source is not None or any(item.chosen for item in wanted.filters)
    return WaysOut(
        with_compounds=changed(request, whole="") if wanted.whole else "",
        beginning=changed(request, q=shorter) if shorter else "",
        of_everybody=changed(request, **everybody) if limited else "",
        interviewers=changed(request, interviewers="1")
        if interviewers_hits and not wanted.interviewers
        else "",
        interviewers_hits=interviewers_hits,
    )


search_patterns = [path("analysis/search/", search_page, name="search")]
