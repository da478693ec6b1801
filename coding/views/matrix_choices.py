"""What an address asks of the matrix, and what can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from coding.models import Membership, Source
from coding.models.attributes import CITY
from coding.models.sources import SourceKind
from coding.reports.codebook import CodeTree
from coding.reports.columns import CODER, KIND, SOURCE
from coding.reports.counting import INFORMANTS, MEASURES
from coding.reports.passages import ALL_CODERS, PRIMARY, Scope
from coding.reports.selection import Filter, columns_for, conditions, filters
from coding.views.guard import ProjectRequest

LEVELS = 6


@dataclass(frozen=True)
class Choice:
    """One list to choose from: the parameter's name, its label, and (value, label, chosen) for each entry."""

    name: str
    label: str
    options: list[tuple[str, str, bool]]
    not_set: bool | None = None


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    scope: Scope
    filters: list[Filter]
    choices: list[Choice]
    columns: list[tuple[str, str]]
    by: tuple[str, ...]
    measure: str
    rolled_up: bool
    question: str
    depth: int
    hide_empty: bool
    hide_columns: bool
    sort: str

    @property
    def narrowed(self) -> int:
        """How many of the choices that are folded away differ from what is asked by default."""
        return sum(
            [
                *(any(on for _key, _name, on in one.options) or bool(one.not_set) for one in self.choices),
                bool(self.scope.held_from or self.scope.held_to),
                self.scope.coders == ALL_CODERS,
                not self.rolled_up,
                self.scope.finished_only,
                bool(self.depth),
                self.hide_empty,
                self.hide_columns,
            ]
        )


def asked(request: ProjectRequest, tree: CodeTree, query: QueryDict | None = None) -> Asked:
    """The address (or another `query`) read; what it does not say, or says wrongly, is as it is by default."""
    query = request.GET if query is None else query
    chosen = filters(request.project, query)
    columns = [(attribute.key, attribute.label()) for attribute in columns_for(request.project)]
    columns += [(KIND, _("Source kind")), (SOURCE, _("Source")), (CODER, _("Coder"))]
    names = {key for key, _label in columns}
    outer = query.get("by", CITY) if query.get("by") in names else CITY
    inner = query.get("within", "")
    by = (outer, inner) if inner in names - {outer} else (outer,)
    kind, source, coder = (query.get(name, "") for name in (KIND, SOURCE, CODER))
    sources = list(Source.objects.visible_to(request.member).values_list("id", "uuid", "title"))
    coders = list(
        Membership.objects.filter(project=request.project, progress__isnull=False)
        .distinct()
        .values_list("id", "uuid", "name")
    )
    every = CODER in by or query.get("coders") == ALL_CODERS
    scope = Scope(
        project=request.project,
        member=request.member,
        coders=ALL_CODERS if every else PRIMARY,
        values=conditions(chosen),
        finished_only=query.get("finished") == "1",
        kinds=frozenset({kind}) if kind in SourceKind.values else None,
        sources=frozenset(pk for pk, key, _title in sources if str(key) == source) or None,
        coder=next((pk for pk, key, _name in coders if str(key) == coder), None),
        held_from=_day(query.get("from", "")),
        held_to=_day(query.get("to", "")),
    )
    roots = {str(node.code.uuid) for node in (*tree.roots, *tree.proposed)}
    depth = query.get("depth", "")
    return Asked(
        scope=scope,
        filters=chosen,
        choices=[
            *(
                Choice(one.name, one.attribute.label(), one.options, one.not_set)
                for one in chosen
                if one.values
            ),
            Choice(KIND, _("Source kind"), [(one.value, str(one.label), one == kind) for one in SourceKind]),
            Choice(
                SOURCE, _("Source"), [(str(key), title, str(key) == source) for _pk, key, title in sources]
            ),
            Choice(CODER, _("Coder"), [(str(key), name, str(key) == coder) for _pk, key, name in coders]),
        ],
        columns=columns,
        by=by,
        measure=query.get("measure", INFORMANTS) if query.get("measure") in MEASURES else INFORMANTS,
        rolled_up=query.get("flat") != "1",
        question=query.get("question", "") if query.get("question") in roots else "",
        depth=int(depth) if depth in map(str, range(1, LEVELS + 1)) else 0,
        hide_empty=query.get("empty") == "hide",
        hide_columns=query.get("columns") == "hide",
        sort=query.get("sort", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def lost_choices(query: QueryDict, wanted: Asked) -> bool:
    """Whether `query` chose something that is no longer there, so that `wanted` is not what was asked for."""
    filters = {one.name: one.chosen for one in wanted.filters}
    scope = wanted.scope
    return any(
        [
            *(
                set(query.getlist(name)) - {""} - filters.get(name, frozenset())
                for name in query
                if name[:2] == "a-"
            ),
            query.get(SOURCE) and scope.sources is None,
            query.get(CODER) and scope.coder is None,
            query.get("question") and not wanted.question,
            query.get("by", wanted.by[0]) != wanted.by[0],
            query.get("within") and query["within"] not in wanted.by,
        ]
    )
