import { fold } from "../ui/filter.js";

const STEPS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };
const ACTS = { F2: "rename", Delete: "delete", "+": "add" };
const TYPED_TOGETHER = 700;

/**
 * Nested lists become a tree (ARIA's pattern): one item takes Tab, arrows go on, letters find a name. What is closed
 * is kept for the visit. `choose(item)` is told where one is, `open(item)` what one opens, `act(what, item)` the rest.
 */
export class Tree {
  constructor(list, { choose, open, act }) {
    this.list = list;
    this.told = { choose, open, act };
    this.typed = "";
    this.typedAt = 0;
    this.stored = `kodebenk.closed.${location.pathname}`;
    const closed = new Set(this.closed());
    list.setAttribute("role", "tree");
    for (const item of this.items()) {
      item.setAttribute("role", "treeitem");
      item.setAttribute("aria-label", item.dataset.label);
      item.setAttribute("aria-selected", String("chosen" in item.dataset));
      item.tabIndex = -1;
      item.querySelector(":scope > .tree-row > .name").tabIndex = -1;
      const below = item.querySelector(":scope > ul");
      if (!below) continue;
      below.setAttribute("role", "group");
      item.setAttribute("aria-expanded", String(!closed.has(item.dataset.uuid)));
    }
    list.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("click", (event) => this.click(event));
    list.addEventListener("dblclick", (event) => {
      const item = event.target.closest('[role="treeitem"]');
      if (item && !event.target.closest(".tree-toggle")) this.told.act("rename", item);
    });
    list.addEventListener("focusin", (event) => {
      if (event.target.getAttribute("role") === "treeitem") this.reach(event.target);
    });
  }

  /** Make `item` (or the first) the one that Tab reaches, with what stands above it open. */
  start(item) {
    if (item) for (let up = this.above(item); up; up = this.above(up)) this.toggle(up, true);
    const first = item ?? this.items()[0];
    if (first) first.tabIndex = 0;
  }

  items() {
    return [...this.list.querySelectorAll("li")];
  }

  shown() {
    return this.items().filter((item) => item.checkVisibility());
  }

  above(item) {
    return item.parentElement.closest('[role="treeitem"]');
  }

  focus(item) {
    item?.focus();
  }

  reach(item) {
    for (const other of this.items()) {
      other.tabIndex = other === item ? 0 : -1;
      other.setAttribute("aria-selected", String(other === item));
      if (other !== item) {
        delete other.dataset.chosen;
        other.querySelector(":scope > .tree-row").removeAttribute("aria-current");
      }
    }
    this.told.choose(item);
  }

  toggle(item, open = item.getAttribute("aria-expanded") !== "true") {
    if (!item.hasAttribute("aria-expanded")) return;
    item.setAttribute("aria-expanded", String(open));
    const closed = new Set(this.closed());
    if (open) closed.delete(item.dataset.uuid);
    else closed.add(item.dataset.uuid);
    sessionStorage.setItem(this.stored, JSON.stringify([...closed]));
  }

  setAll(open) {
    for (const item of this.items()) this.toggle(item, open);
    if (!open && this.list.contains(document.activeElement)) {
      let item = document.activeElement.closest('[role="treeitem"]');
      while (item && this.above(item)) item = this.above(item);
      this.focus(item);
    }
    const reached = this.items().find((item) => item.tabIndex === 0);
    if (reached && !reached.checkVisibility()) {
      reached.tabIndex = -1;
      this.shown()[0].tabIndex = 0;
    }
  }

  closed() {
    try {
      return JSON.parse(sessionStorage.getItem(this.stored) ?? "[]");
    } catch {
      return [];
    }
  }

  click(event) {
    const item = event.target.closest("li");
    if (!item || event.target.closest("input")) return;
    if (event.target.closest(".tree-toggle")) {
      this.toggle(item);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    // On a narrow screen there is no panel, and the link leads to the code's page.
    if (!matchMedia("(width >= 56rem)").matches) return;
    event.preventDefault();
    this.focus(item);
  }

  key(event) {
    const item = event.target;
    if (item.getAttribute("role") !== "treeitem" || event.isComposing) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && STEPS[event.key]) {
      event.preventDefault();
      this.told.act(STEPS[event.key], item);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (ACTS[event.key]) {
      event.preventDefault();
      this.told.act(ACTS[event.key], item);
      return;
    }
    const way = this.way(event.key, item);
    if (way === undefined) {
      if (event.key.length === 1 && event.key !== " " && event.key !== "/" && event.key !== "?") this.find(event.key, item);
      return;
    }
    event.preventDefault();
    if (way) this.focus(way);
  }

  /** The item that a key leads to; null where it leads nowhere, undefined where it is none of the tree's keys. */
  way(key, item) {
    const shown = this.shown();
    const at = shown.indexOf(item);
    const isOpen = item.getAttribute("aria-expanded");
    switch (key) {
      case "ArrowDown":
        return shown[at + 1] ?? null;
      case "ArrowUp":
        return shown[at - 1] ?? null;
      case "Home":
        return shown[0];
      case "End":
        return shown.at(-1);
      case "ArrowRight":
        if (isOpen === "false") this.toggle(item, true);
        return isOpen === "true" ? (shown[at + 1] ?? null) : null;
      case "ArrowLeft":
        if (isOpen === "true") {
          this.toggle(item, false);
          return null;
        }
        return this.above(item);
      case "*":
        for (const beside of item.parentElement.children) this.toggle(beside, true);
        return null;
      case "Enter":
        this.told.open(item);
        return null;
      case " ":
        this.told.choose(item);
        return null;
      default:
        return undefined;
    }
  }

  find(letter, item) {
    const now = performance.now();
    this.typed = now - this.typedAt < TYPED_TOGETHER ? this.typed + fold(letter) : fold(letter);
    this.typedAt = now;
    const shown = this.shown();
    const from = shown.indexOf(item) + (this.typed.length > 1 ? 0 : 1);
    const ring = [...shown.slice(from), ...shown.slice(0, from)];
    this.focus(ring.find((one) => fold(one.dataset.name).startsWith(this.typed)));
  }
}
