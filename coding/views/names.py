"""Names out of the texts: every word that may identify somebody is looked at by a person, then replaced everywhere."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding import tasks
from coding.actions import names as action
from coding.actions.errors import Conflict, Invalid
from coding.forms.names import EVERYWHERE, KINDS, DecisionForm, PlaceForm
from coding.language.replacing import KEEP, REPLACE, Decision
from coding.models import Source
from coding.permissions import check_handles_identities
from coding.reports import names as report
from coding.views.guard import ProjectRequest, project_view


def _decisions(request: ProjectRequest) -> list[Decision]:
    """What was decided so far: a look into the key for each page, not for each key pressed on it."""
    return action.look_at_words(actor=request.member)


def _context(request: ProjectRequest, found: report.Review, **more: object) -> dict[str, object]:
    everything = request.GET.get("all") == "1"
    return {
        "review": found,
        "place": "sources",
        "kinds": KINDS,
        "everything": everything,
        "replace": REPLACE,
        "keep": KEEP,
        **more,
    }


@project_view(methods=("GET", "HEAD", "POST"), right=check_handles_identities)
def names(request: ProjectRequest) -> HttpResponse:
    """All words that wait and all decided ones, over all sources at once; POST decides about one of them."""
    error, typed, status = "", {}, 200
    if request.method == "POST":
        form = DecisionForm(request.POST)
        try:
            if not form.is_valid():
                raise Invalid(_("Choose what shall be done with it."))
            _decide(request, form)
            if request.htmx:
                return render(request, "names/decided.html", {"given": form.cleaned_data, "kinds": KINDS})
            return redirect(f"{reverse('names', args=[request.project.slug])}?{request.GET.urlencode()}")
        except (Invalid, Conflict) as refused:
            error, status = str(refused), 422
            if request.htmx:
                return HttpResponse(error, status=400, content_type="text/plain")
            typed = {"term": request.POST.get("term", ""), "replacement": request.POST.get("replacement", "")}
    job = tasks.enqueue_suggesting(request.project)
    everything, idle = request.GET.get("all") == "1", request.GET.get("idle") == "1"
    if request.htmx:
        shown = {"job": job, "everything": everything, "idle": idle}
        answer = render(request, "names/review.html#searching", shown)
        if idle and not job:
            answer["HX-Refresh"] = "true"
        return answer
    found = report.review(request.member, _decisions(request), everything=everything)
    # Nothing is in hand that a reload would take away: the page comes again when the search is over.
    idle = not found.waiting
    context = _context(request, found, error=error, typed=typed, job=job, idle=idle)
    return render(request, "names/review.html", context, status=status)


def _decide(request: ProjectRequest, form: DecisionForm) -> None:
    given = form.cleaned_data
    if given["verdict"] == "open":
        action.take_back(actor=request.member, term=given["term"])
        return
    action.decide(
        actor=request.member,
        term=given["term"],
        kind=given["kind"],
        verdict=given["verdict"],
        replacement=given["replacement"],
    )


@project_view(methods=("GET", "HEAD", "POST"), right=check_handles_identities)
def source_names(request: ProjectRequest, source: Source) -> HttpResponse:
    """One text with everything marked that may identify somebody; what was missed is selected and added."""
    form = PlaceForm(request.POST or None, initial={"version": source.version_id})
    if request.method == "POST" and form.is_valid() and _placed(request, source, form):
        return redirect("source_names", request.project.slug, source.uuid)
    decisions = _decisions(request)
    found = report.review(request.member, decisions, only=source)
    context = {
        "source": source,
        "place": "sources",
        "form": form,
        "lines": report.lines(source, decisions),
        "looked": next(iter(found.sources), None),
        "indirect": found.indirect,
    }
    return render(request, "names/source.html", context, status=422 if form.errors else 200)


def _placed(request: ProjectRequest, source: Source, form: PlaceForm) -> bool:
    given = form.cleaned_data
    try:
        if given["verdict"] == EVERYWHERE:
            action.decide(
                actor=request.member,
                term=given["term"],
                kind=given["kind"],
                verdict=REPLACE,
                replacement=given["replacement"],
            )
        else:
            action.mark(
                actor=request.member,
                source=source,
                version=given["version"],
                start=given["start"],
                end=given["end"],
                verdict=given["verdict"],
                replacement=given["replacement"],
                note=given["note"],
            )
    except Invalid as refused:
        form.add_error(refused.field if refused.field in form.fields else "term", str(refused))
        return False
    messages.success(request, _("Noted. Nothing is changed before you replace."))
    return True


@project_view(methods=("POST",), right=check_handles_identities)
def unmark(request: ProjectRequest, source: Source, mark: uuid.UUID) -> HttpResponse:
    """Take a mark away."""
    action.unmark(actor=request.member, source=source, mark=mark)
    return redirect("source_names", request.project.slug, source.uuid)


@project_view(methods=("GET", "HEAD", "POST"), right=check_handles_identities)
def replace_names(request: ProjectRequest) -> HttpResponse:
    """What replacing will do, source by source; POST does it in all texts, or in none."""
    if request.method == "POST":
        done = action.replace_names(actor=request.member)
        tasks.enqueue_suggesting(request.project)
        said = _("Replaced: %(places)d places. Sources: %(sources)d.")
        messages.success(request, said % {"places": done.places, "sources": done.sources})
        if done.to_review:
            said = ngettext(
                "%(number)d coding was cut by it and waits for its coder.",
                "%(number)d codings were cut by it and wait for their coders.",
                done.to_review,
            )
            messages.warning(request, said % {"number": done.to_review})
        return redirect("names", request.project.slug)
    plans = report.replacement_plan(request.member, _decisions(request))
    context = {
        "plans": plans,
        "place": "sources",
        "places": sum(plan.places for plan in plans),
        "cut": sum(plan.cut for plan in plans),
    }
    return render(request, "names/replace.html", context)


name_patterns = [
    path("names/", names, name="names"),
    path("names/replace/", replace_names, name="names_replace"),
    path("names/<uuid:source>/", source_names, name="source_names"),
    path("names/<uuid:source>/marks/<uuid:mark>/", unmark, name="source_unmark"),
]
