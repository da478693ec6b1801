"""The demo's themes: summaries in every state, with the lead's questions, and a theme still unwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coding.actions.comments import comment
from coding.actions.summaries import Cell, pin, take_step, write_summary
from coding.actions.themes import create_theme
from coding.models import Coding, Membership, Project
from coding.models.themes import SummaryState
from coding.reports.codebook import CodeTree, code_tree
from coding.reports.themes import Board


def load_themes(project: Project, members: Mapping[str, Membership], file: Path) -> None:
    """Make the themes of a JSON file: title, description, codes (paths), and of a summary body, quotes, comment, state.

    The quotes are what is pinned, in order; the state is one of `SummaryState`, which is reached by its steps.
    """
    tree = code_tree(project)
    for row in json.loads(file.read_text(encoding="utf-8")):
        _load_theme(project, members, tree, row)


def _load_theme(
    project: Project, members: Mapping[str, Membership], tree: CodeTree, row: Mapping[str, Any]
) -> None:
    nodes = [tree.find(path) for path in row["codes"]]
    if None in nodes:
        raise ValueError(f"themes.json: no such code: {row['codes']}")
    lead, coder = members["leder"], members["koder"]
    theme = create_theme(
        actor=lead,
        title=row["title"],
        description=row["description"],
        codes=[node.code.uuid for node in nodes if node],
    )
    if "body" not in row:
        return
    cell = Cell(theme.uuid)
    within = [code for node in nodes if node for code in tree.branch_ids(node.code.pk)]
    behind = Coding.objects.filter(project=project, code__in=within, coder=coder).select_related("version")
    said = {one.version.text[one.start : one.end]: one for one in behind}
    for quote in row["quotes"]:
        pin(actor=coder, cell=cell, coding=said[quote].uuid)
    revision = write_summary(actor=coder, cell=cell, body=row["body"], revision=0).revision
    if row["state"] != SummaryState.DRAFT:
        take_step(actor=coder, cell=cell, name="submit", revision=revision)
    if "comment" in row:
        comment(actor=lead, cell=cell, body=row["comment"]["body"], quote=row["comment"]["quote"])
    if row["state"] == SummaryState.CHANGES:
        take_step(actor=lead, cell=cell, name="ask", revision=revision)
    if row["state"] == SummaryState.APPROVED:
        ids = Board(lead, [theme], tree).behind_ids(theme, "", "")
        take_step(actor=lead, cell=cell, name="approve", revision=revision, behind=ids)
