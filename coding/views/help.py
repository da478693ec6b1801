"""What the words and keys mean, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from coding.views.guard import public


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """The help, as a page or, by htmx, as a dialog."""
    return render(request, "help.html")


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """The manual for the data-protection officer, and for everybody who handles identities."""
    return render(request, "help/privacy.html")
