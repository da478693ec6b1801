// Changes go to the server in the background, one after the other in the order in which they were made. Each shows at
// once, waits in the browser's store until it is acknowledged, and is taken back with a sentence when it is refused.

import { mustBeUnanswered } from "./api.js";
import { newUuid } from "./dom.js";

// What a change makes of a coding.
const CHANGES = {
  resize: ({ start, end }) => ({ start, end }),
  recode: ({ code }) => ({ code }),
  confirm: () => ({}),
};
const PAUSES = [1000, 2000, 4000, 8000, 15000, 30000];

/**
 * Dispatches "state" (`state`: saved, saving, waiting; `reason`), "answered" and "refused" ({change, data}), and
 * "dropped" where an undo could not reach the server. `take(data)` applies what an answer says about the codings.
 * Offsets go with the version of the text that they refer to: the server moves those of an earlier one. `soon(send)`
 * begins sending, at once where it is not given.
 */
export class Queue extends EventTarget {
  #changes = [];
  #running = false;
  #failures = 0;
  #timer = 0;
  #order = Date.now();

  constructor({ api, store, waiting, textVersion, quoteOf, codeKey, take, cursor, soon = (send) => send() }) {
    super();
    Object.assign(this, { api, store, waiting, textVersion, quoteOf, codeKey, take, cursor, soon });
    this.state = "saved";
    this.reason = null;
    this.answers = 0;
    this.held = false;
    window.addEventListener("online", () => this.retry());
  }

  get length() {
    return this.#changes.length;
  }

  /** Take up what an earlier visit could not send, for this text or an earlier one. */
  async resume() {
    for (const { page, ...change } of await this.waiting.all()) this.#add(change, { kept: true });
  }

