"""The pages on which a text is corrected: who may, what they show before and after, and what is not lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.actions.corrections import text_page
from coding.actions.undo import undo
from coding.models import Coding, Role, Source, TextVersion, Turn
from tests.factories import Study, make_member, make_source, make_study, put, text_of
from tests.views.asking import do, said, see

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Hva gjør dere her?"),
    ("Kari", "Vi koker kafe og tar imot folk, og så snakker vi sammen."),
    ("Ola", "Ja."),
    ("Kari", "Kommunen gir oss pengene."),
)
WITHOUT = SAID[1][1].replace("imot folk, ", "")


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


def fresh(study: Study) -> Source:
    return Source.objects.select_related("version").get(pk=study.source.pk)


def speaker(study: Study, label: str) -> str:
    return str(study.source.speakers.get(label=label).pk)


def typed(study: Study, version: int = 1, **fields: Any) -> dict[str, Any]:
    """Fields of the editing view: `text_1="…"` for the turn with number 1; its speaker stays unless it is given."""
    sent = {"version": str(version)} | {name.replace("_", "-"): value for name, value in fields.items()}
    for name in list(sent):
        kind, _dash, number = name.partition("-")
        if kind == "text" and int(number) < len(SAID):
            sent.setdefault(f"speaker-{number}", speaker(study, SAID[int(number)][0]))
    return sent


def correct(client: Client, study: Study, member: Any = None, **fields: Any) -> Any:
    return do(client, member or study.coder, "text_correct", study.source.uuid, **fields)


def test_roles_and_states(client: Client, study: Study) -> None:
    reader = make_member(study.project, Role.READER)
    key = study.source.uuid
    assert see(client, reader, "source_text", key).status_code == 200
    assert see(client, reader, "text_review", key).status_code == 200
    assert see(client, reader, "text_correct", key).status_code == 403
    assert correct(client, study, reader, **typed(study, text_2="Nei."), do="store").status_code == 403
    assert do(client, study.coder, "text_purge", key).status_code == 403
    page = said(see(client, study.coder, "source_text", key))
    assert "Correct the text" in page and "Remove earlier texts" not in page
    assert "Correct the text" not in said(see(client, reader, "source_text", key))
    assert see(client, study.coder, "text_purge", key).status_code == 405
    assert text_of(fresh(study)) == text_of(study.source)


def test_the_editing_view_holds_every_turn(client: Client, study: Study) -> None:
    page = see(client, study.coder, "text_correct", study.source.uuid)
    assert [turn.text for turn in page.context["turns"]] == [text for _who, text in SAID]
    html = said(page)
    assert 'id="turn-4"' in html and 'name="joined-1"' in html and 'name="joined-0"' not in html
    assert "maxlength" not in html


def test_looking_first_changes_nothing_and_shows_both_readings(client: Client, study: Study) -> None:
    put(study.coder, study.source, "kafe", study.code)
    put(study.lead, study.source, "og tar imot", study.other)
    fields = typed(study, text_1=WITHOUT.replace("kafe", "kaffe"), text_2="Ja,\r\n\r\nKari: nei.")
    page = correct(client, study, **fields, do="preview")
    assert (page.status_code, TextVersion.objects.filter(source=study.source).count()) == (200, 1)
    fates = page.context["fates"]
    (one,) = fates.waiting
    assert fates.carried == 1
    assert (one.before, one.now, one.review, one.coding.coder) == ("og tar imot", "og tar", "cut", study.lead)
    html = said(page)
    assert "kafe</" not in html.split("<del>")[0] and "<ins>" in html
    assert "new turn: Kari" in html
    assert "a change reached across one of its ends" in html
    assert f'name="text-1" value="{WITHOUT.replace("kafe", "kaffe")}"' in html


def test_back_to_the_text_keeps_what_was_typed(client: Client, study: Study) -> None:
    page = correct(client, study, **typed(study, text_2="Ja visst.", joined_2="1"), do="edit")
    turn = page.context["turns"][2]
    assert (page.status_code, turn.text, turn.joined, turn.changed) == (200, "Ja visst.", True, True)
    assert "data-changed" in said(page)


def test_storing_undoing_and_doing_again(client: Client, study: Study) -> None:
    answer = correct(client, study, **typed(study, text_1=SAID[1][1], text_2="Nei."), do="store")
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    html = said(page)
    assert "Stored as version 2." in html and f"/undo/{text_page(study.source)}/" in html
    assert [row.state for row in page.context["rows"]] == ["current", "earlier"]
    assert len(page.context["page"].object_list) == 1
    turns = Turn.objects.filter(version=fresh(study).version).count()
    assert (turns, text_of(fresh(study)).split("\n")[2]) == (4, "Nei.")
    do(client, study.coder, "undo", text_page(study.source))
    page = see(client, study.coder, "source_text", study.source.uuid)
    assert [row.state for row in page.context["rows"]] == ["undone", "current"]
    assert text_of(fresh(study)) == text_of(study.source)
    do(client, study.coder, "undo", text_page(study.source), again="1")
    assert text_of(fresh(study)).split("\n")[2] == "Nei."


def test_a_text_that_was_changed_in_the_meantime_keeps_what_was_typed(client: Client, study: Study) -> None:
    correct(
        client,
        study,
        study.lead,
        **typed(study, text_0="Hva?\n\nHva gjør dere her?", text_1="Vi snakker."),
        do="store",
    )
    sent = typed(study, text_1="Vi koker kaffe.", text_3="Kommunen gir oss penger.")
    for action in ("preview", "store", "edit"):
        page = correct(client, study, **sent, do=action)
        assert page.status_code == 409
        html = said(page)
        assert "The text was changed in the meantime. Nothing was stored" in html
        changed = {turn.number: turn.text for turn in page.context["turns"] if turn.changed}
        assert changed == {4: "Kommunen gir oss penger."}
        assert [(one.number, one.text) for one in page.context["unplaced"]] == [(2, "Vi koker kaffe.")]
        assert "Vi koker kaffe." in html and 'name="version" value="2"' in html
    assert fresh(study).version.number == 2  # type: ignore[union-attr]


def test_without_the_earlier_text_all_that_was_typed_is_listed(client: Client, study: Study) -> None:
    correct(client, study, study.lead, **typed(study, text_2="Jo."), do="store")
    do(client, study.lead, "text_purge", study.source.uuid)
    page = correct(client, study, **typed(study, text_3="Penger."), do="store")
    assert page.status_code == 409
    assert [one.text for one in page.context["unplaced"]] == ["Penger."]


@pytest.mark.parametrize("action", ["preview", "store"])
def test_nothing_changed_is_said(client: Client, study: Study, action: str) -> None:
    answer = correct(client, study, **typed(study, text_1=SAID[1][1] + "\r\n"), do=action)
    assert answer.status_code == (422 if action == "preview" else 302)
    assert TextVersion.objects.filter(source=study.source).count() == 1


def test_what_is_sent_in_bad_faith(client: Client, study: Study) -> None:
    other = make_study()
    theirs = str(other.source.speakers.first().pk)  # type: ignore[union-attr]
    cases: list[tuple[dict[str, Any], int]] = [
        ({"text_2": "Nei.", "speaker_2": theirs}, 409),
        ({"text_2": "Nei.", "speaker_2": "x"}, 422),
        ({"text_2": "Nei.", "version": "x"}, 422),
        ({"text_2": "Nei.", "version": "9" * 30}, 422),
        ({"text_2": "Nei.", "version": "7"}, 409),
        ({"text_2": "y" * 9_000_000}, 422),
        ({"text_2": "y\n\n" * 900_000}, 422),
        ({"text_0": " ", "text_1": "", "text_2": "\r\n", "text_3": "\u2028"}, 422),
        ({"text_999999": "Ny."}, 422),
    ]
    for fields, status in cases:
        sent = typed(study, **{name: value for name, value in fields.items() if name != "version"})
        sent |= {"version": fields.get("version", "1")}
        answer = correct(client, study, **sent, do="store" if status != 422 else "preview")
        assert answer.status_code == status, {name: value[:20] for name, value in fields.items()}
    assert correct(client, study, **typed(study, text_2="z" * 10_500_000)).status_code == 400
    assert TextVersion.objects.filter(source=study.source).count() == 1
    assert (
        correct(
            client,
            study,
            **typed(
                study, text_2="Ne\x00i \ud800.".encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            ),
            do="store",
        ).status_code
        == 302
    )
    assert "\x00" not in text_of(fresh(study))


def test_words_are_shown_and_never_run(client: Client, study: Study) -> None:
    page = correct(client, study, **typed(study, text_2="</textarea><script>alert(1)</script>"), do="edit")
    assert "<script>alert" not in said(page)
    page = correct(client, study, **typed(study, text_2="</textarea><script>alert(1)</script>"), do="preview")
    assert "<script>alert" not in said(page)


def test_removing_earlier_texts_says_what_goes_and_ends_undo(client: Client, study: Study) -> None:
    correct(client, study, **typed(study, text_2="Nei."), do="store")
    page = said(see(client, study.lead, "source_text", study.source.uuid))
    assert "version 1 (as imported), 21 words" in page and "undo and redo of corrections" in page
    answer = do(client, study.lead, "text_purge", study.source.uuid)
    page = said(client.get(answer["Location"]))
    assert "1 earlier text was removed for good." in page and "This text was removed for good on" in page
    assert "What version 2 changed" not in page and "Remove earlier texts" not in page
    assert undo(actor=study.coder, page=text_page(study.source)) is None


def cut(client: Client, study: Study) -> tuple[Coding, Coding]:
    """A coding of the coder's and one of the lead's, each cut by a correction."""
    (mine,) = put(study.coder, study.source, "og tar imot", study.code)
    (theirs,) = put(study.lead, study.source, "tar imot", study.other)
    correct(client, study, study.lead, **typed(study, text_1=WITHOUT), do="store")
    return mine, theirs


def settle(client: Client, study: Study, coding: Coding, action: str, member: Any = None) -> None:
    do(client, member or study.coder, "text_settle", study.source.uuid, coding.uuid, do=action)


def test_codings_that_wait_are_listed_with_both_readings(client: Client, study: Study) -> None:
    mine, theirs = cut(client, study)
    page = see(client, study.coder, "text_review", study.source.uuid)
    assert [(one.before, one.now) for one in page.context["waiting"]] == [
        ("og tar imot", "og tar"),
        ("tar imot", "tar"),
    ]
    html = said(page)
    assert html.count('value="keep"') == 1 and html.count("Open it in the text") == 2
    at = text_of(fresh(study)).index("og tar")
    assert f"#o={at}-{at + 6}" in html
    assert "To review" in said(see(client, study.coder, "source_details", study.source.uuid))
    overview = said(see(client, study.coder, "project"))
    assert "1 coding of yours in" in overview and "waits for a look" in overview
    do(client, study.lead, "text_purge", study.source.uuid)
    assert "The earlier text was removed for good." in said(
        see(client, study.coder, "text_review", study.source.uuid)
    )
    assert {mine.pk, theirs.pk} == set(Coding.objects.values_list("pk", flat=True))


def test_ones_own_codings_are_settled_and_each_step_undone(client: Client, study: Study) -> None:
    mine, theirs = cut(client, study)
    settle(client, study, theirs, "keep")
    theirs.refresh_from_db()
    assert theirs.review == "cut"
    settle(client, study, mine, "keep")
    mine.refresh_from_db()
    assert mine.review == ""
    do(client, study.coder, "undo", str(study.source.uuid))
    mine.refresh_from_db()
    assert mine.review == "cut"
    settle(client, study, mine, "remove")
    assert not Coding.objects.filter(pk=mine.pk).exists()
    do(client, study.coder, "undo", str(study.source.uuid))
    assert Coding.objects.get(pk=mine.pk).review == "cut"
    settle(client, study, mine, "remove")
    settle(client, study, mine, "remove")
    settle(client, study, theirs, "keep", study.lead)
    page = said(see(client, study.coder, "text_review", study.source.uuid))
    assert "No coding waits for a look" in page
    assert "waits for a look" not in said(see(client, study.coder, "project"))


def test_a_coding_without_words_is_put_on_the_turn_where_it_stood(client: Client, study: Study) -> None:
    (mine,) = put(study.coder, study.source, "imot folk", study.code)
    correct(client, study, study.lead, **typed(study, text_1=WITHOUT), do="store")
    mine.refresh_from_db()
    assert (mine.review, mine.start) == ("emptied", mine.end)
    html = said(see(client, study.coder, "text_review", study.source.uuid))
    assert "No words are left." in html and 'value="keep"' not in html and "#o=" not in html
    settle(client, study, mine, "keep")
    settle(client, study, mine, "turn")
    mine.refresh_from_db()
    assert (mine.review, text_of(fresh(study))[mine.start : mine.end]) == ("", WITHOUT)


def test_the_coding_page_codes_on_a_text_that_was_corrected_since(client: Client, study: Study) -> None:
    old, text = study.source.version_id, text_of(study.source)
    at = text.index("snakker")
    (wide,) = put(study.coder, study.source, "Kommunen", study.other)
    cut(client, study)
    client.force_login(study.coder.user)  # type: ignore[arg-type]
    base = f"/p/{study.project.slug}/sources/{study.source.uuid}/codings/"
    key = "6f0b7c1e-5a0a-4c4e-9d55-0c8a4a9f6d11"

    def send(start: int, end: int, **more: Any) -> Any:
        body = {"start": start, "end": end, "codings": [[key, str(study.code.uuid)]], **more}
        return client.post(f"{base}?after=0", body, content_type="application/json")

    assert send(at, at + 7).status_code == 400
    assert send(at, at + 7, quote="snakker").status_code == 409
    assert send(at, at + 7, quote="snakker", version=fresh(study).version_id).status_code == 409
    assert send(at, at + 7, version=old).status_code == 200
    assert send(at, at + 7, version=old).status_code == 200
    made = Coding.objects.get(uuid=key)
    assert text_of(fresh(study))[made.start : made.end] == "snakker"
    edge = text.index("imot")
    refused = send(edge, edge + 4, version=old)
    assert (refused.status_code, "corrected at this passage" in refused.json()["error"]) == (409, True)
    for version in (make_source(study.project).version_id, 2**31 - 1):
        assert send(at, at + 7, version=version).status_code == 409
    assert send(0, 2**31 - 1, version=old).status_code == 409
    sent = {"start": at, "end": at + 7, "version": old, "row_version": 1}
    answer = client.patch(f"{base}{wide.uuid}/", sent, content_type="application/json")
    wide.refresh_from_db()
    assert (answer.status_code, text_of(fresh(study))[wide.start : wide.end]) == (200, "snakker")


def test_many_turns_cost_no_more_questions_than_few(client: Client, study: Study) -> None:
    asked = []
    for length in (3, 300):
        many = tuple((("Kari", "Ola")[n % 2], f"Dette er replikk {n}.") for n in range(length))
        source = make_source(study.project, many)
        with CaptureQueriesContext(connection) as queries:
            see(client, study.coder, "text_correct", source.uuid)
        asked.append(len(queries))
    assert asked[1] <= asked[0]
