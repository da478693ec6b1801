"""How far an import is: a line per file, and a file as it would be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from coding.anchoring.words import count_words
from coding.importing import confirming
from coding.importing.confirming import Choices, Confirmed
from coding.importing.document import Message, ReadDocument
from coding.importing.messages import DOUBTFUL, SENTENCES, SHORT
from coding.models import Membership
from coding.models.jobs import DraftState, ImportBatch, ImportDraft
from coding.permissions import can_see_source

TURNS_A_PAGE = 100
SHOWN_CHARACTERS = 3000
SEGMENTS_A_PAGE = 150


def sentence(message: Message) -> str:
    """A warning or refusal of the importing room in the reader's language."""
    return _(SENTENCES.get(message.code, SENTENCES["crashed"])) % dict(message.params)


@dataclass(frozen=True)
class Line:
    """One file of a batch."""

    uuid: UUID
    name: str
    title: str
    state: str
    kind: str
    cleared: bool
    counts: Mapping[str, int]
    problem: str
    source: UUID | None
    can_open: bool
    can_retry: bool
    gone: bool
    noticed: Sequence[tuple[str, bool]] = ()


@dataclass(frozen=True)
class Progress:
    """All files of a batch and how many stand where."""

    lines: Sequence[Line]
    storing: bool
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def reading(self) -> int:
        return self.counts.get(DraftState.WAITING, 0) + self.counts.get(DraftState.READING, 0)

    @property
    def read(self) -> int:
        return self.total - self.reading

    @property
    def ready(self) -> int:
        return self.counts.get(DraftState.READY, 0)

    @property
    def refused(self) -> int:
        return self.counts.get(DraftState.REFUSED, 0)

    @property
    def stored(self) -> int:
        return self.counts.get(DraftState.STORED, 0)

    @property
    def moving(self) -> bool:
        """Whether the page will look different soon."""
        return bool(self.reading or self.storing)


def _problem(error: Mapping[str, object] | None) -> str:
    if not error:
        return ""
    if "sentence" in error:
        return str(error["sentence"])
    params = error.get("params")
    return sentence(Message(str(error.get("code")), dict(params) if isinstance(params, dict) else {}))


def _noticed(draft: ImportDraft) -> list[tuple[str, bool]]:
    """What was noticed while the file was read, in a word or two, and whether its text may be wrong."""
    codes = draft.choices.get("noticed", ())
    return [(_(SHORT[code]), code in DOUBTFUL) for code in codes if code in SHORT]


def progress(batch: ImportBatch, member: Membership, *, storing: bool) -> Progress:
    """The batch as the member sees it, in two queries."""
    drafts = list(batch.drafts.select_related("source").defer("document"))
    lines = []
    counts: dict[str, int] = {}
    for draft in drafts:
        counts[draft.state] = counts.get(draft.state, 0) + 1
        source = draft.source
        lines.append(
            Line(
                uuid=draft.uuid,
                name=draft.file_name or draft.title,
                title=source.title if source is not None else draft.title,
                state=draft.state,
                kind=draft.get_kind_display(),
                cleared=bool(draft.choices.get("cleared")),
                counts=draft.choices.get("counts", {}),
                problem=_problem(draft.error),
                source=source.uuid if source is not None else None,
                can_open=source is not None and can_see_source(member, source),
                can_retry=draft.state == DraftState.REFUSED and bool(draft.encoding),
                gone=draft.state == DraftState.STORED and source is None,
                noticed=_noticed(draft) if draft.state == DraftState.READY else (),
            )
        )
    return Progress(lines, storing, counts)


def next_ready(draft: ImportDraft) -> ImportDraft | None:
    """The file of the same batch that waits for confirmation after this one, or before it."""
    ready = draft.batch.drafts.filter(state=DraftState.READY).exclude(pk=draft.pk).only("uuid", "position")
    later = [other for other in ready if (other.position, other.pk) > (draft.position, draft.pk)]
    return later[0] if later else ready.first()


