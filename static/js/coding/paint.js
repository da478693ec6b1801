// Marks, stripes and each turn's list of codings, painted for the turns near the viewport only.

import { afterPaint } from "./later.js";
import { pointsToUnits } from "./offsets.js";
import { setPieces } from "./pieces.js";
import { inOrder, LANES } from "./store.js";
import { shorten } from "./text.js";

const UNDERLINES = 3; // lanes drawn under the words; deeper ones deepen the tint and stand in the margin
const LINE = 62; // characters of one line, near enough to guess a height
const FULL = 78; // characters of the fullest line: labels spread by it, two rows to a line, never stand on each other
const KEPT = 250; // painted turns kept when they leave the viewport

/** Paints what `store` shows into the turns under `root`. `around(fn)` wraps each change of the text's nodes. */
export class Painter {
  #painted = new Set();
  #stale = new Set();
  #printed = new Set();
  #printing = false;
  #soon = null;
  #owed = new Set();
  #observer;

  constructor({ root, map, store, codebook, coders, t, around }) {
    Object.assign(this, { root, map, store, codebook, coders, t, around });
    this.focused = null;
    this.near = new Set();
    this.onpaint = () => {};
    this.turns = Array.from(root.querySelectorAll(".turn"), (element, number) => {
      const paragraphs = Array.from(element.querySelectorAll("p[data-o]"), (p) => map.byElement.get(p));
      const characters = paragraphs.reduce((sum, one) => sum + one.text.length, 0);
      // A guess that keeps the scroll bar still while turns far away are skipped by the browser.
      const lines = Math.ceil(characters / LINE + paragraphs.length / 2);
      element.style.containIntrinsicBlockSize = `auto calc(56px + ${lines} * var(--line-reading))`;
      return { element, number, paragraphs, cells: new Map(), list: null };
    });
    this.numbers = new Map(this.turns.map((turn) => [turn.element, turn.number]));
    store.addEventListener("change", (event) => this.repaint(event.turns));
  }

