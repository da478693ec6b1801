"""What the commands share: one sentence on an error, a database that is there, a language, a project."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, handle_default_options
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _

from coding.actions.errors import Conflict, Invalid
from coding.models import Project
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.permissions import Denied
from coding.reports.codebook import CodeNode, code_tree
from coding.reports.selection import named_value


def prepare_database() -> None:
    """Make the tables of a new database. Raises Refusal with one sentence where the schema is an older one.

    Of several processes that find a new database at once, one makes the tables and the others wait for it.
    """
    if not _unapplied()[0]:
        return
    with _alone():
        plan, applied = _unapplied()
        if plan and applied:
            raise Refusal(
                _(
                    "The database is of an older version. Make a copy of it, then run “python manage.py migrate”."
                )
            )
        if plan:
            call_command("migrate", interactive=False, verbosity=0)


def _unapplied() -> tuple[bool, bool]:
    """Whether migrations are missing in any database, and whether any of those has been migrated before.

    A new identity store beside a database that is up to date (the old one was removed) is only made.
    """
    missing = older = False
    try:
        for alias in connections:
            executor = MigrationExecutor(connections[alias])
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                missing = True
                older = older or bool(executor.loader.applied_migrations)
    except DatabaseError as error:
        raise Refusal(_("The database cannot be opened: %(reason)s") % {"reason": error}) from None
    return missing, older


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this data folder at a time. The lock is SQLite's on a file of its own: it dies with its holder."""
    lock = sqlite3.connect(settings.DATA_DIR / "setup.lock", timeout=60, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()


class Refusal(CommandError):
    """An error of a command: one sentence, status 2."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=2)


class KodebenkCommand(BaseCommand):
    """A command that prepares the database, speaks `--language`, and answers an error with one sentence, status 2."""

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """As Django does it, but an error is its sentence alone, without the name of a class in front."""
        try:
            options = self.create_parser(argv[0], argv[1]).parse_args(argv[2:])
        except CommandError as error:
            self.stderr.write(str(error).removeprefix("Error: "))
            sys.exit(2)
        handle_default_options(options)
        given = vars(options)
        try:
            self.execute(*given.pop("args", ()), **given)
        except CommandError as error:
            if options.traceback:
                raise
            self.stderr.write(str(error))
            sys.exit(error.returncode)
        finally:
            connections.close_all()

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(options.get("language") or settings.LANGUAGE_CODE):
            try:
                self.prepare()
                return super().execute(*args, **options)
            except (Invalid, Conflict, Denied) as error:
                raise Refusal(str(error)) from None
            except OSError as error:
                raise Refusal(
                    _("%(file)s: %(reason)s") % {"file": error.filename, "reason": error.strerror}
                ) from None

    def prepare(self) -> None:
        prepare_database()


class ProjectCommand(KodebenkCommand):
    """A command about one project."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--project", metavar="SLUG", required=True)
        return parser

    def add_uncleared(self, parser: CommandParser) -> None:
        """The switch without which a command tells of a source only when its names are out."""
        parser.add_argument(
            "--uncleared", action="store_true", help="sources too that are not cleared of names"
        )

    def project(self, options: dict[str, Any]) -> Project:
        """The project that `--project` names."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise Refusal(_("There is no project “%(slug)s”.") % {"slug": options["project"]})
        return project

    def code(self, project: Project, path: str) -> CodeNode:
        """The code that a path (names joined by ` > `) means."""
        node = code_tree(project).find(path)
        if node is None:
            raise Refusal(_("There is no code “%(path)s” in the codebook.") % {"path": path})
        return node

    def conditions(
        self, project: Project, cities: Iterable[str | None], types: Iterable[str | None]
    ) -> dict[int, frozenset[int | None]]:
        """What `--city` and `--type` ask of an informant."""
        wanted: dict[int, set[int | None]] = {}
        for key, names in ((CITY, cities), (INFORMANT_TYPE, types)):
            for name in filter(None, names):
                try:
                    attribute, value = named_value(project, key, name)
                except LookupError:
                    raise Refusal(
                        _("Nobody in the project has the value “%(name)s”.") % {"name": name}
                    ) from None
                wanted.setdefault(attribute, set()).add(value)
        return {attribute: frozenset(values) for attribute, values in wanted.items()}

    def file(self, name: str) -> Path:
        """A file that can be read."""
        path = Path(name)
        if not path.is_file():
            raise Refusal(_("There is no file “%(name)s”.") % {"name": name})
        return path
