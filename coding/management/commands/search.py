"""Print where something is said."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from coding.exporting.cells import write_csv
from coding.management.asking import WordsCommand

HEADINGS = ("source", "source_uuid", "start", "end", "text", "turn", "speaker", "city", "informant_type")


class Command(WordsCommand):
    help = (
        "Find what is said in the texts: one row or object a hit, with its source, code points [start, end), words,"
        " and who says it. Texts that wait to be read are read first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_question(parser)
        self.add_whom(parser)
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        rows: list[dict[str, str | int]] = [
            {
                "source": line.source.title,
                "source_uuid": str(line.source.uuid),
                "start": line.start,
                "end": line.end,
                "text": line.text,
                "turn": line.turn.number + 1,
                "speaker": line.speaker,
                "city": line.city,
                "informant_type": line.informant_type,
            }
            for line in self.lines(options)
        ]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        body = [[row[name] for name in HEADINGS] for row in rows]
        self.stdout.write(write_csv([HEADINGS, *body]).decode("utf-8-sig"), ending="")
