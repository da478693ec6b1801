"""Print every hit on a line with the words around it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from coding.exporting.words import lines_as_csv, lines_as_json
from coding.management.asking import WordsCommand
from coding.reports.concordance import SORTS, SOURCE


class Command(WordsCommand):
    help = (
        "Print a concordance: each hit with what stands left and right of it in its turn. Texts that wait to be read"
        " are read first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_question(parser)
        parser.add_argument(
            "--sort",
            choices=SORTS,
            default=SOURCE,
            help="l1 by the first word to the left, then the second; r2 by the second to the right, then the third ...",
        )
        self.add_whom(parser)
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        lines = self.lines(options, options["sort"])
        if options["format"] == "json":
            self.stdout.write(lines_as_json(lines))
        else:
            self.stdout.write(lines_as_csv(lines).decode("utf-8-sig"), ending="")
