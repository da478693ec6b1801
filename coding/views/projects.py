"""A person's projects, a new one, and what a lead may change about one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from coding import retention
from coding.actions.errors import Invalid
from coding.actions.projects import create_project, slug_for, update_project
from coding.forms.projects import NewProjectForm, ProjectSettingsForm
from coding.models import Role, User
from coding.permissions import can_close
from coding.reports.certificates import of_removed_projects
from coding.reports.ending import ending_of
from coding.reports.members import projects_of
from coding.views.guard import ProjectRequest, project_view, signed_in


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@signed_in
def projects(request: HttpRequest) -> HttpResponse:
    """The projects in which the person takes part, with what is new in each."""
    user = _user(request)
    context = {"rows": projects_of(user), "certificates": of_removed_projects(user)}
    return render(request, "projects/list.html", context)


@signed_in
def new_project(request: HttpRequest) -> HttpResponse:
    """Make a project; who makes it is its lead."""
    form = NewProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        title = form.cleaned_data["title"]
        try:
            project = create_project(
                slug=slug_for(title),
                title=title,
                lead=_user(request),
                sources_public=form.cleaned_data["sources_public"],
            )
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            sentence = _("The project “%(title)s” is made. You are its lead.")
            messages.success(request, sentence % {"title": project.title})
            return redirect("project", project.slug)
    return render(request, "projects/new.html", {"form": form}, status=422 if form.errors else 200)


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def project_settings(request: ProjectRequest) -> HttpResponse:
    """A project's title, description, whether coders work blind, whether its sources are public, and its end."""
    form = ProjectSettingsForm.of(request.project)
    if request.method == "POST":
        form = ProjectSettingsForm(request.POST)
        if form.is_valid():
            try:
                update_project(actor=request.member, **form.cleaned_data)
            except Invalid as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                messages.success(request, _("The settings are saved."))
                return redirect("project_settings", request.project.slug)
    context = {
        "form": form,
        "ending": ending_of(request.project),
        "may_close": can_close(request.member),
        "grace": retention.kept("project_end").days,
    }
    return render(request, "projects/settings.html", context, status=422 if form.errors else 200)
