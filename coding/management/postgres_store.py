"""A database on PostgreSQL, by PostgreSQL's own programs: pg_dump, pg_restore and psql."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import DatabaseError, OperationalError, connections
from django.utils.translation import gettext as _

from coding.management.base import Refusal
from coding.management.stores import KEYS_LEFT_FREE, PATIENCE, Busy, Stale, Store

_PLAIN = ("--no-owner", "--no-privileges")
# The tables' locks. First the one that every action asks for, in a mode that lets readers pass; then, while nobody
# writes, all of them. Readers ask in an order of their own, so that a wait may be for each other: it is the restore
# that steps back, before PostgreSQL looks for that (after a second) and ends somebody's question. Only each fourth try
# waits longer, since PostgreSQL's own housekeeping gives way only then.
_LOCKS = """
DO $locks$
DECLARE
  until constant timestamptz := clock_timestamp() + interval '%(patience)d ms';
BEGIN
  LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '%(patience)dms', true);
      LOCK TABLE coding_project IN EXCLUSIVE MODE;
      FOR try IN 1..4 LOOP
        BEGIN
          PERFORM set_config('lock_timeout', CASE try WHEN 4 THEN '3s' ELSE '100ms' END, true);
          LOCK TABLE %(tables)s IN ACCESS EXCLUSIVE MODE;
          RETURN;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        END;
      END LOOP;
      RAISE lock_not_available;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      IF clock_timestamp() > until THEN RAISE lock_not_available; END IF;
    END;
  END LOOP;
END
$locks$;
"""
_NO_LOCK = "55P03"


def program(name: str) -> str:
    """Where a program of PostgreSQL lies: Debian keeps each version's apart. Raises Refusal."""
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    newest = sorted(versions, key=lambda path: [int(n) for n in path.parent.name.split(".") if n.isdigit()])
    found = str(newest[-1] / name) if newest else shutil.which(name)
    if found is None:
        raise Refusal(_("PostgreSQL's programs (pg_dump, pg_restore, psql) are not installed here."))
    return found


