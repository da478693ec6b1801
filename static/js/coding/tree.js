// The codebook beside the text: an ARIA tree with one tab stop, searched as one types.

import { element } from "./dom.js";

/** `choose(code, {byPointer})` is called when a code is clicked or Enter is pressed on it. */
export class CodeTree {
  #closed = new Set();
  #current = null;
  #typed = { text: "", timer: 0 };

  constructor({ root, search, empty, codebook, quick, store, choose, light, t, closed }) {
    Object.assign(this, { root, search, empty, codebook, quick, store, choose, light, t });
    this.#closed = new Set(closed.get());
    this.keepClosed = closed.set;
    search.addEventListener("input", () => this.draw());
    search.addEventListener("keydown", (event) => this.#searchKey(event));
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("click", (event) => this.#click(event));
    for (const [name, by] of [["focusin", "tree"], ["focusout", "tree"], ["pointerover", "pointer"], ["pointerleave", "pointer"]]) {
      root.addEventListener(name, (event) => this.#light(event, by));
    }
    codebook.addEventListener("change", () => this.draw());
    quick.addEventListener("change", () => this.draw());
    this.draw();
  }

  /** Draw the tree anew; focus and the current code stay where they are. */
  draw() {
    const focused = this.root.contains(document.activeElement);
    const query = this.search.value;
    this.shown = query.trim() ? this.#withAncestors(this.codebook.search(query)) : null;
    const roots = this.codebook.children(null);
    const placed = roots.filter((code) => !code.proposed);
    const proposed = roots.filter((code) => code.proposed && (!this.shown || this.shown.has(code.id)));
    const nodes = placed.map((code) => this.#node(code, 1)).filter(Boolean);
    if (proposed.length) nodes.push(this.#group(proposed));
    this.root.replaceChildren(...nodes);
    this.empty.hidden = nodes.length > 0;
    this.counts();
    const items = this.#items();
    const current = items.find((item) => item.dataset.code === this.#current) ?? items[0];
    if (current) current.tabIndex = 0;
    if (focused) current?.focus();
  }

  /** Show how many visible codings of this source each code has. */
  counts() {
    const counts = this.store.countsByCode();
    for (const item of this.root.querySelectorAll("[data-code]")) {
      const n = counts.get(Number(item.dataset.code)) ?? 0;
      const place = item.querySelector(":scope > .tree-row > .count");
      if (place && place.textContent !== String(n || "")) place.textContent = n || "";
    }
  }

  #withAncestors(codes) {
    const shown = new Set();
    for (let code of codes) {
      for (; code; code = this.codebook.get(code.parent)) shown.add(code.id);
    }
    return shown;
  }

  #node(code, level) {
    if (this.shown && !this.shown.has(code.id)) return null;
    const children = this.codebook.children(code.id);
    const open = this.shown !== null || !this.#closed.has(code.uuid);
    const slot = this.quick.slotOf(code);
    const row = element(
      "div",
      { className: `tree-row c-${code.id}`, title: code.definition || code.name, draggable: true },
      this.#toggle(children.length),
      element("span", { className: "code-swatch", ariaHidden: "true" }),
      element("span", { className: "name", text: code.name }),
      element("span", { className: "count" }),
      slot >= 0 ? element("kbd", { text: String(slot + 1), title: this.t("on_key", { key: slot + 1 }) }) : null,
    );
    const item = element("li", { role: "treeitem", tabIndex: -1, data: { code: code.id } }, row);
    item.ariaLevel = String(level);
    item.setAttribute("aria-label", code.definition ? `${code.name}. ${code.definition}` : code.name);
    if (children.length) {
      item.ariaExpanded = String(open);
      const below = open ? children.map((child) => this.#node(child, level + 1)).filter(Boolean) : [];
      item.append(element("ul", { role: "group" }, ...below));
    }
    return item;
  }

  #group(codes) {
    const row = element(
      "div",
      { className: "tree-row" },
      element("span", { className: "name", text: this.t("proposed") }),
    );
    const list = element("ul", { role: "group" }, ...codes.map((code) => this.#node(code, 2)));
    const item = element("li", { role: "treeitem", tabIndex: -1, data: { code: "proposed" } }, row, list);
    item.ariaLevel = "1";
    item.ariaExpanded = "true";
    item.setAttribute("aria-label", this.t("proposed"));
    return item;
  }

  #toggle(children) {
    if (!children) return element("span", { className: "tree-toggle leaf" });
    const template = document.getElementById("chevron");
    return element("span", { className: "tree-toggle", ariaHidden: "true" }, template.content.cloneNode(true));
  }

  #items() {
    return [...this.root.querySelectorAll("[role=treeitem]")];
  }

  #go(item) {
    if (!item) return;
    for (const other of this.root.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
    item.tabIndex = 0;
    this.#current = item.dataset.code;
    item.focus();
    item.querySelector(".tree-row").scrollIntoView({ block: "nearest" });
  }

  #open(item, open) {
    const code = this.codebook.get(Number(item.dataset.code));
    if (!code || !item.ariaExpanded || this.shown) return;
    if (open) this.#closed.delete(code.uuid);
    else this.#closed.add(code.uuid);
    this.keepClosed([...this.#closed]);
    this.#current = item.dataset.code;
    this.draw();
  }

  #click(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item) return;
    if (event.target.closest(".tree-toggle:not(.leaf)")) {
      this.#open(item, item.ariaExpanded !== "true");
      return;
    }
    for (const other of this.root.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
    item.tabIndex = 0;
    this.#current = item.dataset.code;
    this.#choose(item, true);
  }

  #choose(item, byPointer = false) {
    const code = this.codebook.get(Number(item.dataset.code));
    if (code) this.choose(code, { byPointer });
  }

  // The code that has focus, or that a mouse rests on, lights its passages in the text.
  #light({ type, target, pointerType }, by) {
    const over = pointerType !== "touch" && (type === "focusin" || type === "pointerover");
    const row = by === "tree" ? target : target.closest?.(".tree-row")?.parentElement;
    this.light(by, over ? this.codebook.get(Number(row?.dataset.code))?.id ?? null : null);
  }

  #searchKey(event) {
    if (event.key === "ArrowDown") this.#go(this.#items()[0]);
    else if (event.key === "Enter") {
      const [first] = this.codebook.search(this.search.value);
      if (first && this.search.value.trim()) this.choose(first, { byPointer: false });
    } else if (event.key === "Escape" && this.search.value) {
      this.search.value = "";
      this.draw();
    } else return;
    event.preventDefault();
  }

  #key(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const items = this.#items();
    const at = items.indexOf(item);
    const expanded = item.ariaExpanded;
    if (event.key === "ArrowDown") this.#go(items[at + 1]);
    else if (event.key === "ArrowUp") this.#go(items[at - 1]);
    else if (event.key === "Home") this.#go(items[0]);
    else if (event.key === "End") this.#go(items.at(-1));
    else if (event.key === "ArrowRight") {
      if (expanded === "false") this.#open(item, true);
      else if (expanded === "true") this.#go(item.querySelector("[role=treeitem]"));
    } else if (event.key === "ArrowLeft") {
      if (expanded === "true" && !this.shown && item.dataset.code !== "proposed") this.#open(item, false);
      else this.#go(item.parentElement.closest("[role=treeitem]"));
    } else if (event.key === "Enter" || event.key === " ") this.#choose(item);
    else if (/^[\p{L}\p{N}]$/u.test(event.key)) this.#type(items, at, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Letters go to the next code whose name begins with what was typed, as in every tree.
  #type(items, at, key) {
    clearTimeout(this.#typed.timer);
    this.#typed.text += key.toLowerCase();
    this.#typed.timer = setTimeout(() => {
      this.#typed.text = "";
    }, 700);
    const from = this.#typed.text.length > 1 ? at : at + 1;
    const round = [...items.slice(from), ...items.slice(0, from)];
    this.#go(
      round.find((item) =>
        this.codebook.get(Number(item.dataset.code))?.name.toLowerCase().startsWith(this.#typed.text),
      ),
    );
  }
}
