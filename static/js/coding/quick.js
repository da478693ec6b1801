// The codes on the keys 1 to 9 and the last code used: ids in the browser's own storage, one list per project.

const SLOTS = 9;

/**
 * Slots keep their place until they are pinned anew; a code used for the first time takes the first free slot.
 * Dispatches "used" when codes were used, and "change" when a slot holds another code than before.
 */
export class QuickCodes extends EventTarget {
  #key;
  #turn = 0;

  constructor(key, codebook) {
    super();
    this.#key = key;
    this.codebook = codebook;
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    } catch {
      // A blocked or broken store costs the order of the keys, nothing else.
    }
    this.slots = Array.from({ length: SLOTS }, (_, at) => kept.slots?.[at] ?? null);
    this.last = kept.last ?? [];
    this.#turn = Math.max(0, ...this.slots.map((slot) => slot?.used ?? 0));
  }

  /** The code in each slot, null where a slot is empty or its code is gone. */
  codes() {
    return this.slots.map((slot) => (slot ? (this.codebook.byUuid(slot.code) ?? null) : null));
  }

  lastCodes() {
    return this.last.map((uuid) => this.codebook.byUuid(uuid)).filter(Boolean);
  }

  slotOf(code) {
    return this.slots.findIndex((slot) => slot?.code === code.uuid);
  }

  pinned(code) {
    return this.slots[this.slotOf(code)]?.pinned ?? false;
  }

  /** Remember that these codes were put on a passage together. Answers which took a key that another had: {key, code, before}. */
  use(codes) {
    this.last = codes.map((code) => code.uuid);
    const had = this.codes();
    for (const code of codes) {
      this.#turn += 1;
      const at = this.slotOf(code);
      if (at >= 0) this.slots[at].used = this.#turn;
      else this.#place(code, false);
    }
    const moved = this.codes().flatMap((code, at) => (code === had[at] ? [] : { key: at + 1, code, before: had[at] }));
    this.#keep(moved.length > 0);
    return moved.filter(({ before }) => before);
  }

  /** Pin a code to its slot (or the first that is not pinned), or let it go. */
  togglePin(code) {
    const at = this.slotOf(code);
    if (at >= 0) this.slots[at].pinned = !this.slots[at].pinned;
    else this.#place(code, true);
    this.#keep(true);
  }

  #place(code, pinned) {
    const codes = this.codes();
    let at = codes.findIndex((one) => !one);
    if (at < 0) {
      const free = this.slots.map((slot, index) => ({ slot, index })).filter(({ slot }) => !slot.pinned);
      if (!free.length) return;
      at = free.reduce((a, b) => (a.slot.used <= b.slot.used ? a : b)).index;
    }
    this.slots[at] = { code: code.uuid, pinned, used: this.#turn };
  }

  #keep(moved) {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ slots: this.slots, last: this.last }));
    } catch {
      // See the constructor.
    }
    this.dispatchEvent(new Event("used"));
    if (moved) this.dispatchEvent(new Event("change"));
  }
}
