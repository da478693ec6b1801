"""Word frequencies: how often which words are said, and the words that are left out of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coding.actions.errors import Invalid
from coding.actions.stop_words import PAGE, reset_stop_words, write_stop_words
from coding.exporting.quotations import FORMATS
from coding.exporting.words import counts_as_csv, counts_as_xlsx
from coding.language.queries import MOST_WORDS
from coding.language.stop_words import LANGUAGES
from coding.models import Attribute, Role
from coding.models.analysis import StopWords, ViewKind
from coding.permissions import check_role, has_role
from coding.reports.selection import NOT_SET, columns_for
from coding.reports.word_counts import WordCounts, WordRow, count_words, own_lists, stop_words
from coding.views.asking import Asked, asked, changed, common
from coding.views.downloads import download
from coding.views.guard import ProjectRequest, project_view
from coding.views.lists import last_event, tell_change, undo_state
from coding.views.saved_views import saved_views

ROWS_ON_PAGE = 100
# So many forms of a word are named on the page; a file has all of them.
FORMS = 6
LENGTHS = (1, 3, 4, 5, 6, 8)


@dataclass(frozen=True)
class Number:
    """A count with what it is per 10,000 words, where that can be said, and the address of what is behind it."""

    count: int
    rate: float | None
    address: str


@dataclass(frozen=True)
class ShownRow:
    row: WordRow
    address: str
    numbers: list[Number]
    forms: tuple[tuple[str, int], ...]
    more: int


@project_view()
def words_page(request: ProjectRequest) -> HttpResponse:
    """The words, the most frequent first, page by page; `?format=csv|xlsx` is all of them as a file."""
    wanted = asked(request)
    query = request.GET
    columns = columns_for(request.project)
    by = next((one for one in columns if one.key == query.get("by")), None)
    shortest = query.get("shortest", "")
    counts = count_words(
        wanted.scope,
        by=by.key if by else "",
        interviewers=wanted.interviewers,
        stop=query.get("all") != "1",
        shortest=int(shortest) if shortest in map(str, LENGTHS) else LENGTHS[0],
        within=query.get("within", "")[:60],
    )
    file_format = query.get("format")
    if file_format in ("csv", "xlsx"):
        content = counts_as_csv(counts) if file_format == "csv" else counts_as_xlsx(counts)
        mime = FORMATS[file_format][1]
        return download(
            request, content, what="words", file_format=file_format, mime=mime, many=len(counts.rows)
        )
    pages = Paginator(counts.rows, ROWS_ON_PAGE)
    page = pages.get_page(query.get("page"))
    return render(
        request,
        "analysis/words.html",
        common(request, wanted, read=counts.read, waiting=counts.waiting)
        | {
            "saved": saved_views(request, ViewKind.WORDS),
            "counts": counts,
            "page": page,
            "pages": pages.get_elided_page_range(page.number),
            "rows": _Table(request, wanted, counts, by).rows(list(page.object_list)),
            "columns": columns,
            "by": by,
            "all": query.get("all") == "1",
            "shortest": shortest,
            "lengths": LENGTHS,
            "within": query.get("within", "")[:60],
            "without_search": changed(request, within=""),
        },
    )


class _Table:
    def __init__(
        self, request: ProjectRequest, wanted: Asked, counts: WordCounts, by: Attribute | None
    ) -> None:
        self._counts = counts
        self._search = reverse("search", args=[request.project.slug])
        self._by = by
        self._kept = [
            (item.name, key)
            for item in wanted.filters
            if by is None or item.attribute.pk != by.pk
            for key in item.chosen
        ]
        self._chosen = [
            (item.name, key)
            for item in wanted.filters
            if by is not None and item.attribute.pk == by.pk
            for key in item.chosen
        ]
        if wanted.source is not None:
            self._kept.append(("source", str(wanted.source.uuid)))
        if wanted.interviewers:
            self._kept.append(("interviewers", "1"))

    def rows(self, rows: list[WordRow]) -> list[ShownRow]:
        return [self._row(row) for row in rows]

    def _row(self, row: WordRow) -> ShownRow:
        # Its very forms, so that the search finds as many as the row says.
        question = " OR ".join(f"={form}" for form, _count in row.forms[:MOST_WORDS])
        numbers = []
        for column, count in zip(self._counts.columns, row.values, strict=True):
            assert self._by is not None
            here = [(f"a-{self._by.key}", str(column.key or NOT_SET))]
            numbers.append(Number(count, column.rate(count), self._address(question, here)))
        address = self._address(question, self._chosen)
        numbers.append(Number(row.total, self._counts.rate(row.total), address))
        return ShownRow(row, address, numbers, row.forms[:FORMS], len(row.forms) - FORMS)

    def _address(self, question: str, more: list[tuple[str, str]]) -> str:
        return f"{self._search}?{urlencode([('q', question), ('whole', '1'), *self._kept, *more])}"


@project_view(methods=("GET", "HEAD", "POST"))
def stop_words_page(request: ProjectRequest) -> HttpResponse:
    """The words that are left out; coders change them, language by language."""
    error = ""
    if request.method == "POST":
        check_role(request.member, Role.CODER)
        error = _write(request)
        if not error:
            return redirect("stop_words", request.project.slug)
    own = own_lists(request.project)
    names = dict(StopWords._meta.get_field("language").flatchoices)
    lists = [
        (language, names[language], words, language in own)
        for language, words in stop_words(request.project).items()
    ]
    if error:
        typed = request.POST.get("language")
        lists = [
            (key, name, request.POST.get("words", "") if key == typed else words, mine)
            for key, name, words, mine in lists
        ]
    return render(
        request,
        "analysis/stop_words.html",
        {
            "lists": lists,
            "error": error,
            "error_at": request.POST.get("language", ""),
            "may_change": has_role(request.member, Role.CODER),
            "undo": undo_state(request, PAGE),
        },
        status=422 if error else 200,
    )


def _write(request: ProjectRequest) -> str:
    """Do what the form says; a sentence where it cannot be done."""
    language, before = request.POST.get("language", ""), last_event(request, PAGE)
    if language not in LANGUAGES:
        return _("Choose a language.")
    try:
        if "reset" in request.POST:
            reset_stop_words(actor=request.member, language=language)
        else:
            write_stop_words(actor=request.member, language=language, words=request.POST.get("words", ""))
    except Invalid as refused:
        return str(refused)
    tell_change(request, _("The stop words are saved."), PAGE, before)
    return ""


words_patterns = [
    path("analysis/words/", words_page, name="words"),
    path("analysis/words/stop-words/", stop_words_page, name="stop_words"),
]
