"""Who counts in a passage, corrected by hand: the stretch, its codings, the matrix, undo, and what a new text does."""

from __future__ import annotations

from typing import Any

import pytest

from coding.actions.attribution import correct_attribution, links_of, relink_version
from coding.actions.corrections import correct_text, turns_of
from coding.actions.errors import Conflict, Invalid
from coding.actions.undo import redo, undo
from coding.anchoring.texts import TurnChange
from coding.models import Attribution, AuditEvent, Change, Coding, CodingInformant, Informant, Role
from coding.permissions import Denied
from coding.reports.codebook import code_tree
from coding.reports.coding_page import feed, last_change
from coding.reports.passages import ALL_CODERS, Scope, passages
from coding.reports.who import INTERVIEWERS, NO_SPEAKERS, NOBODY, UNIDENTIFIED, who_counts
from tests.factories import link, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db

KARI = "Vi koker kaffe og tar imot folk hver torsdag."
BOTH = f"{KARI}\nMm."
SAID = (("Intervjuer", "Hva gjør dere?"), ("Kari", KARI), ("Ola", "Mm."), ("Flere", "Ja ja ja ja ja."))


@pytest.fixture
def study() -> Any:
    study: Any = make_study()
    study.source = make_source(study.project, SAID)
    study.anne = link(study.source, "Kari", "Anne", city="Oslo")
    study.per = link(study.source, "Ola", "Per", city="Bergen")
    AuditEvent.objects.update(page="")
    return study


def correct(study: Any, coding: Coding, who: Informant, counts: bool | None, actor: Any = None) -> None:
    correct_attribution(
        actor=actor or study.coder,
        source=study.source,
        coding=coding.uuid,
        informant=who.uuid,
        counts=counts,
    )


def counting(coding: Coding) -> set[str | None]:
    return set(coding.links.values_list("informant__pseudonym", flat=True))


def test_all_codings_on_exactly_the_stretch_follow_and_no_other(study):
    (mine,) = put(study.coder, study.source, BOTH, study.code)
    (theirs,) = put(study.lead, study.source, BOTH, study.other)
    (shorter,) = put(study.coder, study.source, KARI[3:] + "\nMm.", study.code)
    correct(study, mine, study.per, True)
    assert counting(mine) == counting(theirs) == {"Anne", "Per"}
    assert counting(shorter) == {"Anne"}
    # What is coded there later follows too.
    (later,) = put(study.coder, study.source, BOTH, study.question)
    assert counting(later) == {"Anne", "Per"}


def test_the_same_twice_is_one_and_what_the_rule_says_is_none(study):
    (coding,) = put(study.coder, study.source, BOTH, study.code)
    correct(study, coding, study.anne, True)
    assert not Attribution.objects.exists()
    for _ in range(2):
        correct(study, coding, study.anne, False)
    assert Attribution.objects.get().counts is False
    assert AuditEvent.objects.filter(verb="attribution.correct").count() == 1
    correct(study, coding, study.anne, True)
    assert not Attribution.objects.exists()
    assert counting(coding) == {"Anne"}


def test_the_rule_again(study):
    (coding,) = put(study.coder, study.source, BOTH, study.code)
    correct(study, coding, study.per, True)
    correct(study, coding, study.per, None)
    correct(study, coding, study.per, None)
    assert counting(coding) == {"Anne"}
    assert not Attribution.objects.exists()


def test_nobody_may_be_left_and_the_passage_then_counts_nowhere(study):
    (coding,) = put(study.coder, study.source, KARI, study.code)
    scope = Scope(project=study.project, coders=ALL_CODERS)
    assert len(passages(scope, [study.code.pk])) == 1
    correct(study, coding, study.anne, False)
    assert counting(coding) == set()
    assert passages(scope, [study.code.pk]) == []
    assert who_counts(coding).instead == NOBODY


@pytest.mark.parametrize("who", ["elsewhere", "here", "stranger"])
def test_only_who_speaks_in_the_passage_can_count(study, who):
    (coding,) = put(study.coder, study.source, KARI, study.code)
    other = make_study()
    people = {
        "here": study.per,
        "elsewhere": link(make_source(study.project), "Informant", "Siv"),
        "stranger": link(other.source, "Informant", "Tor"),
    }
    with pytest.raises(Invalid):
        correct(study, coding, people[who], True)
    assert not Attribution.objects.exists()


def test_who_may(study):
    (coding,) = put(study.coder, study.source, BOTH, study.code)
    with pytest.raises(Denied):
        correct(study, coding, study.per, True, actor=make_member(study.project, Role.READER))
    type(study.source).objects.filter(pk=study.source.pk).update(cleared=None)
    study.source.refresh_from_db()
    with pytest.raises(Denied):
        correct(study, coding, study.per, True)
    Coding.objects.all().delete()
    type(study.source).objects.filter(pk=study.source.pk).update(cleared="2026-01-01T00:00Z")
    study.source.refresh_from_db()
    with pytest.raises(Conflict):
        correct(study, coding, study.per, True)


def test_a_blind_coder_corrects_nothing_through_a_colleagues_coding(study):
    (theirs,) = put(study.lead, study.source, BOTH, study.code)
    type(study.project).objects.filter(pk=study.project.pk).update(blind=True)
    study.coder.project.refresh_from_db()
    with pytest.raises(Conflict):
        correct(study, theirs, study.per, True)


