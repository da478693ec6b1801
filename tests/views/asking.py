"""Asking the pages of a project as one of its members."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from coding.models import Membership


def see(client: Client, member: Membership, page: str, /, *args: Any, **asked: Any) -> Any:
    """The answer to `member` opening a page (the name of its address, and what follows the project in it)."""
    client.force_login(member.user)  # type: ignore[arg-type]
    return client.get(reverse(page, args=[member.project.slug, *args]), asked)


def do(client: Client, member: Membership, page: str, /, *args: Any, **sent: Any) -> Any:
    """The answer to `member` sending a form there."""
    client.force_login(member.user)  # type: ignore[arg-type]
    return client.post(reverse(page, args=[member.project.slug, *args]), sent)


def said(response: Any) -> str:
    """The page as text."""
    return response.content.decode()
