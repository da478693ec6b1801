"""All memos of a project in one list, and writing, changing and deleting one."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from coding.actions.memos import change_memo, write_memo
from coding.actions.recording import CODEBOOK_PAGE
from coding.forms.memos import MemoForm
from coding.models import Code, Informant, Memo, Role, Source
from coding.permissions import Denied, check_can_change_memo, has_role
from coding.reports.codebook import CodeTree, code_tree
from coding.reports.memos import KINDS, MemoChoice, authors, memo_row, memo_rows, seen_memos, with_excerpts
from coding.reports.sources import visible_memos
from coding.views.codings import Answer, Body, answers
from coding.views.guard import ProjectRequest, find_source, project_view
from coding.views.lists import is_part, last_event, page_of, tell, tell_change, undo_address, undo_state
from coding.views.safe import next_address

PER_PAGE = 50


def _kinds() -> list[tuple[str, str]]:
    names = (_("the project"), _("sources"), _("codes"), _("codings"), _("informants"))
    return list(zip(KINDS, names, strict=True))


def _choice(asked: Any) -> MemoChoice:
    """Which memos the address asks for."""
    return MemoChoice(
        query=asked.get("q", "")[:200],
        kind=asked.get("kind", ""),
        author=_uuid(asked.get("author", "")),
        code=_uuid(asked.get("code", "")),
        source=_uuid(asked.get("source", "")),
        informant=_uuid(asked.get("informant", "")),
        sort=asked.get("sort", ""),
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@project_view(methods=("GET", "HEAD", "POST"))
def memos(request: ProjectRequest) -> HttpResponse:
    """All memos, the latest first; a new one about the project, or about what `about` names."""
    if request.method == "POST":
        return _write(request)
    return _page(request, MemoForm(), _choice(request.GET), request.GET.get("about", ""))


def _page(request: ProjectRequest, form: MemoForm, choice: MemoChoice, about: str) -> HttpResponse:
    tree = code_tree(request.project)
    rows = memo_rows(request.member, choice, tree)
    page = page_of(request, rows, PER_PAGE)
    page.object_list = with_excerpts(list(page.object_list))
    list_address = reverse("memos", args=[request.project.slug])
    context: dict[str, Any] = {
        "choice": choice,
        "page": page,
        "found": len(rows),
        "any": bool(rows) or visible_memos(request.member).exists(),
        "may_change": has_role(request.member, Role.CODER),
        "here": request.get_full_path() if request.method == "GET" else list_address,
    }
    if is_part(request):
        return render(request, "memos/list.html#results", context)
    context |= _subjects(request, tree) | {
        "kinds": _kinds(),
        "authors": authors(request.member),
        "form": form,
        "about": about or _about_of(choice),
        "opened": bool(about or form.errors),
        "undo": undo_state(request, CODEBOOK_PAGE),
    }
    return render(request, "memos/list.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Subject:
    """What a memo can be about, and what memos can be narrowed to."""

    uuid: uuid.UUID
    name: str

    @property
    def key(self) -> str:
        return str(self.uuid)


def _subjects(request: ProjectRequest, tree: CodeTree) -> dict[str, list[Subject]]:
    """The sources that the member may see, the codes in the order of the tree, the informants. Two queries."""
    sources = Source.objects.visible_to(request.member).order_by("sort_key", "id")
    informants = request.project.informants.order_by("sort_key", "id")
    return {
        "sources": [Subject(*one) for one in sources.values_list("uuid", "title")],
        "codes": [Subject(node.code.uuid, " › ".join(node.path)) for node in tree.walk()],
        "informants": [Subject(*one) for one in informants.values_list("uuid", "pseudonym")],
    }


def _about_of(choice: MemoChoice) -> str:
    """What a new memo is about unless the writer says otherwise: the code, informant or source that is listed."""
    listed = {"code": choice.code, "informant": choice.informant, "source": choice.source}
    return next((f"{kind}:{one}" for kind, one in listed.items() if one), "")


def _write(request: ProjectRequest) -> HttpResponse:
    form = MemoForm(request.POST)
    if not form.is_valid():
        return _page(request, form, MemoChoice(), request.POST.get("about", ""))
    about = _subject(request, request.POST.get("about", ""))
    write_memo(actor=request.member, body=form.cleaned_data["body"], about=about)
    tell(request, _("The memo is saved."), CODEBOOK_PAGE)
    return redirect(next_address(request, "memos"))


def _subject(request: ProjectRequest, about: str) -> Source | Code | Informant | None:
    """What `kind:uuid` names in the project. Raises Http404, Denied."""
    kind, _colon, key = about.partition(":")
    if not about:
        return None
    wanted = _uuid(key)
    if wanted is None:
        raise Http404
    if kind == "source":
        return find_source(request.member, wanted)
    models: dict[str, type[Code] | type[Informant]] = {"code": Code, "informant": Informant}
    found = (
        models[kind].objects.filter(project=request.project, uuid=wanted).first() if kind in models else None
    )
    if found is None:
        raise Http404
    return found


@project_view(methods=("GET", "HEAD", "POST"))
def memo(request: ProjectRequest, memo: uuid.UUID) -> HttpResponse:
    """One memo; its author and leads change it, an empty one is deleted. In the list it is changed in its place."""
    row = _find(request, memo)
    # In the list several may be open at a time.
    ids = f"id_%s_{row.pk}" if is_part(request) else "id_%s"
    form = MemoForm(request.POST or None, initial={"body": row.body}, auto_id=ids)
    form.fields["body"].required = False
    before = last_event(request, CODEBOOK_PAGE)
    if request.method == "POST" and form.is_valid():
        kept = change_memo(actor=request.member, memo=row.uuid, body=form.cleaned_data["body"])
        sentence = _("The memo is saved.") if kept else _("The memo is deleted.")
        if is_part(request):
            return _in_place(request, kept, sentence, changed=last_event(request, CODEBOOK_PAGE) != before)
        tell_change(request, sentence, CODEBOOK_PAGE, before)
        return redirect(next_address(request, "memos"))
    if is_part(request):
        form.fields["body"].widget.attrs["autofocus"] = True
        return _row(request, row, form if _may(request, row) and "shut" not in request.GET else None)
    (shown,) = with_excerpts([memo_row(row)])
    context = {
        "row": shown,
        "memo": row,
        "form": form,
        "may_change": _may(request, row),
    }
    return render(request, "memos/memo.html", context, status=422 if form.errors else 200)


def _in_place(request: ProjectRequest, kept: Memo | None, sentence: str, *, changed: bool) -> HttpResponse:
    """The memo's row as it is now (none for one that is deleted), and the line that says so."""
    answer = _row(request, _find(request, kept.uuid), None) if kept else HttpResponse("")
    told: dict[str, Any] = {"text": sentence if changed else _("Nothing was changed.")}
    if changed:
        told["undo"] = {"url": undo_address(request, CODEBOOK_PAGE), "label": _("Undo")}
    else:
        told["level"] = "info"
    answer["HX-Trigger"] = json.dumps({"status": told})
    return answer


