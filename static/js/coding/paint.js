// Marks, stripes and each turn's list of codings, painted for the turns near the viewport only.

import { later } from "./later.js";
import { pointsToUnits } from "./offsets.js";
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

  /** Paint these turns anew: at the end of this task where they are near the viewport, else when they come near. */
  repaint(turns) {
    if (!this.#soon) {
      this.#soon = new Set();
      later("marks", () => this.#flush());
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
    this.#paint(now);
    this.onpaint();
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
    this.onpaint();
  }

  #paint(turns) {
    const numbers = [...turns];
    if (!numbers.length) return;
    this.around(() => {
      for (const number of numbers) {
        const turn = this.turns[number];
        const codings = this.store.inTurn(number);
        for (const paragraph of turn.paragraphs) this.#paintParagraph(turn, paragraph, codings);
        this.#paintList(turn, codings);
        this.#painted.add(number);
        this.#stale.delete(number);
      }
    });
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
  }

  #paintParagraph(turn, paragraph, inTurn) {
    const here = inTurn.filter((one) => one.start < paragraph.end && one.end > paragraph.start);
    const { element, text } = paragraph;
    if (here.length) element.replaceChildren(...this.#segments(paragraph, here));
    else if (element.firstElementChild) element.textContent = text;
    this.#paintStripes(turn, paragraph, here);
  }

  #segments(paragraph, here) {
    const edges = new Set([paragraph.start, paragraph.end]);
    for (const one of here) {
      edges.add(Math.max(one.start, paragraph.start));
      edges.add(Math.min(one.end, paragraph.end));
    }
    const cuts = [...edges].sort((a, b) => a - b);
    const nodes = [];
    for (let i = 0; i + 1 < cuts.length; i += 1) {
      const [from, to] = [cuts[i], cuts[i + 1]];
      const words = paragraph.text.slice(
        pointsToUnits(paragraph.text, from - paragraph.start),
        pointsToUnits(paragraph.text, to - paragraph.start),
      );
      const covering = here.filter((one) => one.start < to && one.end > from);
      nodes.push(covering.length ? this.#mark(words, from, covering) : document.createTextNode(words));
    }
    return nodes;
  }

  #mark(words, from, covering) {
    // The shortest passage lies innermost and gives the tint: it says most exactly what these words are about.
    const layers = [...covering].sort((a, b) => b.end - b.start - (a.end - a.start) || inOrder(a, b));
    const chosen = layers.findIndex((one) => one.uuid === this.focused);
    if (chosen >= 0) layers.push(...layers.splice(chosen, 1));
    let node = document.createTextNode(words);
    for (let i = layers.length - 1; i >= 0; i -= 1) {
      const one = layers[i];
      const innermost = i === layers.length - 1;
      if (!innermost && one.lane >= UNDERLINES && one.uuid !== this.focused) continue;
      const mark = document.createElement("mark");
      mark.className = `coded c-${one.code} lane-${Math.min(one.lane, UNDERLINES)}`;
      if (innermost) mark.classList.add("tint", `deep-${Math.min(layers.length, 4)}`);
      if (one.coder !== this.store.me) mark.classList.add("theirs");
      if (one.uuid === this.focused) mark.classList.add("focused");
      mark.dataset.at = from;
      mark.append(node);
      node = mark;
    }
    return node;
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
    const share = (point) => `${(Math.max(0, Math.min(length, point - paragraph.start)) / length) * 100}%`;
    cell.style.setProperty("--lanes", Math.min(LANES, Math.max(...here.map((one) => one.lane)) + 1));
    const bars = here
      .filter((one) => one.lane < LANES)
      .map((one) => {
        const bar = this.#span(`bar c-${one.code} at-${one.lane}`, "");
        if (one.coder !== this.store.me) bar.classList.add("theirs");
        if (one.uuid === this.focused) bar.classList.add("focused");
        if (one.start >= paragraph.start) bar.classList.add("begins");
        if (one.end <= paragraph.end) bar.classList.add("ends");
        bar.dataset.u = one.uuid;
        bar.style.insetBlockStart = share(one.start);
        bar.style.blockSize = `calc(${share(one.end)} - ${share(one.start)})`;
        return bar;
      });
    // On paper names may need more room than the words have; the bars stay with the words.
    const labels = this.#labels(turn, paragraph, here, length);
    cell.replaceChildren(...(this.#printing ? labels : [...bars, ...labels]));
    if (this.#printing) paragraph.element.append(...bars);
  }

  // A label stands once, beside the line where its passage begins or in the next free row. Where a turn begins, the
  // passages that come in from above are named once more, quietly, if rows are left.
  #labels(turn, paragraph, here, length) {
    const from = here.filter((one) => one.start >= paragraph.start);
    const above = paragraph === turn.paragraphs[0] ? here.filter((one) => one.start < paragraph.start) : [];
    if (this.#printing) return this.#row(turn, from, 0, 0);
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
      const row = this.#row(turn, codings, at / rows, at === rows - 1 ? left : 0, paragraph.start);
      const alone = at % 2 === 0 && !slots[at + 1].length && codings[0]?.start >= paragraph.start;
      if (alone && !(left && at + 2 === rows)) row[0].classList.add("alone");
      return row;
    });
  }

  #row(turn, codings, share, more, begins = 0) {
    if (!codings.length && !more) return [];
    const row = this.#span("labels", "");
    row.style.insetBlockStart = `${share * 100}%`;
    for (const one of codings) {
      const label = this.#label(one);
      if (one.start < begins) label.classList.add("continued");
      row.append(label);
    }
    if (more) {
      const rest = this.#span("stripe-more", `+${more}`);
      rest.addEventListener("click", (event) => {
        event.stopPropagation();
        turn.list.open = true;
        turn.list.firstElementChild.focus();
      });
      row.append(rest);
    }
    return [row];
  }

  #label(one) {
    const label = this.#span(`stripe-label c-${one.code}`, "");
    label.dataset.u = one.uuid;
    label.title = this.#said(one);
    label.append(this.#span("stripe-name", this.codebook.get(one.code)?.name ?? ""));
    if (one.coder !== this.store.me) {
      label.classList.add("theirs");
      label.append(this.#span("initials", this.coders.get(one.coder)?.initials ?? "?"));
    }
    if (one.memo) label.classList.add("has-memo");
    if (one.uuid === this.focused) label.classList.add("focused");
    return label;
  }

  #said(one) {
    const code = this.codebook.get(one.code)?.path.join(" › ") ?? "";
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
      turn.element.append(turn.list);
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
        button.append(this.#span("swatch", ""), this.#span("", this.#said(one)), this.#span("excerpt", `«${quote}»`));
        if (one.memo) button.append(this.#span("memo-mark", this.t("has_memo")));
        item.append(button);
        return item;
      }),
    );
    if (kept) list.querySelector(`[data-u="${kept}"]`)?.focus();
  }

  #span(className, text) {
    const span = document.createElement("span");
    if (className) span.className = className;
    span.textContent = text;
    return span;
  }
}
