"""What the commands about words share: whom they ask, and texts that are read before they are asked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from coding import tasks
from coding.language.queries import Misasked
from coding.management.base import ProjectCommand, Refusal
from coding.models import Project
from coding.reports.concordance import SOURCE, ShownLine, concordance, shown
from coding.reports.passages import Scope
from coding.reports.search import why_not

QUESTIONS = """\
a word finds it in any form, and words made with it (--no-compounds: not); "gratis kaffe" a phrase in any form;
=kaffen exactly this form; frivil* what begins so; a AND b, a OR b, a NOT b within a turn; kaffe NEAR/5 kake with at
most five words between"""


class WordsCommand(ProjectCommand):
    """A command about what is said in the texts of one project."""

    def add_whom(self, parser: CommandParser) -> None:
        """The switches that say whose words are asked about."""
        parser.add_argument("--city", metavar="NAME", action="append", default=[], help="may be given again")
        parser.add_argument(
            "--type", metavar="NAME", action="append", default=[], help="informant type; may be given again"
        )
        parser.add_argument("--interviewers", action="store_true", help="interviewers' words too")
        self.add_uncleared(parser)

    def add_question(self, parser: CommandParser) -> None:
        parser.add_argument("question", help=QUESTIONS)
        parser.add_argument("--no-compounds", action="store_true", help="not as a part of longer words")

    def add_format(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["csv", "json"], default="csv")
        parser.add_argument(
            "--json", dest="format", action="store_const", const="json", help="the same as --format json"
        )

    def asked(self, options: dict[str, Any]) -> Scope:
        """Whose words are asked about. Texts that wait to be read are read first."""
        project = self.project(options)
        self.read(project)
        return Scope(
            project=project,
            uncleared=options["uncleared"],
            values=self.conditions(project, options["city"], options["type"]),
        )

    def lines(self, options: dict[str, Any], sort: str = SOURCE) -> list[ShownLine]:
        """The hits of the question, with the words around each. Raises Refusal where it cannot be asked."""
        scope = self.asked(options)
        try:
            found = concordance(
                scope,
                options["question"],
                sort=sort,
                compounds=not options["no_compounds"],
                interviewers=options["interviewers"],
            )
        except Misasked as refused:
            raise Refusal(why_not(refused)) from None
        return shown(scope, found.lines)

    def read(self, project: Project) -> int:
        """Read what waits; answers how many words."""
        return tasks.index_texts(project.pk, lambda done: True)
