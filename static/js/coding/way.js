// Finding the way through one text and from one to the next: search, go to, along a code, and on where one stopped.

import { say } from "../ui/status.js";
import { Find } from "./find.js";
import { GoTo } from "./goto.js";
import { Neighbours } from "./neighbours.js";
import { Reading } from "./reading.js";

export class Way {
  constructor({ page, data, own, root, map, store, codebook, selection, cursor, commands, details, api, tell, t }) {
    Object.assign(this, { page, data, own, root, map, store, selection, cursor, tell, t });
    const toText = () => root.focus({ preventScroll: true });
    this.find = new Find({ bar: document.getElementById("find"), root, map, selection, toText, t });
    this.goTo = new GoTo({
      ...{ dialog: document.getElementById("go-to"), root, t },
      caret: () => selection.current?.start ?? selection.caret ?? -1,
      go: (turn, says) => this.#go(turn, says),
    });
    const chosen = () => this.#chosen();
    this.neighbours = new Neighbours({ store, codebook, commands, details, selection, api, chosen, toText, say: tell, t });
    this.reading = new Reading({ map, api, version: data.version, position: data.position, told: (far) => this.#progress(far) });
    selection.above = this.find.bar;
    this.acts = {
      find: () => this.find.open(),
      go_to: () => this.goTo.open(),
      neighbour: (at) => this.neighbours.go(at === 0 ? 1 : -1),
    };
  }

  /** Go where the address leads, or where the reading stopped. */
  start(hash) {
    const [, uuid] = hash.match(/&u=([\w-]+)$/) ?? [];
    if (uuid) this.neighbours.tell(uuid);
    if (!hash.startsWith("#o=")) this.#resume();
    this.reading.start();
    this.store.addEventListener("change", () => this.reading.outdated());
  }

  #resume() {
    // On the way back, or when the page is read again, the browser itself knows best where one was.
    const [arrived] = performance.getEntriesByType("navigation");
    if (!this.data.position || (arrived && arrived.type !== "navigate")) return;
    const { element } = this.map.paragraphAt(this.data.position);
    const bring = (left) => {
      element.scrollIntoView({ block: "start", behavior: "instant" });
      // What lies above gets its true height only now that it is near.
      if (left) requestAnimationFrame(() => bring(left - 1));
    };
    bring(3);
    if (window.scrollY < 100) return;
    const toStart = () => {
      leave();
      window.scrollTo({ top: 0, behavior: "instant" });
    };
    say(this.t("stopped_here"), { level: "info", undo: { label: this.t("to_start"), run: toStart } });
    const line = document.querySelector("#status .status-line");
    const leave = () => line?.remove();
    // Who goes on from here needs it no longer.
    for (const name of ["pointerdown", "wheel"]) this.root.addEventListener(name, leave, { once: true, passive: true });
    this.selection.addEventListener("change", leave, { once: true });
  }

  #go(turn, says) {
    const sentence = this.cursor.move(null, turn.start, "sentences", 1);
    this.map.paragraphAt(turn.start).element.closest(".turn").scrollIntoView({ block: "start", behavior: "instant" });
    this.root.focus({ preventScroll: true });
    if (sentence) this.selection.set(sentence.start, sentence.end);
    this.tell(this.t(says, { n: turn.number, who: turn.speaker }).trim());
  }

  #progress({ read, coded }) {
    const shown = this.page.querySelector("[data-progress]");
    const key = this.data.may_code ? "progress" : "progress_read";
    shown.textContent = this.t(key, { read: `${read}\u00a0%`, coded: `${coded}\u00a0%` });
  }

  /** The coders whom one chose to see, by source: those kept in this browser. */
  #chosen() {
    const before = `${this.own}.colleagues.`;
    const found = {};
    try {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith(before))) {
        const coders = JSON.parse(localStorage.getItem(key));
        if (Array.isArray(coders)) found[key.slice(before.length)] = coders;
      }
    } catch {
      // A blocked or broken store: nothing was chosen.
    }
    return found;
  }
}
