"""What the search holds of each text: read once, kept with the text, gone with it, and never of another's project."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from coding import tasks
from coding.actions.corrections import correct_text, text_page
from coding.actions.indexing import keep_index
from coding.actions.sources import delete_source
from coding.actions.undo import undo
from coding.anchoring.texts import TurnChange
from coding.language.analyser import analyse, analyser_name
from coding.language.lexicon import lexicon
from coding.models import Job, Source, Turn, WordIndex
from coding.reports.corpus import read_corpus
from coding.reports.passages import Scope
from coding.reports.search import search
from coding.reports.words import unread
from tests.factories import Study, make_source, make_study, text_of

pytestmark = pytest.mark.django_db


def found(study: Study, question: str) -> list[str]:
    turns = search(Scope(study.project, member=study.lead), question).turns
    return [text_of(turn.source)[start:end] for turn in turns for start, end in turn.hits]


def waiting(study: Study) -> int:
    return read_corpus(Scope(study.project, member=study.lead))[1]


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


def test_as_many_questions_to_the_database_however_many_texts(django_assert_num_queries: Any) -> None:
    study = make_study()
    for _number in range(5):
        make_source(study.project)
    index(study)
    read_corpus(Scope(study.project, member=study.lead))
    with django_assert_num_queries(4):
        corpus, _waiting = read_corpus(Scope(study.project, member=study.lead))
    assert corpus.read == 6


def test_of_a_text_that_is_gone_no_word_stays_in_memory() -> None:
    study = make_study()
    source = make_source(study.project, [("Informant", "Ravnkroken liker kaffe.")])
    index(study)
    assert found(study, "ravnkroken") == ["Ravnkroken"]
    delete_source(actor=study.lead, source=source)
    assert found(study, "kaffe") == ["kaffe"]
    corpus, _waiting = read_corpus(Scope(study.project, member=study.lead))
    assert not [form for form, _read in corpus.words.vocabulary if "ravn" in form]
    # What stays is still read as it was.
    assert found(study, "koke OR folk") == ["koker", "folk"]


def test_headings_beside_speech_do_not_count_but_a_documents_text_does() -> None:
    study = make_study()
    make_source(study.project, [(None, "Referat om kaffe."), ("Informant", "Vi har te.")], title="A")
    make_source(study.project, [(None, "Et notat om kaffe.")], title="B")
    index(study)
    asked = search(Scope(study.project, member=study.lead), "kaffe")
    assert asked.turns[0].source.title == "B"
    assert (asked.hits, asked.left_out) == (2, 1)


def test_texts_that_come_later_join_those_in_memory() -> None:
    """Word and turn numbers run through all texts, in whatever order they are read and replaced."""
    study = make_study()
    index(study)
    assert found(study, "kaffe") == ["kaffe"]
    for number in range(4):
        title = f"{'ZA'[number % 2]}{number}"
        make_source(
            study.project, [("Intervjuer", "Hva?"), ("Informant", f"Nei kaffe nummer{number}")], title=title
        )
        index(study)
        said = search(Scope(study.project, member=study.lead), "kaffe").turns
        titles = [turn.source.title for turn in said]
        assert titles == sorted(titles)
        assert [text_of(turn.source)[a:b] for turn in said for a, b in turn.hits] == ["kaffe"] * (number + 2)
        assert found(study, f'"kaffe nummer{number}"') == [f"kaffe nummer{number}"]
    # A phrase does not run from one text into the next.
    assert found(study, '"nummer0 hva"') == []
