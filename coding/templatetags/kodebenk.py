"""Small helps for templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import formats

from coding import permissions
from coding.reports import corrections

register = template.Library()


@register.filter
def may(member: Any, role: str) -> bool:
    """`{% if member|may:"lead" %}`: whether the member's role reaches that one."""
    return bool(member) and permissions.has_role(member, role)


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """`{{ mapping|at:key }}`: the entry, or nothing."""
    return mapping.get(key) if mapping is not None else None


@register.filter
def to_review(source: Any, member: Any) -> int:
    """`{{ source|to_review:member }}`: how many codings, that the member may see, wait since the text was changed."""
    return corrections.to_review_count(source, member)


@register.filter
def number(value: int) -> str:
    """`{{ words|number }}`: a whole number with its thousands apart, for reading (never in an address or a class)."""
    return formats.number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True)
