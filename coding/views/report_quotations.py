"""Choosing quotations for a section; one quotation, how it is shown, and its print wording."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from coding.actions import chapters, quoting
from coding.actions.errors import Conflict, Invalid
from coding.actions.names import listed_names
from coding.anchoring.printing import marks_from
from coding.anchoring.printing import shown as shown_text
from coding.anchoring.spans import difference
from coding.exporting.quotation_text import block, inline
from coding.exporting.report_manuscript import quote_of
from coding.models import Coding, Evidence, ReportQuotation, Role
from coding.permissions import (
    Denied,
    can_see_snapshots,
    check_can_approve_wording,
    check_can_see_source,
    has_role,
)
from coding.reports.chapters import outline, quoted_in, used, uses
from coding.reports.codebook import CodeTree, code_tree
from coding.reports.passages import ALL_CODERS, PRIMARY, Passage, Scope, passages
from coding.reports.quotations import quotations
from coding.reports.report_quotations import Quoted
from coding.reports.selection import chosen_codes, conditions, filters
from coding.views.chapters import done, find_section, place_of
from coding.views.guard import ProjectRequest, find_source, project_view
from coding.views.lists import undo_state
from coding.views.safe import next_address

ON_A_PAGE = 25


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def choose(request: ProjectRequest, section: uuid.UUID) -> HttpResponse:
    """The passages of a code, or a summary's evidence, to choose quotations for a section from."""
    row = find_section(request, section)
    if request.method == "POST":
        return _add(request, section)
    tree = code_tree(request.project)
    wanted = request.GET.get("code", str(row.code.uuid) if row.code else "")
    codes = chosen_codes(tree, [wanted]) if wanted else []
    chosen = filters(request.project, request.GET)
    every = request.GET.get("coders") == ALL_CODERS
    scope = Scope(
        project=request.project,
        member=request.member,
        coders=ALL_CODERS if every else PRIMARY,
        values=conditions(chosen),
    )
    evidence = request.GET.get("from") == "evidence" and can_see_snapshots(request.member)
    found = _cited(scope, tree, row.pk) if evidence else passages(scope, codes) if codes else []
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    known = uses(request.project)
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "section": row,
        "report": row.chapter.report,
        "nodes": list(tree.walk()),
        "code": wanted,
        "filters": chosen,
        "every": every,
        "evidence": evidence,
        "has_evidence": row.themes.exists(),
        "many": len(found),
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "quotations": [
            (item, found_uses, quoted_in(found_uses, row.pk, item.passage.start, item.passage.end))
            for item in quotations(scope, list(page.object_list), tree)
            for found_uses in [used(known, item.source.pk, item.passage.start, item.passage.end)]
        ],
        "query": rest.urlencode(),
    }
    return render(request, "chapters/choose.html", context)


def _cited(scope: Scope, tree: CodeTree, section: int) -> list[Passage]:
    """The passages that are pinned to the summaries which the section takes, where they are coded still."""
    pinned = set(
        Evidence.objects.filter(summary__theme__sections__section=section, summary__by="").values_list(
            "coding", flat=True
        )
    )
    keys = set(Coding.objects.filter(uuid__in=pinned).values_list("pk", flat=True))
    return [one for one in passages(scope, list(tree.by_id)) if keys & set(one.codings)]


def _add(request: ProjectRequest, section: uuid.UUID) -> HttpResponse:
    place = find_section(request, section)
    try:
        source = find_source(request.member, uuid.UUID(request.POST.get("source", "")))
        start, end = int(request.POST.get("start", "")), int(request.POST.get("end", ""))
    except ValueError:
        return HttpResponse(status=400)
    done(
        request,
        lambda: quoting.add_quotation(
            actor=request.member, section=section, source=source, start=start, end=end
        ),
        _("The passage is quoted."),
        chapters.page_of(place.chapter.report),
    )
    return redirect(next_address(request, "reports"))


def find_quotation(request: ProjectRequest, key: uuid.UUID) -> ReportQuotation:
    """A quotation of one of the project's reports. Raises Http404, Denied."""
    rows = ReportQuotation.objects.select_related(
        "report__project", "section__chapter", "source", "version", "print_by", "approved_by"
    )
    row = rows.filter(report__project=request.project, uuid=key).first()
    if row is None:
        raise Http404
    check_can_see_source(request.member, row.source)
    return row


