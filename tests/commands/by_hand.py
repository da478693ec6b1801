"""An administrator at a terminal, and a count by hand that knows nothing of the product.

The oracle reads what `show_source` prints and the files that went in.
"""

from __future__ import annotations

import csv
import itertools
import json
import os
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.shared import shared_path

ROOT = Path(__file__).resolve().parents[2]
MEASURES = ("informants", "sources", "passages", "words")
BY = ("city", "informant_type", "source")
CODERS = ("primary", "all")
CITIES = ("Bergen", "Oslo", "Bergen", "")
TYPES = ("daglig leder", "frivillig", "")

CODEBOOK = """path,definition,use_when,not_when,example,colour
P1 Drift,"Hvordan stedet drives, og av hvem.",Alt om drift,Ikke om folk,«Vi holder åpent»,#1f6f54
P1 Drift > Økonomi > Søknader,,Når noen søker om penger,,,
P1 Drift > Økonomi > Leie,,,,,
P1 Drift > Lokaler,,,,,
P2 Folk,,,,,#8a4b08
P2 Folk > Frivillige,,,,,
"""
# "Økonomi" has no line of its own: it is made because codes stand under it.
PATHS = [
    ("P1 Drift",),
    ("P1 Drift", "Økonomi"),
    ("P1 Drift", "Økonomi", "Søknader"),
    ("P1 Drift", "Økonomi", "Leie"),
    ("P1 Drift", "Lokaler"),
    ("P2 Folk",),
    ("P2 Folk", "Frivillige"),
]

CONSTRUCTED = {
    "Gruppe ved fjorden.txt": """Moderator: Velkommen, alle sammen. Hva gjør dere her?
Deltaker 1: Vi koker kaffe 👩‍👧 og tar imot folk, og så hender det at noen blir sittende helt til vi låser.
Deltaker 2: Ja.
Deltaker 3: Mm, ikke sant. Og pengene kommer fra en søknad som jeg skriver hver høst, og hver vår igjen.
Moderator: Hvem skriver den?
Deltaker 3: Jeg, stort sett.
Deltaker 1: Du og jeg, da. Én gang satt vi til klokka to på natta.
Flere: Hahaha, ja, det husker vi.
Deltaker 2: Og så fikk vi nei.
Moderator: Takk.
Deltaker 2: Leia gikk opp samme uke, og det sto ingenting om det i avtalen vår.
""",
    "Intervju med en som vet.txt": """Intervjuer: Hvordan begynte det?
Informant: Med en nøkkel. Kommunen ga oss en nøkkel og sa at vi kunne bruke rommet på torsdager.
Intervjuer: Og nå?
Informant: Nå er det åtte hundre kvadratmeter, tre frivillige på hver vakt og et kjøkken som ikke virker.
Intervjuer: Hva med pengene?
Informant: Nei. Altså, vi søker jo. Alle søker, og alle får litt, og ingen får nok til leia.
""",
    "Notat.md": "# Notat\n\nVi møttes på kaia i går, og det regnet. Ingen hadde nøkkel til det nye lokalet.\n",
}
REAL = {
    "pdpilot/P1.pdf": {"Dan": 47, "Participant": 47},
    "metamuse/48-rich-text.txt": {"Slim Lim": 100, "Adam Wiggins": 50, "Mark McGranahan": 29},
    "ethereum-calls/acde-234-transcript.vtt": None,
    "podcast-subs/podcasting_20_episode_124.srt": None,
    "docx-features/mammoth-tables.docx": {},
}


