"""Who says what: labels found by their form, accepted by what the whole file shows.

A label is a role word, a caption tag, stands by a time code, or recurs. So `Viktig:` makes no speaker, and
neither does a sentence that ends in a colon.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from . import labels, layouts, times
from .document import Message
from .labels import Candidate
from .pieces import Paragraph
from .roles import is_collective_label, is_interviewer_label, is_role_word, neutral_labels

__all__ = [
    "Speech",
    "is_collective_label",
    "is_interviewer_label",
    "is_role_word",
    "neutral_labels",
    "recognise",
    "without_speakers",
]


@dataclass(slots=True)
class Speech:
    """A paragraph as it will be stored, who speaks it, and whether a turn begins with it."""

    paragraph: Paragraph
    label: str | None
    time: str | None
    starts: bool


@dataclass(slots=True)
class Recognised:
    """What became of a file's paragraphs."""

    speech: list[Speech]
    warnings: list[Message] = field(default_factory=list)


def without_speakers(paragraphs: list[Paragraph]) -> Recognised:
    """Every paragraph as text of nobody in particular; only time codes are taken out."""
    speech = []
    for paragraph in paragraphs:
        time = _take_times(paragraph) if not paragraph.fixed else paragraph.time
        speech.append(Speech(paragraph, None, time, starts=paragraph.fixed))
    return Recognised(speech)


def recognise(paragraphs: list[Paragraph]) -> Recognised:
    """Who speaks in each paragraph, with labels and time codes taken out of the text."""
    for layout in (layouts.chat_log, layouts.chat_tiers, layouts.first_tokens, layouts.headings):
        found = layout(paragraphs)
        if found is not None:
            return Recognised(fixed_speech(found.paragraphs, joins=False), found.warnings)
    return _by_evidence(paragraphs)


def fixed_speech(paragraphs: list[Paragraph], joins: bool) -> list[Speech]:
    """Paragraphs whose format says who speaks; one that says nothing goes on with the turn before it."""
    speech: list[Speech] = []
    label: str | None = None
    for paragraph in paragraphs:
        starts = paragraph.fixed and not (joins and label is not None and paragraph.label == label)
        if paragraph.fixed:
            label = paragraph.label
        speech.append(Speech(paragraph, label, paragraph.time, starts))
    return speech


def _by_evidence(paragraphs: list[Paragraph]) -> Recognised:
    found = [labels.candidate(paragraph) for paragraph in paragraphs]
    explained = layouts.explained(paragraphs, found)
    front = _front_matter(paragraphs, found)
    for i in range(front):
        if found[i] is not None and not paragraphs[i].fixed:
            found[i] = None
    evidence = Evidence(paragraphs, found, explained)
    result = Recognised([])
    label: str | None = None
    time: str | None = None
    starts, waiting, empty = True, False, 0
    for i, (paragraph, candidate) in enumerate(zip(paragraphs, found, strict=True)):
        if paragraph.fixed:
            if paragraph.label is not None or paragraph.time is not None:
                label, starts = paragraph.label or label, True
            result.speech.append(Speech(paragraph, label, paragraph.time or time, starts))
            time, starts, waiting = None, False, False
            continue
        accepted = candidate is not None and evidence.accepts(candidate, i)
        if accepted and candidate is not None:
            empty += waiting
            waiting = True
            label, time, starts = candidate.label, candidate.time or (time if starts else None), True
            paragraph.cut((0, candidate.cut))
            if candidate.below:
                _hand_on(paragraph, paragraphs, i)
                continue
        elif candidate is not None and candidate.lead and evidence.is_time(candidate):
            time = candidate.time
            paragraph.cut((0, candidate.lead))
            if not paragraph.text.strip():
                _hand_on(paragraph, paragraphs, i)
                continue
        elif label is not None and (_divides(paragraph) or evidence.interjects):
            label, starts = None, True
        inside = _take_times(paragraph)
        if not paragraph.text.strip():
            _hand_on(paragraph, paragraphs, i)
            time = time or inside
            continue
        result.speech.append(Speech(paragraph, label, time or inside, starts))
        time, starts, waiting = None, False, False
    if empty + waiting:
        result.warnings.append(Message("empty_turns", {"count": empty + waiting}))
    result.warnings.extend(evidence.doubts(i for i in range(len(found)) if i >= front))
    return result


def _divides(paragraph: Paragraph) -> bool:
    """A heading ends a turn; `(Applause)` in the middle of a line does not."""
    return paragraph.kind == "heading" and not re.fullmatch(r"[(\[].*[)\]]", paragraph.text.strip())


def _hand_on(paragraph: Paragraph, paragraphs: list[Paragraph], i: int) -> None:
    """Notes on a line that is not stored (a label, a time) are anchored at the speech below it."""
    if i + 1 < len(paragraphs):
        for mark in paragraph.marks:
            mark.offset = 0
        paragraphs[i + 1].marks.extend(paragraph.marks)


