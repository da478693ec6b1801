"""The page on the states of a summary says what the program does."""

from __future__ import annotations

from pathlib import Path

from coding.reports.summary_states import mermaid, table

PAGE = Path(__file__).resolve().parent.parent / "docs/summaries.md"


def test_the_diagram_and_the_table_are_those_of_the_program() -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert f"```mermaid\n{mermaid()}\n```" in said, mermaid()
    assert table() in said, table()
