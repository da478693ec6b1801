"""How commands say times, and where Kodebenk is reached."""

from __future__ import annotations

import os
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince


def day_and_time(when: datetime) -> str:
    return date_format(timezone.localtime(when), "Y-m-d H:i")


def age(made: datetime) -> str:
    """How old something is, in its largest unit."""
    return timesince(made, depth=1).replace("\xa0", " ")


_THIS_MACHINE = ("localhost", "127.0.0.1", "0.0.0.0", "::1", "[::1]", "::")
DEFAULT_PORT = 8000


def shown_host(host: str) -> str:
    """The host as it is written in the address bar."""
    return "localhost" if host in _THIS_MACHINE else host


def public_address() -> str:
    """Where Kodebenk is reached, without a slash at the end, as far as its settings tell.

    A trusted origin is written out in full; a host by itself stands behind a web server, which has the usual port.
    """
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if "*" not in origin:
            return origin.rstrip("/")
    scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
    for host in settings.ALLOWED_HOSTS:
        if host not in _THIS_MACHINE and not host.startswith((".", "*")):
            return f"{scheme}://{host}"
    return f"{scheme}://localhost:{os.environ.get('PORT') or DEFAULT_PORT}"
