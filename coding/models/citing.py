"""What a summary cites, what its approval saw of that, and what has changed of it since.

Stale is derived, never stored: an approved summary is stale where something that it cites is no longer as it was
seen. What has nothing to do with what it cites changes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from coding.models.codebook import Code
from coding.models.codings import Coding, Review
from coding.models.sources import TextVersion
from coding.models.themes import Evidence, Summary, SummaryState

CITATION = re.compile(r"\[[Ee](\d{1,5})\]")
_DEFINING = ("definition", "use_when", "not_when")
_MANY = 500


class Change(models.TextChoices):
    """What can make an approved summary stale."""

    WITHDRAWN = "withdrawn", _("the informant withdrew or the source was deleted")
    UNCODED = "uncoded", _("the passage was uncoded")
    CORRECTED = "corrected", _("the words of the passage were corrected")
    RESIZED = "resized", _("the passage begins or ends elsewhere")
    RECODED = "recoded", _("the passage got another code")
    MERGED = "merged", _("its code was merged into another")
    DEFINITION = "definition", _("the definition of its code was changed")


@dataclass(frozen=True)
class Reason:
    """Why a summary is stale: what happened to the evidence `numbers`; `code` names the code where it is about one."""

    kind: Change
    numbers: tuple[int, ...]
    code: str = ""


def cited_in(body: str) -> list[int]:
    """The numbers of the evidence that a text cites ([E3]), each once, in order."""
    return list(dict.fromkeys(int(number) for number in CITATION.findall(body)))


def standing(evidence: Iterable[Evidence]) -> dict[int, Coding]:
    """The coding that carries each evidence (by id) now, with its code; none where it is gone or has lost its words."""
    rows = list(evidence)
    found: dict[Any, Coding] = {}
    keys = [row.coding for row in rows]
    for place in range(0, len(keys), _MANY):
        codings = Coding.objects.filter(uuid__in=keys[place : place + _MANY])
        codings = codings.exclude(review__in=(Review.EMPTIED, Review.SUGGESTED)).select_related("code")
        found.update({coding.uuid: coding for coding in codings})
    return {row.pk: found[row.coding] for row in rows if row.coding in found}


def fingerprint(summary: Summary) -> dict[str, Any]:
    """What stands now behind the citations of a summary's text: for `Summary.seen`. No words, only digests of them."""
    numbers = cited_in(summary.body)
    rows = list(summary.evidence.filter(number__in=numbers))
    now = standing(rows)
    texts = _texts({coding.version_id for coding in now.values()})
    cited, codes = {}, {}
    for row in rows:
        coding = now.get(row.pk)
        if coding is None:
            continue
        cited[str(row.number)] = {
            "coding": str(coding.uuid),
            "version": coding.version_id,
            "start": coding.start,
            "end": coding.end,
            "code": coding.code_id,
            "quote": _digest(texts[coding.version_id][coding.start : coding.end]),
        }
        codes[str(coding.code_id)] = _defined(coding.code)
    return {"cited": cited, "codes": codes}


def staleness(summaries: Sequence[Summary]) -> dict[int, list[Reason]]:
    """Why each of `summaries` (by id) is stale; those that are not, or are not approved, are left out.

    A fixed number of queries, and one for the texts of passages that have moved.
    """
    approved = [row for row in summaries if row.state == SummaryState.APPROVED and row.seen.get("cited")]
    evidence: dict[int, dict[str, Evidence]] = defaultdict(dict)
    for one in Evidence.objects.filter(summary__in=approved):
        evidence[one.summary_id][str(one.number)] = one
    now = standing(one for rows in evidence.values() for one in rows.values())
    wanted = {int(code) for row in approved for code in row.seen["codes"]}
    codes = {code.pk: code for code in Code.objects.filter(pk__in=wanted)}
    gone = [
        seen
        for row in approved
        for number, seen in row.seen["cited"].items()
        if number in evidence[row.pk] and evidence[row.pk][number].pk not in now
    ]
    others = _on_the_stretches(gone)
    texts = _texts(
        {
            now[there.pk].version_id
            for row in approved
            for number, seen in row.seen["cited"].items()
            if (there := evidence[row.pk].get(number)) and there.pk in now and _moved(now[there.pk], seen)
        }
    )
    found = {}
    for row in approved:
        kinds: dict[tuple[Change, str], list[int]] = defaultdict(list)
        for number, seen in row.seen["cited"].items():
            pinned = evidence[row.pk].get(number)
            coding = now.get(pinned.pk) if pinned else None
            if pinned is None:
                kinds[Change.WITHDRAWN, ""].append(int(number))
            elif coding is None:
                kind = _of_gone(seen, others, codes)
                if kind is not None:
                    kinds[kind, ""].append(int(number))
            else:
                for kind in _of_standing(coding, seen, texts, codes):
                    kinds[kind, coding.code.name if kind == Change.RECODED else ""].append(int(number))
        for key, digest in row.seen["codes"].items():
            code = codes.get(int(key))
            if code is not None and _defined(code) != digest:
                numbers = [int(n) for n, seen in row.seen["cited"].items() if seen["code"] == code.pk]
                kinds[Change.DEFINITION, code.name].extend(numbers)
        if kinds:
            found[row.pk] = [Reason(kind, tuple(sorted(n)), name) for (kind, name), n in kinds.items()]
    return found


def _of_gone(
    seen: dict[str, Any], others: dict[tuple[int, int, int], set[int]], codes: dict[int, Code]
) -> Change | None:
    """What it is that the pinned coding is gone: nothing, where another one carries the passage as it was seen."""
    there = others.get((seen["version"], seen["start"], seen["end"]), set())
    if seen["code"] in there:
        return None
    return Change.MERGED if there and seen["code"] not in codes else Change.UNCODED


def _of_standing(
    coding: Coding, seen: dict[str, Any], texts: dict[int, str], codes: dict[int, Code]
) -> Iterable[Change]:
    if _moved(coding, seen):
        quote = texts[coding.version_id][coding.start : coding.end]
        if _digest(quote) != seen["quote"]:
            yield Change.RESIZED if coding.version_id == seen["version"] else Change.CORRECTED
    if coding.code_id != seen["code"]:
        yield Change.RECODED if seen["code"] in codes else Change.MERGED


def _moved(coding: Coding, seen: dict[str, Any]) -> bool:
    return (coding.version_id, coding.start, coding.end) != (seen["version"], seen["start"], seen["end"])


def _on_the_stretches(gone: Sequence[dict[str, Any]]) -> dict[tuple[int, int, int], set[int]]:
    """The codes (ids) that stand on the stretches on which something was seen."""
    found: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for place in range(0, len(gone), 100):
        asked = Q()
        for seen in gone[place : place + 100]:
            asked |= Q(version_id=seen["version"], start=seen["start"], end=seen["end"])
        rows = Coding.objects.filter(asked).exclude(review__in=(Review.EMPTIED, Review.SUGGESTED))
        for version, start, end, code in rows.values_list("version_id", "start", "end", "code_id"):
            found[version, start, end].add(code)
    return found


def _texts(versions: Iterable[int]) -> dict[int, str]:
    return dict(TextVersion.objects.filter(pk__in=set(versions)).values_list("pk", "text"))


def _digest(words: str) -> str:
    """Keyed: a short quotation cannot be guessed from it."""
    return salted_hmac("coding.models.citing", words, algorithm="sha256").hexdigest()[:32]


def _defined(code: Code) -> str:
    return _digest("\x1f".join(getattr(code, name) for name in _DEFINING))
