"""Linking many speakers at once from a spreadsheet: a template out, a preview, then the import."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.attributes import PAGE
from coding.actions.errors import Invalid
from coding.actions.informants import import_informants
from coding.actions.informants_import import informant_rows, rehearse_import
from coding.exporting.cells import write_csv
from coding.forms.informants import MOST_BYTES, MOST_ROWS, LinesForm, SpreadsheetForm
from coding.importing.document import Refused
from coding.importing.messages import SENTENCES
from coding.importing.spreadsheets import Limits, Row, read_rows
from coding.models import Role
from coding.reports.informants import template_rows
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import tell

LIMITS = Limits(upload_bytes=MOST_BYTES, unpacked_bytes=4 * MOST_BYTES, rows=MOST_ROWS)


def read_upload(file: UploadedFile) -> list[Row]:
    """The rows of an upload, which is on disk only while it is read. Raises Invalid."""
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.UPLOAD_DIR) as folder:
        copied = Path(folder) / "upload"
        with copied.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        try:
            return read_rows(copied, file.name or "", LIMITS, unguarded=True)
        except Refused as refused:
            sentence = _(SENTENCES[refused.message.code]) % dict(refused.message.params)
            raise Invalid(sentence, "file") from None


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def informants_import(request: ProjectRequest) -> HttpResponse:
    """Upload a spreadsheet and see what it would do."""
    form = SpreadsheetForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            lines = [(row.line, dict(row.cells)) for row in read_upload(form.cleaned_data["file"])]
            context["rehearsal"] = rehearse_import(actor=request.member, rows=informant_rows(lines))
        except Invalid as error:
            form.add_error("file", str(error))
        else:
            context["rows"] = len(lines)
            context["lines"] = LinesForm(initial={"lines": json.dumps(lines, ensure_ascii=False)})
    return render(request, "informants/import.html", context, status=422 if form.errors else 200)


@project_view(Role.CODER, methods=("POST",))
def apply(request: ProjectRequest) -> HttpResponse:
    """Import the lines that the preview showed."""
    form = LinesForm(request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
    rows = informant_rows(form.cleaned_data["lines"])
    linked = import_informants(project=request.project, actor=request.member, rows=rows)
    sentence = ngettext("%(count)d speaker is linked.", "%(count)d speakers are linked.", linked) % {
        "count": linked
    }
    tell(request, sentence, PAGE)
    return redirect("informants", request.project.slug)


@project_view(Role.CODER)
def template(request: ProjectRequest) -> HttpResponse:
    """A spreadsheet to fill in, with every speaker that is not linked yet."""
    rows = template_rows(request.member)
    return download(
        request,
        write_csv(rows),
        what="informants",
        file_format="csv",
        mime="text/csv; charset=utf-8",
        many=len(rows) - 1,
    )


import_patterns = [
    path("informants/import/", informants_import, name="informants_import"),
    path("informants/import/apply/", apply, name="informants_apply"),
    path("informants/template/", template, name="informants_template"),
]
