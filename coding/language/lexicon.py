"""Which words are words, and of which lemmas they are forms: Norsk Ordbank, and the small words that it does not list.

Ordbank's forms come in the table `nb_lemma_exc` of spacy-lookups-data (CC BY 4.0, see docs/names.md), the nynorsk ones
in simplemma's table. Both are compiled once into a read-only SQLite file, because reading the tables themselves takes
seconds and 200 MB.
"""

from __future__ import annotations

import functools
import gzip
import importlib.metadata
import importlib.resources
import json
import os
import sqlite3
import tempfile
import threading
import unicodedata
import weakref
from collections.abc import Iterator
from pathlib import Path

from coding.language.small_words import SMALL_WORDS
from coding.language.wording import words

__all__ = ["Lexicon", "lexicon"]

# Raise it when what is written into the file changes.
_EDITION = 2
_CACHED = 50_000

# A compound must be long and its parts must be words; these heads end more farms and families than they end words.
_SHORTEST_COMPOUND, _LONGEST_COMPOUND = 9, 50
_SHORTEST_PART = 3
_NAME_HEADS = words(
    """
    aas aker ås åsen bakk bakke bakken berg berge berget bø bøe dal dalen dahl eid eide elv fjell fjord foss gård gaard
    gård hagen hammer haug hauge haugen heim hei hjem holm holt hus krok kvist lia lie lien li lund løkken mark mo moe
    moen myr myra nes ness ness plass rud rød sand sjø skog slett stad stein strand sund sæter seter set seth tun tveit
    vang vatn vik vika viken vold voll vollen ø øy øya
    """
)


