"""Everything that is held about one informant, for access and portability."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from coding.models import (
    AuditEvent,
    CodingInformant,
    Informant,
    InformantValue,
    Memo,
    ReportQuotation,
    Speaker,
    Summary,
    Turn,
)
from coding.models.codings import Review
from coding.models.themes import BY_INFORMANT
from coding.reports.codebook import code_tree


def held_about(person: Informant) -> dict[str, Any]:
    """What is kept of an informant but for the key, as plain values: answers, consent, words by source, codings, memos.

    Whole turns of theirs, in order; passages coded in which they count, with the codes; memos about them; what is
    written of them in summaries of themes; where reports quote them.
    """
    consent = getattr(person, "consent", None)
    return {
        "pseudonym": person.pseudonym,
        "uuid": str(person.uuid),
        "added": person.created.isoformat(),
        "attributes": {
            row.attribute.label(): row.value.label()
            for row in InformantValue.objects.filter(informant=person).select_related("attribute", "value")
        },
        "consent": None
        if consent is None
        else {
            "given": consent.given.isoformat() if consent.given else None,
            "until": consent.until.isoformat() if consent.until else None,
            "withdrawn": consent.withdrawn.isoformat() if consent.withdrawn else None,
            "use": consent.use,
            "quotation": consent.quotation,
            "archiving": consent.archiving,
            "reference": consent.reference,
        },
        "speaks_in": _speech(person),
        "coded_passages": _passages(person),
        "memos": [
            {"written": memo.created.isoformat(), "by": memo.author.name, "text": memo.body}
            for memo in Memo.objects.filter(informant=person).select_related("author").order_by("id")
        ],
        "summaries": [
            {"theme": row.theme.title, "text": row.body}
            for row in Summary.objects.filter(
                theme__project=person.project_id, by=BY_INFORMANT, key=str(person.uuid)
            ).select_related("theme")
        ],
        "quoted": _quoted(person),
        "history": [
            {
                "when": event.created.isoformat(),
                "who": event.actor.name if event.actor else None,
                "what": event.verb,
            }
            for event in _events(person)
        ],
    }


def _speech(person: Informant) -> list[dict[str, Any]]:
    found = []
    speakers = Speaker.objects.filter(informant=person).select_related("source__version")
    for speaker in speakers.order_by("source__sort_key", "source_id", "position"):
        source = speaker.source
        text = source.version.text if source.version else ""
        turns = Turn.objects.filter(version_id=source.version_id, speaker=speaker).order_by("number")
        found.append(
            {
                "source": source.title,
                "kind": source.kind,
                "date": source.held_on.isoformat() if source.held_on else None,
                "label": speaker.label,
                "turns": [
                    {"turn": number + 1, "time": time or None, "text": text[start:end]}
                    for number, time, start, end in turns.values_list("number", "time", "start", "end")
                ],
            }
        )
    return found


def _passages(person: Informant) -> list[dict[str, Any]]:
    """What of their own words is coded; what others say in such a passage is not theirs to take along.

    What is only suggested is held too, and says so.
    """
    tree = code_tree(person.project)
    turns: dict[int, list[tuple[int, int]]] = defaultdict(list)
    spoken = Turn.objects.filter(speaker__informant=person).order_by("number")
    for version, start, end in spoken.values_list("version_id", "start", "end"):
        turns[version].append((start, end))
    links = CodingInformant.objects.filter(informant=person).select_related(
        "coding__source__version", "coding__coder"
    )
    found = []
    for link in links.order_by("coding__source__sort_key", "coding__start", "coding_id"):
        coding = link.coding
        text = coding.source.version.text if coding.source.version else ""
        own = [
            text[max(start, coding.start) : min(end, coding.end)]
            for start, end in turns[coding.version_id]
            if start < coding.end and coding.start < end
        ]
        found.append(
            {
                "source": coding.source.title,
                "code": list(tree.by_id[coding.code_id].path),
                "coder": coding.coder.name,
                "confirmed": coding.review != Review.SUGGESTED,
                "text": "\n".join(own),
            }
        )
    return found


def _quoted(person: Informant) -> list[dict[str, Any]]:
    """Their own words where a report quotes them, and a print wording where nobody else speaks in the quotation."""
    rows = ReportQuotation.objects.filter(
        report__project=person.project_id, version__turns__speaker__informant=person
    )
    found = []
    for row in rows.select_related("report", "version").distinct().order_by("report_id", "number"):
        inside = Turn.objects.filter(version_id=row.version_id, start__lt=row.end, end__gt=row.start)
        turns = inside.order_by("number").values_list("start", "end", "speaker__informant_id")
        own = [
            row.version.text[max(start, row.start) : min(end, row.end)]
            for start, end, who in turns
            if who == person.pk
        ]
        if own:
            alone = len(own) == len(turns)
            found.append(
                {
                    "report": row.report.title,
                    "number": row.number,
                    "text": "\n".join(own),
                    "print_wording": row.print_wording if alone else "",
                }
            )
    return found


def _events(person: Informant) -> list[AuditEvent]:
    """Who looked at or wrote about them: what the history says of their row and of their entry in the key."""
    about = AuditEvent.objects.filter(project_id=person.project_id, details__informant=str(person.uuid))
    rows = AuditEvent.objects.filter(changes__kind="Informant", changes__object_id=person.pk)
    keys = {*about.values_list("pk", flat=True), *rows.values_list("pk", flat=True)}
    return list(AuditEvent.objects.filter(pk__in=keys).select_related("actor").order_by("id"))
