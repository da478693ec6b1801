// What the reader has had before their eyes, told to the server as their own note, and where they stopped.

import { mustBeUnanswered } from "./api.js";

const LONG_ENOUGH = 1500;
const PAUSE = 15_000;
const AT_ONCE = 1000;
const STEPS = [0, 0.25, 0.5, 0.75, 1];
const VIEW = "-72px 0px -112px"; // without the frame above and the bar below

/** Watches the paragraphs of `map`; `told(data)` receives how far the reader has come. */
export class Reading {
  #inView = new Map(); // paragraphs and the timers of those not read yet
  #read = new Set();
  #fresh = [];
  #stale = false;
  #timer = 0;
  #last = performance.now();

  constructor({ map, api, version, position, told }) {
    Object.assign(this, { map, api, version, position, told });
    this.noted = position;
  }

  start() {
    const observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: VIEW, threshold: STEPS });
    for (const { element } of this.map.paragraphs) observer.observe(element);
    document.addEventListener("visibilitychange", () => {
      for (const paragraph of this.#inView.keys()) this.#wait(paragraph);
      if (document.visibilityState === "hidden") this.#send({ keepalive: true });
    });
  }

  /** What has been coded has changed: the next answer tells. */
  outdated() {
    this.#stale = true;
    this.#later();
  }

  #seen(entries) {
    for (const { target, boundingClientRect, intersectionRect, rootBounds } of entries) {
      const paragraph = this.map.byElement.get(target);
      // Of what is longer than the window the half is never seen at once; what the browser skips has no height.
      const half = Math.min(boundingClientRect.height, rootBounds?.height ?? Infinity) / 2;
      if (half && intersectionRect.height >= half) {
        if (!this.#inView.has(paragraph)) this.#wait(paragraph);
      } else {
        clearTimeout(this.#inView.get(paragraph));
        this.#inView.delete(paragraph);
      }
    }
    if (!this.#inView.size) return;
    this.position = Math.min(...Array.from(this.#inView.keys(), ({ start }) => start));
    this.#later();
  }

  #wait(paragraph) {
    clearTimeout(this.#inView.get(paragraph));
    const counts = document.visibilityState === "visible" && !this.#read.has(paragraph);
    this.#inView.set(paragraph, counts ? setTimeout(() => this.#take(paragraph), LONG_ENOUGH) : 0);
  }

  #take(paragraph) {
    this.#read.add(paragraph);
    // The newline behind it goes along, or a text read to its end would have holes.
    const end = Math.min(paragraph.end + 1, this.map.length);
    if (paragraph.start < end) this.#fresh.push([paragraph.start, end]);
    this.#later();
  }

  #later() {
    this.#timer ||= setTimeout(() => this.#send(), Math.max(0, this.#last + PAUSE - performance.now()));
  }

  async #send(options) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const spans = this.#fresh.splice(0, AT_ONCE);
    if (!spans.length && this.position === this.noted && !this.#stale) return;
    const { position, version } = this;
    this.#last = performance.now();
    this.#stale = false;
    if (this.#fresh.length) this.#later();
    try {
      const { ok, data } = await this.api.send("POST", "../reading/", { version, spans, position }, options);
      this.noted = position;
      if (ok) this.told(data);
    } catch (failure) {
      mustBeUnanswered(failure);
      this.#fresh.push(...spans);
      this.#later();
    }
  }
}
