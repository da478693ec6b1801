"""What a withdrawal would take away, and where others speak of the person who withdraws."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from coding.anchoring.losing import losses
from coding.anchoring.offsets import as_stored
from coding.anchoring.spans import Edit, SpanMap, edited
from coding.models import Coding, Informant, Memo, Source, Turn
from coding.models.names import tidy

CONTEXT = 90
_NUMBERED = re.compile(r"\w+ \d+")


class Plan(Protocol):
    """What a withdrawal takes out of a source: all of it (`edits` None), or its text after `edits`."""

    @property
    def source(self) -> Source: ...

    @property
    def edits(self) -> Sequence[Edit] | None: ...


@dataclass(frozen=True)
class Goes:
    """What goes of one source. `whole`: all of it, since nobody else speaks there."""

    source: Source
    whole: bool
    turns: int
    words: int
    mentions: int
    codings: int
    cut: int


def goes(person: Informant, plans: Iterable[Plan]) -> list[Goes]:
    """The figures of each source; codings by the rule by which the withdrawal removes and counts them."""
    found = []
    for one in plans:
        source, whole = one.source, one.edits is None
        assert source.version is not None
        turns = Turn.objects.filter(version_id=source.version_id)
        spoken = list(turns.filter(speaker__informant=person).values_list("words", flat=True))
        codings = list(Coding.objects.filter(source=source).order_by("id"))
        edits = one.edits or ()
        lost = losses(codings, edited(source.version.text, edits), SpanMap.of(edits))
        found.append(
            Goes(
                source=source,
                whole=whole,
                turns=turns.count() if whole else len(spoken),
                words=sum(spoken),
                mentions=sum(1 for edit in edits if edit.text),
                codings=len(codings) if whole else len(lost.gone),
                cut=0 if whole else len(lost.cut),
            )
        )
    return found


@dataclass(frozen=True)
class Candidate:
    """Words of somebody else that may point to the person: code points [start, end) of a source's current text."""

    source: Source
    start: int
    end: int
    before: str
    words: str
    after: str

    @property
    def key(self) -> str:
        """As a form sends it back."""
        return f"{self.source.uuid}/{self.source.version_id}/{self.start}/{self.end}"


def search_terms(person: Informant, names: Iterable[str]) -> list[str]:
    """What to look for: the pseudonym (unless only a number), `names` and each of their parts; longest first."""
    terms: set[str] = set()
    pseudonym = tidy(person.pseudonym)
    if not _NUMBERED.fullmatch(pseudonym):
        terms.add(pseudonym)
    for name in names:
        whole = tidy(as_stored(name))
        terms |= {part for part in (whole, *whole.split()) if len(part) > 2}
    return sorted(terms, key=lambda term: (-len(term), term))


def _pattern(terms: Sequence[str]) -> re.Pattern[str] | None:
    if not terms:
        return None
    # In capitals too; not in small letters, in which many names are words.
    forms = [form for term in terms for form in dict.fromkeys((term, term.upper()))]
    alternatives = "|".join(re.escape(form) for form in forms)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?:['’]?[sS]|['’])?(?!\w)")


def mentions(person: Informant, terms: Sequence[str]) -> list[Candidate]:
    """Where others, interviewers among them, say one of `terms`, in all sources of the project."""
    pattern = _pattern(terms)
    if pattern is None:
        return []
    found = []
    sources = Source.objects.filter(project_id=person.project_id, version__isnull=False)
    for source in sources.select_related("version").order_by("sort_key", "id"):
        assert source.version is not None
        text = source.version.text
        own = list(
            Turn.objects.filter(version=source.version, speaker__informant=person).values_list("start", "end")
        )
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(first <= start < last for first, last in own):
                before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
                found.append(
                    Candidate(
                        source,
                        start,
                        end,
                        before.rsplit("\n", 1)[-1],
                        match.group(),
                        after.split("\n", 1)[0],
                    )
                )
    return found


def mentioning_memos(person: Informant, terms: Sequence[str]) -> list[Memo]:
    """Memos that name the person and are not about them (those go anyway)."""
    pattern = _pattern(terms)
    memos = Memo.objects.filter(project_id=person.project_id).exclude(informant=person)
    return [
        memo
        for memo in memos.select_related("author", "source", "code")
        if pattern and pattern.search(memo.body)
    ]
