"""The language of the pages: chosen by a person, kept in a cookie and, for who has signed in, in the account."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views import i18n

from coding.actions.projects import choose_language
from coding.views.guard import public

NORWEGIAN = frozenset({"nb", "nn", "no"})


@public
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language and go back to `next`; the choice follows the account to the next browser."""
    language = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated:
        choose_language(user=request.user, language=language)
    return i18n.set_language(request)


def _asked_for(request: HttpRequest) -> str:
    """What the browser asks for of itself, or nothing: Norwegian where it takes that at all, however far down."""
    accepted = [
        name for name, _how_much in parse_accept_lang_header(request.headers.get("accept-language", ""))
    ]
    plain = [name.split("-")[0] for name in accepted]
    if settings.LANGUAGE_CODE in plain:
        return ""
    if not NORWEGIAN.isdisjoint(plain):
        return "nb"
    return next((name for name in plain if name in dict(settings.LANGUAGES)), "")


class Language:
    """The language that this browser chose, else the one that the account was last read in, else the default.

    What the browser asks for of itself counts only where nobody has signed in (signing in, a link for a password or an
    account), and only without any Norwegian in it: Norwegians read Norwegian in English browsers too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = dict(settings.LANGUAGES)
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in known:
            language = request.user.language if request.user.is_authenticated else _asked_for(request)
        with translation.override(language if language in known else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        if not request.user.is_authenticated:
            patch_vary_headers(response, ["Accept-Language"])
        return response