  /** Begin painting; turns are filled as they come near. */
  start() {
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "900px 0px" });
    for (const turn of this.turns) this.#observer.observe(turn.element);
    window.addEventListener("beforeprint", () => this.#print(true));
    window.addEventListener("afterprint", () => this.#print(false));
  }

  // Paper shows every turn, and in its margin every label.
  #print(on) {
    this.#printing = on;
    if (on) {
      this.#printed = new Set(this.turns.keys()).difference(this.#painted);
      this.#paint(this.turns.keys());
      return;
    }
    for (const turn of this.#printed) if (!this.near.has(turn)) this.#unpaint(turn);
    this.#paint(this.#painted);
  }

  /**
   * Paint these turns anew: at the end of this task where they are near the viewport, else when they come near. The
   * words come first, their margins when the eye has seen those.
   */
  repaint(turns) {
    if (!this.#soon) {
      this.#soon = new Set();
      queueMicrotask(() => this.#flush());
    }
    for (const turn of turns) this.#soon.add(turn);
  }

  // One action often touches a turn twice (a coding comes, and becomes the focused one): it is painted once.
  #flush() {
    const now = [];
    for (const turn of this.#soon) {
      if (this.near.has(turn)) now.push(turn);
      else this.#stale.add(turn);
    }
    this.#soon = null;
    this.#paint(now, { wordsFirst: true });
  }

  /** Show one coding as the one that commands act on (null: none). */
  focus(coding) {
    const before = this.focused;
    this.focused = coding?.uuid ?? null;
    if (before === this.focused) return;
    const turns = new Set();
    for (const uuid of [before, this.focused]) {
      const one = uuid && this.store.codings.get(uuid);
      if (one) for (const turn of this.store.turnsIn(one.start, one.end)) turns.add(turn);
    }
    this.repaint(turns);
  }

  #seen(entries) {
    const now = [];
    for (const { target, isIntersecting } of entries) {
      const turn = this.numbers.get(target);
      if (isIntersecting) {
        this.near.add(turn);
        if (!this.#painted.has(turn) || this.#stale.has(turn)) now.push(turn);
      } else {
        this.near.delete(turn);
        if (this.#painted.size > KEPT && this.#painted.has(turn)) this.#unpaint(turn);
      }
    }
    this.#paint(now);
  }

  #paint(turns, { wordsFirst = false } = {}) {
    const numbers = [...turns];
    if (!numbers.length) return;
    this.around(() => {
      for (const number of numbers) {
        this.#paintWords(number);
        this.#painted.add(number);
        this.#stale.delete(number);
        this.#owed.add(number);
      }
    });
    if (wordsFirst) afterPaint("margins", () => this.#paintMargins());
    else this.#paintMargins();
    this.onpaint(numbers);
  }

  #paintWords(number) {
    const codings = this.store.inTurn(number);
    for (const paragraph of this.turns[number].paragraphs) {
      const here = within(paragraph, codings);
      if (here.length) setPieces(paragraph.element, this.#segments(paragraph, here));
      else if (paragraph.element.firstElementChild) paragraph.element.textContent = paragraph.text;
    }
  }

  #paintMargins() {
    for (const number of this.#owed) {
      const turn = this.turns[number];
      const codings = this.store.inTurn(number);
      for (const paragraph of turn.paragraphs) this.#paintStripes(turn, paragraph, within(paragraph, codings));
      this.#paintList(turn, codings);
    }
    this.#owed.clear();
  }

  // Far away text goes back to plain, or a long read would end with tens of thousands of marks.
  #unpaint(number) {
    const selected = document.getSelection();
    const turn = this.turns[number];
    if (selected?.rangeCount && selected.getRangeAt(0).intersectsNode(turn.element)) return;
    if (turn.element.contains(document.activeElement)) return;
    for (const paragraph of turn.paragraphs) {
      if (paragraph.element.firstElementChild) paragraph.element.textContent = paragraph.text;
    }
    for (const cell of turn.cells.values()) cell.replaceChildren();
    this.#painted.delete(number);
    this.#owed.delete(number);
  }

  #segments(paragraph, here) {
    const edges = new Set([paragraph.start, paragraph.end]);
    for (const one of here) {
      edges.add(Math.max(one.start, paragraph.start));
      edges.add(Math.min(one.end, paragraph.end));
    }
    const cuts = [...edges].sort((a, b) => a - b);
    const units = cuts.map((point) => pointsToUnits(paragraph.text, point - paragraph.start));
    return cuts.slice(0, -1).map((from, i) => {
      const covering = here.filter((one) => one.start < cuts[i + 1] && one.end > from);
      const layers = this.#layers(covering);
      const words = paragraph.text.slice(units[i], units[i + 1]);
      return { key: [from, cuts[i + 1], ...layers].join("|"), make: () => mark(words, from, layers) };
    });
  }

  // The classes of the marks around the same words, from the outermost. The shortest passage lies innermost and gives
  // the tint: it says most exactly what these words are about.
  #layers(covering) {
    const layers = covering.sort((a, b) => b.end - b.start - (a.end - a.start) || inOrder(a, b));
    const chosen = layers.findIndex((one) => one.uuid === this.focused);
    if (chosen >= 0) layers.push(...layers.splice(chosen, 1));
    return layers.flatMap((one, i) => {
      const innermost = i === layers.length - 1;
      if (!innermost && one.lane >= UNDERLINES && one.uuid !== this.focused) return [];
      const tint = innermost ? ` tint deep-${Math.min(layers.length, 4)}` : "";
      return [`coded c-${one.code} lane-${Math.min(one.lane, UNDERLINES)}${tint}${this.#whose(one)}`];
    });
  }

  #whose(one) {
    const flags = [[one.coder !== this.store.me, " theirs"], [one.suggested, " suggested"], [one.uuid === this.focused, " focused"]];
    return flags.map(([holds, name]) => (holds ? name : "")).join("");
  }

  #paintStripes(turn, paragraph, here) {
    let cell = turn.cells.get(paragraph);
    if (!here.length) {
      cell?.replaceChildren();
      return;
    }
    if (!cell) {
      cell = document.createElement("div");
      cell.className = "stripes";
      cell.ariaHidden = "true";
      paragraph.element.after(cell);
      turn.cells.set(paragraph, cell);
    }
    const length = Math.max(1, paragraph.end - paragraph.start);
    const lanes = String(Math.min(LANES, Math.max(...here.map((one) => one.lane)) + 1));
    if (cell.style.getPropertyValue("--lanes") !== lanes) cell.style.setProperty("--lanes", lanes);
    const bars = here.filter((one) => one.lane < LANES).map((one) => this.#bar(one, paragraph, length));
    // On paper names may need more room than the words have; the bars stay with the words.
    const labels = this.#labels(turn, paragraph, here, length);
    setPieces(cell, this.#printing ? labels : [...bars, ...labels]);
    if (this.#printing) paragraph.element.append(...bars.map(({ make }) => make()));
  }

  #bar(one, paragraph, length) {
    const share = (point) => `${(Math.max(0, Math.min(length, point - paragraph.start)) / length) * 100}%`;
    const ends = (one.start >= paragraph.start ? " begins" : "") + (one.end <= paragraph.end ? " ends" : "");
    const className = `bar c-${one.code} at-${one.lane}${ends}${this.#whose(one)}`;
    const [from, to] = [share(one.start), share(one.end)];
    const make = () => {
      const bar = span(className);
      bar.dataset.u = one.uuid;
      bar.style.insetBlockStart = from;
      bar.style.blockSize = `calc(${to} - ${from})`;
      return bar;
    };
    return { key: [one.uuid, className, from, to].join("|"), make };
  }

  // A label stands once, beside the line where its passage begins or in the next free row. Where a turn begins, the
  // passages that come in from above are named once more, quietly, if rows are left.
  #labels(turn, paragraph, here, length) {
    const from = here.filter((one) => one.start >= paragraph.start);
    const above = paragraph === turn.paragraphs[0] ? here.filter((one) => one.start < paragraph.start) : [];
    if (this.#printing) return this.#row(turn, from, { share: 0 });
    const rows = 2 * Math.max(1, Math.ceil(length / FULL));
    const slots = Array.from({ length: rows }, () => []);
    const named = new Set();
    let left = 0;
    for (const one of from) {
      const wish = 2 * Math.floor(((one.start - paragraph.start) / length) * (rows / 2));
      const key = `${one.code} ${one.coder} ${wish}`;
      if (named.has(key)) continue;
      named.add(key);
      const slot = slots.findIndex((row, at) => at >= wish && !row.length);
      if (slot < 0) left += 1;
      else slots[slot].push(one);
    }
    for (const one of above) {
      const slot = slots.findIndex((row) => !row.length);
      if (slot >= 0 && one.lane < LANES) slots[slot].push(one);
    }
    return slots.flatMap((codings, at) => {
      const more = at === rows - 1 ? left : 0;
      const alone = at % 2 === 0 && !slots[at + 1].length && codings[0]?.start >= paragraph.start;
      const quiet = alone && !(left && at + 2 === rows);
      return this.#row(turn, codings, { share: at / rows, more, begins: paragraph.start, alone: quiet });
    });
  }

  #row(turn, codings, { share, more = 0, begins = 0, alone = false }) {
    if (!codings.length && !more) return [];
    const labels = codings.map((one) => this.#label(one, one.start < begins));
    const className = alone ? "labels alone" : "labels";
    const make = () => {
      const row = span(className);
      row.style.insetBlockStart = `${share * 100}%`;
      row.append(...labels.map((label) => label.make()));
      if (more) row.append(this.#rest(turn, more));
      return row;
    };
    return [{ key: [className, share, more, ...labels.map(({ key }) => key)].join("|"), make }];
  }

  #rest(turn, more) {
    const rest = span("stripe-more", `+${more}`);
    rest.addEventListener("click", (event) => {
      event.stopPropagation();
      turn.list.open = true;
      turn.list.firstElementChild.focus();
    });
    return rest;
  }

  #label(one, continued) {
    const flags = (continued ? " continued" : "") + (one.memo ? " has-memo" : "") + this.#whose(one);
    const className = `stripe-label c-${one.code}${flags}`;
    const name = this.codebook.get(one.code)?.name ?? "";
    const initials = one.coder === this.store.me ? null : (this.coders.get(one.coder)?.initials ?? "?");
    const title = this.#said(one);
    const make = () => {
      const label = span(className);
      label.dataset.u = one.uuid;
      label.title = title;
      label.append(span("stripe-name", name));
      if (initials) label.append(span("initials", initials));
      return label;
    };
    return { key: [one.uuid, className, title].join("|"), make };
  }

  #said(one) {
    const path = this.codebook.get(one.code)?.path.join(" › ") ?? "";
    const code = one.suggested ? this.t("said_suggested", { code: path }) : path;
    const coder = this.coders.get(one.coder)?.name ?? "";
    return one.coder === this.store.me ? code : `${code} (${coder})`;
  }

  // Most screen readers pass over <mark>: this list says the same in words, and a phone has no room for stripes.
  #paintList(turn, codings) {
    if (!codings.length) {
      turn.list?.remove();
      turn.list = null;
      return;
    }
    if (!turn.list) {
      turn.list = document.createElement("details");
      turn.list.className = "turn-codings";
      turn.list.append(document.createElement("summary"), document.createElement("ul"));
      turn.list.addEventListener("toggle", () => this.#fillList(turn));
      turn.paragraphs[0].element.parentElement.before(turn.list);
    }
    turn.list.firstElementChild.textContent = this.t("n_codings", { n: codings.length });
    this.#fillList(turn);
  }

  #fillList(turn) {
    if (!turn.list?.open) return;
    const list = turn.list.lastElementChild;
    const kept = list.contains(document.activeElement) ? document.activeElement.dataset.u : null;
    list.replaceChildren(
      ...this.store.inTurn(turn.number).map((one) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = `coding-line c-${one.code}`;
        button.dataset.u = one.uuid;
        const quote = shorten(this.map.textBetween(one.start, Math.min(one.end, one.start + 120)), 70);
        button.append(span("swatch", ""), span("", this.#said(one)), span("excerpt", `«${quote}»`));
        if (one.memo) button.append(span("memo-mark", this.t("has_memo")));
        item.append(button);
        return item;
      }),
    );
    if (kept) list.querySelector(`[data-u="${kept}"]`)?.focus();
  }
}

function within({ start, end }, codings) {
  return codings.filter((one) => one.start < end && one.end > start);
}

// Words with marks around them, the first of `layers` (their classes) outermost.
function mark(words, from, layers) {
  return layers.reduceRight((inner, className) => {
    const made = document.createElement("mark");
    made.className = className;
    made.dataset.at = from;
    made.append(inner);
    return made;
  }, document.createTextNode(words));
}

function span(className, text = "") {
  const made = document.createElement("span");
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
