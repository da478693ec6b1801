"""Which words are words, and that the compiled file is whole whoever makes it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coding.language.lexicon import Lexicon, lexicon
from tests.ready import ready

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "form",
    ["frivillig", "Bjørn", "KOMMUNEN", "de", "Hvis", "ikkje", "dagens", "frivilligsentralleder", "femtisju"],
)  # fmt: skip
def test_words_are_words_however_they_are_written(words: Lexicon, form: str) -> None:
    assert words.is_word(form)


@pytest.mark.parametrize(
    "form", ["Kari", "Hansen", "Nordbø", "Kowalczyk", "Fjeldstad", "Solbakken", "xyzzy", ""]
)
def test_names_are_no_words(words: Lexicon, form: str) -> None:
    assert not words.is_word(form)


def test_what_ordbank_lists_as_a_name_is_known_as_one(words: Lexicon) -> None:
    assert words.is_name("Kari")
    assert not words.is_name("Bjørn")
    assert not words.is_name("Kowalczyk")


def test_nothing_is_compiled_before_it_is_asked(tmp_path: Path) -> None:
    new = Lexicon(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert new.is_word("hus")
    assert [path.suffix for path in tmp_path.iterdir()] == [".sqlite3"]


def test_one_folder_has_one_lexicon(tmp_path: Path) -> None:
    assert lexicon(tmp_path) is lexicon(tmp_path)


def test_two_processes_may_compile_at_once(tmp_path: Path) -> None:
    asks = (
        "import sys, pathlib; from coding.language.lexicon import lexicon;"
        "print(lexicon(pathlib.Path(sys.argv[1])).is_word('frivilligsentral'))"
    )
    command = [sys.executable, "-c", asks, str(tmp_path)]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0].strip() for process in both] == ["True", "True"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    (path,) = [Path(shutil.copy(made, tmp_path)) for made in ready().glob("lexicon-*")]
    path.write_bytes(b"not a database")
    assert Lexicon(tmp_path).is_word("hus")


def test_threads_may_share_it(words: Lexicon) -> None:
    forms = ["hus", "Kari", "sentralen", "båt", "Nordbø"] * 200
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(words.is_word, forms))
    assert told == [True, False, True, True, False] * 200


def test_a_word_without_end_is_no_compound(words: Lexicon) -> None:
    assert not words.is_word("solskinn" * 5000)