def test_undo_takes_it_back_for_all_and_redo_does_it_again(study):
    page = str(study.source.uuid)
    (mine,) = put(study.coder, study.source, BOTH, study.code)
    (theirs,) = put(study.lead, study.source, BOTH, study.other)
    correct(study, mine, study.anne, False)
    correct(study, mine, study.per, True)
    undo(actor=study.coder, page=page)
    assert counting(mine) == counting(theirs) == set()
    undo(actor=study.coder, page=page)
    assert counting(mine) == counting(theirs) == {"Anne"}
    redo(actor=study.coder, page=page)
    redo(actor=study.coder, page=page)
    assert counting(mine) == counting(theirs) == {"Per"}


def test_undo_refuses_where_a_colleague_has_corrected_it_since(study):
    (coding,) = put(study.coder, study.source, BOTH, study.code)
    correct(study, coding, study.per, True)
    correct(study, coding, study.per, None, actor=study.lead)
    with pytest.raises(Conflict, match=study.lead.name):
        undo(actor=study.coder, page=str(study.source.uuid))


def test_the_feed_tells_the_codings_of_the_stretch(study):
    (mine,) = put(study.coder, study.source, BOTH, study.code)
    (theirs,) = put(study.lead, study.source, BOTH, study.other)
    put(study.lead, study.source, KARI, study.other)
    before = last_change(study.source, study.lead)
    correct(study, mine, study.per, True)
    told = feed(study.source, study.lead, before)
    assert {row[0] for row in told["rows"]} == {str(mine.uuid), str(theirs.uuid)}
    assert told["cursor"] > before
    assert told["gone"] == []
    undo(actor=study.coder, page=str(study.source.uuid))
    again = feed(study.source, study.lead, told["cursor"])
    assert {row[0] for row in again["rows"]} == {str(mine.uuid), str(theirs.uuid)}


def test_no_transcript_and_no_name_goes_to_the_audit(study):
    (coding,) = put(study.coder, study.source, BOTH, study.code)
    correct(study, coding, study.per, True)
    change = Change.objects.get(kind="Attribution")
    assert change.source_id == study.source.pk
    assert change.after == {
        "version_id": coding.version_id,
        "start": coding.start,
        "end": coding.end,
        "informant_id": study.per.pk,
        "counts": True,
    }


def test_the_matrix_follows_at_once(study):
    """Counted anew by hand: whom the cell names is who is ticked."""
    (coding,) = put(study.coder, study.source, BOTH, study.code)
    correct(study, coding, study.anne, False)
    correct(study, coding, study.per, True)
    branch = code_tree(study.project).branch_ids(study.question.pk)
    (passage,) = passages(Scope(project=study.project), branch)
    assert passage.informants == (study.per.pk,)
    assert passage.everybody == (study.per.pk,)


def test_a_correction_goes_along_into_a_new_text(study):
    (coding,) = put(study.coder, study.source, BOTH, study.code)
    correct(study, coding, study.per, True)
    source = study.source
    source.refresh_from_db()
    speaker = turns_of(source.version_id)[0].speaker
    changes = {0: TurnChange("Hva er det egentlig dere gjør her?", speaker)}
    assert correct_text(actor=study.coder, source=source, version=source.version.number, changes=changes)
    coding.refresh_from_db()
    assert coding.start > len(SAID[0][1]) + 1
    row = Attribution.objects.get()
    assert (row.version_id, row.start, row.end) == (coding.version_id, coding.start, coding.end)
    assert counting(coding) == {"Anne", "Per"}
    # The page that still shows the earlier text sends no offsets: the row knows where it stands.
    study.source.refresh_from_db()
    correct(study, coding, study.per, None)
    assert counting(coding) == {"Anne"}


def test_a_speaker_who_became_somebody_else_no_longer_counts(study):
    (coding,) = put(study.coder, study.source, BOTH, study.code)
    correct(study, coding, study.per, True)
    study.source.speakers.filter(label="Ola").update(informant=None)
    relink_version(coding.version_id)
    assert counting(coding) == {"Anne"}
    assert [one.informant.pseudonym for one in who_counts(coding).people] == ["Anne"]


def test_links_are_as_a_rebuild_makes_them(study):
    codings = [
        *put(study.coder, study.source, BOTH, study.code, study.other),
        *put(study.lead, study.source, KARI, study.code),
    ]
    correct(study, codings[0], study.per, True)
    correct(study, codings[2], study.anne, False)
    stored = {coding.pk: set(coding.links.values_list("informant", flat=True)) for coding in codings}
    assert stored == links_of(codings, codings[0].version_id)
    assert CodingInformant.objects.count() == 4


@pytest.mark.parametrize(
    ("words", "people", "instead"),
    [
        (BOTH, [("Anne", 9, True), ("Per", 1, False)], ""),
        ("Hva gjør dere?", [], INTERVIEWERS),
        ("Ja ja ja ja ja.", [], UNIDENTIFIED),
        ("Mm.\nJa ja ja ja ja.", [("Per", 1, False)], UNIDENTIFIED),
        (f"{BOTH}\nJa ja ja ja ja.", [("Anne", 9, True), ("Per", 1, False)], UNIDENTIFIED),
    ],
)
def test_who_speaks_and_where_it_counts_instead(study, words, people, instead, django_assert_max_num_queries):
    (coding,) = put(study.coder, study.source, words, study.code)
    with django_assert_max_num_queries(4):
        who = who_counts(coding)
    assert [(one.informant.pseudonym, one.words, one.counts) for one in who.people] == people
    assert who.instead == instead


def test_a_text_without_speakers(study):
    source = make_source(study.project, ((None, "Et brev om kaffe."),))
    (coding,) = put(study.coder, source, "brev", study.code)
    assert (who_counts(coding).people, who_counts(coding).instead) == ((), NO_SPEAKERS)
