"""File names are identities: one that holds a name gives way to a neutral title."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import count
from pathlib import PurePosixPath

from coding.language.given_names import GIVEN, is_patronym
from coding.language.wording import words

from .roles import ROLE_WORDS

_COMMON = words(
    """
    intervju intervjuet interview interviews fokusgruppe fokusgruppeintervju fokusgruppa fokus focus group
    gruppe grupper gruppeintervju dokument document kilde source samtale samtalen telefonintervju digitalt
    skype teams zoom messenger transkript transkripsjon transkribert transkribering transcript
    transcription transcribed utskrift referat notat notater notes note møte møtet meeting lydfil opptak
    lyd audio recording record rec tekst text rich full final endelig utkast draft kopi copy versjon
    version ver v rev revidert ferdig ny nytt new old gammel renskrevet anonymisert anonymized anonym
    avidentifisert klar original rå raw del part nr no nummer number runde round fase phase dag day uke
    week dato date test pilot prøve guide intervjuguide rapport report oversikt plan strategi vedtak
    høring hearing januar februar mars april mai juni juli august september oktober november desember
    january february march may june july october december jan feb mar apr jun jul aug sep sept okt oct nov
    des dec mandag tirsdag onsdag torsdag fredag lørdag søndag monday tuesday wednesday thursday friday
    saturday sunday og i på fra med til for av om ved den det en et ei and in on from with to of the a at
    by or etter før under norsk engelsk bokmål nynorsk nb nn en english norwegian rtf doc docx odt pdf txt
    md html vtt srt csv chat tra gmt utc by bydel byen kommune kommunen kommunal sentral sentralen
    sentraler frivilligsentral frivilligsentralen frivilligsentraler frivillighet frivillige leder ledere
    ledelse ansatte organisasjon organisasjoner organisasjonen plattform digital nord sør øst vest sentrum
    norge norway podcast episode subs subtitles captions undertekster proceedings stortinget session
    samlet alle ekstra oppfølging oppfølgingsintervju individuelt individuell daglig deltakere informanter
    studie study prosjekt project data eksport export fil file filen uten navn name koder code system
    codebook kodebok license readme changelog index untitled rest første andre tredje fjerde siste first
    second
    """
)
_COMMON_ENDINGS = tuple(
    words(
        """
        sentral sentralen sentraler rapport rapporten gruppe gruppen gruppa møte samtale sjon sjonen
        sjoner heten lighet skapet kommune kommunen plattform plattformen forening foreningen
        intervju intervjuet notat notater strategi arbeid melding plan tion ment
        """
    )
)

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_CODE = re.compile(r"[A-Za-zÆØÅæøå]{1,4}\d{1,4}")


def neutral_title(
    file_name: str, noun: str, taken: Collection[str], cities: Iterable[str] = ()
) -> tuple[str, bool]:
    """A title for the source, and whether the file name had to give way because it may hold a name: then to `noun`
    and a number.

    A name is a capitalised word that is no role, kind, month or other common word and none of the `cities`,
    or a common given name however it is written. Titles in `taken` are not given again.
    """
    stem = PurePosixPath(file_name.replace("\\", "/")).stem
    stem = "" if stem.startswith(".") else stem
    used = {title.casefold() for title in taken}
    title = _tidy(stem)
    if not title or _holds_name(stem, cities):
        return next(numbered(noun, used)), True
    unique, number = title, 1
    while unique.casefold() in used:
        number += 1
        unique = f"{title} ({number})"
    return unique, False


def numbered(noun: str, taken: Collection[str]) -> Iterator[str]:
    """`noun` with one number after the other, without the titles that are `taken`."""
    used = {title.casefold() for title in taken}
    return (title for n in count(1) if (title := f"{noun} {n}").casefold() not in used)


def _tidy(stem: str) -> str:
    title = re.sub(r"[_\s]+", " ", stem)
    title = re.sub(r"(?<!\d)[-–.]+|[-–.]+(?!\d)", " ", title)
    title = " ".join(title.split()).strip(" ,;()[]")
    return title[:1].upper() + title[1:200]


def _holds_name(stem: str, cities: Iterable[str]) -> bool:
    allowed = {word for city in cities for word in re.findall(r"[^\W\d_]+", city.casefold())}
    allowed |= _COMMON | ROLE_WORDS
    spaced = re.sub(r"(?<=[a-zæøåé])(?=[A-ZÆØÅ])", " ", re.sub(r"_", " ", stem))
    spaced = re.sub(
        _CODE.pattern + r"(?![^\W_])", lambda m: m.group() if _is_word(m.group(), allowed) else " ", spaced
    )
    return any(_may_be_name(token, allowed) for token in _TOKEN.findall(spaced))


def _is_word(token: str, allowed: set[str]) -> bool:
    """Is it a word with a number on it (`Kari2`), not a code (`P5`)?"""
    letters = re.sub(r"\d", "", token)
    return len(letters) > 2 and letters.casefold() not in allowed


def _may_be_name(token: str, allowed: set[str]) -> bool:
    folded = token.casefold()
    if token.isdigit() or folded in allowed:
        return False
    # A file name in small letters gives no other sign of a name.
    if folded in GIVEN or is_patronym(folded):
        return True
    if len(token) < 2 or folded.endswith(_COMMON_ENDINGS):
        return False
    return token[0].isupper()
