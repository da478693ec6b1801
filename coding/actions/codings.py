"""Coding passages: put codes on, take them off, change their bounds, write memos on them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from coding.actions.attribution import link_new, relink, speech_of
from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import Recording, recording
from coding.actions.versions import way_between
from coding.anchoring.offsets import BadStretch, check_stretch
from coding.anchoring.spans import CARRIED, composed, moved_in
from coding.models import Code, Coding, Membership, Memo, Source, SourceProgress, TextVersion
from coding.models.codings import Review
from coding.permissions import check_can_change_coding, check_can_code, check_role


def _checked(text: str, start: int, end: int, quote: str | None) -> None:
    """Refuse a stretch that is not in `text`, or whose words are no longer the `quote` that the asker saw."""
    try:
        check_stretch(text, start, end)
    except BadStretch:
        raise Invalid(_("The passage is empty or lies outside the text.")) from None
    if quote is not None and text[start:end] != quote:
        raise Conflict(_("The text is no longer what you saw. Load the page again; nothing was coded."))


def moved_place(source: Source, version: int, place: tuple[int, int]) -> tuple[int, int]:
    """Code points [start, end) of the text with version id `version`, in the text that `source` has now.

    Raises Conflict where that text is none of the source's, or a correction has changed the passage at its ends.
    """
    text = text_of(source)
    earlier = TextVersion.objects.filter(source=source, pk=version).only("characters").first()
    if earlier is None or not 0 <= place[0] < place[1] <= earlier.characters:
        raise Conflict(_("The text is no longer what you saw. Load the page again; nothing was coded."))
    moved = moved_in(text.text, composed(way_between(version, text.pk), *place))
    if moved.fate != CARRIED:
        raise Conflict(
            _(
                "The text has been corrected at this passage since. Select the passage anew; nothing was changed."
            )
        )
    return moved.start, moved.end


def _codes(project_id: int, code_uuids: Sequence[uuid.UUID]) -> list[Code]:
    found = {code.uuid: code for code in Code.objects.filter(project_id=project_id, uuid__in=code_uuids)}
    if len(found) != len(set(code_uuids)):
        raise Conflict(_("A code is no longer in the codebook. Load the page again."))
    return [found[key] for key in dict.fromkeys(code_uuids)]


def text_of(source: Source) -> TextVersion:
    """The current text of a source. Raises Invalid where it has none."""
    if source.version is None:
        raise Invalid(_("This source has no text."))
    return source.version


def begin(source: Source, coder: Membership) -> None:
    """The first coding of a coder in a source begins it; the first coder of a source is its primary coder."""
    now = timezone.now()
    progress, created = SourceProgress.objects.get_or_create(
        source=source, coder=coder, defaults={"started": now}
    )
    if not created and progress.started is None:
        SourceProgress.objects.filter(pk=progress.pk).update(started=now)
    if source.primary_coder_id is None:
        Source.objects.filter(pk=source.pk, primary_coder=None).update(primary_coder=coder)


def code_passage(
    *,
    actor: Membership,
    source: Source,
    start: int,
    end: int,
    codes: Sequence[uuid.UUID],
    quote: str | None = None,
    uuids: Sequence[uuid.UUID] | None = None,
    version: int | None = None,
) -> list[Coding]:
    """Put `codes` on the code points [start, end) of the source's current text; adding twice is adding once.

    `uuids`, one for each code, are the new codings' own where the asker made them: sent again, a coding of theirs in
    this source is that one, whatever has become of it; any other that exists is refused. `version` is the id of the
    text to which the offsets refer: of an earlier one they are moved, and there is no `quote` to check. Answers the
    codings, in the order of `codes`. Raises Invalid, Conflict, Denied.
    """
    check_can_code(actor, source)
    if not codes:
        raise Invalid(_("Choose at least one code."))
    if uuids is not None and len(uuids) != len(codes):
        raise Invalid(_("Each code needs one identifier."))
    with recording(verb="coding.create", actor=actor, page=str(source.uuid)) as record:
        wanted = _codes(actor.project_id, codes)
        given = dict(zip(codes, uuids, strict=True)) if uuids is not None else {}
        return put_codes(record, actor, source, (start, end), wanted, quote, given, version)


def put_codes(
    record: Recording,
    actor: Membership,
    source: Source,
    place: tuple[int, int],
    codes: Sequence[Code],
    quote: str | None,
    uuids: Mapping[uuid.UUID, uuid.UUID],
    version: int | None = None,
) -> list[Coding]:
    """Put `codes` on the code points [start, end) of `place`, inside the recording of an action.

    `uuids` gives the coding's UUID for a code's. See `code_passage`.
    """
    source = Source.objects.select_related("version").get(pk=source.pk)
    text = text_of(source)
    if version is not None and version != text.pk:
        place, quote = moved_place(source, version, place), None
    start, end = place
    _checked(text.text, start, end, quote)
    there = Coding.objects.filter(version=text, coder=actor, start=start, end=end, code__in=codes)
    standing = there.filter(review__in=("", Review.SUGGESTED)).order_by("-review")
    present = {coding.code_id: coding for coding in standing}
    known = {coding.uuid: coding for coding in Coding.objects.filter(uuid__in=uuids.values())}
    if any((one.coder_id, one.source_id) != (actor.pk, source.pk) for one in known.values()):
        raise Conflict(
            _("This coding could not be stored. Load the page again and code the passage once more.")
        )
    present |= {code.pk: known[uuids[code.uuid]] for code in codes if uuids.get(code.uuid) in known}
    said = speech_of(text.pk)
    stretch = said.stretch(text.text, start, end)
    now = timezone.now()
    new = [
        Coding(
            uuid=uuids.get(code.uuid) or uuid.uuid4(),
            project_id=source.project_id,
            source=source,
            version=text,
            code=code,
            coder=actor,
            start=start,
            end=end,
            first_word=stretch.first_word,
            end_word=stretch.end_word,
            created=now,
            modified=now,
        )
        for code in codes
        if code.pk not in present
    ]
    for coding in present.values():
        settle(record, coding)
    if new:
        record.create_many(new)
        link_new(new, text.pk, said)
        begin(source, actor)
    made = present | {coding.code_id: coding for coding in new}
    return [made[code.pk] for code in codes]


def settle(record: Recording, coding: Coding) -> None:
    """What was only suggested is confirmed, and counts from now on; others are left as they are."""
    if coding.review == Review.SUGGESTED:
        record.update(coding, review="", modified=timezone.now())
        begin(coding.source, coding.coder)


def own_codings(actor: Membership, source: Source, uuids: Sequence[uuid.UUID]) -> list[Coding]:
    """The codings of `source` that `uuids` name, each the actor's own. Raises Denied, Conflict where one is gone."""
    check_can_code(actor, source)
    codings = list(
        Coding.objects.filter(source=source, uuid__in=uuids).select_related(
            "coder", "version", "code", "source"
        )
    )
    for coding in codings:
        check_can_change_coding(actor, coding)
    if len(codings) != len(set(uuids)):
        raise Conflict(_("A coding has been removed in the meantime."))
    return codings


