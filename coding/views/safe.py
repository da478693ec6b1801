"""Where a form sends a person afterwards."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from coding.views.guard import ProjectRequest


def next_address(request: ProjectRequest, fallback: str) -> str:
    """The form's `next` where it lies on this site, else the project's page `fallback`."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse(fallback, args=[request.project.slug])
