"""The review of names: what is found, what is decided with one key, and who may see any of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coding import tasks
from coding.actions import names
from coding.models import AuditEvent, NameMark, Source, TextVersion
from tests.factories import Study, make_member, make_source, make_study, text_of
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Hvem startet sentralen?"),
    ("Informant", "Det var Ragnhild Bjørnstad som startet. Ring Ragnhild på 22 33 44 55, hun bor i Drammen."),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID, cleared=False)
    tasks.enqueue_suggesting(study.project)
    tasks.drain()
    return study


def decide(client: Client, study: Study, **fields: str) -> Any:
    given = {"term": "Ragnhild Bjørnstad", "kind": "person", "verdict": "replace", "replacement": "Anne"}
    return do(client, study.lead, "names", **given | fields)


def test_what_may_identify_waits_in_context(client: Client, study: Study) -> None:
    page = said(see(client, study.lead, "names"))
    for words in ("Ragnhild Bjørnstad", "22 33 44 55", "Drammen", "[telephone number]", "som startet"):
        assert words in page, words
    assert "anonymi" not in page.casefold()


def test_texts_are_gone_through_by_the_worker_and_only_once(client: Client, study: Study) -> None:
    new = make_source(study.project, (("Informant", "Jeg heter Torbjørg Myklebust."),), cleared=False)
    page = said(see(client, study.lead, "names"))
    assert 'hx-trigger="every 2s"' in page and "Myklebust" not in page
    tasks.drain()
    assert "Myklebust" in said(see(client, study.lead, "names"))
    version = TextVersion.objects.get(source=new)
    assert all(len(one) == 4 for one in version.suggestions)
    assert tasks.enqueue_suggesting(study.project) is None


def test_a_decision_takes_the_word_off_the_list(client: Client, study: Study) -> None:
    assert decide(client, study).status_code == 302
    decide(client, study, term="Ragnhild")
    page = see(client, study.lead, "names")
    assert {word.term for word in page.context["review"].waiting} == {"22 33 44 55", "Drammen"}
    assert [(word.term, len(word.places)) for word in page.context["review"].decided] == [
        ("Ragnhild", 1),
        ("Ragnhild Bjørnstad", 1),
    ]
    (looked,) = page.context["review"].sources
    assert (looked.seen, looked.waiting, looked.to_replace) == (2, 2, 2)
    decide(client, study, verdict="open", term="Ragnhild")
    page = see(client, study.lead, "names")
    assert "Ragnhild" in {word.term for word in page.context["review"].waiting}


def test_with_htmx_only_the_card_is_answered_and_a_refusal_is_a_sentence(
    client: Client, study: Study
) -> None:
    client.force_login(study.lead.user)  # type: ignore[arg-type]
    address = reverse("names", args=[study.project.slug])
    fields = {"term": "Drammen", "kind": "place", "verdict": "keep"}
    answer = client.post(address, fields, headers={"HX-Request": "true"})
    assert (answer.status_code, "<html" in said(answer), "Drammen" in said(answer)) == (200, False, True)
    answer = client.post(address, fields | {"verdict": "replace"}, headers={"HX-Request": "true"})
    assert (answer.status_code, said(answer)[:3]) == (400, "Say")


def test_what_was_typed_stays_with_the_reason(client: Client, study: Study) -> None:
    answer = decide(client, study, replacement="Ragnhild Bjørnstad")
    assert answer.status_code == 422
    assert "must not hold the name itself" in said(answer)


def test_replacing_says_what_it_will_do_and_does_it(client: Client, study: Study) -> None:
    decide(client, study)
    decide(client, study, term="22 33 44 55", kind="phone", replacement="[telefonnummer]")
    page = said(see(client, study.lead, "names_replace"))
    assert "Places to be replaced: 2, in so many sources: 1." in page and "cannot be undone" in page
    assert "Ragnhild" in text_of(Source.objects.select_related("version").get(pk=study.source.pk))
    answer = do(client, study.lead, "names_replace")
    assert answer.status_code == 302
    source = Source.objects.select_related("version").get(pk=study.source.pk)
    assert "Det var Anne som startet. Ring Ragnhild på [telefonnummer]," in text_of(source)
    assert "Nothing to replace" in said(see(client, study.lead, "names_replace"))
    tasks.drain()
    (looked,) = see(client, study.lead, "names").context["review"].sources
    assert looked.replaced == 2


def test_what_was_missed_is_selected_and_added(client: Client, study: Study) -> None:
    assert study.source.version_id is not None
    version = study.source.version_id
    start = text_of(study.source).index("Hvem")
    given: dict[str, Any] = {"version": version, "start": start, "end": start + 4, "kind": "person"}
    sent = given | {"verdict": "indirect", "note": "sjelden stilling"}
    assert do(client, study.lead, "source_names", study.source.uuid, **sent).status_code == 302
    mark = NameMark.objects.get()
    page = said(see(client, study.lead, "source_names", study.source.uuid))
    assert "sjelden stilling" in page and "name-indirect" in page
    do(client, study.lead, "source_unmark", study.source.uuid, mark.uuid)
    assert not NameMark.objects.exists()
    sent = {
        "version": version,
        "term": "sentralen",
        "kind": "place",
        "verdict": "everywhere",
        "replacement": "[sted]",
    }
    do(client, study.lead, "source_names", study.source.uuid, **sent)
    assert names.decisions(study.project)[0].term == "sentralen"
    for wrong in (
        {"verdict": "replace", "term": "x"},
        {"verdict": "everywhere", "term": "", "replacement": "y"},
        {"verdict": "indirect", "start": 5, "end": 10_000_000},
        {"verdict": "replace", "start": -1, "end": 2},
    ):
        answer = do(
            client, study.lead, "source_names", study.source.uuid, **given | {"start": "", "end": ""} | wrong
        )
        assert answer.status_code == 422, wrong
    stale = given | {"version": version + 999, "verdict": "keep"}
    assert do(client, study.lead, "source_names", study.source.uuid, **stale).status_code == 409


def test_a_reading_text_marks_every_state_and_keeps_every_character(client: Client, study: Study) -> None:
    decide(client, study, term="Ragnhild Bjørnstad")
    page = see(client, study.lead, "source_names", study.source.uuid)
    text = "\n".join("".join(piece.text for piece in line.pieces) for line in page.context["lines"])
    assert text == text_of(study.source)
    states = {piece.state for line in page.context["lines"] for piece in line.pieces}
    assert states == {"", "open", "replace"}


def test_clearing_comes_after(client: Client, study: Study) -> None:
    page = said(see(client, study.lead, "source_names", study.source.uuid))
    assert "Not everything has been looked at" in page
    do(client, study.lead, "source_clear", study.source.uuid)
    assert see(client, study.lead, "names").context["review"].sources == []
    everything = see(client, study.lead, "names", all="1").context["review"].sources
    assert study.source.pk in {one.source.pk for one in everything}


@pytest.mark.parametrize("role", ["reader", "coder", "lead"])
@pytest.mark.parametrize("page", ["names", "names_replace", "source_names", "source_unmark"])
def test_nobody_else_sees_or_does_any_of_it(client: Client, study: Study, role: str, page: str) -> None:
    member = make_member(study.project, role)
    arguments = {
        "source_names": [study.source.uuid],
        "source_unmark": [study.source.uuid, study.project.uuid],
    }
    decide(client, study)
    for answer in (
        see(client, member, page, *arguments.get(page, [])) if page != "source_unmark" else None,
        do(client, member, page, *arguments.get(page, []), term="Drammen", kind="place", verdict="keep"),
    ):
        if answer is not None:
            assert answer.status_code == 403
            assert not any(word in said(answer) for word in ("Ragnhild", "Drammen", "Anne"))
    assert [one.term for one in names.decisions(study.project)] == ["Ragnhild Bjørnstad"]


def test_every_look_is_noted_without_what_was_seen(client: Client, study: Study) -> None:
    see(client, study.lead, "names")
    looks = AuditEvent.objects.filter(verb="identity.look")
    assert [event.details for event in looks] == [{"what": "words"}]


def test_hostile_words_stay_words(client: Client, study: Study) -> None:
    decide(client, study, term="<b>Drammen</b> \x00 (.*", replacement="'\"><script>x</script>")
    page = said(see(client, study.lead, "names"))
    assert "<script>x" not in page and "<b>Drammen" not in page


def test_while_the_search_runs_there_is_no_number_and_the_page_comes_again(
    client: Client, study: Study
) -> None:
    Source.objects.filter(pk=study.source.pk).update(cleared=timezone.now())
    make_source(study.project, (("Informant", "Jeg heter Torbjørg Myklebust."),), cleared=False)
    page = said(see(client, study.lead, "names"))
    assert "data-left" not in page and "What is found comes here by itself." in page
    asking = {"HTTP_HX_REQUEST": "true"}
    address = reverse("names", args=[study.project.slug])
    running = client.get(address, {"idle": "1"}, **asking)
    assert "HX-Refresh" not in running and said(running).count("idle") == 1
    tasks.drain()
    done = client.get(address, {"idle": "1"}, **asking)
    assert done["HX-Refresh"] == "true"
    page = said(see(client, study.lead, "names"))
    assert '<span class="badge" data-left>1</span>' in page and "comes here by itself" not in page


def test_words_in_hand_are_not_taken_away_by_a_reload(client: Client, study: Study) -> None:
    make_source(study.project, (("Informant", "Jeg heter Torbjørg Myklebust."),), cleared=False)
    page = said(see(client, study.lead, "names"))
    assert "data-left" in page and "idle" not in page
    tasks.drain()
    done = client.get(reverse("names", args=[study.project.slug]), HTTP_HX_REQUEST="true")
    assert "HX-Refresh" not in done and "Show what was found" in said(done)
