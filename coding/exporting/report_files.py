"""A report, one chapter or one section as a file, in the report's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils import translation

from coding.exporting.manuscript import Manuscript
from coding.exporting.report_docx import as_docx
from coding.exporting.report_html import as_html
from coding.exporting.report_manuscript import manuscript
from coding.exporting.report_markdown import as_markdown
from coding.exporting.report_odt import as_odt
from coding.exporting.report_xlsx import as_xlsx
from coding.models import Membership, Report
from coding.reports.chapters import report_plan
from coding.reports.codebook import code_tree

WRITERS: dict[str, tuple[Callable[[Manuscript], bytes], str]] = {
    "docx": (as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "odt": (as_odt, "application/vnd.oasis.opendocument.text"),
    "html": (as_html, "text/html; charset=utf-8"),
    "md": (as_markdown, "text/markdown; charset=utf-8"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {**{name: mime for name, (_write, mime) in WRITERS.items()}, "xlsx": XLSX}


@dataclass(frozen=True)
class Written:
    """A file's content, how many quotations it holds, and how many of them are held back."""

    content: bytes
    many: int
    held: int


def write_report(
    report: Report,
    file_format: str,
    names: Mapping[str, str],
    member: Membership | None = None,
    *,
    part: str = "",
    appendix: bool = False,
    go_on: Callable[[int], bool] = lambda done: True,
) -> Written | None:
    """The report, or the chapter or section that `part` numbers, as a file; None where `go_on` said no on the way.

    `names` are the project's listed names. `go_on` hears the steps done, of three. Raises LookupError.
    """
    with translation.override(report.language):
        tree = code_tree(report.project)
        plan = report_plan(report, tree, names, member, part=part)
        if not go_on(1):
            return None
        many, held = len(plan.quotations), len(plan.held)
        if file_format == "xlsx":
            return Written(as_xlsx(plan, dict(names)), many, held)
        write, _mime = WRITERS[file_format]
        made = manuscript(plan, tree, names, member, appendix=appendix and not part)
        if not go_on(2):
            return None
        return Written(write(made), many, held)
