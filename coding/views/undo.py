"""Taking back, and doing again, what the member did last on a page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from coding.actions import undo as history
from coding.actions.errors import Conflict, Invalid
from coding.models import Role
from coding.permissions import Denied
from coding.views.guard import ProjectRequest, project_view
from coding.views.safe import next_address


@project_view(Role.CODER, methods=("POST",))
def undo(request: ProjectRequest, page: str) -> HttpResponse:
    """Undo (or with `again=1` redo) on `page` and go to `next`; what stands in the way is said there."""
    again = request.POST.get("again") == "1"
    try:
        taken = (history.redo if again else history.undo)(actor=request.member, page=page)
    except (Conflict, Denied, Invalid) as refused:
        messages.error(request, str(refused))
    else:
        if taken is None:
            messages.info(request, _("Nothing to do again here.") if again else _("Nothing to undo here."))
        else:
            messages.success(request, taken.sentence)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(next_address(request, "project"))
