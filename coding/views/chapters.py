"""Reports: the list, one report with its chapters in order, one chapter with its quotations, settings."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from coding.actions import chapters
from coding.actions.errors import Conflict, Invalid
from coding.actions.names import listed_names
from coding.exporting.quotation_text import block, inline
from coding.exporting.report_manuscript import quote_of
from coding.forms.chapters import ReportForm, ReportSettingsForm
from coding.models import Attribute, Chapter, Report, Role, Section, Theme
from coding.permissions import Denied, has_role
from coding.reports.chapters import ReportPlan, is_approved, outline, report_plan
from coding.reports.codebook import code_tree
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import tell, undo_state
from coding.views.safe import next_address


def find_report(request: ProjectRequest, key: uuid.UUID) -> Report:
    """A report of the project. Raises Http404."""
    row = Report.objects.filter(project=request.project, uuid=key).select_related("project").first()
    if row is None:
        raise Http404
    return row


def plan_of(request: ProjectRequest, report: Report, part: str = "") -> ReportPlan:
    """The report, or a part of it, as the member sees it, with attributions in the report's own language."""
    tree, names = code_tree(request.project), listed_names(request.project)
    with translation.override(report.language):
        return report_plan(report, tree, names, request.member, part=part)


def done(request: ProjectRequest, act: Callable[[], Any], sentence: str, page: str = "") -> bool:
    """Carry out an action and say so, or say why not."""
    try:
        act()
    except (Invalid, Conflict, Denied) as refused:
        messages.error(request, str(refused))
        return False
    tell(request, sentence, page)
    return True


