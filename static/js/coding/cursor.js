// Selecting without a mouse: a cursor that moves by sentence or word and can stretch what it has selected.

import { countPoints } from "./offsets.js";
import { sentencesOf, wordsOf } from "./text.js";

/** The spans ([start, end) in code points) of one kind around a place in a TextMap, found paragraph by paragraph. */
export class Spans {
  #cache = new Map();

  constructor(map, cut) {
    this.map = map;
    this.cut = cut;
  }

  #in(index) {
    if (!this.#cache.has(index)) {
      const { text, start } = this.map.paragraphs[index];
      this.#cache.set(
        index,
        this.cut(text).map(([from, to]) => [start + countPoints(text, from), start + countPoints(text, to)]),
      );
    }
    return this.#cache.get(index);
  }

  /** The first span that ends after `point`. */
  after(point) {
    for (let i = this.map.paragraphAt(point).index; i < this.map.paragraphs.length; i += 1) {
      const found = this.#in(i).find((span) => span[1] > point);
      if (found) return found;
    }
    return null;
  }

  /** The first span that begins at or after `point`. */
  from(point) {
    for (let i = this.map.paragraphAt(point).index; i < this.map.paragraphs.length; i += 1) {
      const found = this.#in(i).find((span) => span[0] >= point);
      if (found) return found;
    }
    return null;
  }

  /** The last span that begins before `point`. */
  before(point) {
    for (let i = this.map.paragraphAt(point).index; i >= 0; i -= 1) {
      const found = this.#in(i).findLast((span) => span[0] < point);
      if (found) return found;
    }
    return null;
  }

  /** The last span that ends at or before `point`. */
  until(point) {
    for (let i = this.map.paragraphAt(point).index; i >= 0; i -= 1) {
      const found = this.#in(i).findLast((span) => span[1] <= point);
      if (found) return found;
    }
    return null;
  }
}

/** Moves and stretches a selection. Answers stretches; who asks sets them. */
export class Cursor {
  #origin = null;
  #last = null;

  constructor(map) {
    this.sentences = new Spans(map, sentencesOf);
    this.words = new Spans(map, wordsOf);
  }

  /** The next or previous span as a stretch; without a selection the one at `caret`. */
  move(current, caret, unit, direction) {
    const spans = this[unit];
    let span;
    if (!current) span = spans.after(caret ?? 0) ?? spans.until(caret ?? 0);
    else span = direction > 0 ? spans.from(current.end) : spans.until(current.start);
    return this.#as(span ?? (current && [current.start, current.end]));
  }

  /** The selection with its moving end one span further; it turns round where it began. */
  extend(current, caret, unit, direction) {
    if (!current) return this.move(null, caret, unit, direction);
    if (this.#last?.start !== current.start || this.#last?.end !== current.end) this.#origin = current;
    const origin = this.#origin;
    const spans = this[unit];
    let { start, end } = current;
    if (direction > 0) {
      if (start < origin.start) start = Math.min(spans.from(start + 1)?.[0] ?? origin.start, origin.start);
      else end = spans.after(end)?.[1] ?? end;
    } else if (end > origin.end) {
      end = Math.max(spans.until(end - 1)?.[1] ?? origin.end, origin.end);
    } else {
      start = spans.before(start)?.[0] ?? start;
    }
    this.#last = { start, end };
    return this.#last;
  }

  /** The stretch with one edge ("start" or "end") a word further out or in; at least one word stays. */
  nudge({ start, end }, edge, direction) {
    if (edge === "end") {
      if (direction > 0) return { start, end: this.words.after(end)?.[1] ?? end };
      const inner = this.words.until(end - 1)?.[1] ?? end;
      return { start, end: inner > start ? inner : end };
    }
    if (direction < 0) return { start: this.words.before(start)?.[0] ?? start, end };
    const inner = this.words.from(start + 1)?.[0] ?? start;
    return { start: inner < end ? inner : start, end };
  }

  #as(span) {
    if (!span) return null;
    const stretch = { start: span[0], end: span[1] };
    this.#origin = stretch;
    this.#last = stretch;
    return stretch;
  }
}
