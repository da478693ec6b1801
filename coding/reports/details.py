"""What an event says beyond its verb, in words: which part of the key was looked at, which file was taken out."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coding.models import AuditEvent

_LOOKED_AT: dict[str, Any] = {
    "labels": gettext_lazy("what the speakers of a source were called"),
    "names": gettext_lazy("what one informant may be called in the texts"),
    "person": gettext_lazy("who one informant is"),
    "people": gettext_lazy("who all informants are"),
    "words": gettext_lazy("the list of names in the texts"),
    "key": gettext_lazy("the whole key"),
}
_NOTHING_THERE: dict[str, Any] = {
    "names": gettext_lazy("it holds no name of one informant"),
    "person": gettext_lazy("it holds nothing on who one informant is"),
}
_TAKEN_OUT: dict[str, Any] = {
    "quotations": gettext_lazy("quotations"),
    "concordance": gettext_lazy("a concordance"),
    "cooccurrence": gettext_lazy("the codes together"),
    "frequencies": gettext_lazy("the frequency table"),
    "codebook": gettext_lazy("the codebook"),
    "informants": gettext_lazy("the list of informants"),
    "history": gettext_lazy("the history"),
    "key": gettext_lazy("the key"),
    "report": gettext_lazy("a report"),
    "words": gettext_lazy("word counts"),
}
_PART_OF_REPORT = re.compile(r"report-(\d{1,3}(?:\.\d{1,3})?)")
_ROWS_WERE_TOLD = ("identity.export", "identity.remove")


def in_words(event: AuditEvent) -> str:
    """Empty where there is nothing to add. Never a text, never a name.

    Made of known words, of numbers, and of the titles that kept tables were given.
    """
    details = event.details or {}
    what = str(details.get("what", ""))
    if event.verb == "identity.look":
        nothing = _NOTHING_THERE.get(what, "") if details.get("many") == 0 else ""
        return str(nothing or _LOOKED_AT.get(what, ""))
    if event.verb == "export":
        return _taken_out(what, str(details.get("format", "")), details.get("many"))
    if event.verb in ("snapshot.keep", "snapshot.delete") and details.get("name"):
        return _("“%(title)s”") % {"title": details["name"]}
    if event.verb in _ROWS_WERE_TOLD and isinstance(details.get("many"), int):
        many = details["many"]
        return ngettext("%(many)d entry", "%(many)d entries", many) % {"many": many}
    return ""


def _taken_out(what: str, file_format: str, many: object) -> str:
    named = str(_TAKEN_OUT.get(what, ""))
    part = _PART_OF_REPORT.fullmatch(what)
    if part:
        named = _("%(part)s of a report") % {"part": part[1]}
    if not named:
        return ""
    if file_format.isalnum() and len(file_format) <= 5:
        named = _("%(what)s as %(format)s") % {"what": named, "format": file_format.upper()}
    if isinstance(many, int):
        if part or what == "report":
            rows = ngettext("%(many)d quotation", "%(many)d quotations", many) % {"many": many}
        else:
            rows = ngettext("%(many)d row", "%(many)d rows", many) % {"many": many}
        named = f"{named} ({rows})"
    return named
