"""Reports, their chapters and sections: made, named, put in order, taken away."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.actions.recording import Recording, recording
from coding.models import (
    Attribute,
    Chapter,
    Code,
    Membership,
    Report,
    ReportQuotation,
    Role,
    Section,
    SectionTheme,
    Theme,
)
from coding.models.chapters import Pattern
from coding.models.names import tidy
from coding.permissions import check_role

LONGEST_TITLE = 200
LANGUAGES = ("nb", "en")
UP, DOWN = "up", "down"


def page_of(report: Report) -> str:
    """Where what is done to a report can be undone."""
    return str(report.uuid)


def titled(title: str, longest: int = LONGEST_TITLE) -> str:
    """A title as it is stored. Raises Invalid."""
    title = tidy(title)
    if not title:
        raise Invalid(_("Give it a title."), "title")
    if len(title) > longest:
        raise Invalid(_("A title has at most %(n)s characters.") % {"n": longest}, "title")
    return title


def own_report(actor: Membership, key: uuid.UUID) -> Report:
    """A report of the actor's project, as it is now. Raises Conflict."""
    report = Report.objects.filter(project_id=actor.project_id, uuid=key).select_related("project").first()
    if report is None:
        raise Conflict(_("This report is gone."))
    return report


def create_report(*, actor: Membership, title: str, language: str = "nb") -> Report:
    """A report with a chapter for each research question and a section for each code right below it. For leads."""
    check_role(actor, Role.LEAD)
    if language not in LANGUAGES:
        raise Invalid(_("Choose a language."), "language")
    with recording(verb="report.create", actor=actor) as record:
        report = record.create(Report(project_id=actor.project_id, title=titled(title), language=language))
        below = Code.objects.filter(proposed=False).order_by("position", "sort_key", "id")
        roots = below.filter(project_id=actor.project_id, parent=None)
        for place, root in enumerate(roots.prefetch_related(Prefetch("children", below))):
            chapter = record.create(
                Chapter(report=report, code=root, title=_without_label(root.name), position=place)
            )
            record.create_many(
                [
                    Section(chapter=chapter, code=code, title=code.name, position=number)
                    for number, code in enumerate(root.children.all())
                ]
            )
    return report


def _without_label(name: str) -> str:
    """A research question's name without the "P1" before it: as a chapter it has a number of its own."""
    return re.sub(r"^[^\W\d_]{1,3}\d{1,2}[.:)]?\s+(?=\S)", "", name)


def set_report(*, actor: Membership, report: uuid.UUID, **fields: Any) -> Report:
    """Change the title, the language, or how a report names people (`pattern`, `attributes` as keys, `footnotes`,
    `print_wordings`). For leads. Raises Invalid."""
    check_role(actor, Role.LEAD)
    with recording(verb="report.update", actor=actor, page=str(report)) as record:
        row = own_report(actor, report)
        if "title" in fields:
            fields["title"] = titled(fields["title"])
        if fields.get("language", "nb") not in LANGUAGES:
            raise Invalid(_("Choose a language."), "language")
        if fields.get("pattern", Pattern.TYPE_CITY) not in Pattern.values:
            raise Invalid(_("Choose how people are named."), "pattern")
        if "attributes" in fields:
            known = set(Attribute.objects.filter(project=row.project).values_list("key", flat=True))
            fields["attributes"] = [key for key in dict.fromkeys(fields["attributes"]) if key in known]
        if fields.get("pattern") == Pattern.ATTRIBUTES and not fields.get("attributes", row.attributes):
            raise Invalid(_("Choose at least one attribute."), "attributes")
        return record.update(row, **fields)


def delete_report(*, actor: Membership, report: uuid.UUID, typed_title: str) -> None:
    """Delete a report with its chapters and quotations, numbers and all, for good. For leads."""
    check_role(actor, Role.LEAD)
    with recording(verb="report.delete", actor=actor) as record:
        row = own_report(actor, report)
        if tidy(typed_title) != row.title:
            raise Invalid(_("Type the report's title exactly, to confirm."), "typed_title")
        record.event.details = {"many": row.quotations.count()}
        record.delete(row)


def add_chapter(*, actor: Membership, report: uuid.UUID, title: str) -> Chapter:
    check_role(actor, Role.CODER)
    with recording(verb="report.arrange", actor=actor, page=str(report)) as record:
        row = own_report(actor, report)
        return record.create(Chapter(report=row, title=titled(title), position=row.chapters.count()))


def add_section(*, actor: Membership, chapter: uuid.UUID, title: str) -> Section:
    row = _chapter(actor, chapter)
    with recording(verb="report.arrange", actor=actor, page=page_of(row.report)) as record:
        return record.create(Section(chapter=row, title=titled(title), position=row.sections.count()))


