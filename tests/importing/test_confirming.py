"""What a person decides about a file never loses a character of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.importing import confirming, relabelling
from coding.importing.confirming import Choices, Confirmed, SpeakerChoice, apply, breaks
from coding.importing.document import Note, ReadDocument, ReadTurn


def document(*said: tuple[str | None, str], notes: tuple[Note, ...] = ()) -> ReadDocument:
    turns, place = [], 0
    for label, words in said:
        turns.append(ReadTurn(label, place, place + len(words)))
        place += len(words) + 1
    text = "\n".join(words for _label, words in said)
    return ReadDocument(text, tuple(turns), notes, (), "txt", "utf-8", any(label for label, _ in said))


TALK = document(
    ("Kari", "Hei. Hva gjør du?"),
    ("Ola", "Koker kaffe. Og tar imot folk. Nei, vent!"),
    ("Viktig", "Husk nøkkelen."),
    ("Kari", "Ja."),
)


def said(confirmed: Confirmed) -> list[tuple[str | None, str]]:
    return [
        (None if t.speaker is None else confirmed.speakers[t.speaker].label, confirmed.text[t.start : t.end])
        for t in confirmed.turns
    ]


def assert_covered(confirmed: Confirmed) -> None:
    place = 0
    for number, turn in enumerate(confirmed.turns):
        assert turn.start == place + (1 if number else 0)
        assert turn.end > turn.start
        if number:
            assert confirmed.text[turn.start - 1] == "\n"
        place = turn.end
    assert place == len(confirmed.text)


def test_names_become_neutral_and_roles_are_guessed() -> None:
    choices = confirming.proposals(
        document(("Intervjuer", "Hva?"), ("Kari Nordmann", "Ja."), ("Flere", "Mm."))
    )
    assert [(s.original, s.label, s.role) for s in choices.speakers] == [
        ("Intervjuer", "Intervjuer", "interviewer"),
        ("Kari Nordmann", "Deltaker 1", "informant"),
        ("Flere", "Flere", "unidentified"),
    ]


def test_labels_are_kept_where_the_source_is_public() -> None:
    choices = confirming.proposals(TALK, keep_labels=True)
    assert [s.label for s in choices.speakers] == ["Kari", "Ola", "Viktig"]


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ((None,), "document"),
        (("Intervjuer", "Kari"), "interview"),
        (("Ola", "Kari"), "interview"),
        (("Moderator", "A1", "A2", "Flere"), "interview"),
        (("Moderator", "A1", "A2", "A3"), "focus_group"),
    ],
)
def test_the_kind_follows_who_speaks(labels: tuple[str | None, ...], kind: str) -> None:
    assert confirming.guess_kind(document(*[(label, "Ja.") for label in labels])) == kind


def test_two_labels_made_equal_are_one_speaker() -> None:
    choices = Choices(
        speakers=(SpeakerChoice("Kari", "A"), SpeakerChoice("Ola", " a "), SpeakerChoice("Viktig", "B"))
    )
    confirmed = apply(TALK, choices)
    assert [(s.label, s.originals) for s in confirmed.speakers] == [
        ("A", ("Kari", "Ola")),
        ("B", ("Viktig",)),
    ]
    assert [turn.speaker for turn in confirmed.turns] == [0, 0, 1, 0]


def test_a_label_that_is_no_speaker_goes_back_into_the_text() -> None:
    choices = confirming.proposals(TALK, keep_labels=True)
    speakers = (*choices.speakers[:2], SpeakerChoice("Viktig", "Viktig", confirming.TEXT))
    confirmed = apply(TALK, Choices(speakers=speakers))
    assert said(confirmed)[1:] == [
        ("Ola", "Koker kaffe. Og tar imot folk. Nei, vent!\nViktig: Husk nøkkelen."),
        ("Kari", "Ja."),
    ]
    assert [s.label for s in confirmed.speakers] == ["Kari", "Ola"]
    assert_covered(confirmed)


def test_split_say_and_join_again() -> None:
    choices = confirming.proposals(TALK, keep_labels=True)
    at = TALK.text.index("Og tar")
    choices = confirming.split(TALK, choices, at)
    choices = confirming.give_turn(TALK, choices, at, 0)
    assert said(apply(TALK, choices))[1:3] == [
        ("Ola", "Koker kaffe."),
        ("Kari", "Og tar imot folk. Nei, vent!"),
    ]
    later = TALK.text.index("Nei, vent")
    choices = confirming.split(TALK, choices, later)
    assert said(apply(TALK, choices))[3] == ("Kari", "Nei, vent!")
    for place in (later, at):
        choices = confirming.join(TALK, choices, place)
    assert apply(TALK, choices) == apply(TALK, confirming.proposals(TALK, keep_labels=True))


def test_a_turn_of_the_file_is_joined_and_becomes_a_turn_again() -> None:
    first = confirming.proposals(TALK, keep_labels=True)
    at = TALK.turns[1].start
    joined = confirming.join(TALK, first, at)
    assert said(apply(TALK, joined))[0] == (
        "Kari",
        "Hei. Hva gjør du?\nKoker kaffe. Og tar imot folk. Nei, vent!",
    )
    assert apply(TALK, confirming.split(TALK, joined, at)) == apply(TALK, first)


@pytest.mark.parametrize("at", [-1, 0, 1, 3, 10_000])
def test_no_turn_begins_inside_a_word(at: int) -> None:
    with pytest.raises(ValueError, match="no turn"):
        confirming.split(TALK, Choices(), at)
    with pytest.raises(ValueError, match="no turn"):
        confirming.join(TALK, Choices(), at)


def test_a_new_speaker_gets_a_turn() -> None:
    choices, place = confirming.add_speaker(confirming.proposals(TALK, keep_labels=True), "Tolk")
    assert confirming.add_speaker(choices, " TOLK ") == (choices, place)
    confirmed = apply(TALK, confirming.give_turn(TALK, choices, TALK.turns[3].start, place))
    assert said(confirmed)[3] == ("Tolk", "Ja.")
    assert confirmed.speakers[-1].originals == ()


def test_who_says_nothing_is_no_speaker() -> None:
    choices = confirming.give_turn(TALK, confirming.proposals(TALK, keep_labels=True), TALK.turns[1].start, 0)
    assert [s.label for s in apply(TALK, choices).speakers] == ["Kari", "Viktig"]


def test_notes_follow_their_words() -> None:
    start = TALK.text.index("nøkkelen")
    noted = document(
        *[(t.label, TALK.text[t.start : t.end]) for t in TALK.turns],
        notes=(Note(start, start + 8, "comment", "PB", "Hvilken?"),),
    )
    choices = Choices(
        speakers=(SpeakerChoice("Viktig", "Viktig", confirming.TEXT),),
        notes=frozenset({0}),
        splits=frozenset({noted.text.index("Og tar")}),
    )
    confirmed = apply(noted, choices)
    (note,) = confirmed.notes
    assert confirmed.text[note.start : note.end] == "nøkkelen"
    assert note.body == "PB: Hvilken?"
    assert apply(noted, Choices()).notes == ()


def test_breaks_are_sentences_or_words() -> None:
    text = "Ja, altså. «Nei!» sa hun\nog gikk."
    assert [text[at:] for at in breaks(text, 0, len(text))] == [
        "«Nei!» sa hun\nog gikk.",
        "sa hun\nog gikk.",
        "og gikk.",
    ]
    assert len(breaks(text, 0, len(text), by="word")) == len(text.split()) - 1


labels = st.sampled_from([None, "Kari", "Ola", "Viktig"])
words = st.lists(
    st.sampled_from(["ja", "nei.", "å", "e\u0301", "👩‍👧", "Hva?", "...", "mm!"]), min_size=1, max_size=8
)
blanks = st.sampled_from([" ", "  ", "\n", " \n", "\u00a0"])


@st.composite
def documents(draw: st.DrawFn) -> ReadDocument:
    turns = []
    for label in draw(st.lists(labels, min_size=1, max_size=6)):
        parts = draw(words)
        turns.append(
            (label, "".join(p + (draw(blanks) if i < len(parts) - 1 else "") for i, p in enumerate(parts)))
        )
    return document(*turns)


@st.composite
def decisions(draw: st.DrawFn, doc: ReadDocument) -> Choices:
    names = st.sampled_from(["A", "a", "Deltaker 1", "B  ", ""])
    speakers = tuple(
        SpeakerChoice(label, draw(names), draw(st.sampled_from(confirming.ROLES)))
        for label in confirming.labels_of(doc)
    )
    choices = Choices(speakers=speakers)
    places = st.integers(-1, len(doc.text) + 1)
    for _ in range(draw(st.integers(0, 12))):
        at = draw(places)
        try:
            match draw(st.sampled_from(["split", "join", "say"])):
                case "split":
                    choices = confirming.split(doc, choices, at)
                case "join":
                    choices = confirming.join(doc, choices, at)
                case _:
                    choices = confirming.give_turn(doc, choices, at, draw(st.none() | st.integers(0, 3)))
        except ValueError:
            continue
    return choices


@given(st.data())
def test_turns_cover_the_text_and_no_character_is_lost(data: st.DataObject) -> None:
    doc = data.draw(documents())
    choices = data.draw(decisions(doc))
    confirmed = apply(doc, choices)
    assert_covered(confirmed)
    assert all(text.strip() for _who, text in said(confirmed))
    dropped = {s.original for s in choices.speakers if s.role == confirming.TEXT}
    expected = [
        word
        for turn in doc.turns
        for word in ([f"{turn.label}:"] if turn.label in dropped else [])
        + doc.text[turn.start : turn.end].split()
    ]
    assert confirmed.text.split() == expected
    assert len(confirmed.text) == len(doc.text) + sum(
        len(t.label or "") + 2 for t in doc.turns if t.label in dropped
    )
    spoken = {turn.speaker for turn in confirmed.turns} - {None}
    assert spoken == set(range(len(confirmed.speakers)))
    labels = [s.label.casefold() for s in confirmed.speakers]
    assert len(labels) == len(set(labels))


@given(st.data())
def test_choices_that_fit_nothing_do_no_harm(data: st.DataObject) -> None:
    doc = data.draw(documents())
    numbers = st.frozensets(st.integers(-3, len(doc.text) + 3))
    choices = Choices(
        speakers=tuple(SpeakerChoice(label, "A") for label in confirming.labels_of(doc)),
        splits=data.draw(numbers),
        joins=data.draw(numbers),
        turns=dict.fromkeys(data.draw(numbers), data.draw(st.none() | st.integers(-2, 9))),
        notes=data.draw(numbers),
    )
    assert_covered(apply(doc, choices))
    assert Choices.from_json(json.loads(json.dumps(choices.to_json()))) == choices


@given(st.data())
def test_every_split_can_be_joined_again(data: st.DataObject) -> None:
    doc = data.draw(documents())
    before = data.draw(decisions(doc))
    places = [at for t in apply(doc, before).turns for at in breaks(doc.text, t.key, t.key_end, by="word")]
    if not places:
        return
    at = data.draw(st.sampled_from(places))
    after = confirming.split(doc, before, at)
    assert len(apply(doc, after).turns) == len(apply(doc, before).turns) + 1
    assert apply(doc, confirming.join(doc, after, at)).text == apply(doc, before).text


ONCE = document(
    ("Kari", "Hei.\nFlere: Ja, ikke sant.\nOg mer."),
    ("Ola", "Flere: Nei da."),
    ("Kari", "Så sa Flere: nei. Ja.\nFlere:"),
)


def test_a_label_that_was_left_in_the_text_becomes_a_speaker() -> None:
    choices = confirming.proposals(ONCE, keep_labels=True)
    at = ONCE.text.index("Ja.\nFlere:")
    choices = confirming.give_turn(ONCE, confirming.split(ONCE, choices, at), at, 1)
    read, decided = relabelling.accept_label(ONCE, choices, "Flere")
    confirmed = apply(read, decided)
    assert said(confirmed) == [
        ("Kari", "Hei."),
        ("Flere", "Ja, ikke sant.\nOg mer."),
        ("Flere", "Nei da."),
        ("Kari", "Så sa Flere: nei."),
        ("Ola", "Ja.\nFlere:"),
    ]
    assert [s.role for s in confirmed.speakers] == ["informant", "informant", "unidentified"]
    assert_covered(confirmed)
    with pytest.raises(ValueError, match="no paragraph"):
        relabelling.accept_label(read, decided, "Flere")


def test_a_name_that_was_left_in_the_text_gets_a_free_neutral_label() -> None:
    doc = document(("Kari", "Hei."), ("Ola", "Ja.\nPer: Nei."))
    _read, decided = relabelling.accept_label(doc, confirming.proposals(doc), "Per")
    assert [s.label for s in decided.speakers] == ["Deltaker 1", "Deltaker 2", "Deltaker 3"]


@given(st.data())
def test_accepting_a_label_takes_nothing_but_the_label(data: st.DataObject) -> None:
    parts = st.sampled_from(["ja", "Per:", "Per: ja", "Per:\nja", "nei.", "å Per: x"])
    turns = data.draw(
        st.lists(st.tuples(labels, st.lists(parts, min_size=1, max_size=5)), min_size=1, max_size=5)
    )
    doc = document(*[(label, "\n".join(lines)) for label, lines in turns])
    choices = data.draw(decisions(doc))
    try:
        read, decided = relabelling.accept_label(doc, choices, "Per")
    except ValueError:
        return
    assert_covered(apply(read, decided))
    assert_covered(apply(read, Choices()))
    gone = doc.text.split().count("Per:") - read.text.split().count("Per:")
    assert gone > 0
    assert [w for w in read.text.split() if w != "Per:"] == [w for w in doc.text.split() if w != "Per:"]
