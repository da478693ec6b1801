"""The key: who is who, in figures; opened, as a list of people, or taken out as a file."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from coding.actions.identities import export_key, look_at_people
from coding.exporting.key import FORMATS
from coding.models import Informant, Role
from coding.permissions import check_handles_identities
from coding.reports.key import key_state
from coding.views.guard import ProjectRequest, project_view


@project_view(right=check_handles_identities)
def key(request: ProjectRequest) -> HttpResponse:
    """What the key holds; `?open=1` shows who everybody is, which is noted."""
    people = None
    if request.GET.get("open") == "1":
        held = look_at_people(actor=request.member)
        informants = Informant.objects.filter(project=request.project).order_by("sort_key", "id")
        people = [(one, held.get(one.uuid, {})) for one in informants]
    return render(
        request,
        "key/key.html",
        {"state": key_state(request.project), "people": people, "place": "informants"},
    )


@project_view(Role.LEAD, methods=("POST",), right=check_handles_identities)
def key_file(request: ProjectRequest) -> HttpResponse:
    """The whole key as a file."""
    chosen = request.POST.get("format", "")
    if chosen not in FORMATS:
        raise Http404
    write, mime = FORMATS[chosen]
    response = HttpResponse(write(export_key(actor=request.member)), content_type=mime)
    name = f"{request.project.slug}-key-{timezone.localdate().isoformat()}.{chosen}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


key_patterns = [
    path("key/", key, name="key"),
    path("key/file/", key_file, name="key_file"),
]
