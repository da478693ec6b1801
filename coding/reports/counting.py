"""The counting rules in words: the sentence that stands beside every number."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coding.reports.blindness import left_out
from coding.reports.columns import Base
from coding.reports.passages import ALL_CODERS, Scope, visible_sources
from coding.reports.sources import uncleared

INFORMANTS = "informants"
SOURCES = "sources"
PASSAGES = "passages"
WORDS = "words"
MEASURES = {
    INFORMANTS: gettext_lazy("Informants"),
    SOURCES: gettext_lazy("Sources"),
    PASSAGES: gettext_lazy("Passages"),
    WORDS: gettext_lazy("Words"),
}
SMALL_BASE = 5


def share(words: int, base: Base) -> float | None:
    """`words` as a share (0 to 1) of a column's; None where the column has under five informants."""
    return None if base.informants < SMALL_BASE or not base.words else words / base.words


def counting_sentence(scope: Scope, measure: str, *, rolled_up: bool) -> str:
    """How the numbers were counted, exactly enough to count them again, and what is hidden from who takes them out."""
    sentences = [*counting_sentences(scope, measure, rolled_up=rolled_up)]
    hidden = left_out(scope.member, visible_sources(scope))
    return " ".join([*sentences, *filter(None, [_not_cleared(scope), hidden])])


def _not_cleared(scope: Scope) -> str:
    """What is left out though who asks may see it; empty where that is nothing."""
    many = uncleared(scope.project).count() if scope.cleared_only else 0
    if not many:
        return ""
    said = ngettext(
        "%(n)d source that has not been cleared of names is left out.",
        "%(n)d sources that have not been cleared of names are left out.",
        many,
    )
    return said % {"n": many}


def counting_sentences(scope: Scope, measure: str, *, rolled_up: bool) -> tuple[str, ...]:
    """The same, sentence by sentence: first what a number says."""
    whose = (
        _("Codings of all coders are counted.")
        if scope.coders == ALL_CODERS
        else _("In each source the codings of one coder are counted, its primary coder.")
    )
    unit = {
        INFORMANTS: _("A number says how many different informants have at least one passage with the code."),
        SOURCES: _("A number says in how many sources there is at least one passage with the code."),
        PASSAGES: _("A number says how many different stretches of text carry the code; none are merged."),
        WORDS: _(
            "A number says how many words, of those who count in a passage with the code, lie in such passages; each"
            " word once."
        ),
    }[measure]
    roll = (
        _("A code's passages include those of the codes below it.")
        if rolled_up
        else _("A code's passages are its own; those of the codes below it are not included.")
    )
    who = _(
        "An informant counts in a passage with at least five of their words in it, or at least a fifth of its"
        " informant words; where nobody reaches that, everyone who speaks in it counts. Interviewers never count."
        " A passage counts once in each column to which one of its informants belongs, and once in the total;"
        " unidentified speech and texts without speakers count in their source's column, never as informants."
    )
    base = (
        _(
            "The base is the sources that a counted coder has marked finished; of each coder only what they have"
            " finished is counted."
        )
        if scope.finished_only
        else _("The base is the sources that a counted coder has begun.")
    )
    return unit, whose, roll, who, base


def coder_sentence() -> str:
    """What is said besides where the columns are the coders."""
    return _(
        "A passage counts in the column of each coder who has coded it, and once in the total; the base of a column is"
        " the sources that this coder has begun or finished."
    )
