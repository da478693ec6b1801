"""Correcting a text: what is anchored in it goes along, is put to review where it was cut, and comes back by undo."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.actions.attribution import links_of, relink
from coding.actions.codings import code_passage, keep_as_is, remove_codings, resize_coding, write_coding_memo
from coding.actions.corrections import correct_text, plan_correction, purge_texts, text_page, turns_of
from coding.actions.errors import Conflict, Invalid
from coding.actions.undo import redo, undo
from coding.anchoring.texts import TurnChange
from coding.models import (
    Attribution,
    AuditEvent,
    Coding,
    CodingInformant,
    Informant,
    Membership,
    Memo,
    NameMark,
    Source,
    TextVersion,
    Turn,
)
from coding.permissions import Denied
from coding.reports.corrections import fates, to_review
from tests.factories import (
    Study,
    lead_of,
    link,
    make_code,
    make_member,
    make_project,
    make_source,
    make_study,
    put,
    text_of,
)

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Hva gjør dere her da?"),
    ("Kari", "Vi koker kafe 👩‍👩‍👧 og tar imot folk, q\u0323 så snakker vi."),
    ("Ola", "Ja."),
    ("Kari", "Kommunen gir oss pengene.\nOg så stenger vi klokka fire."),
    ("Flere", "Mm, ikke sant."),
)


def fresh(source: Source) -> Source:
    return Source.objects.select_related("version", "project").get(pk=source.pk)


def correct(actor: Membership, source: Source, *changes: tuple[int, str], **more: Any) -> TextVersion | None:
    """Give turns (by number) other words, speakers left as they are."""
    source = fresh(source)
    assert source.version is not None
    turns = turns_of(source.version_id)
    made = {number: TurnChange(text, turns[number].speaker, **more) for number, text in changes}
    return correct_text(actor=actor, source=source, version=source.version.number, changes=made)


def say_who_counts(coding: Coding, *informants: Informant) -> None:
    """These count in the stretch of a coding, whatever its words say."""
    for informant in informants:
        Attribution.objects.get_or_create(
            version_id=coding.version_id,
            start=coding.start,
            end=coding.end,
            informant=informant,
            defaults={"counts": True},
        )
    relink(Coding.objects.filter(version=coding.version_id, start=coding.start, end=coding.end))


def words(coding: Coding) -> str:
    coding = Coding.objects.select_related("version").get(pk=coding.pk)
    return coding.version.text[coding.start : coding.end]


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


def test_all_corrections_made_together_are_one_version(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "koker kafe", study.code)
    stored = correct(study.coder, study.source, (1, SAID[1][1].replace("kafe", "kaffe")), (2, "Ja, ja."))
    assert stored is not None and stored.number == 2 and stored.author == study.coder
    assert TextVersion.objects.filter(source=study.source).count() == 2
    assert AuditEvent.objects.filter(verb="text.correct").count() == 1
    assert words(coding) == "koker kaffe"
    coding.refresh_from_db()
    assert (coding.review, coding.version_id) == ("", stored.pk)
    assert Turn.objects.filter(version=stored).count() == len(SAID)


def test_what_changes_nothing_makes_no_version(study: Study) -> None:
    assert correct(study.coder, study.source, (1, SAID[1][1] + "\r\n ")) is None
    assert not AuditEvent.objects.filter(verb="text.correct").exists()


def test_a_correction_of_a_text_that_is_no_more_is_refused(study: Study) -> None:
    correct(study.lead, study.source, (2, "Jo."))
    with pytest.raises(Conflict, match="changed in the meantime"):
        correct_text(actor=study.coder, source=study.source, version=1, changes={2: TurnChange("Nei.", None)})


def test_a_coder_undoes_a_correction_that_cut_a_colleagues_coding(study: Study) -> None:
    (theirs,) = put(study.lead, study.source, "kafe 👩‍👩‍👧 og tar imot", study.code)
    correct(study.coder, study.source, (1, SAID[1][1].replace("imot folk, ", "")))
    theirs.refresh_from_db()
    assert theirs.review == "cut"
    undo(actor=study.coder, page=text_page(study.source))
    theirs.refresh_from_db()
    assert (theirs.review, words(theirs)) == ("", "kafe 👩‍👩‍👧 og tar imot")
    redo(actor=study.coder, page=text_page(study.source))
    theirs.refresh_from_db()
    assert theirs.review == "cut"


def test_corrections_of_who_counts_and_marks_come_back_with_the_text(study: Study) -> None:
    kari = link(study.source, "Kari", "Anne")
    ola = link(study.source, "Ola", "Per")
    (coding,) = put(study.coder, study.source, "koker kafe", study.code)
    say_who_counts(coding, kari, ola)
    version = fresh(study.source).version
    assert version is not None
    start = version.text.index("kafe")
    NameMark.objects.create(source=study.source, version=version, start=start, end=start + 4, verdict="keep")
    before = [
        list(model.objects.order_by("pk").values()) for model in (Attribution, NameMark, CodingInformant)
    ]
    stored = correct(study.coder, study.source, (1, "Vi snakker."))
    assert not Attribution.objects.exists()
    assert not NameMark.objects.filter(version=stored).exists()
    undo(actor=study.coder, page=text_page(study.source))
    after = [
        list(model.objects.order_by("pk").values()) for model in (Attribution, NameMark, CodingInformant)
    ]
    assert [[{**row, "id": 0} for row in rows] for rows in after] == [
        [{**row, "id": 0} for row in rows] for rows in before
    ]
    correct(study.coder, study.source, (1, "Vi snakker."))
    purge_texts(actor=study.lead, source=fresh(study.source))
    assert not NameMark.objects.exists()


def test_what_was_undone_after_a_correction_lands_on_the_right_words(study: Study) -> None:
    page = str(study.source.uuid)
    (gone,) = put(study.coder, study.source, "pengene", study.code)
    write_coding_memo(actor=study.coder, source=study.source, coding=gone.uuid, body="Fast støtte")
    (wide,) = put(study.coder, study.source, "Kommunen gir", study.code)
    version = fresh(study.source).version
    assert version is not None
    at = version.text.index("gir oss")
    resize_coding(actor=study.coder, source=study.source, coding=wide.uuid, start=at, end=at + 7)
    remove_codings(actor=study.coder, source=study.source, uuids=[gone.uuid])
    correct(study.lead, study.source, (1, "Kort."), (0, "Hva gjør dere egentlig her?"))
    undo(actor=study.coder, page=page)
    back = Coding.objects.get(uuid=gone.uuid)
    assert words(back) == "pengene"
    assert Memo.objects.get(coding=back).body == "Fast støtte"
    undo(actor=study.coder, page=page)
    assert words(wide) == "Kommunen gir"
    redo(actor=study.coder, page=page)
    assert words(wide) == "gir oss"


def test_undo_ends_with_the_earlier_texts(study: Study) -> None:
    correct(study.coder, study.source, (2, "Jo."))
    with pytest.raises(Denied):
        purge_texts(actor=study.coder, source=fresh(study.source))
    assert purge_texts(actor=study.lead, source=fresh(study.source)) == 1
    assert undo(actor=study.coder, page=text_page(study.source)) is None
    assert text_of(fresh(study.source)).count("Jo.") == 1
    first = TextVersion.objects.get(source=study.source, number=1)
    assert (first.text, first.turns.count(), first.purged is None) == ("", 0, False)


def test_an_older_correction_is_not_undone_over_a_newer_one(study: Study) -> None:
    correct(study.coder, study.source, (2, "Jo."))
    correct(study.lead, study.source, (2, "Jo da."))
    with pytest.raises(Conflict, match="changed again since"):
        undo(actor=study.coder, page=text_page(study.source))
    undo(actor=study.lead, page=text_page(study.source))
    undo(actor=study.coder, page=text_page(study.source))
    assert text_of(fresh(study.source)) == "\n".join(text for _who, text in SAID)


def test_offsets_of_an_earlier_text_are_moved(study: Study) -> None:
    source = study.source
    old, text = source.version_id, text_of(source)
    place = (text.index("pengene"), text.index("pengene") + 7)
    edge = (text.index("imot") + 1, text.index("imot") + 9)
    (wide,) = put(study.coder, source, "Kommunen", study.other)
    correct(study.lead, source, (1, SAID[1][1].replace("tar imot", "tar")))
    codes = [study.code.uuid]
    said: dict[str, Any] = {"actor": study.coder, "source": source}
    (made,) = code_passage(**said, start=place[0], end=place[1], codes=codes, version=old)
    assert words(made) == "pengene"
    (again,) = code_passage(**said, start=place[0], end=place[1], codes=codes, uuids=[made.uuid], version=old)
    assert again.pk == made.pk
    resize_coding(**said, coding=wide.uuid, start=place[0], end=place[1], row_version=1, version=old)
    assert words(wide) == "pengene"
    with pytest.raises(Conflict, match="corrected at this passage"):
        code_passage(**said, start=edge[0], end=edge[1], codes=codes, version=old)
    for start, end, version in (
        (0, 10**9, old),
        (0, 3, make_source(study.project).version_id),
        (0, 3, 99999),
    ):
        with pytest.raises(Conflict):
            code_passage(**said, start=start, end=end, codes=codes, version=version)


def test_more_than_a_correction_can_hold_is_refused(study: Study) -> None:
    with pytest.raises(Invalid, match="more than a correction"):
        correct(study.coder, study.source, (2, "x" * 600_000))
    with pytest.raises(Invalid, match="more than a correction"):
        correct(study.coder, study.source, (2, "x\n\n" * 30_000))


def test_a_long_document_that_is_one_turn_is_compared_in_a_moment(study: Study) -> None:
    text = " ".join(f"ord{n % 900} og det" for n in range(20_000))
    source = make_source(study.project, ((None, text),), kind="document")
    stored = correct(study.coder, source, (0, "Først " + text.replace("ord77 ", "Ord77 ", 3) + " sist."))
    assert stored is not None
    assert len(stored.edits) <= 8


# --- random codings under random corrections ---

NEW = st.lists(
    st.sampled_from(["kaffe", "vi", " ", " ", ", ", "q\u0323", "👍🏽", "\n", "\n\n", "Ola: ", "penger"]),
    max_size=6,
).map("".join)


@st.composite
def turn_changes(draw: st.DrawFn) -> dict[int, tuple[str, bool, bool]]:
    """By turn: new words (made of the old ones), whether another speaker says it, whether it joins the one above."""
    changes = {}
    for number in draw(st.sets(st.integers(0, len(SAID) - 1), min_size=1, max_size=3)):
        text = SAID[number][1]
        for _n in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, len(text)))
            end = draw(st.integers(start, min(len(text), start + 15)))
            text = text[:start] + draw(NEW) + text[end:]
        changes[number] = (text, draw(st.booleans()), draw(st.booleans()))
    return changes


ROWS: dict[type[Any], tuple[str, ...]] = {
    Coding: (
        "pk",
        "uuid",
        "code_id",
        "coder_id",
        "version_id",
        "start",
        "end",
        "first_word",
        "end_word",
        "review",
    ),
    Memo: ("pk", "coding_id", "body", "start", "end"),
    Attribution: ("pk", "version_id", "start", "end", "informant_id", "counts"),
    CodingInformant: ("coding_id", "informant_id"),
}


def rows_now() -> dict[str, Any]:
    return {
        model.__name__: sorted(model.objects.values_list(*fields), key=str) for model, fields in ROWS.items()
    }


def check_all(codings: list[Coding]) -> None:
    """Every coding is there; words and links are those that a rebuild from the text gives."""
    now = {coding.pk: coding for coding in Coding.objects.select_related("version", "source")}
    assert {coding.uuid for coding in codings} == {coding.uuid for coding in now.values()}
    for coding in now.values():
        assert coding.version_id == coding.source.version_id
        text = coding.version.text
        assert 0 <= coding.start <= coding.end <= len(text)
        held = text[coding.start : coding.end]
        assert held.strip() == held or not coding.review
        assert (coding.review == "emptied") == (coding.start == coding.end)
    source = fresh(next(iter(now.values())).source)
    assert source.version_id is not None
    links: dict[int, set[int | None]] = {key: set() for key in now}
    for key, informant in CodingInformant.objects.values_list("coding_id", "informant_id"):
        links[key].add(informant)
    assert links == links_of(now.values(), source.version_id)


@settings(max_examples=60)
@given(st.data())
def test_no_correction_loses_moves_or_forgets_anything(data: st.DataObject) -> None:
    with transaction.atomic():
        _corrections_at_random(data)
        transaction.set_rollback(True)


def _corrections_at_random(data: st.DataObject) -> None:
    project = make_project()
    coders = [lead_of(project), make_member(project)]
    source = make_source(project, SAID)
    people = [link(source, "Kari", "Anne"), link(source, "Ola", "Per")]
    codes = [make_code(project, name) for name in ("Økonomi", "Lokaler")]
    text = text_of(source)
    codings: list[Coding] = []
    for _n in range(data.draw(st.integers(1, 7))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, min(len(text), start + 60)))
        if not text[start:end].strip():
            continue
        coder = data.draw(st.sampled_from(coders))
        made = code_passage(
            actor=coder, source=source, start=start, end=end, codes=[data.draw(st.sampled_from(codes)).uuid]
        )
        codings += made
        if data.draw(st.booleans()):
            write_coding_memo(actor=coder, source=source, coding=made[0].uuid, body="Et memo")
        if data.draw(st.booleans()):
            say_who_counts(made[0], people[1])
    if not codings:
        return
    states = [(fresh(source).version_id, rows_now())]
    speakers = list(source.speakers.order_by("pk"))
    for _n in range(data.draw(st.integers(1, 2))):
        source = fresh(source)
        assert source.version is not None
        turns = turns_of(source.version_id)
        changes = {}
        for number, (typed, other, joined) in data.draw(turn_changes()).items():
            if number < len(turns):
                speaker = speakers[number % len(speakers)].pk if other else turns[number].speaker
                changes[number] = TurnChange(typed, speaker, joined)
        old = source.version.text
        try:
            new = plan_correction(source, changes)
        except Invalid:
            continue
        foretold = fates(source, new, lead_of(project)) if new else None
        stored = correct_text(actor=coders[1], source=source, version=source.version.number, changes=changes)
        if stored is None or new is None or foretold is None:
            continue
        check_all(codings)
        waiting = {(one.coding.pk, one.review, one.start, one.end) for one in foretold.waiting}
        before = {row[0]: row for row in states[-1][1]["Coding"]}
        now = Coding.objects.exclude(review="").values_list("pk", "review", "start", "end")
        assert waiting == {row for row in now if before[row[0]][-1] != row[1]}
        for pk, _uuid, _code, _coder, _version, start, end, *_rest in before.values():
            if not any(e.start <= end and e.end >= start for e in new.edits):
                assert (
                    stored.text[slice(*Coding.objects.values_list("start", "end").get(pk=pk))]
                    == old[start:end].strip()
                )
        assert len(to_review(fresh(source), lead_of(project))) == Coding.objects.exclude(review="").count()
        states.append((fresh(source).version_id, rows_now()))
    page = text_page(source)
    for there in range(2):
        for version, rows in reversed(states[:-1]):
            assert undo(actor=coders[1], page=page)
            assert (fresh(source).version_id, rows_now()) == (version, rows)
        check_all(codings)
        if there == 0:
            for version, rows in states[1:]:
                assert redo(actor=coders[1], page=page)
                assert (fresh(source).version_id, rows_now()) == (version, rows)


def test_a_coding_kept_as_it_stands_is_cut_again_by_the_next_correction_and_undone(study: Study) -> None:
    (coding,) = put(study.coder, study.source, "kafe 👩‍👩‍👧 og tar imot", study.code)
    correct(study.lead, study.source, (1, SAID[1][1].replace("imot folk, ", "")))
    keep_as_is(actor=study.coder, source=fresh(study.source), coding=coding.uuid)
    (one,) = [coding for coding in Coding.objects.all() if coding.uuid]
    assert one.review == ""
    undo(actor=study.lead, page=text_page(study.source))
    assert words(coding).startswith("kafe")
    coding.refresh_from_db()
    assert text_of(fresh(study.source)) == "\n".join(text for _who, text in SAID)


@pytest.mark.parametrize(
    ("quote", "typed"),
    [
        # It begins with a blank, which is gone in the new text: the map alone would leave it out when coming back.
        (" kafe", "koker-kafe"),
        # It ends inside what was put in: the map alone would call that cut when coming back.
        ("kafe", "koker kaffe "),
    ],
)
def test_what_the_map_alone_would_not_bring_back_is_brought_back(
    study: Study, quote: str, typed: str
) -> None:
    (coding,) = put(study.lead, study.source, quote, study.code)
    before = rows_now()
    correct(study.coder, study.source, (1, SAID[1][1].replace("koker kafe", typed)))
    coding.refresh_from_db()
    assert coding.review == ""
    undo(actor=study.coder, page=text_page(study.source))
    assert rows_now() == before


def test_what_came_between_undoing_and_redoing_is_brought_back_too(study: Study) -> None:
    page = text_page(study.source)
    correct(study.coder, study.source, (1, SAID[1][1].replace("imot folk, ", "")))
    undo(actor=study.coder, page=page)
    (coding,) = put(study.lead, study.source, "og tar imot", study.code)
    before = rows_now()
    redo(actor=study.coder, page=page)
    coding.refresh_from_db()
    assert (coding.review, words(coding)) == ("cut", "og tar")
    undo(actor=study.coder, page=page)
    assert rows_now() == before
