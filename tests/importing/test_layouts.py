"""Each layout that transcripts come in, by a small sample written for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from coding.importing.document import ReadDocument
from coding.importing.reading import preview_encodings, read


class Reads:
    """Writes a sample to a file and reads that."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self,
        text: str | bytes,
        name: str = "sample.txt",
        *,
        encoding: str | None = None,
        speakers: bool = True,
    ) -> ReadDocument:
        path = self.folder / name
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return read(path, name, encoding=encoding, speakers=speakers)


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    return Reads(tmp_path)


def said(document: ReadDocument) -> list[tuple[str | None, str]]:
    return [(turn.label, document.text[turn.start : turn.end]) for turn in document.turns]


def times(document: ReadDocument) -> list[str | None]:
    return [turn.time for turn in document.turns]


def codes(document: ReadDocument) -> set[str]:
    return {warning.code for warning in document.warnings}


def test_it_reads_role_words_before_a_colon(reads: Reads) -> None:
    document = reads("Intervjuer: Hvor lenge har du vært her?\nInformant: Snart fire år.\nDet går fort.\n")
    assert said(document) == [
        ("Intervjuer", "Hvor lenge har du vært her?"),
        ("Informant", "Snart fire år.\nDet går fort."),
    ]
    assert document.speakers_found


@pytest.mark.parametrize(
    "label",
    [
        "Intervjuar", "Moderator", "Fasilitator", "Deltaker 2", "Deltakar 2", "Respondent", "Speaker 1", "Interviewer",
        "Participant 3", "Taler 1", "INTERVJUER", "Deltaker2",
    ],
)  # fmt: skip
def test_it_takes_a_role_word_that_stands_once(reads: Reads, label: str) -> None:
    document = reads(f"{label}: Velkommen hit, alle sammen.\nOg så begynte vi.\n")
    assert document.turns[0].label == label


@pytest.mark.parametrize(
    "text",
    [
        "Viktig: husk skjemaet.\nVi gikk videre.\n",
        "Viktig: husk skjemaet.\nViktig: ring kommunen.\nViktig: lås døra.\n",
        "Kl. 12: lunsj.\nKl. 14: slutt.\nKl. 16: hjem.\n",
        "Spørsmål: Hva nå?\nSvar: Vet ikke.\nSpørsmål: Hvorfor?\nSvar: Derfor.\n",
        "Så sa hun til meg:\nDette går bra.\nSå sa hun til meg:\nDette går ikke.\n",
        "Forslaget lyder:\nHele saken.\nForslaget lyder:\nHalve saken.\n",
        "Mitt spørsmål er: Hva gjør vi?\nMitt spørsmål er: Når?\n",
        "Se http://eksempel.no: der.\nSe http://eksempel.no: her.\n",
        "> KARI: Det var jeg.\n\n> KARI: Og jeg igjen.\n\nEn setning til.\n",
        "Møtet var 12:30 og 13:45.\n12:30 Lunsj\n",
        "Oslo\n32\nBergen\n11\nOslo\n20\nBergen\n8\nOslo\n4\nBergen\n5\n",
        "Bergen 09:30\nOslo 10:15\nBergen 11:30\n",
        "Styrker og svakheter\nTV: mye.\nEU: lite.\n"
        + "Vi snakket om mangt og mye denne dagen.\n" * 80
        + "TV: mer.\nEU: mer.\n",
        "Kari: Ja.\nDette er en lang fortelling uten flere navn.\n",
    ],
)
def test_it_makes_no_speakers_of_prose(reads: Reads, text: str) -> None:
    document = reads(text)
    assert not document.speakers_found
    assert [turn.label for turn in document.turns] == [None]


def test_it_leaves_prose_with_colons_inside_turns(reads: Reads) -> None:
    document = reads("I: Hva skjedde?\nA: Jo, hør her.\nViktig: alle må med.\nA: Det var det.\nI: Takk.\n")
    assert said(document) == [
        ("I", "Hva skjedde?"),
        ("A", "Jo, hør her.\nViktig: alle må med."),
        ("A", "Det var det."),
        ("I", "Takk."),
    ]


def test_it_takes_single_letters_only_when_they_recur(reads: Reads) -> None:
    assert not reads("B: det andre alternativet.\nVi valgte det.\n").speakers_found
    document = reads("I: Hei.\nR: Hei hei.\nI: Kom inn.\nR: Takk.\n")
    assert [turn.label for turn in document.turns] == ["I", "R", "I", "R"]


