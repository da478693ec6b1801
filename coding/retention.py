"""How long what is kept: the rules of `retention.toml`, which the settings have read."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings


def names() -> list[str]:
    """The names of the rules, in the order in which the file has them."""
    return list(settings.RETENTION)


def kept(rule: str) -> timedelta:
    """How long what a rule is about is kept. Raises KeyError where the file has no such rule."""
    return timedelta(days=settings.RETENTION[rule]["days"])
