"""The review of names: every word that may identify somebody, with the places where it stands and what was decided."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.anchoring.spans import Edit
from coding.language.occurrences import find_all
from coding.language.replacing import KEEP, REPLACE, Decision, edits_of, replacing
from coding.models import Coding, Membership, NameMark, Source, TextVersion, Turn
from coding.models.names import search_key
from coding.models.privacy import MarkVerdict
from coding.models.sources import VersionReason

CONTEXT = 70
SHOWN_FIRST = 3

KIND_NAMES = {
    "person": gettext_lazy("Person"),
    "place": gettext_lazy("Place"),
    "organisation": gettext_lazy("Organisation"),
    "phone": gettext_lazy("Telephone number"),
    "email": gettext_lazy("E-mail address"),
    "id_number": gettext_lazy("Identity number"),
    "address": gettext_lazy("Address"),
    "age": gettext_lazy("Age"),
    "date": gettext_lazy("Date"),
}
_STANDS_FOR = {
    "place": gettext_lazy("[place]"),
    "organisation": gettext_lazy("[organisation]"),
    "phone": gettext_lazy("[telephone number]"),
    "email": gettext_lazy("[e-mail address]"),
    "id_number": gettext_lazy("[identity number]"),
    "address": gettext_lazy("[address]"),
    "age": gettext_lazy("[age]"),
    "date": gettext_lazy("[date]"),
}


@dataclass(frozen=True)
class Place:
    """Where a word stands: code points [start, end) of the current text of a source, with what stands around it.

    `line` is where its paragraph begins.
    """

    source: Source
    start: int
    end: int
    before: str
    words: str
    after: str
    line: int
    mark: NameMark | None = None


@dataclass
class Word:
    """A word with its places. `decision` is empty for one that waits; `proposal` is what might stand in its place."""

    term: str
    kind: str
    decision: Decision | None = None
    proposal: str = ""
    places: list[Place] = field(default_factory=list)

    @property
    def first(self) -> Sequence[Place]:
        return self.places[:SHOWN_FIRST]

    @property
    def rest(self) -> Sequence[Place]:
        return self.places[SHOWN_FIRST:]

    @property
    def sources(self) -> int:
        return len({place.source.pk for place in self.places})


@dataclass
class Looked:
    """How far a source is: places that wait for a person, stay after a look, will be replaced, were replaced."""

    source: Source
    searched: bool
    waiting: int = 0
    stay: int = 0
    to_replace: int = 0
    replaced: int = 0
    indirect: int = 0

    @property
    def seen(self) -> int:
        """How many were looked at by a person."""
        return self.stay + self.to_replace + self.replaced


@dataclass
class Review:
    """What the review page shows. `searching` says that some texts have not been gone through yet."""

    waiting: list[Word]
    decided: list[Word]
    sources: list[Looked]
    indirect: list[Place]
    searching: bool

    @property
    def to_replace(self) -> int:
        return sum(one.to_replace for one in self.sources)


def unsearched(project_id: int) -> list[tuple[int, str]]:
    """The current texts (version id, text) that have not been gone through, of sources that are not cleared."""
    current = TextVersion.objects.filter(source__project_id=project_id, pk=F("source__version_id"))
    return list(current.filter(suggestions__isnull=True, source__cleared=None).values_list("pk", "text"))


def review(
    member: Membership,
    decisions: Sequence[Decision],
    *,
    everything: bool = False,
    only: Source | None = None,
) -> Review:
    """The review of the texts not cleared yet, of all, or of one. For who handles identities; three queries."""
    sources = Source.objects.filter(project_id=member.project_id, version__isnull=False)
    if only is not None:
        sources = sources.filter(pk=only.pk)
    elif not everything:
        sources = sources.filter(cleared=None)
    rows = list(sources.select_related("version").order_by("sort_key", "id"))
    marks: dict[int, list[NameMark]] = {}
    for mark in NameMark.objects.filter(version__in=[row.version_id for row in rows]):
        marks.setdefault(mark.version_id, []).append(mark)
    replaced = _replaced(rows)
    terms = {one.term: one.kind for one in decisions}
    words = {one.term: Word(one.term, one.kind, one) for one in decisions}
    waiting: dict[str, Word] = {}
    found = Review([], [], [], [], searching=False)
    for row in rows:
        text = _text(row)
        looked = Looked(row, row.version is not None and row.version.suggestions is not None)
        looked.replaced = replaced.get(row.pk, 0)
        found.searching = found.searching or not looked.searched
        _add_source(row, text, marks.get(row.version_id or 0, []), terms, words, waiting, looked)
        found.sources.append(looked)
        found.indirect += [
            _place(row, text, mark.start, mark.end, mark)
            for mark in marks.get(row.version_id or 0, [])
            if mark.verdict == MarkVerdict.INDIRECT
        ]
    found.waiting = sorted(waiting.values(), key=lambda word: (-len(word.places), search_key(word.term)))
    _propose(found.waiting, decisions)
    found.decided = sorted(words.values(), key=lambda word: search_key(word.term))
    return found


def _text(source: Source) -> str:
    return source.version.text if source.version else ""


def _replaced(sources: Sequence[Source]) -> dict[int, int]:
    """How many places were replaced in each source so far."""
    counted: dict[int, int] = {}
    versions = TextVersion.objects.filter(source__in=sources, reason=VersionReason.NAMES)
    for source, edits in versions.values_list("source_id", "edits"):
        counted[source] = counted.get(source, 0) + len(edits)
    return counted


def _add_source(
    source: Source,
    text: str,
    marks: Sequence[NameMark],
    terms: Mapping[str, str],
    words: Mapping[str, Word],
    waiting: dict[str, Word],
    looked: Looked,
) -> None:
    taken: list[tuple[int, int]] = []
    for start, end, term, _suffix in find_all(text, terms):
        mark = next((one for one in marks if one.start < end and start < one.end), None)
        word = words[term]
        word.places.append(_place(source, text, start, end, mark))
        taken.append((start, end))
        verdict = mark.verdict if mark and mark.verdict != MarkVerdict.INDIRECT else word.decision.verdict  # type: ignore[union-attr]
        looked.to_replace += verdict == REPLACE
        looked.stay += verdict == KEEP
    for mark in marks:
        looked.indirect += mark.verdict == MarkVerdict.INDIRECT
        if mark.verdict != MarkVerdict.INDIRECT and not _touches(taken, mark.start, mark.end):
            looked.to_replace += mark.verdict == MarkVerdict.REPLACE
            looked.stay += mark.verdict == MarkVerdict.KEEP
            taken.append((mark.start, mark.end))
    taken.sort()
    for start, end, kind, _sure in (source.version.suggestions or []) if source.version else []:
        if _touches(taken, start, end):
            continue
        term = base_form(text[start:end], kind)
        word = waiting.setdefault(f"{kind}/{term}", Word(term, kind))
        word.places.append(_place(source, text, start, end, None))
        looked.waiting += 1


def base_form(words: str, kind: str) -> str:
    """A name as it is decided about: on one line, and a person's or a place's without the s of its genitive."""
    term = " ".join(words.split())
    for ending in ("'s", "’s", "'", "’"):
        if term.endswith(ending) and len(term) > len(ending) + 1:
            return term.removesuffix(ending)
    return term


def _touches(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in taken)


def _place(source: Source, text: str, start: int, end: int, mark: NameMark | None) -> Place:
    left, right = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    before = text[left:start].rsplit("\n", 1)[-1]
    after = text[end:right].split("\n", 1)[0]
    if left and len(before) == start - left:
        before = "… " + before.split(" ", 1)[-1]
    if right < len(text) and len(after) == right - end:
        after = after.rsplit(" ", 1)[0] + " …"
    line = text.rfind("\n", 0, start) + 1
    return Place(source, start, end, before, text[start:end], after, line, mark)


def _propose(waiting: Sequence[Word], decisions: Sequence[Decision]) -> None:
    """Give each word that waits a replacement to begin from; a part of a name gets what the whole name has."""
    chosen = [one for one in decisions if one.verdict == REPLACE]
    taken = {one.replacement for one in chosen}
    number = 0
    whole: dict[str, str] = {one.term: one.replacement for one in chosen if one.kind == "person"}
    for word in sorted(waiting, key=lambda one: -len(one.term.split())):
        if word.kind != "person":
            word.proposal = str(_STANDS_FOR[word.kind])
            continue
        parts = set(word.term.split())
        known = next((new for term, new in whole.items() if parts < set(term.split())), None)
        if known is None:
            number += 1
            while _("[name %(number)d]") % {"number": number} in taken:
                number += 1
            known = _("[name %(number)d]") % {"number": number}
        word.proposal = known
        whole[word.term] = known


@dataclass(frozen=True)
class SourcePlan:
    """What replacing does to one source; `cut` are its codings that will wait for a look."""

    source: Source
    places: int
    cut: int


def replacement_plan(member: Membership, decisions: Sequence[Decision]) -> list[SourcePlan]:
    """The sources that replacing changes, all of the project's, with how many places and how many codings it cuts."""
    terms, replacements = replacing(decisions)
    plans = []
    sources = Source.objects.filter(project_id=member.project_id, version__isnull=False)
    for source in sources.select_related("version").order_by("sort_key", "id"):
        assert source.version is not None
        edits = edits_of(source.version.text, list(source.version.marks.all()), terms, replacements)
        if edits:
            plans.append(SourcePlan(source, len(edits), _cut(source, edits)))
    return plans


