"""Keeps what the search reads of each current text. Derived, so neither recorded nor undone: it goes with the text."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

from django.db import transaction

from coding.language.analyser import EDITION, Analysis
from coding.models import Source, WordIndex


def keep_index(*, version: int, analysis: Analysis, made_by: str) -> bool:
    """Keep what was read of a text; False where that is no source's current text any more."""
    places = b"".join(map(_packed, (analysis.starts, analysis.ends, analysis.words)))
    fields = {
        "edition": EDITION,
        "made_by": made_by,
        "size": len(analysis.words),
        "vocabulary": [
            [form, read.lemma, list(read.others), list(read.parts)] for form, read in analysis.vocabulary
        ],
        "places": places,
        "sentences": _packed(analysis.sentences),
    }
    with transaction.atomic():
        if not Source.objects.select_for_update().filter(version=version).exists():
            return False
        WordIndex.objects.update_or_create(version_id=version, defaults=fields)
    return True


def drop_indexes(versions: Iterable[int]) -> None:
    """Forget what was read of texts that are nobody's current ones. Call it in the transaction that replaced them."""
    WordIndex.objects.filter(version__in=list(versions)).delete()


def _packed(numbers: list[int]) -> bytes:
    packed = array("i", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
