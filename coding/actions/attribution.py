"""Keeps what is derived of codings: their words and their links to informants. Written here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from coding.anchoring.attribution import Speech, SpokenTurn, Stretch
from coding.models import Attribution, Coding, CodingInformant, TextVersion, Turn
from coding.models.sources import SpeakerRole

_BATCH = 500


def speech_of(version_id: int) -> Speech:
    """The turns of a version, with whose they are. One query."""
    rows = list(
        Turn.objects.filter(version_id=version_id)
        .order_by("number")
        .values_list(
            "start", "end", "first_word", "words", "speaker_id", "speaker__informant_id", "speaker__role"
        )
    )
    anybody = any(speaker is not None for _start, _end, _first, _words, speaker, *_rest in rows)
    return Speech(
        [
            SpokenTurn(
                start=start,
                end=end,
                first_word=first,
                words=words,
                voice=speaker,
                informant=informant if role == SpeakerRole.INFORMANT else None,
                interviewer=role == SpeakerRole.INTERVIEWER or (speaker is None and anybody),
            )
            for start, end, first, words, speaker, informant, role in rows
        ]
    )


def corrections_of(version_id: int) -> dict[tuple[int, int], dict[int, bool]]:
    """What was corrected by hand, per stretch (start, end). One query."""
    corrections: dict[tuple[int, int], dict[int, bool]] = defaultdict(dict)
    rows = Attribution.objects.filter(version_id=version_id).values_list(
        "start", "end", "informant_id", "counts"
    )
    for start, end, informant, counts in rows:
        corrections[start, end][informant] = counts
    return corrections


def links_of(codings: Iterable[Coding], version_id: int) -> dict[int, set[int | None]]:
    """For each coding (by id; all of one version) who counts in it, by the rule of `anchoring.attribution`."""
    speech = speech_of(version_id)
    corrections = corrections_of(version_id)
    return {
        coding.pk: speech.who_counts(
            Stretch(coding.start, coding.end, coding.first_word, coding.end_word),
            corrections.get((coding.start, coding.end)),
        )
        for coding in codings
    }


def relink(codings: Iterable[Coding]) -> None:
    """Write the links of `codings` anew. Call it inside the transaction that wrote them."""
    by_version: dict[int, list[Coding]] = defaultdict(list)
    for coding in codings:
        by_version[coding.version_id].append(coding)
    for version_id, members in by_version.items():
        links = links_of(members, version_id)
        keys = list(links)
        for place in range(0, len(keys), _BATCH):
            CodingInformant.objects.filter(coding_id__in=keys[place : place + _BATCH]).delete()
        CodingInformant.objects.bulk_create(
            [
                CodingInformant(coding_id=coding, informant_id=informant)
                for coding, informants in links.items()
                for informant in informants
            ],
            batch_size=_BATCH,
        )


def relink_version(version: TextVersion | int) -> None:
    """Write the links of every coding in a version anew: after its speakers changed."""
    key = version if isinstance(version, int) else version.pk
    relink(Coding.objects.filter(version_id=key))
