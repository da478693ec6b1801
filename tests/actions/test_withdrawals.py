"""An informant withdraws: what goes, what stays, and that nothing of it is left anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from coding import ledger
from coding.actions import identities, names
from coding.actions.attribution import links_of
from coding.actions.codings import write_coding_memo
from coding.actions.consent import set_consent
from coding.actions.corrections import correct_text
from coding.actions.errors import Conflict, Invalid
from coding.actions.memos import write_memo
from coding.actions.withdrawals import Mention, apply_again, plan, withdraw
from coding.anchoring.texts import TurnChange
from coding.language.replacing import REPLACE
from coding.models import (
    AuditEvent,
    Certificate,
    Coding,
    CodingInformant,
    Consent,
    Informant,
    Memo,
    SealedIdentity,
    Source,
    Speaker,
    TextVersion,
)
from coding.models.codings import Review
from coding.permissions import Denied
from coding.reports.withdrawal import goes
from tests.factories import Study, link, make_member, make_source, make_study, put, text_of
from tests.on_disk import bytes_of_a_fresh_backup, bytes_of_the_data_folder, bytes_of_the_databases

GROUP = (
    ("Moderator", "Hva tenker dere om sentralen?"),
    ("Deltaker 1", "Jeg tror rabarbrabakken er grei nok for oss."),
    ("Deltaker 2", "Solfrid har rett, og hun bærer jo alle stolene."),
    ("Deltaker 1", "Kamferdropsen min lå igjen der."),
    ("Moderator", "Flere?"),
)


class Group:
    """A focus group of two, an interview with one of them, and codings of all kinds."""

    def __init__(self) -> None:
        study: Study = make_study()
        self.study, self.project, self.lead, self.coder = study, study.project, study.lead, study.coder
        self.group = make_source(self.project, GROUP, title="Gruppe", kind="focus_group")
        self.alone = make_source(self.project, (("Intervjuer", "Ja?"), ("Informant", "Om knakkpølser.")))
        self.person = link(self.group, "Deltaker 1", "Solfrid", city="Oslo")
        self.other = link(self.group, "Deltaker 2", "Berit", city="Bergen")
        speaker = self.alone.speakers.select_related("source").get(label="Informant")
        Speaker.objects.filter(pk=speaker.pk).update(informant=self.person)
        identities.write_person(actor=self.lead, informant=self.person, name="Ingeborg Fjellvåg")
        names.decide(actor=self.lead, term="Ingeborg", kind="person", verdict=REPLACE, replacement="Solfrid")
        (self.own,) = put(self.coder, self.group, "rabarbrabakken er grei", study.code)
        (self.both,) = put(self.coder, self.group, GROUP[1][1] + "\n" + GROUP[2][1], study.other)
        (self.theirs,) = put(self.coder, self.group, "bærer jo alle stolene", study.code)
        put(self.lead, self.alone, "knakkpølser", study.code)
        write_coding_memo(
            actor=self.coder, source=self.group, coding=self.own.uuid, body="Rabarbra betyr noe annet."
        )
        write_memo(actor=self.coder, body="Solfrid er nøkkelen til alt.", about=self.person)
        self.memo = write_memo(actor=self.lead, body="Snakk med Solfrid om Tøyen.")

    def mention(self, words: str) -> Mention:
        start = text_of(self.group).index(words)
        assert self.group.version_id is not None
        return Mention(self.group.uuid, self.group.version_id, start, start + len(words))

    def withdraw(self, **more: Any) -> Certificate:
        given: dict[str, Any] = {
            "mentions": [self.mention("Solfrid har rett, og hun")],
            "memos": [self.memo.uuid],
            "confirmation": "solfrid",
        }
        return withdraw(actor=self.lead, informant=self.person.uuid, **given | more)


@pytest.fixture
def people(db: None) -> Group:
    return Group()


def everything() -> str:
    """All rows of all tables, as text."""
    rows = [list(model._default_manager.values()) for model in apps.get_models()]
    return json.dumps(rows, default=str, ensure_ascii=False)


GONE = (
    "rabarbrabakken",
    "Kamferdropsen",
    "knakkpølser",
    "Rabarbra betyr",
    "nøkkelen til",
    "Solfrid",
    "Fjellvåg",
    "Tøyen",
)


def test_what_they_said_is_gone_and_what_others_said_stays(people: Group) -> None:
    certificate = people.withdraw()
    source = Source.objects.select_related("version").get(pk=people.group.pk)
    assert text_of(source) == "Hva tenker dere om sentralen?\n[…] bærer jo alle stolene.\nFlere?"
    assert [turn.speaker.label for turn in source.version.turns.select_related("speaker")] == [  # type: ignore[union-attr]
        "Moderator",
        "Deltaker 2",
        "Moderator",
    ]
    assert not Source.objects.filter(pk=people.alone.pk).exists()
    left = {row.uuid: row for row in Coding.objects.all()}
    assert set(left) == {people.both.uuid, people.theirs.uuid}
    theirs, both = left[people.theirs.uuid], left[people.both.uuid]
    assert (text_of(source)[theirs.start : theirs.end], theirs.review) == ("bærer jo alle stolene", "")
    assert (text_of(source)[both.start : both.end], both.review) == ("[…] bærer jo alle stolene.", "")
    links: dict[int, set[int | None]] = {row.pk: set() for row in left.values()}
    for coding, informant in CodingInformant.objects.values_list("coding_id", "informant_id"):
        links[coding].add(informant)
    assert links == links_of(left.values(), source.version_id or 0)
    assert not Informant.objects.filter(pk=people.person.pk).exists()
    assert {key: certificate.counts[key] for key in ("sources", "texts", "turns", "mentions", "memos")} == {
        "sources": 1,
        "texts": 1,
        "turns": 2,
        "mentions": 1,
        "memos": 2,
    }
    assert not SealedIdentity.objects.filter(informant=people.person.uuid).exists()


def test_nothing_of_it_is_left_in_any_row(people: Group) -> None:
    # An undone correction leaves a version that is no longer current; it must go too.
    speaker = people.group.speakers.get(label="Deltaker 1").pk
    correct_text(
        actor=people.coder, source=people.group, version=1,
        changes={1: TurnChange("Jeg tror rabarbrabakken er helt grei for oss.", speaker)},
    )  # fmt: skip
    people.group = Source.objects.select_related("version").get(pk=people.group.pk)
    before = everything()
    assert all(word in before for word in GONE if word not in ("Fjellvåg",))
    people.withdraw()
    after = everything()
    assert [word for word in GONE if word in after] == []
    certificate = Certificate.objects.get()
    assert all(word not in json.dumps(vars(certificate), default=str) for word in (*GONE, "Gruppe"))
    assert all(word not in (Path(settings.DATA_DIR) / "ledger.jsonl").read_text() for word in GONE)


@pytest.mark.django_db(transaction=True)
def test_the_disk_holds_no_byte_of_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The databases and their logs, every file of the data folder, what was logged, and a fresh backup."""
    people = Group()
    before = bytes_of_the_databases()
    held = {word for word in GONE if word.encode() in before}
    # PostgreSQL packs long texts; what is short stands there as it was written.
    assert held >= {"Solfrid", "Tøyen"} and "Fjellvåg" not in held
    people.withdraw()
    content = bytes_of_the_databases()
    assert len(content) > 100_000 and b"Berit" in content
    content += bytes_of_a_fresh_backup(tmp_path) + bytes_of_the_data_folder()
    content += caplog.text.encode()
    assert [word for word in GONE if word.encode() in content] == []


