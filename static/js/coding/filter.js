// What shows: codings of one code or of its branch, and the turns that still lack a coding of mine. For this page only.

import { chip, element } from "./dom.js";

/** Owns the menu "Show" and the line above the text. `tell(sentence)` says politely what a change did. */
export class Filter {
  #code = null;
  #branch = true;
  #uncoded = false;
  #later = new Set();

  constructor({ page, store, codebook, painter, selection, t, tell }) {
    Object.assign(this, { page, store, codebook, painter, selection, t, tell });
    this.choice = page.querySelector("[data-only-code]");
    this.whole = page.querySelector("[data-with-branch]");
    this.left = page.querySelector("[data-only-uncoded]");
    this.lines = page.querySelector("[data-filters-on]");
    this.choice.addEventListener("change", () => this.only(this.choice.value && Number(this.choice.value), this.whole.checked));
    this.whole.addEventListener("change", () => this.#code && this.only(this.#code, this.whole.checked));
    this.left?.addEventListener("change", () => this.uncoded(this.left.checked));
    codebook.addEventListener("change", () => this.#codebookChanged());
    store.addEventListener("change", ({ turns }) => this.#changed(turns));
    selection.addEventListener("change", () => this.#settle());
    document.addEventListener("pointerup", () => this.#settle());
    this.#fill();
  }

  /** Whether exactly this filter is on. */
  shows(code, branch) {
    return this.#code === code && this.#branch === branch;
  }

  /** Show only codings of this code (an id), with those below it or without; null shows all again. */
  only(code, branch = true) {
    this.#code = code || null;
    this.#branch = branch;
    this.#apply();
    this.tell(this.#said());
  }

  /** Let the turns stand out that lack a coding of mine. */
  uncoded(on) {
    this.#uncoded = on;
    if (this.left) this.left.checked = on;
    this.#keepPlace(() => {
      this.page.classList.toggle("only-uncoded", on);
      this.#mark(this.painter.turns.keys());
    });
    this.draw();
    this.tell(this.#saidLeft());
  }

  #apply() {
    this.choice.value = this.#code ?? "";
    this.whole.checked = this.#branch;
    this.store.showCodes(this.#code && this.#codes());
    this.draw();
  }

  #codes() {
    const found = new Set([this.#code]);
    if (this.#branch) for (const code of found) for (const child of this.codebook.children(code)) found.add(child.id);
    return found;
  }

  #codebookChanged() {
    this.#fill();
    if (this.#code === null) return;
    if (!this.codebook.get(this.#code)) this.#code = null;
    this.#apply();
  }

  #fill() {
    const codes = this.codebook.inOrder();
    const option = (code) =>
      element("option", { value: code.id, text: `${"\u2003".repeat(code.depth - 1)}${code.name}` });
    this.choice.replaceChildren(element("option", { value: "", text: this.t("all_codes") }), ...codes.map(option));
    this.choice.value = this.#code ?? "";
  }

  // --- the line that says what is on --------------------------------------------------------------------------------

  draw() {
    this.lines.hidden = this.#code === null && !this.#uncoded;
    const focused = this.lines.contains(document.activeElement) && document.activeElement.parentElement.dataset.on;
    this.lines.replaceChildren(...[this.#codeLine(), this.#leftLine()].filter(Boolean));
    if (focused) this.lines.querySelector(`[data-on="${focused}"] button`)?.focus();
  }

  #codeLine() {
    const code = this.codebook.get(this.#code);
    if (!code) return null;
    const below = this.#branch && this.codebook.children(code.id).length > 0;
    return this.#line("code", this.t("show_all"), () => this.only(null), [
      element("span", { text: this.t("shown_only") }),
      chip(code),
      below ? element("span", { text: this.t("and_below") }) : null,
      element("span", { className: "quiet", text: this.t("n_of_m", this.#shares()) }),
    ]);
  }

  #leftLine() {
    return this.#uncoded
      ? this.#line("uncoded", this.t("show_all_turns"), () => this.uncoded(false), [element("span", { text: this.#saidLeft() })])
      : null;
  }

  #line(name, label, run, parts) {
    const letGo = () => {
      run();
      this.page.querySelector("#transcript").focus({ preventScroll: true });
    };
    const button = element("button", { type: "button", className: "button small", text: label, on: { click: letGo } });
    return element("div", { className: "filter-on", data: { on: name } }, element("p", {}, ...parts.filter(Boolean)), button);
  }

  #shares() {
    const { shown, all } = this.store.shares();
    return { shown, all };
  }

  #said() {
    const code = this.codebook.get(this.#code);
    return code ? `${this.t("shown_only")} ${code.name}. ${this.t("n_of_m", this.#shares())}` : this.t("all_shown");
  }

  #saidLeft() {
    if (!this.#uncoded) return this.t("all_turns_shown");
    const spoken = this.painter.turns.filter(({ element: turn }) => !turn.dataset.interviewer);
    const left = spoken.filter(({ number }) => !this.store.coded(number)).length;
    return this.t("turns_left", { left, all: spoken.length });
  }

  // --- turns with a coding of mine step back ------------------------------------------------------------------------

  #mark(turns) {
    for (const turn of turns) this.painter.turns[turn].element.classList.toggle("coded-by-me", this.store.coded(turn));
  }

  // A turn that has just been coded steps back when the reader has left it (a second code may follow), and never while
  // a mouse draws a selection: the words would move away under it.
  #changed(turns) {
    if (!this.lines.hidden) this.draw();
    if (!this.#uncoded) return;
    for (const turn of turns) this.#later.add(turn);
    this.#settle();
  }

  #settle() {
    const { current, caret, dragging } = this.selection;
    if (!this.#later.size || dragging) return;
    const held = new Set(current ? this.store.turnsIn(current.start, current.end) : [this.store.turnAt(caret ?? 0)]);
    const now = [...this.#later].filter((turn) => !held.has(turn));
    for (const turn of now) this.#later.delete(turn);
    this.#keepPlace(() => this.#mark(now));
  }

  // What the reader looks at stays where it stands on the screen.
  #keepPlace(change) {
    const top = (turn) => turn.element.getBoundingClientRect().top;
    const { near, turns } = this.painter;
    const chosen = this.selection.current && this.store.turnAt(this.selection.current.start);
    const seen = near.has(chosen) ? turns[chosen] : turns.find((turn) => near.has(turn.number) && top(turn) > 120);
    const before = seen && top(seen);
    change();
    if (seen && top(seen) !== before) window.scrollBy(0, top(seen) - before);
  }
}