def remove_codings(*, actor: Membership, source: Source, uuids: Sequence[uuid.UUID]) -> int:
    """Remove the actor's codings and the memos on them; answers how many. One that is gone already is no error."""
    check_can_code(actor, source)
    with recording(verb="coding.delete", actor=actor, page=str(source.uuid)) as record:
        present = Coding.objects.filter(source=source, uuid__in=uuids).values_list("uuid", flat=True)
        codings = own_codings(actor, source, list(present))
        drop_codings(record, codings)
    return len(codings)


def drop_codings(record: Recording, codings: Sequence[Coding]) -> None:
    """Delete `codings` with the memos on them, inside the recording of an action."""
    keys = [coding.pk for coding in codings]
    for place in range(0, len(keys), 500):
        record.delete_many(
            Memo.objects.filter(coding_id__in=keys[place : place + 500]).select_related("coding")
        )
    record.delete_many(codings)


def resize_coding(
    *,
    actor: Membership,
    source: Source,
    coding: uuid.UUID,
    start: int,
    end: int,
    row_version: int | None = None,
    quote: str | None = None,
    version: int | None = None,
) -> Coding:
    """Give a coding of the actor's the bounds [start, end). `row_version` is the one that the asker saw.

    `version` is the id of the text to which the offsets refer: of an earlier one they are moved, and neither `quote`
    nor `row_version` says anything. Raises Conflict where it was changed since, and where the same code stands on that
    passage already.
    """
    with recording(verb="coding.resize", actor=actor, page=str(source.uuid)) as record:
        (row,) = own_codings(actor, source, [coding])
        if version is not None and version != row.version_id:
            source = Source.objects.select_related("version").get(pk=source.pk)
            start, end = moved_place(source, version, (start, end))
            quote = row_version = None
        if row_version is not None and row.row_version != row_version:
            raise Conflict(_("This coding was changed in the meantime. You see it as it stands now."))
        text = row.version.text
        _checked(text, start, end, quote)
        check_alone(row, row.code, start, end)
        # Who gives a suggestion other bounds, or another code, has looked at it.
        if row.review == Review.SUGGESTED:
            begin(source, actor)
        stretch = speech_of(row.version_id).stretch(text, start, end)
        record.update(
            row,
            start=start,
            end=end,
            first_word=stretch.first_word,
            end_word=stretch.end_word,
            review="",
            modified=timezone.now(),
        )
        relink([row])
    return row


