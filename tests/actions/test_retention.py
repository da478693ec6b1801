"""The rules of retention: each takes what is too old, and leaves what is not."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from coding import retention
from coding.actions import closing, imports, jobs
from coding.actions import retention as rules
from coding.actions.errors import Invalid
from coding.actions.exports import record_export
from coding.actions.identities import look_at_people, write_person
from coding.actions.projects import invite, password_link
from coding.models import AuditEvent, Certificate, Invitation, Project, Role, SealedIdentity
from coding.models.jobs import ImportBatch, Job
from tests.actions.test_closing import MARKER, full_study
from tests.factories import Study, link, make_study, put
from tests.on_disk import read

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2030, 5, 17, 3, 0, tzinfo=UTC)


def run(rule: str, now: datetime = NOW) -> int:
    return rules.RULES[rule](now, retention.kept(rule))


@pytest.fixture
def study() -> Study:
    return make_study()


def just_over(rule: str) -> datetime:
    return NOW - retention.kept(rule) - timedelta(minutes=1)


def just_under(rule: str) -> datetime:
    return NOW - retention.kept(rule) + timedelta(minutes=1)


def test_the_file_and_the_functions_name_the_same_rules(settings: Any) -> None:
    assert set(retention.names()) == set(rules.RULES)
    assert all(rule["why"].strip().endswith(".") and rule["days"] > 0 for rule in settings.RETENTION.values())


@pytest.mark.parametrize("change", ["unknown", "missing"])
def test_a_rule_that_is_unknown_or_missing_is_an_error_before_anything_is_done(
    study: Study, settings: Any, change: str
) -> None:
    invite(actor=study.lead, role=Role.CODER)
    Invitation.objects.update(expires=just_over("invitations"))
    wanted = dict(settings.RETENTION)
    if change == "unknown":
        wanted["everything"] = {"days": 1, "why": "."}
    else:
        del wanted["certificates"]
    settings.RETENTION = wanted
    with pytest.raises(Invalid, match=r"everything|certificates"):
        rules.carry_out(NOW)
    with pytest.raises(CommandError):
        call_command("daily", stdout=io.StringIO())
    assert Invitation.objects.exists()


@pytest.mark.parametrize(("age", "gone"), [(just_over, True), (just_under, False)])
def test_files_that_nobody_confirmed(study: Study, age: Any, gone: bool) -> None:
    batch = imports.open_batch(actor=study.coder)
    draft = imports.add_file(actor=study.coder, batch=batch, name="a.txt", content=[b"x"], cleared=True)
    ImportBatch.objects.update(created=age("import_drafts"), expires=NOW + timedelta(days=1))
    assert run("import_drafts") == (2 if gone else 0)
    assert ImportBatch.objects.exists() != gone
    assert imports.file_of(draft).exists() != gone


@pytest.mark.parametrize(("age", "gone"), [(just_over, True), (just_under, False)])
def test_ended_work(age: Any, gone: bool) -> None:
    for state in ("done", "failed", "cancelled", "waiting", "running"):
        job = jobs.enqueue(kind="x", payload={})
        Job.objects.filter(pk=job.pk).update(state=state, created=age("ended_jobs"))
    assert run("ended_jobs") == (3 if gone else 0)
    assert {"waiting", "running"} <= set(Job.objects.values_list("state", flat=True))


@pytest.mark.parametrize(("age", "gone"), [(just_over, True), (just_under, False)])
def test_links_that_open_nothing_any_more(study: Study, age: Any, gone: bool) -> None:
    invite(actor=study.lead, role=Role.CODER, note="used")
    invite(actor=study.lead, role=Role.CODER, note="waits")
    assert study.coder.user is not None
    password_link(study.coder.user)
    Invitation.objects.update(expires=NOW + timedelta(days=1))
    Invitation.objects.filter(note="used").update(used=age("invitations"))
    Invitation.objects.exclude(user=None).update(expires=age("invitations"))
    assert run("invitations") == (2 if gone else 0)
    assert Invitation.objects.filter(note="waits").exists()


def test_sessions_that_have_ended(settings: Any) -> None:
    assert retention.kept("sessions").total_seconds() == settings.SESSION_COOKIE_AGE
    for minutes in (-1, 1):
        store = SessionStore()
        store.create()
        Session.objects.filter(pk=store.session_key).update(expire_date=NOW + timedelta(minutes=minutes))
    assert run("sessions") == 1
    assert Session.objects.get().expire_date > NOW


@pytest.mark.parametrize(("age", "gone"), [(just_over, True), (just_under, False)])
def test_looks_and_exports_but_nothing_that_was_changed(study: Study, age: Any, gone: bool) -> None:
    put(study.coder, study.source, "koker kaffe", study.code)
    look_at_people(actor=study.lead)
    record_export(project=study.project, actor=study.lead, what="quotations", file_format="csv", many=1)
    AuditEvent.objects.update(created=age("looks_and_exports"))
    others = set(
        AuditEvent.objects.exclude(verb__in=["export", "identity.look"]).values_list("pk", flat=True)
    )
    assert run("looks_and_exports") == (2 if gone else 0)
    assert others <= set(AuditEvent.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(("age", "gone"), [(just_over, True), (just_under, False)])
def test_certificates_but_not_that_of_a_removal_under_way(study: Study, age: Any, gone: bool) -> None:
    closing.begin_removal(actor=None, project=study.project)
    Certificate.objects.create(
        kind="key", project_uuid=uuid.uuid4(), project_title="x", made_by="x", made=NOW, counts={}
    )
    Certificate.objects.update(made=age("certificates"))
    assert run("certificates") == (1 if gone else 0)
    assert Certificate.objects.filter(kind="project").exists()


def ended(project: Project, days_ago: int, at_end: str) -> None:
    today = timezone.localtime(NOW).date()
    Project.objects.filter(pk=project.pk).update(ends=today - timedelta(days=days_ago), at_end=at_end)


GRACE = retention.kept("project_end").days


@pytest.mark.parametrize("at_end", ["remind", "key", "project"])
@pytest.mark.parametrize(("days_ago", "over"), [(GRACE + 1, True), (GRACE, False), (-1, False)])
def test_what_was_settled_for_the_end(study: Study, at_end: str, days_ago: int, over: bool) -> None:
    person = link(study.source, "Informant", "Anne")
    write_person(actor=study.lead, informant=person, name="Kari")
    untouched = make_study()
    ended(study.project, days_ago, at_end)
    done = over and at_end != "remind"
    assert run("project_end") == int(done)
    assert Project.objects.filter(pk=study.project.pk).exists() != (done and at_end == "project")
    assert SealedIdentity.objects.filter(project=study.project.uuid).exists() != done
    assert Certificate.objects.filter(kind=at_end, user=study.lead.user, made_by="").count() == int(done)
    assert Project.objects.filter(pk=untouched.project.pk, key_removed=None).exists()
    assert run("project_end") == 0


def test_a_removal_that_was_cut_off_is_finished() -> None:
    study = full_study()
    closing.begin_removal(actor=study.lead, project=study.project, typed_title=study.project.title)
    assert run("project_end") == 1
    assert not Project.objects.exists()


def test_the_command_says_what_went_and_does_no_more_the_second_time(study: Study) -> None:
    invite(actor=study.lead, role=Role.CODER)
    Invitation.objects.update(expires=timezone.now() - retention.kept("invitations") - timedelta(days=1))
    Project.objects.update(ends=date(2020, 1, 1), at_end="key")
    told = [daily(), daily()]
    lines = [dict(line.split(": ") for line in text.strip().splitlines()) for text in told]
    assert list(lines[0]) == [*retention.names(), "backups"]
    assert (lines[0]["invitations"], lines[0]["project_end"]) == ("1", "1")
    assert set(lines[1].values()) == {"0"}


def daily() -> str:
    out = io.StringIO()
    call_command("daily", stdout=out)
    return out.getvalue()


def test_what_was_removed_is_gone_from_the_files() -> None:
    study = full_study()
    if connections["default"].vendor != "sqlite":
        pytest.skip("reads SQLite's files")
    names = [str(connections[alias].settings_dict["NAME"]) for alias in connections]
    files = [Path(name + end) for name in names for end in ("", "-wal")]

    def anywhere() -> bool:
        return MARKER.encode() in read(files)

    assert anywhere()
    closing.remove_project(actor=study.lead, project=study.project, typed_title=study.project.title)
    daily()
    assert not anywhere()
    assert {log.stat().st_size for log in files if log.name.endswith("-wal") and log.exists()} <= {0}
