"""Every view of the house stands behind a door, and each door keeps out whom it should."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import get_converters

from coding.models import AuditEvent, Membership, Role
from coding.permissions import check_can_close, check_can_oversee
from tests.factories import (
    Study,
    account_of,
    make_member,
    make_project,
    make_study,
    make_user,
)

PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "invitation",
    "set_language",
    "help",
    "help_privacy",
    "help_chapter",
}
ROLES = {Role.READER, Role.CODER, Role.LEAD}


def walk(patterns: Any = None) -> Iterator[URLPattern]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns)
        else:
            yield pattern


def guard_of(view: URLPattern) -> str:
    return getattr(view.callback, "guard", "")


VIEWS = {str(pattern.name): pattern for pattern in walk()}
IN_PROJECT = {name: view for name, view in VIEWS.items() if guard_of(view) in ROLES}


def address(name: str, study: Study) -> str:
    """The address of a view with something in each of its places; what guards it is asked before what it shows."""
    names = {type(converter): key for key, converter in get_converters().items()}
    some = {"slug": "slug", "str": "codebook", "path": "codebook", "int": 1, "uuid": uuid.uuid4()}
    pattern = VIEWS[name].pattern
    kwargs: dict[str, Any] = {key: some[names[type(kind)]] for key, kind in pattern.converters.items()}
    resolver_kwargs = {"slug": study.project.slug} if name in IN_PROJECT else {}
    if "source" in kwargs:
        kwargs["source"] = study.source.uuid
    return reverse(name, kwargs=resolver_kwargs | kwargs)


def entered(member: Membership) -> Client:
    """A browser in which the member has signed in."""
    client = Client()
    assert member.user is not None
    client.force_login(account_of(member))
    return client


def ask(client: Client, url: str) -> Any:
    """GET, or what the view takes instead."""
    answer = client.get(url)
    return client.generic(answer["Allow"].split(", ")[0], url) if answer.status_code == 405 else answer


@pytest.fixture
def study(db: None) -> Study:
    return make_study()


def test_every_view_has_a_name_of_its_own() -> None:
    names = [pattern.name for pattern in walk()]
    assert None not in names
    assert len(names) == len(set(names))


def test_every_view_is_guarded() -> None:
    unguarded = [name for name, view in VIEWS.items() if not guard_of(view)]
    assert unguarded == []


def test_only_these_are_public() -> None:
    assert {name for name, view in VIEWS.items() if guard_of(view) == "public"} == PUBLIC


def test_what_lies_under_a_project_asks_for_a_role(study: Study) -> None:
    under = {name for name in VIEWS if "slug" in str(get_resolver().reverse_dict.getlist(name))}
    assert under == set(IN_PROJECT)


@pytest.mark.parametrize("name", sorted(set(VIEWS) - PUBLIC))
def test_a_stranger_is_sent_to_sign_in(name: str, study: Study) -> None:
    url = address(name, study)
    answer = ask(Client(), url)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login") + "?next=")


@pytest.mark.parametrize("name", sorted(IN_PROJECT))
def test_outside_the_project_there_is_nothing(name: str, study: Study) -> None:
    client = entered(make_project().memberships.get())
    answer = ask(client, address(name, study))
    assert answer.status_code == 404
    assert study.project.title not in answer.content.decode()


@pytest.mark.parametrize("name", sorted(IN_PROJECT))
def test_who_no_longer_takes_part_is_outside(name: str, study: Study) -> None:
    Membership.objects.filter(pk=study.coder.pk).update(active=False)
    client = entered(study.coder)
    assert ask(client, address(name, study)).status_code == 404


@pytest.mark.parametrize("name", sorted(n for n, v in IN_PROJECT.items() if guard_of(v) != Role.READER))
def test_a_reader_is_told_why_not(name: str, study: Study) -> None:
    reader = make_member(study.project, Role.READER)
    client = entered(reader)
    answer = ask(client, address(name, study))
    assert answer.status_code == 403
    reasons: dict[str, str] = {
        Role.CODER: "You are a reader in this project",
        Role.LEAD: "Only a project lead can do this",
    }
    assert reasons[guard_of(IN_PROJECT[name])] in answer.content.decode()


@pytest.mark.parametrize("name", sorted(n for n, v in IN_PROJECT.items() if guard_of(v) == Role.LEAD))
def test_a_coder_is_told_that_leads_do_this(name: str, study: Study) -> None:
    client = entered(study.coder)
    answer = ask(client, address(name, study))
    assert answer.status_code == 403
    assert "Only a project lead can do this" in answer.content.decode()


def rights_of(right: Any) -> list[str]:
    return sorted(name for name, view in IN_PROJECT.items() if getattr(view.callback, "right", None) is right)


def test_these_ask_for_a_right_of_its_own_beside_the_role() -> None:
    assert rights_of(check_can_oversee) == ["certificates"]
    assert rights_of(check_can_close) == ["end_key", "end_project"]


@pytest.mark.parametrize("name", rights_of(check_can_oversee))
@pytest.mark.parametrize("role", [Role.READER, Role.CODER, Role.LEAD])
@pytest.mark.parametrize("officer", [True, False])
def test_leads_and_officers_oversee(name: str, role: str, officer: bool, study: Study) -> None:
    member = make_member(study.project, role)
    Membership.objects.filter(pk=member.pk).update(oversees_privacy=officer)
    answer = ask(entered(member), address(name, study))
    opens = officer or role == Role.LEAD
    assert answer.status_code == (200 if opens else 403)
    assert opens or "Only project leads and data-protection officers" in answer.content.decode()


@pytest.mark.parametrize("name", rights_of(check_can_close))
def test_a_lead_without_identities_is_told_who_ends_a_project(name: str, study: Study) -> None:
    answer = ask(entered(make_member(study.project, Role.LEAD)), address(name, study))
    assert answer.status_code == 403
    assert "Only project leads who handle identities" in answer.content.decode()


def test_an_officer_who_reads_changes_nothing_anywhere(study: Study) -> None:
    officer = make_member(study.project, Role.READER)
    Membership.objects.filter(pk=officer.pk).update(oversees_privacy=True)
    client = entered(officer)
    before = AuditEvent.objects.exclude(verb="export").count()
    for name in sorted(IN_PROJECT):
        answer = client.post(address(name, study), {"body": "x", "title": "x", "sure": "on"})
        assert answer.status_code in (400, 403, 404, 405, 422), name
    assert AuditEvent.objects.exclude(verb="export").count() == before


def test_a_reader_changes_nothing_anywhere(study: Study) -> None:
    reader = make_member(study.project, Role.READER)
    client = entered(reader)
    before = AuditEvent.objects.exclude(verb="export").count()
    for name in sorted(IN_PROJECT):
        fields = {"body": "x", "title": "x", "name": "x", "pseudonym": "x", "codes": str(study.code.uuid)}
        answer = client.post(address(name, study), fields)
        assert answer.status_code in (400, 403, 404, 405, 422), name
    assert AuditEvent.objects.exclude(verb="export").count() == before


@pytest.mark.parametrize("name", sorted(n for n in IN_PROJECT if "source" in VIEWS[n].pattern.converters))
def test_a_source_of_another_project_is_nothing(name: str, study: Study) -> None:
    other = make_study()
    client = entered(study.lead)
    url = address(name, study).replace(str(study.source.uuid), str(other.source.uuid))
    assert ask(client, url).status_code == 404


@pytest.mark.parametrize("name", sorted(n for n in IN_PROJECT if "source" in VIEWS[n].pattern.converters))
def test_a_source_that_is_not_cleared_is_for_those_who_handle_identities(name: str, study: Study) -> None:
    type(study.source).objects.filter(pk=study.source.pk).update(cleared=None)
    lead = make_member(study.project, Role.LEAD, handles_identities=False)
    client = entered(lead)
    answer = ask(client, address(name, study))
    assert answer.status_code == 403
    assert study.source.title not in answer.content.decode()


def test_a_person_without_projects_sees_their_own_empty_list(study: Study) -> None:
    client = Client()
    client.force_login(make_user())
    assert study.project.title not in ask(client, reverse("projects")).content.decode()
