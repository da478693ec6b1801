"""Quotations chosen for a file: which, in which sections, and what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.reports.codebook import CodeNode, CodeTree
from coding.reports.consent import not_to_be_quoted
from coding.reports.counting import PASSAGES, counting_sentence
from coding.reports.passages import Scope, passages
from coding.reports.quotations import Quotation, quotations


@dataclass(frozen=True)
class Selection:
    """What is exported: the quotations, under which of the chosen codes each stands, and what was asked for.

    `withheld` passages are left out, since somebody who counts in them has not agreed to be quoted.
    """

    project: str
    described: str
    counting: str
    sections: tuple[tuple[CodeNode, tuple[Quotation, ...]], ...]
    withheld: int = 0

    @property
    def quotations(self) -> list[Quotation]:
        """Each quotation once, in the order of the sections."""
        seen: dict[tuple[int, int, int], Quotation] = {}
        for _node, members in self.sections:
            for item in members:
                seen.setdefault((item.passage.source_id, item.passage.start, item.passage.end), item)
        return list(seen.values())

    @property
    def city_left_out(self) -> bool:
        return any(item.attributed.city_left_out for item in self.quotations)


def choose(scope: Scope, tree: CodeTree, codes: Sequence[int], *, described: str = "") -> Selection:
    """The quotations of `codes` (ids) in the scope, in sections, one for each of the codes that has some."""
    barred = not_to_be_quoted(scope.project)
    every = passages(scope, codes)
    free = [passage for passage in every if barred.isdisjoint(passage.everybody)]
    found = quotations(scope, free, tree)
    wanted = set(codes)
    sections = []
    for node in tree.walk():
        if node.code.pk in wanted:
            members = tuple(item for item in found if node.code.pk in item.passage.codes)
            if members:
                sections.append((node, members))
    counting = counting_sentence(scope, PASSAGES, rolled_up=False)
    return Selection(scope.project.title, described, counting, tuple(sections), len(every) - len(free))
