"""The codebook: its tree, and everything that changes the tree."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.codebook import create_code, delete_code, merge_codes, move_code, update_code
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import CODEBOOK_PAGE
from coding.forms.codebook import CodeForm, swatches
from coding.models import Code, Membership, Role
from coding.models.names import search_key
from coding.permissions import check_structure, has_role
from coding.reports.code_counts import code_counts, own_belongings, proposers
from coding.reports.code_passages import memos_of
from coding.reports.codebook import CodeNode, CodeTree, belongings, code_tree
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import last_event, tell_change, undo_state
from coding.views.safe import next_address


def may_change(member: Membership, code: Code) -> bool:
    """Whether the member may change what a code is called and says: a lead all, a coder their own proposed ones."""
    return member.is_lead or (
        has_role(member, Role.CODER) and code.proposed and code.created_by_id == member.pk
    )


def find_node(tree: CodeTree, key: uuid.UUID) -> CodeNode:
    """The node of a code of this codebook. Raises Http404."""
    node = next((node for node in tree.walk() if node.code.uuid == key), None)
    if node is None:
        raise Http404
    return node


def done(
    request: ProjectRequest, sentence: str, *, code: uuid.UUID | None = None, before: int | None = -1
) -> HttpResponse:
    """Say what was done, offer to undo it, and go on: to `next`, else to the codebook with `code` in sight.

    `before` is the event that `last_event` named before an action that may have changed nothing.
    """
    tell_change(request, sentence, CODEBOOK_PAGE, before)
    codebook_address = reverse("codebook", args=[request.project.slug])
    address = next_address(request, "codebook")
    return HttpResponseRedirect(f"{address}?code={code}" if code and address == codebook_address else address)


def wanted_next(request: ProjectRequest) -> str:
    """Where a form that was asked for with `?next=` goes on to; `done` checks it."""
    return request.POST.get("next") or request.GET.get("next", "")


def refuse(request: ProjectRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form again, with what was wrong with it; where htmx asked, in the dialog from which it was sent."""
    response = render(request, template, context, status=422)
    if getattr(request, "htmx", False):
        response["HX-Retarget"], response["HX-Reswap"], response["HX-Reselect"] = (
            "#dialog-body",
            "innerHTML",
            "#form",
        )
    return response


def _posted_code(request: ProjectRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("code", ""))
    except ValueError:
        raise Invalid(_("Choose a code.")) from None


def _uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise Conflict(_("This code is no longer in the codebook.")) from None


def _found(tree: CodeTree, words: str) -> set[int] | None:
    """The codes that hold all `words` in their name or rules, with those above them; None: all."""
    wanted = search_key(words).split()
    if not wanted:
        return None
    shown: set[int] = set()
    for node in tree.walk():
        code = node.code
        said = search_key(
            f"{code.name} {code.definition} {code.use_when} {code.not_when} {code.example} {code.indicators}"
        )
        if all(word in said for word in wanted):
            above: CodeNode | None = node
            while above is not None:
                shown.add(above.code.pk)
                above = tree.by_id.get(above.code.parent_id or 0)
    return shown


def steps(tree: CodeTree, node: CodeNode) -> dict[str, tuple[CodeNode | None, CodeNode | None]]:
    """Where a placed code can go by one step: `up`, `down`, `in`, `out`, each as (new parent, before whom)."""
    if node.code.proposed:
        return {}
    above = tree.by_id.get(node.code.parent_id or 0)
    row = list(above.children if above else tree.roots)
    at = row.index(node)
    found: dict[str, tuple[CodeNode | None, CodeNode | None]] = {}
    if at > 0:
        found["up"] = (above, row[at - 1])
        found["in"] = (row[at - 1], None)
    if at < len(row) - 1:
        found["down"] = (above, row[at + 2] if at + 2 < len(row) else None)
    if above is not None:
        further = tree.by_id.get(above.code.parent_id or 0)
        uncles = list(further.children if further else tree.roots)
        after = uncles.index(above) + 1
        found["out"] = (further, uncles[after] if after < len(uncles) else None)
    return found