def _take_times(paragraph: Paragraph) -> str | None:
    """Take time codes out of the text; answers the first."""
    spans = []
    first = None
    text = paragraph.text
    for match in times.INLINE.finditer(text):
        start, end = match.span()
        if (start == 0 or text[start - 1].isspace()) and end < len(text) and text[end].isspace():
            end += 1
        elif end == len(text):
            start = len(text[:start].rstrip())
        spans.append((start, end))
        first = first or times.normal(match.group())
    if spans:
        paragraph.cut(*spans)
        paragraph.strip()
    return first


def _front_matter(paragraphs: list[Paragraph], found: list[Candidate | None]) -> int:
    """How many paragraphs at the top are facts about the recording or a legend, and not speech."""
    counts = Counter(c.label for c in found if c is not None and c.label)
    end = 0
    recurring = 0
    for i, paragraph in enumerate(paragraphs[:30]):
        candidate = found[i]
        if paragraph.kind == "front":
            end = i + 1
            continue
        if len(paragraph.text) > 200 or recurring > 2:
            break
        if candidate is None or not candidate.label:
            continue
        if candidate.style == "colon" and labels.is_fact(candidate.label) and counts[candidate.label] < 3:
            end = i + 1
        elif candidate.style in ("colon", "dash") and counts[candidate.label] > 1:
            said = paragraph.text[candidate.cut :].strip()
            if _legend(said) and not any(_same(found[j], candidate) for j in range(i)):
                end = i + 1
            elif len(said) > 60 or any(_same(found[j], candidate) for j in range(end, i)):
                recurring += 1
    return end


def _legend(said: str) -> bool:
    """`I – intervjuer`, `C: Informant 3`: who a label stands for, not something said."""
    said = said.strip(" .,;")
    return 2 < len(said) <= 40 and is_role_word(said) and len(said.split()) <= 4


def _same(one: Candidate | None, other: Candidate) -> bool:
    return one is not None and one.label == other.label


