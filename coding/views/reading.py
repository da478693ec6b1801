"""Finding the way from the coding page: what has been read, and the next coding of a code in another source."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from django.urls import path, reverse

from coding.actions.reading import note_reading
from coding.models import Source
from coding.reports.neighbours import neighbour
from coding.reports.reading import reading_rows
from coding.views.codings import Answer, Body, answers, misread
from coding.views.guard import ProjectRequest, project_view


@project_view(methods=("POST",))
@answers
def note(request: ProjectRequest, source: Source) -> Answer:
    """Note what one has read: `spans` [[start, end), ...] and `position` in the text `version`; answers how far."""
    body = Body(request)
    note_reading(
        actor=request.member,
        source=source,
        version=body.integer("version"),
        spans=body.stretches("spans"),
        position=body.integer("position"),
    )
    row = reading_rows(request.member, [source.pk])[source.pk]
    return {"read": row.read_percent, "coded": row.coded_percent}


@project_view()
@answers
def next_source(request: ProjectRequest, source: Source) -> Answer:
    """The next (or, with `direction` -1, the previous) coding of `code` in another source, as an address; or none.

    `shown` is JSON: the coders (ids) whom one chose to see, by source.
    """
    try:
        code = uuid.UUID(request.GET.get("code", ""))
    except ValueError:
        raise misread() from None
    back = request.GET.get("direction") == "-1"
    found = neighbour(request.member, source, code, back=back, shown=_shown(request.GET.get("shown", "{}")))
    if found is None:
        return {"url": None}
    page = reverse("source", args=[request.project.slug, found.source])
    return {"url": f"{page}#o={found.start}-{found.end}&u={found.coding}"}


def _shown(given: str) -> Mapping[uuid.UUID, set[int]]:
    try:
        chosen = {uuid.UUID(source): {*map(int, coders)} for source, coders in json.loads(given).items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise misread() from None
    return chosen


source_patterns = [
    path("sources/<uuid:source>/reading/", note, name="source_reading"),
    path("sources/<uuid:source>/neighbour/", next_source, name="source_neighbour"),
]