def test_it_says_which_label_stood_once(reads: Reads) -> None:
    document = reads("Kari: Hei.\nOla: Hei.\nKari: Kom inn.\nOla: Takk.\nLiv: Jeg også.\nKari: Ja.\n")
    assert "Liv: Jeg også." in document.text
    assert [w.params for w in document.warnings if w.code == "possible_label"] == [{"label": "Liv"}]


def test_it_takes_names_with_bars_brackets_and_commas(reads: Reads) -> None:
    names = ["Kari Moe | Sentralen", "Ola (leder)", "Vik, Anne", "Jon-Erik [Oslo]", "Mr. Speaker"]
    document = reads("".join(f"{name}: Første gang.\n" for name in names) * 2)
    assert [turn.label for turn in document.turns] == names * 2


def test_it_keeps_facts_and_headings_above_the_first_turn_without_a_speaker(reads: Reads) -> None:
    document = reads(
        "Intervju om frivillighet\nDato: 12.03.2020\nSted: Bergen\nIntervjuer: Kari\nInformant: daglig leder\n"
        "Varighet: 50 min\n\nI: Da er vi i gang.\nD: Ja.\nI: Fortell.\nD: Gjerne det.\n"
    )
    assert [turn.label for turn in document.turns] == [None, "I", "D", "I", "D"]
    assert document.text.startswith("Intervju om frivillighet\nDato: 12.03.2020")


def test_it_reads_a_name_on_a_line_of_its_own(reads: Reads) -> None:
    document = reads(
        "Kari Moe:\r\nHei på deg.\r\n\r\nOla Vik:\r\nHei.\r\n\r\nKari Moe:\r\nEn gang til.\r\nOla Vik:\r\nJa.\r\n"
    )
    assert said(document) == [
        ("Kari Moe", "Hei på deg."),
        ("Ola Vik", "Hei."),
        ("Kari Moe", "En gang til."),
        ("Ola Vik", "Ja."),
    ]


def test_it_reads_a_name_and_a_time_on_a_line_of_their_own(reads: Reads) -> None:
    document = reads("Kari Moe 00:12\nHei på deg.\n\nOla Vik (01:03)\nHei.\n\nKari Moe 1:02:03\nSnakkes.\n")
    assert said(document) == [("Kari Moe", "Hei på deg."), ("Ola Vik", "Hei."), ("Kari Moe", "Snakkes.")]
    assert times(document) == ["00:00:12", "00:01:03", "01:02:03"]


def test_it_reads_words_own_transcript(reads: Reads) -> None:
    document = reads(
        "Audio file\nopptak.m4a\nTranscript\n00:00:01 Speaker 1\nHei og velkommen.\n\n"
        "00:01:12 Speaker 2\nTakk for det.\nJeg gleder meg.\n"
    )
    assert said(document) == [
        ("Speaker 1", "Hei og velkommen."),
        ("Speaker 2", "Takk for det.\nJeg gleder meg."),
    ]
    assert times(document) == ["00:00:01", "00:01:12"]


@pytest.mark.parametrize(
    "head", ["Audio file\nIntervju Aud Vik.m4a\n\nTranscript\n", "Lydfil\nAud Vik.WAV\n"]
)
@pytest.mark.parametrize("speakers", [True, False])
def test_the_name_of_the_recording_does_not_stay_in_the_text(reads: Reads, head: str, speakers: bool) -> None:
    document = reads(head + "00:00:03 Speaker 1\nVelkommen.\n00:00:09 Speaker 2\nTakk.\n", speakers=speakers)
    assert "Aud" not in document.text and not document.text.startswith("Transcript")
    assert "recording_dropped" in codes(document)
    assert [turn.label for turn in document.turns] == (["Speaker 1", "Speaker 2"] if speakers else [None])


@pytest.mark.parametrize(
    "text",
    [
        "Audio file\nWe kept it in a drawer.\nTranscript\nIt was long.\n",
        "Vi hørte på\nintervju.m4a\nog skrev.\n",
        "Audio file\nintervju.m4a\n",
    ],
)
def test_words_about_a_recording_stay(reads: Reads, text: str) -> None:
    document = reads(text)
    assert document.text == text.strip()
    assert "recording_dropped" not in codes(document)


