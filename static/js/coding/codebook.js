// The codes of the project in memory, in the order of the tree.

import { indexed, search } from "./match.js";

/** Dispatches "change" when codes come, go or are renamed. A code: {id, uuid, parent, name, path, depth, definition ...}. */
export class Codebook extends EventTarget {
  #entries = null;

  constructor(rows) {
    super();
    this.#fill(rows);
  }

  get(id) {
    return this.codes.get(id);
  }

  byUuid(uuid) {
    return [...this.codes.values()].find((code) => code.uuid === uuid);
  }

  children(id) {
    return this.byParent.get(id) ?? [];
  }

  /** All codes as the tree shows them, parents before children. */
  inOrder() {
    return [...this.codes.values()];
  }

  search(query) {
    this.#entries ??= indexed(this.inOrder());
    return search(this.#entries, query);
  }

  replace(rows) {
    this.#fill(rows);
    this.dispatchEvent(new Event("change"));
  }

  // Rows stand in the order of the tree: [id, uuid, parent, name, proposed, definition, use when, not when, example].
  #fill(rows) {
    this.codes = new Map();
    this.byParent = new Map();
    this.#entries = null;
    for (const [id, uuid, parent, name, proposed, definition, useWhen, notWhen, example] of rows) {
      const above = this.codes.get(parent);
      const path = above ? [...above.path, name] : [name];
      const means = { definition, useWhen, notWhen, example };
      const code = { id, uuid, parent, name, proposed, ...means, path, depth: path.length };
      this.codes.set(id, code);
      if (!this.byParent.has(parent)) this.byParent.set(parent, []);
      this.byParent.get(parent).push(code);
    }
  }
}
