"""Read the texts for the search, without waiting for the worker."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from coding import tasks
from coding.actions.indexing import drop_indexes
from coding.language.analyser import analyser_name
from coding.management.base import KodebenkCommand, Refusal
from coding.models import Project, TextVersion
from coding.reports.words import unread


class Command(KodebenkCommand):
    help = (
        "Read for the search every text that has not been read, or was read by an earlier version; with --all, every"
        " text anew. Without --project, in all projects."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", metavar="SLUG")
        parser.add_argument("--all", action="store_true", help="every text anew")
        parser.add_argument("--json", action="store_true", help="one object a project")

    def handle(self, *args: Any, **options: Any) -> None:
        projects = Project.objects.order_by("slug")
        if options["project"] is not None:
            projects = projects.filter(slug=options["project"])
            if not projects:
                raise Refusal(_("There is no project “%(slug)s”.") % {"slug": options["project"]})
        done = [self._reindex(project, options) for project in projects]
        if options["json"]:
            self.stdout.write(json.dumps(done, ensure_ascii=False))

    def _reindex(self, project: Project, options: dict[str, Any]) -> dict[str, Any]:
        if options["all"]:
            drop_indexes(TextVersion.objects.filter(source__project=project).values_list("pk", flat=True))
        waiting = len(unread(project.pk, analyser_name()))

        def progress(done: int) -> bool:
            if not options["json"]:
                self.stderr.write(f"{project.slug}: {done} / {waiting}", ending="\r")
                self.stderr.flush()
            return True

        began = time.monotonic()
        words = tasks.index_texts(project.pk, progress)
        seconds = round(time.monotonic() - began, 1)
        if not options["json"]:
            said = _("%(project)s: %(texts)s texts read, %(words)s words, %(seconds)s s")
            self.stdout.write(
                said % {"project": project.slug, "texts": waiting, "words": words, "seconds": seconds}
            )
        return {"project": project.slug, "texts": waiting, "words": words, "seconds": seconds}
