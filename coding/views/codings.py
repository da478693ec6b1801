"""What the coding page asks for while one codes. Every answer tells what has changed since `?after=`, in JSON."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _

from coding.actions import undo as history
from coding.actions.attribution import correct_attribution
from coding.actions.codebook import code_in_vivo, propose_code
from coding.actions.codings import (
    code_passage,
    mark_finished,
    recode,
    remove_codings,
    resize_coding,
    write_coding_memo,
)
from coding.actions.errors import Conflict, Invalid
from coding.actions.suggested import confirm_coding
from coding.models import Coding, Memo, Role, Source
from coding.permissions import Denied
from coding.reports.blindness import is_blind_in, without_hidden
from coding.reports.coding_page import codings_data, feed, shown_codings
from coding.reports.who import who_data
from coding.views.guard import ProjectRequest, project_view

Answer = dict[str, Any] | None
_STATUS: dict[type[Exception], int] = {Denied: 403, Conflict: 409, Invalid: 400}
_REFUSALS = tuple(_STATUS)


def answers(view: Callable[..., Answer]) -> Callable[..., HttpResponse]:
    """A view that answers a dict; the feed is added to it, also where the view refuses, with `error` as the reason."""

    @wraps(view)
    def answering(request: ProjectRequest, source: Source, **kwargs: Any) -> HttpResponse:
        after = request.GET.get("after", "")
        status, told = 200, {}
        try:
            told = view(request, source, **kwargs) or {}
        except _REFUSALS as refused:
            status, told = _STATUS[type(refused)], {"error": str(refused)}
        if after.isascii() and after.isdigit() and len(after) < 19:
            told = told | feed(source, request.member, int(after))
        return JsonResponse(told, status=status)

    return answering


class Body:
    """The JSON object that a request carries, read field by field; what is missing or of a wrong kind is Invalid."""

    def __init__(self, request: ProjectRequest) -> None:
        try:
            fields = json.loads(request.body or b"{}")
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise misread()
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def integer(self, name: str) -> int:
        value = self._fields.get(name)
        if type(value) is not int or not 0 <= value < 2**31:
            raise misread()
        return value

    def integer_or_none(self, name: str) -> int | None:
        return None if self._fields.get(name) is None else self.integer(name)

    def text(self, name: str) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str) or "\x00" in value:
            raise misread()
        return value

    def yes_no_or_none(self, name: str) -> bool | None:
        value = self._fields.get(name)
        if name not in self._fields or type(value) not in (bool, type(None)):
            raise misread()
        return value

    def stretches(self, name: str) -> list[tuple[int, int]]:
        value = self._fields.get(name)
        if not isinstance(value, list) or not all(
            isinstance(one, list) and len(one) == 2 and all(type(point) is int for point in one)
            for one in value
        ):
            raise misread()
        return [(start, end) for start, end in value]

    def key(self, name: str) -> uuid.UUID:
        return _key(self._fields.get(name))

    def pairs(self, name: str) -> list[tuple[uuid.UUID, uuid.UUID]]:
        value = self._fields.get(name)
        if not isinstance(value, list) or not all(
            isinstance(pair, list) and len(pair) == 2 for pair in value
        ):
            raise misread()
        return [(_key(first), _key(second)) for first, second in value]


def _quote(body: Body, source: Source) -> str | None:
    """The words that the asker saw; of an earlier text, which `version` names, nobody asks for them."""
    version = body.integer_or_none("version")
    return body.text("quote") if version in (None, source.version_id) else None


def _key(value: object) -> uuid.UUID:
    try:
        return uuid.UUID(value)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        raise misread() from None


def misread() -> Invalid:
    """What a request is answered that no page of ours sends."""
    return Invalid(_("The request could not be understood. Load the page again."))


@project_view(Role.CODER, methods=("POST",))
@answers
def create(request: ProjectRequest, source: Source) -> Answer:
    """Put codes on a passage: start, end, quote, codings as [coding's UUID, code's UUID], and the text's `version`."""
    body = Body(request)
    pairs = body.pairs("codings")
    made = code_passage(
        actor=request.member,
        source=source,
        start=body.integer("start"),
        end=body.integer("end"),
        version=body.integer_or_none("version"),
        quote=_quote(body, source),
        codes=[code for _coding, code in pairs],
        uuids=[coding for coding, _code in pairs],
    )
    return {"codings": [str(coding.uuid) for coding in made]}


@project_view(Role.CODER, methods=("PATCH", "DELETE"))
@answers
def change(request: ProjectRequest, source: Source, coding: uuid.UUID) -> Answer:
    """Remove a coding, give it other bounds (start, end, quote, row_version, version) or another code, or confirm a
    suggested one (`suggested`: 0)."""
    if request.method == "DELETE":
        remove_codings(actor=request.member, source=source, uuids=[coding])
        return None
    body = Body(request)
    if "suggested" in body:
        confirm_coding(actor=request.member, source=source, coding=coding, page=str(source.uuid))
        return None
    if "code" in body:
        recode(actor=request.member, source=source, coding=coding, code=body.key("code"))
        return None
    start, end, version = body.integer("start"), body.integer("end"), body.integer_or_none("version")
    # A retry of what was stored, but whose answer got lost on the way, is no conflict.
    if (version or source.version_id) != source.version_id or not Coding.objects.filter(
        source=source, version=source.version_id, uuid=coding, coder=request.member, start=start, end=end
    ).exists():
        resize_coding(
            actor=request.member,
            source=source,
            coding=coding,
            start=start,
            end=end,
            version=version,
            quote=_quote(body, source),
            row_version=body.integer_or_none("row_version"),
        )
    return None


