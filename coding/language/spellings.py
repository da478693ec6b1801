"""Nynorsk and the spelling of dialects, read as the bokmål word: a question in one is answered in all.

Only spellings of the same word: "leiaren" is "leder", but "byrje" is not "begynne".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding.language.lexicon import Lexicon

__all__ = ["otherwise", "usual_lemma"]

# Nynorsk lemmas that no rule below reaches.
_LEMMAS = {
    "leiar": "leder", "veke": "uke", "hugse": "huske", "spørje": "spørre", "seie": "si", "vere": "være",
    "høyre": "høre", "open": "åpen", "ven": "venn", "kome": "komme", "gjere": "gjøre", "sjå": "se", "gje": "gi",
    "eige": "eie", "leige": "leie", "saman": "sammen", "høg": "høy", "låg": "lav", "auke": "øke", "pengar": "penger",
    "peng": "penger", "born": "barn", "einsam": "ensom", "kyrkje": "kirke", "vete": "vite", "late": "la",
    "verte": "bli", "verde": "bli", "vekse": "vokse", "ynske": "ønske", "ynskje": "ønske", "dekkje": "dekke",
    "sysken": "søsken", "syster": "søster", "vatn": "vann", "ljos": "lys", "mjølk": "melk", "tru": "tro",
    "løyse": "løse", "løysing": "løsning", "drøyme": "drømme", "gløyme": "glemme", "døyr": "dør", "heime": "hjemme",
    "heim": "hjem", "sjølv": "selv",
}  # fmt: skip
# Elements in which the two written standards differ wherever they stand in a word.
_ELEMENTS = (
    ("sjuke", "syke"), ("sjuk", "syk"), ("heim", "hjem"), ("skule", "skole"), ("veg", "vei"),
    ("teneste", "tjeneste"), ("høg", "høy"), ("vatn", "vann"), ("einsam", "ensom"),
)  # fmt: skip
_ENDINGS = (
    ("leg", "lig"), ("heit", "het"), ("ar", "er"), ("je", "e"), ("ja", "e"), ("a", "e"), ("leiar", "leder"),
)  # fmt: skip
_SOFT = str.maketrans("bdg", "ptk")
_BETWEEN = re.compile(r"(?<=[aeiouyæøå])[bdg](?=[aeiouyæøåt]|$)")


def usual_lemma(lemma: str, lexicon: Lexicon) -> str:
    """The usual bokmål lemma of one that is nynorsk or could be; any other as it is."""
    if lemma in _LEMMAS:
        return _LEMMAS[lemma]
    spelled = lemma
    for nynorsk, usual in _ELEMENTS:
        spelled = spelled.replace(nynorsk, usual)
    if spelled != lemma and lexicon.is_listed(spelled):
        return spelled
    if lexicon.is_listed(lemma):
        return lemma
    endings = (spelled.removesuffix(a) + b for a, b in _ENDINGS if spelled.endswith(a))
    return next((one for one in (spelled, *endings) if lexicon.is_listed(one)), lemma)


def otherwise(form: str) -> Iterator[str]:
    """How a form that nobody has listed may be spelled in bokmål, the likeliest first.

    "stolan" and "ungdomma" in Trøndelag and northwards, "bruge" and "gada" along the southern coast.
    """
    if len(form) < 4:
        return
    if form.endswith("an"):
        yield from (form[:-2] + ending for ending in ("ene", "ne", "er"))
    elif form.endswith("a"):
        yield from (form[:-1] + ending for ending in ("er", "e", "ene", "et"))
    softened = _BETWEEN.sub(lambda match: match.group().translate(_SOFT), form)
    if softened != form:
        yield softened