def panel(request: ProjectRequest, tree: CodeTree, node: CodeNode) -> dict[str, Any]:
    """What can be said of, and done with, one code; the code's page shows the same."""
    counts = code_counts(request.project, request.member, tree, below=node.code)
    return {
        "node": node,
        "code": node.code,
        "count": counts.get(node.code.pk),
        "counts": counts,
        "steps": steps(tree, node) if request.member.is_lead else {},
        "may_change": may_change(request.member, node.code),
        "may_structure": request.member.is_lead,
        "may_add": has_role(request.member, Role.CODER) if node.code.proposed else request.member.is_lead,
        "memos": memos_of(node.code.pk),
        "swatches": swatches(),
    }


@project_view()
def codebook(request: ProjectRequest) -> HttpResponse:
    """The tree under the research questions, what coders propose, and the code chosen (`?code=`)."""
    tree = code_tree(request.project)
    chosen = next((node for node in tree.walk() if str(node.code.uuid) == request.GET.get("code")), None)
    context: dict[str, Any] = panel(request, tree, chosen) if chosen else {}
    if request.htmx and request.htmx.target == "code-panel":
        return render(request, "codebook/panel.html", context)
    words = request.GET.get("q", "")
    context |= {
        "tree": tree,
        "counts": code_counts(request.project, request.member, tree),
        "shown": _found(tree, words),
        "words": words,
        "may_create": has_role(request.member, Role.CODER),
        "may_structure": request.member.is_lead,
        "undo": undo_state(request, CODEBOOK_PAGE),
        "proposers": proposers(tree),
        "codes": sum(1 for root in tree.roots for node in root.walk() if node.depth),
    }
    return render(request, "codebook/page.html", context)


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def code_new(request: ProjectRequest) -> HttpResponse:
    """A new code: a lead's below `?parent=` (none: a research question), a coder's among the proposed ones."""
    tree = code_tree(request.project)
    wanted = _uuid_or_none(request.POST.get("parent", request.GET.get("parent", "")))
    above = find_node(tree, wanted) if wanted else None
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            code = create_code(actor=request.member, parent=wanted, **form.cleaned_data)
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return done(request, _("“%(code)s” was created.") % {"code": code.name}, code=code.uuid)
    if form.errors and request.htmx:
        raise Invalid(str(next(iter(form.errors.values()))[0]))
    context = {"form": form, "above": above, "swatches": swatches()}
    return render(request, "codebook/new.html", context, status=422 if form.errors else 200)


@project_view(Role.CODER, methods=("POST",))
def code_rename(request: ProjectRequest) -> HttpResponse:
    """Give a code another name."""
    before = last_event(request, CODEBOOK_PAGE)
    code = update_code(actor=request.member, code=_posted_code(request), name=request.POST.get("name", ""))
    sentence = _("The code is now called “%(code)s”.") % {"code": code.name}
    return done(request, sentence, code=code.uuid, before=before)


@project_view(Role.CODER, methods=("POST",))
def code_colour(request: ProjectRequest) -> HttpResponse:
    """Give a code a colour, or (empty) that of the code above it."""
    before = last_event(request, CODEBOOK_PAGE)
    colour = request.POST.get("colour", "")
    code = update_code(actor=request.member, code=_posted_code(request), colour=colour)
    sentence = _("The colour of “%(code)s” was changed.") % {"code": code.name}
    return done(request, sentence, code=code.uuid, before=before)


@project_view(Role.LEAD, methods=("POST",))
def code_place(request: ProjectRequest) -> HttpResponse:
    """Move a code by one `step`, or below `parent` in front of `before`."""
    key, last = _posted_code(request), last_event(request, CODEBOOK_PAGE)
    step = request.POST.get("step")
    if step:
        tree = code_tree(request.project)
        node = next((node for node in tree.walk() if node.code.uuid == key), None)
        if node is None:
            raise Conflict(_("This code is no longer in the codebook."))
        ways = steps(tree, node)
        if step not in ways:
            raise Invalid(_("“%(code)s” cannot be moved further that way.") % {"code": node.code.name})
        above, below = ways[step]
        parent = above.code.uuid if above else None
        before = below.code.uuid if below else None
    else:
        parent = _uuid_or_none(request.POST.get("parent", ""))
        before = _uuid_or_none(request.POST.get("before", ""))
    code = move_code(actor=request.member, code=key, parent=parent, before=before)
    return done(request, _moved(code), code=code.uuid, before=last)


