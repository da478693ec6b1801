"""What the search holds of each text: read once, kept with the text, gone with it, and never of another's project."""

from __future__ import annotations

import pytest
from django.conf import settings

from coding import tasks
from coding.actions.corrections import correct_text, text_page
from coding.actions.indexing import keep_index
from coding.actions.sources import delete_source
from coding.actions.undo import undo
from coding.anchoring.texts import TurnChange
from coding.language.analyser import analyse, analyser_name
from coding.language.lemmas import read_word
from coding.language.lexicon import lexicon
from coding.language.queries import parse
from coding.models import Job, Source, Turn, WordIndex
from coding.reports.passages import Scope
from coding.reports.words import read_texts, unread
from tests.factories import Study, make_source, make_study, text_of

pytestmark = pytest.mark.django_db


def found(study: Study, question: str) -> list[str]:
    texts, _waiting = read_texts(Scope(study.project, member=study.lead))
    query = parse(question, lambda form: read_word(form, lexicon(settings.DATA_DIR)))
    hits = []
    for text in texts:
        said = text_of(text.source)
        for first, last in query.find(text.words):
            hits.append(said[text.words.starts[first] : text.words.ends[last - 1]])
    return hits


def waiting(study: Study) -> int:
    return read_texts(Scope(study.project, member=study.lead))[1]


def index(study: Study) -> int:
    return tasks.index_texts(study.project.pk, lambda done: True)


def test_a_text_is_read_once_and_then_answers() -> None:
    study = make_study()
    assert (waiting(study), found(study, "kaffe")) == (1, [])
    assert index(study) == 11
    assert (waiting(study), found(study, "kaffe")) == (0, ["kaffe"])
    assert found(study, "koke") == ["koker"]
    assert index(study) == 0


def test_the_job_reads_what_waits_and_is_ordered_once() -> None:
    study = make_study()
    make_source(study.project)
    job = tasks.enqueue_indexing(study.project)
    assert job is not None
    assert (job.total, tasks.enqueue_indexing(study.project)) == (2, job)
    tasks.drain()
    assert not Job.objects.exclude(state="done").exists()
    assert waiting(study) == 0
    assert tasks.enqueue_indexing(study.project) is None


def test_a_sweep_orders_what_was_missed() -> None:
    study = make_study()
    tasks.sweep()
    tasks.drain()
    assert waiting(study) == 0


def test_a_corrected_text_is_read_anew_and_the_old_reading_is_gone() -> None:
    study = make_study()
    index(study)
    study.source.refresh_from_db()
    version = study.source.version
    assert version is not None
    said_by = Turn.objects.get(version=version, number=1).speaker_id
    correct_text(
        actor=study.lead,
        source=study.source,
        version=version.number,
        changes={1: TurnChange("Vi koker te.", said_by)},
    )
    assert not WordIndex.objects.exists()
    assert (waiting(study), found(study, "kaffe")) == (1, [])
    index(study)
    assert (found(study, "te"), found(study, "kaffe")) == (["te"], [])
    assert undo(actor=study.lead, page=text_page(study.source)) is not None
    assert waiting(study) == 1
    index(study)
    assert (found(study, "te"), found(study, "kaffe")) == ([], ["kaffe"])


def test_what_was_read_of_a_text_that_is_replaced_meanwhile_is_not_kept() -> None:
    study = make_study()
    version = study.source.version_id
    assert version is not None
    analysis = analyse(text_of(study.source), lexicon(settings.DATA_DIR))
    assert analysis is not None
    Source.objects.filter(pk=study.source.pk).update(version=None)
    assert not keep_index(version=version, analysis=analysis, made_by=analyser_name())
    assert not WordIndex.objects.exists()


def test_another_analyser_reads_all_anew() -> None:
    study = make_study()
    index(study)
    assert unread(study.project.pk, analyser_name()) == []
    assert len(unread(study.project.pk, "a trained pipeline")) == 1
    WordIndex.objects.update(edition=0)
    assert len(unread(study.project.pk)) == 1
    assert waiting(study) == 1


def test_it_goes_with_its_source() -> None:
    study = make_study()
    index(study)
    delete_source(actor=study.lead, source=study.source)
    assert not WordIndex.objects.exists()


def test_uncleared_sources_and_other_projects_are_not_searched() -> None:
    study = make_study()
    make_source(study.project, [("Informant", "Hemmelig kaffe.")], cleared=False)
    other = make_study()
    index(study)
    index(other)
    study.lead.handles_identities = False
    assert found(study, "kaffe") == ["kaffe"]
    study.lead.handles_identities = True
    assert found(study, "kaffe") == ["kaffe", "kaffe"]


def test_as_many_questions_to_the_database_however_many_texts(django_assert_num_queries) -> None:
    study = make_study()
    for _number in range(5):
        make_source(study.project)
    index(study)
    read_texts(Scope(study.project, member=study.lead))
    with django_assert_num_queries(3):
        texts, _waiting = read_texts(Scope(study.project, member=study.lead))
    assert len(texts) == 6
