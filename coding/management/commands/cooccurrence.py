"""Print which codes occur together, the strongest pairs first."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding.exporting.together import together_csv, together_json
from coding.management.base import ProjectCommand, Refusal
from coding.reports.cooccurrence import cooccurrence
from coding.reports.meeting import MOST_TURNS, OVERLAP, WAYS
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope


class Command(ProjectCommand):
    help = (
        "Count every pair of codes that occur together: in the same words (overlap), the same turn (turn), within some"
        " turns (near, with --within), or by the same informant anywhere (informant). Rolled up unless --flat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--way", choices=list(WAYS), default=OVERLAP)
        parser.add_argument(
            "--within", type=int, default=1, metavar="TURNS", help="for --way near; 1 by default"
        )
        parser.add_argument(
            "--code", metavar="PATH", help="pairs with a code of this branch only (names joined by ` > `)"
        )
        parser.add_argument("--city", metavar="NAME")
        parser.add_argument("--type", metavar="NAME")
        parser.add_argument("--coders", choices=[PRIMARY, ALL_CODERS], default=PRIMARY)
        parser.add_argument("--flat", action="store_true", help="a code's own passages only")
        self.add_uncleared(parser)
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        if not 0 <= options["within"] <= MOST_TURNS:
            raise Refusal(_("Write a number of turns from 0 to %(n)s.") % {"n": MOST_TURNS})
        scope = Scope(
            project=project,
            coders=options["coders"],
            values=self.conditions(project, [options["city"]], [options["type"]]),
            uncleared=options["uncleared"],
        )
        among = None
        if options["code"]:
            among = {node.code.pk for node in self.code(project, options["code"]).walk()}
        table = cooccurrence(
            scope, way=options["way"], within=options["within"], rolled_up=not options["flat"]
        )
        pairs = table.pairs(among)
        if options["format"] == "json":
            text = together_json(table, pairs)
        else:
            text = together_csv(table, pairs).decode("utf-8-sig")
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")
