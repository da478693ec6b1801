"""Who speaks in a source: roles, informants, names, merging, and what follows for the codings."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding.actions.identities import keep_originals
from coding.models import (
    AuditEvent,
    CodingInformant,
    Informant,
    InformantValue,
    Membership,
    Role,
    Source,
    Speaker,
    Turn,
)
from coding.models.sources import SpeakerRole
from tests.factories import (
    account_of,
    link,
    make_code,
    make_member,
    make_project,
    make_source,
    make_study,
    put,
)
from tests.views.asking import do
from tests.views.asking import see as ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study = make_study()
    study.source = make_source(
        study.project,
        (
            ("Moderator", "Hvordan begynte det?"),
            ("Deltaker 1", "Det begynte med en kopp kaffe og to stoler."),
            ("Deltaker 2", "Og med en søknad som ingen trodde på."),
            ("Deltaker 1", "Ingen."),
        ),
        kind="focus_group",
    )
    return study


def form_of(source: Source, **changes: dict[str, str]) -> dict[str, str]:
    """What the page would send unchanged, with changes by label."""
    sent: dict[str, str] = {}
    for speaker in source.speakers.select_related("informant"):
        fields = {
            "label": speaker.label,
            "role": speaker.role,
            "informant": str(speaker.informant.uuid) if speaker.informant else "",
        }
        fields |= changes.get(speaker.label.replace(" ", ""), {})
        sent |= {f"s{speaker.pk}-{name}": value for name, value in fields.items()}
    return sent


def post(client: Client, member: Membership, page: str, source: Source, sent: dict[str, str]) -> Any:
    return do(client, member, page, source.uuid, **sent)


def see(client: Client, member: Membership, source: Source) -> Any:
    return ask(client, member, "speakers", source.uuid)


def test_each_label_shows_how_it_begins(client, study):
    forms = see(client, study.coder, study.source).context["forms"]
    assert [(form.row.speaker.label, form.row.turns, form.row.words) for form in forms] == [
        ("Moderator", 1, 3),
        ("Deltaker 1", 2, 10),
        ("Deltaker 2", 1, 8),
    ]
    assert forms[1].row.first_words == "Det begynte med en kopp kaffe og to stoler."


def test_all_speakers_are_set_at_once_and_undone_at_once(client, study):
    known = link(make_source(study.project), "Informant", "Berit", city="Bergen")
    new = {
        "informant": "new",
        "pseudonym": "Bjørg",
        "value_city": "Bergen",
        "value_informant_type": "daglig leder",
    }
    sent = form_of(
        study.source,
        Moderator={"label": "Intervjuer 1"},
        Deltaker1={"informant": str(known.uuid)},
        Deltaker2=new,
    )
    assert post(client, study.coder, "speakers", study.source, sent).status_code == 302
    whose: dict[str, Any] = {
        row.label: row.informant for row in study.source.speakers.select_related("informant")
    }
    assert whose["Intervjuer 1"] is None
    assert whose["Deltaker 1"] == known
    assert whose["Deltaker 2"].pseudonym == "Bjørg"
    values = InformantValue.objects.filter(informant=whose["Deltaker 2"]).values_list(
        "value__name", flat=True
    )
    assert set(values) == {"Bergen", "daglig leder"}
    assert AuditEvent.objects.filter(verb="speaker.update").count() == 1
    client.post(reverse("undo", args=[study.project.slug, f"{study.source.uuid}/s"]))
    assert not study.source.speakers.exclude(informant=None).exists()
    assert not Informant.objects.filter(pseudonym="Bjørg").exists()
    assert study.source.speakers.filter(label="Moderator").exists()


def test_a_new_informant_without_a_name_gets_the_next_free_one(client, study):
    sent = form_of(study.source, Deltaker1={"informant": "new"}, Deltaker2={"informant": "new"})
    post(client, study.coder, "speakers", study.source, sent)
    assert sorted(Informant.objects.values_list("pseudonym", flat=True)) == ["Informant 1", "Informant 2"]


def test_codings_follow_roles_and_informants(client, study):
    (coding,) = put(
        study.coder, study.source, "Og med en søknad som ingen trodde på.", make_code(study.project, "P2")
    )
    assert list(CodingInformant.objects.filter(coding=coding).values_list("informant", flat=True)) == [None]
    sent = form_of(study.source, Deltaker2={"informant": "new", "pseudonym": "Bjørg"})
    post(client, study.coder, "speakers", study.source, sent)
    assert list(CodingInformant.objects.filter(coding=coding).values_list("informant__pseudonym")) == [
        ("Bjørg",)
    ]
    sent = form_of(study.source, Deltaker2={"role": SpeakerRole.INTERVIEWER})
    post(client, study.coder, "speakers", study.source, sent)
    assert not CodingInformant.objects.filter(coding=coding).exists()
    assert Speaker.objects.get(source=study.source, label="Deltaker 2").informant is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "Deltaker 2"}, "label"),
        ({"role": "ghost"}, "role"),
        ({"informant": "new", "pseudonym": "BERIT"}, "pseudonym"),
        ({"informant": "not one of ours"}, "informant"),
        ({"informant": "new", "value_alder": "gammel"}, "value_alder"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_is_stored(client, study, changes, field):
    from coding.actions.attributes import create_attribute

    create_attribute(actor=study.lead, name="Alder", kind="number")
    link(make_source(study.project), "Informant", "Berit")
    sent = form_of(study.source, Deltaker1=changes, Moderator={"label": "Leder av samtalen"})
    answer = post(client, study.coder, "speakers", study.source, sent)
    assert answer.status_code == 422
    (wrong,) = [form for form in answer.context["forms"] if form.errors]
    assert (wrong.speaker.label, list(wrong.errors)) == ("Deltaker 1", [field])
    assert Informant.objects.count() == 1
    assert not study.source.speakers.filter(label="Leder av samtalen").exists()


def test_an_informant_of_another_project_cannot_be_chosen(client, study):
    other = link(make_source(make_project()), "Informant", "Fremmed")
    sent = form_of(study.source, Deltaker1={"informant": str(other.uuid)})
    assert post(client, study.coder, "speakers", study.source, sent).status_code == 422


def test_saving_what_stands_writes_nothing(client, study):
    post(client, study.coder, "speakers", study.source, form_of(study.source))
    assert not AuditEvent.objects.filter(verb="speaker.update").exists()


def test_merging_gives_all_turns_and_can_be_undone(client, study):
    first, second = (study.source.speakers.get(label=f"Deltaker {n}") for n in (1, 2))
    sent = {"speaker": str(second.pk), "into": str(first.pk)}
    post(client, study.coder, "speakers_merge", study.source, sent)
    assert not Speaker.objects.filter(pk=second.pk).exists()
    assert Turn.objects.filter(speaker=first).count() == 3
    client.post(reverse("undo", args=[study.project.slug, f"{study.source.uuid}/s"]))
    assert Turn.objects.filter(speaker__label="Deltaker 2").count() == 1


def test_a_label_cannot_be_merged_with_itself_or_another_sources(client, study):
    first = study.source.speakers.get(label="Deltaker 1")
    foreign = make_source(study.project).speakers.get(label="Informant")
    for into in (first, foreign):
        sent = {"speaker": str(first.pk), "into": str(into.pk)}
        assert post(client, study.coder, "speakers_merge", study.source, sent).status_code == 422
    assert Speaker.objects.filter(pk=first.pk).exists()


def test_a_reader_sees_and_does_not_touch(client, study):
    reader = make_member(study.project, Role.READER)
    page = see(client, reader, study.source).content.decode()
    assert "Deltaker 1" in page and 'type="radio"' not in page
    assert post(client, reader, "speakers", study.source, form_of(study.source)).status_code == 403
    assert post(client, reader, "speakers_merge", study.source, {}).status_code == 403


def test_labels_of_the_file_are_only_for_who_handles_identities(client, study):
    speaker = study.source.speakers.get(label="Deltaker 1")
    keep_originals(study.source, labels={speaker.pk: ["Kari Nordmann"]}, file_name=None)
    address = reverse("speakers", args=[study.project.slug, study.source.uuid])
    looks = AuditEvent.objects.filter(verb="identity.look")
    assert "Kari Nordmann" not in see(client, study.lead, study.source).content.decode()
    assert not looks.exists()
    assert "Kari Nordmann" in client.get(address, {"originals": "1"}).content.decode()
    assert looks.get().actor == study.lead
    client.force_login(account_of(study.coder))
    refused = client.get(address, {"originals": "1"})
    assert (refused.status_code, "Kari Nordmann" in refused.content.decode()) == (403, False)
    assert looks.count() == 1


def test_a_document_has_nobody_to_set(client, study):
    document = make_source(study.project, ((None, "Bare tekst her."),), kind="document")
    page = see(client, study.coder, document).content.decode()
    assert reverse("source_details", args=[study.project.slug, document.uuid]) in page
    assert "speakers_merge" not in page
