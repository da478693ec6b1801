// The panel beside the text: the codings at one place, what they are, whose, and what can be done with them.

import { chip, element, fill } from "./dom.js";
import { facts, hasFacts } from "./facts.js";
import { flush } from "./later.js";
import { Memos, onCode, onCoding, onSource } from "./memos.js";
import { shorten } from "./text.js";
import { Who } from "./who.js";

/**
 * Shows codings, a code, or the source with its memos. `acts` are the page's commands: focus, remove, nudge,
 * useSelection, recode, confirm, pin, apply. `meaning` keeps whether what a code means is unfolded.
 */
export class Details {
  #shown = { uuids: [] };
  #cards = element("ul", { className: "coding-cards" });
  #closed = new WeakMap(); // a coding as it is -> its closed card, and the code that the card names
  #subject = null; // what is shown while nothing in the text is: a code, "source", or nothing

  constructor({ root, store, codebook, coders, quick, map, api, acts, t, mayCode, codeUrl, meaning }) {
    Object.assign(this, { root, store, codebook, coders, quick, map, acts, t, mayCode, codeUrl, meaning });
    this.body = root.querySelector("[data-details]");
    this.hint = root.querySelector("[data-hint]");
    const redraw = () => this.draw();
    this.memos = new Memos({ api, acts, t, mayCode, redraw, gone: (uuid) => !store.codings.has(uuid) });
    this.who = new Who({ api, store, acts, t, mayCode, redraw, hold: () => this.#hold() });
  }

  /** Show these codings (uuids) with `focused` open, and what may be done with the selection. */
  show({ uuids, focused, selection, held }) {
    if (uuids.length || selection) this.#subject = null;
    this.#shown = { uuids, focused, selection, held };
    this.draw();
  }

  /** Show what a code means and the memos on it; nothing in particular where there is none. */
  showCode(code) {
    this.#showSubject(code);
  }

  /** Show the memos on the source, ready to write one. */
  async showSource() {
    this.memos.forget(["source"]);
    await this.memos.load(onSource());
    this.#showSubject("source");
    this.body.querySelector("textarea")?.focus();
  }

  #showSubject(subject) {
    this.#subject = subject;
    this.#shown = { uuids: [] };
    this.draw();
  }

  /** The id of the code whose card is shown, or null. */
  get code() {
    return this.#subject?.id ?? null;
  }

  /** Put the reading position into the memo of a coding. */
  async editMemo(uuid) {
    const one = this.store.codings.get(uuid);
    if (one) await this.memos.load(onCoding(one));
    this.draw();
    this.body.querySelector(`[data-memo="${uuid}"] textarea`)?.focus();
  }

  /** Put the focus into the panel, on the card that is open. False where there is nothing to act on. */
  enter() {
    flush();
    const first = this.body.querySelector(".open [data-do]") ?? this.body.querySelector("button, a");
    first?.focus();
    return Boolean(first);
  }

  /** Forget what was read of codings, their memos and who counts: somebody may have changed them. */
  forget(uuids) {
    this.memos.forget(uuids);
    this.who.forget(uuids);
    if (uuids.includes(this.#shown.focused)) requestAnimationFrame(() => this.draw());
  }

  /** Forget the memos on the code or source that is shown: one may have been taken back. */
  refresh() {
    if (!this.#subject) return;
    this.memos.forget([this.#subject === "source" ? "source" : onCode(this.#subject).key]);
    this.draw();
  }

  /** Whether a memo is half written. */
  unsaved() {
    return this.memos.unsaved();
  }

  draw() {
    const { uuids, focused, selection, held } = this.#shown;
    const kept = this.#focus();
    const codings = uuids.map((uuid) => this.store.codings.get(uuid)).filter(Boolean);
    const parts = [];
    if (this.#subject === "source") parts.push(this.#source());
    else if (this.#subject) parts.push(this.#code(this.codebook.get(this.#subject.id) ?? this.#subject));
    const open = this.store.codings.get(focused);
    const exact = open && selection && open.start === selection.start && open.end === selection.end;
    if (selection && !exact) parts.push(this.#passage(selection));
    const moves = this.store.codings.get(held);
    if (moves && moves.start < selection.end && selection.start < moves.end) parts.push(this.#held(moves));
    if (codings.length) {
      parts.push(element("h2", { className: "details-heading", text: this.t("codings_here", { n: codings.length }) }));
      fill(this.#cards, codings.map((one) => (one.uuid === focused ? this.#card(one, true) : this.#closedCard(one))));
      parts.push(this.#cards);
    }
    fill(this.body, parts);
    this.hint.hidden = parts.length > 0;
    this.root.classList.toggle("filled", parts.length > 0);
    kept?.();
    this.memos.settle();
  }

  // What has focus here stays under the eye, whatever grows above it: call the answer when it has grown.
  #hold() {
    const field = document.activeElement;
    if (!this.body.contains(field)) return () => {};
    const { top } = field.getBoundingClientRect();
    return (now = field) => (this.root.scrollTop += now.getBoundingClientRect().top - top);
  }

  // Drawing anew replaces the field or button that has focus: what puts it back in its place.
  #focus() {
    const field = document.activeElement?.closest?.("[data-do]");
    if (!field || !this.body.contains(field)) return null;
    const inCard = (place, uuid) => (uuid ? place.querySelector(`[data-coding="${uuid}"]`) : place);
    const { uuid, at } = { uuid: field.closest("[data-coding]")?.dataset.coding, at: field.selectionStart };
    const held = this.#hold();
    return () => {
      const again = inCard(this.body, uuid)?.querySelector(`[data-do="${field.dataset.do}"]`);
      if (!again) return;
      again.focus({ preventScroll: true });
      if (typeof at === "number") again.setSelectionRange(at, at);
      held(again);
    };
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

  // Where many codings meet, coding once more draws one card and not all of them.
  #closedCard(one) {
    const code = this.codebook.get(one.code);
    let kept = this.#closed.get(one);
    if (kept?.code !== code) {
      kept = { code, card: this.#card(one, false) };
      this.#closed.set(one, kept);
    }
    return kept.card;
  }

  #card(one, open) {
    const code = this.codebook.get(one.code);
    const mine = one.coder === this.store.me;
    const coder = mine ? this.t("you") : (this.coders.get(one.coder)?.name ?? "");
    const said = [one.suggested ? this.t("suggested") : coder, one.origin ? this.t(`origin_${one.origin}`) : "", one.memo ? this.t("has_memo") : ""];
    const card = element("li", { className: `coding-card c-${one.code}`, data: { coding: one.uuid } });
    card.classList.toggle("open", open);
    card.classList.toggle("suggested", one.suggested);
    const above = code?.path.slice(0, -1).join(" › ");
    const head = element(
      "button",
      { type: "button", className: "coding-card-head", data: { do: "focus" }, on: { click: () => this.acts.focus(one.uuid) } },
      code ? chip(code) : null,
      above ? element("span", { className: "code-path", text: above }) : null,
      element("span", { className: "coding-card-who", text: said.filter(Boolean).join(" · ") }),
    );
    head.ariaExpanded = String(open);
    card.append(head);
    if (!open) return card;
    const text = this.map.textBetween(one.start, one.end);
    card.append(element("p", { className: "details-quote", text: shorten(text, 180) }));
    const commands = mine && this.mayCode ? this.#commands(one) : null;
    const parts = one.suggested ? [commands, this.#walk()] : [this.#walk(), commands];
    card.append(...parts.filter(Boolean));
    const memo = this.memos.part(onCoding(one), { writable: !this.store.waiting(one.uuid) });
    card.append(...[this.who.part(one), this.#meaning(code), memo].filter(Boolean));
    return card;
  }

  #walk() {
    const button = (at, does, key) =>
      element(
        "button",
        { type: "button", className: "button small", data: { do: does }, title: `${this.t(`do_${does}`)} (${key})`, on: { click: () => this.acts.neighbour(at) } },
        element("span", { text: this.t(does) }),
        element("kbd", { text: key, ariaHidden: "true" }),
      );
    const walk = element("div", { className: "cluster tight", role: "group" }, button(1, "neighbour_back", "<"), button(0, "neighbour_on", ">"));
    walk.setAttribute("aria-label", this.t("along_code"));
    return walk;
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
    // What waits to be confirmed offers that first.
    const confirm = one.suggested ? button("confirm", this.t("keyname_Enter"), () => this.acts.confirm(one.uuid)) : null;
    confirm?.classList.add("primary");
    return element("div", { className: "stack tight" }, confirm && element("div", {}, confirm), edges, rest);
  }

  // What the code of an open coding means; who knows it folds it, and it stays so.
  #meaning(code) {
    if (!code || !hasFacts(code)) return null;
    const part = element(
      "details",
      { className: "meaning", open: this.meaning.get(), on: { toggle: () => this.meaning.set(part.open) } },
      element("summary", { data: { do: "meaning" }, text: this.t("meaning") }),
      facts(code, this.t),
    );
    return part;
  }

  #source() {
    return element(
      "section",
      { className: "stack tight" },
      element("h2", { className: "details-heading", text: this.t("memos_on_source") }),
      this.memos.part(onSource()),
    );
  }

  // Show only this code, or it and what stands below it; the same button again shows all.
  #only(code) {
    const button = (branch) => {
      const on = this.acts.shows(code.id, branch);
      const click = () => {
        this.acts.only(on ? null : code.id, branch);
        this.draw();
      };
      const does = branch ? "only_branch" : "only_code";
      const made = element("button", { type: "button", className: "button small", data: { do: does }, on: { click } });
      made.textContent = this.t(does);
      made.ariaPressed = String(on);
      return made;
    };
    return this.codebook.children(code.id).length ? [button(false), button(true)] : [button(false)];
  }

  #code(code) {
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
    commands.append(...this.#only(code));
    if (this.codeUrl) {
      const href = this.codeUrl.replace("00000000-0000-0000-0000-000000000000", code.uuid);
      commands.append(element("a", { href, text: this.t("all_passages") }));
    }
    return element(
      "div",
      { className: "code-card stack tight" },
      chip(code),
      above ? element("p", { className: "code-path", text: above }) : null,
      hasFacts(code) ? facts(code, this.t) : element("p", { className: "quiet", text: this.t("no_definition") }),
      this.#walk(),
      commands,
      element("h2", { className: "details-heading", text: this.t("memos_on_code") }),
      this.memos.part(onCode(code)),
    );
  }
}
