// The palette: a few letters find any code; Tab ticks several, Enter applies. Focus stays in the field throughout.

import { element } from "./dom.js";
import { facts, hasFacts } from "./facts.js";

const FOUND = 60; // options for what was typed; without a letter all codes are there

/** Opens over the page and answers the codes chosen. `create(name)` makes a new code of what was typed. */
export class Palette {
  #options = [];
  #active = 0;
  #ticked = new Map();
  #done = null;
  #single = false;
  #meant = null;

  constructor({ dialog, codebook, quick, t }) {
    Object.assign(this, { dialog, codebook, quick, t });
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector("[role=listbox]");
    this.chosen = dialog.querySelector("[data-ticked-codes]");
    this.title = dialog.querySelector("h2");
    this.count = dialog.querySelector("[data-count]");
    this.apply = dialog.querySelector("[data-apply]");
    this.tick = dialog.querySelector("[data-tick]");
    this.meaning = dialog.querySelector("[data-meaning]");
    this.input.addEventListener("input", () => this.#fill());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("keydown", (event) => {
      this.input.focus();
      this.#key(event);
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.#click(event));
    this.list.addEventListener("pointermove", (event) => this.#mean(event.target.closest("[role=option]")));
    this.list.addEventListener("pointerleave", () => this.#mean(this.list.children[this.#active]));
    this.apply.addEventListener("click", () => this.#finish());
    // The browser tells it late: who types the next code at once has the palette open again.
    dialog.addEventListener("close", () => dialog.open || this.#answer(null));
  }

  /** Let the reader choose. Resolves to {codes}, {name} (a new code) or null. `first` is what was typed already. */
  choose({ title, first = "", single = false, mayCreate = true, already = [] }) {
    this.title.textContent = title;
    this.#single = single;
    this.mayCreate = mayCreate;
    this.already = new Set(already);
    this.#ticked.clear();
    this.input.value = first;
    this.tick.hidden = single;
    this.meaning.hidden = !this.codebook.inOrder().some(hasFacts);
    this.#fill();
    this.dialog.showModal();
    // For a finger the field would bring up a keyboard over the codes.
    if (!first && matchMedia("(pointer: coarse)").matches) this.list.focus();
    else this.input.focus();
    this.input.setSelectionRange(first.length, first.length);
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  #fill() {
    const query = this.input.value.trim();
    let codes = this.codebook.search(query);
    if (!query) {
      const recent = this.quick.codes().filter(Boolean);
      codes = [...recent, ...codes.filter((code) => !recent.includes(code))];
    }
    this.#options = codes.slice(0, query ? FOUND : codes.length).map((code) => ({ code }));
    const known = codes.some((code) => code.name.toLowerCase() === query.toLowerCase());
    if (query && !known && this.mayCreate) this.#options.push({ name: query });
    this.#active = 0;
    this.#draw();
    this.count.textContent = query ? this.t("n_found", { n: codes.length }) : "";
  }

  #draw() {
    this.list.replaceChildren(...this.#options.map((option, at) => this.#option(option, at)));
    this.#point();
    this.chosen.replaceChildren(
      ...[...this.#ticked.values()].map((code) =>
        element(
          "button",
          {
            type: "button",
            className: `code-chip c-${code.id}`,
            title: this.t("untick"),
            on: { click: () => this.#toggle(code) },
          },
          element("span", { text: code.name }),
          element("span", { text: "×", ariaHidden: "true" }),
        ),
      ),
    );
    const n = this.#ticked.size;
    this.apply.textContent = n > 1 ? this.t("apply_n", { n }) : this.t("apply");
  }

  #option(option, at) {
    const made = element("li", { id: `palette-${at}`, role: "option", data: { at } });
    made.setAttribute("aria-describedby", "palette-meaning");
    if (option.name) {
      made.className = "palette-new";
      made.ariaSelected = "false";
      made.append(element("span", { text: this.t("new_code", { name: option.name }) }));
      return made;
    }
    const { code } = option;
    const ticked = this.#ticked.has(code.id);
    made.ariaSelected = String(ticked);
    made.className = `c-${code.id}`;
    const slot = this.quick.slotOf(code);
    const parts = [
      element("span", { className: "tick", text: ticked ? "✓" : "", ariaHidden: "true" }),
      element("span", { className: "code-swatch", ariaHidden: "true" }),
      element(
        "span",
        { className: "palette-name" },
        element("strong", { text: code.name }),
        element("span", { className: "code-path", text: code.path.slice(0, -1).join(" › ") }),
        code.definition ? element("span", { className: "palette-definition", text: code.definition }) : null,
      ),
      this.already.has(code.id) ? element("span", { className: "faint small", text: this.t("already_here") }) : null,
      slot >= 0 ? element("kbd", { text: String(slot + 1), ariaHidden: "true" }) : null,
    ];
    made.append(...parts.filter(Boolean));
    return made;
  }

  #point() {
    for (const option of this.list.children) option.classList.toggle("active", Number(option.dataset.at) === this.#active);
    const active = this.list.children[this.#active];
    this.#mean(active);
    if (active) {
      this.input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  // What the code of an option means, in a place that is always there, so that nothing moves.
  #mean(option) {
    const code = this.#options[option?.dataset.at]?.code;
    if (code === this.#meant && code) return;
    this.#meant = code;
    this.meaning.scrollTop = 0;
    // The definition stands in the option itself; where there is no rule it stands here in full.
    const rules = code && facts(code, this.t, { rules: true });
    const told = rules?.childElementCount ? rules : code && hasFacts(code) ? facts(code, this.t) : "";
    this.meaning.replaceChildren(told);
  }

  #key(event) {
    const last = this.#options.length - 1;
    if (event.isComposing) return;
    if (event.key === "ArrowDown") this.#active = this.#active >= last ? 0 : this.#active + 1;
    else if (event.key === "ArrowUp") this.#active = this.#active <= 0 ? last : this.#active - 1;
    else if (event.key === "PageDown") this.#active = Math.min(last, this.#active + 6);
    else if (event.key === "PageUp") this.#active = Math.max(0, this.#active - 6);
    else if (event.key === "Enter") this.#finish();
    else if (event.key === "Tab" && !event.shiftKey && !this.#single) {
      const option = this.#options[this.#active];
      if (option?.code) this.#toggle(option.code, { clear: true });
    } else return;
    event.preventDefault();
    if (this.dialog.open) this.#point();
  }

  #click(event) {
    const at = Number(event.target.closest("[role=option]")?.dataset.at ?? -1);
    if (at < 0) return;
    this.#active = at;
    const { code } = this.#options[at];
    if (code && event.target.closest(".tick") && !this.#single) this.#toggle(code);
    else this.#finish();
  }

  #toggle(code, { clear = false } = {}) {
    const { scrollTop } = this.list;
    if (!this.#ticked.delete(code.id)) this.#ticked.set(code.id, code);
    if (clear && this.input.value) {
      this.input.value = "";
      this.#fill();
    } else {
      this.#draw();
      this.list.scrollTop = scrollTop;
    }
    this.count.textContent = this.t("n_ticked", { n: this.#ticked.size });
  }

  #finish() {
    const active = this.#options[this.#active];
    if (this.#ticked.size) this.#answer({ codes: [...this.#ticked.values()] });
    else if (active?.code) this.#answer({ codes: [active.code] });
    else if (active) this.#answer({ name: active.name });
  }

  #answer(answer) {
    const done = this.#done;
    this.#done = null;
    if (this.dialog.open) this.dialog.close();
    done?.(answer);
  }
}
