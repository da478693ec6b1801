"""Codings suggested by a search, by indicator words or by who speaks: a preview to choose from, and what waits."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coding.actions.errors import Conflict, Invalid
from coding.actions.passages import Stretch
from coding.actions.suggested import (
    MOST_SUGGESTED,
    SUGGESTIONS_PAGE,
    confirm_coding,
    reject_codings,
    suggest_codings,
)
from coding.models import Code, Coding, Informant, Role, Speaker
from coding.models.codings import Origin
from coding.permissions import Denied
from coding.reports import suggesting as report
from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.reports.suggesting import Suggestions
from coding.views.asking import Asked, answered, asked, changed, common
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import last_event, tell_change, undo_address, undo_state

ON_PAGE = 50
WAYS = {
    Origin.SEARCH.value: gettext_lazy("By a search"),
    Origin.INDICATORS.value: gettext_lazy("By indicator words"),
    Origin.SPEAKER.value: gettext_lazy("By who speaks"),
}
# Chosen as `code`: every code that has indicator words.
EVERY_CODE = "all"
_PICKED = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,18})-(\d{1,9})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class _Page:
    """What the address asks for."""

    way: str
    wanted: Asked
    tree: CodeTree
    code: str
    turns: bool
    informants: list[Informant]
    speakers: list[Speaker]
    who: Informant | Speaker | None

    @property
    def chosen(self) -> Code | None:
        return next((node.code for node in self.tree.walk() if str(node.code.uuid) == self.code), None)

    @property
    def with_indicators(self) -> list[Code]:
        """The codes that are asked about: the chosen one and those below it, as far as they have indicator words."""
        nodes = list(self.tree.walk())
        if self.code != EVERY_CODE:
            nodes = [below for node in nodes if str(node.code.uuid) == self.code for below in node.walk()]
        return [node.code for node in nodes if report.indicator_lines(node.code)]


def _read(request: ProjectRequest) -> _Page:
    query, wanted = request.GET, asked(request)
    way = query.get("by", "")
    way = way if way in WAYS else Origin.SEARCH.value
    informants, speakers = report.speakers(wanted.scope) if way == Origin.SPEAKER else ([], [])
    known: dict[str, Informant | Speaker] = {f"i-{one.uuid}": one for one in informants}
    known |= {f"s-{one.pk}": one for one in speakers}
    return _Page(
        way=way,
        wanted=wanted,
        tree=code_tree(request.project),
        code=query.get("code", ""),
        turns=query.get("unit", "turn") != "words",
        informants=informants,
        speakers=speakers,
        who=known.get(query.get("who", "")),
    )


def _found(request: ProjectRequest, asking: _Page) -> tuple[Suggestions | None, str]:
    """What might be coded (None: nothing is asked yet), or why it cannot be said."""
    scope, member, code = asking.wanted.scope, request.member, asking.chosen
    if asking.way == Origin.INDICATORS:
        codes = asking.with_indicators
        return (report.by_indicators(scope, member, codes, turns=asking.turns) if codes else None), ""
    if code is None:
        return None, ""
    if asking.way == Origin.SPEAKER:
        return (report.by_speaker(scope, member, code, asking.who) if asking.who else None), ""
    return answered(
        asking.wanted,
        lambda scope, question, **how: report.by_search(
            scope, member, code, question, turns=asking.turns, **how
        ),
    )


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def suggest(request: ProjectRequest) -> HttpResponse:
    """What might be coded, to choose from; POST puts what is ticked among the suggestions that wait."""
    if request.method == "POST":
        return _put(request)
    asking = _read(request)
    found, why = _found(request, asking)
    listed = report.with_words(asking.wanted.scope, found.found[:MOST_SUGGESTED] if found else ())
    nodes = list(asking.tree.walk())
    read, waiting = (found.read, found.waiting) if found else (0, 0)
    context = common(request, asking.wanted, read=read, waiting=waiting) | {
        "asking": asking,
        "ways": [(key, name, changed(request, by=key)) for key, name in WAYS.items()],
        "nodes": [node for node in nodes if asking.way != Origin.INDICATORS or _has_indicators(node.walk())],
        "who_key": request.GET.get("who", ""),
        "every_code": EVERY_CODE,
        "found": found,
        "why": why,
        "listed": listed,
        "more": len(found.found) - len(listed) if found else 0,
        "most": MOST_SUGGESTED,
        "many_codes": len({one.code.pk for one in listed}) > 1,
        "pending": report.waiting(request.member).count(),
        "undo": undo_state(request, SUGGESTIONS_PAGE),
    }
    return render(request, "analysis/suggest.html", context, status=422 if why else 200)


def _has_indicators(branch: Iterable[CodeNode]) -> bool:
    return any(report.indicator_lines(node.code) for node in branch)


def _put(request: ProjectRequest) -> HttpResponse:
    back = f"{request.path}?{request.GET.urlencode()}"
    way = request.GET.get("by", Origin.SEARCH.value)
    before = last_event(request, SUGGESTIONS_PAGE)
    try:
        wanted = [_picked(value) for value in request.POST.getlist("pick")]
        many = suggest_codings(
            actor=request.member, wanted=wanted, origin=way if way in WAYS else Origin.SEARCH.value
        )
    except (Conflict, Denied, Invalid) as refused:
        messages.error(request, str(refused))
        return redirect(back)
    sentence = ngettext(
        "%(n)d passage is suggested. It counts when you have confirmed it.",
        "%(n)d passages are suggested. Each counts when you have confirmed it.",
        many,
    )
    tell_change(request, sentence % {"n": many}, SUGGESTIONS_PAGE, before)
    return redirect("suggestions", request.project.slug)


def _picked(value: str) -> tuple[int, Stretch]:
    """A box of the preview: code, source, version, start, end. Raises Invalid."""
    found = _PICKED.fullmatch(value)
    if found is None:
        raise Invalid(_("The request could not be understood. Load the page again."))
    code, source, version, start, end = map(int, found.groups())
    return code, Stretch(source, version, start, end)


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def suggestions(request: ProjectRequest) -> HttpResponse:
    """What is suggested to the member and waits, in the order of the texts; POST rejects all that is left of it."""
    codings = report.waiting(request.member)
    if request.method == "POST":
        before = last_event(request, SUGGESTIONS_PAGE)
        many = reject_codings(
            actor=request.member, codings=list(codings.values_list("uuid", flat=True)[:MOST_SUGGESTED])
        )
        sentence = ngettext("%(n)d suggestion is rejected.", "%(n)d suggestions are rejected.", many)
        tell_change(request, sentence % {"n": many}, SUGGESTIONS_PAGE, before)
        return redirect("suggestions", request.project.slug)
    pages = Paginator(codings, ON_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pages": pages.get_elided_page_range(page.number),
        "shown": report.in_context(request.member, list(page.object_list), code_tree(request.project)),
        "most": MOST_SUGGESTED,
        "undo": undo_state(request, SUGGESTIONS_PAGE),
    }
    return render(request, "analysis/suggestions.html", context)


@project_view(Role.CODER, methods=("POST",))
def settle_suggestion(request: ProjectRequest, coding: uuid.UUID) -> HttpResponse:
    """Confirm (`do`: confirm) or reject (reject) one of them. To htmx nothing is left of it on the page."""
    row = report.waiting(request.member).filter(uuid=coding).first()
    try:
        if row is None:
            raise Conflict(_("This is no longer suggested: it was confirmed or rejected in the meantime."))
        sentence = _settled(request, row)
    except (Conflict, Denied, Invalid) as refused:
        if request.htmx:
            return HttpResponse(str(refused), status=409, content_type="text/plain")
        messages.error(request, str(refused))
        return redirect("suggestions", request.project.slug)
    address = undo_address(request, SUGGESTIONS_PAGE)
    if request.htmx:
        told = {"text": sentence, "level": "success", "undo": {"url": address}}
        return HttpResponse("", headers={"HX-Trigger": json.dumps({"status": told})})
    messages.success(request, sentence, extra_tags=address)
    return redirect(f"{reverse('suggestions', args=[request.project.slug])}?{request.GET.urlencode()}")


def _settled(request: ProjectRequest, row: Coding) -> str:
    """Do what the form says; the sentence that tells of it. Raises Conflict, Denied, Invalid."""
    do, named = request.POST.get("do"), {"code": row.code.name}
    if do == "confirm":
        confirm_coding(actor=request.member, source=row.source, coding=row.uuid, page=SUGGESTIONS_PAGE)
        return _("Confirmed: %(code)s") % named
    if do == "reject":
        reject_codings(actor=request.member, codings=[row.uuid])
        return _("Rejected: %(code)s") % named
    raise Invalid(_("Choose what shall be done with it."))


suggesting_patterns = [
    path("analysis/suggest/", suggest, name="suggest"),
    path("analysis/suggestions/", suggestions, name="suggestions"),
    path("analysis/suggestions/<uuid:coding>/", settle_suggestion, name="settle_suggestion"),
]
