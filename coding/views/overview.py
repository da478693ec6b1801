"""The front page of a project: what is mine, where I stopped, what is next; for leads, how the team gets on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from coding.models import Role, Source
from coding.permissions import has_role
from coding.reports import corrections
from coding.reports import informants as people
from coding.reports import sources as report
from coding.reports.ending import reminder
from coding.reports.members import news
from coding.reports.mine import my_sources
from coding.reports.suggesting import waiting
from coding.reports.summary_waits import summaries_waiting
from coding.reports.team import team
from coding.views.guard import ProjectRequest, project_view

SHOWN_AT_FIRST = 8


@project_view()
def overview(request: ProjectRequest) -> HttpResponse:
    """Where the work stands and what comes next."""
    member = request.member
    codes, leads = has_role(member, Role.CODER), has_role(member, Role.LEAD)
    mine = my_sources(member)
    open_ones = [one for one in mine if not one.finished]
    counts = report.counts(member)
    for_me = {
        "reviews": corrections.my_reviews(member),
        "suggested": waiting(member).count() if codes else 0,
        "summaries": summaries_waiting(member),
        "proposed": report.proposed_codes(request.project) if leads else 0,
        "uncleared": report.uncleared(request.project) if member.handles_identities else [],
    }
    context = for_me | {
        "for_me": any(for_me.values()),
        "counts": counts,
        "mine": mine,
        # Who only reads begins here.
        "reading": [] if codes else list(Source.objects.visible_to(member)[:SHOWN_AT_FIRST]),
        "next": open_ones[0] if codes and open_ones else None,
        "shown_at_first": SHOWN_AT_FIRST,
        "team": team(member) if leads and counts.sources else None,
        "news": news(member),
        "unlinked": people.unlinked_speakers(member),
        "ending": reminder(member),
    }
    return render(request, "overview/page.html", context)


overview_patterns = [path("", overview, name="project")]
