"""Which lemma a form most likely is one of, and which else it may be: chosen without a model, by form alone.

Ordbank says of which lemmas a form may be one, not which is meant. Talk uses few words very often, so the rules below
are about those; everything else takes Ordbank's noun first.
"""

from __future__ import annotations

from dataclasses import dataclass

from coding.language.compounds import parts_of
from coding.language.lexicon import Lexicon
from coding.language.spellings import otherwise, usual_lemma
from coding.language.wording import words

__all__ = ["Reading", "read_word"]

# Forms whose likeliest lemma is another than the rules would choose, or that Ordbank's table has wrong.
_MEANT = {
    "var": "være", "er": "være", "vært": "være", "vore": "være", "fikk": "få", "får": "få", "fått": "få", "fekk": "få",
    "kan": "kunne", "kunne": "kunne", "vil": "ville", "ville": "ville", "skal": "skulle", "skulle": "skulle",
    "må": "måtte", "måtte": "måtte", "bør": "burde", "burde": "burde", "sa": "si", "sagt": "si", "sier": "si",
    "seier": "si", "seie": "si", "gikk": "gå", "går": "gå", "gjekk": "gå", "kom": "komme", "kommer": "komme",
    "kommet": "komme",
    "kjem": "komme", "kome": "komme", "tok": "ta", "tar": "ta", "tatt": "ta", "så": "så", "ser": "se", "sett": "se",
    "vet": "vite", "visste": "vite", "veit": "vite", "satt": "sitte", "sto": "stå", "står": "stå", "stod": "stå",
    "bøker": "bok", "bøkene": "bok", "bok": "bok", "boka": "bok", "boken": "bok", "brukere": "bruker",
    "brukerne": "bruker", "folk": "folk", "folka": "folk", "folkene": "folk", "eldre": "eldre", "mer": "mye",
    "mest": "mye", "meir": "mye", "mykje": "mye", "flere": "mange", "flest": "mange", "fleire": "mange",
    "bedre": "god", "best": "god", "gode": "god", "godt": "god", "verre": "verre", "små": "liten", "lite": "liten",
    "lita": "liten", "litt": "litt", "samarbeidet": "samarbeid", "samarbeider": "samarbeide", "møter": "møte",
    "møtet": "møte", "møtene": "møte", "lag": "lag", "alle": "all", "alt": "all", "dem": "de", "deg": "du",
    "meg": "jeg", "eg": "jeg", "oss": "vi", "han": "han", "ham": "han", "henne": "hun", "ho": "hun", "ikkje": "ikke",
    "noe": "noen", "noko": "noen", "nokon": "noen", "ein": "en", "ei": "en", "et": "en", "eit": "en", "den": "den",
    "det": "det", "som": "som", "men": "men", "for": "for", "om": "om", "da": "da", "når": "når", "der": "der",
    "her": "her", "til": "til", "ja": "ja", "nei": "nei", "jo": "jo", "nå": "nå", "no": "nå", "dag": "dag",
    "nye": "ny", "nytt": "ny", "nyere": "ny", "nyeste": "ny", "smått": "liten", "mindre": "liten", "minst": "liten",
    "minste": "liten", "lille": "liten", "større": "stor", "størst": "stor", "største": "stor", "yngre": "ung",
    "yngst": "ung", "yngste": "ung", "syke": "syk", "venner": "venn", "vennene": "venn", "fedre": "far",
    "fedrene": "far", "mødre": "mor", "mødrene": "mor", "brødre": "bror", "brødrene": "bror", "døtre": "datter",
    "døtrene": "datter", "møtes": "møte", "møttes": "møte", "kaffi": "kaffe", "kaffien": "kaffe", "kaffer": "kaffe",
    "visst": "visst", "data": "data", "mad": "mat", "ud": "ut", "ude": "ute", "æ": "jeg", "mæ": "jeg", "dæ": "du",
    "sæ": "seg", "hu": "hun", "dei": "de", "dokker": "dere", "dokke": "dere", "dykk": "dere", "kva": "hva", "ka": "hva",
    "kven": "hvem", "kem": "hvem", "korleis": "hvordan", "korsen": "hvordan", "itj": "ikke", "frå": "fra",
    "vart": "bli", "vert": "bli", "ble": "bli", "blei": "bli", "blir": "bli", "blitt": "bli", "ga": "gi", "gav": "gi",
    "gir": "gi", "gitt": "gi", "trur": "tro", "tror": "tro", "trudde": "tro", "trodde": "tro", "heim": "hjem",
    "åtte": "åtte", "fint": "fin", "styret": "styre", "spurt": "spørre", "fant": "finne", "skrev": "skrive",
    "redde": "redd", "videre": "videre", "mailer": "mail", "vere": "være", "sjølv": "selv", "sjøl": "selv",
    "saman": "sammen",
}  # fmt: skip

