"""Which words are words: the forms of Norsk Ordbank, and the small words that no dictionary of lemmas lists.

Ordbank's forms come in the table `nb_lemma_exc` of spacy-lookups-data (CC BY 4.0, see docs/names.md). They are
compiled once into a read-only SQLite file, because reading the table itself takes a second and 200 MB.
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
_EDITION = 1
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
        self._known: dict[str, int | None] = {}
        self._compounds: dict[str, bool] = {}

    def is_word(self, form: str) -> bool:
        """Is it a word that names nobody: a form Ordbank writes small, its genitive, a small word or a compound?

        Upper and lower case are the same. What Ordbank lists as a name only ("Kari", "Hansen") is no word.
        """
        return self.is_listed(form) or self._is_compound(_folded(form))

    def is_listed(self, form: str) -> bool:
        """Is it a word, compounds that nobody listed left out?"""
        folded = _folded(form)
        stem = folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded
        return any(each in SMALL_WORDS or self._kind(each) == 1 for each in (folded, stem))

    def is_name(self, form: str) -> bool:
        """Does Ordbank list it as a name and not as a word?"""
        folded = _folded(form)
        return folded not in SMALL_WORDS and self._kind(folded) == 0

    def _is_compound(self, folded: str) -> bool:
        if not _SHORTEST_COMPOUND <= len(folded) <= _LONGEST_COMPOUND:
            return False
        found = self._compounds.get(folded)
        if found is None:
            if len(self._compounds) >= _CACHED:
                self._compounds.clear()
            found = self._compounds[folded] = self._splits(folded)
        return found

    def _splits(self, folded: str, parts: int = 3) -> bool:
        """Is it at most so many words in one, joined by s or e or nothing?"""
        for at in range(_SHORTEST_PART, len(folded) - _SHORTEST_PART):
            head = folded[at:]
            if head in _NAME_HEADS or head.removesuffix("s") in _NAME_HEADS or len(head) < 4:
                continue
            if self._kind(head) != 1 and self._kind(head.removesuffix("s")) != 1:
                continue
            first = folded[:at]
            if self._kind(first) == 1 or (at > 4 and first[-1] in "se" and self._kind(first[:-1]) == 1):
                return True
            if at > 8 and parts > 2 and self._splits(first.removesuffix("s"), parts - 1):
                return True
        return False

    def _kind(self, folded: str) -> int | None:
        """1 for a word, 0 for a name, None for what Ordbank does not list."""
        try:
            return self._known[folded]
        except KeyError:
            pass
        with self._lock:
            if self._connection is None:
                self._connection = _opened(self._folder)
                weakref.finalize(self, self._connection.close)
            row = self._connection.execute("SELECT kind FROM forms WHERE form = ?", (folded,)).fetchone()
            if len(self._known) >= _CACHED:
                self._known.clear()
            found = self._known[folded] = row[0] if row else None
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
                "CREATE TABLE forms (form TEXT PRIMARY KEY, kind INTEGER NOT NULL) WITHOUT ROWID"
            )
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO forms VALUES (?, ?)", sorted(_forms().items()))
            connection.execute("COMMIT")
            connection.execute(f"PRAGMA user_version = {_EDITION}")
        finally:
            connection.close()
        os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _forms() -> dict[str, int]:
    found: dict[str, int] = {}
    for form in _ordbank():
        folded = _folded(form)
        found[folded] = max(found.get(folded, 0), 0 if _written_as_name(form) else 1)
    return found


def _ordbank() -> Iterator[str]:
    source = importlib.resources.files("spacy_lookups_data") / "data" / "nb_lemma_exc.json.gz"
    with source.open("rb") as packed, gzip.open(packed) as stream:
        for table in json.load(stream).values():
            yield from table


def _written_as_name(form: str) -> bool:
    """ "Kari", "Nord-Hålogaland" and "Mo i Rana", but not "TV-avis", "PC" or "A-menneske"."""
    first, *rest = form.split("-")
    if not (first[:1].isupper() and first[1:2].islower()):
        return False
    return all(part[:1].isupper() for part in rest)
