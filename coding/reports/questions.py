"""What a query asks, as plain values, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coding.reports.codebook import CodeNode
from coding.reports.meeting import INFORMANT, MOST_TURNS, NEAR, OVERLAP, TURN

AFTER = "after"
RELATIONS = {
    OVERLAP: gettext_lazy("in the same words"),
    TURN: gettext_lazy("in the same turn"),
    NEAR: gettext_lazy("within some turns, before or after"),
    AFTER: gettext_lazy("afterwards, within some turns"),
    INFORMANT: gettext_lazy("anywhere, by the same informant"),
}
WITH_TURNS = (NEAR, AFTER)
MOST_CONDITIONS = 20


class Unanswerable(Exception):
    """A query that cannot be answered; the message says why and what to do, in a sentence."""


@dataclass(frozen=True)
class Operand:
    """What is looked for: a code (`below`: with the codes below it), or words in the language of the search."""

    node: CodeNode | None = None
    below: bool = True
    words: str = ""

    @property
    def sentence(self) -> str:
        if self.node is None:
            return _("the words %(words)s") % {"words": self.words}
        if self.below or not self.node.children:
            return _("“%(code)s”") % {"code": self.node.code.name}
        return _("“%(code)s” (without the codes below)") % {"code": self.node.code.name}


@dataclass(frozen=True)
class Clause:
    """One condition on what was found: that one of `any_of` is, or (`without`) is not, so near. `within` are turns."""

    any_of: tuple[Operand, ...]
    way: str = OVERLAP
    within: int = 0
    without: bool = False

    @property
    def sentence(self) -> str:
        """The condition as the end of a sentence."""
        where = {
            OVERLAP: _("in the same words"),
            TURN: _("in the same turn"),
            NEAR: ngettext("within %(n)s turn", "within %(n)s turns", self.within) % {"n": self.within},
            AFTER: ngettext("afterwards within %(n)s turn", "afterwards within %(n)s turns", self.within)
            % {"n": self.within},
            INFORMANT: _("anywhere by the same informant"),
        }[self.way]
        pattern = _("but not, %(where)s, %(what)s") if self.without else _("and, %(where)s, %(what)s")
        return pattern % {"where": where, "what": alternatives(self.any_of)}


@dataclass(frozen=True)
class Question:
    """Passages of a code or turns with words (`any_of`), of which all `clauses` hold."""

    any_of: tuple[Operand, ...]
    clauses: tuple[Clause, ...] = ()

    def operands(self) -> Iterator[Operand]:
        yield from self.any_of
        for clause in self.clauses:
            yield from clause.any_of

    @property
    def of_codes(self) -> bool:
        """Whether a code is asked for anywhere, so that only coded sources can answer."""
        return any(operand.node is not None for operand in self.operands())

    @property
    def sentence(self) -> str:
        """What is asked, in words."""
        kinds = {operand.node is not None for operand in self.any_of}
        if kinds == {True}:
            pattern = _("Passages with %(what)s")
        else:
            pattern = _("Turns with %(what)s") if kinds == {False} else _("Passages and turns with %(what)s")
        first = pattern % {"what": alternatives(self.any_of)}
        return ", ".join([first, *(clause.sentence for clause in self.clauses)]) + "."


def alternatives(operands: Sequence[Operand]) -> str:
    said = operands[0].sentence
    for operand in operands[1:]:
        said = _("%(one)s or %(other)s") % {"one": said, "other": operand.sentence}
    return said


@dataclass(frozen=True)
class Condition:
    """One row of the form. `join` is "and", "or" (with the row before it) or "not"."""

    join: str = "and"
    way: str = OVERLAP
    within: int | None = 1
    node: CodeNode | None = None
    below: bool = True
    words: str = ""

    @property
    def empty(self) -> bool:
        return self.node is None and not self.words


def question_of(conditions: Sequence[Condition]) -> Question:
    """The question that the rows of a form ask; empty rows ask nothing. Raises Unanswerable."""
    asked = [condition for condition in conditions if not condition.empty]
    if len(asked) > MOST_CONDITIONS:
        raise Unanswerable(_("Ask for at most %(n)s conditions at once.") % {"n": MOST_CONDITIONS})
    if not asked:
        raise Unanswerable(_("Choose a code, or write words to look for."))
    groups: list[tuple[Condition, list[Operand]]] = []
    for condition in asked:
        if condition.node is not None and condition.words:
            raise Unanswerable(
                _(
                    "A row asks for a code or for words: take one of the two away, or put them in rows of their own."
                )
            )
        operand = Operand(condition.node, condition.below, condition.words)
        if condition.join == "or" and groups:
            groups[-1][1].append(operand)
        else:
            groups.append((condition, [operand]))
    if groups[0][0].join == "not":
        raise Unanswerable(_("Say first what to find, then what it must not be together with."))
    clauses = []
    for condition, operands in groups[1:]:
        within = 0
        if condition.way in WITH_TURNS:
            if condition.within is None or not 0 <= condition.within <= MOST_TURNS:
                raise Unanswerable(_("Write a number of turns from 0 to %(n)s.") % {"n": MOST_TURNS})
            within = condition.within
        clauses.append(Clause(tuple(operands), condition.way, within, condition.join == "not"))
    return Question(tuple(groups[0][1]), tuple(clauses))
