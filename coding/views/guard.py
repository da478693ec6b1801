"""The door of every view: who may come in. A test walks the URL map and finds each view behind it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from coding.models import Membership, Project, Role, Source, User
from coding.permissions import check_can_see_source, check_role


class ProjectRequest(HttpRequest):
    """A request that came through the guard."""

    project: Project
    member: Membership
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A view that everybody may see, signed in or not."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """A view for everybody who has signed in."""
    guarded = never_cache(login_required(view))
    guarded.guard = "signed in"  # type: ignore[attr-defined]
    return guarded


def project_view(
    role: str = Role.READER,
    *,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    right: Callable[[Membership], None] | None = None,
) -> Callable[[View], View]:
    """A view inside a project, called as `view(request, ...)` with `request.project` and `request.member`.

    Outside the project the answer is 404; a member whose role does not reach `role`, or who lacks the `right` (a check
    of `permissions`), gets 403 with the reason. `methods` are those that it answers. A `source` in the address becomes
    the Source, scoped to the project and visible to the member (404 where there is none, 403 where it is not cleared).
    """

    def decorate(view: View) -> View:
        @never_cache
        @require_http_methods(methods)
        @login_required
        @wraps(view)
        def guarded(request: ProjectRequest, slug: str, **kwargs: Any) -> HttpResponse:
            member = (
                Membership.objects.active()
                .select_related("project", "user")
                .filter(project__slug=slug, user=cast(User, request.user))
                .first()
            )
            if member is None:
                raise Http404
            request.member, request.project = member, member.project
            check_role(member, role)
            if right is not None:
                right(member)
            if "source" in kwargs:
                kwargs["source"] = find_source(member, kwargs["source"])
            return view(request, **kwargs)

        guarded.guard = role  # type: ignore[attr-defined]
        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate


def find_source(member: Membership, key: uuid.UUID) -> Source:
    """A source of the member's project by UUID, with its text. Raises Http404, Denied."""
    sources = Source.objects.select_related("version", "project", "primary_coder")
    source = sources.filter(project=member.project, uuid=key).first()
    if source is None:
        raise Http404
    check_can_see_source(member, source)
    return source
