"""Spreadsheets on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from coding.importing.document import Refused
from coding.importing.messages import SENTENCES
from coding.importing.spreadsheets import Row, read_rows
from coding.management.base import Refusal


def rows_of(path: Path, columns: Sequence[str] = (), *, unguarded: bool = False) -> list[Row]:
    """The rows of a CSV or XLSX file that has at least `columns`. Raises Refusal, naming the file."""
    try:
        rows = read_rows(path, path.name, unguarded=unguarded)
    except Refused as refused:
        sentence = _(SENTENCES[refused.message.code]) % dict(refused.message.params)
        raise Refusal(_("%(file)s: %(reason)s") % {"file": path.name, "reason": sentence}) from None
    missing = [name for name in columns if name not in rows[0].cells]
    if missing:
        sentence = _("The heading “%(heading)s” is missing.") % {"heading": missing[0]}
        raise Refusal(_("%(file)s: %(reason)s") % {"file": path.name, "reason": sentence})
    return rows
