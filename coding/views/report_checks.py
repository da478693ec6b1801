"""Before a report leaves: the disclosure check, the balance of voices, and the files."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from coding import tasks
from coding.actions import disclosing
from coding.actions.errors import Conflict, Invalid
from coding.actions.names import listed_names
from coding.actions.report_files import file_of
from coding.exporting.report_files import FORMATS, write_report
from coding.forms.chapters import RuleForm
from coding.models import Attribute, Job, Report, Role
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.models.jobs import JobState
from coding.reports.chapters import balance, outline
from coding.reports.disclosure import enough_alike, populations
from coding.views.chapters import done, find_report, plan_of
from coding.views.downloads import attachment, download
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import page_of
from coding.views.report_quotations import find_quotation

# More quotations than these are written by the worker.
AT_ONCE = 150
ON_A_PAGE = 50


@project_view()
def disclosure(request: ProjectRequest, report: uuid.UUID) -> HttpResponse:
    """What is generalised, what is pointed out, what is held back, and what a lead has let out."""
    row = find_report(request, report)
    plan = plan_of(request, row)
    asked = [
        one
        for one in plan.quotations
        if one.held or one.exposed or one.indirect or one.attributed.generalised or one.overridden
    ]
    asked.sort(key=lambda one: (not one.held, not one.exposed, one.row.number))
    page = page_of(request, asked, ON_A_PAGE)
    context = {
        "report": row,
        "asked": asked,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "k": enough_alike(request.project),
        "here": "disclosure",
        "is_lead": request.member.is_lead,
    }
    return render(request, "chapters/disclosure.html", context)


@project_view(Role.LEAD, methods=("POST",))
def override(request: ProjectRequest, quotation: uuid.UUID) -> HttpResponse:
    """Let a quotation out with a reason, or with `act=hold` let the check hold again."""
    row = find_quotation(request, quotation)
    what = request.POST.get("what", "")
    if request.POST.get("act") == "hold":
        done(
            request,
            lambda: disclosing.withdraw_override(actor=request.member, quotation=row.uuid, what=what),
            _("The check holds again."),
        )
    else:
        reason, covers = request.POST.get("reason", ""), request.POST.get("covers", "")
        done(
            request,
            lambda: disclosing.override(
                actor=request.member, quotation=row.uuid, what=what, reason=reason, covers=covers
            ),
            _("The quotation goes out as it is. The reason stands in the history."),
        )
    return redirect("report_disclosure", request.project.slug, row.report.uuid)


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def rules(request: ProjectRequest) -> HttpResponse:
    """How many must share what is said of somebody, and how many people there are behind a type in a city."""
    attributes = {row.key: row for row in Attribute.objects.filter(project=request.project)}
    cities, kinds = (list(attributes[key].values.all()) for key in (CITY, INFORMANT_TYPE))
    form = RuleForm(request.POST or None, initial={"k": enough_alike(request.project)})
    sizes: dict[Any, int | None] = {}
    wrong = False
    if request.method == "POST":
        for city in cities:
            for kind in kinds:
                typed = request.POST.get(f"n-{city.uuid}-{kind.uuid}", "").strip()
                wrong = wrong or bool(typed and not (typed.isascii() and typed.isdigit() and len(typed) < 7))
                sizes[city.uuid, kind.uuid] = int(typed) if typed and not wrong else None
        if wrong:
            form.add_error(None, _("Write whole numbers of people."))
        if form.is_valid():
            try:
                disclosing.set_rule(actor=request.member, k=form.cleaned_data["k"])
                disclosing.set_populations(actor=request.member, sizes=sizes)
            except (Invalid, Conflict) as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The rules are saved."))
                return redirect("reports", request.project.slug)
    known = populations(request.project)
    table = [
        (
            kind,
            [
                (
                    city,
                    name := f"n-{city.uuid}-{kind.uuid}",
                    request.POST.get(name, "")
                    if request.method == "POST"
                    else known.get((kind.pk, city.pk), ""),
                )
                for city in cities
            ],
        )
        for kind in kinds
    ]
    context = {"form": form, "cities": cities, "table": table}
    return render(request, "chapters/rules.html", context, status=422 if form.errors else 200)


@project_view()
def voices(request: ProjectRequest, report: uuid.UUID) -> HttpResponse:
    """How many quotations each informant, city and type has: of the report, or of the chapter that `chapter` names."""
    row = find_report(request, report)
    plan = plan_of(request, row)
    number = request.GET.get("chapter", "")
    chosen = next((one for one in plan.chapters if one.number == number), None)
    quotations = chosen.quotations if chosen else plan.quotations
    context = {
        "report": row,
        "plan": plan,
        "chosen": chosen,
        "balance": balance(request.project, quotations),
        "here": "balance",
    }
    return render(request, "chapters/balance.html", context)


@project_view(methods=("GET", "HEAD", "POST"))
def export(request: ProjectRequest, report: uuid.UUID) -> HttpResponse:
    """Choose what leaves and in which form; a long file is made by the worker."""
    row = find_report(request, report)
    if request.method == "POST":
        return _export(request, row)
    plan = plan_of(request, row)
    context = {
        "report": row,
        "plan": plan,
        "formats": FORMATS,
        "held": plan.held,
        "here": "export",
        "part": request.GET.get("part", ""),
        "generalised": sum(1 for one in plan.quotations if one.attributed.generalised),
    }
    return render(request, "chapters/export.html", context)


def _export(request: ProjectRequest, report: Report) -> HttpResponse:
    form, part = request.POST.get("format", ""), request.POST.get("part", "")
    appendix = request.POST.get("appendix") == "on"
    if form not in FORMATS:
        return HttpResponse(status=400)
    many = report.quotations.filter(section__isnull=False).count()
    try:
        outline(report).only(part)
    except LookupError:
        messages.error(request, _("There is no chapter “%(number)s” in the report.") % {"number": part[:10]})
        return redirect("report_export", request.project.slug, report.uuid)
    if many > AT_ONCE:
        job = tasks.enqueue_report(report, request.member, part=part, file_format=form, appendix=appendix)
        return redirect("report_file", request.project.slug, job.uuid)
    written = write_report(
        report, form, listed_names(request.project), request.member, part=part, appendix=appendix
    )
    assert written is not None
    what = f"report-{part}" if part else "report"
    return download(
        request, written.content, what=what, file_format=form, mime=FORMATS[form], many=written.many
    )


@project_view()
def made(request: ProjectRequest, job: uuid.UUID) -> HttpResponse:
    """How far the worker is with a file; `?fetch` is the file, for whoever asked for it."""
    row = (
        Job.objects.filter(project=request.project, uuid=job, kind=tasks.REPORT)
        .select_related("project")
        .first()
    )
    if row is None or row.payload["member"] != request.member.pk:
        raise Http404
    path = file_of(row)
    ready = row.state == JobState.DONE and path.exists()
    form = row.payload["format"]
    if "fetch" in request.GET and ready:
        response = HttpResponse(path.read_bytes(), content_type=FORMATS[form])
        what = f"report-{row.payload['part']}" if row.payload["part"] else "report"
        response["Content-Disposition"] = attachment(request.project, what, form)
        return response
    waiting = row.state in (JobState.WAITING, JobState.RUNNING)
    report = Report.objects.filter(project=request.project, uuid=row.payload["report"]).first()
    if report is None:
        raise Http404
    context = {"job": row, "report": report, "ready": ready, "waiting": waiting, "here": "export"}
    return render(request, "chapters/file.html", context)


check_patterns = [
    path("reports/rules/", rules, name="report_rules"),
    path("reports/<uuid:report>/disclosure/", disclosure, name="report_disclosure"),
    path("reports/<uuid:report>/balance/", voices, name="report_balance"),
    path("reports/<uuid:report>/export/", export, name="report_export"),
    path("reports/files/<uuid:job>/", made, name="report_file"),
    path("reports/quotations/<uuid:quotation>/override/", override, name="report_override"),
]
