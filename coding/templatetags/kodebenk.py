"""Small helps for templates."""

from __future__ import annotations

from typing import Any

from django import template

from coding import permissions

register = template.Library()


@register.filter
def may(member: Any, role: str) -> bool:
    """`{% if member|may:"lead" %}`: whether the member's role reaches that one."""
    return bool(member) and permissions.has_role(member, role)


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """`{{ mapping|at:key }}`: the entry, or nothing."""
    return mapping.get(key) if mapping is not None else None
