"""Reports as files: the words as they were said, numbers that stay, styles that are real, nothing taken for markup."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook

from coding.actions import chapters, quoting
from coding.actions.names import decide
from coding.exporting.manuscript import Quote, Table
from coding.exporting.quotation_text import block, inline
from coding.exporting.report_files import FORMATS
from coding.markdown import blocks
from coding.models import AuditEvent, Chapter, Evidence, ReportQuotation, Section, Source, Summary, Theme
from tests.factories import link, make_source, put, text_of
from tests.reporting import READERS, ReportStudy, W, everything, make_report, quote, said, shown, written

pytestmark = pytest.mark.django_db

HOSTILE = [
    ("Moderator", "Hva sa dere?"),
    ("Deltaker 1", "=cmd|'/C calc'!A0 «ja» & <b>nei</b> *hvor*  to blanke"),
    ("Deltaker 2", "1. Først 👩‍👩‍👧 x\u0323 #tag [ler] | kolonne\n- så \\slash {{ x }} <!-- y -->"),
    ("Deltaker 1", "@SUM(A1) +47 =2+2 ${x} %s"),
]


@pytest.fixture
def hostile() -> ReportStudy:
    """Overlapping quotations of a focus group in which everything looks like markup."""
    one = make_report()
    group = make_source(one.study.project, HOSTILE, title="Gruppe", kind="focus_group")
    for number in (1, 2):
        link(group, f"Deltaker {number}", f"D{number}", city="Bergen", informant_type="frivillig")
    text = text_of(group)
    put(one.coder, group, "«ja» & <b>nei</b>", one.study.code)
    put(one.coder, group, "<b>nei</b> *hvor*", one.study.other)
    quote(one, group, text)
    quote(one, group, "«ja» & <b>nei</b>")
    quote(one, group, "<b>nei</b> *hvor*")
    quote(one, group, "=cmd|'/C calc'!A0")
    quote(one, group, text[text.index("1. Først") : text.index("@SUM")].rstrip("\n"))
    return one


def as_read(one: ReportStudy) -> list[str]:
    """What a reader must find: the stored text, turn by turn, with the speaker where several speak."""
    expected = []
    for row in ReportQuotation.objects.filter(report=one.report).select_related("version").order_by("number"):
        turns = row.version.turns.select_related("speaker").order_by("number")
        parts = [
            (turn.speaker.label, row.version.text[max(turn.start, row.start) : min(turn.end, row.end)])
            for turn in turns
            if turn.speaker and turn.start < row.end and row.start < turn.end
        ]
        alone = len(parts) == 1
        expected.append("\n".join(words if alone else f"{label}: {words}" for label, words in parts))
    return expected


@pytest.mark.parametrize("file_format", list(FORMATS))
def test_every_quotation_reads_as_it_was_said(hostile: ReportStudy, file_format: str) -> None:
    assert READERS[file_format](written(hostile, file_format)) == as_read(hostile)


@pytest.mark.parametrize("file_format", list(FORMATS))
def test_cuts_and_brackets_are_the_only_change(hostile: ReportStudy, file_format: str) -> None:
    row = ReportQuotation.objects.get(report=hostile.report, number=1)
    typed = (
        text_of(row.source)
        .replace("&", "[og]")
        .replace(" <b>nei</b>", " [...]")
        .replace(" ${x} %s", " [...]")
    )
    quoting.show_quotation(actor=hostile.coder, quotation=row.uuid, typed=typed)
    expected = (
        as_read(hostile)[0]
        .replace("&", "[og]")
        .replace(" <b>nei</b>", " [...]")
        .replace(" ${x} %s", " [...]")
    )
    assert READERS[file_format](written(hostile, file_format))[0] == expected


def test_no_cell_is_a_formula_and_nothing_is_a_link_or_a_macro(hostile: ReportStudy) -> None:
    content = written(hostile, "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "hyperlink" not in sheet
        assert not [name for name in package.namelist() if "vba" in name.lower()]
    with zipfile.ZipFile(io.BytesIO(written(hostile, "docx"))) as package:
        fields = etree.fromstring(package.read("word/document.xml")).iter(f"{W}instrText")
        assert {(field.text or "").split()[0] for field in fields} <= {"TOC", "SEQ"}
    page = etree.HTML(written(hostile, "html").decode())
    assert not list(page.iter("b")) and not list(page.iter("script"))


def test_word_has_real_headings_quotations_captions_and_contents(hostile: ReportStudy) -> None:
    link(hostile.study.source, "Informant", "Anne", city="Oslo")
    put(hostile.coder, hostile.study.source, "kaffe", hostile.study.code)
    document = docx.Document(io.BytesIO(written(hostile, "docx", appendix=True)))
    styles = [(p.style.name, p.text) for p in document.paragraphs if p.style is not None]
    assert ("Heading 1", "1 Drift") in styles and ("Heading 2", "1.1 Økonomi") in styles
    assert ("toc 1", "1 Drift") in [(name, text) for name, text in styles if name.startswith("toc")]
    assert [name for name, _text in styles].count("Quote") == 5
    (caption,) = [text for name, text in styles if name == "Caption" and "city" in text]
    assert caption.startswith("Table 1. ")
    note = styles[styles.index(("Caption", caption)) + 1]
    assert note[0] == "Note" and note[1].startswith("A number says how many different informants")


@pytest.mark.parametrize("footnotes", [False, True])
def test_attributions_stand_below_or_in_footnotes(footnotes: bool) -> None:
    one = make_report()
    quote(one, one.study.source, "Vi koker kaffe")
    chapters.set_report(actor=one.lead, report=one.report.uuid, footnotes=footnotes)
    with zipfile.ZipFile(io.BytesIO(written(one, "docx"))) as package:
        assert ("word/footnotes.xml" in package.namelist()) is footnotes
        body = package.read("word/document.xml").decode()
        assert ("footnoteReference" in body) is footnotes
        if footnotes:
            notes = etree.fromstring(package.read("word/footnotes.xml"))
            assert "interview" in "".join(notes.itertext())
    assert ("[^q1]: interview" in written(one, "md").decode()) is footnotes
    with zipfile.ZipFile(io.BytesIO(written(one, "odt"))) as package:
        assert ("note-citation" in package.read("content.xml").decode()) is footnotes


def test_numbers_stay_whatever_is_moved_or_taken_out() -> None:
    one = make_report()
    words = ["Vi", "koker", "kaffe", "folk"]
    rows = [quote(one, one.study.source, word) for word in words]
    quoting.remove_quotation(actor=one.coder, quotation=rows[1].uuid)
    quoting.move_quotation(actor=one.coder, quotation=rows[3].uuid, to=0)
    assert [(item.row.number, item.words) for item in shown(one)] == [(4, "folk"), (1, "Vi"), (3, "kaffe")]
    assert quote(one, one.study.source, "imot").number == 5
    other = Section.objects.filter(chapter__report=one.report).exclude(pk=one.section.pk).get()
    back = quote(one, one.study.source, "koker", section=other)
    assert (back.number, back.section) == (2, other)


def test_one_chapter_or_section_alone_keeps_its_numbers() -> None:
    one = make_report()
    other = Section.objects.filter(chapter__report=one.report).exclude(pk=one.section.pk).get()
    quote(one, one.study.source, "Vi")
    quote(one, one.study.source, "kaffe", section=other)
    text = written(one, "md", part="1.2").decode()
    assert "### 1.2 Lokaler" in text and "Quotation 2" in text
    assert "Quotation 1" not in text and "1.1" not in text
    assert "1.1 Økonomi" in written(one, "md", part="1").decode()
    with pytest.raises(LookupError):
        written(one, "md", part="7")


def test_the_spreadsheet_says_where_each_stands() -> None:
    one = make_report()
    put(one.coder, one.study.source, "kaffe", one.study.code)
    quote(one, one.study.source, "kaffe")
    sheet = load_workbook(io.BytesIO(written(one, "xlsx"))).active
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows()]
    found = dict(zip(head, row, strict=True))
    assert (found["Number"], found["Chapter"], found["Section"]) == (1, "1 Drift", "1.1 Økonomi")
    assert (found["Codes"], found["Turn"]) == ("P1 Drift > Økonomi", 2)
    assert found["Source"] == one.study.source.title


def test_a_report_speaks_its_own_language() -> None:
    one = make_report(language="nb")
    source = make_source(one.study.project, HOSTILE, title="Gruppe", kind="focus_group")
    for number in (1, 2):
        link(source, f"Deltaker {number}", f"D{number}")
    quote(one, source, text_of(source))
    assert said(one) == ["fokusgruppe"]


def test_a_quotation_to_paste() -> None:
    alone = Quote(7, "Sitat 7", [("", "Vi koker\nkaffe.")], "daglig leder, Bergen")
    assert inline(alone, "nb") == "«Vi koker kaffe.» (daglig leder, Bergen; sitat 7)"
    assert block(alone) == "Vi koker\nkaffe.\n(daglig leder, Bergen; sitat 7)"
    together = Quote(8, "Quotation 8", [("A", "Ja."), ("B", "Nei.")], "focus group")
    assert inline(together, "en") == "“A: Ja. / B: Nei.” (focus group; quotation 8)"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export_report", *arguments, stdout=out, language="en")
    return out.getvalue()


@pytest.mark.parametrize("file_format", list(FORMATS))
def test_the_command_writes_a_file_and_is_audited(tmp_path: Path, file_format: str) -> None:
    one = make_report()
    quote(one, one.study.source, "kaffe")
    slug, file = one.study.project.slug, tmp_path / "ut"
    told = run("--project", slug, "--format", file_format, "-o", str(file))
    assert told.startswith("Wrote 1 quotation")
    assert READERS[file_format](file.read_bytes()) == ["kaffe"]
    assert AuditEvent.objects.get(verb="export").details == {
        "what": "report",
        "format": file_format,
        "many": 1,
    }


def test_the_command_says_what_is_not_there(tmp_path: Path) -> None:
    one = make_report()
    arguments = ["--project", one.study.project.slug, "--format", "md", "-o", str(tmp_path / "ut")]
    with pytest.raises(CommandError, match="no chapter “9”"):
        run(*arguments, "--chapter", "9")
    Chapter.objects.all().delete()
    one.report.delete()
    with pytest.raises(CommandError, match="no such report"):
        run(*arguments)


def test_methods_say_what_the_project_knows_and_nothing_of_anybody() -> None:
    one = make_report()
    link(one.study.source, "Informant", "Hemmelig Pseudonym", city="Oslo", informant_type="frivillig")
    put(one.coder, one.study.source, "kaffe", one.study.code)
    type(one.coder).objects.filter(pk=one.coder.pk).update(name="koder@example.org")
    text = written(one, "md", appendix=True).decode()
    assert "1 informant, in 1 interview, 0 focus groups." in text
    assert "1 person coded: coder 1 (1 source)." in text
    assert "| frivillig | \\<3 | 1 |" in text
    assert "Økonomi" in text and "Kodebenk, version" in text
    assert "example" not in text and "Hemmelig" not in text


@given(
    names=st.lists(st.text(alphabet="ab ", max_size=30), min_size=1, max_size=12),
    values=st.lists(st.lists(st.integers(0, 10**6), max_size=12), max_size=4),
)
def test_a_tables_columns_fill_the_text_and_leave_room_for_names(
    names: list[str], values: list[list[int]]
) -> None:
    rows = [["Code", *names], *(["a code", *row[: len(names)]] for row in values)]
    widths = Table("", rows).widths
    assert len(widths) == len(names) + 1
    assert sum(widths) == pytest.approx(1)
    assert min(widths) > 0 and widths[0] >= 0.26 - 1e-9


def test_what_is_printed_counts_nobody_of_a_source_that_is_not_cleared_whoever_exports_it() -> None:
    one = make_report()
    link(one.study.source, "Informant", "Anne", city="Oslo")
    other = make_source(one.study.project, title="Uklarert")
    link(other, "Informant", "Berit", city="Oslo")
    put(one.coder, one.study.source, "kaffe", one.study.code)
    put(one.coder, other, "kaffe", one.study.code)
    Source.objects.filter(pk=other.pk).update(cleared=None)
    one.lead.handles_identities = True
    one.lead.save()
    text = written(one, "md", member=one.lead, appendix=True).decode()
    assert "Oslo (N=1)" in text
    assert "1 source that has not been cleared of names is left out." in text
    assert "1 informant, in 1 interview" in text
    Source.objects.filter(pk=other.pk).update(cleared=timezone.now())
    text = written(one, "md", member=one.lead).decode()
    assert "Oslo (N=2)" in text and "left out" not in text


def test_a_section_with_nothing_in_it_says_so() -> None:
    one = make_report()
    assert written(one, "md").decode().count("Nothing stands here yet.") == 2
    quote(one, one.study.source, "kaffe")
    assert written(one, "md").decode().count("Nothing stands here yet.") == 1


def test_no_word_of_a_codes_name_is_broken_by_its_column() -> None:
    heads = ["Code", "Oslo (N=8)", "Bergen (N=8)", "Trondheim (N=8)", "Kristiansand (N=8)", "Total (N=38)"]
    rows = [heads, ["Drift", *"12345"], ["Endret tilskuddsordning", *"12345"]]
    shallow, deep = Table("", rows).widths[0], Table("", rows, levels=[0, 3]).widths[0]
    # At 9.5 points a letter is at most 0.2 cm wide; three steps inwards take 1.2 cm.
    assert shallow * 15.4 >= len("tilskuddsordning") * 0.2
    assert deep * 15.4 >= len("tilskuddsordning") * 0.2 + 1.2


@pytest.mark.parametrize("file_format", ["docx", "odt"])
def test_libreoffice_opens_it(hostile: ReportStudy, file_format: str, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        assert os.environ.get("CI") != "true", "LibreOffice is not installed, and CI skips no test for that."
        pytest.skip("LibreOffice is not installed")
    file = tmp_path / f"report.{file_format}"
    file.write_bytes(written(hostile, file_format))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    import pypdfium2

    # Lines are broken anew: words are looked for without the blanks between them.
    pages = [
        "".join(page.get_textpage().get_text_range().split())
        for page in pypdfium2.PdfDocument(tmp_path / "report.pdf")
    ]
    opening, *chapters = pages
    headings = ["1Drift", "1.1Økonomi", "1.2Lokaler"]
    assert opening.startswith("Kaffeogfolk")
    # The contents in their order, and each chapter on a page of its own.
    assert sorted(headings, key=opening.index) == headings
    assert chapters[0].startswith(headings[0])
    text = "".join(chapters)
    assert sorted(headings, key=text.index) == headings
    numbers = [f"Quotation{number}" for number in range(1, 6)]
    assert [text.count(number) for number in numbers] == [1] * 5
    assert sorted(numbers, key=text.index) == numbers
    for words in (
        "=cmd|'/Ccalc'!A0«ja»&<b>nei</b>*hvor*toblanke",
        "@SUM(A1)+47=2+2${x}%s",
        "<b>nei</b>*hvor*",
    ):
        assert words in text


def approved(one: ReportStudy, body: str) -> Summary:
    """An approved summary in the report's first section."""
    theme = Theme.objects.create(project=one.study.project, title="Kaffe")
    summary = Summary.objects.create(theme=theme, changed=timezone.now(), state="approved", body=body)
    chapters.take_theme(actor=one.coder, section=one.section.uuid, theme=theme.uuid, taken=True)
    return summary


