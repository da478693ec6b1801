// The passages of one code lit in the text, for as long as something about that code has the reader's attention.

/** Lights near turns only, with a highlight that leaves the marks alone. `want(by, code)`: who asks, and null for no more. */
export class Lit {
  #wants = { pointer: null, tree: null, here: null };

  constructor({ store, map, painter }) {
    Object.assign(this, { store, map, painter });
    this.highlight = globalThis.Highlight && CSS.highlights ? new Highlight() : null;
    if (!this.highlight) return;
    CSS.highlights.set("lit", this.highlight);
    painter.onpaint = () => this.cast();
  }

  /** `by` is "pointer" (over the tree), "tree" (focus there) or "here" (a card or coding); the first with a code wins. */
  want(by, code) {
    if (this.#wants[by] === code) return;
    this.#wants[by] = code;
    this.cast();
  }

  cast() {
    if (!this.highlight) return;
    this.highlight.clear();
    const code = Object.values(this.#wants).find((one) => one !== null);
    if (code === undefined) return;
    for (const turn of this.painter.near) {
      const { paragraphs } = this.painter.turns[turn];
      let lit = paragraphs[0].start;
      for (const one of this.store.inTurn(turn)) {
        if (one.code !== code) continue;
        const start = Math.max(one.start, lit);
        const end = Math.min(one.end, paragraphs.at(-1).end);
        if (start >= end) continue;
        this.highlight.add(this.map.toRange(start, end));
        lit = end;
      }
    }
  }
}
