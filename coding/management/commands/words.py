"""Print how often which words are said."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding.exporting.words import counts_as_csv, counts_as_json
from coding.management.asking import WordsCommand
from coding.management.base import Refusal
from coding.reports.word_counts import count_words


class Command(WordsCommand):
    help = (
        "Count the words by lemma, with the forms behind each, by city, informant type or any attribute. Stop words are"
        " left out unless --all. Texts that wait to be read are read first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", default="", help="city, informant_type, or an attribute's key")
        parser.add_argument("--all", action="store_true", help="stop words too")
        parser.add_argument(
            "--shortest", type=int, default=1, metavar="N", help="only words of at least N letters"
        )
        parser.add_argument("--within", default="", metavar="TEXT", help="only words in which TEXT stands")
        parser.add_argument("--most", type=int, metavar="N", help="only the N most frequent")
        self.add_whom(parser)
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        scope = self.asked(options)
        try:
            counts = count_words(
                scope,
                by=options["by"],
                interviewers=options["interviewers"],
                stop=not options["all"],
                shortest=options["shortest"],
                within=options["within"],
            )
        except LookupError:
            raise Refusal(
                _("There is no attribute “%(name)s” in the project.") % {"name": options["by"]}
            ) from None
        if options["most"] is not None:
            counts = counts.first(options["most"])
        if options["format"] == "json":
            self.stdout.write(counts_as_json(counts))
        else:
            self.stdout.write(counts_as_csv(counts).decode("utf-8-sig"), ending="")
