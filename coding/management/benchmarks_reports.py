"""Figures of speed for report chapters and the files made of them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from coding.actions.chapters import create_report
from coding.exporting.report_files import write_report
from coding.management.benchmarks import Figure, Study
from coding.models import Report, ReportQuotation, Section

CHAPTER, REPORT = 200, 2_000


def figures() -> Iterator[Figure]:
    """Measure a chapter of 200 quotations and a report of 2,000."""
    study = Study(codings=10_000)
    report = create_report(actor=study.coder, title="Bench")
    sections = list(Section.objects.filter(chapter__report=report).order_by("chapter__position", "position"))
    own = [section for section in sections if section.chapter_id == sections[0].chapter_id]
    others = [section for section in sections if section not in own]
    codings = study.project.codings.order_by("pk")[:REPORT]
    ReportQuotation.objects.bulk_create(
        [
            ReportQuotation(
                report=report,
                section=own[number % len(own)] if number < CHAPTER else others[number % len(others)],
                number=number + 1,
                position=number,
                source_id=coding.source_id,
                version_id=coding.version_id,
                start=coding.start,
                end=coding.end,
            )
            for number, coding in enumerate(codings)
        ],
        batch_size=500,
    )
    report = Report.objects.select_related("project").get(pk=report.pk)
    for part, many in (("1", CHAPTER), ("", REPORT)):
        for file_format in ("docx", "odt", "xlsx"):
            began = time.perf_counter()
            written = write_report(report, file_format, {}, study.coder, part=part)
            took = time.perf_counter() - began
            assert written is not None and written.many == many, written
            aim = "10 s" if not part else "3 s"
            yield Figure(f"{many:,} quotations of a report to {file_format.upper()}", f"{took:.1f} s", aim)