class Evidence:
    """What the whole file says about its candidates."""

    def __init__(
        self, paragraphs: list[Paragraph], found: list[Candidate | None], explained: frozenset[str]
    ) -> None:
        self.paragraphs = paragraphs
        self.found = found
        self.total = max(1, sum(p.kind not in ("front", "quote") for p in paragraphs))
        self.count: Counter[tuple[str, str]] = Counter()
        self.bold: Counter[str] = Counter()
        for candidate in found:
            if candidate is not None and candidate.label:
                self.count[(candidate.style, candidate.label)] += 1
                if candidate.bold and not candidate.tight:
                    self.bold[candidate.label] += 1
        self.clocks = self._clocks()
        self.timed = self._timed()
        self.colon = self._colon()
        self.dash = self._dash() | explained
        self.alone = self._alone()
        self.plain = self.colon | self.timed
        self._respell()
        self.interjects = self._interjects()

    def _of(self, style: str) -> dict[str, int]:
        return {label: n for (kind, label), n in self.count.items() if kind == style}

    def _clocks(self) -> bool:
        """Are plain times (`0:12`) codes of a recording? Those begin early and rise, or others are unmistakable."""
        if any(c is not None and c.time and not c.bare for c in self.found):
            return True
        bare = [c.time for c in self.found if c is not None and c.bare and c.time]
        rising = sum(a <= b for a, b in pairwise(bare))
        return len(bare) > 1 and bare[0] < "00:05" and rising >= 0.8 * (len(bare) - 1)

    def is_time(self, candidate: Candidate) -> bool:
        """Does a time code stand at the start of the line, and not a time of day?"""
        return bool(candidate.lead) and (self.clocks or not candidate.bare)

    def _timed(self) -> set[str]:
        """Labels by a time code: roles, or as soon as the file has two of them. One line of a schedule is none."""
        counts = self._of("timed")
        doubtful = set() if self.clocks else {c.label for c in self.found if c is not None and c.bare}
        usable = {
            label: n
            for label, n in counts.items()
            if labels.is_plain_role(label)
            or ((_may_be(label) or labels.is_barred(label)) and label not in doubtful)
        }
        below = sum(c is not None and c.style == "timed" and c.below for c in self.found)
        beside = sum(c is not None and c.style == "clock" and c.cut < len(p.text) for c, p in self._pairs())
        if below and beside > below:
            # Each line begins with a time and goes on with speech: a short answer there is no name.
            spoken = {c.label for c in self.found if c is not None and c.style == "timed" and not c.below}
            usable = {label: n for label, n in usable.items() if label in spoken}
        if sum(usable.values()) < 2:
            return {label for label in usable if labels.is_plain_role(label)}
        return set(usable)

    def _respell(self) -> None:
        """A label that stands once in other letters (`kari:`) is the one that recurs."""
        known = {
            label.casefold(): label
            for label in sorted(self.plain, key=lambda label: self.count[("colon", label)])
        }
        for candidate in self.found:
            if candidate is None or not candidate.label or candidate.label in self.plain:
                continue
            if candidate.style in ("colon", "timed"):
                candidate.label = known.get(candidate.label.casefold(), candidate.label)

    def _interjects(self) -> bool:
        """Only one is named, and what they say is one paragraph at a time among many: the rest is not theirs."""
        accepted = [c.label for i, c in enumerate(self.found) if c is not None and self.accepts(c, i)]
        below = any(c is not None and c.below and self.accepts(c, i) for i, c in enumerate(self.found))
        fixed = any(p.fixed for p in self.paragraphs)
        return len(set(accepted)) == 1 and not fixed and not below and len(accepted) < 0.5 * self.total

    def _pairs(self) -> zip[tuple[Candidate | None, Paragraph]]:
        return zip(self.found, self.paragraphs, strict=True)

    def _colon(self) -> set[str]:
        counts = self._of("colon")
        for label, n in self._of("timed").items():
            if label in counts:
                counts[label] += n
        accepted = {label for label in counts if labels.is_plain_role(label)}
        recurring: dict[str, int] = {}
        for label, n in counts.items():
            if n < 2 or label in accepted:
                continue
            if (
                is_role_word(label)
                or (labels.is_code(label) and label.casefold() not in labels.NO_LABEL)
                or labels.looks_like_name(label)
            ):
                recurring[label] = n
            elif n >= 3 and _handle(label) and sum(counts.values()) >= 0.6 * self.total:
                # A name without its capital: only where nearly every paragraph has one.
                recurring[label] = n
        labelled = sum(recurring.values()) + sum(counts[label] for label in accepted)
        if labelled >= max(2, 0.05 * self.total):
            accepted |= {label for label in recurring if self._alone_enough(label, recurring, accepted)}
        if len(self.bold) > 1 and sum(n for n in self.bold.values() if n > 1) >= 2:
            accepted |= {label for label in counts if self.bold[label] and labels.looks_like_name(label)}
        if sum(counts[label] for label in accepted) >= 3:
            accepted |= {label for label in counts if labels.has_title(label) or labels.is_spoken_role(label)}
        return accepted

    def _alone_enough(self, label: str, recurring: dict[str, int], accepted: set[str]) -> bool:
        """Where nobody else speaks, one recurring word may be `Refleksjon:`; then it must be more than that."""
        if len(recurring) + len(accepted) > 1:
            return True
        if " " in label or self.bold[label] or labels.has_title(label):
            return True
        return recurring[label] >= 3 and recurring[label] >= 0.2 * self.total

    def _dash(self) -> set[str]:
        counts = {
            label: n
            for label, n in self._of("dash").items()
            if n > 1 and (_may_be(label) or labels.is_code(label))
        }
        if len(counts) < 2 or sum(counts.values()) < 0.3 * self.total:
            return set()
        return set(counts) | {label for label in self._of("dash") if labels.is_plain_role(label)}

    def _alone(self) -> set[str]:
        """Labels on a line of their own without any mark."""
        counts = self._of("alone")
        if not self._speech_follows(counts):
            return set()
        recurring = {
            label: n for label, n in counts.items() if n > 1 and _may_be(label) and not label.isdigit()
        }
        roles = {label for label in counts if labels.is_plain_role(label)} if recurring else set()
        known = {label for label in recurring if len(label) > 2 and is_role_word(label)}
        share = sum(recurring.values()) / self.total
        if len(recurring) > 1 and share >= 0.2 and sum(recurring.values()) >= 4:
            return set(recurring) | roles
        if len(known | roles) > 1 and share >= 0.1:
            return known | roles
        return set()

    def _speech_follows(self, counts: dict[str, int]) -> bool:
        """Do sentences stand under these lines? Under the cells of a table, other cells do."""
        recurring = follows = 0
        for i, candidate in enumerate(self.found[:-1]):
            if candidate is None or candidate.style != "alone" or counts.get(candidate.label or "", 0) < 2:
                continue
            recurring += 1
            text = self.paragraphs[i + 1].text.rstrip()
            follows += len(text.split()) > 2 or text.endswith((".", "?", "!", "…"))
        return follows >= 0.6 * recurring > 0

    def accepts(self, candidate: Candidate, i: int) -> bool:
        """Is this candidate a label?"""
        label = candidate.label
        if not label:
            return False
        if candidate.style == "timed":
            return label in self.timed or label in self.colon
        if candidate.style == "colon":
            return label in self.plain
        if candidate.style == "bold":
            return self.count[("bold", label)] > 1 or label in self.plain
        if candidate.style == "dash":
            return label in self.dash
        if candidate.style == "alone":
            return label in self.alone
        return False

    def doubts(self, indices: object) -> list[Message]:
        """Labels that stand once and so were not taken; a person decides."""
        if not self.colon and not self.timed:
            return []
        once = []
        for i in indices:  # type: ignore[attr-defined]
            candidate = self.found[i]
            if candidate is None or candidate.style != "colon" or not candidate.label or candidate.tight:
                continue
            label = candidate.label
            if (
                label not in self.colon
                and self.count[("colon", label)] == 1
                and labels.looks_like_name(label)
            ):
                once.append(Message("possible_label", {"label": label}))
        return once[:5]


def _handle(label: str) -> bool:
    return label == label.casefold() and " " not in label and labels.first_word(label) not in labels.NO_LABEL


def _may_be(label: str) -> bool:
    return is_role_word(label) or labels.looks_like_name(label)