def open_batches(member: Membership) -> list[tuple[ImportBatch, int]]:
    """The member's own batches with files that wait for confirmation, and how many; newest first."""
    ready = Count("drafts", filter=Q(drafts__state=DraftState.READY))
    batches = ImportBatch.objects.filter(member=member).annotate(ready=ready).filter(ready__gt=0)
    return [(batch, batch.ready) for batch in batches.order_by("-id")]


@dataclass(frozen=True)
class SpeakerLine:
    """One label of the file: how much it says, and how it begins."""

    place: int
    original: str | None
    turns: int
    words: int
    sample: str


@dataclass(frozen=True)
class TurnLine:
    """One turn as it would be stored; `more` words of it are not shown."""

    key: int
    number: int
    label: str
    role: str
    time: str
    text: str
    more: int
    choice: int | None

    @property
    def first(self) -> bool:
        return self.number == 1


def speaker_lines(document: ReadDocument, choices: Choices, confirmed: Confirmed) -> list[SpeakerLine]:
    """A line for each speaker that the person can name, whether merged or not."""
    turns = dict.fromkeys(range(len(choices.speakers)), 0)
    words = dict.fromkeys(turns, 0)
    samples: dict[int, str] = {}
    originals = {s.original: i for i, s in enumerate(choices.speakers) if s.original is not None}
    for turn in document.turns:
        place = originals.get(turn.label or "")
        if place is not None and len(samples.get(place, "")) < 25:
            samples[place] = document.text[turn.start : min(turn.end, turn.start + 90)].replace("\n", " ")
    for one in confirmed.turns:
        if one.choice is not None:
            turns[one.choice] += 1
            words[one.choice] += count_words(confirmed.text[one.start : one.end])
            samples.setdefault(
                one.choice, confirmed.text[one.start : min(one.end, one.start + 90)].replace("\n", " ")
            )
    return [
        SpeakerLine(i, speaker.original, turns[i], words[i], samples.get(i, ""))
        for i, speaker in enumerate(choices.speakers)
    ]


def turn_line(confirmed: Confirmed, place: int) -> TurnLine:
    """The turn at a place of the list."""
    turn = confirmed.turns[place]
    speaker = None if turn.speaker is None else confirmed.speakers[turn.speaker]
    shown = confirmed.text[turn.start : min(turn.end, turn.start + SHOWN_CHARACTERS)]
    more = count_words(confirmed.text[turn.start + len(shown) : turn.end])
    return TurnLine(
        key=turn.key,
        number=place + 1,
        label="" if speaker is None else speaker.label,
        role="" if speaker is None else speaker.role,
        time=turn.time,
        text=shown,
        more=more,
        choice=turn.choice,
    )


@dataclass(frozen=True)
class Segment:
    """A stretch of a turn; a turn may begin in front of it, at `at` (None at the first one)."""

    at: int | None
    text: str
    paragraph: bool


@dataclass(frozen=True)
class TurnEditor:
    """A turn laid out for splitting, a part of it at a time."""

    line: TurnLine
    segments: Sequence[Segment]
    by: str
    before: int | None
    after: int | None


def turn_editor(
    document: ReadDocument, confirmed: Confirmed, place: int, *, by: str, part: int = 0
) -> TurnEditor:
    """The turn at a place with everything at which it can be split: sentences and paragraphs, or every word."""
    by = "word" if by == "word" else "sentence"
    turn = confirmed.turns[place]
    places = confirming.breaks(document.text, turn.key, turn.key_end, by=by)
    bounds = [turn.key, *places, turn.key_end]
    parts = max(0, len(bounds) - 2) // SEGMENTS_A_PAGE
    part = min(max(part, 0), parts)
    segments = [
        Segment(
            at=None if start == turn.key else start,
            text=document.text[start:end].strip(),
            paragraph=start != turn.key and document.text[start - 1] == "\n",
        )
        for start, end in list(pairwise(bounds))[part * SEGMENTS_A_PAGE : (part + 1) * SEGMENTS_A_PAGE]
    ]
    return TurnEditor(
        line=turn_line(confirmed, place),
        segments=segments,
        by=by,
        before=part - 1 if part > 0 else None,
        after=part + 1 if part < parts else None,
    )
