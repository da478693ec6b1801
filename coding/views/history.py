"""Who did what and when in a project."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from coding.reports.history import KINDS, history_of, history_rows, people
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import page_of

PER_PAGE = 50


@project_view()
def history(request: ProjectRequest) -> HttpResponse:
    """The actions, the newest first, a page at a time: a lead sees everybody's, others their own."""
    person, kind = request.GET.get("person", ""), request.GET.get("kind", "")
    events: Any = history_of(request.member, person=person, kind=kind)
    page = page_of(request, events, PER_PAGE)
    context = {
        "page": page,
        "rows": history_rows(request.member, list(page)),
        "kinds": [(key, name) for key, (name, _beginnings) in KINDS.items()],
        "kind": kind,
        "person": person,
        "people": people(request.project) if request.member.is_lead else [],
        "narrowed": bool(person or kind),
    }
    return render(request, "history/list.html", context)
