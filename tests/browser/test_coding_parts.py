"""The small modules of the coding page: words, pieces, the codebook, requests, places to go to, what waits its turn."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

OVER_AND_OVER = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# --- text ---


def test_words_are_what_stands_between_blanks_however_wide_their_signs(run):
    @OVER_AND_OVER
    @given(st.text(alphabet="abø 👍\u00a0\n\t.,e\u0301", max_size=40))
    def holds(text: str) -> None:
        words = "(m, text) => m.wordsOf(text).map(([start, end]) => text.slice(start, end))"
        assert run("text", words, text) == text.split()

    holds()


def test_a_sentence_goes_without_the_blanks_around_it_and_none_is_empty(run):
    sentences = "(m, text) => m.sentencesOf(text).map(([start, end]) => text.slice(start, end))"
    assert run("text", sentences, "  Ja da.  Det går bra! 👍 Hva så?\n ") == [
        "Ja da.",
        "Det går bra!",
        "👍 Hva så?",
    ]
    assert run("text", sentences, " \n\t ") == []


def test_a_label_is_never_longer_than_asked_and_cuts_between_words(run):
    @OVER_AND_OVER
    @given(st.lists(st.text(alphabet="abcdeø", min_size=1, max_size=9), max_size=12), st.integers(10, 40))
    def holds(words: list[str], length: int) -> None:
        line = " ".join(words)
        short = run("text", "(m, [line, length]) => m.shorten(line, length)", [f" {line}\n", length])
        if len(line) <= length:
            assert short == line
            return
        kept = short.removesuffix("…")
        assert short == f"{kept}…" and len(kept) <= length and line.startswith(kept)
        # Between words, unless more than half of the room would stay empty.
        assert line[len(kept)] == " " or line.rfind(" ", 0, length) < length / 2

    holds()


def test_a_sentence_of_the_page_is_filled_in_and_one_of_something_is_said_as_one(run):
    said = """(m, [key, values]) => m.speaker({
      found: "%(n)s koder i %(where)s", found_one: "1 kode i %(where)s", bare: "Bare %(n)s",
    })(key, values)"""
    assert run("text", said, ["found", {"n": 3, "where": "$& <b>"}]) == "3 koder i $& <b>"
    assert run("text", said, ["found", {"n": 1, "where": "her"}]) == "1 kode i her"
    assert run("text", said, ["found", {"n": 0}]) == "0 koder i "
    assert run("text", said, ["bare", {"n": 1}]) == "Bare 1"
    assert run("text", said, ["unknown", {}]) == "unknown"


# --- pieces ---

PIECES = """(m, lists) => {
  const parent = document.createElement("p");
  let made = 0;
  const piece = (key) => ({ key, make: () => { made += 1; return document.createTextNode(key); } });
  const costs = lists.map((keys) => {
    const before = made;
    if (keys === "emptied") { parent.replaceChildren(); return 0; }
    m.setPieces(parent, keys.map(piece));
    return [parent.textContent, made - before];
  });
  return costs;
}"""


def test_pieces_that_stay_are_not_made_again(run):
    def common(before: list[str], after: list[str]) -> int:
        head = 0
        while head < min(len(before), len(after)) and before[head] == after[head]:
            head += 1
        tail = 0
        while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        return head + tail

    some = st.lists(st.sampled_from("abcd"), max_size=7)

    @OVER_AND_OVER
    @given(st.lists(some, min_size=2, max_size=4))
    def holds(lists: list[list[str]]) -> None:
        costs = run("pieces", PIECES, lists)
        for (text, made), before, after in zip(costs, [[], *lists], lists, strict=False):
            assert (text, made) == ("".join(after), len(after) - common(before, after))

    holds()


def test_what_somebody_else_changed_is_made_anew(run):
    assert run("pieces", PIECES, [["a", "b"], "emptied", ["a", "b"]])[2] == ["ab", 2]


# --- the codebook ---

ROWS = [
    [1, "u1", None, "P1 Drift", 0, "", "", "", ""],
    [2, "u2", 1, "Økonomi", 0, "Hvor pengene kommer fra", "", "", ""],
    [3, "u3", 2, "Tilskudd", 0, "", "", "", ""],
    [4, "u4", 1, "Lokaler", 0, "", "", "", ""],
]
BOOK = """(m, [rows, later]) => {
  const book = new m.Codebook(rows);
  const paths = () => book.inOrder().map((code) => [code.path.join(" › "), code.depth]);
  const found = () => book.search("penge").map((code) => code.name);
  const told = [];
  book.addEventListener("change", () => told.push(book.inOrder().length));
  const before = [paths(), found()];
  if (later) book.replace(later);
  return { before, after: [paths(), found()], told, below: book.children(1).map((code) => code.id),
    third: book.byUuid("u3")?.id ?? null, none: book.children(4) };
}"""


def test_the_codebook_knows_the_way_to_each_code(run):
    book = run("codebook", BOOK, [ROWS, None])
    assert book["before"][0] == [
        ["P1 Drift", 1],
        ["P1 Drift › Økonomi", 2],
        ["P1 Drift › Økonomi › Tilskudd", 3],
        ["P1 Drift › Lokaler", 2],
    ]
    assert (book["below"], book["third"], book["none"]) == ([2, 4], 3, [])


def test_a_codebook_that_changed_says_so_and_finds_by_what_it_is_now(run):
    renamed = [*ROWS[:2], [5, "u5", 1, "Pengebruk", 0, "Hva pengene går til", "", "", ""]]
    book = run("codebook", BOOK, [ROWS, renamed])
    assert book["before"][1] == ["Økonomi"]
    assert sorted(book["after"][1]) == ["Pengebruk", "Økonomi"]
    assert (book["told"], book["third"]) == ([3], None)


# --- requests ---

ASK = """async (m, answer) => {
  const real = globalThis.fetch;
  const seen = [];
  document.cookie = "csrftoken=merke; path=/";
  globalThis.fetch = async (address, options) => {
    seen.push([address, options.method, options.headers["X-CSRFToken"], options.body ?? null, options.redirect]);
    if (answer === "offline") throw new TypeError("no route");
    if (answer === "redirect") return { type: "opaqueredirect", status: 0, headers: new Headers() };
    return new Response(answer.text, { status: answer.status, headers: { "Content-Type": answer.type } });
  };
  try {
    const { ok, status, data } = await new m.Api("/kodinger/").send("POST", "a/", { n: 1 });
    return { ok, status, data, seen };
  } catch (failure) {
    return { lost: failure instanceof m.NoAnswer ? failure.reason : String(failure), seen };
  } finally {
    globalThis.fetch = real;
    document.cookie = "csrftoken=; path=/; max-age=0";
  }
}"""
JSON, PAGE = "application/json", "text/html"


def test_a_request_carries_the_sign_that_it_is_ours_and_follows_nobody_elsewhere(run):
    told = run("api", ASK, {"status": 200, "type": JSON, "text": '{"n": 2}'})
    assert (told["ok"], told["data"]) == (True, {"n": 2})
    assert told["seen"] == [["/kodinger/a/", "POST", "merke", '{"n":1}', "manual"]]


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_what_the_server_refuses_in_words_is_an_answer(run, status):
    told = run("api", ASK, {"status": status, "type": JSON, "text": '{"error": "Nei."}'})
    assert (told["ok"], told["status"], told["data"]) == (False, status, {"error": "Nei."})


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        ("offline", "offline"),
        ("redirect", "signed_out"),
        ({"status": 403, "type": PAGE, "text": "<p>Nei"}, "signed_out"),
        ({"status": 401, "type": PAGE, "text": ""}, "signed_out"),
        ({"status": 502, "type": PAGE, "text": "<p>Porten"}, "server"),
        # A page in the middle (a hotel's, a proxy's) and an answer that was cut off are no answers.
        ({"status": 200, "type": PAGE, "text": "<p>Velkommen"}, "server"),
        ({"status": 500, "type": JSON, "text": '{"error": "x"}'}, "server"),
        ({"status": 200, "type": JSON, "text": '{"n": '}, "offline"),
    ],
)
def test_what_is_no_answer_of_the_server_may_be_asked_again(run, answer: Any, lost: str):
    assert run("api", ASK, answer)["lost"] == lost


# --- going to a place ---

TURNS = [
    {"number": 1, "start": 0, "speaker": "Intervjuer", "time": 0},
    {"number": 2, "start": 40, "speaker": "Åse Øverland", "time": 75},
    {"number": 3, "start": 90, "speaker": "Intervjuer", "time": None},
    {"number": 4, "start": 120, "speaker": "Informant 2", "time": 3700},
]
GO = """(m, [turns, typed, caret]) => {
  const { turn, says, values } = m.placeOf(turns, typed, caret);
  return [turn?.number ?? null, says, values ?? null];
}"""


@pytest.mark.parametrize(
    ("typed", "caret", "turn", "says"),
    [
        ("3", 0, 3, "went"),
        (" 04 ", 0, 4, "went"),
        ("9", 0, None, "go_no_number"),
        ("1:15", 0, 2, "went"),
        ("01.14", 0, 1, "went"),
        ("1:01:40", 0, 4, "went"),
        ("59:59", 0, 2, "went"),
        ("intervjuer", 0, 3, "went"),
        ("intervjuer", 100, 1, "went_round"),
        ("ase", 0, 2, "went"),
        ("aase overland", 0, None, "go_unknown"),
        ("øverland", 0, 2, "went"),
        ("ola", 0, None, "go_unknown"),
        ("", 0, None, "go_unknown"),
    ],
)
def test_a_number_a_time_or_a_name_leads_to_a_turn(run, typed, caret, turn, says):
    assert run("goto", GO, [TURNS, typed, caret])[:2] == [turn, says]


def test_where_there_are_no_times_or_none_so_early_it_says_so(run):
    without = [turn | {"time": None} for turn in TURNS]
    assert run("goto", GO, [without, "1:15", 0])[:2] == [None, "go_no_times"]
    late = [turn | {"time": 600} for turn in TURNS]
    assert run("goto", GO, [late, "1:15", 0])[:2] == [None, "go_before_times"]


def test_a_time_code_is_minutes_and_seconds_with_hours_before_them(run):
    @OVER_AND_OVER
    @given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.sampled_from(":."), st.booleans())
    def holds(hours: int, minutes: int, rest: int, sign: str, long: bool) -> None:
        code = sign.join(f"{part:02}" for part in ((hours, minutes, rest) if long else (hours, minutes)))
        wanted = hours * 3600 + minutes * 60 + rest if long else hours * 60 + minutes
        assert run("goto", "(m, text) => m.seconds(text)", f"[{code}]"[1:-1]) == wanted

    holds()
    assert run("goto", "(m) => [m.seconds('12'), m.seconds('1:75'), m.seconds('kl. 1:15')]") == [None] * 3


# --- what waits for a frame ---

LATER = """async (m, steps) => {
  const done = [];
  for (const step of steps) m.afterPaint(step, () => done.push(step));
  const at_once = [...done];
  await new Promise((then) => requestAnimationFrame(() => setTimeout(() => setTimeout(then))));
  return [at_once, done];
}"""


def test_what_waits_comes_after_the_frame_in_its_order_and_each_once(run):
    at_once, done = run("later", LATER, ["lights", "panel", "send", "panel", "margins"])
    assert at_once == []
    assert done == ["send", "margins", "panel", "lights"]


def test_what_goes_into_it_has_it_drawn_at_once_and_not_twice(run):
    flushed = """async (m) => {
      const done = [];
      m.afterPaint("panel", () => { done.push("panel"); m.afterPaint("focus", () => done.push("focus")); });
      m.flush();
      const first = [...done];
      await new Promise((then) => requestAnimationFrame(() => setTimeout(() => setTimeout(then))));
      return [first, done];
    }"""
    assert run("later", flushed) == [["panel"], ["panel", "focus"]]


def test_a_page_out_of_sight_is_not_waited_for_longer_than_a_moment(run):
    hidden = """async (m) => {
      const real = globalThis.requestAnimationFrame;
      globalThis.requestAnimationFrame = () => 0;
      try {
        return await new Promise((then) => {
          m.afterPaint("send", () => then("sent"));
          setTimeout(then, 5000, "never");
        });
      } finally {
        globalThis.requestAnimationFrame = real;
      }
    }"""
    assert run("later", hidden) == "sent"


# --- elements ---


def test_no_name_is_ever_read_as_markup(run):
    made = """(m, name) => {
      const chip = m.chip({ id: 7, name, path: [name], proposed: true });
      const button = m.element("button", { text: name, title: name, data: { do: name }, ariaLabel: name });
      return [chip.textContent, chip.querySelectorAll("*").length, chip.className, button.textContent,
        button.children.length, button.title, button.dataset.do, button.ariaLabel];
    }"""
    name = '<img src=x onerror="alert(1)">&amp;'
    assert run("dom", made, name) == [name, 1, "code-chip c-7 proposed", name, 0, name, name, name]


def test_what_stands_already_is_filled_in_without_being_moved(run):
    filled = """(m) => {
      const parent = document.createElement("ul");
      const [a, b, c] = ["a", "b", "c"].map((text) => m.element("li", { text }));
      m.fill(parent, [a, b]);
      const moved = [];
      const watch = new MutationObserver((records) => moved.push(...records));
      watch.observe(parent, { childList: true });
      m.fill(parent, [a, c, b]);
      watch.takeRecords().forEach((one) => moved.push(one));
      const touched = moved.flatMap((one) => [...one.addedNodes, ...one.removedNodes]).map((one) => one.textContent);
      m.fill(parent, [c]);
      return [touched, parent.textContent];
    }"""
    assert run("dom", filled) == [["c"], "c"]


def test_a_uuid_is_one_of_version_4_where_the_browser_gives_none_too(run):
    made = """(m) => {
      const real = crypto.randomUUID;
      Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
      const own = Array.from({ length: 50 }, () => m.newUuid());
      Object.defineProperty(crypto, "randomUUID", { value: real, configurable: true });
      return [...own, m.newUuid()];
    }"""
    made = run("dom", made)
    version_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(version_4.fullmatch(one) for one in made) and len(set(made)) == 51
