"""Who did what and when in a project: a page, and for those who oversee it a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from coding.exporting.audit import FORMATS
from coding.permissions import can_oversee, check_can_oversee
from coding.reports.audit import audit_rows
from coding.reports.history import (
    KINDS,
    ONLY,
    SYSTEM,
    WITHOUT,
    history_of,
    history_rows,
    people,
    visible_sources,
)
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import page_of

PER_PAGE = 50


@project_view()
def history(request: ProjectRequest) -> HttpResponse:
    """The actions, the newest first, a page at a time: leads and data-protection officers see everybody's.

    `?format=csv|xlsx` is all that the filters leave, as a file. Reading is not noted, taking out is.
    """
    member = request.member
    narrowed = _narrowed(request)
    events: Any = history_of(member, **narrowed)
    file_format = request.GET.get("format", "")
    if file_format in FORMATS:
        check_can_oversee(member)
        write, mime = FORMATS[file_format]
        content = write(audit_rows(member, events))
        many = events.count()
        return download(request, content, what="history", file_format=file_format, mime=mime, many=many)
    page = page_of(request, events, PER_PAGE)
    oversees = can_oversee(member)
    context = {
        "page": page,
        "rows": history_rows(member, list(page)),
        "kinds": [(key, name) for key, (name, _beginnings) in KINDS.items()],
        "people": people(request.project) if oversees else [],
        "sources": visible_sources(member),
        "oversees": oversees,
        "asked": narrowed,
        "narrowed": any(narrowed.values()),
        "system": SYSTEM,
        "without": WITHOUT,
        "only": ONLY,
    }
    return render(request, "history/list.html", context)


def _narrowed(request: ProjectRequest) -> dict[str, Any]:
    """The filters of the address; a day that is none is left out, and the page then shows an empty field."""
    asked: dict[str, Any] = {
        name: request.GET.get(name, "") for name in ("person", "kind", "source", "looks")
    }
    return asked | {name: _day(request.GET.get(name, "")) for name in ("since", "until")}


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    # A day at the end of the calendar has no midnight in another time zone.
    return day if day is not None and 1900 <= day.year < 9999 else None