@project_view(methods=("GET",))
@answers
def read_memos(request: ProjectRequest, source: Source, coding: uuid.UUID) -> Answer:
    """The memos on a coding: author, text and whether it is one's own."""
    memos = Memo.objects.filter(coding__uuid=coding, coding__source=source).select_related("author")
    memos = without_hidden(memos, request.member, "coding__")
    return {
        "memos": [
            {"author": memo.author.name, "mine": memo.author_id == request.member.pk, "body": memo.body}
            for memo in memos
        ]
    }


@project_view(Role.CODER, methods=("PUT",))
@answers
def write_memo(request: ProjectRequest, source: Source, coding: uuid.UUID) -> Answer:
    """Write one's memo on a coding; an empty one takes it away."""
    write_coding_memo(actor=request.member, source=source, coding=coding, body=Body(request).text("body"))
    return None


@project_view(methods=("GET", "PUT"))
@answers
def who(request: ProjectRequest, source: Source, coding: uuid.UUID) -> Answer:
    """Who counts in the passage of a coding; PUT corrects it of one `informant`: `counts` true, false, null (the rule).

    Offsets are not sent: the stretch is where the coding stands now.
    """
    if request.method == "PUT":
        body = Body(request)
        correct_attribution(
            actor=request.member,
            source=source,
            coding=coding,
            informant=body.key("informant"),
            counts=body.yes_no_or_none("counts"),
        )
    row = shown_codings(source, request.member).filter(uuid=coding).first()
    if row is None:
        raise Conflict(_("The coding has been removed in the meantime."))
    return {"who": who_data(row)}


@project_view(Role.CODER, methods=("POST",))
@answers
def new_code(request: ProjectRequest, source: Source) -> Answer:
    """Propose a code by `name`; with start, end, quote and the coding's UUID it is put on that passage at once."""
    body = Body(request)
    if "start" in body:
        code = code_in_vivo(
            actor=request.member,
            source=source,
            name=body.text("name"),
            place=(body.integer("start"), body.integer("end")),
            quote=body.text("quote"),
            coding=body.key("coding"),
            version=body.integer_or_none("version"),
        )
    else:
        code = propose_code(actor=request.member, name=body.text("name"), page=str(source.uuid))
    return {"code": str(code.uuid)}


@project_view(Role.CODER, methods=("POST",))
@answers
def take_back(request: ProjectRequest, source: Source) -> Answer:
    """Undo one's last change on this page."""
    return _told(history.undo(actor=request.member, page=str(source.uuid)), _("There is nothing to undo."))


@project_view(Role.CODER, methods=("POST",))
@answers
def do_again(request: ProjectRequest, source: Source) -> Answer:
    """Do again what one undid last on this page."""
    return _told(
        history.redo(actor=request.member, page=str(source.uuid)), _("There is nothing to do again.")
    )


def _told(taken: history.Taken | None, nothing: str) -> Answer:
    if taken is None:
        return {"sentence": nothing}
    rows = taken.event.changes.filter(kind="Coding").values_list("before", "after")
    return {
        "sentence": taken.sentence,
        "changed": [(after or before or {})["uuid"] for before, after in rows],
    }


@project_view(methods=("GET",))
@answers
def changes(request: ProjectRequest, source: Source) -> Answer:
    """What changed since `?after=`."""
    return None


@project_view(Role.CODER, methods=("POST",))
@answers
def finish(request: ProjectRequest, source: Source) -> Answer:
    """Say that one has finished coding the source (`finished`: 1), or not (0).

    In a blind project the answer holds `all` codings that one may see from now on: the feed tells only of what is new.
    """
    finished, member = bool(Body(request).integer("finished")), request.member
    mark_finished(actor=member, source=source, finished=finished)
    told: dict[str, Any] = {"finished": finished}
    if request.project.blind:
        told |= {"blind": is_blind_in(member, source), "all": codings_data(source, member)}
    return told


source_patterns = [
    path("sources/<uuid:source>/codings/", create, name="codings"),
    path("sources/<uuid:source>/codings/<uuid:coding>/", change, name="coding"),
    path("sources/<uuid:source>/codings/<uuid:coding>/memos/", read_memos, name="coding_memos"),
    path("sources/<uuid:source>/codings/<uuid:coding>/memo/", write_memo, name="coding_memo"),
    path("sources/<uuid:source>/codings/<uuid:coding>/who/", who, name="coding_who"),
    path("sources/<uuid:source>/codings/codes/", new_code, name="coding_new_code"),
    path("sources/<uuid:source>/codings/undo/", take_back, name="coding_undo"),
    path("sources/<uuid:source>/codings/redo/", do_again, name="coding_redo"),
    path("sources/<uuid:source>/codings/changes/", changes, name="coding_changes"),
    path("sources/<uuid:source>/codings/finished/", finish, name="coding_finished"),
]
