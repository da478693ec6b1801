"""Hostile and broken files: one clear sentence each, bounded time and memory, and nothing left running."""

from __future__ import annotations

import sys
import time
import zipfile
from pathlib import Path

import pytest

from coding.importing.document import Refused
from coding.importing.messages import SENTENCES, english
from coding.importing.reading import Limits, read, read_isolated
from tests.importing.making import docx, odt, p, pdf, r

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(
    path: Path, name: str | None = None, limits: Limits | None = None, *, isolated: bool = False
) -> str:
    reader = read_isolated if isolated else read
    with pytest.raises(Refused) as raised:
        reader(path, name or path.name, limits=limits or Limits())
    sentence = english(raised.value.message)
    assert "\n" not in sentence and "%" not in sentence and len(sentence) < 200
    return raised.value.message.code


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("tom.docx", b"", "empty"),
        ("blank.txt", b" \r\n\t\n", "empty"),
        ("bare-bom.txt", b"\xef\xbb\xbf\n", "empty"),
        (
            "gammel.doc",
            OLE + b"\x00" * 600 + "WordDocument".encode("utf-16-le") + b"\x00" * 600,
            "binary_doc",
        ),
        ("last.docx", OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("tall.xls", OLE + b"\x00" * 600 + "Workbook".encode("utf-16-le"), "legacy_office"),
        ("bilde.docx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "media"),
        ("lyd.txt", b"ID3\x04\x00" + b"\x01" * 50, "media"),
        ("film.mp4", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 50, "media"),
        ("pakke.txt", b"\x1f\x8b\x08" + b"\x00" * 50, "archive"),
        ("program.txt", bytes(range(256)) * 20, "binary"),
        ("halv.docx", b"PK\x03\x04" + b"\x00" * 400, "damaged"),
        ("halv.pdf", b"%PDF-1.7\nnothing here", "damaged"),
        ("tom.html", b"<html><body></body></html>", "no_text"),
        ("tom.rtf", b"{\\rtf1}", "no_text"),
        ("tom.vtt", b"WEBVTT\n\n", "no_text"),
        ("data.xml", b"<?xml version='1.0'?><rows><row>1</row></rows>", "unsupported"),
    ],
)
def test_each_gets_its_sentence(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    assert refused(put(tmp_path / name, data)) == code


def test_a_text_of_500_megabytes_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "lang.txt"
    with path.open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    begun = time.monotonic()
    assert refused(path, isolated=True) == "too_big"
    assert time.monotonic() - begun < 5


def test_a_text_with_too_many_characters_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "lang.txt", b"ord og atter ord\n" * 1000)
    assert refused(path, limits=Limits(characters=10_000)) == "too_many_characters"


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bombe.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(b" " * 1024 * 1024)
    begun = time.monotonic()
    assert refused(path, isolated=True) == "unpacks_too_big"
    assert time.monotonic() - begun < 15


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path) -> None:
    path = docx(tmp_path / "bombe.docx", p(r("a" * 3_000_000)))
    assert refused(path, limits=Limits(unpacked_bytes=1_000_000)) == "unpacks_too_big"
    data = bytearray(path.read_bytes())
    at = data.rfind(b"word/document.xml") - 46
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    assert refused(put(tmp_path / "liten.docx", bytes(data))) == "damaged"


def test_too_many_members_are_not_listed(tmp_path: Path) -> None:
    path = docx(tmp_path / "mange.docx", p(r("Hei.")))
    with zipfile.ZipFile(path, "a") as package:
        for i in range(2100):
            package.writestr(f"x/{i}", b"")
    assert refused(path) == "too_many_members"


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>",
    ],
)
def test_a_document_type_is_refused(tmp_path: Path, prolog: str) -> None:
    assert refused(docx(tmp_path / "a.docx", p(r("&x;")), prolog=prolog)) == "doctype"


