"""Which current texts of a project the search has read, and which wait."""

from __future__ import annotations

from django.db.models import F, Q

from coding.language.analyser import EDITION
from coding.models import TextVersion


def unread(project_id: int, made_by: str | None = None) -> list[int]:
    """The ids of the current texts that the search has not read, or not with the analyser of today.

    `made_by` is what reads today (`language.analyser.analyser_name`); without it, which only the worker can afford to
    ask, an index of today's edition is good enough.
    """
    current = TextVersion.objects.filter(source__project_id=project_id, pk=F("source__version_id"))
    stale = Q(word_index=None) | ~Q(word_index__edition=EDITION)
    if made_by is not None:
        stale |= ~Q(word_index__made_by=made_by)
    return list(current.filter(stale).order_by("pk").values_list("pk", flat=True))