# Meant as that and nothing else: "visst" is no "vite".
_ONLY = frozenset(words("visst venner vennene mad data"))

# Verbs that are heard as commands as often as the nouns of the same form: "ring meg", but "en jobb".
_COMMANDS = frozenset(
    words("ring skriv lær les fortell prøv hør se vent ta la vis tenk spør finn følg gjør hent")
)

# Who does it, rather than does it: "leder" is here the noun.
_AGENTS = frozenset(
    words(
        """
        leder lærer deltaker rådgiver nabo politiker forsker spiller trener sykepleier sjukepleier hjelpepleier
        arbeidsgiver arbeidstaker koordinator bestemor kunstner artikkelforfatter reiser utvikler fagarbeider
        flyktning innvandrer pensjonist student forelder eier sjåfør kasserer veileder rektor
        """
    )
)
# Verbs that talk uses far more than the nouns of the same form.
_VERBS = frozenset(
    words(
        """
        arbeide avtale begynne besøke bli bo bruke bygge dele delta drive endre finne fungere følge føle få gi gjelde
        gjøre gå handle ha hente hete hjelpe høre håpe invitere jobbe kjenne kjøre klage klare komme koste krangle
        la lage lede legge leie leve ligge lure låne melde mene merke miste møte nevne ordne organisere passe plage
        prate prøve rapportere ringe rydde samarbeide samle savne se selge sende sette si sitte skape skrive skulle
        slippe slite slutte snakke spille spise spørre starte støtte stå svare synes syns ta tenke tilby treffe trenge
        tro tørre tåle utvikle vaske velge vente være vise vite vokse ønske åpne
        """
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word is read as: its likeliest lemma, the others, and the lemmas of the parts of a compound."""

    lemma: str
    others: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def read_word(form: str, lexicon: Lexicon) -> Reading:
    """How a word is read: "frivilligsentralenes" is one of "frivilligsentral", made of "frivillig" and "sentral".

    What nobody has listed, and is no compound of what is listed, is its own lemma. A hyphen joins: "frivillig-sentral"
    is read as "frivilligsentral".
    """
    folded = form.casefold().strip("'’-–")
    whole = folded.replace("-", "")
    hyphened = tuple(_simple(part, lexicon)[0] for part in folded.split("-") if len(part) > 1)
    candidates = _simple(whole, lexicon)
    parts = (
        parts_of(whole, lexicon) or (hyphened if "-" in folded else ()) or parts_of(candidates[0], lexicon)
    )
    if parts and candidates == (whole,) and not lexicon.lemmas(whole):
        head = parts[-1]
        if whole.endswith(head):
            candidates = tuple(whole.removesuffix(head) + lemma for lemma in _simple(head, lexicon))
    read = tuple(dict.fromkeys(_simple(part, lexicon)[0] for part in parts))
    return Reading(candidates[0], candidates[1:], read)


def _simple(form: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The lemmas of a form, the likeliest first; itself where none is known."""
    found = lexicon.lemmas(form)
    if not found and len(form) > 3 and form.endswith("s"):
        found = lexicon.lemmas(form[:-1])
    found = tuple(dict.fromkeys(usual_lemma(one, lexicon) for one in found))
    meant = _MEANT.get(form)
    if meant is not None:
        others = () if form in _ONLY else found
        return (meant, *(other for other in others if other != meant and other in _VERBS))
    if not found:
        other = next((one for one in otherwise(form) if lexicon.lemmas(one)), None)
        return _simple(other, lexicon) if other else (form,)
    if form in _AGENTS:
        return (form,)
    if form in found and not (form.endswith("er") and form[:-1] in found):
        # "lokale" is a form of "lokal" too, "hjelpe" of "hjelp"; that "alene" may be the definite plural of "al" helps
        # nobody.
        command = form in _COMMANDS
        near = (
            one
            for one in found
            if one != form
            and (
                (one == f"{form}e" and command)
                or (one != f"{form}e" and one in _VERBS)
                or (len(one) > 3 and form.startswith(one))
            )
        )
        return (form, *near)
    first = next((one for one in found if one in _VERBS), None) or _nearest(form, found)
    return (first, *(one for one in found if one != first))


def _nearest(form: str, found: tuple[str, ...]) -> str:
    """The lemma of which a form is most likely one: "dager" of "dag", "bilen" of "bil", not of "dage" and "bile"."""
    bare = form[:-2] if form.endswith(("er", "en")) else ""
    if bare in found:
        return bare
    return form[:-1] if form.endswith("er") and form[:-1] in found else found[0]