def test_a_document_type_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", p(r("Hei.")))
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    declared = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    members["word/document.xml"] = declared.encode("utf-16")
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    assert refused(path) == "doctype"


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = "<w:ins>" * 5000 + r("Hei.") + "</w:ins>" * 5000
    assert refused(docx(tmp_path / "a.docx", p(deep))) == "damaged"
    assert refused(put(tmp_path / "a.rtf", b"{\\rtf1 " + b"{" * 100_000)) == "damaged"
    html = put(tmp_path / "a.html", b"<html>" + b"<div>" * 100_000 + b"hei")
    try:
        assert read_isolated(html, "a.html").text == "hei"
    except Refused as error:
        assert error.message.code in ("damaged", "no_text", "crashed")


@pytest.mark.parametrize(
    "body",
    [b"}}}}", b"}\\footnote x}}", b"\\footnote a", b"{\\*\\annotation}", b"\\bin99999999 x", b"\\u99999999?"],
)
def test_broken_groups_are_no_reason_to_stumble(tmp_path: Path, body: bytes) -> None:
    path = put(tmp_path / "a.rtf", b"{\\rtf1 Hei. " + body)
    assert read(path, "a.rtf").text.startswith("Hei.")


def test_an_encrypted_package_is_refused(tmp_path: Path) -> None:
    manifest = (
        '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><file-entry full-path="content.xml">'
        "<encryption-data/></file-entry></manifest>"
    )
    assert refused(odt(tmp_path / "a.odt", "<text:p>x</text:p>", manifest=manifest)) == "encrypted"


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    keys = f"/O <{'41' * 32}> /U <{'42' * 32}>"
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 {keys} /P -4 >> /ID [<{'00' * 16}> <{'00' * 16}>]"
    assert refused(pdf(tmp_path / "a.pdf", [(60, 700, 10, "Hei.")], extra=lock)) == "encrypted"


def test_a_pdf_of_pictures_is_refused(tmp_path: Path) -> None:
    assert refused(pdf(tmp_path / "a.pdf", [], [])) == "image_only_pdf"


@pytest.mark.parametrize(
    ("find", "put_in"),
    [
        (b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
        (b"/Count 1", b"/Count 9"),
        (b"/Parent 2 0 R", b"/Parent 4 0 R"),
        (b"/Size 6", b"/Size 6 /Prev 9"),
        (b"/Count 1 ", b"/Count 99999999 "),
    ],
)
def test_a_pdf_that_loops_ends(tmp_path: Path, find: bytes, put_in: bytes) -> None:
    path = pdf(tmp_path / "a.pdf", [(60, 700, 10, "Intervjuer: Hei.")])
    data = path.read_bytes()
    assert find in data
    path.write_bytes(data.replace(find, put_in))
    begun = time.monotonic()
    try:
        assert "Hei." in read_isolated(path, "a.pdf", limits=Limits(seconds=5)).text
    except Refused as error:
        assert error.message.code in ("damaged", "image_only_pdf", "too_slow", "crashed", "too_many_pages")
    assert time.monotonic() - begun < 25


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on processor time")
def test_a_reader_that_does_not_come_back_is_stopped(tmp_path: Path) -> None:
    path = put(tmp_path / "a.md", b"*a " * 400_000)
    begun = time.monotonic()
    assert refused(path, limits=Limits(seconds=1), isolated=True) == "too_slow"
    assert time.monotonic() - begun < 20


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_a_reader_that_takes_all_memory_is_stopped(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt", b"Intervjuer: hei\n" * 2_000_000)
    limits = Limits(memory_bytes=200 * 1024 * 1024, characters=100_000_000)
    assert refused(path, limits=limits, isolated=True) in ("too_heavy", "crashed")


def test_isolated_reading_answers_the_same(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", p(r("Intervjuer: Blåbær 👍")) + p(r("Informant: Ja.")))
    assert read_isolated(path, "a.docx") == read(path, "a.docx")


def test_a_missing_file_is_a_refusal(tmp_path: Path) -> None:
    assert refused(tmp_path / "ingen.txt", isolated=True) == "missing"


def test_every_sentence_is_one_line() -> None:
    for sentence in SENTENCES.values():
        assert sentence.strip() == sentence and "\n" not in sentence and sentence.endswith(".")
