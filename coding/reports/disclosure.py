"""How a quotation is attributed so that it identifies nobody."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coding.models import Attribute, Project, Source, Value
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.models.sources import SourceKind
from coding.reports.passages import Passage, Whereabouts

ENOUGH_ALIKE = 3


@dataclass(frozen=True)
class Attributed:
    """Whose words a quotation is: "daglig leder, Bergen". `left_out` is the city where too few share it."""

    text: str
    left_out: str = ""

    @property
    def city_left_out(self) -> bool:
        return bool(self.left_out)

    def without_city(self, title: str) -> str:
        """`title` with the city that is left out left out of it too."""
        if not self.left_out:
            return title
        return re.sub(rf"(?<!\w){re.escape(self.left_out)}(?!\w)", "[…]", title, flags=re.IGNORECASE)


class Attributions:
    """Attributes the passages of a project. The city is left out where fewer than three share it and what is said.

    One speaker is named by informant type, several by the kind of source. What is counted are the project's
    informants: those of the same type and city, or, where several speak, those of the city in group sources.
    """

    def __init__(self, project: Project, where: Whereabouts | None = None) -> None:
        self._where = where or Whereabouts(project)
        keys = {attribute.key: attribute.pk for attribute in Attribute.objects.filter(project=project)}
        self._city, self._type = keys[CITY], keys[INFORMANT_TYPE]
        self._labels = {value.pk: value.label() for value in Value.objects.filter(attribute__project=project)}
        self._kinds = dict(Source.objects.filter(project=project).values_list("id", "kind"))
        everybody = set(project.informants.values_list("id", flat=True))
        self._alike = Counter(
            (self._value(self._type, who), self._value(self._city, who)) for who in everybody
        )
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
            kind, city = self._value(self._type, people[0]), self._value(self._city, people[0])
            name = self._labels[kind] if kind is not None else _("informant")
            enough = self._alike[kind, city] >= ENOUGH_ALIKE
        else:
            name = self._kind(passage.source_id)
            city = self._city_of_all(passage, people)
            enough = not people or self._in_groups[city] >= ENOUGH_ALIKE
        if city is None:
            return Attributed(name)
        if not enough:
            return Attributed(name, left_out=self._labels[city])
        return Attributed(f"{name}, {self._labels[city]}")

    def _city_of_all(self, passage: Passage, people: list[int]) -> int | None:
        cities = {self._where.of(self._city, who, passage.source_id) for who in passage.everybody}
        return cities.pop() if len(cities) == 1 else None

    def _kind(self, source: int) -> str:
        return {
            SourceKind.INTERVIEW.value: _("interview"),
            SourceKind.FOCUS_GROUP.value: _("focus group"),
            SourceKind.DOCUMENT.value: _("document"),
        }[self._kinds[source]]
