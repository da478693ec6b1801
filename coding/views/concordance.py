"""The concordance: each hit on a line, sorted by what stands beside it."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy

from coding.exporting.words import lines_as_csv
from coding.models.analysis import ViewKind
from coding.reports.concordance import SORTS, SOURCE, Concordance, concordance, shown
from coding.views.asking import answered, asked, common
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view
from coding.views.saved_views import saved_views
from coding.views.search import nothing, ways_out

LINES_ON_PAGE = 100
NAMES = {
    "source": gettext_lazy("Source"),
    "l1": gettext_lazy("First word to the left"),
    "l2": gettext_lazy("Second word to the left"),
    "l3": gettext_lazy("Third word to the left"),
    "r1": gettext_lazy("First word to the right"),
    "r2": gettext_lazy("Second word to the right"),
    "r3": gettext_lazy("Third word to the right"),
}


@project_view()
def concordance_page(request: ProjectRequest) -> HttpResponse:
    """The lines, page by page; `?format=csv` is all of them as a file."""
    wanted = asked(request)
    sort = request.GET.get("sort", SOURCE)
    sort = sort if sort in SORTS else SOURCE
    answer, why = answered(wanted, partial(concordance, sort=sort))
    answer = answer or Concordance(nothing(wanted))
    found, lines = answer.found, answer.lines
    if request.GET.get("format") == "csv" and lines:
        content = lines_as_csv(shown(wanted.scope, lines))
        return download(
            request, content, what="concordance", file_format="csv", mime="text/csv", many=len(lines)
        )
    pages = Paginator(lines, LINES_ON_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "analysis/concordance.html",
        common(request, wanted, read=found.read, waiting=found.waiting)
        | {
            "saved": saved_views(request, ViewKind.CONCORDANCE),
            "found": found,
            "why": why,
            "page": page,
            "pages": pages.get_elided_page_range(page.number),
            "lines": shown(wanted.scope, list(page.object_list)),
            "sort": sort,
            "sorts": [(key, NAMES[key]) for key in SORTS],
            "ways_out": ways_out(request, wanted, found.left_out),
        },
    )


concordance_patterns = [path("analysis/concordance/", concordance_page, name="concordance")]
