"""Import files from the command line, with their speakers as they are recognised."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.actions.errors import Invalid
from coding.actions.import_storing import confirmed_source, store_by_command
from coding.actions.imports import propose_title
from coding.anchoring.words import count_words
from coding.importing import confirming
from coding.importing.confirming import Confirmed
from coding.importing.document import ReadDocument, Refused
from coding.importing.reading import read_isolated
from coding.management.base import ProjectCommand
from coding.models import Project
from coding.models.sources import SourceKind
from coding.reports.imports import sentence

SHOWN_CHARACTERS = 2000


@dataclass
class Result:
    """What became of one file."""

    file: str
    source: str | None = None
    characters: int = 0
    words: int = 0
    turns: int = 0
    speakers: list[dict[str, Any]] | None = None
    first: str | None = None
    last: str | None = None
    warnings: list[str] | None = None
    error: str | None = None

    def line(self) -> str:
        """The result as a line to read."""
        if self.error is not None:
            return f"{self.file}: {self.error}"
        counts = {"words": self.words, "turns": self.turns, "speakers": len(self.speakers or [])}
        return (
            f"{self.file}: "
            + _("stored (words: %(words)s, turns: %(turns)s, speakers: %(speakers)s)") % counts
        )


class Command(ProjectCommand):
    help = str(gettext_lazy("Import transcripts and documents into a project."))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+")
        parser.add_argument("--kind", choices=SourceKind.values)
        parser.add_argument(
            "--keep-labels", action="store_true", help="the sources are public: names may stay"
        )
        parser.add_argument("--not-cleared", action="store_true", help="names still have to be taken out")
        parser.add_argument("--json", action="store_true", help="one object per file and line")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self.project(options)
        refused = 0
        for name in options["files"]:
            result = import_file(
                project,
                name,
                kind=options["kind"],
                keep=options["keep_labels"] or project.sources_public,
                cleared=not options["not_cleared"],
            )
            refused += result.error is not None
            self.stdout.write(
                json.dumps(asdict(result), ensure_ascii=False) if options["json"] else result.line()
            )
            for warning in result.warnings or [] if not options["json"] else []:
                self.stdout.write(f"  {warning}")
            self.stdout.flush()
        if refused:
            raise SystemExit(1)


def import_file(project: Project, name: str, *, kind: str | None, keep: bool, cleared: bool) -> Result:
    """Read and store one file; what is wrong with it stands in the result."""
    result = Result(file=name, speakers=[], warnings=[])
    path = Path(name)
    try:
        document = read_isolated(path, path.name)
    except Refused as refused:
        result.error = sentence(refused.message)
        return result
    choices = confirming.proposals(document, keep_labels=keep)
    confirmed = confirming.apply(document, choices)
    kind = kind or confirming.guess_kind(document)
    title = propose_title(project, path.name, kind, keep=keep)
    new = confirmed_source(
        confirmed,
        keep_originals=not keep,
        title=title,
        kind=kind,
        format=document.format,
        cleared=cleared,
        file_name=None if keep or title == propose_title(project, path.name, kind, keep=True) else path.name,
    )
    try:
        source = store_by_command(project=project, new=new)
    except Invalid as error:
        result.error = str(error)
        return result
    _describe(result, document, confirmed)
    result.source = str(source.uuid)
    return result


def _describe(result: Result, document: ReadDocument, confirmed: Confirmed) -> None:
    text = confirmed.text
    words = [count_words(text[turn.start : turn.end]) for turn in confirmed.turns]
    result.characters, result.words, result.turns = len(text), sum(words), len(confirmed.turns)
    result.warnings = [sentence(warning) for warning in document.warnings]
    result.speakers = [
        {
            "label": original,
            "stored_label": speaker.label,
            "turns": sum(turn.speaker == place for turn in confirmed.turns),
            "words": sum(n for turn, n in zip(confirmed.turns, words, strict=True) if turn.speaker == place),
        }
        for place, speaker in enumerate(confirmed.speakers)
        for original in speaker.originals[:1]
    ]
    spoken = [turn for turn in confirmed.turns if turn.speaker is not None] or confirmed.turns
    result.first = text[spoken[0].start : spoken[0].end][:SHOWN_CHARACTERS]
    result.last = text[spoken[-1].start : spoken[-1].end][-SHOWN_CHARACTERS:]
