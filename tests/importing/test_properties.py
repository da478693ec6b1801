"""What holds for every text that is read, whatever stands in it."""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from coding.importing.cleaning import clean, clean_at, cut_at
from coding.importing.document import ReadDocument, Refused
from coding.importing.reading import Limits, preview_encodings, read

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028\u2029\u2060\ufeff\ud800-\udfff\ufffe\uffff]"
)

LABELS = [
    "Intervjuer",
    "Informant 2",
    "Kari Moe",
    "I",
    "AMB",
    "003",
    "Viktig",
    "Så sa hun",
    "David (d)",
    "nixo",
]
PIECES = st.one_of(
    st.sampled_from(
        [
            ": ", ":", "：", " – ", "\n", "\n\n", "\r\n", "\r", "\t", " ", "[00:12]", "00:01:12 ",
            "#00:01:12-3#", "**", "_", ">", "> ", "# ", "| ", " |", "---\n", "\u200b", "\u00ad",
            "e\u0301", "\u212b", "👨\u200d👩", "\u200d", "\ufeff", "(", ")", "<b>", "</b>", "<br>",
            "<v Kari>", "\n00:01.000 --> 00:02.000\n", "1\n", "WEBVTT\n\n", "&amp;", "\\[", "*INT ",
            "%mor: ", "\x00", "\x85", ".",
        ]
    ),
    st.sampled_from(LABELS),
    st.sampled_from(["ja", "det går bra", "Hei.", "ikke sant?", "æøå"]),
    st.text(max_size=6),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map("".join)
NAMES = st.sampled_from(["a.txt", "a.md", "a.vtt", "a.srt", "a.html"])


def written(data: bytes, name: str, **options: object) -> ReadDocument | str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            return read(path, name, **options)  # type: ignore[arg-type]
        except Refused as refused:
            return refused.message.code


def holds(document: ReadDocument) -> None:
    text = document.text
    assert text and text == unicodedata.normalize("NFC", text) == clean(text)
    assert not FORBIDDEN.search(text)
    assert document.turns[0].start == 0
    assert document.turns[-1].end == len(text)
    for turn in document.turns:
        assert text[turn.start : turn.end].strip()
        assert turn.label is None or turn.label.strip() == turn.label == clean(turn.label) != ""
        assert turn.time is None or re.fullmatch(r"\d{2,}:\d{2}:\d{2}(?:\.\d{3})?", turn.time)
    for one, following in zip(document.turns, document.turns[1:], strict=False):
        assert following.start == one.end + 1
        assert text[one.end] == "\n"
    assert "\n\n" not in text and not text.startswith("\n") and not text.endswith("\n")
    for note in document.notes:
        assert 0 <= note.anchor_start <= note.anchor_end <= len(text)
    assert document.speakers_found == any(turn.label for turn in document.turns)
    assert ReadDocument.from_json(json.loads(json.dumps(document.to_json()))) == document
    assert ReadDocument.from_json(json.dumps(document.to_json())) == document


@settings(max_examples=250, deadline=None)
@given(TEXTS, NAMES, st.booleans())
def test_turns_cover_a_clean_text(text: str, name: str, speakers: bool) -> None:
    data = text.encode("utf-8", "surrogatepass")
    document = written(data, name, speakers=speakers)
    if isinstance(document, ReadDocument):
        holds(document)
        assert speakers or not document.speakers_found
    assert written(data, name, speakers=speakers) == document


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), NAMES)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    document = written(data, name)
    if isinstance(document, ReadDocument):
        holds(document)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        assert all(len(text) <= 300 for _, text in preview_encodings(path))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(LABELS[:4]), st.sampled_from(["ja", "nei da.", "hva så?"])),
        min_size=2,
        max_size=30,
    )
)
def test_no_spoken_word_is_lost(lines: list[tuple[str, str]]) -> None:
    document = written("\n".join(f"{label}: {said}" for label, said in lines).encode(), "a.txt")
    assert isinstance(document, ReadDocument)
    heard = re.findall(r"ja\b|nei da\.|hva så\?", document.text)
    assert heard == [said for _, said in lines]


@given(TEXTS)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(TEXTS, st.data())
def test_offsets_follow_what_is_taken_out(text: str, data: st.DataObject) -> None:
    offsets = data.draw(st.lists(st.integers(0, len(text)), max_size=5))
    cleaned, moved = clean_at(text, offsets)
    assert all(0 <= offset <= len(cleaned) for offset in moved)
    assert [moved[i] for i in sorted(range(len(offsets)), key=offsets.__getitem__)] == sorted(moved)
    spans = data.draw(
        st.lists(st.tuples(st.integers(0, len(cleaned)), st.integers(0, len(cleaned))), max_size=3)
    )
    spans = [(min(span), max(span)) for span in spans]
    cut, moved = cut_at(cleaned, spans, moved)
    kept = "".join(c for i, c in enumerate(cleaned) if not any(a <= i < b for a, b in spans))
    assert cut == clean(kept)
    assert all(0 <= offset <= len(cut) for offset in moved)


def test_small_limits_are_kept() -> None:
    assert written(b"hei " * 100, "a.txt", limits=Limits(upload_bytes=10)) == "too_big"
