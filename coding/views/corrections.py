"""The text of a source and its versions: correcting it, and looking at the codings that a correction has cut."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions import corrections as action
from coding.actions.codings import keep_as_is, remove_codings, resize_coding
from coding.actions.corrections import text_page
from coding.actions.errors import Conflict, Invalid
from coding.anchoring.texts import TurnChange
from coding.forms.corrections import CorrectionForm, edited_turns
from coding.models import Coding, Role, Source
from coding.permissions import Denied, can_handle_identities, check_handles_identities, has_role
from coding.reports import corrections as report
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import page_of, tell, undo_state


@project_view()
def versions(request: ProjectRequest, source: Source) -> HttpResponse:
    """All versions of the text, and what one of them changed (`?version=`, else the newest that can be read)."""
    rows = report.versions(source)
    asked = request.GET.get("version", "")
    readable = [row.version for row in rows if row.comparable]
    shown = next((version for version in readable if str(version.number) == asked), None)
    if shown is None and not asked:
        shown = next(iter(readable), None)
    page = page_of(request, report.difference_to_previous(shown) if shown else [])
    earlier = [row for row in rows if row.state != "current" and not row.version.purged]
    context = {
        "source": source,
        "rows": rows,
        "shown": shown,
        "page": page,
        "earlier": earlier if can_handle_identities(request.member) else [],
        "may_correct": has_role(request.member, Role.CODER) and source.version is not None,
        "undo": undo_state(request, text_page(source)),
    }
    return render(request, "corrections/versions.html", context)


@project_view(methods=("POST",), right=check_handles_identities)
def purge(request: ProjectRequest, source: Source) -> HttpResponse:
    """Remove the earlier texts for good."""
    gone = action.purge_texts(actor=request.member, source=source)
    sentence = ngettext(
        "%(number)d earlier text was removed for good.",
        "%(number)d earlier texts were removed for good.",
        gone,
    )
    messages.success(request, sentence % {"number": gone})
    return redirect("source_text", request.project.slug, source.uuid)


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def correct(request: ProjectRequest, source: Source) -> HttpResponse:
    """The editing view. POST shows what would change (`do=preview`), stores it (`store`) or goes back (`edit`)."""
    if source.version is None:
        raise Http404
    if request.method != "POST":
        return _editing(request, source, {})
    form = CorrectionForm(request.POST)
    if form.error:
        return _editing(request, source, form.typed, error=form.error, status=422)
    if form.version != source.version.number:
        return _overtaken(request, source, form)
    changes = form.changes(report.written_turns(source.version))
    do = request.POST.get("do")
    if do == "edit":
        return _editing(request, source, changes)
    try:
        if do == "store":
            return _stored(request, source, form.version, changes)
        return _preview(request, source, changes)
    except Invalid as refused:
        return _editing(request, source, changes, error=str(refused), status=422)
    except Conflict as refused:
        source = Source.objects.select_related("version", "project").get(pk=source.pk)
        if source.version is None or source.version.number != form.version:
            return _overtaken(request, source, form)
        return _editing(request, source, changes, error=str(refused), status=409)


def _editing(
    request: ProjectRequest,
    source: Source,
    changes: dict[int, TurnChange],
    *,
    error: str = "",
    unplaced: list[report.Unplaced] | None = None,
    status: int = 200,
) -> HttpResponse:
    assert source.version is not None
    speakers = report.speakers_of(source)
    known = {None, *(speaker.pk for speaker in speakers)}
    turns = report.written_turns(source.version)
    context = {
        "source": source,
        "turns": edited_turns(turns, changes, known),
        "speakers": speakers,
        "error": error,
        "unplaced": unplaced or [],
    }
    return render(request, "corrections/edit.html", context, status=status)


def _overtaken(request: ProjectRequest, source: Source, form: CorrectionForm) -> HttpResponse:
    """The text is another one than the page showed: what was typed, in its turns as they are now."""
    assert source.version is not None
    before = report.version_of(source, form.version)
    old = report.written_turns(before) if before else []
    changes = form.changes(old)
    placed, unplaced = report.placed_anew(changes, old, report.written_turns(source.version))
    sentence = _("The text was changed in the meantime. Nothing was stored; your corrections stand below.")
    return _editing(request, source, placed, error=sentence, unplaced=unplaced, status=409)


def _preview(request: ProjectRequest, source: Source, changes: dict[int, TurnChange]) -> HttpResponse:
    assert source.version is not None
    new = action.plan_correction(source, changes)
    if new is None:
        return _editing(request, source, {}, error=_("Nothing is changed yet."), status=422)
    context = {
        "source": source,
        "version": source.version.number,
        "changes": changes,
        "changed": report.planned_difference(source, new),
        "fates": report.fates(source, new, request.member),
    }
    return render(request, "corrections/preview.html", context)


def _stored(
    request: ProjectRequest, source: Source, version: int, changes: dict[int, TurnChange]
) -> HttpResponse:
    stored = action.correct_text(actor=request.member, source=source, version=version, changes=changes)
    if stored is None:
        messages.info(request, _("Nothing was changed."))
    else:
        tell(request, _("Stored as version %(number)d.") % {"number": stored.number}, text_page(source))
    return redirect("source_text", request.project.slug, source.uuid)


@project_view()
def review(request: ProjectRequest, source: Source) -> HttpResponse:
    """The codings that a new text has cut, emptied or made equal to another one."""
    waiting = report.to_review(source, request.member)
    context = {
        "source": source,
        "waiting": waiting,
        "page": page_of(request, waiting),
        "mine": sum(one.coding.coder_id == request.member.pk for one in waiting),
        "may_code": has_role(request.member, Role.CODER),
        "undo": undo_state(request, str(source.uuid)),
    }
    return render(request, "corrections/review.html", context)


@project_view(Role.CODER, methods=("POST",))
def settle(request: ProjectRequest, source: Source, coding: uuid.UUID) -> HttpResponse:
    """Say what shall become of one's own coding: `do` is keep, remove, or turn (it covers the turn where it stood)."""
    try:
        sentence = _settled(request, source, coding)
    except (Conflict, Denied, Invalid) as refused:
        messages.error(request, str(refused))
    else:
        tell(request, sentence, str(source.uuid))
    return redirect("text_review", request.project.slug, source.uuid)


def _settled(request: ProjectRequest, source: Source, coding: uuid.UUID) -> str:
    named: dict[str, Any] = {"actor": request.member, "source": source}
    do = request.POST.get("do")
    if do == "keep":
        keep_as_is(coding=coding, **named)
        return _("The coding stays as it stands.")
    if do == "remove":
        if not remove_codings(uuids=[coding], **named):
            raise Conflict(_("A coding has been removed in the meantime."))
        return _("The coding is removed.")
    row = Coding.objects.filter(source=source, uuid=coding).first()
    around = report.turn_around(source, row.start) if row and do == "turn" else None
    if around is None:
        raise Conflict(_("A coding has been removed in the meantime."))
    resize_coding(coding=coding, start=around[0], end=around[1], **named)
    return _("The coding covers the turn now.")


source_patterns = [
    path("sources/<uuid:source>/text/", versions, name="source_text"),
    path("sources/<uuid:source>/text/correct/", correct, name="text_correct"),
    path("sources/<uuid:source>/text/purge/", purge, name="text_purge"),
    path("sources/<uuid:source>/text/review/", review, name="text_review"),
    path("sources/<uuid:source>/text/review/<uuid:coding>/", settle, name="text_settle"),
]
