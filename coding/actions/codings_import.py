"""Codings made elsewhere, from a spreadsheet: all of them or none."""

from __future__ import annotations

import uuid
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attribution import relink
from coding.actions.codings import begin
from coding.actions.errors import Conflict, Invalid
from coding.actions.informants import BadRows
from coding.actions.projects import member_without_user
from coding.actions.recording import recording
from coding.anchoring.offsets import BadStretch, check_stretch
from coding.anchoring.words import word_starts
from coding.models import Code, Coding, Membership, Project, Role, Source
from coding.models.names import search_key, tidy
from coding.permissions import can_see_source, check_role


@dataclass(frozen=True)
class CodingRow:
    """One line: code points [start, end) of a source (UUID or title) under a code (names joined by ` > `)."""

    line: int
    source: str
    start: str
    end: str
    code: str
    coder: str


@dataclass(frozen=True)
class Imported:
    """How many codings are new, and how many stood there already."""

    new: int
    present: int


@dataclass(frozen=True)
class _Placed:
    source: Source
    code: Code
    coder: str
    version: int
    start: int
    end: int
    words: tuple[int, int]


class _Texts:
    """The project's sources by UUID and title; the text of one is read when it is first asked for."""

    def __init__(self, project: Project, actor: Membership | None) -> None:
        self._sources: dict[str, Source] = {}
        for source in Source.objects.filter(project=project):
            if actor is None or can_see_source(actor, source):
                self._sources.setdefault(source.name_key, source)
                self._sources[str(source.uuid)] = source
        self._read: dict[int, tuple[str, list[int]]] = {}

    def find(self, name: str) -> Source:
        source = self._sources.get(search_key(name))
        if source is None or source.version_id is None:
            raise Invalid(_("There is no source “%(name)s” in the project.") % {"name": name})
        return source

    def words(self, source: Source, start: int, end: int) -> tuple[int, int]:
        """The numbers of the words that begin before `start` and before `end`. Raises BadStretch."""
        if source.pk not in self._read:
            text = Source.objects.values_list("version__text", flat=True).get(pk=source.pk)
            self._read[source.pk] = text, word_starts(text)
        text, starts = self._read[source.pk]
        check_stretch(text, start, end)
        return bisect_left(starts, start), bisect_left(starts, end)


def _codes_by_path(project: Project) -> dict[tuple[str, ...], Code]:
    """Codes by the search keys of their names from the root; where a proposed code has a root's name, the root."""
    codes = {code.pk: code for code in Code.objects.filter(project=project).order_by("-proposed", "-id")}
    paths: dict[tuple[str, ...], Code] = {}
    for code in codes.values():
        names: list[str] = []
        above: Code | None = code
        while above is not None:
            names.append(above.name_key)
            above = codes.get(above.parent_id) if above.parent_id else None
        paths[tuple(reversed(names))] = code
    return paths


def _offset(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid(_("“%(value)s” is no whole number.") % {"value": text[:40]}) from None


def _place(row: CodingRow, texts: _Texts, codes: dict[tuple[str, ...], Code]) -> _Placed:
    source = texts.find(row.source)
    start, end = _offset(row.start), _offset(row.end)
    code = codes.get(tuple(search_key(name) for name in row.code.split(">")))
    if code is None:
        raise Invalid(_("There is no code “%(path)s” in the codebook.") % {"path": row.code})
    if not tidy(row.coder):
        raise Invalid(_("The coder is missing."))
    try:
        words = texts.words(source, start, end)
    except BadStretch:
        raise Invalid(
            _("%(start)d to %(end)d is empty or lies outside the text of “%(source)s”.")
            % {"start": start, "end": end, "source": source.title}
        ) from None
    return _Placed(
        source=source,
        code=code,
        coder=tidy(row.coder)[:150],
        version=source.version_id or 0,
        start=start,
        end=end,
        words=words,
    )


def import_codings(
    *, project: Project, actor: Membership | None = None, rows: Sequence[CodingRow]
) -> Imported:
    """Store the codings that `rows` name, all or none; what a coder has on a stretch already is left as it is.

    A coder who is no member yet becomes one, who cannot sign in until invited. Raises BadRows, Conflict.
    """
    if actor is not None:
        check_role(actor, Role.LEAD)
    errors: list[str] = []
    placed: list[_Placed] = []
    texts, codes = _Texts(project, actor), _codes_by_path(project)
    for row in rows:
        try:
            placed.append(_place(row, texts, codes))
        except Invalid as error:
            errors.append(_("Line %(line)d: %(sentence)s") % {"line": row.line, "sentence": error})
    if errors:
        raise BadRows(errors)
    try:
        return _store(project, actor, placed)
    except IntegrityError:
        raise Conflict(
            _("A source or a code was removed meanwhile. Nothing was imported; try again.")
        ) from None


def _store(project: Project, actor: Membership | None, placed: Sequence[_Placed]) -> Imported:
    with recording(
        verb="codings.import", actor=actor, project=project, details={"rows": len(placed)}
    ) as record:
        coders = {name: member_without_user(project, name) for name in {row.coder for row in placed}}
        taken = set(
            Coding.objects.confirmed()
            .filter(project=project, coder__in=coders.values())
            .values_list("version_id", "coder_id", "code_id", "start", "end")
        )
        now = timezone.now()
        new: list[Coding] = []
        for row in placed:
            coder = coders[row.coder]
            key = (row.version, coder.pk, row.code.pk, row.start, row.end)
            if key in taken:
                continue
            taken.add(key)
            new.append(
                Coding(
                    uuid=uuid.uuid4(),
                    project=project,
                    source=row.source,
                    version_id=row.version,
                    code=row.code,
                    coder=coder,
                    start=row.start,
                    end=row.end,
                    first_word=row.words[0],
                    end_word=row.words[1],
                    created=now,
                    modified=now,
                )
            )
        record.create_many(new)
        relink(new)
        begun: dict[int, Source] = {}
        for source, coder in dict.fromkeys((coding.source, coding.coder) for coding in new):
            source = begun.setdefault(source.pk, source)
            begin(source, coder)
            source.primary_coder_id = source.primary_coder_id or coder.pk
    return Imported(new=len(new), present=len(placed) - len(new))
