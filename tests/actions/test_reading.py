"""What was read goes along with the text: corrected, taken back, purged, deleted."""

from __future__ import annotations

import pytest

from coding.actions.corrections import correct_text, purge_texts, text_page, turns_of
from coding.actions.errors import Invalid
from coding.actions.reading import note_reading
from coding.actions.sources import delete_source
from coding.actions.undo import redo, undo
from coding.anchoring.texts import TurnChange
from coding.models import Membership, Reading, Role, Source
from coding.permissions import Denied
from tests.factories import Study, make_member, make_source, make_study, text_of

pytestmark = pytest.mark.django_db

SAID = (
    ("Intervjuer", "Hva gjør dere?"),
    ("Kari", "Vi koker kaffe."),
    ("Kari", "Kommunen gir oss pengene."),
)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = make_source(study.project, SAID)
    return study


def fresh(source: Source) -> Source:
    return Source.objects.select_related("version", "project").get(pk=source.pk)


def correct(study: Study, number: int, words: str) -> None:
    source = fresh(study.source)
    assert source.version is not None
    change = TurnChange(words, turns_of(source.version_id)[number].speaker)
    correct_text(actor=study.coder, source=source, version=source.version.number, changes={number: change})


def note(member: Membership, source: Source, *words: str, at: str, version: int | None = None) -> None:
    """The member has read `words`, and stopped at another, in the text that `version` names (or the current one)."""
    text = text_of(fresh(source)) if version is None else source.versions.get(pk=version).text
    spans = [(text.index(one), text.index(one) + len(one)) for one in words]
    note_reading(
        actor=member, source=source, version=version or fresh(source).version_id or 0, spans=spans,
        position=text.index(at),
    )  # fmt: skip


def read(source: Source) -> tuple[list[str], str]:
    """The words that were read, and those where the reading goes on."""
    text = text_of(fresh(source))
    one = Reading.objects.get(source=source)
    return [text[start:end] for start, end in one.spans], text[one.position :][:8]


def test_it_moves_with_a_correction_and_back(study: Study) -> None:
    note(study.coder, study.source, "Vi koker kaffe.", "Kommunen", at="Kommunen")
    correct(study, 0, "Hva er det dere gjør her?")
    assert read(study.source) == (["Vi koker kaffe.", "Kommunen"], "Kommunen")
    correct(study, 1, "Vi koker te.")
    assert read(study.source) == (["Vi koker te.", "Kommunen"], "Kommunen")
    page = text_page(study.source)
    undo(actor=study.coder, page=page)
    undo(actor=study.coder, page=page)
    assert read(study.source) == (["Vi koker kaffe.", "Kommunen"], "Kommunen")
    redo(actor=study.coder, page=page)
    assert read(study.source) == (["Vi koker kaffe.", "Kommunen"], "Kommunen")


def test_words_that_are_gone_are_not_read(study: Study) -> None:
    note(study.coder, study.source, "koker", at="Vi koker")
    correct(study, 1, "Vi kaffe.")
    assert read(study.source)[0] == []


def test_what_a_page_with_an_earlier_text_tells_is_moved(study: Study) -> None:
    before = fresh(study.source).version_id
    correct(study, 0, "Hva er det dere gjør her?")
    note(study.coder, study.source, "Vi koker kaffe.", at="Kommunen", version=before)
    assert read(study.source) == (["Vi koker kaffe."], "Kommunen")
    # Its words may be purged; where they lay is still known.
    lead = study.lead
    Membership.objects.filter(pk=lead.pk).update(handles_identities=True)
    purge_texts(actor=Membership.objects.get(pk=lead.pk), source=fresh(study.source))
    note_reading(actor=study.coder, source=study.source, version=before or 0, spans=[(0, 3)], position=0)
    assert read(study.source) == (["Hva", "Vi koker kaffe."], "Hva er d")


def test_it_goes_with_the_source(study: Study) -> None:
    note(study.coder, study.source, "Vi koker kaffe.", at="Kommunen")
    delete_source(actor=study.lead, source=fresh(study.source))
    assert not Reading.objects.exists()


def test_each_member_has_a_note_of_their_own(study: Study) -> None:
    note(study.coder, study.source, "Vi koker", at="Vi")
    note(study.lead, study.source, "kaffe", at="kaffe")
    assert Reading.objects.filter(source=study.source).count() == 2
    assert Reading.objects.get(member=study.lead).spans != Reading.objects.get(member=study.coder).spans


def test_a_source_that_is_not_cleared_is_noted_by_nobody_who_may_not_open_it(study: Study) -> None:
    raw = make_source(study.project, SAID, cleared=False)
    with pytest.raises(Denied):
        note(make_member(study.project, Role.READER), raw, "Kommunen", at="Vi")


def test_what_does_not_lie_in_the_text_is_refused(study: Study) -> None:
    length = len(text_of(study.source))
    version = study.source.version_id or 0
    for spans, position in (([(0, length + 1)], 0), ([(3, 3)], 0), ([], length + 1)):
        with pytest.raises(Invalid):
            note_reading(
                actor=study.coder, source=study.source, version=version, spans=spans, position=position
            )
    assert not Reading.objects.exists()
