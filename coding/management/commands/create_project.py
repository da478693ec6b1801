"""Create a project, and its lead where that user is missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coding.actions.projects import create_project, password_link
from coding.management.base import KodebenkCommand
from coding.management.saying import public_address
from coding.models import User


class Command(KodebenkCommand):
    help = "Create a project; a lead who has no account gets one, with a one-time link to set a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--title")
        parser.add_argument("--lead", metavar="USER")

    def handle(self, *args: Any, **options: Any) -> None:
        lead, created = None, False
        if options["lead"]:
            lead = User.objects.filter(username=options["lead"]).first()
            if lead is None:
                lead, created = User(username=options["lead"]), True
                lead.set_unusable_password()
        title = options["title"] or options["slug"].replace("-", " ").capitalize()
        if lead is not None and created:
            lead.save()
        try:
            project = create_project(slug=options["slug"], title=title, lead=lead)
        except Exception:
            if lead is not None and created:
                lead.delete()
            raise
        self.stdout.write(
            _("Created the project “%(title)s” (%(slug)s).") % {"title": title, "slug": project.slug}
        )
        if lead is not None and created:
            link = public_address() + reverse("invitation", args=[password_link(lead)])
            self.stdout.write(
                _("%(user)s sets a password once at %(link)s") % {"user": lead.username, "link": link}
            )
            days = settings.INVITATION_DAYS
            self.stdout.write(
                ngettext(
                    "The link opens while “manage.py serve” runs, for %(days)d day.",
                    "The link opens while “manage.py serve” runs, for %(days)d days.",
                    days,
                )
                % {"days": days}
            )
