"""How names are compared and ordered, the same on both databases."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.db import models

_NORDIC = str.maketrans(
    {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "ü": "y", "ð": "d", "þ": "{", "ß": "s"}
)
_DIGITS = re.compile(r"\d+")
SORT_CHARACTERS = 60


def tidy(name: str) -> str:
    """`name` in NFC, with runs of white space as one blank and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def search_key(name: str) -> str:
    """The form in which names are compared: compatibility-composed and casefolded ("ØKONOMI" and "økonomi" are one)."""
    return unicodedata.normalize("NFKC", tidy(name)).casefold()


def sort_key(name: str) -> str:
    """A key of hexadecimal digits that orders names as Norwegian does (... z æ ø å), numbers by their size.

    Only `0-9a-f` occur, so every collation of every database orders the keys alike. The first 60 characters count.
    """
    folded = search_key(name).translate(_NORDIC)
    folded = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    folded = _DIGITS.sub(lambda run: run.group().lstrip("0").zfill(9)[-9:], folded)[:SORT_CHARACTERS]
    return "".join(f"{ord(c):02x}" if ord(c) < 0x7F else f"7f{ord(c):06x}" for c in folded)


class NamedModel(models.Model):
    """A row with a name, its search key and its sort key; the keys follow the name whenever it is saved.

    `name_field` says which field is the name. Bulk creation goes through `with_keys`.
    """

    name_field = "name"
    name_key = models.CharField(max_length=400, editable=False)
    sort_key = models.CharField(max_length=500, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.with_keys()
        fields = kwargs.get("update_fields")
        if fields is not None and self.name_field in fields:
            kwargs["update_fields"] = {*fields, "name_key", "sort_key"}
        super().save(*args, **kwargs)

    def with_keys(self) -> NamedModel:
        name = tidy(getattr(self, self.name_field))
        setattr(self, self.name_field, name)
        self.name_key = search_key(name)
        self.sort_key = sort_key(name)
        return self
