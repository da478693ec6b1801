"""The whole path from the command line in real processes, and every number counted again by hand."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests.commands.by_hand import (
    BY,
    CODEBOOK,
    CODERS,
    MEASURES,
    PATHS,
    REAL,
    Administrator,
    Oracle,
    Study,
    cast,
    code_by_lot,
    files_of,
    write_csv,
)
from tests.ready import begin


@pytest.fixture(scope="module", params=["constructed", "real"])
def study(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp(request.param)
    files = files_of(request.param, folder)
    admin = Administrator(folder / "data")
    begin(admin.folder)
    said = {"project": admin.run("create_project", "byer", "--title", "Fem byer", "--lead", "kari")}
    (folder / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    said["codebook"] = admin.run("import_codebook", "--project", "byer", folder / "codebook.csv")
    lines = admin.run("import_sources", "--project", "byer", "--json", *files).splitlines()
    results = {result["file"]: result for result in map(json.loads, lines)}
    shown = admin.run_each(
        [["show_source", "--project", "byer", r["source"], "--format", "json"] for r in results.values()]
    )
    sources = {source["uuid"]: source for source in map(json.loads, shown)}
    people = cast(sources)
    headings = ("source", "label", "pseudonym", "city", "informant_type", "interviewer", "eierskap")
    lines_of_people = [
        (key, label, who.pseudonym, who.city, who.informant_type, "", "kommunal")
        if who
        # By its title this time.
        else (sources[key]["title"], label, "", "", "", "yes", "")
        for (key, label), who in people.items()
    ]
    file = write_csv(folder / "informants.csv", headings, lines_of_people)
    said["informants"] = admin.run("import_informants", "--project", "byer", file)
    rows = code_by_lot(sources, 40)
    headings = ("source", "start", "end", "code", "coder")
    lines_of_codings = [(r.source, r.start, r.end, " > ".join(r.code), r.coder) for r in rows]
    file = write_csv(folder / "codings.csv", headings, lines_of_codings)
    said["codings"] = admin.run("import_codings", "--project", "byer", file)
    return Study(admin, folder, results, Oracle(sources, people, rows), said)


def test_a_new_lead_gets_a_link_and_every_step_says_what_it_did(study: Study) -> None:
    assert "/invitations/" in study.said["project"] and "kari" in study.said["project"]
    assert f"{len(PATHS)}" in study.said["codebook"]
    assert str(len(study.oracle.people)) in study.said["informants"]
    assert str(len(set(study.oracle.rows))) in study.said["codings"]


def test_import_sources_tells_one_object_a_file(study: Study) -> None:
    for file, result in study.results.items():
        assert set(result) == {
            "file", "source", "characters", "words", "turns", "speakers", "first", "last", "warnings", "error",
        }  # fmt: skip
        stored = study.oracle.sources[result["source"]]
        assert result["error"] is None and isinstance(result["warnings"], list)
        assert result["characters"] == len(stored["text"])
        assert result["words"] == len(stored["text"].split())
        assert result["turns"] == len(stored["turns"])
        texts = [stored["text"][turn["start"] : turn["end"]] for turn in stored["turns"] if turn["label"]]
        texts = texts or [stored["text"]]
        assert texts[0].startswith(result["first"][:200]) and texts[-1].endswith(result["last"][-200:])
        told = {s["stored_label"]: (s["turns"], s["words"]) for s in result["speakers"]}
        assert all(set(s) == {"label", "stored_label", "turns", "words"} for s in result["speakers"])
        counted: dict[str, tuple[int, int]] = {}
        for turn in stored["turns"]:
            if turn["label"]:
                n, words = counted.get(turn["label"], (0, 0))
                spoken = len(stored["text"][turn["start"] : turn["end"]].split())
                counted[turn["label"]] = (n + 1, words + spoken)
        assert told == counted
        expected = REAL.get("/".join(Path(file).parts[-2:]))
        if expected is not None:
            assert {s["label"]: s["turns"] for s in result["speakers"]} == expected


def test_show_source_prints_what_offsets_refer_to(study: Study) -> None:
    for source in study.oracle.sources.values():
        assert set(source) == {"uuid", "title", "kind", "text", "turns"}
        assert source["kind"] in ("interview", "focus_group", "document")
        assert all(set(turn) == {"label", "start", "end", "time"} for turn in source["turns"])
        ends = [0, *itertools.chain.from_iterable((t["start"], t["end"]) for t in source["turns"])]
        between = [source["text"][a:b] for a, b in zip(ends[::2], ends[1::2], strict=False)]
        assert between[0] == "" and set("".join(between)) <= {"\n"}
        assert ends[-1] == len(source["text"])
    if "Gruppe ved fjorden.txt" in map(os.path.basename, study.results):
        spoken = [s["text"] for s in study.oracle.sources.values() if "👩‍👧" in s["text"]]
        assert "Deltaker" not in spoken[0] and spoken[0].startswith("Velkommen, alle sammen.")


def test_names_are_kept_out_of_labels_and_titles(study: Study) -> None:
    stored = {s["stored_label"] for result in study.results.values() for s in result["speakers"]}
    assert not stored & {"Dan", "Adam Wiggins", "Mark McGranahan", "nixo", "Barnabas"}
    assert {turn["label"] for s in study.oracle.sources.values() for turn in s["turns"]} - {None} == stored


def frequency_commands() -> list[list[str]]:
    return [
        [
            "frequencies",
            "--project",
            "byer",
            "--by",
            by,
            "--measure",
            measure,
            "--coders",
            coders,
            "--format",
            "json",
        ]
        + ["--flat"] * flat
        for by, measure, coders, flat in itertools.product(BY, MEASURES, CODERS, (False, True))
    ]


def test_every_number_is_what_counting_by_hand_gives(study: Study) -> None:
    oracle, seen = study.oracle, 0
    commands = frequency_commands()
    for command, output in zip(commands, study.administrator.run_each(commands), strict=True):
        by, measure, coders, flat = command[4], command[6], command[8], "--flat" in command
        table = json.loads(output)
        assert set(table) == {"by", "measure", "counting", "columns", "rows", "total", "any", "outside"}
        assert (table["by"], table["measure"]) == (by, measure)
        assert table["counting"].endswith(".")
        names = {
            "": "",
            **{key: source["uuid"] for key, source in oracle.sources.items()},
        }
        columns = []
        for column in table["columns"]:
            assert set(column) == {"key", "name", "informants", "sources", "words"}
            columns.append(column["key"] if by == "source" else column["name"] if column["key"] else "")
        assert [row["path"] for row in table["rows"]] == [list(path) for path in PATHS]
        base = oracle.base(by, coders)
        for name, column in zip(columns, table["columns"], strict=True):
            assert (column["informants"], column["words"]) == base.get(name, (0, 0)), (command, name)
        assert set(base) <= set(columns), command
        for row in table["rows"]:
            assert set(row) == {"path", "uuid", "values", "total"}
            numbers, total = oracle.count(tuple(row["path"]), by, measure, coders, flat)
            told = dict(zip(columns, row["values"], strict=True))
            assert {names.get(n, n): v for n, v in numbers.items() if v} == {
                n: v for n, v in told.items() if v
            }, (command, row["path"])
            assert row["total"] == total, (command, row["path"])
            seen += total
    assert seen > 1000


def test_what_is_left_out_is_the_default(study: Study) -> None:
    asked = ["frequencies", "--project", "byer", "--by", "city"]
    spelled = ["--measure", "informants", "--coders", "primary"]
    as_json, as_spelled, as_csv, default = study.administrator.run_each(
        [
            [*asked, "--format", "json"],
            [*asked, *spelled, "--format", "json"],
            [*asked, "--format", "csv"],
            asked,
        ]
    )
    assert as_json == as_spelled
    assert as_csv == default
    table, lines = json.loads(as_json), list(csv.reader(io.StringIO(as_csv)))
    names = [column["name"] for column in table["columns"]] + ["Total"]
    assert lines[0][-len(names) :] == names
    assert [int(cell) for cell in lines[1][-len(names) :][:-1]] == [c["informants"] for c in table["columns"]]
    for line, row in zip(lines[2:], table["rows"], strict=False):
        assert [int(cell) for cell in line[-len(names) :]] == [*row["values"], row["total"]]
    assert lines[-1] == [table["counting"]]


def test_the_passages_behind_a_number_are_as_many(study: Study) -> None:
    oracle = study.oracle
    asked: list[tuple[tuple[str, ...], str, dict[str, str]]] = []
    for path, coders in itertools.product(PATHS, CODERS):
        asked.append((path, coders, {}))
        asked.append((path, coders, {"city": "Bergen"}))
    asked.append((PATHS[0], "all", {"city": "Oslo", "informant_type": "daglig leder"}))
    asked.append((PATHS[0], "primary", {"informant_type": "frivillig"}))
    commands = []
    for path, coders, conditions in asked:
        command = ["passages", "--project", "byer", "--code", " > ".join(path), "--coders", coders]
        for by, value in conditions.items():
            command += ["--city" if by == "city" else "--type", value]
        commands.append([*command, "--format", "json"])
    outputs = study.administrator.run_each([*commands, [*commands[0][:-1], "csv"]])
    for (path, coders, conditions), output in zip(asked, outputs, strict=False):
        told = json.loads(output)
        expected = oracle.passages(path, coders, **conditions)
        places = {}
        for row in told:
            assert {"source", "start", "end", "text", "turn", "informants", "coders"} <= set(row)
            place = (row["source_uuid"], row["start"], row["end"])
            places[place] = row
            source = oracle.sources[row["source_uuid"]]
            assert row["source"] == source["title"]
            assert row["text"] == source["text"][row["start"] : row["end"]]
            everybody = oracle.who_counts(*place) - {None}
            assert set(row["informants"]) == everybody
            inside = [
                n
                for n, t in enumerate(source["turns"], 1)
                if t["start"] < row["end"] and row["start"] < t["end"]
            ]
            assert row["turn"] == inside[0]
            coding = [r for r in oracle.counted(coders) if (r.source, r.start, r.end) == place]
            assert set(row["coders"]) == {r.coder for r in coding if r.code[: len(path)] == path}
        assert len(told) == len(places)
        assert set(places) == set(expected), (path, coders, conditions)
    lines = list(csv.DictReader(io.StringIO(outputs[-1])))
    assert list(lines[0]) == ["source", "start", "end", "text", "turn", "informants", "coders"]
    assert len(lines) == len(json.loads(outputs[0]))


def spoken_as_text(oracle: Oracle, key: str, start: int, end: int) -> str:
    """A passage as a file shows it: where several turns speak, each behind its label."""
    source = oracle.sources[key]
    parts = [
        (turn["label"], source["text"][max(start, turn["start"]) : min(end, turn["end"])])
        for turn in source["turns"]
        if turn["start"] < end and start < turn["end"]
    ]
    if len(parts) == 1:
        return source["text"][start:end]
    return "\n".join(f"{label}: {text}" if label else text for label, text in parts)


def attribution(oracle: Oracle, key: str, start: int, end: int) -> tuple[str, bool] | None:
    """(words, generalised) for a passage in which one known informant counts; None for others."""
    counting = oracle.who_counts(key, start, end)
    if len(counting) != 1 or None in counting:
        return None
    who = oracle.by_name[str(counting.pop())]
    alike = [
        p for p in oracle.by_name.values() if (p.city, p.informant_type) == (who.city, who.informant_type)
    ]
    name = who.informant_type or "informant"
    if not who.city:
        return name, False
    return (f"{name}, {who.city}", False) if len(alike) >= 3 else (name, True)


def test_quotations_leave_in_four_formats(study: Study) -> None:
    oracle, folder = study.oracle, study.folder
    chosen = ["--code", "P1 Drift > Økonomi", "--code", "P2 Folk", "--city", "Bergen", "--city", "Oslo"]
    files = {name: folder / f"sitater.{name}" for name in ("docx", "xlsx", "csv", "md")}
    study.administrator.run_each(
        [
            ["export_quotations", "--project", "byer", *chosen, "--format", name, "-o", str(file)]
            for name, file in files.items()
        ]
    )
    expected = {}
    for path in (("P1 Drift", "Økonomi"), ("P2 Folk",)):
        for city in ("Bergen", "Oslo"):
            expected |= oracle.passages(path, "primary", city=city)
    assert len(expected) >= 5
    words = {place: spoken_as_text(oracle, *place) for place in expected}

    lines = list(csv.DictReader(io.StringIO(files["csv"].read_text(encoding="utf-8-sig"), newline="")))
    told = {(row["Source's identifier"], int(row["Start"]), int(row["End"])): row for row in lines}
    assert set(told) == set(expected)
    for place, row in told.items():
        quoted = row["Quotation"].removeprefix("'")
        assert quoted.replace("\r\n", "\n") == words[place].removeprefix("'")
        one = attribution(oracle, *place)
        if one is not None:
            assert (row["Attribution"], bool(row["Generalised"])) == one
        codes = {" > ".join(r.code) for r in oracle.counted("primary") if (r.source, r.start, r.end) == place}
        assert {code.replace("›", ">") for code in row["Codes"].split("; ")} <= codes
        assert row["Source"] == oracle.sources[place[0]]["title"]

    sheet = openpyxl.load_workbook(files["xlsx"]).worksheets[0]
    cells = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[8] is not None]
    assert {(row[10], row[8], row[9]) for row in cells} == set(expected)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)

    document = docx.Document(str(files["docx"]))
    quoted_there = [p.text for p in document.paragraphs if p.style.name == "Quote"]
    assert set(quoted_there) == set(words.values())
    text = files["md"].read_text(encoding="utf-8").replace("\\", "")
    for quoted in words.values():
        assert all(line.replace("\\", "") in text for line in quoted.split("\n"))


def bad_commands(folder: Path) -> dict[str, tuple[list[str], str]]:
    """What can be wrong, and a word that the sentence must have."""
    headings = ("source", "start", "end", "code", "coder")
    write_csv(folder / "half.csv", headings[:3], [("x", 1, 2)])
    (folder / "no.csv").write_bytes(b"")
    (folder / "bad.csv").write_text("path,definition\n,Ingenting\n", encoding="utf-8")
    project = ["--project", "byer"]
    output = str(folder / "x.md")
    return {
        "no project": (["frequencies", "--project", "nei", "--by", "city"], "nei"),
        "a project twice": (["create_project", "byer"], "byer"),
        "a bad address": (["create_project", "Å ø"], "letters"),
        "no file": (["import_codebook", *project, "nei.csv"], "nei.csv"),
        "an empty file": (["import_codebook", *project, str(folder / "no.csv")], "no.csv"),
        "a code without a name": (["import_codebook", *project, str(folder / "bad.csv")], "2"),
        "no such attribute": (["frequencies", *project, "--by", "nei"], "nei"),
        "no such measure": (["frequencies", *project, "--by", "city", "--measure", "nei"], "nei"),
        "something missing": (["frequencies", *project], "--by"),
        "no such source": (["show_source", *project, "nei", "--format", "json"], "nei"),
        "no such code": (["passages", *project, "--code", "P9", "--format", "json"], "P9"),
        "no such city": (["passages", *project, "--code", "P2 Folk", "--city", "Atlantis"], "Atlantis"),
        "a heading missing": (["import_codings", *project, str(folder / "half.csv")], "code"),
        "no such format": (["export_quotations", *project, "--format", "pdf", "-o", output], "pdf"),
        "nowhere to write": (
            ["export_quotations", *project, "--format", "md", "-o", "/nei/nei.md"],
            "/nei/nei.md",
        ),
    }


def test_errors_are_one_sentence_each_with_status_2(study: Study) -> None:
    if "real" in study.folder.name:
        pytest.skip("once is enough")
    asked = bad_commands(study.folder)
    wrong = []
    items = list(asked.items())
    for at in range(0, len(items), 4):
        started = [(what, word, study.administrator.start(*c)) for what, (c, word) in items[at : at + 4]]
        for what, word, process in started:
            out, err = process.communicate(timeout=120)
            one_line = err.strip() and "\n" not in err.strip()
            if process.returncode != 2 or out or not one_line or word not in err or "Traceback" in err:
                wrong.append(f"{what}: status {process.returncode}: {out}{err}")
    assert not wrong, "\n".join(wrong)


def test_codings_come_in_all_or_none_and_the_first_ten_errors_by_line(study: Study) -> None:
    oracle = study.oracle
    good = oracle.rows[0]
    before = study.run("passages", "--code", "P1 Drift", "--coders", "all", "--format", "json")
    lines: list[tuple[Any, ...]] = [(good.source, good.start, good.end, "P1 Drift", "Ny koder")]
    lines += [(good.source, 5, 5, "P1 Drift", "Bo"), (good.source, -1, 4, "P1 Drift", "Bo")]
    lines += [
        ("nei", 0, 4, "P1 Drift", "Bo"),
        (good.source, 0, 4, "P7", "Bo"),
        (good.source, 0, 4, "P1 Drift", ""),
    ]
    lines += [(good.source, 0, 10**9, "P1 Drift", "Bo")] * 10
    file = write_csv(study.folder / "wrong.csv", ("source", "start", "end", "code", "coder"), lines)
    told = study.run("import_codings", file, status=2)
    assert "Traceback" not in told
    numbers = [int(n) for n in re.findall(r"^(?:\w+: )?Line (\d+):", told, flags=re.MULTILINE)]
    assert numbers == list(range(3, 13))
    assert study.run("passages", "--code", "P1 Drift", "--coders", "all", "--format", "json") == before
    # What stood there already is left as it is.
    again = study.run("import_codings", study.folder / "codings.csv")
    assert again.startswith("0 ")
    assert study.run("passages", "--code", "P1 Drift", "--coders", "all", "--format", "json") == before


def test_some_files_are_refused_and_the_others_stored(tmp_path: Path) -> None:
    """A project of its own; names, clearing and kinds as the flags say."""
    admin = Administrator(tmp_path / "data")
    begin(admin.folder)
    talk = "Intervjuer: Hva?\nKari Nordmann: Ja, altså.\nIntervjuer: Og?\nKari Nordmann: Nei.\n"
    (tmp_path / "Kari Nordmann.txt").write_text(talk, encoding="utf-8")
    (tmp_path / "gammel.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (tmp_path / "tom.docx").write_bytes(b"")
    admin.run("create_project", "p")
    files = [tmp_path / name for name in ("Kari Nordmann.txt", "gammel.doc", "tom.docx")]
    told = admin.run("import_sources", "--project", "p", "--json", "--kind", "document", *files, status=1)
    one, two, three = (json.loads(line) for line in told.splitlines() if line.startswith("{"))
    assert [r["source"] is None for r in (one, two, three)] == [False, True, True]
    assert ".docx" in two["error"] and three["error"] and one["error"] is None
    assert [(s["label"], s["stored_label"]) for s in one["speakers"]] == [
        ("Intervjuer", "Intervjuer"),
        ("Kari Nordmann", "Deltaker 1"),
    ]
    public = ["import_sources", "--project", "p", "--json", "--keep-labels", "--not-cleared", files[0]]
    kept = json.loads(admin.run(*public, language="nb"))
    assert [s["stored_label"] for s in kept["speakers"]] == ["Intervjuer", "Kari Nordmann"]
    first, second = (
        json.loads(admin.run("show_source", "--project", "p", r["source"], "--format", "json", "--uncleared"))
        for r in (one, kept)
    )
    assert (first["kind"], second["kind"]) == ("document", "interview")
    assert "Nordmann" not in json.dumps(first) and second["title"] == "Kari Nordmann"


def test_a_sentence_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    admin = Administrator(tmp_path)
    asked = ["frequencies", "--project", "nei", "--by", "city"]
    said = {
        language: admin.run(*asked, status=2, language=language).strip() for language in ("en", "nb", None)
    }
    assert said["nb"] == said[None] != said["en"]
    assert "project" in said["en"] and "prosjekt" in said["nb"]
    assert (tmp_path / "kodebenk.sqlite3").exists()
