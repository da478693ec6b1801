// The one place where the browser's UTF-16 units become code points and back. Everything outside this module speaks
// code points of the whole text (0-based, end exclusive); a "unit" is an index into one paragraph's JavaScript string.

const PAIR = /[\ud800-\udfff]/;
const BLANK = /\s/;
// Below this every character is a grapheme cluster of its own (combining marks begin at U+0300).
const FIRST_COMBINING = 0x300;
const graphemes = new Intl.Segmenter("nb", { granularity: "grapheme" });

/** How many code points begin in the first `units` units of `text`; an index inside a pair counts as before the pair. */
export function countPoints(text, units = text.length) {
  if (!PAIR.test(text)) return Math.min(units, text.length);
  let points = 0;
  let at = 0;
  while (at < units && at < text.length) {
    const width = text.codePointAt(at) > 0xffff ? 2 : 1;
    if (at + width > units) break;
    at += width;
    points += 1;
  }
  return points;
}

/** The unit at which code point number `points` of `text` begins. */
export function pointsToUnits(text, points) {
  if (!PAIR.test(text)) return Math.min(points, text.length);
  let at = 0;
  for (let left = points; left > 0 && at < text.length; left -= 1) {
    at += text.codePointAt(at) > 0xffff ? 2 : 1;
  }
  return at;
}

/** [start, end) in units, widened so that neither end cuts a grapheme cluster. An empty stretch stays empty. */
export function widenToGraphemes(text, start, end) {
  if (start >= end) return [start, end];
  return [clusterEdges(text, start)[0], clusterEdges(text, end)[1]];
}

function clusterEdges(text, unit) {
  if (unit <= 0) return [0, 0];
  if (unit >= text.length) return [text.length, text.length];
  const before = text.charCodeAt(unit - 1);
  const after = text.charCodeAt(unit);
  if (after < FIRST_COMBINING && before < FIRST_COMBINING) {
    // CR LF is the only cluster of two low characters, and stored text holds no CR.
    return [unit, unit];
  }
  // Segments.containing() answers wrongly inside surrogate pairs in WebKit, so the clusters are walked.
  for (const { index, segment } of graphemes.segment(text)) {
    if (index === unit) return [unit, unit];
    if (index + segment.length > unit) return [index, index + segment.length];
  }
  return [unit, unit];
}

/** The first unit from `start` on that is no blank, or `end`. */
function skipBlanks(text, start, end) {
  while (start < end && BLANK.test(text[start])) start += 1;
  return start;
}

/** The end of [start, end) without the blanks before it, or `start`. */
function dropBlanks(text, start, end) {
  while (end > start && BLANK.test(text[end - 1])) end -= 1;
  return end;
}

/** The paragraphs of a page as one text: between DOM points, units and code points. */
export class TextMap {
  /** @param {{start: number, text: string, element?: Element}[]} paragraphs in the order of the text */
  constructor(paragraphs) {
    this.paragraphs = paragraphs.map((paragraph, index) => ({
      ...paragraph,
      index,
      end: paragraph.start + countPoints(paragraph.text),
    }));
    this.length = this.paragraphs.at(-1)?.end ?? 0;
    this.byElement = new Map(this.paragraphs.map((paragraph) => [paragraph.element, paragraph]));
  }

  /** Read the paragraphs (`p[data-o]`) under `root`; throws where their offsets do not follow from each other. */
  static fromPage(root) {
    const map = new TextMap(
      Array.from(root.querySelectorAll("p[data-o]"), (element) => ({
        element,
        start: Number(element.dataset.o),
        text: element.textContent,
      })),
    );
    for (let i = 1; i < map.paragraphs.length; i += 1) {
      if (map.paragraphs[i].start !== map.paragraphs[i - 1].end + 1) {
        throw new Error(`The text of paragraph ${i} is not where the server put it.`);
      }
    }
    return map;
  }

