// For which informants a passage counts, with ticks to correct it.

import { mustBeUnanswered } from "./api.js";
import { element } from "./dom.js";

const PAUSE = 250; // who codes fast opens many cards: only where the eye rests is the server asked

/** The part of an open card that says who counts. `redraw()` draws the card anew. */
export class Who {
  #known = new Map();
  #stale = new Set();
  #asked = 0;
  #timer = 0;
  #place = null;
  #shown = null; // the coding that the part is about
  #open = false;
  #sent = Promise.resolve();

  constructor({ api, store, acts, t, mayCode, redraw, hold }) {
    Object.assign(this, { api, store, acts, t, mayCode, redraw, hold });
  }

  /** Ask anew before long: somebody may have corrected it. What was read stays until then. */
  forget(uuids) {
    for (const uuid of uuids) this.#stale.add(uuid);
    this.#asked += 1;
  }

  /** The part of a coding's card; what it says is asked for once the card has been open for a moment. */
  part({ uuid }) {
    const known = this.#known.get(uuid);
    clearTimeout(this.#timer);
    if ((!known || this.#stale.has(uuid)) && !this.store.waiting(uuid)) {
      this.#timer = setTimeout(() => this.#load(uuid), PAUSE);
    }
    this.#shown = uuid;
    this.#place = this.#draw(uuid, known ?? {});
    return this.#place;
  }

  #draw(uuid, { people, instead }) {
    if (!people) return element("p", { className: "who quiet", text: this.t("who_counts", { names: "…" }) });
    if (!people.length || !this.mayCode) return element("p", { className: "who", text: this.#said(people, instead) });
    const byHand = people.some(([, , , , corrected]) => corrected);
    const part = element(
      "details",
      { className: "who", open: this.#open, on: { toggle: () => (this.#open = part.open) } },
      element(
        "summary",
        { data: { do: "who" } },
        element("span", { text: this.#said(people, instead) }),
        byHand ? element("span", { className: "by-hand", text: this.t("who_by_hand") }) : null,
      ),
      element("ul", {}, ...people.map((one) => this.#person(uuid, one))),
      element("p", { className: "small quiet", text: this.t("who_hint") }),
    );
    return part;
  }

  #said(people, instead) {
    const names = people.filter(([, , , counts]) => counts).map(([, name]) => name);
    if (!names.length) return this.t(`who_${instead}`);
    if (instead) names.push(this.t("who_others"));
    return this.t("who_counts", { names: names.join(", ") });
  }

  #person(uuid, [informant, name, words, counts, corrected]) {
    const box = element("input", { type: "checkbox", checked: Boolean(counts), data: { do: `who ${informant}` } });
    box.addEventListener("change", () => this.#correct(uuid, informant, box.checked));
    const reset = element("button", {
      type: "button",
      className: "button quiet small",
      text: this.t("who_reset"),
      data: { do: `rule ${informant}` },
      on: { click: () => this.#correct(uuid, informant, null) },
    });
    reset.append(element("span", { className: "visually-hidden", text: ` ${name}` }));
    return element(
      "li",
      {},
      element(
        "label",
        { className: "check" },
        box,
        element("span", {}, name, " ", element("span", { className: "quiet", text: this.t("n_words", { n: words }) })),
      ),
      corrected ? element("span", { className: "by-hand", text: this.t("who_by_hand") }) : null,
      corrected ? reset : null,
    );
  }

  #take(uuid, who) {
    this.#asked += 1;
    this.#stale.delete(uuid);
    this.#known.set(uuid, who);
  }

  async #load(uuid) {
    if (this.store.waiting(uuid) || !this.store.codings.has(uuid)) return;
    const asked = this.#asked;
    try {
      const { ok, data } = await this.api.send("GET", `${uuid}/who/`);
      if (!ok || this.#shown !== uuid) return;
      // What came meanwhile may have made it old.
      if (asked !== this.#asked) {
        await this.#load(uuid);
        return;
      }
      this.#take(uuid, data.who);
      // Only this part is drawn anew: somebody may be writing the memo below.
      if (this.#place.contains(document.activeElement)) this.redraw();
      else {
        const held = this.hold();
        this.#place.replaceWith(this.part({ uuid }));
        held();
      }
    } catch (failure) {
      mustBeUnanswered(failure);
    }
  }

  // One after the other, in the order of the ticks; the last answer is drawn.
  #correct(uuid, informant, counts) {
    const sent = this.#sent.then(() => this.#send(uuid, informant, counts));
    this.#sent = sent;
    sent.then(() => sent === this.#sent && this.redraw());
  }

  async #send(uuid, informant, counts) {
    try {
      const path = `${uuid}/who/?after=${this.acts.cursor()}`;
      const { ok, data } = await this.api.send("PUT", path, { informant, counts });
      this.acts.take(data);
      if (ok) this.#take(uuid, data.who);
      this.acts.say(ok ? this.#said(data.who.people, data.who.instead) : data.error);
    } catch (failure) {
      mustBeUnanswered(failure);
      this.acts.say(this.t("no_answer"));
    }
  }
}
