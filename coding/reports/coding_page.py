"""What the coding page shows of one source, and what has changed there since."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Q, QuerySet

from coding.models import Change, Coding, Membership, Memo, Source, SourceProgress, Turn
from coding.models.codings import Review
from coding.models.sources import SpeakerRole
from coding.reports.blindness import is_blind_in, without_hidden
from coding.reports.codebook import CodeTree, code_tree

# A long turn (a document is one) is shown in blocks, so that the browser never has to paint all of it at once.
BLOCK_CHARACTERS = 2_500
FEED_CHANGES = 900


@dataclass(frozen=True)
class Paragraph:
    """A line of the text, without its newline, and where it begins."""

    start: int
    text: str


@dataclass
class Block:
    """A turn or a part of one. `opens` is true for the first block of a turn, which says who speaks."""

    number: int
    speaker: str
    role: str
    time: str
    opens: bool
    paragraphs: list[Paragraph] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.paragraphs[0].start

    @property
    def end(self) -> int:
        return self.paragraphs[-1].start + len(self.paragraphs[-1].text)

    @property
    def interviewer(self) -> bool:
        return self.role == SpeakerRole.INTERVIEWER


def blocks(text: str, turns: Iterable[Turn]) -> list[Block]:
    """`text` cut into paragraphs under who says them. Every character but the newlines stands in exactly one."""
    spoken = list(turns)
    starts = [turn.start for turn in spoken]
    found: list[Block] = []
    place, current, length = 0, None, 0
    for line in text.split("\n"):
        at = max(bisect_right(starts, place) - 1, 0) if spoken else None
        if not found or at != current or length > BLOCK_CHARACTERS:
            found.append(_block(spoken[at] if at is not None else None, opens=not found or at != current))
            current, length = at, 0
        found[-1].paragraphs.append(Paragraph(place, line))
        place += len(line) + 1
        length += len(line)
    return found


def _block(turn: Turn | None, *, opens: bool) -> Block:
    speaker = turn.speaker if turn else None
    return Block(
        number=turn.number if turn else 0,
        speaker=speaker.label if speaker else "",
        role=speaker.role if speaker else "",
        time=turn.time if turn else "",
        opens=opens,
    )


def _text(source: Source) -> str:
    """The current text; a source that can be opened has one."""
    assert source.version is not None
    return source.version.text


def source_blocks(source: Source) -> list[Block]:
    """The current text of `source` in blocks. One query."""
    turns = Turn.objects.filter(version=source.version_id).select_related("speaker")
    return blocks(_text(source), turns)


def codings_data(source: Source, member: Membership, ids: Iterable[int] | None = None) -> list[list[Any]]:
    """Codings of the current text that the member may see. Two queries.

    Each is [uuid, code id, coder id, start, end, has a memo, row version]; where one did not simply come by hand, also
    [..., only suggested, origin].
    """
    codings = shown_codings(source, member)
    memos = Memo.objects.filter(coding__source=source)
    if ids is not None:
        ids = list(ids)
        codings, memos = codings.filter(pk__in=ids), memos.filter(coding__in=ids)
    with_memo = set(memos.values_list("coding_id", flat=True))
    fields = ("id", "uuid", "code_id", "coder_id", "start", "end", "row_version", "review", "origin")
    return [
        [
            *(str(uuid), code, coder, start, end, int(key in with_memo), row_version),
            *([int(review == Review.SUGGESTED), origin] if review or origin else ()),
        ]
        for key, uuid, code, coder, start, end, row_version, review, origin in codings.order_by(
            "start", "id"
        ).values_list(*fields)
    ]


def shown_codings(source: Source, member: Membership) -> QuerySet[Coding]:
    """The codings of the current text that the member may see, what is suggested to them among them."""
    codings = Coding.objects.filter(source=source, version=source.version_id).exclude(review=Review.EMPTIED)
    return without_hidden(codings.without_others_suggestions(member), member)


def codes_data(tree: CodeTree) -> list[list[Any]]:
    """Codes in the order of the tree.

    Each is [id, uuid, parent id, name, proposed, definition, use when, not when, example].
    """
    return [
        [
            node.code.pk,
            str(node.code.uuid),
            node.code.parent_id,
            node.code.name,
            int(node.code.proposed),
            node.code.definition,
            node.code.use_when,
            node.code.not_when,
            node.code.example,
        ]
        for node in tree.walk()
    ]


def last_change(source: Source, member: Membership) -> int:
    """The cursor of a page that shows `source` as it is now: the last change there that the member is told of."""
    changes = _told(Change.objects.filter(source_id=source.pk), is_blind_in(member, source), member)
    return changes.order_by("-pk").values_list("pk", flat=True).first() or 0


def _told(changes: QuerySet[Change], blind: bool, member: Membership) -> QuerySet[Change]:
    """`changes` in one source; to who is blind there, only those of their own codings and what else they did."""
    if not blind:
        return changes
    own = Q(after__coder_id=member.pk) | Q(before__coder_id=member.pk)
    return changes.filter(Q(own, kind="Coding") | Q(~Q(kind="Coding"), event__actor=member))


def payload(source: Source, member: Membership) -> dict[str, Any]:
    """Everything but the text that the page needs to paint and to code, ready for JSON. Six queries, seven where the
    project is blind."""
    # The cursor comes first: what is stored while the rest is read comes twice rather than never.
    cursor = last_change(source, member)
    coders = Membership.objects.filter(project_id=source.project_id).values_list("pk", "name")
    progress = SourceProgress.objects.filter(source=source, finished__isnull=False)
    finished = set(progress.values_list("coder_id", flat=True))
    return {
        "source": str(source.uuid),
        "version": source.version_id,
        "project": str(source.project.uuid),
        "me": member.pk,
        "member": str(member.uuid),
        "may_code": member.may_code,
        "finished": member.pk in finished,
        "cursor": cursor,
        "coders": [[key, name, int(key in finished)] for key, name in coders],
        "codes": codes_data(code_tree(source.project)),
        "codings": codings_data(source, member),
        "blind": is_blind_in(member, source),
    }


def feed(source: Source, member: Membership, after: int) -> dict[str, Any]:
    """What changed in `source` and in the codebook since the change `after`, as far as `member` may see it.

    `cursor` is the last change told of: a long absence is told in several answers. `rows` are codings as they stand
    now, those too of which it was corrected who counts; `gone` the UUIDs of deleted ones; `codes` is the whole codebook
    where it changed.
    """
    # A bound, so that what is stored between the questions below is told of next time and not passed over.
    last = Change.objects.aggregate(last=Max("pk"))["last"] or 0
    changes = Change.objects.filter(pk__gt=after, pk__lte=last)
    here = changes.filter(source_id=source.pk, kind__in=("Coding", "Memo", "Attribution"))
    here = _told(here, is_blind_in(member, source), member).order_by("pk")
    told = list(here.values_list("pk", "kind", "object_id", "before", "after")[: FEED_CHANGES + 1])
    if len(told) > FEED_CHANGES:
        told.pop()
        changes = changes.filter(pk__lte=told[-1][0])
    touched: dict[int, str | None] = {}
    corrected: set[tuple[int, int]] = set()
    cursor = after
    for key, kind, row, before, now in told:
        fields = now or before or {}
        if kind == "Coding":
            touched[row] = fields["uuid"]
        elif kind == "Attribution":
            corrected.add((fields["start"], fields["end"]))
        elif fields["coding_id"] is not None:
            touched.setdefault(fields["coding_id"], None)
        cursor = key
    for key in _on_stretches(source, corrected):
        touched.setdefault(key, None)
    answer: dict[str, Any] = {"rows": [], "gone": []}
    if touched:
        answer["rows"] = codings_data(source, member, touched)
        there = {row[0] for row in answer["rows"]}
        answer["gone"] = [uuid for uuid in touched.values() if uuid is not None and uuid not in there]
    codebook = changes.filter(kind="Code", event__project=source.project_id).aggregate(last=Max("pk"))["last"]
    if codebook:
        cursor = max(cursor, codebook)
        answer["codes"] = codes_data(code_tree(source.project))
    return answer | {"cursor": cursor, "version": source.version_id}


def _on_stretches(source: Source, stretches: set[tuple[int, int]]) -> list[int]:
    """The codings (ids) of the current text on exactly one of `stretches`. At most one query."""
    if not stretches:
        return []
    starts = {start for start, _end in stretches}
    rows = Coding.objects.filter(version=source.version_id, start__in=starts).values_list(
        "pk", "start", "end"
    )
    return [key for key, *stretch in rows if tuple(stretch) in stretches]


@dataclass(frozen=True)
class Listed:
    """A coding as a list in words names it."""

    path: tuple[str, ...]
    code_id: int
    coder: str
    quote: str
    memos: tuple[str, ...]
    suggested: bool


def listed(source: Source, member: Membership) -> list[tuple[Block, list[Listed]]]:
    """The codings of the current text that the member may see, under the blocks in which they begin. Four queries."""
    tree = code_tree(source.project)
    text = _text(source)
    parts = source_blocks(source)
    starts = [block.start for block in parts]
    memos: dict[int, list[str]] = {}
    for coding_id, body in Memo.objects.filter(coding__source=source).values_list("coding_id", "body"):
        memos.setdefault(coding_id, []).append(body)
    found: dict[int, list[Listed]] = {}
    for coding in shown_codings(source, member).select_related("coder").order_by("start", "-end", "id"):
        one = Listed(
            path=tree.by_id[coding.code_id].path,
            code_id=coding.code_id,
            coder=coding.coder.name,
            quote=text[coding.start : coding.end],
            memos=tuple(memos.get(coding.pk, ())),
            suggested=coding.review == Review.SUGGESTED,
        )
        found.setdefault(bisect_right(starts, coding.start) - 1, []).append(one)
    return [(parts[at], found[at]) for at in sorted(found)]
