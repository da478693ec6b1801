"""Reads a whole text for the search: its words, what each is read as, and where sentences begin.

spaCy is imported here and nowhere else, on first use: it takes a second and 100 MB, and only the worker needs it. One
analyser serves both databases, so that both answer alike.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coding.language.lemmas import Reading, read_word
from coding.language.lexicon import Lexicon
from coding.language.wording import words

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EDITION", "Analysis", "analyse", "analyser_name"]

# Raise it when the same text would be read otherwise than before: indexes of another edition are built anew.
EDITION = 2
_MODELS = ("nb_core_news_lg", "nb_core_news_md", "nb_core_news_sm")
# Blocks of so many characters are read at a time, so that memory does not grow with the text.
_BLOCK = 50_000
_WORD = re.compile(r"[^\W_]")
_EXCEPTIONS = words(
    "jfr. f.eks. bl.a. d.v.s. dvs. m.m. o.l. osv. pga. ca. kl. nr. tlf. i.f.t. ift. m.a.o. evt."
)


@dataclass(frozen=True)
class Analysis:
    """A text as it is read. Word `n` stands in code points [starts[n], ends[n]) and is `vocabulary[words[n]]`.

    `vocabulary` holds each distinct form once: (folded form, how it is read). `sentences` are the numbers of the words
    with which sentences begin, ascending.
    """

    starts: list[int]
    ends: list[int]
    words: list[int]
    vocabulary: list[tuple[str, Reading]]
    sentences: list[int]


def analyser_name() -> str:
    """What reads the texts: the rules' edition, and a trained pipeline with its version where one is installed."""
    model = _model()
    if model is None:
        return f"lexicon {EDITION}"
    import importlib.metadata

    return f"lexicon {EDITION} + {model} {importlib.metadata.version(model)}"


def analyse(text: str, lexicon: Lexicon, *, go_on: Callable[[], bool] = lambda: True) -> Analysis | None:
    """Read a text. `go_on` is asked from time to time; where it says no, there is no answer."""
    pipeline = _pipeline()
    read: dict[str, Reading] = {}
    numbers: dict[tuple[str, str], int] = {}
    found = Analysis([], [], [], [], [])
    for place, block in _blocks(text):
        if not go_on():
            return None
        with pipeline.memory_zone():
            begins = True
            for token in pipeline(block):
                begins = begins or bool(token.is_sent_start)
                if not _WORD.search(token.text):
                    continue
                if begins:
                    found.sentences.append(len(found.words))
                    begins = False
                form, hint = token.text.casefold(), token.lemma_.casefold()
                if (form, hint) not in numbers:
                    if form not in read:
                        read[form] = read_word(form, lexicon)
                    numbers[form, hint] = len(found.vocabulary)
                    found.vocabulary.append((form, _hinted(read[form], hint)))
                found.starts.append(place + token.idx)
                found.ends.append(place + token.idx + len(token.text))
                found.words.append(numbers[form, hint])
    return found


def _hinted(reading: Reading, hint: str) -> Reading:
    """What a trained pipeline says goes first; what the lexicon says stays beside it."""
    if not hint or hint == reading.lemma:
        return reading
    others = tuple(one for one in (reading.lemma, *reading.others) if one != hint)
    return Reading(hint, others, reading.parts)


def _blocks(text: str) -> list[tuple[int, str]]:
    """A text in blocks that end with a line, each with where it begins."""
    blocks, place = [], 0
    while place < len(text):
        end = text.find("\n", place + _BLOCK)
        end = len(text) if end < 0 else end + 1
        blocks.append((place, text[place:end]))
        place = end
    return blocks


def _model() -> str | None:
    import spacy.util

    return next((name for name in _MODELS if spacy.util.is_package(name)), None)


@functools.lru_cache(maxsize=1)
def _pipeline() -> Any:
    import spacy
    from spacy.attrs import ORTH

    model = _model()
    if model is not None:
        return spacy.load(model, exclude=["ner"])
    pipeline: Any = spacy.blank("nb")
    pipeline.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…"]})
    for short in _EXCEPTIONS:
        for written in (short, short.capitalize()):
            pipeline.tokenizer.add_special_case(written, [{ORTH: written}])
    return pipeline
