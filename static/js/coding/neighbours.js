// Walking along a code: to its next or previous coding in this text, and then in the next source that has one.

import { mustBeUnanswered } from "./api.js";
import { afterPaint } from "./later.js";
import { inOrder } from "./store.js";

/** `chosen()` answers which coders' codings the reader chose to see in which source. */
export class Neighbours {
  constructor({ store, codebook, commands, details, selection, api, chosen, toText, say, t }) {
    Object.assign(this, { store, codebook, commands, details, selection, api, chosen, toText, say, t });
  }

  /** Go on (1) or back (-1) from the coding that is open, or, from the caret, along the code that is shown. */
  async go(direction) {
    const from = this.store.codings.get(this.commands.focused);
    const code = this.codebook.get(from?.code ?? this.details.code);
    if (!code) {
      this.say(this.t("neighbour_of_what"));
      return;
    }
    const all = this.#along(code);
    let at = all.indexOf(from);
    if (at >= 0) at += direction;
    else {
      const caret = from?.start ?? this.selection.caret ?? 0;
      at = direction > 0 ? all.findIndex((one) => one.start >= caret) : all.findLastIndex((one) => one.start < caret);
    }
    if (all[at]) this.#show(all[at]);
    else await this.#leave(code, direction);
  }

  /** Say of a coding how many of its code stand in this text, and which of them it is. */
  tell(uuid) {
    const one = this.store.codings.get(uuid);
    const code = this.codebook.get(one?.code);
    const all = code ? this.#along(code) : [];
    const at = all.indexOf(one) + 1;
    if (at) this.say(this.t("neighbour_at", { code: code.name, at, of: all.length }));
  }

  #along(code) {
    return [...this.store.codings.values()]
      .filter((one) => one.code === code.id && this.store.visible(one))
      .sort(inOrder);
  }

  #show(one) {
    const { body } = this.details;
    const button = body.contains(document.activeElement) ? document.activeElement.dataset.do : null;
    this.selection.set(one.start, one.end);
    this.commands.focus(one.uuid);
    if (!button) this.toText();
    // The button of the new card takes the place of the old one's.
    else afterPaint("focus", () => body.querySelector(`.open [data-do="${button}"]`)?.focus({ preventScroll: true }));
    this.tell(one.uuid);
  }

  async #leave(code, direction) {
    const asked = new URLSearchParams({ code: code.uuid, direction, shown: JSON.stringify(this.chosen()) });
    try {
      const { ok, data } = await this.api.send("GET", `../neighbour/?${asked}`);
      if (ok && data.url) location.assign(data.url);
      else this.say(ok ? this.t(direction > 0 ? "neighbour_last" : "neighbour_first", { code: code.name }) : data.error);
    } catch (failure) {
      mustBeUnanswered(failure);
      this.say(this.t("no_answer"));
    }
  }
}
