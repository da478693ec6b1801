// The bar under the text: the codes on the keys, the commands as buttons, what is selected, and whether all is saved.

import { element } from "./dom.js";
import { afterPaint } from "./later.js";

/** `acts` are the page's commands; every button does what a key does. */
export class Bar {
  constructor({ root, quick, acts, t }) {
    Object.assign(this, { root, quick, acts, t });
    this.slots = root.querySelector("[data-quick]");
    this.said = root.querySelector("[data-said]");
    this.saved = document.querySelector("[data-saved]");
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) acts[button.dataset.act](Number(button.dataset.at ?? 0));
    });
    quick.addEventListener("used", () => afterPaint("keys", () => this.draw()));
    quick.codebook.addEventListener("change", () => this.draw());
    // What is fixed above the bar (the sheet on a phone, the status line) stands on it, however high it grows.
    new ResizeObserver(() => {
      document.body.style.setProperty("--bar", `${root.offsetHeight}px`);
    }).observe(root);
    this.draw();
  }

  /** Draw the codes on the keys and the last codes anew. */
  draw() {
    const focused = this.slots.contains(document.activeElement) ? document.activeElement.dataset.at : null;
    this.slots.replaceChildren(
      ...this.quick.codes().flatMap((code, at) => {
        if (!code) return [];
        const button = element(
          "button",
          { type: "button", className: `quick-code c-${code.id}`, title: code.path.join(" › "), data: { act: "quick", at } },
          element("kbd", { text: String(at + 1) }),
          element("span", { className: "truncate", text: code.name }),
        );
        return [element("li", {}, button)];
      }),
    );
    if (focused !== null) this.slots.querySelector(`[data-at="${focused}"]`)?.focus();
    const last = this.quick.lastCodes();
    const again = this.root.querySelector("[data-act=again]");
    again.hidden = !last.length;
    again.querySelector("[data-last]").textContent = last.map((code) => code.name).join(" + ");
  }

  /** What can be done now: the page's commands that need a selection wait for one. */
  enable({ selection, focused }) {
    this.root.classList.toggle("ready", Boolean(selection));
    for (const button of this.root.querySelectorAll("[data-needs=selection]")) {
      button.ariaDisabled = String(!selection);
    }
    for (const button of this.root.querySelectorAll("[data-needs=coding]")) {
      button.ariaDisabled = String(!focused);
    }
  }

  /** Say in the polite line what an action did. */
  say(sentence) {
    // The same sentence twice is news twice.
    this.said.textContent = this.said.textContent === sentence ? `${sentence}\u00a0` : sentence;
  }

  /** Say whether everything is stored. */
  save({ state, reason, waiting }) {
    this.saved.dataset.state = state;
    const text =
      state === "waiting"
        ? this.t(`not_saved_${["signed_out", "corrected"].includes(reason) ? reason : "offline"}`, { n: waiting })
        : this.t(state);
    afterPaint("saved", () => {
      if (this.saved.textContent !== text) this.saved.textContent = text;
    });
  }
}
