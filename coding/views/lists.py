"""What the lists share: headings that sort, pages of rows, and the line that says what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from coding.actions.undo import next_redo, next_undo
from coding.models import AuditEvent
from coding.views.guard import ProjectRequest

ROWS_ON_PAGE = 100


@dataclass(frozen=True)
class Heading:
    """A column's heading. `next` is what a click sorts by, `aria` how it is sorted now ("": by another column)."""

    key: str
    label: str
    next: str
    aria: str
    number: bool


def headings(columns: Sequence[tuple[str, str, bool]], sort: str) -> list[Heading]:
    """Headings of `columns` (key, label, whether it holds numbers), where `sort` is a key, with `-` for downwards.

    A click sorts names upwards and numbers downwards first, the other way when it is sorted so already.
    """
    made = []
    for key, label, number in columns:
        first = f"-{key}" if number else key
        other = key if number else f"-{key}"
        aria = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        made.append(Heading(key, label, other if sort == first else first, aria, number))
    return made


def page_of(request: HttpRequest, rows: Sequence[object], size: int = ROWS_ON_PAGE) -> Page:
    """The page of `rows` that the address asks for; one that is not there becomes the last."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def is_part(request: ProjectRequest) -> bool:
    """Whether the rows alone are asked for: a search as one types."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted


def undo_address(request: ProjectRequest, page: str) -> str:
    return reverse("undo", args=[request.project.slug, page])


def tell(request: ProjectRequest, sentence: str, page: str = "") -> None:
    """Say on the next page what was done; `page` names where it can be undone, which puts a button beside it."""
    messages.success(request, sentence, extra_tags=undo_address(request, page) if page else "")


def last_event(request: ProjectRequest, page: str) -> int | None:
    """Which event the member would undo on a page; to be asked before an action that may change nothing."""
    event = next_undo(request.member, page)
    return event.pk if event else None


def tell_change(request: ProjectRequest, sentence: str, page: str, before: int | None) -> None:
    """Like `tell`, but where nothing changed since `last_event` gave `before`, say so and offer nothing to undo."""
    if last_event(request, page) == before:
        messages.info(request, _("Nothing was changed."))
    else:
        tell(request, sentence, page)


@dataclass(frozen=True)
class UndoState:
    """What a member can undo and redo on a page."""

    address: str
    undo: AuditEvent | None
    redo: AuditEvent | None


def undo_state(request: ProjectRequest, page: str) -> UndoState:
    """For the two buttons of a page: what they would do now."""
    member = request.member
    return UndoState(undo_address(request, page), next_undo(member, page), next_redo(member, page))
