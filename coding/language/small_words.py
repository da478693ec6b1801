"""Words that Ordbank's table of nouns, verbs, adjectives and adverbs lacks: pronouns, prepositions, numbers, fillers.

Bokmål, nynorsk, spoken forms and the commonest English ones: a sentence that begins with one begins with no name.
"""

from __future__ import annotations

from coding.language.wording import words

_TENS = {
    "tjue": 20,
    "tyve": 20,
    "tretti": 30,
    "tredve": 30,
    "førti": 40,
    "femti": 50,
    "seksti": 60,
    "sytti": 70,
    "åtti": 80,
}
_TENS["nitti"] = 90
_UNITS = {
    "en": 1,
    "ein": 1,
    "én": 1,
    "ett": 1,
    "to": 2,
    "tre": 3,
    "fire": 4,
    "fem": 5,
    "seks": 6,
    "sju": 7,
    "syv": 7,
    "åtte": 8,
}
_UNITS["ni"] = 9
_TEENS = {
    "ti": 10,
    "elleve": 11,
    "tolv": 12,
    "tretten": 13,
    "fjorten": 14,
    "femten": 15,
    "seksten": 16,
    "sytten": 17,
}
_TEENS |= {"atten": 18, "nitten": 19}

#: What each number word says; "syv og tyve" and "syvogtyve" are not among them.
NUMBER_WORDS: dict[str, int] = {
    "null": 0,
    **_UNITS,
    **_TEENS,
    **_TENS,
    **{ten + unit: tens + ones for ten, tens in _TENS.items() for unit, ones in _UNITS.items()},
}

_NORWEGIAN = words(
    """
    jeg eg æ je e ej du han hun ho hu hann henne ham honom det den de di dem dei deim vi me mi oss dere
    de dykk dokker dokke okker meg mæ mei deg dæ dei seg sæ sei man en ein ei et eit ett ene eine min mi
    mitt mine din di ditt dine sin si sitt sine hans hennes hennar dets dens deres deira deires vår vårt
    våre vores dykkar deras dems våres hverandre kvarandre selv sjølv sjøl selve samme same egen eigen
    begge båe alle alt all noen noe nokon noko nokre nokon nåen nåe ingen inga ikkeno ingenting mange
    mykje mye flere fleire få hver hvert kvar kvart enhver hvilken hvilket hvilke slik slike sånn sånne
    sånt slikt hva ka kva hvem kem kven hvor kor kvar hvordan korleis åssen koffer hvorfor kvifor når
    hvis viss dersom om at som fordi siden sidan mens medan da når enn før etter inntil selvom selv enda
    endå slik hvorvidt og å eller men for så samt både enten anten verken korkje i på til fra frå med
    uten utan av ved hos om over under mellom mot imot etter før langs rundt gjennom innen innan uti
    innpå oppi oppå nedi utpå utenfor utanfor innenfor innanfor bak foran framfor ifølge ifølgje
    angående unntatt pluss minus via per pr ad blant bland tross her her der dit hit her hjemme heime
    hjem heim borte bort ute ut inne inn oppe opp nede ned nå no da då snart alltid aldri ofte sjelden
    ikke ikkje itj ittj inte kje ke jo ja nei jau joda neida jada neimen altså altso liksom vel nok bare
    berre bære også óg òg au igjen att ennå enno enda fortsatt framleis heller gjerne kanskje kansje
    muligens visst egentlig eigentleg faktisk selvfølgelig sjølvsagt sjølsagt selvsagt dessuten derfor
    difor dermed likevel imidlertid ellers elles omtrent cirka ca nesten svært veldig ganske litt lite
    helt heilt heile hele delvis stort særlig særleg spesielt akkurat nettopp nettopp plutselig
    plutseleg nylig etterpå først fyrst sist til slutt er var har hadde blir ble blei vart vert skal
    skulle vil ville kan kunne må måtte bør burde får fikk fekk tør torde eit hadde hadd vore vært vørr
    gjer gjør gjorde gjord seier sier sa kjem kommer kom går gikk gjekk tek tar tok veit vet visste trur
    tror heiter heter ligg ligger står stod sto ser såg gir gjev ga gav mhm mm mmm hm hmm hmhm eh ehm øh
    øhm æh æhm ehh åh oi oisann huff uff åja åjaja jaja neinei jadda tja nja heh hehe haha ha hei
    heisann hallo ok okei okey okay takk takker jøss fy æsj au wow yes yess sant ikkesant joa jæ jah nja
    njae hæ sjå ojsann akkurat nettopp dessverre diverre gratulerer velkommen velkomne farvel hade
    unnskyld beklager værsågod tenkjer tenkjar kjende kjenner eigne nokolunde saman sammen åleine aleine
    alene ilag i-lag tilbake attende fram frem første andre tredje fjerde femte sjette sjuende syvende
    åttende niende tiende ellevte tolvte trettende begge hundre tusen million milliard hundrede dette
    desse disse denne dér sist neste førre forrige sistnevnte resten flesteparten osv dvs bl evt mht mtp
    pga jf nr kl tlf f eks bla mfl
    """
)
_ENGLISH = words(
    """
    the a an and or but if then so because as of at by for with about from to in on off over under again
    once here there when where why how all any both each few more most other some such no nor not only
    own same than too very can will just should now i you he she it we they me him her us them my your
    his its our their this that these those am is are was were be been being have has had having do does
    did doing would could ought what which who whom well yeah yes okay ok right like actually maybe also
    even still however though although while since until before after let lets thank thanks sorry please
    hello hi every everyone everybody something someone nothing anything people things really think know
    mean going got get don doesn didn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn ain
    ll ve re
    """
)

SMALL_WORDS: frozenset[str] = _NORWEGIAN | _ENGLISH | frozenset(NUMBER_WORDS)
