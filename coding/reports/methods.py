"""What a project knows of its own methods, by the items of COREQ (Tong, Sainsbury and Craig 2007, table 1)."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from django.conf import settings
from django.db.models import Count, Max, Min
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.importing.times import normal
from coding.models import AuditEvent, Membership, Project, Source, Turn
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.models.sources import SourceKind
from coding.reports.codebook import CodeTree
from coding.reports.disclosure import enough_alike
from coding.reports.passages import ALL_CODERS, Scope, Whereabouts, begun, counted_sources

_MODES = ("mode", "modus", "form", "kanal")


@dataclass(frozen=True)
class Item:
    """One of COREQ's items (`number`) with what is known of it, and a table where there is one.

    Without a sentence, the authors have to write it.
    """

    number: str
    title: str
    sentences: Sequence[str] = ()
    rows: Sequence[Sequence[str | int]] = ()
    codes: Sequence[tuple[int, str, str]] = field(default_factory=tuple)


@cache
def version() -> str:
    """The version of Kodebenk, as its project file says."""
    path = settings.BASE_DIR / "pyproject.toml"
    return (
        str(tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"]) if path.exists() else "?"
    )


def methods(scope: Scope, tree: CodeTree) -> list[Item]:
    """What is known, item by item; nothing that names a person who was interviewed."""
    project = scope.project
    sources = list(counted_sources(scope))
    where = Whereabouts(project)
    people = sorted({who for source in sources for who in where.informants_of[source.pk]})
    return [
        Item("1", _("Interviewers")),
        Item(
            "12", _("Sample size"), [_people(len(people), sources)], _by_city_and_type(scope, where, people)
        ),
        Item("13", _("Non-participation")),
        Item(
            "14",
            _("Setting of data collection"),
            _modes(scope, where, people),
            _by_kind(scope, sources, where),
        ),
        Item("17", _("Interview guide")),
        Item("19", _("Recording")),
        Item("21", _("Duration"), _durations(sources)),
        Item("24", _("Number of data coders"), _coders(scope)),
        Item("25", _("Description of the coding tree"), _tree(tree), codes=_codes(tree)),
        Item("26", _("Derivation of themes"), _history(scope)),
        Item("27", _("Software"), [_("Kodebenk, version %(version)s.") % {"version": version()}]),
        Item("28", _("Participant checking")),
        Item("29", _("Quotations presented"), [_attribution(project)]),
    ]


def _people(many: int, sources: Sequence[Source]) -> str:
    informants = ngettext("%(n)d informant", "%(n)d informants", many) % {"n": many}
    kinds = Counter(source.kind for source in sources)
    interviews, groups, documents = (
        kinds[kind] for kind in (SourceKind.INTERVIEW, SourceKind.FOCUS_GROUP, SourceKind.DOCUMENT)
    )
    parts = [
        ngettext("%(n)d interview", "%(n)d interviews", interviews) % {"n": interviews},
        ngettext("%(n)d focus group", "%(n)d focus groups", groups) % {"n": groups},
    ]
    if documents:
        parts.append(ngettext("%(n)d document", "%(n)d documents", documents) % {"n": documents})
    return _("%(informants)s, in %(sources)s.") % {"informants": informants, "sources": ", ".join(parts)}


def _attribute(scope: Scope, key: str) -> int | None:
    return scope.project.attributes.filter(key=key).values_list("id", flat=True).first()


def _labels(scope: Scope, attribute: int | None) -> dict[int | None, str]:
    if attribute is None:
        return {None: _("Not set")}
    row = scope.project.attributes.get(pk=attribute)
    return {value.pk: value.label() for value in row.values.all()} | {None: _("Not set")}


def _by_city_and_type(scope: Scope, where: Whereabouts, people: Sequence[int]) -> list[list[str | int]]:
    """Types by cities. Where fewer than k stand in a cell it says no more than that: it would point at them."""
    k = enough_alike(scope.project)
    city, kind = _attribute(scope, CITY), _attribute(scope, INFORMANT_TYPE)
    if city is None or kind is None or not people:
        return []
    counted = Counter((where.of(kind, who, 0), where.of(city, who, 0)) for who in people)
    cities, kinds = _labels(scope, city), _labels(scope, kind)
    shown = [pk for pk in cities if any(place == pk for _kind, place in counted)]
    rows: list[list[str | int]] = [[_("Informant type"), *(cities[pk] for pk in shown), _("Total")]]
    for pk, name in kinds.items():
        line = [counted[pk, place] for place in shown]
        if sum(line):
            rows.append([name, *(f"<{k}" if 0 < n < k else n for n in line), sum(line)])
    rows.append([_("Total"), *(sum(counted[pk, p] for pk in kinds) for p in shown), len(people)])
    return rows


def _by_kind(scope: Scope, sources: Sequence[Source], where: Whereabouts) -> list[list[str | int]]:
    city = _attribute(scope, CITY)
    if city is None or not sources:
        return []
    names = _labels(scope, city)
    counted = Counter((source.kind, where.of(city, None, source.pk)) for source in sources)
    shown = [pk for pk in names if any(place == pk for _kind, place in counted)]
    rows: list[list[str | int]] = [[_("Kind"), *(names[pk] for pk in shown), _("Total")]]
    for kind in SourceKind:
        line = [counted[kind.value, place] for place in shown]
        if sum(line):
            rows.append([str(kind.label), *line, sum(line)])
    return rows


def _modes(scope: Scope, where: Whereabouts, people: Sequence[int]) -> list[str]:
    """How the talks were held, where an attribute says so."""
    for key in _MODES:
        attribute = _attribute(scope, key)
        if attribute is not None:
            names = _labels(scope, attribute)
            counted = Counter(where.of(attribute, who, 0) for who in people)
            told = ", ".join(f"{names[value]}: {n}" for value, n in counted.most_common())
            return [_("Informants by mode: %(told)s.") % {"told": told}]
    return []


def _durations(sources: Sequence[Source]) -> list[str]:
    versions = {source.version_id: source.pk for source in sources}
    last: dict[int, int] = {}
    for version_id, time in (
        Turn.objects.filter(version__in=list(versions)).exclude(time="").values_list("version_id", "time")
    ):
        stamp = re.match(r"(\d+):(\d+):(\d+)", normal(time) or "")
        if stamp:
            seconds = int(stamp[1]) * 3600 + int(stamp[2]) * 60 + int(stamp[3])
            last[version_id] = max(last.get(version_id, 0), seconds)
    if not last:
        return []
    minutes = sorted(round(seconds / 60) for seconds in last.values())
    return [
        _(
            "In %(n)d of %(of)d sources time codes give the duration: from %(least)d to %(most)d minutes,"
            " %(sum)d in all (to the beginning of the last turn)."
        )
        % {
            "n": len(minutes),
            "of": len(sources),
            "least": minutes[0],
            "most": minutes[-1],
            "sum": sum(minutes),
        }
    ]


def _coders(scope: Scope) -> list[str]:
    """Who coded how many sources. A name that is an address of e-mail is not printed."""
    rows = (
        begun(replace(scope, coders=ALL_CODERS))
        .values("coder_id")
        .annotate(n=Count("source_id", distinct=True))
        .order_by("coder_id")
    )
    names = dict(Membership.objects.filter(project=scope.project).values_list("id", "name"))
    told = []
    for place, row in enumerate(rows, 1):
        name = names[row["coder_id"]]
        name = _("coder %(n)d") % {"n": place} if "@" in name else name
        told.append(
            ngettext("%(who)s (%(n)d source)", "%(who)s (%(n)d sources)", row["n"])
            % {"who": name, "n": row["n"]}
        )
    if not told:
        return []
    many = ngettext("%(n)d person coded", "%(n)d people coded", len(told)) % {"n": len(told)}
    return [f"{many}: {', '.join(told)}."]


def _tree(tree: CodeTree) -> list[str]:
    codes = sum(1 for root in tree.roots for _node in root.walk()) - len(tree.roots)
    questions = ngettext("%(n)s research question", "%(n)s research questions", len(tree.roots)) % {
        "n": len(tree.roots)
    }
    below = ngettext("%(n)s code", "%(n)s codes", codes) % {"n": codes}
    return [
        _("%(questions)s, %(codes)s below them. The codebook follows.")
        % {"questions": questions, "codes": below}
    ]


def _codes(tree: CodeTree) -> list[tuple[int, str, str]]:
    """(level, name, definition and rules) of each code; examples stay in the project, for they may be quotations."""
    found = []
    for root in tree.roots:
        for node in root.walk():
            rules = [
                node.code.definition,
                _("Use when: %(rule)s") % {"rule": node.code.use_when} if node.code.use_when else "",
                _("Do not use when: %(rule)s") % {"rule": node.code.not_when} if node.code.not_when else "",
            ]
            found.append((node.depth, node.code.name, " ".join(filter(None, rules))))
    return found


def _history(scope: Scope) -> list[str]:
    changes = AuditEvent.objects.filter(project=scope.project, verb__startswith="code")
    changes = changes.filter(
        verb__in=["code.create", "code.update", "code.move", "code.merge", "code.delete", "codebook.import"]
    )
    known = changes.aggregate(n=Count("id"), first=Min("created"), last=Max("created"))
    if not known["n"]:
        return []
    return [
        ngettext(
            "The codebook was changed %(n)d time between %(first)s and %(last)s.",
            "The codebook was changed %(n)d times between %(first)s and %(last)s.",
            known["n"],
        )
        % {
            "n": known["n"],
            "first": date_format(known["first"], "DATE_FORMAT"),
            "last": date_format(known["last"], "DATE_FORMAT"),
        }
    ]


def _attribution(project: Project) -> str:
    return _(
        "Quotations are numbered, and attributed so that nobody can be recognised: what fewer than %(k)d people"
        " share is left out."
    ) % {"k": enough_alike(project)}
