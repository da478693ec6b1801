"""A project's own stop words: who may write them, what is kept, and taken back."""

from __future__ import annotations

import pytest

from coding.actions.errors import Invalid
from coding.actions.stop_words import MOST, PAGE, reset_stop_words, write_stop_words
from coding.actions.undo import redo, undo
from coding.language.stop_words import shipped
from coding.models import AuditEvent, Role, StopWords
from coding.permissions import Denied
from coding.reports.word_counts import own_lists, stop_words
from tests.factories import Study, make_member, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


def test_a_list_is_kept_tidy_and_taken_back(study: Study) -> None:
    assert write_stop_words(actor=study.coder, language="nb", words=" Øl  jo\nkaffe JO ")
    assert stop_words(study.project)["nb"] == "jo\nkaffe\nøl\n"
    assert stop_words(study.project)["nn"] == shipped("nn")
    assert own_lists(study.project) == {"nb"}
    assert undo(actor=study.coder, page=PAGE) is not None
    assert stop_words(study.project)["nb"] == shipped("nb")
    assert redo(actor=study.coder, page=PAGE) is not None
    assert stop_words(study.project)["nb"] == "jo\nkaffe\nøl\n"


def test_the_shipped_list_holds_again(study: Study) -> None:
    write_stop_words(actor=study.coder, language="nn", words="ja")
    assert reset_stop_words(actor=study.coder, language="nn")
    assert not reset_stop_words(actor=study.coder, language="nn")
    assert not StopWords.objects.exists()
    # Written again as it is shipped, a list is no list of its own.
    assert not write_stop_words(actor=study.coder, language="nn", words=shipped("nn"))
    assert not StopWords.objects.exists()


def test_an_empty_list_leaves_nothing_out(study: Study) -> None:
    write_stop_words(actor=study.coder, language="nb", words="")
    assert stop_words(study.project)["nb"] == ""


def test_it_is_in_the_history(study: Study) -> None:
    write_stop_words(actor=study.coder, language="nb", words="ja")
    event = AuditEvent.objects.get(verb="stop_words.write")
    assert (event.actor, event.sentence) == (study.coder, "changed the stop words")


def test_readers_do_not(study: Study) -> None:
    reader = make_member(study.project, Role.READER)
    with pytest.raises(Denied):
        write_stop_words(actor=reader, language="nb", words="ja")
    with pytest.raises(Denied):
        reset_stop_words(actor=reader, language="nb")


@pytest.mark.parametrize(
    ("language", "words"),
    [("se", "ja"), ("nb", "x" * 61), ("nb", " ".join(f"o{n}" for n in range(MOST + 1)))],
)
def test_what_is_no_list_is_refused(study: Study, language: str, words: str) -> None:
    with pytest.raises(Invalid):
        write_stop_words(actor=study.lead, language=language, words=words)
    assert not StopWords.objects.exists()


def test_other_projects_keep_theirs(study: Study) -> None:
    other = make_study()
    write_stop_words(actor=study.coder, language="nb", words="ja")
    assert stop_words(other.project)["nb"] == shipped("nb")


def test_a_list_is_written_and_reset_in_one_project_and_one_language(study: Study) -> None:
    other = make_study()
    for one, words in ((study, "ja"), (other, "nei")):
        for language in ("nb", "nn"):
            write_stop_words(actor=one.coder, language=language, words=words)
    write_stop_words(actor=other.coder, language="nb", words="jo")
    reset_stop_words(actor=study.coder, language="nn")
    assert (stop_words(study.project)["nb"], stop_words(study.project)["nn"]) == ("ja\n", shipped("nn"))
    assert (stop_words(other.project)["nb"], stop_words(other.project)["nn"]) == ("jo\n", "nei\n")
