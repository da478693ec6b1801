"""Transcripts that nobody here wrote, with figures counted in the files themselves."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from coding.importing.document import ReadDocument
from coding.importing.reading import read, read_isolated
from tests.importing.test_properties import holds
from tests.shared import shared_path


def real(name: str) -> ReadDocument:
    path = shared_path(f"real-transcripts/{name}")
    document = read(path, Path(name).name)
    holds(document)
    return document


def turns(document: ReadDocument) -> dict[str | None, int]:
    return dict(Counter(turn.label for turn in document.turns))


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("changelog/backstage-9.md", {"Adam Stacoviak": 262, "Jerod Santo": 234, "Quincy Larson": 162}),
        ("metamuse/48-rich-text.txt", {"Slim Lim": 100, "Adam Wiggins": 50, "Mark McGranahan": 29}),
        ("mismatches/naomi-1-full.md", {None: 1, "MEL": 42, "NAOMI": 42}),
        ("mismatches/naomi-2-full.md", {None: 1, "MEL": 52, "NAOMI": 48}),
        ("pdpilot/P1.pdf", {None: 1, "Dan": 47, "Participant": 47}),
        ("podcast-subs/podcasting_20_episode_124.srt", {"Adam Curry": 66, "Dave Jones": 61, "Unknown": 15}),
        ("stortinget/2015-03-24_proceedings.txt", {None: 1}),
        ("docx-features/mammoth-tables.docx", {None: 1}),
    ],
)
def test_turns_of_each_speaker(name: str, counted: dict[str | None, int]) -> None:
    assert turns(real(name)) == counted


def test_parliament_keeps_every_word() -> None:
    document = real("stortinget/2015-03-24_proceedings.txt")
    raw = shared_path("real-transcripts/stortinget/2015-03-24_proceedings.txt").read_text(
        encoding="utf-8-sig"
    )
    assert document.text.split() == raw.replace("\u00ad", "").split()
    assert not document.speakers_found


def test_each_labelled_line_without_a_colon_is_a_turn() -> None:
    document = real("nordic-speech/nb-NOTA-003-AMB-i.txt")
    raw = shared_path("real-transcripts/nordic-speech/nb-NOTA-003-AMB-i.txt").read_text(encoding="utf-8")
    assert set(turns(document)) == {"AMB", "003"}
    assert Counter(turn.label for turn in document.turns) == {"AMB": 60, "003": 54}
    words = [word for line in raw.split("\n") for word in line.split()]
    assert document.text.split() == [word for word in words if word not in ("AMB", "003")]
    assert words.count("AMB") == 60 and words.count("003") == 54


def test_overlapping_speech_is_split_between_the_two() -> None:
    document = real("nordic-speech/nb-NOTA-intervju_005-AMB.html")
    assert set(turns(document)) == {None, "AMB", "005"}
    at = next(
        i
        for i, t in enumerate(document.turns)
        if "ja # hvor er du vokst opp hen?" in document.text[t.start : t.end]
    )
    assert [turn.label for turn in document.turns[at : at + 2]] == ["AMB", "005"]
    assert "født og oppvokst" in document.text and "1:" not in document.text


def test_chat_tiers_name_the_speakers() -> None:
    document = real("nordic-speech/sv-FoleYM_2sp.tra.txt")
    assert set(turns(document)) == {"YM2", "INT", "CHI"}
    assert document.text.startswith("ja heitar N N å är eh sjunie år .")


def test_captions_name_25_speakers() -> None:
    document = real("ethereum-calls/acde-234-transcript.vtt")
    assert len(turns(document)) == 25
    assert "Tomás Arjovsky | Lambda | Ethrex" in turns(document)
    assert document.turns[0].time == "00:01:43.830"
    assert document.text.startswith("Hello.\nGood morning. How's it going?\nWell…\n")


def test_a_chat_log_keeps_emoji_and_messages_of_several_lines() -> None:
    document = real("ethereum-calls/acde-234-chat.txt")
    assert len(document.turns) == 444
    assert turns(document)["Łukasz Rozmej"] == 31
    second = document.turns[1]
    assert (second.label, second.time) == ("read.ai meeting notes", "00:03:16")
    assert document.text[second.start : second.end].endswith("to delete meeting data.")
    assert "👍" in document.text


def test_captions_without_speakers_become_paragraphs() -> None:
    document = real("talkpython/052_eve-online.vtt")
    assert not document.speakers_found
    assert 20 < len(document.turns) < 300
    assert document.text.startswith(
        "Have you ever played a massively multiplayer online game? My first experience"
    )


def test_a_hearing_keeps_its_front_matter_and_those_who_speak_once() -> None:
    document = real("senate-hearing/canada-senate-bitcoin.es.md")
    counted = turns(document)
    assert (counted["AA"], counted["Senador"], counted["Senador Black"]) == (44, 35, 1)
    assert document.turns[0].label is None
    assert document.text.startswith("title: Senado de Canadá Bitcoin")


def test_a_debate_as_pdf_has_headings_and_no_page_furniture() -> None:
    document = real("kenya-hansard/31st-march-1998P.pdf")
    assert turns(document)["Mr. Speaker"] == 5
    assert "PRAYERS" in document.text.split("\n")
    assert "PARLIAMENTARY DEBATES" not in document.text
    assert "escorted by the Speaker and accompanied by the Mace" in document.text


def test_margin_numbers_are_not_speech() -> None:
    document = real("pdpilot/P1.pdf")
    lines = document.text.split("\n")
    assert lines[0] == "Interview" and len(lines) == 95
    assert not any(line.strip().isdigit() for line in lines)
    assert "we tend to use ICE plots." in document.text


def test_a_think_aloud_interview_keeps_its_indented_answers() -> None:
    document = real("serdif/P5_GMT20211125.odt")
    assert document.text.startswith(
        "1 Read the ‘Home’ tab information.\n\tThe Zoom thing is in the wrong place. Let me move it"
    )
    assert set(turns(document)) == {None, "MODERATOR"}


def test_word_features() -> None:
    assert real("docx-features/mammoth-text-box.docx").text == "Datum plane"
    assert (
        real("docx-features/mammoth-tables.docx").text
        == "Above\nTop left\nTop right\nBottom left\nBottom right\nBelow"
    )
    comments = real("docx-features/mammoth-comments.docx").notes
    assert (comments[0].kind, comments[0].author, comments[0].body) == (
        "comment",
        "Michael Williamson",
        "A tachyon walks into a bar.",
    )
    assert [note.kind for note in real("docx-features/mammoth-footnotes.docx").notes] == [
        "footnote",
        "footnote",
    ]


def test_a_process_of_its_own_reads_the_same() -> None:
    path = shared_path("real-transcripts/pdpilot/P1.pdf")
    assert read_isolated(path, "P1.pdf") == read(path, "P1.pdf")


@pytest.mark.parametrize(
    "name",
    ["changelog/backstage-9.md", "metamuse/48-rich-text.txt", "mismatches/naomi-2-full.md", "pdpilot/P1.pdf"],
)
def test_every_word_is_in_the_text_or_in_a_label(name: str) -> None:
    path = shared_path(f"real-transcripts/{name}")
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pages:
            raw = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    else:
        raw = path.read_text(encoding="utf-8")
    document = real(name)
    found = document.text + " ".join(f" {turn.label}" for turn in document.turns if turn.label)
    assert Counter(re.findall(r"[^\W\d_]+", found)) == Counter(re.findall(r"[^\W\d_]+", raw))
