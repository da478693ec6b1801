"""`import_informants --project SLUG FILE`: whose each speaker is, from a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import ngettext

from coding.actions.informants import import_informants
from coding.actions.informants_import import informant_rows
from coding.management.base import ProjectCommand
from coding.management.rows import rows_of


class Command(ProjectCommand):
    help = (
        "Link speakers to informants from a CSV or XLSX file with the columns source, label, pseudonym, city, "
        "informant_type and interviewer; further columns become attributes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        rows = rows_of(self.file(options["file"]), unguarded=True)
        linked = import_informants(
            project=project, actor=None, rows=informant_rows((row.line, row.cells) for row in rows)
        )
        self.stdout.write(
            ngettext("%(count)d speaker linked.", "%(count)d speakers linked.", linked) % {"count": linked}
        )
