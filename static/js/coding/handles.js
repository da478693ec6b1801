// Two handles at the ends of the focused coding, for dragging its bounds; keys and buttons do the same.

import { highlight } from "./dom.js";

/** Places handles over the text. `moved(uuid, start, end)` is called when one is let go somewhere else. */
export class Handles {
  #coding = null;
  #drag = null;

  constructor({ layer, root, map, moved, label }) {
    Object.assign(this, { layer, root, map, moved });
    this.preview = highlight("preview");
    this.knobs = ["start", "end"].map((edge) => {
      const knob = document.createElement("span");
      knob.className = `handle handle-${edge}`;
      knob.ariaHidden = "true";
      knob.title = label;
      knob.hidden = true;
      knob.addEventListener("pointerdown", (event) => this.#begin(event, edge));
      knob.addEventListener("pointermove", (event) => this.#move(event));
      knob.addEventListener("pointerup", () => this.#end(true));
      knob.addEventListener("pointercancel", () => this.#end(false));
      layer.append(knob);
      return knob;
    });
    new ResizeObserver(() => this.place()).observe(root);
  }

  /** Show handles on this coding (null: none). */
  on(coding) {
    if (this.#drag) return;
    this.#coding = coding;
    this.place();
  }

  place() {
    const coding = this.#coding;
    for (const knob of this.knobs) knob.hidden = !coding;
    if (!coding || this.#drag) return;
    // The first and the last character, or a long passage would have the boxes of all its marks worked out.
    const first = this.map.toRange(coding.start, coding.start + 1).getClientRects()[0];
    const last = [...this.map.toRange(coding.end - 1, coding.end).getClientRects()].at(-1);
    if (!first || !last) {
      for (const knob of this.knobs) knob.hidden = true;
      return;
    }
    const origin = this.layer.getBoundingClientRect();
    this.#put(this.knobs[0], first.left - origin.left, first.top - origin.top, first.height);
    this.#put(this.knobs[1], last.right - origin.left, last.top - origin.top, last.height);
  }

  #put(knob, left, top, height) {
    knob.style.left = `${left}px`;
    knob.style.top = `${top}px`;
    knob.style.height = `${height}px`;
  }

  #begin(event, edge) {
    event.preventDefault();
    event.target.setPointerCapture(event.pointerId);
    this.#drag = { edge, start: this.#coding.start, end: this.#coding.end };
  }

  #move(event) {
    if (!this.#drag) return;
    const point = this.pointUnder(event.clientX, event.clientY);
    if (point === null) return;
    const { start, end } = this.#coding;
    const stretch =
      this.#drag.edge === "start" ? this.map.tidy(Math.min(point, end - 1), end) : this.map.tidy(start, Math.max(point, start + 1));
    if (!stretch) return;
    Object.assign(this.#drag, stretch);
    this.preview.clear();
    this.preview.add(this.map.toRange(stretch.start, stretch.end));
  }

  #end(done) {
    const drag = this.#drag;
    this.#drag = null;
    this.preview.clear();
    if (!drag || !this.#coding) return;
    const { uuid, start, end } = this.#coding;
    if (done && (drag.start !== start || drag.end !== end)) this.moved(uuid, drag.start, drag.end);
    else this.place();
  }

  /** The code point at a place of the window, or null outside the text. */
  pointUnder(x, y) {
    // The handle itself lies under the pointer; what counts is the text below it.
    for (const knob of this.knobs) knob.classList.add("through");
    const caret = document.caretPositionFromPoint?.(x, y);
    const range = caret ? null : document.caretRangeFromPoint?.(x, y);
    for (const knob of this.knobs) knob.classList.remove("through");
    const node = caret?.offsetNode ?? range?.startContainer;
    if (!node || !this.root.contains(node)) return null;
    return this.map.pointAt(node, caret ? caret.offset : range.startOffset);
  }
}
