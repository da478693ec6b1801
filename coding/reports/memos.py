"""Memos as a list: what each says, who wrote it, about what, and the words of the text that it is about."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Least, Substr
from django.utils.translation import gettext as _

from coding.models import Coding, Membership, Memo
from coding.models.names import search_key, sort_key
from coding.reports.codebook import CodeTree
from coding.reports.sources import visible_memos

KINDS = ("project", "source", "code", "coding", "informant")
OLDEST = "oldest"
EXCERPT = 320

_RELATED = ("author", "source", "code", "informant", "coding__source", "coding__code")


@dataclass(frozen=True)
class MemoChoice:
    """Which memos are asked for; a UUID that names nothing finds nothing.

    A code stands for its whole branch, and for the codings that carry it; a source for all codings in it, an
    informant for the codings that count for them.
    """

    query: str = ""
    kind: str = ""
    author: uuid.UUID | None = None
    code: uuid.UUID | None = None
    source: uuid.UUID | None = None
    informant: uuid.UUID | None = None
    sort: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(search_key(self.query).split())

    @property
    def narrowed(self) -> bool:
        named = (self.author, self.code, self.source, self.informant)
        return bool(self.words or self.kind in KINDS or any(named))


@dataclass(frozen=True)
class Part:
    """A piece of a text; `hit` says that it is a word searched for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class MemoRow:
    """A memo with the name of what it is about. `excerpt` is what is said there, filled by `with_excerpts`."""

    memo: Memo
    kind: str
    about: str
    excerpt: str = ""
    words: tuple[str, ...] = ()

    @property
    def searched(self) -> str:
        return search_key(f"{self.memo.body} {self.about} {self.memo.author.name}")

    @property
    def body_parts(self) -> list[Part]:
        return list(highlighted(self.memo.body, self.words))

    @property
    def about_parts(self) -> list[Part]:
        return list(highlighted(self.about, self.words))

    @property
    def place(self) -> str:
        """Where the text shows what the memo is about, as the end of its source's address; empty for no place."""
        if self.memo.coding is not None and self.memo.coding.end > self.memo.coding.start:
            return f"#o={self.memo.coding.start}-{self.memo.coding.end}&u={self.memo.coding.uuid}"
        if self.memo.source_id is not None and self.memo.start is not None and self.memo.end is not None:
            return f"#o={self.memo.start}-{self.memo.end}"
        return ""


def kind_of(memo: Memo) -> str:
    """What sort of thing a memo is about: one of KINDS."""
    return next((kind for kind in KINDS[1:] if getattr(memo, f"{kind}_id")), "project")


def about_of(memo: Memo, tree: CodeTree | None = None) -> str:
    """The name of what a memo is about, with its relations loaded; a code's with its path, where `tree` knows it."""

    def named(code_id: int, name: str) -> str:
        return " › ".join(tree.by_id[code_id].path) if tree and code_id in tree.by_id else name

    if memo.source is not None:
        return memo.source.title
    if memo.code is not None:
        return named(memo.code.pk, memo.code.name)
    if memo.informant is not None:
        return memo.informant.pseudonym
    if memo.coding is not None:
        return f"{named(memo.coding.code_id, memo.coding.code.name)} – {memo.coding.source.title}"
    return _("The project")


def memo_row(memo: Memo, tree: CodeTree | None = None, words: tuple[str, ...] = ()) -> MemoRow:
    """One memo, its relations loaded, as a row without its excerpt."""
    return MemoRow(memo, kind_of(memo), about_of(memo, tree), words=words)


def seen_memos(member: Membership) -> QuerySet[Memo]:
    """The memos that the member may see, with what they are about."""
    return visible_memos(member).select_related(*_RELATED)


def memo_rows(member: Membership, choice: MemoChoice, tree: CodeTree) -> list[MemoRow]:
    """The memos that the member may see and that are asked for, the latest first or `sort` OLDEST. One query."""
    memos = _narrowed(seen_memos(member), choice, tree)
    ordered = ("modified", "id") if choice.sort == OLDEST else ("-modified", "-id")
    rows = (memo_row(memo, tree, choice.words) for memo in memos.order_by(*ordered))
    return [row for row in rows if all(word in row.searched for word in row.words)]


def _narrowed(memos: QuerySet[Memo], choice: MemoChoice, tree: CodeTree) -> QuerySet[Memo]:
    if choice.kind == "project":
        memos = memos.filter(source=None, code=None, coding=None, informant=None)
    elif choice.kind in KINDS:
        memos = memos.filter(**{f"{choice.kind}__isnull": False})
    if choice.author:
        memos = memos.filter(author__uuid=choice.author)
    if choice.source:
        memos = memos.filter(Q(source__uuid=choice.source) | Q(coding__source__uuid=choice.source))
    if choice.informant:
        counted = Coding.objects.filter(links__informant__uuid=choice.informant)
        memos = memos.filter(Q(informant__uuid=choice.informant) | Q(coding__in=counted))
    if choice.code:
        node = next((node for node in tree.walk() if node.code.uuid == choice.code), None)
        codes = tree.branch_ids(node.code.pk) if node else []
        memos = memos.filter(Q(code__in=codes) | Q(coding__code__in=codes))
    return memos


def with_excerpts(rows: Sequence[MemoRow]) -> list[MemoRow]:
    """The rows of one page with the words of the text that each is about, cut after EXCERPT characters. Two queries.

    The memos must be the asker's to see: the words come along.
    """
    codings = {row.memo.coding_id for row in rows if row.memo.coding_id is not None}
    said = _said(Coding.objects.filter(pk__in=codings), "version__text") if codings else {}
    stretches = {row.memo.pk for row in rows if row.memo.source_id is not None and row.memo.start is not None}
    quoted = _said(Memo.objects.filter(pk__in=stretches), "source__version__text") if stretches else {}
    return [
        replace(row, excerpt=said.get(row.memo.coding_id or 0, "") or quoted.get(row.memo.pk, ""))
        for row in rows
    ]


def _said(rows: QuerySet, text: str) -> dict[int, str]:
    """The first words of each stretch [start, end), by the row's id; both databases count characters as we do."""
    length = Least(F("end") - F("start"), Value(EXCERPT))
    found = rows.filter(end__gt=F("start")).values_list(
        "pk", Substr(text, F("start") + 1, length), "start", "end"
    )
    return {pk: said + (" …" if end - start > EXCERPT else "") for pk, said, start, end in found}


def highlighted(text: str, words: Sequence[str]) -> Iterator[Part]:
    """`text` in pieces, where those that hold one of `words` (search keys) are hits; together they are the text."""
    folded, at = [], []
    for place, character in enumerate(text):
        for one in search_key(character) or " ":
            folded.append(one)
            at.append(place)
    line = "".join(folded)
    hit = [False] * len(text)
    for word in words:
        found = line.find(word)
        while word and found >= 0:
            for place in range(at[found], at[found + len(word) - 1] + 1):
                hit[place] = True
            found = line.find(word, found + 1)
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hit[place] != hit[start]:
            yield Part(text[start:place], hit[start])
            start = place


def authors(member: Membership) -> list[Membership]:
    """Who wrote a memo that the member may see, by name. One query."""
    wrote = Membership.objects.filter(pk__in=visible_memos(member).values("author"))
    return sorted(wrote, key=lambda author: sort_key(author.name))
