"""Finding the way on the coding page: search, go to, along a code, and where the reading stopped."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding.actions.corrections import correct_text, turns_of
from coding.actions.sources import NewSource, NewSpeaker, NewTurn, store_source
from coding.anchoring.texts import TurnChange
from coding.models import Coding, Reading, Role, Source, Turn
from coding.models.sources import SpeakerRole
from tests.browser.coding_page import (
    AFTER_PAINT,
    choose_code,
    chosen,
    click_on,
    codings,
    drag_over,
    focus_text,
    open_source,
    ready,
    said,
    saved,
)
from tests.factories import Study, lead_of, make_member, make_source, make_study, put, text_of

pytestmark = pytest.mark.django_db(transaction=True)

FILLER = "Det kommer folk innom hele dagen, og noen blir sittende lenge ved vinduet og prate. " * 3
LONG = 60


def long_source(study: Study, title: str = "Lang samtale") -> Source:
    """Sixty turns of two informants and an interviewer, one every ten seconds."""
    said = [f"Replikk {number}. {FILLER}Så er det slutt på {number}." for number in range(1, LONG + 1)]
    turns, place = [], 0
    for number, words in enumerate(said):
        time = f"00:{number // 6:02d}:{number % 6}0"
        turns.append(NewTurn(start=place, end=place + len(words), speaker=number % 3, time=time))
        place += len(words) + 1
    interviewer = NewSpeaker(label="Intervjuer", role=SpeakerRole.INTERVIEWER)
    speakers = [interviewer, NewSpeaker(label="Åse"), NewSpeaker(label="Deltaker 2")]
    new = NewSource(title=title, text="\n".join(said), turns=turns, speakers=speakers, cleared=True)
    return store_source(project=study.project, actor=None, new=new)


@pytest.fixture
def study() -> Study:
    study = make_study()
    study.source = long_source(study)
    return study


@pytest.fixture
def desk(page: Any, live_server: Any, sign_in: Any, study: Study) -> Any:
    """The coding page of the long conversation, open in the coder's browser."""
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


@pytest.fixture
def back(page: Any, sign_in: Any, study: Study) -> Any:
    """The coder's browser before the coding page is opened: an open one would tell where it stopped when it is left."""
    sign_in(page, study.coder.user)
    return page


def lit(page: Any, name: str = "found") -> list[str]:
    """What a highlight lights, as it stands on the page: words of nodes that are gone are not among them."""
    script = """(name) => [...CSS.highlights.get(name)].filter((range) => range.startContainer.isConnected)
      .map((range) => range.toString())"""
    return page.evaluate(script, name)


def comes_into_view(page: Any, words: str) -> None:
    """Wait until a paragraph with these words can be read: what lies above it gets its true height a frame later."""
    script = """(words) => [...document.querySelectorAll("p[data-o]")].some((p) => {
      const box = p.getBoundingClientRect();
      return p.textContent.includes(words) && box.top < innerHeight - 100 && box.bottom > 100;
    })"""
    return page.evaluate(script, words)


# --- find ---


