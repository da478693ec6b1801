"""Who speaks in a source: roles, informants, names, merging."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from coding.actions.errors import Invalid
from coding.actions.identities import look_at_labels
from coding.actions.informants import free_pseudonym
from coding.actions.speakers import merge_speakers, set_speakers
from coding.forms.attributes import PREFIX
from coding.forms.sources import MergeForm, SpeakerForm
from coding.models import Attribute, Role, Source
from coding.permissions import has_role
from coding.reports.sources import speaker_rows
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import last_event, tell, tell_change, undo_state


def _forms(request: ProjectRequest, source: Source, *, bound: bool) -> list[SpeakerForm]:
    informants = list(request.project.informants.order_by("sort_key", "id"))
    attributes = list(Attribute.objects.filter(project=request.project).prefetch_related("values"))
    originals = look_at_labels(actor=request.member, source=source) if request.GET.get("originals") else None
    rows = speaker_rows(source, originals)
    return [
        SpeakerForm(request.POST if bound else None, row=row, informants=informants, attributes=attributes)
        for row in rows
    ]


@project_view(methods=("GET", "HEAD", "POST"))
def speakers(request: ProjectRequest, source: Source) -> HttpResponse:
    """Each label of a source with how it begins, and whose it is; coders change all of them at once."""
    posted = request.method == "POST"
    forms = _forms(request, source, bound=posted)
    # Every form is asked, so that every field that is wrong says so.
    valid = [form.is_valid() for form in forms]
    if posted and all(valid) and _saved(request, source, forms):
        return redirect("speakers", request.project.slug, source.uuid)
    return _page(request, source, forms, MergeForm(speakers=[form.speaker for form in forms]))


def _saved(request: ProjectRequest, source: Source, forms: list[SpeakerForm]) -> bool:
    try:
        before = last_event(request, f"{source.uuid}/s")
        set_speakers(actor=request.member, source=source, choices=[form.choice for form in forms])
    except Invalid as error:
        speaker, _dot, name = str(error.field).partition(".")
        for form in forms:
            if str(form.speaker.pk) == speaker:
                form.complain(name if name in form.fields else PREFIX + name, str(error))
                return False
        raise
    tell_change(request, _("Who speaks is saved."), f"{source.uuid}/s", before)
    return True


def _page(
    request: ProjectRequest, source: Source, forms: list[SpeakerForm], merge: MergeForm
) -> HttpResponse:
    wrong = bool(merge.errors) or any(form.errors for form in forms)
    context = {
        "wrong": wrong,
        "source": source,
        "forms": forms,
        "merge": merge,
        "may_change": has_role(request.member, Role.CODER),
        "unlinked": sum(1 for form in forms if form.is_unlinked),
        "next_pseudonym": free_pseudonym(request.project),
        "undo": undo_state(request, f"{source.uuid}/s"),
    }
    return render(request, "speakers/speakers.html", context, status=422 if wrong else 200)


@project_view(Role.CODER, methods=("POST",))
def merge(request: ProjectRequest, source: Source) -> HttpResponse:
    """Make one speaker of two labels."""
    forms = _forms(request, source, bound=False)
    form = MergeForm(request.POST, speakers=[one.speaker for one in forms])
    if not form.is_valid():
        return _page(request, source, forms, form)
    gone, kept = (form.speakers.get(form.cleaned_data[name]) for name in ("speaker", "into"))
    if gone is None or kept is None:
        raise Http404
    gone.source = kept.source = source
    merge_speakers(actor=request.member, speaker=gone, into=kept)
    sentence = _("“%(gone)s” is now “%(kept)s”.") % {"gone": gone.label, "kept": kept.label}
    tell(request, sentence, f"{source.uuid}/s")
    return redirect("speakers", request.project.slug, source.uuid)


speaker_patterns = [
    path("sources/<uuid:source>/speakers/", speakers, name="speakers"),
    path("sources/<uuid:source>/speakers/merge/", merge, name="speakers_merge"),
]
