"""The codebook: creating, describing, placing, merging and deleting codes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.codings import drop_codings, put_codes
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import CODEBOOK_PAGE, Recording, recording
from coding.colours import tidy_colour
from coding.models import (
    Chapter,
    Code,
    Coding,
    Membership,
    Memo,
    Project,
    Role,
    Section,
    Source,
    ThemeCode,
)
from coding.models.codings import Review
from coding.models.names import search_key, tidy
from coding.permissions import Denied, check_can_code, check_role, check_structure

TEXTS = ("definition", "use_when", "not_when", "example", "indicators")


@dataclass(frozen=True)
class CodeRow:
    """A code as a file describes it: names from the root, and what is said about it."""

    path: tuple[str, ...]
    texts: dict[str, str] = field(default_factory=dict)
    colour: str = ""


def _code(project_id: int, key: uuid.UUID) -> Code:
    code = Code.objects.filter(project_id=project_id, uuid=key).select_related("parent").first()
    if code is None:
        raise Conflict(_("This code is no longer in the codebook."))
    return code


def _siblings(project_id: int, parent: Code | None, proposed: bool) -> list[Code]:
    return list(
        Code.objects.filter(project_id=project_id, parent=parent, proposed=proposed).order_by(
            "position", "sort_key", "id"
        )
    )


def _check_name(
    project_id: int, parent: Code | None, proposed: bool, name: str, ours: Code | None = None
) -> str:
    name = tidy(name)
    if not name:
        raise Invalid(_("Give the code a name."), "name")
    if len(name) > 200:
        raise Invalid(_("A code's name has at most 200 characters."), "name")
    if ">" in name:
        raise Invalid(_("A code's name cannot hold “>”: it separates the names of a path."), "name")
    twins = Code.objects.filter(
        project_id=project_id, parent=parent, proposed=proposed, name_key=search_key(name)
    )
    if (twins.exclude(pk=ours.pk) if ours else twins).exists():
        raise Invalid(_("There is a code named “%(name)s” here already.") % {"name": name}, "name")
    return name


def _check_colour(colour: str) -> str:
    tidied = tidy_colour(colour)
    if tidied is None:
        raise Invalid(_("“%(colour)s” is no colour. Write it as #rrggbb.") % {"colour": colour}, "colour")
    return tidied


def create_code(
    *,
    actor: Membership,
    name: str,
    parent: uuid.UUID | None = None,
    colour: str = "",
    page: str = CODEBOOK_PAGE,
    key: uuid.UUID | None = None,
    **texts: str,
) -> Code:
    """Create a code. A lead's stands under `parent` (none: a research question); a coder's stands under "proposed"."""
    check_role(actor, Role.CODER)
    proposed = not actor.is_lead
    if proposed and parent is not None:
        raise Denied(_("A coder's new code stands under “Proposed” until a lead places it."))
    with recording(verb="code.create", actor=actor, page=page) as record:
        above = _code(actor.project_id, parent) if parent else None
        return _create(
            record, actor.project_id, above, name, proposed, actor, colour=colour, key=key, **texts
        )


def propose_code(*, actor: Membership, name: str, page: str = CODEBOOK_PAGE) -> Code:
    """Create a code under "proposed", whoever asks; `page` is where it can be undone."""
    check_role(actor, Role.CODER)
    with recording(verb="code.create", actor=actor, page=page) as record:
        return _create(record, actor.project_id, None, name, True, actor)


def code_in_vivo(
    *,
    actor: Membership,
    source: Source,
    name: str,
    place: tuple[int, int],
    quote: str,
    coding: uuid.UUID,
    version: int | None = None,
) -> Code:
    """Propose a code and put it on the code points [start, end) of `place`; one undo takes both back.

    `coding` is the new coding's UUID. `version`, and what is raised, as in `code_passage`.
    """
    check_can_code(actor, source)
    with recording(verb="code.create", actor=actor, page=str(source.uuid)) as record:
        code = _create(record, actor.project_id, None, name, True, actor)
        put_codes(record, actor, source, place, [code], quote, {code.uuid: coding}, version)
    return code


def _create(
    record: Recording,
    project_id: int,
    parent: Code | None,
    name: str,
    proposed: bool,
    actor: Membership | None,
    colour: str = "",
    key: uuid.UUID | None = None,
    **texts: str,
) -> Code:
    if parent is not None and parent.proposed:
        raise Invalid(_("A proposed code has no codes below it. Place it in the tree first."))
    name = _check_name(project_id, parent, proposed, name)
    siblings = _siblings(project_id, parent, proposed)
    return record.create(
        Code(
            uuid=key or uuid.uuid4(),
            project_id=project_id,
            parent=parent,
            name=name,
            proposed=proposed,
            colour=_check_colour(colour),
            position=siblings[-1].position + 1 if siblings else 0,
            created_by=actor,
            created=timezone.now(),
            **{name: texts.get(name, "").strip() for name in TEXTS},
        )
    )


def update_code(*, actor: Membership, code: uuid.UUID, **fields: str) -> Code:
    """Change a code's name, texts or colour; a coder may change their own proposed ones."""
    with recording(verb="code.update", actor=actor, page=CODEBOOK_PAGE) as record:
        row = _code(actor.project_id, code)
        if not (row.proposed and row.created_by_id == actor.pk):
            check_structure(actor)
        check_role(actor, Role.CODER)
        wanted = {name: fields[name].strip() for name in TEXTS if name in fields}
        if "name" in fields:
            wanted["name"] = _check_name(row.project_id, row.parent, row.proposed, fields["name"], row)
        if "colour" in fields:
            wanted["colour"] = _check_colour(fields["colour"])
        return record.update(row, **wanted)


