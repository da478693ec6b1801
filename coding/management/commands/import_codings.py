"""`import_codings --project SLUG FILE`: codings made elsewhere, all rows or none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.codings_import import CodingRow, import_codings
from coding.management.base import ProjectCommand
from coding.management.rows import rows_of

COLUMNS = ("source", "start", "end", "code", "coder")


class Command(ProjectCommand):
    help = "Import codings from a CSV or XLSX file with the columns source, start, end, code and coder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        rows = rows_of(self.file(options["file"]), COLUMNS, unguarded=True)
        done = import_codings(
            project=project,
            rows=[CodingRow(row.line, *(row.cells[column] for column in COLUMNS)) for row in rows],
        )
        sentence = ngettext("%(count)d coding imported.", "%(count)d codings imported.", done.new) % {
            "count": done.new
        }
        if done.present:
            sentence += " " + _("%(count)d stood there already.") % {"count": done.present}
        self.stdout.write(sentence)
