"""My projects, a new one, and a project's settings."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import Attribute, AuditEvent, Membership, Project, Role, Source, User
from coding.reports.members import projects_of
from tests.factories import (
    lead_of,
    make_code,
    make_member,
    make_project,
    make_source,
    make_study,
    make_user,
    put,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    user = make_user("kari")
    client.force_login(user)
    return user


def page(client: Client, url: str = "/") -> str:
    return client.get(url).content.decode()


def test_it_shows_mine_with_my_role_and_no_others(client: Client, user: User) -> None:
    mine, other = make_project("min-studie", lead=user), make_project("annen-studie")
    text = page(client)
    assert mine.title in text and reverse("project", args=[mine.slug]) in text
    assert "Project lead" in text
    assert other.title not in text


def test_where_i_no_longer_take_part_is_not_mine(client: Client, user: User) -> None:
    project = make_project("min-studie")
    Membership.objects.create(project=project, user=user, name="kari", active=False)
    assert project.title not in page(client)


def test_an_empty_list_says_what_to_do(client: Client, user: User) -> None:
    assert "You take part in no project yet" in page(client)
    assert reverse("new_project") in page(client)


def test_they_stand_in_norwegian_order(user: User) -> None:
    for slug, title in (("a", "Ål"), ("b", "Alta"), ("c", "Ørsta"), ("d", "Zoo 10"), ("e", "Zoo 9")):
        Project.objects.filter(pk=make_project(slug, lead=user).pk).update(title=title)
        Project.objects.get(slug=slug).save()
    assert [row.project.title for row in projects_of(user)] == ["Alta", "Zoo 9", "Zoo 10", "Ørsta", "Ål"]


def test_news_are_what_others_did_since(user: User) -> None:
    study = make_study()
    Membership.objects.filter(pk=study.coder.pk).update(user=user)
    put(study.coder, study.source, "koker kaffe", study.code)
    (row,) = projects_of(user)
    assert not row.news and (row.sources, row.codings) == (1, 1)
    put(study.lead, study.source, "tar imot", study.code)
    make_source(study.project)
    make_code(study.project, "Folk", study.question)
    (row,) = projects_of(user)
    assert (row.news.codings, row.news.sources, row.news.codes) == (1, 1, 1)
    put(study.coder, study.source, "folk", study.code)
    (row,) = projects_of(user)
    assert not row.news


def test_news_tell_nothing_of_sources_out_of_sight(user: User) -> None:
    study = make_study()
    Membership.objects.filter(pk=study.coder.pk).update(user=user)
    put(study.lead, study.source, "koker kaffe", study.code)
    Source.objects.update(cleared=None)
    (row,) = projects_of(user)
    assert (row.sources, row.codings, row.news.sources, row.news.codings) == (0, 0, 0, 0)


def test_who_makes_a_project_leads_it(client: Client, user: User) -> None:
    answer = client.post(reverse("new_project"), {"title": "  Frivillighet i   småbyer "})
    project = Project.objects.get()
    assert (project.title, project.slug) == ("Frivillighet i småbyer", "frivillighet-i-smabyer")
    assert answer["Location"] == reverse("project", args=[project.slug])
    member = project.memberships.get()
    assert (member.user, member.role, member.handles_identities) == (user, Role.LEAD, True)
    assert set(Attribute.objects.values_list("key", flat=True)) == {"city", "informant_type"}
    assert AuditEvent.objects.get().verb == "project.create"


def test_two_projects_may_have_one_title(client: Client, user: User) -> None:
    for _attempt in range(2):
        client.post(reverse("new_project"), {"title": "Ærlighet"})
    assert set(Project.objects.values_list("slug", flat=True)) == {"aerlighet", "aerlighet-2"}


def test_a_title_of_signs_only_still_gets_an_address(client: Client, user: User) -> None:
    client.post(reverse("new_project"), {"title": "???"})
    assert Project.objects.get().slug


def test_a_project_needs_a_title_and_the_form_keeps_the_rest(client: Client, user: User) -> None:
    answer = client.post(reverse("new_project"), {"title": "   ", "sources_public": "on"})
    assert answer.status_code == 422
    assert "checked" in answer.content.decode() and 'role="alert"' in answer.content.decode()
    assert not Project.objects.exists()


def test_a_lead_changes_the_settings(client: Client, user: User) -> None:
    project = make_project(lead=user)
    url = reverse("project_settings", args=[project.slug])
    fields = {"title": "Ny tittel", "description": "Hva spør vi om?\r\nOg hvem?", "sources_public": "on"}
    assert client.post(url, fields).status_code == 302
    project.refresh_from_db()
    assert (project.title, project.description) == ("Ny tittel", "Hva spør vi om?\nOg hvem?")
    assert project.sources_public and project.name_key == "ny tittel"
    assert AuditEvent.objects.filter(verb="project.update", actor=lead_of(project)).count() == 1
    assert client.post(url, {"title": ""}).status_code == 422
    assert "Og hvem?" in page(client, url)


def test_a_coder_does_not(client: Client, user: User) -> None:
    project = make_project()
    make_member(project)
    Membership.objects.create(project=project, user=user, name="kari", role=Role.CODER)
    answer = client.post(reverse("project_settings", args=[project.slug]), {"title": "Min"})
    assert answer.status_code == 403
    project.refresh_from_db()
    assert project.title != "Min"
