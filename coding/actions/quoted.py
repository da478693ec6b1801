"""What becomes of a report's quotations when the text that they stand in changes, or somebody's words must be gone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from coding.actions.erasing import forget_changes
from coding.actions.recording import Recording, state
from coding.anchoring.printing import are_marks_of, marks_from
from coding.anchoring.spans import CARRIED, EMPTIED, SpanMap, moved_in
from coding.models import ReportQuotation, Source, TextVersion

_PLACE = ["version", "start", "end", "marks", "changed", "approved_by", "approved"]


def move_quotations(
    record: Recording, source: Source, old: TextVersion, new: TextVersion, span_map: SpanMap
) -> None:
    """Let the quotations of a source stand in its next text.

    Where their own words changed they are `changed`, and an approval of their print wording is void; a cut or bracket
    that can no longer be placed is dropped. One whose words are all gone stays, as a point, with its number.
    """
    rows = list(ReportQuotation.objects.filter(source=source, version=old))
    for row in rows:
        before = state(row)
        moved = moved_in(new.text, span_map.move(row.start, row.end))
        said = old.text[row.start : row.end]
        marks = []
        for start, end, text in row.marks:
            place = span_map.move(row.start + start, row.start + end)
            inside = moved.start <= place.start and place.end <= moved.end
            if inside and (place.fate == CARRIED or (start == end and place.fate == EMPTIED)):
                marks.append([place.start - moved.start, place.end - moved.start, text])
        now = new.text[moved.start : moved.end]
        row.version, row.start, row.end = new, moved.start, moved.end
        row.marks = marks if are_marks_of(now, marks_from(marks)) else []
        if now != said:
            row.changed, row.approved_by, row.approved = True, None, None
            record.note(row, before, state(row))
    ReportQuotation.objects.bulk_update(rows, _PLACE, batch_size=500)


def forget_wordings(record: Recording, sources: Iterable[Source]) -> None:
    """Remove print wordings and what was written into brackets where the text of `sources` changed: they may hold what
    must be gone. Quotations whose words are all gone go too."""
    changed = ReportQuotation.objects.filter(source__in=list(sources), changed=True)
    keys = set(changed.values_list("pk", flat=True))
    forget_changes("ReportQuotation", keys)
    record.changes = [c for c in record.changes if c.kind != "ReportQuotation" or c.object_id not in keys]
    changed.filter(start=F("end")).delete()
    changed.update(print_wording="", print_by=None, marks=[])
