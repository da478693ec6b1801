"""What a scope is limited to, in words; and which of its limits leaves nothing to count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.models import Attribute, Membership, Source, Value
from coding.models.sources import SourceKind
from coding.reports.columns import words_by_voice
from coding.reports.passages import Scope, Whereabouts, visible_sources


@dataclass(frozen=True)
class Limit:
    """One limit in words, and the scope without it. `names` are its parameters in an address."""

    names: tuple[str, ...]
    text: str
    without: Scope


def limits(scope: Scope) -> list[Limit]:
    """What the scope is limited to, each limit by itself. At most four queries."""
    return list(_limits(scope))


def _limits(scope: Scope) -> Iterator[Limit]:
    attributes = Attribute.objects.in_bulk(scope.values) if scope.values else {}
    asked = {one for ids in scope.values.values() for one in ids if one is not None}
    values = Value.objects.in_bulk(asked) if asked else {}
    for key, ids in scope.values.items():
        names = [
            values[one].label() for one in sorted(one for one in ids if one is not None) if one in values
        ]
        names += [_("not set")] if None in ids else []
        text = f"{attributes[key].label()}: {', '.join(names)}"
        rest = {other: held for other, held in scope.values.items() if other != key}
        yield Limit((f"a-{attributes[key].key}",), text, replace(scope, values=rest))
    if scope.kinds is not None:
        kinds = ", ".join(str(kind.label) for kind in SourceKind if kind in scope.kinds)
        yield Limit(("kind",), _("Source kind: %(name)s") % {"name": kinds}, replace(scope, kinds=None))
    if scope.sources is not None:
        titles = Source.objects.filter(pk__in=scope.sources, project=scope.project)
        title = ", ".join(titles.values_list("title", flat=True))
        yield Limit(("source",), _("Source: %(name)s") % {"name": title}, replace(scope, sources=None))
    if scope.coder is not None:
        coder = Membership.objects.get(pk=scope.coder, project=scope.project)
        yield Limit(("coder",), _("Coder: %(name)s") % {"name": coder.name}, replace(scope, coder=None))
    if scope.held_from or scope.held_to:
        yield Limit(("from", "to"), _dates(scope), replace(scope, held_from=None, held_to=None))
    if scope.finished_only:
        yield Limit(("finished",), _("Finished sources only"), replace(scope, finished_only=False))


def _dates(scope: Scope) -> str:
    first, last = (day and date_format(day, "SHORT_DATE_FORMAT") for day in (scope.held_from, scope.held_to))
    if first and last:
        return _("Held from %(first)s to %(last)s") % {"first": first, "last": last}
    return _("Held from %(first)s") % {"first": first} if first else _("Held until %(last)s") % {"last": last}


def undated(scope: Scope) -> int:
    """How many sources are left out because they have no date; 0 where no date is asked for."""
    if not (scope.held_from or scope.held_to):
        return 0
    return visible_sources(replace(scope, held_from=None, held_to=None)).filter(held_on=None).count()


def undated_sentence(scope: Scope) -> str:
    """The same in words; empty for none."""
    many = undated(scope)
    if not many:
        return ""
    return ngettext(
        "%(number)d source is left out because it has no date.",
        "%(number)d sources are left out because they have no date.",
        many,
    ) % {"number": many}


def limits_sentence(scope: Scope) -> str:
    """What the numbers are limited to, for whoever counts them again; empty where they are not."""
    texts = [limit.text for limit in limits(scope)]
    if not texts:
        return ""
    only = _("Only this is counted: %(limits)s.") % {"limits": "; ".join(texts)}
    return " ".join(filter(None, [only, undated_sentence(scope)]))


def nothing_to_count(scope: Scope) -> bool:
    """Whether nobody speaks in what the scope asks for."""
    where = Whereabouts(scope.project)
    return not any(where.holds(scope.values, who, source) for source, who, _words in words_by_voice(scope))


def in_the_way(scope: Scope) -> list[Limit]:
    """The limits of which each, let go alone, would leave something to count. All of them where no single one would."""
    every = limits(scope)
    return [limit for limit in every if not nothing_to_count(limit.without)] or every
