// The passages of one code lit in the text, for as long as something about that code has the reader's attention.

import { highlight } from "./dom.js";
import { afterPaint } from "./later.js";

/** Lights near turns only, with a highlight that leaves the marks alone. `want(by, code)`: who asks, and null for no more. */
export class Lit {
  #wants = { pointer: null, tree: null, here: null };
  #code = null;
  #lit = new Map(); // turn -> its ranges in the highlight
  #stale = new Set();

  constructor({ store, map, painter }) {
    Object.assign(this, { store, map, painter });
    this.highlight = highlight("lit");
    painter.onpaint = (turns) => {
      this.#stale = this.#stale.union(new Set(turns));
      afterPaint("lights", () => this.#cast());
    };
  }

  /** `by` is "pointer" (over the tree), "tree" (focus there) or "here" (a card or coding); the first with a code wins. */
  want(by, code) {
    if (this.#wants[by] === code) return;
    this.#wants[by] = code;
    afterPaint("lights", () => this.#cast());
  }

  // Turns that are lit already and were not painted anew stay as they are: each change makes the browser paint again.
  #cast() {
    const code = Object.values(this.#wants).find((one) => one !== null) ?? null;
    for (const [turn, ranges] of this.#lit) {
      if (code === this.#code && this.painter.near.has(turn) && !this.#stale.has(turn)) continue;
      for (const range of ranges) this.highlight.delete(range);
      this.#lit.delete(turn);
    }
    this.#code = code;
    this.#stale.clear();
    if (code === null) return;
    for (const turn of this.painter.near) {
      if (this.#lit.has(turn)) continue;
      const ranges = this.#passages(turn, code);
      for (const range of ranges) this.highlight.add(range);
      this.#lit.set(turn, ranges);
    }
  }

  #passages(turn, code) {
    const { paragraphs } = this.painter.turns[turn];
    const ranges = [];
    let lit = paragraphs[0].start;
    for (const one of this.store.inTurn(turn)) {
      if (one.code !== code) continue;
      const start = Math.max(one.start, lit);
      const end = Math.min(one.end, paragraphs.at(-1).end);
      if (start >= end) continue;
      ranges.push(this.map.toRange(start, end));
      lit = end;
    }
    return ranges;
  }
}
