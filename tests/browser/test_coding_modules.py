"""The coding page's modules without a page: offsets, search, the cursor, lanes. They run in the browser as they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browser.coding_page import open_source
from tests.factories import make_study

FAMILY = "👩‍👩‍👧‍👦"


def test_code_points_and_units_meet_for_any_text(run):
    check = """(m, [text, points]) => {
      const unit = m.pointsToUnits(text, points);
      return [text.slice(0, unit), m.countPoints(text, unit), m.countPoints(text)];
    }"""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(alphabet="abæøå e\u0301👩\u200d𝒳🇳🇴", max_size=30), st.integers(0, 30))
    def holds(text: str, points: int) -> None:
        points = min(points, len(text))
        assert run("offsets", check, [text, points]) == [text[:points], points, len(text)]

    holds()


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        (f"a{FAMILY}b", (3, 5), FAMILY),
        ("cafe\u0301 ", (0, 4), "cafe\u0301"),
        ("🇳🇴 ja", (2, 4), "🇳🇴"),
        ("ett 1\ufe0f\u20e3 tall", (4, 5), "1\ufe0f\u20e3"),
        ("rett fram", (0, 4), "rett"),
    ],
)
def test_no_end_cuts_what_is_read_as_one_sign(run, text, cut, whole):
    widened = "(m, [text, from, to]) => text.slice(...m.widenToGraphemes(text, from, to))"
    assert run("offsets", widened, [text, *cut]) == whole


def test_a_stretch_is_trimmed_over_the_ends_of_paragraphs(run):
    stretch = """(m, [from, to]) => {
      const map = new m.TextMap([{start: 0, text: "Ja. "}, {start: 5, text: ""}, {start: 6, text: "  Nei da"}]);
      const found = map.stretch(from, to);
      return found && [found.start, found.end, map.textBetween(found.start, found.end)];
    }"""
    assert run("offsets", stretch, [{"index": 0, "unit": 0}, {"index": 2, "unit": 0}]) == [0, 3, "Ja."]
    assert run("offsets", stretch, [{"index": 0, "unit": 3}, {"index": 2, "unit": 5}]) == [8, 11, "Nei"]
    assert run("offsets", stretch, [{"index": 0, "unit": 3}, {"index": 2, "unit": 2}]) is None
    assert run("offsets", stretch, [{"index": 0, "unit": 0}, {"index": 2, "unit": 5}]) == [
        0,
        11,
        "Ja. \n\n  Nei",
    ]


@pytest.mark.parametrize("typed", ["økonomi", "ØKONOMI", "okonomi", "oekonomi", "drift øko", "penger"])
def test_a_code_is_found_however_its_letters_are_typed(run, typed):
    found = """(m, typed) => m.search(m.indexed([
      {name: "Lokaler", path: ["P1 Drift", "Lokaler"], definition: ""},
      {name: "Økonomi", path: ["P1 Drift", "Økonomi"], definition: "Hvor penger kommer fra"},
    ]), typed).map((code) => code.name)"""
    assert run("match", found, typed) == ["Økonomi"]


def test_names_go_before_paths_and_beginnings_before_middles(run):
    found = """(m) => m.search(m.indexed([
      {name: "Andre", path: ["Lokaler", "Andre"], definition: ""},
      {name: "Egne lokaler", path: ["Egne lokaler"], definition: ""},
      {name: "Lokaler", path: ["Lokaler"], definition: ""},
      {name: "Sambruk", path: ["Sambruk"], definition: "deling av lokaler"},
      {name: "Noe annet", path: ["Noe annet"], definition: ""},
    ]), "loka").map((code) => code.name)"""
    assert run("match", found) == ["Lokaler", "Egne lokaler", "Andre", "Sambruk"]


CURSOR = """async (m, steps) => {
  const { TextMap } = await import("/static/js/coding/offsets.js");
  const map = new TextMap([{start: 0, text: "Ja da. Det går bra. "}, {start: 21, text: "Hva så? 👍 Fint."}]);
  const cursor = new m.Cursor(map);
  let now = null;
  const seen = [];
  for (const [act, unit, direction] of steps) {
    now = act === "nudge" ? cursor.nudge(now, unit, direction) : cursor[act](now, 0, unit, direction);
    seen.push(map.textBetween(now.start, now.end));
  }
  return seen;
}"""


def test_the_cursor_moves_by_sentence_over_paragraphs(run):
    steps = [["move", "sentences", 1]] * 4 + [["move", "sentences", -1]]
    assert run("cursor", CURSOR, steps) == ["Ja da.", "Det går bra.", "Hva så?", "👍 Fint.", "Hva så?"]


def test_the_cursor_stretches_and_turns_round_where_it_began(run):
    steps = [
        ["move", "sentences", 1],
        ["move", "sentences", 1],
        ["extend", "sentences", 1],
        ["extend", "sentences", -1],
        ["extend", "sentences", -1],
        ["extend", "sentences", 1],
        ["extend", "words", 1],
    ]
    assert run("cursor", CURSOR, steps) == [
        "Ja da.",
        "Det går bra.",
        "Det går bra. \nHva så?",
        "Det går bra.",
        "Ja da. Det går bra.",
        "Det går bra.",
        "Det går bra. \nHva",
    ]


def test_bounds_move_by_word_and_one_word_stays(run):
    steps = [
        ["move", "sentences", 1],
        ["nudge", "end", 1],
        ["nudge", "start", 1],
        ["nudge", "end", -1],
        ["nudge", "end", -1],
        ["nudge", "start", 1],
        ["nudge", "start", -1],
    ]
    assert run("cursor", CURSOR, steps) == ["Ja da.", "Ja da. Det", "da. Det", "da.", "da.", "da.", "Ja da."]


STORE = """(m, steps) => {
  const store = new m.Store({ turns: [{start: 0, end: 50}, {start: 51, end: 99}], me: 1, rows: [
    ["a", 7, 1, 0, 40, 0, 1], ["b", 8, 1, 10, 60, 0, 1], ["c", 9, 2, 20, 30, 0, 1],
  ]});
  store.showOnly(new Set());
  const turns = [];
  store.addEventListener("change", (event) => turns.push([...event.turns]));
  for (const [act, ...given] of steps) store[act](...given);
  const shown = [...store.codings.values()].filter((one) => store.visible(one));
  return {turns, shown: shown.map((one) => [one.uuid, one.start, one.end, one.lane]).sort()};
}"""
NEW = {"uuid": "n", "code": 5, "coder": 1, "start": 15, "end": 25, "memo": False, "version": None}


def test_colleagues_are_hidden_and_lanes_do_not_overlap(run):
    shown = run("store", STORE, [])["shown"]
    assert shown == [["a", 0, 40, 1], ["b", 10, 60, 0]]


def test_ones_own_are_hidden_when_asked_but_for_what_one_does_then(run):
    alone = """(m, steps) => {
      const store = new m.Store({ turns: [{start: 0, end: 99}], me: 1, rows: [
        ["mine", 7, 1, 0, 40, 0, 1], ["theirs", 9, 2, 20, 30, 0, 1],
      ]});
      for (const [act, ...given] of steps) store[act](...(act === "showOnly" ? [new Set([2]), ...given] : given));
      const shown = [...store.codings.values()].filter((one) => store.visible(one)).map((one) => one.uuid);
      return [shown, store.hiddenCount()];
    }"""
    hide, back = ["showOnly", False], ["showOnly", True]
    assert run("store", alone, [["showOnly"]]) == [["mine", "theirs"], 0]
    assert run("store", alone, [hide]) == [["theirs"], 1]
    assert run("store", alone, [hide, ["expect", "n", NEW]]) == [["theirs", "n"], 1]
    assert run("store", alone, [hide, ["showCodes", None]]) == [["theirs"], 1]
    assert run("store", alone, [hide, ["expect", "n", NEW], back, hide]) == [["theirs"], 2]
    assert run("store", alone, [hide, ["reveal", "mine"]]) == [["mine", "theirs"], 0]


def test_a_new_coding_moves_nobody_and_paints_its_turn_only(run):
    told = run("store", STORE, [["expect", "n", NEW]])
    assert told["turns"] == [[0]]
    assert ["n", 15, 25, 2] in told["shown"]


def test_what_the_server_refuses_is_taken_back(run):
    told = run("store", STORE, [["expect", "n", NEW], ["settle", "n"]])
    assert [row[0] for row in told["shown"]] == ["a", "b"]


def test_what_the_server_says_meanwhile_shows_when_all_is_answered(run):
    moved = {"uuid": "a", "code": 7, "coder": 1, "start": 0, "end": 20, "memo": False, "version": 1}
    steps = [["expect", "a", moved], ["confirm", [["a", 7, 1, 5, 40, 0, 2]], []]]
    assert run("store", STORE, steps)["shown"][0] == ["a", 0, 20, 1]
    assert run("store", STORE, [*steps, ["settle", "a"]])["shown"][0] == ["a", 5, 40, 1]


def test_the_longest_passage_gets_the_first_lane_and_short_ones_do_not_break_it(run):
    lanes = """(m) => {
      const rows = [["s1", 0, 10], ["s2", 5, 15], ["long", 8, 90], ["s3", 40, 60], ["s4", 45, 70]];
      const store = new m.Store({ turns: [{start: 0, end: 50}, {start: 51, end: 99}], me: 1,
        rows: rows.map(([uuid, start, end], code) => [uuid, code, 1, start, end, 0, 1]) });
      store.showOnly(new Set());
      return Object.fromEntries([...store.codings.values()].map((one) => [one.uuid, one.lane]));
    }"""
    assert run("store", lanes) == {"long": 0, "s4": 1, "s3": 2, "s1": 1, "s2": 2}


def test_no_two_passages_share_a_lane_where_they_meet(run):
    check = """(m, spans) => {
      const store = new m.Store({ turns: [{start: 0, end: 99}], me: 1,
        rows: spans.map(([start, end], code) => [`c${code}`, code, 1, start, end, 0, 1]) });
      store.showOnly(new Set());
      return [...store.codings.values()].map((one) => [one.start, one.end, one.lane]);
    }"""
    span = st.tuples(st.integers(0, 60), st.integers(1, 38)).map(lambda one: (one[0], one[0] + one[1]))

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(span, max_size=14))
    def holds(spans: list[tuple[int, int]]) -> None:
        laid = run("store", check, spans)
        for at, (start, end, lane) in enumerate(laid):
            meets = [other for n, other in enumerate(laid) if n != at and other[0] < end and other[1] > start]
            lanes = [other[2] for other in meets if other[2] < 7]
            assert lane == 7 or lane not in lanes
            # No stripe is missing where a lane is free.
            assert lane < 7 or set(range(7)) <= set(lanes)

    holds()


FILTERED = """(m, steps) => {
  const store = new m.Store({ turns: [{start: 0, end: 50}, {start: 51, end: 99}], me: 1, rows: [
    ["a", 7, 1, 0, 40, 0, 1], ["b", 8, 1, 0, 40, 0, 1], ["c", 8, 2, 60, 70, 0, 1], ["d", 9, 2, 60, 70, 0, 1],
  ]});
  store.showOnly(new Set([2]));
  store.showCodes(new Set([8]));
  for (const [act, ...given] of steps) store[act](...given);
  return {
    shown: [...store.codings.values()].filter((one) => store.visible(one)).map((one) => one.uuid).sort(),
    counts: Object.fromEntries(store.countsByCode()),
    inTurns: [0, 1].map((turn) => store.inTurn(turn).length),
    shares: store.shares(),
    hidden: store.hiddenCount(),
    mine: [store.mine(7, 0, 40)?.uuid, store.mine(8, 60, 70)?.uuid ?? null],
    mineOn: store.mineOn(0, 40).map((one) => one.uuid).sort(),
    coded: [0, 1].map((turn) => store.coded(turn)),
  };
}"""


def test_a_filter_hides_codings_but_not_what_is_asked_about_mine(run):
    assert run("store", FILTERED, []) == {
        "shown": ["b", "c"],
        "counts": {"8": 2},
        "inTurns": [1, 1],
        "shares": {"shown": 2, "all": 4},
        "hidden": 0,
        "mine": ["a", None],
        "mineOn": ["a", "b"],
        "coded": [True, False],
    }


def test_what_the_reader_does_shows_under_a_filter_until_another_one(run):
    told = run("store", FILTERED, [["expect", "n", {**NEW, "code": 7}], ["reveal", "d"]])
    assert told["shown"] == ["b", "c", "d", "n"]
    again = run("store", FILTERED, [["expect", "n", {**NEW, "code": 7}], ["showCodes", None]])
    assert again["shown"] == ["a", "b", "c", "d", "n"]


def test_what_is_asked_for_shows_and_is_counted_and_nothing_else_of_its_coder(run):
    revealed = """(m) => {
      const store = new m.Store({ turns: [{start: 0, end: 50}], me: 1,
        rows: [["a", 7, 2, 0, 40, 0, 1], ["b", 7, 2, 5, 20, 0, 1]] });
      store.showOnly(new Set());
      store.showCodes(new Set([8]));
      store.reveal("a");
      const shown = [...store.codings.values()].filter((one) => store.visible(one)).map((one) => one.uuid);
      return [shown, store.shares(), store.hiddenCount()];
    }"""
    assert run("store", revealed) == [["a"], {"shown": 1, "all": 1}, 1]


def test_no_key_needs_altgr_and_none_is_bound_twice(run):
    keys = run("keys", "(m) => m.KEYS.filter((row) => !row.letters).flatMap((row) => row.keys)")
    assert len(keys) == len(set(keys))
    assert not {"@", "$", "{", "}", "[", "]", "\\", "~", "|", "€", "£"} & set(keys)


def test_letters_only_ever_open_the_palette(run):
    does = "(m, key) => m.lookUp(key, {inText: true, singles: true})?.row.does"
    assert {run("keys", does, key) for key in "abcøåÆz"} == {"palette"}
    assert run("keys", does.replace("singles: true", "singles: false"), "a") is None
    assert run("keys", does.replace("singles: true", "singles: false"), "Ctrl+K") == "palette"


def test_a_keystroke_has_one_name(run):
    name = (
        "(m, event) => m.keyName({ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...event})"
    )
    assert run("keys", name, {"key": ":", "shiftKey": True}) == ":"
    assert run("keys", name, {"key": "z", "ctrlKey": True}) == "Ctrl+Z"
    assert run("keys", name, {"key": "Z", "ctrlKey": True, "shiftKey": True}) == "Ctrl+Shift+Z"
    assert run("keys", name, {"key": "ArrowDown", "shiftKey": True}) == "Shift+ArrowDown"
    # What only AltGr types is the sign itself, and bound to nothing.
    assert run("keys", name, {"key": "@", "ctrlKey": True, "altKey": True}) == "Ctrl+Alt+@"


# A queue whose server answers when and what a step tells it to: answer, refuse, or fail (no answer at all).
QUEUE = """async (m, steps) => {
  const { Store } = await import("/static/js/coding/store.js");
  const { NoAnswer } = await import("/static/js/coding/api.js");
  const store = new Store({ turns: [{start: 0, end: 99}], me: 1, rows: [["a", 7, 1, 0, 9, 0, 3]] });
  store.showOnly(new Set());
  const asked = [], open = [], told = [], kept = new Map();
  const send = (method, path, body) => new Promise((yes, no) => {
    asked.push([method, path.split("?")[0], body]);
    open.push([yes, no]);
  });
  const api = { send };
  const waiting = {
    works: true, all: async () => [...kept.values()].map((one) => ({ ...one })),
    put: (change) => kept.set(change.id, structuredClone(change)), drop: (id) => kept.delete(id),
  };
  const queue = new m.Queue({ api, store, waiting, textVersion: 1, quoteOf: (from, to) => `${from}-${to}`,
    codeKey: (id) => `code${id}`, take: (data) => store.confirm(data.rows ?? [], data.gone ?? []), cursor: () => 5 });
  for (const name of ["state", "refused", "dropped", "answered"]) {
    queue.addEventListener(name, (event) => told.push(name === "state" ? queue.state : name));
  }
  const rest = () => new Promise((then) => setTimeout(then));
  const answers = [];
  for (const [act, ...given] of steps) {
    if (act === "answer") open.shift()[0]({ ok: true, status: 200, data: given[0] ?? {} });
    else if (act === "refuse") open.shift()[0]({ ok: false, status: 409, data: { error: "no", ...given[0] } });
    else if (act === "fail") open.shift()[1](new NoAnswer("offline"));
    else answers.push(queue[act](...given));
    await rest();
  }
  const shown = [...store.codings.values()].map((one) => [one.uuid, one.code, one.start, one.end]).sort();
  const { state, length } = queue;
  return { asked, shown, told, state, length, kept: kept.size, answers: answers.filter((one) => one !== undefined) };
}"""
FIRST, SECOND = ["create", [["n", 5]], 10, 20], ["create", [["o", 6]], 30, 40]
ROW = ["n", 5, 1, 10, 20, 0, 1]


def test_changes_go_one_after_the_other_and_show_at_once(run):
    now = run("queue", QUEUE, [FIRST, SECOND])
    assert [(method, path) for method, path, _body in now["asked"]] == [("POST", "")]
    assert [one[0] for one in now["shown"]] == ["a", "n", "o"]
    assert (now["state"], now["kept"]) == ("saving", 2)
    done = run("queue", QUEUE, [FIRST, SECOND, ["answer", {"rows": [ROW]}], ["answer"]])
    assert [body["codings"] for _method, _path, body in done["asked"]] == [[["n", "code5"]], [["o", "code6"]]]
    assert done["asked"][0][2]["quote"] == "10-20"
    # The second was acknowledged without a row: what the server holds is what shows.
    assert [one[0] for one in done["shown"]] == ["a", "n"]
    assert (done["state"], done["length"], done["kept"]) == ("saved", 0, 0)


def test_what_got_no_answer_is_sent_again_as_it_was(run):
    told = run("queue", QUEUE, [FIRST, SECOND, ["fail"], ["retry"], ["answer", {"rows": [ROW]}]])
    first, again, second = told["asked"]
    assert first == again
    assert second[2]["codings"] == [["o", "code6"]]
    assert "waiting" in told["told"]


def test_a_held_key_sends_where_it_came_to_rest(run):
    nudges = [["resize", "a", 0, end] for end in (12, 15, 19)]
    told = run("queue", QUEUE, [FIRST, *nudges, ["answer", {"rows": [ROW]}], ["answer"]])
    sent = [(method, body["end"], body["row_version"]) for method, _path, body in told["asked"][1:]]
    assert sent == [("PATCH", 19, 3)]


def test_what_is_refused_is_taken_back_and_the_rest_goes_on(run):
    told = run("queue", QUEUE, [FIRST, SECOND, ["refuse"], ["answer", {"rows": [["o", 6, 1, 30, 40, 0, 1]]}]])
    assert [one[0] for one in told["shown"]] == ["a", "o"]
    assert told["told"].count("refused") == 1
    assert told["state"] == "saved"


def test_an_undo_takes_back_what_was_not_sent_and_waits_for_no_server(run):
    taken = run("queue", QUEUE, [FIRST, ["fail"], ["undo"]])
    assert [one[0] for one in taken["shown"]] == ["a"]
    assert (taken["answers"], taken["kept"], taken["state"]) == ([True], 0, "saved")
    refused = run("queue", QUEUE, [FIRST, ["fail"], ["undo", "redo"]])
    assert (refused["answers"], refused["length"]) == ([False], 1)
    dropped = run("queue", QUEUE, [["undo"], ["fail"]])
    assert "dropped" in dropped["told"] and dropped["length"] == 0


FEED = """async (m, steps) => {
  const applied = [], asked = [];
  let answer = null;
  const state = { busy: false, queue: { state: "saved", answers: 0 } };
  const send = async (method, path) => {
    asked.push(path);
    await null;
    state.during?.();
    return { ok: true, data: answer };
  };
  const apply = (data) => applied.push(data.cursor);
  const feed = new m.Feed({ api: { send }, cursor: 5, apply, busy: () => state.busy, queue: state.queue });
  for (const [act, given] of steps) {
    if (act === "take") feed.take(given);
    else if (act === "ask") {
      state.busy = Boolean(given.busy);
      state.during = given.crossed ? () => { state.queue.answers += 1; } : null;
      state.queue.state = given.saving ? "saving" : "saved";
      answer = { cursor: given.cursor };
      window.dispatchEvent(new Event("focus"));
      await new Promise((then) => setTimeout(then, 20));
    }
  }
  return { applied, asked: asked.map((path) => path.split("=")[1]), cursor: feed.cursor };
}"""


def test_news_are_taken_once_and_never_backwards(run):
    told = run("feed", FEED, [["take", {"cursor": 8}], ["take", {"cursor": 6}], ["take", {"error": "no"}]])
    assert (told["applied"], told["cursor"]) == ([8], 8)
    told = run("feed", FEED, [["ask", {"cursor": 7}], ["ask", {"cursor": 9}]])
    assert (told["asked"], told["applied"]) == (["5", "7"], [7, 9])


def test_no_news_under_a_selection_being_drawn_or_a_change_on_its_way(run):
    busy = [["ask", {"cursor": 7, "busy": True}], ["ask", {"cursor": 7, "saving": True}]]
    assert run("feed", FEED, busy)["asked"] == []
    crossed = run("feed", FEED, [["ask", {"cursor": 7, "crossed": True}]])
    assert (crossed["asked"], crossed["applied"]) == (["5"], [])


QUICK = """(m, steps) => {
  localStorage.clear();
  const all = Array.from({ length: 12 }, (_, id) => ({ id, uuid: `u${id}` }));
  const codebook = { byUuid: (uuid) => all.find((code) => code.uuid === uuid && code !== all[11]) };
  let quick = new m.QuickCodes("key", codebook);
  let told;
  for (const [act, ...ids] of steps) {
    if (act === "reload") quick = new m.QuickCodes("key", codebook);
    else told = quick[act](act === "use" ? ids.map((id) => all[id]) : all[ids[0]]);
  }
  const kept = localStorage.getItem("key") ?? "";
  localStorage.clear();
  const codes = quick.codes().map((code) => code && code.id);
  const taken = told?.map(({ key, code, before }) => [key, code.id, before.id]);
  return { codes, last: quick.lastCodes().map((code) => code.id), kept, taken };
}"""


def test_codes_keep_their_keys_and_a_tenth_takes_the_one_longest_unused(run):
    nine = [["use", number] for number in range(9)]
    assert run("quick", QUICK, [["use", 3], ["use", 1], ["use", 3]])["codes"][:3] == [3, 1, None]
    assert run("quick", QUICK, [*nine, ["use", 0], ["use", 9]])["codes"] == [0, 9, 2, 3, 4, 5, 6, 7, 8]
    pinned = run("quick", QUICK, [*nine, ["togglePin", 1], ["use", 0], ["use", 9]])
    assert pinned["codes"] == [0, 1, 9, 3, 4, 5, 6, 7, 8]
    again = run("quick", QUICK, [["use", 4, 2], ["reload"]])
    assert (again["codes"][:3], again["last"]) == ([4, 2, None], [4, 2])
    # Nobody is told of a key that was free.
    assert run("quick", QUICK, nine)["taken"] == []
    assert run("quick", QUICK, [*nine, ["use", 0, 9, 10]])["taken"] == [[2, 9, 1], [3, 10, 2]]
    # A code that is gone frees its key; ids alone are kept.
    assert run("quick", QUICK, [["use", 11], ["use", 1]])["codes"][:2] == [1, None]


@pytest.mark.django_db(transaction=True)
def test_the_page_adds_nothing_to_the_window(page, live_server, sign_in):
    study = make_study()
    sign_in(page, study.coder.user)
    open_source(page, live_server, study.source)
    added = page.evaluate("""() => {
      const plain = document.createElement("iframe");
      document.body.append(plain);
      const own = new Set(Object.getOwnPropertyNames(plain.contentWindow));
      plain.remove();
      const drivers = /^(__pw|__playwright|\\d+$)/;
      return Object.getOwnPropertyNames(window).filter((name) => !own.has(name) && !drivers.test(name));
    }""")
    # The library that drives the other pages; its own name is how it is used.
    assert set(added) <= {"htmx"}


MOST_SENT = 69_500  # bytes of all scripts of the coding page together, compressed as they travel
MOST_FILES = 37


@pytest.mark.django_db(transaction=True)
def test_the_scripts_of_the_page_stay_small(page, live_server, sign_in):
    study = make_study()
    sign_in(page, study.coder.user)
    sent = {}

    def note(response: Any) -> None:
        if "/static/js/coding/" in response.url:
            sent[response.url] = (
                response.headers.get("content-encoding"),
                int(response.headers["content-length"]),
            )

    page.on("response", note)
    open_source(page, live_server, study.source)
    assert len(sent) <= MOST_FILES
    # A file too small to gain by it travels as it is.
    assert all(encoding == "gzip" or size < 1_000 for encoding, size in sent.values())
    assert sum(size for _encoding, size in sent.values()) <= MOST_SENT
