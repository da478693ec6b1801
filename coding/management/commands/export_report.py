"""Write a report, or one chapter of it, to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.exports import record_export
from coding.actions.names import listed_names
from coding.exporting.report_files import FORMATS, write_report
from coding.management.base import ProjectCommand, Refusal
from coding.models import Report


class Command(ProjectCommand):
    help = "Export a report with its quotations. Without --report: the project's latest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--report", metavar="TITLE")
        parser.add_argument("--chapter", default="", metavar="N", help="one chapter (4) or section (4.2)")
        parser.add_argument("--appendix", action="store_true", help="with the methods appendix")
        parser.add_argument("--format", choices=list(FORMATS), required=True)
        parser.add_argument("-o", "--output", required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        reports = Report.objects.filter(project=project).select_related("project")
        if options["report"]:
            reports = reports.filter(title=options["report"])
        report = reports.order_by("-id").first()
        if report is None:
            raise Refusal(_("There is no such report in the project."))
        part, form = str(options["chapter"]), options["format"]
        try:
            written = write_report(
                report, form, listed_names(project), part=part, appendix=options["appendix"]
            )
        except LookupError:
            raise Refusal(_("There is no chapter “%(number)s” in the report.") % {"number": part}) from None
        assert written is not None
        Path(options["output"]).write_bytes(written.content)
        record_export(project=project, actor=None, what="report", file_format=form, many=written.many)
        sentence = ngettext(
            "Wrote %(many)d quotation to %(file)s.", "Wrote %(many)d quotations to %(file)s.", written.many
        )
        self.stdout.write(sentence % {"many": written.many, "file": options["output"]})
        if written.held:
            held = ngettext("%(n)d is held back.", "%(n)d are held back.", written.held)
            self.stdout.write(held % {"n": written.held})