@pytest.mark.parametrize(
    "line",
    [
        "[00:01:12] Kari: {}",
        "00:01:12 Kari: {}",
        "Kari [00:01:12]: {}",
        "Kari (00:01:12): {}",
        "Kari: [00:01:12] {}",
    ],
)
def test_it_takes_a_label_by_a_time_code(reads: Reads, line: str) -> None:
    document = reads("\n".join([line.format("Hei."), line.replace("Kari", "Ola").format("Takk.")]))
    assert said(document) == [("Kari", "Hei."), ("Ola", "Takk.")]
    assert times(document) == ["00:01:12", "00:01:12"]


def test_it_takes_no_short_answer_after_a_time_for_a_name(reads: Reads) -> None:
    document = reads(
        "00:01 Vi begynner nå.\n00:05 Ja\n00:06 Det ble en lang dag for alle.\n00:09 Absolutt\n00:11 Ja.\n"
    )
    assert not document.speakers_found
    assert "Absolutt" in document.text and "00:" not in document.text


def test_it_reads_dash_labels_with_a_legend(reads: Reads) -> None:
    document = reads(
        "I – intervjuer\nC – informant\n\nI – Hvordan går det?\nC – Det går bra – tror jeg.\nI – Godt.\nC – Ja.\n"
    )
    assert said(document) == [
        (None, "I – intervjuer\nC – informant"),
        ("I", "Hvordan går det?"),
        ("C", "Det går bra – tror jeg."),
        ("I", "Godt."),
        ("C", "Ja."),
    ]


def test_a_short_file_with_a_legend_of_its_dashes_has_speakers(reads: Reads) -> None:
    lines = [
        "I – intervjuer, R – respondent.",
        "I – Hvordan kom du hit, hr. Håkonsen?",
        "R – Med buss. Jeg sa: «Hvorfor ikke?»",
        "I – Og så?",
        "R – Så ble jeg. Det er én regel:",
        "ta med din egen kopp.",
        "I – Takk.",
    ]
    for end, encoding in (("\r", "cp1252"), ("\n", "utf-8")):
        document = reads(end.join(lines).encode(encoding))
        assert said(document) == [
            (None, "I – intervjuer, R – respondent."),
            ("I", "Hvordan kom du hit, hr. Håkonsen?"),
            ("R", "Med buss. Jeg sa: «Hvorfor ikke?»"),
            ("I", "Og så?"),
            ("R", "Så ble jeg. Det er én regel:\nta med din egen kopp."),
            ("I", "Takk."),
        ]
        assert "no_speakers" not in codes(document)


def test_a_long_file_with_dashes_leaves_none_in_the_text(reads: Reads) -> None:
    document = reads(
        "I – intervjuer, R – respondent\n\n" + "I – Hvordan var det?\nR – Det var greit nok.\n" * 8
    )
    assert said(document) == [
        (None, "I – intervjuer, R – respondent"),
        *[("I", "Hvordan var det?"), ("R", "Det var greit nok.")] * 8,
    ]


@pytest.mark.parametrize(
    "text",
    [
        # A legend by itself, of something else, or with one label that speaks.
        "I – intervjuer, R – respondent\nVi snakket lenge.\nI – det er en bokstav.\nDet er alt.\n",
        "A – fredag, B – lørdag\nA – Vi spiste.\nB – Vi dro hjem.\nA – Og kom igjen.\n",
        "Ja – informant, Nei – moderator\nJa – det er sant.\nNei – det er ikke sant.\nJa – likevel.\n",
    ],
)
def test_a_legend_alone_makes_no_speakers(reads: Reads, text: str) -> None:
    document = reads(text)
    assert not document.speakers_found and document.text == text.strip()


def test_it_makes_no_speakers_of_dashes_in_prose(reads: Reads) -> None:
    document = reads(
        "Ja – det er sant.\nNei – det er ikke sant.\nJa – likevel.\nVi snakket lenge om dette.\n" * 3
    )
    assert not document.speakers_found


def test_it_reads_f4_time_codes_and_zero_width_spaces(reads: Reads) -> None:
    document = reads(
        "I: Hei \u200bpå deg. #00:00:04-3#\nB: Hei. #00:01:12-3#\nI: Ja #00:01:15-0# nettopp.\nB: Mm.\n"
    )
    assert said(document) == [("I", "Hei på deg."), ("B", "Hei."), ("I", "Ja nettopp."), ("B", "Mm.")]
    assert times(document) == ["00:00:04.300", "00:01:12.300", "00:01:15.000", None]


