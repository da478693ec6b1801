"""Background work: the queue, a worker that is killed, and a server that ends with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from coding import retention, tasks
from coding.actions import imports, jobs
from coding.models.jobs import DraftState, ImportDraft, Job, JobState
from tests.factories import make_member, make_project
from tests.ready import begin

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that happens in another process."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A kind of job that only notes that it was done."""
    done: list[int] = []
    monkeypatch.setitem(tasks.TASKS, "note", tasks.Task(lambda job: done.append(job.payload["n"])))
    return done


@pytest.mark.django_db(transaction=True)
class TestQueue:
    def test_jobs_are_done_in_order_and_once(self, seen: list[int]) -> None:
        for n in range(3):
            jobs.enqueue(kind="note", payload={"n": n})
        assert tasks.drain() == 3
        assert seen == [0, 1, 2]
        assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}
        assert jobs.claim() is None

    def test_a_job_whose_worker_lives_is_left_alone_and_a_stale_one_taken_up(self, seen: list[int]) -> None:
        jobs.enqueue(kind="note", payload={"n": 7})
        first = jobs.claim()
        assert first is not None
        assert jobs.claim() is None
        Job.objects.update(heartbeat=timezone.now() - jobs.STALE_AFTER - timedelta(seconds=1))
        again = jobs.claim()
        assert again is not None
        assert (again.pk, again.attempts) == (first.pk, 2)
        # The first worker was only slow: it is told to stop, and cannot end what is another's now.
        assert not jobs.beat(job=first)
        jobs.finish(job=first, state=JobState.FAILED)
        assert Job.objects.get().state == JobState.RUNNING
        tasks.run(again)
        assert (seen, Job.objects.get().state) == ([7], JobState.DONE)

    def test_a_task_that_always_fails_is_given_up(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        given_up: list[int] = []

        def fail(job: Job) -> None:
            raise RuntimeError("Kari Nordmann sa dette")

        monkeypatch.setitem(tasks.TASKS, "bad", tasks.Task(fail, lambda job: given_up.append(job.pk)))
        job = jobs.enqueue(kind="bad", payload={})
        assert tasks.drain() == jobs.MOST_ATTEMPTS + 1
        assert given_up == [job.pk]
        assert Job.objects.get().state == JobState.FAILED
        assert "RuntimeError" in caplog.text
        assert "Nordmann" not in caplog.text

    def test_a_cancelled_job_is_told_so(self, seen: list[int]) -> None:
        jobs.enqueue(kind="note", payload={"n": 1})
        job = jobs.claim()
        assert job is not None
        assert jobs.beat(job=job, done=1, total=2)
        Job.objects.update(cancel=True)
        assert not jobs.beat(job=job)
        assert (Job.objects.get().done, Job.objects.get().total) == (1, 2)

    def test_unknown_work_fails_with_a_sentence(self) -> None:
        jobs.enqueue(kind="from another version", payload={})
        tasks.drain()
        assert (Job.objects.get().state, bool(Job.objects.get().error)) == (JobState.FAILED, True)

    def test_old_jobs_are_forgotten(self, seen: list[int]) -> None:
        jobs.enqueue(kind="note", payload={"n": 1})
        tasks.drain()
        jobs.forget_old_jobs()
        assert Job.objects.exists()
        Job.objects.update(created=timezone.now() - retention.kept("ended_jobs") - timedelta(days=1))
        jobs.forget_old_jobs()
        assert not Job.objects.exists()

    def test_a_read_that_nobody_ordered_is_ordered_by_the_sweep(self) -> None:
        member = make_member(make_project())
        batch = imports.open_batch(actor=member)
        draft = imports.add_file(
            actor=member,
            batch=batch,
            name="a.txt",
            content=[b"Intervjuer: Hva?\nInformant: Ja.\n"],
            cleared=True,
        )
        tasks.sweep()
        tasks.sweep()
        assert Job.objects.count() == 1
        tasks.drain()
        draft.refresh_from_db()
        assert draft.state == DraftState.READY

    def test_a_file_that_kills_its_worker_is_refused_in_the_end(self) -> None:
        member = make_member(make_project())
        batch = imports.open_batch(actor=member)
        draft = imports.add_file(actor=member, batch=batch, name="a.txt", content=[b"Ja."], cleared=True)
        job = tasks.enqueue_reading(draft)
        Job.objects.update(
            state=JobState.RUNNING, attempts=jobs.MOST_ATTEMPTS, heartbeat=timezone.now() - timedelta(days=1)
        )
        assert tasks.drain() == 1
        assert ImportDraft.objects.get().state == DraftState.REFUSED
        assert not imports.file_of(draft).exists()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED


class Installation:
    """A data folder with its own SQLite database, and real processes that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": "",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.started: list[subprocess.Popen[bytes]] = []

    def run(self, *arguments: str, code: str | None = None) -> str:
        command = [sys.executable, "manage.py", *(arguments or ("shell", "-v", "0", "-c", code or ""))]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stderr=subprocess.DEVNULL,
            **options,  # type: ignore[call-overload]
        )
        self.started.append(process)
        return process

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Rows of the database as they are committed now."""
        with contextlib.closing(sqlite3.connect(self.folder / "kodebenk.sqlite3", timeout=20)) as database:
            return database.execute(query).fetchall()

    def number(self, query: str) -> int:
        return int(str(self.ask(query)[0][0]))

    def stop(self) -> None:
        for process in self.started:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation that is ready and was never used."""
    begin(tmp_path / "data")
    made = Installation(tmp_path / "data")
    yield made
    made.stop()


FILES = """
from coding.actions import imports
from coding.actions.projects import create_project
from coding.models import Membership, User
from coding import tasks
user = User.objects.create(username="koder")
member = Membership.objects.get(project=create_project(slug="p", title="P", lead=user))
batch = imports.open_batch(actor=member)
for n in range({files}):
    said = "\\n".join(f"{{('Intervjuer', 'Informant')[i % 2]}}: Svar nummer {{i}} i fil {{n}}." for i in range({turns}))
    draft = imports.add_file(actor=member, batch=batch, name=f"fil {{n}}.txt", content=[said.encode()], cleared=True)
    tasks.enqueue_reading(draft)
"""
ORDER = """
from coding import tasks
from coding.models.jobs import ImportBatch
batch = ImportBatch.objects.select_related("project", "member").get()
tasks.enqueue_storing(batch, batch.member)
"""


def whole_sources(installation: Installation) -> int:
    """How many sources there are; fails where one of them is not whole."""
    halves = installation.ask(
        "select s.id, v.words,"
        " (select coalesce(sum(t.words), 0) from coding_turn t where t.version_id = v.id) as spoken,"
        " (select count(*) from coding_speaker p where p.source_id = s.id) as speakers"
        " from coding_source s left join coding_textversion v on v.id = s.version_id"
        " where v.id is null or v.words != spoken or speakers != 2"
    )
    assert halves == []
    assert installation.number("select count(*) from coding_textversion") == installation.number(
        "select count(*) from coding_source"
    )
    return installation.number("select count(*) from coding_source")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is POSIX's")
def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_the_next_one_ends_it(
    installation: Installation,
) -> None:
    files = 6
    installation.run(code=FILES.format(files=files, turns=4000))
    state = "select count(*) from coding_importdraft where state = '{}'"
    first = installation.start("work")
    until(lambda: installation.number(state.format("ready")) >= 1, "the first file is read")
    first.kill()
    first.wait()
    # A worker's death shows by its silence; the test does not wait for that.
    make_stale = "from coding.models.jobs import Job; Job.objects.update(heartbeat='2020-01-01T00:00Z')"
    installation.run(code=make_stale)
    second = installation.start("work")
    until(lambda: installation.number(state.format("ready")) == files, "all files are read")
    installation.run(code=ORDER)
    until(lambda: installation.number("select count(*) from coding_source") >= 2, "two sources are stored")
    second.kill()
    second.wait()
    stored = whole_sources(installation)
    assert stored == installation.number(state.format("stored")) < files
    installation.run(code=make_stale)
    installation.start("work")
    until(lambda: installation.number(state.format("stored")) == files, "the rest is stored")
    assert whole_sources(installation) == files
    until(lambda: list((installation.folder / "uploads").iterdir()) == [], "the uploaded files are gone")


def alive(pid: int) -> bool:
    """Whether a process runs (one that has ended and only waits to be counted does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(path.parent.name))
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=30) as answer:
            return answer.status == 200
    except OSError:
        return False


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


