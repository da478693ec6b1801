// What an action changes is drawn when its task ends, once, however often it was asked for: elements first, then the
// words' marks, then what is placed by where they lie. In another order the browser lays the page out several times.

const ORDER = ["elements", "marks", "places"];
const waiting = new Map();

/** Run `draw` at the end of this task; of several for one step the last. */
export function later(step, draw) {
  if (!waiting.size) queueMicrotask(flush);
  waiting.set(step, draw);
}

function flush() {
  const draws = new Map(waiting);
  waiting.clear();
  for (const step of ORDER) draws.get(step)?.();
}
