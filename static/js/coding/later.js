// What an action changes is drawn when its task ends, once, however often it was asked for: elements first, then the
// words' marks, then what is placed by where they lie. In another order the browser lays the page out several times.

const ORDER = ["elements", "marks", "places"];
const waiting = new Map();
const after = new Map();

/** Run `draw` at the end of this task; of several for one step the last. */
export function later(step, draw) {
  if (!waiting.size) queueMicrotask(() => flush(waiting, ORDER));
  waiting.set(step, draw);
}

/** Run `draw` once the browser has shown what was changed so far: the eye does not wait for it. Of several the last. */
export function afterPaint(name, draw) {
  if (!after.size) requestAnimationFrame(() => setTimeout(() => flush(after, [...after.keys()])));
  after.set(name, draw);
}

function flush(draws, order) {
  const now = new Map(draws);
  draws.clear();
  for (const step of order) now.get(step)?.();
}
