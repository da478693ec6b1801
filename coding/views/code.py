"""A code's page: its rules, its memos, and all its passages, from where they go to other codes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.codebook import create_code, propose_code, update_code
from coding.actions.errors import Invalid
from coding.actions.memos import change_memo, write_memo
from coding.actions.passages import copy_passages, move_passages
from coding.actions.recording import CODEBOOK_PAGE
from coding.forms.codebook import CodeForm, MemoForm, swatches
from coding.models import Code, Coding, Role
from coding.permissions import check_structure, has_role
from coding.reports.code_counts import proposers
from coding.reports.code_passages import (
    Listed,
    all_uuids,
    code_passages,
    coders_and_sources,
    neighbours,
    with_words,
)
from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.views.codebook import done, find_node, may_change, panel, refuse, wanted_next
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import last_event, undo_state

PER_PAGE = 50


@dataclass(frozen=True)
class Choice:
    """Which of a code's passages are asked for: with those of the codes below, by a coder, in a source, with words."""

    below: bool = False
    coder: int | None = None
    source: int | None = None
    words: str = ""

    @classmethod
    def of(cls, data: Any) -> Choice:
        return cls(
            below=data.get("below") == "1",
            coder=_number(data.get("coder")),
            source=_number(data.get("source")),
            words=data.get("q", "").strip()[:200],
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.coder or self.source or self.words)

    @property
    def query(self) -> str:
        named = {
            "below": "1" if self.below else "",
            "coder": self.coder,
            "source": self.source,
            "q": self.words,
        }
        return urlencode({name: value for name, value in named.items() if value})

    def passages(self, request: ProjectRequest, tree: CodeTree, node: CodeNode) -> list[Listed]:
        codes = tree.branch_ids(node.code.pk) if self.below else [node.code.pk]
        return code_passages(
            request.project, request.member, codes, coder=self.coder, source=self.source, words=self.words
        )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def page_context(request: ProjectRequest, node: CodeNode, tree: CodeTree, choice: Choice) -> dict[str, Any]:
    """What the page of a code shows."""
    found = choice.passages(request, tree, node)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = with_words(list(page.object_list))
    order = [node.code.pk for node in tree.walk()]
    before, after = (tree.by_id[key] if key else None for key in neighbours(order, node.code.pk))
    coders, sources = coders_and_sources(request.project, request.member, tree.branch_ids(node.code.pk))
    return panel(request, tree, node) | {
        "tree": tree,
        "above": ancestors(tree, node),
        "proposed_by": proposers(tree).get(node.code.pk, "") if node.code.proposed else "",
        "choice": choice,
        "page": page,
        "shown": shown,
        "pages": list(page.paginator.get_elided_page_range(page.number)),
        "coders": coders,
        "sources": sources,
        "before": before,
        "after": after,
        "may_code": has_role(request.member, Role.CODER),
        "memo_form": MemoForm(),
        "barred": {node.code.pk},
        "undo": undo_state(request, CODEBOOK_PAGE),
    }


def ancestors(tree: CodeTree, node: CodeNode) -> list[Code]:
    """The codes above a code, from its research question down."""
    found: list[Code] = []
    above = tree.by_id.get(node.code.parent_id or 0)
    while above is not None:
        found.insert(0, above.code)
        above = tree.by_id.get(above.code.parent_id or 0)
    return found


@project_view()
def code(request: ProjectRequest, code: uuid.UUID) -> HttpResponse:
    """The code's rules and memos, and all its passages in context, grouped by source."""
    tree = code_tree(request.project)
    context = page_context(request, find_node(tree, code), tree, Choice.of(request.GET))
    return render(request, "codebook/code.html", context)


@project_view(Role.CODER, methods=("GET", "HEAD", "POST"))
def code_edit(request: ProjectRequest, code: uuid.UUID) -> HttpResponse:
    """Change a code's name, rules and colour."""
    tree = code_tree(request.project)
    node = find_node(tree, code)
    if not may_change(request.member, node.code):
        check_structure(request.member)
    form = CodeForm(request.POST if request.method == "POST" else None, code=node.code)
    if request.method == "POST" and form.is_valid():
        last = last_event(request, CODEBOOK_PAGE)
        try:
            row = update_code(actor=request.member, code=code, **form.cleaned_data)
        except Invalid as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return done(
                request, _("“%(code)s” was changed.") % {"code": row.name}, code=row.uuid, before=last
            )
    context = {"form": form, "node": node, "swatches": swatches(), "next": wanted_next(request)}
    return render(request, "codebook/edit.html", context, status=422 if form.errors else 200)


