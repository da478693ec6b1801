"""Many passages at a time: moved and copied between codes, which splits a code; coded as a query finds them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attribution import relink, speech_of
from coding.actions.codebook import move_codings
from coding.actions.codings import begin, text_of
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import CODEBOOK_PAGE, Recording, recording
from coding.anchoring.offsets import BadStretch, check_stretch
from coding.models import Code, Coding, Membership, Role, Source
from coding.models.codings import Review
from coding.permissions import check_can_change_coding, check_can_code, check_role

QUERIES_PAGE = "queries"
# So many are stored in about half a second, as long as a write may keep the others waiting.
MOST_STRETCHES = 1_000


def _chosen(actor: Membership, codings: Sequence[uuid.UUID], to: uuid.UUID) -> tuple[list[Coding], Code]:
    code = Code.objects.filter(project_id=actor.project_id, uuid=to).first()
    if code is None:
        raise Conflict(_("This code is no longer in the codebook."))
    visible = Source.objects.visible_to(actor)
    rows = list(
        Coding.objects.filter(project_id=actor.project_id, uuid__in=codings, source__in=visible)
        .seen_by(actor)
        .select_related("coder", "source", "version")
        .order_by("id")
    )
    if not rows:
        raise Invalid(_("Choose at least one passage."))
    return rows, code


def move_passages(*, actor: Membership, codings: Sequence[uuid.UUID], to: uuid.UUID) -> int:
    """Let `codings` carry another code; a lead moves anybody's, a coder their own. Answers how many."""
    check_role(actor, Role.CODER)
    with recording(verb="coding.move", actor=actor, page=CODEBOOK_PAGE) as record:
        rows, code = _chosen(actor, codings, to)
        if not actor.is_lead:
            for row in rows:
                check_can_change_coding(actor, row)
        move_codings(record, rows, code)
    return len(rows)


def copy_passages(*, actor: Membership, codings: Sequence[uuid.UUID], to: uuid.UUID) -> int:
    """Put another code on the same stretches, each by the coder of the original where the actor is a lead.

    A coder's copies are the coder's own. Answers how many are new: a stretch that has the code already keeps one.
    """
    check_role(actor, Role.CODER)
    with recording(verb="coding.copy", actor=actor, page=CODEBOOK_PAGE) as record:
        rows, code = _chosen(actor, codings, to)
        present = set(
            Coding.objects.confirmed()
            .filter(project_id=actor.project_id, code=code)
            .values_list("version_id", "coder_id", "start", "end")
        )
        new: list[Coding] = []
        now = timezone.now()
        for row in rows:
            coder = row.coder if actor.is_lead else actor
            place = (row.version_id, coder.pk, row.start, row.end)
            if place in present:
                continue
            present.add(place)
            new.append(
                Coding(
                    project_id=row.project_id,
                    source=row.source,
                    version_id=row.version_id,
                    code=code,
                    coder=coder,
                    start=row.start,
                    end=row.end,
                    first_word=row.first_word,
                    end_word=row.end_word,
                    created=now,
                    modified=now,
                )
            )
        record.create_many(new)
        relink(new)
        for source, coder in {(row.source, row.coder) for row in new}:
            begin(source, coder)
    return len(new)


@dataclass(frozen=True)
class Stretch:
    """Code points [start, end) of the text with version id `version`, of the source with id `source`."""

    source: int
    version: int
    start: int
    end: int


def code_stretches(
    *, actor: Membership, stretches: Sequence[Stretch], code: uuid.UUID, origin: str = ""
) -> int:
    """Put a code on many stretches of many sources at once, as the actor's own codings; answers how many are new.

    A stretch on which the actor has the code already keeps it. `origin` (`Origin`) says how they came about. Raises
    Denied, Invalid, and Conflict where a text is no longer the one that the asker saw: then nothing is coded.
    """
    check_role(actor, Role.CODER)
    if len(stretches) > MOST_STRETCHES:
        raise Invalid(
            _("At most %(n)s passages can be coded at once. Ask for less.") % {"n": f"{MOST_STRETCHES:,}"}
        )
    with recording(verb="coding.spread", actor=actor, page=QUERIES_PAGE) as record:
        row = Code.objects.filter(project_id=actor.project_id, uuid=code).first()
        if row is None:
            raise Conflict(_("This code is no longer in the codebook."))
        new = put_on_stretches(record, actor, [(row, stretch) for stretch in stretches], origin)
    return len(new)


def put_on_stretches(
    record: Recording,
    actor: Membership,
    wanted: Sequence[tuple[Code, Stretch]],
    origin: str,
    *,
    suggested: bool = False,
) -> list[Coding]:
    """Put codes on stretches as the actor's own, inside the recording of an action; answers the new codings.

    Those that are only `suggested` begin no source. Raises as `code_stretches`.
    """
    by_source: dict[int, list[tuple[Code, Stretch]]] = defaultdict(list)
    for code, stretch in dict.fromkeys(wanted):
        by_source[stretch.source].append((code, stretch))
    sources = Source.objects.filter(project_id=actor.project_id).select_related("version").in_bulk(by_source)
    new: list[Coding] = []
    for key, some in by_source.items():
        if key not in sources:
            raise Conflict(_("A source has been deleted in the meantime. Ask again; nothing was coded."))
        check_can_code(actor, sources[key])
        new += _new_codings(actor, sources[key], some, origin, Review.SUGGESTED if suggested else "")
    record.create_many(new)
    relink(new)
    if not suggested:
        for source in dict.fromkeys(coding.source for coding in new):
            begin(source, actor)
    return new


def _new_codings(
    actor: Membership, source: Source, wanted: Sequence[tuple[Code, Stretch]], origin: str, review: str
) -> list[Coding]:
    """The codings that the actor does not have yet, ready to be stored."""
    text = text_of(source)
    if any(stretch.version != text.pk for _code, stretch in wanted):
        raise Conflict(_("A text has been corrected in the meantime. Ask again; nothing was coded."))
    mine = Coding.objects.filter(version=text, coder=actor, review__in=("", review))
    present = set(
        mine.filter(code__in={code for code, _stretch in wanted}).values_list("code_id", "start", "end")
    )
    said, now = speech_of(text.pk), timezone.now()
    new = []
    for code, stretch in wanted:
        if (code.pk, stretch.start, stretch.end) in present:
            continue
        try:
            check_stretch(text.text, stretch.start, stretch.end)
        except BadStretch:
            raise Invalid(_("The passage is empty or lies outside the text.")) from None
        words = said.stretch(text.text, stretch.start, stretch.end)
        new.append(
            Coding(
                project_id=source.project_id,
                source=source,
                version=text,
                code=code,
                coder=actor,
                start=stretch.start,
                end=stretch.end,
                first_word=words.first_word,
                end_word=words.end_word,
                review=review,
                origin=origin,
                created=now,
                modified=now,
            )
        )
    return new
