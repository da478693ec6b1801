"""The help: what the words and keys mean, and the chapters of the manual, for everybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from coding import manual
from coding.views.guard import public
from coding.views.help_topics import topic
from coding.views.key_table import key_groups


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """The help, as a page or, by htmx, as a dialog; `about` is the name of the page from which somebody asks."""
    language = get_language()
    context = {
        "about": topic(request.GET.get("about", ""), language),
        "chapters": manual.chapters(language),
        "key_groups": key_groups(),
    }
    return render(request, "help.html", context)


@public
def chapter(request: HttpRequest, chapter: str) -> HttpResponse:
    """One chapter of the manual, in the reader's language."""
    if chapter not in manual.CHAPTERS:
        raise Http404
    every = manual.chapters(get_language())
    at = manual.CHAPTERS.index(chapter)
    context = {
        "chapter": every[at],
        "chapters": every,
        "before": every[at - 1] if at else None,
        "after": every[at + 1] if at + 1 < len(every) else None,
        "key_groups": key_groups(),
    }
    return render(request, "help/chapter.html", context)


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """Where the chapter on names stood once; links in the papers of a study still lead here."""
    return redirect("help_chapter", "data-protection", permanent=True)
