// The codings of one source in memory. What is shown is what the server confirmed, overlaid with what still waits.

export const LANES = 7; // lanes drawn in the margin; a coding that finds none free has the number LANES and no stripe
const FULL = 2 ** LANES - 1;

/**
 * A coding as the page holds it: {uuid, code, coder, start, end, memo, version, suggested, origin, lane}. A suggested
 * one waits for the reader to confirm it; `origin` says how it came about, empty for by hand.
 */
export function fromRow([uuid, code, coder, start, end, memo, version, suggested, origin]) {
  return { uuid, code, coder, start, end, memo: Boolean(memo), version, suggested: Boolean(suggested), origin: origin ?? "", lane: 0 };
}

/**
 * Holds codings and says what changed: dispatches "change" with `turns` (a set of turn numbers to paint anew).
 * @param {{start: number, end: number}[]} turns in the order of the text
 * @param {number} me the reader's own coder id
 */
export class Store extends EventTarget {
  #turns;
  #byTurn;
  #confirmed = new Map();
  #waiting = new Map();
  #codes = null;
  #also = new Set();
  #mine = true;

  constructor({ turns, rows, me }) {
    super();
    this.me = me;
    this.codings = new Map();
    this.#turns = turns;
    this.#byTurn = turns.map(() => []);
    for (const row of rows) {
      const coding = fromRow(row);
      this.codings.set(coding.uuid, coding);
      this.#index(coding);
    }
  }

