"""How much stands under each code of the codebook, for all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from coding.models import Code, Coding, Membership, Memo, Project
from coding.reports.codebook import Belongings, CodeTree
from coding.reports.passages import ALL_CODERS, Scope, counted_codings


@dataclass(frozen=True)
class CodeCount:
    """Distinct stretches and codings, of all coders: under the code itself, and in its branch (the code included)."""

    own_passages: int = 0
    own_codings: int = 0
    passages: int = 0
    codings: int = 0


NOTHING = CodeCount()


def code_counts(
    project: Project, member: Membership | None, tree: CodeTree, *, below: Code | None = None
) -> dict[int, CodeCount]:
    """The counts of every code, by its id, in the sources that the member may see. One query.

    With `below`, only the codings of that code's branch are read: the counts of its codes are right, of others not.
    """
    counted = counted_codings(Scope(project=project, member=member, coders=ALL_CODERS))
    if below is not None:
        counted = counted.filter(code_id__in=tree.branch_ids(below.pk))
    rows = list(counted.values_list("code_id", "source_id", "start", "end"))
    nodes = list(tree.walk())
    place = {node.code.pk: number for number, node in enumerate(nodes)}
    rows = [row for row in rows if row[0] in place]
    if not rows:
        return {node.code.pk: NOTHING for node in nodes}
    above = np.array([place.get(node.code.parent_id or 0, -1) for node in nodes])
    table = np.array(rows, dtype=np.int64)
    codes = np.array([place[row[0]] for row in rows])
    stretches = _numbered(table[:, 1], table[:, 2], table[:, 3])
    size = int(stretches.max()) + 1
    own_passages, own_codings = (
        _distinct(codes, stretches, size, len(nodes)),
        np.bincount(codes, minlength=len(nodes)),
    )
    branch_codes, branch_stretches = [codes], [stretches]
    while True:
        parents = above[branch_codes[-1]]
        known = parents >= 0
        if not known.any():
            break
        branch_codes.append(parents[known])
        branch_stretches.append(branch_stretches[-1][known])
    all_codes, all_stretches = np.concatenate(branch_codes), np.concatenate(branch_stretches)
    passages = _distinct(all_codes, all_stretches, size, len(nodes))
    codings = np.bincount(all_codes, minlength=len(nodes))
    return {
        node.code.pk: CodeCount(
            int(own_passages[at]), int(own_codings[at]), int(passages[at]), int(codings[at])
        )
        for at, node in enumerate(nodes)
    }


def own_belongings(code: Code) -> Belongings:
    """What stands under a code itself, without the codes below it: what a merge moves. Three queries."""
    codings = Coding.objects.filter(code=code)
    return Belongings(
        codes=1,
        codings=codings.count(),
        coders=codings.values("coder_id").distinct().count(),
        memos=Memo.objects.filter(Q(code=code) | Q(coding__code=code)).count(),
    )


def proposers(tree: CodeTree) -> dict[int, str]:
    """Who proposed each proposed code, by the code's id. One query."""
    names = dict(
        Membership.objects.filter(pk__in={node.code.created_by_id for node in tree.proposed}).values_list(
            "pk", "name"
        )
    )
    return {node.code.pk: names.get(node.code.created_by_id or 0, "") for node in tree.proposed}


def _numbered(source: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Numbers that are equal where all three are equal."""
    order = np.lexsort((end, start, source))
    new = np.zeros(len(order), dtype=np.int64)
    for column in (source, start, end):
        ordered = column[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(new)
    return numbers


def _distinct(codes: np.ndarray, stretches: np.ndarray, size: int, count: int) -> np.ndarray:
    """How many different stretches each code has."""
    pairs = np.unique(codes * size + stretches)
    return np.bincount(pairs // size, minlength=count)