class PostgresStore(Store):
    """See Store. A copy is a dump in PostgreSQL's custom format; what is aside is a database on the same server."""

    engine = "postgresql"

    def exists(self) -> bool:
        return True

    def _command(self, connection: Any, name: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """A program that works on the database of a connection, and its environment."""
        given, environment = connection.client.settings_to_cmd_args_env(connection.settings_dict, arguments)
        # Its last argument is the database, which pg_restore does not take in that place.
        *options, database = given[1:]
        return [program(name), *options, "--dbname", database], os.environ | (environment or {})

    def _run(self, name: str, *arguments: str) -> None:
        """Let a program work on the database which the alias means now."""
        command, environment = self._command(connections[self.alias], name, *arguments)
        done = subprocess.run(
            command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            raise self._failed(name, done.stderr.decode(errors="replace"))

    def _failed(self, name: str, told: str) -> Refusal:
        """Only the first line: those after it may quote rows."""
        reason = (told.strip().splitlines() or ["?"])[0][:300]
        return Refusal(_("%(program)s could not do it: %(reason)s") % {"program": name, "reason": reason})

    def copy(self, target: Path, folder: Path) -> None:
        left_out = [f"--exclude-table-data=public.{table}" for table in sorted(self.left_out())]
        self._run("pg_dump", "--format=custom", "--compress=0", *_PLAIN, *left_out, "--file", str(target))

    @contextmanager
    def aside(self, file: Path, folder: Path) -> Iterator[None]:
        name = f"{self._prefix()}{secrets.token_hex(4)}"
        self._folder = folder
        self._used = self._keys_used()
        self._administer(f"CREATE DATABASE {self._quoted(name)} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            with self.pointed_at(name):
                self._run("pg_restore", "--exit-on-error", *_PLAIN, str(file))
                yield
        finally:
            self._administer(f"DROP DATABASE IF EXISTS {self._quoted(name)} WITH (FORCE)")

    def _prefix(self) -> str:
        return f"{str(self.live.settings_dict['NAME'])[:40]}_restore_"

    def _quoted(self, name: str) -> str:
        return str(self.live.ops.quote_name(name))

    def _administer(self, statement: str) -> None:
        try:
            with self.live.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") == "42501":
                raise Refusal(
                    _(
                        "A restore makes a database beside this one, which the database's user may not do"
                        " (ALTER ROLE … CREATEDB)."
                    )
                ) from None
            raise

    def _keys_used(self) -> dict[str, int]:
        """The last key of each sequence of the database that the alias means now."""
        with connections[self.alias].cursor() as cursor:
            cursor.execute(
                "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'"
            )
            return dict(cursor.fetchall())

    def make_ready(self) -> None:
        last = self._keys_used()
        with connections[self.alias].cursor() as cursor:
            for sequence, used in self._used.items():
                if sequence in last and last[sequence] < used:
                    cursor.execute(
                        "SELECT setval(format('public.%%I', %s::text)::regclass, %s)",
                        [sequence, used + KEYS_LEFT_FREE],
                    )
        connections[self.alias].close()
        dump, script = self._folder / f"{self.alias}.ready", self._folder / f"{self.alias}.sql"
        self._run("pg_dump", "--format=custom", "--compress=0", *_PLAIN, "--file", str(dump))
        command = [
            program("pg_restore"), "--clean", "--if-exists", *_PLAIN, "--file", str(script), str(dump),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, check=False)
        dump.unlink()
        if done.returncode:
            raise self._failed("pg_restore", done.stderr.decode(errors="replace"))
        self._script = script

    def swap(self, is_current: Callable[[], bool]) -> None:
        """One transaction that begins by locking every table, so that nobody is met half-way."""
        command, environment = self._command(
            self.live, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=sqlstate"
        )
        with subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as psql:
            assert psql.stdin is not None and psql.stderr is not None
            told = b""
            try:
                psql.stdin.write(self._prelude().encode())
                psql.stdin.flush()
                while (line := psql.stderr.readline()) and line.strip() != b"locked":
                    told += line
                if not line:
                    raise BrokenPipeError
                if not is_current():
                    psql.kill()
                    raise Stale
                with self._script.open("rb") as script:
                    shutil.copyfileobj(script, psql.stdin)
                psql.stdin.write(b"\nCOMMIT;\n\\warn committed\n")
                psql.stdin.close()
            except BrokenPipeError:
                with suppress(BrokenPipeError):
                    psql.stdin.close()
            told += psql.stderr.read()
        if not told.strip().endswith(b"committed"):
            complaint = told.decode(errors="replace")
            raise Busy if _NO_LOCK in complaint else self._failed("psql", complaint)

    def _prelude(self) -> str:
        """The locks of the tables that are there."""
        with self.live.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = sorted(name for (name,) in cursor.fetchall())
        self.live.close()
        wanted = {"patience": PATIENCE * 1000, "tables": ", ".join(map(self._quoted, tables))}
        locks = _LOCKS % wanted if "coding_project" in tables else ""
        return (
            f"SET client_min_messages = error;\nBEGIN;\n{locks}SET LOCAL lock_timeout = 0;\n\\warn locked\n"
        )

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Every action locks its project's row first, which this table lock keeps it from."""
        self.live.set_autocommit(False)
        try:
            with self.live.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE * 1000:.0f}ms'")
                cursor.execute("LOCK TABLE coding_project IN EXCLUSIVE MODE")
            yield
        except OperationalError:
            raise Busy from None
        finally:
            self.live.rollback()
            self.live.set_autocommit(True)

    def forget_leftovers(self) -> None:
        with self.live.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self._prefix()])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP DATABASE IF EXISTS {self._quoted(name)} WITH (FORCE)")