@project_view(methods=("GET", "HEAD"))
def quotation(request: ProjectRequest, quotation: uuid.UUID) -> HttpResponse:
    """One quotation: the words as they were said, as they are shown, and what differs."""
    return _page(request, find_quotation(request, quotation))


def _page(
    request: ProjectRequest,
    row: ReportQuotation,
    *,
    typed: str | None = None,
    wording: str | None = None,
    error: str = "",
) -> HttpResponse:
    with translation.override(row.report.language):
        quoted = Quoted(row.report, code_tree(request.project), listed_names(request.project), request.member)
        (shown,) = quoted.of([row])
        written = quote_of(shown)
        copies = None if shown.held else (inline(written, row.report.language), block(written))
    as_shown = shown_text(shown.original, marks_from(row.marks))
    context = {
        "row": row,
        "report": row.report,
        "shown": shown,
        "typed": as_shown if typed is None else typed,
        "wording": (row.print_wording or as_shown) if wording is None else wording,
        "difference": _difference(as_shown, row.print_wording) if row.print_wording else [],
        "copies": copies,
        "uses": used(uses(request.project), row.source_id, row.start, row.end),
        "sections": [one for chapter in outline(row.report).chapters for one in chapter.sections],
        "error": error,
        "may_change": has_role(request.member, Role.CODER),
        "may_approve": row.print_wording and not row.approved and _may_approve(request, row),
        "undo": undo_state(request, chapters.page_of(row.report)),
    }
    return render(request, "chapters/quotation.html", context, status=422 if error else 200)


def _may_approve(request: ProjectRequest, row: ReportQuotation) -> bool:
    try:
        check_can_approve_wording(request.member, row)
    except Denied:
        return False
    return True


def _difference(old: str, new: str) -> list[tuple[str, str]]:
    """`new` beside `old`, run by run: (same, added or removed; words)."""
    found, at = [], 0
    for edit in difference(old, new):
        found += [
            ("same", old[at : edit.start]),
            ("removed", old[edit.start : edit.end]),
            ("added", edit.text),
        ]
        at = edit.end
    return [(kind, words) for kind, words in [*found, ("same", old[at:])] if words]


@project_view(Role.CODER, methods=("POST",))
def change(request: ProjectRequest, quotation: uuid.UUID) -> HttpResponse:
    """What is done to a quotation: `act` is show, word, approve, up, down, place, move or remove."""
    row = find_quotation(request, quotation)
    act, member, page = request.POST.get("act", ""), request.member, chapters.page_of(row.report)
    here = redirect("report_quotation", request.project.slug, row.uuid)
    if act in ("show", "word"):
        text = request.POST.get("typed" if act == "show" else "wording", "")
        try:
            if act == "show":
                quoting.show_quotation(actor=member, quotation=row.uuid, typed=text)
            else:
                quoting.write_wording(actor=member, quotation=row.uuid, wording=text)
        except (Invalid, Conflict) as refused:
            given = {"typed": text} if act == "show" else {"wording": text}
            return _page(request, row, error=str(refused), **given)
        messages.success(request, _("The quotation is saved."))
        return here
    if act == "approve":
        seen = request.POST.get("revision", "")
        revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1
        done(
            request,
            lambda: quoting.approve_wording(actor=member, quotation=row.uuid, revision=revision),
            _("The print wording is approved."),
        )
        return here
    if act == "remove":
        done(
            request,
            lambda: quoting.remove_quotation(actor=member, quotation=row.uuid),
            _("Quotation %(number)d is taken out. Its number stays its own.") % {"number": row.number},
            page,
        )
    elif act == "move":
        place = find_section(request, _key(request.POST.get("section", "")))
        done(
            request,
            lambda: quoting.move_quotation(actor=member, quotation=row.uuid, section=place.uuid),
            _("The quotation is moved."),
            page,
        )
    else:
        to = place_of(request)
        if to is None:
            return HttpResponse(status=400)
        done(
            request,
            lambda: quoting.move_quotation(actor=member, quotation=row.uuid, to=to),
            _("The quotation is moved."),
            page,
        )
    fallback = reverse("report", args=[request.project.slug, row.report.uuid])
    return redirect(next_address(request, "reports") if request.POST.get("next") else fallback)


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


quotation_patterns = [
    path("reports/sections/<uuid:section>/choose/", choose, name="section_choose"),
    path("reports/quotations/<uuid:quotation>/", quotation, name="report_quotation"),
    path("reports/quotations/<uuid:quotation>/change/", change, name="report_quotation_change"),
]
