"""The demo project: a small constructed study, brought in by the same commands that bring in a real one."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from coding.actions.projects import create_project
from coding.management import demo_work
from coding.management.demo_report import load_report
from coding.management.demo_themes import load_themes
from coding.management.demo_work import FOLDER
from coding.models import Membership, Project, Role, Source, User

SLUG = "demo"
TITLE = "Frivilligsentraler i fem byer (demo)"
ACCOUNTS = (
    ("koder", "Kari Koder", Role.CODER),
    ("leder", "Leif Leder", Role.LEAD),
    ("tredje", "Tone Tredje", Role.CODER),
    ("leser", "Lise Leser", Role.READER),
)


@dataclass(frozen=True)
class Account:
    username: str
    role: str
    password: str


def accounts() -> list[Account]:
    """The demo accounts. Their password is made once for each installation and kept beside the database."""
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
    demo_work.do(project)
    team = Membership.objects.filter(project=project).select_related("user")
    members = {one.user.username: one for one in team if one.user}
    load_themes(project, members, FOLDER / "themes.json")
    load_report(project, members)


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
