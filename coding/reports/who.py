"""For which informants one passage counts, and who else speaks in it."""

from __future__ import annotations

from dataclasses import dataclass

from coding.anchoring.attribution import Stretch, speech
from coding.models import Attribution, Coding, CodingInformant, Informant, Turn

# Where a passage counts in which nobody known does: by what its source says, or nowhere.
UNIDENTIFIED, NO_SPEAKERS, INTERVIEWERS, NOBODY = "unidentified", "no_speakers", "interviewers", "nobody"


@dataclass(frozen=True)
class Speaking:
    """An informant who speaks in a passage, with how many of its words; `corrected` says that a hand decided."""

    informant: Informant
    words: int
    counts: bool
    corrected: bool


@dataclass(frozen=True)
class Who:
    """Who speaks in a passage and counts; `instead` is one of the words above where it does not count for informants
    alone, else empty: UNIDENTIFIED and NO_SPEAKERS count by the source, INTERVIEWERS and NOBODY nowhere."""

    people: tuple[Speaking, ...]
    instead: str


def who_counts(coding: Coding) -> Who:
    """Who speaks in the stretch of a coding, in the order of their first words, and who counts. Four queries."""
    said = speech(Turn.objects.spoken(coding.version_id))
    words = said.words_in(Stretch(coding.start, coding.end, coding.first_word, coding.end_word))
    counting = set(CodingInformant.objects.filter(coding=coding).values_list("informant_id", flat=True))
    by_hand = Attribution.objects.filter(version_id=coding.version_id, start=coding.start, end=coding.end)
    corrected = set(by_hand.values_list("informant_id", flat=True))
    spoken = {whose: n for (whose, _voice), n in words.items() if whose is not None}
    known = Informant.objects.in_bulk(spoken)
    people = tuple(
        Speaking(known[key], n, counts=key in counting, corrected=key in corrected)
        for key, n in spoken.items()
    )
    instead = ""
    if None in counting:
        voices = {voice for whose, voice in words if whose is None}
        instead = NO_SPEAKERS if voices == {None} else UNIDENTIFIED
    elif not counting:
        instead = NOBODY if people else INTERVIEWERS
    return Who(people, instead)


def who_data(coding: Coding) -> dict[str, object]:
    """The same, ready for JSON: people as [uuid, pseudonym, words, counts, corrected]."""
    who = who_counts(coding)
    return {
        "people": [
            [str(one.informant.uuid), one.informant.pseudonym, one.words, int(one.counts), int(one.corrected)]
            for one in who.people
        ],
        "instead": who.instead,
    }
