// What colleagues do in this source while the page is open: asked for every few seconds, and part of every answer.

import { mustBeUnanswered } from "./api.js";

const PAUSE = 5000;

/** Asks `changes/?after=` while the page is visible; `apply(data)` receives what is new, oldest cursor first. */
export class Feed {
  #timer = 0;
  #asking = false;

  constructor({ api, cursor, apply, busy, queue }) {
    Object.assign(this, { api, cursor, apply, busy, queue });
    document.addEventListener("visibilitychange", () => this.#later(0));
    window.addEventListener("focus", () => this.#later(0));
  }

  start() {
    this.#later(PAUSE);
  }

  /** Apply what an answer says, unless something newer has been applied already. */
  take(data) {
    if (typeof data?.cursor !== "number" || data.cursor < this.cursor) return;
    this.cursor = data.cursor;
    this.apply(data);
  }

  #later(pause) {
    clearTimeout(this.#timer);
    if (document.visibilityState === "visible") this.#timer = setTimeout(() => this.#ask(), pause);
  }

  async #ask() {
    if (this.#asking) return;
    // Under a selection being drawn nothing may move, and while a change is on its way its answer is the news.
    if (this.busy() || this.queue.state === "saving") {
      this.#later(PAUSE / 5);
      return;
    }
    this.#asking = true;
    const answers = this.queue.answers;
    try {
      const { ok, data } = await this.api.send("GET", `changes/?after=${this.cursor}`);
      // An answer that crossed one of our own changes may be older than what is shown.
      if (ok && answers === this.queue.answers && this.queue.state !== "saving") this.take(data);
    } catch (failure) {
      mustBeUnanswered(failure);
    } finally {
      this.#asking = false;
      this.#later(PAUSE);
    }
  }
}
