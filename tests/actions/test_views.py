"""Saved views: whose they are, who sees them, and that what was done to them is noted and can be taken back."""

from __future__ import annotations

import pytest

from coding.actions.errors import Conflict, Invalid
from coding.actions.undo import undo
from coding.actions.views import VIEWS_PAGE, delete_view, rename_view, save_view, share_view
from coding.models import AuditEvent, SavedView
from coding.permissions import Denied
from tests.factories import Study, make_member, make_study

pytestmark = pytest.mark.django_db
QUERY = [("by", "city"), ("a-city", "none")]


@pytest.fixture
def study() -> Study:
    return make_study()


def verbs(study: Study) -> list[str]:
    events = AuditEvent.objects.filter(project=study.project, verb__startswith="view.").order_by("pk")
    return list(events.values_list("verb", flat=True))


def test_saving_again_under_a_name_replaces_what_was_there(study: Study) -> None:
    save_view(actor=study.coder, kind="matrix", name="Byer", query=QUERY)
    save_view(actor=study.coder, kind="matrix", name=" BYER ", query=[("by", "source")])
    save_view(actor=study.coder, kind="together", name="Byer", query=QUERY)
    assert [(row.kind, row.name, row.query) for row in SavedView.objects.order_by("pk")] == [
        ("matrix", "BYER", [["by", "source"]]),
        ("together", "Byer", [["by", "city"], ["a-city", "none"]]),
    ]


def test_everything_is_noted_and_can_be_taken_back(study: Study) -> None:
    view = save_view(actor=study.coder, kind="query", name="Penger", query=QUERY)
    share_view(actor=study.coder, view=view.uuid, shared=True)
    rename_view(actor=study.coder, view=view.uuid, name="Om penger")
    delete_view(actor=study.coder, view=view.uuid)
    assert verbs(study) == ["view.save", "view.share", "view.rename", "view.delete"]
    undo(actor=study.coder, page=VIEWS_PAGE)
    row = SavedView.objects.get()
    assert (row.name, row.name_key, row.shared) == ("Om penger", "om penger", True)
    undo(actor=study.coder, page=VIEWS_PAGE)
    undo(actor=study.coder, page=VIEWS_PAGE)
    row.refresh_from_db()
    assert (row.name, row.shared) == ("Penger", False)


def test_nobody_changes_anothers_view(study: Study) -> None:
    view = save_view(actor=study.coder, kind="matrix", name="Byer", query=QUERY)
    for act in (
        lambda: rename_view(actor=study.lead, view=view.uuid, name="x"),
        lambda: share_view(actor=study.lead, view=view.uuid, shared=True),
        lambda: delete_view(actor=study.lead, view=view.uuid),
    ):
        # Not even that it is there is told of one that is not shared.
        with pytest.raises(Conflict, match="no longer there"):
            act()
    share_view(actor=study.coder, view=view.uuid, shared=True)
    with pytest.raises(Denied, match="You can only change your own"):
        delete_view(actor=study.lead, view=view.uuid)
    with pytest.raises(Conflict):
        delete_view(actor=make_study().lead, view=view.uuid)
    assert SavedView.objects.get().name == "Byer"


def test_a_reader_keeps_views_too_but_has_nothing_to_undo(study: Study) -> None:
    reader = make_member(study.project, "reader")
    save_view(actor=reader, kind="matrix", name="Byer", query=QUERY)
    assert AuditEvent.objects.get(verb="view.save").page == ""


@pytest.mark.parametrize(
    ("name", "query", "reason"),
    [
        ("  ", QUERY, "Write a name"),
        ("x" * 101, QUERY, "at most 100"),
        ("Byer", [("a", "b")] * 201, "too much"),
        ("Byer", [("a", "b" * 8_000)], "too much"),
    ],
)
def test_what_cannot_be_kept_is_said(study: Study, name: str, query: list, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        save_view(actor=study.coder, kind="matrix", name=name, query=query)
    with pytest.raises(Invalid):
        save_view(actor=study.coder, kind="codebook", name="Byer", query=QUERY)
    assert not SavedView.objects.exists()


def test_one_has_each_name_once(study: Study) -> None:
    save_view(actor=study.coder, kind="matrix", name="Byer", query=QUERY)
    other = save_view(actor=study.coder, kind="matrix", name="Typer", query=QUERY)
    with pytest.raises(Invalid, match="of this name already"):
        rename_view(actor=study.coder, view=other.uuid, name="byer")


def test_a_name_is_taken_only_by_ones_own_view_of_the_same_page(study: Study) -> None:
    theirs = save_view(actor=study.lead, kind="matrix", name="Byer", query=QUERY)
    elsewhere = save_view(actor=study.coder, kind="together", name="Byer", query=QUERY)
    mine = save_view(actor=study.coder, kind="matrix", name="Steder", query=QUERY)
    rename_view(actor=study.coder, view=mine.uuid, name="Byer")
    rename_view(actor=study.coder, view=mine.uuid, name="BYER")
    save_view(actor=study.coder, kind="matrix", name="byer", query=[("by", "kind")])
    assert {row.pk: (row.name, row.query) for row in SavedView.objects.all()} == {
        theirs.pk: ("Byer", [["by", "city"], ["a-city", "none"]]),
        elsewhere.pk: ("Byer", [["by", "city"], ["a-city", "none"]]),
        mine.pk: ("byer", [["by", "kind"]]),
    }
