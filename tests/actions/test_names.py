"""Deciding about names and replacing them: everywhere or nowhere, and every coding stays on its words."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding import sealing
from coding.actions import names
from coding.actions.attribution import links_of
from coding.actions.codings import code_passage
from coding.actions.errors import Conflict, Invalid
from coding.actions.memos import write_memo
from coding.actions.outside import Figures, add_figures
from coding.actions.snapshots import keep_table
from coding.actions.views import delete_view, save_view
from coding.language.replacing import KEEP, REPLACE
from coding.models import (
    Attribute,
    AuditEvent,
    Change,
    Coding,
    CodingInformant,
    Membership,
    Memo,
    NameMark,
    OutsideRow,
    SavedView,
    SealedIdentity,
    Snapshot,
    Source,
    TextVersion,
)
from coding.models.codings import Review
from coding.permissions import Denied
from tests.factories import Study, make_code, make_member, make_source, make_study, put, text_of
from tests.on_disk import bytes_of_a_fresh_backup, bytes_of_the_data_folder, bytes_of_the_databases

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Hva heter du?"),
    (
        "Informant",
        "Kari Nordbø. Alle kaller meg Kari, og det er Karis hus. Vi bor i Åsgata, Kari-gruppa òg 👩‍👩‍👧.",
    ),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID, title="Intervju med Kari")
    return study


def replace(actor: Membership, **terms: str) -> names.Replaced:
    for term, new in terms.items():
        names.decide(
            actor=actor, term=term.replace("_", " "), kind="person", verdict=REPLACE, replacement=new
        )
    return names.replace_names(actor=actor)


def test_a_name_goes_everywhere_with_its_inflections(study: Study) -> None:
    write_memo(actor=study.coder, body="Kari virker sliten. Karis mann også.", about=study.source)
    make_code(study.project, "Hverdag", study.question, example="Da sa Kari nei.")
    other = make_source(study.project, (("Informant", "Kari? Ja. KARI!"),))
    done = replace(study.lead, Kari_Nordbø="Anne Dal", Kari="Anne")
    assert (done.sources, done.places) == (2, 6)
    study.source.refresh_from_db()
    assert text_of(study.source) == (
        "Hva heter du?\nAnne Dal. Alle kaller meg Anne, og det er Annes hus. Vi bor i Åsgata, Anne-gruppa òg 👩‍👩‍👧."
    )
    assert study.source.title == "Intervju med Anne"
    other.refresh_from_db()
    assert text_of(other) == "Anne? Ja. Anne!"
    assert Memo.objects.get().body == "Anne virker sliten. Annes mann også."
    held = [list(model.objects.values()) for model in (AuditEvent, Change, Memo, TextVersion, Source)]
    for rows in held:
        for row in rows:
            assert "Kari" not in json.dumps(row, default=str, ensure_ascii=False), row


def test_a_name_goes_from_what_is_remembered_of_views_tables_and_figures(study: Study) -> None:
    city = Attribute.objects.get(project=study.project, key="city")
    view = save_view(actor=study.coder, kind="search", name="Kari sine ord", query=[("q", "Kari")])
    delete_view(actor=study.coder, view=view.uuid)
    keep_table(actor=study.coder, name="Karis tabell", query=[("q", "Kari")], table={"counting": "Slik."})
    add_figures(actor=study.lead, attribute=city, origin="Talt av Kari", rows=[Figures("Kari sitt", {})])
    replace(study.lead, Kari="Anne")
    for model in (Change, AuditEvent, SavedView, Snapshot, OutsideRow):
        for row in model.objects.values():
            assert "kari" not in json.dumps(row, default=str, ensure_ascii=False).lower(), (model, row)


def test_codings_stay_on_their_words_and_cut_ones_wait(study: Study) -> None:
    (whole,) = put(study.coder, study.source, "Kari Nordbø. Alle kaller meg Kari", study.code)
    (after,) = put(study.coder, study.source, "Vi bor i Åsgata", study.code)
    (cut,) = put(study.coder, study.source, "Nordbø. Alle", study.code)
    done = replace(study.lead, Kari_Nordbø="A.", Kari="Bo")
    assert done.to_review == 1
    text = text_of(Source.objects.select_related("version").get(pk=study.source.pk))
    for coding, words, review in (
        (whole, "A.. Alle kaller meg Bo", ""),
        (after, "Vi bor i Åsgata", ""),
        (cut, "A.. Alle", Review.CUT),
    ):
        uuid = coding.uuid
        coding.refresh_from_db()
        assert (coding.uuid, text[coding.start : coding.end], coding.review) == (uuid, words, review)


def test_the_earlier_text_is_gone_and_so_is_undoing(study: Study) -> None:
    old = study.source.version_id
    replace(study.lead, Kari="Anne")
    version = TextVersion.objects.get(pk=old)
    assert (version.text, version.sha256, version.turns.count()) == ("", "", 0)
    assert version.purged is not None and version.purged <= timezone.now()


def test_a_mark_is_an_exception(study: Study) -> None:
    text = text_of(study.source)
    first = text.index("Kari,")
    assert study.source.version_id is not None
    common = {"actor": study.lead, "source": study.source, "version": study.source.version_id}
    names.mark(**common, start=first, end=first + 4, verdict="keep")
    place = text.index("Åsgata")
    names.mark(**common, start=place, end=place + 6, verdict="replace", replacement="[gate]")
    bo = text.index("Vi bor")
    names.mark(**common, start=bo, end=bo + 6, verdict="indirect", note="lite sted")
    replace(study.lead, Kari="Anne")
    source = Source.objects.select_related("version").get(pk=study.source.pk)
    assert "meg Kari," in text_of(source) and "i [gate]," in text_of(source)
    (indirect,) = NameMark.objects.filter(version=source.version, verdict="indirect")
    assert text_of(source)[indirect.start : indirect.end] == "Vi bor"
    with pytest.raises(Conflict):
        names.mark(**common, start=0, end=3, verdict="keep")


def test_a_decision_is_one_a_word_and_can_change(study: Study) -> None:
    names.decide(actor=study.lead, term="Kari", kind="person", verdict=REPLACE, replacement="Anne")
    names.decide(actor=study.lead, term=" Kari ", kind="person", verdict=KEEP)
    (only,) = names.decisions(study.project)
    assert (only.term, only.verdict, only.replacement, only.by) == ("Kari", KEEP, "", study.lead.name)
    assert replace(study.lead).places == 0
    names.take_back(actor=study.lead, term="Kari")
    assert names.decisions(study.project) == []


@pytest.mark.parametrize(
    ("term", "new", "field"),
    [
        ("", "Anne", "term"),
        ("...", "Anne", "term"),
        ("x" * 101, "Anne", "term"),
        ("Kari", "", "replacement"),
        ("Kari", "Kari", "replacement"),
        ("Kari", "Tante Karis", "replacement"),
        ("Kari", "\u0301a", "replacement"),
        ("Kari", "Ola", "replacement"),
        ("Bo", "Per", "term"),
    ],
)
def test_what_cannot_be_decided(study: Study, term: str, new: str, field: str) -> None:
    names.decide(actor=study.lead, term="Ola", kind="person", verdict=REPLACE, replacement="Bo")
    with pytest.raises(Invalid) as refused:
        names.decide(actor=study.lead, term=term, kind="person", verdict=REPLACE, replacement=new)
    assert refused.value.field == field


def test_only_who_handles_identities(study: Study) -> None:
    lead = make_member(study.project, "lead")
    for act in (
        lambda: names.decide(actor=lead, term="Kari", kind="person", verdict=KEEP),
        lambda: names.look_at_words(actor=lead),
        lambda: names.take_back(actor=lead, term="Kari"),
        lambda: names.replace_names(actor=lead),
        lambda: names.mark(actor=lead, source=study.source, version=1, start=0, end=1, verdict="keep"),
    ):
        with pytest.raises(Denied):
            act()
    assert not SealedIdentity.objects.filter(kind="word").exists()


def test_words_lie_sealed(study: Study) -> None:
    names.decide(actor=study.lead, term="Nordbø", kind="person", verdict=REPLACE, replacement="Dal")
    row = SealedIdentity.objects.get(kind="word")
    assert "Nordb" not in str(vars(row))
    assert (sealing.opened(row.sealed) or {})["original"] == "Nordbø"
    assert "Nordb" not in json.dumps(list(AuditEvent.objects.values()), default=str)


def test_a_crash_in_the_middle_leaves_every_text_as_it_was(study: Study, monkeypatch: Any) -> None:
    sources = [make_source(study.project, SAID) for _ in range(21)]
    before = dict(Source.objects.values_list("pk", "version_id"))
    stored = names.store_version
    many = iter(range(99))

    def failing(*given: Any, **named: Any) -> Any:
        if next(many) == 11:
            raise RuntimeError("the power went")
        return stored(*given, **named)

    monkeypatch.setattr(names, "store_version", failing)
    with pytest.raises(RuntimeError):
        replace(study.lead, Kari="Anne")
    assert dict(Source.objects.values_list("pk", "version_id")) == before
    assert TextVersion.objects.count() == len(before)
    assert all("Kari" in text_of(Source.objects.select_related("version").get(pk=s.pk)) for s in sources)


PARTS = st.lists(
    st.sampled_from(["Kari", "Karis", "Nordbø", "Ola", "x̂å", "👍🏽", "og", "så", ".", "Karin"]), min_size=3
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=PARTS, data=st.data())
def test_any_replacements_over_any_codings(parts: list[str], data: st.DataObject) -> None:
    study = make_study()
    source = make_source(study.project, (("Informant", " ".join(parts)), ("Intervjuer", "Kari?")))
    text = text_of(source)
    for number in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text) - 2))
        end = data.draw(st.integers(start + 1, len(text)))
        if text[start:end].strip():
            coder = (study.coder, study.lead)[number % 2]
            code_passage(actor=coder, source=source, start=start, end=end, codes=[study.code.uuid])
    before = {row.uuid: row for row in Coding.objects.all()}
    names.decide(actor=study.lead, term="Kari", kind="person", verdict=REPLACE, replacement="Anne-Lise")
    names.decide(actor=study.lead, term="Nordbø", kind="person", verdict=REPLACE, replacement="D")
    names.replace_names(actor=study.lead)
    source = Source.objects.select_related("version").get(pk=source.pk)
    new = text_of(source)
    changed = {"Kari": "Anne-Lise", "Karis": "Anne-Lises", "Nordbø": "D"}
    assert new == " ".join(changed.get(part, part) for part in parts) + "\nAnne-Lise?"
    after = list(Coding.objects.filter(source=source))
    assert {row.uuid for row in after} == {row.uuid for row in before.values() if row.source_id == source.pk}
    for row in after:
        old = before[row.uuid]
        words = text[old.start : old.end]
        if not row.review:
            # What was whole in it is whole in it, replaced.
            whole = [changed.get(w, w) for w in words.split()]
            assert new[row.start : row.end].split() == whole or any(
                w.startswith(("Kari", "Nord")) or "Kari" in w for w in words.split()
            )
        assert row.end > row.start or row.review == Review.EMPTIED
    links = {key: set() for key in (row.pk for row in after)}
    for coding, informant in CodingInformant.objects.filter(coding__source=source).values_list(
        "coding", "informant"
    ):
        links[coding].add(informant)
    assert links == links_of(after, source.version_id or 0)
    Coding.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_replace_once() -> None:
    study = make_study()
    source = make_source(study.project, SAID)
    names.decide(actor=study.lead, term="Kari", kind="person", verdict=REPLACE, replacement="Anne")
    done: list[names.Replaced] = []

    def go() -> None:
        try:
            done.append(names.replace_names(actor=study.lead))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.places for one in done) == [0, 4]
    source.refresh_from_db()
    assert source.version is not None and (source.version.number, "Kari" in source.version.text) == (2, False)


@pytest.mark.django_db(transaction=True)
def test_what_was_replaced_is_on_no_byte_of_the_disk(tmp_path: Path) -> None:
    study = make_study()
    make_source(study.project, SAID, title="Intervju med Nordbø")
    write_memo(actor=study.lead, body="Nordbø ringte.")
    assert "Nordbø".encode() in bytes_of_the_databases()
    replace(study.lead, Kari_Nordbø="Anne Dal", Nordbø="Dal")
    content = bytes_of_the_databases() + bytes_of_a_fresh_backup(tmp_path) + bytes_of_the_data_folder()
    assert "Nordbø".encode() not in content and b"Anne Dal" in content