@project_view(Role.CODER, methods=("POST",))
def passages_to(request: ProjectRequest, code: uuid.UUID) -> HttpResponse:
    """Move or copy the ticked passages of a code (or all that were chosen) to another, which may be a new one."""
    tree = code_tree(request.project)
    node = find_node(tree, code)
    choice = Choice.of(request.POST)
    try:
        chosen = _ticked(request, tree, node, choice)
        target, name = request.POST.get("to", ""), request.POST.get("new_name", "").strip()
        if not chosen:
            raise Invalid(_("Choose at least one passage."))
        if not target and not name:
            raise Invalid(_("Choose the code that the passages go to, or name a new one."))
        moving = request.POST.get("act") == "move"
        left = 0
        if moving and not request.member.is_lead:
            mine = set(
                Coding.objects.filter(uuid__in=chosen, coder=request.member).values_list("uuid", flat=True)
            )
            left, chosen = len(chosen) - len(mine), [key for key in chosen if key in mine]
            if not chosen:
                raise Invalid(
                    _("These codings belong to others. You can move your own, and copy everybody's.")
                )
        to = _target(request, node, target, name)
    except Invalid as refused:
        return refuse(
            request, "codebook/code.html", page_context(request, node, tree, choice) | {"error": refused}
        )
    last = last_event(request, CODEBOOK_PAGE)
    if moving:
        number = move_passages(actor=request.member, codings=chosen, to=to.uuid)
        sentence = ngettext(
            "%(n)s coding was moved to “%(code)s”.", "%(n)s codings were moved to “%(code)s”.", number
        )
    else:
        number = copy_passages(actor=request.member, codings=chosen, to=to.uuid)
        sentence = ngettext(
            "%(n)s coding was copied to “%(code)s”.", "%(n)s codings were copied to “%(code)s”.", number
        )
    said = sentence % {"n": number, "code": to.name}
    if left:
        rest = ngettext(
            "%(n)s that belongs to others was left.", "%(n)s that belong to others were left.", left
        )
        said = f"{said} {rest % {'n': left}}"
    return done(request, said, code=node.code.uuid, before=last)


def _ticked(request: ProjectRequest, tree: CodeTree, node: CodeNode, choice: Choice) -> list[uuid.UUID]:
    if request.POST.get("everything"):
        return all_uuids(choice.passages(request, tree, node))
    try:
        return [uuid.UUID(key) for value in request.POST.getlist("passage") for key in value.split(",")]
    except ValueError:
        raise Invalid(_("Choose at least one passage.")) from None


def _target(request: ProjectRequest, node: CodeNode, target: str, name: str) -> Code:
    """The code that passages go to; a new one stands beside the code that is split, a coder's among the proposed."""
    if name:
        if not request.member.is_lead or node.code.proposed:
            return propose_code(actor=request.member, name=name, page=CODEBOOK_PAGE)
        return create_code(actor=request.member, name=name, parent=(node.code.parent or node.code).uuid)
    try:
        found = Code.objects.filter(project=request.project, uuid=uuid.UUID(target)).first()
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("This code is no longer in the codebook."))
    return found


@project_view(Role.CODER, methods=("POST",))
def code_memo(request: ProjectRequest, code: uuid.UUID, memo: uuid.UUID | None = None) -> HttpResponse:
    """Write a memo on a code, or change one; emptied, it is deleted."""
    node = find_node(code_tree(request.project), code)
    form = MemoForm(request.POST)
    form.is_valid()
    body = form.cleaned_data.get("body", "") if not form.has_error("body", "max_length") else None
    if body is None:
        raise Invalid(_("A memo has at most 20,000 characters."))
    if memo is None:
        write_memo(actor=request.member, body=body, about=node.code)
        return done(request, _("The memo was stored."), code=code)
    kept = change_memo(actor=request.member, memo=memo, body=body)
    return done(request, _("The memo was stored.") if kept else _("The memo was deleted."), code=code)


code_patterns = [
    path("codebook/<uuid:code>/", code, name="code"),
    path("codebook/<uuid:code>/edit/", code_edit, name="code_edit"),
    path("codebook/<uuid:code>/passages/", passages_to, name="code_passages"),
    path("codebook/<uuid:code>/memos/", code_memo, name="code_memos"),
    path("codebook/<uuid:code>/memos/<uuid:memo>/", code_memo, name="code_memo"),
]
