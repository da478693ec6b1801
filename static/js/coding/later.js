// What an action changes in the words shows first. The rest is done once the browser has shown that: no eye waits for it.

// What changes elements goes before what asks where they lie, or the browser would lay the page out several times.
const ORDER = ["send", "saved", "margins", "counts", "keys", "panel", "focus", "handles", "selection", "lights"];
const LATEST = 100; // milliseconds: a page that is out of sight shows nothing
const waiting = new Map();
let timer = 0;

/** Run `draw` once the browser has shown what was changed so far, once however often it was asked for: the last of a step. */
export function afterPaint(step, draw) {
  if (!waiting.size) {
    requestAnimationFrame(() => setTimeout(flush));
    timer = setTimeout(flush, LATEST);
  }
  waiting.set(step, draw);
}

/** Do at once what waits to be drawn: for a step that goes into it. */
export function flush() {
  clearTimeout(timer);
  const now = new Map(waiting);
  waiting.clear();
  for (const step of ORDER) now.get(step)?.();
}
