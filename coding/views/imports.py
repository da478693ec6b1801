"""Bringing files in: upload, what became of each, and the page on which a person says who speaks."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from coding import tasks
from coding.actions import imports
from coding.actions.errors import Conflict, Invalid
from coding.actions.import_storing import store_draft
from coding.forms.imports import UploadForm
from coding.importing.document import Message
from coding.importing.reading import Limits
from coding.importing.text import ENCODINGS
from coding.models import Role
from coding.models.jobs import DraftState, ImportBatch, ImportDraft
from coding.permissions import check_can_see_import
from coding.reports import imports as report
from coding.views.guard import ProjectRequest, project_view
from coding.views.import_draft import DraftPage


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def upload(request: ProjectRequest) -> HttpResponse:
    """Choose files. With script each comes in a request of its own, which is answered in JSON."""
    limit = Limits().upload_bytes
    form = UploadForm(request.POST or None, request.FILES or None, limit=limit)
    wants_json = request.headers.get("accept", "").startswith("application/json")
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, limit=limit)
        if form.is_valid():
            return _receive(request, form, wants_json)
        if wants_json:
            sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return JsonResponse({"error": sentence}, status=400)
    context = {
        "form": form,
        "limit": limit,
        "open_batches": report.open_batches(request.member),
        "place": "sources",
    }
    return render(request, "imports/upload.html", context, status=422 if form.is_bound else 200)


def _receive(request: ProjectRequest, form: UploadForm, wants_json: bool) -> HttpResponse:
    key = request.POST.get("batch", "")
    batch = _find_batch(request, _uuid(key)) if key else imports.open_batch(actor=request.member)
    problem = ""
    for name in request.POST.getlist("too_big"):
        problem = _refuse(request, batch, name, form)
    for file in form.cleaned_data["chosen"]:
        problem = _keep(request, batch, file, form)
    address = reverse("import_batch", args=[request.project.slug, batch.uuid])
    if wants_json:
        return JsonResponse({"batch": str(batch.uuid), "address": address, "error": problem})
    return redirect(address)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _keep(request: ProjectRequest, batch: ImportBatch, file: UploadedFile, form: UploadForm) -> str:
    """Why the file was not kept, if it was not."""
    if getattr(file, "too_big", False):
        return _refuse(request, batch, file.name or "", form)
    draft = imports.add_file(
        actor=request.member,
        batch=batch,
        name=file.name or "",
        content=file.chunks(),
        cleared=form.cleaned_data["cleared"] == "yes",
        position=form.cleaned_data["position"],
    )
    tasks.enqueue_reading(draft)
    return ""


def _refuse(request: ProjectRequest, batch: ImportBatch, name: str, form: UploadForm) -> str:
    message = Message("too_big", {"limit": Limits().upload_bytes // (1024 * 1024)})
    position = form.cleaned_data["position"]
    imports.refuse_file(actor=request.member, batch=batch, name=name, message=message, position=position)
    return report.sentence(message)


def _find_batch(request: ProjectRequest, key: uuid.UUID) -> ImportBatch:
    batch = ImportBatch.objects.select_related("project").filter(project=request.project, uuid=key).first()
    if batch is None:
        raise Http404
    check_can_see_import(request.member, batch)
    return batch


def _find_draft(request: ProjectRequest, batch: uuid.UUID, key: uuid.UUID) -> ImportDraft:
    found = _find_batch(request, batch)
    draft = (
        ImportDraft.objects.select_related("batch__project", "source").filter(batch=found, uuid=key).first()
    )
    if draft is None:
        raise Http404
    return draft


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def import_batch(request: ProjectRequest, batch: uuid.UUID) -> HttpResponse:
    """One line per file; while something goes on in the background, the lines ask for themselves anew."""
    found = _find_batch(request, batch)
    if request.method == "POST":
        _change_batch(request, found, request.POST.get("do", ""))
        return redirect("import_batch", request.project.slug, found.uuid)
    progress = report.progress(found, request.member, storing=tasks.storing(found) is not None)
    context = {"batch": found, "progress": progress, "place": "sources"}
    return render(request, "imports/batch.html#lines" if request.htmx else "imports/batch.html", context)


def _change_batch(request: ProjectRequest, batch: ImportBatch, order: str) -> None:
    verb, _colon, key = order.partition(":")
    if verb == "store":
        tasks.enqueue_storing(batch, request.member)
    elif verb in ("dismiss", "dismiss_all"):
        drafts = batch.drafts.exclude(state=DraftState.STORED)
        chosen = list(drafts.filter(uuid=_uuid(key)) if verb == "dismiss" else drafts)
        for draft in chosen:
            imports.dismiss(actor=request.member, draft=draft)
        number = len(chosen)
        said = ngettext("%(number)s file was dismissed.", "%(number)s files were dismissed.", number)
        messages.success(request, said % {"number": number})
    else:
        raise Invalid(_("The request could not be understood. Go back and try again."))


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def import_draft(request: ProjectRequest, batch: uuid.UUID, draft: uuid.UUID) -> HttpResponse:
    """One file as it would be stored, and everything about it that a person can decide."""
    found = _find_draft(request, batch, draft)
    if found.state == DraftState.STORED:
        return redirect("import_batch", request.project.slug, batch)
    if found.state != DraftState.READY:
        return _not_ready(request, found)
    page = DraftPage(request, found)
    return _post(request, page) if request.method == "POST" else page.answer()


def _not_ready(request: ProjectRequest, draft: ImportDraft) -> HttpResponse:
    if request.method == "POST":
        verb = request.POST.get("do", "")
        if verb == "again":
            _again(request, draft)
        elif verb == "dismiss":
            imports.dismiss(actor=request.member, draft=draft)
            return redirect("import_batch", request.project.slug, draft.batch.uuid)
        return redirect("import_draft", request.project.slug, draft.batch.uuid, draft.uuid)
    if request.htmx and draft.state == DraftState.REFUSED:
        return HttpResponseClientRefresh()
    line = next(
        line
        for line in report.progress(draft.batch, request.member, storing=False).lines
        if line.uuid == draft.uuid
    )
    context: dict[str, Any] = {"draft": draft, "line": line, "place": "sources"}
    if draft.state == DraftState.REFUSED:
        context["encodings"] = DraftPage.encodings(draft)
    template = "imports/waiting.html#waiting" if request.htmx else "imports/waiting.html"
    return render(request, template, context)


def _again(request: ProjectRequest, draft: ImportDraft) -> None:
    encoding = request.POST.get("encoding", "")
    draft = imports.read_again(
        actor=request.member,
        draft=draft,
        encoding=encoding if encoding in ENCODINGS else "",
        with_speakers=request.POST.get("no_speakers") != "yes",
    )
    tasks.enqueue_reading(draft)


def _post(request: ProjectRequest, page: DraftPage) -> HttpResponse:
    draft = page.draft
    slug, batch = request.project.slug, draft.batch.uuid
    verb, _colon, rest = request.POST.get("do", "save").partition(":")
    if verb == "dismiss":
        imports.dismiss(actor=request.member, draft=draft)
        messages.success(request, _("The file was dismissed."))
        return redirect("import_batch", slug, batch)
    if verb == "again":
        _again(request, draft)
        return redirect("import_draft", slug, batch, draft.uuid)
    if verb in ("split", "join", "turn"):
        return _edit_turn(request, page, verb, rest)
    if not page.save():
        return page.answer(status=422)
    if verb == "label":
        imports.accept_label(actor=request.member, draft=page.draft, label=rest)
        messages.success(request, _("“%(label)s” is a speaker now.") % {"label": rest})
        return redirect("import_draft", slug, batch, draft.uuid)
    if verb != "store":
        messages.success(request, _("What you decided was saved."))
        return redirect(page.address())
    following = report.next_ready(draft)
    try:
        source = store_draft(actor=request.member, draft=page.draft)
    except Invalid as error:
        page.form.add_error(error.field if error.field in page.form.fields else None, str(error))
        return page.answer(status=422)
    messages.success(request, _("“%(title)s” was stored.") % {"title": source.title})
    if following is not None:
        return redirect("import_draft", slug, batch, following.uuid)
    return redirect("import_batch", slug, batch)


def _edit_turn(request: ProjectRequest, page: DraftPage, verb: str, rest: str) -> HttpResponse:
    """Split, join or give away a turn. What else stands in the form is kept too, where it can be."""
    saved = page.save()
    try:
        said, key = page.edit_turn(verb, rest)
    except ValueError:
        raise Conflict(_("The text is divided differently by now. Load the page anew.")) from None
    if request.htmx:
        answer = page.answer_turns(key, form_too=saved)
        return trigger_client_event(answer, "status", {"text": said, "level": "success"})
    if not saved:
        return page.answer(status=422)
    messages.success(request, said)
    return redirect(page.address(key))
