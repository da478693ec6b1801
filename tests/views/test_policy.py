"""Every page tells the browser to run and show only what Kodebenk itself serves."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import make_study

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.fixture
def study():
    return make_study()


def policy_of(answer) -> dict[str, str]:
    """The directives of the one policy that an answer carries, and that is in force."""
    assert "Content-Security-Policy-Report-Only" not in answer
    directives = [one.strip().split(" ", 1) for one in answer["Content-Security-Policy"].split(";")]
    assert len(dict(directives)) == len(directives)
    return dict(directives)


def test_the_coding_page_is_sent_with_a_strict_policy(client, study):
    client.force_login(study.coder.user)
    answer = client.get(reverse("source", args=[study.project.slug, study.source.uuid]))
    assert b'id="transcript"' in answer.content
    assert policy_of(answer) == POLICY


def test_what_the_coding_page_asks_for_is_sent_with_it_too(client, study):
    client.force_login(study.coder.user)
    answer = client.get(reverse("codings", args=[study.project.slug, study.source.uuid]) + "changes/?after=0")
    assert "cursor" in answer.json()
    assert policy_of(answer) == POLICY


def test_the_page_to_sign_in_is_sent_with_a_strict_policy(client):
    answer = client.get(reverse("account_login"))
    assert b'name="password"' in answer.content
    assert policy_of(answer) == POLICY


@pytest.mark.parametrize("address", ["/nothing/here/", "/p/nobody/", "/static/js/nothing.js"])
def test_what_is_not_there_is_said_with_a_strict_policy(client, study, address):
    client.force_login(study.coder.user)
    answer = client.get(address)
    assert answer.status_code == 404
    assert policy_of(answer) == POLICY
