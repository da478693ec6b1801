"""Memos as a list: what each says, who wrote it, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coding.models import Membership, Memo
from coding.models.names import search_key
from coding.reports.sources import visible_memos

KINDS = ("project", "source", "code", "coding", "informant")


@dataclass(frozen=True)
class MemoRow:
    """A memo with the name of what it is about."""

    memo: Memo
    kind: str
    about: str

    @property
    def searched(self) -> str:
        return search_key(f"{self.memo.body} {self.about} {self.memo.author.name}")


def kind_of(memo: Memo) -> str:
    """What sort of thing a memo is about: one of KINDS."""
    return next((kind for kind in KINDS[1:] if getattr(memo, f"{kind}_id")), "project")


def about_of(memo: Memo) -> str:
    """The name of what a memo is about, with its relations loaded."""
    if memo.source is not None:
        return memo.source.title
    if memo.code is not None:
        return memo.code.name
    if memo.informant is not None:
        return memo.informant.pseudonym
    if memo.coding is not None:
        return f"{memo.coding.code.name} – {memo.coding.source.title}"
    return _("The project")


def memo_rows(
    member: Membership, *, query: str = "", kind: str = "", mine: bool = False
) -> Sequence[MemoRow]:
    """The memos that the member may see and that hold all words of `query`, the latest first. One query."""
    memos = visible_memos(member).select_related(
        "author", "source", "code", "informant", "coding__source", "coding__code"
    )
    if mine:
        memos = memos.filter(author=member)
    if kind == "project":
        memos = memos.filter(source=None, code=None, coding=None, informant=None)
    elif kind in KINDS:
        memos = memos.filter(**{f"{kind}__isnull": False})
    rows = [MemoRow(memo, kind_of(memo), about_of(memo)) for memo in memos.order_by("-modified", "-id")]
    words = search_key(query).split()
    return [row for row in rows if all(word in row.searched for word in words)]
