"""What the pages about words share: what an address asks for, whose words it asks about, and texts that wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from coding import tasks
from coding.language.queries import Misasked
from coding.models import Source
from coding.reports.passages import Scope
from coding.reports.search import why_not
from coding.reports.selection import Filter, conditions, filters, source_of
from coding.views.guard import ProjectRequest

# Longer questions are cut before they are read: no question of the most words that may be asked is longer.
LONGEST_QUESTION = 2_000

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Asked:
    """A question and whose words it is asked of; what the address does not say, or says wrongly, is as by default."""

    scope: Scope
    filters: list[Filter]
    question: str
    whole: bool
    interviewers: bool
    source: Source | None

    @property
    def narrowed(self) -> int:
        """How many choices limit whose words are asked about, or add to them."""
        return sum(
            [*(bool(item.chosen) for item in self.filters), self.source is not None, self.interviewers]
        )


def asked(request: ProjectRequest) -> Asked:
    """The address read."""
    query = request.GET
    chosen = filters(request.project, query)
    source = source_of(request.member, query.get("source", ""))
    scope = Scope(
        project=request.project,
        member=request.member,
        values=conditions(chosen),
        sources=None if source is None else frozenset({source.pk}),
    )
    return Asked(
        scope=scope,
        filters=chosen,
        question=query.get("q", "")[:LONGEST_QUESTION].strip(),
        whole=query.get("whole") == "1",
        interviewers=query.get("interviewers") == "1",
        source=source,
    )


def answered(wanted: Asked, ask: Callable[..., Answer]) -> tuple[Answer | None, str]:
    """What `ask` finds (None: there is no question, or none that can be asked), and why it cannot be asked."""
    if not wanted.question:
        return None, ""
    try:
        found = ask(
            wanted.scope, wanted.question, compounds=not wanted.whole, interviewers=wanted.interviewers
        )
    except Misasked as refused:
        return None, why_not(refused)
    return found, ""


def common(request: ProjectRequest, wanted: Asked, *, read: int, waiting: int) -> dict[str, Any]:
    """What the templates of these pages need besides their own. Texts that wait are ordered to be read."""
    if waiting:
        tasks.enqueue_indexing(request.project)
    sources = Source.objects.visible_to(request.member).order_by("sort_key", "id")
    return {
        "wanted": wanted,
        "sources": [(str(key), title) for key, title in sources.values_list("uuid", "title")],
        "source_key": str(wanted.source.uuid) if wanted.source else "",
        "read": read,
        "waiting": waiting,
        "texts": read + waiting,
        "here": request.get_full_path(),
        "query": _without(request, "page", "format"),
        "everybody": _without(request, "page", "format", "source", *(item.name for item in wanted.filters)),
    }


def _without(request: ProjectRequest, *names: str) -> str:
    """The address's query without some of its parameters."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def changed(request: ProjectRequest, **values: str) -> str:
    """The address's query with other values, those that are empty left out, from the first page."""
    query = request.GET.copy()
    for name in ("page", "format"):
        query.pop(name, None)
    for name, value in values.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return query.urlencode()
