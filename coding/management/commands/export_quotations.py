"""Write the quotations of chosen codes, cities and informant types to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.exports import record_export
from coding.exporting.quotations import FORMATS
from coding.management.base import ProjectCommand
from coding.reports.chosen import choose
from coding.reports.codebook import code_tree
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope


class Command(ProjectCommand):
    help = "Export quotations with attribution. Without --code: of all codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", action="append", default=[], metavar="PATH")
        parser.add_argument("--city", action="append", default=[], metavar="NAME")
        parser.add_argument("--type", action="append", default=[], metavar="NAME")
        self.add_uncleared(parser)
        parser.add_argument("--coders", choices=[PRIMARY, ALL_CODERS], default=PRIMARY)
        parser.add_argument("--format", choices=list(FORMATS), required=True)
        parser.add_argument("-o", "--output", required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        tree = code_tree(project)
        codes = [node.code.pk for path in options["code"] for node in self.code(project, path).walk()]
        scope = Scope(
            project=project,
            coders=options["coders"],
            uncleared=options["uncleared"],
            values=self.conditions(project, options["city"], options["type"]),
        )
        wanted = list(dict.fromkeys(codes)) or list(tree.by_id)
        selection = choose(scope, tree, wanted, described=_described(options))
        write, _mime = FORMATS[options["format"]]
        Path(options["output"]).write_bytes(write(selection))
        many = len(selection.quotations)
        record_export(
            project=project, actor=None, what="quotations", file_format=options["format"], many=many
        )
        sentence = ngettext(
            "Wrote %(many)d quotation to %(file)s.", "Wrote %(many)d quotations to %(file)s.", many
        )
        self.stdout.write(sentence % {"many": many, "file": options["output"]})


def _described(options: dict[str, Any]) -> str:
    """What was asked for, in words."""
    asked = [_("codes: %(names)s") % {"names": ", ".join(options["code"]) or _("all")}]
    if options["city"]:
        asked.append(_("city: %(names)s") % {"names": ", ".join(options["city"])})
    if options["type"]:
        asked.append(_("informant type: %(names)s") % {"names": ", ".join(options["type"])})
    return _("Chosen: %(what)s.") % {"what": "; ".join(asked)}
