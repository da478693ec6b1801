"""Background work: what the worker does for each kind of job, and what it looks after when it has nothing to do."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import translation
from django.utils.translation import gettext as _

from coding.actions import closing, exports, import_storing, imports, indexing, jobs, names, report_files
from coding.actions.errors import Conflict, Invalid
from coding.exporting.report_files import write_report
from coding.importing.document import Message
from coding.importing.reading import Refused, read_isolated
from coding.language.analyser import analyse, analyser_name
from coding.language.lexicon import lexicon
from coding.language.names import names_for_project
from coding.models import Certificate, Membership, Project, Report, TextVersion
from coding.models.jobs import DraftState, ImportBatch, ImportDraft, Job, JobState
from coding.permissions import Denied
from coding.reports.names import unsearched
from coding.reports.words import unread

READ, STORE, SUGGEST, INDEX = "import.read", "import.store", "names.suggest", "words.index"
REMOVE, REPORT = "project.remove", "report.export"
POLL_SECONDS = 0.3
SWEEP_SECONDS = 600
log = logging.getLogger(__name__)


def enqueue_reading(draft: ImportDraft) -> Job:
    """Let a draft's file be read."""
    payload = {"draft": draft.pk, "language": translation.get_language()}
    return jobs.enqueue(kind=READ, payload=payload, project=draft.batch.project)


def enqueue_storing(batch: ImportBatch, actor: Membership) -> Job:
    """Let all drafts of a batch that are ready be stored as they stand, unless that is under way."""
    under_way = storing(batch)
    if under_way is not None:
        return under_way
    payload = {"batch": batch.pk, "member": actor.pk, "language": translation.get_language()}
    total = batch.drafts.filter(state=DraftState.READY).count()
    return jobs.enqueue(kind=STORE, payload=payload, project=batch.project, total=total)


def storing(batch: ImportBatch) -> Job | None:
    """The job that stores a batch, while there is one."""
    open_jobs = Job.objects.filter(
        kind=STORE, state__in=[JobState.WAITING, JobState.RUNNING], project=batch.project_id
    )
    return open_jobs.filter(payload__batch=batch.pk).order_by("id").first()


def enqueue_suggesting(project: Project) -> Job | None:
    """Let the texts of a project be gone through for names, where some have not been and that is not under way."""
    return _enqueue_once(SUGGEST, project, lambda: len(unsearched(project.pk)))


def _enqueue_once(kind: str, project: Project, many: Callable[[], int]) -> Job | None:
    under_way = Job.objects.filter(
        kind=kind, state__in=[JobState.WAITING, JobState.RUNNING], project=project
    ).first()
    if under_way is not None:
        return under_way
    total = many()
    return jobs.enqueue(kind=kind, payload={}, project=project, total=total) if total else None


def _suggest(job: Job) -> None:
    """Names found safely in one text are looked for in all, so the texts that wait are gone through together."""
    assert job.project_id is not None
    texts = dict(unsearched(job.project_id))
    found = names_for_project(texts, lexicon(settings.DATA_DIR))
    for done, (version, suggestions) in enumerate(found.items(), start=1):
        names.keep_suggestions(
            version=version, suggestions=[(one.start, one.end, one.kind, one.sure) for one in suggestions]
        )
        if not jobs.beat(job=job, done=done):
            return


def enqueue_indexing(project: Project) -> Job | None:
    """Let the current texts of a project be read for the search, where some have not been and that is not under way."""
    return _enqueue_once(INDEX, project, lambda: len(unread(project.pk)))


def _index(job: Job) -> None:
    assert job.project_id is not None
    index_texts(job.project_id, lambda done: jobs.beat(job=job, done=done))


def index_texts(project_id: int, go_on: Callable[[int], bool]) -> int:
    """Read for the search what has not been read; answers how many words. `go_on` hears how many texts are done."""
    made_by, read = analyser_name(), 0
    for done, version in enumerate(unread(project_id, made_by)):
        if not go_on(done):
            break
        text = TextVersion.objects.values_list("text", flat=True).get(pk=version)
        analysis = analyse(text, lexicon(settings.DATA_DIR), go_on=partial(go_on, done))
        if analysis is None:
            break
        indexing.keep_index(version=version, analysis=analysis, made_by=made_by)
        read += len(analysis.words)
    return read


def enqueue_removal(certificate: Certificate) -> Job:
    """Let a project whose removal has begun be removed. The job is no part of it: it must outlive it."""
    return jobs.enqueue(kind=REMOVE, payload={"certificate": certificate.pk})


def _remove(job: Job) -> None:
    certificate = Certificate.objects.filter(pk=job.payload["certificate"]).first()
    if certificate is not None:
        closing.carry_out(certificate, go_on=lambda: jobs.beat(job=job))


def enqueue_report(report: Report, actor: Membership, *, part: str, file_format: str, appendix: bool) -> Job:
    """Let a file be made of a report, or of the chapter or section that `part` numbers, for `actor` to fetch."""
    payload = {
        "report": str(report.uuid), "member": actor.pk, "part": part, "format": file_format, "appendix": appendix,
    }  # fmt: skip
    return jobs.enqueue(kind=REPORT, payload=payload, project=report.project, total=3)


def _report(job: Job) -> None:
    asked = job.payload
    report = (
        Report.objects.select_related("project").filter(uuid=asked["report"], project=job.project_id).first()
    )
    member = Membership.objects.active().select_related("project").filter(pk=asked["member"]).first()
    if report is None or member is None:
        return
    with suppress(LookupError):
        written = write_report(
            report, asked["format"], names.listed_names(report.project), member, part=asked["part"],
            appendix=asked["appendix"], go_on=lambda done: jobs.beat(job=job, done=done),
        )  # fmt: skip
        if written is None:
            return
        report_files.keep_file(job=job, content=written.content)
        # It leaves when it is fetched, but who asked for it is known here.
        exports.record_export(
            project=report.project,
            actor=member,
            what=f"report-{asked['part']}" if asked["part"] else "report",
            file_format=asked["format"],
            many=written.many,
        )
        jobs.beat(job=job, done=3)


