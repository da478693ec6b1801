"""The coding page of a source: its text, the codings as data for the browser, and the same as a list in words."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from coding.models import Source
from coding.reports.coding_page import listed, payload, source_blocks
from coding.reports.reading import reading_rows
from coding.views.coding_words import words
from coding.views.guard import ProjectRequest, project_view


@project_view()
def coding_page(request: ProjectRequest, source: Source) -> HttpResponse:
    """The page on which a source is read and coded."""
    data = payload(source, request.member)
    reading = reading_rows(request.member, [source.pk])[source.pk]
    blocks = source_blocks(source)
    context = {
        "source": source,
        "blocks": blocks,
        "numbered": len({block.number for block in blocks}) > 1,
        "data": data | {"position": reading.position},
        "reading": {"read": f"{reading.read_percent}\u00a0%", "coded": f"{reading.coded_percent}\u00a0%"},
        "words": words(),
        "may_code": data["may_code"],
        "finished": data["finished"],
        "others": [coder for coder in data["coders"] if coder[0] != request.member.pk],
    }
    return render(request, "coding_page/page.html", context)


@project_view()
def coding_list(request: ProjectRequest, source: Source) -> HttpResponse:
    """All codings of a source turn by turn, in words: for printing, and where no script runs."""
    return render(
        request, "coding_page/list.html", {"source": source, "turns": listed(source, request.member)}
    )


source_patterns = [
    path("sources/<uuid:source>/", coding_page, name="source"),
    path("sources/<uuid:source>/list/", coding_list, name="source_codings"),
]
