"""A text as the search reads it: words where they stand, sentences, and the same answer each time."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from coding.language.analyser import EDITION, analyse, analyser_name
from coding.language.lexicon import Lexicon

TEXT = "Ja, f.eks. den 1. mai – kl. 12.30! Vi møtte dem på frivilligsentralen…\nOg så, «ikke sant», kom alle. 🙂 Nå."


def test_words_and_sentences(words: Lexicon) -> None:
    read = analyse(TEXT, words)
    assert read is not None
    said = [TEXT[a:b] for a, b in zip(read.starts, read.ends, strict=True)]
    assert said[:6] == ["Ja", "f.eks.", "den", "1.", "mai", "kl."]
    assert [said[n] for n in read.sentences] == ["Ja", "Vi", "Og", "Nå"]
    lemmas = {form: reading.lemma for form, reading in read.vocabulary}
    assert (lemmas["møtte"], lemmas["frivilligsentralen"]) == ("møte", "frivilligsentral")


@settings(max_examples=60)
@given(st.text(max_size=400))
def test_every_word_stands_where_it_says(words: Lexicon, text: str) -> None:
    read = analyse(text, words)
    assert read is not None
    assert len(read.starts) == len(read.ends) == len(read.words)
    last = 0
    for start, end, number in zip(read.starts, read.ends, read.words, strict=True):
        assert last <= start < end <= len(text)
        assert text[start:end].casefold() == read.vocabulary[number][0]
        last = end
    assert read.sentences == sorted(set(read.sentences))
    assert all(0 <= n < len(read.words) for n in read.sentences)


def test_a_long_text_is_read_in_blocks_without_a_seam(words: Lexicon) -> None:
    line = "Vi koker kaffe hver tirsdag. Folk kommer.\n"
    read = analyse(line * 3_000, words)
    assert read is not None
    assert len(read.words) == 7 * 3_000
    assert len(read.sentences) == 2 * 3_000


def test_it_stops_when_told(words: Lexicon) -> None:
    assert analyse(TEXT, words, go_on=lambda: False) is None


def test_it_says_what_it_is() -> None:
    assert analyser_name().startswith(f"lexicon {EDITION}")


def test_the_web_process_never_loads_spacy() -> None:
    script = """
import os, sys, tempfile
os.environ.update(DJANGO_SETTINGS_MODULE="workbench.settings", DATA_DIR=tempfile.mkdtemp())
import django
django.setup()
import coding.urls, workbench.wsgi
print([name for name in ("spacy", "simplemma", "pandas") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip().splitlines()[-1:] == ["[]"], done.stderr
