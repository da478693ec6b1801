"""The versions of a text, what a new one changes, and which codings wait for a look because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Count, QuerySet

from coding.anchoring.readable import ChangedTurns, Said, changed_turns, excerpt
from coding.anchoring.spans import CARRIED, EMPTIED, SpanMap, moved_in
from coding.anchoring.texts import NewText, PlannedTurn, TurnChange
from coding.models import Change, Coding, Membership, Source, Speaker, TextVersion, Turn
from coding.models.codings import Review


@dataclass(frozen=True)
class WrittenTurn:
    """A turn as the editing view begins with it; `number` counts from 0."""

    number: int
    start: int
    text: str
    speaker: int | None
    time: str


def written_turns(version: TextVersion) -> list[WrittenTurn]:
    """The turns of a version with their words. One query."""
    rows = Turn.objects.filter(version=version).order_by("number")
    return [
        WrittenTurn(number, start, version.text[start:end], speaker, time)
        for number, start, end, speaker, time in rows.values_list(
            "number", "start", "end", "speaker_id", "time"
        )
    ]


def version_of(source: Source, number: int) -> TextVersion | None:
    """A version of a source by its number, where its text has not been removed for good."""
    return TextVersion.objects.filter(source=source, number=number, purged=None).first()


@dataclass(frozen=True)
class VersionRow:
    """A version in the list. `state` is current, earlier, or undone: not on the way to the current one."""

    version: TextVersion
    state: str
    comparable: bool


def versions(source: Source) -> list[VersionRow]:
    """All versions of a source, the newest first; their texts are not read. One query."""
    found = list(
        TextVersion.objects.filter(source=source)
        .select_related("author")
        .defer("text", "edits", "suggestions")
        .order_by("-number")
    )
    by_id = {version.pk: version for version in found}
    line: set[int] = set()
    at = by_id.get(source.version_id or 0)
    while at is not None and at.pk not in line:
        line.add(at.pk)
        at = by_id.get(at.previous_id or 0)
    rows = []
    for version in found:
        state = "undone" if version.pk not in line else "earlier"
        previous = by_id.get(version.previous_id or 0)
        readable = previous is not None and not previous.purged and not version.purged
        rows.append(VersionRow(version, "current" if version.pk == source.version_id else state, readable))
    return rows


def _said(turns: Iterable[PlannedTurn], labels: Mapping[int, str]) -> list[Said]:
    return [Said(turn.start, turn.end, labels.get(turn.speaker or 0, "")) for turn in turns]


def _planned(version: TextVersion) -> list[PlannedTurn]:
    rows = Turn.objects.filter(version=version).order_by("number")
    return [PlannedTurn(*row) for row in rows.values_list("start", "end", "speaker_id")]


def _labels(source: Source) -> dict[int, str]:
    return dict(source.speakers.values_list("pk", "label"))


def difference_to_previous(version: TextVersion) -> list[ChangedTurns]:
    """What a version changed of the one before it, turn by turn; empty where one of the texts is gone."""
    previous = version.previous
    if previous is None or previous.purged or version.purged:
        return []
    labels = _labels(version.source)
    before, after = _said(_planned(previous), labels), _said(_planned(version), labels)
    return changed_turns(previous.text, before, version.text, after, version.edits)


def planned_difference(source: Source, new: NewText) -> list[ChangedTurns]:
    """What a planned text would change of the current one."""
    if source.version is None:
        return []
    labels = _labels(source)
    before = _said(_planned(source.version), labels)
    steps = SpanMap.of(new.edits).steps
    return changed_turns(source.version.text, before, new.text, _said(new.turns, labels), steps)


@dataclass(frozen=True)
class Waiting:
    """A coding that waits, or would wait, for its coder to look at it; `before` is None where that text is gone.

    `start` is where it stands in the current text.
    """

    coding: Coding
    review: str
    before: str | None
    now: str
    start: int = 0
    end: int = 0

    @property
    def why(self) -> str:
        return str(Review(self.review).label)


@dataclass(frozen=True)
class Fates:
    """What a new text does to the codings: how many are carried over unmarked, and which wait for their coder."""

    carried: int
    waiting: list[Waiting]


def fates(source: Source, new: NewText, member: Membership) -> Fates:
    """What storing `new` as the next text of `source` would do to its codings that the member may see. One query."""
    span_map = SpanMap.of(new.edits)
    old = source.version.text if source.version else ""
    codings = Coding.objects.filter(source=source, version=source.version_id).seen_by(member)
    taken: set[tuple[int, int, int, int]] = set()
    carried, waiting = 0, []
    for coding in codings.select_related("code", "coder").order_by("id"):
        moved = moved_in(new.text, span_map.move(coding.start, coding.end))
        review = coding.review
        if moved.fate == EMPTIED:
            review = Review.EMPTIED.value
        elif moved.fate != CARRIED and not review:
            review = Review.CUT.value
        place = (coding.coder_id, coding.code_id, moved.start, moved.end)
        if not review:
            if place in taken:
                review = Review.TWIN.value
            taken.add(place)
        if review == coding.review:
            carried += 1
            continue
        before, now = excerpt(old[coding.start : coding.end]), excerpt(new.text[moved.start : moved.end])
        waiting.append(Waiting(coding, review, before, now, moved.start, moved.end))
    return Fates(carried, sorted(waiting, key=lambda one: (one.start, one.coding.pk)))


def _cut(member: Membership) -> QuerySet[Coding]:
    """The codings that the member may see and that a new version of a text could not simply carry over."""
    return Coding.objects.seen_by(member).confirmed().exclude(review="")


def to_review(source: Source, member: Membership) -> list[Waiting]:
    """The codings that the member may see and that wait for a look, in the order of the text. Four queries."""
    codings = list(_cut(member).filter(source=source).select_related("code", "coder").order_by("start", "id"))
    places = _places_before([coding.pk for coding in codings])
    kept = TextVersion.objects.filter(source=source, purged=None)
    kept = kept.filter(pk__in={version for version, _start, _end in places.values()})
    texts = dict(kept.values_list("pk", "text"))
    now = source.version.text if source.version else ""
    found = []
    for coding in codings:
        version, start, end = places.get(coding.pk, (0, 0, 0))
        before = excerpt(texts[version][start:end]) if version in texts else None
        reading = excerpt(now[coding.start : coding.end])
        found.append(Waiting(coding, coding.review, before, reading, coding.start, coding.end))
    return found


def _places_before(ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """For each coding (version id, start, end) where it stood before a new text first put it to review."""
    found: dict[int, tuple[int, int, int]] = {}
    changes = Change.objects.filter(kind="Coding", object_id__in=ids).order_by("-id")
    for key, before, after in changes.values_list("object_id", "before", "after"):
        if key not in found and before and after and not before.get("review") and after.get("review"):
            found[key] = (before["version_id"], before["start"], before["end"])
    return found


def turn_around(source: Source, point: int) -> tuple[int, int] | None:
    """The turn [start, end) of the current text in which a point lies."""
    turns = Turn.objects.filter(version=source.version_id, start__lte=point).order_by("-number")
    return turns.values_list("start", "end").first()


def to_review_count(source: Source, member: Membership) -> int:
    """How many codings of a source that the member may see wait for a look."""
    return _cut(member).filter(source=source).count()


def my_reviews(member: Membership) -> list[tuple[Source, int]]:
    """The sources in which codings of the member's own wait for a look, with how many. Two queries."""
    mine = _cut(member).filter(coder=member, source__in=Source.objects.visible_to(member))
    counts = dict(mine.values_list("source_id").annotate(n=Count("id")).order_by())
    return [(source, counts[source.pk]) for source in Source.objects.filter(pk__in=counts)]


