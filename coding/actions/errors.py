"""Why an action was not carried out, as a sentence for the person who asked."""

from __future__ import annotations


class Invalid(Exception):
    """What was asked for cannot be done as it stands; nothing was changed. `field` names the form field, if one."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(Exception):
    """Somebody else changed it in the meantime, or it is no longer what the asker saw; nothing was changed."""