def check_alone(row: Coding, code: Code, start: int, end: int) -> None:
    """Raise Conflict where the coder has `code` on exactly [start, end) already."""
    twins = Coding.objects.filter(
        version_id=row.version_id, coder_id=row.coder_id, code=code, start=start, end=end, review=""
    )
    if twins.exclude(pk=row.pk).exists():
        raise Conflict(_("“%(code)s” stands on exactly this passage already.") % {"code": code.name})


def keep_as_is(*, actor: Membership, source: Source, coding: uuid.UUID) -> Coding:
    """Say of a coding of the actor's that stands to review that it is right where it stands now.

    Raises Conflict where it holds no words any more, or another one stands exactly there.
    """
    with recording(verb="coding.resize", actor=actor, page=str(source.uuid)) as record:
        (row,) = own_codings(actor, source, [coding])
        if row.review == Review.EMPTIED:
            raise Conflict(_("The words of this coding are gone. Give it other bounds, or remove it."))
        check_alone(row, row.code, row.start, row.end)
        record.update(row, review="", modified=timezone.now())
    return row


def recode(*, actor: Membership, source: Source, coding: uuid.UUID, code: uuid.UUID) -> Coding:
    """Put another code in the place of the one that a coding of the actor's carries. Raises Conflict, Denied."""
    with recording(verb="coding.recode", actor=actor, page=str(source.uuid)) as record:
        (row,) = own_codings(actor, source, [coding])
        (wanted,) = _codes(actor.project_id, [code])
        check_alone(row, wanted, row.start, row.end)
        if row.review == Review.SUGGESTED:
            begin(source, actor)
        review = "" if row.review == Review.SUGGESTED else row.review
        record.update(row, code=wanted, review=review, modified=timezone.now())
    return row


def write_coding_memo(*, actor: Membership, source: Source, coding: uuid.UUID, body: str) -> Memo | None:
    """Write the actor's memo on a coding (anybody's); an empty body takes it away. Answers the memo, if one is left."""
    check_role(actor, "coder")
    body = body.strip()
    with recording(verb="memo.write", actor=actor, page=str(source.uuid)) as record:
        row = Coding.objects.filter(source=source, uuid=coding).seen_by(actor).first()
        if row is None:
            raise Conflict(_("The coding has been removed in the meantime."))
        memo = Memo.objects.filter(coding=row, author=actor).select_related("coding").first()
        now = timezone.now()
        if memo and body:
            return record.update(memo, body=body, modified=now)
        if memo:
            record.delete(memo)
        elif body:
            return record.create(
                Memo(
                    project_id=row.project_id, author=actor, coding=row, body=body, created=now, modified=now
                )
            )
    return None


def mark_finished(*, actor: Membership, source: Source, finished: bool) -> SourceProgress:
    """Say that the actor has finished coding a source, or that it is open again."""
    check_can_code(actor, source)
    with recording(verb="source.finish" if finished else "source.reopen", actor=actor) as record:
        now = timezone.now()
        progress = SourceProgress.objects.filter(source=source, coder=actor).first()
        if progress is None:
            progress = record.create(SourceProgress(source=source, coder=actor))
        source = Source.objects.get(pk=source.pk)
        if finished and source.primary_coder_id is None:
            record.update(source, primary_coder=actor)
        record.update(progress, started=progress.started or now, finished=now if finished else None)
    return progress
