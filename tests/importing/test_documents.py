"""DOCX, ODT, RTF, HTML and PDF: nothing of what was said is lost, nothing that was deleted comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from coding.importing.document import ReadDocument
from coding.importing.reading import read
from tests.importing.making import docx, odt, p, pdf, r, table

BOLD = "<w:b/>"


def said(document: ReadDocument) -> list[tuple[str | None, str]]:
    return [(turn.label, document.text[turn.start : turn.end]) for turn in document.turns]


def noted(document: ReadDocument) -> list[tuple[str, str | None, str, str]]:
    return [(n.kind, n.author, n.body, document.text[n.anchor_start : n.anchor_end]) for n in document.notes]


def codes(document: ReadDocument) -> set[str]:
    return {warning.code for warning in document.warnings}


# Word


def test_word_keeps_insertions_and_drops_deletions(tmp_path: Path) -> None:
    body = p(
        r("Vi "), f"<w:ins>{r('ble ')}</w:ins>", "<w:del><w:r><w:delText>var </w:delText></w:r></w:del>",
        f"<w:moveTo>{r('alle ')}</w:moveTo>", f"<w:moveFrom>{r('borte ')}</w:moveFrom>", r("enige."),
    )  # fmt: skip
    document = read(docx(tmp_path / "a.docx", body), "a.docx")
    assert document.text == "Vi ble alle enige."
    assert "deletions_dropped" in codes(document)


def test_word_joins_paragraphs_whose_mark_was_deleted(tmp_path: Path) -> None:
    body = p(r("Første del "), properties="<w:rPr><w:del/></w:rPr>") + p(r("og andre.")) + p(r("Siste."))
    assert read(docx(tmp_path / "a.docx", body), "a.docx").text == "Første del og andre.\nSiste."


def test_word_reads_content_controls_fields_links_and_breaks(tmp_path: Path) -> None:
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{p(r('I kontrollen.'))}</w:sdtContent></w:sdt>"
    inline = f"<w:sdt><w:sdtContent>{r('også her')}</w:sdtContent></w:sdt>"
    field = '<w:fldSimple w:instr="DATE">' + r("i dag") + "</w:fldSimple>"
    coded = "<w:r><w:instrText>PAGEREF _x</w:instrText></w:r>"
    broken = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"
    body = (
        control
        + p(r("Og "), inline, r(", "), field, coded, f"<w:hyperlink>{r(' lenke')}</w:hyperlink>")
        + p(broken)
    )
    document = read(docx(tmp_path / "a.docx", body), "a.docx")
    assert document.text == "I kontrollen.\nOg også her, i dag lenke\na\tb\nc-d"


def test_word_reads_a_text_box_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p(r('I boksen.'))}</w:txbxContent>"
    alternate = (
        f"<mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    document = read(
        docx(tmp_path / "a.docx", p(r("Før."), f"<w:r>{alternate}</w:r>") + p(r("Etter."))), "a.docx"
    )
    assert document.text == "Før.\nI boksen.\nEtter."


def test_word_reads_tables_in_order(tmp_path: Path) -> None:
    body = p(r("Over")) + table(("a1", "b1|b2"), ("a2", "")) + p(r("Under"))
    assert read(docx(tmp_path / "a.docx", body), "a.docx").text == "Over\na1\nb1\nb2\na2\nUnder"


def test_word_takes_speakers_and_times_from_a_tables_columns(tmp_path: Path) -> None:
    body = p(r("Samtale i mai")) + table(
        ("Tid", "Taler", "Tekst"),
        ("00:01", "Intervjuer:", "Hvordan går det?"),
        ("00:09", "Kari", "Bra.|Veldig bra."),
        ("", "", "Og mer."),
        ("01:00", "Intervjuer:", "Fint."),
        ("01:05", "Kari", "Ja."),
    )
    document = read(docx(tmp_path / "a.docx", body), "a.docx")
    assert said(document) == [
        (None, "Samtale i mai"),
        ("Intervjuer", "Hvordan går det?"),
        ("Kari", "Bra.\nVeldig bra.\nOg mer."),
        ("Intervjuer", "Fint."),
        ("Kari", "Ja."),
    ]
    assert [turn.time for turn in document.turns][1:3] == ["00:00:01", "00:00:09"]


def test_word_keeps_the_column_of_speakers_where_a_person_said_that_there_are_none(tmp_path: Path) -> None:
    body = table(("Intervjuer", "Hei."), ("Kari", "Ja."), ("Intervjuer", "Takk."), ("Kari", "Selv takk."))
    document = read(docx(tmp_path / "a.docx", body), "a.docx", speakers=False)
    assert document.text == "Intervjuer\nHei.\nKari\nJa.\nIntervjuer\nTakk.\nKari\nSelv takk."


def test_word_makes_no_speakers_of_other_tables(tmp_path: Path) -> None:
    body = table(("By", "Sentraler"), ("Oslo", "32"), ("Bergen", "11"), ("Oslo", "4"))
    document = read(docx(tmp_path / "a.docx", body), "a.docx")
    assert not document.speakers_found
    assert document.text.split("\n") == ["By", "Sentraler", "Oslo", "32", "Bergen", "11", "Oslo", "4"]


def test_word_offers_comments_notes_and_headers(tmp_path: Path) -> None:
    start, end = '<w:commentRangeStart w:id="1"/>', '<w:commentRangeEnd w:id="1"/>'
    reference = '<w:r><w:commentReference w:id="1"/></w:r>'
    body = (
        p(start, r("Intervjuer: ", BOLD), r("Hei på"), end, reference, r(" deg."))
        + p(r("Informant: ", BOLD), r("Ja"), '<w:r><w:footnoteReference w:id="2"/></w:r>', r(" da."))
        + p(r("Intervjuer: Takk"), '<w:r><w:endnoteReference w:id="3"/></w:r>')
    )
    parts = {
        "comments": f'<w:comment w:id="1" w:author="Leser">{p(r("Hvem?"))}{p(r("Spør."))}</w:comment>',
        "footnotes": f'<w:footnote w:id="-1" w:type="separator">{p(r("-"))}</w:footnote>'
        f'<w:footnote w:id="2">{p(r("Nikker."))}</w:footnote>',
        "endnotes": f'<w:endnote w:id="3">{p(r("Slutt."))}</w:endnote>',
        "header": p(r("Prosjekt 12, fortrolig")),
        "footer": p(r("3")),
    }
    document = read(docx(tmp_path / "a.docx", body, parts), "a.docx")
    assert said(document) == [("Intervjuer", "Hei på deg."), ("Informant", "Ja da."), ("Intervjuer", "Takk")]
    assert sorted(noted(document)) == [
        ("comment", "Leser", "Hvem?\nSpør.", "Hei på"),
        ("endnote", None, "Slutt.", "Takk"),
        ("footnote", None, "Nikker.", "Ja"),
        ("header", None, "Prosjekt 12, fortrolig", ""),
    ]


def test_word_anchors_a_comment_over_several_turns(tmp_path: Path) -> None:
    start, end = '<w:commentRangeStart w:id="1"/>', '<w:commentRangeEnd w:id="1"/>'
    body = p(r("I: Hei "), start, r("du.")) + p(r("R: Ja.")) + p(r("I: Nei"), end, r(" da.")) + p(r("R: Jo."))
    parts = {"comments": f'<w:comment w:id="1">{p(r("Se her."))}</w:comment>'}
    assert noted(read(docx(tmp_path / "a.docx", body, parts), "a.docx")) == [
        ("comment", None, "Se her.", "du.\nJa.\nNei")
    ]


def test_word_reads_bold_labels_without_a_colon_and_meeting_transcripts(tmp_path: Path) -> None:
    bold = docx(
        tmp_path / "b.docx",
        p(r("Kari", BOLD), r(" Hei."))
        + p(r("Ola ", BOLD), r("Ja."))
        + p(r("Kari", BOLD), r(" Nei."))
        + p(r("Ola", BOLD), r(" Jo.")),
    )
    assert said(read(bold, "b.docx")) == [("Kari", "Hei."), ("Ola", "Ja."), ("Kari", "Nei."), ("Ola", "Jo.")]
    meeting = "".join(
        p(r(name, BOLD), r(f"   0:{i:02d}"), "<w:r><w:br/></w:r>", r(text))
        for i, (name, text) in enumerate(
            [("Kari Moe", "Hei."), ("Ola Vik", "Hallo."), ("Kari Moe", "Da så.")]
        )
    )
    document = read(docx(tmp_path / "m.docx", meeting), "m.docx")
    assert said(document) == [("Kari Moe", "Hei."), ("Ola Vik", "Hallo."), ("Kari Moe", "Da så.")]
    assert document.turns[1].time == "00:00:01"


def test_word_leaves_hidden_text_out(tmp_path: Path) -> None:
    document = read(docx(tmp_path / "a.docx", p(r("Synlig."), r("Skjult.", "<w:vanish/>"))), "a.docx")
    assert document.text == "Synlig."
    assert "hidden_dropped" in codes(document)


# OpenDocument


def test_odt_keeps_what_stands_and_drops_what_was_deleted(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Strøket.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p>1 Oppgave<text:s text:c="3"/>en</text:p>'
        "<text:p><text:tab/>Jeg "
        '<text:change-start text:change-id="c"/>ser <text:change-end text:change-id="c"/>\n   den.'
        "<text:line-break/>Og mer.</text:p>"
        "<text:list><text:list-item><text:p>Punkt.</text:p></text:list-item></text:list>"
    )
    document = read(odt(tmp_path / "a.odt", body), "a.odt")
    assert document.text == "1 Oppgave   en\n\tJeg ser den.\nOg mer.\nPunkt."
    assert "deletions_dropped" in codes(document)


def test_odt_reads_tables_boxes_notes_and_headers(tmp_path: Path) -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{cell.format(a)}{cell.format(b)}</table:table-row>"
        for a, b in [("Moderator", "Velkommen."), ("Deltaker 1", "Takk."), ("Moderator", "Da starter vi.")]
    )
    body = (
        '<text:p>Først<office:annotation office:name="n"><dc:creator>Leser</dc:creator><text:p>Sjekk.</text:p>'
        '</office:annotation> dette<office:annotation-end office:name="n"/> her'
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>Ler.</text:p></text:note-body></text:note>.</text:p>"
        f"<table:table><table:table-column/>{rows}</table:table>"
        "<text:p>Sist<draw:frame><draw:text-box><text:p>I boksen.</text:p></draw:text-box></draw:frame></text:p>"
    )
    document = read(
        odt(tmp_path / "a.odt", body, pages="<style:header><text:p>Fortrolig</text:p></style:header>"),
        "a.odt",
    )
    assert said(document)[:3] == [
        (None, "Først dette her."),
        ("Moderator", "Velkommen."),
        ("Deltaker 1", "Takk."),
    ]
    assert document.text.endswith("Sist\nI boksen.")
    assert sorted(noted(document)) == [
        ("comment", "Leser", "Sjekk.", " dette"),
        ("footnote", None, "Ler.", "her"),
        ("header", None, "Fortrolig", ""),
    ]


# Rich Text


def rtf(path: Path, body: str) -> Path:
    head = r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset238 Times CE;}}{\colortbl;\red0;}"
    path.write_bytes((head + body + "}").encode("cp1252"))
    return path


def test_rtf_reads_letters_of_every_spelling(tmp_path: Path) -> None:
    body = (
        r"\pard\f0 Intervjuer: G\'e5 p\u229?\'f8ya\par "
        r"Informant: {\b ja}\tab nei\line jo \emdash  \u8220\'93hei\u8221\'94 "
        r"\u-10179?\u-8704? \{x\}\~y\-z {\f1 \'b9} \uc0\u248 l\par }"
    )
    document = read(rtf(tmp_path / "a.rtf", body[:-1]), "a.rtf")
    assert said(document) == [
        ("Intervjuer", "Gå påøya"),
        ("Informant", "ja\tnei\njo — “hei” \U0001f600 {x}\u00a0yz ą øl"),
    ]


def test_rtf_reads_tables_notes_and_leaves_the_rest(tmp_path: Path) -> None:
    body = (
        r"{\info{\title Hemmelig}}{\header\pard Fortrolig\par}{\*\generator X;}{\pict\wmetafile8 0100}"
        r"\pard Over\par"
        r"\trowd\cellx1\cellx2\pard\intbl Moderator\cell Velkommen.\cell\row"
        r"\trowd\cellx1\cellx2\pard\intbl Deltaker 1\cell Takk{\footnote\pard Ler.}.\cell\row"
        r"\trowd\cellx1\cellx2\pard\intbl Moderator\cell Da så.\par Ja.\cell\row"
        r"\pard Under{\deleted  borte}{\v skjult} {\*\atrfstart 1}her{\*\atrfend 1}"
        r"{\*\atnid A}{\*\atnauthor Leser}\chatn"
        r"{\*\annotation{\*\atnref 1}\pard Sjekk.} slutt.\par"
    )
    document = read(rtf(tmp_path / "a.rtf", body), "a.rtf")
    assert document.text == "Over\nVelkommen.\nTakk.\nDa så.\nJa.\nUnder her slutt."
    assert [turn.label for turn in document.turns][1:4] == ["Moderator", "Deltaker 1", "Moderator"]
    assert sorted(noted(document)) == [
        ("comment", "Leser", "Sjekk.", "her"),
        ("footnote", None, "Ler.", "Takk"),
        ("header", None, "Fortrolig", ""),
    ]
    assert "deletions_dropped" in codes(document)


def test_a_doc_that_is_rtf_is_read_as_rtf(tmp_path: Path) -> None:
    document = read(
        rtf(tmp_path / "gammel.doc", r"\pard Intervjuer: Hei.\par Informant: Ja.\par "), "gammel.doc"
    )
    assert document.format == "rtf"
    assert document.turns[0].label == "Intervjuer"
    assert [w.params for w in document.warnings if w.code == "read_as"] == [
        {"ending": ".doc", "format": "RTF"}
    ]


# HTML


def test_html_reads_bold_labels_and_leaves_scripts(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body><script>var a;</script>"
        "<p><b>Kari:</b> Hei&nbsp;du,\n  <i>du</i> der.<br>Ny linje.</p>"
        "<p><strong>Ola:</strong> Blåbær &amp; fløte.</p>"
        "<p style='display: none'>Skjult</p><blockquote>Kari: sitat</blockquote>"
        "<p><b>Kari:</b> <del>Nei</del><ins>Jo</ins>.</p>"
        "<p><b>Ola:</b> Ja.</p></body></html>",
        encoding="utf-8",
    )
    assert said(read(path, "a.html")) == [
        ("Kari", "Hei\u00a0du, du der.\nNy linje."),
        ("Ola", "Blåbær & fløte.\nKari: sitat"),
        ("Kari", "Jo."),
        ("Ola", "Ja."),
    ]


def test_html_reads_headings_lists_of_terms_and_tables(tmp_path: Path) -> None:
    overlap = "<h3>ABC + 007</h3><ul><li><b>1:</b> ja<br><b>2:</b> nei</li></ul>"
    path = tmp_path / "h.html"
    path.write_text(
        f"<html><h2>Samtale</h2><h3>ABC</h3><p>hei</p><h3>007</h3><p>hallo</p>{overlap}<h3>007</h3><p>jo</p><h3>ABC</h3><p>så</p></html>"
    )
    document = read(path, "h.html")
    assert said(document) == [
        (None, "Samtale"),
        ("ABC", "hei"),
        ("007", "hallo"),
        ("ABC", "ja"),
        ("007", "nei"),
        ("007", "jo"),
        ("ABC", "så"),
    ]
    assert "overlap_split" in codes(document)
    path.write_text(
        "<html><table><tr><th>Speaker</th><th>Text</th></tr><tr><td>Kari</td><td>Hei.</td></tr><tr><td>Ola</td><td>Ja.</td></tr></table></html>"
    )
    assert said(read(path, "h.html")) == [("Kari", "Hei."), ("Ola", "Ja.")]


# PDF


def test_pdf_joins_lines_and_drops_furniture_and_margin_numbers(tmp_path: Path) -> None:
    def page(number: int, first: int) -> list[tuple[float, float, float, str]]:
        return [
            (60, 810, 10, "Prosjekt Nabolag, fortrolig"),
            (60, 700, 10, "Intervjuer: Kan du fortelle litt om hvordan det hele begynte den gangen, og om"),
            (60, 688, 10, "hvem som var med fra starten av da dere flyttet inn i de nye lokalene ved sjo-"),
            (60, 676, 10, "siden?"),
            (30, 700, 8, str(first)),
            (
                60,
                652,
                10,
                "Informant: Ja, det kan jeg gjerne. Vi var tre stykker og hadde hverken penger eller",
            ),
            (60, 640, 10, "lokaler."),
            (30, 652, 8, str(first + 1)),
            (290, 20, 9, f"{number} / 3"),
        ]

    document = read(pdf(tmp_path / "a.pdf", page(1, 1), page(2, 3), page(3, 5)), "a.pdf")
    assert [turn.label for turn in document.turns] == ["Intervjuer", "Informant"] * 3
    assert document.text.split("\n")[0].endswith("nye lokalene ved sjosiden?")
    assert document.text.split("\n")[1].endswith("penger eller lokaler.")
    assert "fortrolig" not in document.text and not any(c.isdigit() for c in document.text)
    assert {"margin_numbers", "page_furniture"} <= codes(document)


def test_pdf_keeps_a_paragraph_that_runs_over_the_page(tmp_path: Path) -> None:
    line = "Dette er en lang linje i en lang fortelling som fyller hele bredden av arket her"
    first = [(60.0, 760.0 - 12 * i, 10.0, line) for i in range(55)]
    second = [(60.0, 800.0 - 12 * i, 10.0, line) for i in range(3)]
    document = read(pdf(tmp_path / "a.pdf", first, second), "a.pdf")
    assert document.text.count("\n") == 0
    assert document.text.count(line) == 58


@pytest.mark.parametrize("name", ["samtale.docx", "samtale.pdf", "samtale.odt"])
def test_a_wrong_ending_is_said_and_the_file_is_read_as_what_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("Intervjuer: Hei.\nInformant: Ja.\n", encoding="utf-8")
    document = read(path, name)
    assert document.format == "txt"
    assert "read_as" in codes(document)
