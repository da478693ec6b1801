"""The columns of a matrix: by an attribute, source, kind of source, coder, or two of these; and who counts where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from coding.models import Attribute, Membership, Turn, Value
from coding.models.sources import SourceKind, SpeakerRole
from coding.reports.passages import (
    ALL_CODERS,
    Scope,
    Whereabouts,
    begun,
    counted_sources,
    visible_sources,
)
from coding.reports.selection import NOT_SET

SOURCE, KIND, CODER = "source", "kind", "coder"
BETWEEN = "~"

Id = int | str | None
Voice = tuple[int | None, int, int]


@dataclass(frozen=True)
class Base:
    """What a count is compared with: distinct informants, sources and words (interviewers' left out)."""

    informants: int
    sources: int
    words: int


@dataclass(frozen=True)
class Part:
    """One thing that columns are made by.

    `known` are its values in order: id to (key, name). `always` make a column though nobody stands in it. `place` says
    where a voice (informant or None, source, coder) stands, None for "not set"; `limited` narrows a scope to a value.
    """

    by: str
    label: str
    known: dict[Id, tuple[str, str]]
    always: frozenset[Id]
    place: Callable[[int | None, int, int], Id]
    limited: Callable[[Scope, Id], Scope]

    def key(self, value: Id) -> str:
        return NOT_SET if value is None else self.known[value][0]

    def name(self, value: Id) -> str:
        return _("Not set") if value is None else self.known[value][1]


@dataclass(frozen=True)
class Column:
    """A column: for each part the id of its value (None for "not set"), its key and its name; and its base."""

    ids: tuple[Id, ...]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    base: Base

    @property
    def key(self) -> str:
        """What stands for the column in an address."""
        return BETWEEN.join(self.keys)

    @property
    def name(self) -> str:
        return " › ".join(self.names)


@dataclass(frozen=True)
class Columns:
    """All columns of a table, and the base of its total."""

    parts: tuple[Part, ...]
    columns: tuple[Column, ...]
    total: Base

    @property
    def bases(self) -> list[Base]:
        """The base of each column, that of the total last."""
        return [*(column.base for column in self.columns), self.total]

    @property
    def by_coder(self) -> bool:
        return any(part.by == CODER for part in self.parts)

    def places(self, voices: Iterable[Voice]) -> list[int]:
        """The number of the column in which each of the voices stands."""
        index = {column.ids: place for place, column in enumerate(self.columns)}
        return [index[tuple(part.place(*voice) for part in self.parts)] for voice in voices]


def parts_of(scope: Scope, by: Sequence[str], where: Whereabouts | None = None) -> tuple[Part, ...]:
    """What `by` means: one or two of an attribute's key (`city` ...), `source`, `kind` and `coder`.

    Raises LookupError for another name, for the same one twice or three, and for coders where not all are counted.
    """
    if not 1 <= len(by) <= 2 or len(set(by)) < len(by):
        raise LookupError(BETWEEN.join(by))
    makers = {SOURCE: _by_source, KIND: _by_kind, CODER: _by_coder}
    return tuple(
        makers[name](scope)
        if name in makers
        else _by_attribute(scope, name, where or Whereabouts(scope.project))
        for name in by
    )


def _by_source(scope: Scope) -> Part:
    rows = visible_sources(scope).order_by("sort_key", "id").values_list("id", "uuid", "title")
    known: dict[Id, tuple[str, str]] = {row: (str(key), title) for row, key, title in rows}

    def limited(scope: Scope, value: Id) -> Scope:
        return replace(scope, sources=_both(scope.sources, value))

    always = frozenset(counted_sources(scope).values_list("id", flat=True))
    return Part(SOURCE, _("Source"), known, always, lambda who, source, coder: source, limited)


def _by_kind(scope: Scope) -> Part:
    kinds = dict(visible_sources(scope).values_list("id", "kind"))
    known: dict[Id, tuple[str, str]] = {kind.value: (kind.value, str(kind.label)) for kind in SourceKind}

    def limited(scope: Scope, value: Id) -> Scope:
        return replace(scope, kinds=_both(scope.kinds, value))

    return Part(KIND, _("Source kind"), known, frozenset(), lambda who, source, coder: kinds[source], limited)


def _by_coder(scope: Scope) -> Part:
    if scope.coders != ALL_CODERS:
        raise LookupError(CODER)
    rows = Membership.objects.filter(project=scope.project).values_list("id", "uuid", "name")
    known: dict[Id, tuple[str, str]] = {row: (str(key), name) for row, key, name in rows}

    def limited(scope: Scope, value: Id) -> Scope:
        # Its columns are coders' ids.
        assert isinstance(value, int)
        if scope.coder not in (None, value):
            return replace(scope, sources=frozenset())
        return replace(scope, coder=value)

    return Part(CODER, _("Coder"), known, frozenset(), lambda who, source, coder: coder, limited)


def _by_attribute(scope: Scope, name: str, where: Whereabouts) -> Part:
    attribute = Attribute.objects.filter(project=scope.project, key=name).first()
    if attribute is None:
        raise LookupError(name)
    pk = attribute.pk
    values = Value.objects.filter(attribute=attribute).order_by("position", "sort_key", "id")

    def limited(scope: Scope, value: Id) -> Scope:
        return replace(scope, values={**scope.values, pk: _both(scope.values.get(pk), value)})

    return Part(
        name,
        attribute.label(),
        {value.pk: (str(value.uuid), value.label()) for value in values},
        frozenset(where.used(pk)),
        lambda who, source, coder: where.of(pk, who, source),
        limited,
    )


def _both(asked: frozenset | None, value: Id) -> frozenset:
    return frozenset({value}) if asked is None else asked & {value}


def behind(scope: Scope, by: Sequence[str], key: str) -> tuple[Scope, str]:
    """The scope of one column alone, and the column's name. Raises LookupError for a key that there is not."""
    parts, keys = parts_of(scope, by), key.split(BETWEEN)
    if len(keys) != len(parts):
        raise LookupError(key)
    names = []
    for part, one in zip(parts, keys, strict=True):
        ids: list[Id] = [None, *part.known] if part.by not in (SOURCE, KIND, CODER) else [*part.known]
        found = [value for value in ids if part.key(value) == one]
        if not found:
            raise LookupError(key)
        value = found[0]
        scope = part.limited(scope, value)
        names.append(part.name(value))
    return scope, " › ".join(names)


def columns_of(scope: Scope, by: Sequence[str], where: Whereabouts, heard: Iterable[Voice] = ()) -> Columns:
    """The columns for `by` (see `parts_of`). `heard` are the voices in what is counted.

    By one thing each of its values that anybody in the project has makes a column, by two each pair that occurs; "not
    set" does where something stands in it, and is the last.
    """
    parts = parts_of(scope, by, where)
    people: dict[tuple[Id, ...], set[int]] = defaultdict(set)
    sources: dict[tuple[Id, ...], set[int]] = defaultdict(set)
    words: dict[tuple[Id, ...], int] = defaultdict(int)
    everybody, everywhere, every = set(), set(), 0
    coders = _coders(scope) if CODER in by else None
    for source, informant, spoken in words_by_voice(scope):
        if not where.holds(scope.values, informant, source):
            continue
        everywhere.add(source)
        every += spoken
        if informant is not None:
            everybody.add(informant)
        for coder in (0,) if coders is None else coders[source]:
            ids = tuple(part.place(informant, source, coder) for part in parts)
            sources[ids].add(source)
            words[ids] += spoken
            if informant is not None:
                people[ids].add(informant)
    there = set(sources) | {tuple(part.place(*voice) for part in parts) for voice in heard}
    if len(parts) == 1:
        there |= {(value,) for value in parts[0].always}
    orders = [{value: place for place, value in enumerate([*part.known, None])} for part in parts]
    return Columns(
        parts=parts,
        columns=tuple(
            Column(
                ids=ids,
                keys=tuple(part.key(value) for part, value in zip(parts, ids, strict=True)),
                names=tuple(part.name(value) for part, value in zip(parts, ids, strict=True)),
                base=Base(len(people[ids]), len(sources[ids]), words[ids]),
            )
            for ids in sorted(
                there, key=lambda ids: [order[one] for order, one in zip(orders, ids, strict=True)]
            )
        ),
        total=Base(len(everybody), len(everywhere), every),
    )


def _coders(scope: Scope) -> dict[int, list[int]]:
    """The counted coders of each source: who has begun it, or finished it, where only that is counted."""
    found: dict[int, list[int]] = defaultdict(list)
    marks = begun(scope).filter(source__project=scope.project)
    for source, coder in marks.values_list("source_id", "coder_id"):
        found[source].append(coder)
    return found


def words_by_voice(scope: Scope) -> list[tuple[int, int | None, int]]:
    """(source, informant or None for nobody known, words) for the counted sources; interviewers are left out."""
    counts: dict[tuple[int, int | None], int] = defaultdict(int)
    turns = Turn.objects.counted().filter(
        version__source__in=counted_sources(scope), version_id=F("version__source__version_id")
    )
    rows = turns.order_by().values_list("version__source_id", "speaker__role", "speaker__informant_id")
    for source, role, informant, words in rows.annotate(Sum("words")):
        counts[source, informant if role == SpeakerRole.INFORMANT else None] += words
    return [(source, informant, words) for (source, informant), words in counts.items()]
