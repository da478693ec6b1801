"""A small study with a theme, for tests of summaries."""

from __future__ import annotations

from dataclasses import dataclass

from coding.actions.codebook import update_code
from coding.actions.summaries import Cell, pin, take_step, write_summary
from coding.actions.themes import create_theme
from coding.models import Code, Coding, Evidence, Informant, Membership, Project, Source, Summary, Theme
from tests.factories import link, make_code, make_source, make_study, put

SAID = (
    ("Intervjuer", "Hva gjør dere her?"),
    ("Informant", "Vi koker kaffe og tar imot folk hver eneste dag hele året, sier de fleste. Leia er dyr."),
)
OTHER = (("Informant", "Hos oss er det kommunen som eier huset og betaler leia for alle lagene."),)


@dataclass
class Themed:
    """Two interviews in two cities, coded by one coder, and a theme on the codes."""

    project: Project
    lead: Membership
    coder: Membership
    source: Source
    other: Source
    anne: Informant
    bo: Informant
    drift: Code
    rent: Code
    coffee: Coding
    expensive: Coding
    owner: Coding
    theme: Theme

    @property
    def whole(self) -> Cell:
        return Cell(self.theme.uuid)

    @property
    def summary(self) -> Summary:
        return Summary.objects.get(theme=self.theme, by="", key="")

    def write(self, body: str, *, actor: Membership | None = None, cell: Cell | None = None) -> Summary:
        """Write on, from the text as it is."""
        cell = cell or self.whole
        row = Summary.objects.filter(theme__uuid=cell.theme, by=cell.by, key=cell.key).first()
        revision = row.revision if row else 0
        return write_summary(actor=actor or self.coder, cell=cell, body=body, revision=revision)

    def pin(self, coding: Coding) -> Evidence:
        return pin(actor=self.coder, cell=self.whole, coding=coding.uuid)

    def step(self, actor: Membership, name: str, behind: tuple[int, ...] = ()) -> Summary:
        return take_step(
            actor=actor, cell=self.whole, name=name, revision=self.summary.revision, behind=behind
        )

    def approved(self) -> Summary:
        """The summary across all columns: two passages pinned, one of them (coffee) cited, submitted and approved."""
        self.pin(self.coffee)
        self.pin(self.owner)
        self.write("De **koker** kaffe [E1].")
        self.step(self.coder, "submit")
        return self.step(
            self.lead,
            "approve",
            tuple(Coding.objects.filter(project=self.project).values_list("pk", flat=True)),
        )


def make_themed() -> Themed:
    study = make_study()
    source = make_source(study.project, SAID)
    other = make_source(study.project, OTHER)
    anne = link(source, "Informant", "Anne", city="Oslo", informant_type="daglig leder")
    bo = link(other, "Informant", "Bo", city="Bergen", informant_type="daglig leder")
    study.code = update_code(actor=study.lead, code=study.code.uuid, definition="Hva de lever av.")
    rent = make_code(study.project, "Leie", study.code, definition="Hva det koster.")
    (coffee,) = put(study.coder, source, "Vi koker kaffe og tar imot folk", study.code)
    (expensive,) = put(study.coder, source, "Leia er dyr.", rent)
    (owner,) = put(study.coder, other, "kommunen som eier huset", study.code)
    theme = create_theme(actor=study.lead, title="Penger", codes=[study.code.uuid])
    return Themed(
        study.project, study.lead, study.coder, source, other, anne, bo, study.code, rent, coffee, expensive,
        owner, theme,
    )  # fmt: skip
