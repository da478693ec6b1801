// Going to a turn by its number, by a time code, or by who speaks.

import { spellings } from "./match.js";

const TIME = /^\s*(\d{1,3})[:.]([0-5]\d)(?:[:.]([0-5]\d))?/;

/** Seconds of a time code: minutes and seconds, or hours before them. */
export function seconds(text) {
  const [, first, second, third] = text.match(TIME) ?? [];
  if (first === undefined) return null;
  return third === undefined ? first * 60 + Number(second) : first * 3600 + second * 60 + Number(third);
}

/** The turns of the page in order: {number, start, speaker, time}; `time` in seconds, or null. */
export function turnsOf(root) {
  return Array.from(root.querySelectorAll(".turn:not(.continues)"), (turn, at) => ({
    number: Number(turn.dataset.number ?? at + 1),
    start: Number(turn.dataset.start),
    speaker: turn.querySelector(".speaker")?.textContent ?? "",
    time: seconds(turn.querySelector(".time")?.textContent ?? ""),
  }));
}

/**
 * What was typed as a turn: {turn, says} with the key of a sentence, or {says, values} where there is none.
 * A speaker's next turn is the one after `caret`, and the first where there is none below.
 */
export function placeOf(turns, typed, caret) {
  const words = typed.trim();
  if (/^\d+$/.test(words)) {
    const turn = turns.find((one) => one.number === Number(words));
    return turn ? { turn, says: "went" } : { says: "go_no_number", values: { of: turns.at(-1)?.number ?? 0 } };
  }
  const time = seconds(words);
  if (time !== null) {
    if (!turns.some((turn) => turn.time !== null)) return { says: "go_no_times" };
    const turn = turns.findLast((one) => one.time !== null && one.time <= time);
    return turn ? { turn, says: "went" } : { says: "go_before_times" };
  }
  const speaker = whoIs([...new Set(turns.map((turn) => turn.speaker))], words);
  if (!speaker) return { says: "go_unknown", values: { words } };
  const theirs = turns.filter((turn) => turn.speaker === speaker);
  const next = theirs.find((turn) => turn.start > caret);
  return next ? { turn: next, says: "went" } : { turn: theirs[0], says: "went_round" };
}

function whoIs(speakers, words) {
  const typed = words.toLowerCase().normalize("NFC");
  const called = speakers.filter(Boolean).map((name) => [name, spellings(name)]);
  const by = (test) => called.find(([, names]) => typed && names.some(test))?.[0];
  return by((name) => name === typed) ?? by((name) => name.startsWith(typed)) ?? by((name) => name.includes(typed));
}

/** The dialog. `go(turn, says)` is called with the turn to go to and what to say there. */
export class GoTo {
  constructor({ dialog, root, caret, go, t }) {
    Object.assign(this, { dialog, root, caret, go, t });
    this.input = dialog.querySelector("input");
    this.error = dialog.querySelector("[role=alert]");
    dialog.querySelector("form").addEventListener("submit", (event) => this.#submit(event));
    this.input.addEventListener("input", () => this.#refuse(""));
  }

  open() {
    this.turns ??= turnsOf(this.root);
    const speakers = [...new Set(this.turns.map((turn) => turn.speaker))].filter(Boolean);
    this.dialog.querySelector("datalist").replaceChildren(...speakers.map((name) => new Option(name, name)));
    this.#refuse("");
    this.dialog.showModal();
    this.input.select();
  }

  #refuse(sentence) {
    this.error.textContent = sentence;
    this.input.ariaInvalid = String(Boolean(sentence));
  }

  #submit(event) {
    event.preventDefault();
    const { turn, says, values } = placeOf(this.turns, this.input.value, this.caret());
    if (!turn) {
      this.#refuse(this.t(says, values));
      this.input.select();
      return;
    }
    this.dialog.close();
    this.go(turn, says);
  }
}
