"""Labels and file names are identities: a role stays, a name does not."""

from __future__ import annotations

import pytest

from coding.importing.names import neutral_title
from coding.importing.speakers import is_collective_label, is_interviewer_label, is_role_word, neutral_labels


@pytest.mark.parametrize(
    "label",
    [
        "Intervjuer", "INTERVJUER", "Intervjuer 2", "Deltaker 2", "Deltakar 2", "Deltaker2",
        "Speaker 1", "Participant", "Informant A", "Daglig leder", "daglig leder 2", "Frivillig 3", "I",
        "R", "M", "P5", "D1", "003", "INT", "Moderator", "Fasilitator", "Ukjent", "Flere", "Unknown",
        "Mr. Speaker", "Kommunal koordinator", "Speaker #1", "Interviewer:", "Mann 2",
    ],
)  # fmt: skip
def test_roles_are_roles(label: str) -> None:
    assert is_role_word(label)
    assert neutral_labels([label]) == {label: label.strip()}


@pytest.mark.parametrize(
    "label",
    [
        "Kari", "Kari Moe", "MEL", "AMB", "Dan", "Kari (intervjuer)", "Intervjuer Kari", "Senador Black", "nixo",
        "Deltaker Ola", "",        "Moe, Kari", "Luca Donno | L2BEAT", "Frivillig Hansen",
    ],
)  # fmt: skip
def test_names_are_no_roles(label: str) -> None:
    assert not is_role_word(label)
    for stored in neutral_labels([label]).values():
        assert is_role_word(stored)


def test_names_get_numbers_in_order_that_are_free() -> None:
    labels = ["Intervjuer", "Kari", "Deltaker 1", "Ola", "deltaker 3", "Liv"]
    assert neutral_labels(labels) == {
        "Intervjuer": "Intervjuer",
        "Kari": "Deltaker 2",
        "Deltaker 1": "Deltaker 1",
        "Ola": "Deltaker 4",
        "deltaker 3": "deltaker 3",
        "Liv": "Deltaker 5",
    }


def test_a_role_beside_a_name_stays_without_the_name() -> None:
    labels = ["Intervjuer Kari", "Intervjuer", "Ola (moderator)", "Informant 2 (Per)", "Per"]
    assert neutral_labels(labels) == {
        "Intervjuer Kari": "Intervjuer 2",
        "Intervjuer": "Intervjuer",
        "Ola (moderator)": "moderator",
        "Informant 2 (Per)": "Informant 2",
        "Per": "Deltaker 1",
    }


def test_no_two_labels_get_the_same() -> None:
    labels = ["Intervjuer Kari", "Intervjuer Ola", "Intervjuer", "intervjuer (Liv)", "A b", "C d"]
    stored = neutral_labels(labels)
    assert list(stored) == labels
    assert len({label.casefold() for label in stored.values()}) == len(labels)


def test_who_asks_and_who_is_nobody_in_particular() -> None:
    assert all(
        map(
            is_interviewer_label,
            ["Intervjuer", "Intervjuar 2", "Moderator", "I", "INT", "Interviewer", "Fasilitator"],
        )
    )
    assert not any(map(is_interviewer_label, ["Informant", "Deltaker 1", "R", "Kari", "Speaker 1"]))
    assert all(
        map(
            is_collective_label,
            ["Flere", "alle", "Ukjent", "Unknown", "several", "Ukjent taler 2", "Flere deltakere", "(alle)"],
        )
    )
    assert not any(map(is_collective_label, ["Informant", "Kari", "Taler 1", "Allan"]))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Fokusgruppe Bergen 2.docx", "Fokusgruppe Bergen 2"),
        ("intervju_daglig_leder_oslo.docx", "Intervju daglig leder oslo"),
        ("intervju-2020-03-12.odt", "Intervju 2020-03-12"),
        ("P5.odt", "P5"),
        ("notater fra møte.txt", "Notater fra møte"),
    ],
)
def test_an_ordinary_file_name_becomes_a_title(name: str, title: str) -> None:
    assert neutral_title(name, "Intervju", set(), ["Bergen", "Oslo"]) == (title, False)


@pytest.mark.parametrize(
    "name",
    [
        "Kari Moe.docx",
        "intervju_kari_moe.docx",
        "KariMoe.docx",
        "Intervju med Ola.docx",
        "ola2.txt",
        "intervju hansen.rtf",
        "C:\\x\\Åse.txt",
        ".docx",
    ],
)
def test_a_file_name_with_a_name_in_it_gives_way(name: str) -> None:
    assert neutral_title(name, "Intervju", {"Intervju 1", "intervju 2"}, ["Bergen"]) == ("Intervju 3", True)


def test_titles_are_not_given_twice() -> None:
    assert neutral_title("Gruppe 1.docx", "Fokusgruppe", {"gruppe 1"}) == ("Gruppe 1 (2)", False)
    assert neutral_title("Kari.docx", "Fokusgruppe", set()) == ("Fokusgruppe 1", True)
    assert neutral_title("Kari.docx", "Document", set()) == ("Document 1", True)
