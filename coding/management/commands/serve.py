"""Serve Kodebenk: the web pages in this process, the background work in a child that ends with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coding.management.base import KodebenkCommand, Refusal
from coding.management.saying import DEFAULT_PORT, shown_host
from coding.management.serving import serve


def port_of(options: dict[str, Any]) -> int:
    """`--port`, else the environment's PORT, else 8000."""
    chosen = options.get("port") or os.environ.get("PORT") or DEFAULT_PORT
    try:
        port = int(chosen)
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        raise Refusal(_("“%(port)s” is no port. Give a number from 1 to 65535.") % {"port": chosen})
    return port


def address_of(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    return f"http://{shown_host(host)}:{port}/"


@contextmanager
def usable(port: int) -> Iterator[None]:
    """Says in one sentence why this port cannot be served on, where what is done within finds that out."""
    try:
        yield
    except OSError as error:
        raise Refusal(
            _("Port %(port)s cannot be used: %(reason)s. Choose another one with PORT=…")
            % {"port": port, "reason": error.strerror or str(error)}
        ) from None


class Command(KodebenkCommand):
    help = str(gettext_lazy("Serve Kodebenk until Ctrl-C."))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port")

    def handle(self, *args: Any, **options: Any) -> None:
        port = port_of(options)
        address = address_of(options["host"], port)
        ready = _("Kodebenk is served at %(address)s – Ctrl-C stops it.") % {"address": address}
        with usable(port):
            serve(options["host"], port, ready=ready)
