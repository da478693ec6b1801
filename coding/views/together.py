"""Codes together: pairs of codes, codes by codes, and the passages behind a pair."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.exporting.quotations import FORMATS
from coding.exporting.together import together_csv, together_xlsx
from coding.models import Informant
from coding.models.analysis import ViewKind
from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.reports.cooccurrence import Pair, Together, cooccurrence, people_counted
from coding.reports.counting import INFORMANTS, PASSAGES, SMALL_BASE, WORDS
from coding.reports.frequencies import HEAT_STEPS
from coding.reports.limits import limits
from coding.reports.meeting import INFORMANT, MOST_TURNS, OVERLAP, WAYS
from coding.reports.pairs import meetings
from coding.reports.together_words import what_meets
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import headings, page_of
from coding.views.matrix_choices import Asked, asked
from coding.views.saved_views import saved_views

LIST, GRID = "list", "grid"
TOP, EVERY = "", "all"
PASSAGES_ON_PAGE, PEOPLE_ON_PAGE = 25, 10
MOST_SIDE = 100
MEASURES = {
    INFORMANTS: gettext_lazy("Informants"),
    PASSAGES: gettext_lazy("Passages"),
    WORDS: gettext_lazy("Words"),
}


@dataclass(frozen=True)
class Wanted:
    """What an address asks for besides the scope. `down` and `across` are branches (UUIDs), TOP or EVERY."""

    asked: Asked
    way: str
    within: int
    show: str
    rolled_up: bool
    measure: str
    down: str
    across: str
    sort: str

    @property
    def counts_words(self) -> bool:
        return self.way == OVERLAP


def _wanted(request: ProjectRequest, tree: CodeTree) -> Wanted:
    """The address read; what it does not say, or says wrongly, is as it is by default."""
    query = request.GET
    show = GRID if query.get("show") == GRID else LIST
    way = query.get("way", OVERLAP) if query.get("way") in WAYS else OVERLAP
    measure = query.get("measure", INFORMANTS) if query.get("measure") in MEASURES else INFORMANTS
    turns = query.get("n", "")
    branches = {str(node.code.uuid) for node in tree.walk()} | {TOP, EVERY}
    return Wanted(
        asked=asked(request, tree),
        way=way,
        within=min(int(turns), MOST_TURNS) if turns.isascii() and turns.isdigit() and len(turns) < 5 else 1,
        show=show,
        # Rolled up, the research questions would be the strongest pairs of every list.
        rolled_up=query.get("roll", "1" if show == GRID else "0") == "1",
        measure=INFORMANTS if measure == WORDS and way != OVERLAP else measure,
        down=query.get("down", TOP) if query.get("down") in branches else TOP,
        across=query.get("across", TOP) if query.get("across") in branches else TOP,
        sort=query.get("sort", ""),
    )


@project_view()
def together(request: ProjectRequest) -> HttpResponse:
    """The pairs, the strongest first, or codes by codes; `?format=csv|xlsx` is the pairs as a file."""
    tree = code_tree(request.project)
    wanted = _wanted(request, tree)
    table = cooccurrence(
        wanted.asked.scope, way=wanted.way, within=wanted.within, rolled_up=wanted.rolled_up, tree=tree
    )
    pairs = _pairs(table, tree, wanted)
    file_format = request.GET.get("format")
    if file_format in ("csv", "xlsx"):
        content = together_csv(table, pairs) if file_format == "csv" else together_xlsx(table, pairs)
        mime = FORMATS[file_format][1]
        return download(
            request, content, what="cooccurrence", file_format=file_format, mime=mime, many=len(pairs)
        )
    query = request.GET.copy()
    for name in ("format", "page"):
        query.pop(name, None)
    behind = f"{reverse('together_pair', args=[request.project.slug])}?{query.urlencode()}"
    context: dict[str, Any] = {
        "table": table,
        "wanted": wanted,
        "ways": WAYS,
        "measures": [(key, name) for key, name in MEASURES.items() if key != WORDS or wanted.counts_words],
        "branches": [node for node in tree.walk() if node.children],
        "limits": limits(wanted.asked.scope),
        "codes": bool(tree.by_id),
        "coded": bool(table.own.any()),
        "together": bool(pairs),
        "query": query.urlencode(),
        "behind": behind,
        "most_turns": MOST_TURNS,
        "saved": saved_views(request, ViewKind.TOGETHER),
    }
    if wanted.show == GRID:
        context |= _grid(table, tree, wanted, behind)
    else:
        page = page_of(request, pairs)
        context |= {
            "page": page,
            "shown": [(pair, _address(behind, pair), _per_cent(pair)) for pair in page.object_list],
            "headings": headings(_columns(wanted), wanted.sort),
        }
    return render(request, "together/page.html", context)


def _pairs(table: Together, tree: CodeTree, wanted: Wanted) -> list[Pair]:
    among = None
    if wanted.down not in (TOP, EVERY) and wanted.show == LIST:
        among = {node.code.pk for node in _find(tree, wanted.down).walk()}
    pairs = table.pairs(among)
    keys = {
        "first": lambda pair: pair.first.code.sort_key,
        "second": lambda pair: pair.second.code.sort_key,
        INFORMANTS: lambda pair: pair.informants,
        WORDS: lambda pair: pair.share or 0,
        PASSAGES: lambda pair: sum(pair.passages),
    }
    key = keys.get(wanted.sort.removeprefix("-"))
    return sorted(pairs, key=key, reverse=wanted.sort.startswith("-")) if key else pairs


def _columns(wanted: Wanted) -> list[tuple[str, str, bool]]:
    columns = [
        ("first", _("Code"), False),
        ("second", _("together with"), False),
        (INFORMANTS, _("Informants"), True),
    ]
    if wanted.counts_words:
        columns.append((WORDS, _("Words in both"), True))
    return [*columns, (PASSAGES, _("Passages of each"), True)]


def _address(behind: str, pair: Pair) -> str:
    return f"{behind}&first={pair.first.code.uuid}&second={pair.second.code.uuid}"


def _per_cent(pair: Pair) -> str:
    """Words in both as a share of those in either; not where few people stand behind it."""
    if pair.share is None or pair.base < SMALL_BASE:
        return ""
    return "<1 %" if pair.share < 0.005 else f"{round(100 * pair.share)} %"


@dataclass(frozen=True)
class Cell:
    """A number of the grid; `barred` for two codes of one branch."""

    count: int
    of: str
    heat: int
    address: str
    barred: bool


def _grid(table: Together, tree: CodeTree, wanted: Wanted, behind: str) -> dict[str, Any]:
    """Codes by codes as they are shown: the chosen branches, without codes that are on no passage."""
    place = {node.code.pk: number for number, node in enumerate(table.nodes)}
    across = wanted.across or wanted.down
    sides = []
    for branch in (wanted.down, across):
        nodes = [node for node in _chosen(tree, branch) if table.own[place[node.code.pk]]]
        sides.append(nodes)
    rows, columns = (nodes[:MOST_SIDE] for nodes in sides)
    pairs = [[table.pair(place[row.code.pk], place[column.code.pk]) for column in columns] for row in rows]
    shares = [_strength(pair, wanted.measure) for line in pairs for pair in line]
    most = max(shares, default=0) or 1
    barred = [
        [bool(table.barred[place[row.code.pk], place[column.code.pk]]) for column in columns] for row in rows
    ]
    return {
        "columns": columns,
        "left_out": max(len(nodes) for nodes in sides) > MOST_SIDE,
        "rows": [
            (
                row,
                [
                    _cell(pair, wanted.measure, most, _address(behind, pair), barred=off)
                    for pair, off in zip(line, offs, strict=True)
                ],
            )
            for row, line, offs in zip(rows, pairs, barred, strict=True)
        ],
    }


def _strength(pair: Pair, measure: str) -> float:
    if measure == INFORMANTS:
        return pair.informants / max(1, pair.base)
    if measure == WORDS:
        return pair.share or 0
    return pair.passages[0] / max(1, pair.own[0])


def _cell(pair: Pair, measure: str, most: float, address: str, *, barred: bool) -> Cell:
    strength = _strength(pair, measure)
    # Informants are coloured as in the matrix, by their share of all; the others by the strongest.
    heat = math.ceil(HEAT_STEPS * (strength if measure == INFORMANTS else strength / most))
    count, base = {
        INFORMANTS: (pair.informants, pair.base),
        WORDS: (pair.words or 0, pair.either or 0),
        PASSAGES: (pair.passages[0], pair.own[0]),
    }[measure]
    return Cell(count, _("of %(base)s") % {"base": base}, min(HEAT_STEPS, heat), address, barred)


def _chosen(tree: CodeTree, branch: str) -> Sequence[CodeNode]:
    if branch == EVERY:
        return list(tree.walk())
    if branch == TOP:
        return [node for node in tree.walk() if node.depth <= 1]
    return list(_find(tree, branch).walk())


def _find(tree: CodeTree, key: str) -> CodeNode:
    for node in tree.walk():
        if str(node.code.uuid) == key:
            return node
    raise Http404


@project_view()
def pair(request: ProjectRequest) -> HttpResponse:
    """The passages behind a pair: those of the first code that meet the second, with what they meet marked.

    By the same informant: what each says under the one code and under the other.
    """
    tree = code_tree(request.project)
    wanted = _wanted(request, tree)
    first, second = (_find(tree, request.GET.get(name, "")) for name in ("first", "second"))
    sides = [
        tree.branch_ids(node.code.pk) if wanted.rolled_up else [node.code.pk] for node in (first, second)
    ]
    if set(tree.branch_ids(first.code.pk)) & set(tree.branch_ids(second.code.pk)):
        raise Http404
    scope = wanted.asked.scope
    found = meetings(scope, wanted.way, wanted.within, *sides)
    query = request.GET.copy()
    for name in ("first", "second", "page"):
        query.pop(name, None)
    other_way = f"?{query.urlencode()}&first={second.code.uuid}&second={first.code.uuid}"
    context: dict[str, Any] = {
        "first": first,
        "second": second,
        "wanted": wanted,
        "found": found,
        "places": len(found.places),
        "people": len(found.people),
        "base": people_counted(scope),
        "meets": what_meets(wanted.way, wanted.within),
        "limits": limits(scope),
        "other_way": other_way,
        "back": f"{reverse('together', args=[request.project.slug])}?{query.urlencode()}",
    }
    page: Any
    if wanted.way == INFORMANT:
        people = list(Informant.objects.filter(pk__in=found.people))
        page = Paginator(people, PEOPLE_ON_PAGE).get_page(request.GET.get("page"))
        names = {person.pk: person.pseudonym for person in page.object_list}
        context["said"] = [(names[said.who], said) for said in found.by_person(tree, list(names))]
    else:
        page = Paginator(found.places, PASSAGES_ON_PAGE).get_page(request.GET.get("page"))
        start = max(page.start_index() - 1, 0)
        context["shown"] = found.shown(tree, start, page.end_index())
    return render(request, "together/pair.html", context | {"page": page})


together_patterns = [
    path("analysis/together/", together, name="together"),
    path("analysis/together/pair/", pair, name="together_pair"),
]
