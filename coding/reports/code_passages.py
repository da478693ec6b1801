"""The passages of a code, of all coders, with the words around them: what a code's page lists and splits."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from coding.models import Membership, Memo, Project, Source, TextVersion, Turn
from coding.models.names import search_key
from coding.reports.passages import ALL_CODERS, Scope, counted_codings

CONTEXT = 200


@dataclass(frozen=True)
class Mark:
    """One coding of a stretch."""

    id: int
    uuid: UUID
    code_id: int
    coder_id: int
    coder: str


@dataclass(frozen=True)
class Part:
    """What one speaker says of a passage, and what stands before and after it in the same turn."""

    who: str
    before: str
    text: str
    after: str


@dataclass
class Listed:
    """A stretch that carries the code, with its codings. `parts` and `memos` are filled by `with_words`."""

    source: Source
    start: int
    end: int
    marks: list[Mark] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    memos: list[Memo] = field(default_factory=list)
    turn: int = 0

    @property
    def uuids(self) -> str:
        """The codings, as a tick box sends them."""
        return ",".join(str(mark.uuid) for mark in self.marks)

    @property
    def coders(self) -> list[str]:
        return list(dict.fromkeys(mark.coder for mark in self.marks))

    @property
    def code_ids(self) -> list[int]:
        return list(dict.fromkeys(mark.code_id for mark in self.marks))


def code_passages(
    project: Project,
    member: Membership,
    codes: Collection[int],
    *,
    coder: int | None = None,
    source: int | None = None,
    words: str = "",
) -> list[Listed]:
    """The stretches that carry one of `codes` (ids), in order of source and place; each stands once, of all coders.

    Those on interviewers' speech alone are here too: what is listed can be moved. `words` keeps the passages that
    hold them all. Two queries, and one more with `words`.
    """
    scope = Scope(project=project, member=member, coders=ALL_CODERS)
    codings = counted_codings(scope).filter(code_id__in=codes)
    if coder is not None:
        codings = codings.filter(coder_id=coder)
    if source is not None:
        codings = codings.filter(source_id=source)
    rows = codings.order_by("source__sort_key", "source_id", "start", "end", "id").values_list(
        "source_id", "start", "end", "id", "uuid", "code_id", "coder_id", "coder__name"
    )
    stretches: dict[tuple[int, int, int], list[Mark]] = defaultdict(list)
    for source_id, start, end, key, uuid, code_id, coder_id, name in rows:
        stretches[source_id, start, end].append(Mark(key, uuid, code_id, coder_id, name))
    sources = Source.objects.in_bulk({place[0] for place in stretches})
    found = [Listed(sources[at], start, end, marks) for (at, start, end), marks in stretches.items()]
    return _holding(found, words) if words.strip() else found


def _holding(found: Sequence[Listed], words: str) -> list[Listed]:
    wanted = search_key(words).split()
    texts = _texts(found)
    kept = []
    for passage in found:
        said = search_key(texts[passage.source.version_id or 0][passage.start : passage.end])
        if all(word in said for word in wanted):
            kept.append(passage)
    return kept


def _texts(found: Iterable[Listed]) -> dict[int, str]:
    versions = {passage.source.version_id for passage in found if passage.source.version_id}
    return dict(TextVersion.objects.filter(pk__in=versions).values_list("pk", "text"))


def with_words(found: Sequence[Listed]) -> Sequence[Listed]:
    """Fill in what is said in `found`, by whom, what stands around it, and the memos on it. Three queries."""
    texts = _texts(found)
    turns: dict[int, list[tuple[int, int, str, int]]] = defaultdict(list)
    spoken = Turn.objects.filter(version_id__in=texts).order_by("version_id", "number")
    for version, start, end, label, number in spoken.values_list(
        "version_id", "start", "end", "speaker__label", "number"
    ):
        turns[version].append((start, end, label or "", number))
    memos: dict[int, list[Memo]] = defaultdict(list)
    keys = [mark.id for passage in found for mark in passage.marks]
    for memo in Memo.objects.filter(coding_id__in=keys).select_related("author"):
        memos[memo.coding_id or 0].append(memo)
    for passage in found:
        version = passage.source.version_id or 0
        passage.parts, passage.turn = _parts(texts[version], turns[version], passage.start, passage.end)
        passage.memos = [memo for mark in passage.marks for memo in memos[mark.id]]
    return found


def _parts(
    text: str, turns: Sequence[tuple[int, int, str, int]], start: int, end: int
) -> tuple[list[Part], int]:
    """The passage turn by turn, and the number (from 1) of the turn in which it begins."""
    at = max(bisect_right(turns, start, key=lambda turn: turn[0]) - 1, 0)
    touched = [turn for turn in turns[at:] if turn[0] < end] if turns else []
    touched = touched or [(0, len(text), "", 0)]
    parts = []
    for number, (first, last, who, _turn) in enumerate(touched):
        here, there = max(start, first), min(end, max(last, start))
        before = _cut_before(text[max(first, here - CONTEXT) : here], whole=here - first <= CONTEXT)
        after = _cut_after(text[there : min(last, there + CONTEXT)], whole=last - there <= CONTEXT)
        is_last = number == len(touched) - 1
        parts.append(Part(who, before if number == 0 else "", text[here:there], after if is_last else ""))
    return parts, touched[0][3] + 1


def _cut_before(words: str, *, whole: bool) -> str:
    return words if whole or not words else "… " + words.partition(" ")[2]


def _cut_after(words: str, *, whole: bool) -> str:
    return words if whole or not words else words.rpartition(" ")[0] + " …"


def neighbours(tree_order: Sequence[int], code: int) -> tuple[int | None, int | None]:
    """The ids before and after `code` in reading order."""
    before = {after: first for first, after in pairwise(tree_order)}
    after = dict(pairwise(tree_order))
    return before.get(code), after.get(code)


def coders_and_sources(
    project: Project, member: Membership, codes: Collection[int]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Who has put one of `codes` on something, and where: choices of a filter, as (id, name). Two queries."""
    codings = counted_codings(Scope(project=project, member=member, coders=ALL_CODERS)).filter(
        code_id__in=codes
    )
    coders = codings.order_by("coder__name").values_list("coder_id", "coder__name").distinct()
    sources = codings.order_by("source__sort_key").values_list("source_id", "source__title").distinct()
    return list(coders), list(sources)


def all_uuids(found: Iterable[Listed]) -> list[UUID]:
    """The codings behind `found`."""
    return [mark.uuid for passage in found for mark in passage.marks]


def memos_of(code_id: int) -> list[Memo]:
    """The memos on a code itself, oldest first."""
    return list(Memo.objects.filter(code_id=code_id).select_related("author"))
