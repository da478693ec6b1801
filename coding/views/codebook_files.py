"""The codebook in and out: files to download, and a spreadsheet that is shown before it is imported."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.codebook import CodeRow, import_codes
from coding.actions.errors import Invalid
from coding.colours import tidy_colour
from coding.exporting.cells import unguard
from coding.exporting.codebook import as_csv, as_xlsx
from coding.exporting.codebook_document import as_docx
from coding.forms.codebook import CodebookFileForm
from coding.importing.codebook import ReadCodebook, read_codebook
from coding.importing.document import Refused
from coding.importing.messages import SENTENCES
from coding.importing.spreadsheets import Limits, read_rows
from coding.models import Role
from coding.models.names import search_key
from coding.reports.code_counts import code_counts, proposers
from coding.reports.codebook import code_tree
from coding.reports.codebook_plan import plan_import, problem_sentence, repeated_sentence
from coding.views.codebook import done
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view

MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
LIMITS = Limits(upload_bytes=5 * 1024 * 1024, unpacked_bytes=20 * 1024 * 1024, rows=5_000, columns=60)
_HELD = 60 * 60 * 24
_MOST_PROBLEMS = 20


@project_view()
def codebook_export(request: ProjectRequest, file_format: str) -> HttpResponse:
    """The codebook as CSV or XLSX (which import reads again), or as a Word document for the meeting."""
    if file_format not in MIMES:
        raise Http404
    tree = code_tree(request.project)
    many = sum(1 for root in tree.roots for _node in root.walk())
    if file_format == "csv":
        content = as_csv(tree)
    elif file_format == "xlsx":
        content = as_xlsx(tree, _("Codebook"))
    else:
        many += len(tree.proposed)
        content = as_docx(
            tree,
            title=request.project.title,
            counts=code_counts(request.project, request.member, tree),
            proposed_by=proposers(tree),
            made=timezone.localtime(),
        )
    return download(
        request, content, what="codebook", file_format=file_format, mime=MIMES[file_format], many=many
    )


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def codebook_import(request: ProjectRequest) -> HttpResponse:
    """Take a spreadsheet, show what it would do, and do it when told so."""
    tree = code_tree(request.project)
    if request.POST.get("held"):
        return _import(request)
    form = CodebookFileForm(request.POST or None, request.FILES or None)
    under = next((node for node in tree.walk() if str(node.code.uuid) == request.POST.get("under")), None)
    context: dict[str, Any] = {"form": form, "tree": tree, "under": under}
    if request.method != "POST" or not form.is_valid():
        return render(request, "codebook/import.html", context, status=422 if form.errors else 200)
    file = form.cleaned_data["file"]
    try:
        read = _read(file)
    except Refused as refused:
        form.add_error("file", _(SENTENCES[refused.message.code]) % dict(refused.message.params))
        return render(request, "codebook/import.html", context, status=422)
    for problem in read.problems[:_MOST_PROBLEMS]:
        form.add_error("file", problem_sentence(problem))
    if len(read.problems) > _MOST_PROBLEMS:
        more = len(read.problems) - _MOST_PROBLEMS
        form.add_error("file", _("And %(n)s more lines that cannot be imported.") % {"n": more})
    if form.errors:
        return render(request, "codebook/import.html", context, status=422)
    above = [form.cleaned_data["question"]] if form.cleaned_data["question"] else under.path if under else ()
    plan = plan_import(tree, read, above)
    context |= {
        "file_name": file.name,
        "plan": plan,
        "warnings": [repeated_sentence(line) for line in read.repeated],
        "held": _hold(request, read, above),
    }
    return render(request, "codebook/import_preview.html", context)


def _read(file: UploadedFile) -> ReadCodebook:
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.UPLOAD_DIR) as folder:
        copy = Path(folder) / "codebook"
        copy.write_bytes(file.read())
        rows = read_rows(copy, file.name or "", LIMITS)
        packed = copy.read_bytes()[:2] == b"PK"
    return read_codebook(rows, key=search_key, tidy_colour=tidy_colour, unguard=str if packed else unguard)


def _salt(request: ProjectRequest) -> str:
    return f"codebook-import-{request.project.pk}-{request.member.pk}"


def _hold(request: ProjectRequest, read: ReadCodebook, above: Sequence[str]) -> str:
    """What was read, signed, so that what is imported is what was shown."""
    rows = [[[*above, *line.path], line.texts, line.colour] for line in read.codes]
    return signing.dumps(rows, salt=_salt(request), compress=True)


def _import(request: ProjectRequest) -> HttpResponse:
    try:
        rows = signing.loads(request.POST["held"], salt=_salt(request), max_age=_HELD)
    except signing.BadSignature:
        raise Invalid(_("What was read of the file is no longer here. Choose the file once more.")) from None
    created, changed = import_codes(
        project=request.project,
        actor=request.member,
        rows=[CodeRow(tuple(names), texts, colour) for names, texts, colour in rows],
    )
    sentence = _("The codebook was imported: new codes: %(created)s, changed: %(changed)s.")
    return done(request, sentence % {"created": created, "changed": changed})


files_patterns = [
    path("codebook/import/", codebook_import, name="codebook_import"),
    path("codebook/export/<str:file_format>/", codebook_export, name="codebook_export"),
]