def test_it_reads_f4_codes_bars_and_full_width_colons(reads: Reads) -> None:
    document = reads(
        "#00:00:01-2# Anna (leder)：Velkommen alle.\n> BO: dette er bare et sitat\n"
        "#00:00:09-0# Bo | friv.：Jeg har to ting å si:\nnøkler og kaffe.\n"
        "#00:00:15-5# Anna (leder)：Takk.\n#00:00:20-0# Bo | friv.：Bare hyggelig.\n"
    )
    assert said(document) == [
        ("Anna (leder)", "Velkommen alle.\n> BO: dette er bare et sitat"),
        ("Bo | friv.", "Jeg har to ting å si:\nnøkler og kaffe."),
        ("Anna (leder)", "Takk."),
        ("Bo | friv.", "Bare hyggelig."),
    ]
    assert times(document) == ["00:00:01.200", "00:00:09.000", "00:00:15.500", "00:00:20.000"]


def test_a_bar_without_a_time_code_makes_no_speaker(reads: Reads) -> None:
    text = "Tall | priser: 3\nVi så på dem.\nTall | priser: 4\nDet var alt.\n"
    document = reads(text)
    assert not document.speakers_found and document.text == text.strip()


def test_it_reads_full_width_colons(reads: Reads) -> None:
    document = reads("Kari：Hei.\nOla：Hallo.\nKari：Kom inn.\nOla：Takk.\n")
    assert said(document)[0] == ("Kari", "Hei.")
    assert len(document.turns) == 4


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028"])
def test_it_reads_every_kind_of_line_end(reads: Reads, end: str) -> None:
    document = reads(end.join(["Intervjuer: Hei.", "Informant: Ja.", "Mer.", "Intervjuer: Takk.", ""]))
    assert said(document) == [("Intervjuer", "Hei."), ("Informant", "Ja.\nMer."), ("Intervjuer", "Takk.")]


def test_it_reads_first_tokens_without_a_colon(reads: Reads) -> None:
    lines = [
        "ABC hvor kommer du fra ?",
        "007 fra en liten plass",
        "007 ved kysten",
        "og litt til",
        "ABC ja",
        "007 mm",
    ] * 4
    document = reads("\n".join(lines))
    assert {turn.label for turn in document.turns} == {"ABC", "007"}
    assert said(document)[1:3] == [("007", "fra en liten plass"), ("007", "ved kysten\nog litt til")]


def test_it_reads_chat_tiers(reads: Reads) -> None:
    document = reads(
        "@Begin\n*INT:\tvar bor du ?\n*YM2:\thär .\n*YM2:\tbara här .\n%mor:\tadv|här\n*INT:\tmm .\n@End\n"
    )
    assert said(document)[2:4] == [("YM2", "här ."), ("YM2", "bara här .")]
    assert "tiers_dropped" in codes(document)


def test_it_reads_a_meetings_chat_log(reads: Reads) -> None:
    document = reads(
        "00:03:12\tinga:\thei 👋\r\n00:03:16\tnotatbot:\tJeg noterer.\r\n\r\n"
        "Se mer: i morgen\r\n00:04:01\tinga:\tok\r\n"
    )
    assert said(document) == [
        ("inga", "hei 👋"),
        ("notatbot", "Jeg noterer.\nSe mer: i morgen"),
        ("inga", "ok"),
    ]
    assert times(document) == ["00:03:12", "00:03:16", "00:04:01"]


def test_it_reads_voices_in_vtt_without_hours(reads: Reads) -> None:
    document = reads(
        "WEBVTT\n\n00:01.000 --> 00:02.500\n<v Kari Moe>Hei <i>på</i> deg.</v>\n\n"
        "NOTE dette er ikke tale\n\nforan\n00:03.000 --> 00:04.000\n<v Kari Moe>Er du der?</v>\n\n"
        "00:05.000 --> 00:06.000\n<v.loud Ola Vik>Ja &amp; nei</v>\n",
        "opptak.vtt",
    )
    assert said(document) == [("Kari Moe", "Hei på deg. Er du der?"), ("Ola Vik", "Ja & nei")]
    assert times(document) == ["00:00:01.000", "00:00:05.000"]


def test_it_carries_a_speaker_on_in_srt(reads: Reads) -> None:
    document = reads(
        "1\n00:00:00,500 --> 00:00:02,000\nKari Moe: Hei og\nvelkommen\n\n2\n00:00:02,000 --> 00:00:04,000\n"
        "til oss.\n\n3\n00:00:04,000 --> 00:00:05,000\nOla Vik: Takk.\n\n4\n00:00:05,000 --> 00:00:06,000\n"
        "Kari Moe: Ja.\n\n5\n00:00:06,000 --> 00:00:07,000\nOla Vik: Mm.\n",
        "opptak.srt",
    )
    assert said(document) == [
        ("Kari Moe", "Hei og velkommen til oss."),
        ("Ola Vik", "Takk."),
        ("Kari Moe", "Ja."),
        ("Ola Vik", "Mm."),
    ]
    assert document.format == "srt"


