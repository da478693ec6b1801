"""The end of a project: it is gone from every table, what is not its own is as it was, and a certificate stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from coding import ledger, tasks
from coding.actions import closing, imports
from coding.actions.attributes import create_attribute
from coding.actions.codebook import propose_code
from coding.actions.comments import comment
from coding.actions.errors import Conflict, Invalid
from coding.actions.exports import record_export
from coding.actions.identities import look_at_people, write_person
from coding.actions.memos import write_memo
from coding.actions.projects import invite, update_project
from coding.actions.summaries import Cell, look, pin, write_summary
from coding.actions.themes import create_theme
from coding.actions.undo import undo
from coding.models import (
    Attribution,
    AuditEvent,
    Certificate,
    Coding,
    Consent,
    Job,
    Membership,
    Memo,
    NameMark,
    OutsideRow,
    Project,
    Reading,
    Role,
    SavedView,
    SealedIdentity,
    Snapshot,
    Source,
    SourceProgress,
    SourceValue,
    StopWords,
    TextVersion,
    User,
    Value,
)
from coding.models.privacy import CertificateKind
from coding.permissions import Denied
from coding.reports.certificates import FIGURES
from tests.factories import Study, link, make_code, make_member, make_source, make_study, put, text_of
from tests.reporting import report_rows

pytestmark = pytest.mark.django_db(transaction=True)

MARKER = "Uforglemmelig"


def full_study() -> Study:
    """A study with something in every table."""
    study = make_study()
    study.source = make_source(
        study.project,
        (
            ("Moderator", "Hvordan begynte det?"),
            ("Deltaker 1", f"Det begynte med en kopp kaffe i {MARKER}."),
            ("Deltaker 2", "Og med en søknad."),
        ),
        title=f"Samtale {MARKER} {study.project.pk}",
    )
    person = link(study.source, "Deltaker 1", f"Pseudonym{MARKER}", city="Oslo", informant_type="frivillig")
    (coding,) = put(study.coder, study.source, "en kopp kaffe", study.code)
    put(study.lead, study.source, "søknad", study.other)
    undo(actor=study.lead, page=str(study.source.uuid))
    deep = make_code(study.project, f"Dypt {MARKER}", study.code, definition=MARKER)
    make_code(study.project, "Dypere", deep)
    propose_code(actor=study.coder, name="Forslag", page="codebook")
    for about in (study.source, person, study.code):
        write_memo(actor=study.coder, body=f"Et notat om {MARKER}", about=about)
    Memo.objects.filter(code=study.code).update(code=None, coding=coding)
    write_person(actor=study.lead, informant=person, name=f"Kari {MARKER}", email="kari@example.org")
    look_at_people(actor=study.lead)
    record_export(project=study.project, actor=study.lead, what="quotations", file_format="csv", many=1)
    invite(actor=study.lead, role=Role.CODER, note=MARKER)
    create_attribute(actor=study.lead, name="Alder", kind="choice")
    batch = imports.open_batch(actor=study.coder)
    imports.add_file(actor=study.coder, batch=batch, name="a.txt", content=[MARKER.encode()], cleared=True)
    tasks.enqueue_reading(batch.drafts.get())
    version = study.source.version
    assert version is not None
    common = {"version": version, "start": 0, "end": 5}
    Attribution.objects.create(**common, informant=person, counts=True)
    NameMark.objects.create(**common, source=study.source, verdict="keep", member=study.lead)
    Consent.objects.create(informant=person)
    value = Value.objects.filter(attribute__project=study.project).first()
    assert value is not None
    SourceValue.objects.create(source=study.source, attribute=value.attribute, value=value)
    SourceProgress.objects.get_or_create(source=study.source, coder=study.coder)
    Reading.objects.create(source=study.source, member=study.coder)
    tasks.index_texts(study.project.pk, lambda done: True)
    SavedView.objects.create(project=study.project, author=study.lead, kind="search", name=MARKER)
    Snapshot.objects.create(
        project=study.project, author=study.lead, kind="matrix", name=MARKER, table={}, taken=timezone.now()
    )
    OutsideRow.objects.create(project=study.project, attribute=value.attribute, name=MARKER)
    StopWords.objects.create(project=study.project, language="nb", words=MARKER)
    report_rows(study, study.source, MARKER)
    theme = create_theme(
        actor=study.lead, title=f"Tema {MARKER}", description=MARKER, codes=[study.code.uuid]
    )
    cell = Cell(theme.uuid)
    pin(actor=study.lead, cell=cell, coding=coding.uuid)
    summary = write_summary(actor=study.lead, cell=cell, body=f"Om {MARKER} [E1].", revision=0)
    answered = comment(actor=study.lead, cell=cell, body=MARKER, quote=MARKER)
    comment(actor=study.coder, cell=cell, body=MARKER, answers=answered.uuid)
    look(actor=study.lead, summary=summary)
    TextVersion.objects.create(
        source=study.source, number=2, text="ny", sha256="", characters=2, words=1, previous=version
    )
    return study


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if not model._meta.proxy]


def everything() -> dict[str, list[str]]:
    """Every row of every table, as text."""
    return {
        model._meta.label: sorted(
            json.dumps(row, default=str, sort_keys=True) for row in model._default_manager.values()
        )
        for model in own_models()
    }


def ways_to_a_project(model: type[models.Model], seen: tuple = ()) -> Iterator[str]:
    """The chains of foreign keys by which a row of `model` belongs to a project."""
    for field in model._meta.concrete_fields:
        other = field.related_model
        if not field.is_relation or not isinstance(other, type) or other in (*seen, model, User):
            continue
        if other is Project:
            yield field.name
        else:
            yield from (f"{field.name}__{way}" for way in ways_to_a_project(other, (*seen, model)))


def belonging(project: int) -> dict[str, int]:
    """How many rows of each table belong to a project, whichever way."""
    found: dict[str, int] = {}
    for model in own_models():
        for way in ways_to_a_project(model):
            many = model._default_manager.filter(**{way: project}).count()
            found[model._meta.label] = found.get(model._meta.label, 0) + many
    return found


def uploads() -> set[str]:
    return {path.name for path in Path(settings.UPLOAD_DIR).iterdir()}


def test_nothing_of_a_removed_project_is_left_and_nothing_else_is_touched() -> None:
    other = full_study()
    before, files = everything(), uploads()
    study = full_study()
    users = {str(study.lead.user_id), str(study.coder.user_id)}
    key = study.project.uuid
    inside = belonging(study.project.pk)
    inside.pop("coding.Certificate")
    assert [label for label, many in inside.items() if not many] == [], "the test misses a table"
    assert uploads() != files
    certificate = closing.remove_project(
        actor=study.lead, project=study.project, typed_title=f" {study.project.title} "
    )
    assert set(belonging(study.project.pk).values()) == {0}
    after = everything()
    assert [json.loads(row)["uuid"] for row in after.pop("coding.Certificate")] == [str(certificate.uuid)]
    assert before.pop("coding.Certificate") == []
    after["coding.User"] = [row for row in after["coding.User"] if str(json.loads(row)["id"]) not in users]
    assert after == before
    assert uploads() == files
    assert not SealedIdentity.objects.filter(project=key).exists()
    assert SealedIdentity.objects.filter(project=other.project.uuid).exists()


def test_the_certificate_has_figures_and_no_content() -> None:
    study = full_study()
    figures = closing.project_figures(study.project)
    title = study.project.title
    certificate = closing.remove_project(actor=study.lead, project=study.project, typed_title=title)
    assert certificate.kind == CertificateKind.PROJECT_REMOVED
    assert (certificate.project, certificate.project_title) == (None, title)
    assert (certificate.user, certificate.made_by) == (study.lead.user, study.lead.name)
    assert certificate.counts == figures
    assert (figures["sources"], figures["codings"], figures["uploads"]) == (2, 1, 1)
    assert all(type(value) is int for value in certificate.counts.values())
    assert set(certificate.counts) <= set(FIGURES)
    assert MARKER not in json.dumps(list(Certificate.objects.values()), default=str)
    assert MARKER not in ledger.ledger_file().read_text()


def test_only_a_lead_who_handles_identities_ends_a_project_and_types_its_title() -> None:
    study = make_study()
    lead = make_member(study.project, Role.LEAD)
    keeper = make_member(study.project, Role.CODER, handles_identities=True)
    stranger = make_study().lead
    title = study.project.title
    for actor, refusal in ((lead, Denied), (keeper, Denied), (study.coder, Denied), (stranger, Conflict)):
        with pytest.raises(refusal):
            closing.remove_project(actor=actor, project=study.project, typed_title=title)
        with pytest.raises(refusal):
            closing.remove_key(actor=actor, project=study.project)
    for wrong in ("", title.upper(), title[:-1]):
        with pytest.raises(Invalid):
            closing.remove_project(actor=study.lead, project=study.project, typed_title=wrong)
    assert Project.objects.filter(pk=study.project.pk).exists()
    assert not Certificate.objects.exists()
    assert not Membership.objects.filter(project=study.project, active=False).exists()


def test_a_removal_that_was_cut_off_goes_on_with_the_figures_it_began_with() -> None:
    study = full_study()
    figures = closing.project_figures(study.project)
    begun = closing.begin_removal(actor=study.lead, project=study.project, typed_title=study.project.title)
    assert not Membership.objects.filter(project=study.project, active=True).exists()
    closing.carry_out(begun, go_on=lambda: False)
    assert Source.objects.filter(project=study.project).count() == 1
    assert not SealedIdentity.objects.exists(), "names go first"
    again = closing.begin_removal(actor=None, project=study.project)
    assert again == begun
    closing.carry_out(again)
    closing.carry_out(again)
    begun.refresh_from_db()
    assert (begun.project, begun.counts) == (None, figures)
    assert Certificate.objects.count() == 1


def test_the_worker_removes_and_its_sweep_takes_up_what_was_left() -> None:
    study = full_study()
    begun = closing.begin_removal(actor=study.lead, project=study.project, typed_title=study.project.title)
    Job.objects.all().delete()
    tasks.sweep()
    tasks.sweep()
    assert Job.objects.filter(kind=tasks.REMOVE).count() == 1
    tasks.drain()
    begun.refresh_from_db()
    assert begun.project is None
    assert not Project.objects.exists()


def test_without_the_key_everything_else_is_as_it_was() -> None:
    study, other = full_study(), full_study()
    before = everything()
    held = closing.key_figures(study.project)
    assert held == {"people": 1, "labels": 0, "files": 0, "names": 0}
    certificate = closing.remove_key(actor=study.lead, project=study.project)
    assert (certificate.kind, certificate.counts) == (CertificateKind.KEY_REMOVED, held)
    assert not SealedIdentity.objects.filter(project=study.project.uuid).exists()
    assert SealedIdentity.objects.filter(project=other.project.uuid).exists()
    study.project.refresh_from_db()
    assert study.project.key_removed is not None
    event = AuditEvent.objects.filter(project=study.project).latest("pk")
    assert (event.verb, event.actor, event.details) == ("identity.remove", study.lead, {"many": 1})
    after = everything()
    changed = {label for label in after if after[label] != before[label]}
    assert changed == {
        "coding.AuditEvent", "coding.Certificate", "coding.Project", "coding.SealedIdentity",
    }  # fmt: skip


def test_a_key_is_removed_once_until_something_is_in_it_again() -> None:
    study = full_study()
    first = closing.remove_key(actor=study.lead, project=study.project)
    assert closing.remove_key(actor=study.lead, project=study.project) == first
    person = study.project.informants.get()
    write_person(actor=study.lead, informant=person, name="Kari")
    second = closing.remove_key(actor=study.lead, project=study.project)
    assert second != first and second.counts["people"] == 1
    put(study.coder, study.source, "kaffe", study.code)
    assert Coding.objects.filter(source=study.source).count() == 2


def test_a_restored_backup_goes_through_the_removals_again() -> None:
    study = full_study()
    key = closing.remove_key(actor=study.lead, project=study.project)
    (entry,) = ledger.entries("key")[-1:]
    Certificate.objects.all().delete()
    write_person(actor=study.lead, informant=study.project.informants.get(), name="Kari")
    assert not closing.apply_again(entry), "what was put in the key since then stays"
    Project.objects.update(key_removed=None)
    assert closing.apply_again(entry)
    assert Certificate.objects.get().uuid == key.uuid
    assert Certificate.objects.get().made_by == study.lead.name
    assert not SealedIdentity.objects.exists()
    begun = closing.begin_removal(actor=study.lead, project=study.project, typed_title=study.project.title)
    (entry,) = ledger.entries("project")[-1:]
    Certificate.objects.all().delete()
    assert closing.apply_again(entry)
    assert not Project.objects.exists()
    assert not closing.apply_again(entry)
    restored = Certificate.objects.get(uuid=begun.uuid)
    assert (restored.counts, restored.user) == (begun.counts, study.lead.user)


def test_what_ends_by_itself_is_certified_for_the_lead_who_settled_it() -> None:
    study = make_study()
    second = make_member(study.project, Role.LEAD, handles_identities=True)
    update_project(actor=second, ends=date(2020, 1, 1), at_end="project")
    update_project(actor=study.lead, description="Noe annet")
    certificate = closing.remove_project(actor=None, project=study.project)
    assert (certificate.user, certificate.made_by) == (second.user, "")


def test_no_transaction_of_a_removal_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the clock: no statement deletes more rows than a batch has."""
    study = make_study()
    words = text_of(study.source)
    for length in range(4, 30):
        put(study.coder, study.source, words[:length], study.code, study.other)
    monkeypatch.setattr(closing, "BATCH", 7)
    sizes: list[int] = []
    real = models.QuerySet.delete

    def counted(rows: Any) -> Any:
        sizes.append(rows.count())
        return real(rows)

    monkeypatch.setattr(models.QuerySet, "delete", counted)
    left: list[dict[str, int]] = []
    last = Project.delete

    def noted(project: Project, *args: Any) -> Any:
        left.append(belonging(project.pk))
        return last(project, *args)

    monkeypatch.setattr(Project, "delete", noted)
    defaults = closing._drop.__defaults__
    monkeypatch.setattr(closing._drop, "__defaults__", (7,))
    closing.remove_project(actor=None, project=study.project)
    assert defaults == (500,)
    assert not Project.objects.exists()
    assert max(sizes) <= 7
    assert left[0].pop("coding.Certificate") == 1
    assert set(left[0].values()) == {0}, "the last step takes along what should have gone in batches"


def test_a_lead_settles_the_end_and_only_who_may_remove_settles_a_removal() -> None:
    study = make_study()
    day = timezone.localdate() + timedelta(days=100)
    plain = make_member(study.project, Role.LEAD)
    update_project(actor=plain, ends=day, at_end="remind")
    for at_end in ("key", "project"):
        with pytest.raises(Invalid) as refused:
            update_project(actor=plain, ends=day, at_end=at_end)
        assert refused.value.field == "at_end"
    with pytest.raises(Invalid) as refused:
        update_project(actor=study.lead, ends=None, at_end="key")
    assert refused.value.field == "ends"
    update_project(actor=study.lead, ends=day, at_end="key")
    with pytest.raises(Invalid):
        update_project(actor=plain, ends=day - timedelta(days=99))
    update_project(actor=plain, title="Ny tittel", ends=day, at_end="key")
    update_project(actor=plain, at_end="remind")
    events = AuditEvent.objects.filter(project=study.project, verb="project.update")
    assert events.count() == 4
    assert (events.earliest("pk").changes.get().after or {})["ends"] == day.isoformat()