def test_undo_brings_nothing_back(people: Group) -> None:
    from coding.actions.undo import undo

    people.withdraw()
    pages = set(AuditEvent.objects.exclude(page="").values_list("page", flat=True))
    for member in (people.coder, people.lead):
        for page in pages:
            for _ in range(10):
                try:
                    if undo(actor=member, page=page) is None:
                        break
                except Conflict:
                    break
    after = everything()
    assert [word for word in GONE if word in after] == []


def test_it_asks_for_the_pseudonym_the_right_and_the_text_that_was_seen(people: Group) -> None:
    with pytest.raises(Invalid):
        people.withdraw(confirmation="Berit")
    stale = Mention(people.group.uuid, 999_999, 0, 3)
    with pytest.raises(Conflict):
        people.withdraw(mentions=[stale])
    other_lead = make_member(people.project, "lead")
    with pytest.raises(Denied):
        withdraw(actor=other_lead, informant=people.person.uuid, confirmation="Solfrid")
    stranger = make_study().lead
    with pytest.raises(Conflict):
        withdraw(actor=stranger, informant=people.person.uuid, confirmation="Solfrid")
    assert Informant.objects.filter(pk=people.person.pk).exists()
    assert TextVersion.objects.filter(source=people.group).count() == 1


def test_a_source_goes_whole_only_where_nobody_else_speaks(people: Group) -> None:
    whole = {one.source.pk: one.edits is None for one in plan(people.person)}
    assert whole == {people.group.pk: False, people.alone.pk: True}
    flere = make_source(people.project, (("Informant", "Jeg."), ("Flere", "Vi.")))
    Speaker.objects.filter(source=flere, label="Informant").update(informant=people.person)
    assert {one.source.pk: one.edits is None for one in plan(people.person)}[flere.pk] is False