def test_it_joins_captions_without_speakers_into_paragraphs(reads: Reads) -> None:
    cues = "".join(
        f"{i // 60:02d}:{i % 60:02d}.000 --> {i // 60:02d}:{i % 60:02d}.900\nDette er setning nummer {i}.\n\n"
        for i in range(60)
    )
    document = reads(f"WEBVTT\n\n{cues}", "opptak.vtt")
    assert not document.speakers_found
    assert 1 < len(document.turns) < 12
    assert document.turns[0].time == "00:00:00.000"


def test_it_reads_bold_labels_and_headings_in_markdown(reads: Reads) -> None:
    document = reads(
        "---\ntitle: Samtale\n---\n\n# Del en\n\n**Kari Moe:** Hei, [du](http://x.no) der.\n\nMer om *det*.\n\n"
        "**Ola Vik**: \\[00:12\\] Jo takk.\n\n> KARI: et sitat\n\n**Kari Moe:** Slutt.\n\n**Ola Vik:** Ja.\n",
        "samtale.md",
    )
    assert said(document) == [
        (None, "title: Samtale\nDel en"),
        ("Kari Moe", "Hei, du der.\nMer om det."),
        ("Ola Vik", "Jo takk.\nKARI: et sitat"),
        ("Kari Moe", "Slutt."),
        ("Ola Vik", "Ja."),
    ]
    assert document.turns[2].time == "00:00:12"


def test_it_joins_lines_broken_at_a_fixed_width(reads: Reads) -> None:
    long = "Dette er en linje som er brutt der margen var, slik eldre programmer gjorde det"
    document = reads(
        "\n".join(
            [f"Intervjuer: {long[:60]}", long, "slutt.", "", f"Informant: {long[:60]}", long, "ferdig."] * 3
        )
    )
    assert len(document.turns) == 6
    assert "\n" not in document.text[document.turns[0].start : document.turns[0].end]


def test_it_leaves_everything_in_the_text_when_there_are_no_speakers(reads: Reads) -> None:
    document = reads("I: Hei.\nR: Hallo.\nI: Ja.\nR: Nei.\n", speakers=False)
    assert said(document) == [(None, "I: Hei.\nR: Hallo.\nI: Ja.\nR: Nei.")]
    assert not document.speakers_found and "no_speakers" not in codes(document)


def test_it_drops_turns_without_words(reads: Reads) -> None:
    document = reads("Intervjuer: Hei.\nInformant:\nIntervjuer: Er du der?\nInformant: Ja.\n")
    assert [turn.label for turn in document.turns] == ["Intervjuer", "Intervjuer", "Informant"]
    assert "empty_turns" in codes(document)


def test_it_takes_only_the_interjections_of_the_one_who_is_named(reads: Reads) -> None:
    lines = [
        "Jeg leser oppgaven nå.",
        "Det ser greit ut.",
        "MODERATOR: Fortsett, du.",
        "Ja, det gjør jeg.",
        "Og så videre.",
    ]
    document = reads("\n".join(lines * 3))
    assert [turn.label for turn in document.turns] == [None, "MODERATOR"] * 3 + [None]


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-16-le", ""),
        ("utf-16-be", "\ufeff"),
        ("cp1252", ""),
    ],
)
def test_it_detects_how_letters_are_stored(reads: Reads, encoding: str, bom: str) -> None:
    text = "Intervjuer: Går det bra på øya?\nInformant: Æ, ja – «så klart».\n"
    document = reads((bom + text).encode(encoding))
    assert said(document) == [("Intervjuer", "Går det bra på øya?"), ("Informant", "Æ, ja – «så klart».")]


def test_it_reads_with_the_encoding_that_a_person_chose(reads: Reads) -> None:
    document = reads("Intervjuer: Gå på øya.\nInformant: Ja.".encode("mac_roman"), encoding="mac_roman")
    assert "Gå på øya." in document.text
    assert document.encoding == "mac_roman"


