// What a reader can do on the page. Keys, buttons, the palette and the tree all call these.

import { mustBeUnanswered } from "./api.js";
import { newUuid } from "./dom.js";
import { afterPaint, flush } from "./later.js";
import { shorten } from "./text.js";

const NAME = 80; // characters of an in vivo code's name

export class Commands {
  constructor(parts) {
    // root, map, store, codebook, quick, queue, feed, api, painter, selection, cursor, details, bar, palette, handles, t, tell
    Object.assign(this, parts);
    this.focused = null; // uuid of the coding that commands act on
    this.held = null; // uuid of the one focused before: "use the current selection" is about it
    this.here = []; // uuids of the codings that the panel shows
  }

  // --- choosing ---------------------------------------------------------------------------------------------------

  /** Called when the selection changed: show what stands there; a coding of exactly this stretch is the focused one. */
  selected() {
    const { current } = this.selection;
    if (current) {
      this.here = this.store.overlapping(current.start, current.end).map((one) => one.uuid);
      this.#focus(this.#exact(current)?.uuid ?? null);
    } else if (!this.here.includes(this.focused)) {
      this.here = [];
      this.#focus(null);
    }
    this.show();
  }

  /** Show the codings at a code point, the shortest of them focused. */
  openAt(point) {
    const found = this.store.overlapping(point, point + 1);
    this.here = found.map((one) => one.uuid);
    const shortest = found.toSorted((a, b) => a.end - a.start - (b.end - b.start))[0];
    this.#focus(shortest?.uuid ?? null);
    this.show();
  }

  /** Select what the address names as `#o=START-END` (a link from a count or a quotation), and show it. `&u=` is a coding. */
  openAddress(hash) {
    const [, from, to, uuid] = hash.match(/^#o=(\d+)-(\d+)(?:&u=([\w-]+))?$/) ?? [];
    const [start, end] = [Number(from), Math.min(Number(to), this.map.length)];
    if (!(start < end)) return;
    this.root.focus({ preventScroll: true });
    this.selection.set(start, end);
    this.selected();
    this.focus(uuid);
  }

  /** Open one coding: from its stripe, its line in a list, or a card. */
  focus(uuid, { reveal = false } = {}) {
    const one = this.store.codings.get(uuid);
    if (!one) return;
    this.store.reveal(uuid);
    if (!this.here.includes(uuid)) this.here = this.store.overlapping(one.start, one.end).map((other) => other.uuid);
    this.#focus(uuid);
    if (reveal) this.selection.reveal(one.start, one.end);
    this.show();
  }

  /** Draw the panel, the bar and the handles anew. */
  show() {
    afterPaint("panel", () => this.#draw());
    afterPaint("handles", () => this.handles.on(this.#isMine(this.focused) ? this.store.codings.get(this.focused) : null));
  }

  #draw() {
    const { current } = this.selection;
    const uuids = this.here.filter((uuid) => this.store.codings.has(uuid));
    const exact = this.focused && this.#isMine(this.focused);
    const held = current && !exact && this.#isMine(this.held) ? this.held : null;
    this.details.show({ uuids, focused: this.focused, selection: current, held });
    this.bar.enable({ selection: current, focused: exact });
    this.lit.want("here", this.store.codings.get(this.focused)?.code ?? this.details.code);
  }

  #focus(uuid) {
    if (uuid) this.held = uuid;
    this.focused = uuid;
    this.painter.focus(uuid ? this.store.codings.get(uuid) : null);
  }

  #exact({ start, end }) {
    const mine = (one) => one.coder === this.store.me && one.start === start && one.end === end;
    return this.store.overlapping(start, end).find(mine);
  }

  #isMine(uuid) {
    return this.store.codings.get(uuid)?.coder === this.store.me;
  }

  #mineFocused() {
    if (this.focused && this.#isMine(this.focused)) return this.store.codings.get(this.focused);
    this.bar.say(this.t("no_coding_chosen"));
    return null;
  }

  sentence = (at) => this.#move("sentences", at);
  word = (at) => this.#move("words", at);
  stretch = (at) => this.#move("sentences", at, true);
  stretch_word = (at) => this.#move("words", at, true);