def branch(project_id: int, root: Code) -> list[Code]:
    """`root` and all codes below it, each after its parent. One query."""
    children: dict[int | None, list[Code]] = {}
    for code in Code.objects.filter(project_id=project_id).order_by("position", "sort_key", "id"):
        children.setdefault(code.parent_id, []).append(code)
    found = [root]
    for code in found:
        found.extend(children.get(code.pk, ()))
    return found


def move_code(
    *, actor: Membership, code: uuid.UUID, parent: uuid.UUID | None, before: uuid.UUID | None = None
) -> Code:
    """Place a code under `parent` (none: as a research question), in front of its new sibling `before`, or last."""
    check_structure(actor)
    with recording(verb="code.move", actor=actor, page=CODEBOOK_PAGE) as record:
        row = _code(actor.project_id, code)
        above = _code(actor.project_id, parent) if parent else None
        if above is not None and above.pk in {below.pk for below in branch(row.project_id, row)}:
            raise Invalid(_("A code cannot stand below itself."))
        if above is not None and above.proposed:
            raise Invalid(_("A proposed code has no codes below it. Place it in the tree first."))
        _check_name(row.project_id, above, False, row.name, row)
        siblings = [sibling for sibling in _siblings(row.project_id, above, False) if sibling.pk != row.pk]
        place = next((i for i, sibling in enumerate(siblings) if sibling.uuid == before), len(siblings))
        record.update(row, parent=above, proposed=False)
        siblings.insert(place, row)
        for position, sibling in enumerate(siblings):
            record.update(sibling, position=position)
        return row


def merge_codes(*, actor: Membership, code: uuid.UUID, into: uuid.UUID) -> Code:
    """Give all passages, memos and subcodes of `code` to `into`, and delete it.

    Where both stand on one stretch by one coder, one coding is left, with the memos of both.
    """
    check_structure(actor)
    with recording(verb="code.merge", actor=actor, page=CODEBOOK_PAGE) as record:
        gone, kept = _code(actor.project_id, code), _code(actor.project_id, into)
        if kept.pk in {below.pk for below in branch(gone.project_id, gone)}:
            raise Invalid(_("A code cannot be merged into itself or into a code below it."))
        _merge(record, gone, kept)
        return kept


def _merge(record: Recording, gone: Code, kept: Code) -> None:
    move_codings(record, list(Coding.objects.filter(code=gone)), kept)
    for memo in Memo.objects.filter(code=gone):
        record.update(memo, code=kept)
    _rename_in_themes(record, gone, kept)
    _rename_in_reports(record, [gone], kept)
    by_name = {child.name_key: child for child in kept.children.all()}
    position = max((child.position for child in by_name.values()), default=-1)
    for child in gone.children.order_by("position", "id"):
        twin = by_name.get(child.name_key)
        if twin is not None:
            _merge(record, child, twin)
        else:
            position += 1
            record.update(child, parent=kept, position=position)
    record.update(kept, **{name: getattr(gone, name) for name in TEXTS if not getattr(kept, name)})
    record.delete(gone)


