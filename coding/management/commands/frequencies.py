"""Print how often each code occurs, by city, informant type, source, any attribute, or two of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding.exporting.tables import as_csv, as_json
from coding.management.base import ProjectCommand, Refusal
from coding.models import Membership, Project
from coding.models.sources import SourceKind
from coding.reports.columns import CODER
from coding.reports.counting import INFORMANTS, MEASURES
from coding.reports.frequencies import frequencies
from coding.reports.kept import as_kept
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope


class Command(ProjectCommand):
    help = "Count every code in every column; rolled up unless --flat. The same numbers as the page Analysis."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--by",
            required=True,
            help="city, informant_type, source, kind, coder, or an attribute's key; two, as city,informant_type,"
            " make a column of each pair that occurs",
        )
        parser.add_argument("--measure", choices=list(MEASURES), default=INFORMANTS)
        self.add_uncleared(parser)
        parser.add_argument(
            "--coders", choices=[PRIMARY, ALL_CODERS], default=None, help="all is the default with --by coder"
        )
        parser.add_argument("--coder", metavar="NAME", help="only the codings of this coder")
        parser.add_argument(
            "--kind", choices=SourceKind.values, action="append", help="only sources of this kind"
        )
        parser.add_argument("--city", action="append", default=[], help="only informants of this city")
        parser.add_argument("--type", action="append", default=[], help="only informants of this type")
        parser.add_argument("--from", metavar="YYYY-MM-DD", help="only sources held on this day or later")
        parser.add_argument("--to", metavar="YYYY-MM-DD", help="only sources held on this day or earlier")
        parser.add_argument(
            "--finished",
            action="store_true",
            help="only what a coder has coded in sources that they have finished",
        )
        parser.add_argument("--flat", action="store_true", help="a code's own passages only")
        parser.add_argument("--depth", type=int, default=0, help="only so many levels of the codebook")
        parser.add_argument("--question", metavar="NAME", help="only the codes of this research question")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        by = [name.strip() for name in options["by"].split(",")]
        scope = Scope(
            project=project,
            coders=options["coders"] or (ALL_CODERS if CODER in by else PRIMARY),
            uncleared=options["uncleared"],
            values=self.conditions(project, options["city"], options["type"]),
            kinds=frozenset(options["kind"]) if options["kind"] else None,
            coder=self._coder(project, options["coder"]),
            held_from=self._day(options["from"]),
            held_to=self._day(options["to"]),
            finished_only=options["finished"],
        )
        question = str(self.code(project, options["question"]).code.uuid) if options["question"] else ""
        try:
            table = frequencies(scope, by=by, measure=options["measure"], rolled_up=not options["flat"])
        except LookupError:
            raise Refusal(self._no_columns(by)) from None
        kept = as_kept(table.shown(question=question, depth=options["depth"]))
        text = as_json(kept) if options["format"] == "json" else as_csv(kept).decode("utf-8-sig")
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")

    def _no_columns(self, by: list[str]) -> str:
        if len(by) > 2 or len(set(by)) < len(by):
            return _("Columns are by one thing, or by two different ones: --by city,informant_type.")
        if CODER in by:
            return _("Columns by coder need the codings of all coders: --coders all.")
        return _("There is no attribute “%(name)s” in the project.") % {"name": ", ".join(by)}

    def _coder(self, project: Project, name: str | None) -> int | None:
        if name is None:
            return None
        member = Membership.objects.filter(project=project, name=name).first()
        if member is None:
            raise Refusal(_("There is no member “%(name)s” in the project.") % {"name": name})
        return member.pk

    def _day(self, text: str | None) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise Refusal(_("“%(value)s” is no date. Write it as 2020-03-24.") % {"value": text}) from None