  // The first key of a row leads on, the second back.
  #move(unit, at, extend = false) {
    const direction = at === 0 ? 1 : -1;
    const caret = this.selection.caret ?? this.#firstInView();
    const { current } = this.selection;
    const next = extend
      ? this.cursor.extend(current, caret, unit, direction)
      : this.cursor.move(current, caret, unit, direction);
    if (!next) return;
    this.selection.set(next.start, next.end);
    this.tell(shorten(this.map.textBetween(next.start, next.end), 400));
  }

  #firstInView() {
    const turn = this.painter.turns.find(({ element }) => element.getBoundingClientRect().bottom > 140);
    return turn?.paragraphs[0]?.start ?? 0;
  }

  /** Go to the next turn of an informant on which nothing of mine stands. */
  next_uncoded() {
    const { turns } = this.painter;
    const from = this.selection.current?.start ?? this.selection.caret ?? -1;
    const here = from < 0 ? -1 : this.store.turnAt(from);
    for (let step = 1; step <= turns.length; step += 1) {
      const number = (here + step) % turns.length;
      const turn = turns[number];
      if (turn.element.dataset.interviewer || this.store.coded(number) || !turn.paragraphs.some(({ text }) => text.trim())) continue;
      turn.element.scrollIntoView({ block: "center" });
      const stretch = this.cursor.move(null, turn.paragraphs[0].start, "sentences", 1);
      if (stretch) this.selection.set(stretch.start, stretch.end);
      this.root.focus({ preventScroll: true });
      this.bar.say(this.t(number > here ? "uncoded_turn" : "uncoded_turn_above"));
      return;
    }
    this.bar.say(this.t("all_coded"));
  }

  let_go() {
    this.held = null;
    this.here = [];
    this.#focus(null);
    this.selection.clear();
    this.details.showCode(null);
    this.show();
  }

  /** Go through the codings on the selection, one press each. */
  next_here() {
    const { current } = this.selection;
    if (current && !this.focused) this.here = this.store.overlapping(current.start, current.end).map((one) => one.uuid);
    if (!this.here.length) {
      this.bar.say(this.t("nothing_here"));
      return;
    }
    const uuid = this.here[(this.here.indexOf(this.focused) + 1) % this.here.length];
    this.focus(uuid);
    const one = this.store.codings.get(uuid);
    if (one) this.bar.say(this.t("coding_chosen", { code: this.codebook.get(one.code)?.name ?? "" }));
  }

  // --- coding -------------------------------------------------------------------------------------------------------

  /** Put codes on the selection; those that stand there already stay. */
  put(codes) {
    const stretch = this.selection.current;
    if (!stretch) {
      this.bar.say(this.t("select_first"));
      return;
    }
    const { start, end } = stretch;
    const mine = ({ id }) => this.store.mine(id, start, end);
    const confirmed = codes.filter((code) => this.confirm(mine(code)?.uuid));
    const fresh = codes.filter((code) => !mine(code));
    for (const code of codes) this.store.reveal(mine(code)?.uuid);
    const keys = this.#use(codes);
    const names = codes.map((code) => code.name).join(" + ");
    if (!fresh.length) {
      this.bar.say(this.t(confirmed.length ? "confirmed" : "already_coded", { code: names }) + keys);
      return;
    }
    const codings = fresh.map((code) => [newUuid(), code.id]);
    this.queue.create(codings, start, end);
    this.here = this.store.overlapping(start, end).map((one) => one.uuid);
    this.#focus(codings.at(-1)[0]);
    this.show();
    this.bar.say(this.t("coded", { code: names }) + keys);
  }

  // These codes were put: the keys remember them, and who knows keys by heart is told of one that means another code now.
  #use(codes) {
    const taken = this.quick.use(codes);
    return taken.map(({ key, code, before }) => ` · ${this.t("key_taken", { key, code: code.name, before: before.name })}`).join("");
  }

  /** The code on a key: on the selection, or off where it is exactly a coding of mine with that code. */
  quick_code(at) {
    const code = this.quick.codes()[at];
    if (!code) {
      this.bar.say(this.t("empty_key", { key: at + 1 }));
      return;
    }
    const { current } = this.selection;
    const there = current && this.store.mine(code.id, current.start, current.end);
    // One that a filter hides is shown first: nobody takes away what they do not see.
    if (there && !there.suggested && this.store.visible(there)) this.remove([there.uuid]);
    else this.put([code]);
  }

  /** A suggestion to the reader is right, and counts from now on. Whether it was one. */
  confirm(uuid) {
    const one = this.store.codings.get(uuid);
    if (!one?.suggested || !this.#isMine(uuid)) return false;
    this.queue.confirm(uuid);
    this.show();
    this.bar.say(this.t("confirmed", { code: this.codebook.get(one.code)?.name ?? "" }));
    return true;
  }

  /** By its key it confirms the suggestion that is in hand; else, and by its button, it puts the last codes again. */
  again(_at, key) {
    if (key && this.confirm(this.focused)) return;
    const codes = this.quick.lastCodes();
    if (codes.length) this.put(codes);
    else this.open_palette("");
  }

  async open_palette(first = "") {
    const stretch = this.selection.current;
    const already = stretch ? this.store.mineOn(stretch.start, stretch.end).map((one) => one.code) : [];
    const title = stretch
      ? this.t("palette_title", { words: shorten(this.map.textBetween(stretch.start, stretch.end), 60) })
      : this.t("palette_look");
    const answer = await this.palette.choose({ title, first, already, single: !stretch, mayCreate: Boolean(stretch) });
    this.backToText();
    if (answer?.name) this.#create(answer.name);
    else if (answer && stretch) this.put(answer.codes);
    else if (answer) this.chooseCode(answer.codes[0]);
  }

  /** A code was clicked in the tree: onto the selection, or show what it means. */
  chooseCode(code) {
    if (this.selection.current) this.put([code]);
    else {
      this.here = [];
      this.#focus(null);
      this.show();
      this.details.showCode(code);
      this.lit.want("here", code.id);
    }
  }

  in_vivo() {
    const stretch = this.selection.current;
    if (!stretch) {
      this.bar.say(this.t("select_first"));
      return;
    }
    const words = this.map.textBetween(stretch.start, stretch.end).replaceAll(">", "›");
    this.#create(shorten(words, NAME));
  }

  // A new code gets its id, and so its colour, from the server: this one is not shown before the answer.
  async #create(name) {
    const known = this.codebook.inOrder().find((code) => code.proposed && code.name.toLowerCase() === name.toLowerCase());
    if (known) {
      this.put([known]);
      return;
    }
    const { start, end } = this.selection.current;
    const quote = this.map.textBetween(start, end);
    const uuid = newUuid();
    this.bar.say(this.t("creating", { code: name }));
    try {
      const path = `codes/?after=${this.feed.cursor}`;
      const { ok, data } = await this.api.send("POST", path, { name, start, end, quote, version: this.queue.textVersion, coding: uuid });
      this.feed.take(data);
      if (!ok) {
        this.refuse(data.error);
        return;
      }
      const code = this.codebook.byUuid(data.code);
      const keys = code ? this.#use([code]) : "";
      this.selected();
      this.bar.say(this.t("created", { code: name }) + keys);
    } catch (failure) {
      mustBeUnanswered(failure);
      this.refuse(this.t("no_new_code"));
    }
  }

  // --- changing -----------------------------------------------------------------------------------------------------

  remove(uuids) {
    const names = uuids.map((uuid) => this.codebook.get(this.store.codings.get(uuid)?.code)?.name).filter(Boolean);
    this.queue.remove(uuids);
    this.here = this.here.filter((uuid) => !uuids.includes(uuid));
    if (uuids.includes(this.held)) this.held = null;
    if (uuids.includes(this.focused)) this.#focus(null);
    this.show();
    this.bar.say(this.t("uncoded", { code: names.join(" + ") }));
  }

  uncode() {
    const one = this.#mineFocused();
    if (one) this.remove([one.uuid]);
  }

  end(at) {
    this.#nudgeFocused("end", at === 0 ? -1 : 1);
  }

  start(at) {
    this.#nudgeFocused("start", at === 0 ? -1 : 1);
  }

  #nudgeFocused(edge, direction) {
    if (this.focused && this.#isMine(this.focused)) this.nudge(this.focused, edge, direction);
    else if (this.selection.current) {
      const next = this.cursor.nudge(this.selection.current, edge, direction);
      this.selection.set(next.start, next.end);
    } else this.bar.say(this.t("no_coding_chosen"));
  }

  nudge(uuid, edge, direction) {
    const one = this.store.codings.get(uuid);
    if (one) this.resize(uuid, ...Object.values(this.cursor.nudge({ start: one.start, end: one.end }, edge, direction)));
  }

  useSelection(uuid) {
    const { current } = this.selection;
    if (current) this.resize(uuid, current.start, current.end);
  }

  resize(uuid, start, end) {
    const one = this.store.codings.get(uuid);
    if (!one || one.coder !== this.store.me || (one.start === start && one.end === end)) return;
    if (this.store.mine(one.code, start, end)) {
      this.refuse(this.t("already_coded", { code: this.codebook.get(one.code)?.name ?? "" }));
      return;
    }
    const { current } = this.selection;
    const follows = current && current.start === one.start && current.end === one.end;
    this.queue.resize(uuid, start, end);
    if (follows) this.selection.set(start, end);
    this.here = this.store.overlapping(start, end).map((other) => other.uuid);
    this.#focus(uuid);
    this.show();
    this.bar.say(this.t("resized", { words: shorten(this.map.textBetween(start, end), 80) }));
  }

  async recode(uuid) {
    const one = this.store.codings.get(uuid);
    if (!one) return;
    const title = this.t("recode_title", { code: this.codebook.get(one.code)?.name ?? "" });
    const answer = await this.palette.choose({ title, single: true, mayCreate: false, already: [one.code] });
    this.backToText();
    const [code] = answer?.codes ?? [];
    if (!code || code.id === one.code) return;
    this.queue.recode(uuid, code.id);
    const keys = this.#use([code]);
    this.focus(uuid);
    this.bar.say(this.t("coded", { code: code.name }) + keys);
  }

  memo() {
    const uuid = this.focused ?? this.here[0];
    if (!uuid) {
      this.bar.say(this.t("no_coding_chosen"));
      return;
    }
    this.focus(uuid);
    // What is typed next belongs into the field.
    flush();
    this.details.editMemo(uuid);
  }

  undo() {
    if (this.queue.undo("undo")) this.selected();
    else this.refuse(this.t("no_undo_offline"));
  }

  redo() {
    if (!this.queue.undo("redo")) this.refuse(this.t("no_undo_offline"));
  }

  pin(code) {
    this.quick.togglePin(code);
    this.details.draw();
  }

  backToText() {
    this.root.focus({ preventScroll: true });
  }
}