def rename_part(*, actor: Membership, part: uuid.UUID, title: str) -> Chapter | Section:
    """Give a chapter or a section another title."""
    row = _part(actor, part)
    with recording(verb="report.arrange", actor=actor, page=page_of(_report(row))) as record:
        return record.update(row, title=titled(title))


def delete_part(*, actor: Membership, part: uuid.UUID) -> str:
    """Take a chapter or a section away; answers its title. One that holds quotations or summaries is refused."""
    row = _part(actor, part)
    with recording(verb="report.arrange", actor=actor, page=page_of(_report(row))) as record:
        sections = list(row.sections.all()) if isinstance(row, Chapter) else [row]
        if ReportQuotation.objects.filter(section__in=sections).exists():
            raise Invalid(_("There are quotations in it. Move them, or take them out, first."))
        record.delete_many(SectionTheme.objects.filter(section__in=sections))
        if isinstance(row, Chapter):
            record.delete_many(sections)
        record.delete(row)
    return row.title


def move_part(*, actor: Membership, part: uuid.UUID, to: str | int) -> Chapter | Section:
    """Put a chapter in another place of its report, a section in another place of its chapter.

    `to` is UP, DOWN or the place (from 0). A section that goes beyond an end of its chapter goes to the next one.
    """
    row = _part(actor, part)
    with recording(verb="report.arrange", actor=actor, page=page_of(_report(row))) as record:
        if isinstance(row, Chapter):
            reorder(record, list(row.report.chapters.all()), row, to)
            return row
        beside = list(row.chapter.sections.all())
        at = beside.index(row)
        if (to == UP and at == 0) or (to == DOWN and at == len(beside) - 1):
            chapters = list(row.chapter.report.chapters.all())
            place = chapters.index(row.chapter) + (-1 if to == UP else 1)
            if 0 <= place < len(chapters):
                others: list[Section] = list(chapters[place].sections.all())
                record.update(row, chapter=chapters[place])
                reorder(record, [*others, row], row, len(others) if to == UP else 0)
            return row
        reorder(record, beside, row, to)
    return row


def take_theme(*, actor: Membership, section: uuid.UUID, theme: uuid.UUID, taken: bool) -> None:
    """Let a section take a theme's summary, or no longer."""
    row = find_section(actor, section)
    about = Theme.objects.filter(project_id=actor.project_id, uuid=theme).first()
    if about is None:
        raise Conflict(_("This theme is gone."))
    with recording(verb="report.arrange", actor=actor, page=page_of(row.chapter.report)) as record:
        standing = SectionTheme.objects.filter(section=row, theme=about).first()
        if taken and standing is None:
            record.create(SectionTheme(section=row, theme=about))
        elif not taken and standing is not None:
            record.delete(standing)


Placed = TypeVar("Placed", Chapter, Section, ReportQuotation)


def reorder(record: Recording, rows: Sequence[Placed], row: Placed, to: str | int) -> None:
    """Put `row` in another place among `rows` (itself one of them), and number their positions anew."""
    others: list[Placed] = [one for one in rows if one.pk != row.pk]
    at = [one.pk for one in rows].index(row.pk)
    place: int = at - 1 if to == UP else at + 1 if to == DOWN else int(to)
    place = max(0, min(place, len(others)))
    others.insert(place, row)
    for position, one in enumerate(others):
        if one.position != position:
            record.update(one, position=position)


def _chapter(actor: Membership, key: uuid.UUID) -> Chapter:
    check_role(actor, Role.CODER)
    found = Chapter.objects.filter(report__project_id=actor.project_id, uuid=key)
    row = found.select_related("report").first()
    if row is None:
        raise Conflict(_("This chapter is gone."))
    return row


def find_section(actor: Membership, key: uuid.UUID) -> Section:
    """A section of a report of the actor's project, for a coder. Raises Denied, Conflict."""
    check_role(actor, Role.CODER)
    found = Section.objects.filter(chapter__report__project_id=actor.project_id, uuid=key)
    row = found.select_related("chapter__report").first()
    if row is None:
        raise Conflict(_("This section is gone."))
    return row


def _part(actor: Membership, key: uuid.UUID) -> Chapter | Section:
    check_role(actor, Role.CODER)
    if Chapter.objects.filter(report__project_id=actor.project_id, uuid=key).exists():
        return _chapter(actor, key)
    return find_section(actor, key)


def _report(row: Chapter | Section) -> Report:
    return row.report if isinstance(row, Chapter) else row.chapter.report
