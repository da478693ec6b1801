"""Taking quotations out: choose codes, cities and types, look at the passages, take the file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coding.exporting.quotation_text import passage_copies
from coding.exporting.quotations import FORMATS, withheld_note
from coding.models import Source
from coding.reports.chosen import choose
from coding.reports.codebook import CodeTree, code_tree
from coding.reports.consent import not_to_be_quoted
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope, passages
from coding.reports.quotations import quotations as quotations_of
from coding.reports.selection import Filter, chosen_codes, conditions, filters
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view

ON_A_PAGE = 50


@project_view()
def quotations(request: ProjectRequest) -> HttpResponse:
    """The chosen passages, page by page; `?format=docx|xlsx|csv|md` is all of them as a file."""
    query = request.GET
    tree = code_tree(request.project)
    chosen = filters(request.project, query)
    keys = query.getlist("code")
    codes = chosen_codes(tree, keys)
    scope = Scope(
        project=request.project,
        member=request.member,
        coders=ALL_CODERS if query.get("coders") == ALL_CODERS else PRIMARY,
        values=conditions(chosen),
    )
    if query.get("format") in FORMATS:
        selection = choose(scope, tree, codes, described=_described(tree, keys, chosen))
        write, mime = FORMATS[query["format"]]
        many = len(selection.quotations)
        return download(
            request, write(selection), what="quotations", file_format=query["format"], mime=mime, many=many
        )
    found = passages(scope, codes)
    barred = not_to_be_quoted(request.project)
    withheld = sum(1 for passage in found if not barred.isdisjoint(passage.everybody))
    pages = Paginator(found, ON_A_PAGE)
    page = pages.get_page(query.get("page"))
    rest = query.copy()
    rest.pop("page", None)
    return render(
        request,
        "quotations/quotations.html",
        {
            "tree": tree,
            "nodes": list(tree.walk()),
            "chosen_codes": set(keys),
            "filters": chosen,
            "coders": scope.coders,
            "page": page,
            "pages": pages.get_elided_page_range(page.number),
            "many": len(found),
            "withheld": withheld_note(withheld) if withheld else "",
            "informants": len({who for passage in found for who in passage.informants}),
            "quotations": quotations_of(scope, list(page.object_list), tree),
            "query": rest.urlencode(),
            "formats": FORMATS,
        },
    )


@project_view()
def copy_quotation(request: ProjectRequest, source: Source, start: int, end: int) -> HttpResponse:
    """One passage with its attribution, to be pasted. For htmx without the page."""
    tree = code_tree(request.project)
    scope = Scope(
        project=request.project, member=request.member, coders=ALL_CODERS, sources=frozenset({source.pk})
    )
    found = [one for one in passages(scope, list(tree.by_id)) if (one.start, one.end) == (start, end)]
    if not found:
        raise Http404
    (item,) = quotations_of(scope, found, tree)
    barred = not not_to_be_quoted(request.project).isdisjoint(item.passage.everybody)
    context = {
        "copies": None if barred else passage_copies(item, get_language() or ""),
        "attributed": item.attributed,
    }
    return render(request, "quotations/copy_dialog.html" if request.htmx else "quotations/copy.html", context)


def _described(tree: CodeTree, keys: list[str], chosen: list[Filter]) -> str:
    names = [node.path_text for node in tree.walk() if str(node.code.uuid) in keys]
    asked = [_("codes: %(names)s") % {"names": ", ".join(names) or _("all")}]
    asked += [item.described for item in chosen if item.chosen]
    return _("Chosen: %(what)s.") % {"what": "; ".join(asked)}


quotation_patterns = [
    path("quotations/", quotations, name="quotations"),
    path("quotations/<uuid:source>/<int:start>-<int:end>/", copy_quotation, name="copy_quotation"),
]