def _row(request: ProjectRequest, memo: Memo, form: MemoForm | None) -> HttpResponse:
    (row,) = with_excerpts([memo_row(memo, code_tree(request.project))])
    context = {
        "row": row,
        "form": form,
        "may_change": has_role(request.member, Role.CODER),
        "here": request.htmx.current_url_abs_path or reverse("memos", args=[request.project.slug]),
        "fresh": True,
    }
    return render(request, "memos/row.html", context, status=422 if form and form.errors else 200)


@project_view(Role.CODER, methods=("POST",))
def delete(request: ProjectRequest, memo: uuid.UUID) -> HttpResponse:
    """Delete a memo; it can be undone."""
    row = _find(request, memo)
    change_memo(actor=request.member, memo=row.uuid, body="")
    tell(request, _("The memo is deleted."), CODEBOOK_PAGE)
    return redirect(next_address(request, "memos"))


@project_view(methods=("GET", "PUT"))
@answers
def beside_the_text(request: ProjectRequest, source: Source) -> Answer:
    """The memos on the source, or on the code that `code` names; PUT adds one: its `body` and UUID `memo`."""
    body = Body(request) if request.method == "PUT" else None
    code = request.GET.get("code") if body is None else body.text("code") if "code" in body else None
    about = _subject(request, f"code:{code}") if code else source
    assert isinstance(about, Source | Code)
    if body is not None:
        said, key, page = body.text("body"), body.key("memo"), str(source.uuid)
        write_memo(actor=request.member, body=said, about=about, key=key, page=page)
    back = urlencode({"next": reverse("source", args=[request.project.slug, source.uuid])})
    kind = "code" if isinstance(about, Code) else "source"
    return {
        "memos": [
            {
                "author": memo.author.name,
                "mine": memo.author_id == request.member.pk,
                "body": memo.body,
                "address": f"{reverse('memo', args=[request.project.slug, memo.uuid])}?{back}"
                if _may(request, memo)
                else "",
            }
            for memo in visible_memos(request.member).filter(**{kind: about}).select_related("author")
        ]
    }


def _find(request: ProjectRequest, key: uuid.UUID) -> Memo:
    row = seen_memos(request.member).filter(uuid=key).first()
    if row is None:
        raise Http404
    return row


def _may(request: ProjectRequest, row: Memo) -> bool:
    try:
        check_can_change_memo(request.member, row)
    except Denied:
        return False
    return True


memo_patterns = [
    path("memos/", memos, name="memos"),
    path("memos/<uuid:memo>/", memo, name="memo"),
    path("memos/<uuid:memo>/delete/", delete, name="memo_delete"),
    path("sources/<uuid:source>/codings/about/", beside_the_text, name="memos_beside_the_text"),
]
