"""The codebook's pages: who may do what there, and what comes of it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding.actions.codebook import propose_code
from coding.actions.codings import write_coding_memo
from coding.actions.memos import write_memo
from coding.actions.projects import update_project
from coding.actions.undo import undo
from coding.colours import SWATCHES, hue_of
from coding.models import AuditEvent, Code, Coding, Membership, Memo, Project, Role
from coding.reports.code_counts import CodeCount, code_counts, own_belongings
from coding.reports.codebook import code_tree
from tests.factories import (
    Study,
    make_code,
    make_member,
    make_source,
    make_study,
    make_user,
    put,
)

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>\"' \u202eabc"


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def reader(study: Study) -> Membership:
    return make_member(study.project, Role.READER)


def at(name: str, project: Project, *args: object) -> str:
    return reverse(name, args=[project.slug, *args])


def text(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def paths(project: Project) -> list[str]:
    return [node.path_text for root in code_tree(project).roots for node in root.walk()]


def addresses(study: Study) -> dict[str, tuple[str, str, Role]]:
    """Each view: address, method, and the least role that it answers."""
    project, code = study.project, study.code
    memo = write_memo(actor=study.lead, body="Hva mener vi?", about=code)
    return {
        "codebook": (at("codebook", project), "get", Role.READER),
        "code": (at("code", project, code.uuid), "get", Role.READER),
        "export csv": (at("codebook_export", project, "csv"), "get", Role.READER),
        "export xlsx": (at("codebook_export", project, "xlsx"), "get", Role.READER),
        "export docx": (at("codebook_export", project, "docx"), "get", Role.READER),
        "new": (at("code_new", project), "get", Role.CODER),
        "memos": (at("code_memos", project, code.uuid), "post", Role.CODER),
        "memo": (at("code_memo", project, code.uuid, memo.uuid), "post", Role.LEAD),
        "passages": (at("code_passages", project, code.uuid), "post", Role.CODER),
        "rename": (at("code_rename", project), "post", Role.LEAD),
        "colour": (at("code_colour", project), "post", Role.LEAD),
        "edit": (at("code_edit", project, code.uuid), "get", Role.LEAD),
        "delete": (at("code_delete", project, code.uuid), "get", Role.LEAD),
        "place": (at("code_place", project), "post", Role.LEAD),
        "move": (at("code_move", project, code.uuid), "get", Role.LEAD),
        "merge": (at("code_merge", project, code.uuid), "get", Role.LEAD),
        "import": (at("codebook_import", project), "get", Role.LEAD),
    }


def test_each_view_answers_those_whose_role_reaches(client, study, reader):
    members = {Role.READER: reader, Role.CODER: study.coder, Role.LEAD: study.lead}
    rank = list(members)
    body = {
        "code": study.code.uuid,
        "name": "Økonomi",
        "colour": "",
        "step": "down",
        "body": "Et notat",
        "to": "",
    }
    for name, (address, method, least) in addresses(study).items():
        for role, member in members.items():
            client.force_login(member.user)
            status = getattr(client, method)(address, body if method == "post" else {}).status_code
            if rank.index(role) < rank.index(least):
                assert status == 403, (name, role)
            else:
                assert status in (200, 302, 422), (name, role, status)
        client.force_login(make_user())
        assert getattr(client, method)(address, body if method == "post" else {}).status_code == 404, name
        client.logout()
        assert getattr(client, method)(address, body if method == "post" else {}).status_code == 302, name


def test_a_get_changes_nothing_and_a_wrong_method_is_refused(client, study):
    client.force_login(study.lead.user)
    for name in ("code_rename", "code_colour", "code_place"):
        assert client.get(at(name, study.project)).status_code == 405
    assert client.post(at("codebook", study.project)).status_code == 405


def test_a_code_of_another_project_is_not_there(client, study):
    other = make_study()
    client.force_login(study.lead.user)
    for name in ("code", "code_edit", "code_move", "code_merge", "code_delete"):
        assert client.get(at(name, study.project, other.code.uuid)).status_code == 404
    response = client.post(at("code_rename", study.project), {"code": other.code.uuid, "name": "Tatt"})
    assert response.status_code == 409
    other.code.refresh_from_db()
    assert other.code.name == "Økonomi"


def test_the_tree_shows_codes_with_their_counts(client, study, reader):
    below = make_code(study.project, "Tilskudd", study.code)
    put(study.coder, study.source, "Vi koker kaffe", study.code, below)
    put(study.lead, study.source, "Vi koker kaffe", below)
    put(study.coder, study.source, "tar imot folk", below)
    counts = code_counts(study.project, reader, code_tree(study.project))
    assert counts[study.code.pk] == CodeCount(own_passages=1, own_codings=1, passages=2, codings=4)
    assert counts[below.pk] == CodeCount(own_passages=2, own_codings=3, passages=2, codings=3)
    assert counts[study.question.pk] == CodeCount(own_passages=0, own_codings=0, passages=2, codings=4)
    client.force_login(reader.user)
    html = client.get(at("codebook", study.project)).content.decode()
    assert html.index("P1 Drift") < html.index("Økonomi") < html.index("Tilskudd") < html.index("Lokaler")


def test_counts_leave_out_sources_that_the_member_may_not_see(study, reader):
    hidden = make_source(study.project, cleared=False)
    keeper = make_member(study.project, Role.LEAD, handles_identities=True)
    put(keeper, hidden, "Vi koker kaffe", study.code)
    tree = code_tree(study.project)
    assert code_counts(study.project, reader, tree)[study.code.pk].passages == 0
    assert code_counts(study.project, keeper, tree)[study.code.pk].passages == 1


def test_the_tree_asks_few_questions_whatever_its_size(client, study, django_assert_max_num_queries):
    for number in range(40):
        make_code(study.project, f"Kode {number}", study.code)
        propose_code(actor=study.coder, name=f"Forslag {number}", page="codebook")
    client.force_login(study.lead.user)
    with django_assert_max_num_queries(12):
        assert "Kode 39" in text(client.get(at("codebook", study.project)))


def test_search_without_script_keeps_what_stands_above_a_hit(client, study):
    study.other.definition = "Hus og rom"
    study.other.save()
    client.force_login(study.coder.user)
    names = re.findall(
        r'data-name="([^"]+)"', client.get(at("codebook", study.project), {"q": "HUS"}).content.decode()
    )
    assert names == ["P1 Drift", "Lokaler"]


def test_hostile_names_are_shown_as_they_are(client, study):
    make_code(study.project, HOSTILE.replace(">", ""), study.code, definition=HOSTILE)
    client.force_login(study.lead.user)
    for address in (at("codebook", study.project), at("code", study.project, study.code.uuid)):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script" in html


def test_a_lead_creates_a_question_and_a_code_below(client, study):
    client.force_login(study.lead.user)
    client.post(at("code_new", study.project), {"name": "P2 Frivillighet", "definition": "linje\r\nto"})
    question = Code.objects.get(name="P2 Frivillighet")
    assert (question.parent, question.proposed, question.definition) == (None, False, "linje\nto")
    response = client.post(at("code_new", study.project), {"name": "Motivasjon", "parent": question.uuid})
    below = Code.objects.get(name="Motivasjon")
    assert below.parent == question
    assert response["Location"] == f"{at('codebook', study.project)}?code={below.uuid}"
    assert AuditEvent.objects.filter(actor=study.lead, verb="code.create", page="codebook").exists()


def test_a_name_that_is_taken_is_told_at_the_field_and_what_was_typed_stays(client, study):
    client.force_login(study.lead.user)
    response = client.post(
        at("code_new", study.project),
        {"name": " økonomi ", "definition": "Penger", "parent": study.question.uuid},
    )
    assert response.status_code == 422
    assert "name" in response.context["form"].errors
    assert "Penger" in response.content.decode()
    assert Code.objects.filter(project=study.project).count() == 3


def test_a_coders_code_is_proposed_and_a_coder_cannot_place_it(client, study):
    client.force_login(study.coder.user)
    client.post(at("code_new", study.project), {"name": "Dugnad"})
    code = Code.objects.get(name="Dugnad")
    assert code.proposed and code.created_by == study.coder
    assert (
        client.post(at("code_new", study.project), {"name": "X", "parent": study.code.uuid}).status_code
        == 403
    )
    move = at("code_move", study.project, code.uuid)
    assert client.post(move, {"parent": study.question.uuid}).status_code == 403
    client.post(at("code_rename", study.project), {"code": code.uuid, "name": "Dugnadsånd"})
    code.refresh_from_db()
    assert code.name == "Dugnadsånd"
    assert client.get(at("code_edit", study.project, code.uuid)).status_code == 200
    client.force_login(make_member(study.project).user)
    assert client.get(at("code_edit", study.project, code.uuid)).status_code == 403
    assert client.post(at("code_delete", study.project, code.uuid)).status_code == 403
    client.force_login(study.lead.user)
    client.post(move, {"parent": study.question.uuid})
    code.refresh_from_db()
    assert (code.parent, code.proposed) == (study.question, False)


def test_a_coder_deletes_their_own_proposed_code_only_while_nobody_else_uses_it(client, study):
    code = propose_code(actor=study.coder, name="Dugnad", page="codebook")
    put(study.lead, study.source, "Vi koker kaffe", code)
    client.force_login(study.coder.user)
    assert client.post(at("code_delete", study.project, code.uuid)).status_code == 403
    assert Code.objects.filter(pk=code.pk).exists()


def steps(client: Client, study: Study, code: Code, *ways: str) -> list[int]:
    return [
        client.post(at("code_place", study.project), {"code": code.uuid, "step": way}).status_code
        for way in ways
    ]


def test_steps_move_a_code_up_down_in_and_out(client, study):
    third = make_code(study.project, "Målgrupper", study.question)
    client.force_login(study.lead.user)
    assert steps(client, study, third, "up") == [302]
    assert paths(study.project)[1:] == ["P1 Drift > Økonomi", "P1 Drift > Målgrupper", "P1 Drift > Lokaler"]
    assert steps(client, study, third, "in") == [302]
    assert paths(study.project)[2] == "P1 Drift > Økonomi > Målgrupper"
    assert steps(client, study, third, "out", "down") == [302, 302]
    assert paths(study.project)[1:] == ["P1 Drift > Økonomi", "P1 Drift > Lokaler", "P1 Drift > Målgrupper"]
    assert steps(client, study, third, "down") == [400]
    assert steps(client, study, study.question, "out", "in", "up") == [400, 400, 400]


def test_drag_places_a_code_in_front_of_another(client, study):
    client.force_login(study.lead.user)
    body = {"code": study.other.uuid, "parent": study.question.uuid, "before": study.code.uuid}
    client.post(at("code_place", study.project), body)
    assert paths(study.project)[1:] == ["P1 Drift > Lokaler", "P1 Drift > Økonomi"]


def test_a_code_cannot_go_below_itself(client, study):
    below = make_code(study.project, "Tilskudd", study.code)
    client.force_login(study.lead.user)
    response = client.post(at("code_move", study.project, study.code.uuid), {"parent": below.uuid})
    assert response.status_code == 422
    assert paths(study.project)[2] == "P1 Drift > Økonomi > Tilskudd"


def test_a_refused_move_comes_back_to_the_dialog(client, study):
    client.force_login(study.lead.user)
    address = at("code_move", study.project, study.code.uuid)
    response = client.post(address, {"parent": study.code.uuid}, headers={"hx-request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (422, "#dialog-body")


def test_merging_says_what_it_takes_along_and_can_be_undone(client, study):
    put(study.coder, study.source, "Vi koker kaffe", study.code, study.other)
    put(study.lead, study.source, "tar imot folk", study.code)
    write_memo(actor=study.lead, body="Samme sak?", about=study.code)
    client.force_login(study.lead.user)
    address = at("code_merge", study.project, study.code.uuid)
    goes = client.get(address).context["goes"]
    assert (goes.codings, goes.coders, goes.memos) == (2, 2, 1)
    assert client.post(address, {}).status_code == 422
    client.post(address, {"into": study.other.uuid})
    assert not Code.objects.filter(pk=study.code.pk).exists()
    assert Coding.objects.filter(code=study.other).count() == 2
    assert Memo.objects.get().code == study.other
    undo(actor=study.lead, page="codebook")
    assert Coding.objects.filter(code=study.code).count() == 2
    assert Memo.objects.get().code == study.code


def test_deleting_says_exactly_what_goes_along_and_can_be_undone(client, study):
    below = make_code(study.project, "Tilskudd", study.code)
    put(study.coder, study.source, "Vi koker kaffe", below)
    put(study.lead, study.source, "tar imot folk", study.code)
    write_memo(actor=study.lead, body="Slette?", about=below)
    client.force_login(study.lead.user)
    address = at("code_delete", study.project, study.code.uuid)
    page = client.get(address)
    goes = page.context["goes"]
    assert (goes.codes, goes.codings, goes.coders, goes.memos) == (2, 2, 2, 1)
    response = client.post(address, follow=True)
    assert not Code.objects.filter(name__in=["Økonomi", "Tilskudd"]).exists()
    assert not Coding.objects.exists()
    assert at("undo", study.project, "codebook") in response.content.decode()
    client.post(at("undo", study.project, "codebook"))
    assert paths(study.project)[1:3] == ["P1 Drift > Økonomi", "P1 Drift > Økonomi > Tilskudd"]
    assert Coding.objects.count() == 2 and Memo.objects.count() == 1


def test_a_colour_is_one_of_the_swatches_or_none(client, study):
    client.force_login(study.lead.user)
    address = at("code_colour", study.project)
    client.post(address, {"code": study.code.uuid, "colour": SWATCHES[2]})
    study.code.refresh_from_db()
    assert study.code.colour == SWATCHES[2]
    assert client.post(address, {"code": study.code.uuid, "colour": "red;}"}).status_code == 400
    client.post(address, {"code": study.code.uuid, "colour": ""})
    study.code.refresh_from_db()
    assert study.code.colour == ""


def test_the_swatches_have_the_hues_that_the_codes_get(settings):
    css = (settings.BASE_DIR / "static/css/pages/codebook.css").read_text()
    for number, colour in enumerate(SWATCHES, 1):
        hue, chroma = hue_of(colour), "0.14" if hue_of(colour) is not None else "0.00"
        assert f".swatch-{number} {{ --code: light-dark(oklch(0.55 {chroma} {hue or 0})" in css


def test_what_changed_nothing_offers_nothing_to_undo(client, study):
    client.force_login(study.lead.user)
    response = client.post(
        at("code_rename", study.project), {"code": study.code.uuid, "name": "Økonomi"}, follow=True
    )
    (message,) = response.context["messages"]
    assert message.extra_tags in (None, "")


def test_a_form_goes_on_to_no_other_site(client, study):
    client.force_login(study.lead.user)
    body = {"code": study.code.uuid, "name": "Penger", "next": "https://example.com/"}
    assert client.post(at("code_rename", study.project), body)["Location"].startswith(
        at("codebook", study.project)
    )


def test_a_stretch_is_a_source_a_start_and_an_end(study):
    for source in (study.source, make_source(study.project)):
        put(study.coder, source, "Vi koker", study.code)
        put(study.coder, source, "Vi koker kaffe", study.code)
    below = make_code(study.project, "Under", study.code)
    put(study.coder, study.source, "kaffe", below)
    tree = code_tree(study.project)
    four = CodeCount(own_passages=4, own_codings=4, passages=5, codings=5)
    assert code_counts(study.project, None, tree)[study.code.pk] == four
    assert code_counts(study.project, None, tree, below=study.code)[study.code.pk] == four


def test_what_a_merge_moves_is_told_as_far_as_one_may_know(study):
    (mine,) = put(study.coder, study.source, "Vi koker", study.code)
    put(study.coder, study.source, "kaffe", study.code)
    (theirs,) = put(study.lead, study.source, "tar imot", study.code)
    put(study.coder, study.source, "folk", study.other)
    for coding, actor in ((mine, study.coder), (theirs, study.lead)):
        write_coding_memo(actor=actor, source=study.source, coding=coding.uuid, body="Tja")
    told = own_belongings(study.code, study.coder)
    assert (told.codings, told.coders, told.memos, told.hidden) == (3, 2, 2, False)
    update_project(actor=study.lead, blind=True)
    blind = Membership.objects.select_related("project").get(pk=study.coder.pk)
    told = own_belongings(study.code, blind)
    assert (told.codings, told.coders, told.memos, told.hidden) == (2, 1, 1, True)