class Lexicon:
    """The forms of one language, asked one at a time. May be shared by threads.

    `sqlite3.Error` and `OSError` where the file cannot be made or read; made on the first question.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._known: dict[str, tuple[int | None, tuple[str, ...]]] = {}
        self._compounds: dict[str, tuple[str, ...]] = {}

    def is_word(self, form: str) -> bool:
        """Is it a word that names nobody: a form Ordbank writes small, its genitive, a small word or a compound?

        Upper and lower case are the same. What Ordbank lists as a name only ("Kari", "Hansen") is no word.
        """
        return self.is_listed(form) or bool(self.parts(form))

    def is_listed(self, form: str) -> bool:
        """Is it a word, compounds that nobody listed left out?"""
        folded = _folded(form)
        stem = folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded
        return any(each in SMALL_WORDS or self._kind(each) == 1 for each in (folded, stem))

    def is_name(self, form: str) -> bool:
        """Does Ordbank list it as a name and not as a word?"""
        folded = _folded(form)
        return folded not in SMALL_WORDS and self._kind(folded) == 0

    def lemmas(self, form: str) -> tuple[str, ...]:
        """The lemmas of which a form may be one, nouns first, then verbs; none for what is not listed."""
        return self._entry(_folded(form))[1]

    def parts(self, form: str) -> tuple[str, ...]:
        """The words of which a compound is made, as they stand in it ("frivillig", "sentralene"); none for others."""
        folded = _folded(form)
        if not _SHORTEST_COMPOUND <= len(folded) <= _LONGEST_COMPOUND:
            return ()
        found = self._compounds.get(folded)
        if found is None:
            if len(self._compounds) >= _CACHED:
                self._compounds.clear()
            found = self._compounds[folded] = self._split(folded)
        return found

    def _split(self, folded: str, parts: int = 3) -> tuple[str, ...]:
        """At most so many words in one, joined by s or e or nothing; of several ways the one without short parts."""
        ways: list[tuple[str, str]] = []
        for at in range(_SHORTEST_PART, len(folded) - _SHORTEST_PART):
            first, head = folded[:at], folded[at:]
            if not self._is_head(head):
                continue
            # "kveldskaffe" is coffee in the evening: an s that can join does.
            if self._names_something(first) and not (
                head[0] == "s" and first[-1] != "e" and at > 3 and self._is_head(head[1:])
            ):
                ways.append((first, head))
            elif at > 4 and first[-1] in "se" and first[-2:] != "es" and self._names_something(first[:-1]):
                ways.append((first[:-1], head))
        if ways:
            return max(ways, key=lambda way: min(map(len, way)))
        if parts > 2:
            for at in range(9, len(folded) - _SHORTEST_PART):
                above = self._split(folded[:at].removesuffix("s"), 2) if self._is_head(folded[at:]) else ()
                if above:
                    return (*above, folded[at:])
        return ()

    def _is_head(self, head: str) -> bool:
        stem = head.removesuffix("s")
        if len(head) < 4 or head in _NAME_HEADS or stem in _NAME_HEADS:
            return False
        return self._names_something(head) or self._names_something(stem)

    def _names_something(self, folded: str) -> bool:
        """Is it a form of a word, bokmål or nynorsk, and not a name?"""
        kind, lemmas = self._entry(folded)
        return kind == 1 or (kind is None and bool(lemmas))

    def _kind(self, folded: str) -> int | None:
        """1 for a word, 0 for a name, None for what Ordbank does not list."""
        return self._entry(folded)[0]

    def _entry(self, folded: str) -> tuple[int | None, tuple[str, ...]]:
        try:
            return self._known[folded]
        except KeyError:
            pass
        with self._lock:
            if self._connection is None:
                self._connection = _opened(self._folder)
                weakref.finalize(self, self._connection.close)
            question = "SELECT kind, lemmas FROM forms WHERE form = ?"
            kind, lemmas = self._connection.execute(question, (folded,)).fetchone() or (None, "")
            if len(self._known) >= _CACHED:
                self._known.clear()
            found = self._known[folded] = kind, tuple(lemmas.split("\t")) if lemmas else ()
        return found


@functools.lru_cache(maxsize=4)
def lexicon(folder: Path) -> Lexicon:
    """The lexicon whose file lies in `folder`: the same one for the same folder, and not compiled before it is asked.

    Two processes may compile at once: each writes a file of its own and puts it in place whole.
    """
    return Lexicon(folder)


def _folded(form: str) -> str:
    return unicodedata.normalize("NFC", form).casefold()


def _opened(folder: Path) -> sqlite3.Connection:
    path = folder / f"lexicon-{_EDITION}-{importlib.metadata.version('spacy-lookups-data')}.sqlite3"
    if not path.exists():
        _compile(path)
    connection = _connect(path)
    try:
        if connection.execute("PRAGMA user_version").fetchone() == (_EDITION,):
            return connection
    except sqlite3.DatabaseError:
        pass
    connection.close()
    _compile(path)
    return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    # Nobody writes to a file that stands in place, so SQLite needs no locks, and none are inherited by a child.
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _compile(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f"{path.stem}.", dir=path.parent)
    os.close(descriptor)
    try:
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(
                "CREATE TABLE forms (form TEXT PRIMARY KEY, kind INTEGER, lemmas TEXT NOT NULL) WITHOUT ROWID"
            )
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO forms VALUES (?, ?, ?)", _forms())
            connection.execute("COMMIT")
            connection.execute(f"PRAGMA user_version = {_EDITION}")
        finally:
            connection.close()
        os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _forms() -> Iterator[tuple[str, int | None, str]]:
    """(form, kind, lemmas) in order of the forms. Nynorsk fills in what bokmål lacks: such a form has no kind."""
    kinds: dict[str, int | None] = {}
    lemmas: dict[str, dict[str, None]] = {}
    for form, candidates in _ordbank():
        folded = _folded(form)
        kinds[folded] = max(kinds.get(folded) or 0, 0 if _written_as_name(form) else 1)
        lemmas.setdefault(folded, {}).update(dict.fromkeys(map(_folded, candidates)))
    for form, lemma in _nynorsk():
        folded = _folded(form)
        if folded not in kinds:
            lemmas.setdefault(folded, {})[_folded(lemma)] = None
    for folded in sorted(lemmas):
        yield folded, kinds.get(folded), "\t".join(lemmas[folded])


def _ordbank() -> Iterator[tuple[str, list[str]]]:
    """Each form with its lemmas, word class by word class."""
    source = importlib.resources.files("spacy_lookups_data") / "data" / "nb_lemma_exc.json.gz"
    with source.open("rb") as packed, gzip.open(packed) as stream:
        tables = json.load(stream)
    for word_class in ("noun", "verb", "adj", "adv"):
        yield from tables[word_class].items()


def _nynorsk() -> Iterator[tuple[str, str]]:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    for form, lemma in DefaultDictionaryFactory().get_dictionary("nn").items():
        yield _as_text(form), _as_text(lemma)


def _as_text(word: str | bytes) -> str:
    return word.decode() if isinstance(word, bytes) else word


def _written_as_name(form: str) -> bool:
    """ "Kari", "Nord-Hålogaland" and "Mo i Rana", but not "TV-avis", "PC" or "A-menneske"."""
    first, *rest = form.split("-")
    if not (first[:1].isupper() and first[1:2].islower()):
        return False
    return all(part[:1].isupper() for part in rest)
