// Whose codings show: colleagues' stay hidden until one has finished the source, unless one asks to see them.

/** Owns the checkboxes of the menu and the button that says the source is finished. */
export class Colleagues {
  constructor({ page, data, store, kept, t }) {
    Object.assign(this, { data, store, kept, t });
    this.finished = data.finished;
    this.boxes = [...page.querySelectorAll("[data-coder]")];
    this.all = page.querySelector("[data-all-coders]");
    this.mine = page.querySelector("[data-mine]");
    this.button = page.querySelector("[data-finish]");
    this.hidden = page.querySelector("[data-hidden-count]");
    this.choices = page.querySelector("[data-coders]");
    this.notes = page.querySelectorAll("[data-note]");
  }

  /** `finish(finished)` tells the server and resolves to its answer, or to null where it did not agree. */
  start({ finish, say }) {
    const asked = this.kept.get();
    for (const box of this.boxes) {
      // Who only reads has no judgement of their own to keep apart.
      box.checked = asked ? asked.includes(Number(box.dataset.coder)) : this.finished || !this.data.may_code;
      box.addEventListener("change", () => this.#chosen());
    }
    this.all?.addEventListener("change", () => {
      for (const box of this.boxes) box.checked = this.all.checked;
      this.#chosen();
    });
    // Not remembered: who comes back to a source finds what they did in it.
    this.mine?.addEventListener("change", () => this.#apply());
    this.button?.addEventListener("click", async () => {
      this.button.disabled = true;
      const wanted = !this.finished;
      const answer = await finish(wanted);
      if (answer) {
        this.finished = wanted;
        this.#label();
        say(this.t((wanted ? "finished" : "reopened") + (answer.blind === undefined ? "" : "_blind")));
        if (answer.blind !== undefined) this.#blind(answer.blind);
        if (wanted && this.kept.get() === null) {
          for (const box of this.boxes) box.checked = true;
          this.#apply();
        }
      }
      this.button.disabled = false;
      this.button.focus();
    });
    this.#apply();
  }

  #chosen() {
    this.kept.set(this.boxes.filter((box) => box.checked).map((box) => Number(box.dataset.coder)));
    this.#apply();
  }

  #apply() {
    const shown = this.boxes.filter((box) => box.checked);
    if (this.all) {
      this.all.checked = shown.length > 0 && shown.length === this.boxes.length;
      this.all.indeterminate = shown.length > 0 && !this.all.checked;
    }
    this.store.showOnly(new Set(shown.map((box) => Number(box.dataset.coder))), this.mine?.checked);
    const hidden = this.store.hiddenCount();
    if (this.hidden) {
      this.hidden.hidden = hidden === 0;
      this.hidden.textContent = this.t("hidden", { n: hidden });
    }
  }

  /** In a blind project there is nothing of colleagues to show before one has finished. */
  #blind(blind) {
    if (this.choices) this.choices.disabled = blind;
    for (const note of this.notes) note.hidden = (note.dataset.note === "blind") !== blind;
    this.#apply();
  }

  #label() {
    this.button.setAttribute("aria-pressed", String(this.finished));
    this.button.querySelector("[data-label]").textContent = this.t(this.finished ? "is_finished" : "mark_finished");
  }
}
