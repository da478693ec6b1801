// The panel beside the text: the codings at one place, what they are, whose, and what can be done with them.

import { NoAnswer } from "./api.js";
import { chip, element } from "./dom.js";
import { shorten } from "./text.js";

/** Shows codings or a code. `acts` are the page's commands: focus, remove, nudge, useSelection, recode, pin, apply. */
export class Details {
  #shown = { codings: [], code: null };
  #memos = new Map();
  #drafts = new Map();

  constructor({ root, store, codebook, coders, quick, map, api, acts, t, mayCode, codeUrl }) {
    Object.assign(this, { root, store, codebook, coders, quick, map, api, acts, t, mayCode, codeUrl });
    this.body = root.querySelector("[data-details]");
    this.hint = root.querySelector("[data-hint]");
  }

  /** Show these codings (uuids) with `focused` open, and what may be done with the selection. */
  show({ uuids, focused, selection, held }) {
    this.#shown = { uuids, focused, selection, held, code: null };
    this.draw();
  }

  /** Show what a code means. */
  showCode(code) {
    this.#shown = { uuids: [], focused: null, selection: null, held: null, code };
    this.draw();
  }

  /** Put the reading position into the memo of a coding. */
  async editMemo(uuid) {
    await this.#load(uuid);
    this.draw();
    this.body.querySelector(`[data-memo="${uuid}"] textarea`)?.focus();
  }

  /** Forget what was read of a coding's memos: somebody may have changed them. */
  forget(uuids) {
    for (const uuid of uuids) this.#memos.delete(uuid);
  }

  /** Whether a memo is half written. */
  unsaved() {
    return this.#drafts.size > 0;
  }

