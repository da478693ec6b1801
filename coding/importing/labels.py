"""What a label looks like: how long, which words, and where on its line it ends. One line at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coding.language.wording import words

from . import times
from .pieces import Paragraph
from .roles import INTERVIEWER_WORDS, TITLES, is_role_word

MAX_LENGTH = 60

# Words that end in a colon at the start of a line and are no speaker. Compared without case.
NO_LABEL = words(
    """
    viktig merk merknad obs nb ps kl klokka klokken ca tlf telefon spørsmål spm svar tema emne dato sted
    tid varighet notat notater kommentar kommentarer eksempel eksempler konklusjon oppsummering sammendrag
    innledning bakgrunn refleksjon refleksjoner observasjon observasjoner tips husk hei takk ja nei jo mhm
    mm hm ok okei nå så da og men eller altså igjen videre likevel dessuten derfor her der dette det den
    de jeg vi du dere han hun hva hvem hvor hvordan hvorfor når hvis fordi først deretter etterpå til for
    fra med på om av i en et ei ett to tre fire fem forslag forslaget vedtak sak saken kapittel del
    avsnitt punkt side vedlegg kilde kilder referanse referanser tabell figur lydfil fil filnavn prosjekt
    tittel by språk kjønn alder rolle stilling transkribert transkribering overskrift resultat resultater
    metode mål formål utfordring utfordringer fordel fordeler ulempe ulemper problem løsning sitat
    stikkord nøkkelord legg resten samtidig pause latter laughter merke intervju samtale
    fokusgruppeintervju svaret spørsmålet problemet poenget faktum saka altså dermed slik sånn kort samlet
    totalt sum status viktigast merknader spurnad spørsmåla korleis kvifor kva kven kvar dersom difor
    vidare likevel eg me de ho note notes notice question questions answer answers example examples date
    time place topic subject title important warning summary conclusion background introduction yes no
    okay so and but or then also well first second third firstly secondly thirdly finally however
    therefore because remember reminder ps re fwd to from cc source sources figure table chapter section
    page appendix reference references duration audio file filename transcript language location project
    http https www mailto the this that these those there here what who where when why how if it he she we
    you they one two three four five i.e e.g translation speakers participants present attendees deltakere
    deltakarar informanter tilstede til-stede fraværende agenda vedrørende gjelder kontakt adresse e-post
    epost email phone url link lenke nota tema pregunta respuesta fecha título importante ejemplo
    conclusión resumen
    """
)

# Keys of the block of facts that stands above many transcripts.
FACTS = words(
    """
    dato date sted place location tid time varighet duration lydfil lydopptak opptak prosjekt project
    tittel title by city kjønn gender alder age stilling transkribert transkribering transkriptør
    transcriber transcribed transcription filnavn file filename språk language tema topic intervjudato
    intervjutidspunkt kanal recorded recording version versjon id kode interviewnummer intervjunummer
    """
)

_PARTICLES = words(
    """
    von van der den de del della di da dos du la le el al bin ibn ben abu arap ap af av of and og & the zu
    zur ter ten y e i from fra frå for på in at jr sr nr no
    """
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_FORBIDDEN = re.compile(r"[?!;\"«»“”„*<>={}…\t]|//|www\.")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:[A-ZÆØÅ]|[A-Za-zÆØÅæøå]{1,4}|\d{1,3})\.(?=\s|$|[A-ZÆØÅ]\.)")
_COLON = re.compile("[:：]")
_CODE = re.compile(r"[A-ZÆØÅ]{1,5}\d{0,3}|\d{2,4}|[A-ZÆØÅ]\d{1,3}")
_PARTS_OF_TEXT = words(
    "del delt part gruppe group fokusgruppe publikum audience for andre første the a en ei no ny"
)
# Roles so plain that even one line under them is a turn.
_PLAIN = INTERVIEWER_WORDS - {"host", "mod", "int", "assistent", "forsker", "researcher"} | words(
    """
    informant informanten informantar deltaker deltakar deltakeren deltakaren respondent respondenten
    participant intervjuobjekt intervjuperson interviewee speaker taler talar entrevistado entrevistada
    """
)


@dataclass(slots=True)
class Candidate:
    """A stretch at the start of a line that may be a label: where the speech begins, and how it is marked.

    `style` is colon, timed, dash, bold, alone or clock (a time and nothing that could be a label). `lead` is where
    a time at the start of the line ends; `bare` says that it is written like any time of day (`12:30`).
    """

    label: str | None
    cut: int
    style: str
    time: str | None = None
    below: bool = False
    bold: bool = False
    tight: bool = False
    lead: int = 0
    bare: bool = False


def tidy_label(raw: str) -> str:
    """A label without blanks, asterisks, colons and dashes around it."""
    label = " ".join(raw[:300].replace("\u00a0", " ").split()).strip(" *_:：–—-|,\u200b").strip()
    if len(label) > 2 and label[0] in "[(" and label[-1] in "])" and not re.search(r"[\[\]()]", label[1:-1]):
        label = label[1:-1].strip()
    return label


def looks_like_label(label: str) -> bool:
    """Short, without sentence marks: something that could be a name, a role or a code."""
    if not 0 < len(label) <= MAX_LENGTH or _FORBIDDEN.search(label):
        return False
    if not any(c.isalnum() for c in label) or not (label[0].isalnum() or label[0] in "([@"):
        return False
    bare = _BRACKETS.sub(" ", label)
    if len(bare.split()) > 6:
        return False
    plain = _ABBREVIATION.sub(" ", bare)
    return "." not in plain.strip() or bool(re.fullmatch(r"[\w.@-]+", label))


def first_word(label: str) -> str:
    words = re.findall(r"[\w.-]+", label)
    return words[0].strip(".").casefold() if words else ""


def _stem(label: str) -> str:
    """`SPEAKER_00` and `Deltaker2` begin with `speaker` and `deltaker`."""
    return first_word(label).rstrip("0123456789_-")


def is_fact(label: str) -> bool:
    """Is it the key of a block of facts (`Dato:`, `Sted:`)?"""
    return first_word(label) in FACTS


def looks_like_name(label: str) -> bool:
    """Every word begins as names do (capital, digit, a particle between), and the first starts no plain sentence."""
    bare = _BRACKETS.sub(" ", label).strip() or label.strip("()[] ")
    if first_word(bare) in NO_LABEL:
        return False
    words = re.split(r"[\s,|/&+]+", bare)
    words = [word for word in words if word]
    if not words or not (words[0][0].isupper() or words[0][0].isdigit() or words[0][0] == "@"):
        return False
    if words[0][0].isdigit() and not is_role_word(bare):
        return False
    return all(
        word[0].isupper() or word[0].isdigit() or word[0] in "@-–" or word.casefold() in _PARTICLES
        for word in words
    )


def is_barred(label: str) -> bool:
    """A name, a bar, and who that is: "Bob | vol."."""
    name, bar, who = label.partition("|")
    return bool(bar) and looks_like_name(name.strip()) and any(c.isalpha() for c in who)


def names_somebody(label: str) -> bool:
    """Could it be a label by itself, without a colon after it: a name or a role?"""
    return looks_like_label(label) and (looks_like_name(label) or is_role_word(label))


def is_spoken_role(label: str) -> bool:
    """A role that somebody speaks in, where a file has labels: "Frivillig 3", "Flere"; not "Del 2"."""
    return len(label) > 2 and is_role_word(label) and _stem(label) not in _PARTS_OF_TEXT


def is_plain_role(label: str) -> bool:
    """A role that no other word at the start of a line could be: "Intervjuer", "Deltaker 2", "Speaker 1"."""
    return len(label) > 2 and is_role_word(label) and _stem(label) in _PLAIN


def is_code(label: str) -> bool:
    """`AMB`, `003`, `P5`: a code in capitals or digits."""
    return bool(_CODE.fullmatch(label))


def has_title(label: str) -> bool:
    """A title and a name: "Mr. Smith", "Senador Black"."""
    bracketed = re.search(r"\(([^()]+)\)$", label)
    if bracketed and has_title(bracketed.group(1)):
        return label[0].isupper()
    words = label.split()
    return len(words) > 1 and first_word(label) in TITLES and looks_like_name(label)


def _label_and_time(raw: str) -> tuple[str, str | None]:
    """`Kari (00:12)` is Kari at 00:00:12."""
    match = times.ENDING.search(raw)
    if match and match.start():
        return tidy_label(raw[: match.start()]), times.normal(match.group(1))
    return tidy_label(raw), None


def _at_colon(text: str, at: int) -> Candidate | None:
    for match in _COLON.finditer(text, at, at + MAX_LENGTH + 30):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        wide = match.group() == "："
        if not wide and before.isdigit() and after.isdigit():
            continue
        tight = bool(after) and not after.isspace() and not wide
        if tight and not (after.isalpha() or after in "[(“\"'«–—-…*_"):
            return None
        label, time = _label_and_time(_NUMBER_BEFORE.sub("", text[at : match.start()]))
        if not looks_like_label(label):
            return None
        end = match.end()
        while end < len(text) and text[end].isspace():
            end += 1
        stamp = times.MARKED.match(text, end)
        if stamp:
            time, end = time or times.normal(stamp.group(1)), stamp.end()
        below = not text[end:].strip()
        return Candidate(label, end, "timed" if time else "colon", time, below, tight=tight)
    return None


# Turns that are numbered: `12 Intervjuer:`, `3. Kari:`.
_NUMBER_BEFORE = re.compile(r"^\s*(?:\d{1,4}[.)]?|\[\d{1,4}\]|\(\d{1,4}\))\s+(?=[^\W\d])")
_TAB = re.compile(r"\s*(\S[^\t]{0,30}?)[ ]*\t\s*(?=\S)")
_DASH = re.compile(r"\s*(\S[^–—]{0,30}?)\s*\s[–—-]\s+(?=\S)|\s*(\S{1,12})[–—]\s+(?=\S)")
_STAMPED = re.compile(rf"\s*(\S.{{0,38}}?)\s*({times.F4}|{times.BRACKETED})\s*(?=\S)")


_BARE = re.compile(r"\d{1,2}:\d{2}")


def candidate(paragraph: Paragraph) -> Candidate | None:
    """What could be a label at the start of the paragraph, or None. Nothing is decided here."""
    if paragraph.fixed or paragraph.kind in ("quote", "front"):
        return None
    text = paragraph.text
    at, time, bare = len(text) - len(text.lstrip()), None, False
    lead = times.LEADING.match(text)
    if lead:
        time, at = times.normal(lead.group(1)), lead.end()
        bare = bool(_BARE.fullmatch(lead.group(1)))
        if at >= len(text):
            return Candidate(None, at, "clock", time, lead=at, bare=bare)
    found = _at_colon(text, at)
    if found is None:
        found = _without_colon(paragraph, at, timed=time is not None)
    if found is None:
        return Candidate(None, at, "clock", time, lead=at, bare=bare) if time else None
    if time:
        found.time, found.style, found.lead, found.bare = time, "timed", at, bare
    found.bold = paragraph.bold > 0 and len(text[: paragraph.bold].strip(" :：*")) <= found.cut
    return found


def _without_colon(paragraph: Paragraph, at: int, *, timed: bool) -> Candidate | None:
    text = paragraph.text
    rest = text[at:]
    ending = times.ENDING.search(rest)
    if ending and ending.start() and not timed:
        label = tidy_label(rest[: ending.start()])
        if names_somebody(label):
            time, bare = times.normal(ending.group(1)), bool(_BARE.fullmatch(ending.group(1)))
            return Candidate(label, len(text), "timed", time, below=True, bare=bare)
    whole = tidy_label(rest)
    if len(rest) <= MAX_LENGTH and not rest.rstrip().endswith((".", ",")) and names_somebody(whole):
        return Candidate(whole, len(text), "timed" if timed else "alone", below=True)
    stamped = _STAMPED.match(text, at)
    if stamped and not timed:
        label = tidy_label(stamped.group(1))
        if names_somebody(label):
            return Candidate(label, stamped.end(), "timed", times.normal(stamped.group(2)))
    if at < paragraph.bold < len(text):
        label = tidy_label(text[at : paragraph.bold])
        if names_somebody(label):
            cut = paragraph.bold
            while cut < len(text) and text[cut] in " \t\u00a0":
                cut += 1
            return Candidate(label, cut, "bold")
    return at_dash(text, at)


def at_dash(text: str, at: int = 0) -> Candidate | None:
    """A label before a dash or a tab."""
    dash = _DASH.match(text, at) or _TAB.match(text, at)
    if dash:
        label = tidy_label(next(group for group in dash.groups() if group))
        if label and len(label.split()) <= 3 and looks_like_label(label):
            return Candidate(label, dash.end(), "dash")
    return None