def _cut(source: Source, edits: Sequence[Edit]) -> int:
    ends = [edit.end for edit in edits]
    cut = 0
    for start, end in Coding.objects.filter(source=source).values_list("start", "end"):
        cut += any(
            place < len(edits) and edits[place].start < at < edits[place].end
            for at in (start, end)
            for place in [bisect_right(ends, at)]
        )
    return cut


@dataclass(frozen=True)
class Piece:
    """A run of a paragraph: plain, a place that waits (`open`), or one with a verdict (`replace`, `keep` ...)."""

    text: str
    state: str = ""
    title: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph of a source with where it begins; `speaker` where a turn begins with it."""

    start: int
    speaker: str
    pieces: Sequence[Piece]


def lines(source: Source, decisions: Sequence[Decision]) -> list[Line]:
    """The text of a source for reading, with everything marked that may identify somebody. Two queries."""
    text = _text(source)
    marks = list(NameMark.objects.filter(version_id=source.version_id))
    states: list[tuple[int, int, str, str]] = [
        (mark.start, mark.end, mark.verdict, mark.replacement or mark.note) for mark in marks
    ]
    by_term = {one.term: one for one in decisions}
    for start, end, term, _suffix in find_all(text, {one.term: one.kind for one in decisions}):
        if not any(first < end and start < last for first, last, *_rest in states):
            states.append((start, end, by_term[term].verdict, by_term[term].replacement))
    for start, end, kind, _sure in (source.version.suggestions or []) if source.version else []:
        if not any(first < end and start < last for first, last, *_rest in states):
            states.append((start, end, "open", str(KIND_NAMES[kind])))
    states.sort()
    turns = Turn.objects.filter(version_id=source.version_id).select_related("speaker")
    speakers = {turn.start: turn.speaker.label if turn.speaker else "" for turn in turns}
    found, at = [], 0
    for paragraph in text.split("\n"):
        found.append(Line(at, speakers.get(at, ""), _pieces(text, at, at + len(paragraph), states)))
        at += len(paragraph) + 1
    return found


def _pieces(text: str, start: int, end: int, states: Sequence[tuple[int, int, str, str]]) -> list[Piece]:
    pieces, at = [], start
    for first, last, state, title in states:
        if last <= start or first >= end:
            continue
        first, last = max(first, at), min(last, end)
        if first > at:
            pieces.append(Piece(text[at:first]))
        if last > first:
            pieces.append(Piece(text[first:last], state, title))
            at = last
    if at < end or not pieces:
        pieces.append(Piece(text[at:end]))
    return pieces