  draw() {
    const { uuids = [], focused, selection, held, code } = this.#shown;
    const field = document.activeElement?.closest?.("[data-memo] textarea, [data-do]");
    const kept = this.body.contains(field)
      ? { uuid: field.closest("[data-coding]")?.dataset.coding, does: field.dataset.do ?? null, at: field.selectionStart }
      : null;
    const codings = uuids.map((uuid) => this.store.codings.get(uuid)).filter(Boolean);
    const parts = [];
    if (code) parts.push(this.#code(this.codebook.get(code.id) ?? code));
    const open = this.store.codings.get(focused);
    const exact = open && selection && open.start === selection.start && open.end === selection.end;
    if (selection && !exact) parts.push(this.#passage(selection));
    if (held && this.store.codings.has(held)) parts.push(this.#held(this.store.codings.get(held)));
    if (codings.length) {
      parts.push(element("h2", { className: "details-heading", text: this.t("codings_here", { n: codings.length }) }));
      parts.push(
        element("ul", { className: "coding-cards" }, ...codings.map((one) => this.#card(one, one.uuid === focused))),
      );
    }
    this.body.replaceChildren(...parts);
    this.hint.hidden = parts.length > 0;
    this.root.classList.toggle("filled", parts.length > 0);
    if (kept?.uuid) {
      const card = this.body.querySelector(`[data-coding="${kept.uuid}"]`);
      const again = card?.querySelector(kept.does ? `[data-do="${kept.does}"]` : "textarea");
      again?.focus({ preventScroll: true });
      if (again && kept.at !== undefined && again.setSelectionRange) again.setSelectionRange(kept.at, kept.at);
    }
  }

  #passage({ start, end }) {
    const text = this.map.textBetween(start, end);
    const words = text.match(/\S+/g)?.length ?? 0;
    return element(
      "div",
      { className: "details-passage" },
      element("h2", { className: "details-heading", text: this.t("selected_words", { n: words }) }),
      element("p", { className: "details-quote", text: shorten(text, 240) }),
    );
  }

  #held(one) {
    const { name } = this.codebook.get(one.code) ?? { name: "" };
    return element(
      "button",
      { type: "button", className: "button small", on: { click: () => this.acts.useSelection(one.uuid) } },
      this.t("use_selection", { name }),
    );
  }

  #card(one, open) {
    const code = this.codebook.get(one.code);
    const mine = one.coder === this.store.me;
    const coder = mine ? this.t("you") : (this.coders.get(one.coder)?.name ?? "");
    const card = element("li", { className: `coding-card c-${one.code}`, data: { coding: one.uuid } });
    if (open) card.classList.add("open");
    const above = code?.path.slice(0, -1).join(" › ");
    const head = element(
      "button",
      { type: "button", className: "coding-card-head", data: { do: "focus" }, on: { click: () => this.acts.focus(one.uuid) } },
      code ? chip(code) : null,
      above ? element("span", { className: "code-path", text: above }) : null,
      element("span", { className: "coding-card-who", text: one.memo ? `${coder} · ${this.t("has_memo")}` : coder }),
    );
    head.ariaExpanded = String(open);
    card.append(head);
    if (!open) return card;
    const text = this.map.textBetween(one.start, one.end);
    card.append(element("p", { className: "details-quote", text: shorten(text, 180) }));
    if (mine && this.mayCode) card.append(this.#commands(one));
    card.append(this.#memo(one));
    return card;
  }

  #commands(one) {
    const button = (does, key, run, face) => {
      const made = element("button", { type: "button", className: "button small", data: { do: does }, on: { click: run } });
      const said = this.t(`do_${does}`);
      if (face) {
        made.title = said;
        made.append(element("span", { className: "visually-hidden", text: said }));
      }
      made.append(element("span", { text: face ?? said, ariaHidden: face ? "true" : null }));
      if (key) made.append(element("kbd", { text: key, ariaHidden: "true" }));
      return made;
    };
    const edge = (name, earlier, later) =>
      element(
        "div",
        { className: "edge" },
        element("span", { text: this.t(`edge_${name}`), ariaHidden: "true" }),
        button(`${name}_earlier`, earlier, () => this.acts.nudge(one.uuid, name, -1), "←"),
        button(`${name}_later`, later, () => this.acts.nudge(one.uuid, name, 1), "→"),
      );
    const edges = element("div", { className: "edges", role: "group" }, edge("start", ";", ":"), edge("end", ",", "."));
    edges.setAttribute("aria-label", this.t("bounds"));
    const rest = element(
      "div",
      { className: "cluster tight" },
      button("recode", "", () => this.acts.recode(one.uuid)),
      button("remove", "⌫", () => this.acts.remove([one.uuid])),
    );
    rest.lastElementChild.classList.add("danger");
    return element("div", { className: "stack tight" }, edges, rest);
  }

  // --- memos: read when a card opens, written with a button; a word of them never enters the browser's store ---------

  #memo(one) {
    const place = element("div", { className: "coding-memo", data: { memo: one.uuid } });
    const memos = this.#memos.get(one.uuid);
    if (!memos) {
      if (one.memo) this.#load(one.uuid).then(() => this.draw());
      else this.#memos.set(one.uuid, []);
    }
    for (const memo of memos ?? []) {
      if (memo.mine && this.mayCode) continue;
      place.append(
        element("figure", {}, element("blockquote", { text: memo.body }), element("figcaption", { text: memo.author })),
      );
    }
    if (this.mayCode && !this.store.waiting(one.uuid)) place.append(this.#form(one.uuid, memos ?? []));
    return place;
  }

  #form(uuid, memos) {
    const mine = memos.find((memo) => memo.mine)?.body ?? "";
    const id = `memo-${uuid}`;
    const field = element("textarea", { id, rows: 3, className: "input", value: this.#drafts.get(uuid) ?? mine });
    const said = element("span", { className: "small quiet", role: "status" });
    const save = element("button", { type: "submit", className: "button small", text: this.t("save_memo") });
    save.hidden = field.value === mine;
    field.addEventListener("input", () => {
      if (field.value === mine) this.#drafts.delete(uuid);
      else this.#drafts.set(uuid, field.value);
      save.hidden = field.value === mine;
    });
    const submit = async (event) => {
      event.preventDefault();
      save.disabled = true;
      said.textContent = this.t("saving");
      const error = await this.#save(uuid, field.value);
      save.disabled = false;
      said.textContent = error ?? "";
      if (!error) {
        this.draw();
        this.acts.say(this.t("memo_saved"));
      }
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
      else if (event.key === "Escape") this.acts.backToText();
      else return;
      event.stopPropagation();
    });
    return element(
      "form",
      { className: "stack tight", on: { submit } },
      element("label", { htmlFor: id, text: this.t("your_memo") }),
      field,
      element("div", { className: "cluster tight" }, save, said),
    );
  }

  async #load(uuid) {
    if (this.#memos.has(uuid)) return;
    this.#memos.set(uuid, []);
    try {
      const { ok, data } = await this.api.send("GET", `${uuid}/memos/`);
      if (ok) this.#memos.set(uuid, data.memos);
      else this.#memos.delete(uuid);
    } catch (failure) {
      this.#memos.delete(uuid);
      if (!(failure instanceof NoAnswer)) throw failure;
    }
  }

  async #save(uuid, body) {
    try {
      const { ok, data } = await this.api.send("PUT", `${uuid}/memo/?after=${this.acts.cursor()}`, { body });
      if (!ok) return data.error;
      const others = (this.#memos.get(uuid) ?? []).filter((memo) => !memo.mine);
      this.#memos.set(uuid, body.trim() ? [...others, { mine: true, body: body.trim(), author: "" }] : others);
      this.#drafts.delete(uuid);
      this.acts.take(data);
      return null;
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure;
      return this.t("memo_not_saved");
    }
  }

  #code(code) {
    const lines = [
      ["definition", code.definition],
      ["use_when", code.useWhen],
      ["not_when", code.notWhen],
    ].filter(([, text]) => text);
    const facts = element("dl", { className: "code-facts" });
    for (const [key, text] of lines) {
      facts.append(element("dt", { text: this.t(key) }), element("dd", { text }));
    }
    const above = code.path.slice(0, -1).join(" › ");
    const commands = element("div", { className: "cluster tight" });
    if (this.mayCode) {
      const pinned = this.quick.pinned(code);
      const pin = element("button", {
        type: "button",
        className: "button small",
        text: this.t(pinned ? "unpin" : "pin"),
        on: { click: () => this.acts.pin(code) },
      });
      pin.ariaPressed = String(pinned);
      commands.append(pin);
    }
    if (this.codeUrl) {
      const href = this.codeUrl.replace("00000000-0000-0000-0000-000000000000", code.uuid);
      commands.append(element("a", { href, text: this.t("all_passages") }));
    }
    return element(
      "div",
      { className: "code-card stack tight" },
      chip(code),
      above ? element("p", { className: "code-path", text: above }) : null,
      lines.length ? facts : element("p", { className: "quiet", text: this.t("no_definition") }),
      commands,
    );
  }
}
