"""Which database a table lies in: the identity store has one of its own, everything else is together."""

from __future__ import annotations

from typing import Any

_STORE = "identities"
_APART = ("coding", "sealedidentity")


def _lies_apart(app_label: str, model_name: str | None) -> bool:
    return (app_label, (model_name or "").lower()) == _APART


class IdentitiesApart:
    """Django's router: reads, writes and migrates each table where it lies."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _STORE if _lies_apart(model._meta.app_label, model._meta.model_name) else "default"

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        return (db == _STORE) == _lies_apart(app_label, model_name)
