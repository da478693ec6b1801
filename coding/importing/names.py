"""File names are identities: one that holds a name gives way to a neutral title."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from .roles import ROLE_WORDS
from .wording import words

KIND_TITLES = {"interview": "Intervju", "focus_group": "Fokusgruppe", "document": "Dokument"}

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

# Given names that are common in Norway: a file name in small letters gives no other sign of a name.
_GIVEN = words(
    """
    aase adam agnes aksel alexander alf alfred ali amalie amina amund anders andrea andreas andré ane
    anette anita anja anna anne annette ann-kristin are arild arne arnt arvid asbjørn ask asle astrid atle
    audun august aurora axel benedicte bente berit bernt birger birgit birgitte bjarne bjørg bjørn bjørnar
    bodil borghild brit britt brynjar camilla carina caroline casper cathrine cecilie charlotte christer
    christian christina christine christoffer dag dagfinn dagny daniel david edvard egil einar eirik eirin
    eivind elin elisabeth elise ella ellen elling else emil emilie emma endre erik erlend erling ester eva
    even fatima filip finn fredrik frida fridtjof frode frøydis geir georg gerd gisle grete gro gudrun
    guri gunhild gunn gunnar gustav guttorm halvard halvor hanna hanne hans harald harry hassan haakon
    hege heidi helene helga helge hennie henning henriette henrik hilde hilmar håkon håvard ida inga inge
    ingebjørg ingeborg inger ingrid ingunn ingvild irene isak iselin ivar iver jakob jan-erik janne jarle
    jens jo joakim jofrid johan johanna johannes john jon jonas jorunn josefine julia julie jørgen jørn
    kaja kamilla kai kari karianne karin karina karl karoline kasper katarina katrine kenneth kent ketil
    kim kirsten kirsti kjartan kjell kjersti kjetil klara knut konrad kristian kristin kristina kristine
    kristoffer kåre lars laila lasse laura lea leif lena lene leon lillian linda line linn linnea lise
    lisbeth liv live lone lotte lovise lucas ludvig lukas mads magne magnhild magnus maja malin mailinn
    marcus maren margit margrete margunn mari maria mariann marianne marie marit marius markus marte
    martha martin martine mathias mats maud maya merete mette mia michael mikael mikkel mina mirjam
    mohamed mohammad mohammed mona monica morten nadia nils nina njål noah nora norunn odd oda oddbjørg
    oddvar ola olaf olav ole oline oliver omar oscar oskar othilie ottar otto pernille petter peder per
    pål pia ragna ragnar ragnhild randi rebecca reidar reidun renate rikke roald robert roger rolf ronny
    roy rune runar ruth sara sander sebastian selma sigmund signe sigrid sigrun sigurd silje sindre siri
    sissel siv snorre sofia sofie solfrid solveig sondre stein steinar stian stig stine sunniva susanne
    svein sveinung sven svend sverre synne synnøve tarjei terje theodor thea therese thomas thor thorbjørn
    tine tiril toini tom tommy tone tor torbjørn tord tore torgeir torhild torill torstein torunn tove
    trine trond trude truls trygve turid tuva ulf ulrik unni vegard vegar vetle victoria vibeke vidar
    vigdis viggo wenche wilhelm willy yngve yusuf yvonne ågot åge åse åshild åsmund åste øistein ørjan
    østein øyvind øystein aaron abdi abdul adrian aisha alan albert alice amy andrew angela anthony
    antonio ashley barbara ben benjamin brian carlos carol charles chris claire clara cristina daniela
    david deborah diana diego donald dorothy edward elena elijah elizabeth emily emine eric ernest eve
    fatma felix fernando francesco frank george giulia grace hannah helen hugo ian ibrahim irina isabel
    isabella ivan jack james jane jason jean jennifer jerod jerry jessica jim joan joe jorge jose joseph
    joshua juan karen kate katherine kelly kevin khadija kim lara layla leila lily linus lisa louis louise
    lucy luis luke marco margaret maryam mark marta mary matthew mel mike miguel mohammed muhammad nancy
    naomi natalia natasha nathan nicholas nick nicole nicola nora olga olivia omar pablo patricia patrick
    paul pedro rachel raymond rita robin rosa ryan sam samantha samuel sandra sarah scott sean sergio
    sharon simon sophia stephen steven sue susan tatiana teresa thanh tim timothy tina tony valentina
    vanessa vera walter wei william yasmin yusra zahra zainab
    """
)
_FAMILY = re.compile(r"[^\W\d_]{3,}(?:sen|sson|datter|dottir)")
_FAMILY_NOT = words("essen absen pausen prosessen interessen konferansen kompetansen kurssen")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_CODE = re.compile(r"[A-Za-zÆØÅæøå]{1,4}\d{1,4}")


def neutral_title(
    file_name: str, kind: str, taken: Collection[str], cities: Iterable[str] = ()
) -> tuple[str, bool]:
    """A title for the source, and whether the file name had to give way because it may hold a name.

    A name is a capitalised word that is no role, kind, month or other common word and none of the `cities`,
    or a common given name however it is written. Titles in `taken` are not given again.
    """
    stem = PurePosixPath(file_name.replace("\\", "/")).stem
    stem = "" if stem.startswith(".") else stem
    used = {title.casefold() for title in taken}
    title = _tidy(stem)
    if not title or _holds_name(stem, cities):
        noun = KIND_TITLES.get(kind, KIND_TITLES["document"])
        number = 1
        while f"{noun} {number}".casefold() in used:
            number += 1
        return f"{noun} {number}", True
    unique, number = title, 1
    while unique.casefold() in used:
        number += 1
        unique = f"{title} ({number})"
    return unique, False


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
    if folded in _GIVEN or (_FAMILY.fullmatch(folded) and folded not in _FAMILY_NOT):
        return True
    if len(token) < 2 or folded.endswith(_COMMON_ENDINGS):
        return False
    return token[0].isupper()
