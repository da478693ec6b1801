"""What is held about one informant, as a file: JSON to take along, plain text to read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _


def write_json(held: Mapping[str, Any]) -> bytes:
    return json.dumps(held, ensure_ascii=False, indent=2).encode()


def write_text(held: Mapping[str, Any]) -> bytes:
    return ("\n".join(_lines(held)).strip() + "\n").encode()


def _lines(held: Mapping[str, Any]) -> Iterator[str]:
    yield _("What is held about %(who)s in the project “%(project)s”") % {
        "who": held["pseudonym"],
        "project": held["project"],
    }
    yield _("Made on %(day)s.") % {"day": held["made"][:10]}
    yield from _facts(_("Who it is (in the key)"), held["identity"])
    yield from _facts(_("What is known"), held["attributes"])
    yield from _facts(_("Consent"), held["consent"] or {})
    for source in held["speaks_in"]:
        yield from ("", f"{source['source']} ({source['label']})", "")
        for turn in source["turns"]:
            yield f"{turn['turn']}. {turn['text']}"
    if held["coded_passages"]:
        yield from ("", _("Coded passages of theirs"), "")
        for passage in held["coded_passages"]:
            code, coder = " > ".join(passage["code"]), passage["coder"]
            who = (
                coder
                if passage["confirmed"]
                else _("suggested to %(coder)s, not confirmed") % {"coder": coder}
            )
            yield f"- {code} ({who}): {passage['text']}"
    if held["memos"]:
        yield from ("", _("Memos about them"), "")
        for memo in held["memos"]:
            yield f"- {memo['written'][:10]}, {memo['by']}: {memo['text']}"
    if held["summaries"]:
        yield from ("", _("Summaries about them"), "")
        for summary in held["summaries"]:
            yield f"- {summary['theme']}: {summary['text']}"
    if held["quoted"]:
        yield from ("", _("Where reports quote them"), "")
        for quoted in held["quoted"]:
            yield f"- {quoted['report']}, {quoted['number']}: {quoted['text']} {quoted['print_wording']}".rstrip()
    yield from ("", _("Who has looked at or changed what is held"), "")
    for event in held["history"]:
        yield f"- {event['when'][:16].replace('T', ' ')} {event['who'] or ''} {event['what']}"


def _facts(title: str, facts: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", title, "")
    for name, value in facts.items():
        if value not in (None, "", []):
            yield f"- {name}: {value}"


FORMATS: dict[str, tuple[Callable[[Mapping[str, Any]], bytes], str]] = {
    "json": (write_json, "application/json"),
    "txt": (write_text, "text/plain; charset=utf-8"),
}
