"""What the import of a codebook would do, before anybody does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coding.importing.codebook import CodeLine, Problem, ReadCodebook
from coding.models.names import search_key
from coding.reports.codebook import CodeTree


def problem_sentence(problem: Problem) -> str:
    """Why a line of the file cannot be imported, with its number where it is about one line."""
    sentences = {
        "no_path_column": _(
            "The column “path” is missing. Each line needs a code's path, from its research question."
        ),
        "nothing": _("The file holds no codes."),
        "too_many": _(
            "The file holds more than %(limit)s codes, which is the most that can be imported at once."
        ),
        "no_path": _("Line %(line)s: the path is empty."),
        "hole_in_path": _("Line %(line)s: a name is missing in the path “%(path)s”."),
        "long_name": _("Line %(line)s: “%(name)s” is longer than %(limit)s characters."),
        "bad_colour": _("Line %(line)s: “%(colour)s” is no colour. Write it as #rrggbb."),
        "long_text": _("Line %(line)s: the column %(column)s is longer than %(limit)s characters."),
    }
    return sentences[problem.code] % {"line": problem.line, **problem.params}


def repeated_sentence(line: CodeLine) -> str:
    """That a path stands in the file a second time."""
    path = " > ".join(line.path)
    return _("Line %(line)s: “%(path)s” stands above already; the lower line wins.") % {
        "line": line.line,
        "path": path,
    }


@dataclass(frozen=True)
class Planned:
    """A line of the file: whether its code is new, and which columns of a code that is there would change."""

    line: CodeLine
    path: tuple[str, ...]
    new: bool
    changes: tuple[str, ...]

    @property
    def path_text(self) -> str:
        return " > ".join(self.path)


@dataclass(frozen=True)
class Plan:
    """What would come of the whole file. `ancestors` are codes that only stand above others in the file."""

    rows: tuple[Planned, ...]
    ancestors: tuple[tuple[str, ...], ...]

    @property
    def new(self) -> int:
        return len({tuple(map(search_key, row.path)) for row in self.rows if row.new}) + len(self.ancestors)

    @property
    def changed(self) -> int:
        return sum(1 for row in self.rows if row.changes)

    @property
    def same(self) -> int:
        return sum(1 for row in self.rows if not row.new and not row.changes)


def plan_import(tree: CodeTree, read: ReadCodebook, under: Sequence[str] = ()) -> Plan:
    """Compare a file with the placed codes; `under` is the path below which all of it would stand."""
    present = {tuple(map(search_key, node.path)): node.code for root in tree.roots for node in root.walk()}
    rows: list[Planned] = []
    named: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in read.codes:
        path = (*under, *line.path)
        key = tuple(map(search_key, path))
        code = present.get(key)
        wanted = dict(line.texts) | ({"colour": line.colour} if line.colour else {})
        changes = (
            ()
            if code is None
            else tuple(name for name, text in wanted.items() if getattr(code, name) != text)
        )
        rows.append(Planned(line, path, code is None, changes))
        for depth in range(1, len(path)):
            named.setdefault(key[:depth], path[:depth])
    described = {tuple(map(search_key, row.path)) for row in rows}
    missing = tuple(path for key, path in named.items() if key not in present and key not in described)
    return Plan(tuple(rows), missing)
