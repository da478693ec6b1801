"""The rules of `retention.toml` carried out, each by the function of its name. All may run any number of times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coding import retention
from coding.actions import closing, imports, jobs
from coding.actions.errors import Invalid
from coding.models import AuditEvent, Certificate, Invitation, Project, SealedIdentity
from coding.models.projects import AtEnd

# Given the time and how long its matter is kept, a rule answers how many rows went.
Rule = Callable[[datetime, timedelta], int]
RULES: dict[str, Rule] = {}


def _rule(function: Rule) -> Rule:
    RULES[function.__name__] = function
    return function


def carry_out(now: datetime | None = None) -> Iterator[tuple[str, int]]:
    """Carry out every rule of the file: (its name, how many rows went). Raises Invalid before the first one.

    A name that nothing carries out, and a rule that the file does not set, are errors: neither passes unseen.
    """
    named = set(retention.names())
    for name in sorted(named - set(RULES)):
        raise Invalid(_("retention.toml: there is no rule “%(name)s”.") % {"name": name})
    for name in sorted(set(RULES) - named):
        raise Invalid(_("retention.toml: the rule “%(name)s” is missing.") % {"name": name})
    return _carried_out(now or timezone.now())


def _carried_out(now: datetime) -> Iterator[tuple[str, int]]:
    for name in retention.names():
        yield name, RULES[name](now, retention.kept(name))


@_rule
def import_drafts(now: datetime, kept: timedelta) -> int:
    """Uploaded files that nobody confirmed, with what was read of them."""
    return imports.sweep(now)


@_rule
def ended_jobs(now: datetime, kept: timedelta) -> int:
    """Background work that has ended."""
    return jobs.forget_old_jobs(now)


@_rule
def invitations(now: datetime, kept: timedelta) -> int:
    """Links that were used or have expired, so long ago."""
    useless = Q(used__lt=now - kept) | Q(expires__lt=now - kept)
    return Invitation.objects.filter(useless).delete()[0]


@_rule
def sessions(now: datetime, kept: timedelta) -> int:
    """Sessions that have ended."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


@_rule
def looks_and_exports(now: datetime, kept: timedelta) -> int:
    """What the history says of looks into the key and of files taken out; what was changed stays with the project."""
    looked = Q(verb__in=["identity.look", "identity.export", "informant.export", "export"])
    old = AuditEvent.objects.filter(looked, created__lt=now - kept).order_by("pk")
    gone = 0
    while keys := list(old.values_list("pk", flat=True)[: closing.BATCH]):
        with transaction.atomic():
            AuditEvent.objects.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


@_rule
def certificates(now: datetime, kept: timedelta) -> int:
    """Certificates, but that of a removal which has not ended."""
    unfinished = closing.under_way().values("pk")
    return Certificate.objects.filter(made__lt=now - kept).exclude(pk__in=unfinished).delete()[0]


@_rule
def project_end(now: datetime, kept: timedelta) -> int:
    """Projects whose end lies so long ago: the key or all of it goes, as they were told. Removals cut off go on."""
    done = 0
    for certificate in list(closing.under_way()):
        closing.carry_out(certificate, now=now)
        done += 1
    today = timezone.localtime(now).date()
    over = Project.objects.filter(ends__lt=today - kept).order_by("id")
    for project in over.filter(at_end=AtEnd.REMOVE_KEY):
        if project.key_removed is None or SealedIdentity.objects.filter(project=project.uuid).exists():
            closing.remove_key(actor=None, project=project, now=now)
            done += 1
    for project in over.filter(at_end=AtEnd.REMOVE_ALL):
        closing.remove_project(actor=None, project=project, now=now)
        done += 1
    return done


def compact() -> list[str]:
    """Rewrite the files of all databases, so that nothing of what was deleted is left in them.

    Answers the databases (by alias) in which that must wait: on SQLite, where a reader holds on to an old state.
    """
    busy = []
    for alias in connections:
        connection = connections[alias]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("VACUUM")
                # Until then the old pages stand in the file, and the new ones in its log.
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if cursor.fetchone()[0]:
                    busy.append(alias)
            else:
                cursor.execute("VACUUM FULL")
    return busy
