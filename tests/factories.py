"""Small studies for tests, made through the product's own actions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coding.actions.codebook import create_code
from coding.actions.codings import code_passage
from coding.actions.identities import open_row
from coding.actions.informants import create_informant
from coding.actions.projects import create_project
from coding.actions.sources import NewSource, NewSpeaker, NewTurn, store_source
from coding.models import Code, Coding, Informant, Membership, Project, Role, SealedIdentity, Source, User
from coding.models.identities import IdentityKind
from coding.models.sources import SourceKind, SpeakerRole

_numbers = itertools.count(1)
PASSWORD = "en lang setning til prøve"


def make_user(username: str | None = None) -> User:
    user = User(username=username or f"bruker{next(_numbers)}")
    user.set_password(PASSWORD)
    user.save()
    return user


def make_project(slug: str | None = None, *, lead: User | None = None) -> Project:
    slug = slug or f"studie-{next(_numbers)}"
    return create_project(slug=slug, title=slug.replace("-", " ").capitalize(), lead=lead or make_user())


def make_member(
    project: Project, role: str = Role.CODER, *, name: str | None = None, handles_identities: bool = False
) -> Membership:
    user = make_user(name)
    return Membership.objects.create(
        project=project, user=user, name=user.username, role=role, handles_identities=handles_identities
    )


def account_of(member: Membership) -> User:
    """The user behind a member who has one."""
    assert member.user is not None
    return member.user


def lead_of(project: Project) -> Membership:
    return Membership.objects.get(project=project, role=Role.LEAD)


def text_of(source: Source) -> str:
    """The current text of a source."""
    assert source.version is not None
    return source.version.text


Said = tuple[str | None, str]


def make_source(
    project: Project,
    said: Sequence[Said] = (
        ("Intervjuer", "Hva gjør dere her?"),
        ("Informant", "Vi koker kaffe og tar imot folk."),
    ),
    *,
    title: str | None = None,
    kind: str = SourceKind.INTERVIEW,
    cleared: bool = True,
) -> Source:
    """A source whose turns are `said`: (label, words); `Intervjuer`, `Moderator` interview, `Flere` is nobody known."""
    labels = list(dict.fromkeys(label for label, _ in said if label is not None))
    turns, texts, place = [], [], 0
    for label, words in said:
        speaker = None if label is None else labels.index(label)
        turns.append(NewTurn(start=place, end=place + len(words), speaker=speaker))
        texts.append(words)
        place += len(words) + 1
    interviewer, nobody = SpeakerRole.INTERVIEWER, SpeakerRole.UNIDENTIFIED
    roles = {"Intervjuer": interviewer, "Moderator": interviewer, "Flere": nobody}
    new = NewSource(
        title=title or f"Intervju {next(_numbers)}",
        text="\n".join(texts),
        turns=turns,
        speakers=[NewSpeaker(label=label, role=roles.get(label, SpeakerRole.INFORMANT)) for label in labels],
        kind=kind,
        cleared=cleared,
    )
    return store_source(project=project, actor=None, new=new)


def link(
    source: Source, label: str, pseudonym: str, *, city: str = "", informant_type: str = "", **values: str
) -> Informant:
    """Make the speaker `label` of a source the informant `pseudonym`."""
    return create_informant(
        actor=lead_of(source.project),
        pseudonym=pseudonym,
        values={"city": city, "informant_type": informant_type, **values},
        speaker=source.speakers.select_related("source").get(label=label),
    )


def make_code(project: Project, name: str, parent: Code | None = None, **fields: Any) -> Code:
    return create_code(actor=lead_of(project), name=name, parent=parent.uuid if parent else None, **fields)


def originals() -> set[str]:
    """What stands in the identity store in place of labels and file names."""
    kept = SealedIdentity.objects.filter(kind__in=[IdentityKind.LABEL, IdentityKind.FILE])
    return {open_row(row)["original"] for row in kept}


def put(coder: Membership, source: Source, quote: str, *codes: Code) -> list[Coding]:
    """Code the first place where `quote` stands in a source."""
    source.refresh_from_db()
    start = text_of(source).index(quote)
    keys = [code.uuid for code in codes]
    return code_passage(
        actor=coder, source=source, start=start, end=start + len(quote), codes=keys, quote=quote
    )


@dataclass
class Study:
    """A project with one interview, a lead, a coder and a small codebook."""

    project: Project
    lead: Membership
    coder: Membership
    source: Source
    question: Code
    code: Code
    other: Code


def make_study() -> Study:
    project = make_project()
    question = make_code(project, "P1 Drift")
    return Study(
        project=project,
        lead=lead_of(project),
        coder=make_member(project),
        source=make_source(project),
        question=question,
        code=make_code(project, "Økonomi", question),
        other=make_code(project, "Lokaler", question),
    )
