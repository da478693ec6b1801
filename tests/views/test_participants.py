"""One informant's privacy: consent, the key, everything held, and the withdrawal, for who handles identities alone."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coding.actions import identities
from coding.models import AuditEvent, Certificate, Consent, Informant, SealedIdentity
from coding.reports.details import in_words
from tests.factories import Study, link, make_member, make_source, make_study, put
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db


class People:
    def __init__(self) -> None:
        study: Study = make_study()
        self.study, self.project, self.lead, self.coder = study, study.project, study.lead, study.coder
        self.source = make_source(
            study.project,
            (
                ("Moderator", "Hva sier Vigdis?"),
                ("Deltaker 1", "Jeg strikker."),
                ("Deltaker 2", "Vigdis strikker mest."),
            ),
            kind="focus_group",
        )
        self.person = link(self.source, "Deltaker 1", "Vigdis", city="Oslo")
        link(self.source, "Deltaker 2", "Tone")
        identities.write_person(
            actor=self.lead, informant=self.person, name="Åshild Storevik", phone="90 00 00 00"
        )
        put(study.coder, self.source, "Jeg strikker.", study.code)


@pytest.fixture
def people() -> People:
    return People()


def test_the_key_is_opened_on_request_and_the_look_is_noted(client: Client, people: People) -> None:
    page = see(client, people.lead, "informant_privacy", people.person.uuid)
    assert "Storevik" not in said(page)
    looks = AuditEvent.objects.filter(verb="identity.look")
    assert not looks.exists()
    page = see(client, people.lead, "informant_privacy", people.person.uuid, key="1")
    assert "Åshild Storevik" in said(page)
    assert looks.get().details == {"what": "person", "informant": str(people.person.uuid), "many": 1}


def test_the_key_is_written_and_emptied(client: Client, people: People) -> None:
    sent = {"what": "identity", "person-name": "Åse Vik", "person-note": "ring kveld"}
    assert do(client, people.lead, "informant_privacy", people.person.uuid, **sent).status_code == 302
    held = identities.look_at_person(actor=people.lead, informant=people.person)
    assert held == {"name": "Åse Vik", "phone": "", "email": "", "note": "ring kveld"}
    do(client, people.lead, "informant_privacy", people.person.uuid, what="identity")
    assert not SealedIdentity.objects.exists()


def test_consent_is_saved_and_a_wrong_one_is_refused(client: Client, people: People) -> None:
    sent = {
        "what": "consent",
        "given": "2020-03-01",
        "until": "2030-01-01",
        "use": "on",
        "reference": "Perm 4",
    }
    assert do(client, people.lead, "informant_privacy", people.person.uuid, **sent).status_code == 302
    consent = Consent.objects.get()
    assert (consent.given, consent.use, consent.quotation) == (date(2020, 3, 1), True, False)
    answer = do(
        client, people.lead, "informant_privacy", people.person.uuid, **sent | {"until": "2019-01-01"}
    )
    assert answer.status_code == 422 and "cannot end before it was given" in said(answer)


@pytest.mark.parametrize(
    ("fields", "quoted"),
    [
        ({}, True),
        ({"quotation": False}, False),
        ({"use": False}, False),
        ({"withdrawn": date(2020, 1, 1)}, False),
        ({"until": timezone.localdate() - timedelta(days=1)}, False),
        ({"until": timezone.localdate()}, True),
    ],
)
def test_who_may_not_be_quoted_is_left_out_of_files(
    client: Client, people: People, fields: dict[str, Any], quoted: bool
) -> None:
    Consent.objects.create(informant=people.person, **fields)
    asked = {"code": str(people.study.code.uuid), "format": "csv"}
    file = see(client, people.coder, "quotations", **asked).content.decode("utf-8-sig")
    assert ("Jeg strikker." in file) is quoted
    text = see(client, people.coder, "quotations", **asked | {"format": "md"}).content.decode()
    assert ("may not be quoted" in text) is not quoted
    page = said(see(client, people.coder, "quotations", code=asked["code"]))
    assert ("may not be quoted" in page) is not quoted


def test_everything_held_is_one_file(client: Client, people: People) -> None:
    answer = see(client, people.lead, "informant_data", people.person.uuid, "json")
    held = json.load(io.BytesIO(answer.content))
    assert held["identity"]["name"] == "Åshild Storevik"
    assert held["speaks_in"][0]["turns"] == [{"turn": 2, "time": None, "text": "Jeg strikker."}]
    assert held["coded_passages"][0]["code"][-1] == "Økonomi"
    assert held["attributes"]["City"] == "Oslo"
    assert "Vigdis strikker mest" not in answer.content.decode()
    text = see(client, people.lead, "informant_data", people.person.uuid, "txt").content.decode()
    assert "Jeg strikker." in text and "Åshild Storevik" in text
    assert AuditEvent.objects.filter(verb="informant.export").count() == 2
    assert see(client, people.lead, "informant_data", people.person.uuid, "exe").status_code == 404


def test_the_withdrawal_says_what_goes_and_where_others_speak_of_them(client: Client, people: People) -> None:
    page = see(client, people.lead, "informant_withdraw", people.person.uuid)
    (row,) = page.context["rows"]
    assert (row.whole, row.turns, row.words, row.codings) == (False, 1, 2, 1)
    assert [one.words for one in page.context["mentions"]] == ["Vigdis", "Vigdis"]
    mentions = [one.key for one in page.context["mentions"]]
    wrong = do(
        client,
        people.lead,
        "informant_withdraw",
        people.person.uuid,
        confirmation="Tone",
        mention=mentions[:1],
    )
    assert wrong.status_code == 422 and said(wrong).count(" checked") == 1
    for bad in ("x", "1/2/3/4", mentions[0] + "/5", f"{people.source.uuid}/99999/0/3"):
        answer = do(
            client, people.lead, "informant_withdraw", people.person.uuid, confirmation="Vigdis", mention=bad
        )
        assert answer.status_code == 409, bad
    answer = do(
        client, people.lead, "informant_withdraw", people.person.uuid, confirmation="Vigdis", mention=mentions
    )
    assert answer.status_code == 302
    certificate = said(client.get(answer["Location"]))
    assert "Vigdis" not in certificate and people.source.title not in certificate
    assert not Informant.objects.filter(pk=people.person.pk).exists()


@pytest.mark.parametrize("role", ["reader", "coder", "lead"])
@pytest.mark.parametrize(
    ("page", "more"), [("informant_privacy", []), ("informant_data", ["json"]), ("informant_withdraw", [])]
)
def test_only_who_handles_identities(
    client: Client, people: People, role: str, page: str, more: list[str]
) -> None:
    member = make_member(people.project, role)
    answer = see(client, member, page, people.person.uuid, *more, key="1")
    assert (answer.status_code, "Storevik" in said(answer)) == (403, False)
    answer = do(client, member, page, people.person.uuid, *more, confirmation="Vigdis", what="identity")
    assert answer.status_code in (403, 405)
    assert Informant.objects.filter(pk=people.person.pk).exists()
    assert identities.look_at_person(actor=people.lead, informant=people.person)["name"] == "Åshild Storevik"


def test_another_projects_informant_is_nobody(client: Client, people: People) -> None:
    stranger = make_study().lead
    for page, more in (("informant_privacy", []), ("informant_data", ["json"]), ("informant_withdraw", [])):
        assert see(client, stranger, page, people.person.uuid, *more).status_code == 404


def test_the_preview_counts_with_the_mentions_that_are_ticked(client: Client, people: People) -> None:
    """A coding that ends within a mention is cut by it; the certificate says the same."""
    put(people.lead, people.source, "sier Vig", people.study.code)
    page = see(client, people.lead, "informant_withdraw", people.person.uuid)
    (row,) = page.context["rows"]
    assert (row.turns, row.mentions, row.codings, row.cut, page.context["cut"]) == (1, 2, 1, 1, 1)
    keys = [one.key for one in page.context["mentions"]]
    second = do(
        client, people.lead, "informant_withdraw", people.person.uuid, confirmation="x", mention=keys[1:]
    )
    assert (second.status_code, second.context["cut"]) == (422, 0)
    do(client, people.lead, "informant_withdraw", people.person.uuid, confirmation="Vigdis", mention=keys)
    counts = Certificate.objects.get().counts
    assert (counts["codings"], counts["to_review"]) == (1, 1)


def test_a_withdrawal_without_names_says_that_nothing_could_be_searched_for(
    client: Client, people: People
) -> None:
    found_nothing = "The search for their names found nothing"
    identities.write_person(actor=people.lead, informant=people.person)
    Informant.objects.filter(pk=people.person.pk).update(pseudonym="Deltaker 1", name_key="deltaker 1")
    page = said(see(client, people.lead, "informant_withdraw", people.person.uuid))
    assert "Nothing could be searched for: the key holds no name" in page and found_nothing not in page
    Informant.objects.filter(pk=people.person.pk).update(pseudonym="Solveig", name_key="solveig")
    page = said(see(client, people.lead, "informant_withdraw", people.person.uuid))
    assert "Only the pseudonym was searched for: the key holds no name" in page and found_nothing not in page
    identities.write_person(actor=people.lead, informant=people.person, name="Åshild Storevik")
    page = said(see(client, people.lead, "informant_withdraw", people.person.uuid))
    assert found_nothing in page and "searched for: the key" not in page


def test_history_says_what_was_seen_of_the_key(client: Client, people: People) -> None:
    """The consent alone is no look; a withdrawal looks for names, and says where there were none."""
    looks = AuditEvent.objects.filter(verb="identity.look").order_by("id")
    see(client, people.lead, "informant_privacy", people.person.uuid)
    assert [in_words(event) for event in looks.all()] == []
    see(client, people.lead, "informant_withdraw", people.person.uuid)
    assert looks.get().details == {"what": "names", "informant": str(people.person.uuid), "many": 1}
    assert in_words(looks.get()) == "what one informant may be called in the texts"
    identities.write_person(actor=people.lead, informant=people.person)
    see(client, people.lead, "informant_withdraw", people.person.uuid)
    see(client, people.lead, "informant_privacy", people.person.uuid, key="1")
    assert [in_words(event) for event in looks.all()][1:] == [
        "it holds no name of one informant",
        "it holds nothing on who one informant is",
    ]


def test_nothing_is_ticked_before_a_consent_is_noted(client: Client, people: People) -> None:
    page = see(client, people.lead, "informant_privacy", people.person.uuid)
    assert "Nothing has been noted yet." in said(page) and " checked" not in said(page)
    Consent.objects.create(informant=people.person, use=True, quotation=False)
    page = see(client, people.lead, "informant_privacy", people.person.uuid)
    assert said(page).count(" checked") == 1


def test_who_withdraws_is_led_to_the_withdrawal_and_not_to_deleting(client: Client, people: People) -> None:
    address = reverse("informant_withdraw", args=[people.project.slug, people.person.uuid])
    page = said(see(client, people.lead, "informant", people.person.uuid))
    assert f'href="{address}"' in page and "The participant withdraws …" in page
    page = said(see(client, people.lead, "informant_delete", people.person.uuid))
    assert "Has the participant withdrawn?" in page and f'<a href="{address}">Use withdrawal</a>' in page
    other = make_member(people.project, "lead")
    page = said(see(client, other, "informant_delete", people.person.uuid))
    assert "Has the participant withdrawn?" in page and address not in page
    assert "somebody who handles identities" in page
    assert address not in said(see(client, other, "informant", people.person.uuid))
