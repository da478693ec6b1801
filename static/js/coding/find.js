// Finding words in the text: every hit near the window is lit, and the one reached can be coded at once.

import { highlight } from "./dom.js";
import { spellings } from "./match.js";
import { countPoints } from "./offsets.js";

const NEAR = "600px 0px"; // less than the painter's: what it turns back into plain text is not lit
const PAUSE = 80;

// Letters by how one may type them, as a code is found: "o" finds ø, "ae" æ, "e" é. What is typed as æøå stays it.
const typedAs = new Map();
for (let point = 0xc0; point < 0x250; point += 1) {
  const letter = String.fromCodePoint(point);
  for (const typed of spellings(letter)) {
    if (/^[a-z]{1,2}$/.test(typed)) typedAs.set(typed, (typedAs.get(typed) ?? "") + letter);
  }
}

function one(sign) {
  if (/\s/.test(sign)) return "\\s+";
  if (/\p{L}/u.test(sign)) return `[${sign}${typedAs.get(sign) ?? ""}]\\p{M}*`;
  return sign.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}

/** A regular expression that finds what was typed, or null where nothing was. */
export function pattern(typed) {
  const signs = [...typed.trim().replace(/\s+/g, " ").normalize("NFC").toLowerCase()];
  let source = "";
  for (let at = 0; at < signs.length; at += 1) {
    const [sign, next = ""] = signs.slice(at, at + 2);
    const joined = typedAs.get(sign + next);
    if (next && joined) at += 1;
    source += next && joined ? `(?:${one(sign)}${one(next)}|[${joined}]\\p{M}*)` : one(sign);
  }
  return source ? new RegExp(source, "giu") : null;
}

/** The stretches ({start, end}) of a TextMap that hold what was typed, each within one paragraph, in order. */
export function hitsIn(map, typed) {
  const found = [];
  const wanted = pattern(typed);
  if (!wanted) return found;
  for (const { text, start } of map.paragraphs) {
    for (const { 0: words, index } of text.matchAll(wanted)) {
      found.push({ start: start + countPoints(text, index), end: start + countPoints(text, index + words.length) });
    }
  }
  return found;
}

/** The bar above the text. `toText()` gives the focus back. */
export class Find {
  #hits = [];
  #at = -1;
  #near = new Set();
  #timer = 0;

  constructor({ bar, root, map, selection, toText, t }) {
    Object.assign(this, { bar, root, map, selection, toText, t });
    this.input = bar.querySelector("input");
    this.count = bar.querySelector("[role=status]");
    this.lit = [highlight("found"), highlight("found-here")];
    this.lit[1].priority = 1;
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: NEAR });
    this.input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(), PAUSE);
    });
    bar.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && event.target === this.input) this.step(event.shiftKey ? -1 : 1);
      else return;
      event.preventDefault();
    });
    bar.addEventListener("click", (event) => {
      const does = event.target.closest("[data-find]")?.dataset.find;
      if (does === "close") this.close();
      else if (does) this.step(does === "next" ? 1 : -1);
    });
    // The nodes in which the hits were lit are gone then.
    selection.addEventListener("repainted", () => this.#light());
  }

  open() {
    if (this.bar.hidden) {
      this.bar.hidden = false;
      for (const turn of this.root.querySelectorAll(".turn")) this.observer.observe(turn);
      if (this.input.value) this.#search();
    }
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  /** Close the bar; the hit that was reached is what is selected then. */
  close() {
    this.#settle();
    const hit = this.#hits[this.#at];
    this.observer.disconnect();
    this.#near.clear();
    this.bar.hidden = true;
    this.#light();
    this.toText();
    // What was selected before lost its native selection to the field.
    const stretch = hit ? this.map.tidy(hit.start, hit.end) : this.selection.current;
    if (stretch) this.selection.set(stretch.start, stretch.end, { scroll: Boolean(hit) });
  }

  step(direction) {
    if (!this.#settle()) this.#go((this.#at + direction + this.#hits.length) % (this.#hits.length || 1));
  }

  // What was typed last counts also where Enter or Escape comes before the pause is over.
  #settle() {
    const waiting = this.#timer !== 0;
    if (waiting) this.#search();
    return waiting;
  }

  #search() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#hits = hitsIn(this.map, this.input.value);
    const from = this.selection.current?.start ?? this.selection.caret ?? this.#firstInView();
    this.#go(Math.max(0, this.#hits.findIndex((hit) => hit.start >= from)));
  }

  #firstInView() {
    const top = this.bar.getBoundingClientRect().bottom;
    return Number([...this.#near].find((turn) => turn.getBoundingClientRect().bottom > top)?.dataset.start ?? 0);
  }

  #go(at) {
    const hit = this.#hits[at];
    this.#at = hit ? at : -1;
    const typed = this.input.value.trim();
    this.count.textContent = hit
      ? this.t("find_at", { at: at + 1, of: this.#hits.length })
      : typed && this.t("find_none", { words: typed });
    if (hit) this.selection.reveal(hit.start, hit.end);
    this.#light();
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) this.#near[isIntersecting ? "add" : "delete"](target);
    this.#light();
  }

  #light() {
    for (const light of this.lit) light.clear();
    if (this.bar.hidden) return;
    for (const { dataset } of this.#near) {
      const [start, end] = [Number(dataset.start), Number(dataset.end)];
      let at = this.#firstFrom(start);
      for (; at < this.#hits.length && this.#hits[at].start < end; at += 1) {
        this.lit[at === this.#at ? 1 : 0].add(this.map.toRange(this.#hits[at].start, this.#hits[at].end));
      }
    }
  }

  #firstFrom(point) {
    let low = 0;
    let high = this.#hits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#hits[middle].start < point) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
