// A summary's text on its way to the server. Nothing typed is lost: what the server does not have yet is kept in this
// browser, and goes from it once it is stored.
import { Api, mustBeUnanswered } from "../coding/api.js";

const PAUSE = 1200;
const AGAIN = 5000;

export class Saving {
  /**
   * `told(state, detail)`: "saving", "saved", "offline", "signed_out", "server", or "conflict" with what the server
   * says. `store` is localStorage, or nothing where there is none.
   */
  constructor({ address, who, field, revision, told, store = window.localStorage }) {
    this.api = new Api(address);
    this.key = `kodebenk.summary.${who}.${address}`;
    this.field = field;
    this.revision = revision;
    this.told = told;
    this.store = store;
    this.stored = field.value;
    this.timer = 0;
    this.running = null;
    this.conflict = null;
  }

  get dirty() {
    return this.field.value !== this.stored;
  }

  /** What was left here unsaved, put into the field; answers whether there was any. */
  recover() {
    let kept = null;
    try {
      kept = JSON.parse(this.store?.getItem(this.key) ?? "null");
    } catch {
      kept = null;
    }
    if (!kept || typeof kept.body !== "string" || kept.body === this.field.value) {
      this.forget();
      return false;
    }
    this.field.value = kept.body;
    this.revision = kept.revision;
    this.save();
    return true;
  }

  typed() {
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  keep() {
    try {
      this.store?.setItem(this.key, JSON.stringify({ body: this.field.value, revision: this.revision }));
    } catch {
      // A full store: the text is still in the field.
    }
  }

  forget() {
    try {
      this.store?.removeItem(this.key);
    } catch {
      // Nothing is kept where nothing can be.
    }
  }

  /** Store the text now; resolves to whether the server has what stands in the field. One request at a time. */
  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    if (this.running && !keepalive) {
      await this.running;
      return this.dirty && !this.conflict ? this.save() : !this.dirty;
    }
    if (this.conflict) return false;
    if (!this.dirty) {
      this.forget();
      return true;
    }
    this.running = this.send(keepalive);
    const done = await this.running;
    this.running = null;
    return done;
  }

  async send(keepalive) {
    const body = this.field.value;
    this.told("saving");
    let answer;
    try {
      answer = await this.api.send("PUT", "", { body, revision: this.revision }, { keepalive });
    } catch (reason) {
      mustBeUnanswered(reason);
      this.keep();
      this.told(reason.reason);
      this.timer = setTimeout(() => this.save(), AGAIN);
      return false;
    }
    if (answer.status === 409 && answer.data.theirs) {
      this.conflict = answer.data.theirs;
      this.told("conflict", answer.data);
      return false;
    }
    if (!answer.ok) {
      this.keep();
      this.told("refused", answer.data);
      return false;
    }
    this.revision = answer.data.revision;
    this.stored = body;
    if (!this.dirty) this.forget();
    else this.typed();
    this.told("saved");
    return true;
  }

  /** After a conflict: write on from their text, with mine in the field (or theirs, where `take`). */
  settle({ take }) {
    const { body, revision } = this.conflict;
    this.conflict = null;
    this.revision = revision;
    this.stored = body;
    if (take) this.field.value = body;
    return this.save();
  }
}