  /** Show exactly these colleagues' codings, one's own only if `mine`, and lay all lanes anew. */
  showOnly(coders, mine = true) {
    if (mine !== this.#mine) this.#also.clear();
    this.#mine = mine;
    this.shown = coders;
    this.#layLanes();
    this.#tell(new Set(this.#turns.keys()));
  }

  /** Show codings of these codes only (null: of every code), and what the reader does meanwhile. */
  showCodes(codes) {
    this.#codes = codes;
    this.#also.clear();
    this.showOnly(this.shown, this.#mine);
  }

  /** Show this coding although the codes or coders that show leave it out: the reader is told about it, or asked for it. */
  reveal(uuid) {
    const coding = this.codings.get(uuid);
    if (!coding || this.visible(coding)) return;
    this.#also.add(uuid);
    coding.lane = this.#freeLane(coding);
    this.#tell(new Set(this.turnsIn(coding.start, coding.end)));
  }

  /** How many codings there are of coders that do not show. */
  hiddenCount() {
    return this.#count((coding) => !this.#byCoder(coding) && !this.#also.has(coding.uuid));
  }

  /** How many codings show, and how many would if every code did. */
  shares() {
    return { shown: this.#count((coding) => this.visible(coding)), all: this.codings.size - this.hiddenCount() };
  }

  #count(holds) {
    let n = 0;
    for (const coding of this.codings.values()) if (holds(coding)) n += 1;
    return n;
  }

  visible(coding) {
    return this.#also.has(coding.uuid) || (this.#byCoder(coding) && (!this.#codes || this.#codes.has(coding.code)));
  }

  #byCoder(coding) {
    return coding.coder === this.me ? this.#mine : (this.shown?.has(coding.coder) ?? false);
  }

  /** The visible codings that share a character with [start, end), in the order of the text, longer ones first. */
  overlapping(start, end) {
    const found = new Set();
    for (const turn of this.turnsIn(start, end)) {
      for (const coding of this.#byTurn[turn]) {
        if (coding.start < end && coding.end > start && this.visible(coding)) found.add(coding);
      }
    }
    return [...found].sort(inOrder);
  }

  inTurn(turn) {
    return this.#byTurn[turn].filter((coding) => this.visible(coding)).sort(inOrder);
  }

  // --- mine: what stands already is asked of all my codings, whether they show or not ------------------------------

  /** My codings on exactly this stretch. */
  mineOn(start, end) {
    const there = this.#byTurn[this.turnAt(start)] ?? [];
    return there.filter((one) => one.coder === this.me && one.start === start && one.end === end);
  }

  /** My coding of this code on exactly this stretch. */
  mine(code, start, end) {
    return this.mineOn(start, end).find((one) => one.code === code);
  }

  /** Whether a coding of mine stands in this turn, one that is more than suggested. */
  coded(turn) {
    return this.#byTurn[turn].some((one) => one.coder === this.me && !one.suggested);
  }

  // --- places -------------------------------------------------------------------------------------------------------

  turnAt(point) {
    let low = 0;
    let high = this.#turns.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#turns[middle].start <= point) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  turnsIn(start, end) {
    const found = [];
    for (let turn = this.turnAt(start); turn < this.#turns.length && this.#turns[turn].start < end; turn += 1) {
      found.push(turn);
    }
    return found;
  }

  /** How many visible codings each code has here, without what is only suggested. */
  countsByCode() {
    const counts = new Map();
    for (const coding of this.codings.values()) {
      if (this.visible(coding) && !coding.suggested) counts.set(coding.code, (counts.get(coding.code) ?? 0) + 1);
    }
    return counts;
  }

  // --- what the reader does, before the server has answered ---------------------------------------------------------

  /** Show `coding` (or, when null, take the one with this uuid away) until the server has confirmed or refused it. */
  expect(uuid, coding) {
    if (this.#codes || !this.#mine) this.#also.add(uuid);
    if (!this.#waiting.has(uuid)) this.#confirmed.set(uuid, this.codings.get(uuid) ?? null);
    this.#waiting.set(uuid, (this.#waiting.get(uuid) ?? 0) + 1);
    this.#tell(this.#put(uuid, coding));
  }

  /** One expected change has been answered; when none is left the confirmed state shows, whatever it is. */
  settle(uuid) {
    const left = (this.#waiting.get(uuid) ?? 1) - 1;
    if (left > 0) {
      this.#waiting.set(uuid, left);
      return;
    }
    this.#waiting.delete(uuid);
    if (!this.#confirmed.has(uuid)) return;
    const truth = this.#confirmed.get(uuid);
    this.#confirmed.delete(uuid);
    this.#tell(this.#put(uuid, truth));
  }

  /** An expected change is given up before it was sent: `coding` is what showed before it. */
  retract(uuid, coding) {
    this.#tell(this.#put(uuid, coding));
    this.settle(uuid);
  }

  waiting(uuid) {
    return this.#waiting.has(uuid);
  }

  /** The row version that the server last told us. */
  versionOf(uuid) {
    return (this.#confirmed.get(uuid) ?? this.codings.get(uuid))?.version ?? null;
  }

  // --- what the server says -------------------------------------------------------------------------------------------

  /** Take over rows and uuids of deleted codings from the feed. */
  confirm(rows, gone) {
    const touched = new Set();
    const news = [...rows.map(fromRow), ...gone.map((uuid) => ({ uuid, deleted: true }))];
    for (const one of news) {
      const coding = one.deleted ? null : one;
      if (this.#waiting.has(one.uuid)) this.#confirmed.set(one.uuid, coding);
      else for (const turn of this.#put(one.uuid, coding)) touched.add(turn);
    }
    this.#tell(touched);
  }

  // --- inside -----------------------------------------------------------------------------------------------------------

  #put(uuid, coding) {
    const touched = new Set();
    const before = this.codings.get(uuid);
    if (before && coding && same(before, coding)) {
      before.version = coding.version;
      return touched;
    }
    if (before) {
      for (const turn of this.turnsIn(before.start, before.end)) {
        const list = this.#byTurn[turn];
        const at = list.indexOf(before);
        if (at >= 0) list.splice(at, 1);
        touched.add(turn);
      }
      this.codings.delete(uuid);
    }
    if (coding) {
      const fresh = { ...coding, lane: 0 };
      if (this.visible(fresh)) fresh.lane = this.#freeLane(fresh, before?.lane);
      this.codings.set(uuid, fresh);
      for (const turn of this.#index(fresh)) touched.add(turn);
    }
    return touched;
  }

  #index(coding) {
    const turns = this.turnsIn(coding.start, coding.end);
    for (const turn of turns) this.#byTurn[turn].push(coding);
    return turns;
  }

  // A new coding takes the first free lane and moves nobody, so that one coding repaints one turn.
  #freeLane(coding, wish) {
    const taken = new Set();
    for (const other of this.overlapping(coding.start, coding.end)) if (other !== coding) taken.add(other.lane);
    if (wish !== undefined && !taken.has(wish)) return wish;
    let lane = 0;
    while (lane < LANES && taken.has(lane)) lane += 1;
    return lane;
  }

  // The longest first: they get the lanes beside the text, and short ones never break theirs.
  #layLanes() {
    const shown = [...this.codings.values()].filter((coding) => this.visible(coding));
    shown.sort((a, b) => b.end - b.start - (a.end - a.start) || inOrder(a, b));
    const taken = new Uint8Array(this.#turns.at(-1)?.end ?? 0); // a bit for each lane, at each code point
    for (const coding of shown) {
      let lanes = 0;
      for (let at = coding.start; at < coding.end && lanes !== FULL; at += 1) lanes |= taken[at];
      const free = ~lanes & (lanes + 1);
      coding.lane = 31 - Math.clz32(free);
      if (coding.lane < LANES) for (let at = coding.start; at < coding.end; at += 1) taken[at] |= free;
    }
  }

  #tell(turns) {
    if (turns.size) this.dispatchEvent(Object.assign(new Event("change"), { turns }));
  }
}

function same(a, b) {
  return ["code", "coder", "start", "end", "memo", "suggested"].every((name) => a[name] === b[name]);
}

/** By start, the longer first, then by code: the same order on every page and in every list. */
export function inOrder(a, b) {
  return a.start - b.start || b.end - a.end || a.code - b.code || (a.uuid < b.uuid ? -1 : 1);
}
