"""Two short talks in a group, read for the search, that several tests ask about."""

from __future__ import annotations

from coding import tasks
from tests.factories import Study, link, make_source, make_study, put

COFFEE = (
    ("Intervjuer", "Har dere kaffe?"),
    ("Anne", "Vi har kaffe, og kaffekanna står på disken."),
    ("Bo", "Jeg drikker te. Kaffen er sur."),
)
MONEY = (
    ("Moderator", "Hvordan går det med penger?"),
    ("Deltaker 1", "Vi fikk støtte fra bydelen, og så kjøpte vi kaffe for pengene."),
    ("Deltaker 2", "Vi låner et lokale av kommunen, det er trangt."),
)


def talk_of_coffee() -> Study:
    """A study with COFFEE beside its source: Anne of Oslo and Bo of Bergen speak."""
    study = make_study()
    group = make_source(study.project, COFFEE, title="Gruppe")
    link(group, "Anne", "Anne", city="Oslo", informant_type="frivillig")
    link(group, "Bo", "Bo", city="Bergen", informant_type="frivillig")
    tasks.index_texts(study.project.pk, lambda done: True)
    return study


def talk_of_money() -> Study:
    """A study whose source is MONEY, with two codes that overlap in what Anne says, and one on what Berit says."""
    study = make_study()
    study.source = make_source(study.project, MONEY, title="Gruppe", kind="focus_group")
    link(study.source, "Deltaker 1", "Anne", city="Oslo")
    link(study.source, "Deltaker 2", "Berit", city="Bergen")
    put(study.coder, study.source, "Vi fikk støtte fra bydelen, og så kjøpte vi kaffe", study.code)
    put(study.coder, study.source, "og så kjøpte vi kaffe for pengene.", study.other)
    put(study.coder, study.source, "Vi låner et lokale av kommunen", study.other)
    tasks.index_texts(study.project.pk, lambda done: True)
    return study
