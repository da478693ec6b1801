// What is selected, as code points. The stretch outlives the native selection: focus moves, repaints, the palette.

import { highlight } from "./dom.js";
import { afterPaint } from "./later.js";

const TOUCH_PAUSE = 200; // a finger drags its handles through many selections before it rests
const FRAMES = 4; // until what comes into view has been laid out

/**
 * Dispatches "change" whenever `current` ({start, end} or null) changes, and "repainted" when text nodes were replaced.
 * `above` is what covers the top of the text, if anything does.
 */
export class Selection extends EventTarget {
  #timer = 0;
  #frame = 0;
  #placed = null;
  #owed = null; // what the native selection was when marks were painted, and what it has become by that
  #down = null;
  #pressed = false;
  #touch = false;

  constructor({ root, map }) {
    super();
    this.root = root;
    this.map = map;
    this.current = null;
    this.caret = null;
    this.shadow = highlight("chosen");
    document.addEventListener("selectionchange", () => this.#later());
    root.addEventListener("pointerdown", (event) => {
      this.#pressed = event.pointerType !== "touch";
      this.#touch = event.pointerType === "touch";
      this.#down = [event.clientX, event.clientY];
    });
    for (const name of ["pointerup", "pointercancel"]) {
      document.addEventListener(name, () => {
        this.#pressed = false;
      });
    }
  }

  /** True while a mouse is drawing a selection: nothing should repaint under it. */
  get dragging() {
    return this.#pressed;
  }

  /** Whether a click drew no selection; it then lets the old one go, which browsers do only later or not at all. */
  plainClick(event) {
    const [x, y] = this.#down ?? [event.clientX, event.clientY];
    const moved = Math.hypot(event.clientX - x, event.clientY - y) > 4;
    if (moved || event.shiftKey || event.detail > 1) {
      this.read();
      return !this.current;
    }
    this.clear();
    return true;
  }

  /** Select [start, end) of the text, natively too, and bring it into view. */
  set(start, end, { scroll = true } = {}) {
    this.#take({ start, end });
    this.caret = start;
    this.#native();
    if (scroll) this.reveal(start, end);
  }

  clear() {
    this.#take(null);
    const native = document.getSelection();
    if (this.#inText(native)) native.removeAllRanges();
  }

  /** Scroll only as far as needed for the stretch to be read, clear of what sticks to the edges. */
  reveal(start, end) {
    cancelAnimationFrame(this.#frame);
    if (this.#bring(start, end)) this.#again(start, end, FRAMES);
  }

  // Turns that the browser has skipped so far get their true height only when they come near, and push what is below.
  #again(start, end, left) {
    if (!left) return;
    this.#frame = requestAnimationFrame(() => {
      this.#bring(start, end);
      this.#again(start, end, left - 1);
    });
  }

  #bring(start, end) {
    const before = window.scrollY;
    const first = this.map.paragraphAt(start).element;
    if (first.getBoundingClientRect().height === 0) first.scrollIntoView({ block: "center" });
    const box = this.map.toRange(start, end).getBoundingClientRect();
    const top = Math.max(96, this.above?.getBoundingClientRect().bottom ?? 0);
    const bottom = window.innerHeight - 150;
    if (box.top < top) window.scrollBy({ top: box.top - top - 40 });
    else if (box.bottom > bottom) window.scrollBy({ top: Math.min(box.bottom - bottom + 40, box.top - top) });
    return window.scrollY !== before;
  }

  /** Run `change`, which may replace text nodes, and put the native selection back as it was. */
  around(change) {
    const native = document.getSelection();
    const held = this.#inText(native) ? ends(native) : null;
    // Behind the last paragraph is the end of the text.
    const at = (place) => this.map.pointAt(held[place], held[place + 1]) ?? this.map.length;
    const points = this.#waits(native) ? this.#owed.points : held && [at(0), at(2)];
    change();
    if (points && (this.#owed || !alike(held, ends(native)))) {
      this.#owed = { points, left: ends(native) };
      // Under a mouse or a finger that draws on, it would go on from the wrong place.
      if (this.#pressed || this.#touch) this.#restore();
      else afterPaint("selection", () => this.#restore());
    }
    this.#cast();
    this.dispatchEvent(new Event("repainted"));
  }

  // Placing the native selection makes the browser lay out the page at once: it waits until the change has been shown.
  #restore() {
    const native = document.getSelection();
    if (this.#waits(native)) {
      const [from, to] = this.#owed.points;
      const range = this.map.toRange(Math.min(from, to), Math.max(from, to));
      const start = [range.startContainer, range.startOffset];
      const end = from === to ? start : [range.endContainer, range.endOffset];
      this.#place(native, from <= to ? [...start, ...end] : [...end, ...start]);
    }
    this.#owed = null;
  }

  // Whoever has selected something else meanwhile keeps that.
  #waits(native) {
    return Boolean(this.#owed) && alike(this.#owed.left, ends(native));
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.read(), this.#touch ? TOUCH_PAUSE : 0);
  }

  /** Take over the native selection now, without waiting for it to rest. */
  read() {
    const native = document.getSelection();
    // A selection elsewhere (a search field, the memo) leaves the passage chosen.
    if (!this.#inText(native) || this.#waits(native)) return;
    if (this.#placed && alike(this.#placed, ends(native))) return;
    this.#placed = null;
    if (native.isCollapsed) {
      this.caret = this.map.pointAt(native.anchorNode, native.anchorOffset);
      this.#take(null);
      return;
    }
    const stretch = this.map.fromRange(native.getRangeAt(0));
    this.caret = stretch?.start ?? this.caret;
    this.#take(stretch);
  }

  #take(stretch) {
    const same = stretch?.start === this.current?.start && stretch?.end === this.current?.end;
    this.current = stretch;
    this.#cast();
    if (!same) this.dispatchEvent(new Event("change"));
  }

  // The native selection fades when focus moves to a field; this highlight keeps the passage in sight.
  #cast() {
    this.shadow.clear();
    if (this.current) this.shadow.add(this.map.toRange(this.current.start, this.current.end));
  }

  #native() {
    const range = this.map.toRange(this.current.start, this.current.end);
    const points = [range.startContainer, range.startOffset, range.endContainer, range.endOffset];
    this.#place(document.getSelection(), points);
  }

  // A selection that the page placed itself is not read back: a stored stretch may be less tidy than a drawn one.
  #place(native, points) {
    native.setBaseAndExtent(...points);
    this.#placed = points;
    this.#owed = null;
  }

  #inText(native) {
    // A third click on the last paragraph ends behind the text.
    return Boolean(native?.rangeCount) && [native.anchorNode, native.focusNode].some((node) => this.root.contains(node));
  }
}

function ends(native) {
  return [native.anchorNode, native.anchorOffset, native.focusNode, native.focusOffset];
}

function alike(a, b) {
  return a.every((part, at) => part === b[at]);
}
