"""Where people's own words lie: numpy finds them for many stretches at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce

from coding.models import Turn
from coding.models.sources import SpeakerRole
from coding.reports.fetching import numbers
from coding.reports.passages import Scope, visible_sources
from coding.reports.tally import looked_up


@dataclass(frozen=True)
class OwnWords:
    """Pieces of stretches: words [left, right), numbered through all texts from 0 to `size` - 1, of row `row`."""

    row: np.ndarray
    left: np.ndarray
    right: np.ndarray
    size: int


def own_words(
    scope: Scope, source: np.ndarray, who: np.ndarray, first_word: np.ndarray, end_word: np.ndarray
) -> OwnWords:
    """What of the words [first_word, end_word) of a source `who` (-1: nobody known) says, for each row. Two queries."""
    offset, size = {}, 0
    for key, words in visible_sources(scope).order_by("id").values_list("id", "version__words"):
        offset[key], size = size, size + (words or 0)
    turns = _turns(scope)
    begin = looked_up(turns[:, 0], offset) + turns[:, 2]
    order = np.argsort(begin, kind="stable")
    begin, turns = begin[order], turns[order]
    finish = begin + turns[:, 3]
    shift = looked_up(source, offset)
    first, last = shift + first_word, shift + end_word
    low = np.searchsorted(finish, first, side="right")
    many = np.maximum(np.searchsorted(begin, last, side="left") - low, 0)
    row = np.repeat(np.arange(len(source)), many)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
    own = turns[turn, 1] == who[row]
    row, turn = row[own], turn[own]
    return OwnWords(row, np.maximum(first[row], begin[turn]), np.minimum(last[row], finish[turn]), size)


def _turns(scope: Scope) -> np.ndarray:
    """(source, informant or -1, first word, words) for all turns whose words count."""
    turns = Turn.objects.counted().filter(
        version__source__in=visible_sources(scope), version_id=F("version__source__version_id")
    )
    who = Case(When(speaker__role=SpeakerRole.INFORMANT, then=F("speaker__informant_id")))
    rows = turns.annotate(who=Coalesce(who, -1))
    return numbers(rows.values_list("version__source_id", "who", "first_word", "words"), 4)
