"""Summaries: nobody's words are lost, and nobody takes a step that is not theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from coding.actions.codebook import delete_code, merge_codes
from coding.actions.comments import comment, resolve
from coding.actions.errors import Conflict, Invalid
from coding.actions.projects import update_project
from coding.actions.summaries import Cell, Overtaken, pin, restore_text, take_step, unpin, write_summary
from coding.actions.themes import create_theme, delete_theme, move_theme, update_theme
from coding.actions.undo import next_undo, redo, undo
from coding.models import (
    AuditEvent,
    Change,
    Evidence,
    Membership,
    Source,
    Summary,
    SummaryComment,
    SummaryText,
    Theme,
    ThemeCode,
)
from coding.models.themes import BY_INFORMANT, TRANSITIONS, SummaryState, Transition
from coding.permissions import Denied
from tests.factories import make_member, make_study
from tests.themes import Themed, make_themed

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Themed:
    return make_themed()


def bodies(study: Themed, *, aside: bool = False) -> list[str]:
    texts = SummaryText.objects.filter(summary=study.summary, aside=aside)
    return list(texts.values_list("body", flat=True))


def member(study: Themed, role: str) -> Membership:
    return {"lead": study.lead, "coder": study.coder}.get(role) or make_member(study.project, role)


@pytest.mark.parametrize("role", ["reader", "coder", "lead"])
@pytest.mark.parametrize("state", SummaryState.values)
@pytest.mark.parametrize("step", TRANSITIONS, ids=lambda step: step.name)
def test_each_step_is_for_its_role_and_from_its_states(
    study: Themed, role: str, state: str, step: Transition
) -> None:
    study.write("Noe.")
    Summary.objects.update(state=state)
    actor = member(study, role)
    rank = ["reader", "coder", "lead"]
    if rank.index(role) < rank.index(step.role):
        with pytest.raises(Denied):
            study.step(actor, step.name)
        assert study.summary.state == state
    elif state not in step.sources:
        with pytest.raises(Conflict):
            study.step(actor, step.name)
        assert study.summary.state == state
    else:
        study.step(actor, step.name)
        row = study.summary
        assert (row.state, row.state_by) == (step.target, actor)
        assert AuditEvent.objects.latest("pk").verb == f"summary.{step.name}"


def test_approval_names_who_and_when(study: Themed) -> None:
    row = study.approved()
    assert (row.state_by, row.submitted_by) == (study.lead, study.coder)
    assert row.state_at is not None


def test_an_unknown_step_and_an_empty_text_are_refused(study: Themed) -> None:
    study.write("   \n ")
    for name in ("publish", "submit"):
        with pytest.raises(Invalid):
            study.step(study.coder, name)


def test_nobody_approves_a_text_that_they_have_not_seen(study: Themed) -> None:
    study.write("Noe.")
    seen = study.summary.revision
    study.step(study.coder, "submit")
    study.step(study.coder, "take_back")
    study.write("Noe annet.")
    study.step(study.coder, "submit")
    with pytest.raises(Conflict):
        take_step(actor=study.lead, cell=study.whole, name="approve", revision=seen)
    assert study.summary.state == SummaryState.SUBMITTED


@pytest.mark.parametrize("state", [SummaryState.SUBMITTED, SummaryState.APPROVED])
def test_what_is_being_reviewed_does_not_change_and_the_words_are_kept(study: Themed, state: str) -> None:
    study.pin(study.coffee)
    study.write("Noe.")
    Summary.objects.update(state=state)
    with pytest.raises(Overtaken):
        study.write("Noe mer.")
    with pytest.raises(Conflict):
        study.pin(study.owner)
    with pytest.raises(Conflict):
        unpin(actor=study.coder, cell=study.whole, number=1)
    with pytest.raises(Conflict):
        restore_text(actor=study.coder, cell=study.whole, text=SummaryText.objects.all()[0].pk, revision=1)
    assert study.summary.body == "Noe."
    assert bodies(study, aside=True) == ["Noe mer."]


def test_of_two_writers_both_texts_are_kept(study: Themed) -> None:
    study.write("Felles.")
    revision = study.summary.revision
    write_summary(actor=study.lead, cell=study.whole, body="Felles, sier lederen.", revision=revision)
    with pytest.raises(Overtaken) as refused:
        write_summary(actor=study.coder, cell=study.whole, body="Felles, sier koderen.", revision=revision)
    assert refused.value.summary.body == "Felles, sier lederen."
    assert study.lead.name in str(refused.value)
    assert study.summary.body == "Felles, sier lederen."
    assert bodies(study) == ["Felles.", "Felles, sier lederen."]
    assert bodies(study, aside=True) == ["Felles, sier koderen."]
    # A browser that tries again adds nothing.
    with pytest.raises(Overtaken):
        write_summary(actor=study.coder, cell=study.whole, body="Felles, sier koderen.", revision=revision)
    assert len(bodies(study, aside=True)) == 1


def test_sent_twice_it_is_written_once(study: Themed) -> None:
    for _again in range(2):
        write_summary(actor=study.coder, cell=study.whole, body="Noe.", revision=0)
    assert (study.summary.revision, bodies(study)) == (1, ["Noe."])


def test_what_one_writes_in_one_go_is_one_text_of_the_history(study: Themed) -> None:
    for body in ("En", "En to", "En to tre"):
        study.write(body)
    assert (bodies(study), study.summary.revision) == (["En to tre"], 3)
    SummaryText.objects.update(saved=timezone.now() - timedelta(minutes=11))
    study.write("En to tre fire")
    study.write("En to tre fire fem", actor=study.lead)
    assert bodies(study) == ["En to tre", "En to tre fire", "En to tre fire fem"]


def test_what_was_submitted_stays_in_the_history(study: Themed) -> None:
    study.write("Først.")
    study.step(study.coder, "submit")
    study.step(study.lead, "ask")
    study.write("Så.")
    assert bodies(study) == ["Først.", "Så."]


def test_an_earlier_text_and_one_kept_aside_come_back(study: Themed) -> None:
    study.write("Først.")
    study.write("Så.", actor=study.lead)
    with pytest.raises(Overtaken):
        write_summary(actor=study.coder, cell=study.whole, body="Ved siden av.", revision=1)
    for body in ("Først.", "Ved siden av."):
        text = SummaryText.objects.filter(body=body).first()
        assert text is not None
        with pytest.raises(Conflict):
            restore_text(actor=study.coder, cell=study.whole, text=text.pk, revision=0)
        restore_text(actor=study.coder, cell=study.whole, text=text.pk, revision=study.summary.revision)
        assert study.summary.body == body
    assert bodies(study) == ["Først.", "Så.", "Først.", "Ved siden av."]


def test_a_text_of_another_summary_is_not_restored(study: Themed) -> None:
    study.write("Her.")
    other = make_themed()
    other.write("Der.")
    (text,) = SummaryText.objects.filter(summary=other.summary)
    with pytest.raises(Conflict):
        restore_text(actor=study.coder, cell=study.whole, text=text.pk, revision=1)


def test_pinned_twice_it_is_pinned_once_and_no_number_is_given_twice(study: Themed) -> None:
    first = study.pin(study.coffee)
    assert study.pin(study.coffee) == first
    second = study.pin(study.owner)
    unpin(actor=study.coder, cell=study.whole, number=second.number)
    third = study.pin(study.owner)
    assert [first.number, second.number, third.number] == [1, 2, 3]


def test_what_the_text_cites_stays_pinned(study: Themed) -> None:
    study.pin(study.coffee)
    study.write("Se [E1].")
    with pytest.raises(Invalid):
        unpin(actor=study.coder, cell=study.whole, number=1)
    study.write("Se ikke.")
    unpin(actor=study.coder, cell=study.whole, number=1)
    assert not Evidence.objects.exists()


def test_pinning_can_be_undone_until_it_is_submitted(study: Themed) -> None:
    study.pin(study.coffee)
    page = str(study.summary.uuid)
    undo(actor=study.coder, page=page)
    assert not Evidence.objects.exists()
    redo(actor=study.coder, page=page)
    assert Evidence.objects.get().number == 1
    study.write("Se [E1].")
    study.step(study.coder, "submit")
    assert next_undo(study.coder, page) is None


def test_nobody_pins_what_is_of_another_project_or_not_for_them(study: Themed) -> None:
    other = make_themed()
    with pytest.raises(Conflict):
        study.pin(other.coffee)
    Source.objects.filter(pk=study.source.pk).update(cleared=None)
    with pytest.raises(Denied):
        study.pin(study.coffee)


@pytest.mark.parametrize(
    ("by", "key"),
    [("", "x"), ("city", ""), ("city", "x"), ("height", "none"), (BY_INFORMANT, "none"), ("city", "THEIRS")],
)
def test_there_is_no_summary_of_a_column_that_is_not_there(study: Themed, by: str, key: str) -> None:
    if key == "THEIRS":
        key = str(make_themed().project.attributes.get(key="city").values.all()[0].uuid)
    with pytest.raises(Conflict):
        write_summary(actor=study.coder, cell=Cell(study.theme.uuid, by, key), body="x", revision=0)
    assert not Summary.objects.filter(theme=study.theme).exists()


def test_readers_comment_and_do_nothing_else(study: Themed) -> None:
    study.write("De koker kaffe.")
    reader = make_member(study.project, "reader")
    for refused in (
        lambda: study.write("x", actor=reader),
        lambda: pin(actor=reader, cell=study.whole, coding=study.coffee.uuid),
        lambda: create_theme(actor=reader, title="x"),
    ):
        with pytest.raises(Denied):
            refused()
    one = comment(actor=reader, cell=study.whole, body="Hvem?", quote="koker kaffe")
    with pytest.raises(Denied):
        resolve(actor=reader, cell=study.whole, comment=one.uuid, resolved=True)
    with pytest.raises(Denied):
        move_theme(actor=study.coder, theme=study.theme.uuid, before=None)
    with pytest.raises(Denied):
        delete_theme(actor=study.coder, theme=study.theme.uuid)


def test_a_comment_stands_on_words_is_answered_and_resolved(study: Themed) -> None:
    study.write("De **koker** kaffe [E1].")
    one = comment(actor=study.lead, cell=study.whole, body="Alle?", quote="koker kaffe")
    answer = comment(actor=study.coder, cell=study.whole, body="Begge.", answers=one.uuid)
    assert (answer.answers, answer.quote) == (one, "")
    resolve(actor=study.coder, cell=study.whole, comment=one.uuid, resolved=True)
    one.refresh_from_db()
    assert (one.resolved_by, one.resolved is not None) == (study.coder, True)
    # Whoever answers what was resolved opens it again.
    comment(actor=study.lead, cell=study.whole, body="Nei.", answers=one.uuid)
    one.refresh_from_db()
    assert one.resolved is None
    for wrong in ({"quote": "te"}, {"answers": answer.uuid}):
        with pytest.raises(Conflict):
            comment(actor=study.lead, cell=study.whole, body="x", **wrong)
    with pytest.raises(Invalid):
        comment(actor=study.lead, cell=study.whole, body="  ")


def test_no_change_keeps_what_a_text_says(study: Themed) -> None:
    study.write("Ordrett Sitatbit.")
    comment(actor=study.lead, cell=study.whole, body="Ja", quote="Sitatbit")
    study.write("Mer Sitatbit.")
    kept = [str(row) for row in Change.objects.values_list("before", "after")]
    assert not any("Sitatbit" in row for row in kept)


def test_hostile_text_is_refused_in_a_sentence(study: Themed) -> None:
    for body in ("a\x00b", "x" * 100_001, "\ud800"):
        with pytest.raises(Invalid):
            study.write(body)


def test_who_is_blind_does_not_read_what_was_written_from_colleagues_codings(study: Themed) -> None:
    study.write("Noe.")
    update_project(actor=study.lead, blind=True)
    other = Membership.objects.get(pk=make_member(study.project, "coder").pk)
    with pytest.raises(Denied):
        study.write("x", actor=other)
    with pytest.raises(Denied):
        comment(actor=other, cell=study.whole, body="x")


def test_who_may_not_see_a_source_does_not_read_what_rests_on_it(study: Themed) -> None:
    study.pin(study.coffee)
    Source.objects.filter(pk=study.source.pk).update(cleared=None)
    with pytest.raises(Denied):
        study.write("x", actor=study.coder)
    assert study.write("x", actor=study.lead).body == "x"


def test_themes_are_made_changed_placed_and_undone(study: Themed) -> None:
    second = create_theme(actor=study.coder, title=" Hus  ", description="Om hus.", codes=[study.rent.uuid])
    assert (second.title, second.position) == ("Hus", 1)
    for title in ("", "hus", "x" * 201):
        with pytest.raises(Invalid):
            create_theme(actor=study.coder, title=title)
    with pytest.raises(Conflict):
        create_theme(actor=study.coder, title="Annet", codes=[make_study().code.uuid])
    move_theme(actor=study.lead, theme=second.uuid, before=study.theme.uuid)
    assert list(Theme.objects.filter(project=study.project)) == [second, study.theme]
    update_theme(actor=study.coder, theme=second.uuid, title="Hus", description="", codes=[])
    assert not ThemeCode.objects.filter(theme=second).exists()
    undo(actor=study.coder, page="themes")
    assert ThemeCode.objects.get(theme=second).code == study.rent
    assert delete_theme(actor=study.lead, theme=second.uuid) == 0
    undo(actor=study.lead, page="themes")
    assert ThemeCode.objects.get(theme__title="Hus").code == study.rent


def test_a_theme_goes_with_what_is_written_of_it_and_that_cannot_be_undone(study: Themed) -> None:
    study.pin(study.coffee)
    study.write("Noe.")
    one = comment(actor=study.lead, cell=study.whole, body="Hm.")
    comment(actor=study.lead, cell=study.whole, body="Ja.", answers=one.uuid)
    assert delete_theme(actor=study.lead, theme=study.theme.uuid) == 1
    for model in (Theme, Summary, SummaryText, SummaryComment, Evidence):
        assert not model._default_manager.exists()
    event = next_undo(study.lead, "themes")
    assert event is None or event.verb != "theme.delete"


def test_themes_follow_the_codebook_and_back(study: Themed) -> None:
    other = create_theme(actor=study.lead, title="Leie", codes=[study.rent.uuid, study.drift.uuid])
    merge_codes(actor=study.lead, code=study.rent.uuid, into=study.drift.uuid)
    assert [row.code for row in ThemeCode.objects.filter(theme=other)] == [study.drift]
    undo(actor=study.lead, page="codebook")
    assert set(other.codes.all()) == {study.rent, study.drift}
    delete_code(actor=study.lead, code=study.drift.uuid)
    assert not ThemeCode.objects.exists()
    undo(actor=study.lead, page="codebook")
    assert set(other.codes.all()) == {study.rent, study.drift}
    assert list(study.theme.codes.all()) == [study.drift]
