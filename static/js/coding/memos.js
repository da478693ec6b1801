// Memos on a coding, a code or the source: read when their card opens. One's memo on a coding is stored when one leaves
// it, a new note with its button. A word of them never enters the browser's store.

import { mustBeUnanswered } from "./api.js";
import { element, newUuid } from "./dom.js";

/** What memos are about: `read` and `write` are addresses, `fields` go along; `single`: a person has one, and changes it. */
export const onCoding = ({ uuid, memo }) => ({
  key: uuid,
  read: `${uuid}/memos/`,
  write: `${uuid}/memo/`,
  single: true,
  none: !memo,
});
export const onCode = ({ uuid }) => ({ key: `code ${uuid}`, read: `about/?code=${uuid}`, write: "about/", fields: { code: uuid } });
export const onSource = () => ({ key: "source", read: "about/", write: "about/", fields: {} });

const idOf = (key) => `memo-${key.replace(" ", "-")}`;

export class Memos {
  #known = new Map();
  #drafts = new Map(); // key -> { subject, body }: what is written and not stored; `stuck` waits for its writer
  #uuids = new Map(); // of memos that are new: sent again, one is one

  constructor({ api, acts, t, mayCode, redraw, gone }) {
    Object.assign(this, { api, acts, t, mayCode, redraw, gone });
  }

  forget(keys) {
    for (const key of keys) this.#known.delete(key);
  }

  /** Whether a memo is half written. */
  unsaved() {
    return this.#drafts.size > 0;
  }

  /** Store the memos on codings that nobody is writing any more. */
  settle() {
    for (const [key, { subject, body, stuck }] of this.#drafts) {
      const writing = document.activeElement?.id === idOf(key);
      if (subject.single && !stuck && !writing) this.#store(subject, body);
    }
  }

  async #store(subject, body) {
    const draft = this.#drafts.get(subject.key) ?? {};
    if (draft.storing) return;
    draft.storing = true;
    const error = await this.#save(subject, body);
    draft.storing = false;
    draft.stuck = error;
    this.acts.drafts();
    this.acts.say(error ?? this.t("memo_saved"));
    if (!error) this.redraw();
  }

  /** The memos on a subject, and the field for one's own where it may be written. */
  part(subject, { writable = true } = {}) {
    const place = element("div", { className: "coding-memo", data: { memo: subject.key } });
    const memos = this.#known.get(subject.key);
    if (!memos) {
      if (subject.none) this.#known.set(subject.key, []);
      else this.load(subject).then((read) => read && this.redraw());
    }
    for (const memo of memos ?? []) {
      if (subject.single && memo.mine && this.mayCode) continue;
      place.append(
        element(
          "figure",
          {},
          element("blockquote", { text: memo.body }),
          element("figcaption", { text: memo.author }, memo.address ? this.#edit(memo) : null),
        ),
      );
    }
    if (memos && !memos.length && !this.mayCode && !subject.single) {
      place.append(element("p", { className: "quiet", text: this.t("no_memos") }));
    }
    if (this.mayCode && writable) place.append(this.#form(subject, memos ?? []));
    return place;
  }

  #edit({ address, body }) {
    const named = element("span", { className: "visually-hidden", text: ` ${body.slice(0, 40)}` });
    return element("a", { href: address, text: this.t("edit_memo") }, named);
  }

  #form(subject, memos) {
    const { key } = subject;
    const mine = (subject.single && memos.find((memo) => memo.mine)?.body) || "";
    const id = idOf(key);
    const field = element("textarea", { id, rows: 3, className: "input", value: this.#drafts.get(key)?.body ?? mine, data: { do: id } });
    const save = element("button", { type: "submit", className: "button small", text: this.t("save_memo") });
    save.hidden = field.value === mine;
    field.addEventListener("input", () => {
      save.hidden = field.value === mine;
      if (save.hidden) this.#drafts.delete(key);
      else this.#drafts.set(key, { subject, body: field.value });
      this.acts.drafts();
    });
    const submit = (event) => {
      event.preventDefault();
      if (subject.single || field.value.trim()) this.#store(subject, field.value);
    };
    // Where the focus goes to is known when the event is over.
    field.addEventListener("blur", () => setTimeout(() => this.settle()));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
      else if (event.key === "Escape") this.acts.backToText();
      else return;
      event.stopPropagation();
    });
    return element(
      "form",
      { className: "stack tight", on: { submit } },
      element("label", { htmlFor: id, text: this.t(subject.single ? "your_memo" : "new_memo") }),
      field,
      element("div", {}, save),
    );
  }

  /** Read the memos on a subject, unless they are known; answers whether they are now. */
  async load({ key, read }) {
    if (this.#known.has(key)) return true;
    this.#known.set(key, []);
    try {
      const { ok, data } = await this.api.send("GET", read);
      if (ok) this.#known.set(key, data.memos);
      else this.#known.delete(key);
      return ok;
    } catch (failure) {
      this.#known.delete(key);
      mustBeUnanswered(failure);
      return false;
    }
  }

  async #save({ key, write, fields, single }, body) {
    if (!this.#uuids.has(key)) this.#uuids.set(key, newUuid());
    const sent = single ? { body } : { ...fields, body, memo: this.#uuids.get(key) };
    try {
      const { ok, data } = await this.api.send("PUT", `${write}?after=${this.acts.cursor()}`, sent);
      if (!ok) return single && this.gone(key) ? this.#rescue(key, body) : data.error;
      if (this.#drafts.get(key)?.body === body) this.#drafts.delete(key);
      this.#uuids.delete(key);
      this.acts.take(data);
      const others = (this.#known.get(key) ?? []).filter((memo) => !memo.mine);
      const mine = { mine: true, body: body.trim(), author: "" };
      this.#known.set(key, data.memos ?? (body.trim() ? [...others, mine] : others));
      return null;
    } catch (failure) {
      mustBeUnanswered(failure);
      return this.t("memo_not_saved");
    }
  }

  // What was written on a coding that is gone becomes the beginning of a memo on the source.
  #rescue(key, sent) {
    const subject = onSource();
    const written = [subject.key, key].map((one) => this.#drafts.get(one)?.body);
    this.#drafts.delete(key);
    this.#drafts.set(subject.key, { subject, body: [written[0], written[1] ?? sent].filter(Boolean).join("\n\n") });
    this.acts.source_memos();
    return this.t("memo_rescued");
  }
}
