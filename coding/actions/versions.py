"""A source's next text: a new version, to which everything that is anchored in the old one moves.

Codings, corrections of who counts, memos and marks keep their identity and move by the span map. What a change cuts,
empties or makes equal to another coding stands to review; none is dropped. Only what the map could not bring back
exactly leaves a Change: undoing is moving back by the inverse map, and putting those rows right.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attribution import relink_version
from coding.actions.bulk import save_many
from coding.actions.errors import Conflict
from coding.actions.indexing import drop_indexes
from coding.actions.quoted import move_quotations
from coding.actions.recording import Recording, state
from coding.anchoring.covering import carried, carried_point
from coding.anchoring.spans import CARRIED, EMPTIED, Moved, SpanMap, composed, moved_in
from coding.anchoring.texts import NewText
from coding.anchoring.words import count_words, word_starts
from coding.models import (
    Attribution,
    AuditEvent,
    Change,
    Coding,
    Informant,
    Membership,
    Memo,
    NameMark,
    Reading,
    Source,
    TextVersion,
    Turn,
)
from coding.models.codings import Review
from coding.models.privacy import MarkVerdict

_ANCHOR = ("version_id", "start", "end", "first_word", "end_word", "review")


def write_text(source: Source, new: NewText, **fields: Any) -> TextVersion:
    """Insert a text of `source` with its turns, under the next free number. Nothing refers to it yet."""
    last = TextVersion.objects.filter(source=source).aggregate(last=Max("number"))["last"] or 0
    version = TextVersion.objects.create(
        source=source,
        number=last + 1,
        text=new.text,
        sha256=hashlib.sha256(new.text.encode()).hexdigest(),
        characters=len(new.text),
        words=count_words(new.text),
        edits=SpanMap.of(new.edits).steps,
        **fields,
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
    return version


def store_version(
    record: Recording, source: Source, new: NewText, *, reason: str, actor: Membership | None
) -> TextVersion:
    """Give a source its next text, inside the recording of an action, and move to it what stands in the current one."""
    version = write_text(source, new, previous_id=source.version_id, reason=reason, author=actor)
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
    _carry(record, source, version.previous, SpanMap(version.edits).inverse(), _Recorded(event, back=True))


def step_again(record: Recording, event: AuditEvent) -> None:
    """Redo a new version that was undone. Raises Conflict."""
    version = _version_of(event)
    source = Source.objects.get(pk=version.source_id)
    if source.version_id != version.previous_id or version.purged:
        raise Conflict(
            _("This cannot be undone: the text has been changed again since. Nothing was changed.")
        )
    _carry(record, source, version, SpanMap(version.edits), _Recorded(event, back=False))


def _version_of(event: AuditEvent) -> TextVersion:
    key = event.details.get("version")
    version = TextVersion.objects.select_related("previous").filter(pk=key).first()
    if version is None:
        raise Conflict(_("This cannot be undone: the earlier text was removed for good."))
    return version


class _Recorded:
    """What a new version did to rows that the map alone does not bring back exactly, by kind and id.

    Each as (as it stands if nobody touched it, as it shall stand); None where it is not there.
    """

    def __init__(self, event: AuditEvent | None, *, back: bool = False) -> None:
        self._rows: dict[tuple[str, int], tuple[dict | None, dict | None]] = {}
        if event is None:
            return
        # Undoing and redoing it before told of rows that came between.
        changes = Change.objects.filter(Q(event=event) | Q(event__reverses=event)).order_by("id")
        for kind, key, before, after, verb in changes.values_list(
            "kind", "object_id", "before", "after", "event__verb"
        ):
            old, new = (after, before) if verb == "undo" else (before, after)
            self._rows[kind, key] = (new, old) if back else (old, new)

    def wanted(self, kind: str, key: int, present: Mapping[str, Any], names: Iterable[str]) -> dict | None:
        """How the row shall stand, where it stands in `names` as it was left."""
        expected, wanted = self._rows.get((kind, key), (None, None))
        if expected is None or wanted is None or any(present[name] != expected[name] for name in names):
            return None
        return wanted

    def dropped(self, kind: str) -> dict[int, dict]:
        """The rows of a kind that are not there now, and shall be."""
        return {
            key: wanted
            for (other, key), (expected, wanted) in self._rows.items()
            if other == kind and expected is None and wanted is not None
        }


@dataclass(frozen=True)
class _Way:
    """From the text that a source has to the one that it shall have."""

    old: TextVersion
    new: TextVersion
    there: SpanMap
    back: SpanMap
    recorded: _Recorded

    def move(self, start: int, end: int) -> Moved:
        return moved_in(self.new.text, self.there.move(start, end))

    def comes_back(self, start: int, end: int, now_start: int, now_end: int) -> bool:
        """Whether the inverse map brings what now is [now_start, now_end) back to [start, end) unmarked."""
        home = moved_in(self.old.text, self.back.move(now_start, now_end))
        return (home.start, home.end, home.fate) == (start, end, CARRIED)


def _carry(
    record: Recording,
    source: Source,
    version: TextVersion,
    span_map: SpanMap,
    recorded: _Recorded | None = None,
) -> None:
    """Move all that stands in the current text of `source` to `version`, and make that the current one."""
    old = TextVersion.objects.get(pk=source.version_id or 0)
    way = _Way(old, version, span_map, span_map.inverse(), recorded or _Recorded(None))
    _move_codings(record, source, way)
    _move_corrections(record, way)
    _move_memos(record, source, way)
    _move_marks(old.pk, version, span_map)
    move_quotations(record, source, old, version, span_map)
    record.update(source, version=version)
    _move_readings(source, span_map)
    drop_indexes([old.pk])
    relink_version(version)


def _move_codings(record: Recording, source: Source, way: _Way) -> None:
    starts = word_starts(way.new.text)
    codings = list(
        Coding.objects.filter(source=source, version=way.old).select_related("source").order_by("id")
    )
    taken: set[tuple[int, int, int, int]] = set()
    for coding in codings:
        before = state(coding)
        wanted = way.recorded.wanted("Coding", coding.pk, before, _ANCHOR)
        if wanted is not None:
            for name in _ANCHOR:
                setattr(coding, name, wanted[name])
        else:
            _move_coding(coding, way.new, way.move(coding.start, coding.end))
            coding.first_word = bisect_left(starts, coding.start)
            coding.end_word = bisect_left(starts, coding.end)
        place = (coding.coder_id, coding.code_id, coding.start, coding.end)
        if not coding.review:
            if place in taken:
                coding.review = Review.TWIN
            taken.add(place)
        coding.row_version += 1
        if coding.review != before["review"] or not way.comes_back(
            before["start"], before["end"], coding.start, coding.end
        ):
            record.note(coding, before, state(coding))
    save_many(codings, [*_ANCHOR, "row_version"])


def _move_coding(coding: Coding, version: TextVersion, moved: Moved) -> None:
    coding.version = version
    coding.start, coding.end = moved.start, moved.end
    if moved.fate == EMPTIED:
        coding.review = Review.EMPTIED
    elif moved.fate != CARRIED and not coding.review:
        coding.review = Review.CUT


def _move_corrections(record: Recording, way: _Way) -> None:
    seen: set[tuple[int, int, int]] = set()
    gone: list[int] = []
    kept: list[Attribution] = []
    for row in way.old.attributions.order_by("id"):
        before = state(row)
        wanted = way.recorded.wanted("Attribution", row.pk, before, before)
        moved = Moved(wanted["start"], wanted["end"], CARRIED) if wanted else way.move(row.start, row.end)
        place = (moved.start, moved.end, row.informant_id)
        if moved.fate == EMPTIED or place in seen:
            gone.append(row.pk)
            record.note(row, before, None)
            continue
        seen.add(place)
        row.version, row.start, row.end = way.new, moved.start, moved.end
        kept.append(row)
        if not way.comes_back(before["start"], before["end"], row.start, row.end):
            record.note(row, before, state(row))
    Attribution.objects.filter(pk__in=gone).delete()
    save_many(kept, ["version", "start", "end"])
    for key, fields in way.recorded.dropped("Attribution").items():
        place = (fields["start"], fields["end"], fields["informant_id"])
        known = Informant.objects.filter(pk=fields["informant_id"]).exists()
        if place not in seen and known and not Attribution.objects.filter(pk=key).exists():
            record.create(Attribution(pk=key, **fields))


def _move_memos(record: Recording, source: Source, way: _Way) -> None:
    memos = list(Memo.objects.filter(source=source, start__isnull=False, end__isnull=False))
    for memo in memos:
        before = state(memo)
        wanted = way.recorded.wanted("Memo", memo.pk, before, ("start", "end"))
        moved = way.there.move(before["start"], before["end"])
        memo.start, memo.end = (wanted["start"], wanted["end"]) if wanted else (moved.start, moved.end)
        home = way.back.move(memo.start, memo.end)
        if (home.start, home.end) != (before["start"], before["end"]):
            record.note(memo, before, state(memo))
    save_many(memos, ["start", "end"])


def _move_marks(old: int, version: TextVersion, span_map: SpanMap) -> None:
    """A mark whose words have changed stays with the old text, but for one that points out what identifies indirectly.

    It is there again when the old text is, and goes with it.
    """
    kept = []
    for mark in NameMark.objects.filter(version_id=old):
        moved = span_map.move(mark.start, mark.end)
        same = moved.end - moved.start == mark.end - mark.start and moved.fate == CARRIED
        if same or (mark.verdict == MarkVerdict.INDIRECT and moved.fate != EMPTIED):
            mark.version, mark.start, mark.end = version, moved.start, moved.end
            kept.append(mark)
    places = {(mark.start, mark.end): mark for mark in kept}
    stayed = NameMark.objects.filter(version=version)
    older = [key for key, start, end in stayed.values_list("pk", "start", "end") if (start, end) in places]
    twins = [mark.pk for mark in kept if places[mark.start, mark.end] is not mark]
    NameMark.objects.filter(pk__in=[*older, *twins]).delete()
    save_many(list(places.values()), ["version", "start", "end"])


def _move_readings(source: Source, span_map: SpanMap) -> None:
    # Under the lock of the source, which `note_reading` takes too: none is read before and written after a note.
    readings = list(Reading.objects.filter(source=source))
    for reading in readings:
        reading.spans = carried([span_map], reading.spans)
        reading.position = carried_point([span_map], reading.position)
    save_many(readings, ["spans", "position"])


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
        NameMark.objects.filter(version_id__in=keys).delete()
        gone += TextVersion.objects.filter(pk__in=keys).update(text="", sha256="", purged=timezone.now())
        events = Change.objects.filter(source_id=source.pk, kind="Source").values("event_id")
        AuditEvent.objects.filter(verb="text.correct", pk__in=events).update(page="")
    return gone