def _read(job: Job) -> None:
    draft = imports.begin_reading(draft=job.payload["draft"])
    if draft is None:
        return
    try:
        document = read_isolated(
            imports.file_of(draft),
            draft.file_name,
            encoding=draft.encoding or None,
            speakers=draft.with_speakers,
        )
    except Refused as refused:
        imports.refuse_draft(draft=draft, message=refused.message)
        return
    with translation.override(job.payload.get("language") or None):
        imports.keep_document(draft=draft, document=document)


def _give_up_reading(job: Job) -> None:
    draft = imports.begin_reading(draft=job.payload["draft"])
    if draft is not None:
        imports.refuse_draft(draft=draft, message=Message("crashed"))


def _store(job: Job) -> None:
    member = Membership.objects.select_related("project").get(pk=job.payload["member"])
    keys = list(
        ImportDraft.objects.filter(batch=job.payload["batch"], state=DraftState.READY).values_list(
            "pk", flat=True
        )
    )
    done = job.total - len(keys)
    with translation.override(job.payload.get("language") or None):
        for key in keys:
            if not jobs.beat(job=job, done=max(done, 0)):
                return
            draft = ImportDraft.objects.select_related("batch__project").filter(pk=key).first()
            if draft is not None:
                try:
                    import_storing.store_draft(actor=member, draft=draft)
                except (Invalid, Conflict, Denied) as error:
                    import_storing.note_failure(draft=draft, sentence=str(error))
            done += 1


def _nothing(job: Job) -> None:
    pass


@dataclass(frozen=True)
class Task:
    """What a kind of job does, and what is left to do where it failed each time. Both may run twice."""

    run: Callable[[Job], None]
    give_up: Callable[[Job], None] = _nothing


TASKS: dict[str, Task] = {
    READ: Task(_read, _give_up_reading),
    STORE: Task(_store),
    SUGGEST: Task(_suggest),
    INDEX: Task(_index),
    REMOVE: Task(_remove),
    REPORT: Task(_report),
}


@contextmanager
def _beating(job: Job) -> Iterator[None]:
    """The job's heart beats while its task is busy."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(jobs.BEAT_SECONDS):
            with suppress(DatabaseError):
                jobs.beat(job=job)
        connection.close()

    heart = threading.Thread(target=beat, daemon=True, name="heartbeat")
    heart.start()
    try:
        yield
    finally:
        stop.set()
        heart.join(timeout=2)


def run(job: Job) -> None:
    """Carry out a claimed job. An unforeseen error is logged without its values and tried again, a few times."""
    task = TASKS.get(job.kind)
    if task is None:
        jobs.finish(
            job=job, state=JobState.FAILED, error=_("This version does not know how to do this work.")
        )
        return
    if job.attempts > jobs.MOST_ATTEMPTS:
        task.give_up(job)
        jobs.finish(job=job, state=JobState.FAILED, error=_("It failed several times and was given up."))
        return
    try:
        with _beating(job):
            task.run(job)
    except DatabaseError:
        jobs.try_again(job=job)
        raise
    except Exception as error:
        place = _place(error)
        log.error(
            "job %s (%s), attempt %s: %s at %s", job.pk, job.kind, job.attempts, type(error).__name__, place
        )
        jobs.try_again(job=job)
    else:
        jobs.finish(job=job)


def _place(error: BaseException) -> str:
    """Where an error was raised. Its message may quote a transcript, so it is not logged."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"


def drain() -> int:
    """Carry out all work that waits, here and now; answers how many jobs there were."""
    number = 0
    while (job := jobs.claim()) is not None:
        run(job)
        number += 1
    return number


def sweep() -> None:
    """Mend what was missed: drafts whose reading nobody ordered, and what has expired."""
    ordered = Job.objects.filter(kind=READ, state__in=[JobState.WAITING, JobState.RUNNING])
    known = {payload.get("draft") for payload in ordered.values_list("payload", flat=True)}
    waiting = ImportDraft.objects.filter(state__in=[DraftState.WAITING, DraftState.READING])
    for draft in waiting.select_related("batch__project").defer("document"):
        if draft.pk not in known:
            enqueue_reading(draft)
    imports.sweep()
    jobs.forget_old_jobs()
    report_files.sweep()
    for project in Project.objects.all():
        enqueue_indexing(project)
    removals = Job.objects.filter(kind=REMOVE, state__in=[JobState.WAITING, JobState.RUNNING])
    ordered_removals = {payload.get("certificate") for payload in removals.values_list("payload", flat=True)}
    for certificate in closing.under_way():
        if certificate.pk not in ordered_removals:
            enqueue_removal(certificate)


def work(ended: threading.Event) -> None:
    """Do one job after another until `ended`."""
    swept = -float(SWEEP_SECONDS)
    while not ended.is_set():
        try:
            if time.monotonic() - swept > SWEEP_SECONDS:
                swept = time.monotonic()
                sweep()
            busy = drain_one()
        except DatabaseError as error:
            log.warning("the database could not be used (%s); trying again", type(error).__name__)
            connection.close()
            busy = False
            ended.wait(1)
        if not busy:
            ended.wait(POLL_SECONDS)
    connection.close()


def drain_one() -> bool:
    job = jobs.claim()
    if job is not None:
        run(job)
    return job is not None
