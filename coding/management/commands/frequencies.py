"""Print how often each code occurs, by city, informant type, source or any attribute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding.exporting.tables import as_csv, as_json
from coding.management.base import ProjectCommand, Refusal
from coding.reports.counting import INFORMANTS, MEASURES
from coding.reports.frequencies import frequencies
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope


class Command(ProjectCommand):
    help = "Count every code in every column; rolled up unless --flat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, help="city, informant_type, source, or an attribute's key")
        parser.add_argument("--measure", choices=list(MEASURES), default=INFORMANTS)
        self.add_uncleared(parser)
        parser.add_argument("--coders", choices=[PRIMARY, ALL_CODERS], default=PRIMARY)
        parser.add_argument("--flat", action="store_true", help="a code's own passages only")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = Scope(project=self.project(options), coders=options["coders"], uncleared=options["uncleared"])
        try:
            table = frequencies(
                scope, by=options["by"], measure=options["measure"], rolled_up=not options["flat"]
            )
        except LookupError:
            raise Refusal(
                _("There is no attribute “%(name)s” in the project.") % {"name": options["by"]}
            ) from None
        text = as_json(table) if options["format"] == "json" else as_csv(table).decode("utf-8-sig")
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")