def _moved(code: Code) -> str:
    if code.parent is None:
        return _("“%(code)s” stands among the research questions.") % {"code": code.name}
    return _("“%(code)s” stands under “%(parent)s”.") % {"code": code.name, "parent": code.parent.name}


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def code_move(request: ProjectRequest, code: uuid.UUID) -> HttpResponse:
    """Choose under which code a code stands."""
    tree = code_tree(request.project)
    node = find_node(tree, code)
    context: dict[str, Any] = {"node": node, "tree": tree, "barred": set(tree.branch_ids(node.code.pk))}
    context["next"] = wanted_next(request)
    if request.method == "POST":
        last = last_event(request, CODEBOOK_PAGE)
        try:
            if "parent" not in request.POST:
                raise Invalid(_("Choose where “%(code)s” goes.") % {"code": node.code.name})
            moved = move_code(
                actor=request.member, code=code, parent=_uuid_or_none(request.POST.get("parent", ""))
            )
            return done(request, _moved(moved), code=code, before=last)
        except (Invalid, Conflict) as refused:
            return refuse(request, "codebook/move.html", context | {"error": refused})
    return render(request, "codebook/move.html", context)


@project_view(Role.LEAD, methods=("GET", "HEAD", "POST"))
def code_merge(request: ProjectRequest, code: uuid.UUID) -> HttpResponse:
    """Choose into which code a code goes, with all that it has."""
    tree = code_tree(request.project)
    node = find_node(tree, code)
    context: dict[str, Any] = {
        "node": node,
        "tree": tree,
        "barred": set(tree.branch_ids(node.code.pk)),
        "goes": own_belongings(node.code, request.member),
        "below": len(node.children),
        "into": request.POST.get("into", ""),
    }
    if request.method == "POST":
        try:
            into = _uuid_or_none(request.POST.get("into", ""))
            if into is None:
                raise Invalid(_("Choose the code that “%(code)s” goes into.") % {"code": node.code.name})
            kept = merge_codes(actor=request.member, code=code, into=into)
        except (Invalid, Conflict) as refused:
            return refuse(request, "codebook/merge.html", context | {"error": refused})
        names = {"code": node.code.name, "into": kept.name}
        return done(request, _("“%(code)s” was merged into “%(into)s”.") % names, code=kept.uuid)
    return render(request, "codebook/merge.html", context)


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def code_delete(request: ProjectRequest, code: uuid.UUID) -> HttpResponse:
    """Say what a code's deletion takes along, and delete it."""
    tree = code_tree(request.project)
    node = find_node(tree, code)
    if not may_change(request.member, node.code):
        check_structure(request.member)
    goes = belongings(tree, node.code, request.member)
    if request.method == "POST":
        removed = delete_code(actor=request.member, code=code)
        sentence = ngettext(
            "“%(code)s” was deleted, with %(n)s coding.",
            "“%(code)s” was deleted, with %(n)s codings.",
            removed,
        )
        above = tree.by_id.get(node.code.parent_id or 0)
        return done(
            request,
            sentence % {"code": node.code.name, "n": removed},
            code=above.code.uuid if above else None,
        )
    return render(request, "codebook/delete.html", {"node": node, "goes": goes, "below": goes.codes - 1})


codebook_patterns = [
    path("codebook/", codebook, name="codebook"),
    path("codebook/new/", code_new, name="code_new"),
    path("codebook/rename/", code_rename, name="code_rename"),
    path("codebook/colour/", code_colour, name="code_colour"),
    path("codebook/place/", code_place, name="code_place"),
    path("codebook/<uuid:code>/move/", code_move, name="code_move"),
    path("codebook/<uuid:code>/merge/", code_merge, name="code_merge"),
    path("codebook/<uuid:code>/delete/", code_delete, name="code_delete"),
]
