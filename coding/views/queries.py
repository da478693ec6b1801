"""Queries: codes and words that stand together or do not, what is found in context, and a code for all of it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding import tasks
from coding.actions.errors import Conflict, Invalid
from coding.actions.passages import MOST_STRETCHES, QUERIES_PAGE, Stretch, code_stretches
from coding.models import Code, Coding, Role, Source
from coding.models.analysis import ViewKind
from coding.models.codings import Origin
from coding.permissions import has_role
from coding.reports.codebook import CodeTree, code_tree
from coding.reports.limits import limits
from coding.reports.meeting import MOST_TURNS, OVERLAP
from coding.reports.pairs import lit
from coding.reports.queries import Answer, answer
from coding.reports.questions import (
    MOST_CONDITIONS,
    RELATIONS,
    WITH_TURNS,
    Condition,
    Question,
    Unanswerable,
    question_of,
)
from coding.reports.quotations import quotations
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import last_event, tell_change, undo_state
from coding.views.matrix_choices import asked
from coding.views.saved_views import saved_views

PASSAGES_ON_PAGE = 25
LONGEST_WORDS = 2_000
HIT = "hit"
# The parameters of a row, each of which an address gives once for every row.
ROW = ("join", "code", "below", "words", "way", "n")


def _conditions(request: ProjectRequest, tree: CodeTree) -> list[Condition]:
    """The rows of the form. Raises Unanswerable."""
    columns = [request.GET.getlist(name) for name in ROW]
    many = max(map(len, columns))
    if many > MOST_CONDITIONS:
        raise Unanswerable(_("Ask for at most %(n)s conditions at once.") % {"n": MOST_CONDITIONS})
    nodes = {str(node.code.uuid): node for node in tree.walk()}
    rows = []
    for place in range(many):
        join, code, below, words, way, turns = (
            column[place] if place < len(column) else "" for column in columns
        )
        if code and code not in nodes:
            raise Unanswerable(_("A code of this query is no longer in the codebook. Choose another one."))
        rows.append(
            Condition(
                join=join if join in ("and", "or", "not") else "and",
                way=way if way in RELATIONS else OVERLAP,
                within=_number(turns or "1"),
                node=nodes.get(code),
                below=below != "0",
                words=words[:LONGEST_WORDS].strip(),
            )
        )
    return rows


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


@dataclass(frozen=True)
class Asking:
    """What an address asks and what is found, or why nothing can be."""

    rows: list[Condition]
    question: Question | None
    found: Answer | None
    why: str


def _ask(request: ProjectRequest, tree: CodeTree) -> Asking:
    rows: list[Condition] = []
    question = None
    try:
        rows = _conditions(request, tree)
        if all(row.empty for row in rows):
            return Asking(rows, None, None, "")
        question = question_of(rows)
        return Asking(rows, question, answer(asked(request, tree).scope, question), "")
    except Unanswerable as refused:
        return Asking(rows, question, None, str(refused))


@project_view()
def queries(request: ProjectRequest) -> HttpResponse:
    """The rows of the question, what is asked in words, and what is found, in context.

    `add` shows one row more; `remove` takes the row of that number away.
    """
    without = _number(request.GET.get("remove", ""))
    if without is not None:
        query = request.GET.copy()
        query.pop("remove")
        for name in ROW:
            values = query.getlist(name)
            query.setlist(name, [value for place, value in enumerate(values) if place != without])
        return redirect(f"{request.path}?{query.urlencode()}")
    tree = code_tree(request.project)
    asking = _ask(request, tree)
    rows = asking.rows or [Condition()]
    if request.GET.get("add") == "1" and len(rows) < MOST_CONDITIONS:
        rows = [*rows, Condition()]
    wanted = asked(request, tree)
    query = request.GET.copy()
    for name in ("page", "add", "spread"):
        query.pop(name, None)
    context: dict[str, Any] = {
        "asking": asking,
        "rows": rows,
        "wanted": wanted,
        "nodes": list(tree.walk()),
        "relations": RELATIONS,
        "with_turns": WITH_TURNS,
        "most_turns": MOST_TURNS,
        "room": len(rows) < MOST_CONDITIONS,
        "limits": [(limit.text, _without(request, limit.names)) for limit in limits(wanted.scope)],
        "query": query.urlencode(),
        "pairs": [(name, value) for name, values in query.lists() for value in values],
        "here": request.get_full_path(),
        "may_code": has_role(request.member, Role.CODER),
        "undo": undo_state(request, QUERIES_PAGE),
        "saved": saved_views(request, ViewKind.QUERY),
    }
    if asking.found is not None:
        context |= _found(request, tree, asking.found)
    return render(request, "queries/page.html", context)


def _without(request: ProjectRequest, names: Sequence[str]) -> str:
    query = request.GET.copy()
    for name in (*names, "page"):
        query.pop(name, None)
    return f"?{query.urlencode()}"


def _found(request: ProjectRequest, tree: CodeTree, found: Answer) -> dict[str, Any]:
    if found.waiting:
        tasks.enqueue_indexing(request.project)
    page = Paginator(found.places, PASSAGES_ON_PAGE).get_page(request.GET.get("page"))
    start = max(page.start_index() - 1, 0)
    listed = found.passages(start, page.end_index())
    shown = [
        lit(item, [(*hit, HIT) for hit in found.hits_in(place)])
        for item, place in zip(quotations(found.scope, listed, tree), page.object_list, strict=True)
    ]
    context: dict[str, Any] = {
        "found": found,
        "page": page,
        "shown": shown,
        "read": found.read,
        "waiting": found.waiting,
        "texts": found.read + found.waiting,
        "too_many": len(found.places) > MOST_STRETCHES,
        "most": MOST_STRETCHES,
    }
    code = _code(tree, request.GET.get("spread", ""))
    if code is not None and has_role(request.member, Role.CODER):
        context["preview"] = _preview(request, found, code)
    return context


def _code(tree: CodeTree, key: str) -> Code | None:
    return next((node.code for node in tree.walk() if str(node.code.uuid) == key), None)


@dataclass(frozen=True)
class Preview:
    """What putting a code on all results would do. `elsewhere` are sources in which another's codings are counted."""

    code: Code
    passages: int
    present: int
    new: int
    elsewhere: int
    seen: str


