"""How the commands about backups say times."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince


def day_and_time(when: datetime) -> str:
    return date_format(timezone.localtime(when), "Y-m-d H:i")


def age(made: datetime) -> str:
    """How old something is, in its largest unit."""
    return timesince(made, depth=1).replace("\xa0", " ")
