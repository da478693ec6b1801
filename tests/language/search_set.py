"""Questions to the search with hand-marked answers: what a reader says is a form of the word, or made with it.

`search_set.tsv` holds a question a line: the question; its hits as forms or short stretches (` | ` between them), each
true wherever it stands; and what looks the same and is none. An asterisk on both sides marks the word that is meant
within a stretch (`en *unge* inn`). The texts are the demo's and those in `search_texts/`, in bokmål, nynorsk and the
spelling of several dialects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coding.language.analyser import analyse
from coding.language.lemmas import read_word
from coding.language.lexicon import Lexicon
from coding.language.queries import Words, parse

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent.parent / "fixtures" / "demo"
TEXTS = (
    "fokusgruppe-bergen.txt", "fokusgruppe-oslo.txt", "fokusgruppe-stavanger.txt", "fokusgruppe-trondheim.vtt",
    "intervju-bergen.txt", "intervju-oslo.txt", "intervju-stavanger.txt", "intervju-trondheim.txt",
)  # fmt: skip
_WORD = re.compile(r"\*?[^\W_][\w-]*\*?")

Place = tuple[str, int, int]


@dataclass(frozen=True)
class Marked:
    """A question and what is a hit; `held_out` are those that nobody looks at while the rules are written."""

    question: str
    hits: tuple[str, ...]
    but: tuple[str, ...]
    held_out: bool


def questions() -> list[Marked]:
    lines = (HERE / "search_set.tsv").read_text(encoding="utf-8").rstrip("\n").split("\n")
    found = []
    for number, line in enumerate(lines):
        question, hits, but = [*line.split("\t"), ""][:3]
        found.append(Marked(question, _listed(hits), _listed(but), bool(number % 2)))
    return found


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(" | ")))


def texts() -> dict[str, str]:
    """What is searched; a line is a turn."""
    files = [DEMO / name for name in TEXTS] + sorted((HERE / "search_texts").glob("*.txt"))
    return {path.name: re.sub(r"^.*-->.*$", "", _written(path), flags=re.M) for path in files}


def _written(path: Path) -> str:
    """What stands in a text file of one of the encodings that the demo has."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return path.read_text(encoding="cp1252")


def places(text: str, pattern: str) -> Iterator[tuple[int, int]]:
    """Where a mark stands in a text, whole words only: code points, end exclusive."""
    words = _WORD.findall(pattern)
    group = [f"(?P<hit>{re.escape(w.strip('*'))})" if w.startswith("*") else re.escape(w) for w in words]
    source = r"[\s,.?!;:\"]+".join(group)
    if "*" not in pattern:
        source = f"(?P<hit>{source})"
    for match in re.finditer(rf"(?<![\w-])(?:{source})(?![\w-])", text, re.I):
        yield match.span("hit")


def marked(all_texts: dict[str, str], question: Marked) -> set[Place]:
    """The true hits of a question."""

    def of(patterns: tuple[str, ...]) -> set[Place]:
        return {
            (name, start, end)
            for name, text in all_texts.items()
            for pattern in patterns
            for start, end in places(text, pattern)
        }

    return of(question.hits) - of(question.but)


class Searched:
    """The texts as the product reads them, ready to be asked."""

    def __init__(self, all_texts: dict[str, str], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.words: dict[str, Words] = {}
        for name, text in all_texts.items():
            read = analyse(text, lexicon)
            assert read is not None
            starts = [0, *(match.end() for match in re.finditer("\n", text))]
            self.words[name] = Words(
                read.vocabulary, np.array([read.starts, read.ends, read.words]).reshape(3, -1), starts
            )

    def found(self, question: str) -> set[Place]:
        """What the search finds."""
        query = parse(question, lambda form: read_word(form, self.lexicon))
        return {
            (name, int(words.starts[first]), int(words.ends[last - 1]))
            for name, words in self.words.items()
            for first, last in query.find(words)
        }
