"""What a person asks for on a page, read from its address: codes, columns, conditions on people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from coding.models import Attribute, Membership, Project, Source, Value
from coding.models.attributes import NOT_SET as NOT_SET
from coding.models.attributes import AttributeKind
from coding.models.names import search_key
from coding.reports.codebook import CodeTree


@dataclass(frozen=True)
class Filter:
    """An attribute that a list can be limited by, its values, and those that are chosen (UUIDs, `none`)."""

    attribute: Attribute
    values: tuple[Value, ...]
    chosen: frozenset[str]

    @property
    def ids(self) -> frozenset[int | None]:
        """The ids of the chosen values, None for "not set"."""
        ids: set[int | None] = {value.pk for value in self.values if str(value.uuid) in self.chosen}
        return frozenset(ids | {None} if NOT_SET in self.chosen else ids)

    @property
    def not_set(self) -> bool:
        return NOT_SET in self.chosen

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """(parameter's value, label, chosen) for each value."""
        return [(str(value.uuid), value.label(), str(value.uuid) in self.chosen) for value in self.values]

    @property
    def described(self) -> str:
        """What is chosen, in words; empty for nothing."""
        names = [value.label() for value in self.values if str(value.uuid) in self.chosen]
        names += [_("not set")] if self.not_set else []
        return f"{self.attribute.label()}: {', '.join(names)}" if names else ""

    @property
    def name(self) -> str:
        """The parameter's name in an address."""
        return f"a-{self.attribute.key}"


def filters(project: Project, query: QueryDict) -> list[Filter]:
    """The attributes of a project with what `query` chooses of each. Two queries."""
    values: dict[int, list[Value]] = {}
    for value in Value.objects.filter(attribute__project=project).order_by("position", "sort_key", "id"):
        values.setdefault(value.attribute_id, []).append(value)
    result = []
    for attribute in Attribute.objects.filter(project=project):
        own = tuple(values.get(attribute.pk, ()))
        known = {str(value.uuid) for value in own} | {NOT_SET}
        result.append(Filter(attribute, own, frozenset(query.getlist(f"a-{attribute.key}")) & known))
    return result


def conditions(asked: Iterable[Filter]) -> dict[int, frozenset[int | None]]:
    """What the filters ask of an informant: attribute id to value ids, None among them for "not set"."""
    return {item.attribute.pk: item.ids for item in asked if item.chosen}


def named_value(project: Project, key: str, name: str) -> tuple[int, int]:
    """(attribute id, value id) for a value's name in either language. Raises LookupError."""
    wanted = search_key(name)
    for value in Value.objects.filter(attribute__project=project, attribute__key=key):
        if wanted in (value.name_key, search_key(value.name_en)):
            return value.attribute_id, value.pk
    raise LookupError(name)


def chosen_codes(tree: CodeTree, keys: Iterable[str]) -> list[int]:
    """The ids of the codes whose UUIDs are given, with all codes below them; none given: all codes."""
    wanted = set(keys)
    nodes = list(tree.walk())
    chosen = [node for node in nodes if str(node.code.uuid) in wanted]
    if not wanted:
        return [node.code.pk for node in nodes]
    return list(dict.fromkeys(below.code.pk for node in chosen for below in node.walk()))


def columns_for(project: Project) -> list[Attribute]:
    """The attributes that make columns: those whose answers are choices."""
    return list(Attribute.objects.filter(project=project, kind=AttributeKind.CHOICE))


def source_of(member: Membership, key: str) -> Source | None:
    """A source that the member may see, by UUID."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    return Source.objects.visible_to(member).filter(uuid=wanted).first()
