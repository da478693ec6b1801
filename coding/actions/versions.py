"""A source's next text: a new version, to which everything that is anchored in the old one moves.

Codings, corrections of who counts, memos and marks keep their identity and move by the span map. What a change cuts,
empties or makes equal to another coding stands to review; none is dropped. Only what the map could not bring back
exactly leaves a Change: undoing is moving back by the inverse map, and putting those rows right.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attribution import relink_version
from coding.actions.errors import Conflict
from coding.actions.recording import Recording, state
from coding.anchoring.spans import CARRIED, EMPTIED, Moved, SpanMap, composed, moved_in
from coding.anchoring.texts import NewText
from coding.anchoring.words import count_words, word_starts
from coding.models import (
    Attribution,
    AuditEvent,
    Change,
    Coding,
    Membership,
    Memo,
    NameMark,
    Source,
    TextVersion,
    Turn,
)
from coding.models.codings import Review
from coding.models.privacy import MarkVerdict

_BATCH = 200
_ANCHOR = ("version_id", "start", "end", "first_word", "end_word", "review")


def store_version(
    record: Recording, source: Source, new: NewText, *, reason: str, actor: Membership | None
) -> TextVersion:
    """Give a source its next text, inside the recording of an action, and move to it what stands in the current one."""
    last = TextVersion.objects.filter(source=source).aggregate(last=Max("number"))["last"] or 0
    version = TextVersion.objects.create(
        source=source,
        number=last + 1,
        text=new.text,
        sha256=hashlib.sha256(new.text.encode()).hexdigest(),
        characters=len(new.text),
        words=count_words(new.text),
        previous_id=source.version_id,
        edits=SpanMap.of(new.edits).steps,
        reason=reason,
        author=actor,
    )
    rows, words = [], 0
    for number, turn in enumerate(new.turns):
        spoken = count_words(new.text[turn.start : turn.end])
        rows.append(
            Turn(
                version=version,
                speaker_id=turn.speaker,
                number=number,
                start=turn.start,
                end=turn.end,
                first_word=words,
                words=spoken,
                time=turn.time[:20],
            )
        )
        words += spoken
    if words != version.words:
        raise ValueError("the turns do not cover the text")
    Turn.objects.bulk_create(rows, batch_size=500)
    _carry(record, source, version, SpanMap(version.edits))
    return version


def step_back(record: Recording, event: AuditEvent) -> None:
    """Undo a new version: the text before it is the current one again. Raises Conflict."""
    version = _version_of(event)
    source = Source.objects.get(pk=version.source_id)
    if source.version_id != version.pk or version.previous is None:
        raise Conflict(
            _("This cannot be undone: the text has been changed again since. Nothing was changed.")
        )
    if version.previous.purged:
        raise Conflict(_("This cannot be undone: the earlier text was removed for good."))
    _carry(record, source, version.previous, SpanMap(version.edits).inverse(), _recorded(event, back=True))


def step_again(record: Recording, event: AuditEvent) -> None:
    """Redo a new version that was undone. Raises Conflict."""
    version = _version_of(event)
    source = Source.objects.get(pk=version.source_id)
    if source.version_id != version.previous_id or version.purged:
        raise Conflict(
            _("This cannot be undone: the text has been changed again since. Nothing was changed.")
        )
    _carry(record, source, version, SpanMap(version.edits), _recorded(event, back=False))


def _version_of(event: AuditEvent) -> TextVersion:
    key = event.details.get("version")
    version = TextVersion.objects.select_related("previous").filter(pk=key).first()
    if version is None:
        raise Conflict(_("This cannot be undone: the earlier text was removed for good."))
    return version


def _recorded(event: AuditEvent, *, back: bool) -> dict[int, tuple[dict, dict]]:
    """What the event says of codings, by id: (as they stand if nobody touched them, as they shall stand)."""
    rows: Any = event.changes.filter(kind="Coding").values_list("object_id", "before", "after")
    return {key: (after, before) if back else (before, after) for key, before, after in rows}


def _carry(
    record: Recording,
    source: Source,
    version: TextVersion,
    span_map: SpanMap,
    recorded: Mapping[int, tuple[dict, dict]] | None = None,
) -> None:
    """Move all that stands in the current text of `source` to `version`, and make that the current one."""
    old = source.version_id
    starts = word_starts(version.text)
    back = span_map.inverse()
    codings = list(
        Coding.objects.filter(source=source, version_id=old).select_related("source").order_by("id")
    )
    taken: set[tuple[int, int, int, int]] = set()
    exact = recorded or {}
    for coding in codings:
        before = state(coding)
        expected, wanted = exact.get(coding.pk, (None, None))
        if expected is not None and wanted and all(before[name] == expected[name] for name in _ANCHOR):
            for name in _ANCHOR:
                setattr(coding, name, wanted[name])
        else:
            _move_coding(coding, version, moved_in(version.text, span_map.move(coding.start, coding.end)))
            coding.first_word = bisect_left(starts, coding.start)
            coding.end_word = bisect_left(starts, coding.end)
        place = (coding.coder_id, coding.code_id, coding.start, coding.end)
        if not coding.review:
            if place in taken:
                coding.review = Review.TWIN
            taken.add(place)
        coding.row_version += 1
        home = back.move(coding.start, coding.end)
        if coding.review != before["review"] or (home.start, home.end) != (before["start"], before["end"]):
            record.note(coding, before, state(coding))
    fields = [*_ANCHOR, "row_version"]
    Coding.objects.bulk_update(codings, fields, batch_size=_BATCH)
    _move_corrections(old, version, span_map)
    _move_memos(source, version, span_map)
    _move_marks(old, version, span_map)
    record.update(source, version=version)
    relink_version(version)


def _move_coding(coding: Coding, version: TextVersion, moved: Moved) -> None:
    coding.version = version
    coding.start, coding.end = moved.start, moved.end
    if moved.fate == EMPTIED:
        coding.review = Review.EMPTIED
    elif moved.fate != CARRIED and not coding.review:
        coding.review = Review.CUT


def _move_corrections(old: int | None, version: TextVersion, span_map: SpanMap) -> None:
    seen: set[tuple[int, int, int]] = set()
    gone: list[int] = []
    kept: list[Attribution] = []
    for row in Attribution.objects.filter(version_id=old).order_by("id"):
        moved = moved_in(version.text, span_map.move(row.start, row.end))
        place = (moved.start, moved.end, row.informant_id)
        if moved.fate == EMPTIED or place in seen:
            gone.append(row.pk)
            continue
        seen.add(place)
        row.version, row.start, row.end = version, moved.start, moved.end
        kept.append(row)
    Attribution.objects.filter(pk__in=gone).delete()
    Attribution.objects.bulk_update(kept, ["version", "start", "end"], batch_size=_BATCH)


def _move_memos(source: Source, version: TextVersion, span_map: SpanMap) -> None:
    memos = list(Memo.objects.filter(source=source, start__isnull=False, end__isnull=False))
    for memo in memos:
        moved = span_map.move(memo.start or 0, memo.end or 0)
        memo.start, memo.end = moved.start, moved.end
    Memo.objects.bulk_update(memos, ["start", "end"], batch_size=_BATCH)


def _move_marks(old: int | None, version: TextVersion, span_map: SpanMap) -> None:
    """A mark whose words have changed is done with, but for one that points out what identifies indirectly."""
    gone, kept = [], []
    for mark in NameMark.objects.filter(version_id=old):
        moved = span_map.move(mark.start, mark.end)
        same = moved.end - moved.start == mark.end - mark.start and moved.fate == CARRIED
        if same or (mark.verdict == MarkVerdict.INDIRECT and moved.fate != EMPTIED):
            mark.version, mark.start, mark.end = version, moved.start, moved.end
            kept.append(mark)
        else:
            gone.append(mark.pk)
    NameMark.objects.filter(pk__in=gone).delete()
    NameMark.objects.bulk_update(kept, ["version", "start", "end"], batch_size=_BATCH)


def way_between(old: int, new: int) -> list[SpanMap]:
    """The span maps that lead from one version of a source to another, back over their common ancestor if need be.

    Raises Conflict where one of them is gone.
    """
    there, here = _line(old), _line(new)
    known = {version.pk for version in here}
    up: list[SpanMap] = []
    for version in there:
        if version.pk in known:
            down = [SpanMap(one.edits) for one in here[: [v.pk for v in here].index(version.pk)]]
            return [*up, *reversed(down)]
        up.append(SpanMap(version.edits).inverse())
    raise Conflict(_("The text has been replaced since. Load the page again."))


def _line(key: int | None) -> list[TextVersion]:
    """A version and those before it, the newest first; their texts are not read."""
    found = []
    while key is not None:
        version = TextVersion.objects.only("pk", "previous_id", "edits").filter(pk=key).first()
        if version is None:
            break
        found.append(version)
        key = version.previous_id
    return found


class Anchors:
    """Recorded states of codings as they would read in the current texts of their sources."""

    def __init__(self) -> None:
        self._current: dict[int, TextVersion | None] = {}
        self._ways: dict[int, list[SpanMap]] = {}
        self._starts: dict[int, list[int]] = {}

    def now(self, fields: dict[str, Any] | None) -> dict[str, Any] | None:
        """`fields` of a coding, moved to the text that its source has now. Raises Conflict."""
        if fields is None:
            return None
        source, old = fields["source_id"], fields["version_id"]
        if source not in self._current:
            version_ids = Source.objects.filter(pk=source).values("version_id")
            self._current[source] = TextVersion.objects.filter(pk__in=version_ids).first()
        version = self._current[source]
        if version is None or version.pk == old:
            return fields
        if old not in self._ways:
            self._ways[old] = way_between(old, version.pk)
            self._starts[version.pk] = word_starts(version.text)
        moved = moved_in(version.text, composed(self._ways[old], fields["start"], fields["end"]))
        starts = self._starts[version.pk]
        review = fields.get("review", "")
        return fields | {
            "version_id": version.pk,
            "start": moved.start,
            "end": moved.end,
            "first_word": bisect_left(starts, moved.start),
            "end_word": bisect_left(starts, moved.end),
            "review": Review.EMPTIED.value if moved.fate == EMPTIED else review or moved.fate,
        }


def purge_versions(sources: Iterable[Source]) -> int:
    """Remove for good every text of `sources` but the current ones; answers how many texts went.

    Undoing a new version is over then: such events can no longer be undone.
    """
    gone = 0
    for source in sources:
        old = TextVersion.objects.filter(source=source, purged=None).exclude(pk=source.version_id or 0)
        keys = list(old.values_list("pk", flat=True))
        Turn.objects.filter(version_id__in=keys).delete()
        gone += TextVersion.objects.filter(pk__in=keys).update(text="", sha256="", purged=timezone.now())
        events = Change.objects.filter(source_id=source.pk, kind="Source").values("event_id")
        AuditEvent.objects.filter(verb="text.correct", pk__in=events).update(page="")
    return gone
