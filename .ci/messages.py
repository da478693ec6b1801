"""Collect the texts to translate into locale/nb and compile them; with --check, only say what is not as it should be.

python .ci/messages.py            update the .po files, then write the .mo files
python .ci/messages.py --check    status 1 where a text is missing, fuzzy or not compiled; touches nothing
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "nb"
PARTS = ["manage.py", "coding", "workbench", "templates", "static", "locale"]
DOMAINS = {"django": ["html", "txt", "py"], "djangojs": ["js"]}
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*\d*(?:\.\d+)?[sdfr]|%[sdfr]|\{\w*\}")


def collect(tree: Path) -> None:
    """Bring the catalogues under `tree` up to date with its texts."""
    (tree / "locale").mkdir(exist_ok=True)
    for domain, endings in DOMAINS.items():
        command = [sys.executable, "manage.py", "makemessages", "-v", "0", "-l", LANGUAGE, "-d", domain]
        command += ["--no-location", "--no-obsolete"] + [f"--extension={ending}" for ending in endings]
        subprocess.run(command, cwd=tree, check=True)


def catalogues(tree: Path) -> list[Path]:
    return sorted((tree / "locale").glob("*/LC_MESSAGES/*.po"))


def texts(entries: polib.POFile | polib.MOFile) -> dict[tuple[str, str, str], object]:
    return {
        (entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""): entry.msgstr_plural or entry.msgstr
        for entry in entries
        if not entry.obsolete
    }


def shorten(text: str) -> str:
    text = " ".join(text.split())
    return f'"{text}"' if len(text) < 70 else f'"{text[:67]}..."'


def faults(path: Path, collected: Path) -> list[str]:
    """What is wrong with one catalogue, as sentences."""
    name = path.relative_to(ROOT)
    catalogue = polib.pofile(str(path))
    found = [f"{name}: fuzzy: {shorten(entry.msgid)}" for entry in catalogue if entry.fuzzy]
    if catalogue.metadata_is_fuzzy:
        found.append(f"{name}: its header is fuzzy")
    for entry in catalogue:
        if entry.obsolete:
            continue
        sources = {entry.msgid, entry.msgid_plural} - {""}
        translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if not all(translations):
            found.append(f"{name}: not translated: {shorten(entry.msgid)}")
            continue
        allowed = [set(PLACEHOLDER.findall(source)) for source in sources]
        for translation in translations:
            if set(PLACEHOLDER.findall(translation)) not in allowed:
                found.append(
                    f"{name}: other placeholders than {shorten(entry.msgid)}: {shorten(translation)}"
                )
    now, then = set(texts(polib.pofile(str(collected)))), set(texts(catalogue))
    found += [f"{name}: missing: {shorten(key[1])}" for key in sorted(now - then)]
    found += [f"{name}: no longer used: {shorten(key[1])}" for key in sorted(then - now)]
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        found.append(f"{name}: has not been compiled")
    else:
        written = {key: value for key, value in texts(catalogue).items() if value}
        if texts(polib.mofile(str(compiled))) != written:
            found.append(f"{name}: differs from {compiled.name}")
    return found


def check() -> int:
    """Compare the catalogues with the texts of a copy of the tree; 1 where anything is amiss."""
    if not shutil.which("xgettext"):
        print("GNU gettext is not installed, so the translations were not checked.")
        return 1 if os.environ.get("CI") == "true" else 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in PARTS:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
            elif (ROOT / part).exists():
                shutil.copy2(ROOT / part, copy / part)
        collect(copy)
        found = []
        for collected in catalogues(copy):
            path = ROOT / collected.relative_to(copy)
            found += faults(path, collected) if path.exists() else [f"{path.relative_to(ROOT)}: is missing"]
    for sentence in found[:60]:
        print(sentence)
    if len(found) > 60:
        print(f"... and {len(found) - 60} more")
    return 1 if found else 0


def update() -> int:
    """Write the .po files anew, keeping the date of those in which no text changed, and compile them all."""
    before = {path: path.read_text() for path in catalogues(ROOT)}
    collect(ROOT)
    for path, text in before.items():
        if path.exists() and undated(path.read_text()) == undated(text):
            path.write_text(text)
    begun = [begin(path) for path in catalogues(ROOT)]
    if any(begun):
        collect(ROOT)  # gettext breaks its lines in other places than polib
    subprocess.run([sys.executable, "manage.py", "compilemessages", "-v", "0"], cwd=ROOT, check=True)
    for path in catalogues(ROOT):
        catalogue = polib.pofile(str(path))
        untranslated, fuzzy = len(catalogue.untranslated_entries()), len(catalogue.fuzzy_entries())
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {untranslated} to translate, {fuzzy} fuzzy")
    return 0


def begin(path: Path) -> bool:
    """Give a catalogue that has just been made a header of its own; False where it has one."""
    catalogue = polib.pofile(str(path))
    if not catalogue.metadata_is_fuzzy:
        return False
    catalogue.metadata_is_fuzzy = False
    catalogue.header = "Kodebenk in Norwegian Bokmål."
    unknown = ("PO-Revision-Date", "Last-Translator", "Language-Team")
    kept = {key: value for key, value in catalogue.metadata.items() if key not in unknown}
    catalogue.metadata = kept | {"Project-Id-Version": "Kodebenk", "Language": LANGUAGE}
    catalogue.save()
    return True


def undated(text: str) -> str:
    return re.sub(r'^"POT-Creation-Date: .*$', "", text, flags=re.MULTILINE)


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1:] == ["--check"] else update())