  /** The text is another one now: changes wait in the browser's store, if it has one, until the page is loaded again. */
  hold() {
    this.held = this.waiting.works;
    if (this.held && this.#changes.length && !this.#running) this.#tell("waiting", "corrected");
  }

  /** Put codes on [start, end): `codings` is a list of [uuid, code id]. */
  create(codings, start, end) {
    this.#add({ kind: "create", codings, start, end });
  }

  remove(uuids) {
    for (const uuid of uuids) this.#add({ kind: "remove", uuid });
  }

  resize(uuid, start, end) {
    const last = this.#changes.at(-1);
    // Holding a key down sends where it came to rest, not every word on the way.
    const ofThisText = last?.textVersion === this.textVersion;
    if (last?.kind === "resize" && last.uuid === uuid && !last.sent && ofThisText) {
      Object.assign(last, { start, end });
      this.waiting.put(stored(last));
      this.#show(last);
      this.store.settle(uuid);
      return;
    }
    this.#add({ kind: "resize", uuid, start, end, base: this.#baseOf(uuid) });
  }

  recode(uuid, code) {
    this.#add({ kind: "recode", uuid, code });
  }

  /** A suggested coding is right. */
  confirm(uuid) {
    this.#add({ kind: "confirm", uuid });
  }

  /** Undo or redo: takes back an unsent change at once, else asks the server. False: neither is possible now. */
  undo(kind = "undo") {
    const last = this.#changes.at(-1);
    if (kind === "undo" && last && !last.sent && last.before) {
      this.#changes.pop();
      this.waiting.drop(last.id);
      for (const [uuid, coding] of last.before) this.store.retract(uuid, coding);
      this.#tell();
      return true;
    }
    if (this.state === "waiting" || this.held) return false;
    this.#add({ kind });
    return true;
  }

  /** Try again now. */
  retry() {
    clearTimeout(this.#timer);
    if (this.#changes.length) this.#drain();
  }

  #baseOf(uuid) {
    // While another change of mine is on its way, its answer brings the version to build on.
    return this.store.waiting(uuid) ? null : this.store.versionOf(uuid);
  }

  #add(change, { kept = false } = {}) {
    change.id ??= newUuid();
    change.order ??= this.#order += 1;
    change.textVersion ??= this.textVersion;
    this.#order = Math.max(this.#order, change.order);
    this.#show(change);
    this.#changes.push(change);
    if (!kept && change.before) this.waiting.put(stored(change));
    if (this.state === "saved") this.#tell("saving");
    this.soon(() => this.#drain());
  }

  #show(change) {
    const { store } = this;
    if (change.textVersion !== this.textVersion) {
      // Its offsets mean nothing in this text: it shows when the server has moved them.
      change.before = new Map();
      return;
    }
    const expected = new Map();
    if (change.kind === "create") {
      for (const [uuid, code] of change.codings) {
        const { start, end } = change;
        expected.set(uuid, { uuid, code, coder: store.me, start, end, memo: false, version: null, suggested: false, origin: "" });
      }
    } else if (change.kind === "remove") {
      expected.set(change.uuid, null);
    } else if (CHANGES[change.kind]) {
      const now = store.codings.get(change.uuid);
      // Whoever changes a suggestion has looked at it.
      if (now) expected.set(change.uuid, { ...now, ...CHANGES[change.kind](change), suggested: false });
    } else return;
    change.before ??= new Map([...expected.keys()].map((uuid) => [uuid, store.codings.get(uuid) ?? null]));
    for (const [uuid, coding] of expected) store.expect(uuid, coding);
  }

  #request(change) {
    const after = `?after=${this.cursor()}`;
    const { start, end } = change;
    const version = change.textVersion;
    const here = start !== undefined && version === this.textVersion;
    const quote = here ? this.quoteOf(start, end) : undefined;
    switch (change.kind) {
      case "create": {
        const codings = change.codings.map(([uuid, code]) => [uuid, this.codeKey(code)]);
        return ["POST", after, { start, end, version, quote, codings }];
      }
      case "remove":
        return ["DELETE", `${change.uuid}/${after}`];
      case "resize": {
        const row_version = change.base ?? this.store.versionOf(change.uuid);
        return ["PATCH", `${change.uuid}/${after}`, { start, end, version, quote, row_version }];
      }
      case "recode":
        return ["PATCH", `${change.uuid}/${after}`, { code: this.codeKey(change.code) }];
      case "confirm":
        return ["PATCH", `${change.uuid}/${after}`, { suggested: 0 }];
      default:
        return ["POST", `${change.kind}/${after}`, {}];
    }
  }

  async #drain() {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#timer);
    while (this.#changes.length) {
      if (this.held) {
        this.#running = false;
        this.#tell("waiting", "corrected");
        return;
      }
      const change = this.#changes[0];
      change.sent = true;
      let answer;
      try {
        answer = await this.api.send(...this.#request(change));
      } catch (failure) {
        change.sent = false;
        this.#running = false;
        this.#wait(failure);
        return;
      }
      this.#failures = 0;
      this.answers += 1;
      this.#changes.shift();
      this.waiting.drop(change.id);
      this.take(answer.data);
      for (const uuid of change.before?.keys() ?? []) this.store.settle(uuid);
      const name = answer.ok ? "answered" : "refused";
      this.dispatchEvent(Object.assign(new Event(name), { change, data: answer.data, status: answer.status }));
    }
    this.#running = false;
    this.#tell("saved");
  }

  #wait(failure) {
    mustBeUnanswered(failure);
    const pause = PAUSES[Math.min(this.#failures, PAUSES.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#drain(), pause);
    // What was asked of the server while it was away (an undo) is not done behind the reader's back later.
    const kept = this.#changes.filter((change) => change.before);
    if (kept.length < this.#changes.length) this.dispatchEvent(new Event("dropped"));
    this.#changes = kept;
    this.#tell(kept.length ? "waiting" : "saved", failure.reason);
  }

  #tell(state, reason = null) {
    this.state = state ?? (this.#changes.length ? this.state : "saved");
    this.reason = state ? reason : this.reason;
    this.dispatchEvent(new Event("state"));
  }
}

function stored({ before, sent, ...change }) {
  return change;
}
