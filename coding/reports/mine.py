"""A member's own sources: what is assigned to them, where they stopped, how far they have come and what is next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Max

from coding.models import Coding, Membership, Reading, Source, SourceProgress
from coding.reports.reading import ReadingRow, reading_rows

# The last lines of a page need not have stood before anybody's eyes.
THROUGH = 0.985


@dataclass(frozen=True)
class MySource:
    """A source that is the member's, with how far they have come: read, coded and finished are three things.

    `place` is the passage [start, end) coded last where nothing is noted of reading: the page itself opens at what is.
    """

    source: Source
    assigned: bool
    codings: int
    finished: bool
    reading: ReadingRow
    place: tuple[int, int] | None

    @property
    def fragment(self) -> str:
        """What leads to the place, behind the address of the source's page."""
        return f"#o={self.place[0]}-{self.place[1]}" if self.place else ""

    @property
    def begun(self) -> bool:
        return bool(self.codings or self.finished)

    @property
    def opened(self) -> bool:
        return self.begun or self.reading.read > 0

    @property
    def through(self) -> bool:
        """Read to the end and coded, and not marked as finished. Who has only read it will come back to code."""
        return bool(self.codings) and not self.finished and self.reading.read >= THROUGH


def my_sources(member: Membership) -> list[MySource]:
    """What the member goes on with first: the source worked in last, then what is assigned, then what is read to the
    end, then what is finished.

    Nine queries, however many sources there are.
    """
    own = SourceProgress.objects.filter(coder=member).exclude(assigned=None, finished=None)
    marks = {source: (assigned, finished) for source, assigned, finished in own.values_list(
        "source_id", "assigned", "finished"
    )}  # fmt: skip
    coded = Coding.objects.confirmed().filter(coder=member, version=F("source__version"))
    last = {
        row["source_id"]: row
        for row in coded.order_by()
        .values("source_id")
        .annotate(n=Count("id"), last=Max("id"), at=Max("modified"))
    }
    read = dict(Reading.objects.filter(member=member).values_list("source_id", "modified"))
    sources = Source.objects.visible_to(member).filter(pk__in={*marks, *last, *read})
    reading = reading_rows(member, [source.pk for source in sources])
    ends = {key: (start, end) for key, start, end in Coding.objects.filter(
        pk__in=[row["last"] for row in last.values()]
    ).values_list("source_id", "start", "end")}  # fmt: skip
    found = []
    for source in sources:
        assigned, finished = marks.get(source.pk, (None, None))
        row = last.get(source.pk)
        noted = reading.get(source.pk, ReadingRow())
        one = MySource(
            source=source,
            assigned=assigned is not None,
            codings=row["n"] if row else 0,
            finished=finished is not None,
            reading=noted,
            place=None if noted.position else ends.get(source.pk),
        )
        at = max(filter(None, [row and row["at"], read.get(source.pk)]), default=None)
        found.append((one, at))
    latest = sorted(found, key=lambda pair: pair[1].timestamp() if pair[1] else 0.0, reverse=True)
    return sorted((one for one, _at in latest), key=lambda one: (one.finished, one.through, not one.opened))
