"""Files that leave a project: named, never shown in the browser, audited."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from coding.actions.exports import record_export
from coding.views.guard import ProjectRequest


def download(
    request: ProjectRequest, content: bytes, *, what: str, file_format: str, mime: str, many: int
) -> HttpResponse:
    """`content` as a file named after the project, what it holds and the day; noted in the history."""
    record_export(
        project=request.project, actor=request.member, what=what, file_format=file_format, many=many
    )
    name = f"{request.project.slug}-{what}-{timezone.localdate().isoformat()}.{file_format}"
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
