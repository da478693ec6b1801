"""No sequence of coding, uncoding, resizing, recoding, moving, merging, undoing and redoing loses or moves a passage.

Each step is foretold from the rows as they stood before it, in plain Python, and the whole of the rows is compared
with what was foretold: so a step that touched anything else than it should is found out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from coding.actions.attribution import correct_attribution, links_of
from coding.actions.codebook import merge_codes
from coding.actions.codings import code_passage, recode, remove_codings, resize_coding, write_coding_memo
from coding.actions.errors import Conflict, Invalid
from coding.actions.passages import copy_passages, move_passages
from coding.actions.recording import CODEBOOK_PAGE
from coding.actions.undo import redo, undo
from coding.models import Attribution, AuditEvent, Code, Coding, CodingInformant, Membership, Memo, Turn
from tests.factories import (
    lead_of,
    link,
    make_code,
    make_member,
    make_project,
    make_source,
    text_of,
)

SAID = [
    ("Intervjuer", "Hva gjør dere her?"),
    ("Kari", "Vi 👩‍👩‍👧 koker kaffe, x\u0301 og n\u0308n ting til 🇳🇴."),
    ("Ola", "Ja."),
    ("Kari", "Og så tar vi imot 😀folk."),
    ("Flere", "Mm."),
]
Row = dict[str, Any]
Rows = dict[tuple[str, int], Row]
WATCHED = {
    Coding: ("uuid", "code_id", "coder_id", "start", "end", "version_id"),
    Memo: ("uuid", "coding_id", "author_id", "body"),
    Attribution: ("version_id", "start", "end", "informant_id", "counts"),
    Code: ("uuid", "name", "parent_id", "definition", "position"),
}


def rows_now() -> Rows:
    return {
        (model.__name__, row.pop("pk")): row
        for model, fields in WATCHED.items()
        for row in model.objects.values("pk", *fields)  # type: ignore[attr-defined]
    }


@dataclass
class Done:
    """One step as a person could take it back: each row before and after it, None where it was not there."""

    before: Rows
    after: Rows

    def steps(self, backwards: bool) -> list[tuple[tuple[str, int], Row | None, Row | None]]:
        keys = {key for key in {*self.before, *self.after} if self.before.get(key) != self.after.get(key)}
        come, go = (self.after, self.before) if backwards else (self.before, self.after)
        return [(key, come.get(key), go.get(key)) for key in keys]


@dataclass
class Stack:
    done: list[Done] = field(default_factory=list)
    undone: list[Done] = field(default_factory=list)


class Coders(RuleBasedStateMachine):
    """A lead and a coder at work on one source with three codes."""

    @initialize()
    def begin(self) -> None:
        project = make_project()
        self.lead, self.coder = lead_of(project), make_member(project)
        self.source = make_source(project, SAID)
        self.people = [
            link(self.source, "Kari", "Anne", city="Oslo"),
            link(self.source, "Ola", "Per", city="Bergen"),
        ]
        question = make_code(project, "P1")
        self.codes = [make_code(project, name, question) for name in ("Økonomi", "Lokaler", "Folk")]
        make_code(project, "Støtte", self.codes[0])
        AuditEvent.objects.filter(project=project).update(page="")
        self.text = text_of(self.source)
        self.page = str(self.source.uuid)
        self.stacks: dict[tuple[int, str], Stack] = defaultdict(Stack)
        self.last: tuple[int, str] | None = None

    def live_codes(self) -> list[Code]:
        return list(Code.objects.filter(pk__in=[code.pk for code in self.codes]).order_by("pk"))

    def codings(self, member: Membership | None = None) -> list[Coding]:
        found = Coding.objects.order_by("pk")
        return list(found.filter(coder=member) if member else found)

    def noted(self, member: Membership, page: str, before: Rows) -> None:
        after = rows_now()
        if after != before:
            stack = self.stacks[member.pk, page]
            stack.done.append(Done(before, after))
            stack.undone.clear()
            self.last = (member.pk, page)

    def who(self, lead: bool) -> Membership:
        return self.lead if lead else self.coder

    def span(self, data: st.DataObject) -> tuple[int, int]:
        start = data.draw(st.integers(0, len(self.text) - 1))
        end = data.draw(st.integers(start + 1, min(len(self.text), start + 40)))
        while not self.text[start:end].strip():
            end += 1
        return start, end

    def used_span(self, data: st.DataObject) -> tuple[int, int]:
        """A stretch, often one that is coded already: that is where things collide."""
        taken = sorted({(row.start, row.end) for row in self.codings()})
        again: bool = data.draw(st.booleans())
        return data.draw(st.sampled_from(taken)) if taken and again else self.span(data)

    @rule(data=st.data(), lead=st.booleans())
    def code(self, data: st.DataObject, lead: bool) -> None:
        member = self.who(lead)
        start, end = self.used_span(data)
        codes = data.draw(st.lists(st.sampled_from(self.live_codes()), min_size=1, max_size=3, unique=True))
        before = rows_now()
        made = code_passage(
            actor=member,
            source=self.source,
            start=start,
            end=end,
            codes=[code.uuid for code in codes],
            quote=self.text[start:end],
        )
        foretold = dict(before)
        for code, coding in zip(codes, made, strict=True):
            foretold.setdefault(
                ("Coding", coding.pk),
                {
                    "uuid": coding.uuid,
                    "code_id": code.pk,
                    "coder_id": member.pk,
                    "start": start,
                    "end": end,
                    "version_id": self.source.version_id,
                },
            )
            assert (coding.code_id, coding.coder_id, coding.start, coding.end) == (
                code.pk,
                member.pk,
                start,
                end,
            )
        assert rows_now() == foretold
        self.noted(member, self.page, before)

    @rule(data=st.data(), lead=st.booleans())
    def uncode(self, data: st.DataObject, lead: bool) -> None:
        member = self.who(lead)
        own = self.codings(member)
        if not own:
            return
        gone = data.draw(st.lists(st.sampled_from(own), min_size=1, max_size=2, unique=True))
        before = rows_now()
        remove_codings(actor=member, source=self.source, uuids=[coding.uuid for coding in gone])
        keys = {coding.pk for coding in gone}
        foretold = {
            key: row
            for key, row in before.items()
            if not (key[0] == "Coding" and key[1] in keys)
            and not (key[0] == "Memo" and row["coding_id"] in keys)
        }
        assert rows_now() == foretold
        self.noted(member, self.page, before)

    @rule(data=st.data(), lead=st.booleans(), change_code=st.booleans())
    def resize_or_recode(self, data: st.DataObject, lead: bool, change_code: bool) -> None:
        member = self.who(lead)
        own = self.codings(member)
        if not own:
            return
        coding = data.draw(st.sampled_from(own))
        before = rows_now()
        wanted = dict(before["Coding", coding.pk])
        if change_code:
            code = data.draw(st.sampled_from(self.live_codes()))
            wanted["code_id"] = code.pk
        else:
            wanted["start"], wanted["end"] = self.used_span(data)
        place = {name: wanted[name] for name in wanted if name != "uuid"}
        twin = any(
            key[0] == "Coding" and key[1] != coding.pk and {**row, "uuid": None} == {**place, "uuid": None}
            for key, row in before.items()
        )
        try:
            if change_code:
                recode(actor=member, source=self.source, coding=coding.uuid, code=code.uuid)
            else:
                resize_coding(
                    actor=member,
                    source=self.source,
                    coding=coding.uuid,
                    start=wanted["start"],
                    end=wanted["end"],
                )
        except Conflict:
            assert twin and rows_now() == before
            return
        assert not twin
        assert rows_now() == before | {("Coding", coding.pk): wanted}
        self.noted(member, self.page, before)

    @rule(data=st.data(), lead=st.booleans())
    def write(self, data: st.DataObject, lead: bool) -> None:
        member = self.who(lead)
        if not self.codings():
            return
        coding = data.draw(st.sampled_from(self.codings()))
        body = data.draw(st.sampled_from(["", "Et minne", "Et annet"]))
        before = rows_now()
        write_coding_memo(actor=member, source=self.source, coding=coding.uuid, body=body)
        mine = [key for key, row in before.items() if key[0] == "Memo" and self._is(row, coding, member)]
        after = rows_now()
        others = {key: row for key, row in before.items() if key not in mine}
        assert {key: after[key] for key in others} == others
        rest = [row["body"] for key, row in after.items() if key not in others]
        assert rest == ([body] if body else [])
        self.noted(member, self.page, before)

    @rule(data=st.data(), lead=st.booleans(), counts=st.sampled_from([True, False, None]))
    def say_who_counts(self, data: st.DataObject, lead: bool, counts: bool | None) -> None:
        member = self.who(lead)
        if not self.codings():
            return
        coding = data.draw(st.sampled_from(self.codings()))
        person = data.draw(st.sampled_from(self.people))
        before = rows_now()
        speaks = any(
            turn.start < coding.end and turn.end > coding.start
            for turn in Turn.objects.filter(version=coding.version, speaker__informant=person)
        )
        place = {"version_id": coding.version_id, "start": coding.start, "end": coding.end}
        try:
            correct_attribution(
                actor=member,
                source=self.source,
                coding=coding.uuid,
                informant=person.uuid,
                counts=counts,
            )
        except Invalid:
            assert not speaks and rows_now() == before
            return
        assert speaks
        after = rows_now()
        others = {key: row for key, row in before.items() if not _corrects(row, place, person.pk)}
        assert {key: row for key, row in after.items() if not _corrects(row, place, person.pk)} == others
        links = set(CodingInformant.objects.filter(coding=coding).values_list("informant", flat=True))
        corrected = [row for row in after.values() if _corrects(row, place, person.pk)]
        assert len(corrected) <= 1
        if counts is None:
            assert not corrected
        else:
            assert (person.pk in links) == counts
        self.noted(member, self.page, before)

    @staticmethod
    def _is(row: Row, coding: Coding, member: Membership) -> bool:
        return row["coding_id"] == coding.pk and row["author_id"] == member.pk

    def _foretell_move(self, before: Rows, moved: list[int], to: int) -> Rows:
        """Each takes the code; where its coder has that on the stretch already, one is left, with the memos of both."""
        rows = {key: dict(row) for key, row in before.items()}
        for pk in moved:
            row = rows["Coding", pk]
            place = {**row, "code_id": to, "uuid": None}
            twins = [
                key[1]
                for key, other in rows.items()
                if key[0] == "Coding" and key[1] != pk and {**other, "uuid": None} == place
            ]
            if row["code_id"] == to or not twins:
                row["code_id"] = to
                continue
            for key, other in rows.items():
                if key[0] == "Memo" and other["coding_id"] == pk:
                    other["coding_id"] = twins[0]
            del rows["Coding", pk]
        return rows

    @rule(data=st.data(), lead=st.booleans())
    def move(self, data: st.DataObject, lead: bool) -> None:
        member = self.who(lead)
        some = self.codings(None if lead else member)
        if not some:
            return
        chosen = data.draw(st.lists(st.sampled_from(some), min_size=1, unique=True))
        to = data.draw(st.sampled_from(self.live_codes()))
        before = rows_now()
        move_passages(actor=member, codings=[coding.uuid for coding in chosen], to=to.uuid)
        assert rows_now() == self._foretell_move(before, sorted(coding.pk for coding in chosen), to.pk)
        self.noted(member, CODEBOOK_PAGE, before)

    @rule(data=st.data())
    def copy(self, data: st.DataObject) -> None:
        if not self.codings():
            return
        chosen = data.draw(st.lists(st.sampled_from(self.codings()), min_size=1, unique=True))
        to = data.draw(st.sampled_from(self.live_codes()))
        before = rows_now()
        copy_passages(actor=self.lead, codings=[coding.uuid for coding in chosen], to=to.uuid)
        after = rows_now()
        assert {key: after[key] for key in before} == before
        wanted = {(row.coder_id, row.start, row.end) for row in chosen}
        carrying = {(row.coder_id, row.start, row.end) for row in self.codings() if row.code_id == to.pk}
        added = [
            (row["coder_id"], row["start"], row["end"]) for key, row in after.items() if key not in before
        ]
        assert wanted <= carrying and set(added) <= wanted and len(added) == len(set(added))
        self.noted(self.lead, CODEBOOK_PAGE, before)

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        live = self.live_codes()
        if len(live) < 2:
            return
        gone, kept = data.draw(st.lists(st.sampled_from(live), min_size=2, max_size=2, unique=True))
        before = rows_now()
        merge_codes(actor=self.lead, code=gone.uuid, into=kept.uuid)
        moved = [key[1] for key, row in before.items() if key[0] == "Coding" and row["code_id"] == gone.pk]
        foretold = self._foretell_move(before, sorted(moved), kept.pk)
        after = rows_now()
        for kind in ("Coding", "Memo"):
            assert _of(after, kind) == _of(foretold, kind)
        assert set(_of(before, "Code")) - set(_of(after, "Code")) == {("Code", gone.pk)}
        self.noted(self.lead, CODEBOOK_PAGE, before)

    @rule(lead=st.booleans(), codebook=st.booleans(), again=st.booleans())
    def take_back(self, lead: bool, codebook: bool, again: bool) -> None:
        member, page = self.who(lead), CODEBOOK_PAGE if codebook else self.page
        stack = self.stacks[member.pk, page]
        source, target = (stack.undone, stack.done) if again else (stack.done, stack.undone)
        before = rows_now()
        try:
            with transaction.atomic():
                taken = (redo if again else undo)(actor=member, page=page)
        except Conflict:
            assert rows_now() == before
            # Nobody else has been here since: then nothing can stand in the way.
            assert self.last != (member.pk, page)
            return
        assert (taken is not None) == bool(source)
        if taken is None:
            assert rows_now() == before
            return
        foretold = dict(before)
        for key, come, go in source[-1].steps(backwards=not again):
            if come is None and go is not None:
                foretold[key] = go
            elif go is None:
                assert foretold.pop(key) == come
            elif come is not None:
                changed = {name: go[name] for name in go if come[name] != go[name]}
                foretold[key] = before[key] | changed
        assert rows_now() == foretold
        target.append(source.pop())
        self.last = (member.pk, page)

    @invariant()
    def links_are_as_a_rebuild_makes_them(self) -> None:
        if not hasattr(self, "source"):
            return
        stored: dict[int, set[int | None]] = {coding.pk: set() for coding in self.codings()}
        for coding, informant in CodingInformant.objects.values_list("coding", "informant"):
            stored[coding].add(informant)
        assert stored == links_of(self.codings(), self.source.version_id or 0)

    @invariant()
    def words_are_those_of_the_text(self) -> None:
        for row in self.codings() if hasattr(self, "source") else ():
            starts = [
                i
                for i, c in enumerate(self.text)
                if not c.isspace() and (i == 0 or self.text[i - 1].isspace())
            ]
            assert row.first_word == sum(1 for start in starts if start < row.start)
            assert row.end_word == sum(1 for start in starts if start < row.end)

    @invariant()
    def nothing_hangs_in_the_air(self) -> None:
        codes, codings = Code.objects.values("pk"), Coding.objects.values("pk")
        assert not Coding.objects.exclude(code_id__in=codes).exists()
        assert not Memo.objects.filter(coding_id__isnull=False).exclude(coding_id__in=codings).exists()
        assert not Code.objects.filter(parent_id__isnull=False).exclude(parent_id__in=codes).exists()

    def teardown(self) -> None:
        if hasattr(self, "source"):
            Memo.objects.all().delete()
            Attribution.objects.all().delete()
            Coding.objects.all().delete()
            Code.objects.filter(parent__parent__isnull=False).delete()
            Code.objects.filter(parent__isnull=False).delete()
            Code.objects.all().delete()


def _corrects(row: Row, place: Row, informant: int) -> bool:
    return "counts" in row and row["informant_id"] == informant and place.items() <= row.items()


def _of(rows: Rows, kind: str) -> Rows:
    return {key: row for key, row in rows.items() if key[0] == kind}


def test_no_sequence_loses_or_moves_a_passage(db: None) -> None:
    run_state_machine_as_test(
        Coders, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )
