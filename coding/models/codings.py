"""Codings: a code put on a passage by a coder, and who counts in it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coding.models.codebook import Code
from coding.models.informants import Informant
from coding.models.projects import Membership, Project
from coding.models.sources import Source, TextVersion


class Review(models.TextChoices):
    """Why a coding waits for its coder to look at it: what a new version of the text did to it, or that no person put
    it there. A suggested one counts nowhere until a person has confirmed it."""

    CUT = "cut", _("a change reached across one of its ends")
    EMPTIED = "emptied", _("all of its words are gone")
    TWIN = "twin", _("it now stands exactly where another one does")
    SUGGESTED = "suggested", _("suggested; nobody has confirmed it yet")


class Origin(models.TextChoices):
    """How a coding came about; empty for one that somebody put there by hand."""

    SEARCH = "search", _("from a search")
    INDICATORS = "indicators", _("from a code’s indicator words")
    SPEAKER = "speaker", _("from a speaker’s turns")
    QUERY = "query", _("from the results of a query")


class CodingQuerySet(models.QuerySet["Coding"]):
    def seen_by(self, member: Membership) -> CodingQuerySet:
        """Without colleagues' codings in the sources in which the member is blind (`Source.objects.blind_to`)."""
        return self.filter(seen_by(member)) if may_be_blind(member) else self

    def confirmed(self) -> CodingQuerySet:
        """Without those that are only suggested."""
        return self.exclude(review=Review.SUGGESTED)

    def without_others_suggestions(self, member: Membership) -> CodingQuerySet:
        """Without what is suggested to others: it is their work to look at it, and nobody has said it yet."""
        return self.exclude(~Q(coder=member), review=Review.SUGGESTED)


def may_be_blind(member: Membership) -> bool:
    """Whether there can be a source in which the member is blind."""
    return member.project.blind and member.may_code


def seen_by(member: Membership, way: str = "") -> Q:
    """The condition that a coding is not hidden from the member.

    `way` leads to it from other rows ("coding__" from memos); a row on no coding is not hidden.
    """
    own = Q(**{f"{way}coder": member})
    open_to_all = ~Q(**{f"{way}source__in": Source.objects.blind_to(member)})
    return own | open_to_all if not way else own | open_to_all | Q(**{way.removesuffix("__"): None})


class Coding(models.Model):
    """Code points [start, end) of a version's text under a code.

    `first_word` and `end_word` are derived: the numbers of words that begin before `start` and before `end`, so that
    the coding holds the words [first_word, end_word). `row_version` grows with every change. `review` is empty but
    where a new version of the text could not simply carry it over; an emptied one is a point (start == end), is
    counted nowhere, and waits, like the others, for its coder.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="codings")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="codings")
    version = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="codings")
    code = models.ForeignKey(Code, on_delete=models.RESTRICT, related_name="codings")
    coder = models.ForeignKey(Membership, on_delete=models.RESTRICT, related_name="codings")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    first_word = models.PositiveIntegerField()
    end_word = models.PositiveIntegerField()
    review = models.CharField(max_length=10, choices=Review, blank=True, default="")
    origin = models.CharField(max_length=10, choices=Origin, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    modified = models.DateTimeField()

    objects = CodingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "coder", "code", "start", "end"],
                condition=Q(review=""),
                name="coding_once_per_coder",
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("start")) | Q(end=F("start"), review="emptied"), name="coding_not_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "code"], name="coding_by_code"),
            models.Index(fields=["source", "coder"], name="coding_by_source"),
            models.Index(fields=["version", "start"], name="coding_in_text"),
        ]


class CodingInformant(models.Model):
    """Whose passage a coding is; derived, and written by one function (`actions.attribution.relink`).

    One row for each informant who counts in it. `informant` is empty once where speech of somebody unidentified, or a
    text without speakers, counts in it. A coding on interviewers' speech alone, or of
    which a hand says that none of its informants counts, has no row.
    """

    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="links")
    informant = models.ForeignKey(Informant, null=True, on_delete=models.CASCADE, related_name="links")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coding", "informant"], condition=Q(informant__isnull=False), name="link_once"
            ),
            models.UniqueConstraint(
                fields=["coding"], condition=Q(informant__isnull=True), name="unnamed_link_once"
            ),
        ]


class Attribution(models.Model):
    """A correction by hand of whose passage a stretch is: the informant counts in it, or does not."""

    version = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="attributions")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    informant = models.ForeignKey(Informant, on_delete=models.CASCADE, related_name="attributions")
    counts = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "start", "end", "informant"], name="attribution_once")
        ]