  /** The paragraph that holds code point `point`; the newline after a paragraph belongs to it. */
  paragraphAt(point) {
    let low = 0;
    let high = this.paragraphs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.paragraphs[middle].start <= point) low = middle;
      else high = middle - 1;
    }
    return this.paragraphs[low];
  }

  /** The words between two code points, paragraphs joined by newlines, exactly as the server holds them. */
  textBetween(start, end) {
    const parts = [];
    for (let i = this.paragraphAt(start).index; i < this.paragraphs.length; i += 1) {
      const paragraph = this.paragraphs[i];
      if (paragraph.start > end) break;
      const from = pointsToUnits(paragraph.text, Math.max(0, start - paragraph.start));
      const to = pointsToUnits(paragraph.text, Math.min(paragraph.end, end) - paragraph.start);
      parts.push(paragraph.text.slice(from, to));
    }
    return parts.join("\n");
  }

  /** {start, end} in code points for a stretch between two places ({index, unit}), tidied; null where nothing is left. */
  stretch(from, to) {
    let first = this.paragraphs[from.index];
    let last = this.paragraphs[to.index];
    let start = widenToGraphemes(first.text, from.unit, first.text.length)[0];
    let end = widenToGraphemes(last.text, 0, to.unit)[1];
    // Blank ends may reach over paragraph ends: a triple click stops at the beginning of the next paragraph.
    while (last.index >= first.index) {
      const floor = last === first ? start : 0;
      end = dropBlanks(last.text, floor, end);
      if (end > floor || last === first) break;
      last = this.paragraphs[last.index - 1];
      end = last.text.length;
    }
    while (first.index <= last.index) {
      const ceiling = first === last ? end : first.text.length;
      start = skipBlanks(first.text, start, ceiling);
      if (start < ceiling || first === last) break;
      first = this.paragraphs[first.index + 1];
      start = 0;
    }
    const result = {
      start: first.start + countPoints(first.text, start),
      end: last.start + countPoints(last.text, end),
    };
    return result.start < result.end ? result : null;
  }

  /** The tidied stretch of any two code points. */
  tidy(start, end) {
    return this.stretch(this.place(start), this.place(end));
  }

  place(point) {
    const paragraph = this.paragraphAt(Math.max(0, Math.min(point, this.length)));
    return { index: paragraph.index, unit: pointsToUnits(paragraph.text, point - paragraph.start) };
  }

  /** The stretch that a DOM range covers, or null. Ends outside paragraphs (a turn's header) snap inwards. */
  fromRange(range) {
    const from = this.#placeOf(range.startContainer, range.startOffset, true);
    const to = this.#placeOf(range.endContainer, range.endOffset, false);
    if (!from || !to || from.index > to.index || (from.index === to.index && from.unit >= to.unit)) return null;
    return this.stretch(from, to);
  }

  /** The code point at a DOM point, or null where no paragraph lies after it. */
  pointAt(node, offset) {
    const place = this.#placeOf(node, offset, true);
    if (!place) return null;
    const paragraph = this.paragraphs[place.index];
    return paragraph.start + countPoints(paragraph.text, place.unit);
  }

  #placeOf(node, offset, forwards) {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const paragraph = this.byElement.get(element?.closest("p[data-o]"));
    if (paragraph) {
      // Inside one paragraph a range's text is its characters, however many marks it is cut into.
      const before = document.createRange();
      before.setStart(paragraph.element, 0);
      before.setEnd(node, offset);
      return { index: paragraph.index, unit: before.toString().length };
    }
    return this.#snap(node, offset, forwards);
  }

  #snap(node, offset, forwards) {
    const point = document.createRange();
    point.setStart(node, offset);
    let low = 0;
    let high = this.paragraphs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (point.comparePoint(this.paragraphs[middle].element, 0) > 0) high = middle;
      else low = middle + 1;
    }
    if (forwards) return low < this.paragraphs.length ? { index: low, unit: 0 } : null;
    return low > 0 ? { index: low - 1, unit: this.paragraphs[low - 1].text.length } : null;
  }

  /** A DOM range over [start, end). */
  toRange(start, end) {
    const range = document.createRange();
    range.setStart(...this.#domPoint(start, true));
    range.setEnd(...this.#domPoint(end, false));
    return range;
  }

  #domPoint(point, forwards) {
    const { index, unit } = this.place(point);
    const { element } = this.paragraphs[index];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let left = unit;
    let node = walker.nextNode();
    let last = null;
    while (node) {
      const length = node.data.length;
      // At the seam of two text nodes a start belongs to the later one, an end to the earlier one.
      if (left < length || (left === length && !forwards)) return [node, left];
      left -= length;
      last = node;
      node = walker.nextNode();
    }
    return last ? [last, last.data.length] : [element, 0];
  }
}
