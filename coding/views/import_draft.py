"""The page of one file that waits to be confirmed: what it shows, and how a turn is edited on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from coding.actions import imports
from coding.forms.imports import DraftForm
from coding.importing import confirming
from coding.importing.confirming import Confirmed
from coding.importing.reading import preview_encodings
from coding.importing.text import NAMES
from coding.models.jobs import ImportDraft
from coding.reports import imports as report
from coding.views.guard import ProjectRequest

NOBODY, SOMEBODY_NEW = "none", "new"


class DraftPage:
    """A draft that is ready, its form, and the part of its turns that the page shows."""

    def __init__(self, request: ProjectRequest, draft: ImportDraft) -> None:
        self.request = request
        self.draft = draft
        self.document = imports.document_of(draft)
        self.choices = imports.choices_of(draft)
        self._form: DraftForm | None = None
        self._asked_page = request.POST.get("page") or request.GET.get("page") or "1"

    @property
    def form(self) -> DraftForm:
        if self._form is None:
            self._form = self._new_form(self.request.POST if self.request.method == "POST" else None)
        return self._form

    def _new_form(self, data: Any) -> DraftForm:
        return DraftForm(data, draft=self.draft, document=self.document, choices=self.choices)

    @staticmethod
    def encodings(draft: ImportDraft) -> list[tuple[str, str, str]]:
        """Each encoding, its name, and how the beginning of the file reads in it, while the file is there."""
        path = imports.file_of(draft)
        try:
            previews = preview_encodings(path) if path.exists() else []
        except (OSError, ValueError):
            return []
        return [(codec, NAMES.get(codec, codec), beginning) for codec, beginning in previews]

    def save(self) -> bool:
        """Keep what the form says; False where it cannot be kept as it stands."""
        if not self.form.is_valid():
            return False
        self.choices = self.form.decided()
        self._decide(**self.form.values())
        return True

    def _decide(self, **values: Any) -> None:
        imports.decide(actor=self.request.member, draft=self.draft, choices=self.choices, **values)
        self.draft.refresh_from_db()

    def edit_turn(self, verb: str, rest: str) -> tuple[str, int]:
        """Carry out one change; answers a sentence and the turn to look at. ValueError where it cannot be."""
        at = int(rest)
        if verb == "split":
            self.choices = confirming.split(self.document, self.choices, at)
            said = _("The turn was split.")
        elif verb == "join":
            before = [turn.key for turn in self.confirmed().turns if turn.key < at]
            self.choices = confirming.join(self.document, self.choices, at)
            at, said = max(before), _("The turn was joined with the one before.")
        else:
            speaker = self._chosen_speaker(at)
            self.choices = confirming.give_turn(self.document, self.choices, at, speaker)
            said = _("The turn has another speaker now.")
        self._decide()
        return said, at

    def _chosen_speaker(self, at: int) -> int | None:
        chosen = self.request.POST.get(f"speaker_{at}", NOBODY)
        if chosen == NOBODY:
            return None
        if chosen == SOMEBODY_NEW:
            self.choices, place = confirming.add_speaker(self.choices, self.request.POST.get(f"new_{at}", ""))
            return place
        return int(chosen)

    def confirmed(self) -> Confirmed:
        return confirming.apply(self.document, self.choices)

    def address(self, key: int | None = None) -> str:
        """This page, at the turn `key` if one is given."""
        path = reverse(
            "import_draft", args=[self.request.project.slug, self.draft.batch.uuid, self.draft.uuid]
        )
        number = self._page_number(self.confirmed(), key)
        query = f"?{urlencode({'page': number})}" if number != "1" else ""
        return f"{path}{query}" + (f"#turn-{key}" if key is not None else "")

    def _page_number(self, confirmed: Confirmed, key: int | None) -> str:
        place = None if key is None else confirmed.turn_at(key)
        return self._asked_page if place is None else str(place // report.TURNS_A_PAGE + 1)

    def _turns(self, confirmed: Confirmed, focus: int | None) -> dict[str, Any]:
        paginator = Paginator(range(len(confirmed.turns)), report.TURNS_A_PAGE)
        places: Page = paginator.get_page(self._page_number(confirmed, focus))
        editor = self._editor(confirmed)
        return {
            "page": places,
            "elided": list(paginator.get_elided_page_range(places.number)),
            "lines": [report.turn_line(confirmed, place) for place in places],
            "focus": focus,
            "editor": editor,
        }

    def _editor(self, confirmed: Confirmed) -> report.TurnEditor | None:
        get = self.request.GET
        key = get.get("turn", "")
        place = confirmed.turn_at(int(key)) if key.isdecimal() else None
        if place is None:
            return None
        part = get.get("part", "0")
        number = int(part) if part.isdecimal() else 0
        return report.turn_editor(self.document, confirmed, place, by=get.get("by", ""), part=number)

    def _context(self, focus: int | None = None, *, form: DraftForm | None = None) -> dict[str, Any]:
        confirmed = self.confirmed()
        form = form or self.form
        lines = report.speaker_lines(self.document, self.choices, confirmed)
        rows = [
            (line, form[f"label_{line.place}"], form[f"role_{line.place}"])
            for line in lines
            if f"label_{line.place}" in form.fields
        ]
        notes = list(enumerate(self.document.notes))
        return self._turns(confirmed, focus) | {
            "draft": self.draft,
            "form": form,
            "speakers": rows,
            "choices": self.choices,
            "notes": notes,
            "ticked": self._ticked(form),
            "warnings": [
                (
                    report.sentence(warning),
                    warning.params["label"] if warning.code == "possible_label" else "",
                )
                for warning in self.document.warnings
            ],
            "counts": self.draft.choices.get("counts", {}),
            "problem": (self.draft.error or {}).get("sentence", ""),
            "encodings": self.encodings(self.draft) if self.document.encoding else [],
            "encoding": self.draft.encoding or self.document.encoding,
            "following": report.next_ready(self.draft),
            "path": self.request.path,
            "place": "sources",
        }

    def _ticked(self, form: DraftForm) -> set[int]:
        if "notes" not in form.fields:
            return set()
        return {int(value) for value in form["notes"].value() or () if str(value).isdecimal()}

    def answer(self, *, status: int = 200) -> HttpResponse:
        """The whole page, or only the turn that htmx asks to edit."""
        context = self._context()
        if self.request.htmx and self.request.method == "GET":
            name = "imports/draft.html#editor" if context["editor"] else "imports/draft.html#turns"
            if self.request.GET.get("close"):
                confirmed = self.confirmed()
                place = confirmed.turn_at(int(self.request.GET["close"]))
                context |= {"line": report.turn_line(confirmed, place or 0)}
                name = "imports/draft.html#turn"
            return render(self.request, name, context)
        return render(self.request, "imports/draft.html", context, status=status)

    def answer_turns(self, focus: int, *, form_too: bool) -> HttpResponse:
        """The turns after one was edited, and the speakers with them where nothing typed would be lost."""
        context = self._context(focus, form=self._new_form(None)) | {"form_too": form_too}
        return render(self.request, "imports/draft.html#turns", context)
