"""What a project knows of its informants: attributes and their values."""

from __future__ import annotations

import re
import uuid
from datetime import date

from django.utils.text import slugify
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import Recording, recording
from coding.models import Attribute, InformantValue, Membership, Project, Role, SourceValue, Value
from coding.models.attributes import CITY, INFORMANT_TYPE, AttributeKind
from coding.models.names import search_key, tidy
from coding.permissions import check_role

PAGE = "informants"
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?\Z")
BUILT_IN = ((CITY, "By", "City"), (INFORMANT_TYPE, "Informanttype", "Informant type"))


def create_built_in(record: Recording, project: Project) -> None:
    """Give a new project its two attributes."""
    for position, (key, name, english) in enumerate(BUILT_IN):
        record.create(Attribute(project=project, key=key, name=name, name_en=english, position=position))


def value_for(record: Recording, attribute: Attribute, text: str) -> Value:
    """The value of `attribute` that `text` means, made where it is new. Raises Invalid where it is not of the kind."""
    name = _tidy_value(attribute, text)
    found = Value.objects.filter(attribute=attribute, name_key=search_key(name)).first()
    if found is None and attribute.kind == AttributeKind.CHOICE:
        found = Value.objects.filter(attribute=attribute, name_en__iexact=name).exclude(name_en="").first()
    if found is not None:
        return found
    return record.create(Value(attribute=attribute, name=name, position=attribute.values.count()))


def _tidy_value(attribute: Attribute, text: str) -> str:
    text = tidy(text)
    if len(text) > 200:
        raise Invalid(_("A value has at most 200 characters."))
    if attribute.kind == AttributeKind.NUMBER:
        if not _NUMBER.match(text):
            raise Invalid(_("“%(value)s” is no number.") % {"value": text})
        return text.replace(",", ".")
    if attribute.kind == AttributeKind.DATE:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Invalid(_("“%(value)s” is no date. Write it as 2020-03-24.") % {"value": text}) from None
    return text


def attribute_for(record: Recording, project: Project, name: str) -> Attribute:
    """The attribute that a heading names (by key or name), made as a choice where it is new."""
    readable = tidy(name.replace("_", " "))
    wanted = search_key(readable)
    for attribute in Attribute.objects.filter(project=project):
        if wanted in (attribute.key.replace("_", " "), attribute.name_key, search_key(attribute.name_en)):
            return attribute
    return _create(record, project, readable[:1].upper() + readable[1:], AttributeKind.CHOICE, "")


def _create(record: Recording, project: Project, name: str, kind: str, english: str) -> Attribute:
    name = tidy(name)
    if not name:
        raise Invalid(_("Give the attribute a name."), "name")
    taken = list(Attribute.objects.filter(project=project))
    if any(search_key(name) == attribute.name_key for attribute in taken):
        raise Invalid(_("There is an attribute named “%(name)s” already.") % {"name": name}, "name")
    base = slugify(name.casefold().replace("æ", "ae").replace("ø", "o").replace("å", "a"))[:50] or "attribute"
    keys = {attribute.key for attribute in taken}
    key, number = base, 1
    while key in keys:
        number += 1
        key = f"{base}-{number}"
    return record.create(
        Attribute(
            project=project, key=key, name=name[:200], name_en=tidy(english), kind=kind, position=len(taken)
        )
    )


def create_attribute(*, actor: Membership, name: str, kind: str, name_en: str = "") -> Attribute:
    """Ask one more thing of every informant."""
    check_role(actor, Role.LEAD)
    if kind not in AttributeKind.values:
        raise Invalid(_("Choose what kind of answer it has."), "kind")
    with recording(verb="attribute.create", actor=actor, page=PAGE) as record:
        return _create(record, actor.project, name, kind, name_en)


def rename_attribute(*, actor: Membership, attribute: uuid.UUID, name: str, name_en: str = "") -> Attribute:
    """Rename an attribute in both languages."""
    check_role(actor, Role.LEAD)
    with recording(verb="attribute.update", actor=actor, page=PAGE) as record:
        row = _attribute(actor, attribute)
        if not tidy(name):
            raise Invalid(_("Give the attribute a name."), "name")
        return record.update(row, name=tidy(name)[:200], name_en=tidy(name_en)[:200])


def rename_value(*, actor: Membership, value: uuid.UUID, name: str, name_en: str = "") -> Value:
    """Rename a value in both languages; two values of one attribute never share a name."""
    check_role(actor, Role.LEAD)
    with recording(verb="attribute.update", actor=actor, page=PAGE) as record:
        row = Value.objects.filter(uuid=value, attribute__project_id=actor.project_id).first()
        if row is None:
            raise Conflict(_("This value is gone."))
        name = _tidy_value(row.attribute, name)
        if not name:
            raise Invalid(_("Give the value a name."), "name")
        if (
            Value.objects.filter(attribute=row.attribute, name_key=search_key(name))
            .exclude(pk=row.pk)
            .exists()
        ):
            raise Invalid(_("There is a value named “%(name)s” already.") % {"name": name}, "name")
        return record.update(row, name=name, name_en=tidy(name_en)[:200])


def delete_attribute(*, actor: Membership, attribute: uuid.UUID) -> None:
    """Delete an attribute with all answers to it. The two built-in ones stay."""
    check_role(actor, Role.LEAD)
    with recording(verb="attribute.delete", actor=actor, page=PAGE) as record:
        row = _attribute(actor, attribute)
        if row.is_built_in:
            raise Invalid(_("City and informant type belong to every project and cannot be deleted."))
        record.delete_many(InformantValue.objects.filter(attribute=row))
        record.delete_many(SourceValue.objects.filter(attribute=row))
        record.delete_many(Value.objects.filter(attribute=row))
        record.delete(row)


def _attribute(actor: Membership, key: uuid.UUID) -> Attribute:
    row = Attribute.objects.filter(uuid=key, project_id=actor.project_id).first()
    if row is None:
        raise Conflict(_("This attribute is gone."))
    return row
