"""What the team of the demo study has done: its codings, who has finished what, memos, views and a kept table.

All of it is written in the files of `fixtures/demo` and carried out by the actions that a person's click carries out.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from urllib.parse import parse_qsl

from django.conf import settings

from coding.actions.assigning import assign
from coding.actions.codings import mark_finished, write_coding_memo
from coding.actions.codings_import import CodingRow, import_codings
from coding.actions.memos import write_memo
from coding.actions.reading import note_reading
from coding.actions.snapshots import keep_table
from coding.actions.sources import clear_source, update_source
from coding.actions.views import save_view, share_view
from coding.models import Code, Coding, Informant, Membership, Project, Source
from coding.models.attributes import CITY
from coding.reports.codebook import code_tree
from coding.reports.counting import INFORMANTS
from coding.reports.frequencies import frequencies
from coding.reports.kept import as_kept
from coding.reports.passages import Scope

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
KEPT = "Utfordringer etter by"
KEPT_QUESTION = "P4 Utfordringer som knutepunkt"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The lines of one of the demo's files."""
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def do(project: Project) -> None:
    """Carry out the files in a project that holds the demo's members, codes, sources and informants."""
    team = _Team(project)
    team.code()
    team.share_out()
    team.write_memos()
    team.save_views()
    # Last, for who does not handle identities no longer sees these sources.
    team.find_names()
    team.keep_table()


class _Team:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.members = {
            member.user.username: member
            for member in Membership.objects.filter(project=project).select_related("user")
            if member.user is not None
        }
        self.lead = next(member for member in self.members.values() if member.is_lead)
        sources = Source.objects.filter(project=project).select_related("version")
        self.sources = {source.title: source for source in sources}

    @cached_property
    def codes(self) -> dict[str, Code]:
        return {node.path_text: node.code for node in code_tree(self.project).walk()}

    def code(self) -> None:
        """Put the codings on the passages that are quoted, and the memos on them."""
        order = {name: place for place, name in enumerate(self.members)}
        found = sorted(self._quoted(), key=lambda one: order[one[1]["coder"]])
        import_codings(
            project=self.project,
            rows=[
                CodingRow(
                    line,
                    str(source.uuid),
                    str(start),
                    str(start + len(row["quote"])),
                    row["code"],
                    self.members[row["coder"]].name,
                )
                for line, row, source, start in found
            ],
        )
        for _line, row, source, start in found:
            if not row["memo"]:
                continue
            coder = self.members[row["coder"]]
            coding = Coding.objects.get(
                source=source,
                coder=coder,
                code=self.codes[row["code"]],
                start=start,
                end=start + len(row["quote"]),
            )
            write_coding_memo(actor=coder, source=source, coding=coding.uuid, body=row["memo"])

    def _quoted(self) -> Iterator[tuple[int, dict[str, str], Source, int]]:
        """Each row of the codings' file with its line, its source, and where its quotation begins."""
        for line, row in enumerate(rows("codings.csv"), start=2):
            source = self.sources[row["source"]]
            text = source.version.text if source.version else ""
            start = text.find(row["quote"])
            if start < 0 or text.find(row["quote"], start + 1) >= 0:
                raise ValueError(f"codings.csv, line {line}: the quotation does not stand exactly once")
            yield line, row, source, start

    def share_out(self) -> None:
        """When each source was held, whose it is, and who has finished it."""
        for row in rows("sources.csv"):
            source = self.sources[row["source"]]
            update_source(actor=self.lead, source=source, held_on=date.fromisoformat(row["held_on"]))
            coders = [self.members[name] for name in row["assigned"].split()]
            assign(actor=self.lead, sources=[source], coders=coders, assigned=True)
            finished = [self.members[name] for name in row["finished"].split()]
            for coder in coders:
                self._read(source, coder, whole=coder in finished)
            for coder in finished:
                mark_finished(actor=coder, source=source, finished=True)

    def _read(self, source: Source, coder: Membership, *, whole: bool) -> None:
        """Note that a coder has read a source, from its beginning to the last passage that they have coded."""
        last = Coding.objects.filter(source=source, coder=coder).order_by("end").last()
        if last is None or source.version is None:
            return
        end, stopped = (source.version.characters, 0) if whole else (last.end, last.start)
        note_reading(
            actor=coder, source=source, version=source.version.pk, spans=[(0, end)], position=stopped
        )

    def write_memos(self) -> None:
        people = {one.pseudonym: one for one in Informant.objects.filter(project=self.project)}
        subjects: dict[str, Mapping[str, Source | Code | Informant]] = {
            "source": self.sources,
            "code": self.codes,
            "informant": people,
        }
        for row in rows("memos.csv"):
            about = subjects[row["about"]][row["name"]] if row["name"] else None
            write_memo(actor=self.members[row["author"]], body=row["body"], about=about)

    def save_views(self) -> None:
        for row in rows("views.csv"):
            author = self.members[row["author"]]
            query = parse_qsl(row["query"], keep_blank_values=True)
            pairs = [(name, re.sub(r"\{(.*)\}", self._uuid, value)) for name, value in query]
            view = save_view(actor=author, kind=row["kind"], name=row["name"], query=pairs)
            if row["shared"] == "yes":
                share_view(actor=author, view=view.uuid, shared=True)

    def _uuid(self, path: re.Match[str]) -> str:
        return str(self.codes[path[1]].uuid)

    def find_names(self) -> None:
        """Take back that the names are out of the texts in which one was seen later."""
        for row in rows("sources.csv"):
            if row["cleared"] == "no":
                clear_source(actor=self.lead, source=self.sources[row["source"]], cleared=False)

    def keep_table(self) -> None:
        question = str(self.codes[KEPT_QUESTION].uuid)
        table = frequencies(Scope(self.project), by=(CITY,), measure=INFORMANTS).shown(question=question)
        query = [("by", CITY), ("measure", INFORMANTS), ("question", question)]
        keep_table(actor=self.lead, name=KEPT, query=query, table=as_kept(table))
