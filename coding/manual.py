"""The manual: the Markdown files of docs/manual, a folder for each language, become the chapters of the help.

A heading has the same id in both languages, made of its English words: the headings of a chapter correspond one by one.
A paragraph `[[name]]` is a place that the product fills in.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

FOLDER = Path(settings.BASE_DIR) / "docs" / "manual"
PICTURES = FOLDER / "pictures"
LANGUAGES = ("nb", "en")
# In the order in which they are read.
CHAPTERS = (
    "ten-minutes",
    "researchers",
    "leads",
    "data-protection",
    "administrators",
    "counting",
    "coming-from",
    "command-line",
    "keyboard",
)
_LINK = re.compile(r"(?P<chapter>[a-z-]+)\.md(?P<heading>#[a-z0-9-]+)?")
_PICTURE = re.compile(r"\.\./pictures/(?P<file>[a-z-]+\.[a-z]{2}\.png)")
_PLACE = re.compile(r"\[\[([a-z]+)\]\]")


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """One chapter in one language. `pieces`: (HTML, name of the place behind it that the product fills in, or "")."""

    name: str
    title: str
    lead: str
    headings: tuple[Heading, ...]
    pieces: tuple[tuple[SafeString, str], ...]

    @property
    def address(self) -> str:
        return reverse("help_chapter", args=[self.name])

    @property
    def contents(self) -> list[Heading]:
        return [heading for heading in self.headings if heading.level == 2]


def chapters(language: str) -> list[Chapter]:
    """All chapters, in the order in which they are read."""
    return [chapter(name, language) for name in CHAPTERS]


@cache
def chapter(name: str, language: str) -> Chapter:
    """A chapter by name, in Norwegian where there is no such language. Raises KeyError where there is no such name,
    ValueError where a link or a picture is written in a way that leads nowhere."""
    if name not in CHAPTERS:
        raise KeyError(name)
    language = language if language in LANGUAGES else LANGUAGES[0]
    tokens = _parse(name, language)
    english = [slugify(text) for _level, text in _headings(_parse(name, "en"))]
    headings = tuple(
        Heading(level, key or slugify(text), text)
        for (level, text), key in zip_longest(_headings(tokens), english[: len(_headings(tokens))])
    )
    ids = iter(headings)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = next(ids)
            token.attrSet("id", heading.id)
        elif token.type == "table_open":
            token.meta["name"] = heading.text
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "inline":
            _lead_somewhere(token.children or [])
            if at and token.content and _PLACE.fullmatch(token.content):
                tokens[at - 1].meta["place"] = _PLACE.fullmatch(token.content)[1]  # type: ignore[index]
    # The title and the first paragraph stand apart: in the page's head and in the list of chapters.
    title, lead, rest = tokens[1], tokens[4], tokens[6:]
    return Chapter(name, title.content, _words(lead), headings[1:], tuple(_pieces(rest)))


def _parse(name: str, language: str) -> list[Token]:
    return _MARKDOWN.parse((FOLDER / language / f"{name}.md").read_text(encoding="utf-8"))


def _words(inline: Token) -> str:
    return "".join(
        part.content if part.content else " " * (part.type == "softbreak") for part in inline.children or []
    )


def _headings(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """(level, text) of each heading, the title first."""
    return [
        (int(token.tag[1:]), _words(tokens[at + 1]))
        for at, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def _lead_somewhere(parts: Sequence[Token]) -> None:
    """Give links and pictures the addresses that they have in the product."""
    for part in parts:
        if part.type == "link_open" and not str(part.attrs["href"]).startswith("#"):
            found = _LINK.fullmatch(str(part.attrs["href"]))
            if not found or found["chapter"] not in CHAPTERS:
                raise ValueError(f"no chapter: {part.attrs['href']}")
            part.attrSet("href", reverse("help_chapter", args=[found["chapter"]]) + (found["heading"] or ""))
        elif part.type == "image":
            picture = _PICTURE.fullmatch(str(part.attrs["src"]))
            if not picture or not (PICTURES / picture["file"]).is_file():
                raise ValueError(f"no picture: {part.attrs['src']}")
            part.meta["file"] = picture["file"]


def _pieces(tokens: list[Token]) -> list[tuple[SafeString, str]]:
    found, begin = [], 0
    for at, token in enumerate(tokens):
        if place := token.meta.get("place"):
            found.append((_html(tokens[begin:at]), str(place)))
            begin = at + 3
    return [*found, (_html(tokens[begin:]), "")]


def _html(tokens: list[Token]) -> SafeString:
    # The parser escapes what is written and lets no HTML through.
    return mark_safe(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def picture_size(file: str) -> tuple[int, int]:
    """Width and height of a picture in pixels, as a PNG says them in its head."""
    with (PICTURES / file).open("rb") as opened:
        width, height = struct.unpack(">II", opened.read(24)[16:])
    return width, height


class _Renderer(RendererHTML):
    """HTML in the product's own components: what may be wider than the page scrolls by itself."""

    def table_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        name = tokens[at].meta["name"]
        frame = format_html('<div class="table-frame" tabindex="0" role="region" aria-label="{}">', name)
        return f'{frame}<table class="table">'

    def table_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return "</table></div>"

    def fence(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f'<pre tabindex="0"><code>{escape(tokens[at].content)}</code></pre>'

    def image(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        file, words = tokens[at].meta["file"], tokens[at].content
        width, height = picture_size(file)
        return format_html(
            '<a class="manual-picture" href="{0}">'
            '<img src="{0}" alt="{1}" width="{2}" height="{3}" loading="lazy"></a>',
            static(f"manual/{file}"), words, width, height,
        )  # fmt: skip


_MARKDOWN = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