def find(page: Any, words: str) -> Any:
    """Open the bar and type; answers its count."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    return page.locator("#find [role=status]")


@pytest.mark.parametrize(
    ("typed", "text", "hits"),
    [
        ("okonomi", "Økonomien, økonomi og OKONOMI", ["Økonomi", "økonomi", "OKONOMI"]),
        ("økonomi", "Økonomien og okonomi", ["Økonomi"]),
        ("oekonomi", "økonomi", ["økonomi"]),
        ("vaere", "å være eller VÆRE, vaere", ["være", "VÆRE", "vaere"]),
        ("apen", "åpen, aapen", ["åpen", "apen"]),
        ("aapen", "Åpen", ["Åpen"]),
        ("cafe", "Café cafe\u0301 CAFE", ["Café", "cafe\u0301", "CAFE"]),
        ("ja  da", "ja da, ja\u00a0da", ["ja da", "ja\u00a0da"]),
        ("(5 %)?", "ca. (5 %)? eller 5", ["(5 %)?"]),
        ("a-b.c", "a-b.c axbxc", ["a-b.c"]),
        ("👩‍👧", "en 👩‍👧 til", ["👩‍👧"]),
        ("n", "n\u0308", ["n\u0308"]),
        ("   ", "ja   ja", []),
    ],
)
def test_letters_are_found_however_they_are_typed(page, live_server, typed, text, hits):
    page.goto(live_server.url + "/accounts/login/")
    script = """async ([typed, text]) => {
      const { hitsIn } = await import("/static/js/coding/find.js");
      const { TextMap } = await import("/static/js/coding/offsets.js");
      const map = new TextMap([{ start: 0, text: "👩 før" }, { start: 6, text }]);
      return hitsIn(map, typed).map(({ start, end }) => map.textBetween(start, end));
    }"""
    assert page.evaluate(script, [typed, text]) == hits


def test_it_finds_goes_on_and_gives_the_hit_to_be_coded(desk, study):
    focus_text(desk)
    count = find(desk, "slutt pa 4")
    expect(count).to_have_text("1 of 11")
    assert lit(desk, "found-here") == ["slutt på 4"]
    desk.keyboard.press("Enter")
    expect(count).to_have_text("2 of 11")
    comes_into_view(desk, "slutt på 40.")
    desk.wait_for_function("() => [...CSS.highlights.get('found-here')].length === 1")
    desk.keyboard.press("Shift+Enter")
    desk.keyboard.press("Shift+Enter")
    expect(count).to_have_text("11 of 11")
    desk.keyboard.press("Escape")
    expect(desk.locator("#find")).to_be_hidden()
    assert lit(desk) == lit(desk, "found-here") == []
    assert chosen(desk) == "slutt på 4"
    choose_code(desk, "lokaler")
    assert codings(study.source) == [("Lokaler", "slutt på 4")]
    comes_into_view(desk, "slutt på 49.")


def test_a_digit_codes_the_hit(desk, study):
    drag_over(desk, "noen blir")
    focus_text(desk)
    choose_code(desk, "lokaler")
    find(desk, "replikk 33")
    desk.keyboard.press("Escape")
    desk.keyboard.press("1")
    saved(desk)
    assert ("Lokaler", "Replikk 33") in codings(study.source)


def test_the_hits_stay_lit_when_the_text_is_painted_anew(desk, study):
    focus_text(desk)
    find(desk, "folk innom")
    drag_over(desk, "kommer folk innom hele")
    desk.wait_for_function("() => [...CSS.highlights.get('found')].length > 1")
    desk.evaluate(f"async () => {{{AFTER_PAINT}}}")
    before = lit(desk)
    desk.locator("#code-tree .tree-row", has_text="Økonomi").click()
    saved(desk)
    expect(desk.locator("mark.coded").first).to_be_visible()
    assert sorted(lit(desk)) == sorted(before)
    assert lit(desk, "found-here") == ["folk innom"]


def test_only_what_is_near_is_lit(desk):
    focus_text(desk)
    count = find(desk, "e")
    expect(count).to_contain_text(" of ")
    total = int(count.inner_text().split(" of ")[1])
    assert 0 < len(lit(desk)) < total / 2


def test_what_does_not_stand_there_is_said(desk):
    focus_text(desk)
    drag_over(desk, "hele dagen")
    count = find(desk, "zebra")
    expect(count).to_have_text("“zebra” does not stand in this text.")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Escape")
    assert desk.evaluate("document.activeElement.id") == "transcript"
    assert chosen(desk) == "hele dagen"


def test_the_search_of_the_browser_is_left_alone(desk):
    focus_text(desk)
    desk.evaluate("addEventListener('keydown', (event) => { window.stopped = event.defaultPrevented; })")
    desk.keyboard.press("Control+f")
    assert desk.evaluate("window.stopped") is False
    expect(desk.locator("#find")).to_be_hidden()


# --- go to ---


@pytest.mark.parametrize(
    ("typed", "turn"),
    [
        ("45", 45),
        ("5:00", 31),
        ("05.07", 31),
        ("00:09:50", 60),
        ("1:00:00", 60),
        ("ase", 2),
        ("deltaker 2", 3),
    ],
)
def test_it_goes_to_a_turn_a_time_and_a_speaker(desk, typed, turn):
    desk.keyboard.press("Control+g")
    desk.keyboard.type(typed)
    desk.keyboard.press("Enter")
    expect(said(desk)).to_contain_text(f"Turn {turn}.")
    assert chosen(desk) == f"Replikk {turn}."
    comes_into_view(desk, f"Replikk {turn}.")
    assert desk.evaluate("document.activeElement.id") == "transcript"


def test_a_speakers_next_turn_is_the_one_below_and_then_the_first(desk):
    for typed, sentence in (
        ("57", "Turn 57."),
        ("Åse", "Turn 59."),
        ("Åse", "this is the first one, turn 2"),
    ):
        desk.locator("[data-page-act=go_to]").click()
        desk.locator("#go-to input").fill(typed)
        desk.keyboard.press("Enter")
        expect(said(desk)).to_contain_text(sentence)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("61", "This text has the turns 1 to 60."),
        ("0", "This text has the turns 1 to 60."),
        ("Bjarne", "“Bjarne” is no turn, no time and no speaker of this text."),
        ("", "“” is no turn"),
    ],
)
def test_what_is_no_place_is_said_and_goes_nowhere(desk, typed, sentence):
    desk.keyboard.press("Control+g")
    desk.keyboard.type(typed)
    desk.keyboard.press("Enter")
    dialog = desk.locator("#go-to")
    expect(dialog.locator("[role=alert]")).to_contain_text(sentence)
    expect(dialog).to_be_visible()
    assert desk.evaluate("scrollY") == 0


def test_times_that_are_not_there_are_said(page, live_server, sign_in, study):
    sign_in(page, study.coder.user)
    open_source(page, live_server, make_source(study.project))
    page.keyboard.press("Control+g")
    page.keyboard.type("1:00")
    page.keyboard.press("Enter")
    expect(page.locator("#go-to [role=alert]")).to_have_text("There are no times in this text.")


def test_turns_show_their_numbers_which_are_not_copied(desk):
    shown = "(at) => getComputedStyle(document.querySelectorAll('.turn')[at], '::before').content"
    assert desk.evaluate(shown, 44).startswith('"45"')
    copied = """() => {
      const range = document.createRange();
      range.selectNodeContents(document.querySelector("#transcript"));
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
      return document.getSelection().toString();
    }"""
    assert "\n45\n" not in desk.evaluate(copied)


# --- reading ---


@pytest.fixture
def clocked(page: Any, live_server: Any, sign_in: Any, study: Study) -> Any:
    """The page with a clock that the test turns."""
    page.clock.install(time=1_000_000)
    page.clock.pause_at(1_001_000)
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    return page


def told(page: Any, *, milliseconds: int = 16_000) -> Any:
    """Turn the clock until the page has told what was read; answers the note."""
    with page.expect_response(lambda answer: "/reading/" in answer.url) as answer:
        page.clock.run_for(milliseconds)
    assert answer.value.ok
    return Reading.objects.get()


def settle(page: Any) -> None:
    """Wait until what is in view has been noticed: two frames, as observers report after layout."""
    page.evaluate(
        "() => new Promise((done) => { const seen = new IntersectionObserver(() => done());"
        " seen.observe(document.body); })"
    )


def test_what_stood_on_the_screen_is_read_and_the_rest_is_not(clocked, study):
    settle(clocked)
    note = told(clocked)
    text = text_of(study.source)
    assert note.member == study.coder
    ((start, end),) = note.spans
    assert start == 0
    assert text[start:end].startswith("Replikk 1.") and "Replikk 3." in text[start:end]
    assert end < len(text) / 4
    shown = clocked.locator("[data-progress]")
    expect(shown).to_contain_text(f"Read {round(100 * end / len(text))}\u00a0%")


def test_what_only_passes_by_is_not_read(clocked):
    settle(clocked)
    clocked.clock.run_for(1_000)
    clocked.evaluate("document.querySelectorAll('.turn')[40].scrollIntoView({ behavior: 'instant' })")
    settle(clocked)
    clocked.wait_for_function(
        "() => document.querySelectorAll('.turn')[40].getBoundingClientRect().top < 300"
    )
    settle(clocked)
    note = told(clocked)
    assert all(start > 5_000 for start, _end in note.spans)
    assert note.position > 5_000


def test_leaving_the_page_tells_at_once(clocked, live_server, study):
    settle(clocked)
    clocked.clock.run_for(2_000)
    with clocked.expect_request(lambda request: "/reading/" in request.url):
        clocked.evaluate(
            "() => { Object.defineProperty(document, 'visibilityState', { value: 'hidden' });"
            " document.dispatchEvent(new Event('visibilitychange')); }"
        )


@pytest.mark.parametrize("width", [1280, 390])
def test_on_coming_back_the_page_opens_where_one_stopped(back, live_server, study, width):
    back.set_viewport_size({"width": width, "height": 844})
    at = Turn.objects.get(version=study.source.version_id, number=29).start
    Reading.objects.create(source=study.source, member=study.coder, spans=[[0, at]], position=at)
    open_source(back, live_server, study.source)
    line = back.locator("#status .status-line")
    expect(line).to_contain_text("You stopped here last time.")
    back.wait_for_function(
        "() => { const box = document.querySelectorAll('p[data-o]')[29].getBoundingClientRect();"
        " return box.top > 80 && box.top < 200; }"
    )
    assert back.evaluate("document.activeElement === document.body")
    line.locator("button", has_text="To the start").click()
    back.wait_for_function("() => scrollY === 0")
    expect(line).to_have_count(0)


def test_the_line_leaves_when_one_goes_on(back, live_server, study):
    at = Turn.objects.get(version=study.source.version_id, number=29).start
    Reading.objects.create(source=study.source, member=study.coder, position=at)
    open_source(back, live_server, study.source)
    line = back.locator("#status .status-line")
    expect(line).to_have_count(1)
    click_on(back, "Replikk 30.")
    expect(line).to_have_count(0)


def test_an_address_that_names_a_place_goes_before(back, live_server, study):
    at = Turn.objects.get(version=study.source.version_id, number=29).start
    Reading.objects.create(source=study.source, member=study.coder, position=at)
    address = reverse("source", args=[study.project.slug, study.source.uuid])
    back.goto(f"{live_server.url}{address}#o=0-10")
    ready(back)
    comes_into_view(back, "Replikk 1.")
    expect(back.locator("#status .status-line")).to_have_count(0)


def test_a_correction_moves_where_one_stopped(back, live_server, study):
    at = Turn.objects.get(version=study.source.version_id, number=29).start
    Reading.objects.create(source=study.source, member=study.coder, spans=[[at, at + 10]], position=at)
    source = Source.objects.select_related("version", "project").get(pk=study.source.pk)
    change = TurnChange("Kort.", turns_of(source.version_id)[0].speaker)
    correct_text(actor=lead_of(study.project), source=source, version=1, changes={0: change})
    open_source(back, live_server, source)
    comes_into_view(back, "Replikk 30.")


def test_what_is_coded_shows_beside_what_is_read(clocked, study):
    clocked.clock.resume()
    drag_over(clocked, "Replikk 2.")
    focus_text(clocked)
    choose_code(clocked, "lokaler")
    told(clocked)
    expect(clocked.locator("[data-progress]")).to_contain_text("coded 1\u00a0%")


# --- along a code ---


def card(page: Any) -> Any:
    return page.locator(".coding-card.open .details-quote")


def test_it_walks_along_a_code_and_into_the_next_source(desk, live_server, study):
    other = long_source(study, "Åpen samtale")
    for source, words in (
        (study.source, "Replikk 5."),
        (study.source, "Replikk 50."),
        (other, "Replikk 20."),
    ):
        put(study.coder, source, words, study.code)
    put(study.coder, study.source, "slutt på 30", study.other)
    desk.reload()
    ready(desk)
    click_on(desk, "Replikk 5.")
    focus_text(desk)
    desk.keyboard.press(">")
    expect(said(desk)).to_have_text("“Økonomi”: 2 of 2 in this source")
    expect(card(desk)).to_have_text("Replikk 50.")
    comes_into_view(desk, "Replikk 50.")
    with desk.expect_navigation():
        desk.keyboard.press(">")
    ready(desk)
    assert str(other.uuid) in desk.url
    expect(said(desk)).to_have_text("“Økonomi”: 1 of 1 in this source")
    expect(card(desk)).to_have_text("Replikk 20.")
    desk.keyboard.press(">")
    expect(said(desk)).to_contain_text("This is the last coding with “Økonomi”")
    with desk.expect_navigation():
        desk.keyboard.press("<")
    ready(desk)
    expect(card(desk)).to_have_text("Replikk 50.")
    desk.keyboard.press("<")
    expect(card(desk)).to_have_text("Replikk 5.")
    desk.keyboard.press("<")
    expect(said(desk)).to_contain_text("This is the first coding with “Økonomi”")


def test_the_buttons_of_the_card_keep_the_focus(desk, study):
    for number in (5, 6, 7):
        put(study.coder, study.source, f"Replikk {number}.", study.code)
    desk.reload()
    ready(desk)
    click_on(desk, "Replikk 5.")
    button = desk.locator(".coding-card.open [data-do=neighbour_on]")
    button.focus()
    desk.keyboard.press("Enter")
    expect(card(desk)).to_have_text("Replikk 6.")
    desk.keyboard.press("Enter")
    expect(card(desk)).to_have_text("Replikk 7.")
    desk.locator(".coding-card.open [data-do=neighbour_back]").click()
    expect(card(desk)).to_have_text("Replikk 6.")


def test_from_a_code_it_goes_to_the_coding_after_the_caret(desk, study):
    for number in (5, 50):
        put(study.coder, study.source, f"Replikk {number}.", study.code)
    desk.reload()
    ready(desk)
    click_on(desk, "Replikk 6.")
    desk.locator("#code-tree .tree-row", has_text="Økonomi").click()
    focus_text(desk)
    desk.keyboard.press(">")
    expect(card(desk)).to_have_text("Replikk 50.")


def test_the_card_of_a_code_leads_to_its_codings_by_mouse(desk, study):
    for number in (5, 50):
        put(study.coder, study.source, f"Replikk {number}.", study.code)
    desk.reload()
    ready(desk)
    desk.locator("#code-tree .tree-row", has_text="Økonomi").click()
    desk.locator(".code-card [data-do=neighbour_on]").click()
    expect(card(desk)).to_have_text("Replikk 5.")
    desk.locator(".coding-card.open [data-do=neighbour_on]").click()
    expect(card(desk)).to_have_text("Replikk 50.")


def test_a_colleagues_hidden_coding_is_no_stop(desk, study):
    put(study.coder, study.source, "Replikk 5.", study.code)
    put(study.lead, study.source, "Replikk 6.", study.code)
    other = long_source(study, "Åpen samtale")
    put(study.lead, other, "Replikk 20.", study.code)
    desk.reload()
    ready(desk)
    click_on(desk, "Replikk 5.")
    focus_text(desk)
    desk.keyboard.press(">")
    expect(said(desk)).to_contain_text("This is the last coding")
    desk.locator("summary", has_text="Colleagues").click()
    desk.locator(f"[data-coder='{study.lead.pk}']").check()
    focus_text(desk)
    desk.keyboard.press(">")
    expect(said(desk)).to_have_text("“Økonomi”: 2 of 2 in this source")
    # In the next source they are not shown.
    desk.keyboard.press(">")
    expect(said(desk)).to_contain_text("This is the last coding")


def test_who_only_reads_finds_the_way_too(page, live_server, sign_in, study):
    put(study.coder, study.source, "Replikk 5.", study.code)
    put(study.coder, study.source, "Replikk 50.", study.code)
    sign_in(page, make_member(study.project, Role.READER).user)
    open_source(page, live_server, study.source)
    count = find(page, "replikk 33")
    expect(count).to_have_text("1 of 1")
    page.keyboard.press("Escape")
    assert chosen(page) == "Replikk 33"
    click_on(page, "Replikk 5.")
    focus_text(page)
    page.keyboard.press(">")
    expect(card(page)).to_have_text("Replikk 50.")
    # What codes does nothing here, and opens nothing.
    for key in ("Backspace", "1", "Enter", "o"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+g")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    assert chosen(page) == "Replikk 7."
    assert Coding.objects.count() == 2


# --- on every screen ---


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(desk, assert_accessible, width, scheme):
    desk.set_viewport_size({"width": width, "height": 844})
    desk.emulate_media(color_scheme=scheme)
    desk.locator("[data-page-act=find]").click()
    desk.keyboard.type("folk")
    expect(desk.locator("#find [role=status]")).to_contain_text("1 of")
    assert_accessible(desk)
    desk.keyboard.press("Escape")
    desk.locator(".reading-progress summary").click()
    assert_accessible(desk)
    # On a phone the menu lies over what is below it.
    desk.keyboard.press("Escape")
    desk.locator("[data-page-act=go_to]").click()
    desk.keyboard.type("99")
    desk.keyboard.press("Enter")
    assert_accessible(desk)


def test_on_a_phone_the_bar_lies_free(desk):
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.locator("[data-page-act=find]").click()
    desk.keyboard.type("replikk 44")
    expect(desk.locator("#find [role=status]")).to_have_text("1 of 1")
    inside = """() => {
      const box = document.querySelector("#find").getBoundingClientRect();
      const bar = document.querySelector("#coding-bar").getBoundingClientRect();
      const [hit] = [...CSS.highlights.get("found-here")].map((range) => range.getBoundingClientRect());
      const small = [...document.querySelectorAll("#find button, #find input")].filter((part) => {
        const { left, right, width } = part.getBoundingClientRect();
        return left < 0 || right > innerWidth || width < 24;
      });
      return [small.length, box.top >= 0, box.bottom <= hit.top, hit.bottom <= bar.top];
    }"""
    desk.wait_for_function(
        f"() => CSS.highlights.get('found-here').size && ({inside})().join() === '0,true,true,true'"
    )
