"""`show_source`: the stored text, to which offsets refer."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from coding.models import Turn
from tests.factories import make_project, make_source

pytestmark = pytest.mark.django_db


def show(project: str, source: str) -> dict:
    out = io.StringIO()
    call_command("show_source", source, project=project, format="json", stdout=out)
    return json.loads(out.getvalue())


def test_it_prints_text_and_turns_as_they_are_stored():
    project = make_project("byer")
    source = make_source(
        project, ((None, "Forord 👩‍👩‍👧"), ("Intervjuer", "Hva?"), ("Åse", "Blåbær.")), title="Intervju Bodø"
    )
    Turn.objects.filter(version=source.version, number=1).update(time="00:01:02")
    found = show("byer", "intervju bodø")
    assert found == show("byer", str(source.uuid))
    assert {name: found[name] for name in ("uuid", "title", "kind")} == {
        "uuid": str(source.uuid),
        "title": "Intervju Bodø",
        "kind": "interview",
    }
    assert [
        (turn["label"], found["text"][turn["start"] : turn["end"]], turn["time"]) for turn in found["turns"]
    ] == [
        (None, "Forord 👩‍👩‍👧", None),
        ("Intervjuer", "Hva?", "00:01:02"),
        ("Åse", "Blåbær.", None),
    ]


def test_an_unknown_source_is_one_sentence():
    make_project("byer")
    with pytest.raises(CommandError) as error:
        call_command("show_source", "Finnes ikke", project="byer", language="en")
    assert (str(error.value), error.value.returncode) == (
        "There is no source “Finnes ikke” in the project.",
        2,
    )
