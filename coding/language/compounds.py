"""Of which words a word is made, for the search: "bydelen" of "by" and "del", "gutteturen" of "gutt" and "tur".

Ordbank lists many compounds without saying that they are. A part must be a listed word that is no name; short ones
must stand in the list below, because Ordbank has a word for nearly every two or three letters.
"""

from __future__ import annotations

from coding.language.lexicon import Lexicon
from coding.language.small_words import SMALL_WORDS
from coding.language.wording import words

__all__ = ["parts_of"]

_SHORTEST, _LONGEST = 5, 50
_MOST_PARTS = 4
# A shorter part is not taken apart again.
_DEEP = 6

# Short and small words of which talk makes compounds.
_SHORT = words(
    """
    by år øy ny mat båt bil tur tid vei veg dag uke hus lys lag rom råd sal tog ski sko bok bad mor far kor fot hår hav
    sjø ord lyd lov fag jul syk fri ung små vin vær sms arv egg fem tak web app sak mål lån rus bo ro
    data hjem heim hjemme heime lille to tre ti
    """
)
# What stands before a word without making a compound that one would look for under the word: "avtale" is no "tale".
_BEFORE = words(
    """
    an av be bak bi bort der etter for fore forut fra fram frem gjen gjennom hen her hit igjen inn innen inne med mellom
    mis mot ned nede om opp oppe over på sam sams sammen samme samar selv sjølv tilbake til under ut ute uten van vel
    vidre videre hver hvor hva når noe noen annen alt alle all best enn hel ingen lite man mer mest mye nok nær slik
    ikke ofte sist siden hos eller men vår kan vil har fikk fast ting like ande besk delt ford fort kompet kont mang
    rapp rele rend tjen verkt utfor inst komp gener
    """
)
# What ends words without being one there: "medlemskap" is no cupboard, "handling" no heather.
_ENDINGS = words(
    """
    skap het heten hetene dom else ling ning løs bar som aktig vis vise messig lig lege sel ist isme sjon jon elle este
    ester ert ende ene enes ens ster anse lende tilling eling alt erte ritet tert dret iv tisk tikk aler terte
    """
)
# Words that an s joins to the next.
_JOINED_BY_S = (
    "het",
    "skap",
    "ing",
    "sjon",
    "tet",
    "dom",
    "rett",
    "drift",
    "kveld",
    "verk",
    "del",
    "skudd",
    "tak",
    "fart",
)
# Words in s that often stand last.
_WITH_S = words(
    """
    sak sal salg samarbeid samfunn samling samtale sang seddel seier sekk selskap sender sending seng senter sentral
    serie service setning side sikring situasjon sjef skade skap skatt skift skikk skilt skjema skole skrift skriv skuff
    slutt smak snakk sone spill spor språk spørsmål stand start stasjon stat status stein sted stemme sti stilling stol
    stopp strategi strek strikk strøm struktur stue student studie stund stykke styre styring støtte støy suppe svar
    sykdom sykkel syn system søk søknad sum symaskin sone salat smitte skole skule senter
    """
)
_SMALL = SMALL_WORDS - _SHORT
# Words whose parts no longer say what they mean.
_WHOLE = words(
    """
    frivillig frivillighet velkommen velkomst likevel imidlertid fullstendig samarbeid samarbeide samspill organisasjon
    menneske deltaker variasjon veileder veilede veiledning rettleder innleder anleder
    """
)


def parts_of(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words in a casefolded word as they stand in it, the last one inflected; none where it is no compound.

    A first part in e gives two where both are words: "hjelpegruppe" is one of "hjelpe", "hjelp" and "gruppe".
    """
    if not _SHORTEST <= len(word) <= _LONGEST:
        return ()
    return tuple(dict.fromkeys(_split(word, lexicon, _MOST_PARTS)))


def _split(word: str, lexicon: Lexicon, most: int) -> tuple[str, ...]:
    own = lexicon.lemmas(word)
    if word in _WHOLE or not _WHOLE.isdisjoint((*own, *lexicon.lemmas(word.removesuffix("s")))):
        return ()
    ways = [
        (firsts, word[at:])
        for at in range(2, len(word) - 1)
        if _ends(word[at:], lexicon)
        and (firsts := _begins(word[:at], word[at:], lexicon))
        and _inflects_so(own, word, at, lexicon)
    ]
    if ways:
        # Of several ways the one without short parts.
        firsts, head = max(ways, key=lambda way: min(len(way[0][0]), len(way[1])))
        return (*_deeper(firsts[0], lexicon, most), *firsts, *_deeper(head, lexicon, most), head)
    if most > 2:
        for at in range(len(word) - 3, 4, -1):
            if _ends(word[at:], lexicon) and _inflects_so(own, word, at, lexicon):
                above = _split(word[:at], lexicon, most - 1) or _split(
                    word[:at].removesuffix("s"), lexicon, most - 1
                )
                if above:
                    return (*above, word[at:])
    return ()


def _deeper(part: str, lexicon: Lexicon, most: int) -> tuple[str, ...]:
    return _split(part, lexicon, most - 1) if most > 2 and len(part) >= _DEEP else ()


def _inflects_so(own: tuple[str, ...], word: str, at: int, lexicon: Lexicon) -> bool:
    """Whether a listed word is inflected as its last part is: "sentralene" is no "lene"."""
    if not own:
        return True
    heads = (word[at:], *lexicon.lemmas(word[at:]), *lexicon.lemmas(word[at:].removesuffix("s")))
    return any(word[:at] + head in own for head in heads)


def _begins(first: str, head: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words that a beginning may be: itself, and itself without the s or e that joins."""
    if first in _BEFORE:
        return ()
    bare = first[:-1]
    if first[-1] == "s" and _is_first(bare, lexicon):
        # "problemstilling" is of "stilling", but "idrettslag" of "lag".
        return () if _keeps_s(bare, f"s{head}", lexicon) else (bare,)
    if head[0] == "s" and _ends(head[1:], lexicon) and not _keeps_s(first, head, lexicon):
        return ()
    if head[0] == "e" and len(first) > 3 and _ends(head[1:], lexicon):
        return ()
    found = [first] if _is_first(first, lexicon) else []
    if first[-1] == "e" and len(bare) > 3 and not head.startswith("ring") and _is_first(bare, lexicon):
        found.append(bare)
    return tuple(found)


def _keeps_s(first: str, head: str, lexicon: Lexicon) -> bool:
    """Whether an s between two parts begins the second, where it could join them as well."""
    return (
        not first.endswith(_JOINED_BY_S)
        and _ends(head, lexicon)
        and not _WITH_S.isdisjoint((head, *lexicon.lemmas(head)))
    )


def _is_first(part: str, lexicon: Lexicon) -> bool:
    """Whether a part can stand first: a word in its basic form."""
    return (
        part not in _BEFORE and _is_part(part, lexicon) and (part in _SHORT or part in lexicon.lemmas(part))
    )


def _ends(head: str, lexicon: Lexicon) -> bool:
    bare = head.removesuffix("s")
    lemmas = {head, bare, *lexicon.lemmas(head), *lexicon.lemmas(bare)}
    if not lemmas.isdisjoint(_ENDINGS):
        return False
    return _is_part(head, lexicon) or (len(bare) > 3 and _is_part(bare, lexicon))


def _is_part(part: str, lexicon: Lexicon) -> bool:
    if len(part) < 4 and part not in _SHORT:
        return False
    return part not in _SMALL and bool(lexicon.lemmas(part)) and not lexicon.is_name(part)
