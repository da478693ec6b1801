"""`show_source --project SLUG SOURCE --format json`: the stored text to which offsets refer, and its turns."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding.actions.sources import find_source
from coding.management.base import ProjectCommand, Refusal
from coding.reports.sources import stored_source


class Command(ProjectCommand):
    help = "Print a source (UUID or title) as it is stored: its text without labels, and its turns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source")
        self.add_uncleared(parser)
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        source = find_source(self.project(options), options["source"])
        if source is None:
            raise Refusal(_("There is no source “%(name)s” in the project.") % {"name": options["source"]})
        if source.cleared is None and not options["uncleared"]:
            raise Refusal(
                _("“%(title)s” has not been cleared of names yet. With --uncleared it is shown all the same.")
                % {"title": source.title}
            )
        self.stdout.write(json.dumps(stored_source(source), ensure_ascii=False))
