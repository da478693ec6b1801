"""A study with a report, and its files read back as text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from lxml import etree

from coding.actions import chapters, quoting
from coding.actions.names import listed_names
from coding.exporting.report_files import FORMATS, write_report
from coding.models import (
    DisclosureRule,
    Membership,
    Override,
    Population,
    Report,
    ReportQuotation,
    Section,
    SectionTheme,
    Source,
    Theme,
    Value,
)
from coding.reports.chapters import report_plan
from coding.reports.codebook import code_tree
from coding.reports.report_quotations import Shown
from tests.factories import Study, link, make_source, make_study, text_of


@dataclass
class ReportStudy:
    study: Study
    report: Report
    section: Section

    @property
    def lead(self) -> Membership:
        return self.study.lead

    @property
    def coder(self) -> Membership:
        return self.study.coder


def make_report(study: Study | None = None, *, language: str = "en") -> ReportStudy:
    study = study or make_study()
    report = chapters.create_report(actor=study.lead, title="Kaffe og folk", language=language)
    section = Section.objects.filter(chapter__report=report).order_by("position").first()
    assert section is not None
    return ReportStudy(study, report, section)


def quote(one: ReportStudy, source: Source, words: str, *, section: Section | None = None) -> ReportQuotation:
    """Quote the first place where `words` stand in a source."""
    source.refresh_from_db()
    start = text_of(source).index(words)
    return quoting.add_quotation(
        actor=one.coder,
        section=(section or one.section).uuid,
        source=source,
        start=start,
        end=start + len(words),
    )


def shown(one: ReportStudy, member: Membership | None = None) -> list[Shown]:
    one.report.refresh_from_db()
    with translation.override(one.report.language):
        plan = report_plan(
            one.report, code_tree(one.report.project), listed_names(one.report.project), member
        )
        return plan.quotations


def said(one: ReportStudy) -> list[str]:
    return [item.said for item in shown(one)]


def people(
    one: ReportStudy, many: int, *, city: str = "Bergen", informant_type: str = "daglig leder"
) -> list[Source]:
    """Interviews with so many of a kind."""
    sources = []
    first = one.study.project.informants.filter(pseudonym__startswith=f"{city} {informant_type}").count()
    for number in range(first, first + many):
        source = make_source(one.study.project, title=f"Samtale {city} {informant_type} {number}")
        link(
            source, "Informant", f"{city} {informant_type} {number}", city=city, informant_type=informant_type
        )
        sources.append(source)
    return sources


def written(one: ReportStudy, file_format: str, **options: Any) -> bytes:
    report = Report.objects.select_related("project").get(pk=one.report.pk)
    made = write_report(report, file_format, listed_names(report.project), **options)
    assert made is not None
    return made.content


def everything(one: ReportStudy, **options: Any) -> dict[str, str]:
    """Each format with all that its file holds, every part of a package and every name in it, as text."""
    return {form: unpacked(written(one, form, **options)) for form in FORMATS}


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        return "\n".join([*names, *(package.read(name).decode("utf-8", "replace") for name in names)])


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def docx_quotes(content: bytes) -> list[str]:
    """The paragraphs in the style Quote, as a reader sees them."""
    import docx

    document = docx.Document(io.BytesIO(content))
    return [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Quote"]


def odt_quotes(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = etree.fromstring(package.read("content.xml"))
    return [odt_text(p) for p in root.iter(f"{T}p") if p.get(f"{T}style-name") == "Quotations"]


def odt_text(element: Any) -> str:
    """The words of a paragraph as OpenDocument's white space rules give them."""
    words = element.text or ""
    for child in element:
        words += {f"{T}line-break": "\n", f"{T}tab": "\t", f"{T}s": " "}.get(child.tag, "") or odt_text(child)
        words += child.tail or ""
    return words


def html_quotes(content: bytes) -> list[str]:
    root = etree.HTML(content.decode())
    return ["\n".join("".join(p.itertext()) for p in block.findall("p")) for block in root.iter("blockquote")]


def markdown_quotes(content: bytes) -> list[str]:
    """Block quotations without their last line, backslashes taken back."""
    found = []
    for block in re.findall(r"(?:^>.*\n)+", content.decode(), re.M):
        lines = [line[2:].removesuffix("  ") for line in block.rstrip("\n").split("\n")][:-2]
        found.append(re.sub(r"\\(.)", r"\1", "\n".join(lines)))
    return found


def xlsx_quotes(content: bytes) -> list[str]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    assert [sheet.sheet_state for sheet in book] == ["visible"]
    rows = list(book.worksheets[0].iter_rows(min_row=2))
    assert {row[3].data_type for row in rows} <= {"s", "n"}
    return [row[3].value for row in rows if row[3].value]


READERS = {
    "docx": docx_quotes,
    "odt": odt_quotes,
    "html": html_quotes,
    "md": markdown_quotes,
    "xlsx": xlsx_quotes,
}


def report_rows(study: Study, source: Source, words: str) -> None:
    """A row in every table of reports, `words` wherever somebody can write."""
    one = make_report(study)
    Report.objects.filter(pk=one.report.pk).update(title=words, print_wordings=True)
    row = quote(one, source, "kaffe")
    ReportQuotation.objects.filter(pk=row.pk).update(print_wording=words, print_by=study.coder)
    theme, _made = Theme.objects.get_or_create(project=study.project, title=words)
    SectionTheme.objects.create(section=one.section, theme=theme)
    Override.objects.create(quotation=row, what="text", reason=words, covers="0" * 64, member=study.lead)
    DisclosureRule.objects.create(project=study.project, k=4)
    values = {value.attribute.key: value for value in Value.objects.filter(attribute__project=study.project)}
    Population.objects.create(
        project=study.project, city=values["city"], informant_type=values["informant_type"], size=6
    )
