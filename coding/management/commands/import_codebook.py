"""`import_codebook --project SLUG FILE`: codes from a spreadsheet, with what is said about them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding.actions.codebook import CodeRow, import_codes
from coding.colours import tidy_colour
from coding.exporting.cells import unguard
from coding.importing.codebook import read_codebook
from coding.management.base import ProjectCommand, Refusal
from coding.management.rows import rows_of
from coding.models.names import search_key
from coding.reports.codebook_plan import problem_sentence, repeated_sentence

MOST_PROBLEMS = 10


class Command(ProjectCommand):
    help = (
        "Create the codes of a CSV or XLSX file with the columns path (names from the research question down, joined "
        "by “ > ”), definition, use_when, not_when, example, indicators and colour; all but path may be missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        path = self.file(options["file"])
        rows = rows_of(path)
        with path.open("rb") as file:
            packed = file.read(2) == b"PK"
        read = read_codebook(
            rows, key=search_key, tidy_colour=tidy_colour, unguard=str if packed else unguard
        )
        if read.problems:
            reasons = " ".join(problem_sentence(problem) for problem in read.problems[:MOST_PROBLEMS])
            raise Refusal(_("%(file)s: %(reason)s") % {"file": path.name, "reason": reasons})
        for line in read.repeated:
            self.stderr.write(repeated_sentence(line))
        created, changed = import_codes(
            project=project,
            actor=None,
            rows=[CodeRow(line.path, line.texts, line.colour) for line in read.codes],
        )
        sentence = _("The codebook was imported: new codes: %(created)s, changed: %(changed)s.")
        self.stdout.write(sentence % {"created": created, "changed": changed})
