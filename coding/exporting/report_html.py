"""A report as one HTML page with its style in it: no script, nothing fetched, every word escaped."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape

from coding.exporting.cells import printable
from coding.exporting.manuscript import Block, Manuscript, Quote, Table, Text
from coding.markdown import Run

_STYLE = """
body { font: 1.05rem/1.6 Charter, Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem;
  color: #1e2529; }
h1, h2, h3, h4, nav, table, figcaption { font-family: Calibri, "Segoe UI", sans-serif; line-height: 1.25; }
h2 { margin-top: 3rem; }
h3 { margin-top: 2rem; }
blockquote { margin: 1.2rem 0 1.2rem 1rem; padding-left: 1rem; border-left: 3px solid #d8d4ca; }
blockquote p { margin: 0 0 .4rem; white-space: pre-wrap; }
blockquote footer { font-size: .9rem; color: #5a6168; }
.who { font-weight: 600; }
.step { padding-left: 1.5rem; text-indent: -1.5rem; }
.note { font-size: .9rem; color: #5a6168; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #d8d4ca; text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
figcaption { font-weight: 600; margin-bottom: .4rem; }
figure { margin: 1.5rem 0; overflow-x: auto; }
""".strip()

# What stands around a paragraph, by what it is for (`Text.style`).
_OF_TEXTS = {
    "": ("<p>", "</p>"),
    "heading": ("<h4>", "</h4>"),
    "bullet": ("<li>", "</li>"),
    "step": ('<p class="step">', "</p>"),
    "saying": ("<blockquote><p>", "</p></blockquote>"),
    "note": ('<p class="note">', "</p>"),
}


def as_html(report: Manuscript) -> bytes:
    body = [f"<h1>{_e(report.title)}</h1>"]
    if report.subtitle:
        body.append(f'<p class="note">{_e(report.subtitle)}</p>')
    body.append(f'<nav aria-label="{_e(report.contents)}"><ul>')
    body += [f'<li><a href="#p{n}">{_e(part.heading)}</a></li>' for n, part in enumerate(report.parts)]
    body.append("</ul></nav>")
    notes: list[str] = []
    for n, part in enumerate(report.parts):
        level = part.level + 1
        body.append(f'<h{level} id="p{n}">{_e(part.heading)}</h{level}>')
        body += _blocks(part.blocks, notes if report.footnotes else None)
    if notes:
        body += ["<hr>", *notes]
    head = (
        f'<!doctype html>\n<html lang="{_e(report.language)}"><head><meta charset="utf-8">'
        f"<title>{_e(report.title)}</title>"
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
    )
    return "\n".join([head, *body, "</body></html>\n"]).encode()


def _e(text: str) -> str:
    return str(escape(printable(text)))


def _blocks(blocks: Sequence[Block], notes: list[str] | None) -> list[str]:
    found: list[str] = []
    inside = False
    for block in blocks:
        bullet = isinstance(block, Text) and block.style == "bullet"
        if bullet != inside:
            found.append("<ul>" if bullet else "</ul>")
            inside = bullet
        found += _block(block, notes)
    return [*found, "</ul>"] if inside else found


def _block(block: Block, notes: list[str] | None) -> list[str]:
    if isinstance(block, Table):
        return _table(block)
    if not isinstance(block, Quote):
        words = "".join(_run(run) for run in block.said)
        before, behind = _OF_TEXTS[block.style]
        return [before + words + behind]
    if block.held:
        return [f'<p class="note" id="q{block.number}">{_e(block.label)}: {_e(block.held)}</p>']
    lines = []
    for who, words in block.lines:
        name = f'<span class="who">{_e(who)}:</span> ' if who else ""
        lines.append(f"<p>{name}{_e(words)}</p>")
    said = _e(f"{block.said} ({block.label})")
    if notes is not None:
        notes.append(f'<p class="note" id="n{block.number}"><sup>{block.number}</sup> {_e(block.said)}</p>')
        said = f'{_e(block.label)}<sup><a href="#n{block.number}">{block.number}</a></sup>'
    return [f'<blockquote id="q{block.number}">', *lines, f"<footer>{said}</footer></blockquote>"]


def _run(run: Run) -> str:
    words = _e(run.text)
    words = f"<em>{words}</em>" if run.stressed else words
    return f"<strong>{words}</strong>" if run.strong else words


def _table(block: Table) -> list[str]:
    rows = []
    for place, row in enumerate(block.rows):
        step = "\u2003" * (block.levels[place - 1] if place and block.levels else 0)
        cells = [_e("" if cell is None else str(cell)) for cell in row]
        tag = ' scope="col"' if place == 0 else ""
        kind = "th" if place == 0 else "td"
        rows.append(
            "<tr>"
            + "".join(f"<{kind}{tag}>{step if not n else ''}{cell}</{kind}>" for n, cell in enumerate(cells))
            + "</tr>"
        )
    note = [f'<p class="note">{_e(block.note)}</p>'] if block.note else []
    return [f"<figure><figcaption>{_e(block.caption)}</figcaption><table>", *rows, "</table></figure>", *note]
