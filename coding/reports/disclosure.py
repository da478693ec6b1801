"""How a quotation is attributed so that it identifies nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coding.models import Attribute, DisclosureRule, Population, Project, Report, Source, Value
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.models.chapters import Pattern
from coding.models.sources import SourceKind
from coding.reports.passages import Passage, Whereabouts

ENOUGH_ALIKE = 3
LEFT_OUT = "[…]"


@dataclass(frozen=True)
class Attributed:
    """Whose words a quotation is: "daglig leder, Bergen". `dropped` are the values that too few share, and `full` is
    what would be said with them. `left_out` is the city among them."""

    text: str
    left_out: str = ""
    dropped: tuple[str, ...] = ()
    full: str = ""

    @property
    def city_left_out(self) -> bool:
        return bool(self.left_out)

    @property
    def generalised(self) -> bool:
        return bool(self.dropped)

    def without_city(self, title: str) -> str:
        """`title` with what is left out of the attribution left out of it too."""
        for name in self.dropped:
            title = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", LEFT_OUT, title, flags=re.IGNORECASE)
        return title


@dataclass(frozen=True)
class Manner:
    """How people are named. `attributes` are keys in the order in which they are printed; of values that fewer than
    `k` share, the last is left out first, the first only where `to_the_end`.

    `populations` maps (informant type, city), as ids of values, to how many such people there are, interviewed or not.
    `voices` are the numbers of informants (by id as text).
    """

    pattern: str = Pattern.TYPE_CITY
    attributes: Sequence[str] = (INFORMANT_TYPE, CITY)
    k: int = ENOUGH_ALIKE
    populations: Mapping[tuple[int, int], int] = field(default_factory=dict)
    voices: Mapping[str, int] = field(default_factory=dict)
    to_the_end: bool = False


def enough_alike(project: Project) -> int:
    """The project's k."""
    k = DisclosureRule.objects.filter(project=project).values_list("k", flat=True).first()
    return ENOUGH_ALIKE if k is None else k


def populations(project: Project) -> dict[tuple[int, int], int]:
    rows = Population.objects.filter(project=project)
    return {(kind, city): n for kind, city, n in rows.values_list("informant_type_id", "city_id", "size")}


def manner_of(report: Report) -> Manner:
    """How a report names people. Two queries."""
    own = report.pattern == Pattern.ATTRIBUTES and report.attributes
    return Manner(
        pattern=report.pattern,
        attributes=tuple(report.attributes) if own else (INFORMANT_TYPE, CITY),
        k=enough_alike(report.project),
        populations=populations(report.project),
        voices=report.voices,
        to_the_end=True,
    )