WRITTEN = """# Det *vi* ser

De ***koker** kaffe*, 2 * 3 <b>.

- ett punkt

1. først
2. så

> sagt av flere

17. mai"""


def test_headings_lists_and_stress_of_a_summary_are_those_of_the_document() -> None:
    one = make_report()
    approved(one, WRITTEN)
    document = docx.Document(io.BytesIO(written(one, "docx")))
    found = {p.text: p for p in document.paragraphs}
    styles = {
        "Det vi ser": "Heading 3",
        "De koker kaffe, 2 * 3 <b>.": "Normal",
        "ett punkt": "List Bullet",
        "1. først": "Step",
        "2. så": "Step",
        "sagt av flere": "Saying",
        "17. mai": "Normal",
    }
    assert {words: found[words].style.name for words in styles} == styles
    runs = found["De koker kaffe, 2 * 3 <b>."].runs
    assert [(run.text, run.bold, run.italic) for run in runs] == [
        ("De ", None, None),
        ("koker", True, True),
        (" kaffe", None, True),
        (", 2 * 3 <b>.", None, None),
    ]
    with zipfile.ZipFile(io.BytesIO(written(one, "odt"))) as package:
        odt = package.read("content.xml").decode()
    assert '<text:span text:style-name="BoldItalic">koker</text:span>' in odt
    assert ">Det </text:h>" not in odt and 'text:outline-level="3">Det ' in odt
    html = written(one, "html").decode()
    for piece in (
        "<h4>Det <em>vi</em> ser</h4>",
        "<strong><em>koker</em></strong><em> kaffe</em>, 2 * 3 &lt;b&gt;.",
        "<ul>\n<li>ett punkt</li>\n</ul>",
        '<p class="step">1. først</p>',
        "<blockquote><p>sagt av flere</p></blockquote>",
        "<p>17. mai</p>",
    ):
        assert piece in html
    # Read again, the Markdown says the same.
    markdown = written(one, "md").decode()
    body = markdown[markdown.index("#### Det") : markdown.index("mai") + 3]
    assert [(b.kind, b.text) for b in blocks(body)] == [
        ("heading", "Det vi ser"),
        ("paragraph", "De koker kaffe, 2 * 3 <b>."),
        ("item", "ett punkt"),
        ("numbered", "først"),
        ("numbered", "så"),
        ("quote", "sagt av flere"),
        ("paragraph", "17. mai"),
    ]


