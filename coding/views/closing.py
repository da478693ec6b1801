"""The end of a project: what would go, and two forms that remove the key or all of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from coding import tasks
from coding.actions.closing import begin_removal, key_figures, project_figures, remove_key
from coding.actions.errors import Invalid
from coding.forms.projects import RemoveKeyForm, RemoveProjectForm
from coding.models import Role
from coding.permissions import can_close, check_can_close
from coding.reports.certificates import figures
from coding.reports.ending import ending_of
from coding.views.guard import ProjectRequest, project_view


@project_view(Role.LEAD)
def project_end(request: ProjectRequest) -> HttpResponse:
    """What the key and the project hold, and the two ways to end it."""
    return _page(request, RemoveKeyForm(), RemoveProjectForm())


def _page(request: ProjectRequest, key: RemoveKeyForm, whole: RemoveProjectForm) -> HttpResponse:
    held = key_figures(request.project)
    context = {
        "key_form": key,
        "project_form": whole,
        "form": key if key.errors else whole,
        "key": figures(held),
        "key_holds": sum(held.values()),
        "whole": figures(project_figures(request.project)),
        "ending": ending_of(request.project),
        "may_close": can_close(request.member),
        "place": "project_settings",
    }
    status = 422 if key.errors or whole.errors else 200
    return render(request, "projects/end.html", context, status=status)


@project_view(Role.LEAD, methods=("POST",), right=check_can_close)
def end_key(request: ProjectRequest) -> HttpResponse:
    """Remove the key; the answer is its certificate."""
    form = RemoveKeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, RemoveProjectForm())
    certificate = remove_key(actor=request.member, project=request.project)
    messages.success(request, _("The key is removed. This is the certificate."))
    return redirect("certificate", certificate.uuid)


@project_view(Role.LEAD, methods=("POST",), right=check_can_close)
def end_project(request: ProjectRequest) -> HttpResponse:
    """Close the project for everybody and let all of it be removed; the certificate says how far that is."""
    form = RemoveProjectForm(request.POST)
    if form.is_valid():
        try:
            certificate = begin_removal(
                actor=request.member,
                project=request.project,
                typed_title=form.cleaned_data["typed_title"],
            )
        except Invalid as refused:
            form.add_error("typed_title", str(refused))
        else:
            tasks.enqueue_removal(certificate)
            return redirect("certificate", certificate.uuid)
    return _page(request, RemoveKeyForm(), form)


closing_patterns = [
    path("settings/end/", project_end, name="project_end"),
    path("settings/end/key/", end_key, name="end_key"),
    path("settings/end/project/", end_project, name="end_project"),
]