def _preview(request: ProjectRequest, found: Answer, code: Code) -> Preview:
    stretches = _stretches(found)
    places = {(one.version, one.start, one.end) for one in stretches}
    mine = Coding.objects.filter(
        project=request.project,
        coder=request.member,
        code=code,
        review="",
        version__in={p[0] for p in places},
    )
    present = len(places & set(mine.values_list("version_id", "start", "end")))
    others = Source.objects.filter(pk__in={one.source for one in stretches}, primary_coder__isnull=False)
    return Preview(
        code=code,
        passages=len(stretches),
        present=present,
        new=len(stretches) - present,
        elsewhere=others.exclude(primary_coder=request.member).count(),
        seen=_fingerprint(stretches),
    )


def _stretches(found: Answer) -> list[Stretch]:
    """The results as an action takes them: in the texts that were asked."""
    versions = dict(
        Source.objects.filter(pk__in={place[0] for place in found.places}).values_list("id", "version_id")
    )
    return [Stretch(source, versions[source] or 0, start, end) for source, start, end in found.places]


def _fingerprint(stretches: Sequence[Stretch]) -> str:
    """What tells these results from others, so that nobody codes what they have not seen."""
    told = ";".join(f"{one.source},{one.version},{one.start},{one.end}" for one in stretches)
    return hashlib.sha256(told.encode()).hexdigest()


@project_view(Role.CODER, methods=("POST",))
def spread(request: ProjectRequest) -> HttpResponse:
    """Put a code on all results of the query in the address, as it was in the preview; undone at once."""
    tree = code_tree(request.project)
    query = request.GET.copy()
    query.pop("spread", None)
    back = redirect(f"{reverse('queries', args=[request.project.slug])}?{query.urlencode()}")
    asking = _ask(request, tree)
    if asking.found is None or not asking.found.places:
        messages.error(request, asking.why or _("The query finds nothing now. Nothing was coded."))
        return back
    stretches = _stretches(asking.found)
    if _fingerprint(stretches) != request.POST.get("seen"):
        messages.error(request, _("The query finds something else now. Look at it again; nothing was coded."))
        return back
    before = last_event(request, QUERIES_PAGE)
    try:
        key = uuid.UUID(request.POST.get("code", ""))
        many = code_stretches(actor=request.member, stretches=stretches, code=key, origin=Origin.QUERY)
    except ValueError:
        messages.error(request, _("This code is no longer in the codebook."))
    except (Invalid, Conflict) as refused:
        messages.error(request, str(refused))
    else:
        sentence = ngettext(
            "%(n)s passage has “%(code)s” now.", "%(n)s passages have “%(code)s” now.", many
        ) % {"n": many, "code": Code.objects.get(project=request.project, uuid=key).name}
        tell_change(request, sentence, QUERIES_PAGE, before)
    return back


query_patterns = [
    path("analysis/queries/", queries, name="queries"),
    path("analysis/queries/code/", spread, name="queries_code"),
]
