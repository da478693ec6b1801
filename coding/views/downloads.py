"""Files that leave a project: named, never shown in the browser, audited."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from coding.actions.exports import record_export
from coding.models import Project
from coding.views.guard import ProjectRequest

# What a file is named after. The history knows it by the key.
_NAMES = {
    "chart": _("Chart"),
    "codebook": _("Codebook"),
    "concordance": _("Concordance"),
    "cooccurrence": _("Codes together"),
    "frequencies": _("Frequencies"),
    "history": _("History"),
    "informants": _("Informants"),
    "kept-table": _("Kept table"),
    "quotations": _("Quotations"),
    "report": _("Report"),
    "words": _("Words"),
}
_FOLDED = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})


def download(
    request: ProjectRequest, content: bytes, *, what: str, file_format: str, mime: str, many: int
) -> HttpResponse:
    """`content` as a file named after the project, what it holds and the day; noted in the history."""
    record_export(
        project=request.project, actor=request.member, what=what, file_format=file_format, many=many
    )
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = attachment(request.project, what, file_format)
    return response


def attachment(project: Project, what: str, file_format: str) -> str:
    """The header that names a file in the reader's language: the project, what it holds, the day. Behind "report-"
    stands the number of a part."""
    key, dash, part = what.partition("-") if what.startswith("report-") else (what, "", "")
    said = slugify(str(_NAMES.get(key, key)).lower().translate(_FOLDED)) or key
    name = f"{project.slug}-{said}{dash}{part}-{timezone.localdate().isoformat()}.{file_format}"
    return f'attachment; filename="{name}"'
