"""Papers that say what was removed: those of a project, and each by itself, which outlives its project."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from coding.models import User
from coding.permissions import check_can_oversee
from coding.reports.certificates import (
    certificate_for,
    certificates_of,
    figures,
    is_under_way,
    left_to_remove,
    oversees,
)
from coding.views.guard import ProjectRequest, project_view, signed_in


@project_view(right=check_can_oversee)
def certificates(request: ProjectRequest) -> HttpResponse:
    """All certificates of the project, for leads and data-protection officers."""
    context = {"rows": certificates_of(request.project), "place": "history"}
    return render(request, "certificates/list.html", context)


@signed_in
def certificate(request: HttpRequest, certificate: uuid.UUID) -> HttpResponse:
    """One certificate, for who made it and who oversees its project; for others there is none.

    While a removal is under way it says how far that is, and asks again by itself.
    """
    assert isinstance(request.user, User)
    found = certificate_for(request.user, certificate)
    if found is None:
        raise Http404
    left = left_to_remove(found) if is_under_way(found) else 0
    total = found.counts.get("sources", 0)
    context = {
        "certificate": found,
        "figures": figures(found.counts),
        "under_way": is_under_way(found),
        "oversees": oversees(request.user, found.project),
        "total": total,
        "done": max(0, total - left),
    }
    part = "#paper" if getattr(request, "htmx", None) else ""
    return render(request, f"certificates/certificate.html{part}", context)