def _rename_in_themes(record: Recording, gone: Code, kept: Code) -> None:
    """Themes that name `gone` name `kept`, each once."""
    named = set(ThemeCode.objects.filter(code=kept).values_list("theme_id", flat=True))
    for row in ThemeCode.objects.filter(code=gone):
        if row.theme_id in named:
            record.delete(row)
        else:
            record.update(row, code=kept)


def _rename_in_reports(record: Recording, gone: Sequence[Code], kept: Code | None) -> None:
    """Chapters and sections made from one of `gone` are of `kept`, or of no code; what stands in them stays."""
    for rows in (Chapter.objects.filter(code__in=gone), Section.objects.filter(code__in=gone)):
        for row in rows:
            record.update(row, code=kept)


def move_codings(record: Recording, codings: Sequence[Coding], code: Code) -> None:
    """Let `codings` carry `code`; where its coder has that already on the stretch, one is left with both's memos.

    That is the one that there was, but not where it is only suggested and the other is not.
    """
    present = {
        (row.version_id, row.coder_id, row.start, row.end): row for row in Coding.objects.filter(code=code)
    }
    now = timezone.now()
    for row in codings:
        place = (row.version_id, row.coder_id, row.start, row.end)
        twin = present.get(place)
        if twin is None:
            record.update(row, code=code, modified=now)
            present[place] = row
        elif twin.pk != row.pk:
            only_suggested = twin.review == Review.SUGGESTED and row.review != Review.SUGGESTED
            kept, gone = (row, twin) if only_suggested else (twin, row)
            for memo in Memo.objects.filter(coding=gone):
                record.update(memo, coding=kept)
            drop_codings(record, [gone])
            if only_suggested:
                record.update(row, code=code, modified=now)
                present[place] = row


def delete_code(*, actor: Membership, code: uuid.UUID) -> int:
    """Delete a code with its branch, codings and memos; answers how many codings went along.

    A coder may delete their own proposed code while nobody else has used it.
    """
    with recording(verb="code.delete", actor=actor, page=CODEBOOK_PAGE) as record:
        row = _code(actor.project_id, code)
        codes = branch(row.project_id, row)
        codings = list(Coding.objects.filter(code__in=codes))
        own = row.proposed and row.created_by_id == actor.pk
        if not (own and all(coding.coder_id == actor.pk for coding in codings)):
            check_structure(actor)
        check_role(actor, Role.CODER)
        drop_codings(record, codings)
        record.delete_many(Memo.objects.filter(code__in=codes))
        record.delete_many(ThemeCode.objects.filter(code__in=codes))
        _rename_in_reports(record, codes, None)
        for below in reversed(codes):
            record.delete(below)
        return len(codings)


def import_codes(*, project: Project, actor: Membership | None, rows: Iterable[CodeRow]) -> tuple[int, int]:
    """Create the codes that are missing (ancestors too) and fill in what `rows` say; answers (created, changed)."""
    if actor is not None:
        check_structure(actor)
    created = changed = 0
    with recording(verb="codebook.import", actor=actor, project=project, page=CODEBOOK_PAGE) as record:
        known: dict[tuple[int | None, str], Code] = {
            (code.parent_id, code.name_key): code
            for code in Code.objects.filter(project=project, proposed=False)
        }
        new: set[int] = set()
        for row in rows:
            above: Code | None = None
            for name in row.path:
                place = (above.pk if above else None, search_key(name))
                if place not in known:
                    known[place] = _create(record, project.pk, above, name, False, actor)
                    new.add(known[place].pk)
                    created += 1
                above = known[place]
            if above is None:
                raise Invalid(_("A code without a name cannot be imported."))
            wanted = {name: text.strip() for name, text in row.texts.items() if text.strip()}
            if row.colour:
                wanted["colour"] = _check_colour(row.colour)
            before = len(record.changes)
            record.update(above, **wanted)
            if above.pk not in new:
                changed += len(record.changes) - before
    return created, changed