def test_the_ledger_takes_them_out_of_a_restored_database_again(people: Group) -> None:
    text = text_of(people.group)
    entry = {
        "informant": str(people.person.uuid),
        "project": str(people.project.uuid),
        "texts": [
            {
                "source": str(people.group.uuid),
                "sha256": people.group.version.sha256,  # type: ignore[union-attr]
                "edits": [
                    [edit.start, edit.end, edit.text]
                    for one in plan(people.person, [people.mention("Solfrid har rett, og hun")])
                    if one.edits
                    for edit in one.edits
                ],
            }
        ],
    }
    assert apply_again(entry) is True
    assert "[…] bærer" in text_of(Source.objects.select_related("version").get(pk=people.group.pk))
    assert text not in everything() and "rabarbrabakken" not in everything()
    assert apply_again(entry) is False


def test_it_is_noted_in_the_ledger_with_what_a_restore_needs(people: Group) -> None:
    people.withdraw()
    entry = ledger.entries("withdrawal")[-1]
    assert (entry["informant"], entry["project"]) == (str(people.person.uuid), str(people.project.uuid))
    (text,) = entry["texts"]
    assert text["source"] == str(people.group.uuid) and len(text["edits"]) == 3


def test_consent_is_noted_and_undone(people: Group) -> None:
    from datetime import date

    from coding.actions.undo import undo

    given: dict[str, Any] = {
        "given": date(2020, 3, 1), "until": date(2025, 1, 1), "withdrawn": None,
        "use": True, "quotation": False, "archiving": False,
    }  # fmt: skip
    set_consent(actor=people.lead, informant=people.person, **given)
    with pytest.raises(Invalid):
        set_consent(actor=people.lead, informant=people.person, **given | {"until": date(2019, 1, 1)})
    with pytest.raises(Denied):
        set_consent(actor=people.coder, informant=people.person, **given)
    assert Consent.objects.get().quotation is False
    undo(actor=people.lead, page="informants")
    assert not Consent.objects.exists()


def test_the_preview_counts_codings_as_the_certificate_does(people: Group) -> None:
    """One of every kind: within a turn, over whole turns, into a turn, at a mention, and those that wait already."""
    words = "Jeg tror rabarbrabakken er grei nok for oss.\nSolfrid har rett"
    put(people.lead, people.group, "grei nok for oss.\nSolfrid har rett, og hun bærer", people.study.code)
    put(people.lead, people.group, words, people.study.other)
    put(people.lead, people.group, "hun bærer", people.study.other)
    (waits,) = put(people.lead, people.group, "Kamferdropsen min", people.study.code)
    (empty,) = put(people.lead, people.group, "Flere?", people.study.code)
    Coding.objects.filter(pk=waits.pk).update(review=Review.CUT)
    Coding.objects.filter(pk=empty.pk).update(review=Review.EMPTIED, end=empty.start)
    chosen = [people.mention("Solfrid har rett, og hun")]
    rows = goes(people.person, plan(people.person, chosen))
    told = {row.source.title: (row.codings, row.cut) for row in rows}
    certificate = people.withdraw(mentions=chosen)
    assert told[people.group.title] == (2, 3) and told[people.alone.title] == (1, 0)
    assert (certificate.counts["codings"], certificate.counts["to_review"]) == (3, 3)
    assert Coding.objects.filter(review=Review.CUT).count() == 3
    assert set(Coding.objects.filter(review=Review.EMPTIED)) == {empty}


def test_a_coding_that_had_lost_its_words_goes_with_the_turn_that_it_stood_in(people: Group) -> None:
    (theirs,) = put(people.lead, people.group, "rabarbrabakken er grei", people.study.code)
    (others,) = put(people.lead, people.group, "Flere?", people.study.code)
    write_coding_memo(actor=people.lead, source=people.group, coding=theirs.uuid, body="Hun som bor der.")
    for coding in (theirs, others):
        Coding.objects.filter(pk=coding.pk).update(review=Review.EMPTIED, end=coding.start)
    people.withdraw()
    assert set(Coding.objects.filter(review=Review.EMPTIED)) == {others}
    assert not Memo.objects.filter(body="Hun som bor der.").exists()
