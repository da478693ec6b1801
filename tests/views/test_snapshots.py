"""Kept tables: they stay as they were, tell what has changed since, and are closed to who is blind somewhere."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from coding.actions.codings import mark_finished
from coding.actions.erasing import reword_notes
from coding.actions.errors import Conflict
from coding.actions.snapshots import delete_snapshot, keep_table
from coding.models import AuditEvent, Membership, Project, Snapshot, Source, Value
from coding.permissions import Denied
from coding.reports.frequencies import frequencies
from coding.reports.kept import as_kept, difference
from coding.reports.passages import Scope
from tests.factories import Study, account_of, link, make_code, make_member, make_source, make_study, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = make_study()
    link(study.source, "Informant", "Anne", city="Oslo", informant_type="frivillig")
    put(study.coder, study.source, "Vi koker kaffe", study.code)
    return study


def entered(member) -> Client:
    client = Client()
    client.force_login(account_of(member))
    return client


def keep(study: Study, member, query: str = "by=city", name: str = "Figur 3"):
    url = reverse("snapshots", args=[study.project.slug])
    return entered(member).post(url, {"name": name, "query": query})


def opened(study: Study, member) -> str:
    row = Snapshot.objects.get(project=study.project)
    answer = entered(member).get(reverse("snapshot", args=[study.project.slug, row.uuid]))
    assert answer.status_code == 200
    return answer.content.decode()


def another(study: Study) -> None:
    later = make_source(study.project, title="Nytt intervju")
    link(later, "Informant", "Berit", city="Oslo")
    put(study.coder, later, "kaffe", study.code)


def test_a_kept_table_stays_and_tells_cell_by_cell_what_has_changed(study):
    keep(study, study.coder)
    assert "Nothing has changed since." in opened(study, study.coder)
    before = Snapshot.objects.get().table
    another(study)
    make_code(study.project, "Ny kode", study.question)
    html = opened(study, make_member(study.project, "reader"))
    assert Snapshot.objects.get().table == before
    assert "P1 Drift &gt; Økonomi, Oslo: was 1, is 2" in html
    assert "Oslo, base: was 1, is 2" in html
    assert "P1 Drift &gt; Ny kode" in html
    row = re.search(r">Økonomi</th>.*?</tr>", html, re.DOTALL)[0]
    assert re.findall(r'<td class="number">(\d)', row) == ["1", "1"]
    assert row.count("now 2") == 2


def test_it_keeps_its_choices_its_sentence_its_date_and_who(study):
    keep(
        study, study.coder, "by=city&within=informant_type&measure=passages&kind=interview&format=csv&chart=x"
    )
    row = Snapshot.objects.get()
    assert row.query == [
        ["by", "city"],
        ["within", "informant_type"],
        ["measure", "passages"],
        ["kind", "interview"],
    ]
    html = opened(study, study.lead)
    assert row.counting in unescape(html)
    assert "Only this is counted: Source kind: Interview." in row.counting
    assert f"kept by {study.coder.name}" in html
    assert "?by=city&amp;within=informant_type&amp;measure=passages&amp;kind=interview" in html
    assert [event.details["name"] for event in AuditEvent.objects.filter(verb="snapshot.keep")] == ["Figur 3"]


def test_its_file_holds_the_numbers_of_that_day(study):
    keep(study, study.coder)
    another(study)
    url = reverse("snapshot", args=[study.project.slug, Snapshot.objects.get().uuid])
    answer = entered(study.coder).get(url, {"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[3] == ["Økonomi", "P1 Drift > Økonomi", "2", "1", "1"]
    assert rows[-1] == [Snapshot.objects.get().counting]


def test_readers_keep_none_and_only_the_author_or_a_lead_deletes(study):
    reader, other = make_member(study.project, "reader"), make_member(study.project)
    assert keep(study, reader).status_code == 403
    keep(study, study.coder)
    url = reverse("delete_snapshot", args=[study.project.slug, Snapshot.objects.get().uuid])
    assert entered(reader).post(url).status_code == 403
    assert entered(other).post(url).status_code == 403
    assert "Delete this kept table" not in opened(study, other)
    assert entered(study.lead).post(url).status_code == 302
    assert not Snapshot.objects.exists()


def test_a_name_is_needed(study):
    keep(study, study.coder, name=" ")
    assert not Snapshot.objects.exists()


def test_who_is_blind_somewhere_neither_opens_nor_keeps_one(study):
    keep(study, study.lead)
    Project.objects.filter(pk=study.project.pk).update(blind=True)
    other = make_member(study.project)
    url = reverse("snapshot", args=[study.project.slug, Snapshot.objects.get().uuid])
    answer = entered(other).get(url)
    assert answer.status_code == 403
    assert "count colleagues’ codings too" in answer.content.decode()
    assert keep(study, other).status_code == 403
    mark_finished(actor=other, source=study.source, finished=True)
    assert entered(other).get(url).status_code == 200


def test_a_kept_table_holds_nothing_of_a_source_that_is_not_cleared(study):
    raw = make_source(study.project, title="Fjordkatten", cleared=False)
    put(study.lead, raw, "kaffe", study.code)
    keep(study, study.lead, "by=source")
    assert "Fjordkatten" not in str(Snapshot.objects.get().table)
    assert "Nothing has changed since." in opened(study, study.lead)


def test_where_a_choice_is_gone_nothing_is_compared(study):
    keep(study, study.coder, f"by=city&question={study.question.uuid}&source={study.source.uuid}")
    Source.objects.filter(pk=study.source.pk).update(cleared=None)
    assert "cannot be compared" in opened(study, study.coder)


def test_a_name_that_must_go_goes_from_kept_tables_too(study):
    Source.objects.filter(pk=study.source.pk).update(title="Intervju Ravnkroken")
    keep(study, study.coder, "by=source")
    assert "Ravnkroken" in str(Snapshot.objects.get().table)
    reword_notes(study.project, lambda text: text.replace("Ravnkroken", "[navn]"))
    assert "Ravnkroken" not in str(Snapshot.objects.get().table)


def test_a_table_of_another_project_is_nothing(study):
    keep(study, study.coder)
    other = make_study()
    url = reverse("snapshot", args=[other.project.slug, Snapshot.objects.get().uuid])
    assert entered(other.lead).get(url).status_code == 404


def test_a_difference_goes_by_keys_and_names_what_came_and_what_went(study):
    def tables() -> dict:
        measures = ("informants", "sources", "passages")
        return {
            name: as_kept(frequencies(Scope(study.project), by="city", measure=name)) for name in measures
        }

    before = tables()
    Value.objects.filter(name="Oslo").update(name="Christiania")
    assert not difference(before["informants"], tables()["informants"]).any
    said = [("Deltaker 1", "Vi tar imot folk."), ("Deltaker 2", "Og vi koker kaffe.")]
    group = make_source(study.project, said, title="Gruppe")
    link(group, "Deltaker 1", "Berit", city="Tromsø")
    link(group, "Deltaker 2", "Cato", city="Tromsø")
    put(study.coder, group, "Vi tar imot folk.", study.code)
    study.other.delete()
    after = tables()
    told = difference(before["informants"], after["informants"])
    assert (told.new, told.gone) == (("Tromsø",), ("P1 Drift > Lokaler",))
    cells = [(one.path, one.column, one.was, one.now) for one in told.cells]
    # In all, of any code too; nothing is another number in Oslo.
    assert cells == [("P1 Drift", "", 1, 2), ("P1 Drift > Økonomi", "", 1, 2), ("", "", 1, 2)]
    bases = {
        name: [(one.column, one.was, one.now) for one in difference(before[name], after[name]).bases]
        for name in before
    }
    assert bases == {"informants": [("", 1, 3)], "sources": [("", 1, 2)], "passages": []}
    back = difference(after["informants"], before["informants"])
    assert (back.new, back.gone) == (("P1 Drift > Lokaler",), ("Tromsø",))


def test_a_name_has_an_end_and_deleting_is_noted_and_for_the_project(study):
    keep(study, study.coder, name="x" * 101)
    assert not Snapshot.objects.exists()
    keep(study, study.coder)
    row = Snapshot.objects.get()
    with pytest.raises(Conflict):
        delete_snapshot(actor=make_study().lead, snapshot=row.uuid)
    delete_snapshot(actor=study.lead, snapshot=row.uuid)
    assert AuditEvent.objects.get(verb="snapshot.delete").details == {"name": "Figur 3"}


def test_who_is_blind_somewhere_keeps_none_in_any_way(study):
    table = as_kept(frequencies(Scope(study.project), by="city"))
    Project.objects.filter(pk=study.project.pk).update(blind=True)
    other = Membership.objects.select_related("project").get(pk=make_member(study.project).pk)
    with pytest.raises(Denied):
        keep_table(actor=other, name="Figur 3", query=[], table=table)
    mark_finished(actor=other, source=study.source, finished=True)
    assert keep_table(actor=other, name="Figur 3", query=[], table=table).author == other