@project_view()
def reports(request: ProjectRequest) -> HttpResponse:
    """All reports of the project."""
    rows = Report.objects.filter(project=request.project)
    listed = [
        (row, outline(row).chapters, row.quotations.filter(section__isnull=False).count()) for row in rows
    ]
    return render(request, "chapters/reports.html", {"reports": listed, "is_lead": request.member.is_lead})


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def new_report(request: ProjectRequest) -> HttpResponse:
    form = ReportForm(request.POST or None, initial={"language": translation.get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            row = chapters.create_report(actor=request.member, **form.cleaned_data)
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The report is made, with a chapter for each research question."))
            return redirect("report", request.project.slug, row.uuid)
    return render(request, "chapters/new.html", {"form": form}, status=422 if form.errors else 200)


@project_view()
def report(request: ProjectRequest, report: uuid.UUID) -> HttpResponse:
    """A report's chapters and sections in order, with how much stands in each."""
    row = find_report(request, report)
    plan = plan_of(request, row)
    context = {
        "report": row,
        "plan": plan,
        "here": "chapters",
        "may_change": has_role(request.member, Role.CODER),
        "undo": undo_state(request, chapters.page_of(row)),
    }
    return render(request, "chapters/report.html", context)


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def settings(request: ProjectRequest, report: uuid.UUID) -> HttpResponse:
    """The title, the language, how people are named; and deleting the report."""
    row = find_report(request, report)
    names = ("title", "language", "pattern", "attributes", "footnotes", "print_wordings")
    known = Attribute.objects.filter(project=request.project)
    form = ReportSettingsForm(
        request.POST or None, initial={name: getattr(row, name) for name in names}, attributes=list(known)
    )
    if request.method == "POST" and form.is_valid():
        try:
            chapters.set_report(actor=request.member, report=row.uuid, **form.cleaned_data)
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            tell(request, _("The settings are saved."), chapters.page_of(row))
            return redirect("report", request.project.slug, row.uuid)
    context = {"form": form, "report": row, "here": "settings"}
    return render(request, "chapters/settings.html", context, status=422 if form.errors else 200)


@project_view(Role.LEAD, methods=("POST",))
def delete(request: ProjectRequest, report: uuid.UUID) -> HttpResponse:
    """Delete a report for good; its title is typed to confirm."""
    row = find_report(request, report)
    typed = request.POST.get("typed_title", "")
    if done(
        request,
        lambda: chapters.delete_report(actor=request.member, report=row.uuid, typed_title=typed),
        _("The report is deleted."),
    ):
        return redirect("reports", request.project.slug)
    return redirect("report_settings", request.project.slug, row.uuid)


@project_view(Role.CODER, methods=("POST",))
def add_chapter(request: ProjectRequest, report: uuid.UUID) -> HttpResponse:
    row = find_report(request, report)
    title = request.POST.get("title", "")
    done(
        request,
        lambda: chapters.add_chapter(actor=request.member, report=row.uuid, title=title),
        _("The chapter is added."),
        chapters.page_of(row),
    )
    return redirect("report", request.project.slug, row.uuid)


@project_view()
def chapter(request: ProjectRequest, chapter: uuid.UUID) -> HttpResponse:
    """One chapter: its sections, with summaries and quotations."""
    row = (
        Chapter.objects.select_related("report").filter(report__project=request.project, uuid=chapter).first()
    )
    if row is None:
        raise Http404
    report = find_report(request, row.report.uuid)
    chapters_of = outline(report).chapters
    place = next(n for n, one in enumerate(chapters_of) if one.chapter.pk == row.pk)
    (shown,) = plan_of(request, report, chapters_of[place].number).chapters
    with translation.override(report.language):
        copies = {
            one.row.pk: (inline(quote_of(one), report.language), block(quote_of(one)))
            for one in shown.quotations
            if not one.held
        }
    context = {
        "report": report,
        "shown": shown,
        "sections": [
            (section, [(one, copies.get(one.row.pk)) for one in section.quotations])
            for section in shown.sections
        ],
        "themes": Theme.objects.filter(project=request.project),
        "approved": {
            theme.pk
            for section in shown.sections
            for theme, summary in section.themes
            if is_approved(summary)
        },
        "before": chapters_of[place - 1] if place else None,
        "after": chapters_of[place + 1] if place + 1 < len(chapters_of) else None,
        "may_change": has_role(request.member, Role.CODER),
        "undo": undo_state(request, chapters.page_of(report)),
    }
    return render(request, "chapters/chapter.html", context)


@project_view(Role.CODER, methods=("POST",))
def add_section(request: ProjectRequest, chapter: uuid.UUID) -> HttpResponse:
    title = request.POST.get("title", "")
    row = (
        Chapter.objects.select_related("report").filter(report__project=request.project, uuid=chapter).first()
    )
    if row is None:
        raise Http404
    done(
        request,
        lambda: chapters.add_section(actor=request.member, chapter=row.uuid, title=title),
        _("The section is added."),
        chapters.page_of(row.report),
    )
    return redirect(next_address(request, "reports"))


@project_view(Role.CODER, methods=("POST",))
def part(request: ProjectRequest, part: uuid.UUID) -> HttpResponse:
    """Move a chapter or a section (`act`: up, down, or place with `to`), rename it, or take it away."""
    report = _report_of(request, part)
    act, title = request.POST.get("act", ""), request.POST.get("title", "")
    member, page = request.member, chapters.page_of(report)
    if act == "rename":
        done(
            request,
            lambda: chapters.rename_part(actor=member, part=part, title=title),
            _("It is renamed."),
            page,
        )
    elif act == "delete":
        done(request, lambda: chapters.delete_part(actor=member, part=part), _("It is taken away."), page)
    else:
        to = place_of(request)
        if to is None:
            return HttpResponse(status=400)
        done(request, lambda: chapters.move_part(actor=member, part=part, to=to), _("It is moved."), page)
    return redirect(next_address(request, "reports"))


def place_of(request: ProjectRequest) -> str | int | None:
    """Where something is moved: up, down, or a place from 0; None for anything else."""
    act, to = request.POST.get("act", ""), request.POST.get("to", "")
    if act in (chapters.UP, chapters.DOWN):
        return act
    return int(to) if act == "place" and to.isascii() and to.isdigit() and len(to) < 6 else None


@project_view(Role.CODER, methods=("POST",))
def section_theme(request: ProjectRequest, section: uuid.UUID) -> HttpResponse:
    """Let a section take a theme's summary, or with `act=leave` no longer."""
    row = find_section(request, section)
    about = Theme.objects.filter(
        project=request.project, uuid__in=_uuids(request.POST.get("theme", ""))
    ).first()
    if about is None:
        raise Http404
    taken = request.POST.get("act") != "leave"
    done(
        request,
        lambda: chapters.take_theme(actor=request.member, section=row.uuid, theme=about.uuid, taken=taken),
        _("The summary is taken in.") if taken else _("The summary is taken out."),
        chapters.page_of(row.chapter.report),
    )
    return redirect(reverse("chapter", args=[request.project.slug, row.chapter.uuid]) + f"#s-{row.uuid}")


def find_section(request: ProjectRequest, key: uuid.UUID) -> Section:
    """A section of one of the project's reports. Raises Http404."""
    rows = Section.objects.select_related("chapter__report__project", "code")
    row = rows.filter(chapter__report__project=request.project, uuid=key).first()
    if row is None:
        raise Http404
    return row


def _uuids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []


def _report_of(request: ProjectRequest, key: uuid.UUID) -> Report:
    found = Chapter.objects.select_related("report").filter(report__project=request.project, uuid=key).first()
    return found.report if found else find_section(request, key).chapter.report


chapter_patterns = [
    path("reports/", reports, name="reports"),
    path("reports/new/", new_report, name="report_new"),
    path("reports/<uuid:report>/", report, name="report"),
    path("reports/<uuid:report>/settings/", settings, name="report_settings"),
    path("reports/<uuid:report>/delete/", delete, name="report_delete"),
    path("reports/<uuid:report>/chapters/", add_chapter, name="report_add_chapter"),
    path("reports/chapters/<uuid:chapter>/", chapter, name="chapter"),
    path("reports/chapters/<uuid:chapter>/sections/", add_section, name="chapter_add_section"),
    path("reports/parts/<uuid:part>/", part, name="report_part"),
    path("reports/sections/<uuid:section>/themes/", section_theme, name="section_theme"),
]
