"""What might be coded: passages found by a search, by codes' indicator words or by who speaks; and what waits of it.

A suggestion is a coding of the coder to whom it is made (`Review.SUGGESTED`), and counts nowhere until they confirm it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, QuerySet

from coding.anchoring.covering import Stretch, united
from coding.language.queries import Misasked, as_phrase
from coding.models import Code, Coding, Informant, Membership, Source, Speaker
from coding.models.codings import Review
from coding.models.sources import SpeakerRole
from coding.reports.codebook import CodeTree
from coding.reports.passages import ALL_CODERS, Scope, carried_by, visible_sources
from coding.reports.quotations import Quotation, quotations
from coding.reports.search import Asking, FoundTurn, ShownTurn, question_of, shown, why_not


@dataclass(frozen=True)
class Suggestion:
    """A passage that might be coded: code points [start, end), within a turn, and what in it speaks for the code."""

    code: Code
    found: FoundTurn
    start: int
    end: int


@dataclass(frozen=True)
class Unread:
    """A line of a code's indicator words that cannot be understood, and why."""

    code: Code
    line: str
    why: str


@dataclass(frozen=True)
class Suggestions:
    """What might be coded, in the order of codes, sources and places; `present` more has the member coded already, or
    been suggested. `read` texts were asked, `waiting` ones have not been read yet."""

    found: tuple[Suggestion, ...] = ()
    present: int = 0
    read: int = 0
    waiting: int = 0
    unread: tuple[Unread, ...] = ()


def by_search(
    scope: Scope,
    member: Membership,
    code: Code,
    question: str,
    *,
    turns: bool,
    compounds: bool = True,
    interviewers: bool = False,
) -> Suggestions:
    """The code on what a question finds: on the whole `turns`, else on the words themselves. Raises Misasked."""
    query = question_of(question, compounds=compounds)
    asking = Asking(scope)
    found = asking.answer([query], interviewers=interviewers).found.turns
    return _fresh(asking, member, _stretches(code, found, turns))


def by_indicators(scope: Scope, member: Membership, codes: Sequence[Code], *, turns: bool) -> Suggestions:
    """Each code on what any of its indicator words finds, interviewers' words left out; see `by_search`."""
    asking = Asking(scope)
    unread: list[Unread] = []
    found: list[Suggestion] = []
    for code in codes:
        queries = []
        for line in indicator_lines(code):
            try:
                queries.append(question_of(as_phrase(line)))
            except Misasked as refused:
                unread.append(Unread(code, line, why_not(refused)))
        if queries:
            found += _stretches(code, asking.answer(queries).found.turns, turns)
    return _fresh(asking, member, found, tuple(unread))


def by_speaker(scope: Scope, member: Membership, code: Code, who: Informant | Speaker) -> Suggestions:
    """The code on every turn of an informant, or of a speaker in one source."""
    asking = Asking(scope)
    corpus = asking.corpus
    speaking = corpus.informants if isinstance(who, Informant) else corpus.speaker_of_turn
    spoken = speaking == who.pk
    return _fresh(asking, member, _stretches(code, asking.turns(spoken), True))


def indicator_lines(code: Code) -> list[str]:
    """A code's indicator words: one question a line, empty lines left out."""
    return [line for line in map(str.strip, code.indicators.split("\n")) if line]


def _stretches(code: Code, found: Iterable[FoundTurn], turns: bool) -> list[Suggestion]:
    if turns:
        return [Suggestion(code, one, one.turn.start, one.turn.end) for one in found]
    return [
        Suggestion(code, FoundTurn(one.source, one.turn, (hit,)), *hit) for one in found for hit in one.hits
    ]


def _fresh(
    asking: Asking, member: Membership, found: Sequence[Suggestion], unread: tuple[Unread, ...] = ()
) -> Suggestions:
    """Those that share no character with what the member has coded so, or been suggested. One query."""
    rows = Coding.objects.filter(
        coder=member, code__in={one.code.pk for one in found}, version=F("source__version")
    )
    places: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
    for code, source, start, end in rows.values_list("code_id", "source_id", "start", "end"):
        places[code, source].append((start, end))
    taken = {key: united(stretches) for key, stretches in places.items()}
    kept = tuple(
        one
        for one in found
        if one.start < one.end and not _meets(taken.get((one.code.pk, one.found.source.pk), ()), one)
    )
    return Suggestions(kept, len(found) - len(kept), asking.corpus.read, asking.waiting, unread)


def _meets(taken: Sequence[Stretch], one: Suggestion) -> bool:
    place = bisect_left(taken, one.end, key=lambda stretch: stretch[0])
    return place > 0 and taken[place - 1][1] > one.start


@dataclass(frozen=True)
class ShownSuggestion:
    """A suggestion as it is read, in its turn."""

    code: Code
    start: int
    end: int
    version: int
    shown: ShownTurn


def with_words(scope: Scope, found: Sequence[Suggestion]) -> list[ShownSuggestion]:
    """Suggestions with their words, in the same order. As many queries, however many there are."""
    turns = shown(scope, [one.found for one in found])
    return [
        ShownSuggestion(one.code, one.start, one.end, one.found.source.version_id or 0, turn)
        for one, turn in zip(found, turns, strict=True)
    ]


def speakers(scope: Scope) -> tuple[list[Informant], list[Speaker]]:
    """The informants of a project, and who else speaks in the scope's sources and is no interviewer. Two queries."""
    others = Speaker.objects.filter(source__in=visible_sources(scope), informant=None)
    others = others.exclude(role=SpeakerRole.INTERVIEWER).select_related("source")
    return (
        list(scope.project.informants.order_by("sort_key", "id")),
        list(others.order_by("source__sort_key", "source_id", "position", "id")),
    )


def waiting(member: Membership) -> QuerySet[Coding]:
    """What is suggested to the member and waits for them, in the order of sources and places."""
    return (
        Coding.objects.filter(
            coder=member,
            source__in=Source.objects.visible_to(member),
            version=F("source__version"),
            review=Review.SUGGESTED,
        )
        .select_related("code", "source")
        .order_by("source__sort_key", "source_id", "start", "end", "id")
    )


@dataclass(frozen=True)
class Waiting:
    """A suggested coding with its words in context."""

    coding: Coding
    quotation: Quotation


def in_context(member: Membership, codings: Sequence[Coding], tree: CodeTree) -> list[Waiting]:
    """Suggested codings as they are read, in the same order. A fixed number of queries."""
    # They are all the member's own: no coder is named beside them.
    found = [replace(passage, coders=()) for passage in carried_by(codings)]
    scope = Scope(project=member.project, member=member, coders=ALL_CODERS)
    return [
        Waiting(coding, quotation)
        for coding, quotation in zip(codings, quotations(scope, found, tree), strict=True)
    ]