def speakers_of(source: Source) -> list[Speaker]:
    """Who may be named in a turn, in order."""
    return list(source.speakers.order_by("position", "id"))


@dataclass(frozen=True)
class Unplaced:
    """A correction whose turn is no longer what it was; `number` counts from 1."""

    number: int
    text: str


def placed_anew(
    changes: Mapping[int, TurnChange], before: Sequence[WrittenTurn], now: Sequence[WrittenTurn]
) -> tuple[dict[int, TurnChange], list[Unplaced]]:
    """Corrections of the turns `before` (by number) as corrections of the turns `now`, and what has no place there.

    A turn is the same where its speaker and its words are, and the turns around it lie in the same order.
    """
    old = [(turn.text, turn.speaker) for turn in before]
    new = [(turn.text, turn.speaker) for turn in now]
    # Where all was the same but one correction, most of both lists is their common beginning and end.
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    places = {n: n for n in range(head)}
    places |= {len(old) - n: len(new) - n for n in range(1, tail + 1)}
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    for block in middle.get_matching_blocks():
        places |= {head + block.a + n: head + block.b + n for n in range(block.size)}
    placed = {places[number]: change for number, change in changes.items() if number in places}
    left = [Unplaced(number + 1, changes[number].text) for number in sorted(changes) if number not in places]
    return placed, left
