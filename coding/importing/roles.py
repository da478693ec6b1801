"""Words that name a role and no person, and what follows from them for privacy."""

from __future__ import annotations

import re
from collections.abc import Iterable

from coding.language.wording import words

INTERVIEWER_WORDS = words(
    """
    intervjuer intervjuar intervjueren intervjuaren intervjuare interviewer interviewar int intv moderator
    moderatoren mod fasilitator fasilitatoren facilitator ordstyrer ordstyrar møteleder møteleiar forsker
    forskar forskeren researcher observatør observer spørrer spørjar spørger host programleder
    programleiar entrevistador entrevistadora befrager interviewleder gruppeleder assistent
    """
)

_INFORMANT_WORDS = words(
    """
    informant informanten informantar inf deltaker deltakar deltakeren deltakaren deltager del delt
    respondent respondenten resp participant part p intervjuobjekt intervjuperson ip io subjekt speaker
    taler talar stemme voice person gjest guest interviewee entrevistado entrevistada teilnehmer frivillig
    frivilleg volunteer leder leiar manager koordinator coordinator representant representative rådgiver
    rådgjevar adviser advisor plattformleder plattformleiar styreleder styreleiar bruker brukar user
    ansatt tilsett employee medlem member kvinne kvinna mann woman man male female jente gut gutt lærer
    lærar teacher elev student pasient patient pårørende lege doctor nurse sykepleier sjukepleiar tolk
    interpreter chair chairman chairperson chairwoman president presidenten senator senador sekretær
    secretary clerk hoveddeltaker fokusgruppe gruppe group publikum audience
    """
)

_COLLECTIVE_WORDS = words(
    """
    flere fleire alle ukjent ukjend unknown several all everyone everybody others andre mange crowd
    uidentifisert unidentified uklart utydelig inaudible multiple kor
    """
)
_COLLECTIVE_COMPANY = words(
    """
    speaker speakers voice voices taler talar talere talarar stemme stemmer deltaker deltakere deltakar
    deltakarar person personer persons people participant participants informant informanter male female
    mann kvinne snakker talking i munnen på hverandre together samtidig i kor no
    """
)

ROLE_WORDS = INTERVIEWER_WORDS | _INFORMANT_WORDS | _COLLECTIVE_WORDS

# Words that may stand before or after a role without naming anybody.
_COMPANY = words(
    """
    daglig dagleg kommunal frivillighetskoordinator frivillig organisasjon for mannlig mannleg kvinnelig
    kvinneleg ny andre første hoved tidligere the a en ei et main male female mr mrs ms madam sir herr fru
    fra frå of nr no hovedintervjuer medintervjuer co lead assistant assisterende nestleder nestleiar
    """
)

# A title makes a label of what follows it (`Senator Smith:`), but what follows is a name.
TITLES = words(
    """
    mr mrs ms miss dr prof professor senator senador senadora representanten statsråd statsminister
    minister president presidenten madam sir hon rev judge justice his her chairman chairwoman sr sra herr
    fru
    """
)

_LETTER = re.compile(r"[A-ZÆØÅ]{1,3}\d{1,3}|[A-ZÆØÅ]")
_NUMBER = re.compile(r"#?\d{1,3}[A-Za-z]?|[A-ZÆØÅ]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|#?\d+[A-Za-z]?")
_BRACKETED = re.compile(r"\s*[(\[].*?[)\]]\s*")


def _words(label: str) -> list[str]:
    """The words of a label; a number glued to its word (`Deltaker2`, `INT1`) is a word of its own."""
    split = re.sub(r"(?<=[^\W\d_])(?=\d)", " ", label)
    return _WORD.findall(split)


def is_role_word(label: str) -> bool:
    """Is the label a role ("Intervjuer", "Deltaker 2", "Speaker 1", "I", "P3", "003") and no name?"""
    label = label.strip()
    if not label:
        return False
    if _LETTER.fullmatch(label) or re.fullmatch(r"\d{1,4}", label):
        return True
    words = _words(label)
    rest = [word for word in words if not _NUMBER.fullmatch(word)]
    if not rest or len(words) > 5 or re.search(r"[^\w\s().,\-–#/&+:'’\[\]]", label):
        return False
    folded = [word.casefold() for word in rest]
    if is_collective_label(label):
        return True
    return any(w in ROLE_WORDS for w in folded) and all(w in ROLE_WORDS or w in _COMPANY for w in folded)


def is_interviewer_label(label: str) -> bool:
    """A guess: does the one who speaks under this label ask the questions?"""
    label = label.strip()
    if re.fullmatch(r"(?:I|INT|M|MOD|Q|F)\.?\s?\d?", label):
        return True
    words = {word.casefold() for word in _words(label)}
    return bool(words & INTERVIEWER_WORDS)


def is_collective_label(label: str) -> bool:
    """Does the label stand for nobody in particular ("flere", "alle", "ukjent", "several", "unknown")?"""
    words = [word.casefold() for word in _words(label) if not _NUMBER.fullmatch(word)]
    if not words:
        return False
    return any(w in _COLLECTIVE_WORDS for w in words) and all(
        w in _COLLECTIVE_WORDS or w in _COLLECTIVE_COMPANY for w in words
    )


def _role_inside(label: str) -> str | None:
    """The role that a label names beside a name: `Intervjuer (Kari)`, `Kari (intervjuer)`, `Moderator Kari`."""
    outside = _BRACKETED.sub(" ", label).strip()
    inside = " ".join(part.strip("()[] ") for part in re.findall(r"[(\[].*?[)\]]", label))
    for part in (outside, inside):
        if part and len(part) > 2 and is_role_word(part):
            return part
    words = label.split()
    if len(words) > 1 and words[0].casefold().strip(",.:;-") in ROLE_WORDS - TITLES:
        number = words[1] if _NUMBER.fullmatch(words[1]) and words[1].strip("#").isdigit() else ""
        return f"{words[0].strip(',.:;-')} {number}".strip()
    return None


def neutral_labels(labels: Iterable[str]) -> dict[str, str]:
    """A label to store for each label of a source: roles stay, a name becomes "Deltaker 1", "Deltaker 2" ...

    Two different labels never get the same one, and nobody gets a number that the source already uses.
    """
    labels = list(dict.fromkeys(labels))
    result = {label: label.strip() for label in labels if is_role_word(label)}
    taken = {label.casefold() for label in result.values()}
    number = 0

    def free(role: str) -> str:
        candidate, n = role, 1
        while candidate.casefold() in taken:
            n += 1
            candidate = f"{role} {n}"
        return candidate

    for label in labels:
        if label in result:
            continue
        role = _role_inside(label)
        if role is not None:
            chosen = free(role)
        else:
            number += 1
            while f"deltaker {number}" in taken:
                number += 1
            chosen = f"Deltaker {number}"
        result[label] = chosen
        taken.add(chosen.casefold())
    return {label: result[label] for label in labels}
