"""The language of the pages: chosen by a person, kept in a cookie and, for who has signed in, in the account."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views import i18n

from coding.actions.projects import choose_language
from coding.views.guard import public


@public
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language and go back to `next`; the choice follows the account to the next browser."""
    language = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated:
        choose_language(user=request.user, language=language)
    return i18n.set_language(request)


class Language:
    """The language that this browser chose, else the one that the account was last read in, else the default.

    What the browser asks for of itself counts for nothing: Norwegians read Norwegian in English browsers too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = dict(settings.LANGUAGES)
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in known and request.user.is_authenticated:
            language = request.user.language
        with translation.override(language if language in known else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response