@pytest.mark.parametrize("body", ["Hun heter **Hjør**dis.", "*Hjørdis* er her.", "> Og _Hjør_*dis*"])
def test_a_listed_name_does_not_leave_behind_marks(body: str) -> None:
    one = make_report()
    one.lead.handles_identities = True
    one.lead.save()
    decide(actor=one.lead, term="Hjørdis", kind="person", verdict="replace", replacement="[navn 1]")
    approved(one, body)
    for form, text in everything(one).items():
        if form != "xlsx":
            words = re.sub(r"<[^>]*>|[*\\]", "", text)
            assert "Hjør" not in words and "dis" not in words.replace("display", "") and "[…]" in words, form


def test_an_approved_summary_stands_in_its_section_with_the_numbers_of_what_it_cites() -> None:
    one = make_report()
    (coding,) = put(one.coder, one.study.source, "kaffe", one.study.code)
    quote(one, one.study.source, "Vi")
    quote(one, one.study.source, "kaffe")
    summary = approved(one, "De **koker** [E1] <b>.\n\n- ett punkt [E9]")
    Evidence.objects.create(
        summary=summary, number=1, source=one.study.source, coding=coding.uuid, version=0, start=0, end=1
    )
    text = written(one, "md").decode()
    assert "De **koker** (quotation 2) \\<b\\>." in text and "- ett punkt\n" in text
    Summary.objects.update(state="draft")
    assert "koker" not in written(one, "md").decode()
    Summary.objects.update(state="approved")
    Source.objects.filter(pk=one.study.source.pk).update(cleared=None)
    assert "koker" not in written(one, "md").decode(), "it rests on what is not cleared of names"
