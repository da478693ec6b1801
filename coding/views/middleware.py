"""Turns the refusals of actions and permissions into answers that a person understands."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from coding.actions.errors import Conflict, Invalid
from coding.permissions import Denied
from coding.views.errors import answer


class Refusals:
    """A view that does not handle a refusal itself answers it with its sentence: 403, 409 or 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Denied):
            return answer(request, 403, str(exception))
        if isinstance(exception, Conflict):
            return answer(request, 409, str(exception))
        if isinstance(exception, Invalid):
            return answer(request, 400, str(exception))
        return None