class Attributions:
    """Attributes the passages of a project: what fewer than k share is left out, step by step.

    One speaker is named by informant type and city, or as the `manner` says, several by the kind of source and the
    city. What is counted are the project's informants with the same values (or, where it is known and more, the
    population behind a type in a city); where several speak, those of the city in group sources.
    """

    def __init__(
        self, project: Project, where: Whereabouts | None = None, *, manner: Manner | None = None
    ) -> None:
        self._where = where or Whereabouts(project)
        self._manner = manner or Manner(k=enough_alike(project), populations=populations(project))
        self._keys = {attribute.key: attribute.pk for attribute in Attribute.objects.filter(project=project)}
        self._city, self._type = self._keys[CITY], self._keys[INFORMANT_TYPE]
        self._labels = {value.pk: value.label() for value in Value.objects.filter(attribute__project=project)}
        self._kinds = dict(Source.objects.filter(project=project).values_list("id", "kind"))
        self._pseudonyms = dict(project.informants.values_list("id", "pseudonym"))
        self._counted: dict[tuple[int, ...], Counter[tuple[int | None, ...]]] = {}
        grouped = {
            who
            for source, people in self._where.informants_of.items()
            if self._kinds.get(source) == SourceKind.FOCUS_GROUP
            for who in people
        }
        self._in_groups = Counter(self._value(self._city, who) for who in grouped)

    def _value(self, attribute: int, informant: int) -> int | None:
        return self._where.of(attribute, informant, 0)

    def of(self, passage: Passage) -> Attributed:
        """The attribution of a passage, in the language that is active."""
        people = [who for who in passage.everybody if who is not None]
        if len(people) == 1 and len(passage.everybody) == 1:
            return self._one(people[0])
        return self._several(passage, people)

    def _one(self, who: int) -> Attributed:
        asked = [self._keys[key] for key in self._manner.attributes if key in self._keys]
        # That somebody has no type or city shows too: it is shared only with whoever has none either.
        values = [(one, self._value(one, who)) for one in asked]
        kept = list(values)
        while kept and self.shared(kept) < self._manner.k:
            if len(kept) == 1 and kept[0][0] == self._type and not self._manner.to_the_end:
                break
            kept.pop()
        gone = [(one, value) for one, value in values[len(kept) :] if value is not None]
        dropped = tuple(self._labels[value] for _one, value in gone)
        left_out = "".join(self._labels[value] for one, value in gone if one == self._city)
        full = self._joined(values)
        if self._manner.pattern in (Pattern.PSEUDONYM, Pattern.NUMBER):
            name = self._name(who)
            text = Attributed("", dropped=dropped).without_city(name)
            return Attributed(text, left_out, dropped, name)
        return Attributed(self._joined(kept), left_out, dropped, full)

    def _joined(self, values: Sequence[tuple[int, int | None]]) -> str:
        names = [self._labels[value] for _attribute, value in values if value is not None]
        if self._manner.pattern != Pattern.ATTRIBUTES and not dict(values).get(self._type):
            names.insert(0, _("informant"))
        return ", ".join(names) or _("informant")

    def _name(self, who: int) -> str:
        number = self._manner.voices.get(str(who))
        if self._manner.pattern == Pattern.PSEUDONYM:
            return self._pseudonyms.get(who, _("informant"))
        return _("informant %(number)d") % {"number": number} if number else _("informant")

    def _several(self, passage: Passage, people: list[int]) -> Attributed:
        kind = self._kind(passage.source_id)
        if people and self._manner.pattern in (Pattern.PSEUDONYM, Pattern.NUMBER):
            each = [self._one(who) for who in people]
            dropped = tuple(dict.fromkeys(name for one in each for name in one.dropped))
            left_out = next((one.left_out for one in each if one.left_out), "")
            names, full = (
                ", ".join(dict.fromkeys(texts)) for texts in ([o.text for o in each], [o.full for o in each])
            )
            return Attributed(names, left_out, dropped, full)
        city = self._city_of_all(passage)
        if city is None or (
            self._manner.pattern == Pattern.ATTRIBUTES and CITY not in self._manner.attributes
        ):
            return Attributed(kind, full=kind)
        label = self._labels[city]
        full = f"{kind}, {label}"
        if people and self._in_groups[city] < self._manner.k:
            return Attributed(kind, label, (label,), full)
        return Attributed(full, full=full)

    def shared(self, values: Sequence[tuple[int, int | None]]) -> int:
        """How many people have these values (attribute, value): the project's informants, or the population behind."""
        asked = dict(values)
        if set(asked) == {self._type, self._city}:
            return self._people(asked[self._type], asked[self._city])
        if set(asked) == {self._type} or set(asked) == {self._city}:
            pairs = {*self._counts((self._type, self._city)), *self._manner.populations}
            ((attribute, value),) = asked.items()
            place = 0 if attribute == self._type else 1
            return sum(self._people(*pair) for pair in pairs if pair[place] == value)
        names = tuple(sorted(asked))
        return self._counts(names)[tuple(asked[name] for name in names)]

    def _people(self, kind: int | None, city: int | None) -> int:
        known = self._counts((self._type, self._city))[kind, city]
        if kind is None or city is None:
            return known
        return max(known, self._manner.populations.get((kind, city), 0))

    def _counts(self, attributes: tuple[int, ...]) -> Counter[tuple[int | None, ...]]:
        if attributes not in self._counted:
            self._counted[attributes] = Counter(
                tuple(self._value(one, who) for one in attributes) for who in self._pseudonyms
            )
        return self._counted[attributes]

    def _city_of_all(self, passage: Passage) -> int | None:
        cities = {self._where.of(self._city, who, passage.source_id) for who in passage.everybody}
        return cities.pop() if len(cities) == 1 else None

    def _kind(self, source: int) -> str:
        return {
            SourceKind.INTERVIEW.value: _("interview"),
            SourceKind.FOCUS_GROUP.value: _("focus group"),
            SourceKind.DOCUMENT.value: _("document"),
        }[self._kinds[source]]
