"""What every page needs: how it looks, and which project it belongs to."""

from __future__ import annotations

from django.http import HttpRequest

THEMES = ("light", "dark", "contrast")


def appearance(request: HttpRequest) -> dict[str, object]:
    """`theme` (light, dark, contrast; empty: as the system); project and member that the guard found, if any."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "project": getattr(request, "project", None),
        "member": getattr(request, "member", None),
    }
