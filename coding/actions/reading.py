"""What a member has read of a source: their own note, as a bookmark in a book is."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coding.actions.errors import Invalid
from coding.actions.versions import way_between
from coding.anchoring.covering import Stretch, carried, carried_point, united
from coding.models import Membership, Reading, Source, TextVersion
from coding.permissions import check_can_see_source

MOST_SPANS = 2_000


def note_reading(
    *, actor: Membership, source: Source, version: int, spans: Sequence[Stretch], position: int
) -> Reading:
    """Add `spans`, which the actor has had before their eyes, to what they have read, and note where they stopped.

    Both are code points of the text with version id `version`; of an earlier text they are moved to the current one.
    Noting twice is noting once. Raises Denied, Invalid where they do not lie in that text, Conflict where it is gone.

    This leaves no event, no Change and nothing in the feed: who scrolled where is for nobody to watch, and nothing
    that others see rests on it.
    """
    check_can_see_source(actor, source)
    with transaction.atomic():
        # A new text that is being stored waits here, or this waits for it: what is noted lies in one of the two.
        row = (
            Source.objects.select_for_update(no_key=True)
            .only("pk", "version_id")
            .filter(pk=source.pk)
            .first()
        )
        text = TextVersion.objects.filter(source=row, pk=version).only("characters").first()
        if (
            row is None
            or text is None
            or row.version_id is None
            or not _lie_in(text.characters, spans, position)
        ):
            raise Invalid(_("The request could not be understood. Load the page again."))
        way = way_between(version, row.version_id)
        reading, _made = Reading.objects.get_or_create(source=row, member=actor)
        reading.spans = united([*reading.spans, *carried(way, spans)])
        reading.position = carried_point(way, position)
        reading.save()
    return reading


def _lie_in(length: int, spans: Sequence[Stretch], position: int) -> bool:
    inside = all(0 <= start < end <= length for start, end in spans)
    return inside and len(spans) <= MOST_SPANS and 0 <= position <= length
