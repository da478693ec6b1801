"""What is written by a pattern: e-mail, telephone, identity numbers, street addresses, ages and dates.

Each finder yields (start, end, sure) and never runs backwards over a text: every repetition is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import phonenumbers
from stdnum.no import fodselsnummer

from coding.language.places import places
from coding.language.small_words import NUMBER_WORDS, SMALL_WORDS

Stretch = tuple[int, int, bool]

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@\w[\w-]{0,62}(?:\.\w[\w-]{0,62}){1,5}")
_SPOKEN_EMAIL = re.compile(
    r"(?<!\w)\w{1,40}(?: punktum? \w{1,40}){0,3} (?:krøllalfa|alfakrøll) \w{1,40}(?: punktum? \w{1,40}){1,3}",
    re.I,
)
_WEB = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"]{3,200}|www\.[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}(?:/[^\s<>\"]{0,200})?)",
    re.I,
)


def emails(text: str) -> Iterator[Stretch]:
    yield from ((m.start(), m.end(), True) for m in _EMAIL.finditer(text))
    yield from ((m.start(), m.end(), False) for m in _SPOKEN_EMAIL.finditer(text))


def web_addresses(text: str) -> Iterator[Stretch]:
    """Addresses of pages: they may lead to an organisation."""
    for match in _WEB.finditer(text):
        yield match.start(), match.start() + len(match.group().rstrip(".,;:!?)")), False


_ID = re.compile(r"(?<![\d.,/-])[0-9]{6}[ -]?[0-9]{5}(?![\d/-]|[.,]\d)")
_ACCOUNT = re.compile(r"(?<![\d.])[0-9]{4}[. ][0-9]{2}[. ][0-9]{5}(?![\d])")


def id_numbers(text: str) -> Iterator[Stretch]:
    """Numbers of eleven digits: sure where the control digits of a fødselsnummer or D-nummer are right."""
    yield from ((m.start(), m.end(), bool(fodselsnummer.is_valid(m.group()))) for m in _ID.finditer(text))
    yield from ((m.start(), m.end(), False) for m in _ACCOUNT.finditer(text))


# What may be a telephone number is cut out first: the matcher of phonenumbers is slow on a long text.
_DIALLED = re.compile(r"(?<![\w.,/-])\+?\(?[0-9][0-9 \u00a0().\u2011/-]{5,24}[0-9](?!\w)")
_YEARS = re.compile(r"(?:19|20)\d\d[ /–-]{1,3}(?:19|20)\d\d")
_EIGHT = re.compile(
    r"[0-9]{8}|[0-9]{4}[ \u00a0][0-9]{4}|[0-9]{3}[ \u00a0][0-9]{2}[ \u00a0][0-9]{3}|[0-9]{2}(?:[ .\u00a0-][0-9]{2}){3}"
)


def phones(text: str) -> Iterator[Stretch]:
    """Telephone numbers as Norwegians write them, foreign ones with +; unsurely eight digits that no exchange has."""
    for match in _DIALLED.finditer(text):
        number = match.group()
        if _YEARS.fullmatch(number) or not (_EIGHT.fullmatch(number) or number.startswith(("+", "(+", "00"))):
            continue
        found = [
            (match.start() + m.start, match.start() + m.end, True)
            for m in phonenumbers.PhoneNumberMatcher(number, "NO", leniency=phonenumbers.Leniency.VALID)
        ]
        if not found and (
            _EIGHT.fullmatch(number) or (number.startswith("+") and len(re.sub(r"\D", "", number)) > 7)
        ):
            found = [(match.start(), match.end(), False)]
        yield from found
    yield from _spoken_phones(text)


def _spoken_phones(text: str) -> Iterator[Stretch]:
    """Eight digits in words ("ni en to tre førtifem seks sju")."""
    run: list[tuple[int, int, int]] = []
    for match in re.finditer(r"\w+|[^\w\s,]", text):
        value = NUMBER_WORDS.get(match.group().casefold())
        if value is not None:
            run.append((match.start(), match.end(), len(str(value))))
            continue
        yield from _dialled(run)
        run = []
    yield from _dialled(run)


def _dialled(run: list[tuple[int, int, int]]) -> Iterator[Stretch]:
    if len(run) > 3 and sum(digits for *_, digits in run) == 8:
        yield run[0][0], run[-1][1], False


_UPPER = "[A-ZÆØÅÁÄÖÜÉ]"
_ROAD = r"(?:veien|vegen|veg|vei|gata|gaten|gate|gt\.?|all[eé]en|all[eé])"
_LANE = (
    "(?:plassen|plass|torget|torg|bakken|bakke|bryggen|brygge|brygga|stien|sti|svingen|kroken|tunet|faret|smauet|"
    "smug|terrasse|kaien|kaia|lia|løkka|haugen|ringen|stredet|strede|parken|åsen|jordet|vollen|toppen|dalen|lien|"
    "hagen|moen)"
)
_COUNTED = "(?! (?:år|person|stykk|mennesk|prosent|kilo|meter|minutt|frivillig))"
_NUMBER = rf"[0-9]{{1,3}}(?: ?[A-Za-z](?!\w))?(?![\w.,]*[0-9]){_COUNTED}"
# "Nedre Storgate" is one name, "På Storgata" is none; before a small "gate" stands whoever it is called after.
_SIDE = "(?:(?:Nedre|Øvre|Store|Lille|Gamle|Nye|Vestre|Østre|Nordre|Søndre|Indre|Ytre) )?"
_AFTER_WHOM = rf"(?<!\w)(?:{_UPPER}(?:\.|[\w'’-]{{1,30}}) ){{1,3}}"
_ZIP = rf"[0-9]{{4}} {_UPPER}\w{{1,30}}(?: (?:i )?{_UPPER}\w{{1,30}})?"
_STREET = re.compile(
    rf"(?:{_SIDE}(?<!\w){_UPPER}\w{{0,30}}(?:{_ROAD}|{_LANE})|{_AFTER_WHOM}(?:{_ROAD}|{_LANE})) {_NUMBER}(?:,? {_ZIP})?"
)
_NAMED_ROAD = re.compile(rf"(?:{_SIDE}(?<!\w){_UPPER}\w{{1,30}}{_ROAD}|{_AFTER_WHOM}{_ROAD})(?!\w)")
_BOX = re.compile(rf"(?<!\w)(?:[Pp]ostboks|[Pp]b\.?) [0-9]{{1,5}}(?: {_UPPER}\w{{1,30}})?(?:,? {_ZIP})?")
_ZIP_PLACE = re.compile(rf"(?<![\w.,]){_ZIP}")


def addresses(text: str, is_word: Callable[[str], bool]) -> Iterator[Stretch]:
    """Streets with a number, post boxes, postcodes with their place; unsurely streets without a number."""
    for match in _STREET.finditer(text):
        yield match.start() + _small_before(match.group()), match.end(), True
    yield from ((m.start(), m.end(), True) for m in _BOX.finditer(text))
    for match in _ZIP_PLACE.finditer(text):
        code, _, place = match.group().partition(" ")
        first = place.split()[0]
        whole_place = place.isupper() or place.casefold() in places()
        if (whole_place or first.casefold() in places()) and not "1950" <= code <= "2035":
            yield match.start(), match.start() + 5 + len(place if whole_place else first), True
    for match in _NAMED_ROAD.finditer(text):
        start = match.start() + _small_before(match.group())
        name = text[start : match.end()]
        if name[0].isupper() and (" " in name or not is_word(name.rstrip("."))):
            yield start, match.end(), False


def _small_before(name: str) -> int:
    """How long the small word is that stands before a street only because a sentence begins with it ("På", "I")."""
    first, blank, _ = name.partition(" ")
    return len(first) + 1 if blank and first.casefold() in SMALL_WORDS else 0


_WORDS = "|".join(sorted((word for word, value in NUMBER_WORDS.items() if value > 9), key=len, reverse=True))
_N = rf"(?:(?:1[01][0-9]|[1-9][0-9]?)|{_WORDS})"
_SMALL_N = rf"(?:{_N}|to|tre|fire|fem|seks|sju|syv|åtte|ni|ett|halvannet)"
_BE = r"(?:er|var|blir|ble|blei|vart|er blitt|har blitt)"
_BECOME = r"(?:fyller|fylte|fylle|runder|rundet|runda|runde|passerte|passert|fylt)"
_ADVERBS = (
    r"(?: (?:nå|no|snart|nesten|bare|berre|vel|jo|altså|over|rundt|cirka|ca\.|godt|omtrent|visst|allerede|selv|ikke))"
    "{0,3}"
)
_WHO = r"(?:jeg|eg|æ|je|han|hun|ho|hu|mor|far|mamma|pappa|moren|faren|sønnen|datteren|mannen|kona)"
_PERSON = (
    "(?:herre|dame|mann|kvinne|jente|gutt|kar|fyr|bestemor|ungdom|gut|jenta|gutten|mannen|dama|damen|kvinna|kvinnen|"
    "en|ei)"
)
_NOT_AGO = r"(?! siden| sidan|\w)"
_CLAUSE_ENDS = r"(?=[.,;!?)]| og | men | no| nå|\n|$)(?![.,]\d)"
_AGES = [
    (re.compile(pattern, re.I), sure)
    for pattern, sure in (
        (rf"(?<![\w.,]){_SMALL_N}(?:[ -]?åring(?:en|er|ene|ar|ane)?|[ -]årig[ea]?)(?!\w)", True),
        (
            rf"(?<![\w.,]){_SMALL_N}(?: og et halvt)? år (?:gammel|gammal|gammelt|gamle|gamal|ung|unge)(?!\w)",
            True,
        ),
        (rf"(?<!\w){_BECOME}{_ADVERBS} ({_SMALL_N}(?: år)?)(?![\w-])", True),
        (rf"(?<!\w){_WHO} {_BE}{_ADVERBS} ({_SMALL_N} år){_NOT_AGO}", True),
        (rf"(?<!\w){_BE} {_WHO}{_ADVERBS} ({_SMALL_N} år){_NOT_AGO}", True),
        (rf"(?<!\w){_BE}{_ADVERBS} ({_N} år){_NOT_AGO}", False),
        (rf"(?<!\w)(?:{_WHO} {_BE}|{_BE} {_WHO}){_ADVERBS} ({_N}){_CLAUSE_ENDS}", True),
        (
            rf"(?<!\w){_PERSON} på{_ADVERBS} ({_SMALL_N} år|{_N}(?=[.,;!?)]| og | som | i |\n|$))(?!\w|[.,]\d)",
            True,
        ),
        (rf"(?<!\w)alder av ({_SMALL_N}(?: år)?)(?!\w)", True),
    )
]


def ages(text: str) -> Iterator[Stretch]:
    """How old somebody is: from the number to the last word that belongs to it."""
    for pattern, sure in _AGES:
        group = 1 if pattern.groups else 0
        yield from ((*m.span(group), sure) for m in pattern.finditer(text))


_MONTH = (
    "(?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember|"
    "jan|feb|apr|aug|sept|okt|nov|des)"
)
_ORDINALS = (
    r"(?:første|fyrste|andre|tredje|fjerde|femte|sjette|sjuende|syvende|åttende|niende|tiende|ellevte|tolvte|trettende|"
    r"fjortende|femtende|sekstende|syttende|attende|nittende|tjuende|tjueførste|tjueandre|tjuetredje|tjuefjerde|tjuefemte|"
    r"tjuesjette|tjuesjuende|tjueåttende|tjueniende|trettiende|trettiførste)"
)
_NUMERIC = re.compile(
    r"(?<![\d.,/-])([0-3]?\d)(?:\. ?|[/-])([01]?\d)(?:\. ?|[/-])((?:19|20)?\d\d)(?![\d/-]|[.,]\d)", re.A
)
_ISO = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d-[01]\d-[0-3]\d(?![\d-])", re.A)
_SPELT = re.compile(
    rf"(?<![\w.,])([0-3]?[0-9]\.?|{_ORDINALS}) ?({_MONTH})\b\.?(?:,? (?:19|20)[0-9]{{2}}(?!\d))?", re.I
)
_BORN = re.compile(r"(?<!\w)født (?:\w{1,12} ){0,4}?((?:19|20)[0-9]{2}|['’-][0-9]{2})(?!\d)", re.I)
_BORN_IN = re.compile(
    r"(?<!\w)(?:årgang|fødselsåret?|født(?: i)?) ((?:19|20)[0-9]{2}|['’-]?[0-9]{2})(?!\d)", re.I
)
_ON_THE = re.compile(r"(?<!\w)den ([0-3]?[0-9]\.[01]?[0-9]\.?)(?!\d)")
_NATIONAL_DAY = re.compile(r"(?:17\.?|syttende) ?mai\.?", re.I)


def dates(text: str) -> Iterator[Stretch]:
    """Days, and years of birth. The national day is everybody's, unless a year or "født" makes it somebody's."""
    for match in _NUMERIC.finditer(text):
        if 1 <= int(match[1]) <= 31 and 1 <= int(match[2]) <= 12:
            yield match.start(), match.end(), True
    yield from ((m.start(), m.end(), True) for m in _ISO.finditer(text))
    for match in _SPELT.finditer(text):
        born = "født" in text[max(0, match.start() - 12) : match.start()].casefold()
        if born or not _NATIONAL_DAY.fullmatch(match.group()):
            yield match.start(), match.start() + len(match.group().rstrip(".,")), True
    for pattern in (_BORN, _BORN_IN):
        yield from ((*m.span(1), True) for m in pattern.finditer(text))
    yield from ((*m.span(1), False) for m in _ON_THE.finditer(text))
