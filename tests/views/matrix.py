"""A study for the matrix, and its page read."""

from __future__ import annotations

import re
from html import unescape

from django.urls import reverse

from tests.factories import Study, link, make_source, make_study, put


def study_of_three() -> Study:
    """One interview in Oslo and one focus group in which an Oslo manager and a Bergen volunteer speak."""
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo", informant_type="daglig leder")
    said = [
        ("Moderator", "Hvordan gikk det med pengene?"),
        ("Deltaker 1", "Vi fikk støtte fra bydelen i fjor høst, men ikke i år."),
        ("Deltaker 2", "Hos oss var det ingen som visste at man kunne søke."),
    ]
    group = make_source(study.project, said, title="Fokusgruppe", kind="focus_group")
    link(group, "Deltaker 1", "Berit", city="Oslo", informant_type="daglig leder")
    link(group, "Deltaker 2", "Cato", city="Bergen", informant_type="frivillig")
    put(study.coder, study.source, "Vi koker kaffe", study.other)
    put(study.coder, group, group.version.text, study.code)
    put(study.coder, group, "ikke i år", study.question)
    return study


def page(client, study: Study, name: str = "matrix", **query) -> str:
    client.force_login(study.coder.user)
    response = client.get(reverse(name, args=[study.project.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def cells(html: str) -> dict[str, list[int]]:
    """The numbers of each row of the table, by the code's name."""
    rows = {}
    for row in re.findall(r"<tr>\s*<th class=\"stick level.*?</tr>", html, re.DOTALL):
        name = unescape(re.search(r"<a href=[^>]*>([^<]+)</a>", row)[1])
        rows[name] = [int(n) for n in re.findall(r'<td class="heat heat-\d"><(?:a[^>]*|span)>(\d+)', row)]
    return rows