def test_it_mends_a_few_strayed_letters(reads: Reads) -> None:
    good = "Intervjuer: Blåbær på øya.\n" * 20
    document = reads(good.encode("utf-8") + "Informant: Øl.\n".encode("cp1252"))
    assert document.text.endswith("Øl.")
    assert document.text.startswith("Blåbær på øya.")
    assert "encoding_mixed" in codes(document)


def test_it_removes_what_cannot_be_seen_and_keeps_what_joins(reads: Reads) -> None:
    family = "👨\u200d👩\u200d👧"
    document = reads(
        f"\ufeffIntervjuer: fri\u00advil\u200blig\u2060het e\u0301n {family} a\u200db नम\u200dस्ते\x00\n"
    )
    assert document.text == f"frivillighet én {family} ab नम\u200dस्ते"


def test_it_takes_a_role_that_speaks_once_among_labels_but_no_part_of_the_text(reads: Reads) -> None:
    document = reads(
        "I: Hei.\nR: Ja.\nI: Del to.\nFlere: (ler)\nDel 2: Om naboer\nR: Takk.\nFrivillig 3: Ja.\n"
    )
    assert [turn.label for turn in document.turns] == ["I", "R", "I", "Flere", "R", "Frivillig 3"]
    assert "Del 2: Om naboer" in document.text


def test_it_reads_numbered_turns(reads: Reads) -> None:
    document = reads("1. Intervjuer: Hei.\n2. Kari: Ja.\n3. Intervjuer: Og så?\n4. Kari: Nei.\n")
    assert said(document) == [
        ("Intervjuer", "Hei."),
        ("Kari", "Ja."),
        ("Intervjuer", "Og så?"),
        ("Kari", "Nei."),
    ]


def test_it_reads_labels_before_a_tab(reads: Reads) -> None:
    document = reads("Intervjuer\tHei.\nKari\tJa.\nIntervjuer\tOg så?\nKari\tNei.\n")
    assert said(document) == [
        ("Intervjuer", "Hei."),
        ("Kari", "Ja."),
        ("Intervjuer", "Og så?"),
        ("Kari", "Nei."),
    ]


def test_it_takes_another_spelling_for_the_label_that_recurs(reads: Reads) -> None:
    document = reads("Kari: Hei.\nOla: Ja.\nkari: Og så?\nOLA: Nei.\nKari: Nå?\nOla: Ja.\n")
    assert [turn.label for turn in document.turns] == ["Kari", "Ola"] * 3


@pytest.mark.parametrize("label", ["[SPEAKER_00]", "SPEAKER_00"])
def test_it_reads_labels_that_machines_make(reads: Reads, label: str) -> None:
    document = reads(f"{label}: hei\n{label.replace('00', '01')}: ja\n")
    assert [turn.label for turn in document.turns] == ["SPEAKER_00", "SPEAKER_01"]


def test_it_reads_captions_without_a_head(reads: Reads) -> None:
    document = reads("00:01.000 --> 00:02.000\nHei du.\n\n00:03.000 --> 00:04.000\nHei.\n", "opptak.vtt")
    assert (document.format, document.text) == ("vtt", "Hei du. Hei.")


def test_it_leaves_the_times_of_a_programme_in_the_text(reads: Reads) -> None:
    document = reads("12:30 Lunsj\n13:00 Omvisning\n14:15 Slutt\n")
    assert document.text == "12:30 Lunsj\n13:00 Omvisning\n14:15 Slutt"
    assert not document.speakers_found


def test_it_reads_an_older_chat_log(reads: Reads) -> None:
    document = reads("09:01:02\t From Kari Moe to Everyone:\n\thei alle\n09:01:09\t From Ola : hei\n")
    assert said(document) == [("Kari Moe", "\thei alle"), ("Ola", "hei")]


def test_it_offers_every_encoding_that_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Blåbær på øya".encode("cp1252"))
    offered = preview_encodings(path)
    assert offered[0] == ("cp1252", "Blåbær på øya")
    assert "utf-8" not in dict(offered) and "mac_roman" in dict(offered)
    path.write_bytes(b"PK\x03\x04")
    assert preview_encodings(path) == []


def test_it_reads_a_name_alone_above_the_speech(reads: Reads) -> None:
    document = reads(
        "Kari Moe\nHei på deg.\n\nOla Vik\nHvordan går det med dere?\n\nKari Moe\nBra.\n\nOla Vik\nFint.\n"
    )
    assert [turn.label for turn in document.turns] == ["Kari Moe", "Ola Vik"] * 2
    assert document.text == "Hei på deg.\nHvordan går det med dere?\nBra.\nFint."
