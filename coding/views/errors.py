"""What a person sees where a page cannot be shown: one clear sentence, and the way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def answer(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """`sentence` as JSON where the asker reads JSON, as a page elsewhere."""
    if request.headers.get("accept", "").startswith("application/json"):
        return JsonResponse({"error": sentence}, status=status)
    return render(request, "errors/error.html", {"sentence": sentence, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400, _("The request could not be understood. Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, str(exception) or _("You may not see this page."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, _("There is nothing at this address, or you have no access to it."))


def server_error(request: HttpRequest) -> HttpResponse:
    sentence = _("Something went wrong here. What you had stored is safe. Try again in a moment.")
    return answer(request, 500, sentence)
