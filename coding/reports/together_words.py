"""The rules of codes together, in words: what stands beside the table and in every file."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.reports.blindness import left_out
from coding.reports.counting import INFORMANTS, counting_sentences
from coding.reports.meeting import INFORMANT, NEAR, OVERLAP, TURN
from coding.reports.passages import ALL_CODERS, Scope, visible_sources


def together_sentences(scope: Scope, way: str, within: int, *, rolled_up: bool) -> tuple[str, ...]:
    """What occurs together and how it is counted, sentence by sentence, exactly enough to count it again."""
    _unit, whose, roll, who, base = counting_sentences(scope, INFORMANTS, rolled_up=rolled_up)
    same = (
        _("Only codings of one coder meet each other.")
        if scope.coders == ALL_CODERS
        else _("So codings of two coders never meet in one source.")
    )
    units = [
        _("Informants: how many different informants have at least one such pair of passages."),
        _(
            "Passages: how many different stretches of the one code are in such a pair with the other, and the other"
            " way round."
        ),
    ]
    if way == OVERLAP:
        units.append(
            _(
                "Words: of the words of those who count, how many lie in passages of both codes, of those that lie in"
                " passages of either; each word once."
            )
        )
    hidden = left_out(scope.member, visible_sources(scope))
    branch = _("A code never occurs together with a code above or below it.")
    return (
        what_meets(way, within),
        *units,
        branch,
        roll,
        whose,
        same,
        who,
        base,
        *([hidden] if hidden else []),
    )


def what_meets(way: str, within: int) -> str:
    """When two passages count as together."""
    if way == INFORMANT:
        return _(
            "Two codes occur together where the same informant counts in a passage of each, wherever it is."
        )
    pair = {
        OVERLAP: _("Two codes occur together where a passage of the one and a passage of the other overlap"),
        TURN: _(
            "Two codes occur together where a passage of the one and a passage of the other touch the same turn"
        ),
        NEAR: ngettext(
            "Two codes occur together where between the last turn of a passage of the one and the first turn of a"
            " passage of the other there is at most %(n)s step from turn to turn",
            "Two codes occur together where between the last turn of a passage of the one and the first turn of a"
            " passage of the other there are at most %(n)s steps from turn to turn",
            within,
        )
        % {"n": within},
    }[way]
    return _("%(pair)s, and the same informant counts in both.") % {"pair": pair}
