"""The demo's report: a chapter for each research question, begun with quotations and with the approved summary."""

from __future__ import annotations

from collections.abc import Mapping

from coding.actions.chapters import create_report, set_report, take_theme
from coding.actions.quoting import add_quotation, approve_wording, show_quotation, write_wording
from coding.management.demo_work import rows
from coding.models import Membership, Project, Section, Source, Summary
from coding.models.themes import SummaryState
from coding.reports.codebook import code_tree

TITLE = "Frivilligsentraler i fem byer"


def load_report(project: Project, members: Mapping[str, Membership]) -> None:
    """Make the report that `quotations.csv` tells of.

    Its lines say in which section (the path of its code) which words of which source stand, how they are shown where
    they are shortened or explained, and their print wording. The first print wording is approved, the rest wait.
    """
    lead, coder = members["leder"], members["koder"]
    report = create_report(actor=lead, title=TITLE)
    set_report(actor=lead, report=report.uuid, print_wordings=True)
    paths = {node.code.pk: node.path_text for node in code_tree(project).walk()}
    sections = {
        paths[section.code_id]: section
        for section in Section.objects.filter(chapter__report=report, code__isnull=False)
        if section.code_id
    }
    sources = {one.title: one for one in Source.objects.filter(project=project).select_related("version")}
    approved = False
    for row in rows("quotations.csv"):
        source = sources[row["source"]]
        start = source.version.text.index(row["quote"]) if source.version else 0
        quotation = add_quotation(
            actor=coder,
            section=sections[row["section"]].uuid,
            source=source,
            start=start,
            end=start + len(row["quote"]),
        )
        if row["shown"]:
            show_quotation(actor=coder, quotation=quotation.uuid, typed=row["shown"])
        if row["wording"]:
            worded = write_wording(actor=coder, quotation=quotation.uuid, wording=row["wording"])
            if not approved:
                approve_wording(actor=lead, quotation=quotation.uuid, revision=worded.print_revision)
                approved = True
    for summary in Summary.objects.filter(theme__project=project, state=SummaryState.APPROVED).select_related(
        "theme"
    ):
        [code, *_rest] = summary.theme.codes.all()
        take_theme(actor=coder, section=sections[paths[code.pk]].uuid, theme=summary.theme.uuid, taken=True)
