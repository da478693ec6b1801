"""What might be coded, and what nobody has confirmed: counted in no table, list, file, pair or query until then."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from coding import tasks
from coding.actions.codebook import update_code
from coding.actions.passages import Stretch
from coding.actions.suggested import SUGGESTIONS_PAGE, confirm_coding, reject_codings, suggest_codings
from coding.actions.undo import undo
from coding.language.queries import Misasked, as_phrase
from coding.models import Code, Coding, Informant, Source, Speaker
from coding.models.codings import Origin, Review
from coding.permissions import Denied
from coding.reports.codebook import code_tree
from coding.reports.coding_page import codings_data, feed, listed
from coding.reports.corrections import my_reviews, to_review_count
from coding.reports.members import members_of, news
from coding.reports.mine import my_sources
from coding.reports.neighbours import neighbour
from coding.reports.participant import held_about
from coding.reports.passages import ALL_CODERS, Scope, passages
from coding.reports.reading import reading_rows
from coding.reports.sources import counts, source_rows
from coding.reports.suggesting import (
    Suggestions,
    by_indicators,
    by_search,
    by_speaker,
    in_context,
    speakers,
    waiting,
    with_words,
)
from tests.factories import Study, account_of, link, make_member, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Har dere gratis kaffe her?"),
    ("Anne", "Vi har kaffe, og kaffekanna står på disken."),
    ("Bo", "Jeg drikker te. Kaffen er gratis, ja, gratis kaffe til alle."),
    ("Flere", "Kaffe!"),
    ("Anne", "Det er dyrt å leie lokale."),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID, title="Gruppe")
    link(study.source, "Anne", "Anne", city="Oslo", informant_type="frivillig")
    link(study.source, "Bo", "Bo", city="Bergen", informant_type="frivillig")
    tasks.index_texts(study.project.pk, lambda done: True)
    return study


def scope(study: Study, **asked: Any) -> Scope:
    return Scope(study.project, member=study.coder, **asked)


def said(found: Suggestions) -> list[str]:
    return [text_of(one.found.source)[one.start : one.end] for one in found.found]


def in_group(found: Suggestions, study: Study) -> list[str]:
    return [
        text_of(study.source)[one.start : one.end] for one in found.found if one.found.source == study.source
    ]


def ask(study: Study, question: str, **asked: Any) -> Suggestions:
    asked = {"turns": True} | asked
    return by_search(scope(study), study.coder, study.code, question, **asked)


def test_a_search_suggests_turns_or_words_and_no_interviewers(study: Study) -> None:
    assert in_group(ask(study, "kaffe"), study) == [SAID[1][1], SAID[2][1], SAID[3][1]]
    assert in_group(ask(study, "kaffe", turns=False), study) == [
        "kaffe",
        "kaffekanna",
        "Kaffen",
        "kaffe",
        "Kaffe",
    ]
    assert in_group(ask(study, "kaffe", turns=False, compounds=False), study).count("kaffekanna") == 0
    assert in_group(ask(study, "gratis", interviewers=True), study)[0] == SAID[0][1]
    with pytest.raises(Misasked):
        ask(study, "NOT kaffe")


def test_only_whom_the_conditions_are_about(study: Study) -> None:
    attribute = study.project.attributes.get(key="city")
    bergen = attribute.values.get(name="Bergen")
    asked = scope(study, values={attribute.pk: frozenset({bergen.pk})})
    found = by_search(asked, study.coder, study.code, "kaffe", turns=True)
    assert said(found) == [SAID[2][1]]
    found = by_speaker(asked, study.coder, study.code, Informant.objects.get(pseudonym="Anne"))
    assert said(found) == []


def test_what_the_coder_has_there_already_is_left_out_and_counted(study: Study) -> None:
    put(study.coder, study.source, "kaffekanna", study.code)
    put(study.coder, study.source, "Kaffe!", study.other)
    put(study.lead, study.source, "Kaffen er gratis", study.code)
    found = ask(study, "kaffe")
    # Not where another code, or another coder's, stands.
    assert in_group(found, study) == [SAID[2][1], SAID[3][1]]
    assert found.present == 1
    assert in_group(ask(study, "kaffe", turns=False), study) == ["kaffe", "Kaffen", "kaffe", "Kaffe"]
    # What is suggested already is not suggested again; what only touches it is.
    suggested(study, study.source, "Kaffe!")
    assert SAID[3][1] not in in_group(ask(study, "kaffe"), study)


def test_indicator_words_are_asked_line_by_line_each_for_its_code(study: Study) -> None:
    update_code(actor=study.lead, code=study.code.uuid, indicators="gratis kaffe\n\n te \nNOT kaffe\nleie*")
    update_code(actor=study.lead, code=study.other.uuid, indicators="lokale")
    codes = list(Code.objects.filter(project=study.project).order_by("pk"))
    found = by_indicators(scope(study), study.coder, codes, turns=False)
    told = [(one.code.name, text) for one, text in zip(found.found, said(found), strict=True)]
    assert told == [
        ("Økonomi", "te"),
        ("Økonomi", "gratis kaffe"),
        ("Økonomi", "leie"),
        ("Lokaler", "lokale"),
    ]
    (unread,) = found.unread
    assert (unread.code, unread.line) == (study.code, "NOT kaffe") and unread.why


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("kaffe", "kaffe"), ("gratis kaffe", '"gratis kaffe"'), ("kaffe OR te", "kaffe OR te"),
        ("kaffe NÆR/3 te", "kaffe NÆR/3 te"), ('="gratis kaffe"', '="gratis kaffe"'), ("NAV penger", '"NAV penger"'),
        ("gratis kaff*", "gratis kaff*"), ("(a OG b)", "(a OG b)"),
    ],
)  # fmt: skip
def test_words_on_a_line_are_a_phrase_unless_asked_in_another_way(line: str, asked: str) -> None:
    assert as_phrase(line) == asked


def test_a_speaker_is_an_informant_everywhere_or_a_label_in_one_source(study: Study) -> None:
    more = make_source(study.project, [("Anne", "Nei."), ("Bo", "Jo.")], title="Mer")
    Speaker.objects.filter(source=more, label="Anne").update(
        informant=Informant.objects.get(pseudonym="Anne")
    )
    tasks.index_texts(study.project.pk, lambda done: True)
    found = by_speaker(scope(study), study.coder, study.code, Informant.objects.get(pseudonym="Anne"))
    assert said(found) == [SAID[1][1], SAID[4][1], "Nei."]
    found = by_speaker(scope(study), study.coder, study.code, Speaker.objects.get(source=more, label="Bo"))
    assert said(found) == ["Jo."]


def test_uncleared_texts_suggest_nothing_to_who_may_not_see_them(study: Study) -> None:
    make_source(study.project, [("Informant", "Hemmelig kaffe.")], cleared=False)
    tasks.index_texts(study.project.pk, lambda done: True)
    assert "Hemmelig kaffe." not in said(ask(study, "kaffe"))
    insider = make_member(study.project, "coder", handles_identities=True)
    found = by_search(Scope(study.project, member=insider), insider, study.code, "kaffe", turns=True)
    assert "Hemmelig kaffe." in said(found)


def test_they_are_read_in_their_turn(study: Study) -> None:
    (one, *_rest) = with_words(scope(study), ask(study, "kaffekanna", turns=False).found)
    assert [piece.text for piece in one.shown.pieces if piece.hit] == ["kaffekanna"]
    assert (one.shown.speaker, one.version) == ("Anne", study.source.version_id)
    informant = Informant.objects.get(pseudonym="Bo")
    (one,) = with_words(scope(study), by_speaker(scope(study), study.coder, study.code, informant).found)
    assert one.shown.pieces[0].text == SAID[2][1]


# --- what is only suggested counts nowhere


def suggested(study: Study, source: Source, *quotes: str, code: Code | None = None) -> list[Coding]:
    source.refresh_from_db()
    wanted = []
    for quote in quotes:
        start = text_of(source).index(quote)
        place = Stretch(source.pk, source.version_id or 0, start, start + len(quote))
        wanted.append(((code or study.code).pk, place))
    before = set(Coding.objects.values_list("pk", flat=True))
    suggest_codings(actor=study.coder, wanted=wanted, origin=Origin.SEARCH)
    return list(Coding.objects.exclude(pk__in=before))


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def files(study: Study, folder: Path) -> dict[str, object]:
    """Every table, list and file that counts or quotes codings, and the numbers that pages show of them."""
    project = ["--project", study.project.slug]
    file = folder / "q.csv"
    run("export_quotations", *project, "--format", "csv", "--coders", "all", "-o", str(file))
    told: dict[str, object] = {"quotations": file.read_bytes()}
    for measure in ("informants", "sources", "passages", "words"):
        arguments = [*project, "--by", "city", "--measure", measure, "--coders", "all"]
        told[measure] = run("frequencies", *arguments)
    for way in ("overlap", "turn", "near", "informant"):
        told[way] = run("cooccurrence", *project, "--way", way, "--coders", "all")
    told["passages"] = run("passages", *project, "--code", "P1 Drift", "--coders", "all")
    client = Client()
    client.force_login(account_of(study.coder))
    for name, query in (
        ("matrix", {"format": "csv"}), ("together", {"format": "csv"}), ("quotations", {"format": "csv"}),
        ("quotations", {"format": "md"}),
    ):  # fmt: skip
        told[f"{name} {query}"] = client.get(reverse(name, args=[study.project.slug]), query).content
    for code in (study.code, study.other):
        query = {"code": str(code.uuid), "coders": "all"}
        html = client.get(reverse("queries", args=[study.project.slug]), query).content.decode()
        told[f"query {code}"] = plain(html.partition('id="answer"')[2])
        page = client.get(reverse("code", args=[study.project.slug, code.uuid])).content.decode()
        told[f"code {code}"] = plain(page.partition('class="code-main"')[2].partition("<aside")[0])
    told["overview"] = counts(study.coder)
    told["sources"] = [(row.source.pk, row.codings, row.status) for row in source_rows(study.lead)]
    told["members"] = [(row.member.pk, row.codings) for row in members_of(study.lead)]
    told["news"] = news(study.lead, study.project.created)
    told["mine"] = [(one.source.pk, one.codings, one.place) for one in my_sources(study.coder)]
    told["coded"] = reading_rows(study.coder, [study.source.pk])[study.source.pk].coded
    everything = Scope(study.project, coders=ALL_CODERS)
    told["all"] = passages(everything, [study.question.pk, study.code.pk, study.other.pk])
    return told


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>|csrfmiddlewaretoken\S+ value=\S+", " ", html)).split())


@pytest.fixture
def coded(study: Study) -> Study:
    put(study.coder, study.source, SAID[1][1], study.other)
    put(study.coder, study.source, "Det er dyrt", study.code)
    return study


def different(before: dict[str, object], after: dict[str, object]) -> set[str]:
    return {name for name, told in after.items() if told != before[name]}


def test_a_suggestion_is_in_no_table_list_file_pair_or_query_until_confirmed(
    coded: Study, tmp_path: Path
) -> None:
    study = coded
    before = files(study, tmp_path)
    rows = suggested(study, study.source, SAID[1][1], SAID[2][1])
    assert different(before, files(study, tmp_path)) == set()
    for row in rows:
        confirm_coding(actor=study.coder, source=study.source, coding=row.uuid, page=SUGGESTIONS_PAGE)
    # And then it is in every one of them but those that ask about the other code only.
    assert different(before, files(study, tmp_path)) >= set(before) - {"query Lokaler", "code Lokaler"}


def test_one_undo_takes_all_away_and_all_is_as_it_was(coded: Study, tmp_path: Path) -> None:
    before, rows = files(coded, tmp_path), set(Coding.objects.values_list("pk", flat=True))
    suggested(coded, coded.source, SAID[1][1], SAID[2][1], "Kaffe!")
    undo(actor=coded.coder, page=SUGGESTIONS_PAGE)
    assert set(Coding.objects.values_list("pk", flat=True)) == rows
    assert different(before, files(coded, tmp_path)) == set()


def test_a_source_with_suggestions_alone_is_not_begun(study: Study) -> None:
    suggested(study, study.source, "Kaffe!")
    (row,) = [row for row in source_rows(study.lead) if row.source == study.source]
    assert (row.status, row.codings, row.is_begun) == (0, 0, False)


def test_it_is_no_coding_that_a_change_has_cut(study: Study) -> None:
    suggested(study, study.source, "Kaffe!")
    assert to_review_count(study.source, study.coder) == 0
    assert my_reviews(study.coder) == []


def test_it_is_no_step_along_its_code(study: Study) -> None:
    first, other = study.source, make_source(study.project, SAID, title="Åpen")
    suggested(study, other, "Kaffe!")
    assert neighbour(study.coder, first, study.code.uuid, back=False, shown={}) is None


def test_the_coding_page_shows_it_to_its_coder_alone_and_says_so(study: Study) -> None:
    (row,) = suggested(study, study.source, "Kaffe!")
    (told,) = codings_data(study.source, study.coder)
    assert told[7:] == [1, Origin.SEARCH]
    assert [one.suggested for _block, some in listed(study.source, study.coder) for one in some] == [True]
    assert codings_data(study.source, study.lead) == []
    assert feed(study.source, study.lead, 0)["rows"] == []
    confirm_coding(actor=study.coder, source=study.source, coding=row.uuid, page=str(study.source.uuid))
    for member in (study.coder, study.lead):
        (told,) = codings_data(study.source, member)
        assert told[7:] == [0, Origin.SEARCH]


def test_what_waits_stands_in_the_order_of_the_texts_with_its_context(study: Study) -> None:
    suggested(study, study.source, "Kaffe!", "kaffekanna")
    suggested(study, study.source, "te", code=study.other)
    assert [text_of(study.source)[row.start : row.end] for row in waiting(study.coder)] == [
        "kaffekanna",
        "te",
        "Kaffe!",
    ]
    assert not waiting(study.lead).exists()
    first, *_rest = in_context(study.coder, list(waiting(study.coder)), code_tree(study.project))
    assert first.quotation.before + first.quotation.text + first.quotation.after == SAID[1][1]
    assert first.quotation.informants == ("Anne",)


def test_it_is_gone_from_the_list_when_its_source_is_hidden_again(study: Study) -> None:
    (row,) = suggested(study, study.source, "Kaffe!")
    Source.objects.filter(pk=study.source.pk).update(cleared=None)
    assert not waiting(study.coder).exists()
    assert reject_codings(actor=study.coder, codings=[row.uuid]) == 0
    with pytest.raises(Denied):
        study.source.refresh_from_db()
        confirm_coding(actor=study.coder, source=study.source, coding=row.uuid, page=SUGGESTIONS_PAGE)
    assert Coding.objects.get().review == Review.SUGGESTED


def test_who_asks_what_is_held_about_them_is_told_that_it_is_only_suggested(study: Study) -> None:
    put(study.coder, study.source, SAID[1][1], study.other)
    suggested(study, study.source, SAID[4][1])
    held = held_about(Informant.objects.get(pseudonym="Anne"))["coded_passages"]
    assert [(one["code"][-1], one["confirmed"]) for one in held] == [("Lokaler", True), ("Økonomi", False)]


def test_what_only_touches_a_coding_is_suggested_and_what_another_code_has_too(study: Study) -> None:
    put(study.coder, study.source, "Vi har ", study.code)
    put(study.coder, study.source, ", og", study.code)
    assert in_group(ask(study, "kaffe", turns=False), study)[0] == "kaffe"
    update_code(actor=study.lead, code=study.code.uuid, indicators="disken")
    update_code(actor=study.lead, code=study.other.uuid, indicators="har OR kaffekanna")
    codes = list(Code.objects.filter(pk__in=[study.code.pk, study.other.pk]).order_by("pk"))
    found = by_indicators(scope(study), study.coder, codes, turns=False)
    assert in_group(found, study) == ["disken", "har", "kaffekanna"]
    put(study.coder, study.source, "kaffekanna", study.other)
    found = by_indicators(scope(study), study.coder, codes, turns=False)
    assert (in_group(found, study), found.present) == (["disken", "har"], 1)


def test_what_is_confirmed_waits_no_more_and_its_own_coder_is_not_named(study: Study) -> None:
    first, second = suggested(study, study.source, "kaffekanna", "Kaffe!")
    confirm_coding(actor=study.coder, source=study.source, coding=first.uuid, page=SUGGESTIONS_PAGE)
    assert list(waiting(study.coder)) == [second]
    (one,) = in_context(study.coder, [second], code_tree(study.project))
    assert one.quotation.coders == ()


def test_speakers_to_choose_are_those_who_are_no_informants_in_sources_that_one_may_see(study: Study) -> None:
    make_source(study.project, [("Hemmelig", "Kaffe.")], cleared=False)
    informants, others = speakers(scope(study))
    assert [one.pseudonym for one in informants] == ["Anne", "Bo"]
    assert sorted(one.label for one in others) == ["Flere", "Informant"]
