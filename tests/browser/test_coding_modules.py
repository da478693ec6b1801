"""The coding page's modules without a page: offsets, search, the cursor, lanes. They run in the browser as they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "👩‍👩‍👧‍👦"


@pytest.fixture
def run(page: Any, live_server: Any) -> Any:
    """`run("module", "m => ...", argument)`: what the function answers when given the module and the argument."""
    page.goto(live_server.url + "/accounts/login/")

    def run(module: str, function: str, argument: object = None) -> Any:
        script = (
            f"async ([name, given]) => ({function})(await import(`/static/js/coding/${{name}}.js`), given)"
        )
        return page.evaluate(script, [module, argument])

    return run


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
    assert shown == [["a", 0, 40, 0], ["b", 10, 60, 1]]


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
    assert run("store", STORE, steps)["shown"][0] == ["a", 0, 20, 0]
    assert run("store", STORE, [*steps, ["settle", "a"]])["shown"][0] == ["a", 5, 40, 0]


def test_no_key_needs_altgr_and_none_is_bound_twice(run):
    keys = run("keys", "(m) => m.KEYS.filter((row) => !row.letters).flatMap((row) => row.keys)")
    assert len(keys) == len(set(keys))
    assert not {"@", "$", "{", "}", "[", "]", "\\", "~", "|", "€", "£"} & set(keys)


def test_letters_only_ever_open_the_palette(run):
    does = "(m, key) => m.lookUp(key, {inText: true, singles: true})?.row.does"
    assert {run("keys", does, key) for key in "abcøåÆz"} == {"palette"}
    assert run("keys", does.replace("singles: true", "singles: false"), "a") is None
    assert run("keys", does.replace("singles: true", "singles: false"), "Ctrl+K") == "palette"
