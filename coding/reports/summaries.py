"""The page of one summary: its text as it reads, the passages that it rests on, what is said about it, its history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from coding.markdown import Block, blocks, grouped, marked, plain
from coding.models import Evidence, Informant, Membership, Summary, SummaryComment, SummaryText
from coding.models.citing import Reason, cited_in, standing
from coding.models.themes import BY_INFORMANT, SummaryState
from coding.reports.codebook import CodeTree
from coding.reports.columns import behind
from coding.reports.passages import Passage, Scope, carried_by, passages
from coding.reports.quotations import Quotation, quotations

SAME, ADDED, REMOVED = "same", "added", "removed"
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Pinned:
    """A passage pinned to a summary. `quotation` is None where it is gone; `reasons` say what happened to it."""

    evidence: Evidence
    quotation: Quotation | None
    is_cited: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Offered:
    """A passage behind the cell; `number` is that of the evidence where it is pinned. `coding` is one to pin it by."""

    quotation: Quotation
    number: int | None
    coding: int


@dataclass(frozen=True)
class Thread:
    """A comment with its answers; `stands` says whether the words that it is about are still in the text."""

    comment: SummaryComment
    replies: tuple[SummaryComment, ...]
    stands: bool


@dataclass(frozen=True)
class Piece:
    kind: str
    text: str


@dataclass(frozen=True)
class Version:
    """A text of the history, and how it differs from the one before it."""

    text: SummaryText
    pieces: tuple[Piece, ...]
    is_current: bool


def column_scope(member: Membership, by: str, key: str) -> tuple[Scope, str, int | None]:
    """The scope of a column, its name, and the informant (id) where it is one's. Raises LookupError."""
    scope = Scope(project=member.project, member=member)
    if not by:
        if key:
            raise LookupError(key)
        return scope, "", None
    if by == BY_INFORMANT:
        for pk, uuid, name in Informant.objects.filter(project=member.project).values_list(
            "pk", "uuid", "pseudonym"
        ):
            if str(uuid) == key:
                return scope, name, pk
        raise LookupError(key)
    limited, name = behind(scope, (by,), key)
    return limited, name, None


def passages_behind(scope: Scope, codes: Sequence[int], informant: int | None) -> list[Passage]:
    """The passages behind a cell, in the order of their sources."""
    found = passages(scope, codes)
    return found if informant is None else [one for one in found if informant in one.informants]


def offered(scope: Scope, found: Sequence[Passage], tree: CodeTree, summary: Summary | None) -> list[Offered]:
    """Some passages behind a cell with their words, and which of them are pinned."""
    pinned = _places(summary)
    return [
        Offered(
            quotation,
            pinned.get((one.source_id, one.start, one.end)),
            one.codings[0],
        )
        for one, quotation in zip(found, quotations(scope, found, tree), strict=True)
    ]


def _places(summary: Summary | None) -> dict[tuple[int, int, int], int]:
    rows = list(summary.evidence.all()) if summary else []
    now = standing(rows)
    return {
        (now[row.pk].source_id, now[row.pk].start, now[row.pk].end): row.number
        for row in rows
        if row.pk in now
    }


def pinned(member: Membership, summary: Summary, tree: CodeTree, stale: Sequence[Reason]) -> list[Pinned]:
    """The evidence of a summary by number; what was cited when it was approved and is gone stands there too."""
    rows = list(summary.evidence.select_related("source"))
    now = standing(rows)
    there = [row for row in rows if row.pk in now]
    scope = Scope(project=member.project, member=member)
    words = quotations(scope, carried_by([now[row.pk] for row in there]), tree)
    by_row = {row.pk: one for row, one in zip(there, words, strict=True)}
    cited = set(cited_in(summary.body))
    return [
        Pinned(
            row,
            by_row.get(row.pk),
            row.number in cited,
            tuple(reason for reason in stale if row.number in reason.numbers),
        )
        for row in rows
    ]


def passage_of(evidence: Evidence) -> tuple[int, int] | None:
    """Where a piece of evidence stands in its source's current text, in code points; None where it cannot be said."""
    coding = standing([evidence]).get(evidence.pk)
    if coding is not None:
        return coding.start, coding.end
    return (evidence.start, evidence.end) if evidence.source.version_id == evidence.version else None


def as_it_reads(body: str, threads: Sequence[Thread] = ()) -> list[tuple[str, list[Block]]]:
    """The text block by block, with the words marked that open comments are about."""
    quotes = {
        str(thread.comment.uuid): thread.comment.quote
        for thread in threads
        if thread.stands and thread.comment.quote and thread.comment.resolved is None
    }
    return grouped(marked(blocks(body), quotes))


def threads(summary: Summary) -> list[Thread]:
    """What is said about a summary, oldest first, the resolved last. One query."""
    rows = list(summary.comments.select_related("author", "resolved_by"))
    words = summary.body + "\n" + plain(summary.body)
    found = [
        Thread(
            row,
            tuple(other for other in rows if other.answers_id == row.pk),
            not row.quote or row.quote in words,
        )
        for row in rows
        if row.answers_id is None
    ]
    return sorted(found, key=lambda thread: thread.comment.resolved is not None)


def history(summary: Summary) -> list[Version]:
    """The texts of a summary, the latest first; one kept aside is compared with the text that was there. One query."""
    rows = list(summary.texts.select_related("author"))
    made, before = [], ""
    for row in rows:
        made.append(Version(row, tuple(difference(before, row.body)), False))
        if not row.aside:
            before = row.body
    last = next((row for row in reversed(rows) if not row.aside), None)
    return [
        Version(one.text, one.pieces, last is not None and one.text.pk == last.pk) for one in reversed(made)
    ]


def difference(old: str, new: str) -> Iterator[Piece]:
    """`new` with what was taken out of `old` and put in, word by word."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(SAME, "".join(before[a:b]))
            continue
        if b > a:
            yield Piece(REMOVED, "".join(before[a:b]))
        if d > c:
            yield Piece(ADDED, "".join(after[c:d]))


def sent_back(row: Summary | None, member: Membership) -> bool:
    """Whether the member has asked for changes and written none: they read on, the text is its authors' now."""
    if row is None or row.state != SummaryState.CHANGES or row.state_by_id != member.pk:
        return False
    return not row.texts.filter(author=member, saved__gt=row.state_at).exists()