@needs_proc
def test_the_worker_ends_with_whoever_holds_its_pipe(installation: Installation) -> None:
    worker = installation.start("work", "--supervised", stdin=subprocess.PIPE, start_new_session=True)
    jobs_done = "select count(*) from coding_job where state = 'failed'"
    installation.run(code="from coding.actions import jobs; jobs.enqueue(kind='unknown', payload={})")
    until(lambda: installation.number(jobs_done) == 1, "the worker works")
    assert worker.stdin is not None
    worker.stdin.close()
    until(lambda: worker.poll() is not None, "the worker ends")


@needs_proc
@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_the_server_and_its_worker_end_together(installation: Installation, how: str) -> None:
    port = free_port()
    server = installation.start("serve", "--port", str(port), stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert str(port) in server.stdout.readline().decode()
    assert answers(port)
    until(lambda: children_of(server.pid), "the worker is started")
    (worker,) = children_of(server.pid)
    server.send_signal(getattr(signal, how))
    until(lambda: server.poll() is not None, "the server ends")
    until(lambda: not alive(worker), "the worker ends")
    assert not answers(port)
    if how != "SIGKILL":
        assert server.returncode == 0


@needs_proc
def test_a_worker_that_dies_is_started_again(installation: Installation) -> None:
    port = free_port()
    server = installation.start("serve", "--port", str(port), stdout=subprocess.PIPE)
    until(lambda: children_of(server.pid), "the worker is started")
    (first,) = children_of(server.pid)
    os.kill(first, signal.SIGKILL)
    until(
        lambda: [pid for pid in children_of(server.pid) if pid != first and alive(pid)],
        "another worker is started",
    )
    assert answers(port)


def test_a_taken_port_is_one_sentence(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "manage.py", "serve", "--port", port]
        done = subprocess.run(
            command, cwd=ROOT, env=installation.environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert port in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["0", "70000", "abc"])
def test_a_wrong_port_is_one_sentence(installation: Installation, port: str) -> None:
    command = [sys.executable, "manage.py", "serve", "--port", port, "--language", "en"]
    done = subprocess.run(
        command, cwd=ROOT, env=installation.environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.strip().count("\n")) == (2, 0)
