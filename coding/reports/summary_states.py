"""The states of a summary and the steps between them, drawn from the data that the program goes by."""

from __future__ import annotations

from django.utils.translation import override

from coding.models.projects import Role
from coding.models.themes import TRANSITIONS, SummaryState, Transition


def mermaid() -> str:
    """A mermaid diagram of the states, in English: for the docs."""
    with override("en"):
        lines = ["stateDiagram-v2", f"    [*] --> {SummaryState.DRAFT.value}"]
        lines += [f"    {state.value} : {state.label}" for state in SummaryState]
        lines += [
            f"    {source.value} --> {step.target.value} : {step.label} ({_who(step)})"
            for step in TRANSITIONS
            for source in step.sources
        ]
    return "\n".join(lines)


def table() -> str:
    """The same as a Markdown table."""
    with override("en"):
        lines = ["| step | from | to | who |", "| --- | --- | --- | --- |"]
        for step in TRANSITIONS:
            sources = ", ".join(str(source.label) for source in step.sources)
            who = " and above" if step.role != Role.LEAD and not step.own else ""
            lines.append(f"| {step.label} | {sources} | {step.target.label} | {_who(step)}{who} |")
    return "\n".join(lines)


def _who(step: Transition) -> str:
    return "Who submitted it" if step.own else str(Role(step.role).label)
