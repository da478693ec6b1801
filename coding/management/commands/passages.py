"""Print the passages of a code."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from coding.exporting.cells import write_csv
from coding.management.base import ProjectCommand
from coding.reports.codebook import code_tree
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope, passages
from coding.reports.quotations import quotations


class Command(ProjectCommand):
    help = "List the passages of a code and of the codes below it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--code", required=True, metavar="PATH", help="names from the root, joined by ' > '"
        )
        parser.add_argument("--city", metavar="NAME")
        parser.add_argument("--type", metavar="NAME")
        self.add_uncleared(parser)
        parser.add_argument("--coders", choices=[PRIMARY, ALL_CODERS], default=PRIMARY)
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        node = self.code(project, options["code"])
        scope = Scope(
            project=project,
            coders=options["coders"],
            uncleared=options["uncleared"],
            values=self.conditions(project, [options["city"]], [options["type"]]),
        )
        tree = code_tree(project)
        found = quotations(scope, passages(scope, tree.branch_ids(node.code.pk)), tree)
        rows = [
            {
                "source": item.source.title,
                "source_uuid": str(item.source.uuid),
                "start": item.passage.start,
                "end": item.passage.end,
                "text": item.text,
                "turn": item.turn,
                "informants": list(item.informants),
                "coders": list(item.coders),
            }
            for item in found
        ]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        headings = ["source", "start", "end", "text", "turn", "informants", "coders"]
        body = [[_cell(row[name]) for name in headings] for row in rows]
        self.stdout.write(write_csv([headings, *body]).decode("utf-8-sig"), ending="")


def _cell(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, list) else value
