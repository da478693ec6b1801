"""How much stands under each code of the codebook, for all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from coding.models import Code, Coding, Membership, Memo, Project
from coding.reports.blindness import blind_sources
from coding.reports.codebook import Belongings, CodeTree
from coding.reports.passages import ALL_CODERS, Scope, counted_codings
from coding.reports.tally import ancestors, as_array, distinct, known, looked_up, numbered


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
    nodes = list(tree.walk())
    places = {node.code.pk: place for place, node in enumerate(nodes)}
    table = as_array(counted.values_list("code_id", "source_id", "start", "end"), 4)
    table = table[known(table[:, 0], places)]
    codes = looked_up(table[:, 0], places)
    stretches = numbered(table[:, 1], table[:, 2], table[:, 3])
    lines = ancestors([places.get(node.code.parent_id or 0, -1) for node in nodes])[codes]
    row, level = np.nonzero(lines >= 0)
    branches = lines[row, level]
    many = len(nodes)
    own_passages, own_codings = distinct(codes, stretches, many), np.bincount(codes, minlength=many)
    passages, codings = distinct(branches, stretches[row], many), np.bincount(branches, minlength=many)
    return {
        node.code.pk: CodeCount(
            int(own_passages[at]), int(own_codings[at]), int(passages[at]), int(codings[at])
        )
        for at, node in enumerate(nodes)
    }


def own_belongings(code: Code, member: Membership) -> Belongings:
    """What stands under a code itself, without the codes below it, as far as the member may know: what a merge moves.

    Three queries.
    """
    codings = Coding.objects.filter(code=code).seen_by(member)
    return Belongings(
        codes=1,
        codings=codings.count(),
        coders=codings.values("coder_id").distinct().count(),
        memos=Memo.objects.filter(Q(code=code) | Q(coding__in=codings)).count(),
        hidden=blind_sources(member).exists(),
    )


def proposers(tree: CodeTree) -> dict[int, str]:
    """Who proposed each proposed code, by the code's id. One query."""
    names = dict(
        Membership.objects.filter(pk__in={node.code.created_by_id for node in tree.proposed}).values_list(
            "pk", "name"
        )
    )
    return {node.code.pk: names.get(node.code.created_by_id or 0, "") for node in tree.proposed}
