"""Why summaries wait for a member: to be reviewed, to be changed, stale, or with comments to answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from coding.models import (
    Evidence,
    Informant,
    Membership,
    Project,
    Summary,
    SummaryComment,
    SummaryLook,
    SummaryText,
    Theme,
    Value,
)
from coding.models.attributes import NOT_SET
from coding.models.citing import Reason, staleness
from coding.models.themes import BY_INFORMANT, SummaryState
from coding.permissions import Denied, check_can_see_summaries
from coding.reports.behind_themes import ALL


@dataclass
class Told:
    """What is known of summaries, by summary's id. `comments` are open ones, `answered` those whose open comment of the
    member somebody else has answered last."""

    stale: dict[int, list[Reason]] = field(default_factory=dict)
    evidence: dict[int, list[Evidence]] = field(default_factory=lambda: defaultdict(list))
    comments: dict[int, list[SummaryComment]] = field(default_factory=lambda: defaultdict(list))
    answered: set[int] = field(default_factory=set)
    looked: dict[int, datetime] = field(default_factory=dict)
    mine: set[int] = field(default_factory=set)

    def waits(self, member: Membership, row: Summary) -> tuple[str, ...]:
        """Why a summary waits for the member."""
        mine = row.pk in self.mine or row.submitted_by_id == member.pk
        found = []
        if member.is_lead and row.state == SummaryState.SUBMITTED:
            found.append(_("to be reviewed"))
        if self.stale.get(row.pk) and (member.is_lead or mine):
            found.append(_("approved, and stale"))
        if mine and row.state == SummaryState.CHANGES:
            found.append(_("changes are asked for"))
        if mine and any(comment.author_id != member.pk for comment in self.comments[row.pk]):
            found.append(_("open comments"))
        if row.pk in self.answered:
            found.append(_("an answer to your comment"))
        return tuple(found)


def told_of(member: Membership, summaries: Sequence[Summary], *, evidence: bool = True) -> Told:
    """What the member, who may read them, is told of `summaries`. A fixed number of queries, and one for the texts of
    passages that have moved."""
    told = Told(stale=staleness(summaries))
    if evidence:
        for row in Evidence.objects.filter(summary__in=summaries):
            told.evidence[row.summary_id].append(row)
    last: dict[int, SummaryComment] = {}
    said = SummaryComment.objects.filter(summary__in=summaries, resolved=None)
    for comment in said.filter(Q(answers=None) | Q(answers__resolved=None)).order_by("pk"):
        if comment.answers_id is None:
            told.comments[comment.summary_id].append(comment)
        else:
            last[comment.answers_id] = comment
    for row_id, comments in told.comments.items():
        own = [comment for comment in comments if comment.author_id == member.pk]
        if any(one.pk in last and last[one.pk].author_id != member.pk for one in own):
            told.answered.add(row_id)
    looks = SummaryLook.objects.filter(member=member, summary__in=summaries)
    told.looked = dict(looks.values_list("summary_id", "looked"))
    texts = SummaryText.objects.filter(author=member, summary__in=summaries)
    told.mine = set(texts.values_list("summary_id", flat=True))
    return told


def column_names(project: Project, summaries: Sequence[Summary]) -> dict[tuple[str, str], str]:
    """What the columns of `summaries` are called, by (`by`, `key`). At most two queries."""
    names = {ALL: _("All together")}
    if any(row.by == BY_INFORMANT for row in summaries):
        people = Informant.objects.filter(project=project)
        names |= {(BY_INFORMANT, str(key)): name for key, name in people.values_list("uuid", "pseudonym")}
    if any(row.by not in ("", BY_INFORMANT) for row in summaries):
        for value in Value.objects.filter(attribute__project=project).select_related("attribute"):
            names[value.attribute.key, str(value.uuid)] = value.label()
            names[value.attribute.key, NOT_SET] = _("Not set")
    return names


@dataclass(frozen=True)
class Waiting:
    """A summary that waits for the member, with the column's name and why."""

    summary: Summary
    name: str
    why: tuple[str, ...]

    @property
    def theme(self) -> Theme:
        return self.summary.theme


def summaries_waiting(member: Membership) -> list[Waiting]:
    """The summaries that wait for the member, in the order of the themes. Counts no codings: the front page asks it."""
    try:
        check_can_see_summaries(member)
    except Denied:
        return []
    rows = list(Summary.objects.filter(theme__project_id=member.project_id).select_related("theme"))
    told = told_of(member, rows, evidence=False) if rows else Told()
    names = column_names(member.project, rows)
    found = [
        Waiting(row, names.get((row.by, row.key), _("a column that is gone")), told.waits(member, row))
        for row in rows
    ]
    waiting = [one for one in found if one.why]
    return sorted(waiting, key=_place)


def _place(one: Waiting) -> tuple[int, str, int, bool, int]:
    theme, row = one.theme, one.summary
    return theme.position, theme.sort_key, theme.pk, row.by != "", row.pk
