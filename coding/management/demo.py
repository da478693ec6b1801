"""The demo project: a small constructed study, brought in by the same commands that bring in a real one."""

from __future__ import annotations

import csv
import io
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from coding.actions.codings import mark_finished, write_coding_memo
from coding.actions.codings_import import CodingRow, import_codings
from coding.actions.projects import create_project
from coding.models import Coding, Membership, Project, Role, Source, User

SLUG = "demo"
TITLE = "Frivilligsentraler i fire byer (demo)"
ACCOUNTS = (
    ("koder", "Kari Koder", Role.CODER),
    ("leder", "Leif Leder", Role.LEAD),
    ("leser", "Lise Leser", Role.READER),
)
FOLDER = settings.BASE_DIR / "fixtures" / "demo"


@dataclass(frozen=True)
class Account:
    username: str
    role: str
    password: str


def accounts() -> list[Account]:
    """The three demo accounts. Their password is made once for each installation and kept beside the database."""
    path: Path = settings.DATA_DIR / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}\n")
    password = path.read_text().strip()
    return [Account(username, role, password) for username, _name, role in ACCOUNTS]


def load() -> bool:
    """Load the demo project; answers whether it was missing."""
    if Project.objects.filter(slug=SLUG).exists():
        return False
    try:
        _load()
    except BaseException:
        remove()
        raise
    return True


def remove() -> None:
    """Delete the demo project and nothing else; the demo accounts stay."""
    with transaction.atomic():
        project = Project.objects.filter(slug=SLUG).first()
        if project is not None:
            Source.objects.filter(project=project).update(version=None)
            project.delete()


def _load() -> None:
    users = {account.username: _user(account) for account in accounts()}
    project = create_project(slug=SLUG, title=TITLE, lead=users["leder"])
    for username, _name, role in ACCOUNTS:
        if role != Role.LEAD:
            user = users[username]
            Membership.objects.create(project=project, user=user, name=user.display_name, role=role)
    _command("import_codebook", FOLDER / "codebook.csv")
    for kind, pattern in (("interview", "intervju-*"), ("focus_group", "fokusgruppe-*")):
        _command("import_sources", *sorted(FOLDER.glob(pattern)), "--kind", kind)
    _command("import_informants", FOLDER / "informants.csv")
    _code(project)


def _user(account: Account) -> User:
    user = User.objects.filter(username=account.username).first()
    if user is None:
        name = next(name for username, name, _role in ACCOUNTS if username == account.username)
        first, _blank, last = name.partition(" ")
        user = User(username=account.username, first_name=first, last_name=last)
        user.set_password(account.password)
        user.save()
    return user


def _command(name: str, *arguments: Path | str) -> None:
    call_command(name, *map(str, arguments), "--project", SLUG, stdout=io.StringIO())


@dataclass(frozen=True)
class _Marked:
    source: Source
    start: int
    end: int
    coder: str
    memo: str


def _code(project: Project) -> None:
    """Put the demo's codings on the passages that its file quotes, then say who has finished what."""
    members = {
        username: Membership.objects.get(project=project, user__username=username)
        for username in ("koder", "leder")
    }
    rows: list[CodingRow] = []
    memos: list[_Marked] = []
    for line, row, source, start in _quoted(project):
        end = start + len(row["quote"])
        coder = members[row["coder"]]
        rows.append(CodingRow(line, str(source.uuid), str(start), str(end), row["code"], coder.name))
        if row["memo"].strip():
            memos.append(_Marked(source, start, end, row["coder"], row["memo"]))
    import_codings(project=project, rows=sorted(rows, key=lambda row: row.coder != members["koder"].name))
    for memo in memos:
        author = members[memo.coder]
        coding = Coding.objects.filter(
            source=memo.source, coder=author, start=memo.start, end=memo.end
        ).first()
        if coding is not None:
            write_coding_memo(actor=author, source=memo.source, coding=coding.uuid, body=memo.memo)
    coded: dict[str, list[Source]] = defaultdict(list)
    for source in Source.objects.filter(project=project, codings__coder=members["koder"]).distinct():
        coded["koder"].append(source)
    for source in coded["koder"][:-2]:
        mark_finished(actor=members["koder"], source=source, finished=True)


def _quoted(project: Project) -> Iterator[tuple[int, dict[str, str], Source, int]]:
    """Each row of the codings' file with its line, its source, and where its quotation begins."""
    sources = {
        source.title: source for source in Source.objects.filter(project=project).select_related("version")
    }
    with (FOLDER / "codings.csv").open(encoding="utf-8-sig", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            source = sources[row["source"]]
            text = source.version.text if source.version else ""
            start = text.find(row["quote"])
            if start < 0 or text.find(row["quote"], start + 1) >= 0:
                raise ValueError(f"codings.csv, line {line}: the quotation does not stand exactly once")
            yield line, row, source, start