class Administrator:
    """Somebody at a terminal with a data folder; every command is a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
        self.environment = kept | {"DATA_DIR": str(folder), "DATABASE_URL": ""}

    def start(self, *arguments: str | Path, language: str | None = "en") -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *map(str, arguments)]
        command += ["--language", language] if language else []
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str | Path, status: int = 0, language: str | None = "en") -> str:
        process = self.start(*arguments, language=language)
        out, err = process.communicate(timeout=120)
        assert process.returncode == status, err or out
        return out if status == 0 else out + err

    def run_each(self, commands: Sequence[Sequence[str]]) -> list[str]:
        """The outputs of many commands, carried out one after the other in one process."""
        script = "import io, json, sys; from contextlib import redirect_stdout as r\n"
        script += "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'workbench.settings'\n"
        script += "from django.core.management import execute_from_command_line as x\n"
        script += (
            "for c in json.load(sys.stdin):\n    o = io.StringIO()\n    with r(o): x(['manage.py', *c])\n"
        )
        script += "    print(json.dumps(o.getvalue()))"
        asked = json.dumps([[*map(str, command), "--language", "en"] for command in commands])
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=asked,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@dataclass(frozen=True)
class Person:
    pseudonym: str
    city: str
    informant_type: str


@dataclass(frozen=True)
class Row:
    """One line of the codings that go in."""

    source: str
    start: int
    end: int
    code: tuple[str, ...]
    coder: str


@dataclass(frozen=True)
class Said:
    """A word, where it begins and whose it is: a pseudonym, else the label of somebody nobody knows."""

    start: int
    voice: str | None
    label: str | None
    turn: int


@dataclass
class Oracle:
    """Counts again, from what `show_source` prints and the lines of the files."""

    sources: dict[str, dict[str, Any]]
    people: dict[tuple[str, str], Person | None]  # (source, label); None: an interviewer
    rows: list[Row]
    words: dict[str, list[Said]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name = {who.pseudonym: who for who in self.people.values() if who is not None}
        for key, source in self.sources.items():
            self.words[key] = [
                Said(turn["start"] + match.start(), *self.voice(key, turn["label"]), number)
                for number, turn in enumerate(source["turns"])
                if not self.silent(key, turn["label"])
                for match in re.finditer(r"\S+", source["text"][turn["start"] : turn["end"]])
            ]

    def silent(self, key: str, label: str | None) -> bool:
        """Interviewers count nowhere, nor does what stands between the speech of others."""
        if label is None:
            return any(turn["label"] is not None for turn in self.sources[key]["turns"])
        return (key, label) in self.people and self.people[key, label] is None

    def voice(self, key: str, label: str | None) -> tuple[str | None, str | None]:
        person = self.people.get((key, label or ""))
        return (person.pseudonym if person else None), label

    def who_counts(self, key: str, start: int, end: int) -> set[str | None]:
        """Pseudonyms of those who count in a passage, None among them for somebody nobody knows."""
        spoken: dict[tuple[str | None, str | None], int] = defaultdict(int)
        for turn in self.sources[key]["turns"]:
            if turn["start"] < end and start < turn["end"] and not self.silent(key, turn["label"]):
                name, label = self.voice(key, turn["label"])
                spoken[name, None if name else label] += 0
        for word in self.words[key]:
            if start <= word.start < end:
                spoken[word.voice, None if word.voice else word.label] += 1
        total = sum(spoken.values())
        enough = [who for who, n in spoken.items() if n >= 5 or (n and n / total >= 0.2)]
        return {name for name, _label in (enough or spoken)}

    def counted(self, coders: str) -> list[Row]:
        first: dict[str, str] = {}
        for row in self.rows:
            first.setdefault(row.source, row.coder)
        return [row for row in self.rows if coders == "all" or row.coder == first[row.source]]

    def column(self, by: str, key: str, who: str | None) -> str:
        if by == "source":
            return key
        if who is not None:
            return str(getattr(self.by_name[who], by))
        here = {p for (source, _label), p in self.people.items() if source == key and p is not None}
        values = {getattr(person, by) for person in here}
        return str(values.pop()) if len(values) == 1 else ""

    def passages(
        self, code: tuple[str, ...], coders: str, *, flat: bool = False, **asked: str
    ) -> dict[tuple[str, int, int], set[str | None]]:
        """The distinct stretches of a code with those of the asked-for city and type who count in them."""
        found = {}
        for row in self.counted(coders):
            if row.code == code or (not flat and row.code[: len(code)] == code):
                counting = {
                    who
                    for who in self.who_counts(row.source, row.start, row.end)
                    if all(self.column(by, row.source, who) == value for by, value in asked.items())
                }
                if counting:
                    found[row.source, row.start, row.end] = counting
        return found

    def count(
        self, code: tuple[str, ...], by: str, measure: str, coders: str, flat: bool
    ) -> tuple[dict[str, int], int]:
        """(number in each column, total)."""
        columns: dict[str, set[Any]] = defaultdict(set)
        for (key, start, end), counting in self.passages(code, coders, flat=flat).items():
            for who in counting:
                column = columns[self.column(by, key, who)]
                if measure == "informants":
                    column |= {who} - {None}
                elif measure == "sources":
                    column.add(key)
                elif measure == "passages":
                    column.add((key, start, end))
                else:
                    mine = (w for w in self.words[key] if w.voice == who and start <= w.start < end)
                    column |= {(key, word.start) for word in mine}
        total = set().union(*columns.values()) if columns else set()
        return {name: len(items) for name, items in columns.items()}, len(total)

    def base(self, by: str, coders: str) -> dict[str, tuple[int, int]]:
        """(informants, words) of each column in the sources that a counted coder has begun."""
        people: dict[str, set[str]] = defaultdict(set)
        words: dict[str, int] = defaultdict(int)
        for key in {row.source for row in self.counted(coders)}:
            for turn in self.sources[key]["turns"]:
                if not self.silent(key, turn["label"]):
                    who, _label = self.voice(key, turn["label"])
                    people[self.column(by, key, who)] |= {who} - {None} if who else set()
            for word in self.words[key]:
                words[self.column(by, key, word.voice)] += 1
        return {name: (len(people[name]), words[name]) for name in people.keys() | words.keys()}


def cast(sources: dict[str, dict[str, Any]]) -> dict[tuple[str, str], Person | None]:
    """Who is who: interviewers by their label, one person in two sources, "Flere" and every seventh nobody."""
    people: dict[tuple[str, str], Person | None] = {}
    numbers = itertools.count()
    for key, source in sources.items():
        for label in dict.fromkeys(turn["label"] for turn in source["turns"] if turn["label"]):
            if label in ("Moderator", "Intervjuer", "Dan"):
                people[key, label] = None
            elif label != "Flere" and (n := next(numbers)) % 7 != 6:
                people[key, label] = Person(f"Person {n % 23}", CITIES[n % 23 % 4], TYPES[n % 23 % 3])
    return people


def code_by_lot(sources: dict[str, dict[str, Any]], many: int) -> list[Row]:
    """Stretches of every length, some within words, some over turns; two coders, and lines that repeat."""
    lot = random.Random(20200311)
    rows: list[Row] = []
    for key, source in sources.items():
        text = source["text"]
        while sum(row.source == key for row in rows) < many:
            start = lot.randrange(len(text) - 1)
            end = min(len(text), start + lot.choice((1, 8, 40, 200, 900)))
            if text[start:end].strip():
                coder = lot.choice(("Ane Åsen", "Bo"))
                rows.append(Row(key, start, end, lot.choice(PATHS), coder))
                if lot.random() < 0.3:
                    rows.append(Row(key, start, end, lot.choice(PATHS), coder))
    lot.shuffle(rows)
    return rows


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


@dataclass
class Study:
    administrator: Administrator
    folder: Path
    results: dict[str, dict[str, Any]]  # what import_sources said, by the file's path
    oracle: Oracle
    said: dict[str, str]  # what the commands printed

    def run(self, *arguments: str | Path, status: int = 0) -> str:
        return self.administrator.run(*arguments, "--project", "byer", status=status)


def files_of(material: str, folder: Path) -> list[Path]:
    if material == "real":
        return [shared_path(f"real-transcripts/{name}") for name in REAL]
    for name, content in CONSTRUCTED.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in CONSTRUCTED]
