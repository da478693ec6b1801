"""The people of the study: their list, their pages, and what the project asks of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.actions.attributes import create_attribute
from coding.actions.memos import write_memo
from coding.models import Attribute, Informant, InformantValue, Memo, Role, Speaker, Value
from tests.factories import link, make_member, make_project, make_source, make_study, make_user
from tests.views.asking import do, see

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study: Any = make_study()
    study.ola = link(study.source, "Informant", "Ola", city="Oslo", informant_type="frivillig")
    return study


def undo(client, member):
    return do(client, member, "undo", "informants")


def names(response: Any) -> list[str]:
    return [row.informant.pseudonym for row in response.context["page"]]


@pytest.mark.parametrize(
    "name", ["informants", "informant_new", "informants_import", "informants_template", "attributes"]
)
def test_nobody_outside_the_project_comes_in(client, study, name):
    client.force_login(make_user())
    assert client.get(reverse(name, args=[study.project.slug])).status_code == 404
    assert client.get(reverse("informant", args=[study.project.slug, study.ola.uuid])).status_code == 404


def test_a_reader_reads_and_changes_nothing(client, study):
    reader = make_member(study.project, Role.READER)
    for name in ("informants", "attributes"):
        assert see(client, reader, name).status_code == 200
    page = see(client, reader, "informant", study.ola.uuid)
    assert "Oslo" in page.content.decode() and 'name="pseudonym"' not in page.content.decode()
    for name in ("informant_new", "informants_import", "informants_template"):
        assert see(client, reader, name).status_code == 403
    assert do(client, reader, "informant", study.ola.uuid, pseudonym="X").status_code == 403
    assert do(client, reader, "attributes", name="Alder", kind="number").status_code == 403
    assert Informant.objects.get().pseudonym == "Ola"


def test_only_a_lead_deletes_and_defines(client, study):
    city = Attribute.objects.get(project=study.project, key="city")
    value = city.values.get()
    for name, key in (
        ("informant_delete", study.ola.uuid),
        ("attribute", city.uuid),
        ("attribute_delete", city.uuid),
        ("attribute_value", value.uuid),
    ):
        assert see(client, study.coder, name, key).status_code == 403
        assert do(client, study.coder, name, key, name="X").status_code == 403
    assert do(client, study.coder, "attributes", name="Alder", kind="number").status_code == 403


def test_people_of_another_project_are_not_found(client, study):
    other = link(make_source(make_project()), "Informant", "Fremmed", city="Bodø")
    attribute = Attribute.objects.get(project=other.project, key="city")
    for name, key in (
        ("informant", other.uuid),
        ("informant_delete", other.uuid),
        ("attribute", attribute.uuid),
        ("attribute_delete", attribute.uuid),
        ("attribute_value", attribute.values.get().uuid),
    ):
        assert see(client, study.lead, name, key).status_code == 404


# The list


def test_the_list_says_where_they_speak_and_how_much(client, study):
    second = make_source(study.project, title="Andre samtale")
    Speaker.objects.filter(source=second, label="Informant").update(informant=study.ola)
    hidden = make_source(study.project, cleared=False)
    Speaker.objects.filter(source=hidden, label="Informant").update(informant=study.ola)
    (row,) = see(client, study.coder, "informants").context["page"]
    assert (row.words, [one.source.title for one in row.sources]) == (
        14,
        ["Andre samtale", study.source.title],
    )
    assert hidden.title not in see(client, study.coder, "informant", study.ola.uuid).content.decode()
    (row,) = see(client, study.lead, "informants").context["page"]
    assert row.words == 21


def test_the_number_of_queries_does_not_grow_with_the_informants(client, study):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            see(client, study.lead, "informants")
        return len(seen)

    queries()
    few = queries()
    for number in range(12):
        link(
            make_source(study.project),
            "Informant",
            f"Person {number}",
            city="Bergen",
            informant_type="daglig leder",
        )
    assert queries() == few


def test_it_sorts_and_searches(client, study):
    create_attribute(actor=study.lead, name="Alder", kind="number")
    for name, city, age in (("Åse", "Bergen", "9"), ("Berit", "Ålesund", "71"), ("Zoe", "", "")):
        link(make_source(study.project), "Informant", name, city=city, alder=age)
    assert names(see(client, study.lead, "informants")) == ["Berit", "Ola", "Zoe", "Åse"]
    assert names(see(client, study.lead, "informants", sort="-pseudonym")) == ["Åse", "Zoe", "Ola", "Berit"]
    assert names(see(client, study.lead, "informants", sort="city")) == ["Åse", "Ola", "Berit", "Zoe"]
    assert names(see(client, study.lead, "informants", sort="alder"))[:2] == ["Åse", "Berit"]
    assert names(see(client, study.lead, "informants", sort="-alder"))[:2] == ["Berit", "Åse"]
    assert names(see(client, study.lead, "informants", q="ÅLESUND")) == ["Berit"]
    assert names(see(client, study.lead, "informants", q="finnes ikke")) == []


def test_speakers_who_are_nobody_yet_are_pointed_out_everywhere(client, study):
    source = make_source(study.project, title="Ulenket samtale")
    address = reverse("speakers", args=[study.project.slug, source.uuid])
    for name in ("project", "sources", "informants"):
        assert address in see(client, study.lead, name).content.decode()


# One informant


def test_adding_changing_and_undoing(client, study):
    sent = {"pseudonym": " Berit ", "value_city": "Bergen", "value_informant_type": "daglig leder"}
    assert do(client, study.coder, "informant_new", **sent).status_code == 302
    berit = Informant.objects.get(pseudonym="Berit")
    do(client, study.coder, "informant", berit.uuid, **(sent | {"pseudonym": "Bjørg", "value_city": ""}))
    berit.refresh_from_db()
    values = {row.attribute.key: row.value.name for row in berit.values.all()}
    assert (berit.pseudonym, values) == ("Bjørg", {"informant_type": "daglig leder"})
    undo(client, study.coder)
    berit.refresh_from_db()
    assert berit.pseudonym == "Berit" and berit.values.count() == 2
    undo(client, study.coder)
    assert not Informant.objects.filter(pseudonym="Berit").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"pseudonym": ""}, "pseudonym"),
        ({"pseudonym": "OLA"}, "pseudonym"),
        ({"value_alder": "x"}, "value_alder"),
    ],
)
def test_an_error_stands_at_its_field(client, study, changed, field):
    create_attribute(actor=study.lead, name="Alder", kind="number")
    sent = {"pseudonym": "Berit", "value_city": "Ny by", "value_alder": ""} | changed
    answer = do(client, study.coder, "informant_new", **sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.context["form"]["value_city"].value() == "Ny by"
    assert Informant.objects.count() == 1 and not Value.objects.filter(name="Ny by").exists()


def test_deleting_says_what_goes_along_and_can_be_undone(client, study):
    write_memo(actor=study.coder, body="Snakker lavt", about=study.ola)
    page = see(client, study.lead, "informant_delete", study.ola.uuid)
    assert (page.context["row"].words, page.context["memos"]) == (7, 1)
    do(client, study.lead, "informant_delete", study.ola.uuid)
    assert not Informant.objects.exists() and not Memo.objects.exists()
    undo(client, study.lead)
    assert Speaker.objects.get(label="Informant").informant == Informant.objects.get(pseudonym="Ola")
    assert Memo.objects.get().informant == Informant.objects.get()


def test_names_are_shown_as_they_are_and_never_run(client, study):
    name = "<script>alert(1)</script>"
    person = link(make_source(study.project), "Informant", name, city="=cmd()" + name, informant_type="اسم")
    for address, args in (
        ("informants", []),
        ("informant", [person.uuid]),
        ("attributes", []),
        ("informant_delete", [person.uuid]),
    ):
        page = see(client, study.lead, address, *args).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


# Attributes


def test_attributes_are_defined_renamed_in_both_languages_and_deleted(client, study):
    do(client, study.lead, "attributes", name="Alder", name_en="Age", kind="number")
    age = Attribute.objects.get(key="alder")
    assert (age.kind, age.name_en) == ("number", "Age")
    do(client, study.lead, "informant", study.ola.uuid, pseudonym="Ola", value_alder="71,5")
    assert InformantValue.objects.get(attribute=age).value.name == "71.5"
    do(client, study.lead, "attribute", age.uuid, name="Alder i år", name_en="Age in years")
    age.refresh_from_db()
    assert (age.name, age.name_en) == ("Alder i år", "Age in years")
    page = see(client, study.lead, "attribute_delete", age.uuid)
    assert page.context["use"].answers == 1
    do(client, study.lead, "attribute_delete", age.uuid)
    assert not Attribute.objects.filter(key="alder").exists()
    undo(client, study.lead)
    assert InformantValue.objects.get(attribute__key="alder").value.name == "71.5"


def test_values_are_renamed_and_never_become_namesakes(client, study):
    link(make_source(study.project), "Informant", "Berit", city="Bergen")
    oslo = Value.objects.get(name="Oslo")
    do(client, study.lead, "attribute_value", oslo.uuid, name="Oslo kommune", name_en="City of Oslo")
    oslo.refresh_from_db()
    assert (oslo.name, oslo.name_en) == ("Oslo kommune", "City of Oslo")
    answer = do(client, study.lead, "attribute_value", oslo.uuid, name="BERGEN", name_en="")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


def test_an_english_reader_sees_english_names_and_saving_keeps_the_value(client, study):
    value = Value.objects.get(name="frivillig")
    do(client, study.lead, "attribute_value", value.uuid, name="frivillig", name_en="volunteer")
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = see(client, study.lead, "informant", study.ola.uuid)
    sent = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    assert sent["value_informant_type"] == "volunteer"
    do(client, study.lead, "informant", study.ola.uuid, **sent)
    assert InformantValue.objects.get(value=value).informant == study.ola
    assert not Value.objects.filter(name="volunteer").exists()


def test_a_built_in_attribute_stays(client, study):
    city = Attribute.objects.get(project=study.project, key="city")
    assert do(client, study.lead, "attribute_delete", city.uuid).status_code == 400
    assert Attribute.objects.filter(pk=city.pk).exists()


def test_two_attributes_of_one_name_are_refused(client, study):
    answer = do(client, study.lead, "attributes", name="BY", kind="choice", name_en="")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
